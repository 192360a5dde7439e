//! The grant tokens of `CreateGrant`, in bytes, as base64:
//!
//! | 18 | 1 | 1 | n | 32 | 16 | 32 |
//! |---|---|---|---|---|---|---|
//! | rehearsal mark | 0x47 | n | key ARN | grant ID | random | HMAC-SHA-256 |
//!
//! The key of the HMAC is derived from the root secret of the store.

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand_core::CryptoRng;
use sha2::Sha256;

use crate::{
    blob::Blob,
    grant::{GRANT_ID_LEN, GrantId},
    hex,
    import_token::{REHEARSAL_MARK, RootSecret},
    key_id::KeyArn,
};

/// An import token has its version after the mark. This value is not a version.
const KIND: u8 = 0x47;
const RANDOM_LEN: usize = 16;
const TAG_LEN: usize = 32;
/// The purpose of the derived HMAC key.
const PURPOSE: &[u8] = b"byok grant token v1";

/// A grant that a token names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamedGrant {
    pub(super) arn: KeyArn,
    pub(super) grant_id: GrantId,
}

/// Returns a new token for a grant. No two tokens are equal.
pub(super) fn seal(grant: &NamedGrant, root: &RootSecret, rng: &mut impl CryptoRng) -> String {
    let arn = grant.arn.to_string();
    let mut token = REHEARSAL_MARK.to_vec();
    token.extend([KIND, u8::try_from(arn.len()).unwrap_or(u8::MAX)]);
    token.extend(arn.as_bytes());
    token.extend(hex::decode_lenient(grant.grant_id.as_str()).unwrap_or_default());
    let mut random = [0; RANDOM_LEN];
    rng.fill_bytes(&mut random);
    token.extend(random);
    let tag = mac(root, &token).finalize().into_bytes();
    token.extend(tag);
    Blob::new(token).to_base64()
}

/// Returns the grant of a token of the store with this `root` secret. Returns `None` for anything else.
pub(super) fn open(token: &str, root: &RootSecret) -> Option<NamedGrant> {
    let token = Blob::from_base64(token)?.into_bytes();
    let (body, tag) = token.split_last_chunk::<TAG_LEN>()?;
    mac(root, body).verify_slice(tag).ok()?;
    let rest = body.strip_prefix(&REHEARSAL_MARK)?.strip_prefix(&[KIND])?;
    let (len, rest) = rest.split_first()?;
    let (arn, rest) = rest.split_at_checked(usize::from(*len))?;
    let (grant_id, _) = rest.split_first_chunk::<GRANT_ID_LEN>()?;
    Some(NamedGrant {
        arn: KeyArn::parse(core::str::from_utf8(arn).ok()?)?,
        grant_id: GrantId::from_bytes(*grant_id),
    })
}

fn mac(root: &RootSecret, body: &[u8]) -> Hmac<Sha256> {
    let key = root.subkey(PURPOSE);
    let mac = Hmac::<Sha256>::new_from_slice(key.expose()).expect("HMAC takes keys of any length");
    mac.chain_update(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{secret::SecretBytes, test_rng};

    #[test]
    fn a_token_names_its_grant_and_cannot_be_changed() {
        let root = |byte| RootSecret::new(SecretBytes::new(vec![byte; 32])).expect("32 bytes");
        let arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
        let grant = NamedGrant {
            arn: KeyArn::parse(arn).expect("an ARN"),
            grant_id: GrantId::from_bytes([7; 32]),
        };
        let mut rng = test_rng(1);
        let token = seal(&grant, &root(1), &mut rng);
        assert_ne!(token, seal(&grant, &root(1), &mut rng));
        assert!(token.starts_with("BYOK/REHEARSAL/NOT/AWS//"));
        assert_eq!(open(&token, &root(1)).as_ref(), Some(&grant));
        assert_eq!(open(&token, &root(2)), None);
        let bytes = Blob::from_base64(&token).expect("base64").into_bytes();
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert_eq!(open(&Blob::new(other).to_base64(), &root(1)), None, "{at}");
        }
        for text in ["", "AAAA", "no base64"] {
            assert_eq!(open(text, &root(1)), None);
        }
    }
}
