//! Writes the seeds of the fuzz targets, and the inputs that `corpus/` keeps: `seeds CORPUS` fills a
//! folder below CORPUS for each target.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use byok_core::{
    blob::Blob,
    import_parameters::{ImportParameters, TimestampFormat},
    import_request::{ImportOptions, ImportRequest},
    import_token::{ImportToken, TokenContents},
    key_id::KeyArn,
    key_metadata::{KeyMetadata, NewKey},
    key_spec::KeySpec,
    report::{
        Clock, Command, Contents, Import, InputFile, KeyMaterialFacts, KmsKey, Moment,
        OutputContent, OutputFile, Report, ReportKind, Reported, Run, Tool, Validation, Wrapping,
    },
    secret::SecretBytes,
    timestamp::Timestamp,
    verdict::{CheckEntry, SchemaVersion, VerdictKind},
    verify::CheckResult,
    wrapping,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_private_key::WrappingPrivateKey,
};
use byok_core_fuzz::{
    SM2_KEY, WRAPPING_KEY, WRAPPING_KEY_PKCS8, carriers,
    key_store::{jceks, jks, sealed, secret_key},
    material,
    pkcs12::{file as pkcs12_file, older_pem, safe, safe_contents, shrouded},
    rng, root_secret,
};
use der::{Decode as _, pem::LineEnding};
use openssl::hash::MessageDigest;
use pkcs8::PrivateKeyInfoRef;

const KEY_ARN: &str = "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// The target, and the input.
type Seed = (&'static str, Vec<u8>);

fn main() -> io::Result<()> {
    let corpus = PathBuf::from(std::env::args_os().nth(1).expect("a folder"));
    let keys = [private_keys(), odd_private_keys(), raw_keys()].concat();
    let seeds = [
        keys,
        texts(),
        documents(),
        manifests(),
        parameters(),
        wrapped(),
        explained(),
        encrypted(),
        key_stores(),
        pkcs12_files(),
        text_forms(),
    ]
    .concat();
    for (number, (target, input)) in seeds.into_iter().enumerate() {
        let folder = corpus.join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("seed-{number}")), input)?;
    }
    write_kept(&corpus)
}

/// Writes the inputs of earlier campaigns, which are lines of Base64 in `corpus/TARGET.txt`.
fn write_kept(corpus: &Path) -> io::Result<()> {
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus"))? {
        let file = file?.path();
        let folder = corpus.join(file.file_stem().expect("a name"));
        fs::create_dir_all(&folder)?;
        for (number, line) in fs::read_to_string(&file)?.lines().enumerate() {
            let input = openssl::base64::decode_block(line)?;
            fs::write(folder.join(format!("kept-{number}")), input)?;
        }
    }
    Ok(())
}

/// A key of each kind except the slowest, as PKCS#8, PKCS#1 or SEC1, in DER and PEM.
fn private_keys() -> Vec<Seed> {
    let specs = [
        KeySpec::Rsa2048,
        KeySpec::EccNistP256,
        KeySpec::EccNistP384,
        KeySpec::EccNistP521,
        KeySpec::EccSecgP256k1,
    ];
    let mut seeds = Vec::new();
    for key_spec in specs {
        let pkcs8 = material(key_spec).expect("a key").bytes().expose().to_vec();
        let inner = PrivateKeyInfoRef::from_der(&pkcs8)
            .expect("PKCS#8")
            .private_key
            .as_bytes();
        let label = if key_spec == KeySpec::Rsa2048 {
            "RSA PRIVATE KEY"
        } else {
            "EC PRIVATE KEY"
        };
        for der in [&pkcs8, inner] {
            seeds.extend([
                ("ber", der.to_vec()),
                ("import", der.to_vec()),
                ("key_material", file(None, der)),
            ]);
        }
        for (label, der) in [("PRIVATE KEY", pkcs8.as_slice()), (label, inner)] {
            let pem = der::pem::encode_string(label, LineEnding::LF, der).expect("PEM");
            seeds.push(("key_material", file(Some(key_spec), pem.as_bytes())));
        }
    }
    seeds
}

