//! Key material, in exactly the form that AWS KMS accepts.

mod bare_key;
mod ec_key;
mod ec_parameters;
mod error;
mod ethereum;
mod foreign;
mod jwk;
mod open_ssh;
mod pem;
mod private_key;
mod rsa_key;
mod ssh_key;
mod symmetric;
mod test_keys;
mod version;
mod weakness;

use core::ops::RangeInclusive;

use der::Decode as _;
use rand_core::CryptoRng;
use spki::SubjectPublicKeyInfoRef;

pub use bare_key::BareKeyFault;
pub(crate) use ec_key::sm2_key;
pub(crate) use ec_parameters::sm2_domain;
pub use error::KeyMaterialError;
pub use foreign::Foreign;
pub use jwk::JwkError;
pub use rsa_key::RsaFault;
pub use weakness::{FoundWeakness, Rarity, WeakMaterial, Weakness};

pub use crate::key_file::{
    Encoding, EncryptionError, Lookalike, MaterialFormat, Remark, SourceFormat, Structure,
};

use crate::{
    blob::Blob,
    compatibility::Rules,
    fingerprint::Fingerprint,
    key_file::text,
    key_spec::{Curve, Family, KeySpec},
    secret::SecretBytes,
};

/// The largest accepted file of key material, in bytes.
pub const MAX_LEN: usize = 64 << 10;
/// The line before the PEM of a test key: explanatory text, which PEM readers skip.
///
/// # Source
///
/// RFC 7468, 5.2.
pub const TEST_KEY_LINE: &str = "TEST KEY: derived from a seed, never use it in production";

/// The longest HMAC key that AWS KMS documents, in bytes.
///
/// # Source
///
/// AWS KMS Developer Guide, "Importing key material", requirements for imported key material.
const MAX_HMAC_LEN: usize = 128;

/// How many keys are drawn before a generator is not believed to be random. Of random keys of 16 bytes,
/// fewer than one in 2^16 is weak.
pub const MAX_DRAWS: usize = 8;

/// The length of a raw secp256k1 scalar, in bytes.
pub(crate) const SCALAR_LEN: usize = 32;

/// Key material that AWS KMS would accept for its key spec.
#[derive(Debug)]
pub struct KeyMaterial {
    key_spec: KeySpec,
    bytes: SecretBytes,
    kind: Kind,
    weakness: Option<FoundWeakness>,
}

#[derive(Debug)]
enum Kind {
    Symmetric,
    Hmac,
    /// With the public key, an SPKI in DER.
    KeyPair(Blob),
}

/// The options for reading a file of key material.
#[derive(Debug, Clone, Copy)]
pub struct ReadOptions<'a> {
    /// The expected key spec; `None` if a private key names it.
    pub key_spec: Option<KeySpec>,
    /// The rules of the partition.
    pub rules: Rules,
    /// The encoding of raw bytes; `None` for no encoding.
    pub format: Option<MaterialFormat>,
    /// The passphrase of an encrypted private key.
    pub passphrase: Option<&'a SecretBytes>,
    /// The policy for weak material.
    pub weak: WeakMaterial,
}

/// Key material, the form of its file, and notes on the file.
#[derive(Debug)]
pub struct Reading {
    /// The material, in AWS's form.
    pub material: KeyMaterial,
    /// The form of the file.
    pub source_format: SourceFormat,
    /// What the reader ignored or corrected.
    pub remarks: Vec<Remark>,
}

impl ReadOptions<'_> {
    /// Reads a file without any expectation, by these rules. Refuses weak material.
    pub const fn new(rules: Rules) -> Self {
        Self {
            key_spec: None,
            rules,
            format: None,
            passphrase: None,
            weak: WeakMaterial::Refuse,
        }
    }
}

