//! Other programs open what `byok` wraps, wrap what it opens, and send what it writes.
//!
//! The peers are OpenSSL, the Python package `cryptography`, and the AWS CLI. If one is missing,
//! the test prints `skipped` and passes, unless `CI` is set. `BYOK_PYTHON` names a Python with
//! `cryptography` and the AWS CLI. `BYOK_INTEROP_ROUNDS` sets the number of rounds per combination.

use std::path::Path;
use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use byok_core::compatibility::Rules;
use byok_core::hex;
use byok_core::key_spec::KeySpec;
use byok_core::timestamp::Timestamp;
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_key_spec::WrappingKeySpec;
use interop_support::endpoint::Endpoint;
use interop_support::material::Material;
use interop_support::peer::{Peer, make_wrapping_key};
use interop_support::{Sandbox, assert_success, has_openssl, python_with, rounds, say, test_file};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

mod interop_support;

const ARN: &str = "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// Every combination that AWS KMS accepts in the standard partitions.
fn combinations(materials: &[Material]) -> Vec<(&Material, WrappingAlgorithm, WrappingKeySpec)> {
    let specs = Rules::Standard.wrapping_key_specs();
    let pairs = materials
        .iter()
        .flat_map(|material| specs.iter().map(move |spec| (material, *spec)));
    pairs
        .flat_map(|(material, spec)| {
            let accepted = Rules::Standard.accepted(material.key_spec, spec);
            accepted
                .into_iter()
                .map(move |algorithm| (material, algorithm, spec))
        })
        .collect()
}

/// An import token of AWS KMS, from the API Reference.
fn documented() -> Value {
    let file = test_file("aws-cli/get-parameters-for-import.json");
    serde_json::from_slice(&std::fs::read(file).expect("the documented response")).expect("JSON")
}

fn documented_token() -> Vec<u8> {
    let token = documented()["ImportToken"]
        .as_str()
        .map(|token| BASE64.decode(token));
    token.expect("a text").expect("base64")
}

fn now() -> Timestamp {
    let since = std::time::UNIX_EPOCH.elapsed().expect("a clock after 1970");
    Timestamp::from_millis(i64::try_from(since.as_millis()).expect("a near year"))
        .expect("a near year")
}

#[test]
fn peers_open_what_wrap_makes() {
    let sandbox = Sandbox::new();
    let peers = Peer::all();
    if !has_openssl() {
        return;
    }
    Rules::Standard
        .wrapping_key_specs()
        .into_iter()
        .for_each(|key| make_wrapping_key(&sandbox, key));
    sandbox.write("token", documented_token());
    let mut opened = 0;
    for round in 0..rounds() {
        // A P-256 key fits every algorithm and wrapping key spec.
        let materials = match round {
            0 => Material::all(&sandbox),
            _ => Material::of(&sandbox, KeySpec::EccNistP256)
                .into_iter()
                .collect(),
        };
        for (material, algorithm, key) in combinations(&materials) {
            let (key_spec, file) = (material.key_spec, &material.file);
            let blob = format!("blob-{opened}");
            sandbox.byok_ok(&format!(
                "wrap --public-key {key}-public.der --import-token token --key-id {ARN} --key-spec {key_spec} \
                 --wrapping-algorithm {algorithm} --format binary -o {blob} {file}"
            ));
            let modulus_len = key.modulus_len().expect("an RSA key");
            for peer in &peers {
                peer.open(
                    &sandbox,
                    algorithm,
                    [&format!("{key}.der"), &blob, "opened"],
                    modulus_len,
                );
                let name = peer.name();
                assert_eq!(
                    sandbox.read("opened"),
                    sandbox.read(file),
                    "{name} {key_spec} {algorithm} {key}"
                );
                opened += 1;
            }
        }
    }
    say(&format!("peers opened {opened} of {opened} that wrap made"));
}

