"""Makes files of keys that a program put into text, changed as text, or wrote in a form of Windows.

The same fixtures yield the same files. Made with OpenSSL 3.0.
"""

import base64
import json

from shared import FIXTURES, openssl, write

P256 = (FIXTURES / "TEST-p256.pem").read_text()
RSA = (FIXTURES / "TEST-rsa-2048.pem").read_text()


def write_texts():
    def escaped(pem):
        return pem.replace("\n", "\\n")

    def encoded(pem):
        return base64.b64encode(pem.encode()).decode()

    account = {"type": "service_account", "private_key": P256, "client_email": "TEST@example.com"}
    write("service-account.json", json.dumps(account, indent=2) + "\n")
    write("one-key.env", f'APP_ID=1\nAPP_KEY="{escaped(P256)}"\n')
    write("two-keys.env", f'A_KEY="{escaped(P256)}"\nB_KEY={encoded(RSA)}\n')
    write("secret.yaml", f"kind: Secret\ndata:\n  tls.key: {encoded(P256)}\n  name: {encoded('TEST')}\n")
    write("certutil.txt", encoded_by_certutil((FIXTURES / "TEST-p256.pk8").read_bytes()))
    write("certutil-octets.txt", encoded_by_certutil((FIXTURES / "TEST-symmetric.bin").read_bytes()))
    write("utf-32.pem", b"\xff\xfe\0\0" + P256.encode("utf-32-le"))


def encoded_by_certutil(content):
    lines = base64.encodebytes(content).decode().replace("\n", "\r\n")
    return f"-----BEGIN CERTIFICATE-----\r\n{lines}-----END CERTIFICATE-----\r\n"


def write_changed_bytes():
    der, key = (FIXTURES / "TEST-p256.pk8").read_bytes(), (FIXTURES / "TEST-symmetric.bin").read_bytes()
    for name, content in {"der": der, "bin": key}.items():
        # PowerShell 5 reads the output of a program in the OEM code page, and writes lines of UTF-16.
        lines = content.decode("cp437").replace("\n", "\r\n")
        write(f"powershell-5.{name}", b"\xff\xfe" + (lines + "\r\n").encode("utf-16-le"))
        # As Buffer.toString() of Node.js.
        write(f"replaced.{name}", content.decode("utf-8", "replace"))
        write(f"latin-1.{name}", content.decode("latin-1"))


def write_forms_of_windows():
    rsa = FIXTURES / "TEST-rsa-2048.pem"
    write("capi.blob", openssl(f"rsa -in {rsa} -outform MSBLOB"))
    write("rsa.pvk", openssl(f"rsa -in {rsa} -outform PVK -pvk-none"))
    write("rsa.xml", rsa_xml(rsa))


def rsa_xml(file):
    """As RSA.ToXmlString(true) of .NET writes it: numbers of a fixed length."""
    from cryptography.hazmat.primitives import serialization

    private = serialization.load_pem_private_key(file.read_bytes(), None).private_numbers()
    public, half = private.public_numbers, 128
    elements = {
        "Modulus": (public.n, 2 * half),
        "Exponent": (public.e, 3),
        "P": (private.p, half),
        "Q": (private.q, half),
        "DP": (private.dmp1, half),
        "DQ": (private.dmq1, half),
        "InverseQ": (private.iqmp, half),
        "D": (private.d, 2 * half),
    }
    inner = "".join(
        f"<{name}>{base64.b64encode(number.to_bytes(length, 'big')).decode()}</{name}>"
        for name, (number, length) in elements.items()
    )
    return f"<RSAKeyValue>{inner}</RSAKeyValue>"


write_texts()
write_changed_bytes()
write_forms_of_windows()
