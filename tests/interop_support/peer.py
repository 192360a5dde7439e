"""Wraps and unwraps key material as AWS KMS prescribes, with the Python package `cryptography`.

    peer.py wrap ALGORITHM PUBLIC_KEY.der MATERIAL BLOB
    peer.py open ALGORITHM PRIVATE_KEY.der BLOB MATERIAL

Any number of pairs of files may follow the key.
"""

import os
import sys

from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import padding


def read(name):
    with open(name, "rb") as file:
        return file.read()


def oaep_of(algorithm):
    name = hashes.SHA256 if algorithm.endswith("SHA_256") else hashes.SHA1
    return padding.OAEP(mgf=padding.MGF1(name()), algorithm=name(), label=None)


def wrap(key, algorithm, data):
    if not has_aes_key(algorithm):
        return key.encrypt(data, oaep_of(algorithm))
    aes_key = os.urandom(32)
    return key.encrypt(aes_key, oaep_of(algorithm)) + keywrap.aes_key_wrap_with_padding(aes_key, data)


def unwrap(key, algorithm, data):
    block = key.key_size // 8
    opened = key.decrypt(data[:block], oaep_of(algorithm))
    if not has_aes_key(algorithm):
        assert len(data) == block, len(data)
        return opened
    assert len(opened) == 32, len(opened)
    return keywrap.aes_key_unwrap_with_padding(opened, data[block:])


def has_aes_key(algorithm):
    return algorithm.startswith("RSA_AES_KEY_WRAP_")


def main(verb, algorithm, key_file, *files):
    if verb == "wrap":
        do, key = wrap, serialization.load_der_public_key(read(key_file))
    else:
        do, key = unwrap, serialization.load_der_private_key(read(key_file), password=None)
    for source, target in zip(files[::2], files[1::2], strict=True):
        result = do(key, algorithm, read(source))
        with open(target, "wb") as file:
            file.write(result)


if __name__ == "__main__":
    main(*sys.argv[1:])
