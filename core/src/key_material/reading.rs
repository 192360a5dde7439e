//! The result of reading a file of key material.

use core::ops::RangeInclusive;

use super::{
    ec_key, error::MaterialError, material::KeyMaterial, private_key::PrivateKey, raw_key,
};
use crate::{
    key_file::{Form, FormatNote, KeyProvenance, KeysRead, SourceFormat, UncheckedKey},
    key_spec::{Curve, KeySpec},
    secret::SecretBytes,
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
        provenance: KeyProvenance,
    ) -> Result<Self, MaterialError> {
        raw_key::check_length(&octets, key_spec, lengths, source_format.encoding)?;
        let (len, exact) = (octets.len(), *lengths.start());
        let long = (len > exact).then_some(FormatNote::LongHmacKey { len, exact });
        let reading = Self {
            material: KeyMaterial::of_octets(key_spec, octets),
            source_format,
            remarks: long.into_iter().collect(),
        };
        Ok(reading.of_provenance(provenance))
    }

    /// Returns the material of a raw secp256k1 scalar, big-endian.
    pub(super) fn of_scalar(octets: &SecretBytes, keys: KeysRead) -> Result<Self, MaterialError> {
        let (curve, encoding) = (Curve::K256, keys.form.encoding);
        let len = curve.scalar_len();
        raw_key::check_length(octets, curve.key_spec(), &(len..=len), encoding)?;
        let key = PrivateKey::from(ec_key::check(curve, octets.expose(), &[])?);
        let reading = Self {
            material: KeyMaterial::of_private_key(key),
            source_format: SourceFormat::plain(Form::Scalar, encoding),
            remarks: keys.notes,
        };
        Ok(reading.of_provenance(keys.provenance))
    }

    /// Checks a private key, and returns its material.
    pub(super) fn of_private_key(
        key: &UncheckedKey,
        mut keys: KeysRead,
    ) -> Result<Self, MaterialError> {
        let key = PrivateKey::check(key)?;
        if let Some(certified) = &keys.certified
            && *certified != key.public_key
        {
            return Err(MaterialError::OtherCertificate);
        }
        let is_said = |note: &FormatNote| {
            matches!(note, FormatNote::ExplicitCurve(_) | FormatNote::NoPublicKey)
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
    fn of_provenance(mut self, provenance: KeyProvenance) -> Self {
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