/// Private keys that OpenSSL reads and writes incorrectly: the algorithm's parameters are a
/// CHARACTER STRING or a BIT STRING in two segments, or the attributes are primitive.
fn odd_private_keys() -> Vec<Seed> {
    let odd: [&[u8]; 3] = [
        b"\x30\x0d\x02\x01\x00\x30\x05\x06\x01\x2a\x3d\x00\x04\x01\xaa",
        b"\x30\x15\x02\x01\x00\x30\x0d\x06\x01\x2a\x23\x08\x03\x02\x00\xaa\x03\x02\x01\xfe\x04\x01\xaa",
        b"\x30\x0f\x02\x01\x00\x30\x05\x06\x01\x2a\x05\x00\x04\x01\xaa\x80\x00",
    ];
    odd.map(|der| ("ber", der.to_vec())).to_vec()
}

/// A key inside each layer of text, and inside two of them; and texts with two keys.
fn text_forms() -> Vec<Seed> {
    let pem = |key_spec| {
        let key = material(key_spec).expect("a key");
        let der = key.bytes().expose();
        der::pem::encode_string("PRIVATE KEY", LineEnding::LF, der).expect("PEM")
    };
    let keys = [KeySpec::EccNistP256, KeySpec::EccSecgP256k1].map(pem);
    let one = (0..carriers::COUNT).map(|layer| vec![1, layer]);
    let two = (0..carriers::COUNT).map(|layer| vec![2, layer, (layer + 3) % carriers::COUNT]);
    let both = (0..carriers::COUNT).map(|layer| {
        let texts = keys
            .iter()
            .map(|key| carriers::carried(layer, key.as_bytes()));
        [vec![0], texts.collect::<Vec<_>>().concat()].concat()
    });
    let all = one.chain(two).chain(both);
    all.map(|input| ("text_forms", input)).collect()
}

/// Symmetric and HMAC keys.
fn raw_keys() -> Vec<Seed> {
    let specs = [
        KeySpec::SymmetricDefault,
        KeySpec::Hmac224,
        KeySpec::Hmac512,
    ];
    let seed = |key_spec| {
        let key = material(key_spec).expect("a key");
        ("key_material", file(Some(key_spec), key.bytes().expose()))
    };
    specs.map(seed).to_vec()
}

/// A file for the target `key_material`, after its two octets of options.
fn file(key_spec: Option<KeySpec>, file: &[u8]) -> Vec<u8> {
    let place = KeySpec::ALL.iter().position(|any| Some(*any) == key_spec);
    let place = place.map_or(u8::MAX, |place| u8::try_from(place).expect("a few"));
    [&[place, 0], file].concat()
}

fn texts() -> Vec<Seed> {
    let digest = "0123456789abcdef".repeat(4);
    [
        KEY_ARN,
        "mrk-1234abcd12ab34cd56ef1234567890ab",
        "alias/key",
        "us-gov-west-1",
        "cmac:01:23:AB",
        &digest,
    ]
    .into_iter()
    .chain([
        "2026-11-23T12:00:00.250+01:00",
        "2026-11-23",
        "1.480632737044E9",
        "111122223333",
    ])
    .map(|text| ("key_id", text.as_bytes().to_vec()))
    .collect()
}

fn documents() -> Vec<Seed> {
    let now = Timestamp::parse("2026-11-23T12:00:00.250Z").expect("a time");
    let arn = KeyArn::parse(KEY_ARN).expect("an ARN");
    let public_key = WRAPPING_KEY.public_key();
    let token = token(&arn, now);
    let parameters = ImportParameters {
        key_arn: arn.clone(),
        import_token: token.clone(),
        public_key: public_key.clone(),
        parameters_valid_to: Some(now.plus_millis(Timestamp::DAY_MILLIS)),
    };
    let request = ImportRequest {
        key_id: Some(KEY_ARN.to_owned()),
        import_token: Some(token.blob().clone()),
        encrypted_key_material: Some(Blob::new(vec![0xa5; 256])),
        options: ImportOptions {
            valid_to: Some(now),
            expiration_model: Some("KEY_MATERIAL_EXPIRES".to_owned()),
            import_type: Some("NEW_KEY_MATERIAL".to_owned()),
            key_material_description: Some("words".to_owned()),
            key_material_id: Some("0123456789abcdef".repeat(4)),
        },
    };
    let report = report(&arn, &request, now);
    let key_spec = KeySpec::Rsa2048;
    let key_usage = *key_spec.key_usages().first().expect("one at least");
    let metadata = KeyMetadata::pending_import(
        NewKey {
            arn,
            key_spec,
            key_usage,
            description: String::new(),
        },
        now,
    );
    let wanted = format!(
        r#"{{"KeyId":"{KEY_ARN}","WrappingAlgorithm":"RSAES_OAEP_SHA_256","WrappingKeySpec":"RSA_4096"}}"#
    );
    let iso = TimestampFormat::Iso8601 {
        offset_seconds: 3600,
    };
    vec![
        ("import_token", token.blob().as_bytes().to_vec()),
        (
            "documents",
            parameters.to_json(TimestampFormat::Wire).into_bytes(),
        ),
        ("documents", parameters.to_json(iso).into_bytes()),
        ("documents", request.to_json().into_bytes()),
        ("documents", report),
        ("documents", serde_json::to_vec(&metadata).expect("JSON")),
        ("documents", wanted.into_bytes()),
        ("documents", public_key.to_pem().into_bytes()),
        ("wrapping_public_key", public_key.to_pem().into_bytes()),
        ("wrapping_public_key", public_key.spki().as_bytes().to_vec()),
    ]
}

