//! Sentences about the contents of the blob.

use byok_core::explain::MaterialCause;
use byok_core::key_file::{Form, MaterialFormat, SourceFormat};

use super::blob::{bytes, line, mangled};

pub(super) fn sentence(cause: &MaterialCause) -> String {
    match cause {
        MaterialCause::Text(MaterialFormat::Hex) => {
            "what was wrapped is hexadecimal text of the material: decode it before it is wrapped".to_owned()
        }
        MaterialCause::Text(_) => {
            "what was wrapped is base64 text of the material: decode it before it is wrapped".to_owned()
        }
        MaterialCause::ByteOrderMark => {
            "what was wrapped begins with the byte order mark of UTF-8, as text of Windows does: cut off its 3 bytes"
                .to_owned()
        }
        MaterialCause::Utf16 => {
            "what was wrapped is text in UTF-16, as PowerShell writes it with >: convert it with iconv -f UTF-16 -t \
             ASCII"
                .to_owned()
        }
        MaterialCause::Newline(line_end) => {
            format!("{} after the material that was wrapped: cut it off", line(*line_end))
        }
        MaterialCause::Mangled(mangling) => format!("what was wrapped {}", mangled(*mangling)),
        MaterialCause::Zeros { before: 0, after } => zeros(*after, "after"),
        MaterialCause::Zeros { before, .. } => zeros(*before, "before"),
        MaterialCause::Form(format) => form(*format),
        MaterialCause::Error(error) => format!("what was wrapped is {error}"),
    }
}

fn zeros(count: usize, place: &str) -> String {
    let zeros = bytes(count, "of zero stands", "of zeros stand");
    format!("what was wrapped is padded: {zeros} {place} the material")
}

fn form(format: SourceFormat) -> String {
    match format.form {
        Form::Raw => {
            format!("what was wrapped is {format}; AWS KMS takes the bytes themselves")
        }
        _ => format!(
            "what was wrapped is a key in another form, {format}; AWS KMS takes PKCS#8 in DER: byok wrap converts it"
        ),
    }
}
