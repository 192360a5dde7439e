//! Private keys that passed every check, in the canonical form.

use der::Decode as _;
use spki::SubjectPublicKeyInfoRef;

use super::{
    ec_key::{self, EcKey},
    ed25519_key::{self, Ed25519Key},
    error::MaterialError,
    rsa_key::RsaKey,
    rsa_numbers,
    weakness::FoundWeakness,
};
use crate::{
    blob::Blob, key_file::UncheckedKey, key_spec::KeySpec, secret::SecretBytes,
    witness_seed::WitnessSeed,
};

/// A private key that passed every check of its kind.
pub(super) struct PrivateKey {
    pub(super) key_spec: KeySpec,
    /// The SPKI in DER.
    pub(super) public_key: Blob,
    pub(super) weakness: Option<FoundWeakness>,
    /// The canonical form: PKCS#8 in DER.
    pub(super) pkcs8: SecretBytes,
}

impl PrivateKey {
    /// Checks a private key.
    ///
    /// # Errors
    ///
    /// [`MaterialError`]; `SymmetricKey` for octets.
    pub(super) fn check(key: &UncheckedKey, witnesses: WitnessSeed) -> Result<Self, MaterialError> {
        match key {
            UncheckedKey::Rsa(numbers) => Self::from(rsa_numbers::check(numbers, witnesses)?)
                .must_have(numbers.public_key.as_ref()),
            UncheckedKey::Ec {
                curve,
                scalar,
                points,
            } => Ok(ec_key::check(*curve, scalar.expose(), points)?.into()),
            UncheckedKey::Ed25519 { seed, public_keys } => {
                Ok(ed25519_key::check(seed.expose(), public_keys)?.into())
            }
            UncheckedKey::Octets(_) => Err(MaterialError::SymmetricKey),
        }
    }

    /// Checks that `public_key`, if given, is the public key in the SPKI of this key.
    fn must_have(self, public_key: Option<&Blob>) -> Result<Self, MaterialError> {
        let Some(public_key) = public_key else {
            return Ok(self);
        };
        let spki = SubjectPublicKeyInfoRef::from_der(self.public_key.as_bytes());
        if spki.is_ok_and(|spki| spki.subject_public_key.as_bytes() == Some(public_key.as_bytes()))
        {
            return Ok(self);
        }
        Err(MaterialError::PublicKey)
    }
}

impl From<RsaKey> for PrivateKey {
    fn from(key: RsaKey) -> Self {
        let RsaKey {
            key_spec,
            public_key,
            weakness,
            pkcs8,
        } = key;
        Self {
            key_spec,
            public_key,
            weakness,
            pkcs8,
        }
    }
}

impl From<EcKey> for PrivateKey {
    fn from(key: EcKey) -> Self {
        let EcKey {
            curve,
            public_key,
            pkcs8,
            weakness,
        } = key;
        Self {
            key_spec: curve.key_spec(),
            public_key,
            weakness,
            pkcs8,
        }
    }
}

impl From<Ed25519Key> for PrivateKey {
    fn from(key: Ed25519Key) -> Self {
        let Ed25519Key {
            public_key,
            pkcs8,
            weakness,
        } = key;
        Self {
            key_spec: KeySpec::EccNistEdwards25519,
            public_key,
            weakness,
            pkcs8,
        }
    }
}
