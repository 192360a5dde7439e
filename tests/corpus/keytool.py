"""What keytool writes: key stores of JKS and JCEKS, with keys of OpenSSL and with its own.

The same key leaves the store in another way, which shows its bytes: keytool converts the store to PKCS#12,
and OpenSSL and `cryptography` open that.
"""

import os
import tempfile

import by_hand
from asn1 import elements
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from form import PASSPHRASE, WITH_PASSPHRASE, Form, openssl, run

WEAK, CERTIFICATE, NO_PUBLIC_KEY = "weak encryption", "ignored 1 certificate", "added the missing public key"
GENERATED = {
    "RSA_2048": "-keyalg RSA -keysize 2048",
    "RSA_3072": "-keyalg RSA -keysize 3072",
    "RSA_4096": "-keyalg RSA -keysize 4096",
    "ECC_NIST_P256": "-keyalg EC -groupname secp256r1",
    "ECC_NIST_P384": "-keyalg EC -groupname secp384r1",
    "ECC_NIST_P521": "-keyalg EC -groupname secp521r1",
    "ECC_NIST_EDWARDS25519": "-keyalg Ed25519",
}
SECRET = {
    "SYMMETRIC_DEFAULT": "-keyalg AES -keysize 256",
    "HMAC_224": "-keyalg HmacSHA224 -keysize 224",
    "HMAC_256": "-keyalg HmacSHA256 -keysize 256",
    "HMAC_384": "-keyalg HmacSHA384 -keysize 384",
    "HMAC_512": "-keyalg HmacSHA512 -keysize 512",
}
# Java's least, so that a test takes less time.
ITERATIONS = "-J-Djdk.jceks.iterationCount=10000"


class Stores:
    """Key stores in a folder, by their names."""

    def __init__(self, folder):
        self.folder = folder

    def keytool(self, line, *more):
        """keytool with arguments that hold no spaces, but for `PASS`, which becomes the passphrase."""
        words = [PASSPHRASE if word == "PASS" else word for word in line.split()]
        run("keytool", "-J-XX:TieredStopAtLevel=1", ITERATIONS, *words, *more)

    def path(self, name):
        return os.path.join(self.folder, name)

    def make(self, name, store_type, line):
        passwords = "" if store_type == "PKCS12" else "-keypass PASS"
        self.keytool(f"{line} -storetype {store_type} -storepass PASS {passwords} -keystore {self.path(name)}")
        return self.read(name)

    def convert(self, source, name, store_type):
        self.keytool(
            f"-importkeystore -noprompt -srckeystore {self.path(source)} -srcstorepass PASS "
            f"-destkeystore {self.path(name)} -deststoretype {store_type} -deststorepass PASS"
        )
        return self.read(name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()


def private_key_forms(key_spec, pem):
    """A key of OpenSSL in both types, and one that keytool generates. keytool 17 knows no secp256k1."""
    if key_spec not in GENERATED:
        return []
    with tempfile.NamedTemporaryFile() as key, tempfile.TemporaryDirectory() as folder:
        stores = Stores(folder)
        key.write(pem)
        key.flush()
        certificate = openssl(f"req -x509 -new -key {key.name} -subj /CN=TEST -days 30")
        pkcs12 = openssl("pkcs12 -export -name Key -passout PASS", pem + certificate)
        with open(stores.path("openssl.p12"), "wb") as file:
            file.write(pkcs12)
        jks = stores.convert("openssl.p12", "openssl.jks", "JKS")
        jceks = stores.convert("openssl.p12", "openssl.jceks", "JCEKS")
        return [
            Form("keytool.jks", "encrypted JKS", jks, WITH_PASSPHRASE, (CERTIFICATE, WEAK)),
            Form("keytool.jceks", "encrypted JCEKS", jceks, WITH_PASSPHRASE, (CERTIFICATE, WEAK)),
            *generated_forms(stores, key_spec),
        ]


def generated_forms(stores, key_spec):
    made = stores.make("made.jks", "JKS", f"-genkeypair -alias Key -dname CN=TEST {GENERATED[key_spec]}")
    jceks = stores.convert("made.jks", "made.jceks", "JCEKS")
    stores.convert("made.jks", "made.p12", "PKCS12")
    pem = openssl(f"pkcs12 -in {stores.path('made.p12')} -passin PASS -nocerts -noenc")
    key = serialization.load_pem_private_key(pem, None)
    remarks = (CERTIFICATE, WEAK)
    if key_spec.startswith("RSA_"):
        canonical = by_hand.canonical_rsa(key)
    elif key_spec == "ECC_NIST_EDWARDS25519":
        canonical = by_hand.canonical_ed25519(key)
    else:
        canonical = by_hand.canonical_ec(key)
        remarks = (NO_PUBLIC_KEY, *remarks)
    return [
        Form("generated.jks", "encrypted JKS", made, WITH_PASSPHRASE, remarks, canonical),
        Form("generated.jceks", "encrypted JCEKS", jceks, WITH_PASSPHRASE, remarks, canonical),
    ]


def secret_key_forms(key_spec):
    """A key of AES or HMAC that keytool generates, alone and with another that a name selects."""
    with tempfile.TemporaryDirectory() as folder:
        stores = Stores(folder)
        line = f"-genseckey -alias Key {SECRET[key_spec]}"
        jceks = stores.make("made.jceks", "JCEKS", line)
        stores.convert("made.jceks", "made.p12", "PKCS12")
        canonical = secret_key(openssl(f"pkcs12 -in {stores.path('made.p12')} -passin PASS -noenc"))
        several = stores.make("made.jceks", "JCEKS", "-genseckey -alias Other -keyalg AES -keysize 256")
        alias = f"{WITH_PASSPHRASE} --alias Key"
        return [
            Form("keytool.jceks", "encrypted JCEKS", jceks, WITH_PASSPHRASE, (WEAK,), canonical),
            Form("several.jceks", "encrypted JCEKS", several, alias, (WEAK,), canonical),
        ]


def secret_key(said):
    """The key in the secret bag that OpenSSL prints as hexadecimal digits: encrypted PKCS#8, with PBES2."""
    digits = [line for line in said.decode().splitlines() if line.startswith("30 ")]
    [(_, encrypted, _)] = elements(bytes.fromhex(digits[-1]))
    (_, algorithm, _), (_, ciphertext, _) = elements(encrypted)
    _, (_, parameters, _) = elements(algorithm)
    (_, derivation, _), (_, encryption, _) = elements(parameters)
    (_, salt, _), (_, iterations, _), (_, length, _), _ = elements(elements(derivation)[1][1])
    iv = elements(encryption)[1][1]
    pbkdf2 = PBKDF2HMAC(hashes.SHA256(), length[0], salt, int.from_bytes(iterations, "big"))
    cipher = Cipher(algorithms.AES(pbkdf2.derive(PASSPHRASE.encode())), modes.CBC(iv)).decryptor()
    unpadder = padding.PKCS7(128).unpadder()
    plaintext = unpadder.update(cipher.update(ciphertext) + cipher.finalize()) + unpadder.finalize()
    # PKCS#8 of which the private key is the octets.
    [(_, contents, _)] = elements(plaintext)
    return elements(contents)[2][1]
