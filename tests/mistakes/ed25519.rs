//! Mistakes in a wrapped Ed25519 key.

use std::path::Path;

use byok_core::hex;
use serde_json::Value;

use crate::workshop::{ED25519, Workshop};
use crate::{INCORRECT_MATERIAL, Mistake, check};

/// PKCS#8 version 1 up to the seed: RFC 8410, 7.
const START_LEN: usize = 16;

/// Returns a key file that OpenSSH or another program wrote: `core/tests/data`.
fn foreign(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("core/tests/data");
    std::fs::read(folder.join(name)).expect("the file")
}

#[test]
fn in_an_ed25519_key() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let sandbox = &workshop.sandbox;
    for line in [
        "pkey -in ed25519.pem -pubout -outform DER -out ed25519-public.der",
        "pkcs8 -topk8 -in ed25519.pem -outform DER -passout pass:secret -out ed25519.enc",
        "genpkey -algorithm X25519 -outform DER -out x25519.pk8",
        "genpkey -algorithm ED448 -outform DER -out ed448.pk8",
        "base64 -in ed25519.pk8 -out ed25519.b64",
    ] {
        sandbox.openssl(line);
    }
    let good = sandbox.read("ed25519.pk8");
    let seed = &good[START_LEN..];
    let of = |material: &[u8], cause, says| Mistake {
        import: ED25519,
        blob: workshop.hybrid(ED25519, material),
        answer: INCORRECT_MATERIAL,
        cause,
        says,
    };
    let file = |name: &str, cause, says| of(&sandbox.read(name), cause, says);
    check(
        &workshop,
        [
            of(seed, "MaterialSeed", "32 bytes; expected a private key"),
            of(
                hex::encode(seed).as_bytes(),
                "MaterialSeed",
                "hex digits of 32 bytes; expected a private key",
            ),
            file("ed25519.pem", "MaterialPem", "PKCS#8 PEM"),
            file("ed25519-public.der", "MaterialPublicKey", "a public key"),
            file(
                "ed25519.enc",
                "MaterialEncrypted",
                "an encrypted private key",
            ),
            file("x25519.pk8", "MaterialAlgorithm", "X25519"),
            file("ed448.pk8", "MaterialAlgorithm", "Ed448"),
            file(
                "ec.pk8",
                "MaterialKeySpec",
                "expected key material for ECC_NIST_EDWARDS25519, found key material for \
                 ECC_NIST_P256",
            ),
            of(
                &foreign("TEST-ed25519.openssh"),
                "MaterialOpenSsh",
                "OpenSSH",
            ),
            of(&foreign("TEST-ed25519.jwk"), "MaterialJwk", "JWK"),
            file(
                "ed25519.b64",
                "MaterialBase64Text",
                "the key material in the blob is base64 text",
            ),
            of(
                hex::encode(&good).as_bytes(),
                "MaterialHexText",
                "the key material in the blob is hexadecimal text",
            ),
            of(
                &[&good[..], b"\n"].concat(),
                "MaterialTrailingNewline",
                "a newline follows the key material in the blob",
            ),
            of(
                &[&good[..], &[0; 8]].concat(),
                "MaterialZeroPadded",
                "8 bytes of zeros are after",
            ),
        ],
    );
}

/// Version 2 is not a mistake that AWS documents: byok accepts it, and says that nobody saw it.
#[test]
fn in_the_version_of_an_ed25519_key() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let sandbox = &workshop.sandbox;
    sandbox.openssl("pkey -in ed25519.pem -pubout -outform DER -out ed25519-public.der");
    let public_key = sandbox.read("ed25519-public.der").split_off(12);
    let with = |public_key: &[u8]| {
        let mut key = sandbox.read("ed25519.pk8");
        (key[1], key[4]) = (0x51, 1);
        [&key[..], &[0x81, 0x21, 0], public_key].concat()
    };
    let verify = |material: &[u8]| {
        sandbox.write("blob", workshop.hybrid(ED25519, material));
        let line = "verify --params ed25519.json --encrypted-key-material blob --output json";
        let output = sandbox.byok(line, &[]);
        let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        document
    };
    let accepted = verify(&with(&public_key));
    assert_eq!(accepted["Verdict"], "accepted", "{accepted}");
    let remarks = accepted["KeyMaterial"]["Remarks"].to_string();
    for part in [
        "documented by AWS, no import recorded",
        "PKCS#8 version 2, with attributes, or not minimal",
    ] {
        assert!(remarks.contains(part), "{remarks}");
    }
    let mut other = public_key;
    other[7] ^= 1;
    let refused = verify(&with(&other));
    assert_eq!(refused["Verdict"], "refused", "{refused}");
    let text = refused.to_string();
    assert!(
        text.contains("does not belong to the private key"),
        "{text}"
    );
}
