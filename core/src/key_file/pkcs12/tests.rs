//! Tests of the reader as a whole: files of other programs, and files that are written here.

use cbc::cipher::{Block, BlockModeEncrypt as _};
use proptest::{collection::vec, prelude::*};
use zeroize::Zeroizing;

use super::{aliases, read};
use crate::key_file::{
    Alias, EncryptionError, Form, FormatNote, KeysRead, ReadError, UncheckedKey,
    element::TailedElement,
    hash::Hash,
    password::Password,
    pkcs12_kdf::{Purpose, derive},
    test_files::{numbers_of, passphrase, proptest_config, same_key, test_file},
};
use crate::{blob::Blob, hex, secret::SecretBytes};

const TRIPLE_DES: FormatNote = FormatNote::WeakEncryption("pbeWithSHAAnd3-KeyTripleDES-CBC");
const CERTIFICATE: FormatNote = FormatNote::Certificates(1);

fn opened(
    file: &[u8],
    passphrase: Option<&SecretBytes>,
    alias: Option<&str>,
) -> Result<KeysRead, ReadError> {
    let element = TailedElement::of(file).ok_or(ReadError::Malformed)?;
    read(&element, passphrase, alias)
}

fn with(passphrase: &SecretBytes, file: &[u8]) -> Result<KeysRead, ReadError> {
    opened(file, Some(passphrase), None)
}

fn is_p256(mut keys: KeysRead) -> bool {
    let key = keys.take_one().expect("one key");
    same_key(&key, &numbers_of(test_file!("p256.der")))
}

fn encryption(error: EncryptionError) -> ReadError {
    ReadError::encryption(Form::Pkcs12, error)
}

#[test]
fn files_of_other_programs_yield_the_key() {
    for (name, file, notes) in [
        ("OpenSSL", test_file!("p256-openssl.p12"), vec![CERTIFICATE]),
        // Its certificate is under RC2.
        (
            "legacy",
            test_file!("p256-openssl-legacy.p12"),
            vec![TRIPLE_DES],
        ),
        (
            "no MAC",
            test_file!("p256-openssl-no-mac.p12"),
            vec![FormatNote::NoMac, CERTIFICATE],
        ),
        (
            "two keys of DES",
            test_file!("p256-openssl-2des.p12"),
            vec![
                FormatNote::WeakEncryption("pbeWithSHAAnd2-KeyTripleDES-CBC"),
                CERTIFICATE,
            ],
        ),
        (
            "SHA-1",
            test_file!("p256-openssl-mac-sha1.p12"),
            vec![CERTIFICATE],
        ),
        (
            "SHA-224",
            test_file!("p256-openssl-mac-sha224.p12"),
            vec![CERTIFICATE],
        ),
        (
            "SHA-384",
            test_file!("p256-openssl-mac-sha384.p12"),
            vec![CERTIFICATE],
        ),
        ("NSS", test_file!("p256-nss.p12"), vec![CERTIFICATE]),
    ] {
        let keys = with(&passphrase(), file).expect(name);
        assert_eq!(keys.notes, notes, "{name}");
        assert!(keys.form.is_encrypted, "{name}");
        assert_eq!(keys.form.form, Form::Pkcs12, "{name}");
        let alias = keys.keys[0].0.clone();
        assert_eq!(alias, Some(Alias("TEST".to_owned())), "{name}");
        assert!(keys.certified.is_some() || name == "legacy", "{name}");
        assert!(is_p256(keys), "{name}");
        let wrong = with(&SecretBytes::copy_of(b"TEST passphrasf"), file);
        let error = if name == "no MAC" {
            EncryptionError::Passphrase
        } else {
            EncryptionError::Mac
        };
        assert_eq!(wrong.expect_err("refused"), encryption(error), "{name}");
        let none = opened(file, None, None).expect_err("refused");
        assert_eq!(none, ReadError::PassphraseNeeded, "{name}");
    }
}

