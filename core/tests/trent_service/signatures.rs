//! `Sign`, `Verify`, `GenerateMac`, `VerifyMac`, `GetPublicKey`: checked by other code, and by the
//! service itself.

use byok_core::key_spec::{Curve, Family, KeySpec};
use ecdsa::signature::hazmat::PrehashVerifier as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::pkcs8::DecodePublicKey as _;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{Pkcs1v15Sign, pss::Pss};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};

use crate::common::{is_importable, material_bytes, rng};
use crate::kms::{Kms, base64, blob, text};

const MESSAGE: &[u8] = b"a message that is signed";

fn digest(algorithm: &str) -> Vec<u8> {
    match &algorithm[algorithm.len() - 3..] {
        "256" => Sha256::digest(MESSAGE).to_vec(),
        "384" => Sha384::digest(MESSAGE).to_vec(),
        _ => Sha512::digest(MESSAGE).to_vec(),
    }
}

/// Returns whether other code accepts the signature.
fn verifies(public_key: &[u8], key_spec: KeySpec, algorithm: &str, signature: &[u8]) -> bool {
    let digest = digest(algorithm);
    macro_rules! ecdsa {
        ($curve:ident) => {{
            let key = $curve::ecdsa::VerifyingKey::from_public_key_der(public_key).expect("a key");
            // On secp256k1, s can be the higher one, which that crate refuses.
            let signature = $curve::ecdsa::Signature::from_der(signature)
                .expect("DER")
                .normalize_s();
            key.verify_prehash(&digest, &signature).is_ok()
        }};
    }
    match key_spec.family() {
        Family::Ec(Curve::P256) => ecdsa!(p256),
        Family::Ec(Curve::P384) => ecdsa!(p384),
        Family::Ec(Curve::P521) => ecdsa!(p521),
        Family::Ec(Curve::K256) => ecdsa!(k256),
        Family::Ed25519 => {
            let key = public_key[12..].try_into().expect("32 bytes");
            let key = ed25519_dalek::VerifyingKey::from_bytes(key).expect("a point");
            let signature = ed25519_dalek::Signature::from_slice(signature).expect("64 bytes");
            if algorithm == "ED25519_SHA_512" {
                key.verify_strict(MESSAGE, &signature).is_ok()
            } else {
                let digest = Sha512::new_with_prefix(MESSAGE);
                key.verify_prehashed_strict(digest, None, &signature)
                    .is_ok()
            }
        }
        _ => {
            let key = rsa::PublicKey::from_public_key_der(public_key).expect("a key");
            match algorithm {
                "RSASSA_PKCS1_V1_5_SHA_256" => {
                    key.verify(Pkcs1v15Sign::new::<Sha256>(), &digest, signature)
                }
                "RSASSA_PKCS1_V1_5_SHA_384" => {
                    key.verify(Pkcs1v15Sign::new::<Sha384>(), &digest, signature)
                }
                "RSASSA_PKCS1_V1_5_SHA_512" => {
                    key.verify(Pkcs1v15Sign::new::<Sha512>(), &digest, signature)
                }
                "RSASSA_PSS_SHA_256" => key.verify(Pss::<Sha256>::new(), &digest, signature),
                "RSASSA_PSS_SHA_384" => key.verify(Pss::<Sha384>::new(), &digest, signature),
                _ => key.verify(Pss::<Sha512>::new(), &digest, signature),
            }
            .is_ok()
        }
    }
}

#[test]
fn signatures_are_what_others_take_and_make() {
    let kms = Kms::new();
    let pairs = KeySpec::ALL
        .iter()
        .copied()
        .filter(|spec| is_importable(*spec));
    for key_spec in pairs.filter(|spec| material_bytes(*spec).1.is_some()) {
        let arn = kms.imported(key_spec, "SIGN_VERIFY");
        let published = kms.must("GetPublicKey", json!({ "KeyId": arn }));
        let public_key = blob(&published["PublicKey"]);
        assert_eq!(
            Some(public_key.as_slice()),
            material_bytes(key_spec).1,
            "{key_spec}"
        );
        assert_eq!(published["KeySpec"], key_spec.as_str());
        let algorithms: Vec<String> = published["SigningAlgorithms"]
            .as_array()
            .expect("a list")
            .iter()
            .map(text)
            .collect();
        assert_eq!(
            algorithms.len(),
            match key_spec.family() {
                Family::Rsa { .. } => 6,
                Family::Ed25519 => 2,
                _ => 1,
            }
        );
        for algorithm in &algorithms {
            signs(&kms, &arn, key_spec, algorithm, &public_key);
        }
    }
}