#[test]
fn openssl_takes_the_keys_that_are_made_and_agrees_on_their_public_halves() {
    let sandbox = Sandbox::new();
    if !has_openssl() {
        return;
    }
    sandbox.write("seed", "a seed of more than 16 bytes");
    let is_pair = |spec: &&KeySpec| spec.family().is_key_pair();
    let mut taken = 0;
    for key_spec in KeySpec::ALL.iter().filter(is_pair) {
        for (file, options) in [
            (format!("{key_spec}.der"), ""),
            (
                format!("{key_spec}.pem"),
                "--format pem --from-seed seed --test-only",
            ),
        ] {
            let region = if *key_spec == KeySpec::Sm2 {
                "--region cn-north-1"
            } else {
                ""
            };
            sandbox.byok_ok(&format!(
                "generate --key-spec {key_spec} {region} {options} -o {file}"
            ));
            let form = if options.is_empty() { "DER" } else { "PEM" };
            sandbox.openssl(&format!("pkey -inform {form} -in {file} -check -noout"));
            let public = sandbox.openssl(&format!("pkey -inform {form} -in {file} -pubout"));
            assert_eq!(
                sandbox.byok_ok(&format!("public-key {file}")),
                public,
                "{file}"
            );
            taken += 1;
        }
    }
    say(&format!(
        "OpenSSL took {taken} of {taken} keys that generate made"
    ));
}

#[test]
fn verify_opens_what_peers_wrap_for_a_private_key() {
    let sandbox = Sandbox::new();
    let peers = Peer::all();
    if !has_openssl() {
        return;
    }
    Rules::Standard
        .wrapping_key_specs()
        .into_iter()
        .for_each(|key| make_wrapping_key(&sandbox, key));
    let materials = Material::all(&sandbox);
    let mut opened = 0;
    for (material, algorithm, key) in combinations(&materials) {
        let (key_spec, file) = (material.key_spec, &material.file);
        for peer in &peers {
            peer.wrap(
                &sandbox,
                algorithm,
                [&format!("{key}-public.der"), file, "blob"],
            );
            sandbox.byok_ok(&format!(
                "verify --private-key {key}.der --wrapping-algorithm {algorithm} --key-spec {key_spec} \
                 --encrypted-key-material blob --material {file}"
            ));
            opened += 1;
        }
    }
    say(&format!(
        "verify opened {opened} of {opened} that peers wrapped for OpenSSL's keys"
    ));
}

#[test]
fn verify_opens_what_peers_wrap_for_rehearsal_keys() {
    let sandbox = Sandbox::new();
    let peers = Peer::all();
    if !has_openssl() {
        return;
    }
    sandbox.openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out material.pem");
    sandbox.openssl("pkcs8 -topk8 -nocrypt -in material.pem -outform DER -out material.pk8");
    sandbox.openssl("pkey -in material.pem -pubout -out material-public.pem");
    let mut opened = 0;
    for key in Rules::Standard.wrapping_key_specs() {
        for algorithm in Rules::Standard.wrapping_algorithms() {
            if algorithm.oaep_hash().is_none() {
                continue;
            }
            let params = format!("{algorithm}-{key}.json");
            sandbox.byok_ok(&format!(
                "params --key-id {ARN} --key-spec ECC_NIST_P256 --wrapping-algorithm {algorithm} \
                 --wrapping-key-spec {key} -o {params} --public-key-out {algorithm}-{key}.der"
            ));
            for (peer, _) in peers
                .iter()
                .flat_map(|peer| (0..rounds()).map(move |round| (peer, round)))
            {
                let public_key = format!("{algorithm}-{key}.der");
                peer.wrap(&sandbox, algorithm, [&public_key, "material.pk8", "blob"]);
                sandbox.byok_ok(&format!(
                    "verify --params {params} --encrypted-key-material blob --material material.pem \
                     --expect-public-key material-public.pem"
                ));
                opened += 1;
            }
        }
    }
    say(&format!(
        "verify opened {opened} of {opened} that peers wrapped for keys of params"
    ));
}

