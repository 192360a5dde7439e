//! Key stores that keytool wrote.

use sha1::{Digest as _, Sha1};

use super::*;
use crate::key_file::test_files::{numbers_of, passphrase, same_key, test_file};

const JKS: JavaStoreType = JavaStoreType::Jks;
const JCEKS: JavaStoreType = JavaStoreType::Jceks;

/// The key of `TEST-oct.jwk`.
fn octets() -> SecretBytes {
    let keys = crate::key_file::jwk::read(test_file!("oct.jwk"));
    match keys.and_then(|mut keys| keys.take_one()) {
        Ok(UncheckedKey::Octets(octets)) => octets,
        other => panic!("{other:?}"),
    }
}

fn read_with(file: &[u8], alias: Option<&str>, passphrase: &str) -> Result<KeysRead, ReadError> {
    let store_type = store_type(file).expect("a key store");
    let passphrase = SecretBytes::copy_of(passphrase.as_bytes());
    read(file, store_type, alias, Some(&passphrase))
}

fn error(file: &[u8], alias: Option<&str>, passphrase: &str) -> ReadError {
    read_with(file, alias, passphrase).expect_err("no key")
}

fn not_opened(store_type: JavaStoreType, error: EncryptionError) -> ReadError {
    ReadError::encryption(Form::JavaKeyStore(store_type), error)
}

fn weak(store_type: JavaStoreType) -> FormatNote {
    FormatNote::WeakEncryption(match store_type {
        JavaStoreType::Jks => "Sun's key protector with SHA-1",
        JavaStoreType::Jceks => "PBEWithMD5AndTripleDES",
    })
}

fn names(names: &[&str]) -> Vec<Alias> {
    names.iter().map(|name| Alias((*name).to_owned())).collect()
}

#[test]
fn the_only_key_is_read_without_its_alias() {
    for (file, store_type, plain, alias) in [
        (test_file!("p256.jks"), JKS, test_file!("p256.der"), "p256"),
        (
            test_file!("p256.jceks"),
            JCEKS,
            test_file!("p256.der"),
            "p256",
        ),
        (
            test_file!("rsa-2048.jks"),
            JKS,
            test_file!("rsa-2048.der"),
            "rsa-2048",
        ),
    ] {
        let keys = read_with(file, None, "TEST passphrase").expect(alias);
        assert_eq!(
            keys.form.to_string(),
            format!("encrypted {}", store_type.as_str())
        );
        let [(name, key)] = keys.keys.as_slice() else {
            panic!("one key");
        };
        assert_eq!(name, &Some(Alias(alias.to_owned())));
        assert!(same_key(key, &numbers_of(plain)), "{alias}");
        assert!(keys.certified.is_some(), "{alias}");
        let notes = [FormatNote::Certificates(1), weak(store_type)];
        assert!(keys.notes.ends_with(&notes), "{:?}", keys.notes);
        assert_eq!(
            read(file, store_type, None, None).expect_err("encrypted"),
            ReadError::PassphraseNeeded
        );
    }
}

#[test]
fn one_of_several_keys_is_selected_by_its_alias() {
    let file = test_file!("several.jks");
    let all = names(&["schl\u{fc}ssel", "rsa"]);
    assert_eq!(aliases(file, JKS), all);
    assert_eq!(
        error(file, None, "TEST passphrase"),
        ReadError::AliasNeeded(all.clone())
    );
    let unknown = ReadError::UnknownAlias {
        wanted: "trusted".to_owned(),
        known: all,
    };
    assert_eq!(error(file, Some("trusted"), "TEST passphrase"), unknown);
    for (alias, passphrase, plain) in [
        ("schl\u{fc}ssel", "TEST passphrase", test_file!("p256.der")),
        ("SCHL\u{dc}SSEL", "TEST passphrase", test_file!("p256.der")),
        ("rsa", "TEST key passphrase", test_file!("rsa-2048.der")),
    ] {
        let mut keys = read_with(file, Some(alias), passphrase).expect(alias);
        let is_noted = keys.notes.contains(&FormatNote::StoreDigest);
        assert_eq!(is_noted, alias == "rsa", "{alias}");
        let key = keys.take_one().expect("one key");
        assert!(same_key(&key, &numbers_of(plain)), "{alias}");
    }
}

