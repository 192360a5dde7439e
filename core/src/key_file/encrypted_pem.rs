//! Private keys that OpenSSL encrypted in its older form: a PEM block with the header `DEK-Info`.

use md5::{Digest as _, Md5};
use zeroize::Zeroizing;

use super::{
    cipher::CbcCipher, element::TailedElement, encryption::EncryptionError, error::ReadError,
    form::Form, format_note::FormatNote, keys_read::KeysRead, pkcs1, pkcs8, sec1, version,
};
use crate::{hex, pem::DekInfo, secret::SecretBytes};

/// The length of the salt in bytes: the beginning of the initialization vector.
const SALT_LEN: usize = 8;
/// The length of the name of a cipher that is repeated in an error.
const MAX_NAME_LEN: usize = 40;

/// A block that is encrypted as a whole.
#[derive(Debug)]
pub(super) struct EncryptedBlock<'a> {
    pub(super) dek_info: DekInfo<'a>,
    pub(super) ciphertext: SecretBytes,
}

/// Decrypts a block, and reads the key in it: PKCS#1, SEC1 or PKCS#8.
///
/// Nothing authenticates the block: a wrong passphrase shows as invalid padding or an invalid key.
///
/// # Source
///
/// RFC 1421, 4.6.1.3; OpenSSL, `PEM_do_header` and `EVP_BytesToKey`.
pub(super) fn read(
    block: &EncryptedBlock<'_>,
    passphrase: Option<&SecretBytes>,
) -> Result<KeysRead, ReadError> {
    let encryption = |error| ReadError::encryption(Form::EncryptedPem, error);
    let cipher = cipher(block.dek_info.algorithm).map_err(encryption)?;
    let iv = hex::decode_lenient(block.dek_info.parameter)
        .filter(|iv| iv.len() == cipher.block_len())
        .ok_or_else(|| encryption(EncryptionError::Malformed))?;
    let ciphertext = block.ciphertext.expose();
    cipher.check_len(ciphertext).map_err(encryption)?;
    let passphrase = passphrase.ok_or(ReadError::PassphraseNeeded)?;
    let salt = iv.get(..SALT_LEN).unwrap_or_default();
    let key = derived_key(passphrase.expose(), salt, cipher.key_len());
    let opened = cipher.decrypt(&key, &iv, ciphertext).map_err(encryption)?;
    let element = TailedElement::of(opened.expose()).filter(|element| element.tail_len == 0);
    let form = element
        .as_ref()
        .and_then(|element| version::form(element.der()));
    let keys = match (element, form) {
        (Some(element), Some(Form::Pkcs1)) => pkcs1::read(&element),
        (Some(element), Some(Form::Sec1)) => sec1::read(&element),
        (Some(element), Some(Form::Pkcs8)) => pkcs8::read(element),
        _ => Err(encryption(EncryptionError::Passphrase)),
    };
    let mut keys = keys?;
    keys.form.is_encrypted = true;
    keys.notes
        .push(FormatNote::WeakEncryption(weak_name(cipher)));
    Ok(keys)
}

/// Returns the cipher with this name.
fn cipher(name: &str) -> Result<CbcCipher, EncryptionError> {
    let upper = name.to_ascii_uppercase();
    Ok(match upper.as_str() {
        "AES-128-CBC" => CbcCipher::Aes128,
        "AES-192-CBC" => CbcCipher::Aes192,
        "AES-256-CBC" => CbcCipher::Aes256,
        "DES-EDE3-CBC" => CbcCipher::TripleDes,
        _ => {
            let name = name.chars().take(MAX_NAME_LEN).collect();
            return Err(EncryptionError::Scheme(name));
        }
    })
}

const fn weak_name(cipher: CbcCipher) -> &'static str {
    match cipher {
        CbcCipher::Aes128 => "AES-128-CBC with one round of MD5",
        CbcCipher::Aes192 => "AES-192-CBC with one round of MD5",
        CbcCipher::Aes256 => "AES-256-CBC with one round of MD5",
        CbcCipher::TripleDes | CbcCipher::TwoKeyTripleDes => "DES-EDE3-CBC with one round of MD5",
    }
}