/// RFC 9579, A.1: PBMAC1 with SHA-256. The files of A.4 and A.5 have other iterations and another salt.
#[test]
fn the_example_of_pbmac1_is_verified() {
    let file = test_file!("rfc9579-a1.p12");
    let password = SecretBytes::copy_of(b"1234");
    let keys = with(&password, file).expect("the key of the RFC");
    assert!(matches!(keys.keys[..], [(None, UncheckedKey::Rsa(_))]));
    for (from, to) in [
        ("6f473c38b02e3173 02020800", "6f473c38b02e3173 02020801"),
        ("6f473c38b02e3173 02020800", "6f473c38b02e3174 02020800"),
    ] {
        let [from, to] = [from, to].map(|hex| hex.replace(' ', ""));
        let text = hex::encode(file);
        assert_eq!(text.matches(&from).count(), 1, "{from}");
        let file = hex::decode_lenient(&text.replace(&from, &to)).expect("hex");
        let error = with(&password, &file).expect_err("refused");
        assert_eq!(error, encryption(EncryptionError::Mac));
    }
}

#[test]
fn an_empty_passphrase_is_tried_where_none_is_given() {
    let file = test_file!("p256-openssl-empty.p12");
    for passphrase in [None, Some(SecretBytes::copy_of(b""))] {
        let keys = opened(file, passphrase.as_ref(), None).expect("the key");
        let is_noted = keys.notes.contains(&FormatNote::EmptyPassphrase);
        assert_eq!(is_noted, passphrase.is_none());
        assert!(is_p256(keys));
    }
    let wrong = with(&passphrase(), file).expect_err("refused");
    assert_eq!(wrong, encryption(EncryptionError::Mac));
}

#[test]
fn a_passphrase_beyond_ascii_is_that_of_openssl() {
    let file = test_file!("p256-openssl-unicode.p12");
    let password = SecretBytes::copy_of("p\u{e4}ssword \u{1f511}".as_bytes());
    assert!(is_p256(with(&password, file).expect("the key")));
    let latin = SecretBytes::copy_of(b"p\xe4ssword");
    assert_eq!(
        with(&latin, file).expect_err("refused"),
        encryption(EncryptionError::Mac)
    );
}

#[test]
fn a_plain_key_needs_no_passphrase() {
    let file = test_file!("p256-openssl-plain.p12");
    for passphrase in [None, Some(passphrase())] {
        let keys = opened(file, passphrase.as_ref(), None).expect("the key");
        assert_eq!(keys.notes, [FormatNote::NoMac, CERTIFICATE]);
        assert!(!keys.form.is_encrypted);
        assert!(is_p256(keys));
    }
}

#[test]
fn rc2_is_named_before_a_passphrase_is_needed() {
    let file = test_file!("p256-openssl-rc2.p12");
    let rc2 = EncryptionError::Scheme("pbeWithSHAAnd128BitRC2-CBC".to_owned());
    for passphrase in [None, Some(passphrase())] {
        let error = opened(file, passphrase.as_ref(), None).expect_err("refused");
        assert_eq!(error, encryption(rc2.clone()));
    }
}

#[test]
fn java_stores_several_keys_and_secret_keys() {
    let file = test_file!("java-keys.p12");
    let alias = |name: &str| Alias(name.to_owned());
    let all: Vec<_> = ["p256", "p384", "aes", "hmacsha384", "desede"]
        .map(alias)
        .into();
    let element = TailedElement::of(file).expect("BER");
    assert_eq!(aliases(&element), all);
    let open = |alias| opened(file, Some(&passphrase()), alias);
    assert_eq!(
        open(None).expect_err("refused"),
        ReadError::AliasNeeded(all.clone())
    );
    assert_eq!(
        open(Some("rsa")).expect_err("refused"),
        ReadError::UnknownAlias {
            wanted: "rsa".to_owned(),
            known: all
        }
    );
    let p256 = open(Some("P256")).expect("the key");
    assert!(p256.certified.is_some());
    assert!(is_p256(p256));
    for (name, len) in [("aes", 32), ("HmacSHA384", 48)] {
        let keys = open(Some(name)).expect("a secret key");
        let [(_, UncheckedKey::Octets(octets))] = keys.keys.as_slice() else {
            panic!("{name}");
        };
        assert_eq!(octets.len(), len);
    }
    assert_eq!(
        open(Some("desede")).expect_err("refused"),
        ReadError::SecretKeyAlgorithm("1.3.14.3.2.17".to_owned())
    );
}

