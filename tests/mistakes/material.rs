//! Mistakes in the wrapped material.

use byok_core::hex;

use crate::workshop::{Import, PRESCRIBED, PRIVATE, SYMMETRIC, Workshop};
use crate::{INCORRECT_MATERIAL, Mistake, check};

fn holding(
    workshop: &Workshop,
    import: Import,
    material: &[u8],
    cause: &'static str,
    says: &'static str,
) -> Mistake {
    let blob = match import.name {
        "private" => workshop.hybrid(import, material),
        _ => workshop.rsa(import, PRESCRIBED, material),
    };
    Mistake {
        import,
        blob,
        answer: INCORRECT_MATERIAL,
        cause,
        says,
    }
}

#[test]
fn in_a_private_key() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let sandbox = &workshop.sandbox;
    for line in [
        "ec -in ec.pem -outform DER -out ec.sec1",
        "ec -in ec.pem -out ec-sec1.pem",
        "pkcs8 -topk8 -in ec.pem -outform DER -passout pass:secret -out ec.enc",
        "pkcs8 -topk8 -in ec.pem -passout pass:secret -out ec-enc.pem",
        "pkey -in ec.pem -pubout -outform DER -out ec-public.der",
        "pkey -in ec.pem -pubout -out ec-public.pem",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -outform DER -out p384.sec1",
        "pkcs8 -topk8 -nocrypt -inform DER -in p384.sec1 -outform DER -out p384.pk8",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1 -outform PEM -out brainpool.pem",
        "pkcs8 -topk8 -nocrypt -in brainpool.pem -outform DER -out brainpool.pk8",
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -outform PEM -out rsa-2048.pem",
        "pkcs8 -topk8 -nocrypt -in rsa-2048.pem -outform DER -out rsa-2048.pk8",
        "rsa -in rsa-2048.pem -traditional -outform DER -out rsa-2048.pkcs1",
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -outform PEM -out rsa-1024.pem",
        "pkcs8 -topk8 -nocrypt -in rsa-1024.pem -outform DER -out rsa-1024.pk8",
        "genpkey -algorithm ED25519 -outform DER -out ed25519.pk8",
        "genpkey -algorithm ED448 -outform DER -out ed448.pk8",
        "base64 -in ec.pk8 -out ec.b64",
    ] {
        sandbox.openssl(line);
    }
    let good = sandbox.read("ec.pk8");
    let hex = hex::encode(&good);
    let file =
        |name: &str, cause, says| holding(&workshop, PRIVATE, &sandbox.read(name), cause, says);
    let bytes = |bytes: &[u8], cause, says| holding(&workshop, PRIVATE, bytes, cause, says);
    check(
        &workshop,
        [
            file("ec.pem", "MaterialPem", "PKCS#8 PEM"),
            file("ec-sec1.pem", "MaterialSec1", "SEC1 PEM"),
            file("ec.sec1", "MaterialSec1", "in SEC1 form"),
            file("rsa-2048.pkcs1", "MaterialPkcs1", "in PKCS#1 form"),
            file(
                "ec.enc",
                "MaterialEncrypted",
                "an encrypted private key; AWS KMS accepts only unencrypted PKCS#8",
            ),
            file(
                "ec-enc.pem",
                "MaterialEncrypted",
                "the private key in the blob is encrypted; AWS KMS requires",
            ),
            file("ec-public.der", "MaterialPublicKey", "a public key"),
            file("ec-public.pem", "MaterialPublicKey", "a public key"),
            file(
                "p384.pk8",
                "MaterialKeySpec",
                "expected key material for ECC_NIST_P256, found key material for ECC_NIST_P384",
            ),
            file(
                "rsa-2048.pk8",
                "MaterialKeySpec",
                "expected key material for ECC_NIST_P256, found key material for RSA_2048",
            ),
            file("brainpool.pk8", "MaterialCurve", "on the curve"),
            file(
                "rsa-1024.pk8",
                "MaterialModulusBits",
                "an RSA key of 1024 bits",
            ),
            file(
                "ed25519.pk8",
                "MaterialKeySpec",
                "expected key material for ECC_NIST_P256, found key material for \
                 ECC_NIST_EDWARDS25519",
            ),
            file("ed448.pk8", "MaterialAlgorithm", "Ed448"),
            file(
                "ec.b64",
                "MaterialBase64Text",
                "the key material in the blob is base64 text",
            ),
            bytes(
                hex.as_bytes(),
                "MaterialHexText",
                "the key material in the blob is hexadecimal text",
            ),
            bytes(
                &[&good[..], b"\n"].concat(),
                "MaterialTrailingNewline",
                "a newline follows the key material in the blob",
            ),
            bytes(
                &[&good[..], b"\r\n"].concat(),
                "MaterialTrailingNewline",
                "a carriage return",
            ),
            bytes(
                &[&good[..], &[0; 8]].concat(),
                "MaterialZeroPadded",
                "8 bytes of zeros are after",
            ),
            bytes(
                &[&[0; 9], &good[..]].concat(),
                "MaterialZeroPadded",
                "9 bytes of zeros are before",
            ),
        ],
    );
}

