//! `generate`: new key material, in the form that AWS KMS accepts.

use core::{error, fmt};

use chacha20::ChaCha20Rng;
use der::pem::LineEnding;
use hkdf::Hkdf;
use rand_core::{CryptoRng, SeedableRng as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{
    compatibility::Rules,
    exception::{Exception, Refusal},
    key_file::TEST_KEY_LINE,
    key_material::{KeyMaterial, KeyMaterialError, MaterialError},
    key_spec::{Family, KeySpec},
    secret::SecretBytes,
};

/// The shortest seed, in bytes.
pub const MIN_SEED_LEN: usize = 16;
/// The longest seed, in bytes.
pub const MAX_SEED_LEN: usize = 64 << 10;

/// The HKDF info before the name of the key spec.
const TEST_KEY_INFO: &[u8] = b"byok test key v1 ";

/// The seed of test key material.
#[derive(Debug)]
pub struct TestSeed(SecretBytes);

/// The file format of key material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaterialForm {
    /// Symmetric and HMAC keys: raw bytes.
    Raw,
    /// Symmetric and HMAC keys: lower-case hex digits and a line break.
    Hex,
    /// Key pairs: PKCS#8.
    Der,
    /// Key pairs: PKCS#8 as PEM.
    Pem,
}

/// The source of key material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provenance {
    /// Drawn at random.
    Random,
    /// Derived from a [`TestSeed`], whose holder can derive the key.
    TestSeed,
}

/// The reasons why no key material was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GenerateError {
    /// AWS KMS does not import material of this key spec.
    NotImportable(KeySpec),
    /// The seed does not have [`MIN_SEED_LEN`] to [`MAX_SEED_LEN`] bytes; its length.
    SeedLength(usize),
    /// The new key fails the checks of imported keys. Only a hardware fault can cause this.
    Faulty(KeyMaterialError),
}

impl GenerateError {
    /// Returns AWS's answer to an import of such a key, if there is one.
    pub fn refusal(&self) -> Option<Refusal> {
        matches!(self, Self::NotImportable(_))
            .then(|| Refusal::without_text(Exception::UnsupportedOperation))
    }
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotImportable(key_spec) => MaterialError::NotImportable(*key_spec).fmt(f),
            Self::SeedLength(len) => {
                write!(
                    f,
                    "a seed of {len} bytes; expected {MIN_SEED_LEN} to {MAX_SEED_LEN}"
                )
            }
            Self::Faulty(error) => write!(f, "the new key is invalid: {error}"),
        }
    }
}

impl error::Error for GenerateError {}

impl TestSeed {
    /// Accepts [`MIN_SEED_LEN`] to [`MAX_SEED_LEN`] bytes.
    ///
    /// # Errors
    ///
    /// [`GenerateError::SeedLength`].
    pub fn new(bytes: SecretBytes) -> Result<Self, GenerateError> {
        let len = bytes.len();
        (MIN_SEED_LEN..=MAX_SEED_LEN)
            .contains(&len)
            .then_some(Self(bytes))
            .ok_or(GenerateError::SeedLength(len))
    }

    /// Returns the generator of the test key that belongs to this seed and `key_spec`.
    ///
    /// ChaCha20 with 20 rounds, counter and nonce from zero, under 32 bytes of HKDF-SHA-256 over
    /// the seed, without salt, with `byok test key v1 ` and the key spec as info.
    ///
    /// # Source
    ///
    /// RFC 5869 (HKDF); RFC 8439, 2.4 (the key stream).
    pub fn rng(&self, key_spec: KeySpec) -> ChaCha20Rng {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, self.0.expose())
            .expand_multi_info(
                &[TEST_KEY_INFO, key_spec.as_str().as_bytes()],
                key.as_mut_slice(),
            )
            .expect("32 bytes are one block of SHA-256");
        // The argument is a copy on the stack. The command line wipes the stack at the end.
        ChaCha20Rng::from_seed(*key)
    }
}

impl MaterialForm {
    /// Returns the form in which AWS KMS accepts material of `key_spec`.
    pub fn of(key_spec: KeySpec) -> Self {
        if is_key_pair(key_spec) {
            Self::Der
        } else {
            Self::Raw
        }
    }

    /// Returns whether material of `key_spec` can be written in this form.
    pub fn is_for(self, key_spec: KeySpec) -> bool {
        is_key_pair(key_spec) == matches!(self, Self::Der | Self::Pem)
    }
}

