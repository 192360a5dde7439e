//! JSON Web Keys: one private key, or the octets of a symmetric key.

use core::mem;
use std::collections::BTreeMap;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::{
    error::ReadError,
    form::Form,
    jwk_error::JwkError,
    keys_read::KeysRead,
    source_format::{Encoding, SourceFormat},
    unchecked_key::{RsaNumbers, UncheckedKey},
};
use crate::{
    blob::Blob,
    json::{self, Distinct, JsonError, MemberMap},
    key_spec::Curve,
    secret::SecretBytes,
};

/// The length of `d` and `x` of an Ed25519 key, in bytes.
const ED25519_LEN: usize = 32;
/// The longest word from a file that a message repeats.
const MAX_WORD_LEN: usize = 64;

/// Returns whether `file` is meant to be a JWK, a JWK Set or a JWE. Its JSON may be invalid.
pub(super) fn looks_like(file: &[u8]) -> bool {
    let text = file
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(file)
        .trim_ascii();
    let has = |name: &[u8]| text.windows(name.len()).any(|window| window == name);
    let is_object = text.first() == Some(&b'{');
    is_object && (has(br#""kty""#) || has(br#""keys""#) || has(br#""ciphertext""#))
        || is_compact_jwe(text)
}

/// Reads a JWK with a private or symmetric key.
///
/// # Errors
///
/// [`ReadError`]: `Jwk`, or the error for another kind of key. None carries a value except that of
/// `kty` or `crv`.
///
/// # Source
///
/// RFC 7517, 4 and 5; RFC 7518, 2 (`Base64urlUInt`) and 6; RFC 8812, 3.1 (secp256k1); RFC 8037, 2
/// (Ed25519); RFC 7516, 7 (JWE, which is only recognised).
pub(super) fn read(file: &[u8]) -> Result<KeysRead, ReadError> {
    let form = SourceFormat::plain(Form::Jwk, Encoding::Json);
    Ok(KeysRead::one(key(file)?, form))
}

fn key(file: &[u8]) -> Result<UncheckedKey, ReadError> {
    if is_compact_jwe(file.trim_ascii()) {
        return Err(JwkError::Encrypted.into());
    }
    let members = JwkMembers::parse(file).map_err(JwkError::Json)?;
    match members.word("kty") {
        Ok("RSA") => rsa(&members),
        Ok("EC") => ec(&members),
        Ok("oct") => Ok(UncheckedKey::Octets(members.octets("k")?)),
        Ok("OKP") => okp(&members),
        Ok(other) => Err(ReadError::Algorithm(other.to_owned())),
        Err(JwkError::MissingMember(_)) => Err(members.other_document().into()),
        Err(error) => Err(error.into()),
    }
}

/// Five parts in base64url, the first of which is a JSON object; RFC 7516, 7.1.
fn is_compact_jwe(text: &[u8]) -> bool {
    let is_base64url = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let parts = text.split(|byte| *byte == b'.');
    text.starts_with(b"eyJ") && parts.clone().count() == 5 && parts.flatten().all(is_base64url)
}

fn rsa(members: &JwkMembers<'_>) -> Result<UncheckedKey, ReadError> {
    let (n, e) = (members.integer("n")?, members.integer("e")?);
    members.must_be_private()?;
    let crt = |name| members.integer(name);
    Ok(UncheckedKey::Rsa(RsaNumbers {
        n: Blob::new(n.expose().to_vec()),
        e: Blob::new(e.expose().to_vec()),
        d: members.integer("d")?,
        p: members.integer("p")?,
        q: members.integer("q")?,
        crt_exponents: Some([crt("dp")?, crt("dq")?]),
        q_inv: members.integer("qi")?,
        is_multi_prime: members.has("oth"),
        public_key: None,
    }))
}

fn ec(members: &JwkMembers<'_>) -> Result<UncheckedKey, ReadError> {
    let curve = match members.word("crv")? {
        "P-256" => Curve::P256,
        "P-384" => Curve::P384,
        "P-521" => Curve::P521,
        "secp256k1" => Curve::K256,
        other => return Err(ReadError::Curve(other.to_owned())),
    };
    let len = curve.scalar_len();
    let (x, y) = (
        members.octets_of_len("x", len)?,
        members.octets_of_len("y", len)?,
    );
    members.must_be_private()?;
    // SEC 1, 2.3.3: an uncompressed point.
    let point = [&[4], x.expose(), y.expose()].concat();
    Ok(UncheckedKey::Ec {
        curve,
        scalar: members.octets_of_len("d", len)?,
        points: vec![Blob::new(point)],
    })
}

/// RFC 8037, 2: the curve names the kind of key.
fn okp(members: &JwkMembers<'_>) -> Result<UncheckedKey, ReadError> {
    match members.word("crv")? {
        "Ed25519" => {}
        other => return Err(ReadError::Algorithm(other.to_owned())),
    }
    let public_key = members.octets_of_len("x", ED25519_LEN)?;
    members.must_be_private()?;
    Ok(UncheckedKey::Ed25519 {
        seed: members.octets_of_len("d", ED25519_LEN)?,
        public_keys: vec![Blob::new(public_key.expose().to_vec())],
    })
}

/// The unparsed members of a JSON object, so that no secret is copied.
struct JwkMembers<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> JwkMembers<'a> {
    fn parse(file: &'a [u8]) -> Result<Self, JsonError> {
        json::check_encoding(file)?;
        if file.trim_ascii_start().first() != Some(&b'{') {
            return Err(JsonError::NotAnObject);
        }
        let Distinct(members) =
            serde_json::from_slice(file).map_err(|error| JsonError::at(&error))?;
        Ok(Self(members))
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Returns the fault of an object without `kty`.
    fn other_document(&self) -> JwkError {
        match self.0.get("keys") {
            Some(keys) => match serde_json::from_str::<Vec<IgnoredAny>>(keys.get()) {
                Ok(keys) => JwkError::KeySet(keys.len()),
                Err(_) => JwkError::Member("keys"),
            },
            None if self.has("ciphertext") => JwkError::Encrypted,
            None => JwkError::MissingMember("kty"),
        }
    }

    fn must_be_private(&self) -> Result<(), ReadError> {
        if self.has("d") {
            Ok(())
        } else {
            Err(ReadError::Unsupported(Form::PublicKey))
        }
    }

    /// A string without escapes, which a JWK never needs.
    fn text(&self, name: &'static str) -> Result<&'a str, JwkError> {
        let value = self.0.get(name).ok_or(JwkError::MissingMember(name))?.get();
        let text = value
            .strip_prefix('"')
            .and_then(|value| value.strip_suffix('"'));
        text.filter(|text| !text.contains('\\'))
            .ok_or(JwkError::Member(name))
    }

    /// Returns a text that a message can repeat.
    fn word(&self, name: &'static str) -> Result<&'a str, JwkError> {
        let text = self.text(name)?;
        let is_word =
            text.len() <= MAX_WORD_LEN && text.bytes().all(|byte| byte.is_ascii_graphic());
        if is_word {
            Ok(text)
        } else {
            Err(JwkError::Member(name))
        }
    }

    /// One octet or more, in base64url.
    fn octets(&self, name: &'static str) -> Result<SecretBytes, JwkError> {
        let text = self.text(name)?;
        let mut bytes = Zeroizing::new(vec![0; text.len()]);
        let len = Base64UrlUnpadded::decode(text, &mut bytes)
            .map(<[u8]>::len)
            .unwrap_or_default();
        bytes.truncate(len);
        let octets = SecretBytes::new(mem::take(&mut *bytes));
        if octets.is_empty() {
            Err(JwkError::Member(name))
        } else {
            Ok(octets)
        }
    }

    fn octets_of_len(&self, name: &'static str, len: usize) -> Result<SecretBytes, JwkError> {
        self.octets(name).and_then(|octets| {
            if octets.len() == len {
                Ok(octets)
            } else {
                Err(JwkError::Member(name))
            }
        })
    }

    /// A big-endian integer of the fewest possible octets.
    fn integer(&self, name: &'static str) -> Result<SecretBytes, JwkError> {
        let octets = self.octets(name)?;
        match octets.expose() {
            [0, _, ..] => Err(JwkError::Member(name)),
            _ => Ok(octets),
        }
    }
}

impl<'de> MemberMap<'de> for BTreeMap<String, &'de RawValue> {
    type Name = String;
    type Value = &'de RawValue;

    fn add(&mut self, name: String, value: &'de RawValue) -> bool {
        self.insert(name, value).is_none()
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::Index};
    use serde_json::{Value, json};

    use super::*;
    use crate::key_file::test_files::{numbers_of, proptest_config, same_key, test_file};

    fn error(file: &[u8]) -> ReadError {
        key(file).expect_err("no key that is read")
    }

    fn fault(fault: JwkError) -> ReadError {
        ReadError::Jwk(fault)
    }

    fn changed(file: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
        let mut jwk = serde_json::from_slice(file).expect("JSON");
        change(&mut jwk);
        serde_json::to_vec(&jwk).expect("JSON")
    }

    #[test]
    fn every_key_type_is_read() {
        for (name, file, plain) in [
            (
                "RSA",
                test_file!("rsa-2048.jwk"),
                test_file!("rsa-2048.der"),
            ),
            ("P-256", test_file!("p256.jwk"), test_file!("p256.der")),
            (
                "a short scalar",
                test_file!("p256-short.jwk"),
                test_file!("p256-short.der"),
            ),
            ("P-384", test_file!("p384.jwk"), test_file!("p384.der")),
            ("P-521", test_file!("p521.jwk"), test_file!("p521.der")),
            (
                "secp256k1",
                test_file!("secp256k1.jwk"),
                test_file!("secp256k1.der"),
            ),
            (
                "Ed25519",
                test_file!("ed25519.jwk"),
                test_file!("ed25519.der"),
            ),
        ] {
            assert!(looks_like(file), "{name}");
            assert!(
                same_key(&key(file).expect(name), &numbers_of(plain)),
                "{name}"
            );
            let more = changed(file, |jwk| jwk["use"] = json!({"kty": [null, {"kty": 1}]}));
            assert!(
                same_key(&key(&more).expect(name), &numbers_of(plain)),
                "unknown members are passed over"
            );
        }
        assert!(looks_like(test_file!("oct.jwk")));
        let Ok(UncheckedKey::Octets(octets)) = key(test_file!("oct.jwk")) else {
            panic!("octets")
        };
        let written = Base64UrlUnpadded::encode_string(octets.expose());
        assert_eq!(octets.len(), 32);
        assert!(
            test_file!("oct.jwk")
                .windows(written.len())
                .any(|window| window == written.as_bytes())
        );
    }

    #[test]
    fn missing_and_wrong_members_are_named() {
        for (file, names) in [
            (
                test_file!("rsa-2048.jwk"),
                &["kty", "n", "e", "p", "q", "dp", "dq", "qi"][..],
            ),
            (test_file!("p521.jwk"), &["kty", "crv", "x", "y"]),
            (test_file!("ed25519.jwk"), &["kty", "crv", "x"]),
            (test_file!("oct.jwk"), &["kty", "k"]),
        ] {
            for name in names.iter().copied() {
                let missing = changed(file, |jwk| {
                    _ = jwk.as_object_mut().expect("an object").remove(name);
                });
                assert_eq!(error(&missing), fault(JwkError::MissingMember(name)));
                for value in [
                    json!(null),
                    json!(5),
                    json!([1]),
                    json!({}),
                    json!("\u{1b}"),
                    json!("é"),
                    json!("a b"),
                ] {
                    let wrong = changed(file, |jwk| jwk[name] = value);
                    assert_eq!(error(&wrong), fault(JwkError::Member(name)));
                }
            }
            let public = changed(file, |jwk| {
                _ = jwk.as_object_mut().expect("an object").remove("d");
            });
            assert!(key(&public).map_or_else(
                |error| error == ReadError::Unsupported(Form::PublicKey),
                |_| names.contains(&"k")
            ));
        }
        assert_eq!(
            error(test_file!("p256-public.jwk")),
            ReadError::Unsupported(Form::PublicKey)
        );
    }

    #[test]
    fn base64url_has_one_form_and_numbers_one_length() {
        let with = |file, name: &'static str, text: &dyn Fn(&str) -> String| {
            let other = changed(file, |jwk| {
                jwk[name] = json!(text(jwk[name].as_str().expect("text")));
            });
            assert_eq!(error(&other), fault(JwkError::Member(name)));
        };
        let zero_before = |text: &str| {
            let bytes = Base64UrlUnpadded::decode_vec(text).expect("base64url");
            Base64UrlUnpadded::encode_string(&[&[0], bytes.as_slice()].concat())
        };
        for name in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
            with(test_file!("rsa-2048.jwk"), name, &zero_before);
            with(test_file!("rsa-2048.jwk"), name, &|_| String::new());
        }
        let p256 = ["x", "y", "d"].map(|name| (test_file!("p256.jwk"), name));
        let ed25519 = ["x", "d"].map(|name| (test_file!("ed25519.jwk"), name));
        for (file, name) in p256.into_iter().chain(ed25519) {
            with(file, name, &|_| Base64UrlUnpadded::encode_string(&[1; 31]));
            with(file, name, &zero_before);
            with(file, name, &|text| text.chars().take(42).collect());
            with(file, name, &|text| format!("{text}="));
            with(file, name, &|text| format!("{text}A"));
            with(file, name, &|text| format!(" {text}"));
            with(file, name, &|text| {
                format!("+{}", text.chars().skip(1).collect::<String>())
            });
            // 43 characters have two bits more than 32 bytes.
            let last = "AEIMQUYcgkosw048";
            with(file, name, &|text| {
                let (start, end) = text.split_at(42);
                let next = last
                    .find(end)
                    .map(|at| char::from(b"BFJNRVZdhlptx159"[at]))
                    .expect("canonical");
                format!("{start}{next}")
            });
        }
        let escaped = String::from_utf8(test_file!("p256.jwk").to_vec()).expect("UTF-8");
        let escaped = escaped.replace("P-256", r"P\u002d256");
        assert_eq!(error(escaped.as_bytes()), fault(JwkError::Member("crv")));
    }

    #[test]
    fn other_documents_are_told_apart() {
        for name in ["X25519", "Ed448", "X448"] {
            let other = changed(test_file!("ed25519.jwk"), |jwk| jwk["crv"] = json!(name));
            assert_eq!(error(&other), ReadError::Algorithm(name.to_owned()));
        }
        let curve = changed(test_file!("p256.jwk"), |jwk| jwk["crv"] = json!("P-192"));
        assert_eq!(error(&curve), ReadError::Curve("P-192".to_owned()));
        let long = changed(test_file!("p256.jwk"), |jwk| {
            jwk["crv"] = json!("P".repeat(65));
        });
        assert_eq!(error(&long), fault(JwkError::Member("crv")));
        for jwe in [test_file!("jwe.json"), test_file!("jwe.txt")] {
            assert!(looks_like(jwe));
            assert_eq!(error(jwe), fault(JwkError::Encrypted));
        }
        for (set, error_expected) in [
            (r#"{"keys":[]}"#, fault(JwkError::KeySet(0))),
            (
                r#"{"keys":[{"kty":"oct"},{"kty":"oct"}]}"#,
                fault(JwkError::KeySet(2)),
            ),
            (r#"{"keys":{}}"#, fault(JwkError::Member("keys"))),
        ] {
            assert!(looks_like(set.as_bytes()));
            assert_eq!(error(set.as_bytes()), error_expected);
        }
        let oth = changed(test_file!("rsa-2048.jwk"), |jwk| jwk["oth"] = json!([]));
        assert!(matches!(
            key(&oth),
            Ok(UncheckedKey::Rsa(RsaNumbers {
                is_multi_prime: true,
                ..
            }))
        ));
        assert!(
            !looks_like(test_file!("p256.der"))
                && !looks_like(br#"{"KeyId":"a"}"#)
                && !looks_like(b"eyJ.a")
                && !looks_like(b"a.b.c.d.e")
        );
    }

    #[test]
    fn json_is_one_object_without_twins() {
        for (file, expected) in [
            (&br#"["oct"]"#[..], JsonError::NotAnObject),
            (br#""kty""#, JsonError::NotAnObject),
            (b"", JsonError::NotAnObject),
            (
                br#"{"kty":"oct","k":"AA","k":"AA"}"#,
                JsonError::DuplicateMember {
                    line: 1,
                    column: 31,
                },
            ),
            (
                br#"{"kty":"oct","a":1,"\u0061":2,"k":"AA"}"#,
                JsonError::DuplicateMember {
                    line: 1,
                    column: 29,
                },
            ),
            (
                br#"{"kty":"oct","k":"AA"}}"#,
                JsonError::Syntax {
                    line: 1,
                    column: 23,
                },
            ),
            (
                br#"{"kty":"oct","k":"AA",}"#,
                JsonError::Syntax {
                    line: 1,
                    column: 23,
                },
            ),
            (
                b"{\"kty\":\"oct\",\"k\":\"\xff\"}",
                JsonError::Syntax {
                    line: 1,
                    column: 19,
                },
            ),
            (
                b"\xef\xbb\xbf{\"kty\":\"oct\",\"k\":\"AA\"}",
                JsonError::ByteOrderMark,
            ),
            (b"{\0\"\0", JsonError::Utf16),
        ] {
            assert_eq!(
                error(file),
                fault(JwkError::Json(expected)),
                "{}",
                String::from_utf8_lossy(file)
            );
        }
        assert!(
            looks_like(b"\xef\xbb\xbf{\"kty\""),
            "a mark and broken JSON are told, not passed over"
        );
    }

    #[test]
    fn what_is_cut_off_is_no_json() {
        for file in [
            test_file!("rsa-2048.jwk"),
            test_file!("p256.jwk"),
            test_file!("oct.jwk"),
        ] {
            for len in 1..file.len() {
                assert!(
                    matches!(
                        error(&file[..len]),
                        ReadError::Jwk(JwkError::Json(JsonError::Syntax { .. }))
                    ),
                    "{len}"
                );
            }
        }
    }

    proptest! {
        #![proptest_config(proptest_config())]

        #[test]
        fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..300), at: Index, junk in vec(any::<u8>(), 0..8)) {
            let _ = looks_like(&bytes);
            prop_assert!(key(&bytes).is_err());
            let file = test_file!("p256.jwk");
            let (start, end) = file.split_at(at.index(file.len()));
            let _ = key(&[start, &junk, end].concat());
        }

        #[test]
        fn no_text_makes_it_panic(name in "[a-z]{1,3}", text: String) {
            for file in [test_file!("p256.jwk"), test_file!("rsa-2048.jwk"), test_file!("oct.jwk")] {
                let _ = key(&changed(file, |jwk| jwk[&name] = json!(text)));
            }
        }
    }
}