/// No change goes unnoticed: it breaks the structure, or the MAC.
#[test]
fn a_changed_byte_is_an_error_or_changes_nothing() {
    let file = test_file!("p256-openssl-mac-sha1.p12");
    let mut changed_nothing = 0;
    for at in 0..file.len() {
        let mut file = file.to_vec();
        file[at] ^= 1;
        match with(&passphrase(), &file) {
            Ok(keys) => {
                assert!(is_p256(keys), "{at}");
                changed_nothing += 1;
            }
            // A certificate can become a key, and outside of the contents is BER.
            Err(
                ReadError::Encryption { .. }
                | ReadError::DamagedStore { .. }
                | ReadError::AliasNeeded(_)
                | ReadError::NoKey(_)
                | ReadError::Malformed,
            ) => {}
            Err(error) => panic!("{at}: {error}"),
        }
    }
    // The version, and NULL parameters.
    assert!(changed_nothing < 8, "{changed_nothing}");
    for len in 0..file.len() {
        with(&passphrase(), &file[..len]).expect_err("truncated");
    }
}

fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    let len = contents.len();
    let header: &[u8] = match len {
        0..0x80 => &[tag, u8::try_from(len).expect("short")],
        _ => {
            let [high, low] = u16::try_from(len).expect("short").to_be_bytes();
            &[tag, 0x82, high, low]
        }
    };
    [header, contents].concat()
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

/// Returns an object identifier: arcs of PKCS#12 bags, by their last, or of PKCS#7.
fn bag_id(last: u8) -> Vec<u8> {
    tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1, last])
}

fn content_info(last: u8, content: &[u8]) -> Vec<u8> {
    let id = tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, last]);
    sequence(&[&id, &tlv(0xa0, content)])
}

fn bag(last: u8, value: &[u8], attributes: &[&[u8]]) -> Vec<u8> {
    let attributes = match attributes {
        [] => Vec::new(),
        some => tlv(0x31, &some.concat()),
    };
    sequence(&[&bag_id(last), &tlv(0xa0, value), &attributes])
}

fn attribute(last: u8, value: &[u8]) -> Vec<u8> {
    let id = tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, last]);
    sequence(&[&id, &tlv(0x31, value)])
}

fn name(name: &str) -> Vec<u8> {
    let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_be_bytes).collect();
    attribute(20, &tlv(0x1e, &units))
}

fn key_id(id: u8) -> Vec<u8> {
    attribute(21, &tlv(4, &[id]))
}

fn key(attributes: &[&[u8]]) -> Vec<u8> {
    bag(1, test_file!("p256.der"), attributes)
}

fn certificate(attributes: &[&[u8]]) -> Vec<u8> {
    let pem = crate::pem::blocks(test_file!("p256.crt"))[0]
        .decode()
        .expect("PEM");
    let id = tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 22, 1]);
    bag(
        3,
        &sequence(&[&id, &tlv(0xa0, &tlv(4, pem.expose()))]),
        attributes,
    )
}

/// Returns a file with these bags in one safe, and no MAC.
fn file(bags: &[Vec<u8>]) -> Vec<u8> {
    let bags: Vec<&[u8]> = bags.iter().map(Vec::as_slice).collect();
    file_of(&content_info(1, &tlv(4, &sequence(&bags))), &[])
}

fn file_of(safes: &[u8], mac_data: &[u8]) -> Vec<u8> {
    let contents = content_info(1, &tlv(4, &sequence(&[safes])));
    sequence(&[&[2, 1, 3], &contents, mac_data])
}

fn plain(file: &[u8], alias: Option<&str>) -> Result<KeysRead, ReadError> {
    opened(file, None, alias)
}