#[test]
fn openssl_material_of_every_kind_goes_through_rehearse() {
    if !has_openssl() {
        return;
    }
    let sandbox = Sandbox::new();
    for material in Material::all(&sandbox) {
        let key_spec = material.key_spec;
        let rehearse = |arguments: &str| -> Value {
            let answer = sandbox.byok_ok(&format!("rehearse --output json {arguments}"));
            serde_json::from_slice(&answer).unwrap_or_else(|error| panic!("{key_spec}: {error}"))
        };
        if !material.is_private_key() {
            let report = rehearse(&format!("--key-spec {key_spec} {}", material.file));
            assert_eq!(report["Verdict"], "accepted", "{report}");
            if key_spec.as_str() == "SYMMETRIC_DEFAULT" {
                let fingerprint = report["KeyMaterial"]["Fingerprint"]
                    .as_str()
                    .unwrap_or_default();
                assert_eq!(
                    fingerprint,
                    format!("cmac:{}", cmac_check_value(&sandbox, &material.file))
                );
            }
            continue;
        }
        sandbox.openssl(&format!(
            "pkey -in {} -inform DER -pubout -outform DER -out public.der",
            material.file
        ));
        let fingerprint = hex::encode(&Sha256::digest(sandbox.read("public.der")));
        for file in material.other_forms.iter().chain([&material.file]) {
            let report = rehearse(&format!("--wrapping-key-spec RSA_2048 {file}"));
            assert_eq!(report["Verdict"], "accepted", "{file}: {report}");
            assert_eq!(
                report["KeyMaterial"]["KeySpec"],
                key_spec.as_str(),
                "{file}"
            );
            assert_eq!(report["KeyMaterial"]["Fingerprint"], fingerprint, "{file}");
        }
    }
}

/// The first three bytes of OpenSSL's AES-CMAC over 16 zero bytes.
fn cmac_check_value(sandbox: &Sandbox, key_file: &str) -> String {
    sandbox.write("zeros", [0; 16]);
    let key = hex::encode(&sandbox.read(key_file));
    let mac = sandbox.openssl(&format!(
        "mac -cipher AES-256-CBC -macopt hexkey:{key} -in zeros CMAC"
    ));
    String::from_utf8_lossy(&mac)
        .trim()
        .to_lowercase()
        .chars()
        .take(6)
        .collect()
}

/// Real output of AWS KMS: `tests/aws-cli/get-parameters-for-import.json`, from the API Reference.
#[test]
fn the_documented_response_is_taken_in_its_time_and_refused_today() {
    let sandbox = Sandbox::new();
    sandbox.write("params.json", documented().to_string());
    sandbox.write(
        "key.bin",
        include_bytes!("golden/fixtures/TEST-symmetric.bin"),
    );
    let wrap = "wrap --params params.json --wrapping-algorithm RSAES_OAEP_SHA_256 --key-spec SYMMETRIC_DEFAULT";

    let request: Value = serde_json::from_slice(
        &sandbox.byok_ok(&format!("{wrap} --at 2016-12-01T00:00:00Z key.bin")),
    )
    .expect("JSON");
    assert_eq!(request["KeyId"], documented()["KeyId"]);
    assert_eq!(request["ImportToken"], documented()["ImportToken"]);
    let blob = request["EncryptedKeyMaterial"]
        .as_str()
        .map(|blob| BASE64.decode(blob));
    assert_eq!(blob.expect("a text").expect("base64").len(), 256);

    let output = sandbox.byok(&format!("{wrap} key.bin"), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("byok: error: ExpiredImportTokenException\n"),
        "{said}"
    );
    assert!(said.contains("2016-12-01T22:52:17.044Z"), "{said}");
}

