"""Private keys: RSA, EC and Ed25519, each generated once by OpenSSL, and written again by every program."""

import asn1
import by_hand
import keytool
import older_pem
import pem_files
import pkcs12_files
import text_files
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat
from form import PASSPHRASE, WITH_PASSPHRASE, Form, openssl
from jwcrypto import jwk
from raw_keys import scalar_forms, seed_forms
from ssh_keygen import open_ssh_keygen_forms, ssh_keygen_forms

# Of the base point, too.
EXPLICIT = "-ec_param_enc explicit -ec_conv_form"
PRFS = ["SHA1", "SHA224", "SHA256", "SHA384", "SHA512"]
PLAIN = serialization.NoEncryption()
SEALED = serialization.BestAvailableEncryption(PASSPHRASE.encode())


def make(key_spec, name):
    """A key, `name` being OpenSSL's for its size or its curve, and its forms."""
    is_rsa = key_spec.startswith("RSA_")
    if is_rsa:
        made = openssl(f"genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:{name}")
        origin = Form("genpkey.pem", "PKCS#8 PEM", made)
    else:
        made = openssl(f"ecparam -name {name} -genkey")
        assert b"EC PARAMETERS" in made
        origin = Form("ecparam.pem", "SEC1 PEM", made)
    pem = openssl("pkcs8 -topk8 -nocrypt", made)
    key = serialization.load_pem_private_key(pem, None)
    canonical = by_hand.canonical_rsa(key) if is_rsa else by_hand.canonical_ec(key)
    # So every version writes it.
    assert openssl("pkcs8 -topk8 -nocrypt -outform DER", made) == canonical
    forms = [origin, Form("pkcs8.der", "PKCS#8 DER", canonical), Form("pkcs8.pem", "PKCS#8 PEM", pem)]
    forms += rsa_forms(pem) if is_rsa else ec_forms(pem)
    forms += encrypted_forms(pem)
    forms += cryptography_forms(key, "PKCS#1" if is_rsa else "SEC1")
    forms += jwk_forms(pem)
    forms += pem_files.forms(pem)
    forms += text_files.forms(pem, canonical)
    forms += keytool.private_key_forms(key_spec, pem)
    forms += pkcs12_files.private_key_forms(key_spec, pem)
    forms += older_pem.forms(pem, is_rsa)
    forms += by_hand.rsa_forms(canonical) if is_rsa else by_hand.ec_forms(canonical)
    if key_spec == "ECC_SECG_P256K1":
        forms += scalar_forms(key.private_numbers().private_value.to_bytes(32, "big"))
    else:
        forms += ssh_keygen_forms(pem)
        forms += open_ssh_forms(key)
    return canonical, forms


def make_ed25519():
    """An Ed25519 key, and its forms: it has no older structure, and OpenSSH 9.2 reads it in its own only."""
    pem = openssl("genpkey -quiet -algorithm ED25519")
    key = serialization.load_pem_private_key(pem, None)
    canonical = by_hand.canonical_ed25519(key)
    assert openssl("pkcs8 -topk8 -nocrypt -outform DER", pem) == canonical
    forms = [Form("genpkey.pem", "PKCS#8 PEM", pem), Form("pkcs8.der", "PKCS#8 DER", canonical)]
    forms += encrypted_forms(pem)
    forms += cryptography_forms(key)
    forms += jwk_forms(pem)
    forms += pem_files.forms(pem)
    forms += text_files.forms(pem, canonical)
    forms += keytool.private_key_forms("ECC_NIST_EDWARDS25519", pem)
    forms += pkcs12_files.private_key_forms("ECC_NIST_EDWARDS25519", pem)
    forms += by_hand.ed25519_forms(canonical, key.public_key().public_bytes_raw())
    forms += seed_forms(key.private_bytes_raw())
    forms += open_ssh_forms(key)
    forms += open_ssh_keygen_forms(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, PLAIN))
    return canonical, forms


def rsa_forms(pem):
    return [
        Form("pkcs1.der", "PKCS#1 DER", openssl("rsa -traditional -outform DER", pem)),
        Form("pkcs1.pem", "PKCS#1 PEM", openssl("rsa -traditional", pem)),
    ]


