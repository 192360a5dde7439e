//! PEM as people have it: RFC 7468, parsed as laxly as its section 3 permits.

use base64ct::{Base64, Encoding as _};
use zeroize::Zeroizing;

use crate::secret::SecretBytes;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
/// The header lines of a block that is encrypted as a whole; RFC 1421, 4.6.1.1.
const ENCRYPTED: &[u8] = b"Proc-Type: 4,ENCRYPTED";
/// The header line with the cipher of such a block; RFC 1421, 4.6.1.3.
const DEK_INFO: &[u8] = b"DEK-Info:";

/// The cipher of a block that is encrypted as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DekInfo<'a> {
    /// The name of the cipher.
    pub(crate) algorithm: &'a str,
    /// The initialization vector in hex digits.
    pub(crate) parameter: &'a str,
}

/// A block: the text between two boundary lines, and its label.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block<'a> {
    /// The label of the first line; empty if it is not text.
    pub(crate) label: &'a str,
    /// The text between the last block and this one.
    pub(crate) before: &'a [u8],
    /// The lines between the boundaries; `None` if the last boundary is missing or has another
    /// label.
    body: Option<&'a [u8]>,
}

/// Finds the blocks of a file, in order. A file without PEM has none.
///
/// Ignores the text around the blocks, in any encoding. An unterminated block counts, as the last
/// one.
pub(crate) fn blocks(file: &[u8]) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut rest = file;
    while let Some((before, after_begin)) = split_at(rest, BEGIN) {
        let Some((label, after_label)) = split_at(after_begin, DASHES) else {
            break;
        };
        let ends = split_at(after_label, END);
        let (body, after_end) =
            ends.map_or((None, &[][..]), |(body, end)| match split_at(end, DASHES) {
                Some((end_label, after_end)) => ((end_label == label).then_some(body), after_end),
                None => (None, &[][..]),
            });
        blocks.push(Block {
            label: core::str::from_utf8(label).unwrap_or_default(),
            before,
            body,
        });
        rest = after_end;
    }
    blocks
}

/// Splits at `marker`.
fn split_at<'a>(bytes: &'a [u8], marker: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes
        .windows(marker.len())
        .position(|window| window == marker)?;
    Some((bytes.get(..at)?, bytes.get(at + marker.len()..)?))
}

impl<'a> Block<'a> {
    /// Returns whether the block is encrypted in OpenSSL's older format, from before PKCS#8.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.body
            .is_some_and(|body| split_at(body, ENCRYPTED).is_some())
    }

    /// Returns the cipher of a block that is encrypted as a whole; `None` if its header names none.
    pub(crate) fn dek_info(&self) -> Option<DekInfo<'a>> {
        dek_info(self.body?).map(|(dek_info, _)| dek_info)
    }

    /// Returns the contents of the block; `None` if it is unterminated, or not base64 between its
    /// lines. An encrypted block has header lines before them.
    ///
    /// Lines can have any length, and white space around them: OpenSSL breaks them at 64
    /// characters, Java and `base64` at 76, others not at all.
    pub(crate) fn decode(&self) -> Option<SecretBytes> {
        let body = match self.body? {
            body if self.is_encrypted() => dek_info(body)?.1,
            body => body,
        };
        let mut text = Zeroizing::new(Vec::with_capacity(body.len()));
        text.extend(body.iter().filter(|byte| !is_white(**byte)));
        let mut bytes = Zeroizing::new(vec![0; text.len()]);
        // Constant time in the characters, which may be secret.
        Base64::decode(&*text, &mut bytes)
            .ok()
            .map(SecretBytes::copy_of)
    }
}

