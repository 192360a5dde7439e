//! Sentences about the blob itself.

use byok_core::explain::{Cause, JsonKind, LineEnd, RawOrder, TextForm};
use byok_core::inspect::Kind;

/// Returns the sentence for causes in the bytes of the blob.
pub(super) fn sentence(cause: &Cause) -> Option<String> {
    let text = match cause {
        Cause::JsonDocument(kind) => json_document(*kind),
        Cause::ImportToken { is_own: true } => {
            "the blob is the import token of these parameters, not wrapped key material".to_owned()
        }
        Cause::ImportToken { is_own: false } => {
            "the blob is an import token, not wrapped key material".to_owned()
        }
        Cause::PublicKey { is_wrapping_key: true } => {
            "the blob is the wrapping public key itself, not what was wrapped under it".to_owned()
        }
        Cause::PublicKey { is_wrapping_key: false } => {
            "the blob is a public key or a certificate, not wrapped key material".to_owned()
        }
        Cause::UnwrappedPrivateKey { key_spec } => {
            let kind = key_spec.map_or_else(String::new, |spec| format!(" ({spec})"));
            format!("the blob is a private key{kind} that nothing wraps: byok wrap wraps it")
        }
        Cause::UnwrappedLength { len, key_spec } => format!(
            "the blob is {len} bytes, as {key_spec} key material itself is, and nothing wrapped is so short: byok \
             wrap wraps it"
        ),
        Cause::Text { form, times } => text_form(*form, *times),
        Cause::TrailingNewline(line_end) => format!("{} after what opens: cut it off", line(*line_end)),
        Cause::Extended { before: 0, after } => {
            format!("the blob is longer than what opens: {} after it", bytes(*after, "follows", "follow"))
        }
        Cause::Extended { before, .. } => {
            format!("the blob is longer than what opens: {} before it", bytes(*before, "stands", "stand"))
        }
        Cause::LeadingZeroLost => {
            "the RSA block lost the zero byte that it begins with, as a number is written without: write it in as \
             many bytes as the modulus has"
                .to_owned()
        }
        Cause::LeadingZeroAdded => {
            "a zero byte stands before the RSA block, as Java's BigInteger and DER write a positive number: leave \
             it out"
                .to_owned()
        }
        Cause::LittleEndian => {
            "the RSA block is written from its last byte to its first, as CryptEncrypt of Windows does: reverse it"
                .to_owned()
        }
        Cause::Truncated { len, block } => format!(
            "the blob is truncated, or was never wrapped: it has {len} bytes, {} fewer than the RSA block",
            block - len
        ),
        Cause::Sm2Ciphertext => {
            "the blob is a ciphertext of SM2, and the wrapping key is RSA: take the parameters that go with it"
                .to_owned()
        }
        Cause::Sm2Raw { order, has_prefix } => sm2_raw(*order, *has_prefix),
        Cause::Sm2Integers => {
            "the coordinates in the SM2 ciphertext are not written as DER writes a positive integer: without zeros \
             in front, but for one before a first byte of 80 or more"
                .to_owned()
        }
        Cause::Sm2PartsSwapped => {
            "the SM2 ciphertext has C2 before C3; prescribed is SEQUENCE { x, y, C3, C2 } (GM/T 0009)".to_owned()
        }
        _ => return None,
    };
    Some(text)
}

fn sm2_raw(order: Option<RawOrder>, has_prefix: bool) -> String {
    let order = match order {
        Some(RawOrder::C1C3C2) => "raw C1C3C2",
        Some(RawOrder::C1C2C3) => "raw C1C2C3, the order before 2012 and that of Bouncy Castle",
        None => "raw, C1C3C2 or C1C2C3",
    };
    let prefix = if has_prefix {
        ""
    } else {
        ", without the 04 before the point"
    };
    format!(
        "the SM2 ciphertext is {order}{prefix}; AWS KMS takes DER, SEQUENCE {{ x, y, C3, C2 }} (GM/T 0009), which \
         openssl pkeyutl -encrypt makes"
    )
}

fn json_document(kind: JsonKind) -> String {
    match kind {
        JsonKind::Known(Kind::ImportRequest) => {
            "the blob is a JSON document, the request of ImportKeyMaterial: give it with --import-request"
                .to_owned()
        }
        JsonKind::Known(kind) => {
            format!("the blob is a JSON document ({kind}), not wrapped key material")
        }
        JsonKind::Other => "the blob is a JSON document, not wrapped key material".to_owned(),
    }
}

fn text_form(form: TextForm, times: usize) -> String {
    match form {
        TextForm::Base64 | TextForm::Base64Url if times > 1 => format!(
            "the blob is base64 of base64, encoded {times} times: decode it {times} times with base64 --decode"
        ),
        TextForm::Base64 => {
            "the blob is base64 text instead of bytes: decode it once more with base64 --decode".to_owned()
        }
        TextForm::Base64Url => "the blob is base64 text in the alphabet of URLs instead of bytes: decode it with \
                                tr -- -_ +/ | base64 --decode"
            .to_owned(),
        TextForm::Hex => {
            "the blob is hexadecimal text instead of bytes: decode it with xxd -r -p".to_owned()
        }
        TextForm::Pem => "the blob is PEM text instead of bytes: decode the base64 between its lines of dashes"
            .to_owned(),
        TextForm::Utf16 => {
            "the blob is text in UTF-16, as PowerShell writes it with >: convert it with iconv -f UTF-16 -t ASCII"
                .to_owned()
        }
        _ => "the blob is text instead of bytes".to_owned(),
    }
}

/// A line break, as the subject of a sentence.
pub(super) const fn line(line_end: LineEnd) -> &'static str {
    match line_end {
        LineEnd::Lf => "a newline stands",
        LineEnd::CrLf => "a carriage return and a newline stand",
    }
}

/// A number of bytes, and what they do.
pub(super) fn bytes(count: usize, one: &str, more: &str) -> String {
    if count == 1 {
        format!("1 byte {one}")
    } else {
        format!("{count} bytes {more}")
    }
}
