//! The form of AWS's own import tokens, as far as any were seen.

use der::{
    Decode as _, Reader as _,
    asn1::{AnyRef, ObjectIdentifier},
};

/// The bytes that tokens of AWS KMS begin with: base64 `AQECAHg`.
const HEADER: [u8; 5] = [1, 1, 2, 0, 0x78];
/// RFC 5652, 8.
const ID_ENCRYPTED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6");
/// The number of bytes before the length of the body: the header and an opaque id.
const LENGTH_AT: usize = HEADER.len() + 32;

/// Returns the length in bytes of the body of a token in AWS's known form: a header, an opaque id of
/// 32 bytes, the big-endian length of the rest, and a CMS `EncryptedData`. `None` in any other form.
pub(super) fn body_len(token: &[u8]) -> Option<usize> {
    let (head, rest) = token.split_at_checked(LENGTH_AT)?;
    let (len, body) = rest.split_first_chunk::<4>()?;
    let is_whole = usize::try_from(u32::from_be_bytes(*len)) == Ok(body.len());
    (is_whole && head.starts_with(&HEADER) && is_encrypted_data(body)).then_some(body.len())
}

/// RFC 5652, 3 and 8: `ContentInfo` with `id-encryptedData`.
fn is_encrypted_data(body: &[u8]) -> bool {
    let content_type = AnyRef::from_der(body).and_then(|content_info| {
        content_info.sequence(|reader| {
            let content_type = reader.decode::<ObjectIdentifier>()?;
            reader.decode::<AnyRef<'_>>()?;
            Ok::<_, der::Error>(content_type)
        })
    });
    content_type == Ok(ID_ENCRYPTED_DATA)
}
