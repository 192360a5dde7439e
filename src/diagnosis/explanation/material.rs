//! Sentences about the contents of the blob.

use byok_core::explain::MaterialCause;
use byok_core::key_file::{Form, MaterialFormat, ReadError, SourceFormat};
use byok_core::key_material::KeyMaterialError;

use super::blob::{bytes, line, mangled};

const ENCRYPTED: &str = "the private key in the blob is encrypted; AWS KMS requires an unencrypted PKCS#8 key in DER; wrap \
     the key with byok wrap, which decrypts it";

pub(super) fn sentence(cause: &MaterialCause) -> String {
    match cause {
        MaterialCause::Text(MaterialFormat::Hex) => {
            "the key material in the blob is hexadecimal text: decode it before wrapping".to_owned()
        }
        MaterialCause::Text(_) => {
            "the key material in the blob is base64 text: decode it before wrapping".to_owned()
        }
        MaterialCause::ByteOrderMark => {
            "the key material in the blob begins with the UTF-8 byte order mark that Windows writes: \
             remove its 3 bytes"
                .to_owned()
        }
        MaterialCause::Utf16 => {
            "the key material in the blob is text in UTF-16, as PowerShell writes it with >: convert it \
             with iconv -f UTF-16 -t ASCII"
                .to_owned()
        }
        MaterialCause::Newline(line_end) => {
            format!("{} the key material in the blob: remove the line break", line(*line_end))
        }
        MaterialCause::Mangled(mangling) => format!("the key material in the blob {}", mangled(*mangling)),
        MaterialCause::Zeros { before: 0, after } => zeros(*after, "after"),
        MaterialCause::Zeros { before, .. } => zeros(*before, "before"),
        MaterialCause::Form(format) => form(*format),
        MaterialCause::Error(KeyMaterialError::Read(
            ReadError::PassphraseNeeded | ReadError::Encryption { .. },
        )) => ENCRYPTED.to_owned(),
        MaterialCause::Error(error) => {
            format!("AWS KMS does not accept the key material in the blob: {error}")
        }
    }
}

fn zeros(count: usize, place: &str) -> String {
    let zeros = bytes(count, "of zero is", "of zeros are");
    format!("the key material in the blob is padded: {zeros} {place} it")
}

fn form(format: SourceFormat) -> String {
    match format.form {
        Form::Raw => {
            format!("the key material in the blob is {format}; AWS KMS requires the raw bytes")
        }
        _ => format!(
            "the key in the blob is {format}; AWS KMS requires PKCS#8 in DER; wrap the key \
             with byok wrap, which converts it"
        ),
    }
}
