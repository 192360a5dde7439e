//! Conversion of a file to the form that AWS KMS accepts.

use core::ops::RangeInclusive;

use super::{
    bare_len::bare_len,
    error::{KeyMaterialError, MaterialError, MaterialErrorClass},
    full_scalar,
    material::KeyMaterial,
    raw_key,
    read_options::ReadOptions,
    reading::Reading,
    weakness::WeakMaterial,
};
use crate::{
    key_file::{
        self, Encoding, Form, FormatNote, KeysRead, LikelyEncoding, MAX_LEN, ReadAs, ReadError,
        SourceFormat, UncheckedKey,
    },
    key_spec::KeySpec,
    secret::SecretBytes,
};

/// The kind of key that a file must hold.
enum ExpectedKey {
    /// A key that names its key spec: a private key, or a secret key of a key store.
    NamedKey,
    /// A private key of this key spec.
    PrivateKey(KeySpec),
    /// The octets of a symmetric or HMAC key of this key spec, with its permitted lengths in bytes.
    Octets(KeySpec, RangeInclusive<usize>),
}

impl KeyMaterial {
    /// Reads a file of key material, and converts it to the form that AWS KMS accepts.
    ///
    /// Symmetric and HMAC keys are raw bytes, or in the encoding `options.format`, which also reads
    /// secp256k1 scalars and Ed25519 seeds. Private keys are PKCS#8, PKCS#1 or SEC1 in DER, BER or
    /// PEM, optionally with certificates, OpenSSH keys or JSON Web Keys. They contain their key spec, which must be that of `options` if it has one.
    /// The same key results in the same bytes, in whichever form it was.
    ///
    /// # Errors
    ///
    /// [`KeyMaterialError`]; raw bytes without a key spec are `KeySpecNeeded` if they are short enough
    /// for any, else `Unreadable`, and weak material is `Weak` unless `options.weak` allows it.
    ///
    /// # Examples
    ///
    /// A private key names its key spec. Raw bytes need one from the caller:
    ///
    /// ```
    /// use byok_core::{
    ///     compatibility::Rules,
    ///     key_file::MaterialFormat,
    ///     key_material::{KeyMaterial, ReadOptions},
    ///     key_spec::KeySpec,
    ///     secret::SecretBytes,
    /// };
    ///
    /// let file = SecretBytes::new(std::fs::read("tests/data/TEST-p256.openssh")?);
    /// let options = ReadOptions::new(Rules::Standard);
    /// let reading = KeyMaterial::read(&file, &options)?;
    /// assert_eq!(reading.material.key_spec(), KeySpec::EccNistP256);
    ///
    /// let hex = b"9d4e1e23bd5b727046a9e3b4b7db57bd8d6ee684f02cb4b3a4c2ce50a3ddef11";
    /// let options = ReadOptions {
    ///     key_spec: Some(KeySpec::SymmetricDefault),
    ///     format: Some(MaterialFormat::Hex),
    ///     ..options
    /// };
    /// let reading = KeyMaterial::read(&SecretBytes::copy_of(hex), &options)?;
    /// assert_eq!(reading.material.fingerprint().to_string(), "cmac:377754");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(
        file: &SecretBytes,
        options: &ReadOptions<'_>,
    ) -> Result<Reading, KeyMaterialError> {
        let expected = ExpectedKey::of(options)?;
        let read_as = ReadAs {
            format: options.format,
            octets: expected.octets(),
            passphrase: options.passphrase,
            alias: options.alias,
        };
        let found = match key_file::read(file, &read_as) {
            Ok(keys) => expected.found(keys, options),
            Err(error) => Err(error.into()),
        };
        let reading = found.map_err(|error| expected.explain(error, file, options))?;
        match reading.material.weakness() {
            Some(found) if found.is_refused() && options.weak == WeakMaterial::Refuse => {
                Err(MaterialError::Weak(found.weakness).into())
            }
            Some(_) | None => Ok(reading),
        }
    }
}

impl ExpectedKey {
    fn of(options: &ReadOptions<'_>) -> Result<Self, MaterialError> {
        let Some(key_spec) = options.key_spec else {
            return Ok(Self::NamedKey);
        };
        match raw_key::lengths(key_spec, options.rules)? {
            Some(lengths) => Ok(Self::Octets(key_spec, lengths)),
            None if options.format.is_some() && bare_len(key_spec).is_none() => {
                Err(MaterialError::NoBareForm(key_spec))
            }
            None => Ok(Self::PrivateKey(key_spec)),
        }
    }

    fn octets(&self) -> Option<RangeInclusive<usize>> {
        match self {
            Self::NamedKey | Self::PrivateKey(_) => None,
            Self::Octets(_, lengths) => Some(lengths.clone()),
        }
    }

