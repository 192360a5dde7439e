"""PKCS#12 files: of OpenSSL with its providers, Java, NSS and `cryptography`, and what people make of them."""

import base64
import os
import tempfile

from asn1 import OCTET_STRING, SEQUENCE, element, elements, explicit, integer, with_indefinite_lengths
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
from form import PASSPHRASE, WITH_PASSPHRASE, Form, openssl, run
from keytool import CERTIFICATE, GENERATED, SECRET, Stores, secret_key

DER = "encrypted PKCS#12 DER"
TRIPLE_DES = "weak encryption (pbeWithSHAAnd3-KeyTripleDES-CBC)"
NO_MAC = "no MAC in the PKCS#12 file"
EMPTY = "the passphrase is empty"
# One character is outside the Basic Multilingual Plane.
UNICODE = "p\u00e4sswort \u9375 \U0001f511"
UNICODE_FILE = "unicode-passphrase"
# What Java wrote before version 16, and reads still.
LEGACY_JAVA = "-J-Dkeystore.pkcs12.legacy"
# NSS 3.87 knows no others.
OF_NSS = {"RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"}
NSS_ITERATIONS = {"NSS_MAX_MP_PBE_ITERATION_COUNT": "1000"}


def private_key_forms(key_spec, pem):
    """A key of OpenSSL in the files of every program that can read it."""
    with tempfile.TemporaryDirectory() as folder:
        stores = Stores(folder)
        with open(stores.path("key.pem"), "wb") as file:
            file.write(pem)
        certificate = openssl(f"req -x509 -new -key {stores.path('key.pem')} -subj /CN=TEST -days 30")
        forms = openssl_forms(key_spec, pem + certificate)
        forms += cryptography_forms(pem, certificate)
        sealed = forms[0].content
        with open(stores.path("openssl.p12"), "wb") as file:
            file.write(sealed)
        forms += changed_forms(sealed)
        forms += [several_form(stores, key_spec)]
        if key_spec in GENERATED:
            forms += java_forms(stores)
        if key_spec in OF_NSS:
            forms += nss_forms(stores)
        return forms


def openssl_forms(key_spec, pem):
    def form(name, options, *remarks, source_format=DER, said=WITH_PASSPHRASE):
        passphrases = {"PASS": f"pass:{PASSPHRASE}", "UNICODE": f"pass:{UNICODE}"}
        words = [passphrases.get(word, word) for word in options.split()]
        made = run("openssl", "pkcs12", "-export", "-name", "Key", *words, stdin=pem)
        return Form(f"openssl-{name}.p12", source_format, made, said, remarks)

    with open(UNICODE_FILE, "w", encoding="utf-8") as file:
        file.write(UNICODE)
    with_unicode = f"--passphrase-file {UNICODE_FILE}"
    forms = [
        form("default", "-passout PASS", CERTIFICATE),
        # Its certificate is under RC2, and stays closed.
        form("legacy", "-passout PASS -legacy", TRIPLE_DES),
        form("3des", "-passout PASS -descert -keypbe PBE-SHA1-3DES -macalg sha1", TRIPLE_DES, CERTIFICATE),
        form("no-mac", "-passout PASS -nomac", CERTIFICATE, NO_MAC),
        form("plain", "-passout PASS -nomac -keypbe NONE -certpbe NONE", CERTIFICATE, NO_MAC,
             source_format="PKCS#12 DER", said=""),
        form("empty", "-passout pass:", CERTIFICATE, EMPTY, said=""),
        form("unicode", "-passout UNICODE", CERTIFICATE, said=with_unicode),
    ]  # fmt: skip
    if key_spec != "ECC_NIST_P256":
        return forms
    # The encryption and the MAC do not depend on the kind of key.
    aes = [f"-keypbe AES-{bits}-CBC -certpbe AES-{bits}-CBC" for bits in [128, 192]]
    return forms + [
        form("aes-128", f"-passout PASS {aes[0]}", CERTIFICATE),
        form("aes-192", f"-passout PASS {aes[1]} -macalg sha512", CERTIFICATE),
        form(
            "2des",
            "-passout PASS -certpbe NONE -keypbe PBE-SHA1-2DES -macalg sha224",
            "weak encryption (pbeWithSHAAnd2-KeyTripleDES-CBC)",
            CERTIFICATE,
        ),
        form("one-iteration", "-passout PASS -noiter -nomaciter -macalg sha384", CERTIFICATE),
        form("million", "-passout PASS -iter 1000000 -certpbe NONE", CERTIFICATE),
        form("empty-legacy", "-passout pass: -legacy", TRIPLE_DES, EMPTY, said=""),
        form("unicode-legacy", "-passout UNICODE -legacy", TRIPLE_DES, said=with_unicode),
    ]


def changed_forms(sealed):
    """A file as a text, and in BER, inside too."""
    lines = base64.encodebytes(sealed).decode()
    pem = f"-----BEGIN PKCS12-----\n{lines}-----END PKCS12-----\n"
    return [
        Form("p12.pem", "encrypted PKCS#12 PEM", pem.encode(), WITH_PASSPHRASE, (CERTIFICATE,)),
        Form("p12.base64", DER, lines.encode(), WITH_PASSPHRASE, ("base64", CERTIFICATE)),
        Form("p12.ber", "encrypted PKCS#12 BER", with_indefinite_lengths(sealed), WITH_PASSPHRASE, (CERTIFICATE,)),
    ]