impl KeyMaterial {
    /// Accepts unwrapped bytes for a KMS key of `key_spec`: raw bytes of the right length, or an
    /// unencrypted PKCS#8 private key in DER or BER.
    ///
    /// Accepts with a note what AWS KMS may refuse and nobody has tried.
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
        if bytes.is_empty() {
            return Err(KeyMaterialError::Empty);
        }
        if let Some(lengths) = raw_lengths(key_spec, rules)? {
            return Self::from_raw(bytes, key_spec, &lengths, Encoding::Raw);
        }
        let found = private_key::from_import(bytes.expose())?;
        found.key.must_be(key_spec)?;
        match found.remarks.iter().find_map(Remark::as_explicit_curve) {
            Some(curve) => Err(KeyMaterialError::CurveNotNamed(curve)),
            None => Ok(found.into()),
        }
    }

    /// Reads a file of key material, as people have it, into the one form that AWS KMS takes.
    ///
    /// Symmetric and HMAC keys are raw bytes, or what `options.format` says. Private keys are
    /// PKCS#8, PKCS#1 or SEC1, in DER, BER or PEM, with certificates beside them perhaps; the key
    /// spec is read from them, and must be that of `options` if there is one. Whatever the form,
    /// the same key becomes the same bytes.
    ///
    /// # Errors
    ///
    /// [`KeyMaterialError`]; raw bytes without a key spec are `KeySpecNeeded` if they are short enough
    /// for any, else `Unreadable`, and weak material is `Weak` unless `options.weak` allows it.
    pub fn read(
        file: &SecretBytes,
        options: &ReadOptions<'_>,
    ) -> Result<Reading, KeyMaterialError> {
        if file.is_empty() {
            return Err(KeyMaterialError::Empty);
        }
        if file.len() > MAX_LEN {
            return Err(KeyMaterialError::TooLong);
        }
        let mut reading = Self::read_any(file, options).map_err(|error| match error {
            KeyMaterialError::Malformed => KeyMaterialError::Unreadable {
                looks_like: text::lookalike(file, &(0..=0)),
            },
            error => error,
        })?;
        let is_test_key = file.expose().starts_with(TEST_KEY_LINE.as_bytes());
        reading
            .remarks
            .extend(is_test_key.then_some(Remark::TestKey));
        match reading.material.weakness {
            Some(found) if found.is_refused() && options.weak == WeakMaterial::Refuse => {
                Err(KeyMaterialError::Weak(found.weakness))
            }
            _ => Ok(reading),
        }
    }

    fn read_any(
        file: &SecretBytes,
        options: &ReadOptions<'_>,
    ) -> Result<Reading, KeyMaterialError> {
        let Some(key_spec) = options.key_spec else {
            return Self::read_unknown(file, options);
        };
        if let Some(lengths) = raw_lengths(key_spec, options.rules)? {
            return Self::read_raw(file, key_spec, &lengths, options);
        }
        match (key_spec, options.format) {
            (KeySpec::EccSecgP256k1, Some(format)) => {
                let scalar = decode(file, format)?;
                check_length(
                    &scalar,
                    key_spec,
                    &(SCALAR_LEN..=SCALAR_LEN),
                    format.encoding(),
                )?;
                Ok(private_key::from_scalar(Curve::K256, &scalar, format.encoding())?.into())
            }
            (_, Some(_)) => Err(KeyMaterialError::NoBareForm(key_spec)),
            (_, None) => {
                let found = private_key::read(file.expose(), options.passphrase);
                let found = found.map_err(|error| perhaps_a_scalar(error, file, key_spec))?;
                found.key.must_be(key_spec)?;
                Ok(found.into())
            }
        }
    }

    /// Reads a private key, which names its own kind.
    fn read_unknown(
        file: &SecretBytes,
        options: &ReadOptions<'_>,
    ) -> Result<Reading, KeyMaterialError> {
        if let Some(format) = options.format {
            let bytes = decode(file, format)?;
            return Err(KeyMaterialError::KeySpecNeeded {
                len: bytes.len(),
                looks_like: None,
            });
        }
        if let Some(octets) = private_key::octets(file.expose()) {
            return Err(KeyMaterialError::KeySpecNeeded {
                len: octets.len(),
                looks_like: None,
            });
        }
        match private_key::read(file.expose(), options.passphrase) {
            Err(KeyMaterialError::Malformed) => Err(perhaps_raw(file)),
            found => {
                let found = found?;
                must_be_imported(found.key.key_spec, options.rules)?;
                Ok(found.into())
            }
        }
    }

    /// Reads raw bytes. If they are a private key instead, the error names its kind.
    fn read_raw(
        file: &SecretBytes,
        key_spec: KeySpec,
        lengths: &RangeInclusive<usize>,
        options: &ReadOptions<'_>,
    ) -> Result<Reading, KeyMaterialError> {
        if let Some(format) = options.format {
            let bytes = decode(file, format)?;
            return Self::from_raw(&bytes, key_spec, lengths, format.encoding());
        }
        if let Some(octets) = private_key::octets(file.expose()) {
            let mut reading = Self::from_raw(&octets, key_spec, lengths, Encoding::Json)?;
            reading.source_format = SourceFormat::plain(Structure::Jwk, Encoding::Json);
            return Ok(reading);
        }
        let reading = Self::from_raw(file, key_spec, lengths, Encoding::Raw);
        if reading.is_ok() {
            let mistake = long_by_mistake(file, key_spec, lengths);
            return mistake
                .filter(|_| options.weak == WeakMaterial::Refuse)
                .map_or(reading, Err);
        }
        match private_key::read(file.expose(), options.passphrase) {
            Ok(found) => Err(KeyMaterialError::OtherKeySpec {
                found: found.key.key_spec,
                wanted: key_spec,
            }),
            // Text in UTF-16 can be an encoded key. The decoder gives the better error.
            Err(KeyMaterialError::Foreign(foreign)) if foreign != Foreign::Utf16 => {
                Err(foreign.into())
            }
            Err(_) => reading,
        }
    }

    fn from_raw(
        bytes: &SecretBytes,
        key_spec: KeySpec,
        lengths: &RangeInclusive<usize>,
        encoding: Encoding,
    ) -> Result<Reading, KeyMaterialError> {
        let len = bytes.len();
        check_length(bytes, key_spec, lengths, encoding)?;
        let kind = if key_spec.family() == Family::Symmetric {
            Kind::Symmetric
        } else {
            Kind::Hmac
        };
        let material = Self {
            key_spec,
            bytes: SecretBytes::copy_of(bytes.expose()),
            kind,
            weakness: weakness::of_octets(bytes.expose()),
        };
        let exact = *lengths.start();
        let remarks = (len > exact)
            .then_some(Remark::LongHmacKey { len, exact })
            .into_iter()
            .collect();
        Ok(Reading {
            material,
            source_format: SourceFormat::plain(Structure::Raw, encoding),
            remarks,
        })
    }

    /// Makes new key material that is not weak: what a rule for weak material meets by chance is drawn
    /// again.
    ///
    /// # Errors
    ///
    /// [`KeyMaterialError::NotImportable`] where there is nothing to import, and
    /// [`KeyMaterialError::Weak`] where all of [`MAX_DRAWS`] keys are weak, as no random ones are.
    pub fn generate(
        key_spec: KeySpec,
        rules: Rules,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Self, KeyMaterialError> {
        must_be_imported(key_spec, rules)?;
        let mut material = Self::draw(key_spec, rules, rng)?;
        for _ in 1..MAX_DRAWS {
            if material.weakness.is_none() {
                break;
            }
            material = Self::draw(key_spec, rules, rng)?;
        }
        match material.weakness {
            Some(found) => Err(KeyMaterialError::Weak(found.weakness)),
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
            Family::Rsa { modulus_bits } => rsa_key::generate(modulus_bits, rng)?,
            Family::Ec(curve) => ec_key::generate(curve, rng)?,
            Family::NotImportable => return Err(KeyMaterialError::NotImportable(key_spec)),
        };
        Ok(Self::from_import(&bytes, key_spec, rules)?.material)
    }

    /// Returns the key spec of this material.
    pub fn key_spec(&self) -> KeySpec {
        self.key_spec
    }

    /// Returns what the material should not be used for, if anything, and whether it is refused for
    /// that where weak material is not allowed.
    pub fn weakness(&self) -> Option<FoundWeakness> {
        self.weakness
    }

    /// Returns the bytes that get wrapped.
    pub fn bytes(&self) -> &SecretBytes {
        &self.bytes
    }

    /// Returns the public key of a key pair: the SPKI in DER that `GetPublicKey` returns after the
    /// import.
    pub fn public_key(&self) -> Option<&Blob> {
        match &self.kind {
            Kind::KeyPair(spki) => Some(spki),
            Kind::Symmetric | Kind::Hmac => None,
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
            Kind::KeyPair(spki) => symmetric::spki_fingerprint(spki),
            Kind::Symmetric => symmetric::check_value(&self.bytes),
            Kind::Hmac => symmetric::hmac(&self.bytes, self.key_spec),
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
            (Kind::Symmetric, Fingerprint::Ecb(_)) => {
                symmetric::ecb(&self.bytes) == Some(*fingerprint)
            }
            _ => self.fingerprint() == *fingerprint,
        }
    }
}