#[test]
fn keys_are_selected_by_name_or_position() {
    let two = file(&[key(&[&name("a")]), key(&[]), certificate(&[])]);
    let known: Vec<_> = ["a", "#2"].map(|name| Alias(name.to_owned())).into();
    assert_eq!(
        plain(&two, None).expect_err("refused"),
        ReadError::AliasNeeded(known.clone())
    );
    for (alias, is_there) in [("a", true), ("#2", true), ("#1", true), ("b", false)] {
        assert_eq!(plain(&two, Some(alias)).is_ok(), is_there, "{alias}");
    }
    assert!(is_p256(plain(&file(&[key(&[])]), None).expect("one key")));
    assert_eq!(
        plain(&file(&[certificate(&[])]), None).expect_err("refused"),
        ReadError::NoKey(Form::Pkcs12)
    );
    let element = TailedElement::of(&two).expect("BER");
    assert_eq!(aliases(&element), known);
    let one = file(&[key(&[])]);
    assert_eq!(aliases(&TailedElement::of(&one).expect("BER")), []);
}

#[test]
fn the_certificate_is_the_one_with_the_id_of_the_key() {
    let certified = |bags: &[Vec<u8>]| {
        plain(&file(bags), Some("#1"))
            .expect("a key")
            .certified
            .is_some()
    };
    let (id, other) = (key_id(7), key_id(8));
    assert!(certified(&[key(&[&id]), certificate(&[&id])]));
    assert!(certified(&[
        key(&[&id]),
        certificate(&[&other]),
        certificate(&[&id])
    ]));
    assert!(!certified(&[key(&[&id]), certificate(&[&other])]));
    assert!(!certified(&[key(&[]), certificate(&[])]), "no ID");
    // Java writes the time as the ID, and can write two keys in a millisecond.
    assert!(!certified(&[key(&[&id]), key(&[&id]), certificate(&[&id])]));
}

#[test]
fn safes_can_be_in_safes_up_to_a_limit() {
    let nested = |depth: usize| {
        let mut bags = key(&[]);
        for _ in 0..depth {
            bags = bag(6, &sequence(&[&bags]), &[]);
        }
        plain(&file(&[bags]), None)
    };
    assert!(is_p256(nested(3).expect("a key")));
    // The limit is that of BER.
    let part = "a safe";
    let too_deep = ReadError::DamagedStore {
        form: Form::Pkcs12,
        part,
    };
    assert_eq!(nested(4).expect_err("refused"), too_deep);
}

#[test]
fn the_number_of_entries_is_limited() {
    let empty = bag(4, &[5, 0], &[]);
    let with_bags = |count| {
        plain(
            &file(&[vec![empty.clone(); count], vec![key(&[])]].concat()),
            None,
        )
    };
    with_bags(999).expect("a key");
    let error = with_bags(1000).expect_err("refused");
    assert_eq!(error, ReadError::TooManyEntries { max: 1000 });
}

#[test]
fn safes_and_secrets_of_other_kinds_are_named() {
    let scheme = |name: &str| encryption(EncryptionError::Scheme(name.to_owned()));
    for (last, name) in [(3, "envelopedData"), (2, "signedData")] {
        let safe = content_info(last, &sequence(&[]));
        assert_eq!(
            plain(&file_of(&safe, &[]), None).expect_err("refused"),
            scheme(name)
        );
        let contents = content_info(last, &sequence(&[]));
        let outer = sequence(&[&[2, 1, 3], &contents]);
        assert_eq!(plain(&outer, None).expect_err("refused"), scheme(name));
    }
    let secret = |id: &[u8], value: &[u8]| {
        plain(
            &file(&[bag(5, &sequence(&[id, &tlv(0xa0, value)]), &[])]),
            None,
        )
    };
    let other = ReadError::SecretKeyAlgorithm("1.2.3".to_owned());
    assert_eq!(
        secret(&tlv(6, &[42, 3]), &tlv(4, b"x")).expect_err("refused"),
        other
    );
    for value in [
        test_file!("p256.der").to_vec(),
        tlv(4, test_file!("p256.der")),
    ] {
        assert!(is_p256(secret(&bag_id(1), &value).expect("a key")));
    }
}

