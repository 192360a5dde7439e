//! Encrypted PKCS#8 private keys: PBES2, with PBKDF2 or scrypt, and AES-CBC.

use core::mem;

use der::{
    Choice, Decode as _, DecodeValue, Reader as _, Sequence, SliceReader, Tag, Tagged as _,
    asn1::{AnyRef, ObjectIdentifier, OctetStringRef},
};
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use spki::AlgorithmIdentifierRef;
use subtle::{ConstantTimeEq as _, ConstantTimeGreater as _};
use zeroize::Zeroizing;

use super::{
    element::TailedElement,
    encryption::{EncryptionError, Mode},
    error::ReadError,
    form::Form,
    keys_read::KeysRead,
    pkcs8,
    source_format::SourceFormat,
};
use crate::secret::SecretBytes;

/// The limit of PBKDF2 iterations. RFC 8018, 4.2, suggests 10 million for the most critical keys.
const MAX_PBKDF2_ROUNDS: u64 = 10_000_000;
/// The table for N = 2^16 and r = 8, with the other memory of scrypt; in bytes.
const MAX_SCRYPT_MEMORY: u64 = 65 << 20;
/// N · r · p: sixteen passes over the table of N = 2^16 with r = 8.
const MAX_SCRYPT_ROUNDS: u64 = 16 << 19;
const AES_BLOCK_LEN: usize = 16;

/// RFC 5958, 3: `EncryptedPrivateKeyInfo`.
#[derive(Sequence)]
struct Sealed<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    encrypted: &'a OctetStringRef,
}

/// RFC 8018, A.4.
#[derive(Sequence)]
struct Pbes2Params<'a> {
    key_derivation: AlgorithmIdentifierRef<'a>,
    encryption: AlgorithmIdentifierRef<'a>,
}

/// RFC 8018, A.2; the salt is always `specified`.
#[derive(Sequence)]
struct Pbkdf2Params<'a> {
    salt: &'a OctetStringRef,
    iteration_count: u64,
    key_length: Option<u64>,
    prf: Option<AlgorithmIdentifierRef<'a>>,
}

/// RFC 7914, 7.
#[derive(Sequence)]
struct ScryptParams<'a> {
    salt: &'a OctetStringRef,
    cost: u64,
    block_size: u64,
    parallelization: u64,
    key_length: Option<u64>,
}

/// Returns whether `der` is an `EncryptedPrivateKeyInfo` of any scheme.
pub(super) fn looks_like(der: &[u8]) -> bool {
    Sealed::from_der(der).is_ok()
}

/// Decrypts an encrypted key, and reads it.
pub(super) fn read(
    sealed: &TailedElement,
    passphrase: Option<&SecretBytes>,
) -> Result<KeysRead, ReadError> {
    let opened = open(sealed.der(), passphrase)
        .map_err(|error| ReadError::encryption(Form::EncryptedPkcs8, error))?;
    let inner = TailedElement::of(opened.expose()).ok_or(ReadError::Malformed)?;
    let mut keys = pkcs8::read(inner)?;
    keys.form = SourceFormat {
        encoding: sealed.encoding,
        is_encrypted: true,
        ..keys.form
    };
    keys.notes.extend(sealed.zeros());
    Ok(keys)
}