/// Derives a key: one MD5 for each 16 bytes.
fn derived_key(passphrase: &[u8], salt: &[u8], len: usize) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(Vec::with_capacity(len + 16));
    while key.len() < len {
        let start = key.len().saturating_sub(16);
        let mut hash = Md5::new();
        hash.update(key.get(start..).unwrap_or_default());
        hash.update(passphrase);
        hash.update(salt);
        let block = Zeroizing::new(<[u8; 16]>::from(hash.finalize()));
        key.extend_from_slice(&*block);
    }
    key.truncate(len);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_file::{
        ReadAs, read,
        test_files::{numbers_of, passphrase, same_key, test_file},
    };

    fn opened(file: &[u8], passphrase: Option<&SecretBytes>) -> Result<KeysRead, ReadError> {
        let read_as = ReadAs {
            format: None,
            octets: None,
            passphrase,
            alias: None,
        };
        read(&SecretBytes::copy_of(file), &read_as)
    }

    #[test]
    fn every_cipher_yields_the_key() {
        for (file, weak) in [
            (
                test_file!("p256-aes128.pem"),
                "AES-128-CBC with one round of MD5",
            ),
            (
                test_file!("p256-aes192.pem"),
                "AES-192-CBC with one round of MD5",
            ),
            (
                test_file!("p256-aes256.pem"),
                "AES-256-CBC with one round of MD5",
            ),
            (
                test_file!("p256-des3.pem"),
                "DES-EDE3-CBC with one round of MD5",
            ),
        ] {
            let mut keys = opened(file, Some(&passphrase())).expect(weak);
            assert_eq!(keys.notes, [FormatNote::WeakEncryption(weak)]);
            assert_eq!(keys.form.to_string(), "encrypted SEC1 PEM");
            let key = keys.take_one().expect("a key");
            assert!(
                same_key(&key, &numbers_of(test_file!("p256.der"))),
                "{weak}"
            );
            assert_eq!(
                opened(file, None).expect_err("refused"),
                ReadError::PassphraseNeeded
            );
            for wrong in ["TEST passphrasf", "", "TEST passphrase "] {
                let wrong = SecretBytes::copy_of(wrong.as_bytes());
                assert_eq!(
                    opened(file, Some(&wrong)).expect_err("refused"),
                    ReadError::encryption(Form::EncryptedPem, EncryptionError::Passphrase)
                );
            }
        }
    }

    /// A block as OpenSSL writes it, with AES-256.
    fn encrypted(label: &str, der: &[u8]) -> String {
        use aes::cipher::{Block, BlockModeEncrypt as _, KeyIvInit as _};
        let iv = [7; 16];
        let key = derived_key(passphrase().expose(), &iv[..SALT_LEN], 32);
        let padding = 16 - der.len() % 16;
        let padding = vec![u8::try_from(padding).expect("small"); padding];
        let mut blocks = [der, &padding].concat();
        let (whole, _) = Block::<aes::Aes256>::slice_as_chunks_mut(&mut blocks);
        cbc::Encryptor::<aes::Aes256>::new_from_slices(&key, &iv)
            .expect("lengths of AES-256")
            .encrypt_blocks(whole);
        let pem = der::pem::encode_string(label, der::pem::LineEnding::LF, &blocks).expect("PEM");
        let headers = format!(
            "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,{}\n\n",
            "07".repeat(16)
        );
        pem.replacen("-----\n", &headers, 1)
    }

    #[test]
    fn every_form_of_a_key_is_read() {
        let (rsa, p256) = (test_file!("rsa-2048.der"), test_file!("p256.der"));
        for (label, der, whole, form) in [
            ("RSA PRIVATE KEY", &rsa[26..], rsa, "encrypted PKCS#1 PEM"),
            ("PRIVATE KEY", p256, p256, "encrypted PKCS#8 PEM"),
            ("PRIVATE KEY", rsa, rsa, "encrypted PKCS#8 PEM"),
        ] {
            let pem = encrypted(label, der);
            let mut keys = opened(pem.as_bytes(), Some(&passphrase())).expect(form);
            assert_eq!(keys.form.to_string(), form);
            assert!(same_key(
                &keys.take_one().expect("a key"),
                &numbers_of(whole)
            ));
        }
        // Something else in a block can come from a wrong passphrase.
        let other = encrypted("PRIVATE KEY", &[0x30, 3, 2, 1, 0]);
        assert_eq!(
            opened(other.as_bytes(), Some(&passphrase())).expect_err("refused"),
            ReadError::encryption(Form::EncryptedPem, EncryptionError::Passphrase)
        );
    }

    #[test]
    fn faults_of_the_header_are_found_without_a_passphrase() {
        let file = str::from_utf8(test_file!("p256-aes256.pem")).expect("text");
        let refused = |from: &str, to: &str| {
            assert!(file.contains(from), "{from}");
            opened(file.replace(from, to).as_bytes(), None).expect_err("refused")
        };
        let encryption = |error| ReadError::encryption(Form::EncryptedPem, error);
        let scheme = |name: &str| encryption(EncryptionError::Scheme(name.to_owned()));
        assert_eq!(refused("AES-256-CBC", "DES-CBC"), scheme("DES-CBC"));
        assert_eq!(
            refused("AES-256-CBC", &"X".repeat(50)),
            scheme(&"X".repeat(40))
        );
        let malformed = encryption(EncryptionError::Malformed);
        assert_eq!(refused("AES-256-CBC", "DES-EDE3-CBC"), malformed);
        assert_eq!(refused("AES-256-CBC,", "AES-256-CBC,0"), malformed);
        assert_eq!(
            refused("AES-256-CBC,", "AES-256-CBC"),
            ReadError::DamagedPem
        );
        assert_eq!(refused("DEK-Info", "Dek-Info"), ReadError::DamagedPem);
        assert_eq!(
            refused("AES-256-CBC", "aes-256-cbc"),
            ReadError::PassphraseNeeded
        );
        for line_break in ["\r\n", " ", "\n  "] {
            let file = file.replace('\n', line_break);
            opened(file.as_bytes(), Some(&passphrase())).expect("the key");
        }
    }
}
