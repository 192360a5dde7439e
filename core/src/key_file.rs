//! Key files: the form of a file, and the keys in it.
//!
//! [`Form::of`] recognises the form of a file, supported or not. Each supported form has one reader. It
//! returns each key as an [`UncheckedKey`]: the numbers or octets as they are in the file. This module
//! checks no key: [`key_material`](crate::key_material) does.

mod alias;
mod base64_text;
mod carried;
mod certificate;
mod cipher;
mod ec_parameters;
mod element;
mod encrypted_pem;
mod encrypted_pkcs8;
mod encryption;
mod error;
mod escapes;
mod form;
mod hash;
mod java_key_store;
mod json_values;
mod jwk;
mod jwk_error;
mod keys_read;
mod mnemonic;
mod octets;
mod open_pgp;
mod open_ssh;
mod other_key_store;
mod password;
mod pbes2;
mod pem;
mod pem_text;
mod pkcs1;
mod pkcs12;
mod pkcs12_kdf;
mod pkcs8;
mod recognition;
mod rsa_xml;
mod rsa_xml_error;
mod format_note;
mod scheme;
mod scheme_name;
mod sec1;
mod selection;
mod source_format;
mod ssh_key;
mod ssh_wire;
#[cfg(test)]
pub(crate) mod test_files;
mod test_key_line;
mod text;
mod text_layer;
mod unchecked_key;
mod version;
mod windows_blob;
mod wrapped_in_json;

use core::ops::RangeInclusive;

pub use alias::Alias;
pub(crate) use ec_parameters::{curve_of, curve_order, sm2_domain};
pub use encryption::EncryptionError;
pub use error::{MAX_LEN, MAX_STORE_LEN, ReadError, ReadErrorClass};
pub use form::{Form, JavaStoreType, OtherStoreType};
pub use format_note::FormatNote;
pub use jwk_error::JwkError;
pub use keys_read::{KeyProvenance, KeysRead};
pub(crate) use octets::decoded_len;
pub use rsa_xml_error::RsaXmlError;
pub use source_format::{Encoding, SourceFormat};
pub use test_key_line::TEST_KEY_LINE;
pub(crate) use text::lookalike;
pub use text::{LikelyEncoding, MaterialFormat};
pub use text_layer::{EntryName, KeyPlace, LineRange, MemberPath, TextLayer};
pub use unchecked_key::{RsaNumbers, UncheckedKey};
pub(crate) use wrapped_in_json::WrappedInJson;

use crate::secret::SecretBytes;
use carried::{Carried, Found, armoured_octets};
use recognition::{Content, Source};

/// The options for reading a key file.
#[derive(Debug, Clone)]
pub struct ReadAs<'a> {
    /// The encoding of the octets of a key, if the file is nothing else; `None` recognises the form.
    pub format: Option<MaterialFormat>,
    /// The file lengths in bytes at which the file is the octets of a key, even if it resembles
    /// another form. JSON Web Keys and Java key stores are exceptions.
    pub octets: Option<RangeInclusive<usize>>,
    /// The passphrase of an encrypted key.
    pub passphrase: Option<&'a SecretBytes>,
    /// The name of the key, for a file with several.
    pub alias: Option<&'a str>,
}

/// Reads the keys of a file.
///
/// A file of unknown form is read as the octets of a key.
///
/// # Errors
///
/// [`ReadError`]; `Malformed` if the file has the form of a key but invalid contents.
pub fn read(file: &SecretBytes, read_as: &ReadAs<'_>) -> Result<KeysRead, ReadError> {
    if file.is_empty() {
        return Err(ReadError::Empty);
    }
    let max_len = match java_key_store::store_type(file.expose()) {
        Some(_) => MAX_STORE_LEN,
        None => MAX_LEN,
    };
    if file.len() > max_len {
        return Err(ReadError::TooLong);
    }
    let (alias, passphrase) = (read_as.alias, read_as.passphrase);
    let as_octets = |format| Source::of_octets(format).read(file, passphrase, alias);
    if let Some(format) = read_as.format {
        return as_octets(format);
    }
    let has_length = |bytes: &SecretBytes| {
        let lengths = read_as.octets.as_ref();
        lengths.is_some_and(|lengths| lengths.contains(&bytes.len()))
    };
    let source = Source::of(file.expose(), alias);
    if !source.is_certain() && has_length(file) {
        return as_octets(MaterialFormat::Raw);
    }
    match Found::of(file.expose()) {
        Found::Direct => match armoured_octets(file.expose()).filter(has_length) {
            Some(octets) => {
                let octets = Source::of_octets(MaterialFormat::Raw).read(&octets, None, alias)?;
                Ok(octets.carried(KeyPlace(vec![TextLayer::Armour]), file))
            }
            None => source.read(file, passphrase, alias),
        },
        Found::One(carried) => {
            let alias = alias.filter(|alias| !carried.has_alias(alias));
            carried.read(file, passphrase, alias)
        }
        Found::Several(mut all) => {
            let names: Vec<_> = all.iter().map(|carried| Some(carried.alias())).collect();
            let at = selection::select(&names, alias)?;
            all.swap_remove(at).read(file, passphrase, None)
        }
    }
}

