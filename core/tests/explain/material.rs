//! Blobs that open correctly, with wrong contents.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use byok_core::{
    explain::{Cause, LineEnd, MaterialCause},
    hex,
    key_spec::KeySpec,
};
use der::{Decode as _, Encode as _, pem::LineEnding};
use pkcs8::PrivateKeyInfoRef;
use rsa::pkcs8::EncodePrivateKey as _;

use crate::{
    INCORRECT_MATERIAL, Import, KEY_WRAP, OAEP,
    common::{material_bytes, random, rng},
};

pub(crate) fn pem(pkcs8: &[u8]) -> Vec<u8> {
    labelled("PRIVATE KEY", pkcs8)
}

fn labelled(label: &str, der: &[u8]) -> Vec<u8> {
    der::pem::encode_string(label, LineEnding::LF, der)
        .expect("a label")
        .into_bytes()
}

/// PKCS#1, or SEC1 that names its curve.
fn bare(pkcs8: &[u8]) -> Vec<u8> {
    let info = PrivateKeyInfoRef::from_der(pkcs8).expect("PKCS#8");
    let Ok(mut key) = sec1::EcPrivateKey::from_der(info.private_key.as_bytes()) else {
        return info.private_key.as_bytes().to_vec();
    };
    let curve = info.algorithm.parameters_oid().expect("a named curve");
    key.parameters = Some(sec1::EcParameters::NamedCurve(curve));
    key.to_der().expect("encodes")
}

fn names(import: &Import, bytes: &[u8]) -> Vec<&'static str> {
    import
        .explained(&import.wrapped(bytes), INCORRECT_MATERIAL)
        .iter()
        .map(Cause::name)
        .collect()
}

#[test]
fn private_keys_in_other_forms() {
    for key_spec in [
        KeySpec::EccNistP256,
        KeySpec::EccNistP521,
        KeySpec::EccSecgP256k1,
        KeySpec::Rsa2048,
    ] {
        let import = Import::new(key_spec, KEY_WRAP);
        let good = import.material();
        let inside = bare(good);
        let is_rsa = key_spec == KeySpec::Rsa2048;
        let (form, label) = if is_rsa {
            ("MaterialPkcs1", "RSA PRIVATE KEY")
        } else {
            ("MaterialSec1", "EC PRIVATE KEY")
        };
        let public = material_bytes(key_spec).1.expect("a key pair");
        let hex = hex::encode(good);
        for (bytes, expected) in [
            (pem(good), vec!["MaterialPem"]),
            (
                [b"\xef\xbb\xbf", &pem(good)[..]].concat(),
                vec!["MaterialPem"],
            ),
            (labelled(label, &inside), vec![form]),
            (inside.clone(), vec![form]),
            (hex.clone().into_bytes(), vec!["MaterialHexText"]),
            (format!("{hex}\r\n").into_bytes(), vec!["MaterialHexText"]),
            (
                STANDARD.encode(good).into_bytes(),
                vec!["MaterialBase64Text"],
            ),
            (
                STANDARD.encode(STANDARD.encode(good)).into_bytes(),
                vec!["MaterialBase64Text"; 2],
            ),
            (
                STANDARD.encode(&inside).into_bytes(),
                vec!["MaterialBase64Text", form],
            ),
            (
                STANDARD.encode(pem(good)).into_bytes(),
                vec!["MaterialBase64Text", "MaterialPem"],
            ),
            (
                format!("\u{feff}{hex}").into_bytes(),
                vec!["MaterialByteOrderMark", "MaterialHexText"],
            ),
            (
                hex.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                vec!["MaterialUtf16", "MaterialHexText"],
            ),
            ([good, b"\n"].concat(), vec!["MaterialTrailingNewline"]),
            ([good, b"\r\n"].concat(), vec!["MaterialTrailingNewline"]),
            ([good, &[0; 8]].concat(), vec!["MaterialZeroPadded"]),
            ([good, &[0; 300]].concat(), vec!["MaterialZeroPadded"]),
            ([&[0; 5], good].concat(), vec!["MaterialZeroPadded"]),
            ([good, b"abc"].concat(), vec!["MaterialTrailingBytes"]),
            (public.to_vec(), vec!["MaterialPublicKey"]),
            (labelled("PUBLIC KEY", public), vec!["MaterialPublicKey"]),
            (random(10, 40), vec!["MaterialMalformed"]),
        ] {
            assert_eq!(names(&import, &bytes), expected, "{key_spec}");
        }
    }
}

#[test]
fn private_keys_of_another_kind() {
    let import = Import::new(KeySpec::EccNistP256, KEY_WRAP);
    let (p384, rsa) = (
        material_bytes(KeySpec::EccNistP384).0,
        material_bytes(KeySpec::Rsa2048).0,
    );
    let small = rsa::PrivateKey::new(&mut rng(61), 1024).expect("a key");
    let small = small.to_pkcs8_der().expect("encodes").as_bytes().to_vec();
    // 1.3.132.0.34 (P-384) becomes 1.3.132.0.36 (sect409k1).
    let at = p384
        .windows(5)
        .position(|w| w == [0x2b, 0x81, 4, 0, 0x22])
        .expect("the curve's name");
    let mut other_curve = p384.to_vec();
    other_curve[at + 4] = 0x24;
    for (bytes, expected) in [
        (p384.to_vec(), vec!["MaterialKeySpec"]),
        (rsa.to_vec(), vec!["MaterialKeySpec"]),
        (pem(p384), vec!["MaterialPem", "MaterialKeySpec"]),
        (bare(p384), vec!["MaterialSec1"]),
        (
            labelled("EC PRIVATE KEY", &bare(p384)),
            vec!["MaterialSec1", "MaterialKeySpec"],
        ),
        (
            hex::encode(p384).into_bytes(),
            vec!["MaterialHexText", "MaterialKeySpec"],
        ),
        (other_curve, vec!["MaterialCurve"]),
        (small, vec!["MaterialModulusBits"]),
    ] {
        assert_eq!(names(&import, &bytes), expected);
    }
}