def cryptography_forms(pem, certificate):
    key = serialization.load_pem_private_key(pem, None)
    certificate = x509.load_pem_x509_certificate(certificate)

    def form(name, scheme, mac_hash, *remarks):
        builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(3000)
        builder = builder.key_cert_algorithm(scheme).hmac_hash(mac_hash)
        sealed = pkcs12.serialize_key_and_certificates(
            "Schl\u00fcssel".encode(), key, certificate, None, builder.build(PASSPHRASE.encode())
        )
        return Form(f"cryptography-{name}.p12", DER, sealed, WITH_PASSPHRASE, remarks)

    pbes = pkcs12.PBES
    best = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    made = pkcs12.serialize_key_and_certificates(None, key, certificate, None, best)
    plain = pkcs12.serialize_key_and_certificates(None, key, None, None, serialization.NoEncryption())
    return [
        form("aes", pbes.PBESv2SHA256AndAES256CBC, hashes.SHA256(), CERTIFICATE),
        form("3des", pbes.PBESv1SHA1And3KeyTripleDESCBC, hashes.SHA1(), TRIPLE_DES, CERTIFICATE),
        Form("cryptography-best.p12", DER, made, WITH_PASSPHRASE, (CERTIFICATE,)),
        # Its MAC has the empty passphrase.
        Form("cryptography-plain.p12", "PKCS#12 DER", plain, "", (EMPTY,)),
    ]


def java_forms(stores):
    made = stores.convert("openssl.p12", "java.p12", "PKCS12")
    older = stores.convert("openssl.p12", "older.p12", f"PKCS12 {LEGACY_JAVA}")
    return [
        Form("java.p12", DER, made, WITH_PASSPHRASE, (CERTIFICATE,)),
        # Its certificate is under RC2.
        Form("java-legacy.p12", DER, older, WITH_PASSPHRASE, (TRIPLE_DES,)),
    ]


def several_form(stores, key_spec):
    """Two keys, of which a name selects one."""
    other = openssl("genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256")
    with open(stores.path("other.pem"), "wb") as file:
        file.write(other)
    if key_spec not in GENERATED:
        # One safe of each file, in one file without a MAC.
        return two_safes(stores, other)
    certificate = openssl(f"req -x509 -new -key {stores.path('other.pem')} -subj /CN=TEST -days 30")
    with open(stores.path("other.p12"), "wb") as file:
        file.write(openssl("pkcs12 -export -name Other -passout PASS", other + certificate))
    stores.convert("other.p12", "several.p12", "PKCS12")
    several = stores.convert("openssl.p12", "several.p12", "PKCS12")
    remarks = ("ignored 2 certificates",)
    return Form("several.p12", DER, several, f"{WITH_PASSPHRASE} --alias KEY", remarks)


def two_safes(stores, other):
    def safes(pem, name):
        plain = "-nomac -keypbe NONE -certpbe NONE -nocerts -passout PASS"
        file = openssl(f"pkcs12 -export -name {name} {plain}", pem)
        _, (_, info, _) = elements(elements(file)[0][1])
        data_type, (_, content, _) = elements(info)
        [(_, octets, _)] = elements(content)
        return data_type[2], elements(octets)[0][1]

    with open(stores.path("key.pem"), "rb") as file:
        data_type, first = safes(file.read(), "Key")
    _, second = safes(other, "Other")
    contents = element(OCTET_STRING, element(SEQUENCE, first, second))
    info = element(SEQUENCE, data_type, explicit(0, contents))
    file = element(SEQUENCE, integer(3), info)
    return Form("several.p12", "PKCS#12 DER", file, "--alias Key", (NO_MAC,))


def nss_forms(stores):
    """What pk12util writes: BER, with AES, and with triple DES as Firefox did."""
    database = stores.path("nss")
    os.mkdir(database)
    run("certutil", "-N", "-d", database, "--empty-password")
    run("pk12util", "-i", stores.path("openssl.p12"), "-d", database, "-W", PASSPHRASE)

    def form(name, options, *remarks):
        path = stores.path(name)
        words = ["-o", path, "-n", "Key", "-d", database, "-W", PASSPHRASE]
        run("pk12util", *words, *options, **NSS_ITERATIONS)
        return Form(name, "encrypted PKCS#12 BER", stores.read(name), WITH_PASSPHRASE, remarks)

    triple_des = "PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC"
    return [
        form("nss.p12", [], CERTIFICATE),
        form("nss-open-certificate.p12", ["-c", "AES-256-CBC", "-C", "none"], CERTIFICATE),
        form("nss-3des.p12", ["-c", triple_des, "-C", triple_des], TRIPLE_DES, CERTIFICATE),
    ]


def secret_key_forms(key_spec):
    """A key of AES or HMAC that keytool generates, in both generations, alone and with another."""
    with tempfile.TemporaryDirectory() as folder:
        stores = Stores(folder)
        made = stores.make("made.p12", "PKCS12", f"-genseckey -alias Key {SECRET[key_spec]}")
        canonical = secret_key(openssl(f"pkcs12 -in {stores.path('made.p12')} -passin PASS -noenc"))
        older = stores.convert("made.p12", "older.p12", f"PKCS12 {LEGACY_JAVA}")
        several = stores.make("made.p12", "PKCS12", "-genseckey -alias Other -keyalg AES -keysize 256")
        alias = f"{WITH_PASSPHRASE} --alias Key"
        return [
            Form("java.p12", DER, made, WITH_PASSPHRASE, (), canonical),
            Form("java-legacy.p12", DER, older, WITH_PASSPHRASE, (TRIPLE_DES,), canonical),
            Form("several.p12", DER, several, alias, (), canonical),
        ]