/// Manifests in each syntax, after the length of the pieces.
fn manifests() -> Vec<Seed> {
    [
        "Id,Material,Params,KeySpec\na,k1.bin,p1.json,SYMMETRIC_DEFAULT\n\nb,\"k \"\"2\"\".bin\",p2.json,\n",
        "\u{feff}Id;Material\r\na;\"x;y\nz\"\r\n",
        "Id\tValidTo\na\t1.11E+11\n",
        "{\"Id\":\"a\",\"ValidTo\":1798761600,\"AllowWeak\":true,\"Alias\":null}\n\n{\"Id\":\"b\"}\n",
        "{\"Id\":\"a\",\"Tags\":[{\"TagKey\":\"k\",\"TagValue\":\"v\"}]}\n",
        "[{\"Id\":\"a\"}]\n",
    ]
    .map(|manifest| ("manifest", [&[7], manifest.as_bytes()].concat()))
    .to_vec()
}

/// Import parameters in each form: the ZIP archive, YAML, text and a table as in the golden cases, and
/// what SDKs for JavaScript write.
fn parameters() -> Vec<Seed> {
    let fixture = |name: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/fixtures");
        fs::read(Path::new(folder).join(name)).expect("a fixture")
    };
    let listed = |bytes: &[u8]| serde_json::json!({"type": "Buffer", "data": bytes});
    let buffers = serde_json::json!({
        "KeyId": KEY_ARN,
        "ImportToken": listed(&[7; 20]),
        "PublicKey": listed(WRAPPING_KEY.public_key().spki().as_bytes()),
        "ParametersValidTo": "2026-11-24T12:00:00.250Z",
    });
    let names = [
        "console-download.zip",
        "console-download-encrypted.zip",
        "other-archive.zip",
        "parameters.yaml",
        "parameters-text.txt",
        "parameters-table.txt",
        "rehearsal-symmetric.json",
    ];
    let files = names.map(fixture).into_iter();
    files
        .chain([serde_json::to_vec(&buffers).expect("JSON")])
        .map(|file| ("import_parameters", file))
        .collect()
}

/// The report of a rehearsal, without white space, because the targets take 4 KiB.
fn report(arn: &KeyArn, request: &ImportRequest, now: Timestamp) -> Vec<u8> {
    let material = material(KeySpec::EccNistP256).expect("a key");
    let contents = Contents {
        kind: ReportKind::Emulated,
        schema_version: SchemaVersion,
        command: Command::Rehearse,
        verdict: VerdictKind::Accepted,
        exception: None,
        cause: None,
        kms_key: KmsKey {
            key_spec: Reported::Known(material.key_spec()),
            ..KmsKey::of(arn.clone())
        },
        wrapping: Wrapping::UNKNOWN
            .with_algorithm(WrappingAlgorithm::RsaAesKeyWrapSha256)
            .under_key(WRAPPING_KEY.public_key())
            .valid_to(Some(now)),
        key_material: Some(KeyMaterialFacts::of(
            &material,
            "PKCS#8 PEM",
            "converted",
            vec![],
        )),
        import: Import::from(request),
        checks: vec![CheckEntry::new("Decryption", CheckResult::Passed)],
        warnings: vec!["a warning".to_owned()],
        overrides: vec!["--force".to_owned()],
        inputs: vec![
            InputFile::public("params.json", b"{}"),
            InputFile::secret("server.key"),
        ],
        outputs: vec![OutputFile::new(
            "request.json",
            OutputContent::ImportRequest,
            b"{}",
        )],
        notes: vec!["`words`".to_owned()],
        run: Run {
            command_line: vec!["byok".to_owned()],
            started: Moment(now),
            ended: Moment(now),
            clock: Clock::LocalUnverified,
            tool: Tool {
                name: "byok".to_owned(),
                version: "1.2.3".to_owned(),
                target: "x86_64-unknown-linux-musl".to_owned(),
                features: vec!["serve".to_owned()],
                source_commit: None,
                binary_sha256: None,
                validation: Validation::NotValidated,
            },
        },
        to_fill_in: ReportKind::Emulated.blanks(),
    };
    let report = Report::new(contents).expect("whole");
    serde_json::to_vec(report.contents()).expect("JSON")
}

