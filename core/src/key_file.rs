//! Key files: which form a file has, and which keys stand in it.
//!
//! A file is opened in three steps. [`Form::of`] recognises its form, whether keys of that form are read
//! or not. The one reader of that form takes the keys out. What comes out is [`UncheckedKey`]: numbers
//! and octets as the file has them. Nothing here judges a key: that is
//! [`key_material`](crate::key_material)'s part.

mod ec_parameters;
mod element;
mod encrypted_pkcs8;
mod encryption;
mod error;
mod form;
mod jwk;
mod jwk_error;
mod keys_read;
mod mnemonic;
mod octets;
mod open_pgp;
mod open_ssh;
mod pem;
mod pkcs1;
mod pkcs8;
mod recognition;
mod remark;
mod sec1;
mod source_format;
mod ssh_key;
mod ssh_wire;
#[cfg(test)]
pub(crate) mod test_files;
mod text;
mod unchecked_key;
mod version;

use core::ops::RangeInclusive;

pub(crate) use ec_parameters::{curve_order, sm2_domain};
pub use encryption::EncryptionError;
pub use error::{MAX_LEN, ReadError, ReadErrorClass};
pub use form::Form;
pub use jwk_error::JwkError;
pub use keys_read::{Alias, KeyProvenance, KeysRead, TEST_KEY_LINE};
pub use remark::Remark;
pub use source_format::{Encoding, SourceFormat};
pub(crate) use text::lookalike;
pub use text::{Lookalike, MaterialFormat};
pub use unchecked_key::{RsaNumbers, UncheckedKey};

use crate::secret::SecretBytes;
use recognition::{Content, Source};

/// How a file is to be read.
#[derive(Debug, Clone)]
pub struct ReadAs<'a> {
    /// How the octets of a key are written, where the file is nothing else; `None` recognises the form.
    pub format: Option<MaterialFormat>,
    /// The lengths in bytes of which a file is taken for the octets of a key, whatever it resembles;
    /// a JSON Web Key alone is never so taken.
    pub octets: Option<RangeInclusive<usize>>,
    /// What opens an encrypted key.
    pub passphrase: Option<&'a SecretBytes>,
}

/// Reads the keys of a file.
///
/// A file of no form that is recognised is taken for the octets of a key.
///
/// # Errors
///
/// [`ReadError`]; `Malformed` where the file has the form but not the contents of a key.
pub fn read(file: &SecretBytes, read_as: &ReadAs<'_>) -> Result<KeysRead, ReadError> {
    if file.is_empty() {
        return Err(ReadError::Empty);
    }
    if file.len() > MAX_LEN {
        return Err(ReadError::TooLong);
    }
    let is_octets = |lengths: &RangeInclusive<usize>| lengths.contains(&file.len());
    let source = match read_as.format {
        Some(format) => Source::of_octets(format),
        None => match Source::of(file.expose()) {
            jwk if jwk.format.form == Form::Jwk => jwk,
            _ if read_as.octets.as_ref().is_some_and(is_octets) => {
                Source::of_octets(MaterialFormat::Raw)
            }
            source => source,
        },
    };
    let keys = source.content.and_then(|content| match content {
        Content::Octets(format) => octets::read(file, format),
        Content::Jwk(text) => jwk::read(text),
        Content::OpenSsh(block) => open_ssh::read(block.expose(), read_as.passphrase),
        Content::EncryptedPkcs8(element) => encrypted_pkcs8::read(&element, read_as.passphrase),
        Content::Pkcs8(element) => pkcs8::read(element),
        Content::Pkcs1(element) => pkcs1::read(&element),
        Content::Sec1(element) => sec1::read(&element),
    });
    let keys = match source.pem {
        Some(pem) => keys
            .and_then(|keys| pem.describe(keys))
            .map_err(ReadError::in_pem),
        None => keys,
    };
    Ok(KeysRead {
        provenance: KeyProvenance::of(file.expose()),
        ..keys?
    })
}

/// Reads a key in PKCS#8, in DER or BER, with no more than a few zeros after it, and nothing else.
///
/// # Errors
///
/// [`ReadError`]; `NotPkcs8` for a key in another form.
pub fn read_pkcs8(bytes: &SecretBytes) -> Result<KeysRead, ReadError> {
    let source = Source::of(bytes.expose());
    let not_pkcs8 = ReadError::NotPkcs8(source.format);
    if source.format.encoding == Encoding::Pem {
        return Err(not_pkcs8);
    }
    match source.content? {
        Content::Pkcs8(element) => pkcs8::read(element),
        Content::Pkcs1(element) | Content::Sec1(element) => {
            Err(version::wrong_version(element.der()).unwrap_or(not_pkcs8))
        }
        Content::EncryptedPkcs8(_) | Content::Jwk(_) | Content::OpenSsh(_) => Err(not_pkcs8),
        Content::Octets(_) => Err(ReadError::Malformed),
    }
}
