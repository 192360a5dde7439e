//! The `GetParametersForImport` response: a wrapping public key and its import token.

mod flat_yaml;
mod printed_form;
mod download_names;
mod error;
mod parts;
mod console_download;

use serde::Serialize;

pub use console_download::ConsoleDownload;
pub use download_names::{DownloadError, DownloadFile, DownloadNames};
pub use error::ImportParametersError;
pub use flat_yaml::YamlError;
pub use printed_form::PrintedForm;

use crate::{
    blob::Blob,
    import_token::ImportToken,
    json::{JsonError, Object},
    key_id::KeyArn,
    secret::SecretBytes,
    text_encoding,
    timestamp::Timestamp,
    wrapping_public_key::WrappingPublicKey,
};

/// Complete import parameters, from AWS KMS or from a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportParameters {
    /// The KMS key of the parameters.
    pub key_arn: KeyArn,
    /// The import token, unchanged.
    pub import_token: ImportToken,
    /// The wrapping key.
    pub public_key: WrappingPublicKey,
    /// The expiry of both; unknown if the parameters came as separate files.
    pub parameters_valid_to: Option<Timestamp>,
}

/// The JSON form of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampFormat {
    /// Epoch seconds as a number, as on the wire.
    Wire,
    /// ISO 8601 at this offset, in seconds east of UTC, as AWS CLI v2 prints it.
    Iso8601 {
        /// Seconds east of UTC.
        offset_seconds: i32,
    },
}

/// The form of a document that may be a response.
enum DocumentForm {
    Json,
    Yaml(String),
    Printed(PrintedForm),
}

impl ImportParameters {
    /// Parses the response in any form that holds it whole: JSON, or the YAML of the AWS CLI. A ZIP
    /// archive is a [`ConsoleDownload`].
    ///
    /// # Errors
    ///
    /// [`ImportParametersError`], also for a form that is known and cannot be read.
    pub fn from_document(bytes: &[u8]) -> Result<Self, ImportParametersError> {
        match DocumentForm::of(bytes) {
            DocumentForm::Json => Self::from_json(bytes),
            DocumentForm::Yaml(text) => Self::from_yaml(&text),
            DocumentForm::Printed(form) => Err(ImportParametersError::Printed(form)),
        }
    }

    /// Returns whether `bytes` are meant as a response in another form than JSON.
    pub fn is_other_document(bytes: &[u8]) -> bool {
        match DocumentForm::of(bytes) {
            DocumentForm::Json => false,
            DocumentForm::Yaml(_) | DocumentForm::Printed(_) => true,
        }
    }