/// Files of other programs: core/tests/data.
#[test]
fn private_keys_that_others_wrote() {
    let import = Import::new(KeySpec::EccNistP256, KEY_WRAP);
    for (bytes, expected) in [
        (
            &include_bytes!("../data/TEST-p256-pbkdf2-sha256-aes256.der")[..],
            "MaterialEncrypted",
        ),
        (
            include_bytes!("../data/TEST-p256-pkcs12-3des.der"),
            "MaterialEncrypted",
        ),
        (
            include_bytes!("../data/TEST-p256.openssh"),
            "MaterialOpenSsh",
        ),
        (
            include_bytes!("../data/TEST-p256-aes256-ctr.openssh"),
            "MaterialEncrypted",
        ),
        (include_bytes!("../data/TEST-p256.jwk"), "MaterialJwk"),
        (
            include_bytes!("../data/TEST-p256-public.jwk"),
            "MaterialPublicKey",
        ),
        (include_bytes!("../data/TEST-oct.jwk"), "MaterialJwk"),
    ] {
        assert_eq!(names(&import, bytes), [expected]);
    }
    let ed25519 = include_bytes!("../data/TEST-ed25519.openssh");
    assert_eq!(
        names(&import, ed25519),
        ["MaterialOpenSsh", "MaterialKeySpec"]
    );
    let encrypted = labelled(
        "ENCRYPTED PRIVATE KEY",
        include_bytes!("../data/TEST-p256-pbkdf2-sha256-aes256.der"),
    );
    assert_eq!(names(&import, &encrypted), ["MaterialEncrypted"]);
}

#[test]
fn a_bare_seed() {
    let import = Import::new(KeySpec::EccNistEdwards25519, OAEP);
    assert_eq!(names(&import, &random(11, 32)), ["MaterialSeed"]);
    assert_eq!(
        names(&import, hex::encode(&random(11, 32)).as_bytes()),
        ["MaterialSeed"]
    );
    let import = Import::new(KeySpec::EccNistEdwards25519, KEY_WRAP);
    let key = include_bytes!("../data/TEST-ed25519.openssh");
    assert_eq!(names(&import, key), ["MaterialOpenSsh"]);
    let key = include_bytes!("../data/TEST-ed25519.jwk");
    assert_eq!(names(&import, key), ["MaterialJwk"]);
}

#[test]
fn a_bare_scalar() {
    let import = Import::new(KeySpec::EccSecgP256k1, OAEP);
    assert_eq!(names(&import, &random(11, 32)), ["MaterialScalar"]);
    assert_eq!(
        names(&import, hex::encode(&random(11, 32)).as_bytes()),
        ["MaterialScalar"]
    );
}

#[test]
fn raw_keys_of_another_length() {
    for (key_spec, surplus) in [(KeySpec::SymmetricDefault, 1), (KeySpec::Hmac384, 81)] {
        let import = Import::new(key_spec, OAEP);
        let good = import.material();
        for (bytes, expected) in [
            ([good, &vec![0; surplus]].concat(), "MaterialZeroPadded"),
            ([&vec![0; surplus], good].concat(), "MaterialZeroPadded"),
            (random(12, good.len() - 1), "MaterialLength"),
            (random(12, 16), "MaterialLength"),
            (random(12, 24), "MaterialLength"),
            (random(12, 129), "MaterialLength"),
            (
                material_bytes(KeySpec::EccNistP256).0.to_vec(),
                "MaterialKeySpec",
            ),
        ] {
            assert_eq!(names(&import, &bytes), [expected], "{key_spec}");
        }
    }
}

#[test]
fn raw_keys_in_other_forms() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let good = import.material();
    let hex = hex::encode(good);
    for (bytes, expected) in [
        (hex.clone().into_bytes(), vec!["MaterialHexText"]),
        (format!("0x{hex}\n").into_bytes(), vec!["MaterialHexText"]),
        (
            STANDARD.encode(good).into_bytes(),
            vec!["MaterialBase64Text"],
        ),
        (
            STANDARD.encode(&hex).into_bytes(),
            vec!["MaterialBase64Text", "MaterialHexText"],
        ),
        ([good, b"\n"].concat(), vec!["MaterialTrailingNewline"]),
        ([good, b"\r\n"].concat(), vec!["MaterialTrailingNewline"]),
        (
            [b"\xef\xbb\xbf", good].concat(),
            vec!["MaterialByteOrderMark"],
        ),
        (random(12, 64), vec!["MaterialLength"]),
        (
            material_bytes(KeySpec::EccNistP256)
                .1
                .expect("a key pair")
                .to_vec(),
            vec!["MaterialPublicKey"],
        ),
        (
            include_bytes!("../data/TEST-oct.jwk").to_vec(),
            vec!["MaterialJwk"],
        ),
    ] {
        assert_eq!(names(&import, &bytes), expected);
    }
}

/// A key whose own last byte is a carriage return.
#[test]
fn a_newline_after_a_carriage_return_is_a_newline() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let key = [&random(13, 31)[..], b"\r"].concat();
    let causes = import.explained(
        &import.wrapped(&[&key[..], b"\n"].concat()),
        INCORRECT_MATERIAL,
    );
    assert_eq!(
        causes,
        [Cause::Material(MaterialCause::Newline(LineEnd::Lf))]
    );
}
