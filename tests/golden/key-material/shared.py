"""What the makers of ../fixtures/key-material share: DER, PEM, and running programs."""

import base64
import os
import pathlib
import subprocess

from cryptography.hazmat.primitives import serialization

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures"
TARGET = FIXTURES / "key-material"
CORE_DATA = FIXTURES.parent.parent.parent / "core/tests/data"
PASSPHRASE = "TEST passphrase"


def good(name):
    return serialization.load_pem_private_key((FIXTURES / name).read_bytes(), None)


def write(name, content):
    (TARGET / f"TEST-{name}").write_bytes(content if isinstance(content, bytes) else content.encode())


def run(*command, stdin=b"", **environment):
    variables = {**os.environ, **environment}
    return subprocess.run(command, input=stdin, env=variables, check=True, capture_output=True).stdout


def openssl(line, *words):
    return run("openssl", *line.split(), *words)


def pem(label, der):
    body = base64.encodebytes(der).decode().replace("\n", "")
    lines = "".join(f"{body[at:at + 64]}\n" for at in range(0, len(body), 64))
    return f"-----BEGIN {label}-----\n{lines}-----END {label}-----\n"


def tlv(tag, *parts):
    content = b"".join(parts)
    length = len(content)
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, *([length] if length < 128 else [0x80 | len(octets), *octets])]) + content


def sequence(*parts):
    return tlv(0x30, *parts)


def integer(number):
    return tlv(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def oid(dotted):
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    octets = bytearray([40 * first + second])
    for arc in rest:
        groups = [arc >> 7 * at & 0x7F for at in range(max(1, -(-arc.bit_length() // 7)))]
        octets += bytes([*(group | 0x80 for group in reversed(groups[1:])), groups[0]])
    return tlv(6, bytes(octets))


def der(text):
    text = text if isinstance(text, str) else text.decode()
    return base64.b64decode("".join(line for line in text.splitlines() if not line.startswith("-----")))


def point_of(key):
    uncompressed = serialization.PublicFormat.UncompressedPoint
    return key.public_key().public_bytes(serialization.Encoding.X962, uncompressed)
