"""Wraps and unwraps key material as AWS KMS prescribes, with the Python package `cryptography`.

    peer.py wrap ALGORITHM PUBLIC_KEY.der MATERIAL BLOB
    peer.py open ALGORITHM PRIVATE_KEY.der BLOB MATERIAL
"""

import os
import sys

from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import padding


def read(name):
    with open(name, "rb") as file:
        return file.read()


def main(verb, algorithm, key_file, source, target):
    name = hashes.SHA256 if algorithm.endswith("SHA_256") else hashes.SHA1
    oaep = padding.OAEP(mgf=padding.MGF1(name()), algorithm=name(), label=None)
    has_aes_key = algorithm.startswith("RSA_AES_KEY_WRAP_")
    data = read(source)
    if verb == "wrap":
        key = serialization.load_der_public_key(read(key_file))
        if has_aes_key:
            aes_key = os.urandom(32)
            result = key.encrypt(aes_key, oaep) + keywrap.aes_key_wrap_with_padding(aes_key, data)
        else:
            result = key.encrypt(data, oaep)
    else:
        key = serialization.load_der_private_key(read(key_file), password=None)
        block = key.key_size // 8
        result = key.decrypt(data[:block], oaep)
        if has_aes_key:
            assert len(result) == 32, len(result)
            result = keywrap.aes_key_unwrap_with_padding(result, data[block:])
        else:
            assert len(data) == block, len(data)
    with open(target, "wb") as file:
        file.write(result)


main(*sys.argv[1:])
