//! The hints for import parameters.

use byok_core::import_parameters::{DownloadError, ImportParametersError, PrintedForm};
use byok_core::inspect::DocumentFault;
use byok_core::json::JsonError;
use byok_core::wrapping_public_key::WrappingPublicKeyError;
use byok_core::zip_archive::ZipError;

use super::json_hints::json_hints;

pub(super) fn parameter_hints(cause: &ImportParametersError) -> Vec<String> {
    match cause {
        ImportParametersError::Json(JsonError::Missing(_)) => vec![
            "use the output of aws kms get-parameters-for-import; to see what the file is, run: \
             byok inspect FILE"
                .to_owned(),
        ],
        ImportParametersError::Json(cause) => json_hints(cause),
        ImportParametersError::Yaml(_) => vec![ASK_FOR_JSON.to_owned()],
        ImportParametersError::Printed(form) => vec![printed_form_hint(*form).to_owned()],
        ImportParametersError::Download(cause) => vec![download_hint(cause).to_owned()],
        ImportParametersError::PublicKey(WrappingPublicKeyError::PrivateKey) => {
            vec!["give the key material as MATERIAL, or with --material".to_owned()]
        }
        ImportParametersError::PublicKey(WrappingPublicKeyError::Base64Text) => {
            vec!["decode it first: base64 --decode".to_owned()]
        }
        ImportParametersError::KeyIdNotArn
        | ImportParametersError::ImportTokenLength(_)
        | ImportParametersError::PublicKeyLength(_)
        | ImportParametersError::PublicKey(
            WrappingPublicKeyError::NotSpki
            | WrappingPublicKeyError::TrailingBytes { .. }
            | WrappingPublicKeyError::Algorithm(_)
            | WrappingPublicKeyError::ModulusBits(_)
            | WrappingPublicKeyError::ModulusNotRsa
            | WrappingPublicKeyError::Exponent,
        ) => vec!["use the output of aws kms get-parameters-for-import, unchanged".to_owned()],
    }
}

/// The hint for output of the AWS CLI that byok does not read.
const ASK_FOR_JSON: &str = "ask AWS KMS again with JSON output: aws kms get-parameters-for-import \
     --cli-input-json file://request.json --output json > params.json";

const fn printed_form_hint(form: PrintedForm) -> &'static str {
    match form {
        PrintedForm::Text | PrintedForm::Table | PrintedForm::YamlStream => ASK_FOR_JSON,
        PrintedForm::PythonDict => {
            "in Python, write the response as JSON: json.dump(response, file, default=str)"
        }
        PrintedForm::SdkObject => {
            "write the response as JSON, with ImportToken and PublicKey in base64; or use the AWS CLI \
             with --output json"
        }
    }
}

const fn download_hint(cause: &DownloadError) -> &'static str {
    match cause {
        DownloadError::Zip(
            ZipError::Zip64
            | ZipError::Encrypted { .. }
            | ZipError::Compression { .. }
            | ZipError::TooManyEntries,
        ) => "unzip it into a new folder, and name that folder: --params DIR",
        DownloadError::Zip(
            ZipError::Damaged
            | ZipError::Duplicate { .. }
            | ZipError::TooLong { .. }
            | ZipError::DamagedFile { .. },
        ) => "use the ZIP file as the AWS KMS console downloads it, unchanged",
        DownloadError::Missing(_) | DownloadError::Several(_) => {
            "the download of the AWS KMS console has WrappingPublicKey.bin and ImportToken.bin; use \
             that ZIP file, or its folder"
        }
        DownloadError::TwoKeys { .. } => {
            "use the wrapping public key and the import token of one download"
        }
    }
}

/// Returns the hints for a document whose kind is clear.
pub(crate) fn document_hints(fault: &DocumentFault) -> Vec<String> {
    match fault {
        DocumentFault::ImportParameters(
            cause @ (ImportParametersError::Yaml(_)
            | ImportParametersError::Printed(_)
            | ImportParametersError::Download(_)),
        ) => parameter_hints(cause),
        DocumentFault::ImportParameters(_)
        | DocumentFault::Json(_)
        | DocumentFault::KeyMetadata(_)
        | DocumentFault::PublicKey(_)
        | DocumentFault::Report(_)
        | DocumentFault::Verdict(_) => vec![],
    }
}
