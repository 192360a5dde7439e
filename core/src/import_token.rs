//! The import token: everything that a later import needs, sealed under the root secret.
//!
//! AWS's token is opaque and carries the wrapping private key, so the service needs no state. This
//! token does the same. Layout, in bytes:
//!
//! | 18 | 1 | 32 | 32 | n | 16 |
//! |---|---|---|---|---|---|
//! | rehearsal mark | version | salt | commitment | ciphertext | tag |
//!
//! HKDF-SHA-256 over the root secret, with the salt of the token, yields the ChaCha20-Poly1305 key,
//! its nonce, and the commitment. The tag authenticates everything before the ciphertext too. The
//! commitment binds the token to one key, which Poly1305 alone does not: two root secrets that open
//! one token would be a collision of SHA-256.
//!
//! # Source
//!
//! RFC 5869 (HKDF), RFC 8439 (ChaCha20-Poly1305).

use chacha20poly1305::{
    ChaCha20Poly1305,
    aead::{AeadInOut as _, KeyInit as _},
};
use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::{
    blob::Blob, key_id::KeyArn, key_spec::KeySpec, secret::SecretBytes, timestamp::Timestamp,
    wrapping_algorithm::WrappingAlgorithm, wrapping_key_spec::WrappingKeySpec,
    wrapping_private_key::WrappingPrivateKey,
};

mod aws_form;
mod rehearsal_mark;
mod token_origin;

pub use rehearsal_mark::REHEARSAL_MARK;
pub use token_origin::{MIN_LEN, TokenOrigin};

/// The length limit of the API's `ImportToken` member, in bytes.
pub const MAX_LEN: usize = 6144;

const VERSION: u8 = 1;
const SALT_LEN: usize = 32;
const COMMITMENT_LEN: usize = 32;
const HEADER_LEN: usize = REHEARSAL_MARK.len() + 1 + SALT_LEN + COMMITMENT_LEN;
const TAG_LEN: usize = 16;
const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 12;

/// The length of a root secret in bytes.
pub const ROOT_SECRET_LEN: usize = 32;

/// The secret of one rehearsal store. Its holder can open every token of that store.
pub struct RootSecret(SecretBytes);

/// An import token, as requests and responses carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportToken {
    blob: Blob,
    origin: TokenOrigin,
}

/// An opened token, with the data that `verify` needs.
#[derive(Debug)]
pub struct TokenContents {
    /// The KMS key that the parameters belong to.
    pub key_arn: KeyArn,
    /// The key spec at that time.
    pub key_spec: KeySpec,
    /// The wrapping algorithm of the request.
    pub algorithm: WrappingAlgorithm,
    /// The time of issue.
    pub issued_at: Timestamp,
    /// The time of expiry.
    pub parameters_valid_to: Timestamp,
    /// The private key that unwraps the material.
    pub private_key: WrappingPrivateKey,
}

/// The public facts in a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFacts {
    /// The KMS key that the parameters belong to.
    pub key_arn: KeyArn,
    /// The key spec at that time.
    pub key_spec: KeySpec,
    /// The wrapping algorithm.
    pub algorithm: WrappingAlgorithm,
    /// The wrapping key spec.
    pub wrapping_key_spec: WrappingKeySpec,
    /// SHA-256 of the wrapping public key (SPKI).
    pub wrapping_key_sha256: [u8; 32],
    /// The time of issue.
    pub issued_at: Timestamp,
    /// The time of expiry.
    pub parameters_valid_to: Timestamp,
}

/// A token that does not open, for any reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the import token does not open")]
pub struct InvalidImportToken;

impl RootSecret {
    /// Accepts exactly [`ROOT_SECRET_LEN`] bytes. Returns `None` for any other length, and for bytes that
    /// are all 00 or all FF.
    ///
    /// A power failure or an erased medium leaves a file with such bytes. A random secret is one of
    /// the two with a probability of 2⁻²⁵⁵.
    pub fn new(bytes: SecretBytes) -> Option<Self> {
        let is_blank = [0x00, 0xff]
            .iter()
            .any(|blank| bytes.expose().iter().all(|byte| byte == blank));
        (bytes.len() == ROOT_SECRET_LEN && !is_blank).then_some(Self(bytes))
    }

