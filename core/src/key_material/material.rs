//! Key material that AWS KMS would accept.

use der::Decode as _;
use spki::SubjectPublicKeyInfoRef;

use super::{
    ethereum,
    private_key::PrivateKey,
    symmetric,
    weakness::{self, FoundWeakness, Weakness},
};
use crate::{
    blob::Blob,
    fingerprint::Fingerprint,
    key_spec::{Family, KeySpec},
    secret::SecretBytes,
};

/// Key material that AWS KMS would accept for its key spec.
#[derive(Debug)]
pub struct KeyMaterial {
    key_spec: KeySpec,
    bytes: SecretBytes,
    kind: MaterialKind,
    weakness: Option<FoundWeakness>,
}

#[derive(Debug)]
enum MaterialKind {
    Symmetric,
    Hmac,
    /// With the public key, an SPKI in DER.
    KeyPair(Blob),
}

impl KeyMaterial {
    /// Returns the material of a symmetric or HMAC key with a valid length.
    pub(super) fn of_octets(key_spec: KeySpec, octets: SecretBytes) -> Self {
        let kind = if key_spec.family() == Family::Symmetric {
            MaterialKind::Symmetric
        } else {
            MaterialKind::Hmac
        };
        Self {
            key_spec,
            kind,
            weakness: weakness::of_octets(octets.expose()),
            bytes: octets,
        }
    }

    /// Returns the material of a checked private key.
    pub(super) fn of_private_key(key: PrivateKey) -> Self {
        Self {
            key_spec: key.key_spec,
            bytes: key.pkcs8,
            kind: MaterialKind::KeyPair(key.public_key),
            weakness: key.weakness,
        }
    }

    /// Returns the key spec of this material.
    pub fn key_spec(&self) -> KeySpec {
        self.key_spec
    }

    /// Returns the weakness of the material, if there is one, which includes whether byok refuses
    /// it unless weak material is allowed.
    pub fn weakness(&self) -> Option<FoundWeakness> {
        self.weakness
    }

    /// Returns whether nothing shows that AWS KMS takes the material: an RSA key whose public exponent is
    /// longer than 33 bits.
    pub fn is_unproven(&self) -> bool {
        let weakness = self.weakness.map(|found| found.weakness);
        weakness == Some(Weakness::LargePublicExponent)
    }

    /// Returns the bytes that get wrapped.
    pub fn bytes(&self) -> &SecretBytes {
        &self.bytes
    }

    /// Returns the public key of a key pair: the SPKI in DER that `GetPublicKey` returns after the
    /// import.
    pub fn public_key(&self) -> Option<&Blob> {
        match &self.kind {
            MaterialKind::KeyPair(spki) => Some(spki),
            MaterialKind::Symmetric | MaterialKind::Hmac => None,
        }
    }

    /// Returns the Ethereum address of a secp256k1 key, with the capitals of EIP-55.
    pub fn ethereum_address(&self) -> Option<String> {
        let spki = self
            .public_key()
            .filter(|_| self.key_spec == KeySpec::EccSecgP256k1)?;
        let spki = SubjectPublicKeyInfoRef::from_der(spki.as_bytes()).ok()?;
        ethereum::address(spki.subject_public_key.as_bytes()?)
    }

    /// Returns the fingerprint of this kind of material.
    pub fn fingerprint(&self) -> Fingerprint {
        match &self.kind {
            MaterialKind::KeyPair(spki) => symmetric::spki_fingerprint(spki),
            MaterialKind::Symmetric => symmetric::check_value(&self.bytes),
            MaterialKind::Hmac => symmetric::hmac(&self.bytes, self.key_spec),
        }
    }

    /// Returns whether both are the same key: the same public key, or the same bytes.
    pub fn is_same_key(&self, other: &Self) -> bool {
        self.key_spec == other.key_spec
            && match (self.public_key(), other.public_key()) {
                (Some(a), Some(b)) => a == b,
                _ => self.bytes == other.bytes,
            }
    }

    /// Returns whether the material has `fingerprint`, also if that uses an older method.
    pub fn goes_by(&self, fingerprint: &Fingerprint) -> bool {
        match (&self.kind, fingerprint) {
            (MaterialKind::Symmetric, Fingerprint::Ecb(_)) => {
                symmetric::ecb(&self.bytes) == Some(*fingerprint)
            }
            _ => self.fingerprint() == *fingerprint,
        }
    }
}

#[cfg(test)]
mod tests {
    use crypto_bigint::BoxedUint;

    use super::*;
    use crate::{compatibility::Rules, test_rng};

    fn material(key_spec: KeySpec, seed: u64) -> KeyMaterial {
        KeyMaterial::generate(key_spec, Rules::Standard, &mut test_rng(seed)).expect("a key")
    }

    #[test]
    fn the_same_key_has_the_same_bytes_or_public_key() {
        let key_specs = [
            KeySpec::EccNistP256,
            KeySpec::SymmetricDefault,
            KeySpec::Hmac256,
        ];
        for (at, key_spec) in key_specs.into_iter().enumerate() {
            let key = material(key_spec, 1);
            assert!(key.is_same_key(&material(key_spec, 1)));
            assert!(!key.is_same_key(&material(key_spec, 2)));
            let other = key_specs[(at + 1) % key_specs.len()];
            assert!(!key.is_same_key(&material(other, 1)));
        }
        // The public key decides: one key has several encodings.
        let key = material(KeySpec::EccNistP256, 1);
        let encoded_otherwise = KeyMaterial {
            bytes: SecretBytes::copy_of(b"another encoding"),
            ..material(KeySpec::EccNistP256, 1)
        };
        assert!(key.is_same_key(&encoded_otherwise));
        // 32 bytes are a key for both.
        let octets = |key_spec| KeyMaterial::of_octets(key_spec, SecretBytes::new(vec![7; 32]));
        let symmetric = octets(KeySpec::SymmetricDefault);
        assert!(!symmetric.is_same_key(&octets(KeySpec::Hmac256)));
    }

    #[test]
    fn a_public_exponent_of_more_than_33_bits_makes_a_key_unproven() {
        for (exponent, is_unproven) in [(3_u64, false), (65_537, false), ((1 << 33) + 1, true)] {
            let key = KeyMaterial {
                weakness: weakness::of_rsa_exponent(&BoxedUint::from(exponent)),
                ..material(KeySpec::EccNistP256, 1)
            };
            assert_eq!(key.is_unproven(), is_unproven, "{exponent}");
        }
    }

    #[test]
    fn a_symmetric_key_also_goes_by_its_older_check_value() {
        let (key, other) = (
            material(KeySpec::SymmetricDefault, 1),
            material(KeySpec::SymmetricDefault, 2),
        );
        let older = |key: &KeyMaterial| symmetric::ecb(&key.bytes).expect("AES-256");
        for fingerprint in [key.fingerprint(), older(&key)] {
            assert!(key.goes_by(&fingerprint));
            assert!(!other.goes_by(&fingerprint));
        }
        assert!(!material(KeySpec::Hmac256, 1).goes_by(&older(&key)));
    }
}
