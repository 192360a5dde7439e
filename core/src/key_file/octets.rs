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

/// Takes all of `file` for the octets of a key.
pub(super) fn as_they_are(file: &SecretBytes) -> KeysRead {
    of(SecretBytes::copy_of(file.expose()), MaterialFormat::Raw)
}

/// Takes the octets of a key out of `file`, which is written in `format`.
///
/// # Errors
///
/// [`ReadError::NotWrittenAs`].
pub(super) fn decode(file: &SecretBytes, format: MaterialFormat) -> Result<KeysRead, ReadError> {
    match format.decode(file) {
        Some(octets) => Ok(of(octets, format)),
        None => Err(ReadError::NotWrittenAs {
            format,
            looks_like: marked(file),
        }),
    }
}

fn of(octets: SecretBytes, format: MaterialFormat) -> KeysRead {
    let form = SourceFormat::plain(Form::Raw, format.encoding());
    KeysRead::one(UncheckedKey::Octets(octets), form)
}