    /// Draws a new root secret.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut bytes = vec![0; ROOT_SECRET_LEN];
        rng.fill_bytes(&mut bytes);
        Self(SecretBytes::new(bytes))
    }

    /// Copies the secret into another wiped buffer.
    #[must_use]
    pub(crate) fn duplicate(&self) -> Self {
        Self(SecretBytes::copy_of(self.0.expose()))
    }

    /// Returns the bytes, for the one file that stores them.
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    /// Derives a key of 32 bytes for `purpose`. It reveals neither this secret nor the key of
    /// another purpose.
    pub(crate) fn subkey(&self, purpose: &[u8]) -> SecretBytes {
        let mut okm = Zeroizing::new([0; KEY_LEN]);
        Hkdf::<Sha256>::new(None, self.0.expose())
            .expand(purpose, okm.as_mut_slice())
            .expect("one block of SHA-256");
        SecretBytes::copy_of(okm.as_slice())
    }

    /// Derives key, nonce and commitment of the token with this `salt`.
    fn derive(&self, salt: &[u8]) -> TokenKeys {
        let mut okm = Zeroizing::new([0; KEY_LEN + NONCE_LEN + COMMITMENT_LEN]);
        Hkdf::<Sha256>::new(Some(salt), self.0.expose())
            .expand(b"byok import token v1", okm.as_mut_slice())
            .expect("far below 255 blocks of SHA-256");
        TokenKeys(okm)
    }
}

struct TokenKeys(Zeroizing<[u8; KEY_LEN + NONCE_LEN + COMMITMENT_LEN]>);

impl TokenKeys {
    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new_from_slice(&self.0[..KEY_LEN])
            .expect("the slice has the key's length")
    }

    fn nonce(&self) -> &[u8; NONCE_LEN] {
        self.0[KEY_LEN..KEY_LEN + NONCE_LEN]
            .try_into()
            .expect("the slice has the nonce's length")
    }

    fn commitment(&self) -> &[u8] {
        &self.0[KEY_LEN + NONCE_LEN..]
    }
}

impl ImportToken {
    /// Accepts a token of 1 to 6144 bytes. Returns `None` for any other length.
    pub fn new(blob: Blob) -> Option<Self> {
        (1..=MAX_LEN)
            .contains(&blob.len())
            .then(|| Self::of_blob(blob))
    }

    fn of_blob(blob: Blob) -> Self {
        let origin = TokenOrigin::of(blob.as_bytes());
        Self { blob, origin }
    }

    /// Returns the bytes of the token.
    pub fn blob(&self) -> &Blob {
        &self.blob
    }

    /// Returns whose token this is.
    pub const fn origin(&self) -> TokenOrigin {
        self.origin
    }

