//! PEM files: the one private key in them, and what lies beside it.

use core::mem;

use zeroize::Zeroizing;

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

/// Whether there is the beginning of a block in a file.
pub(super) fn is_pem(file: &[u8]) -> bool {
    core::str::from_utf8(file).is_ok_and(|text| text.contains(BEGIN))
}

/// Finds the one private key in PEM text; `None` if there is no beginning of a block in it.
///
/// Text between the blocks is passed over, and so are blocks of other kinds beside the key: `EC
/// PARAMETERS`, which `openssl ecparam -genkey` writes before the key that repeats them, or `DH
/// PARAMETERS`, which servers keep there.
pub(super) fn read(file: &[u8]) -> Option<Result<PemFile<'_>, KeyMaterialError>> {
    let text = core::str::from_utf8(file).ok().filter(|text| text.contains(BEGIN))?;
    let (blocks, rest) = blocks(text);
    Some(match select(&blocks) {
        // The key is in what is cut off, perhaps.
        Err(KeyMaterialError::Foreign(_)) if rest.contains(BEGIN) => Err(KeyMaterialError::DamagedPem),
        outcome => outcome,
    })
}

impl PemFile<'_> {
    /// The block of the key, as it stands in the file.
    pub(super) fn text(&self) -> &str {
        self.key.text
    }

    /// What the block of the key holds.
    pub(super) fn key(&self) -> Result<SecretBytes, KeyMaterialError> {
        decode(&self.key)
    }
}

/// A block from its first dash to its last, and its label.
#[derive(Clone, Copy)]
struct Block<'a> {
    label: &'a str,
    text: &'a str,
}

/// The blocks of a text, and what comes after the last whole one.
fn blocks(text: &str) -> (Vec<Block<'_>>, &str) {
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
    (blocks, rest)
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
            let certificates = certificates.map(|block| Ok(decode(block)?.expose().to_vec()));
            let certificates = certificates.collect::<Result<_, KeyMaterialError>>()?;
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

/// The contents of a block; its lines may have any length, but all the same.
fn decode(block: &Block<'_>) -> Result<SecretBytes, KeyMaterialError> {
    if block.text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(KeyMaterialError::Foreign(Foreign::EncryptedPem));
    }
    contents(block.text.as_bytes()).ok_or(KeyMaterialError::DamagedPem)
}

/// What a block holds, from its first dash to its last.
pub(super) fn contents(text: &[u8]) -> Option<SecretBytes> {
    let mut decoder = der::pem::Decoder::new_detect_wrap(text).ok()?;
    let mut bytes = Zeroizing::new(vec![0; decoder.remaining_len()]);
    decoder.decode(&mut bytes).ok()?;
    decoder.is_finished().then(|| SecretBytes::new(mem::take(&mut *bytes)))
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
    fn lines_may_have_any_length() {
        let bytes: Vec<u8> = (0..100).collect();
        let base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BBQkNE\
                      RUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiYw==";
        for len in [16, 64, 76, base64.len()] {
            let lines: Vec<&str> =
                base64.as_bytes().chunks(len).map(|l| str::from_utf8(l).expect("ASCII")).collect();
            for end in ["\n", "\r\n"] {
                let text = KEY.replace("AAEC", &lines.join(end)).replace("-\n", &format!("-{end}"));
                let file = read(text.as_bytes()).expect("PEM").expect("one key");
                assert_eq!(file.key().expect("base64").expose(), bytes, "{len}");
            }
        }
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
        assert_eq!(error(&KEY.replace("AAEC", "AA!C")), KeyMaterialError::DamagedPem);
    }

    #[test]
    fn what_is_cut_off_is_damaged_once_it_has_begun() {
        for text in ["", "-----BEGIN"] {
            assert!(read(text.as_bytes()).is_none(), "{text:?}");
        }
        for text in ["-----BEGIN PRIVATE KEY-----\nAAEC", "-----BEGIN PRIVATE KEY-----\n-----END P"] {
            for text in [text.to_owned(), format!("{CERTIFICATE}{text}")] {
                assert_eq!(error(&text), KeyMaterialError::DamagedPem, "{text:?}");
            }
            assert!(read(format!("{KEY}{text}").as_bytes()).expect("PEM").is_ok(), "the key is whole");
        }
    }
}
