//! PEM files: the one private key in them, and what lies beside it.

use super::{Foreign, KeyMaterialError};
use crate::secret::SecretBytes;

/// The blocks of a PEM file that matter here.
pub(super) struct PemFile<'a> {
    /// What the block says the key is.
    pub(super) label: KeyLabel,
    key: Block<'a>,
    /// The certificates, DER, in their order.
    pub(super) certificates: Vec<Vec<u8>>,
}

/// The labels of private keys that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyLabel {
    Pkcs8,
    EncryptedPkcs8,
    Pkcs1,
    Sec1,
    OpenSsh,
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
const PRIVATE_KEY: &str = "PRIVATE KEY";

/// Finds the one private key in PEM text; `None` if it is no PEM.
///
/// Text between the blocks is passed over, and so are blocks of other kinds beside the key: `EC
/// PARAMETERS`, which `openssl ecparam -genkey` writes before the key that repeats them, or `DH
/// PARAMETERS`, which servers keep there.
pub(super) fn read(file: &[u8]) -> Option<Result<PemFile<'_>, KeyMaterialError>> {
    let text = core::str::from_utf8(file).ok()?;
    let blocks = blocks(text);
    if blocks.is_empty() { None } else { Some(select(&blocks)) }
}

impl PemFile<'_> {
    /// The block of the key, as it stands in the file.
    pub(super) fn text(&self) -> &str {
        self.key.text
    }

    /// What the block of the key holds.
    pub(super) fn key(&self) -> Result<SecretBytes, KeyMaterialError> {
        decode(&self.key).map(SecretBytes::new)
    }
}

/// A block from its first dash to its last, and its label.
#[derive(Clone, Copy)]
struct Block<'a> {
    label: &'a str,
    text: &'a str,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, from_begin)) = split_before(rest, BEGIN) {
        let label = from_begin.strip_prefix(BEGIN).and_then(|label| label.split_once(DASHES));
        let (Some((label, _)), Some((before_end, from_end))) = (label, split_before(from_begin, END)) else {
            break;
        };
        let end = from_end.strip_prefix(END).and_then(|end| end.find(DASHES));
        let Some(end_len) = end.map(|at| END.len() + at + DASHES.len()) else { break };
        let text = from_begin.get(..before_end.len() + end_len).unwrap_or_default();
        blocks.push(Block { label, text });
        rest = from_end.get(end_len..).unwrap_or_default();
    }
    blocks
}

fn split_before<'a>(text: &'a str, marker: &str) -> Option<(&'a str, &'a str)> {
    text.find(marker).map(|at| text.split_at(at))
}

fn select<'a>(blocks: &[Block<'a>]) -> Result<PemFile<'a>, KeyMaterialError> {
    let keys: Vec<Block<'a>> =
        blocks.iter().filter(|block| block.label.ends_with(PRIVATE_KEY)).copied().collect();
    let certificates = blocks.iter().filter(|block| Foreign::of_label(block.label) == Foreign::Certificate);
    match keys.as_slice() {
        [] => {
            let named = blocks.iter().map(|block| Foreign::of_label(block.label));
            let told = named.clone().find(|foreign| *foreign != Foreign::OtherPem);
            Err(told.unwrap_or(Foreign::OtherPem).into())
        }
        [key] => {
            let label = label(key)?;
            let certificates = certificates.map(decode).collect::<Result<_, _>>()?;
            Ok(PemFile { label, key: *key, certificates })
        }
        several => Err(KeyMaterialError::SeveralKeys(several.len())),
    }
}

fn label(key: &Block<'_>) -> Result<KeyLabel, KeyMaterialError> {
    match key.label {
        "PRIVATE KEY" => Ok(KeyLabel::Pkcs8),
        "ENCRYPTED PRIVATE KEY" => Ok(KeyLabel::EncryptedPkcs8),
        "RSA PRIVATE KEY" => Ok(KeyLabel::Pkcs1),
        "EC PRIVATE KEY" => Ok(KeyLabel::Sec1),
        "OPENSSH PRIVATE KEY" => Ok(KeyLabel::OpenSsh),
        "RSA-PSS PRIVATE KEY" => Err(KeyMaterialError::RsaPss),
        "DSA PRIVATE KEY" => Err(KeyMaterialError::Algorithm("DSA".to_owned())),
        _ => Err(Foreign::OtherPem.into()),
    }
}

fn decode(block: &Block<'_>) -> Result<Vec<u8>, KeyMaterialError> {
    if block.text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(KeyMaterialError::Foreign(Foreign::EncryptedPem));
    }
    let (_, der) = der::pem::decode_vec(block.text.as_bytes()).map_err(|_| KeyMaterialError::Malformed)?;
    Ok(der)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nAAEC\n-----END PRIVATE KEY-----\n";
    const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nAwQF\n-----END CERTIFICATE-----\n";

    fn error(text: &str) -> KeyMaterialError {
        read(text.as_bytes()).expect("PEM").and_then(|file| file.key()).map(|_| ()).expect_err("refused")
    }

    #[test]
    fn one_key_is_found_among_certificates_and_remarks() {
        let text = format!("subject=/CN=x\n{CERTIFICATE}\n{KEY}# note\n{CERTIFICATE}");
        let file = read(text.as_bytes()).expect("PEM").expect("one key");
        let key = file.key().expect("base64");
        assert_eq!(
            (file.label, file.text(), key.expose()),
            (KeyLabel::Pkcs8, KEY.trim_end(), &[0, 1, 2][..])
        );
        assert_eq!(file.certificates, [[3, 4, 5], [3, 4, 5]]);
    }

    #[test]
    fn what_is_not_one_key_is_told_apart() {
        assert_eq!(error(&format!("{KEY}{KEY}")), KeyMaterialError::SeveralKeys(2));
        assert_eq!(error(CERTIFICATE), KeyMaterialError::Foreign(Foreign::Certificate));
        let public = KEY.replace("PRIVATE", "PUBLIC");
        assert_eq!(error(&public), KeyMaterialError::Foreign(Foreign::PublicKey));
        let dsa = KEY.replace("PRIVATE", "DSA PRIVATE");
        assert_eq!(error(&dsa), KeyMaterialError::Algorithm("DSA".to_owned()));
        let parameters = KEY.replace("PRIVATE KEY", "EC PARAMETERS");
        assert_eq!(error(&parameters), KeyMaterialError::Foreign(Foreign::OtherPem));
        assert_eq!(error(&format!("{parameters}{public}")), KeyMaterialError::Foreign(Foreign::PublicKey));
        assert_eq!(error(&format!("{KEY}{dsa}")), KeyMaterialError::SeveralKeys(2));
        let older = KEY.replace("\nAAEC", "\nProc-Type: 4,ENCRYPTED\n\nAAEC");
        assert_eq!(error(&older), KeyMaterialError::Foreign(Foreign::EncryptedPem));
        assert_eq!(error(&KEY.replace("AAEC", "AA!C")), KeyMaterialError::Malformed);
    }

    #[test]
    fn what_is_cut_off_is_no_pem() {
        for text in
            ["", "-----BEGIN", "-----BEGIN PRIVATE KEY-----\nAAEC", "-----BEGIN PRIVATE KEY-----\n-----END P"]
        {
            assert!(read(text.as_bytes()).is_none(), "{text:?}");
        }
    }
}