    /// Seals `contents` under `root`.
    ///
    /// `rng` supplies the salt of the token.
    pub fn seal(
        contents: &TokenContents,
        root: &RootSecret,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Self {
        let mut salt = [0; SALT_LEN];
        rng.fill_bytes(&mut salt);
        let keys = root.derive(&salt);
        let mut token = Vec::with_capacity(MAX_LEN);
        token.extend_from_slice(&REHEARSAL_MARK);
        token.push(VERSION);
        token.extend_from_slice(&salt);
        token.extend_from_slice(keys.commitment());
        let mut body = Zeroizing::new(contents.encode());
        let tag = keys
            .cipher()
            .encrypt_inout_detached(keys.nonce().into(), &token, body.as_mut_slice().into())
            .expect("the body is far below ChaCha20's limit");
        token.extend_from_slice(&body);
        token.extend_from_slice(&tag);
        Self::of_blob(Blob::new(token))
    }

    /// Opens a token that was sealed under `root`. Reads no field before everything is
    /// authenticated.
    ///
    /// # Errors
    ///
    /// [`InvalidImportToken`], without a reason.
    pub fn open(&self, root: &RootSecret) -> Result<TokenContents, InvalidImportToken> {
        let bytes = self.blob.as_bytes();
        let (header, sealed) = bytes
            .split_at_checked(HEADER_LEN)
            .ok_or(InvalidImportToken)?;
        let split = sealed
            .len()
            .checked_sub(TAG_LEN)
            .ok_or(InvalidImportToken)?;
        let (ciphertext, tag) = sealed.split_at(split);
        let (prefix, rest) = header.split_at(REHEARSAL_MARK.len() + 1);
        let (salt, commitment) = rest.split_at(SALT_LEN);
        if self.origin() != TokenOrigin::Rehearsal || prefix.last() != Some(&VERSION) {
            return Err(InvalidImportToken);
        }
        let keys = root.derive(salt);
        let is_committed = keys.commitment().ct_eq(commitment);
        let mut body = Zeroizing::new(ciphertext.to_vec());
        let tag: &[u8; TAG_LEN] = tag.try_into().map_err(|_| InvalidImportToken)?;
        let opened = keys.cipher().decrypt_inout_detached(
            keys.nonce().into(),
            header,
            body.as_mut_slice().into(),
            tag.into(),
        );
        if opened.is_err() || !bool::from(is_committed) {
            return Err(InvalidImportToken);
        }
        TokenContents::decode(&body).ok_or(InvalidImportToken)
    }
}

impl TokenContents {
    /// Returns the public facts.
    pub fn facts(&self) -> TokenFacts {
        let public_key = self.private_key.public_key();
        TokenFacts {
            key_arn: self.key_arn.clone(),
            key_spec: self.key_spec,
            algorithm: self.algorithm,
            wrapping_key_spec: public_key.spec(),
            wrapping_key_sha256: public_key.sha256(),
            issued_at: self.issued_at,
            parameters_valid_to: self.parameters_valid_to,
        }
    }

    /// The length of the words, the words (key spec, algorithm, wrapping key spec, ARN), both
    /// times, the digest of the public key, and the numbers of the private key.
    fn encode(&self) -> Vec<u8> {
        let public_key = self.private_key.public_key();
        let words = format!(
            "{} {} {} {}",
            self.key_spec,
            self.algorithm,
            public_key.spec(),
            self.key_arn
        );
        let numbers = self.private_key.to_numbers();
        let mut body = Vec::with_capacity(2 + words.len() + 2 * 8 + 32 + numbers.len());
        body.extend_from_slice(
            &u16::try_from(words.len())
                .expect("an ARN has at most 2048 bytes, and the other words are short")
                .to_be_bytes(),
        );
        body.extend_from_slice(words.as_bytes());
        body.extend_from_slice(&self.issued_at.as_millis().to_be_bytes());
        body.extend_from_slice(&self.parameters_valid_to.as_millis().to_be_bytes());
        body.extend_from_slice(&public_key.sha256());
        body.extend_from_slice(numbers.expose());
        body
    }

    fn decode(body: &[u8]) -> Option<Self> {
        let (words_len, rest) = body.split_first_chunk()?;
        let (words, rest) = rest.split_at_checked(u16::from_be_bytes(*words_len).into())?;
        let (issued_at, rest) = rest.split_first_chunk()?;
        let (valid_to, rest) = rest.split_first_chunk()?;
        let (digest, numbers) = rest.split_first_chunk::<32>()?;
        let mut words = core::str::from_utf8(words).ok()?.splitn(4, ' ');
        let key_spec = words.next()?.parse().ok()?;
        let algorithm = words.next()?.parse().ok()?;
        let private_key =
            WrappingPrivateKey::from_numbers(words.next()?.parse().ok()?, numbers).ok()?;
        if private_key.public_key().sha256() != *digest {
            return None;
        }
        Some(Self {
            key_arn: KeyArn::parse(words.next()?)?,
            key_spec,
            algorithm,
            issued_at: Timestamp::from_millis(i64::from_be_bytes(*issued_at)).ok()?,
            parameters_valid_to: Timestamp::from_millis(i64::from_be_bytes(*valid_to)).ok()?,
            private_key,
        })
    }
}
