//! Blobs that were never wrapped key material: another file of an import in their place.

use super::{Cause, JsonKind, material::ExpectedMaterial};
use crate::{
    blob::Blob,
    inspect::{Clue, Inspection, inspect},
    secret::SecretBytes,
    wrapping::sm2pke::Sm2Cipher,
    wrapping_public_key::WrappingPublicKey,
};

/// The files around a blob, any of which may have been given instead of it.
#[derive(Clone, Copy)]
pub(super) struct RelatedFiles<'a> {
    /// The import token, if there is one.
    pub(super) token: Option<&'a Blob>,
    /// The wrapping key, if it is known.
    pub(super) public_key: Option<&'a WrappingPublicKey>,
    /// The expected material, if it is known.
    pub(super) expected: Option<ExpectedMaterial>,
}

impl RelatedFiles<'_> {
    /// Returns what `blob` is, if it is not wrapped key material.
    pub(super) fn recognise(self, blob: &SecretBytes) -> Option<Cause> {
        let cause = match inspect(blob) {
            Inspection::Unknown {
                clue: Some(Clue::Json(_) | Clue::OtherJson),
                ..
            }
            | Inspection::WrappedElsewhere { .. } => Cause::JsonDocument(JsonKind::Other),
            Inspection::ImportToken(token) => Cause::ImportToken {
                is_own: self.token == Some(token.blob()),
            },
            Inspection::PublicKey { file, .. } if !is_json(blob) => Cause::PublicKey {
                is_wrapping_key: self
                    .public_key
                    .is_some_and(|key| file.public_key.spki() == key.spki()),
            },
            Inspection::KeyMaterial(reading) => {
                Cause::UnwrappedPrivateKey(reading.material.key_spec())
            }
            Inspection::UnusableKeyMaterial { error, .. } => Cause::UnusableKeyFile(error),
            Inspection::EncryptedKeyMaterial { .. } if self.is_sm2_under_rsa(blob) => {
                Cause::Sm2Ciphertext
            }
            Inspection::EncryptedKeyMaterial { .. }
            | Inspection::RawBytes { .. }
            | Inspection::Unknown { .. } => return None,
            document => Cause::JsonDocument(JsonKind::Known(document.kind())),
        };
        Some(cause)
    }

    fn is_sm2_under_rsa(self, blob: &SecretBytes) -> bool {
        let is_rsa = self.public_key.is_some_and(|key| key.as_rsa().is_some());
        is_rsa && Sm2Cipher::from_der(blob.expose()).is_some()
    }

    /// Returns the cause if `blob` has the length of the expected raw material.
    pub(super) fn has_raw_length(self, blob: &SecretBytes) -> Option<Cause> {
        let expected = self
            .expected
            .filter(|expected| expected.raw_len() == Some(blob.len()))?;
        Some(Cause::UnwrappedLength {
            len: blob.len(),
            key_spec: expected.key_spec,
        })
    }
}

fn is_json(blob: &SecretBytes) -> bool {
    blob.expose().trim_ascii_start().starts_with(b"{")
}