/// Returns whether `file` is hex, base64 or UTF-16 of a key file.
pub(crate) fn is_encoded(file: &[u8]) -> bool {
    let Found::One(carried) = Found::of(file) else {
        return false;
    };
    matches!(
        carried.place.0.first(),
        Some(TextLayer::Utf16 | TextLayer::Hex | TextLayer::Base64)
    )
}

impl Source<'_> {
    /// Reads the keys of `file`, whose form this is.
    fn read(
        self,
        file: &SecretBytes,
        passphrase: Option<&SecretBytes>,
        alias: Option<&str>,
    ) -> Result<KeysRead, ReadError> {
        // The key of a PEM file is selected already, and a key store selects its own.
        let is_one_key = self.pem.is_none() && !self.format.form.is_key_store();
        if self.content.is_ok() && is_one_key {
            selection::select(&[None], alias)?;
        }
        let keys = self.content.and_then(|content| match content {
            Content::Octets(format) => octets::read(file, format),
            Content::Jwk(text) => jwk::read(text),
            Content::RsaXml(text) => rsa_xml::read(text),
            Content::JavaKeyStore(store_type) => {
                java_key_store::read(file.expose(), store_type, alias, passphrase)
            }
            Content::OpenSsh(block) => open_ssh::read(block.expose(), passphrase),
            Content::EncryptedPkcs8(element) => encrypted_pkcs8::read(&element, passphrase),
            Content::EncryptedPem(block) => encrypted_pem::read(&block, passphrase),
            Content::Pkcs12(element) => pkcs12::read(&element, passphrase, alias),
            Content::Pkcs8(element) => pkcs8::read(element),
            Content::Pkcs1(element) => pkcs1::read(&element),
            Content::Sec1(element) => sec1::read(&element),
        });
        let keys = match self.pem {
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
}

impl Carried {
    /// Reads the key, which is inside `file`.
    fn read(
        self,
        file: &SecretBytes,
        passphrase: Option<&SecretBytes>,
        alias: Option<&str>,
    ) -> Result<KeysRead, ReadError> {
        let source = Source::of(self.contents.expose(), alias);
        let keys = source.read(&self.contents, passphrase, alias)?;
        Ok(keys.carried(self.place, file))
    }

    /// Returns the name that selects this key: that of its entry, or its place.
    fn alias(&self) -> Alias {
        Alias(self.place.name())
    }

    fn has_alias(&self, alias: &str) -> bool {
        selection::select(&[Some(self.alias())], Some(alias)).is_ok()
    }
}

/// Returns the names that select the keys of `file`, as far as they are readable without a
/// passphrase. There are none if the form has none, or if the only key has none.
pub fn aliases(file: &[u8]) -> Vec<Alias> {
    let in_file = |file: &[u8]| match Source::of(file, None).content {
        Ok(Content::JavaKeyStore(store_type)) => java_key_store::aliases(file, store_type),
        Err(ReadError::AliasNeeded(names)) => names,
        Ok(Content::Pkcs12(element)) => pkcs12::aliases(&element),
        Ok(_) | Err(_) => Vec::new(),
    };
    match Found::of(file) {
        Found::Direct => in_file(file),
        Found::One(carried) => in_file(carried.contents.expose()),
        Found::Several(all) => {
            let given: Vec<_> = all.iter().map(|carried| Some(carried.alias())).collect();
            alias::names(&given)
        }
    }
}

/// Reads a PKCS#8 key in DER or BER, with no more than a few zeros after it.
///
/// # Errors
///
/// [`ReadError`]; `NotPkcs8` for a private key in another form.
pub fn read_pkcs8(bytes: &SecretBytes) -> Result<KeysRead, ReadError> {
    let source = Source::of(bytes.expose(), None);
    let not_pkcs8 = ReadError::NotPkcs8(source.format);
    if source.format.encoding == Encoding::Pem {
        return Err(not_pkcs8);
    }
    match source.content? {
        Content::Pkcs8(element) => pkcs8::read(element),
        Content::Pkcs1(element) | Content::Sec1(element) => {
            Err(version::wrong_version(element.der()).unwrap_or(not_pkcs8))
        }
        Content::EncryptedPkcs8(_)
        | Content::EncryptedPem(_)
        | Content::Pkcs12(_)
        | Content::Jwk(_)
        | Content::OpenSsh(_)
        | Content::RsaXml(_) => Err(not_pkcs8),
        Content::JavaKeyStore(_) => Err(ReadError::Unsupported(source.format.form)),
        Content::Octets(_) => Err(ReadError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_files::{passphrase, test_file};

    /// Reads a file whose length is, or is not, that of a raw key.
    fn read_with_length(file: &[u8], is_length: bool) -> Result<UncheckedKey, ReadError> {
        let read_as = ReadAs {
            format: None,
            octets: is_length.then_some(file.len()..=file.len()),
            passphrase: Some(&passphrase()),
            alias: None,
        };
        read(&SecretBytes::copy_of(file), &read_as)?.take_one()
    }

    /// AES-KWP pads with up to seven zeros.
    #[test]
    fn a_few_zeros_after_a_key_are_noted() {
        for (what, key) in [
            ("PKCS#8", test_file!("p256.der")),
            ("PKCS#1", &test_file!("rsa-2048.der")[26..]),
            ("encrypted", test_file!("p256-pbkdf2-one-round.der")),
            ("PKCS#12", test_file!("p256-openssl-plain.p12")),
        ] {
            for count in 0..=8 {
                let read_as = ReadAs {
                    format: None,
                    octets: None,
                    passphrase: Some(&passphrase()),
                    alias: None,
                };
                let file = SecretBytes::new([key, &vec![0; count]].concat());
                let notes = read(&file, &read_as).map(|keys| {
                    let is_tail = |note: &FormatNote| matches!(note, FormatNote::ZeroTail(_));
                    keys.notes.into_iter().filter(is_tail).collect::<Vec<_>>()
                });
                let expected = match count {
                    0 => Ok(Vec::new()),
                    1..=7 => Ok(vec![FormatNote::ZeroTail(count)]),
                    _ => Err(ReadError::TrailingBytes { count }),
                };
                assert_eq!(notes, expected, "{what} {count}");
            }
        }
    }

    #[test]
    fn an_encoded_file_is_told_from_a_key_between_other_text() {
        let hex = crate::hex::encode(test_file!("p256.der"));
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let member = format!("{{\"key\":\"{hex}\"}}");
        for (file, expected) in [
            (hex.clone().into_bytes(), true),
            (wide(&hex), true),
            (hex.as_bytes()[1..].to_vec(), false),
            (test_file!("p256.der").to_vec(), false),
            (test_file!("p256.openssh").to_vec(), false),
            (member.into_bytes(), false),
        ] {
            assert_eq!(is_encoded(&file), expected, "{file:?}");
        }
    }

    #[test]
    fn a_file_as_long_as_a_raw_key_is_one_unless_its_form_is_certain() {
        let pem = der::pem::encode_string(
            "PRIVATE KEY",
            der::pem::LineEnding::LF,
            test_file!("p256.der"),
        );
        for (what, file, is_certain) in [
            ("DER", test_file!("p256.der"), false),
            ("PEM", pem.expect("PEM").as_bytes(), false),
            ("JSON", br#"{"a":"b"}"#, false),
            ("JWK", test_file!("oct.jwk"), true),
            ("JKS", test_file!("p256.jks"), true),
            ("JCEKS", test_file!("p256.jceks"), true),
        ] {
            let is_octets = |is_length| {
                let key = read_with_length(file, is_length);
                matches!(key, Ok(UncheckedKey::Octets(octets)) if octets.expose() == file)
            };
            assert_eq!(is_octets(true), !is_certain, "{what}");
            assert!(!is_octets(false), "{what}");
        }
    }
}
