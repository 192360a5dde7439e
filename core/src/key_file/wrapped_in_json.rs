//! JSON with a wrapped key, as the command line of an HSM prints it. It is only recognised.

use super::{base64_text, json_values, text_layer::MemberPath};
use crate::{secret::SecretBytes, text_encoding};

/// The minimum length of a wrapped key, in bytes: one RSA block of 1024 bits.
const MIN_LEN: usize = 128;

/// A wrapped key in a JSON document.
#[derive(Debug)]
pub(crate) struct WrappedInJson {
    /// The path of the value.
    pub(crate) path: MemberPath,
    /// True if the value is base64 with the alphabet of URLs.
    pub(crate) is_url_safe: bool,
    /// The wrapped key.
    pub(crate) blob: SecretBytes,
}

impl WrappedInJson {
    /// Finds the only value whose name says that it is a wrapped key.
    ///
    /// # Source
    ///
    /// AWS CloudHSM CLI, `key wrap`: `data.wrapped_key_data`, in base64. Other programs call it
    /// `wrapped_key` or `wrappedKey`.
    pub(crate) fn named(file: &[u8]) -> Option<Self> {
        Self::find(file, |path| {
            let name = path.rsplit(['.', '[']).next().unwrap_or_default();
            let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
            name.to_ascii_lowercase().contains("wrapped")
        })
    }

    /// Finds the only value that can be a wrapped key.
    pub(crate) fn any(file: &[u8]) -> Option<Self> {
        Self::named(file).or_else(|| Self::find(file, |_| true))
    }

    fn find(file: &[u8], is_meant: impl Fn(&str) -> bool) -> Option<Self> {
        let utf16 = text_encoding::from_utf16(file);
        let text = utf16
            .as_ref()
            .map_or_else(|| text_encoding::without_mark(file), SecretBytes::expose);
        let values = json_values::values(text)?.into_iter();
        let mut found = values
            .filter(|value| is_meant(value.path.as_str()) && value.path.is_short())
            .filter_map(|value| {
                let text = value.contents.expose();
                let blob = base64_text::decode(text).filter(is_possible)?;
                Some(Self {
                    path: value.path,
                    is_url_safe: text.iter().any(|byte| matches!(byte, b'-' | b'_')),
                    blob,
                })
            });
        found.next().filter(|_| found.next().is_none())
    }
}

/// Returns whether bytes can be the output of a cipher: neither text nor a structure in DER.
fn is_possible(blob: &SecretBytes) -> bool {
    let bytes = blob.expose();
    bytes.len() >= MIN_LEN
        && core::str::from_utf8(bytes).is_err()
        && !matches!(bytes, [0x30, 0x80..=0x84, ..])
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
    use serde_json::json;

    use super::*;
    use crate::key_file::Form;

    #[test]
    fn the_only_wrapped_key_is_found() {
        let blob: Vec<u8> = (0..=255).map(|byte: u8| byte.wrapping_mul(57)).collect();
        let (base64, url) = (
            Base64::encode_string(&blob),
            Base64UrlUnpadded::encode_string(&blob),
        );
        let cloud_hsm = json!({
            "error_code": 0,
            "data": {
                "payload_key_reference": "0x00000000001c08f1",
                "wrapping_key_reference": "0x00000000007008da",
                "wrapped_key_data": base64,
            },
        });
        for (document, path, is_url_safe) in [
            (cloud_hsm, ".data.wrapped_key_data", false),
            (
                json!({ "wrappedKey": url, "other": base64 }),
                ".wrappedKey",
                true,
            ),
            (
                json!({ "wrapped-key": base64 }),
                ".[\"wrapped-key\"]",
                false,
            ),
        ] {
            let found = WrappedInJson::any(document.to_string().as_bytes()).expect("a value");
            assert_eq!(found.path.as_str(), path);
            assert_eq!(found.is_url_safe, is_url_safe);
            assert_eq!(found.blob.expose(), blob);
            let form = Form::of(document.to_string().as_bytes());
            assert_eq!(form, Form::WrappedInJson, "{document}");
        }
        let other = json!({ "result": base64 }).to_string();
        assert!(WrappedInJson::named(other.as_bytes()).is_none());
        assert_eq!(Form::of(other.as_bytes()), Form::OtherJson);
        assert!(WrappedInJson::any(other.as_bytes()).is_some());
        for document in [
            json!({ "wrapped": base64, "wrapped_key": url }),
            json!({ "a": base64, "b": url }),
            json!({ "wrapped": Base64::encode_string(&blob[..127]) }),
            json!({ "wrapped": Base64::encode_string("text".repeat(40).as_bytes()) }),
            json!({}),
        ] {
            let found = WrappedInJson::any(document.to_string().as_bytes());
            assert!(found.is_none(), "{document}: {found:?}");
        }
    }
}
