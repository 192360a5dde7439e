//! The hints for JSON.

use byok_core::json::JsonError;

pub(super) fn json_hints(cause: &JsonError) -> Vec<String> {
    match cause {
        JsonError::Utf16 => {
            vec![
                "PowerShell 5 writes UTF-16 with >; use | Out-File -Encoding ascii FILE".to_owned(),
            ]
        }
        JsonError::ByteOrderMark => {
            vec!["save the file as UTF-8 without a byte order mark".to_owned()]
        }
        JsonError::PythonBytes(member) => vec![format!(
            "encode {member} in Python before json.dumps: base64.b64encode({member}).decode()"
        )],
        JsonError::TooLong
        | JsonError::Syntax { .. }
        | JsonError::DuplicateMember { .. }
        | JsonError::NotAnObject
        | JsonError::Missing(_)
        | JsonError::WrongType { .. } => vec![],
    }
}
