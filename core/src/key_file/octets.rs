//! The octets of a key, raw or encoded as text.

use super::{
    error::ReadError,
    form::Form,
    keys_read::KeysRead,
    source_format::SourceFormat,
    text::{MaterialFormat, marked},
    unchecked_key::UncheckedKey,
};
use crate::secret::SecretBytes;

/// Reads the octets of a key from `file`, which is encoded in `format`.
///
/// # Errors
///
/// [`ReadError::NotWrittenAs`].
pub(super) fn read(file: &SecretBytes, format: MaterialFormat) -> Result<KeysRead, ReadError> {
    let Some(octets) = format.decode(file) else {
        let looks_like = marked(file);
        return Err(ReadError::NotWrittenAs { format, looks_like });
    };
    let form = SourceFormat::plain(Form::Raw, format.encoding());
    Ok(KeysRead::one(UncheckedKey::Octets(octets), form))
}
