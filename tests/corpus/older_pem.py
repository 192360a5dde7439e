"""Encrypted PEM in OpenSSL's older form, and PKCS#8 under triple DES: of every program that writes them."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat
from form import PASSPHRASE, WITH_PASSPHRASE, Form, openssl, run

CIPHERS = {"aes128": "AES-128-CBC", "aes192": "AES-192-CBC", "aes256": "AES-256-CBC", "des3": "DES-EDE3-CBC"}
# Its key comes on standard input.
NODE = """
const { createPrivateKey } = require("crypto");
const key = createPrivateKey(require("fs").readFileSync(0));
const [type, cipher, passphrase] = process.argv.slice(1);
process.stdout.write(key.export({ type, format: "pem", cipher, passphrase }));
"""


def forms(pem, is_rsa):
    key = serialization.load_pem_private_key(pem, None)
    sealed = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    source_format = "encrypted PKCS#1 PEM" if is_rsa else "encrypted SEC1 PEM"
    command = "rsa -traditional" if is_rsa else "ec"

    def form(name, file, cipher):
        assert b"Proc-Type: 4,ENCRYPTED" in file, name
        remark = f"weak encryption ({cipher} with one round of MD5)"
        return Form(name, source_format, file, WITH_PASSPHRASE, (remark,))

    of_openssl = {option: openssl(f"{command} -{option} -passout PASS", pem) for option in CIPHERS}
    of_cryptography = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, sealed)
    of_node = node(pem, "pkcs1" if is_rsa else "sec1", "aes-192-cbc")
    return [
        *(form(f"{option}.older.pem", file, CIPHERS[option]) for option, file in of_openssl.items()),
        form("cryptography.older.pem", of_cryptography, "AES-256-CBC"),
        form("node.older.pem", of_node, "AES-192-CBC"),
        form("one-line.older.pem", of_openssl["aes256"].replace(b"\n", b" "), "AES-256-CBC"),
    ]


def triple_des_forms(pem):
    """PKCS#8 of OpenSSL and node."""
    schemes = {
        "PBE-SHA1-3DES": ("-v1 PBE-SHA1-3DES", "pbeWithSHAAnd3-KeyTripleDES-CBC"),
        "PBE-SHA1-2DES": ("-v1 PBE-SHA1-2DES", "pbeWithSHAAnd2-KeyTripleDES-CBC"),
        "PBES2-3DES": ("-v2 des3", "PBES2 with des-ede3-cbc"),
        "PBES2-3DES-SHA1": ("-v2 des3 -v2prf hmacWithSHA1", "PBES2 with des-ede3-cbc"),
    }
    files = {
        name: (openssl(f"pkcs8 -topk8 -passout PASS {options}", pem), scheme)
        for name, (options, scheme) in schemes.items()
    }
    files["node-3des"] = (node(pem, "pkcs8", "des-ede3-cbc"), "PBES2 with des-ede3-cbc")
    return [
        Form(f"{name}.pem", "encrypted PKCS#8 PEM", file, WITH_PASSPHRASE, (f"weak encryption ({scheme})",))
        for name, (file, scheme) in files.items()
    ]


def node(pem, kind, cipher):
    return run("node", "-e", NODE, kind, cipher, PASSPHRASE, stdin=pem)
