//! Java key stores of other providers, which are only recognised.

use der::{
    Decode as _, Sequence, Tag, Tagged as _,
    asn1::{AnyRef, ObjectIdentifier, OctetStringRef},
};
use spki::AlgorithmIdentifierRef;

use super::form::OtherStoreType;

/// RFC 8018, A.4. `BCFKS` always uses it.
const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");

/// The versions, the length of the salt and the salt, the number of iterations.
const HEADER_LEN: usize = 4 + 4 + SALT_LEN + 4;
/// The length of the salt in bytes: that of a SHA-1 hash.
const SALT_LEN: usize = 20;
/// The length of the HMAC at the end of BKS in bytes.
const MAC_LEN: usize = 20;
/// The block length of Twofish in bytes, with which UBER encrypts.
const TWOFISH_BLOCK_LEN: usize = 16;
/// The numbers of iterations that Bouncy Castle draws.
const ITERATIONS: core::ops::RangeInclusive<u32> = 1024..=2047;

/// Recognises BKS and UBER, which begin in the same way. In BKS the first entry follows: its kind, and
/// its alias with a length of two bytes.
///
/// # Source
///
/// Bouncy Castle 1.80, `org.bouncycastle.jcajce.provider.keystore.bc.BcKeyStoreSpi`.
pub(super) fn of_bytes(bytes: &[u8]) -> Option<OtherStoreType> {
    let (header, rest) = bytes.split_at_checked(HEADER_LEN)?;
    let (start, iterations) = header.split_last_chunk()?;
    let is_store = matches!(start, [0, 0, 0, 0..=2, 0, 0, 0, 20, ..])
        && ITERATIONS.contains(&u32::from_be_bytes(*iterations));
    match rest {
        _ if !is_store => None,
        [0, mac @ ..] if mac.len() == MAC_LEN => Some(OtherStoreType::Bks),
        [1..=4, high, low, after @ ..]
            if after.len() > usize::from(u16::from_be_bytes([*high, *low])) + MAC_LEN =>
        {
            Some(OtherStoreType::Bks)
        }
        rest => (!rest.is_empty() && rest.len().is_multiple_of(TWOFISH_BLOCK_LEN))
            .then_some(OtherStoreType::Uber),
    }
}

/// `ObjectStore`: encrypted contents, and the check of their integrity.
#[derive(Sequence)]
struct ObjectStore<'a> {
    contents: EncryptedContents<'a>,
    check: AnyRef<'a>,
}

#[derive(Sequence)]
struct EncryptedContents<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    encrypted: &'a OctetStringRef,
}

/// Recognises BCFKS.
///
/// # Source
///
/// Bouncy Castle 1.80, `org.bouncycastle.asn1.bc.ObjectStore`.
pub(super) fn of_der(der: &[u8]) -> Option<OtherStoreType> {
    let store = ObjectStore::from_der(der).ok()?;
    let is_store = store.contents.algorithm.oid == PBES2
        && !store.contents.encrypted.is_empty()
        && store.check.tag() == Tag::Sequence;
    is_store.then_some(OtherStoreType::Bcfks)
}

/// Recognises DKS.
///
/// # Source
///
/// Java SE 17 API, `java.security.DomainLoadStoreParameter`.
pub(super) fn of_text(text: &str) -> Option<OtherStoreType> {
    let is_store = text
        .lines()
        .any(|line| line.trim_start().starts_with("domain "))
        && text.contains('{')
        && text.contains("keystore ");
    is_store.then_some(OtherStoreType::Dks)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The beginning of BKS and UBER, and `rest`.
    fn store(rest: &[u8]) -> Vec<u8> {
        let salt = [7; SALT_LEN];
        [&[0, 0, 0, 2, 0, 0, 0, 20], &salt[..], &[0, 0, 4, 0], rest].concat()
    }

    #[test]
    fn bks_ends_with_its_mac_and_uber_with_a_block() {
        let bks = Some(OtherStoreType::Bks);
        let uber = Some(OtherStoreType::Uber);
        let entry = |after: usize| [&[1, 0, 3], &vec![9; after][..]].concat();
        for (rest, expected) in [
            ([0; 1 + MAC_LEN].to_vec(), bks),
            ([0; MAC_LEN].to_vec(), None),
            (entry(3 + MAC_LEN + 1), bks),
            (entry(3 + MAC_LEN), None),
            (vec![9; 2 * TWOFISH_BLOCK_LEN], uber),
            (vec![9; 2 * TWOFISH_BLOCK_LEN + 1], None),
            (Vec::new(), None),
        ] {
            assert_eq!(of_bytes(&store(&rest)), expected, "{} bytes", rest.len());
        }
        let mut other_iterations = store(&[0; 1 + MAC_LEN]);
        other_iterations[HEADER_LEN - 2] = 3;
        assert_eq!(of_bytes(&other_iterations), None);
    }

    #[test]
    fn dks_is_a_domain_of_key_stores() {
        let domain = "// mine\n  domain app {\n    keystore a keystoreURI=\"file:///a\";\n};\n";
        assert_eq!(of_text(domain), Some(OtherStoreType::Dks));
        for (from, to) in [
            ("domain ", "domains "),
            ("domain ", "my domain "),
            ("{", "("),
            ("keystore ", "keystores "),
        ] {
            assert!(domain.contains(from), "{from}");
            assert_eq!(of_text(&domain.replace(from, to)), None, "{to}");
        }
    }

    #[test]
    fn bcfks_has_encrypted_contents_under_pbes2_and_a_check() {
        const ALGORITHM: &[u8] = b"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d";
        const OTHER_ALGORITHM: &[u8] = b"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c";
        let of = |algorithm: &[u8], octets: &[u8], check: &[u8]| {
            let sequence = |content: Vec<u8>| {
                let len = u8::try_from(content.len()).expect("short");
                [&[0x30, len], &content[..]].concat()
            };
            let contents = sequence([algorithm, octets].concat());
            of_der(&sequence([&contents[..], check].concat()))
        };
        let (octets, check) = (b"\x04\x01\xaa", b"\x30\x00");
        assert_eq!(of(ALGORITHM, octets, check), Some(OtherStoreType::Bcfks));
        assert_eq!(of(OTHER_ALGORITHM, octets, check), None);
        assert_eq!(of(ALGORITHM, b"\x04\x00", check), None);
        assert_eq!(of(ALGORITHM, octets, b"\x04\x00"), None);
    }
}
