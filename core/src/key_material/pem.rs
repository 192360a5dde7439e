//! PEM files of private keys: the one key in them, and its companions.

use super::{Foreign, KeyMaterialError};
use crate::{
    pem::{self, Block},
    secret::SecretBytes,
};

/// The relevant blocks of a PEM file.
pub(super) struct PemFile<'a> {
    key: Block<'a>,
    /// The certificates in DER, in their order.
    pub(super) certificates: Vec<SecretBytes>,
}

const PRIVATE_KEY: &str = "PRIVATE KEY";

/// Finds the one private key in PEM text. Returns `None` if it is not PEM.
///
/// Ignores text between the blocks, and blocks of other kinds beside the key: `EC PARAMETERS`,
/// which `openssl ecparam -genkey` writes before the key that repeats them, or `DH PARAMETERS`,
/// which servers keep there.
pub(super) fn read(file: &[u8]) -> Option<Result<PemFile<'_>, KeyMaterialError>> {
    let blocks = pem::blocks(file);
    if blocks.is_empty() {
        None
    } else {
        Some(select(&blocks))
    }
}

impl<'a> PemFile<'a> {
    /// Returns the format that the label of the block names.
    pub(super) const fn label(&self) -> &'a str {
        self.key.label
    }

    /// Returns the contents of the block.
    pub(super) fn key(&self) -> Result<SecretBytes, KeyMaterialError> {
        if self.key.is_encrypted() {
            return Err(KeyMaterialError::Foreign(Foreign::EncryptedPem));
        }
        decode(&self.key)
    }
}

fn select<'a>(blocks: &[Block<'a>]) -> Result<PemFile<'a>, KeyMaterialError> {
    let keys: Vec<Block<'a>> = blocks
        .iter()
        .filter(|block| block.label.ends_with(PRIVATE_KEY))
        .copied()
        .collect();
    let certificates = blocks
        .iter()
        .filter(|block| Foreign::of_label(block.label) == Foreign::Certificate);
    match keys.as_slice() {
        [] => {
            let named = blocks.iter().map(|block| Foreign::of_label(block.label));
            let told = named.clone().find(|foreign| *foreign != Foreign::OtherPem);
            Err(told.unwrap_or(Foreign::OtherPem).into())
        }
        [key] => {
            check_label(key)?;
            let certificates = certificates.map(decode).collect::<Result<_, _>>()?;
            Ok(PemFile {
                key: *key,
                certificates,
            })
        }
        several => Err(KeyMaterialError::SeveralKeys(several.len())),
    }
}

/// Refuses what is never imported. For the rest, the contents decide.
fn check_label(key: &Block<'_>) -> Result<(), KeyMaterialError> {
    match key.label {
        "RSA-PSS PRIVATE KEY" => Err(KeyMaterialError::RsaPss),
        "DSA PRIVATE KEY" => Err(KeyMaterialError::Algorithm("DSA".to_owned())),
        _ => Ok(()),
    }
}

fn decode(block: &Block<'_>) -> Result<SecretBytes, KeyMaterialError> {
    block.decode().ok_or(KeyMaterialError::DamagedPem)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nAAEC\n-----END PRIVATE KEY-----\n";
    const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nAwQF\n-----END CERTIFICATE-----\n";

    fn error(text: &str) -> KeyMaterialError {
        read(text.as_bytes())
            .expect("PEM")
            .and_then(|file| file.key())
            .map(|_| ())
            .expect_err("refused")
    }

    #[test]
    fn one_key_is_found_among_certificates_and_remarks() {
        let text = format!("subject=/CN=x\n{CERTIFICATE}\n{KEY}# note\n{CERTIFICATE}");
        let file = read(text.as_bytes()).expect("PEM").expect("one key");
        let key = file.key().expect("base64");
        assert_eq!(
            (file.label(), key.expose()),
            ("PRIVATE KEY", &[0, 1, 2][..])
        );
        let certificates = file
            .certificates
            .iter()
            .map(|certificate| certificate.expose().to_vec());
        assert_eq!(certificates.collect::<Vec<_>>(), [[3, 4, 5], [3, 4, 5]]);
    }

    #[test]
    fn what_is_not_one_key_is_told_apart() {
        assert_eq!(
            error(&format!("{KEY}{KEY}")),
            KeyMaterialError::SeveralKeys(2)
        );
        assert_eq!(
            error(CERTIFICATE),
            KeyMaterialError::Foreign(Foreign::Certificate)
        );
        let public = KEY.replace("PRIVATE", "PUBLIC");
        assert_eq!(
            error(&public),
            KeyMaterialError::Foreign(Foreign::PublicKey)
        );
        let dsa = KEY.replace("PRIVATE", "DSA PRIVATE");
        assert_eq!(error(&dsa), KeyMaterialError::Algorithm("DSA".to_owned()));
        let parameters = KEY.replace("PRIVATE KEY", "EC PARAMETERS");
        assert_eq!(
            error(&parameters),
            KeyMaterialError::Foreign(Foreign::OtherPem)
        );
        assert_eq!(
            error(&format!("{parameters}{public}")),
            KeyMaterialError::Foreign(Foreign::PublicKey)
        );
        assert_eq!(
            error(&format!("{KEY}{dsa}")),
            KeyMaterialError::SeveralKeys(2)
        );
        let older = KEY.replace("\nAAEC", "\nProc-Type: 4,ENCRYPTED\n\nAAEC");
        assert_eq!(
            error(&older),
            KeyMaterialError::Foreign(Foreign::EncryptedPem)
        );
        assert_eq!(
            error(&KEY.replace("AAEC", "AA!C")),
            KeyMaterialError::DamagedPem
        );
    }

    #[test]
    fn what_is_cut_off_is_damaged_once_it_has_begun() {
        for text in ["", "-----BEGIN", "-----BEGIN PRIVATE KEY"] {
            assert!(read(text.as_bytes()).is_none(), "{text:?}");
        }
        for text in [
            "-----BEGIN PRIVATE KEY-----\nAAEC",
            "-----BEGIN PRIVATE KEY-----\n-----END P",
        ] {
            for text in [text.to_owned(), format!("{CERTIFICATE}{text}")] {
                assert_eq!(error(&text), KeyMaterialError::DamagedPem, "{text:?}");
            }
            assert_eq!(
                error(&format!("{KEY}{text}")),
                KeyMaterialError::SeveralKeys(2)
            );
        }
        assert_eq!(
            error(&format!("{KEY}{}", &CERTIFICATE[..30])),
            KeyMaterialError::DamagedPem
        );
    }
}
