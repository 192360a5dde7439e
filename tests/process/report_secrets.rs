//! No report contains key material, in any form, or a digest of it.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD as BASE64, URL_SAFE_NO_PAD};
use byok_core::hex;
use serde_json::json;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use crate::sandbox::{EXAMPLE_ARN, KEY_ID, MATERIAL, Sandbox, files, fixture};
use crate::secrets::{Needles, secret_part};

/// A file of key material, its AWS form, its key spec, and its wrapping algorithm.
type Material = (Vec<u8>, Vec<u8>, &'static str, &'static str);

fn materials() -> Vec<Material> {
    let oaep = "RSAES_OAEP_SHA_256";
    let hybrid = "RSA_AES_KEY_WRAP_SHA_256";
    let p256 = fixture("TEST-p256.pk8");
    vec![
        (
            MATERIAL.to_vec(),
            MATERIAL.to_vec(),
            "SYMMETRIC_DEFAULT",
            oaep,
        ),
        (MATERIAL.to_vec(), MATERIAL.to_vec(), "HMAC_256", oaep),
        (p256.clone(), p256.clone(), "ECC_NIST_P256", oaep),
        (jwk(&p256), p256.clone(), "ECC_NIST_P256", oaep),
        (fixture("TEST-p256-sec1.pem"), p256, "ECC_NIST_P256", hybrid),
        (
            fixture("TEST-rsa-2048.pem"),
            fixture("TEST-rsa-2048.pk8"),
            "RSA_2048",
            hybrid,
        ),
    ]
}

/// A P-256 key as a JSON Web Key: a secret document.
fn jwk(pkcs8: &[u8]) -> Vec<u8> {
    // RFC 5915 inside PKCS#8: the scalar begins at byte 36, and the point is at the end.
    let point = &pkcs8[pkcs8.len() - 64..];
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (d, x, y) = (
        number(&pkcs8[36..68]),
        number(&point[..32]),
        number(&point[32..]),
    );
    json!({ "kty": "EC", "crv": "P-256", "d": d, "x": x, "y": y })
        .to_string()
        .into_bytes()
}

/// Returns the common digests of a secret.
fn digests(secret: &[u8]) -> Vec<String> {
    let digests = [
        Sha256::digest(secret).to_vec(),
        Sha384::digest(secret).to_vec(),
        Sha512::digest(secret).to_vec(),
    ];
    let hex = |digest: &Vec<u8>| hex::encode(digest);
    digests
        .iter()
        .flat_map(|digest| {
            [
                hex(digest),
                hex(digest).to_uppercase(),
                BASE64.encode(digest),
            ]
        })
        .collect()
}

/// Every run that writes a report, also those with a key in the wrong place.
fn lines(key_spec: &str, algorithm: &str) -> Vec<String> {
    let wrap = format!("wrap --wrapping-algorithm {algorithm} --key-spec {key_spec}");
    let production = format!("{wrap} --params production.json --at 2016-12-01T00:00:00Z");
    let rehearsal = format!("{wrap} --rehearsal --params params.json");
    let mut lines = vec![
        format!("rehearse --key-spec {key_spec} --wrapping-key-spec RSA_2048 key"),
        "rehearse --key-spec HMAC_512 --wrapping-key-spec RSA_2048 key".to_owned(),
        "rehearse --key-spec ECC_NIST_P521 --wrapping-key-spec RSA_2048 key".to_owned(),
        format!("{rehearsal} key -o {{n}}.request"),
        format!("{rehearsal} key --out-dir {{n}}.folder"),
        format!("{production} key --format binary -o {{n}}.blob"),
        format!("{production} key --out-dir {{n}}.folder"),
        // A key in place of a public document.
        format!("{production} --parameters-request key key -o {{n}}.request"),
        format!("{production} --encrypted-key-material key -o {{n}}.request"),
        format!("{rehearsal} --rehearsed key key -o {{n}}.request"),
    ];
    lines.extend(
        [
            "--import-request request.json --material key",
            "--params params.json --encrypted-key-material key",
            "--params production.json --encrypted-key-material key --structure",
            "--params leak-params.json --encrypted-key-material key --structure",
            "--import-request key",
            "--import-request leak.json --material key",
            "--import-request leak-token.json",
            "--import-request leak-blob-alone.json",
            "--import-request request.json --against wrap-report.json --params leak-params.json",
            "--import-request leak.json --against wrap-report.json",
        ]
        .map(|arguments| format!("verify {arguments}")),
    );
    lines.push(format!(
        "verify --key-id {KEY_ID} --import-token key --encrypted-key-material key"
    ));
    lines.push(format!(
        "verify --key-id {EXAMPLE_ARN} --import-token ImportToken.bin --encrypted-key-material key --structure \
         --against production-report.json"
    ));
    lines.push(format!(
        "verify --private-key wrapping.pem --wrapping-algorithm {algorithm} --key-spec {key_spec} \
         --encrypted-key-material key"
    ));
    lines
}

