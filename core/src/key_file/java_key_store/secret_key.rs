//! The secret key in a decrypted entry of JCEKS: a serialized `SecretKeySpec` or `KeyRep`.

use super::{
    damage,
    input::Input,
    serialization::{HEADER, Object},
    word,
};
use crate::{
    key_file::{error::ReadError, form::JavaStoreType},
    key_spec::KeySpec,
    secret::SecretBytes,
};

/// Keys of most algorithms, as `keytool -genseckey` writes AES and HMAC keys.
const SPEC: &str = "javax.crypto.spec.SecretKeySpec";
/// What other classes are written as: keys of DES and passphrases.
const REPRESENTATION: &str = "java.security.KeyRep";

/// Returns whether `plaintext` is a serialized object. Random bytes are with probability 2^−32.
pub(super) fn looks_like(plaintext: &[u8]) -> bool {
    plaintext.starts_with(HEADER)
}

/// A secret key that AWS KMS imports.
#[derive(Debug)]
pub(super) struct SecretKey {
    pub(super) octets: SecretBytes,
    /// The key spec for the algorithm that the file names.
    pub(super) key_spec: Option<KeySpec>,
}

/// Reads an AES, SM4 or HMAC key.
///
/// # Errors
///
/// [`ReadError`]: `DamagedStore`, or `SecretKeyAlgorithm` with the name of the class or of the algorithm.
///
/// # Source
///
/// Java SE 17 API, serialized forms of `javax.crypto.spec.SecretKeySpec` and `java.security.KeyRep`.
pub(super) fn read(plaintext: &[u8], store_type: JavaStoreType) -> Result<SecretKey, ReadError> {
    let damaged = || damage::in_part(store_type, "a secret key");
    let mut input = Input::new(plaintext);
    let object = Object::read(&mut input)
        .filter(|_| input.rest().is_empty())
        .ok_or_else(damaged)?;
    let other = |name| Err(ReadError::SecretKeyAlgorithm(word::of(name)));
    let (class, field) = if object.class() == SPEC.as_bytes() {
        (SPEC, "key")
    } else if object.class() == REPRESENTATION.as_bytes() {
        (REPRESENTATION, "encoded")
    } else {
        return other(object.class());
    };
    let algorithm = object.text(class, "algorithm").ok_or_else(damaged)?;
    if !is_imported(algorithm) {
        return other(algorithm);
    }
    if class == REPRESENTATION && object.text(class, "format") != Some(b"RAW") {
        return Err(damaged());
    }
    let octets = object.bytes(class, field);
    let octets = octets.map(SecretBytes::copy_of).ok_or_else(damaged)?;
    let key_spec = key_spec(algorithm);
    Ok(SecretKey { octets, key_spec })
}

/// Returns the key spec for an algorithm, if AWS KMS has one.
///
/// # Source
///
/// Java Security Standard Algorithm Names 17: "Cipher", "Mac".
fn key_spec(algorithm: &[u8]) -> Option<KeySpec> {
    const KEY_SPECS: [(&str, KeySpec); 7] = [
        ("AES", KeySpec::SymmetricDefault),
        ("Rijndael", KeySpec::SymmetricDefault),
        ("SM4", KeySpec::SymmetricDefault),
        ("HmacSHA224", KeySpec::Hmac224),
        ("HmacSHA256", KeySpec::Hmac256),
        ("HmacSHA384", KeySpec::Hmac384),
        ("HmacSHA512", KeySpec::Hmac512),
    ];
    let is_it = |(name, _): &&(&str, KeySpec)| algorithm.eq_ignore_ascii_case(name.as_bytes());
    KEY_SPECS.iter().find(is_it).map(|(_, key_spec)| *key_spec)
}

