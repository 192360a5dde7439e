"""Key forms that HSMs, Java and others write, and no installed program."""

import asn1
from asn1 import BIT_STRING, CONSTRUCTED, CONTEXT, EVERY_TAG, INTEGER, NULL
from asn1 import OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET
from asn1 import element, elements, explicit, integer
from asn1 import with_indefinite_lengths, with_long_lengths, with_segments
from form import Form, openssl
from openssl_versions import READS_LONG_NULL, leave_out

SHORTER = "rewrote the key as minimal PKCS#8"
# keyUsage with digitalSignature and keyAgreement, as Windows adds it to a key: X.509's 2.5.29.15.
ATTRIBUTES = element(
    CONTEXT | CONSTRUCTED | 0,
    element(
        SEQUENCE,
        element(OBJECT_IDENTIFIER, b"\x55\x1d\x0f"),
        element(SET, element(BIT_STRING, b"\x03\x88")),
    ),
)


# RFC 8017, A.1, RFC 8410, 3, and RFC 5480, 2.1.1; the curves by their names in `cryptography`.
RSA_ENCRYPTION = element(OBJECT_IDENTIFIER, bytes.fromhex("2a864886f70d010101"))
ED25519 = element(OBJECT_IDENTIFIER, bytes.fromhex("2b6570"))
EC_PUBLIC_KEY = element(OBJECT_IDENTIFIER, bytes.fromhex("2a8648ce3d0201"))
CURVES = {
    "secp256r1": bytes.fromhex("2a8648ce3d030107"),
    "secp384r1": bytes.fromhex("2b81040022"),
    "secp521r1": bytes.fromhex("2b81040023"),
    "secp256k1": bytes.fromhex("2b8104000a"),
}


def canonical_rsa(key):
    """The PKCS#8 of an RSA key of `cryptography`, as AWS KMS takes it, written here."""
    private = key.private_numbers()
    public = private.public_numbers
    numbers = [0, public.n, public.e, private.d, private.p, private.q, private.dmp1, private.dmq1, private.iqmp]
    algorithm = element(SEQUENCE, RSA_ENCRYPTION, element(NULL))
    return pkcs8(0, algorithm, element(SEQUENCE, *map(integer, numbers)))


def canonical_ec(key):
    """The same for an EC key: the scalar as long as the curve's order, and the point, uncompressed."""
    length = (key.curve.key_size + 7) // 8
    private = key.private_numbers()
    point = private.public_numbers
    scalar, x, y = (number.to_bytes(length, "big") for number in (private.private_value, point.x, point.y))
    public = explicit(1, element(BIT_STRING, b"\0\4", x, y))
    algorithm = element(SEQUENCE, EC_PUBLIC_KEY, element(OBJECT_IDENTIFIER, CURVES[key.curve.name]))
    return pkcs8(0, algorithm, element(SEQUENCE, integer(1), element(OCTET_STRING, scalar), public))


def canonical_ed25519(key):
    """The same for an Ed25519 key: RFC 8410, 7, version 1."""
    return pkcs8(0, element(SEQUENCE, ED25519), element(OCTET_STRING, key.private_bytes_raw()))


def parts(pkcs8):
    """The algorithm of a key, and what is in its OCTET STRING."""
    [(_, contents, _)] = elements(pkcs8)
    _, algorithm, (_, inner, _) = elements(contents)
    return algorithm[2], inner


def pkcs8(version, algorithm, inner, *more):
    return element(SEQUENCE, integer(version), algorithm, element(OCTET_STRING, inner), *more)


def public_key(octets):
    """`[1] IMPLICIT BIT STRING`, of RFC 5958."""
    return element(CONTEXT | 1, b"\0", octets)


def rsa_forms(canonical):
    algorithm, inner = parts(canonical)
    _, modulus, exponent, *_ = elements(elements(inner)[0][1])
    own = public_key(element(SEQUENCE, modulus[2], exponent[2]))
    without_null = element(SEQUENCE, elements(elements(algorithm)[0][1])[0][2])
    return common_forms(canonical, own) + [
        long_null_form(canonical),
        Form("pkcs1.ber", "PKCS#1 BER", with_indefinite_lengths(inner)),
        Form("without-null.der", "PKCS#8 DER", pkcs8(0, without_null, inner), remarks=(SHORTER,)),
    ]