fn token(arn: &KeyArn, now: Timestamp) -> ImportToken {
    let contents = TokenContents {
        key_arn: arn.clone(),
        key_spec: KeySpec::Rsa2048,
        algorithm: WrappingAlgorithm::RsaAesKeyWrapSha256,
        issued_at: now,
        parameters_valid_to: now.plus_millis(Timestamp::DAY_MILLIS),
        private_key: WrappingPrivateKey::from_pkcs8(&SecretBytes::copy_of(&WRAPPING_KEY_PKCS8))
            .expect("a key"),
    };
    ImportToken::seal(&contents, &root_secret(), &mut rng(3))
}

/// Wrapped material, and blocks that the target `unwrap` wraps, after its selecting octet.
fn wrapped() -> Vec<Seed> {
    let material = SecretBytes::copy_of(&[0xa5; 32]);
    let mut seeds = Vec::new();
    for (place, algorithm) in (0u8..).zip(WrappingAlgorithm::ALL) {
        let public_key = WRAPPING_KEY.public_key();
        if let Ok(wrapped) = wrapping::wrap(&material, *algorithm, public_key, &mut rng(4)) {
            seeds.push(("unwrap", [&[place], wrapped.as_slice()].concat()));
        }
        let hash = match algorithm {
            WrappingAlgorithm::RsaesOaepSha1 => MessageDigest::sha1(),
            WrappingAlgorithm::RsaesOaepSha256 => MessageDigest::sha256(),
            _ => continue,
        };
        let label = openssl::hash::hash(hash, &[]).expect("a digest");
        let mut block = [&[place | 0x80, 0][..], &vec![0x5a; hash.size()], &label].concat();
        block.resize(1 + 256 - 33, 0);
        seeds.push(("unwrap", [&block[..], &[1], material.expose()].concat()));
    }
    seeds
}

/// A blob, made of a key or of text in each way of the target `explain`, after its selecting octet.
fn explained() -> Vec<Seed> {
    let key = material(KeySpec::EccNistP256)
        .expect("a key")
        .bytes()
        .expose()
        .to_vec();
    let label = openssl::hash::hash(MessageDigest::sha256(), &[]).expect("a digest");
    let mut encoded = [&[0][..], &[0x5a; 32], &label].concat();
    encoded.resize(256 - 1 - key.len(), 0);
    encoded.extend([&[1][..], &key].concat());
    let pkcs1 = [&[0, 2][..], &[0xff; 115], &[0], &key].concat();
    let base64 = Blob::new(key.clone()).to_base64().into_bytes();
    let key_wrap = [&[0xa6; 8][..], &key].concat();
    let inputs = [base64, encoded, pkcs1, key_wrap.clone(), key_wrap, key];
    let choices = (0u8..4).flat_map(|algorithm| (0u8..6).map(move |way| (algorithm, way)));
    let seed = |(algorithm, way): (u8, u8)| {
        let input = &inputs[usize::from(way)];
        (
            "explain",
            [&[algorithm | way << 3], input.as_slice()].concat(),
        )
    };
    choices.map(seed).collect()
}

