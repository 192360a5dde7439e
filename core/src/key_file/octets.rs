//! The octets of a key, as they are or written as text.

use super::{
    error::ReadError,
    form::Form,
    keys_read::KeysRead,
    source_format::SourceFormat,
    text::{MaterialFormat, marked},
    unchecked_key::UncheckedKey,
};
use crate::secret::SecretBytes;

/// Takes the octets of a key out of `file`, which is written in `format`.
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