    fn key_spec(&self) -> Option<KeySpec> {
        match self {
            Self::NamedKey => None,
            Self::PrivateKey(key_spec) | Self::Octets(key_spec, _) => Some(*key_spec),
        }
    }

    /// Returns the material of the only key in the file, if it is as expected.
    fn found(
        &self,
        mut keys: KeysRead,
        options: &ReadOptions<'_>,
    ) -> Result<Reading, KeyMaterialError> {
        match keys.take_one()? {
            UncheckedKey::Octets(octets) => self.octets_found(octets, keys, options),
            key @ (UncheckedKey::Rsa(_)
            | UncheckedKey::Ec { .. }
            | UncheckedKey::Ed25519 { .. }) => self.private_key_found(&key, keys, options),
        }
    }

    fn octets_found(
        &self,
        octets: SecretBytes,
        mut keys: KeysRead,
        options: &ReadOptions<'_>,
    ) -> Result<Reading, KeyMaterialError> {
        // The form says that its octets are a symmetric key.
        let is_symmetric = keys.form.form == Form::Jwk || keys.form.form.is_key_store();
        let named = keys.key_spec;
        if let (Self::NamedKey, Some(key_spec)) = (self, named)
            && let Some(lengths) = raw_key::lengths(key_spec, options.rules)?
        {
            return Ok(raw(octets, key_spec, &lengths, keys, options)?);
        }
        match self {
            Self::Octets(key_spec, lengths) => {
                let other = named.filter(|named| named != key_spec);
                keys.notes.extend(other.map(FormatNote::OtherAlgorithm));
                Ok(raw(octets, *key_spec, lengths, keys, options)?)
            }
            Self::PrivateKey(key_spec) if options.format.is_some() => {
                Ok(Reading::of_bare_key(&octets, *key_spec, keys)?)
            }
            Self::PrivateKey(_) if is_symmetric => Err(MaterialError::SymmetricKey.into()),
            Self::NamedKey if is_symmetric || options.format.is_some() => {
                let (len, looks_like) = (octets.len(), None);
                Err(ReadError::KeySpecNeeded { len, looks_like }.into())
            }
            Self::NamedKey | Self::PrivateKey(_) => Err(ReadError::Malformed.into()),
        }
    }

    fn private_key_found(
        &self,
        key: &UncheckedKey,
        mut keys: KeysRead,
        options: &ReadOptions<'_>,
    ) -> Result<Reading, KeyMaterialError> {
        let reading = match full_scalar::corrected(key) {
            Some((corrected, note)) => {
                keys.notes.push(note);
                let error = Reading::of_private_key(&corrected, keys, options.witnesses);
                error.map_err(|error| as_in_file(error, key))?
            }
            None => Reading::of_private_key(key, keys, options.witnesses)?,
        };
        match self {
            Self::NamedKey => {
                raw_key::must_be_imported(reading.material.key_spec(), options.rules)?;
                Ok(reading)
            }
            Self::PrivateKey(key_spec) | Self::Octets(key_spec, _) => {
                Ok(reading.must_be(*key_spec)?)
            }
        }
    }

    /// Returns `error`, or a more precise error about the whole `file`.
    fn explain(
        &self,
        error: KeyMaterialError,
        file: &SecretBytes,
        options: &ReadOptions<'_>,
    ) -> KeyMaterialError {
        let is_about_input = file.is_empty() || file.len() > MAX_LEN || options.format.is_some();
        if is_about_input || Form::of(file.expose()).is_key_store() {
            return error;
        }
        match self {
            Self::NamedKey | Self::PrivateKey(_) => match error {
                KeyMaterialError::Read(ReadError::Malformed) => {
                    raw_key::no_private_key(file, self.key_spec()).into()
                }
                // Text in UTF-16 can be the encoded key.
                KeyMaterialError::Read(ReadError::Unsupported(Form::Utf16)) => {
                    match raw_key::no_private_key(file, self.key_spec()) {
                        encoded @ ReadError::KeySpecNeeded {
                            looks_like: Some(LikelyEncoding::Utf16(Some(_))),
                            ..
                        } => encoded.into(),
                        _ => error,
                    }
                }
                KeyMaterialError::Read(_) | KeyMaterialError::Material(_) => error,
            },
            Self::Octets(key_spec, lengths) => {
                let is_told = match &error {
                    // Text in UTF-16 can be the encoded key: the error about its length says more.
                    KeyMaterialError::Read(ReadError::Unsupported(form)) => *form != Form::Utf16,
                    KeyMaterialError::Read(
                        ReadError::Jwk(_)
                        | ReadError::RsaXml(_)
                        | ReadError::WrappedInJson { .. }
                        | ReadError::Mangled(_)
                        | ReadError::AliasNeeded(_)
                        | ReadError::UnknownAlias { .. },
                    ) => true,
                    KeyMaterialError::Read(_) => false,
                    KeyMaterialError::Material(error) => match error.class() {
                        MaterialErrorClass::OtherKeySpec | MaterialErrorClass::Weak => true,
                        MaterialErrorClass::Unsound | MaterialErrorClass::NotImportable => false,
                    },
                };
                if is_told || lengths.contains(&file.len()) {
                    return error;
                }
                raw_key::wrong_length(file, *key_spec, lengths, Encoding::Raw).into()
            }
        }
    }
}