    /// Parses the response as AWS CLI v1 or v2, boto3, an SDK for JavaScript or the wire has it.
    /// Ignores members that the API does not know, such as boto3's `ResponseMetadata`.
    ///
    /// # Errors
    ///
    /// [`ImportParametersError`], naming the member.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ImportParametersError> {
        let document = Object::read(bytes)?;
        let key_id = document.text("KeyId")?.ok_or(JsonError::Missing("KeyId"))?;
        let key_arn = parts::key_arn(key_id)?;
        let import_token = document
            .stored_blob("ImportToken")?
            .ok_or(JsonError::Missing("ImportToken"))?;
        let public_key = document
            .stored_blob("PublicKey")?
            .ok_or(JsonError::Missing("PublicKey"))?;
        let valid_to = document
            .timestamp("ParametersValidTo")?
            .ok_or(JsonError::Missing("ParametersValidTo"))?;
        Self::from_parts(key_arn, import_token, public_key.as_bytes(), Some(valid_to))
    }

    /// Returns the KMS key that a response in JSON names. Checks none of its other members; `None` for
    /// any other document.
    pub fn key_named_in_json(bytes: &[u8]) -> Option<KeyArn> {
        let document = Object::read(bytes).ok()?;
        parts::key_arn(document.text("KeyId").ok()??).ok()
    }

    fn from_yaml(text: &str) -> Result<Self, ImportParametersError> {
        let members = flat_yaml::read(text)?;
        let missing = |name| JsonError::Missing(name);
        let key_arn = parts::key_arn(&members.key_id.ok_or(missing("KeyId"))?)?;
        let import_token = members.import_token.ok_or(missing("ImportToken"))?;
        let public_key = members.public_key.ok_or(missing("PublicKey"))?;
        let valid_to = members.parameters_valid_to;
        let valid_to = valid_to.ok_or(missing("ParametersValidTo"))?;
        Self::from_parts(key_arn, import_token, public_key.as_bytes(), Some(valid_to))
    }

    /// Builds parameters from their parts: `public_key` is an SPKI in DER or PEM.
    ///
    /// # Errors
    ///
    /// [`ImportParametersError`] for either part.
    pub fn from_parts(
        key_arn: KeyArn,
        import_token: Blob,
        public_key: &[u8],
        parameters_valid_to: Option<Timestamp>,
    ) -> Result<Self, ImportParametersError> {
        let import_token = parts::import_token(import_token)?;
        let public_key = parts::public_key(public_key)?;
        Ok(Self {
            key_arn,
            import_token,
            public_key,
            parameters_valid_to,
        })
    }

    /// Completes the console's download with the ARN of its KMS key.
    pub fn of_download(download: ConsoleDownload, key_arn: KeyArn) -> Self {
        Self {
            key_arn,
            import_token: download.import_token,
            public_key: download.public_key,
            parameters_valid_to: None,
        }
    }

    /// Writes the response as the AWS CLI prints it, with an indent of 4 spaces and the members in
    /// this order.
    pub fn to_json(&self, format: TimestampFormat) -> String {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Response<'a> {
            key_id: &'a KeyArn,
            import_token: &'a Blob,
            public_key: &'a Blob,
            #[serde(skip_serializing_if = "Option::is_none")]
            parameters_valid_to: Option<serde_json::Value>,
        }
        let moment = |moment: Timestamp| match format {
            TimestampFormat::Wire => serde_json::json!(moment),
            TimestampFormat::Iso8601 { offset_seconds } => moment.iso8601(offset_seconds).into(),
        };
        crate::json::pretty(&Response {
            key_id: &self.key_arn,
            import_token: self.import_token.blob(),
            public_key: self.public_key.spki(),
            parameters_valid_to: self.parameters_valid_to.map(moment),
        })
    }
}

impl DocumentForm {
    /// Detects the form, also in UTF-16. Anything unknown counts as JSON, whose parser says what is
    /// wrong.
    fn of(bytes: &[u8]) -> Self {
        let decoded = text_encoding::from_utf16(bytes);
        let text = decoded.as_ref().map_or(bytes, SecretBytes::expose);
        let Ok(text) = core::str::from_utf8(text_encoding::without_mark(text)) else {
            return Self::Json;
        };
        let text = text.trim_start();
        if let Some(form) = PrintedForm::of(text) {
            Self::Printed(form)
        } else if !text.starts_with(['{', '[', '"']) && flat_yaml::is_meant(text) {
            Self::Yaml(text.to_owned())
        } else {
            Self::Json
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_in_utf_16_too() {
        let spki = include_bytes!("../../tests/golden/fixtures/TEST-wrapping-2048-public.der");
        let key = Blob::new(spki.to_vec()).to_base64();
        let token = Blob::new(vec![7; 200]).to_base64();
        let arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
        let yaml = format!(
            "ImportToken: {token}\nKeyId: {arn}\nParametersValidTo: '2026-11-29T15:52:46+00:00'\n\
             PublicKey: {key}\n"
        );
        let json = format!(
            r#"{{"KeyId": "{arn}", "ImportToken": "{token}", "PublicKey": "{key}",
            "ParametersValidTo": "2026-11-29T15:52:46.000Z"}}"#
        );
        let text = format!("{token}\t{arn}\t1795967566\t{key}\n");
        let encodings: [fn(&str) -> Vec<u8>; 3] = [
            |text| text.as_bytes().to_vec(),
            |text| format!("\u{feff}{text}").into_bytes(),
            |text| {
                format!("\u{feff}{text}")
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect()
            },
        ];
        for encode in encodings {
            let [yaml, json, text] = [&yaml, &json, &text].map(|text| encode(text));
            let read = ImportParameters::from_document(&yaml).expect("YAML");
            assert_eq!(ImportParameters::from_document(&json), Ok(read.clone()));
            assert_eq!(read.public_key.spki().as_bytes(), spki);
            assert!(ImportParameters::is_other_document(&yaml));
            assert!(!ImportParameters::is_other_document(&json));
            let printed = ImportParametersError::Printed(PrintedForm::Text);
            assert_eq!(ImportParameters::from_document(&text), Err(printed));
        }
    }
}
