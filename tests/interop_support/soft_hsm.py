"""Makes a key on a SoftHSM token, and wraps it there as AWS KMS prescribes, with `python-pkcs11`.

    soft_hsm.py MODULE KEY_SPEC WRAPPING_KEY.der BLOB PUBLIC_KEY.pem
    soft_hsm.py MODULE SYMMETRIC_DEFAULT WRAPPING_KEY.der BLOB CHECK_VALUE

The token is called `byok`, and so is its PIN. SoftHSM 2.6 has no CKM_RSA_AES_KEY_WRAP, so the two
steps that make it up are done on the token: an AES key wraps the private key, and the wrapping key
the AES key. No key leaves the token in the clear. SoftHSM's OAEP is that of SHA-1 alone.
"""

import sys

import pkcs11
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pkcs11 import MGF, Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_named_curve_parameters

CURVES = {
    "ECC_NIST_P256": ec.SECP256R1(),
    "ECC_NIST_P384": ec.SECP384R1(),
    "ECC_NIST_P521": ec.SECP521R1(),
    "ECC_SECG_P256K1": ec.SECP256K1(),
}
# What an HSM must allow before it wraps a key; the key stays sensitive all the same.
WRAPPABLE = {Attribute.EXTRACTABLE: True, Attribute.SENSITIVE: True}


def integer(number):
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def import_wrapping_key(session, name):
    with open(name, "rb") as file:
        numbers = serialization.load_der_public_key(file.read()).public_numbers()
    return session.create_object(
        {
            Attribute.CLASS: ObjectClass.PUBLIC_KEY,
            Attribute.KEY_TYPE: KeyType.RSA,
            Attribute.MODULUS: integer(numbers.n),
            Attribute.PUBLIC_EXPONENT: integer(numbers.e),
            Attribute.WRAP: True,
        }
    )


def oaep(wrapping_key, key):
    return wrapping_key.wrap_key(
        key,
        mechanism=Mechanism.RSA_PKCS_OAEP,
        mechanism_param=(Mechanism.SHA_1, MGF.SHA1, None),
    )


def rsa_key_pair(session, bits):
    public, private = session.generate_keypair(KeyType.RSA, bits, private_template=WRAPPABLE)
    exponent, modulus = public[Attribute.PUBLIC_EXPONENT], public[Attribute.MODULUS]
    numbers = [int.from_bytes(number, "big") for number in (exponent, modulus)]
    return private, rsa.RSAPublicNumbers(*numbers).public_key()


def ec_key_pair(session, curve):
    parameters = session.create_domain_parameters(
        KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters(curve.name)}, local=True
    )
    public, private = parameters.generate_keypair(private_template=WRAPPABLE)
    # CKA_EC_POINT is the point in an OCTET STRING, whose length the point's own end gives.
    octets = 2 * ((curve.key_size + 7) // 8) + 1
    point = public[Attribute.EC_POINT][-octets:]
    return private, ec.EllipticCurvePublicKey.from_encoded_point(curve, point)


def wrap_key_pair(session, key_spec, wrapping_key):
    if key_spec in CURVES:
        private, public = ec_key_pair(session, CURVES[key_spec])
    else:
        private, public = rsa_key_pair(session, int(key_spec.removeprefix("RSA_")))
    aes_key = session.generate_key(KeyType.AES, 256, template={**WRAPPABLE, Attribute.WRAP: True})
    wrapped_key = aes_key.wrap_key(private, mechanism=Mechanism.AES_KEY_WRAP_PAD)
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return oaep(wrapping_key, aes_key) + wrapped_key, public.public_bytes(serialization.Encoding.PEM, spki)


def wrap_symmetric_key(session, wrapping_key):
    key = session.generate_key(KeyType.AES, 256, template=WRAPPABLE)
    return oaep(wrapping_key, key), key[Attribute.CHECK_VALUE].hex().encode()


def main(module, key_spec, wrapping_key_file, blob_file, public_file):
    token = pkcs11.lib(module).get_token(token_label="byok")
    with token.open(rw=True, user_pin="byok") as session:
        wrapping_key = import_wrapping_key(session, wrapping_key_file)
        if key_spec == "SYMMETRIC_DEFAULT":
            blob, public = wrap_symmetric_key(session, wrapping_key)
        else:
            blob, public = wrap_key_pair(session, key_spec, wrapping_key)
    for name, content in [(blob_file, blob), (public_file, public)]:
        with open(name, "wb") as file:
            file.write(content)


main(*sys.argv[1:])