/// Returns the error for an EC private key whose scalar was corrected: of a short scalar that still does not
/// fit the public key, the length.
fn as_in_file(error: MaterialError, key: &UncheckedKey) -> MaterialError {
    match (error, key) {
        (MaterialError::PublicKey, UncheckedKey::Ec { curve, scalar, .. })
            if scalar.len() < curve.scalar_len() =>
        {
            let (curve, len) = (*curve, scalar.len());
            MaterialError::ScalarLength { curve, len }
        }
        (error, _) => error,
    }
}

/// Returns the material of a symmetric or HMAC key.
fn raw(
    octets: SecretBytes,
    key_spec: KeySpec,
    lengths: &RangeInclusive<usize>,
    keys: KeysRead,
    options: &ReadOptions<'_>,
) -> Result<Reading, MaterialError> {
    let is_whole_file = keys.form == SourceFormat::plain(Form::Raw, Encoding::Raw);
    let is_guarded =
        is_whole_file && options.format.is_none() && options.weak == WeakMaterial::Refuse;
    if is_guarded && lengths.contains(&octets.len()) {
        raw_key::check_decoded(&octets, key_spec, lengths)?;
    }
    let reading = Reading::of_octets(octets, key_spec, lengths, keys.form, keys.notes)?;
    Ok(reading.of_provenance(keys.provenance))
}

#[cfg(test)]
mod tests {
    use rand_core::Rng as _;

    use super::*;
    use crate::{
        blob::Blob,
        compatibility::Rules,
        key_file::{MaterialFormat, test_files::test_file},
        key_spec::Curve,
        test_rng,
    };