/// `pbeWithSHAAnd3-KeyTripleDES-CBC` with these iterations: RFC 7292, C.
fn triple_des(rounds: &[u8]) -> Vec<u8> {
    let oid = tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1, 3]);
    sequence(&[&oid, &sequence(&[&tlv(4, b"salt"), &tlv(2, rounds)])])
}

/// PBES2 with PBKDF2 and these iterations, and AES-256: RFC 8018, A.4.
fn pbes2(rounds: &[u8]) -> Vec<u8> {
    let pkcs5 = |last: u8| tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, last]);
    let aes256 = tlv(6, &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42]);
    let params = sequence(&[&tlv(4, b"salt"), &tlv(2, rounds)]);
    let kdf = sequence(&[&pkcs5(12), &params]);
    let cipher = sequence(&[&aes256, &tlv(4, &[0; 16])]);
    sequence(&[&pkcs5(13), &sequence(&[&kdf, &cipher])])
}

/// Encrypts with [`triple_des`] and one iteration.
fn encrypted(plaintext: &[u8], utf16: &[u8]) -> Vec<u8> {
    use des::{TdesEde3, cipher::KeyIvInit as _};
    let derive = |purpose, len| derive(Hash::Sha1, purpose, utf16, b"salt", 1, len);
    let key = derive(Purpose::EncryptionKey, 24);
    let iv = derive(Purpose::InitializationVector, 8);
    let padding = 8 - plaintext.len() % 8;
    let padding = vec![u8::try_from(padding).expect("small"); padding];
    let mut blocks = [plaintext, &padding].concat();
    let (whole, _) = Block::<TdesEde3>::slice_as_chunks_mut(&mut blocks);
    cbc::Encryptor::<TdesEde3>::new_from_slices(&key, &iv)
        .expect("lengths of triple DES")
        .encrypt_blocks(whole);
    blocks
}

/// A bag with a key under this scheme.
fn shrouded(scheme: &[u8], ciphertext: &[u8], attributes: &[&[u8]]) -> Vec<u8> {
    bag(2, &sequence(&[scheme, &tlv(4, ciphertext)]), attributes)
}

/// An encrypted safe.
fn sealed(scheme: &[u8], ciphertext: &[u8]) -> Vec<u8> {
    let id = tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1]);
    let info = sequence(&[&id, scheme, &tlv(0x80, ciphertext)]);
    content_info(6, &sequence(&[&[2, 1, 0], &info]))
}

/// A safe that is not encrypted.
fn open_safe(bags: &[&[u8]]) -> Vec<u8> {
    content_info(1, &tlv(4, &sequence(bags)))
}

/// Returns the passphrase of the test files in UTF-16.
fn utf16() -> SecretBytes {
    let password = Password::of(&passphrase());
    SecretBytes::copy_of(password.utf16()[0].expose())
}

#[test]
fn weak_encryption_of_a_safe_or_of_its_key_is_one_note() {
    for contents in [
        key(&[]),
        bag(2, test_file!("p256-pkcs12-3des.der"), &[]),
        shrouded(
            &triple_des(&[1]),
            &encrypted(test_file!("p256.der"), utf16().expose()),
            &[],
        ),
    ] {
        let ciphertext = encrypted(&sequence(&[&contents]), utf16().expose());
        let file = file_of(&sealed(&triple_des(&[1]), &ciphertext), &[]);
        let keys = with(&passphrase(), &file).expect("the key");
        assert_eq!(keys.notes, [TRIPLE_DES, FormatNote::NoMac]);
        assert!(keys.form.is_encrypted);
        assert!(is_p256(keys));
    }
}