/// Java key stores with a private or a secret key, and what they encrypt, after the two octets of the
/// target `java_key_store`.
fn key_stores() -> Vec<Seed> {
    let seed = |kind, key_spec, input: &[u8]| {
        let [place, _] = file(key_spec, &[])[..] else {
            unreachable!("two octets of options");
        };
        ("java_key_store", [&[kind, place], input].concat())
    };
    let mut seeds = Vec::new();
    for key_spec in [KeySpec::EccNistP256, KeySpec::Rsa2048] {
        let key = material(key_spec).expect("a key");
        let key = key.bytes().expose();
        seeds.extend([
            seed(0, None, &jks(key)),
            seed(0, None, &jceks(key)),
            seed(1, None, key),
            seed(2, None, key),
        ]);
    }
    for (key_spec, algorithm) in [
        (KeySpec::SymmetricDefault, "AES"),
        (KeySpec::Hmac512, "HmacSHA512"),
    ] {
        let key = material(key_spec).expect("a key");
        let object = secret_key(algorithm, key.bytes().expose());
        seeds.extend([
            seed(0, Some(key_spec), &sealed(&object)),
            seed(3, Some(key_spec), &object),
        ]);
    }
    // Two entries: the digest, at the end, is then of another store.
    let (one, other) = (jceks(b"one"), sealed(b"other"));
    let entries = [&one[12..one.len() - 20], &other[12..]].concat();
    seeds.push(seed(0, None, &[&one[..11], &[2], &entries].concat()));
    seeds
}

/// PKCS#12 files of other programs, and what they encrypt, after the two octets of the target `pkcs12`.
fn pkcs12_files() -> Vec<Seed> {
    macro_rules! core_file {
        ($name:literal) => {
            include_bytes!(concat!("../../tests/data/TEST-", $name)).as_slice()
        };
    }
    let place = |key_spec| file(key_spec, &[])[0];
    let seed = |kind, input: &[u8]| ("pkcs12", [&[kind, place(None)], input].concat());
    let mut seeds = Vec::new();
    for input in [
        core_file!("p256-openssl.p12"),
        core_file!("p256-openssl-legacy.p12"),
        core_file!("p256-openssl-mac-sha1.p12"),
        core_file!("p256-openssl-2des.p12"),
        core_file!("p256-openssl-empty.p12"),
        core_file!("p256-openssl-plain.p12"),
        core_file!("p256-nss.p12"),
        core_file!("java-keys.p12"),
        core_file!("rfc9579-a1.p12"),
        core_file!("p256-aes128.pem"),
        core_file!("p256-des3.pem"),
    ] {
        seeds.extend([seed(0, input), seed(1, input)]);
    }
    for key_spec in [KeySpec::EccNistP256, KeySpec::Rsa2048] {
        let key = material(key_spec).expect("a key");
        let key = key.bytes().expose();
        seeds.extend([seed(0, &shrouded(key)), seed(2, key), seed(5, key)]);
        seeds.push(seed(0, &older_pem(key)));
    }
    // `PrivateKeyInfo` of an AES key, and a safe with the plain key of the file without a passphrase.
    let key = material(KeySpec::SymmetricDefault).expect("a key");
    let aes = [
        b"\x30\x32\x02\x01\0\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x01\x04\x20",
        key.bytes().expose(),
    ]
    .concat();
    let place = place(Some(KeySpec::SymmetricDefault));
    seeds.push(("pkcs12", [&[2, place], aes.as_slice()].concat()));
    let key = material(KeySpec::EccNistP256).expect("a key");
    let contents = safe_contents(key.bytes().expose());
    seeds.extend([seed(3, &contents), seed(0, &safe(&contents))]);
    // The contents of a file without a MAC, after five headers, a version and an object identifier.
    let contents = &core_file!("p256-openssl-plain.p12")[30..];
    seeds.extend([seed(4, contents), seed(0, &pkcs12_file(contents))]);
    seeds
}

/// SM2 ciphertexts of a short message, a long one and a key, in each encoding of the target
/// `sm2_cipher`, after its two octets.
fn encrypted() -> Vec<Seed> {
    let key = material(KeySpec::EccNistP256)
        .expect("a key")
        .bytes()
        .expose()
        .to_vec();
    let mut seeds = Vec::new();
    for (seed, message) in (0..).zip([&[0x5a][..], &[0xa5; 32], &[0x3c; 300], &key]) {
        let (material, algorithm) = (SecretBytes::copy_of(message), WrappingAlgorithm::Sm2Pke);
        let wrapped = wrapping::wrap(&material, algorithm, SM2_KEY.public_key(), &mut rng(seed));
        seeds.push((
            "sm2_cipher",
            [&[0, 0], wrapped.expect("it fits").as_slice()].concat(),
        ));
    }
    let ways = (0u8..16).map(|way| ("sm2_cipher", [&[2, way | 0x10], key.as_slice()].concat()));
    seeds.extend(ways);
    seeds.push(("sm2_cipher", [&[1, 0], key.as_slice()].concat()));
    seeds
}