/// Decrypts an `EncryptedPrivateKeyInfo`, and returns the `PrivateKeyInfo` in it.
///
/// Reports a fault that does not depend on the passphrase before byok asks for the passphrase.
///
/// CBC does not authenticate. A changed key fails the later checks if the file also contains its
/// public key. Any other changed key may become another key.
///
/// # Errors
///
/// [`EncryptionError`]; the limits are checked before any computation.
///
/// # Source
///
/// RFC 5958, 3; RFC 8018, 6.2.2 (PBES2), 5.2 (PBKDF2) and B.2.5 (AES-CBC-Pad); RFC 7914 (scrypt).
fn open(der: &[u8], passphrase: Option<&SecretBytes>) -> Result<SecretBytes, EncryptionError> {
    let sealed = Sealed::from_der(der).map_err(|_| EncryptionError::Malformed)?;
    if sealed.algorithm.oid != PBES2 {
        return Err(scheme(sealed.algorithm.oid));
    }
    let pbes2: Pbes2Params<'_> = parameters(&sealed.algorithm)?;
    let (key_len, iv) = aes_cbc(&pbes2.encryption)?;
    let mut plaintext = Zeroizing::new(sealed.encrypted.as_bytes().to_vec());
    if plaintext.is_empty() || !plaintext.len().is_multiple_of(AES_BLOCK_LEN) {
        return Err(EncryptionError::Malformed);
    }
    let key = derive_key(&pbes2.key_derivation, key_len, passphrase)?;
    Mode::Cbc
        .decrypt(&key, iv, &mut plaintext)
        .ok_or(EncryptionError::Malformed)?;
    let len = unpadded_len(&plaintext).ok_or(EncryptionError::Passphrase)?;
    plaintext.truncate(len);
    if !begins_like_private_key_info(&plaintext) {
        return Err(EncryptionError::Passphrase);
    }
    Ok(SecretBytes::new(mem::take(&mut *plaintext)))
}

fn parameters<'a, T>(algorithm: &AlgorithmIdentifierRef<'a>) -> Result<T, EncryptionError>
where
    T: Choice<'a> + DecodeValue<'a>,
{
    let parameters = algorithm.parameters.ok_or(EncryptionError::Malformed)?;
    parameters
        .decode_as()
        .map_err(|_| EncryptionError::Malformed)
}

/// The key length in bytes and the initialization vector.
fn aes_cbc<'a>(
    algorithm: &AlgorithmIdentifierRef<'a>,
) -> Result<(usize, &'a [u8; AES_BLOCK_LEN]), EncryptionError> {
    let key_len = match algorithm.oid {
        AES_128_CBC => 16,
        AES_192_CBC => 24,
        AES_256_CBC => 32,
        other => return Err(scheme(other)),
    };
    let iv: &OctetStringRef = parameters(algorithm)?;
    let iv = iv
        .as_bytes()
        .try_into()
        .map_err(|_| EncryptionError::Malformed)?;
    Ok((key_len, iv))
}

fn derive_key(
    algorithm: &AlgorithmIdentifierRef<'_>,
    key_len: usize,
    passphrase: Option<&SecretBytes>,
) -> Result<Zeroizing<Vec<u8>>, EncryptionError> {
    let mut key = Zeroizing::new(vec![0; key_len]);
    match algorithm.oid {
        PBKDF2 => pbkdf2(&parameters(algorithm)?, passphrase, &mut key)?,
        SCRYPT => scrypt(&parameters(algorithm)?, passphrase, &mut key)?,
        other => return Err(scheme(other)),
    }
    Ok(key)
}

fn check_key_len(stated: Option<u64>, key: &[u8]) -> Result<(), EncryptionError> {
    let is_wrong = stated.is_some_and(|stated| stated != key.len() as u64);
    if is_wrong {
        Err(EncryptionError::Malformed)
    } else {
        Ok(())
    }
}

