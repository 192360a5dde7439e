//! PEM files: the one private key in them, and what lies beside it.

use super::{Foreign, KeyMaterialError};
use crate::secret::SecretBytes;

/// The blocks of a PEM file that matter here.
pub(super) struct PemFile {
    /// What the block says the key is.
    pub(super) label: KeyLabel,
    /// The key, DER.
    pub(super) key: SecretBytes,
    /// The certificates, DER, in their order.
    pub(super) certificates: Vec<Vec<u8>>,
}

/// The labels of private keys that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyLabel {
    Pkcs8,
    Pkcs1,
    Sec1,
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// Finds the one private key in PEM text; `None` if it is no PEM.
///
/// Text between the blocks is passed over, and so are `EC PARAMETERS`, which
/// `openssl ecparam -genkey` writes before the key that repeats them.
pub(super) fn read(file: &[u8]) -> Option<Result<PemFile, KeyMaterialError>> {
    let text = core::str::from_utf8(file).ok()?;
    let blocks = blocks(text);
    if blocks.is_empty() { None } else { Some(select(&blocks)) }
}

/// A block from its first dash to its last, and its label.
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

fn select(blocks: &[Block<'_>]) -> Result<PemFile, KeyMaterialError> {
    let mut keys = Vec::new();
    let mut certificates = Vec::new();
    let mut foreign = None;
    for block in blocks {
        match block.label {
            "PRIVATE KEY" => keys.push((KeyLabel::Pkcs8, block)),
            "RSA PRIVATE KEY" => keys.push((KeyLabel::Pkcs1, block)),
            "EC PRIVATE KEY" => keys.push((KeyLabel::Sec1, block)),
            "CERTIFICATE" => certificates.push(decode(block)?),
            "EC PARAMETERS" => {}
            label => foreign = foreign.or(Some(other(label))),
        }
    }
    match (keys.as_slice(), foreign) {
        (_, Some(foreign)) => Err(KeyMaterialError::Foreign(foreign)),
        ([], None) if certificates.is_empty() => Err(KeyMaterialError::Foreign(Foreign::OtherPem)),
        ([], None) => Err(KeyMaterialError::Foreign(Foreign::Certificate)),
        ([(label, block)], None) => {
            Ok(PemFile { label: *label, key: SecretBytes::new(decode(block)?), certificates })
        }
        (several, None) => Err(KeyMaterialError::SeveralKeys(several.len())),
    }
}

fn other(label: &str) -> Foreign {
    match label {
        "ENCRYPTED PRIVATE KEY" => Foreign::EncryptedPkcs8,
        "OPENSSH PRIVATE KEY" => Foreign::OpenSsh,
        "PUBLIC KEY" | "RSA PUBLIC KEY" => Foreign::PublicKey,
        _ => Foreign::OtherPem,
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
        read(text.as_bytes()).expect("PEM").map(|_| ()).expect_err("refused")
    }

    #[test]
    fn one_key_is_found_among_certificates_and_remarks() {
        let text = format!("subject=/CN=x\n{CERTIFICATE}\n{KEY}# note\n{CERTIFICATE}");
        let file = read(text.as_bytes()).expect("PEM").expect("one key");
        assert_eq!((file.label, file.key.expose()), (KeyLabel::Pkcs8, &[0, 1, 2][..]));
        assert_eq!(file.certificates, [[3, 4, 5], [3, 4, 5]]);
    }

    #[test]
    fn what_is_not_one_key_is_told_apart() {
        assert_eq!(error(&format!("{KEY}{KEY}")), KeyMaterialError::SeveralKeys(2));
        assert_eq!(error(CERTIFICATE), KeyMaterialError::Foreign(Foreign::Certificate));
        let public = KEY.replace("PRIVATE", "PUBLIC");
        assert_eq!(error(&public), KeyMaterialError::Foreign(Foreign::PublicKey));
        let encrypted = KEY.replace("PRIVATE", "ENCRYPTED PRIVATE");
        assert_eq!(error(&encrypted), KeyMaterialError::Foreign(Foreign::EncryptedPkcs8));
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
