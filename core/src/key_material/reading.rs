//! The result of reading a file of key material.

use core::ops::RangeInclusive;

use super::{
    bare_len::bare_len, ec_key, ed25519_key, error::MaterialError, material::KeyMaterial,
    private_key::PrivateKey, raw_key,
};
use crate::{
    key_file::{Form, FormatNote, KeyProvenance, KeysRead, SourceFormat, UncheckedKey},
    key_spec::{Curve, Family, KeySpec},
    secret::SecretBytes,
    witness_seed::WitnessSeed,
};

/// Key material, the form of its file, and notes on the file.
#[derive(Debug)]
pub struct Reading {
    /// The material, in AWS's form.
    pub material: KeyMaterial,
    /// The form of the file.
    pub source_format: SourceFormat,
    /// The properties that the reader ignored or corrected.
    pub remarks: Vec<FormatNote>,
}

impl Reading {
    /// Returns the material of a symmetric or HMAC key. The lowest of `lengths` is verified.
    pub(super) fn of_octets(
        octets: SecretBytes,
        key_spec: KeySpec,
        lengths: &RangeInclusive<usize>,
        source_format: SourceFormat,
        mut remarks: Vec<FormatNote>,
    ) -> Result<Self, MaterialError> {
        raw_key::check_length(&octets, key_spec, lengths, source_format.encoding)?;
        let (len, exact) = (octets.len(), *lengths.start());
        let long = (len > exact).then_some(FormatNote::LongHmacKey { len, exact });
        remarks.extend(long);
        Ok(Self {
            material: KeyMaterial::of_octets(key_spec, octets),
            source_format,
            remarks,
        })
    }

    /// Returns the material of a private key without a structure: a secp256k1 scalar, big-endian, or
    /// an Ed25519 seed.
    pub(super) fn of_bare_key(
        octets: &SecretBytes,
        key_spec: KeySpec,
        keys: KeysRead,
    ) -> Result<Self, MaterialError> {
        let encoding = keys.form.encoding;
        let len = bare_len(key_spec).ok_or(MaterialError::NoBareForm(key_spec))?;
        raw_key::check_length(octets, key_spec, &(len..=len), encoding)?;
        let (key, form) = if key_spec.family() == Family::Ed25519 {
            let key = ed25519_key::check(octets.expose(), &[])?;
            (PrivateKey::from(key), Form::Seed)
        } else {
            let key = ec_key::check(Curve::K256, octets.expose(), &[])?;
            (PrivateKey::from(key), Form::Scalar)
        };
        let reading = Self {
            material: KeyMaterial::of_private_key(key),
            source_format: SourceFormat::plain(form, encoding),
            remarks: keys.notes,
        };
        Ok(reading.of_provenance(keys.provenance))
    }

    /// Checks a private key, and returns its material.
    pub(super) fn of_private_key(
        key: &UncheckedKey,
        mut keys: KeysRead,
        witnesses: WitnessSeed,
    ) -> Result<Self, MaterialError> {
        let key = PrivateKey::check(key, witnesses)?;
        if let Some(certified) = &keys.certified
            && *certified != key.public_key
        {
            return Err(MaterialError::OtherCertificate(keys.form.form));
        }
        let is_said = |note: &FormatNote| {
            matches!(
                note,
                FormatNote::ExplicitCurve(_)
                    | FormatNote::NoPublicKey
                    | FormatNote::ScalarLength { .. }
            )
        };
        let is_canonical = keys.pkcs8.as_ref().is_none_or(|pkcs8| *pkcs8 == key.pkcs8);
        if !is_canonical && !keys.notes.iter().any(is_said) {
            keys.notes.insert(0, FormatNote::NotCanonical);
        }
        let reading = Self {
            material: KeyMaterial::of_private_key(key),
            source_format: keys.form,
            remarks: keys.notes,
        };
        Ok(reading.of_provenance(keys.provenance))
    }

    /// Adds the note on the origin that the file names.
    pub(super) fn of_provenance(mut self, provenance: KeyProvenance) -> Self {
        match provenance {
            KeyProvenance::Unknown => {}
            KeyProvenance::TestSeed => self.remarks.push(FormatNote::TestKey),
        }
        self
    }

    /// Checks that the material is for `key_spec`.
    pub(super) fn must_be(self, key_spec: KeySpec) -> Result<Self, MaterialError> {
        let found = self.material.key_spec();
        if found == key_spec {
            return Ok(self);
        }
        Err(MaterialError::OtherKeySpec {
            found,
            wanted: key_spec,
        })
    }
}
