"""Makes files of keys that a program put into text, changed as text, or wrote in a form of Windows.

The same fixtures yield the same files, except for the encrypted PVK file. Made with OpenSSL 3.0.
"""

import base64
import hashlib
import json

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from shared import FIXTURES, PASSPHRASE, der, good, integer, oid, openssl, sequence, tlv, write

P256 = (FIXTURES / "TEST-p256.pem").read_text()
RSA = (FIXTURES / "TEST-rsa-2048.pem").read_text()
# A scalar of P-256 whose first byte is zero, without that byte.
SHORT_SCALAR = hashlib.sha256(b"TEST").digest()[1:]


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
    write("utf-16-text.txt", b"\xff\xfe" + "No key is here.\r\n".encode("utf-16-le"))
    write("mnemonic.txt", "legal winner thank year wave sausage worth useful legal winner thank yellow\n")
    blob = bytes(byte * 57 % 256 for byte in range(256))
    answer = {"payload_key_reference": "0x1", "wrapped_key_data": base64.b64encode(blob).decode()}
    write("cloudhsm.json", json.dumps({"error_code": 0, "data": answer}, indent=2) + "\n")
    url_safe = base64.urlsafe_b64encode(blob).decode().rstrip("=")
    write("url-safe-wrapped.json", json.dumps({"wrappedKey": url_safe}) + "\n")


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
    # The header of a DSA key, and no key.
    header = b"\x07\x02\0\0\0\x22\0\0DSS2" + (1024).to_bytes(4, "little")
    write("dsa.blob", header + bytes(byte * 57 % 256 for byte in range(256)))
    options = ["-provider", "legacy", "-provider", "default", "-pvk-strong", "-passout", f"pass:{PASSPHRASE}"]
    write("rsa-encrypted.pvk", openssl(f"rsa -in {rsa} -outform PVK", *options))
    write("cng.blob", b"ECS2" + (32).to_bytes(4, "little") + bytes(byte * 57 % 256 for byte in range(96)))
    write("rsa.xml", rsa_xml(rsa))


def write_ec_keys():
    pk8 = (FIXTURES / "TEST-p256.pk8").read_bytes()
    certificate = der((FIXTURES / "TEST-p256-certificate.pem").read_text())
    write("key-and-certificate.der", pk8 + certificate)
    write("certificate-and-key.der", certificate + pk8)
    # As Java's BigInteger writes numbers.
    for name, scalar in {"added": b"\0" + scalar_of("TEST-p256.pem"), "dropped": SHORT_SCALAR}.items():
        private_key = ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())
        form = serialization.PublicFormat.UncompressedPoint
        point = private_key.public_key().public_bytes(serialization.Encoding.X962, form)
        inner = sequence(integer(1), tlv(4, scalar), tlv(0xA1, tlv(3, b"\0", point)))
        algorithm = sequence(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7"))
        write(f"p256-zero-{name}.der", sequence(integer(0), algorithm, tlv(4, inner)))


def scalar_of(name):
    return good(name).private_numbers().private_value.to_bytes(32, "big")


def rsa_xml(file):
    """As RSA.ToXmlString(true) of .NET writes it: numbers of a fixed length."""
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
write_ec_keys()
