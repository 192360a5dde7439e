//! Cases of the China Regions: SM2 keys, SM4 keys, and what is wrapped under SM2.

use std::fs;
use std::path::Path;
use std::rc::Rc;

use serde_json::Value;
use sm2::elliptic_curve::sec1::{FromSec1Point as _, ToSec1Point as _};
use sm2::{ProjectivePoint, PublicKey, Sec1Point, SecretKey};
use tempfile::TempDir;

use super::{Case, json, set_up};
use crate::forms::der_of;
use crate::material::{fixture, secrets_of_pkcs8};
use crate::needles::Secret;
use crate::random::random_bytes;
use crate::wrapping_key;

const ARN: &str = "arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

pub(crate) fn china() -> Vec<Case> {
    let mut cases = generated();
    for (key_spec, file) in [
        ("SM2", "TEST-sm2.pem"),
        ("SM2", "TEST-sm2-sec1.pem"),
        ("ECC_NIST_P256", "TEST-p256.pem"),
        ("RSA_2048", "TEST-rsa-2048.pem"),
    ] {
        cases.extend(under_sm2(key_spec, file));
    }
    cases
}

/// New keys, and an SM4 key in a rehearsal.
fn generated() -> Vec<Case> {
    let folder = Rc::new(TempDir::new().expect("a folder"));
    let line = "generate --region cn-north-1 --key-spec SM2 -o key";
    let made = Case::new(&folder, line.to_owned(), 0, Vec::new());
    let made_sm2 =
        |folder: &Path| secrets_of_pkcs8(&fs::read(folder.join("key")).expect("a new key"));
    let made = Case {
        written: made_sm2,
        removed: &["key"],
        ..made
    };

    let sm4 = random_bytes(16);
    fs::write(folder.path().join("sm4"), &sm4).expect("written");
    let line = "rehearse --region cn-north-1 --key-spec SYMMETRIC_DEFAULT --wrapping-key-spec RSA_2048 sm4";
    vec![
        made,
        Case::new(
            &folder,
            line.to_owned(),
            0,
            vec![Secret::new("SM4 key", sm4)],
        ),
    ]
}

/// From the parameters to the verdict, and with a wrapping key from elsewhere.
fn under_sm2(key_spec: &str, file: &str) -> Vec<Case> {
    let folder = TempDir::new().expect("a folder");
    for name in [
        file,
        "TEST-wrapping-sm2.pem",
        "TEST-wrapping-sm2-public.der",
        "ImportToken.bin",
    ] {
        fs::write(folder.path().join(name), fixture(name)).expect("written");
    }
    let params = format!(
        "params --key-id {ARN} --key-spec {key_spec} --wrapping-algorithm SM2PKE --wrapping-key-spec SM2"
    );
    set_up(&folder, &format!("{params} -o params.json"));
    let wrap = format!("--key-spec {key_spec} --wrapping-algorithm SM2PKE");
    set_up(
        &folder,
        &format!("wrap --rehearsal --params params.json {wrap} -o request.json {file}"),
    );
    let request = json(folder.path(), "request.json");
    let damaged = wrapping_key::with_damaged_blob(request.clone()).to_string();
    fs::write(folder.path().join("damaged.json"), damaged).expect("written");

    let root = wrapping_key::root_secret(folder.path());
    let scalar = wrapping_key::numbers_sealed_in(&request, &root);
    let own = secrets_of_pkcs8(&pkcs8_of(file));
    let known = [own.clone(), inside(&request, &scalar), vec![root]].concat();
    let public = format!(
        "wrap --public-key TEST-wrapping-sm2-public.der --import-token ImportToken.bin --key-id {ARN} {wrap}"
    );
    set_up(&folder, &format!("{public} --format binary -o blob {file}"));
    let folder = Rc::new(folder);
    let case =
        |line: String, status, known: &Vec<Secret>| Case::new(&folder, line, status, known.clone());

    let wrapped = case(format!("{public} -o out.json {file}"), 0, &own);
    let wrapped = Case {
        written: of_the_fixture,
        removed: &["out.json"],
        ..wrapped
    };
    let issued = Case {
        written: sealed,
        removed: &["new.json"],
        ..case(format!("{params} -o new.json"), 0, &Vec::new())
    };
    let verify =
        |rest: &str, status| case(format!("verify --import-request {rest}"), status, &known);
    let with_key = case(
        format!(
            "verify --private-key TEST-wrapping-sm2.pem --region cn-north-1 {wrap} --encrypted-key-material blob"
        ),
        0,
        &[own, vec![Secret::new("wrapping scalar", fixture_scalar())]].concat(),
    );
    let rehearsed = case(
        format!("rehearse --region cn-north-1 --wrapping-algorithm SM2PKE {file}"),
        0,
        &secrets_of_pkcs8(&pkcs8_of(file)),
    );
    let against = format!("request.json --material {file}");
    vec![
        issued,
        wrapped,
        verify("request.json", 0),
        verify(&against, 0),
        verify("damaged.json", 1),
        with_key,
        rehearsed,
    ]
}

/// Returns the key in PKCS#8, whatever the format of the file.
fn pkcs8_of(file: &str) -> Vec<u8> {
    der_of(&fixture(if file == "TEST-sm2-sec1.pem" {
        "TEST-sm2.pem"
    } else {
        file
    }))
}

fn fixture_scalar() -> Vec<u8> {
    secrets_of_pkcs8(&der_of(&fixture("TEST-wrapping-sm2.pem")))
        .remove(0)
        .bytes
}

/// The secrets that only the wrapping key of the fixtures reveals.
fn of_the_fixture(folder: &Path) -> Vec<Secret> {
    inside(&json(folder, "out.json"), &fixture_scalar())
}

/// Returns the wrapping key of new parameters.
fn sealed(folder: &Path) -> Vec<Secret> {
    let root = wrapping_key::root_secret(folder);
    let scalar = wrapping_key::numbers_sealed_in(&json(folder, "new.json"), &root);
    vec![Secret::new("wrapping scalar", scalar), root]
}

/// Returns the wrapping key, and the point that it shares with the request's ciphertext, which
/// opens the ciphertext.
fn inside(request: &Value, scalar: &[u8]) -> Vec<Secret> {
    let blob = wrapping_key::blob(request);
    let mut rest = &blob[if blob[1] < 0x80 {
        2
    } else {
        2 + usize::from(blob[1] & 0x7f)
    }..];
    let mut point = vec![4];
    for _ in 0..2 {
        let (integer, after) = rest[2..].split_at(usize::from(rest[1]));
        let start = integer.len().saturating_sub(32);
        point.extend(std::iter::repeat_n(
            0,
            32_usize.saturating_sub(integer.len()),
        ));
        point.extend_from_slice(&integer[start..]);
        rest = after;
    }
    let point = Sec1Point::from_bytes(&point).expect("a point");
    let point: Option<PublicKey> = PublicKey::from_sec1_point(&point).into();
    let key = SecretKey::from_slice(scalar).expect("a scalar");
    let shared: ProjectivePoint =
        point.expect("on the curve").to_projective() * *key.to_nonzero_scalar();
    let shared = shared.to_affine().to_sec1_point(false);
    let (x, y) = shared.as_bytes()[1..].split_at(32);
    vec![
        Secret::new("wrapping scalar", scalar),
        Secret::new("shared point's x", x),
        Secret::new("shared point's y", y),
    ]
}