fn signs(kms: &Kms, arn: &str, key_spec: KeySpec, algorithm: &str, public_key: &[u8]) {
    let (raw, digest) = (
        (base64(MESSAGE), "RAW"),
        (base64(&digest(algorithm)), "DIGEST"),
    );
    let taken = match algorithm {
        "ED25519_SHA_512" => vec![&raw],
        "ED25519_PH_SHA_512" => vec![&digest],
        _ => vec![&raw, &digest],
    };
    for (message, kind) in &taken {
        let request = json!({ "KeyId": arn, "Message": message, "MessageType": kind, "SigningAlgorithm": algorithm });
        let signed = kms.must("Sign", request);
        assert_eq!(
            (&signed["KeyId"], &signed["SigningAlgorithm"]),
            (&json!(arn), &json!(algorithm))
        );
        let signature = blob(&signed["Signature"]);
        assert!(
            verifies(public_key, key_spec, algorithm, &signature),
            "{key_spec} {algorithm} {kind}"
        );
        // A signature verifies in both message types.
        for (message, kind) in &taken {
            let mut request = json!({
                "KeyId": arn, "Message": message, "MessageType": kind, "SigningAlgorithm": algorithm,
                "Signature": base64(&signature),
            });
            let verified =
                json!({ "KeyId": arn, "SignatureValid": true, "SigningAlgorithm": algorithm });
            assert_eq!(
                kms.must("Verify", request.clone()),
                verified,
                "{key_spec} {algorithm}"
            );
            let mut damaged = signature.clone();
            *damaged.last_mut().expect("bytes") ^= 1;
            request["Signature"] = json!(base64(&damaged));
            assert_eq!(
                kms.refused("Verify", request),
                "KMSInvalidSignatureException"
            );
        }
    }
    let request = json!({ "KeyId": arn, "Message": "AAAA", "MessageType": "DIGEST", "SigningAlgorithm": algorithm });
    let expected = if taken.contains(&&digest) {
        format!("ValidationException: Digest is invalid length for algorithm {algorithm}.")
    } else {
        format!(
            "ValidationException: Message type DIGEST is incompatible with algorithm {algorithm}."
        )
    };
    assert_eq!(kms.refused("Sign", request), expected);
}

/// The texts are AWS's, as far as they are recorded.
#[test]
fn ed25519_takes_one_type_of_message_for_each_algorithm() {
    let kms = Kms::new();
    let arn = kms.imported(KeySpec::EccNistEdwards25519, "SIGN_VERIFY");
    let request = |algorithm: &str, kind: &str| {
        json!({
            "KeyId": arn, "Message": base64(&[7; 64]), "MessageType": kind,
            "SigningAlgorithm": algorithm, "Signature": base64(&[7; 64]),
        })
    };
    for operation in ["Sign", "Verify"] {
        let refused = |algorithm, kind| {
            let mut request = request(algorithm, kind);
            if operation == "Sign" {
                request
                    .as_object_mut()
                    .expect("an object")
                    .remove("Signature");
            }
            kms.refused(operation, request)
        };
        assert_eq!(
            refused("ED25519_PH_SHA_512", "RAW"),
            "ValidationException: Message type RAW is incompatible with algorithm ED25519_PH_SHA_512."
        );
        assert_eq!(
            refused("ED25519_SHA_512", "DIGEST"),
            "ValidationException: Message type DIGEST is incompatible with algorithm ED25519_SHA_512."
        );
        for algorithm in ["ED25519_SHA_512", "ED25519_PH_SHA_512"] {
            assert_eq!(refused(algorithm, "EXTERNAL_MU"), "ValidationException");
        }
        assert_eq!(
            refused("ECDSA_SHA_512", "RAW"),
            "InvalidKeyUsageException: Algorithm ECDSA_SHA_512 is incompatible with key spec \
             ECC_NIST_EDWARDS25519."
        );
    }
    let mut default = request("ED25519_PH_SHA_512", "RAW");
    default
        .as_object_mut()
        .expect("an object")
        .remove("MessageType");
    assert_eq!(
        kms.refused("Sign", default),
        "ValidationException: Message type RAW is incompatible with algorithm ED25519_PH_SHA_512.",
        "RAW is the default"
    );
}