impl From<private_key::Found> for Reading {
    fn from(found: private_key::Found) -> Self {
        let private_key::Found {
            key,
            source_format,
            remarks,
        } = found;
        let kind = Kind::KeyPair(key.public_key);
        let material = KeyMaterial {
            key_spec: key.key_spec,
            bytes: key.pkcs8,
            kind,
            weakness: key.weakness,
        };
        Self {
            material,
            source_format,
            remarks,
        }
    }
}

/// Decodes a file that is written in `format`.
fn decode(file: &SecretBytes, format: MaterialFormat) -> Result<SecretBytes, KeyMaterialError> {
    let not_so = || KeyMaterialError::NotWrittenAs {
        format,
        looks_like: text::marked(file),
    };
    format.decode(file).ok_or_else(not_so)
}

/// Checks that raw bytes have a permitted length, or says what they look like. It says nothing
/// about decoded bytes, because that would not describe the file.
fn check_length(
    bytes: &SecretBytes,
    key_spec: KeySpec,
    lengths: &RangeInclusive<usize>,
    encoding: Encoding,
) -> Result<(), KeyMaterialError> {
    let len = bytes.len();
    if lengths.contains(&len) {
        return Ok(());
    }
    let looks_like = if encoding == Encoding::Raw {
        text::lookalike(bytes, lengths)
    } else {
        None
    };
    let expected = lengths.clone();
    Err(KeyMaterialError::WrongLength {
        key_spec,
        len,
        expected,
        looks_like,
    })
}

