//! Sentences about the blob itself.

use byok_core::explain::{Cause, JsonKind, LineEnd, Mangling, RawOrder, TextForm};
use byok_core::inspect::Kind;
use byok_core::key_file::MaterialFormat;

use super::super::material_hints::blob_from_json;

/// Returns the sentence for causes in the bytes of the blob.
pub(super) fn sentence(cause: &Cause) -> Option<String> {
    let text = match cause {
        Cause::EncodedToken { format, times } => encoded_token(*format, *times),
        Cause::EmptyBlob => {
            "the blob is empty: the command that should have written it failed; write it again, \
             then check its size with: wc -c FILE"
                .to_owned()
        }
        Cause::Mangled(mangling) => format!("the blob {}", mangled(*mangling)),
        Cause::AzureTransferFile { opens: false } => {
            "the blob is a transfer file of Azure Key Vault, wrapped with an Azure key, which AWS \
             KMS cannot open: wrap the key again in the HSM, with the AWS wrapping key and \
             RSA_AES_KEY_WRAP_SHA_1 or RSA_AES_KEY_WRAP_SHA_256"
                .to_owned()
        }
        Cause::AzureTransferFile { opens: true } => {
            "the blob is a transfer file of Azure Key Vault, and AWS KMS accepts only the \
             ciphertext in it; to extract the ciphertext, run: jq -r '.ciphertext | gsub(\"-\"; \
             \"+\") | gsub(\"_\"; \"/\") | . + \"===\"[:(4 - length % 4) % 4]' FILE | base64 \
             --decode > EncryptedKeyMaterial.bin"
                .to_owned()
        }
        Cause::InJson { path, is_url_safe } => format!(
            "the blob is in a JSON document, as the command line of an HSM prints it: to extract it, run: {}",
            blob_from_json(path, *is_url_safe, "FILE")
        ),
        Cause::JsonDocument(kind) => json_document(*kind),
        Cause::ImportToken { is_own: true } => {
            "the blob is the import token of these parameters, not wrapped key material".to_owned()
        }
        Cause::ImportToken { is_own: false } => {
            "the blob is an import token, not wrapped key material".to_owned()
        }
        Cause::PublicKey {
            is_wrapping_key: true,
        } => "the blob is the wrapping public key, not wrapped key material".to_owned(),
        Cause::PublicKey {
            is_wrapping_key: false,
        } => "the blob is a public key or a certificate, not wrapped key material".to_owned(),
        Cause::UnwrappedPrivateKey(key_spec) => {
            format!(
                "the blob is a private key ({key_spec}) that is not wrapped: wrap it with byok \
                 wrap"
            )
        }
        Cause::UnusableKeyFile(error) => {
            format!("the blob is a key file, not wrapped key material: {error}")
        }
        Cause::UnwrappedLength { len, key_spec } => format!(
            "the blob has {len} bytes, the length of unwrapped {key_spec} key material, and \
             wrapped material is never so short: wrap it with byok wrap"
        ),
        Cause::Text { form, times } => text_form(*form, *times),
        Cause::TrailingNewline(line_end) => {
            format!("{} the blob: remove the line break", line(*line_end))
        }
        Cause::Extended { before: 0, after } => {
            format!(
                "the blob is longer than the wrapped material: {} it; to remove the extra bytes, \
                 run: head -c $(($(wc -c < FILE) - {after})) FILE > EncryptedKeyMaterial.bin",
                bytes(*after, "follows", "follow")
            )
        }
        Cause::Extended { before, after } if *after > 0 => {
            format!(
                "the blob is longer than the wrapped material: {} it and {} it; to remove them, \
                 run: tail -c +{} FILE | head -c $(($(wc -c < FILE) - {})) > \
                 EncryptedKeyMaterial.bin",
                bytes(*before, "precedes", "precede"),
                bytes(*after, "follows", "follow"),
                before + 1,
                before + after
            )
        }
        Cause::Extended { before, .. } => {
            format!(
                "the blob is longer than the wrapped material: {} it; to remove the extra bytes, \
                 run: tail -c +{} FILE > EncryptedKeyMaterial.bin",
                bytes(*before, "precedes", "precede"),
                before + 1
            )
        }
        Cause::LeadingZeroLost => {
            "the RSA block lacks its leading zero byte, because it was written as a number: write \
             it with as many bytes as the modulus"
                .to_owned()
        }
        Cause::LeadingZeroAdded => {
            "the RSA block has an extra zero byte before it, which Java's BigInteger and DER \
             write: remove it"
                .to_owned()
        }
        Cause::LittleEndian => {
            "the bytes of the RSA block are in reverse order, as CryptEncrypt of Windows writes \
             them: reverse them"
                .to_owned()
        }
        Cause::Truncated { len, block } => format!(
            "the blob is truncated, or was never wrapped: it has {len} bytes, {} fewer than the RSA block",
            block - len
        ),
        Cause::Sm2Ciphertext => {
            "the blob is an SM2 ciphertext, and the wrapping key is RSA: use the parameters that \
             it was wrapped for"
                .to_owned()
        }
        Cause::Sm2Raw { order, has_prefix } => sm2_raw(*order, *has_prefix),
        Cause::Sm2Integers => {
            "the coordinates in the SM2 ciphertext are not positive integers in DER: remove \
             leading zeros, except one before a first byte of 80 or more"
                .to_owned()
        }
        Cause::Sm2PartsSwapped => {
            "the SM2 ciphertext has C2 before C3; AWS KMS requires SEQUENCE { x, y, C3, C2 } \
             (GM/T 0009)"
                .to_owned()
        }
        Cause::OtherParameterSet(_)
        | Cause::HalvesSwapped
        | Cause::RsaesOaepForRsaAes(_)
        | Cause::RsaAesForRsaesOaep(_)
        | Cause::OaepHashes { .. }
        | Cause::OaepLabel
        | Cause::Pkcs1V15
        | Cause::NoPadding
        | Cause::AesKeyLength(_)
        | Cause::AesKeyForm(_)
        | Cause::NoAesKey(_)
        | Cause::Rfc3394
        | Cause::InitialValue { .. }
        | Cause::KeyWrapInPieces { .. }
        | Cause::BlockMode(_)
        | Cause::SecondHalfDoesNotOpen(_)
        | Cause::SecondHalfHeader(_)
        | Cause::SecondHalfMissing(_)
        | Cause::Material(_) => return None,
    };
    Some(text)
}

