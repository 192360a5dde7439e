"""What a KMS key did, done again outside with the key material alone: a line of JSON in, one out.

A line has a `KeySpec`, the file of the `Material`, the `Message`, and the `Result` that the KMS key
gave: a signature, a MAC, or a ciphertext of the layout that `byok serve --help` gives, for the
`EncryptionContext`. Blobs are in base64. The answer has as `Agrees` whether material and result belong
together; as `Distinguishes` whether the same check says no where something is another; and the
`PublicKey` of a key pair.
"""

import base64
import json
import sys

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HASHES = {
    "HMAC_384": hashes.SHA384,
    "ECC_NIST_P256": hashes.SHA256,
    "ECC_NIST_P521": hashes.SHA512,
    "ECC_SECG_P256K1": hashes.SHA256,
    "RSA_2048": hashes.SHA256,
    "RSA_4096": hashes.SHA512,
}


def opens(key, blob, context):
    """What a ciphertext holds; `None` if it does not open."""
    header = 18 + 1 + 1 + blob[19] + 32
    associated = blob[:header]
    for part in (part.encode() for pair in sorted(context.items()) for part in pair):
        associated += len(part).to_bytes(4, "big") + part
    try:
        return AESGCM(key).decrypt(blob[header : header + 12], blob[header + 12 :], associated)
    except InvalidTag:
        return None


def is_mac(hash, key, message, mac):
    code = hmac.HMAC(key, hash)
    code.update(message)
    try:
        code.verify(mac)
    except InvalidSignature:
        return False
    return True


def is_signature(spec, key, message, signature):
    try:
        if spec == "ECC_NIST_EDWARDS25519":
            key.verify(signature, message)
            return True
        hash = HASHES[spec]()
        if spec.startswith("ECC"):
            key.verify(signature, message, ec.ECDSA(hash))
        elif spec == "RSA_2048":
            key.verify(signature, message, padding.PSS(padding.MGF1(hash), hash.digest_size), hash)
        else:
            key.verify(signature, message, padding.PKCS1v15(), hash)
    except InvalidSignature:
        return False
    return True


def check(spec, material, message, result, context):
    changed = bytes([material[0] ^ 1]) + material[1:]
    if spec == "SYMMETRIC_DEFAULT":
        others = [opens(changed, result, context), opens(material, result, {**context, "more": ""})]
        return {"Agrees": opens(material, result, context) == message, "Distinguishes": others == [None] * 2}
    if spec == "HMAC_384":
        hash = HASHES[spec]()
        others = [is_mac(hash, changed, message, result), is_mac(hash, material, message + b"!", result)]
        return {"Agrees": is_mac(hash, material, message, result), "Distinguishes": not any(others)}
    key = serialization.load_der_private_key(material, None).public_key()
    public = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {
        "Agrees": is_signature(spec, key, message, result),
        "Distinguishes": not is_signature(spec, key, message + b"!", result),
        "PublicKey": base64.b64encode(public).decode(),
    }


for line in sys.stdin:
    request = json.loads(line)
    with open(request["Material"], "rb") as file:
        material = file.read()
    message, result = (base64.b64decode(request[name]) for name in ("Message", "Result"))
    output = check(request["KeySpec"], material, message, result, request.get("EncryptionContext", {}))
    print(json.dumps({"Output": output}), flush=True)
