//! Key material for the China Regions, compared with OpenSSL and gmssl: SM2 keys, SM2 ciphertexts,
//! SM4 keys.
//!
//! Where one of them is missing the test says `skipped` and passes, unless `CI` is set.
//! `BYOK_PYTHON` names a Python with the package `gmssl`.

use std::path::Path;

use byok_core::hex;
use byok_core::secret::SecretBytes;
use byok_core::wrapping;
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_private_key::WrappingPrivateKey;
use interop_support::{Sandbox, assert_success, has_openssl, python_with, rounds, say, test_file};
use rand_core::UnwrapErr;
use serde_json::Value;

mod interop_support;

const ARN: &str =
    "arn:aws-cn:kms:cn-northwest-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// Generates SM2 keys with OpenSSL: `NAME.pem` (PKCS#8), `NAME.der` and `NAME-public.der`.
fn make_sm2_key(sandbox: &Sandbox, name: &str) {
    sandbox.openssl(&format!("genpkey -algorithm SM2 -out {name}.pem"));
    sandbox.openssl(&format!(
        "pkcs8 -topk8 -nocrypt -in {name}.pem -outform DER -out {name}.der"
    ));
    sandbox.openssl(&format!(
        "pkey -in {name}.pem -pubout -outform DER -out {name}-public.der"
    ));
}

/// A file for each length of material that SM2 wraps, and its key spec.
fn materials(sandbox: &Sandbox) -> Vec<(&'static str, &'static str)> {
    let materials = [
        ("ECC_NIST_P256", "EC -pkeyopt ec_paramgen_curve:P-256"),
        ("ECC_NIST_P521", "EC -pkeyopt ec_paramgen_curve:P-521"),
        ("SM2", "SM2"),
        ("RSA_2048", "RSA -pkeyopt rsa_keygen_bits:2048"),
        ("RSA_4096", "RSA -pkeyopt rsa_keygen_bits:4096"),
    ];
    let make = |(key_spec, algorithm): (&'static str, &str)| {
        sandbox.openssl(&format!(
            "genpkey -algorithm {algorithm} -out {key_spec}.pem"
        ));
        sandbox.openssl(&format!(
            "pkcs8 -topk8 -nocrypt -in {key_spec}.pem -outform DER -out {key_spec}.pk8"
        ));
        key_spec
    };
    let files = [
        "P256.pk8",
        "P521.pk8",
        "SM2.pk8",
        "RSA_2048.pk8",
        "RSA_4096.pk8",
    ];
    let all: Vec<_> = materials.map(make).into_iter().zip(files).collect();
    all.into_iter()
        .map(|(key_spec, file)| {
            sandbox.write(file, sandbox.read(&format!("{key_spec}.pk8")));
            (key_spec, file)
        })
        .collect()
}

#[test]
fn openssl_opens_what_wrap_makes_under_sm2() {
    if !has_openssl() {
        return;
    }
    let sandbox = Sandbox::new();
    make_sm2_key(&sandbox, "wrapping");
    sandbox.write(
        "token",
        [
            &[1, 1, 2, 0, 0x78][..],
            &[7; 32],
            &[0, 0, 0, 200],
            &[9; 200],
        ]
        .concat(),
    );
    let materials = materials(&sandbox);
    let mut opened = 0;
    for (key_spec, file) in (0..rounds()).flat_map(|_| &materials) {
        sandbox.byok_ok(&format!(
            "wrap --public-key wrapping-public.der --import-token token --key-id {ARN} --key-spec {key_spec} \
             --wrapping-algorithm SM2PKE --format binary -o blob-{opened} {file}"
        ));
        sandbox.openssl(&format!(
            "pkeyutl -decrypt -inkey wrapping.pem -in blob-{opened} -out opened"
        ));
        assert_eq!(sandbox.read("opened"), sandbox.read(file), "{key_spec}");
        opened += 1;
    }
    say(&format!(
        "OpenSSL opened {opened} of {opened} that wrap made under SM2"
    ));
}