def ec_forms(canonical):
    algorithm, inner = parts(canonical)
    _, curve = elements(elements(algorithm)[0][1])
    version, scalar, point = elements(elements(inner)[0][1])
    named = explicit(0, curve[2])
    with_curve = element(SEQUENCE, version[2], scalar[2], named, point[2])
    inner_curve = element(SEQUENCE, version[2], scalar[2], named)
    bare = element(SEQUENCE, version[2], scalar[2])
    # The BIT STRING, whose first octet counts the unused bits.
    octets = elements(point[1])[0][1][1:]
    hsm = pkcs8(0, algorithm, bare)
    no_public_key = "added the missing public key"
    return common_forms(canonical, public_key(octets)) + [
        Form("sec1.ber", "SEC1 BER", with_indefinite_lengths(with_curve)),
        # As Bouncy Castle writes it.
        Form("both-curves.der", "PKCS#8 DER", pkcs8(0, algorithm, with_curve), remarks=(SHORTER,)),
        Form("inner-curve.der", "PKCS#8 DER", pkcs8(0, algorithm, inner_curve), remarks=(no_public_key,)),
        # As HSMs write it, and Java by itself.
        Form("hsm.der", "PKCS#8 DER", hsm, remarks=(no_public_key,)),
        Form("hsm-zeros.der", "PKCS#8 DER", hsm + bytes(5), remarks=(no_public_key, "5 zero bytes")),
        Form("beside.der", "PKCS#8 DER", pkcs8(1, algorithm, bare, public_key(octets)), remarks=(SHORTER,)),
    ]


def ed25519_forms(canonical, octets):
    _, inner = parts(canonical)
    return common_forms(canonical, public_key(octets), with_segments(inner))


def common_forms(canonical, own_public_key, inner_ber=None):
    algorithm, inner = parts(canonical)
    assert pkcs8(0, algorithm, inner) == canonical
    return [
        Form("v2.der", "PKCS#8 DER", pkcs8(1, algorithm, inner, own_public_key), remarks=(SHORTER,)),
        Form("attributes.der", "PKCS#8 DER", pkcs8(0, algorithm, inner, ATTRIBUTES), remarks=(SHORTER,)),
        Form("one-zero.der", "PKCS#8 DER", canonical + bytes(1), remarks=("1 zero byte",)),
        Form("zeros.der", "PKCS#8 DER", canonical + bytes(7), remarks=("7 zero bytes",)),
        *ber_forms(canonical, pkcs8(0, algorithm, inner_ber or with_indefinite_lengths(inner))),
    ]


def ber_forms(canonical, inside):
    files = {
        "indefinite": with_indefinite_lengths(canonical),
        "long-lengths": with_long_lengths(canonical, EVERY_TAG - {NULL}),
        "segments": with_segments(canonical),
        "inside": inside,
        "everywhere": with_indefinite_lengths(with_segments(inside)),
    }
    return [ber_form(name, file, canonical) for name, file in files.items()]


def long_null_form(canonical):
    """A NULL whose length has four octets, in the algorithm of an RSA key."""
    file = with_long_lengths(canonical, {NULL})
    if not READS_LONG_NULL:
        leave_out("a NULL whose length has more than one octet")
    return ber_form("long-null", file, canonical, is_read_by_openssl=READS_LONG_NULL)


def ber_form(name, file, canonical, is_read_by_openssl=True):
    """BER, of which our own reading says that it is this key, and OpenSSL where it is known to read it."""
    algorithm, inner = parts(asn1.canonical(file))
    assert pkcs8(0, algorithm, asn1.canonical(inner)) == canonical, name
    if is_read_by_openssl:
        assert openssl("pkcs8 -topk8 -nocrypt -inform DER -outform DER", file) == canonical, name
    return Form(f"{name}.ber", "PKCS#8 BER", file)