#[test]
fn the_empty_passphrase_is_noted_where_something_depends_on_it() {
    let empty = b"\0\0";
    let key = key(&[]);
    let shrouded = shrouded(
        &triple_des(&[1]),
        &encrypted(test_file!("p256.der"), empty),
        &[],
    );
    let with_certificate = sealed(
        &triple_des(&[1]),
        &encrypted(&sequence(&[&certificate(&[])]), empty),
    );
    let sha1 = |safes: &[u8]| with_mac(safes, Hash::Sha1, "2b0e03021a", empty);
    for (what, file, is_noted, is_encrypted) in [
        ("nothing", file_of(&open_safe(&[&key]), &[]), false, false),
        ("the MAC", sha1(&open_safe(&[&key])), true, false),
        (
            "the key",
            file_of(&open_safe(&[&shrouded]), &[]),
            true,
            true,
        ),
        ("both", sha1(&open_safe(&[&shrouded])), true, true),
        (
            "a safe without keys",
            file_of(&[open_safe(&[&key]), with_certificate].concat(), &[]),
            true,
            false,
        ),
    ] {
        let keys = plain(&file, None).expect(what);
        let found = keys.notes.contains(&FormatNote::EmptyPassphrase);
        assert_eq!(found, is_noted, "{what}");
        assert_eq!(keys.form.is_encrypted, is_encrypted, "{what}");
        let keys = with(&SecretBytes::copy_of(b""), &file).expect(what);
        assert!(!keys.notes.contains(&FormatNote::EmptyPassphrase), "{what}");
    }
}

/// Nothing has to be derived for the key that is selected here.
#[test]
fn the_empty_passphrase_is_tried_up_to_two_million_iterations() {
    let two_million = [0x1e, 0x84, 0x80];
    let one_more = [0x1e, 0x84, 0x81];
    for scheme in [triple_des, pbes2] {
        for (rounds, is_tried) in [(two_million, true), (one_more, false)] {
            let other = shrouded(&scheme(&rounds), &[7; 16], &[&name("b")]);
            let file = file(&[key(&[&name("a")]), other]);
            match plain(&file, Some("a")) {
                Ok(keys) => assert!(is_tried && is_p256(keys)),
                Err(error) => {
                    assert!(!is_tried);
                    assert_eq!(error, ReadError::PassphraseNeeded);
                }
            }
        }
    }
}

#[test]
fn a_wrong_alias_is_told_before_a_passphrase_is_needed() {
    let (a, b) = (key(&[&name("a")]), key(&[&name("b")]));
    let open = open_safe(&[&a, &b]);
    let closed = sealed(&triple_des(&[1]), &[7; 16]);
    let alias = |name: &str| Alias(name.to_owned());
    let needed = || ReadError::AliasNeeded(vec![alias("a"), alias("b")]);
    let unknown = || ReadError::UnknownAlias {
        wanted: "c".to_owned(),
        known: vec![alias("a"), alias("b")],
    };
    let under_mac =
        |safes: &[u8]| with_mac(safes, Hash::Sha256, "608648016503040201", utf16().expose());
    let both = [&open[..], &closed].concat();
    for (file, alias, expected) in [
        (under_mac(&open), None, needed()),
        (under_mac(&open), Some("c"), unknown()),
        (under_mac(&both), None, needed()),
        // The key of this name can be in the encrypted safe.
        (under_mac(&both), Some("c"), ReadError::PassphraseNeeded),
        (under_mac(&closed), None, ReadError::PassphraseNeeded),
        (under_mac(&closed), Some("c"), ReadError::PassphraseNeeded),
    ] {
        assert_eq!(plain(&file, alias).expect_err("refused"), expected);
    }
}

/// Adds a MAC of RFC 7292 with one iteration, which is the default, under `utf16`.
fn with_mac(safes: &[u8], hash: Hash, digest: &str, utf16: &[u8]) -> Vec<u8> {
    let contents = sequence(&[safes]);
    let key = derive(hash, Purpose::MacKey, utf16, b"salt", 1, hash.output_len());
    let mac = hmac(hash, &key, &contents);
    let digest = hex::decode_lenient(digest).expect("hex");
    let algorithm = sequence(&[&tlv(6, &digest)]);
    let mac = sequence(&[&algorithm, &tlv(4, &mac)]);
    file_of(safes, &sequence(&[&mac, &tlv(4, b"salt")]))
}

