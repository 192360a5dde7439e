//! Keys inside a text: what a program put around a key is undone if exactly one key is there.

use base64::{Engine as _, engine::general_purpose};
use byok_core::{
    compatibility::Rules,
    hex,
    inspect::{Kind, inspect},
    key_file::{
        Alias, Form, FormatNote, KeyPlace, MAX_LEN, ReadError, TEST_KEY_LINE, TextLayer, aliases,
    },
    key_material::{KeyMaterial, KeyMaterialError, ReadOptions, Reading},
    key_spec::KeySpec,
    secret::SecretBytes,
};
use der::pem::LineEnding;
use serde_json::json;

macro_rules! test_file {
    ($name:literal) => {
        include_bytes!(concat!("data/TEST-", $name)).as_slice()
    };
}

fn read_as(file: &[u8], key_spec: Option<KeySpec>) -> Result<Reading, KeyMaterialError> {
    let options = ReadOptions {
        key_spec,
        ..ReadOptions::new(Rules::Standard)
    };
    KeyMaterial::read(&SecretBytes::copy_of(file), &options)
}

fn read(file: &[u8]) -> Result<Reading, KeyMaterialError> {
    read_as(file, None)
}

fn pem(label: &str, der: &[u8]) -> String {
    der::pem::encode_string(label, LineEnding::LF, der).expect("PEM")
}

fn base64(bytes: &[u8]) -> String {
    general_purpose::STANDARD.encode(bytes)
}

