"""PEM as it is found: with certificates, with other things, with other lines, with a wrong label."""

import base64
import os
import tempfile
import textwrap

from form import PASSPHRASE, Form, openssl

ANOTHER_KEY = openssl("genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256")


def forms(pem):
    leaf, ca = certificate(pem), certificate(ANOTHER_KEY)
    three = "ignored 3 certificates"
    return [
        # HAProxy has the certificates first or last, nginx and others a chain of its own.
        Form("haproxy.pem", "PKCS#8 PEM", leaf + ca + ca + pem, remarks=(three,)),
        Form("fullchain.pem", "PKCS#8 PEM", pem + leaf + ca + ca, remarks=(three,)),
        Form("middle.pem", "PKCS#8 PEM", leaf + pem + ca, remarks=("ignored 2 certificates",)),
        Form("pkcs12.pem", "PKCS#8 PEM", through_pkcs12(pem, leaf), remarks=("ignored 1 certificate",)),
        Form("pkcs12-nocerts.pem", "PKCS#8 PEM", through_pkcs12(pem, leaf, "-nocerts")),
        *lines(pem),
        Form("label.pem", "PKCS#8 PEM", pem.replace(b"PRIVATE", b"RSA PRIVATE"), remarks=("the label",)),
    ]


def lines(pem):
    begin, *body, end = pem.decode().split("\n")[:-1]
    whole = "".join(body)
    texts = {
        "crlf": pem.replace(b"\n", b"\r\n"),
        "bom": b"\xef\xbb\xbf" + pem,
        "latin-1": b"# caf\xe9\n" + pem,
        "indented": textwrap.indent(pem.decode(), "    ").encode(),
        "76": "\n".join([begin, *textwrap.wrap(whole, 76), end, ""]).encode(),
        "one-line": "\n".join([begin, whole, end]).encode(),
    }
    return [Form(f"{name}.pem", "PKCS#8 PEM", text) for name, text in texts.items()]


def certificate(pem):
    """A certificate that the key signs for itself."""
    with tempfile.NamedTemporaryFile() as key:
        key.write(pem)
        key.flush()
        return openssl(f"req -x509 -new -key {key.name} -subj /CN=TEST -days 1")


def through_pkcs12(pem, leaf, options=""):
    """The key and its certificate as `openssl pkcs12` takes them out, with remarks between them."""
    sealed = openssl("pkcs12 -export -passout PASS -name TEST", pem + leaf)
    return openssl(f"pkcs12 -noenc -passin PASS {options}", sealed)
