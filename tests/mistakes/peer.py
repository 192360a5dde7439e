"""Makes the mistakes that people make with Python, and with its package `cryptography`.

    peer.py oaep PUBLIC_KEY.der MESSAGE BLOB LABEL_HASH MGF1_HASH [LABEL]
    peer.py pkcs1v15 PUBLIC_KEY.der MESSAGE BLOB
    peer.py no-padding PUBLIC_KEY.der MESSAGE BLOB
    peer.py gcm AES_KEY MATERIAL ENCRYPTED
    peer.py kw AES_KEY MATERIAL WRAPPED
    peer.py crlf|lf|latin-1|replace|power-shell - BYTES CONVERTED
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


def as_text(mistake, data, target):
    """Writes bytes as the text files of a system: latin-1 keeps every byte on the way in."""
    text = data.decode("latin-1")
    if mistake == "crlf":
        # What open(target, "w") does on Windows.
        with open(target, "w", encoding="latin-1", newline="\r\n") as file:
            file.write(text)
    elif mistake == "lf":
        # What reading in text mode does on Windows, without lone carriage returns.
        with open(target, "w", encoding="latin-1", newline="") as file:
            file.write(text.replace("\r\n", "\n"))
    elif mistake == "latin-1":
        with open(target, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    elif mistake == "replace":
        # What Buffer.toString() of Node.js and PowerShell 7 do.
        with open(target, "w", encoding="utf-8", newline="") as file:
            file.write(data.decode("utf-8", errors="replace"))
    else:
        # What > of PowerShell 5 does: the console's code page, lines, and UTF-16 with its mark.
        lines = data.decode("cp437").splitlines()
        with open(target, "w", encoding="utf-16-le", newline="\r\n") as file:
            file.write("\ufeff" + "".join(line + "\n" for line in lines))


def main(mistake, key_file, source, target, *rest):
    data = read(source)
    if key_file == "-":
        as_text(mistake, data, target)
        return
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