/// Returns the cipher that the header of an encrypted block names, and what follows the header. Its lines
/// can be joined, like those of the base64.
///
/// # Source
///
/// RFC 1421, 4.6.1.3.
fn dek_info(body: &[u8]) -> Option<(DekInfo<'_>, &[u8])> {
    let (_, value) = split_at(body, DEK_INFO)?;
    let value = value.trim_ascii_start();
    let comma = value.iter().position(|byte| *byte == b',')?;
    let (algorithm, rest) = value.split_at_checked(comma)?;
    let rest = rest.get(1..)?.trim_ascii_start();
    let end = rest.iter().position(|byte| is_white(*byte))?;
    let (parameter, contents) = rest.split_at_checked(end)?;
    let dek_info = DekInfo {
        algorithm: core::str::from_utf8(algorithm).ok()?,
        parameter: core::str::from_utf8(parameter).ok()?,
    };
    Some((dek_info, contents))
}

/// RFC 7468, 3: `W`.
const fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: &str = "-----BEGIN A KEY-----\nAAEC\nAwQF\n-----END A KEY-----\n";

    fn decoded(text: &[u8]) -> Vec<(&str, Option<Vec<u8>>)> {
        let bytes = |block: &Block<'_>| block.decode().map(|bytes| bytes.expose().to_vec());
        blocks(text)
            .iter()
            .map(|block| (block.label, bytes(block)))
            .collect()
    }

    #[test]
    fn lines_may_be_broken_anywhere_and_end_in_any_way() {
        for text in [
            BLOCK.to_owned(),
            BLOCK.trim_end().to_owned(),
            BLOCK.replace('\n', "\r\n"),
            BLOCK.replace('\n', "\r"),
            BLOCK.replace('\n', " \n"),
            BLOCK.replace('\n', "\n\n"),
            BLOCK.replace('\n', "\n    "),
            BLOCK.replace("C\nA", "CA"),
            BLOCK.replace("AAEC", "AA\nEC"),
            BLOCK.replace('\n', ""),
            format!("\u{feff}{BLOCK}"),
        ] {
            assert_eq!(
                decoded(text.as_bytes()),
                [("A KEY", Some(vec![0, 1, 2, 3, 4, 5]))],
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_surrounds_the_blocks_is_passed_over() {
        let second = BLOCK.replace("A KEY", "B");
        let text = [
            b"caf\xe9\n",
            BLOCK.as_bytes(),
            b"-- \xff -----END A KEY-----\n",
            second.as_bytes(),
        ];
        let bytes = Some(vec![0, 1, 2, 3, 4, 5]);
        assert_eq!(
            decoded(&text.concat()),
            [("A KEY", bytes.clone()), ("B", bytes)]
        );
    }

    #[test]
    fn what_is_damaged_is_a_block_that_holds_nothing() {
        for text in [
            BLOCK.replace("-----END A KEY-----", ""),
            BLOCK.replace("-----END A KEY-----", "-----END A"),
            BLOCK.replace("END A KEY", "END B KEY"),
            BLOCK.replace("AAEC", "AA!C"),
            BLOCK.replace("AAEC", "AAE"),
            BLOCK.replace("AwQF", "Aw="),
            BLOCK.replace("AwQF", "Aw==\nAAEC"),
            BLOCK.replace("AAEC", "Comment: none\n\nAAEC"),
        ] {
            assert_eq!(decoded(text.as_bytes()), [("A KEY", None)], "{text:?}");
        }
        for text in [
            "",
            "-----BEGIN",
            "-----BEGIN A KEY",
            "-----END A KEY-----",
            "AAEC",
        ] {
            assert_eq!(decoded(text.as_bytes()), [], "{text:?}");
        }
    }

    #[test]
    fn encryption_of_the_whole_block_is_told() {
        let is_encrypted = |text: &str| blocks(text.as_bytes()).iter().any(Block::is_encrypted);
        let encrypted = BLOCK.replace(
            "AAEC",
            "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAEC",
        );
        assert!(is_encrypted(&encrypted));
        assert!(!is_encrypted(BLOCK) && !is_encrypted(&format!("Proc-Type: 4,ENCRYPTED\n{BLOCK}")));
    }
}