#[test]
fn in_a_symmetric_key() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let sandbox = &workshop.sandbox;
    let good = sandbox.read("key.bin");
    let hex = hex::encode(&good);
    let bytes = |bytes: &[u8], cause, says| holding(&workshop, SYMMETRIC, bytes, cause, says);
    let random = |len, says| bytes(&workshop.aes_key(len), "MaterialLength", says);
    check(
        &workshop,
        [
            random(16, "16 bytes; SYMMETRIC_DEFAULT key material is exactly 32"),
            random(24, "24 bytes;"),
            random(64, "64 bytes;"),
            bytes(
                hex.as_bytes(),
                "MaterialHexText",
                "the key material in the blob is hexadecimal text",
            ),
            bytes(
                format!("{hex}\n").as_bytes(),
                "MaterialHexText",
                "the key material in the blob is hexadecimal text",
            ),
            bytes(
                &sandbox.openssl("base64 -in key.bin"),
                "MaterialBase64Text",
                "the key material in the blob is base64 text",
            ),
            bytes(
                &[&good[..], b"\n"].concat(),
                "MaterialTrailingNewline",
                "a newline follows the key material in the blob",
            ),
            bytes(
                &[&good[..], b"\r\n"].concat(),
                "MaterialTrailingNewline",
                "a carriage return",
            ),
            bytes(
                &[b"\xef\xbb\xbf", &good[..]].concat(),
                "MaterialByteOrderMark",
                "byte order mark",
            ),
            bytes(
                &[&good[..], &[0; 16]].concat(),
                "MaterialZeroPadded",
                "16 bytes of zeros are after",
            ),
            bytes(
                &[&[0], &good[..]].concat(),
                "MaterialZeroPadded",
                "1 byte of zero is before",
            ),
            bytes(
                &sandbox.read("ec.pk8"),
                "MaterialKeySpec",
                "expected key material for SYMMETRIC_DEFAULT, found key material for ECC_NIST_P256",
            ),
        ],
    );
}

/// The hint says what key has that length, and how to make one of the right length.
#[test]
fn in_the_length_of_a_symmetric_key() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    for (len, says) in [
        (
            16,
            "16 bytes is the length of an AES-128 key; SYMMETRIC_DEFAULT takes AES-256 keys of 32 bytes",
        ),
        (24, "24 bytes is the length of an AES-192 key"),
        (31, "1 byte is missing"),
        (64, "64 bytes are two keys of 256 bits"),
    ] {
        let blob = workshop.rsa(SYMMETRIC, PRESCRIBED, &workshop.aes_key(len));
        let said = workshop.verify(SYMMETRIC, &blob).stderr;
        assert!(said.contains(says), "{len}: {said}");
        let command = "run: byok generate --key-spec SYMMETRIC_DEFAULT -o key.bin";
        assert!(said.contains(command), "{len}: {said}");
    }
}