fn pbkdf2(
    params: &Pbkdf2Params<'_>,
    passphrase: Option<&SecretBytes>,
    key: &mut [u8],
) -> Result<(), EncryptionError> {
    check_key_len(params.key_length, key)?;
    let rounds = params.iteration_count;
    if rounds > MAX_PBKDF2_ROUNDS {
        return Err(EncryptionError::Rounds {
            rounds,
            max: MAX_PBKDF2_ROUNDS,
        });
    }
    let rounds = u32::try_from(rounds)
        .ok()
        .filter(|rounds| *rounds > 0)
        .ok_or(EncryptionError::Malformed)?;
    if params
        .prf
        .and_then(|prf| prf.parameters)
        .is_some_and(|parameters| !parameters.is_null())
    {
        return Err(EncryptionError::Malformed);
    }
    let derive: fn(&[u8], &[u8], u32, &mut [u8]) =
        match params.prf.map_or(HMAC_WITH_SHA1, |prf| prf.oid) {
            HMAC_WITH_SHA1 => pbkdf2_hmac::<Sha1>,
            HMAC_WITH_SHA224 => pbkdf2_hmac::<Sha224>,
            HMAC_WITH_SHA256 => pbkdf2_hmac::<Sha256>,
            HMAC_WITH_SHA384 => pbkdf2_hmac::<Sha384>,
            HMAC_WITH_SHA512 => pbkdf2_hmac::<Sha512>,
            other => return Err(scheme(other)),
        };
    let passphrase = passphrase.ok_or(EncryptionError::PassphraseNeeded)?;
    derive(passphrase.expose(), params.salt.as_bytes(), rounds, key);
    Ok(())
}

fn scrypt(
    params: &ScryptParams<'_>,
    passphrase: Option<&SecretBytes>,
    key: &mut [u8],
) -> Result<(), EncryptionError> {
    check_key_len(params.key_length, key)?;
    let (n, r, p) = (params.cost, params.block_size, params.parallelization);
    if !n.is_power_of_two() || n == 1 || r == 0 || p == 0 {
        return Err(EncryptionError::Malformed);
    }
    // The table has N blocks. There are also p blocks of input and one working block.
    let bytes = n
        .saturating_add(p)
        .saturating_add(1)
        .saturating_mul(r)
        .saturating_mul(128);
    if bytes > MAX_SCRYPT_MEMORY {
        return Err(EncryptionError::Memory {
            bytes,
            max: MAX_SCRYPT_MEMORY,
        });
    }
    let rounds = n.saturating_mul(r).saturating_mul(p);
    if rounds > MAX_SCRYPT_ROUNDS {
        return Err(EncryptionError::Rounds {
            rounds,
            max: MAX_SCRYPT_ROUNDS,
        });
    }
    let narrow = |number| u32::try_from(number).map_err(|_| EncryptionError::Malformed);
    let log_n = u8::try_from(n.ilog2()).map_err(|_| EncryptionError::Malformed)?;
    let cost = scrypt::Params::new(log_n, narrow(r)?, narrow(p)?)
        .map_err(|_| EncryptionError::Malformed)?;
    let passphrase = passphrase
        .ok_or(EncryptionError::PassphraseNeeded)?
        .expose();
    scrypt::scrypt(passphrase, params.salt.as_bytes(), &cost, key)
        .map_err(|_| EncryptionError::Malformed)
}

/// Returns the length without the padding. Always reads 16 bytes, so the time does not depend on
/// the padding.
///
/// # Source
///
/// RFC 8018, 6.1.1, step 4.
fn unpadded_len(plaintext: &[u8]) -> Option<usize> {
    let padding = *plaintext.last()?;
    let mut is_good = !padding.ct_eq(&0) & !padding.ct_gt(&16);
    for (from_end, byte) in (1u8..=16).zip(plaintext.iter().rev()) {
        is_good &= from_end.ct_gt(&padding) | byte.ct_eq(&padding);
    }
    if bool::from(is_good) {
        plaintext.len().checked_sub(usize::from(padding))
    } else {
        None
    }
}