    fn options(key_spec: Option<KeySpec>, format: Option<MaterialFormat>) -> ReadOptions<'static> {
        ReadOptions {
            key_spec,
            format,
            ..ReadOptions::new(Rules::Standard)
        }
    }

    fn error(file: &[u8], options: &ReadOptions<'_>) -> Option<KeyMaterialError> {
        KeyMaterial::read(&SecretBytes::copy_of(file), options).err()
    }

    #[test]
    fn a_format_is_refused_for_a_structured_private_key_whatever_the_file_is() {
        let is_structured = |key_spec: &KeySpec| {
            Rules::Standard.imports(*key_spec)
                && key_spec.family().is_key_pair()
                && bare_len(*key_spec).is_none()
        };
        let mut seen = 0;
        for key_spec in KeySpec::ALL.iter().copied().filter(is_structured) {
            for file in [&b""[..], b"no digits", b"00ff", test_file!("p256.der")] {
                let expected = MaterialError::NoBareForm(key_spec);
                let found = error(file, &options(Some(key_spec), Some(MaterialFormat::Hex)));
                assert_eq!(found, Some(expected.into()));
            }
            seen += 1;
        }
        assert_eq!(seen, 6, "RSA of three sizes, and three NIST curves");
    }

    #[test]
    fn a_file_that_is_empty_or_too_long_is_called_so_whatever_key_is_expected() {
        let too_long = vec![0xee; MAX_LEN + 1];
        for key_spec in [
            None,
            Some(KeySpec::SymmetricDefault),
            Some(KeySpec::Hmac512),
            Some(KeySpec::EccNistP256),
            Some(KeySpec::EccNistEdwards25519),
        ] {
            let error = |file| error(file, &options(key_spec, None));
            assert_eq!(error(b""), Some(ReadError::Empty.into()));
            assert_eq!(error(&too_long), Some(ReadError::TooLong.into()));
        }
        let unreadable = ReadError::Unreadable { looks_like: None };
        let longest = error(&too_long[1..], &options(None, None));
        assert_eq!(longest, Some(unreadable.into()));
    }

    #[test]
    fn a_file_with_the_length_of_a_key_is_one_even_if_it_begins_like_another_form() {
        let key_of = |start: &[u8]| {
            let mut key = vec![0; 32];
            test_rng(9).fill_bytes(&mut key);
            key[..start.len()].copy_from_slice(start);
            key
        };
        let octets = options(Some(KeySpec::SymmetricDefault), None);
        // A SEQUENCE of the whole file, PKCS#8, and the first line of a file that age encrypted.
        for start in [
            &[0x30, 30][..],
            &[0x30, 30, 2, 1, 0, 0x30],
            b"age-encryption.org/v1\n",
        ] {
            assert_eq!(error(&key_of(start), &octets), None, "{start:02x?}");
        }
        let other_len = [&key_of(b"age-encryption.org/v1\n")[..], &[0xee]].concat();
        let unsupported = error(&other_len, &octets);
        assert!(
            matches!(
                unsupported,
                Some(KeyMaterialError::Read(ReadError::Unsupported(_)))
            ),
            "{unsupported:?}"
        );
    }

    #[test]
    fn a_file_that_is_not_in_the_format_is_called_so() {
        for key_spec in [KeySpec::SymmetricDefault, KeySpec::EccSecgP256k1] {
            let expected = ReadError::NotWrittenAs {
                format: MaterialFormat::Hex,
                looks_like: None,
            };
            let hex = options(Some(key_spec), Some(MaterialFormat::Hex));
            assert_eq!(error(b"no digits", &hex), Some(expected.into()));
        }
    }

    #[test]
    fn text_in_utf16_is_a_key_without_a_key_spec_only_if_it_is_encoded() {
        let utf16 = |text: &str| -> Vec<u8> {
            let units = format!("\u{feff}{text}");
            units.encode_utf16().flat_map(u16::to_le_bytes).collect()
        };
        let error = |text: &str| error(&utf16(text), &options(None, None));
        for (text, format) in [
            ("c3".repeat(32), MaterialFormat::Hex),
            ("w8PD".repeat(12), MaterialFormat::Base64),
        ] {
            let expected = ReadError::KeySpecNeeded {
                len: 2 * text.len() + 2,
                looks_like: Some(LikelyEncoding::Utf16(Some(format))),
            };
            assert_eq!(error(&text), Some(expected.into()));
        }
        let unsupported = ReadError::Unsupported(Form::Utf16);
        assert_eq!(error("a sentence, not a key"), Some(unsupported.into()));
    }

    #[test]
    fn a_line_end_after_an_hmac_key_is_refused_only_in_a_file_that_may_be_text() {
        // A key of 33 bytes, of which the last is LF.
        let mut key = [b'\n'; 33];
        test_rng(7).fill_bytes(&mut key[..32]);
        let base64 = Blob::new(key.to_vec()).to_base64();
        let base64url = base64.replace('+', "-").replace('/', "_");
        let jwk = format!(r#"{{"kty":"oct","k":"{base64url}"}}"#);
        let hex = crate::hex::encode(&key);
        let refused = MaterialError::NotDecoded {
            key_spec: KeySpec::Hmac256,
            len: 33,
            expected: 32..=128,
            looks_like: LikelyEncoding::TrailingNewline,
        };
        let (raw, encoded) = (Some(MaterialFormat::Raw), Some(MaterialFormat::Hex));
        for (file, format, weak, expected) in [
            (&key[..], None, WeakMaterial::Refuse, Some(refused)),
            (&key, None, WeakMaterial::Allow, None),
            (&key, raw, WeakMaterial::Refuse, None),
            (&key, raw, WeakMaterial::Allow, None),
            (hex.as_bytes(), encoded, WeakMaterial::Refuse, None),
            (jwk.as_bytes(), None, WeakMaterial::Refuse, None),
            (jwk.as_bytes(), None, WeakMaterial::Allow, None),
        ] {
            let options = ReadOptions {
                weak,
                ..options(Some(KeySpec::Hmac256), format)
            };
            let expected = expected.map(KeyMaterialError::Material);
            assert_eq!(error(file, &options), expected, "{format:?} {weak:?}");
        }
    }

    #[test]
    fn only_a_short_scalar_explains_a_public_key_that_does_not_fit() {
        for (len, expected) in [
            (
                31,
                MaterialError::ScalarLength {
                    curve: Curve::P256,
                    len: 31,
                },
            ),
            (32, MaterialError::PublicKey),
            (33, MaterialError::PublicKey),
        ] {
            let key = UncheckedKey::Ec {
                curve: Curve::P256,
                scalar: SecretBytes::new(vec![7; len]),
                points: Vec::new(),
            };
            assert_eq!(as_in_file(MaterialError::PublicKey, &key), expected);
            let other = as_in_file(MaterialError::Scalar, &key);
            assert_eq!(other, MaterialError::Scalar);
        }
    }
}
