"""Makes the mistakes that people make with the Python package `cryptography`.

    peer.py oaep PUBLIC_KEY.der MESSAGE BLOB LABEL_HASH MGF1_HASH [LABEL]
    peer.py pkcs1v15 PUBLIC_KEY.der MESSAGE BLOB
    peer.py no-padding PUBLIC_KEY.der MESSAGE BLOB
    peer.py gcm AES_KEY MATERIAL ENCRYPTED
    peer.py kw AES_KEY MATERIAL WRAPPED
"""

import os
import sys

from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HASHES = {"sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha512": hashes.SHA512}


def read(name):
    with open(name, "rb") as file:
        return file.read()


def oaep(key, message, label_hash, mgf1_hash, label=None):
    mgf1 = padding.MGF1(HASHES[mgf1_hash]())
    label = label and label.encode()
    return key.encrypt(message, padding.OAEP(mgf=mgf1, algorithm=HASHES[label_hash](), label=label))


def no_padding(key, message):
    numbers = key.public_numbers()
    number = pow(int.from_bytes(message, "big"), numbers.e, numbers.n)
    return number.to_bytes(key.key_size // 8, "big")


def main(mistake, key_file, source, target, *rest):
    data = read(source)
    if mistake == "gcm":
        nonce = os.urandom(12)
        result = nonce + AESGCM(read(key_file)).encrypt(nonce, data, None)
    elif mistake == "kw":
        result = keywrap.aes_key_wrap(read(key_file), data + bytes(-len(data) % 8))
    else:
        key = serialization.load_der_public_key(read(key_file))
        makers = {
            "oaep": lambda: oaep(key, data, *rest),
            "pkcs1v15": lambda: key.encrypt(data, padding.PKCS1v15()),
            "no-padding": lambda: no_padding(key, data),
        }
        result = makers[mistake]()
    with open(target, "wb") as file:
        file.write(result)


main(*sys.argv[1:])