fn is_key_pair(key_spec: KeySpec) -> bool {
    !matches!(key_spec.family(), Family::Symmetric | Family::Hmac { .. })
}

/// Makes new key material of `key_spec`; the same `rng` makes the same material.
///
/// # Errors
///
/// [`GenerateError`], `NotImportable` before any other.
pub fn generate(
    key_spec: KeySpec,
    rules: Rules,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<KeyMaterial, GenerateError> {
    if !rules.imports(key_spec) {
        return Err(GenerateError::NotImportable(key_spec));
    }
    KeyMaterial::generate(key_spec, rules, rng).map_err(GenerateError::Faulty)
}

/// Writes `material` in `form`, which must fit its key spec. PEM of a test key has a note in its
/// first line.
pub fn encode(material: &KeyMaterial, form: MaterialForm, provenance: Provenance) -> SecretBytes {
    let bytes = material.bytes().expose();
    match form {
        MaterialForm::Raw | MaterialForm::Der => SecretBytes::copy_of(bytes),
        MaterialForm::Hex => {
            let digits = Zeroizing::new(base16ct::lower::encode_string(bytes));
            joined(&[&digits, "\n"])
        }
        MaterialForm::Pem => {
            let pem = der::pem::encode_string("PRIVATE KEY", LineEnding::LF, bytes)
                .expect("a key of a few kilobytes under a fixed label");
            let pem = Zeroizing::new(pem);
            match provenance {
                Provenance::Random => joined(&[&pem]),
                Provenance::TestSeed => joined(&[TEST_KEY_LINE, "\n", &pem]),
            }
        }
    }
}

/// Concatenates the parts in a buffer that does not grow.
fn joined(parts: &[&str]) -> SecretBytes {
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        bytes.extend_from_slice(part.as_bytes());
    }
    SecretBytes::new(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{key_material::ReadOptions, test_rng};

    /// 00 01 … 0f.
    fn seed() -> TestSeed {
        TestSeed::new(SecretBytes::new((0..16).collect())).expect("long enough")
    }

    fn test_key(key_spec: KeySpec, rules: Rules) -> KeyMaterial {
        generate(key_spec, rules, &mut seed().rng(key_spec)).expect("a key")
    }

    fn hex(key_spec: KeySpec, rules: Rules) -> String {
        crate::hex::encode(test_key(key_spec, rules).bytes().expose())
    }

    /// Computed with Python's cryptography 50: HKDF, then the key stream of ChaCha20.
    #[test]
    fn raw_test_keys_are_the_key_stream() {
        assert_eq!(
            hex(KeySpec::SymmetricDefault, Rules::Standard),
            "18c799ca38bfd09dc7a621f0b571475375dbee660e43c52087975b4d90543ac4"
        );
        assert_eq!(
            hex(KeySpec::SymmetricDefault, Rules::China),
            "18c799ca38bfd09dc7a621f0b5714753"
        );
        assert_eq!(
            hex(KeySpec::Hmac224, Rules::Standard),
            "815cbdfcc203923d95303a5064dd8b49223738bfc3a24a54a2dde132"
        );
        assert_eq!(
            hex(KeySpec::Hmac512, Rules::Standard),
            "4241f377e464b20b51a1534836448025b2e3406d6efe2f046f887ad210207e18\
             bd3c53db7fff1fbce40e8e00d11660eaabcd068b1c030545ae8bfd123c79b08d"
        );
    }

    /// Computed in the same way, with the key stream as little-endian scalar: the first value below
    /// the order.
    #[test]
    fn ec_test_keys_have_their_scalar_from_the_key_stream() {
        for (key_spec, spki_sha256) in [
            (
                KeySpec::EccNistP256,
                "a79f0d8ac5fefdcb6fcec4121dd75338b2a70da31f3169be117f6695ff8d9e20",
            ),
            (
                KeySpec::EccNistP384,
                "4b13dfaa138dee3cb969799e17f2f2d7665fcbc1bc86d1ce0e9c0a108abf322d",
            ),
            (
                KeySpec::EccNistP521,
                "0d64eb66e2597dcc95f10781b87d4b6b108b7082ef51057d2677cc59ef3bbca2",
            ),
            (
                KeySpec::EccSecgP256k1,
                "b694446df45df2280dff93a63290bf5f1bce34ab00d3759aa10b6e6bc69e2de3",
            ),
        ] {
            assert_eq!(
                test_key(key_spec, Rules::Standard)
                    .fingerprint()
                    .to_string(),
                spki_sha256,
                "{key_spec}"
            );
        }
    }

    /// The SHA-256 of `openssl pkey -pubout -outform DER`, for the first 32 bytes of the key stream as
    /// seed.
    #[test]
    fn ed25519_test_keys_have_their_seed_from_the_key_stream() {
        let key_spec = KeySpec::EccNistEdwards25519;
        let expected = "fd1d2ee08a1afd2d4cf6047ffbc77b7ec2529754deb0ff6e0643a2cf46899eb5";
        let fingerprint = test_key(key_spec, Rules::Standard).fingerprint();
        assert_eq!(fingerprint.to_string(), expected);
    }

    /// The prime search is specific to this program, so this value comes from the program itself.
    #[test]
    fn rsa_test_keys_stay_as_they_are() {
        assert_eq!(
            test_key(KeySpec::Rsa2048, Rules::Standard)
                .fingerprint()
                .to_string(),
            "361e0822194c207fea43c79bdffbf8a2c3f9162371892422e75d7a9c38085e8e"
        );
    }

    #[test]
    fn a_seed_has_a_length() {
        for (len, is_one) in [
            (0, false),
            (15, false),
            (16, true),
            (65_536, true),
            (65_537, false),
        ] {
            let seed = TestSeed::new(SecretBytes::new(vec![1; len]));
            assert_eq!(
                seed.err(),
                (!is_one).then_some(GenerateError::SeedLength(len))
            );
        }
    }

    #[test]
    fn what_is_not_imported_is_not_made() {
        let error = |key_spec, rules| {
            generate(key_spec, rules, &mut test_rng(0))
                .map(|_| ())
                .expect_err("none")
        };
        let ml_dsa = error(KeySpec::MlDsa65, Rules::Standard);
        assert_eq!(
            ml_dsa
                .refusal()
                .map(|refusal| refusal.to_string())
                .as_deref(),
            Some("UnsupportedOperationException")
        );
        assert_eq!(
            error(KeySpec::Sm2, Rules::Standard),
            GenerateError::NotImportable(KeySpec::Sm2)
        );
    }

    #[test]
    fn what_is_written_reads_back() {
        for key_spec in [
            KeySpec::SymmetricDefault,
            KeySpec::Hmac384,
            KeySpec::EccNistP384,
            KeySpec::EccNistEdwards25519,
            KeySpec::Rsa2048,
        ] {
            let material = test_key(key_spec, Rules::Standard);
            for form in [MaterialForm::Raw, MaterialForm::Der, MaterialForm::Pem] {
                for provenance in [Provenance::Random, Provenance::TestSeed] {
                    if !form.is_for(key_spec) {
                        continue;
                    }
                    let file = encode(&material, form, provenance);
                    let says_so = file.expose().starts_with(TEST_KEY_LINE.as_bytes());
                    assert_eq!(
                        says_so,
                        (form, provenance) == (MaterialForm::Pem, Provenance::TestSeed)
                    );
                    let read = KeyMaterial::read(
                        &file,
                        &ReadOptions {
                            key_spec: Some(key_spec),
                            ..ReadOptions::new(Rules::Standard)
                        },
                    );
                    assert!(
                        read.expect("readable").material.is_same_key(&material),
                        "{key_spec} {form:?}"
                    );
                }
            }
        }
        let material = test_key(KeySpec::Hmac224, Rules::Standard);
        let digits = encode(&material, MaterialForm::Hex, Provenance::TestSeed);
        assert_eq!(
            digits.expose(),
            b"815cbdfcc203923d95303a5064dd8b49223738bfc3a24a54a2dde132\n"
        );
    }

    #[test]
    fn every_key_spec_has_its_forms() {
        for key_spec in KeySpec::ALL {
            let forms = [
                MaterialForm::Raw,
                MaterialForm::Hex,
                MaterialForm::Der,
                MaterialForm::Pem,
            ];
            let forms: Vec<_> = forms
                .into_iter()
                .filter(|form| form.is_for(*key_spec))
                .collect();
            assert_eq!(forms.len(), 2, "{key_spec}");
            let own = MaterialForm::of(*key_spec);
            assert!(forms.contains(&own), "{key_spec}");
        }
    }
}