#[test]
fn verify_opens_what_openssl_wraps_under_sm2() {
    if !has_openssl() {
        return;
    }
    let sandbox = Sandbox::new();
    make_sm2_key(&sandbox, "wrapping");
    let mut opened = 0;
    for (key_spec, file) in materials(&sandbox) {
        // For a key of OpenSSL's, and for one of params.
        sandbox.openssl(&format!(
            "pkeyutl -encrypt -pubin -inkey wrapping-public.der -keyform DER -in {file} -out blob"
        ));
        for key in ["wrapping.der", "wrapping.pem"] {
            sandbox.byok_ok(&format!(
                "verify --private-key {key} --region cn-north-1 --wrapping-algorithm SM2PKE --key-spec {key_spec} \
                 --encrypted-key-material blob --material {file}"
            ));
        }
        sandbox.byok_ok(&format!(
            "params --key-id {ARN} --key-spec {key_spec} --wrapping-algorithm SM2PKE --wrapping-key-spec SM2 \
             --store {key_spec} -o {key_spec}.json --public-key-out {key_spec}-wrapping.der"
        ));
        sandbox.openssl(&format!(
            "pkeyutl -encrypt -pubin -inkey {key_spec}-wrapping.der -keyform DER -in {file} -out blob"
        ));
        sandbox.byok_ok(&format!(
            "verify --store {key_spec} --params {key_spec}.json --encrypted-key-material blob --material {file}"
        ));
        opened += 3;
    }
    say(&format!(
        "verify opened {opened} of {opened} that OpenSSL wrapped under SM2"
    ));
}

/// AWS KMS accepts no 32 bytes under SM2. The mechanism does.
#[test]
fn any_length_goes_both_ways_between_openssl_and_sm2pke() {
    if !has_openssl() {
        return;
    }
    let sandbox = Sandbox::new();
    make_sm2_key(&sandbox, "wrapping");
    let key = WrappingPrivateKey::from_pkcs8(&SecretBytes::new(sandbox.read("wrapping.der")))
        .expect("a key");
    let mut rng = UnwrapErr(getrandom::SysRng);
    for len in [1, 16, 31, 32, 33, 127, 128, 255, 256, 1024, 2400] {
        sandbox.random("material", len);
        let material = SecretBytes::new(sandbox.read("material"));
        let blob = wrapping::wrap(
            &material,
            WrappingAlgorithm::Sm2Pke,
            key.public_key(),
            &mut rng,
        );
        sandbox.write("blob", blob.expect("wrapped"));
        sandbox.openssl("pkeyutl -decrypt -inkey wrapping.pem -in blob -out opened");
        assert_eq!(sandbox.read("opened"), material.expose(), "{len}");
        sandbox.openssl(
            "pkeyutl -encrypt -pubin -inkey wrapping-public.der -keyform DER -in material -out blob",
        );
        let opened = wrapping::unwrap(
            &sandbox.read("blob"),
            WrappingAlgorithm::Sm2Pke,
            &key,
            &mut rng,
        );
        assert_eq!(opened, Ok(material), "{len}");
    }
}

/// One key in the formats of OpenSSL, with the expected source format of each.
#[test]
fn an_sm2_key_is_the_same_bytes_in_every_form_of_openssl() {
    if !has_openssl() {
        return;
    }
    let sandbox = Sandbox::new();
    make_sm2_key(&sandbox, "key");
    let canonical = sandbox.read("key.der");
    sandbox.write("passphrase", "TEST passphrase\n");
    let encrypt = "pkcs8 -topk8 -in key.pem -passout file:passphrase -v2 aes256";
    for (file, command, form, remark) in [
        ("key.pem", "", "PKCS#8 PEM", None),
        ("key.der", "", "PKCS#8 DER", None),
        ("encrypted.pem", encrypt, "encrypted PKCS#8 PEM", None),
        (
            "encrypted.der",
            &format!("{encrypt} -outform DER"),
            "encrypted PKCS#8 DER",
            None,
        ),
        ("sec1.pem", "ec -in key.pem", "SEC1 PEM", None),
        ("sec1.der", "ec -in key.pem -outform DER", "SEC1 DER", None),
        (
            "compressed.der",
            "ec -in key.pem -conv_form compressed -outform DER",
            "SEC1 DER",
            None,
        ),
        (
            "explicit.pem",
            "ec -in key.pem -param_enc explicit",
            "SEC1 PEM",
            Some("explicit curve parameters"),
        ),
        (
            "bare.der",
            "ec -in key.pem -no_public -outform DER",
            "SEC1 DER",
            Some("public key"),
        ),
    ] {
        if !command.is_empty() {
            sandbox.openssl(&format!("{command} -out {file}"));
        }
        let encrypted = form.starts_with("encrypted");
        let passphrase = if encrypted {
            "--passphrase-file passphrase"
        } else {
            ""
        };
        let answer = sandbox.byok_ok(&format!(
            "rehearse --region cn-north-1 --output json {passphrase} {file}"
        ));
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        let facts = &answer["KeyMaterial"];
        assert_eq!(
            (&answer["Verdict"], &facts["KeySpec"]),
            (&"accepted".into(), &"SM2".into()),
            "{file}: {answer}"
        );
        assert_eq!(facts["SourceFormat"], form, "{file}");
        let remarks = facts["Remarks"].to_string();
        assert!(
            remark.map_or(remarks == "[]", |remark| remarks.contains(remark)),
            "{file}: {remarks}"
        );

        sandbox.byok_ok(&format!(
            "params --key-id {ARN} --key-spec SM2 --wrapping-algorithm SM2PKE --wrapping-key-spec SM2 \
             --store store-{file} -o params-{file}"
        ));
        sandbox.byok_ok(&format!(
            "wrap --rehearsal --params params-{file} --wrapping-algorithm SM2PKE --key-spec SM2 {passphrase} -o request-{file} {file}"
        ));
        sandbox.byok_ok(&format!(
            "verify --store store-{file} --import-request request-{file} --material key.der"
        ));
    }
    let public = sandbox.openssl("pkey -in key.pem -pubout");
    assert_eq!(sandbox.byok_ok("public-key key.der"), public);
    sandbox.openssl("pkey -inform DER -in key.der -check -noout");
    assert_eq!(canonical.len(), 138);
}

