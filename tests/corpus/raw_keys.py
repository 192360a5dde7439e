"""Symmetric and HMAC keys, scalars of secp256k1, and seeds of Ed25519: bytes, and the texts that stand for them."""

import base64
import os
import random

from form import Form, openssl
from jwcrypto import jwk


def make(length):
    """A key of this length in bytes, and its forms."""
    key = random.Random(f"{os.environ['BYOK_TEST_SEED']}, {length} bytes").randbytes(length)
    base64url = base64.urlsafe_b64encode(key).decode().rstrip("=")
    json = jwk.JWK(kty="oct", k=base64url).export().encode()
    return key, [
        Form("bin", "raw", key),
        Form("said.bin", "raw", key, "--material-format raw"),
        *hex_forms(key, "hex"),
        Form("openssl.base64", "base64", openssl("base64", key), "--material-format base64"),
        Form("base64", "base64", base64.b64encode(key), "--material-format base64"),
        Form("unpadded.base64", "base64", base64.b64encode(key).rstrip(b"="), "--material-format base64"),
        Form("jwk", "JWK", json),
    ]


def scalar_forms(scalar):
    """The forms of a private key on secp256k1 that is its scalar alone."""
    return bare_forms("scalar", scalar)


def seed_forms(seed):
    """The forms of an Ed25519 key that is its seed alone."""
    return bare_forms("seed", seed)


def bare_forms(name, key):
    return [
        Form(f"{name}.bin", f"raw {name}", key, "--material-format raw"),
        *hex_forms(key, f"hex {name}"),
        Form(f"{name}.base64", f"base64 {name}", base64.b64encode(key), "--material-format base64"),
    ]


def hex_forms(key, source_format):
    lower = key.hex().encode()
    texts = {
        "hex": lower,
        "upper.hex": lower.upper() + b"\r\n",
        "0x.hex": b"0x" + lower + b"\n",
        # As `xxd -p` and `od` write them.
        "lines.hex": lower[:32] + b"\n" + lower[32:] + b"\n",
        "spaced.hex": key.hex(" ").encode() + b"\n",
    }
    return [Form(name, source_format, text, "--material-format hex") for name, text in texts.items()]
