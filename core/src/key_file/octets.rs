//! The octets of a key, raw or encoded as text.

use super::{
    error::ReadError,
    form::Form,
    keys_read::KeysRead,
    source_format::SourceFormat,
    text::{MaterialFormat, marked},
    unchecked_key::UncheckedKey,
};
use crate::{secret::SecretBytes, text_encoding};

/// Reads the octets of a key from `file`, which is encoded in `format`. Text can be in UTF-16, or begin
/// with a byte order mark.
///
/// # Errors
///
/// [`ReadError::NotWrittenAs`].
pub(super) fn read(file: &SecretBytes, format: MaterialFormat) -> Result<KeysRead, ReadError> {
    let Some(octets) = decoded(file, format) else {
        let looks_like = marked(file);
        return Err(ReadError::NotWrittenAs { format, looks_like });
    };
    let form = SourceFormat::plain(Form::Raw, format.encoding());
    Ok(KeysRead::one(UncheckedKey::Octets(octets), form))
}

/// Returns the number of octets in `file`, which is text in `format`.
pub(crate) fn decoded_len(file: &SecretBytes, format: MaterialFormat) -> Option<usize> {
    decoded(file, format).map(|octets| octets.len())
}

fn decoded(file: &SecretBytes, format: MaterialFormat) -> Option<SecretBytes> {
    let utf16 = match format {
        MaterialFormat::Raw => None,
        MaterialFormat::Hex | MaterialFormat::Base64 => text_encoding::from_utf16(file.expose()),
    };
    let text = SecretBytes::copy_of(match (&utf16, format) {
        (Some(text), _) => text.expose(),
        (None, MaterialFormat::Raw) => file.expose(),
        (None, MaterialFormat::Hex | MaterialFormat::Base64) => {
            text_encoding::without_mark(file.expose())
        }
    });
    format.decode(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_octets_that_text_stands_for_are_counted() {
        let len = |file: &[u8], format| decoded_len(&SecretBytes::copy_of(file), format);
        assert_eq!(len(b"00ff01", MaterialFormat::Hex), Some(3));
        assert_eq!(len(b"\xef\xbb\xbf00ff", MaterialFormat::Hex), Some(2));
        assert_eq!(len(b"AAECAw==", MaterialFormat::Base64), Some(4));
        assert_eq!(len(b"0", MaterialFormat::Hex), None);
    }
}