/// Documents with an unwrapped key as blob, in base64.
fn leaks(sandbox: &Sandbox, material: &[u8]) {
    let request = sandbox.json("request.json");
    let leak = |member: &str, of: &serde_json::Value| {
        let mut leak = of.clone();
        leak[member] = json!(BASE64.encode(material));
        leak.to_string()
    };
    sandbox.file("leak.json", leak("EncryptedKeyMaterial", &request));
    sandbox.file("leak-token.json", leak("ImportToken", &request));
    sandbox.file(
        "leak-params.json",
        leak("ImportToken", &sandbox.json("params.json")),
    );
    sandbox.file(
        "leak-blob-alone.json",
        leak("EncryptedKeyMaterial", &json!({ "KeyId": KEY_ID })),
    );
}

#[test]
fn no_report_holds_a_secret_or_a_digest_of_one() {
    for (round, (file, material, key_spec, algorithm)) in materials().into_iter().enumerate() {
        let sandbox = Sandbox::new();
        sandbox.file("key", &file);
        sandbox.file("wrapping.pem", fixture("TEST-wrapping-2048.pem"));
        sandbox.file("production.json", fixture("example-response.json"));
        sandbox.file("ImportToken.bin", fixture("ImportToken.bin"));
        sandbox.params(key_spec, algorithm);
        let wrap = format!("wrap --wrapping-algorithm {algorithm} --key-spec {key_spec} key");
        sandbox.must(&format!(
            "{wrap} --rehearsal --params params.json -o request.json --report wrap-report.json"
        ));
        sandbox.must(&format!(
            "{wrap} --params production.json --at 2016-12-01T00:00:00Z -o other.json --report production-report.json"
        ));
        leaks(&sandbox, &material);

        let needles = Needles::of(&secret_part(&material));
        let digests: Vec<String> = [&file, &material]
            .into_iter()
            .flat_map(|secret| digests(secret))
            .collect();
        let clean = |name: &Path, text: &[u8]| {
            assert_eq!(
                needles.found_in(text),
                None,
                "{key_spec}: {}",
                name.display()
            );
            let text = String::from_utf8_lossy(text);
            let digest = digests.iter().find(|digest| text.contains(digest.as_str()));
            assert_eq!(digest, None, "{key_spec}: {}\n{text}", name.display());
        };
        let mut reports = 0;
        for (number, line) in lines(key_spec, algorithm).iter().enumerate() {
            // Each run in both forms, with alternating materials.
            let suffix = if (number + round).is_multiple_of(2) {
                "json"
            } else {
                "md"
            };
            let line = line.replace("{n}", &number.to_string());
            let output = sandbox.run(&format!("{line} --report {number}.{suffix} --note words"));
            assert!(
                matches!(output.status.code(), Some(0..=6)),
                "{line}: {output:?}"
            );
            clean(Path::new(&line), &output.stderr);
            let report = sandbox.path(&format!("{number}.{suffix}"));
            // A refused wrap has no report; a verdict of no is a verdict.
            let is_answered = match output.status.code() {
                Some(0) => true,
                Some(1 | 5 | 6) => !line.starts_with("wrap"),
                _ => false,
            };
            assert_eq!(report.exists(), is_answered, "{line}: {output:?}");
            reports += usize::from(report.exists());
        }
        assert!(reports >= 13, "{reports}");
        let of_the_test = [
            "key",
            "leak.json",
            "leak-token.json",
            "leak-params.json",
            "leak-blob-alone.json",
        ];
        for path in files(&sandbox.path("")) {
            if !of_the_test.iter().any(|name| path == sandbox.path(name)) {
                clean(&path, &std::fs::read(&path).expect("readable"));
            }
        }
        assert!(
            needles.found_in(&file).is_some(),
            "the needles would be found"
        );
    }
}
