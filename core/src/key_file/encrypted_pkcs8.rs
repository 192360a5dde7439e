//! Encrypted PKCS#8 private keys.

use der::{Decode as _, Sequence, asn1::OctetStringRef};
use spki::AlgorithmIdentifierRef;

use super::{
    element::TailedElement, encryption::EncryptionError, error::ReadError, form::Form,
    format_note::FormatNote, keys_read::KeysRead, password::Password, pkcs8, scheme::Scheme,
    source_format::SourceFormat,
};
use crate::{blob::Blob, secret::SecretBytes};

/// RFC 5958, 3: `EncryptedPrivateKeyInfo`.
#[derive(Sequence)]
struct Sealed<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    encrypted: &'a OctetStringRef,
}

/// An encrypted private key, with a supported scheme.
#[derive(Debug)]
pub(super) struct EncryptedKey {
    pub(super) scheme: Scheme,
    ciphertext: Blob,
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
    let encryption = |error| ReadError::encryption(Form::EncryptedPkcs8, error);
    let key = EncryptedKey::of(sealed.der()).map_err(encryption)?;
    let passphrase = passphrase.ok_or(ReadError::PassphraseNeeded)?;
    let opened = key.open(&Password::of(passphrase)).map_err(encryption)?;
    let inner = TailedElement::of(opened.expose()).ok_or(ReadError::Malformed)?;
    let mut keys = pkcs8::read(inner)?;
    keys.form = SourceFormat {
        encoding: sealed.encoding,
        is_encrypted: true,
        ..keys.form
    };
    keys.notes.extend(sealed.zeros());
    let weak = key.scheme.weak_name();
    keys.notes.extend(weak.map(FormatNote::WeakEncryption));
    Ok(keys)
}

impl EncryptedKey {
    /// Reads an `EncryptedPrivateKeyInfo`.
    ///
    /// Reports a fault that does not depend on the passphrase before byok asks for the passphrase.
    ///
    /// # Errors
    ///
    /// [`EncryptionError`]; the limits are checked before any computation.
    ///
    /// # Source
    ///
    /// RFC 5958, 3; RFC 8018, 6.2 (PBES2); RFC 7292, C.
    pub(super) fn of(der: &[u8]) -> Result<Self, EncryptionError> {
        let sealed = Sealed::from_der(der).map_err(|_| EncryptionError::Malformed)?;
        let scheme = Scheme::of(&sealed.algorithm)?;
        let ciphertext = sealed.encrypted.as_bytes();
        scheme.check_len(ciphertext)?;
        Ok(Self {
            scheme,
            ciphertext: Blob::new(ciphertext.to_vec()),
        })
    }

    /// Decrypts the key, and returns the `PrivateKeyInfo` in it.
    ///
    /// CBC does not authenticate. A changed key fails the later checks if the file also contains its
    /// public key. Any other changed key may become another key.
    ///
    /// # Errors
    ///
    /// [`EncryptionError::Passphrase`].
    pub(super) fn open(&self, password: &Password) -> Result<SecretBytes, EncryptionError> {
        let ciphertext = self.ciphertext.as_bytes();
        self.scheme
            .decrypt(ciphertext, password, pkcs8::begins_like)
    }
}

#[cfg(test)]
mod tests {
    use der::{
        Encode as _, Tag,
        asn1::{AnyRef, ObjectIdentifier},
    };
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::key_file::{
        encryption::MAX_ROUNDS,
        pbes2::{
            MAX_SCRYPT_MEMORY, MAX_SCRYPT_ROUNDS, PBKDF2, Pbes2Params, Pbkdf2Params, SCRYPT,
            ScryptParams, parameters,
        },
        scheme::PBES2,
        test_files::{passphrase, proptest_config, test_file},
    };

    const AES_128_CBC: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.2");
    const AES_256_CBC: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.42");
    const HMAC_WITH_SHA1: ObjectIdentifier = oid("1.2.840.113549.2.7");
    const HMAC_WITH_SHA256: ObjectIdentifier = oid("1.2.840.113549.2.9");

    const fn oid(dotted: &str) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(dotted)
    }

    fn opened(der: &[u8]) -> Result<SecretBytes, EncryptionError> {
        open(der, &passphrase())
    }

    fn open(der: &[u8], passphrase: &SecretBytes) -> Result<SecretBytes, EncryptionError> {
        EncryptedKey::of(der)?.open(&Password::of(passphrase))
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
            ("PKCS#12", test_file!("p256-pkcs12-3des.der"), p256),
            ("PBES2 3DES", test_file!("p256-pbes2-des3.der"), p256),
        ] {
            assert!(looks_like(file) && !looks_like(plain), "{name}");
            assert_eq!(opened(file), Ok(SecretBytes::copy_of(plain)), "{name}");
            let other = SecretBytes::copy_of(b"TEST passphrasf");
            assert_eq!(
                open(file, &other),
                Err(EncryptionError::Passphrase),
                "{name}"
            );
            let empty = SecretBytes::copy_of(b"");
            assert_eq!(
                open(file, &empty),
                Err(EncryptionError::Passphrase),
                "{name}"
            );
        }
    }

    /// One wrong passphrase in 256 yields valid padding.
    #[test]
    fn valid_padding_alone_is_no_key() {
        let file = EncryptedKey::of(test_file!("p256-pbkdf2-one-round.der")).expect("DER");
        let mut with_padding = 0;
        for number in 0..2000 {
            let wrong = SecretBytes::copy_of(format!("TEST {number}").as_bytes());
            let Scheme::Pbes2(scheme) = &file.scheme else {
                panic!("PBES2");
            };
            let decrypted = scheme.decrypt(file.ciphertext.as_bytes(), &wrong);
            with_padding += usize::from(decrypted.is_ok());
            let opened = file.open(&Password::of(&wrong));
            assert_eq!(opened, Err(EncryptionError::Passphrase), "{number}");
        }
        assert!(with_padding > 0);
    }

    /// OpenSSL omits the default PRF and the key length; others write them.
    #[test]
    fn defaults_may_be_written() {
        let file = Sealed::from_der(test_file!("p256-pbkdf2-sha1-aes256.der")).expect("DER");
        let pbes2: Pbes2Params<'_> = parameters(&file.algorithm).expect("PBES2");
        let mut params: Pbkdf2Params<'_> = parameters(&pbes2.key_derivation).expect("PBKDF2");
        assert!(params.prf.is_none());
        let iv: &OctetStringRef = parameters(&pbes2.encryption).expect("an IV");
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
                iv.as_bytes(),
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
            EncryptedKey::of(&pbkdf2(&params)).map(|_| ()),
            Err(EncryptionError::Scheme(PBES2.to_string()))
        );
    }

    #[test]
    fn other_schemes_are_named() {
        let file = test_file!("p256-pbes1-des.der");
        let scheme = EncryptionError::Scheme("pbeWithMD5AndDES-CBC".to_owned());
        assert!(looks_like(file));
        assert_eq!(opened(file), Err(scheme));
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
        for rounds in [MAX_ROUNDS + 1, u64::from(u32::MAX) + 1, u64::MAX] {
            let error = EncryptionError::Rounds {
                rounds,
                max: MAX_ROUNDS,
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
                EncryptedKey::of(&file).err(),
                Some(EncryptionError::Malformed),
                "{iv} {encrypted}, without a passphrase"
            );
        }
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
            let iteration_count = MAX_ROUNDS.saturating_add(more | 1);
            let params = Pbkdf2Params { iteration_count, ..pbkdf2_params() };
            prop_assert!(opened(&pbkdf2(&params)).is_err());
        }
    }
}
