//! Key material from unwrapped bytes, and new key material.

use rand_core::CryptoRng;

use super::{
    ec_key, ed25519_key,
    error::{KeyMaterialError, MaterialError},
    material::KeyMaterial,
    raw_key,
    reading::Reading,
    rsa_key, symmetric,
};
use crate::{
    compatibility::Rules,
    key_file::{self, Encoding, Form, FormatNote, ReadError, SourceFormat},
    key_spec::{Family, KeySpec},
    secret::SecretBytes,
    witness_seed::WitnessSeed,
};

/// The number of keys that are drawn before the generator counts as broken. Fewer than one random
/// key of 16 bytes in 2^16 is weak.
pub const MAX_DRAWS: usize = 8;

impl KeyMaterial {
    /// Accepts unwrapped bytes for a KMS key of `key_spec`: raw bytes of the right length, or an
    /// unencrypted PKCS#8 private key in DER or BER.
    ///
    /// Accepts with a note a form that AWS KMS may refuse, if it is not verified.
    ///
    /// # Errors
    ///
    /// [`KeyMaterialError`]; AWS KMS would answer each with `IncorrectKeyMaterialException`.
    ///
    /// # Source
    ///
    /// AWS KMS Developer Guide, "Importing key material", requirements for imported key material.
    pub fn from_import(
        bytes: &SecretBytes,
        key_spec: KeySpec,
        rules: Rules,
    ) -> Result<Reading, KeyMaterialError> {
        Self::from_import_with(bytes, key_spec, rules, WitnessSeed::NONE)
    }

    /// Does the same, with a seed for the tests of primes, because the bytes may come from an attacker.
    ///
    /// # Errors
    ///
    /// Those of [`Self::from_import`].
    pub(crate) fn from_import_with(
        bytes: &SecretBytes,
        key_spec: KeySpec,
        rules: Rules,
        witnesses: WitnessSeed,
    ) -> Result<Reading, KeyMaterialError> {
        if bytes.is_empty() {
            return Err(ReadError::Empty.into());
        }
        if let Some(lengths) = raw_key::lengths(key_spec, rules)? {
            let octets = SecretBytes::copy_of(bytes.expose());
            let raw = SourceFormat::plain(Form::Raw, Encoding::Raw);
            return Ok(Reading::of_octets(
                octets,
                key_spec,
                &lengths,
                raw,
                Vec::new(),
            )?);
        }
        let mut keys = key_file::read_pkcs8(bytes)?;
        let key = keys.take_one()?;
        let reading = Reading::of_private_key(&key, keys, witnesses)?.must_be(key_spec)?;
        match reading
            .remarks
            .iter()
            .find_map(FormatNote::as_explicit_curve)
        {
            Some(curve) => Err(MaterialError::CurveNotNamed(curve).into()),
            None => Ok(reading),
        }
    }

    /// Generates key material that is not weak. Draws again if a key meets a rule for weak material
    /// by chance.
    ///
    /// # Errors
    ///
    /// [`MaterialError::NotImportable`] if AWS KMS does not import keys of this key spec, and
    /// [`MaterialError::Weak`] if all of [`MAX_DRAWS`] keys are weak, which does not happen with a
    /// random generator.
    pub fn generate(
        key_spec: KeySpec,
        rules: Rules,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Self, KeyMaterialError> {
        raw_key::must_be_imported(key_spec, rules)?;
        let mut material = Self::draw(key_spec, rules, rng)?;
        for _ in 1..MAX_DRAWS {
            if material.weakness().is_none() {
                break;
            }
            material = Self::draw(key_spec, rules, rng)?;
        }
        match material.weakness() {
            Some(found) => Err(MaterialError::Weak(found.weakness).into()),
            None => Ok(material),
        }
    }

    fn draw(
        key_spec: KeySpec,
        rules: Rules,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Self, KeyMaterialError> {
        let bytes = match key_spec.family() {
            Family::Symmetric => symmetric::generate(rules.symmetric_len(), rng),
            Family::Hmac { len } => symmetric::generate(len, rng),
            Family::Rsa { modulus_bits } => rsa_key::generate(modulus_bits, rng),
            Family::Ec(curve) => ec_key::generate(curve, rng),
            Family::Ed25519 => ed25519_key::generate(rng),
            Family::NotImportable => return Err(MaterialError::NotImportable(key_spec).into()),
        };
        Ok(Self::from_import(&bytes, key_spec, rules)?.material)
    }
}