#[test]
fn secret_keys_of_aes_and_hmac_are_read() {
    let file = test_file!("secrets.jceks");
    for alias in ["aes", "mac", "raw"] {
        let mut keys = read_with(file, Some(alias), "TEST passphrase").expect(alias);
        assert_eq!(keys.notes, [weak(JCEKS)]);
        let key = keys.take_one().expect("one key");
        assert!(same_key(&key, &UncheckedKey::Octets(octets())), "{alias}");
    }
    for (alias, algorithm) in [
        ("fish", "Blowfish"),
        ("des", "DESede"),
        ("password", "PBEWithMD5AndDES"),
    ] {
        let expected = ReadError::SecretKeyAlgorithm(algorithm.to_owned());
        assert_eq!(error(file, Some(alias), "TEST passphrase"), expected);
    }
}

#[test]
fn a_wrong_passphrase_is_one_error() {
    let files = [
        (test_file!("p256.jks"), None),
        (test_file!("p256.jceks"), None),
        (test_file!("secrets.jceks"), Some("aes")),
    ];
    for (file, alias) in files {
        let store_type = store_type(file).expect("a key store");
        let wrong = not_opened(store_type, EncryptionError::Passphrase);
        for passphrase in [
            "TEST passphrasf",
            "TEST passphrase ",
            "",
            "\u{fc}",
            "\u{1f511}",
        ] {
            assert_eq!(error(file, alias, passphrase), wrong, "{passphrase}");
        }
        let not_text = SecretBytes::copy_of(b"\xff");
        let found = read(file, store_type, alias, Some(&not_text));
        assert_eq!(found.expect_err("not opened"), wrong);
    }
}

#[test]
fn the_empty_passphrase_is_tried_without_a_prompt() {
    for (file, store_type) in [
        (test_file!("p256-empty.jks"), JKS),
        (test_file!("p256-empty.jceks"), JCEKS),
    ] {
        for passphrase in [None, Some(SecretBytes::copy_of(b""))] {
            let mut keys = read(file, store_type, None, passphrase.as_ref()).expect("a key");
            let is_noted = keys.notes.contains(&FormatNote::EmptyPassphrase);
            assert_eq!(is_noted, passphrase.is_none());
            let key = keys.take_one().expect("one key");
            assert!(same_key(&key, &numbers_of(test_file!("p256.der"))));
        }
        let error = error(file, None, "TEST passphrase");
        assert_eq!(error, not_opened(store_type, EncryptionError::Passphrase));
    }
}

/// A store with the empty passphrase, and a key with another one.
#[test]
fn a_passphrase_is_needed_if_the_empty_one_is_only_that_of_the_store() {
    let file = test_file!("p256.jks");
    let contents = &file[..file.len() - 20];
    let digest = Sha1::new()
        .chain_update("Mighty Aphrodite")
        .chain_update(contents)
        .finalize();
    let file = [contents, &digest].concat();
    let error = read(&file, JKS, None, None).expect_err("refused");
    assert_eq!(error, ReadError::PassphraseNeeded);
    let keys = read(&file, JKS, None, Some(&passphrase())).expect("a key");
    assert!(keys.notes.contains(&FormatNote::StoreDigest));
    let empty = SecretBytes::copy_of(b"");
    let error = read(&file, JKS, None, Some(&empty)).expect_err("refused");
    assert_eq!(error, not_opened(JKS, EncryptionError::OtherPassphrase));
}

/// One wrong passphrase in 256 yields valid padding: these do.
#[test]
fn valid_padding_alone_is_no_key() {
    for (file, alias, wrong) in [
        (test_file!("p256.jceks"), None, "TEST 278"),
        (test_file!("secrets.jceks"), Some("aes"), "TEST 9"),
    ] {
        let store = Store::parse(file, JCEKS).expect("a store");
        let at = selection::select(&store.aliases(), alias).expect("a key");
        let protected = store.keys[at].protected().expect("a supported scheme");
        let passphrase = SecretBytes::copy_of(wrong.as_bytes());
        let decrypted = protected.open(&JavaPassphrase::of(&passphrase));
        decrypted.expect("valid padding");
        assert_eq!(
            error(file, alias, wrong),
            not_opened(JCEKS, EncryptionError::Passphrase)
        );
    }
}

#[test]
fn the_passphrase_of_the_store_is_told_from_that_of_the_key() {
    let found = error(test_file!("several.jks"), Some("rsa"), "TEST passphrase");
    assert_eq!(found, not_opened(JKS, EncryptionError::OtherPassphrase));
}