def ec_forms(pem):
    shorter, explicit = "rewrote the key as minimal PKCS#8", "replaced explicit curve parameters"
    bare = "added the missing public key"
    return [
        Form("sec1.der", "SEC1 DER", openssl("ec -outform DER", pem)),
        Form("sec1.pem", "SEC1 PEM", openssl("ec", pem)),
        Form("compressed.pem", "SEC1 PEM", openssl("ec -conv_form compressed", pem)),
        Form("hybrid.der", "SEC1 DER", openssl("ec -conv_form hybrid -outform DER", pem)),
        Form("no-public.der", "SEC1 DER", openssl("ec -no_public -outform DER", pem), remarks=(bare,)),
        Form("explicit.pem", "SEC1 PEM", openssl("ec -param_enc explicit", pem), remarks=(explicit,)),
        *(
            Form(f"pkcs8-{form}.der", "PKCS#8 DER", pkcs8(pem, f"-ec_conv_form {form}"), remarks=(shorter,))
            for form in ["compressed", "hybrid"]
        ),
        *(
            Form(f"pkcs8-explicit-{form}.der", "PKCS#8 DER", pkcs8(pem, f"{EXPLICIT} {form}"), remarks=(explicit,))
            for form in ["uncompressed", "compressed", "hybrid"]
        ),
    ]


def pkcs8(pem, options):
    """PKCS#8 in DER, for which `openssl pkey` has no option: it writes PEM so."""
    return openssl("pkcs8 -topk8 -nocrypt -outform DER", openssl(f"pkey {options}", pem))


def encrypted_forms(pem):
    """Every key derivation and cipher that is read, by OpenSSL."""
    options = {f"pbkdf2-{prf}": f"-v2 aes-256-cbc -v2prf hmacWith{prf}" for prf in PRFS}
    options |= {f"aes-{bits}": f"-v2 aes-{bits}-cbc -iter 10000" for bits in [128, 192]}
    options["scrypt"] = "-v2 aes-256-cbc -scrypt"
    seal = "pkcs8 -topk8 -passout PASS"
    files = {name: openssl(f"{seal} -outform DER {option}", pem) for name, option in options.items()}
    ber, zeros = asn1.with_indefinite_lengths(files["scrypt"]), files["scrypt"] + bytes(3)
    return [
        *older_pem.triple_des_forms(pem),
        *(Form(f"{name}.der", "encrypted PKCS#8 DER", file, WITH_PASSPHRASE) for name, file in files.items()),
        Form("encrypted.ber", "encrypted PKCS#8 BER", ber, WITH_PASSPHRASE),
        Form("zeros.encrypted.der", "encrypted PKCS#8 DER", zeros, WITH_PASSPHRASE, ("3 zero bytes",)),
        Form("encrypted.pem", "encrypted PKCS#8 PEM", openssl(seal, pem), WITH_PASSPHRASE),
    ]


def cryptography_forms(key, traditional=None):
    forms = []
    for name, encoding in {"DER": Encoding.DER, "PEM": Encoding.PEM}.items():
        suffix = name.lower()
        pkcs8 = key.private_bytes(encoding, PrivateFormat.PKCS8, PLAIN)
        sealed = key.private_bytes(encoding, PrivateFormat.PKCS8, SEALED)
        forms += [
            Form(f"cryptography-pkcs8.{suffix}", f"PKCS#8 {name}", pkcs8),
            Form(f"cryptography-encrypted.{suffix}", f"encrypted PKCS#8 {name}", sealed, WITH_PASSPHRASE),
        ]
        if traditional:
            other = key.private_bytes(encoding, PrivateFormat.TraditionalOpenSSL, PLAIN)
            forms.append(Form(f"cryptography-traditional.{suffix}", f"{traditional} {name}", other))
    return forms


def open_ssh_forms(key):
    plain, sealed = (key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, how) for how in [PLAIN, SEALED])
    return [
        Form("cryptography.openssh", "OpenSSH", plain),
        Form("cryptography-encrypted.openssh", "encrypted OpenSSH", sealed, WITH_PASSPHRASE),
    ]


def jwk_forms(pem):
    key = jwk.JWK.from_pem(pem)
    members = key.export_private(as_dict=True)
    members |= {"use": "sig", "key_ops": ["sign"], "x5t": "AAAA"}
    return [
        Form("jwk", "JWK", key.export_private().encode()),
        Form("more.jwk", "JWK", jwk.json_encode(members).encode()),
    ]