/// RFC 2104, written here.
fn hmac(hash: Hash, key: &[u8], message: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut block = key.to_vec();
    block.resize(hash.block_len(), 0);
    let padded = |pad: u8| block.iter().map(|byte| byte ^ pad).collect::<Vec<_>>();
    let inner = hash.iterated(&[&padded(0x36), message].concat(), 1);
    hash.iterated(&[padded(0x5c), inner.to_vec()].concat(), 1)
}

#[test]
fn a_mac_is_accepted_in_every_encoding_of_a_passphrase() {
    let safes = content_info(1, &tlv(4, &sequence(&[&key(&[])])));
    let text = SecretBytes::copy_of("\u{e9}".as_bytes());
    for utf16 in [&b"\0\xe9\0\0"[..], b"\0\xc3\0\xa9\0\0"] {
        let file = with_mac(&safes, Hash::Sha512, "608648016503040203", utf16);
        assert!(is_p256(with(&text, &file).expect("the key")), "{utf16:?}");
        let none = plain(&file, None).expect_err("refused");
        assert_eq!(none, ReadError::PassphraseNeeded);
    }
    for utf16 in [&b"\0\0"[..], b""] {
        let file = with_mac(&safes, Hash::Sha1, "2b0e03021a", utf16);
        assert!(is_p256(plain(&file, None).expect("the key")), "{utf16:?}");
    }
    let file = with_mac(&safes, Hash::Sha1, "2a864886f70d0205", b"");
    let md5 = encryption(EncryptionError::Scheme("MD5".to_owned()));
    assert_eq!(plain(&file, None).expect_err("refused"), md5);
}

/// Adds a MAC of RFC 9579 under `TEST passphrase`, with a key of this length, stated or not.
fn with_pbmac1(
    safes: &[u8],
    prf: (Hash, u8),
    hash: (Hash, u8),
    len: usize,
    stated: bool,
) -> Vec<u8> {
    let algorithm = |last: u8| {
        let id = tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, last]);
        sequence(&[&id, &[5, 0]])
    };
    let pkcs5 = |last: u8| tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, last]);
    let stated = match u8::try_from(len) {
        Ok(len) if stated => tlv(2, &[len]),
        _ => Vec::new(),
    };
    let params = sequence(&[&tlv(4, b"salt"), &[2, 1, 2], &stated, &algorithm(prf.1)]);
    let kdf = sequence(&[&pkcs5(12), &params]);
    let pbmac1 = sequence(&[&pkcs5(14), &sequence(&[&kdf, &algorithm(hash.1)])]);
    let mut key = vec![0; len];
    prf.0.pbkdf2(passphrase().expose(), b"salt", 2, &mut key);
    let mac = hmac(hash.0, &key, &sequence(&[safes]));
    let mac = sequence(&[&pbmac1, &tlv(4, &mac)]);
    file_of(safes, &sequence(&[&mac, &tlv(4, b"NOT USED"), &[2, 1, 1]]))
}

#[test]
fn pbmac1_has_any_hashes_and_states_the_length_of_its_key() {
    let safes = content_info(1, &tlv(4, &sequence(&[&key(&[])])));
    let hashes = || Hash::ALL.into_iter().zip(7..);
    for prf in hashes() {
        for hash in hashes() {
            let file = with_pbmac1(&safes, prf, hash, 20, true);
            assert!(
                is_p256(with(&passphrase(), &file).expect("the key")),
                "{prf:?} {hash:?}"
            );
        }
    }
    let sha256 = (Hash::Sha256, 9);
    for (len, stated) in [(32, false), (19, true), (0, true)] {
        let file = with_pbmac1(&safes, sha256, sha256, len, stated);
        let error = with(&passphrase(), &file).expect_err("refused");
        assert_eq!(error, encryption(EncryptionError::Malformed), "{len}");
    }
    let unknown = with_pbmac1(&safes, sha256, (Hash::Sha256, 99), 32, true);
    let scheme = EncryptionError::Scheme("1.2.840.113549.2.99".to_owned());
    assert_eq!(
        with(&passphrase(), &unknown).expect_err("refused"),
        encryption(scheme)
    );
}