#[test]
fn the_digest_and_the_key_show_damage() {
    // Each decryption of JCEKS takes 20,000 hashes.
    for (file, alias, step) in [
        (test_file!("p256.jks"), None, 1),
        (test_file!("p256.jceks"), None, 7),
        (test_file!("secrets.jceks"), Some("aes"), 53),
    ] {
        for at in (0..file.len()).step_by(step) {
            let mut damaged = file.to_vec();
            damaged[at] ^= 1;
            let Some(store_type) = store_type(&damaged) else {
                continue;
            };
            if let Ok(keys) = read(&damaged, store_type, alias, Some(&passphrase())) {
                assert!(keys.notes.contains(&FormatNote::StoreDigest), "{at}");
            }
        }
    }
}

#[test]
fn a_truncated_store_yields_no_key() {
    for file in [
        test_file!("p256.jks"),
        test_file!("p256.jceks"),
        test_file!("secrets.jceks"),
    ] {
        for len in 8..file.len() {
            let part = &file[..len];
            let error = error(part, None, "TEST passphrase");
            assert!(
                matches!(error, ReadError::DamagedStore { .. }),
                "{len}: {error}"
            );
        }
    }
}

#[test]
fn a_store_of_certificates_has_no_key() {
    let digest = [0; 20];
    let empty = [&b"\xfe\xed\xfe\xed\0\0\0\x02\0\0\0\0"[..], &digest].concat();
    let no_key = |store_type| ReadError::NoKey(Form::JavaKeyStore(store_type));
    assert_eq!(error(&empty, None, ""), no_key(JKS));
    let certificate = b"\0\0\0\x02\0\x02ca\0\0\0\0\0\0\0\0\0\x05X.509\0\0\0\x01x";
    let head = b"\xce\xce\xce\xce\0\0\0\x02\0\0\0\x01";
    let trusted = [&head[..], certificate, &digest].concat();
    assert_eq!(error(&trusted, None, ""), no_key(JCEKS));
    assert_eq!(aliases(&trusted, JCEKS), []);
}

/// A copy of a trust store to which a key was added.
#[test]
fn a_large_store_is_read_up_to_its_limit() {
    let file = test_file!("p256.jks");
    let (entry, _digest) = file[12..].split_at(file.len() - 12 - 20);
    let filled = |len: usize| {
        let head = b"\0\0\0\x02\0\x02ca\0\0\0\0\0\0\0\0\0\x05X.509";
        let rest = len - file.len() - head.len() - 4;
        let certificate = [
            &u32::try_from(rest).expect("short").to_be_bytes(),
            &*vec![7; rest],
        ]
        .concat();
        let store = [&file[..11], &[2], head, &certificate, entry, &[0; 20]].concat();
        assert_eq!(store.len(), len);
        SecretBytes::new(store)
    };
    let read = |len| {
        let read_as = crate::key_file::ReadAs {
            format: None,
            octets: None,
            passphrase: Some(&passphrase()),
            alias: None,
        };
        crate::key_file::read(&filled(len), &read_as)
    };
    let mut keys = read(crate::key_file::MAX_STORE_LEN).expect("a key");
    let key = keys.take_one().expect("one key");
    assert!(same_key(&key, &numbers_of(test_file!("p256.der"))));
    let error = read(crate::key_file::MAX_STORE_LEN + 1).expect_err("too long");
    assert_eq!(error, ReadError::TooLong);
}

#[test]
fn other_protection_is_named() {
    let replaced = |file: &[u8], old: &[u8], new: &[u8]| {
        let at = file.windows(old.len()).position(|window| window == old);
        let at = at.expect("it is there");
        [&file[..at], new, &file[at + old.len()..]].concat()
    };
    let scheme =
        |store_type, name: &str| not_opened(store_type, EncryptionError::Scheme(name.to_owned()));
    let oid = b"\x2b\x06\x01\x04\x01\x2a\x02\x11\x01\x01";
    let file = replaced(
        test_file!("p256.jks"),
        oid,
        b"\x2b\x06\x01\x04\x01\x2a\x02\x11\x01\x02",
    );
    let other = scheme(JKS, "1.3.6.1.4.1.42.2.17.1.2");
    assert_eq!(error(&file, None, "TEST passphrase"), other);
    let sealed = b"t\0\x16PBEWithMD5AndTripleDES";
    let name = b"t\0\x16PBEWithMD5AndTripleDEX";
    // The first is the name of the parameters, which is not used.
    let mut file = test_file!("secrets.jceks").to_vec();
    while file.windows(sealed.len()).any(|window| window == sealed) {
        file = replaced(&file, sealed, name);
    }
    let other = scheme(JCEKS, "PBEWithMD5AndTripleDEX");
    assert_eq!(error(&file, Some("aes"), "TEST passphrase"), other);
}
