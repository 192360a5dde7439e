//! The identifier of imported key material: it names the material and recognises it.

use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Sha256;

use crate::{hex, import_token::RootSecret, key_id::KeyId, key_material::KeyMaterial};

/// The purpose of the derived HMAC key.
const PURPOSE: &[u8] = b"byok key material id v1";
/// The number of digits of an identifier.
pub const LEN: usize = 64;

/// The identifier of a material in a KMS key: 64 lower-case hex digits, like AWS's `KeyMaterialId`.
///
/// AWS computes its own from key ID and material with an unpublished formula. The identifiers here
/// differ from AWS's, and from store to store.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyMaterialId(String);

impl KeyMaterialId {
    /// Computes the identifier of `material` in the key `key_id`, in the store with this `root`
    /// secret.
    ///
    /// It is HMAC-SHA-256 over the key ID, a zero byte, and the material in AWS's form, with a key
    /// derived from the root secret. The holder of the identifier alone cannot test materials
    /// against it. Replicas share their key ID, and so the identifiers of their materials.
    pub fn of(material: &KeyMaterial, key_id: &KeyId, root: &RootSecret) -> Self {
        let key = root.subkey(PURPOSE);
        let mac =
            Hmac::<Sha256>::new_from_slice(key.expose()).expect("HMAC takes keys of any length");
        let mac = mac
            .chain_update(key_id.as_str())
            .chain_update([0])
            .chain_update(material.bytes().expose());
        Self(hex::encode(&mac.finalize().into_bytes()))
    }

    /// Accepts exactly 64 lower-case hex digits. Returns `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == LEN && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyMaterialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for KeyMaterialId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for KeyMaterialId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| de::Error::custom("not a key material ID of 64 hex digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compatibility::Rules, key_spec::KeySpec, secret::SecretBytes};

    #[test]
    fn an_id_depends_on_material_key_and_store() {
        let material = |byte: u8| {
            let bytes: Vec<u8> = (byte..).take(32).collect();
            let read = KeyMaterial::from_import(
                &SecretBytes::new(bytes),
                KeySpec::SymmetricDefault,
                Rules::Standard,
            );
            read.expect("32 bytes").material
        };
        let key = |last: u8| KeyId::from_random([last; 16], false);
        let root = |byte: u8| RootSecret::new(SecretBytes::new(vec![byte; 32])).expect("32 bytes");
        let id = KeyMaterialId::of(&material(1), &key(1), &root(1));
        assert_eq!(KeyMaterialId::of(&material(1), &key(1), &root(1)), id);
        assert_eq!(KeyMaterialId::parse(id.as_str()), Some(id.clone()));
        assert_ne!(KeyMaterialId::of(&material(2), &key(1), &root(1)), id);
        assert_ne!(KeyMaterialId::of(&material(1), &key(2), &root(1)), id);
        assert_ne!(KeyMaterialId::of(&material(1), &key(1), &root(2)), id);
        assert_eq!(KeyMaterialId::parse(&id.as_str().to_uppercase()), None);
    }
}