#[test]
fn sm4_keys_have_the_check_value_that_openssl_computes() {
    if !has_openssl() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.random("key", 16);
    sandbox.write("zeros", [0; 16]);
    let key = hex::encode(&sandbox.read("key"));
    let cmac = sandbox.openssl(&format!(
        "mac -cipher SM4-CBC -macopt hexkey:{key} -in zeros CMAC"
    ));
    let cmac = String::from_utf8(cmac).expect("hex").to_lowercase();
    let answer = sandbox
        .byok_ok("rehearse --region cn-north-1 --key-spec SYMMETRIC_DEFAULT --output json key");
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    let fingerprint = answer["KeyMaterial"]["Fingerprint"]
        .as_str()
        .unwrap_or_default();
    assert_eq!(fingerprint, format!("sm4-cmac:{}", &cmac[..6]));
}

fn gmssl(python: &Path, sandbox: &Sandbox, words: [&str; 4]) -> String {
    let mut command = sandbox.command(python);
    command
        .arg("-B")
        .arg(test_file("interop_support/gmssl_peer.py"))
        .args(words);
    let answer = assert_success("gmssl_peer.py", command.output().expect("Python starts"));
    String::from_utf8(answer).expect("hex").trim().to_owned()
}

/// `SEQUENCE { x, y, C3, C2 }` of parts in hex that are shorter than 128 bytes each, except
/// possibly C2.
fn der(x: &str, y: &str, c3: &str, c2: &str) -> Vec<u8> {
    let tlv = |tag: u8, value: &[u8]| {
        let len = value.len();
        let header = match u8::try_from(len) {
            Ok(len @ ..=0x7f) => vec![tag, len],
            Ok(len) => vec![tag, 0x81, len],
            Err(_) => [
                &[tag, 0x82][..],
                &u16::try_from(len).expect("short").to_be_bytes(),
            ]
            .concat(),
        };
        [&header, value].concat()
    };
    let bytes = |digits: &str| hex::decode_lenient(digits).expect("hex");
    let integer = |digits: &str| {
        let bytes = bytes(digits);
        let start = bytes.iter().position(|byte| *byte != 0).expect("not zero");
        let sign = if bytes[start] >= 0x80 { &[0][..] } else { &[] };
        tlv(2, &[sign, &bytes[start..]].concat())
    };
    tlv(
        0x30,
        &[
            integer(x),
            integer(y),
            tlv(4, &bytes(c3)),
            tlv(4, &bytes(c2)),
        ]
        .concat(),
    )
}