/// Refuses an HMAC key that is longer than its hash because it is text or has a line break: AWS KMS
/// may accept it for good. `MaterialFormat::Raw` and `Weak::Allow` accept it.
fn long_by_mistake(
    file: &SecretBytes,
    key_spec: KeySpec,
    lengths: &RangeInclusive<usize>,
) -> Option<KeyMaterialError> {
    let exact = *lengths.start();
    let looks_like = text::lookalike(file, &(exact..=exact)).filter(|_| file.len() > exact)?;
    let is_mistake = matches!(
        looks_like,
        Lookalike::Hex(_)
            | Lookalike::Base64(_)
            | Lookalike::TrailingNewline
            | Lookalike::TrailingCrLf
            | Lookalike::ByteOrderMark(_)
            | Lookalike::Utf16(_)
    );
    is_mistake.then(|| KeyMaterialError::NotDecoded {
        key_spec,
        len: file.len(),
        expected: lengths.clone(),
        looks_like,
    })
}

/// Returns the permitted lengths of raw material of `key_spec` in bytes, the recorded length first;
/// `None` for private keys.
fn raw_lengths(
    key_spec: KeySpec,
    rules: Rules,
) -> Result<Option<RangeInclusive<usize>>, KeyMaterialError> {
    must_be_imported(key_spec, rules)?;
    Ok(match key_spec.family() {
        Family::Symmetric => Some(rules.symmetric_len()..=rules.symmetric_len()),
        Family::Hmac { len } => Some(len..=MAX_HMAC_LEN),
        _ => None,
    })
}

fn must_be_imported(key_spec: KeySpec, rules: Rules) -> Result<(), KeyMaterialError> {
    if rules.imports(key_spec) {
        Ok(())
    } else {
        Err(KeyMaterialError::NotImportable(key_spec))
    }
}

/// Returns what is missing for a file that is not a private key and short enough for raw key
/// material.
fn perhaps_raw(file: &SecretBytes) -> KeyMaterialError {
    let looks_like = text::lookalike(file, &(0..=0));
    let len = match looks_like {
        Some(Lookalike::Hex(len) | Lookalike::Base64(len)) => len,
        _ => file.len(),
    };
    if len > MAX_HMAC_LEN {
        return KeyMaterialError::Malformed;
    }
    KeyMaterialError::KeySpecNeeded {
        len: file.len(),
        looks_like,
    }
}

/// Names a possible raw scalar in a file that is not a private key. It is never guessed.
fn perhaps_a_scalar(
    error: KeyMaterialError,
    file: &SecretBytes,
    key_spec: KeySpec,
) -> KeyMaterialError {
    if key_spec != KeySpec::EccSecgP256k1 || error != KeyMaterialError::Malformed {
        return error;
    }
    let is_scalar = |bytes: &SecretBytes| bytes.len() == SCALAR_LEN;
    if is_scalar(file) {
        return KeyMaterialError::BareScalar(MaterialFormat::Raw);
    }
    let is_hex = MaterialFormat::Hex
        .decode(file)
        .is_some_and(|bytes| is_scalar(&bytes));
    if is_hex {
        KeyMaterialError::BareScalar(MaterialFormat::Hex)
    } else {
        error
    }
}
