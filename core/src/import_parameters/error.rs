//! The reasons why there are no import parameters.

use super::{download_names::DownloadError, flat_yaml::YamlError, printed_form::PrintedForm};
use crate::{
    import_token,
    json::JsonError,
    wrapping_public_key::{self, WrappingPublicKeyError},
    zip_archive::ZipError,
};

/// The reasons why something is not a `GetParametersForImport` response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportParametersError {
    /// The JSON is invalid.
    #[error("{0}")]
    Json(JsonError),
    /// The YAML is not that of the AWS CLI.
    #[error("{0}")]
    Yaml(YamlError),
    /// A form that does not hold the whole response.
    #[error("expected a GetParametersForImport response in JSON, found {0}")]
    Printed(PrintedForm),
    /// The console's download is not complete or cannot be read.
    #[error("{0}")]
    Download(DownloadError),
    /// `KeyId` is not a key ARN. AWS KMS always answers with an ARN.
    #[error("KeyId is not the ARN of a KMS key")]
    KeyIdNotArn,
    /// The import token is shorter than 18 bytes or longer than 6144.
    #[error(
        "the import token has {0} bytes; expected {min} to {max}",
        min = import_token::MIN_LEN,
        max = import_token::MAX_LEN
    )]
    ImportTokenLength(usize),
    /// The public key is longer than 4096 bytes.
    #[error("the public key has {0} bytes; the limit is {max}", max = wrapping_public_key::MAX_LEN)]
    PublicKeyLength(usize),
    /// The public key is invalid.
    #[error("wrapping public key: {0}")]
    PublicKey(WrappingPublicKeyError),
}

impl From<JsonError> for ImportParametersError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

impl From<YamlError> for ImportParametersError {
    fn from(error: YamlError) -> Self {
        Self::Yaml(error)
    }
}

impl From<DownloadError> for ImportParametersError {
    fn from(error: DownloadError) -> Self {
        Self::Download(error)
    }
}

impl From<ZipError> for ImportParametersError {
    fn from(error: ZipError) -> Self {
        Self::Download(DownloadError::Zip(error))
    }
}