/// Base64 in lines of `width` characters, each after `indent`.
fn lines(bytes: &[u8], width: usize, indent: &str) -> String {
    let text = base64(bytes);
    let lines = text.as_bytes().chunks(width);
    let lines = lines.map(|line| format!("{indent}{}\n", String::from_utf8_lossy(line)));
    lines.collect()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

/// A key in a file of its own, and its PEM.
fn keys() -> Vec<(&'static str, String, Vec<u8>)> {
    let (rsa, p256) = (test_file!("rsa-2048.der"), test_file!("p256.der"));
    let open_ssh = String::from_utf8(test_file!("p256.openssh").to_vec()).expect("text");
    vec![
        ("PKCS#8", pem("PRIVATE KEY", rsa), rsa.to_vec()),
        (
            "PKCS#1",
            pem("RSA PRIVATE KEY", &rsa[26..]),
            rsa[26..].to_vec(),
        ),
        ("P-256", pem("PRIVATE KEY", p256), p256.to_vec()),
        ("OpenSSH", open_ssh.clone(), open_ssh.into_bytes()),
    ]
}

/// Every text around a key, with the place of the key.
fn carriers(pem: &str, der: &[u8]) -> Vec<(String, Vec<u8>)> {
    let escaped = pem.replace('\n', "\\n");
    let (once, twice) = (
        base64(pem.as_bytes()),
        base64(base64(pem.as_bytes()).as_bytes()),
    );
    let url = general_purpose::URL_SAFE_NO_PAD.encode(der);
    let account = json!({ "type": "service_account", "private_key": pem, "client_email": "a@b" });
    let secret = json!({ "Name": "a", "SecretString": account.to_string(), "VersionStages": [] });
    let kubernetes = json!({ "kind": "Secret", "data": { "tls.key": once, "tls.crt": "AAAA" } });
    let texts = [
        ("", escaped.clone()),
        ("", format!("\"{escaped}\"")),
        ("line 2 (KEY)", format!("ID=1\nKEY=\"{escaped}\"\nB=2\n")),
        ("line 1 (KEY)", format!("export KEY='{escaped}'")),
        (
            "line 1 (KEY)",
            format!("KEY={}", escaped.replace('\\', "\\\\")),
        ),
        (
            "line 1 (key)",
            format!("key: \"{}\"", escaped.replace('/', "\\/")),
        ),
        (
            "line 1 (key)",
            format!("<key>{}</key>", pem.replace('\n', "&#10;")),
        ),
        ("", format!("> {}", pem.trim_end().replace('\n', "\n> "))),
        ("", once.clone()),
        ("", format!("{once}\n")),
        ("", lines(pem.as_bytes(), 76, "")),
        ("", lines(pem.as_bytes(), 64, "    ")),
        ("", twice.clone()),
        ("", base64(der)),
        ("", lines(der, 76, "")),
        ("", url.clone()),
        ("", hex::encode(der)),
        (
            "line 3 (tls.key)",
            format!("data:\n  tls.crt: AAAA\n  tls.key: {once}\n"),
        ),
        ("line 1 (KEY)", format!("KEY={url}\nB=1\n")),
        (
            "lines 2 to",
            format!("key: |\n{}other: 1\n", lines(pem.as_bytes(), 64, "  ")),
        ),
        (".private_key", account.to_string()),
        (
            ".private_key",
            serde_json::to_string_pretty(&account).expect("JSON"),
        ),
        (".SecretString, .private_key", secret.to_string()),
        (".data[\"tls.key\"]", kubernetes.to_string()),
        (".[0].key", json!([{ "key": url }]).to_string()),
        ("", json!(pem).to_string()),
        (
            "",
            pem.replace(' ', "%20")
                .replace('+', "%2B")
                .replace('\n', "%0A"),
        ),
        (
            "",
            pem.replace('+', "%2B")
                .replace(' ', "+")
                .replace('\n', "%0D%0A"),
        ),
        ("", pem.replace('+', "%2B").replace('\n', "%0A")),
        (
            "",
            format!("\n\n> {}\n\n", pem.trim_end().replace('\n', "\n> ")),
        ),
        (
            "lines 3 to",
            format!("He wrote:\n\n> {}\n", pem.trim_end().replace('\n', "\n> ")),
        ),
        (
            "lines 1 to",
            format!(
                "key = \"{}\";",
                pem.trim_end().replace('\n', "\\n\" +\n  \"")
            ),
        ),
    ];
    let mut all: Vec<_> = texts
        .into_iter()
        .map(|(place, text)| (place.to_owned(), text.into_bytes()))
        .collect();
    let marked = format!("\u{feff}{pem}");
    all.extend([
        (String::new(), utf16(&marked, u16::to_le_bytes)),
        (String::new(), utf16(&marked, u16::to_be_bytes)),
        (
            String::new(),
            utf16(&pem.replace('\n', "\r\n"), u16::to_le_bytes),
        ),
        (
            String::new(),
            utf16(&format!("\u{feff}{once}\r\n"), u16::to_le_bytes),
        ),
        (
            String::new(),
            base64(&utf16(pem, u16::to_le_bytes)).into_bytes(),
        ),
        (
            ".private_key".to_owned(),
            utf16(&account.to_string(), u16::to_le_bytes),
        ),
        (
            ".private_key".to_owned(),
            format!("\u{feff}{account}").into_bytes(),
        ),
        (
            "line 2 (KEY)".to_owned(),
            [b"# caf\xe9\nKEY=", escaped.as_bytes()].concat(),
        ),
    ]);
    all
}

fn place_of(reading: &Reading) -> &KeyPlace {
    let places: Vec<_> = reading
        .remarks
        .iter()
        .filter_map(|note| match note {
            FormatNote::Carried(place) => Some(place),
            _ => None,
        })
        .collect();
    let [place] = places.as_slice() else {
        panic!("one place: {:?}", reading.remarks)
    };
    place
}

#[test]
fn a_key_is_read_from_every_text_around_it() {
    for (name, pem, der) in keys() {
        let itself = read(pem.as_bytes()).expect("the key itself");
        for (place, text) in carriers(&pem, &der) {
            let shown = String::from_utf8_lossy(&text).into_owned();
            let reading = read(&text).unwrap_or_else(|error| panic!("{name}: {error}: {shown}"));
            assert!(
                reading.material.is_same_key(&itself.material),
                "{name}: {shown}"
            );
            let found = place_of(&reading).to_string();
            assert!(
                found.starts_with(&place),
                "{name}: {found}, not {place}: {shown}"
            );
            assert_eq!(
                found.is_empty(),
                place.is_empty(),
                "{name}: {found}: {shown}"
            );
            // Whoever asks what the file is learns the same.
            assert_eq!(
                inspect(&SecretBytes::copy_of(&text)).kind(),
                Kind::KeyMaterial,
                "{name}: {shown}"
            );
            assert_eq!(
                Form::of(&text),
                reading.source_format.form,
                "{name}: {shown}"
            );
        }
    }
}

#[test]
fn what_needs_nothing_undone_has_no_place() {
    let pem = pem("PRIVATE KEY", test_file!("p256.der"));
    for text in [
        pem.clone(),
        pem.replace('\n', " "),
        pem.replace('\n', "\r"),
        pem.replace('\n', "\r\n"),
        format!("\u{feff}{pem}"),
        format!("KEY: |\n  {}", pem.replace('\n', "\n  ")),
    ] {
        let reading = read(text.as_bytes()).expect("PEM");
        let is_place = |note: &FormatNote| matches!(note, FormatNote::Carried(_));
        let has_place = reading.remarks.iter().any(is_place);
        // A name is worth a note: it tells which entry was taken.
        assert_eq!(has_place, text.starts_with("KEY"), "{text}");
    }
}

/// The names that select the keys in `file`, which are several.
fn names(file: &[u8]) -> Vec<String> {
    match read(file) {
        Err(KeyMaterialError::Read(ReadError::AliasNeeded(names))) => {
            assert_eq!(aliases(file), names);
            names.iter().map(Alias::to_string).collect()
        }
        other => panic!("{:?}", other.map(|reading| reading.source_format)),
    }
}

#[test]
fn between_two_keys_the_caller_chooses() {
    let a = pem("PRIVATE KEY", test_file!("p256.der"));
    let b = pem("PRIVATE KEY", test_file!("rsa-2048.der"));
    let (escaped_a, escaped_b) = (a.replace('\n', "\\n"), b.replace('\n', "\\n"));
    let (base64_a, base64_b) = (base64(a.as_bytes()), base64(test_file!("rsa-2048.der")));
    for (text, expected) in [
        (
            format!("A=\"{escaped_a}\"\nB=\"{escaped_b}\"\n"),
            ["A", "B"],
        ),
        (format!("A={base64_a}\nB={base64_b}\n"), ["A", "B"]),
        (format!("b: |\n  {b}\na: {base64_a}\n"), ["b", "a"]),
        (format!("A: {base64_a}\n{b}"), ["lines 2 to 29", "A"]),
        (
            json!({ "a": a, "b": { "c": base64_b } }).to_string(),
            [".a", ".b.c"],
        ),
        (json!([a, b]).to_string(), [".[0]", ".[1]"]),
        // Equal names select nothing.
        (format!("A={base64_a}\nA={base64_b}\n"), ["#1", "#2"]),
    ] {
        // The second one as PowerShell 5 would copy it.
        let copied = utf16(&format!("\u{feff}{text}"), u16::to_le_bytes);
        for file in [text.as_bytes(), &copied] {
            assert_eq!(names(file), expected, "{text}");
            let found = expected.map(|name| {
                let options = ReadOptions {
                    alias: Some(name),
                    ..ReadOptions::new(Rules::Standard)
                };
                let reading = KeyMaterial::read(&SecretBytes::copy_of(file), &options);
                reading.expect("the key of this name").material.key_spec()
            });
            let is_swapped = expected[1] == "A" || expected[1] == "a";
            let mut specs = [KeySpec::EccNistP256, KeySpec::Rsa2048];
            if is_swapped {
                specs.reverse();
            }
            assert_eq!(found, specs, "{text}");
        }
    }
    // A PEM file needs nothing undone.
    assert_eq!(names(format!("{a}{b}").as_bytes()), ["#1", "#2"]);
}

/// `kubectl apply` leaves the Secret in an annotation.
#[test]
fn a_copy_of_the_same_key_is_not_another_one() {
    let pem = pem("PRIVATE KEY", test_file!("p256.der"));
    let data = json!({ "tls.key": base64(pem.as_bytes()) });
    let applied = json!({ "kind": "Secret", "data": data }).to_string();
    let last_applied = "kubectl.kubernetes.io/last-applied-configuration";
    let secret = json!({ "data": data, "metadata": { "annotations": { last_applied: applied } } });
    let yaml = format!(
        "data:\n  tls.key: {0}\nmetadata:\n  annotations:\n    {last_applied}: |\n      {applied}\n",
        base64(pem.as_bytes())
    );
    let other_line_ends = json!({ "tls.key": pem, "tls.key.copy": pem.replace('\n', "\r\n") });
    for text in [secret.to_string(), yaml, other_line_ends.to_string()] {
        let reading = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert!(place_of(&reading).to_string().contains("tls.key"), "{text}");
    }
}

#[test]
fn the_name_of_the_only_entry_selects_its_key_or_is_that_of_a_key_inside() {
    let read_named = |file: &[u8], alias| {
        let passphrase = SecretBytes::copy_of(b"TEST key passphrase");
        let options = ReadOptions {
            alias: Some(alias),
            passphrase: Some(&passphrase),
            ..ReadOptions::new(Rules::Standard)
        };
        KeyMaterial::read(&SecretBytes::copy_of(file), &options)
            .map(|reading| reading.material.key_spec())
    };
    let key = format!("KEY={}\n", base64(test_file!("p256.der")));
    let store = format!("KEY={}\n", base64(test_file!("several.jks")));
    let all = ["schl\u{fc}ssel", "rsa"].map(|name| Alias(name.to_owned()));
    for (file, alias, expected) in [
        (&key, "KEY", Ok(KeySpec::EccNistP256)),
        (&key, "OTHER", Err(Vec::new())),
        (&store, "rsa", Ok(KeySpec::Rsa2048)),
        (&store, "OTHER", Err(all.to_vec())),
    ] {
        let expected = expected.map_err(|known| {
            let wanted = alias.to_owned();
            KeyMaterialError::Read(ReadError::UnknownAlias { wanted, known })
        });
        assert_eq!(read_named(file.as_bytes(), alias), expected, "{alias}");
    }
    // The name of the entry does not select one of the keys in the store.
    assert_eq!(
        read_named(store.as_bytes(), "KEY"),
        Err(KeyMaterialError::Read(ReadError::AliasNeeded(all.to_vec())))
    );
}

#[test]
fn a_json_web_key_in_a_text_is_a_key_and_an_encrypted_one_is_not() {
    let (key, encrypted) = (test_file!("p256.jwk"), test_file!("jwe.json"));
    let compact = test_file!("jwe.txt");
    for (document, form) in [
        (key, Form::Jwk),
        (encrypted, Form::Raw),
        (compact, Form::Raw),
    ] {
        let text = format!("KEY={}\n", base64(document));
        assert_eq!(Form::of(document), Form::Jwk);
        assert_eq!(Form::of(text.as_bytes()), form, "{text}");
    }
}

#[test]
fn a_text_is_searched_up_to_the_limit_of_a_file() {
    let key = format!("KEY={}\n", base64(test_file!("p256.der")));
    for (len, form) in [(MAX_LEN, Form::Pkcs8), (MAX_LEN + 1, Form::Raw)] {
        let text = key.clone() + &"#".repeat(len - key.len());
        assert_eq!(Form::of(text.as_bytes()), form, "{len}");
    }
}

#[test]
fn a_test_key_is_marked_by_the_text_around_it_or_by_its_own() {
    let pem = pem("PRIVATE KEY", test_file!("p256.der"));
    let plain = base64(pem.as_bytes());
    let marked = base64(format!("{TEST_KEY_LINE}\n{pem}").as_bytes());
    for (text, is_test_key) in [
        (format!("KEY={plain}\n"), false),
        (format!("# {TEST_KEY_LINE}\nKEY={plain}\n"), true),
        (format!("KEY={marked}\n"), true),
    ] {
        let reading = read(text.as_bytes()).expect("a key");
        let is_noted = reading.remarks.contains(&FormatNote::TestKey);
        assert_eq!(is_noted, is_test_key, "{text}");
    }
}

#[test]
fn octets_of_a_permitted_length_stay_octets() {
    let base64 = base64(&test_file!("p256.der")[..48]);
    for len in [32, 48, 64] {
        let octets = &base64.as_bytes()[..len];
        let key_spec = match len {
            32 => KeySpec::Hmac256,
            48 => KeySpec::Hmac384,
            _ => KeySpec::Hmac512,
        };
        let options = ReadOptions {
            key_spec: Some(key_spec),
            weak: byok_core::key_material::WeakMaterial::Allow,
            ..ReadOptions::new(Rules::Standard)
        };
        let reading = KeyMaterial::read(&SecretBytes::copy_of(octets), &options).expect("octets");
        assert_eq!(reading.material.bytes().expose(), octets);
    }
}

#[test]
fn the_armour_of_certutil_is_removed() {
    let (p256, rsa) = (
        test_file!("p256.der"),
        pem("PRIVATE KEY", test_file!("rsa-2048.der")),
    );
    for contents in [p256, rsa.as_bytes(), base64(p256).as_bytes()] {
        let text = pem("CERTIFICATE", contents).replace('\n', "\r\n");
        let reading = read(text.as_bytes()).expect("a key");
        assert_eq!(place_of(&reading).0.first(), Some(&TextLayer::Armour));
    }
    let octets = &p256[36..68];
    let text = pem("CERTIFICATE", octets);
    let reading = read_as(text.as_bytes(), Some(KeySpec::SymmetricDefault)).expect("octets");
    assert_eq!(reading.material.bytes().expose(), octets);
    assert_eq!(place_of(&reading).0, [TextLayer::Armour]);
    // Another label says that it is something else.
    let public = pem("PUBLIC KEY", octets);
    assert!(read_as(public.as_bytes(), Some(KeySpec::SymmetricDefault)).is_err());
    assert!(read(include_bytes!("data/TEST-p256.crt")).is_err());
}

#[test]
fn texts_without_a_key_stay_what_they_are() {
    let certificate = include_str!("data/TEST-p256.crt");
    for (text, form) in [
        (json!({ "a": "b" }).to_string(), Form::OtherJson),
        (
            json!({ "certificate": certificate }).to_string(),
            Form::Certificate,
        ),
        (
            json!({ "token": "A".repeat(400) }).to_string(),
            Form::OtherJson,
        ),
        (format!("A={}\n", "A".repeat(400)), Form::Raw),
        (certificate.to_owned(), Form::Certificate),
        (base64(certificate.as_bytes()), Form::Raw),
        ("-----BEGIN PRIVATE KEY-----\\nAAEC".to_owned(), Form::Pkcs8),
    ] {
        assert_eq!(Form::of(text.as_bytes()), form, "{text}");
        assert!(read(text.as_bytes()).is_err(), "{text}");
    }
    let cut_off = pem("PRIVATE KEY", test_file!("p256.der")).replace('\n', "\\n");
    let cut_off = &cut_off[..cut_off.len() / 2];
    assert_eq!(
        read(cut_off.as_bytes()).err(),
        Some(ReadError::DamagedPem.into())
    );
}

#[test]
fn inspect_tells_a_key_inside_damaged_json_as_it_is_read() {
    for (what, pem, _) in keys() {
        let escaped = pem.replace('\n', "\\n");
        for file in [
            format!("{{\"data\"1:{{\"private_key\":\"{escaped}\"}}}}"),
            format!("{{\"private_key\":\"{escaped}\"}}{{\"other\":["),
        ] {
            read(file.as_bytes()).unwrap_or_else(|error| panic!("{what}: {error}"));
            let told = inspect(&SecretBytes::copy_of(file.as_bytes()));
            assert_eq!(told.kind(), Kind::KeyMaterial, "{what}: {file}");
        }
    }
}

#[test]
fn inspect_tells_a_key_between_other_bytes_as_it_is_read() {
    // The bytes around it have the form of an import token of AWS KMS, or the name of a member of import
    // parameters.
    let before = b"\xcc\xd5\xd5\xd5\xd5\xd5\xd5\xd5\x05\x83\x8a\xfd\x11\x07\x10\x04\x52\x00\xbf\xcd\x39\x3f\xc0\x59\x2f\xff\xd5";
    let after = b"\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\xd5\x01\x84\x02";
    let around = [
        (before.as_slice(), after.as_slice()),
        (b"\n", b"\nParametersValidTo:\n"),
    ];
    for ((what, pem, _), (before, after)) in keys()
        .into_iter()
        .flat_map(|key| around.map(|around| (key.clone(), around)))
    {
        let line = format!("ID=1\nexport KEY=\"{}\"\nB=2\n", pem.replace('\n', "\\n"));
        let file = [before, line.as_bytes(), after].concat();
        read(&file).unwrap_or_else(|error| panic!("{what}: {error}"));
        let told = inspect(&SecretBytes::copy_of(&file));
        assert_eq!(told.kind(), Kind::KeyMaterial, "{what}");
    }
}