/// The salt of a signature is as long as its digest, and `Verify` takes no other.
///
/// # Source
///
/// AWS KMS Developer Guide, "RSASSA_PSS".
#[test]
fn pss_salts_are_as_long_as_the_digest() {
    let kms = Kms::new();
    let mut rng = rng(5);
    macro_rules! check {
        ($Hash:ty, $arn:expr, $key_spec:expr, $algorithm:expr) => {{
            let private_key = rsa::PrivateKey::from_pkcs8_der(material_bytes($key_spec).0).expect("a key");
            let public_key = private_key.to_public_key();
            let digest = <$Hash>::digest(MESSAGE);
            let longest = private_key.size() - digest.len() - 2;
            let request = json!({ "KeyId": $arn, "Message": base64(MESSAGE), "SigningAlgorithm": $algorithm });
            let ours = blob(&kms.must("Sign", request.clone())["Signature"]);
            for salt in [0, 1, 20, digest.len() - 1, digest.len(), digest.len() + 1, longest] {
                let fits = salt == digest.len();
                let scheme = || Pss::<$Hash>::new_with_salt(salt);
                assert_eq!(public_key.verify(scheme(), &digest, &ours).is_ok(), fits, "{salt}");
                let theirs = private_key.sign_with_rng(&mut rng, scheme(), &digest).expect("signed");
                let mut request = request.clone();
                request["Signature"] = json!(base64(&theirs));
                let verified = kms.call("Verify", request);
                assert_eq!(verified.is_ok(), fits, "{} {} {salt}", $key_spec, $algorithm);
            }
        }};
    }
    for key_spec in [KeySpec::Rsa2048, KeySpec::Rsa3072, KeySpec::Rsa4096] {
        let arn = kms.imported(key_spec, "SIGN_VERIFY");
        check!(Sha256, arn, key_spec, "RSASSA_PSS_SHA_256");
        check!(Sha384, arn, key_spec, "RSASSA_PSS_SHA_384");
        check!(Sha512, arn, key_spec, "RSASSA_PSS_SHA_512");
    }
}

/// AWS KMS does not normalise s. A caller that needs the lower value must do so, here too.
#[test]
fn signatures_on_secp256k1_have_either_s() {
    let kms = Kms::new();
    let arn = kms.imported(KeySpec::EccSecgP256k1, "SIGN_VERIFY");
    let is_high = || {
        let request =
            json!({ "KeyId": arn, "Message": "AAAA", "SigningAlgorithm": "ECDSA_SHA_256" });
        let signature =
            k256::ecdsa::Signature::from_der(&blob(&kms.must("Sign", request)["Signature"]));
        let signature = signature.expect("DER");
        signature.normalize_s() != signature
    };
    let high = (0..64).filter(|_| is_high()).count();
    assert!((8..=56).contains(&high), "{high} of 64");
}

