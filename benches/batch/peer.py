"""A script such as people write for many keys: two processes, one request a line.

peer.py ALGORITHM MANIFEST LINES
"""

import base64
import json
import multiprocessing
import os
import sys

from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import padding

ALGORITHM, MANIFEST, LINES = sys.argv[1:]
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


def pkcs8(material):
    """Reads a private key, and returns it in the form that AWS KMS accepts."""
    key = serialization.load_der_private_key(material, None)
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def wrap(line):
    """Returns the line for a row of the manifest."""
    row = json.loads(line)
    with open(row["Material"], "rb") as file:
        material = file.read()
    with open(row["Params"], "rb") as file:
        parameters = json.load(file)
    wrapping_key = serialization.load_der_public_key(base64.b64decode(parameters["PublicKey"]))
    if ALGORITHM == "RSA_AES_KEY_WRAP_SHA_256":
        aes_key = os.urandom(32)
        blob = wrapping_key.encrypt(aes_key, OAEP)
        blob += keywrap.aes_key_wrap_with_padding(aes_key, pkcs8(material))
    else:
        blob = wrapping_key.encrypt(material, OAEP)
    request = {
        "KeyId": parameters["KeyId"],
        "ImportToken": parameters["ImportToken"],
        "EncryptedKeyMaterial": base64.b64encode(blob).decode(),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    }
    answer = {"Id": row["Id"], "Status": "done", "Request": request}
    return json.dumps(answer, separators=(",", ":"))


def main():
    with open(MANIFEST) as rows, open(LINES, "w") as lines, multiprocessing.Pool(2) as pool:
        for line in pool.imap(wrap, rows, chunksize=64):
            lines.write(line + "\n")
        lines.flush()
        os.fsync(lines.fileno())


if __name__ == "__main__":
    main()