#[test]
fn gmssl_and_sm2pke_open_what_the_other_makes() {
    let Some(python) = python_with("gmssl").filter(|_| has_openssl()) else {
        return;
    };
    let sandbox = Sandbox::new();
    make_sm2_key(&sandbox, "wrapping");
    let key = WrappingPrivateKey::from_pkcs8(&SecretBytes::new(sandbox.read("wrapping.der")))
        .expect("a key");
    let pkcs8 = sandbox.read("wrapping.der");
    let scalar = hex::encode(&pkcs8[36..68]);
    let point = hex::encode(&key.public_key().spki().as_bytes()[27..]);
    let mut rng = UnwrapErr(getrandom::SysRng);
    let mut count = 0;
    for len in [1, 32, 138, 255, 1217] {
        sandbox.random("material", len);
        let material = SecretBytes::new(sandbox.read("material"));
        let text = hex::encode(material.expose());
        for mode in ["0", "1"] {
            // The output of gmssl, converted to DER.
            let raw = gmssl(&python, &sandbox, ["encrypt", &point, mode, &text]);
            let (x, rest) = raw.split_at(64);
            let (y, rest) = rest.split_at(64);
            let (c3, c2) = if mode == "1" {
                rest.split_at(64)
            } else {
                let (c2, c3) = rest.split_at(rest.len() - 64);
                (c3, c2)
            };
            let opened = wrapping::unwrap(
                &der(x, y, c3, c2),
                WrappingAlgorithm::Sm2Pke,
                &key,
                &mut rng,
            );
            assert_eq!(opened.as_ref(), Ok(&material), "{len} {mode}");

            // The output of byok, taken out of DER: the same bytes after their headers.
            let blob = wrapping::wrap(
                &material,
                WrappingAlgorithm::Sm2Pke,
                key.public_key(),
                &mut rng,
            );
            let [x, y, c3, c2] = parts(&blob.expect("wrapped"));
            let raw = if mode == "1" {
                [x, y, c3, c2]
            } else {
                [x, y, c2, c3]
            }
            .concat();
            assert_eq!(
                gmssl(&python, &sandbox, ["decrypt", &scalar, mode, &raw]),
                text,
                "{len} {mode}"
            );
            count += 2;
        }
    }
    say(&format!(
        "gmssl and SM2PKE opened {count} of {count} of each other's"
    ));

    // byok refuses gmssl's raw output, and names its order.
    sandbox.openssl(
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -outform DER -out material",
    );
    let material = hex::encode(&sandbox.read("material"));
    for (mode, order) in [("0", "raw C1C2C3"), ("1", "raw C1C3C2")] {
        let raw = gmssl(&python, &sandbox, ["encrypt", &point, mode, &material]);
        sandbox.write("blob", hex::decode_lenient(&raw).expect("hex"));
        let output = sandbox.byok(
            "verify --private-key wrapping.pem --region cn-north-1 --wrapping-algorithm SM2PKE --key-spec \
             ECC_NIST_P256 --encrypted-key-material blob",
            &[],
        );
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8_lossy(&told);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(
            told.contains("InvalidCiphertextException") && told.contains(order),
            "{told}"
        );
    }
}

/// The coordinates, C3 and C2 of a ciphertext in DER, in hex.
fn parts(der: &[u8]) -> [String; 4] {
    let header = |bytes: &[u8]| match bytes[1] {
        len @ ..=0x7f => (2, usize::from(len)),
        0x81 => (3, usize::from(bytes[2])),
        _ => (4, usize::from(u16::from_be_bytes([bytes[2], bytes[3]]))),
    };
    let mut rest = &der[header(der).0..];
    [64, 64, 0, 0].map(|width| {
        let (start, len) = header(rest);
        let (part, after) = rest[start..].split_at(len);
        rest = after;
        let digits = hex::encode(part);
        if width == 0 {
            digits
        } else {
            format!("{:0>64}", digits.trim_start_matches("00"))
        }
    })
}

#[cfg(feature = "serve")]
#[test]
fn imported_sm2_and_sm4_keys_do_what_openssl_and_cryptography_do() {
    let python =
        python_with("boto3").filter(|_| python_with("cryptography").is_some() && has_openssl());
    let Some(python) = python else { return };
    let sandbox = Sandbox::new();
    let script = test_file("interop_support/china_service.py");
    let words = [
        "--quiet",
        "--",
        python.to_str().expect("text"),
        "-B",
        script.to_str().expect("text"),
    ];
    let output = sandbox.byok("serve --port 0 --region cn-north-1", &words);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.trim() == "OK", "{output:?}");
}