#[test]
fn macs_are_what_others_make() {
    let kms = Kms::new();
    macro_rules! mac {
        ($Hash:ty, $key_spec:expr) => {
            Hmac::<$Hash>::new_from_slice(material_bytes($key_spec).0)
                .expect("any length")
                .chain_update(MESSAGE)
                .finalize()
                .into_bytes()
                .to_vec()
        };
    }
    for (key_spec, algorithm, expected) in [
        (
            KeySpec::Hmac224,
            "HMAC_SHA_224",
            mac!(Sha224, KeySpec::Hmac224),
        ),
        (
            KeySpec::Hmac256,
            "HMAC_SHA_256",
            mac!(Sha256, KeySpec::Hmac256),
        ),
        (
            KeySpec::Hmac384,
            "HMAC_SHA_384",
            mac!(Sha384, KeySpec::Hmac384),
        ),
        (
            KeySpec::Hmac512,
            "HMAC_SHA_512",
            mac!(Sha512, KeySpec::Hmac512),
        ),
    ] {
        let arn = kms.imported(key_spec, "GENERATE_VERIFY_MAC");
        let mut request =
            json!({ "KeyId": arn, "Message": base64(MESSAGE), "MacAlgorithm": algorithm });
        let made = kms.must("GenerateMac", request.clone());
        assert_eq!(
            made,
            json!({ "KeyId": arn, "Mac": base64(&expected), "MacAlgorithm": algorithm })
        );
        request["Mac"] = made["Mac"].clone();
        let valid = json!({ "KeyId": arn, "MacAlgorithm": algorithm, "MacValid": true });
        assert_eq!(kms.must("VerifyMac", request.clone()), valid);
        for wrong in [
            &expected[1..],
            &[&expected[..], &[0]].concat(),
            &vec![0; expected.len()],
        ] {
            request["Mac"] = json!(base64(wrong));
            assert_eq!(
                kms.refused("VerifyMac", request.clone()),
                "KMSInvalidMacException"
            );
        }
        let other = if algorithm == "HMAC_SHA_256" {
            "HMAC_SHA_512"
        } else {
            "HMAC_SHA_256"
        };
        let request = json!({ "KeyId": arn, "Message": "AAAA", "MacAlgorithm": other });
        assert_eq!(
            kms.refused("GenerateMac", request),
            format!(
                "InvalidKeyUsageException: Algorithm {other} is incompatible with key spec {key_spec}."
            )
        );
    }
}

#[test]
fn a_key_serves_what_it_was_made_for() {
    let kms = Kms::new();
    let symmetric = kms.imported(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    let signing = kms.imported(KeySpec::EccNistP256, "SIGN_VERIFY");
    let agreeing = kms.imported(KeySpec::EccNistP384, "KEY_AGREEMENT");
    let sign = |arn: &str, algorithm: &str| -> Value {
        json!({ "KeyId": arn, "Message": "AAAA", "SigningAlgorithm": algorithm })
    };
    let usage = |arn: &str, usage: &str, operation: &str| {
        format!(
            "InvalidKeyUsageException: {arn} key usage is {usage} which is not valid for {operation}."
        )
    };
    assert_eq!(
        kms.refused("Sign", sign(&symmetric, "ECDSA_SHA_256")),
        usage(&symmetric, "ENCRYPT_DECRYPT", "Sign")
    );
    assert_eq!(
        kms.refused("Sign", sign(&agreeing, "ECDSA_SHA_384")),
        usage(&agreeing, "KEY_AGREEMENT", "Sign")
    );
    let request = json!({ "KeyId": signing, "KeySpec": "AES_256" });
    assert_eq!(
        kms.refused("GenerateDataKey", request),
        usage(&signing, "SIGN_VERIFY", "GenerateDataKey")
    );
    assert_eq!(
        kms.refused("Sign", sign(&signing, "ECDSA_SHA_384")),
        "InvalidKeyUsageException: Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256."
    );
    let published = kms.must("GetPublicKey", json!({ "KeyId": agreeing }));
    assert_eq!(published["KeyAgreementAlgorithms"], json!(["ECDH"]));
    assert_eq!(
        kms.refused("GetPublicKey", json!({ "KeyId": symmetric })),
        "UnsupportedOperationException"
    );
    let waiting = kms.create(KeySpec::Rsa2048, "SIGN_VERIFY");
    assert_eq!(
        kms.refused("GetPublicKey", json!({ "KeyId": waiting })),
        format!("KMSInvalidStateException: {waiting} is pending import.")
    );
}