/// Returns whether the name of an algorithm is AES, SM4, HMAC with a hash, or no algorithm.
///
/// # Source
///
/// Java Security Standard Algorithm Names 17: "Cipher", "Mac". Rijndael is the alias of AES in OpenJDK.
/// `RAW` and `Generic` name no algorithm: programs write them for keys of any kind.
fn is_imported(algorithm: &[u8]) -> bool {
    let is = |name: &str| algorithm.eq_ignore_ascii_case(name.as_bytes());
    let begins = |name: &str| {
        let start = algorithm.get(..name.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
    };
    begins("Hmac")
        || ["AES", "Rijndael", "SM4", "RAW", "Generic"]
            .into_iter()
            .any(is)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(plaintext: &[u8]) -> Result<SecretKey, ReadError> {
        super::read(plaintext, JavaStoreType::Jceks)
    }

    /// A serialized object with fields that are strings, and `bytes` in an array.
    fn serialized(class: &str, texts: &[(&str, &str)], bytes: &str, octets: &[u8]) -> Vec<u8> {
        let text = |text: &str| {
            let len = u16::try_from(text.len()).expect("short");
            [&len.to_be_bytes(), text.as_bytes()].concat()
        };
        let string = |value: &str| [&b"t"[..], &text(value)].concat();
        let count = u16::try_from(texts.len() + 1).expect("few");
        let mut stream = [HEADER, b"sr", &text(class), &[7; 8], &[2]].concat();
        stream.extend(count.to_be_bytes());
        for (name, _) in texts {
            stream.extend([&b"L"[..], &text(name), &string("Ljava/lang/String;")].concat());
        }
        stream.extend([&b"["[..], &text(bytes), &string("[B"), b"xp"].concat());
        for (_, value) in texts {
            stream.extend(string(value));
        }
        let len = u32::try_from(octets.len()).expect("short");
        stream.extend([&b"ur"[..], &text("[B"), &[7; 8], b"\x02\0\0xp"].concat());
        stream.extend(len.to_be_bytes());
        [&stream, octets].concat()
    }

    fn spec(algorithm: &str) -> Vec<u8> {
        serialized(SPEC, &[("algorithm", algorithm)], "key", &[1, 2, 3])
    }

    #[test]
    fn aes_and_hmac_keys_are_read() {
        for (algorithm, key_spec) in [
            ("AES", Some(KeySpec::SymmetricDefault)),
            ("aes", Some(KeySpec::SymmetricDefault)),
            ("Rijndael", Some(KeySpec::SymmetricDefault)),
            ("SM4", Some(KeySpec::SymmetricDefault)),
            ("HmacSHA224", Some(KeySpec::Hmac224)),
            ("HMACSHA256", Some(KeySpec::Hmac256)),
            ("HmacSHA384", Some(KeySpec::Hmac384)),
            ("HmacSHA512", Some(KeySpec::Hmac512)),
            ("HmacSHA3-512", None),
            ("HmacSHA1", None),
            ("RAW", None),
            ("Generic", None),
        ] {
            let key = read(&spec(algorithm)).expect(algorithm);
            assert_eq!(key.octets.expose(), [1, 2, 3], "{algorithm}");
            assert_eq!(key.key_spec, key_spec, "{algorithm}");
        }
        let texts = [("algorithm", "AES"), ("format", "RAW")];
        let key = read(&serialized(REPRESENTATION, &texts, "encoded", &[4, 5]));
        assert_eq!(key.expect("a key").octets.expose(), [4, 5]);
    }

    #[test]
    fn other_algorithms_and_classes_are_named() {
        for algorithm in ["PBEWithMD5AndDES", "DESede", "Blowfish", "AESX", "Hma", ""] {
            let error = read(&spec(algorithm)).expect_err(algorithm);
            assert_eq!(error, ReadError::SecretKeyAlgorithm(algorithm.to_owned()));
        }
        let long = format!("\u{1b}[2J{}", "x".repeat(1000));
        let error = read(&spec(&long)).expect_err("another algorithm");
        let shown = format!("?[2J{}", "x".repeat(96));
        assert_eq!(error, ReadError::SecretKeyAlgorithm(shown));
        let other = serialized("com.example.Key", &[("algorithm", "AES")], "key", &[1]);
        let class = ReadError::SecretKeyAlgorithm("com.example.Key".to_owned());
        assert_eq!(read(&other).expect_err("another class"), class);
    }

    #[test]
    fn an_incomplete_key_is_damaged() {
        let damaged = damage::in_part(JavaStoreType::Jceks, "a secret key");
        let in_other_format = [("algorithm", "AES"), ("format", "PKCS#8")];
        for plaintext in [
            spec("AES")[..70].to_vec(),
            [spec("AES"), vec![0]].concat(),
            serialized(SPEC, &[("name", "AES")], "key", &[1]),
            serialized(SPEC, &[("algorithm", "AES")], "octets", &[1]),
            serialized(REPRESENTATION, &in_other_format, "encoded", &[1]),
            serialized(REPRESENTATION, &[("algorithm", "AES")], "encoded", &[1]),
        ] {
            assert_eq!(read(&plaintext).expect_err("damaged"), damaged);
        }
    }
}
