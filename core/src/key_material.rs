//! Key material: what a KMS key is made of, in exactly the form that AWS KMS takes.

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

/// The largest file that is read as key material, in bytes.
pub const MAX_LEN: usize = 64 << 10;
/// The line before the PEM of a test key: explanatory text, which readers of PEM pass over.
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

/// The length of a bare scalar of secp256k1, in bytes.
pub(crate) const SCALAR_LEN: usize = 32;

/// Key material that AWS KMS would take for its key spec.
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
    /// With the public key, SPKI in DER.
    KeyPair(Blob),
}

/// How a file of key material is to be read.
#[derive(Debug, Clone, Copy)]
pub struct ReadOptions<'a> {
    /// The kind of key it is for; `None` has it read from a private key.
    pub key_spec: Option<KeySpec>,
    /// The partition's rules.
    pub rules: Rules,
    /// How raw bytes are written; `None` takes them as they are.
    pub format: Option<MaterialFormat>,
    /// What opens an encrypted private key.
    pub passphrase: Option<&'a SecretBytes>,
    /// What becomes of weak material.
    pub weak: WeakMaterial,
}

/// Key material, the form in which it came, and what else there is to know about the file.
#[derive(Debug)]
pub struct Reading {
    /// The material, in AWS's form.
    pub material: KeyMaterial,
    /// The form of the file.
    pub source_format: SourceFormat,
    /// What was passed over or put right.
    pub remarks: Vec<Remark>,
}

impl ReadOptions<'_> {
    /// A file of which nothing is known, read by these rules; weak material is refused.
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
    /// Takes what unwrapping yielded for a KMS key of `key_spec`: raw bytes of the right length, or
    /// an unencrypted PKCS#8 private key in DER or BER.
    ///
    /// What AWS KMS may or may not take, as nobody has tried, is taken and remarked.
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

    /// Reads a private key, which says itself what it is.
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

    /// Reads raw bytes. A private key of whatever kind in their place is told by its kind.
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
            // Text in UTF-16 can be the key, written down; the reading knows more of it.
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

    /// The kind of KMS key this is material for.
    pub fn key_spec(&self) -> KeySpec {
        self.key_spec
    }

    /// Returns what the material should not be used for, if anything, and whether it is refused for
    /// that where weak material is not allowed.
    pub fn weakness(&self) -> Option<FoundWeakness> {
        self.weakness
    }

    /// The bytes that get wrapped.
    pub fn bytes(&self) -> &SecretBytes {
        &self.bytes
    }

    /// The public key of a key pair: SPKI in DER, what `GetPublicKey` returns after the import.
    pub fn public_key(&self) -> Option<&Blob> {
        match &self.kind {
            Kind::KeyPair(spki) => Some(spki),
            Kind::Symmetric | Kind::Hmac => None,
        }
    }

    /// The address by which Ethereum knows a secp256k1 key, with the capitals of EIP-55.
    pub fn ethereum_address(&self) -> Option<String> {
        let spki = self
            .public_key()
            .filter(|_| self.key_spec == KeySpec::EccSecgP256k1)?;
        let spki = SubjectPublicKeyInfoRef::from_der(spki.as_bytes()).ok()?;
        ethereum::address(spki.subject_public_key.as_bytes()?)
    }

    /// The fingerprint that this kind of material goes by.
    pub fn fingerprint(&self) -> Fingerprint {
        match &self.kind {
            Kind::KeyPair(spki) => symmetric::spki_fingerprint(spki),
            Kind::Symmetric => symmetric::check_value(&self.bytes),
            Kind::Hmac => symmetric::hmac(&self.bytes, self.key_spec),
        }
    }

    /// Whether both are the same key: the same public key, or the same bytes.
    pub fn is_same_key(&self, other: &Self) -> bool {
        self.key_spec == other.key_spec
            && match (self.public_key(), other.public_key()) {
                (Some(a), Some(b)) => a == b,
                _ => self.bytes == other.bytes,
            }
    }

    /// Whether this material goes by `fingerprint`, also where that is of an older method.
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

/// Takes the bytes out of a file that is written in `format`.
fn decode(file: &SecretBytes, format: MaterialFormat) -> Result<SecretBytes, KeyMaterialError> {
    let not_so = || KeyMaterialError::NotWrittenAs {
        format,
        looks_like: text::marked(file),
    };
    format.decode(file).ok_or_else(not_so)
}

/// Makes sure that bare bytes have a length that they can have, or says what they look like: not what
/// they look like once they were decoded, as nothing said of them would be true of the file.
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

/// Says so if an HMAC key is longer than its hash because it is text, or has a line's end behind it:
/// AWS KMS may take it, for ever. `MaterialFormat::Raw` says that the bytes are meant, and who allows
/// weak material allows this.
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

/// How long raw material of `key_spec` can be, in bytes, the proven length first; `None` for
/// private keys.
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

/// What is missing of a file that is no private key, but short enough for raw key material.
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

/// Says so if a file that is no private key could be a bare scalar: never guessed, only named.
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