fn sm2_raw(order: Option<RawOrder>, has_prefix: bool) -> String {
    let order = match order {
        Some(RawOrder::C1C3C2) => "raw C1C3C2",
        Some(RawOrder::C1C2C3) => {
            "raw C1C2C3, the order of Bouncy Castle and of software before 2012"
        }
        None => "raw, C1C3C2 or C1C2C3",
    };
    let prefix = if has_prefix {
        ""
    } else {
        ", without the 04 before the point"
    };
    format!(
        "the SM2 ciphertext is {order}{prefix}; AWS KMS requires DER (GM/T 0009), \
         SEQUENCE {{ x, y, C3, C2 }}: to write it, wrap the key again with openssl pkeyutl -encrypt"
    )
}

fn json_document(kind: JsonKind) -> String {
    match kind {
        JsonKind::Known(Kind::ImportRequest) => {
            "the blob is an ImportKeyMaterial request in JSON: use --import-request".to_owned()
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
            "the blob is base64 text instead of bytes: decode it with base64 --decode".to_owned()
        }
        TextForm::Base64Url => {
            "the blob is URL-safe base64 text instead of bytes: decode it with tr -- -_ +/ | \
             base64 --decode"
        }
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
    }
}

fn encoded_token(format: MaterialFormat, times: usize) -> String {
    let times = if times == 1 {
        String::new()
    } else {
        format!(" {times} times")
    };
    format!(
        "the import token is {format} text{times} instead of bytes: AWS CLI v1 encodes the \
         members of --cli-input-json again; pass both files as bytes, with --import-token \
         fileb://ImportToken.bin --encrypted-key-material fileb://EncryptedKeyMaterial.bin, as \
         import.sh of byok wrap --out-dir does"
    )
}

/// Returns the predicate for bytes that a program treated as text, with the remedy.
pub(super) fn mangled(mangling: Mangling) -> String {
    match mangling {
        Mangling::NewlinesToCrLf => {
            "has a carriage return before each newline byte, because a program copied it as text \
             (FTP in ASCII mode, git, a file opened in text mode on Windows): copy it again as \
             binary, or run: perl -pe 'BEGIN { binmode STDIN; binmode STDOUT } s/\\r\\n/\\n/g' < \
             FILE > RESTORED"
                .to_owned()
        }
        Mangling::CrLfToNewlines => {
            "lost the carriage return before a newline byte, because a program copied it as text \
             (FTP in ASCII mode, git, dos2unix): copy it again as binary"
                .to_owned()
        }
        Mangling::Latin1ToUtf8 => converted("Latin-1", "ISO-8859-1"),
        Mangling::Windows1252ToUtf8 => converted("Windows-1252", "WINDOWS-1252"),
        Mangling::ReplacedBytes { count } => format!(
            "contains the bytes EF BF BD {count} times, which a text decoder (Buffer.toString(), \
             PowerShell 7) writes instead of lost bytes: create it again, and write it as bytes"
        ),
        Mangling::PowerShellText => {
            "was written with the > of PowerShell, which writes text in UTF-16 and destroys \
             bytes: create it again with an option that names the file, such as openssl -out \
             FILE, or in cmd"
                .to_owned()
        }
    }
}

fn converted(charset: &str, iconv: &str) -> String {
    format!(
        "was read as {charset} text and written as UTF-8: copy it again as binary, or run: iconv -f UTF-8 -t {iconv} \
         FILE > RESTORED"
    )
}

/// A line break, as the subject of a sentence.
pub(super) const fn line(line_end: LineEnd) -> &'static str {
    match line_end {
        LineEnd::Lf => "a newline follows",
        LineEnd::CrLf => "a carriage return and a newline follow",
    }
}

/// Returns a number of bytes with its verb.
pub(super) fn bytes(count: usize, one: &str, more: &str) -> String {
    if count == 1 {
        format!("1 byte {one}")
    } else {
        format!("{count} bytes {more}")
    }
}