/// Returns whether `plaintext` is one DER value that begins with a version and an algorithm. Random
/// bytes do with probability 2^−40.
pub(super) fn begins_like_private_key_info(plaintext: &[u8]) -> bool {
    let Ok(info) = AnyRef::from_der(plaintext) else {
        return false;
    };
    let head = SliceReader::new(info.value())
        .and_then(|mut head| Ok((head.decode()?, head.decode::<AlgorithmIdentifierRef<'_>>()?)));
    info.tag() == Tag::Sequence && matches!(head, Ok((0u8 | 1, _)))
}

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

const PBES2: ObjectIdentifier = oid("1.2.840.113549.1.5.13");
const PBKDF2: ObjectIdentifier = oid("1.2.840.113549.1.5.12");
const SCRYPT: ObjectIdentifier = oid("1.3.6.1.4.1.11591.4.11");
const HMAC_WITH_SHA1: ObjectIdentifier = oid("1.2.840.113549.2.7");
const HMAC_WITH_SHA224: ObjectIdentifier = oid("1.2.840.113549.2.8");
const HMAC_WITH_SHA256: ObjectIdentifier = oid("1.2.840.113549.2.9");
const HMAC_WITH_SHA384: ObjectIdentifier = oid("1.2.840.113549.2.10");
const HMAC_WITH_SHA512: ObjectIdentifier = oid("1.2.840.113549.2.11");
const AES_128_CBC: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.2");
const AES_192_CBC: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.22");
const AES_256_CBC: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.42");

/// Names other encryption schemes of private keys: RFC 8018, A.3 and B; RFC 7292, C; RFC 5084.
const OTHER_SCHEMES: [(ObjectIdentifier, &str); 20] = [
    (oid("1.2.840.113549.1.5.1"), "pbeWithMD2AndDES-CBC"),
    (oid("1.2.840.113549.1.5.3"), "pbeWithMD5AndDES-CBC"),
    (oid("1.2.840.113549.1.5.4"), "pbeWithMD2AndRC2-CBC"),
    (oid("1.2.840.113549.1.5.6"), "pbeWithMD5AndRC2-CBC"),
    (oid("1.2.840.113549.1.5.10"), "pbeWithSHA1AndDES-CBC"),
    (oid("1.2.840.113549.1.5.11"), "pbeWithSHA1AndRC2-CBC"),
    (oid("1.2.840.113549.1.12.1.1"), "pbeWithSHAAnd128BitRC4"),
    (oid("1.2.840.113549.1.12.1.2"), "pbeWithSHAAnd40BitRC4"),
    (
        oid("1.2.840.113549.1.12.1.3"),
        "pbeWithSHAAnd3-KeyTripleDES-CBC",
    ),
    (
        oid("1.2.840.113549.1.12.1.4"),
        "pbeWithSHAAnd2-KeyTripleDES-CBC",
    ),
    (oid("1.2.840.113549.1.12.1.5"), "pbeWithSHAAnd128BitRC2-CBC"),
    (oid("1.2.840.113549.1.12.1.6"), "pbewithSHAAnd40BitRC2-CBC"),
    (oid("1.2.840.113549.2.12"), "hmacWithSHA512-224"),
    (oid("1.2.840.113549.2.13"), "hmacWithSHA512-256"),
    (oid("1.2.840.113549.3.2"), "rc2-cbc"),
    (oid("1.2.840.113549.3.7"), "des-ede3-cbc"),
    (oid("1.3.14.3.2.7"), "des-cbc"),
    (oid("2.16.840.1.101.3.4.1.6"), "aes-128-gcm"),
    (oid("2.16.840.1.101.3.4.1.26"), "aes-192-gcm"),
    (oid("2.16.840.1.101.3.4.1.46"), "aes-256-gcm"),
];

fn scheme(oid: ObjectIdentifier) -> EncryptionError {
    let name = OTHER_SCHEMES.iter().find(|(known, _)| *known == oid);
    EncryptionError::Scheme(name.map_or_else(|| oid.to_string(), |(_, name)| (*name).to_owned()))
}

#[cfg(test)]
mod tests {
    use der::Encode as _;
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::key_file::test_files::{passphrase, proptest_config, test_file};

    fn opened(der: &[u8]) -> Result<SecretBytes, EncryptionError> {
        open(der, Some(&passphrase()))
    }

    fn pbkdf2(params: &Pbkdf2Params<'_>) -> Vec<u8> {
        sealed(
            PBKDF2,
            &params.to_der().expect("DER"),
            AES_256_CBC,
            &[0; 16],
            &[0; 16],
        )
    }

    fn scrypt(cost: u64, block_size: u64, parallelization: u64) -> Vec<u8> {
        let salt = OctetStringRef::new(b"salt").expect("short");
        let params = ScryptParams {
            salt,
            cost,
            block_size,
            parallelization,
            key_length: None,
        };
        sealed(
            SCRYPT,
            &params.to_der().expect("DER"),
            AES_256_CBC,
            &[0; 16],
            &[0; 16],
        )
    }

    /// Builds an `EncryptedPrivateKeyInfo` with PBES2 from these parts.
    fn sealed(
        kdf: ObjectIdentifier,
        kdf_params: &[u8],
        cipher: ObjectIdentifier,
        iv: &[u8],
        encrypted: &[u8],
    ) -> Vec<u8> {
        let octets = |bytes| OctetStringRef::new(bytes).expect("short");
        let kdf_params = AnyRef::from_der(kdf_params).expect("DER");
        let pbes2 = Pbes2Params {
            key_derivation: AlgorithmIdentifierRef {
                oid: kdf,
                parameters: Some(kdf_params),
            },
            encryption: AlgorithmIdentifierRef {
                oid: cipher,
                parameters: Some(octets(iv).into()),
            },
        };
        let pbes2 = pbes2.to_der().expect("DER");
        let parameters = Some(AnyRef::from_der(&pbes2).expect("DER"));
        let algorithm = AlgorithmIdentifierRef {
            oid: PBES2,
            parameters,
        };
        Sealed {
            algorithm,
            encrypted: octets(encrypted),
        }
        .to_der()
        .expect("DER")
    }

    fn pbkdf2_params<'a>() -> Pbkdf2Params<'a> {
        let salt = OctetStringRef::new(b"salt").expect("short");
        Pbkdf2Params {
            salt,
            iteration_count: 1,
            key_length: None,
            prf: None,
        }
    }

    #[test]
    fn every_scheme_yields_the_key() {
        let (p256, rsa) = (test_file!("p256.der"), test_file!("rsa-2048.der"));
        for (name, file, plain) in [
            ("sha1", test_file!("p256-pbkdf2-sha1-aes256.der"), p256),
            ("sha224", test_file!("p256-pbkdf2-sha224-aes256.der"), p256),
            ("sha256", test_file!("p256-pbkdf2-sha256-aes256.der"), p256),
            ("sha384", test_file!("p256-pbkdf2-sha384-aes256.der"), p256),
            ("sha512", test_file!("p256-pbkdf2-sha512-aes256.der"), p256),
            ("aes128", test_file!("p256-pbkdf2-sha256-aes128.der"), p256),
            ("aes192", test_file!("p256-pbkdf2-sha256-aes192.der"), p256),
            ("one round", test_file!("p256-pbkdf2-one-round.der"), p256),
            ("scrypt", test_file!("p256-scrypt-aes256.der"), p256),
            ("cryptography", test_file!("rsa-2048-cryptography.der"), rsa),
        ] {
            assert!(looks_like(file) && !looks_like(plain), "{name}");
            assert_eq!(opened(file), Ok(SecretBytes::copy_of(plain)), "{name}");
            let other = SecretBytes::copy_of(b"TEST passphrasf");
            assert_eq!(
                open(file, Some(&other)),
                Err(EncryptionError::Passphrase),
                "{name}"
            );
            let empty = SecretBytes::copy_of(b"");
            assert_eq!(
                open(file, Some(&empty)),
                Err(EncryptionError::Passphrase),
                "{name}"
            );
        }
    }

    /// OpenSSL omits the default PRF and the key length; others write them.
    #[test]
    fn defaults_may_be_written() {
        let file = Sealed::from_der(test_file!("p256-pbkdf2-sha1-aes256.der")).expect("DER");
        let pbes2: Pbes2Params<'_> = parameters(&file.algorithm).expect("PBES2");
        let mut params: Pbkdf2Params<'_> = parameters(&pbes2.key_derivation).expect("PBKDF2");
        assert!(params.prf.is_none());
        let (_, iv) = aes_cbc(&pbes2.encryption).expect("AES");
        let mut reopened = |oid, prf_parameters, key_length| {
            params.prf = Some(AlgorithmIdentifierRef {
                oid,
                parameters: prf_parameters,
            });
            params.key_length = key_length;
            let params = params.to_der().expect("DER");
            opened(&sealed(
                PBKDF2,
                &params,
                AES_256_CBC,
                iv,
                file.encrypted.as_bytes(),
            ))
        };
        let plain = Ok(SecretBytes::copy_of(test_file!("p256.der")));
        assert_eq!(
            reopened(HMAC_WITH_SHA1, Some(AnyRef::NULL), Some(32)),
            plain
        );
        assert_eq!(reopened(HMAC_WITH_SHA1, None, None), plain);
        assert_eq!(
            reopened(HMAC_WITH_SHA1, None, Some(16)),
            Err(EncryptionError::Malformed)
        );
        let zero = Some(AnyRef::new(Tag::Integer, &[0]).expect("short"));
        assert_eq!(
            reopened(HMAC_WITH_SHA1, zero, None),
            Err(EncryptionError::Malformed)
        );
        assert_eq!(
            reopened(HMAC_WITH_SHA256, None, None),
            Err(EncryptionError::Passphrase)
        );
        assert_eq!(
            reopened(PBES2, None, None),
            Err(EncryptionError::Scheme(PBES2.to_string()))
        );
    }

    /// No passphrase helps, so none is asked for.
    #[test]
    fn an_unsupported_prf_is_named_without_a_passphrase() {
        let mut params = pbkdf2_params();
        params.prf = Some(AlgorithmIdentifierRef {
            oid: PBES2,
            parameters: None,
        });
        assert_eq!(
            open(&pbkdf2(&params), None),
            Err(EncryptionError::Scheme(PBES2.to_string()))
        );
    }

    #[test]
    fn other_schemes_are_named() {
        for (name, file) in [
            ("pbeWithMD5AndDES-CBC", test_file!("p256-pbes1-des.der")),
            (
                "pbeWithSHAAnd3-KeyTripleDES-CBC",
                test_file!("p256-pkcs12-3des.der"),
            ),
            ("des-ede3-cbc", test_file!("p256-pbes2-des3.der")),
        ] {
            assert!(looks_like(file), "{name}");
            assert_eq!(opened(file), Err(EncryptionError::Scheme(name.to_owned())));
        }
        let unknown = sealed(oid("1.2.3"), &[5, 0], AES_256_CBC, &[0; 16], &[0; 16]);
        assert_eq!(
            opened(&unknown),
            Err(EncryptionError::Scheme("1.2.3".to_owned()))
        );
    }

    #[test]
    fn what_takes_too_long_or_too_much_is_refused_at_once() {
        let params = |iteration_count| {
            pbkdf2(&Pbkdf2Params {
                iteration_count,
                ..pbkdf2_params()
            })
        };
        for rounds in [MAX_PBKDF2_ROUNDS + 1, u64::from(u32::MAX) + 1, u64::MAX] {
            let error = EncryptionError::Rounds {
                rounds,
                max: MAX_PBKDF2_ROUNDS,
            };
            assert_eq!(opened(&params(rounds)), Err(error));
        }
        assert_eq!(opened(&params(0)), Err(EncryptionError::Malformed));
        for (n, r, p, bytes) in [
            (1 << 17, 8, 1, (1 << 27) + 2048),
            (2, 1 << 18, 1, 1 << 27),
            (2, 1, 1 << 20, (1 << 27) + 384),
            (2, 1 << 31, 1 << 31, u64::MAX),
            (1 << 63, u64::MAX, u64::MAX, u64::MAX),
        ] {
            let error = EncryptionError::Memory {
                bytes,
                max: MAX_SCRYPT_MEMORY,
            };
            assert_eq!(opened(&scrypt(n, r, p)), Err(error));
        }
        for (n, r, p) in [(1 << 16, 8, 17), (1 << 10, 8, 1025)] {
            let error = EncryptionError::Rounds {
                rounds: n * r * p,
                max: MAX_SCRYPT_ROUNDS,
            };
            assert_eq!(opened(&scrypt(n, r, p)), Err(error));
        }
        for (n, r, p) in [(0, 8, 1), (1, 8, 1), (3, 8, 1), (2, 0, 1), (2, 8, 0)] {
            assert_eq!(opened(&scrypt(n, r, p)), Err(EncryptionError::Malformed));
        }
        assert_eq!(
            opened(&scrypt(2, 1, 1)),
            Err(EncryptionError::Passphrase),
            "the builder builds good files"
        );
        assert_eq!(
            opened(&params(1)),
            Err(EncryptionError::Passphrase),
            "the builder builds good files"
        );
    }

    #[test]
    fn lengths_that_cannot_be_are_malformed() {
        let params = pbkdf2_params().to_der().expect("DER");
        let file =
            |iv: &[u8], encrypted: &[u8]| sealed(PBKDF2, &params, AES_128_CBC, iv, encrypted);
        for (iv, encrypted) in [(15, 16), (17, 16), (16, 0), (16, 15), (16, 17)] {
            let file = file(&vec![0; iv], &vec![0; encrypted]);
            assert_eq!(
                opened(&file),
                Err(EncryptionError::Malformed),
                "{iv} {encrypted}"
            );
        }
    }

    /// RFC 8018, 6.1.1: 1 to 8 bytes, for AES 1 to 16, each equal to their number.
    #[test]
    fn padding_is_taken_off_whole_or_not_at_all() {
        for padding in 1u8..=16 {
            let mut block = [0xff; 32];
            block[32 - usize::from(padding)..].fill(padding);
            assert_eq!(unpadded_len(&block), Some(32 - usize::from(padding)));
            block[32 - usize::from(padding)] ^= 0x80;
            assert_eq!(unpadded_len(&block), None, "{padding}");
        }
        assert_eq!(unpadded_len(&[0; 16]), None);
        assert_eq!(unpadded_len(&[17; 32]), None);
        assert_eq!(unpadded_len(&[]), None);
    }

    #[test]
    fn what_is_cut_off_or_goes_on_is_malformed() {
        let file = test_file!("p256-pbkdf2-sha256-aes256.der");
        for len in 0..file.len() {
            assert_eq!(
                opened(&file[..len]),
                Err(EncryptionError::Malformed),
                "{len}"
            );
        }
        assert_eq!(
            opened(&[file, &[0]].concat()),
            Err(EncryptionError::Malformed)
        );
    }

    proptest! {
        #![proptest_config(proptest_config())]

        #[test]
        fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..400), iv: [u8; 16]) {
            prop_assert!(opened(&bytes).is_err());
            let params = pbkdf2_params().to_der().expect("DER");
            prop_assert!(opened(&sealed(PBKDF2, &params, AES_256_CBC, &iv, &bytes)).is_err());
        }

        #[test]
        fn no_parameters_make_it_panic(log_n in 20..64u32, any_n: u64, r: u64, p: u64, more: u64) {
            prop_assert!(opened(&scrypt(1 << log_n, r, p)).is_err());
            prop_assert!(opened(&scrypt(any_n | 1 << 20, r, p)).is_err());
            let iteration_count = MAX_PBKDF2_ROUNDS.saturating_add(more | 1);
            let params = Pbkdf2Params { iteration_count, ..pbkdf2_params() };
            prop_assert!(opened(&pbkdf2(&params)).is_err());
        }
    }
}
