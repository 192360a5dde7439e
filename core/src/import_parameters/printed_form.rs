//! Forms of a `GetParametersForImport` response that are recognised and not read.

use super::flat_yaml;
use crate::{blob::Blob, words::words, wrapping_public_key::WrappingPublicKey};

words! {
    /// A printed form that does not hold the whole response, or not in one certain way.
    pub enum PrintedForm {
        /// `--output text` of the AWS CLI, of the response or of a query.
        Text = "text output of the AWS CLI",
        /// `--output table` of the AWS CLI.
        Table = "table output of the AWS CLI",
        /// `--output yaml-stream` of the AWS CLI.
        YamlStream = "yaml-stream output of the AWS CLI",
        /// `print(response)` of boto3.
        PythonDict = "a response that Python printed",
        /// The response object of another SDK, as it prints itself.
        SdkObject = "a response that an SDK printed",
    }
}

impl PrintedForm {
    /// Returns the form of `text`, which is neither JSON nor YAML; `None` for anything else.
    pub(super) fn of(text: &str) -> Option<Self> {
        if is_table(text) {
            Some(Self::Table)
        } else if flat_yaml::is_stream(text) {
            Some(Self::YamlStream)
        } else if is_python_dict(text) {
            Some(Self::PythonDict)
        } else if is_sdk_object(text) {
            Some(Self::SdkObject)
        } else if is_text(text) {
            Some(Self::Text)
        } else {
            None
        }
    }
}

/// A frame, with the name of the operation in its first row.
fn is_table(text: &str) -> bool {
    let mut lines = text.lines();
    let is_frame = |line: &str| !line.is_empty() && line.bytes().all(|byte| byte == b'-');
    let is_title = |line: &str| line.trim_matches(['|', ' ']) == "GetParametersForImport";
    lines.next().is_some_and(is_frame) && lines.next().is_some_and(is_title)
}

fn is_python_dict(text: &str) -> bool {
    text.starts_with("{'")
        && ["'ImportToken': b'", "'ImportToken': b\""]
            .iter()
            .any(|at| text.contains(at))
}

/// The words with which SDKs print bytes without printing them all.
fn is_sdk_object(text: &str) -> bool {
    let of_bytes = [
        "SdkBytes(",
        "Uint8Array(",
        "<Buffer ",
        "System.IO.MemoryStream",
        "Blob {",
    ];
    let is_response = text.contains("ImportToken") || text.contains("import_token");
    is_response && of_bytes.iter().any(|word| text.contains(word))
}

/// One line of fields between tabs, one of which is a wrapping public key in base64.
fn is_text(text: &str) -> bool {
    let line = text.trim_end_matches(['\r', '\n']);
    let is_wrapping_key = |field: &str| {
        Blob::from_base64(field)
            .is_some_and(|blob| WrappingPublicKey::from_spki_der(blob.as_bytes()).is_ok())
    };
    !line.contains('\n') && line.contains('\t') && line.split('\t').any(is_wrapping_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_printed_forms_apart() {
        let spki = include_bytes!("../../../tests/golden/fixtures/TEST-wrapping-2048-public.der");
        let key = Blob::new(spki.to_vec()).to_base64();
        let arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
        let forms = [
            (
                format!("AQEC\t{arn}\t1795967477.963\t{key}\n"),
                Some(PrintedForm::Text),
            ),
            (format!("{key}\tAQEC\r\n"), Some(PrintedForm::Text)),
            (format!("{key}\n"), None),
            (format!("{key}\tAQEC\n{key}\tAQEC\n"), None),
            ("a\tb\n".to_owned(), None),
            (
                "--------\n|  GetParametersForImport  |\n+------+\n".to_owned(),
                Some(PrintedForm::Table),
            ),
            ("--------\n|  DescribeKey  |\n+------+\n".to_owned(), None),
            (
                "- ImportToken: AQEC\n  KeyId: a\n".to_owned(),
                Some(PrintedForm::YamlStream),
            ),
            (
                "- KeyId: a\n  ImportToken: AQEC\n".to_owned(),
                Some(PrintedForm::YamlStream),
            ),
            ("- KeyId: a\n".to_owned(), None),
            (
                "{'KeyId': 'a', 'ImportToken': b'\\x01\\x01', 'PublicKey': b'0'}".to_owned(),
                Some(PrintedForm::PythonDict),
            ),
            (
                "{\n  ImportToken: Uint8Array(1757) [\n 1, 1, 2,\n".to_owned(),
                Some(PrintedForm::SdkObject),
            ),
            (
                "GetParametersForImportResponse(KeyId=a, ImportToken=SdkBytes(bytes=0x0101..."
                    .to_owned(),
                Some(PrintedForm::SdkObject),
            ),
            ("to be, or not to be".to_owned(), None),
            (String::new(), None),
        ];
        for (text, form) in forms {
            assert_eq!(PrintedForm::of(&text), form, "{text}");
        }
    }
}