/// A safe and a key under a passphrase other than that of the MAC.
#[test]
fn a_key_under_another_passphrase_is_told_from_a_wrong_passphrase() {
    let shrouded = bag(2, test_file!("p256-pbkdf2-one-round.der"), &[]);
    let safes = content_info(1, &tlv(4, &sequence(&[&shrouded])));
    let password = SecretBytes::copy_of(b"TEST mac");
    let encodings = Password::of(&password);
    let utf16 = &encodings.utf16()[0];
    let file = with_mac(&safes, Hash::Sha256, "608648016503040201", utf16.expose());
    let other = encryption(EncryptionError::OtherPassphrase);
    assert_eq!(with(&password, &file).expect_err("refused"), other);
    assert_eq!(
        with(&passphrase(), &file).expect_err("refused"),
        encryption(EncryptionError::Mac)
    );
}

#[test]
fn too_many_iterations_are_refused_at_once() {
    let under = |scheme: &[u8]| sealed(scheme, &[7; 16]);
    let sealed = |rounds: &[u8]| under(&triple_des(rounds));
    let ten_million = [0, 0x98, 0x96, 0x80];
    let one_more = [0, 0x98, 0x96, 0x81];
    let too_many = |rounds| {
        let max = 10_000_000;
        encryption(EncryptionError::Rounds { rounds, max })
    };
    let file = file_of(&sealed(&one_more), &[]);
    assert_eq!(
        with(&passphrase(), &file).expect_err("refused"),
        too_many(10_000_001)
    );
    // All safes together, and the MAC.
    let mac = |rounds: &[u8]| {
        let sha1 = sequence(&[&tlv(6, &[0x2b, 0x0e, 3, 2, 0x1a])]);
        let digest = sequence(&[&sha1, &tlv(4, &[7; 20])]);
        sequence(&[&digest, &tlv(4, b"salt"), &tlv(2, rounds)])
    };
    for file in [
        file_of(&[sealed(&ten_million), sealed(&[1])].concat(), &[]),
        file_of(&[under(&pbes2(&ten_million)), sealed(&[1])].concat(), &[]),
        file_of(&sealed(&ten_million), &mac(&[1])),
        file_of(&sealed(&[1]), &mac(&ten_million)),
    ] {
        assert_eq!(
            with(&passphrase(), &file).expect_err("refused"),
            too_many(10_000_001)
        );
    }
    // byok asks for the passphrase before it tries an empty one for long.
    let file = file_of(&sealed(&ten_million), &[]);
    assert_eq!(
        plain(&file, None).expect_err("refused"),
        ReadError::PassphraseNeeded
    );
}

#[test]
fn the_number_of_encrypted_safes_is_limited() {
    let with_safes = |count| {
        let safes = vec![sealed(&triple_des(&[1]), &[7; 16]); count].concat();
        with(&passphrase(), &file_of(&safes, &[])).expect_err("refused")
    };
    assert_eq!(with_safes(16), encryption(EncryptionError::Passphrase));
    assert_eq!(with_safes(17), ReadError::TooManyEntries { max: 16 });
}

/// The ciphertext of a safe has an implicit tag, which keeps its segments in BER.
#[test]
fn an_encrypted_safe_can_be_in_segments() {
    let file = test_file!("p256-nss.p12");
    let element = TailedElement::of(file).expect("BER");
    assert_eq!(element.encoding, crate::key_file::Encoding::Ber);
    let keys = read(&element, Some(&passphrase()), None).expect("the key");
    let spki: &Blob = keys.certified.as_ref().expect("a certificate");
    assert!(!spki.as_bytes().is_empty());
}

proptest! {
    #![proptest_config(proptest_config())]

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..200), at in 0..700usize, change: u8) {
        let _ = plain(&bytes, None);
        let _ = plain(&file(&[bag(5, &bytes, &[&bytes]), key(&[&bytes])]), None);
        let _ = plain(&file_of(&content_info(6, &bytes), &bytes), None);
        let mut file = test_file!("p256-openssl-plain.p12").to_vec();
        file[at] ^= change;
        let _ = plain(&file, None);
    }
}
