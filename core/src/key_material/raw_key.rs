//! The lengths of raw keys, and the errors for a file that is not a raw key.

use core::ops::RangeInclusive;

use super::{bare_len::bare_len, error::MaterialError};
use crate::{
    compatibility::Rules,
    key_file::{Encoding, LikelyEncoding, MaterialFormat, ReadError, decoded_len, lookalike},
    key_spec::{Family, KeySpec},
    secret::SecretBytes,
};

/// The longest HMAC key that AWS KMS documents, in bytes.
///
/// # Source
///
/// AWS KMS Developer Guide, "Importing key material", requirements for imported key material.
const MAX_HMAC_LEN: usize = 128;

/// Returns the permitted lengths of raw material of `key_spec`, in bytes; the lowest is verified. `None`
/// for private keys.
///
/// # Errors
///
/// [`MaterialError::NotImportable`].
pub(super) fn lengths(
    key_spec: KeySpec,
    rules: Rules,
) -> Result<Option<RangeInclusive<usize>>, MaterialError> {
    must_be_imported(key_spec, rules)?;
    Ok(match key_spec.family() {
        Family::Symmetric => Some(rules.symmetric_len()..=rules.symmetric_len()),
        Family::Hmac { len } => Some(len..=MAX_HMAC_LEN),
        Family::Rsa { .. } | Family::Ec(_) | Family::Ed25519 | Family::NotImportable => None,
    })
}

/// Checks that AWS KMS imports keys of `key_spec`.
pub(super) fn must_be_imported(key_spec: KeySpec, rules: Rules) -> Result<(), MaterialError> {
    if rules.imports(key_spec) {
        Ok(())
    } else {
        Err(MaterialError::NotImportable(key_spec))
    }
}

/// Checks the length of octets that came in `encoding`.
///
/// # Errors
///
/// [`MaterialError::WrongLength`].
pub(super) fn check_length(
    octets: &SecretBytes,
    key_spec: KeySpec,
    lengths: &RangeInclusive<usize>,
    encoding: Encoding,
) -> Result<(), MaterialError> {
    if lengths.contains(&octets.len()) {
        Ok(())
    } else {
        Err(wrong_length(octets, key_spec, lengths, encoding))
    }
}

/// Returns the error for octets of a wrong length, with their likely format. Decoded octets have none,
/// because it would not be that of the file.
pub(super) fn wrong_length(
    octets: &SecretBytes,
    key_spec: KeySpec,
    lengths: &RangeInclusive<usize>,
    encoding: Encoding,
) -> MaterialError {
    let looks_like = if encoding == Encoding::Raw {
        lookalike(octets, lengths)
    } else {
        None
    };
    MaterialError::WrongLength {
        key_spec,
        len: octets.len(),
        expected: lengths.clone(),
        looks_like,
    }
}

/// Checks that an HMAC key is not longer than its hash because it is encoded text, or because a line end
/// follows it. AWS KMS may accept such a key permanently. `MaterialFormat::Raw` skips this check, and so
/// does the permission for weak material.
///
/// # Errors
///
/// [`MaterialError::NotDecoded`].
pub(super) fn check_decoded(
    file: &SecretBytes,
    key_spec: KeySpec,
    lengths: &RangeInclusive<usize>,
) -> Result<(), MaterialError> {
    let (len, exact) = (file.len(), *lengths.start());
    let looks_like = match lookalike(file, &(exact..=exact)) {
        Some(looks_like) if len > exact => looks_like,
        Some(_) | None => return Ok(()),
    };
    match looks_like {
        LikelyEncoding::BitsForBytes | LikelyEncoding::Der => Ok(()),
        LikelyEncoding::Hex(_)
        | LikelyEncoding::Base64(_)
        | LikelyEncoding::TrailingNewline
        | LikelyEncoding::TrailingCrLf
        | LikelyEncoding::ByteOrderMark(_)
        | LikelyEncoding::Utf16(_)
        | LikelyEncoding::Mangled(_) => Err(MaterialError::NotDecoded {
            key_spec,
            len,
            expected: lengths.clone(),
            looks_like,
        }),
    }
}

/// Returns the error for `file`, which is not a private key, where one of `wanted` was expected.
pub(super) fn no_private_key(file: &SecretBytes, wanted: Option<KeySpec>) -> ReadError {
    let looks_like = lookalike(file, &(0..=0));
    let text_len = match looks_like {
        Some(LikelyEncoding::Hex(len) | LikelyEncoding::Base64(len)) => len,
        Some(LikelyEncoding::ByteOrderMark(Some(format)) | LikelyEncoding::Utf16(Some(format))) => {
            decoded_len(file, format).unwrap_or(file.len())
        }
        Some(
            LikelyEncoding::TrailingNewline
            | LikelyEncoding::TrailingCrLf
            | LikelyEncoding::ByteOrderMark(None)
            | LikelyEncoding::Utf16(None)
            | LikelyEncoding::Mangled(_)
            | LikelyEncoding::BitsForBytes
            | LikelyEncoding::Der,
        )
        | None => file.len(),
    };
    match wanted {
        None if text_len <= MAX_HMAC_LEN => ReadError::KeySpecNeeded {
            len: file.len(),
            looks_like,
        },
        None => ReadError::Unreadable { looks_like },
        Some(key_spec) => bare_format(file, looks_like, key_spec)
            .map_or(ReadError::Unreadable { looks_like }, |format| {
                bare_key(key_spec, format)
            }),
    }
}

/// Returns the encoding in which `file` has the length of a private key without a structure.
fn bare_format(
    file: &SecretBytes,
    looks_like: Option<LikelyEncoding>,
    key_spec: KeySpec,
) -> Option<MaterialFormat> {
    let bare_len = bare_len(key_spec)?;
    if file.len() == bare_len {
        return Some(MaterialFormat::Raw);
    }
    (looks_like == Some(LikelyEncoding::Hex(bare_len))).then_some(MaterialFormat::Hex)
}

fn bare_key(key_spec: KeySpec, format: MaterialFormat) -> ReadError {
    if key_spec.family() == Family::Ed25519 {
        ReadError::BareSeed(format)
    } else {
        ReadError::BareScalar(format)
    }
}