#[test]
fn import_sh_has_the_aws_cli_send_exactly_what_was_wrapped() {
    let Some(python) = python_with("awscli") else {
        return;
    };
    if !has_openssl() {
        return;
    }
    let sandbox = Sandbox::new();
    make_wrapping_key(&sandbox, WrappingKeySpec::Rsa3072);
    sandbox.random("key.bin", 32);
    let end = now().plus_millis(20 * 3_600_000);
    let material_end = end.as_millis() / 1000 + 86_400;
    // The forms of AWS CLI v1, of the wire, and of AWS CLI v2.
    let ends = [
        end.epoch_seconds().to_string(),
        format!("{:E}", end.epoch_seconds()),
        format!("\"{}\"", end.iso8601(3600)),
    ];
    let never = json!({ "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE" });
    let description = "made 2026-11-23 at: a/b.c";
    let expires = json!({
        "ExpirationModel": "KEY_MATERIAL_EXPIRES",
        "ValidTo": material_end,
        "ImportType": "NEW_KEY_MATERIAL",
        "KeyMaterialDescription": description,
    });
    let valid_to = material_end.to_string();
    let options: [(&[&str], &Value); 3] = [
        (&[], &never),
        (
            &[
                "--valid-to",
                &valid_to,
                "--import-type",
                "NEW_KEY_MATERIAL",
                "--key-material-description",
                description,
            ],
            &expires,
        ),
        (
            &["--expiration-model", "KEY_MATERIAL_DOES_NOT_EXPIRE"],
            &never,
        ),
    ];
    for (parameters_valid_to, (at, (options, sent))) in
        ends.iter().zip(options.into_iter().enumerate())
    {
        let folder = format!("import-{at}");
        write_params(&sandbox, parameters_valid_to);
        wrap_to_folder(&sandbox, &folder, options);

        let endpoint = Endpoint::start(&json!({ "KeyId": ARN, "KeyMaterialId": "ab".repeat(32) }));
        let output = run_import_sh(&sandbox, &folder, &endpoint.url, &python);
        assert_success("import.sh", output);
        let request = endpoint.request();
        assert_eq!(request.line, "POST / HTTP/1.1");
        assert_eq!(
            request.headers["x-amz-target"],
            "TrentService.ImportKeyMaterial"
        );
        assert_eq!(
            request.headers["content-type"],
            "application/x-amz-json-1.1"
        );
        assert!(request.headers["authorization"].contains("/us-east-2/kms/aws4_request"));
        let mut body = json!({
            "KeyId": ARN,
            "ImportToken": BASE64.encode(sandbox.read(&format!("{folder}/ImportToken.bin"))),
            "EncryptedKeyMaterial": BASE64.encode(sandbox.read(&format!("{folder}/EncryptedKeyMaterial.bin"))),
        });
        for (member, value) in sent.as_object().expect("an object") {
            body[member] = value.clone();
        }
        assert_eq!(request.body, body);
        assert_eq!(
            sandbox.read(&format!("{folder}/ImportToken.bin")),
            documented_token()
        );
    }
}

#[test]
fn import_sh_sends_nothing_once_the_parameters_have_ended() {
    let sandbox = Sandbox::new();
    sandbox.write("params.json", documented().to_string());
    sandbox.write(
        "key.bin",
        include_bytes!("golden/fixtures/TEST-symmetric.bin"),
    );
    wrap_to_folder(&sandbox, "import", &["--at", "2016-12-01T00:00:00Z"]);
    // An `aws` that records its calls.
    sandbox.write("aws", "#!/bin/sh\ntouch called\n");
    sandbox
        .command("chmod")
        .args(["+x", "aws"])
        .status()
        .expect("chmod starts");
    let mut command = sandbox.command("sh");
    command.arg("import/import.sh").env(
        "PATH",
        format!("{}:/usr/bin:/bin", sandbox.path("").display()),
    );
    let output = command.output().expect("sh starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("ended at 2016-12-01T22:52:17.044Z"));
    assert!(!sandbox.path("called").exists() && !sandbox.path("import/called").exists());
}

/// Returns parameters for OpenSSL's key, in AWS's form; `parameters_valid_to` is JSON.
fn write_params(sandbox: &Sandbox, parameters_valid_to: &str) {
    let token = BASE64.encode(documented_token());
    let public_key = BASE64.encode(sandbox.read("RSA_3072-public.der"));
    let params = format!(
        r#"{{"ImportToken":"{token}","KeyId":"{ARN}","ParametersValidTo":{parameters_valid_to},"PublicKey":"{public_key}"}}"#
    );
    sandbox.write("params.json", params);
}

fn wrap_to_folder(sandbox: &Sandbox, folder: &str, options: &[&str]) {
    let line = format!(
        "wrap --params params.json --wrapping-algorithm RSAES_OAEP_SHA_256 --key-spec SYMMETRIC_DEFAULT \
         --out-dir {folder} key.bin"
    );
    assert_success(&line, sandbox.byok(&line, options));
}

/// Runs the script from another folder, with the AWS CLI from the folder of `python`.
fn run_import_sh(sandbox: &Sandbox, folder: &str, endpoint: &str, python: &Path) -> Output {
    let programs = python
        .parent()
        .expect("a folder of programs")
        .display()
        .to_string();
    let mut command: Command = sandbox.command(sandbox.path(folder).join("import.sh"));
    command
        .current_dir("/")
        .env("PATH", format!("{programs}:/usr/bin:/bin"))
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env(
            "AWS_SECRET_ACCESS_KEY",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        )
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("NO_PROXY", "127.0.0.1");
    command.output().expect("import.sh starts")
}
