//! The `GetParametersForImport` response: a wrapping public key and its import token.

use serde::Serialize;

use crate::{
    blob::Blob,
    import_token::{self, ImportToken, TokenOrigin},
    json::{JsonError, Object},
    key_id::KeyArn,
    timestamp::Timestamp,
    wrapping_public_key::{self, WrappingPublicKey, WrappingPublicKeyError},
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

/// The reasons why a document is not a `GetParametersForImport` response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportParametersError {
    /// The JSON is invalid.
    #[error("{0}")]
    Json(JsonError),
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

impl ImportParameters {
    /// Parses the response as AWS CLI v1 or v2, boto3 or the wire has it. Ignores members that the
    /// API does not know, such as boto3's `ResponseMetadata`.
    ///
    /// # Errors
    ///
    /// [`ImportParametersError`], naming the member.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ImportParametersError> {
        let document = Object::parse(bytes)?;
        let key_id = document.text("KeyId")?.ok_or(JsonError::Missing("KeyId"))?;
        let key_arn = KeyArn::parse(key_id).ok_or(ImportParametersError::KeyIdNotArn)?;
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
        let len = import_token.len();
        let import_token = ImportToken::new(import_token)
            .filter(|token| token.origin() != TokenOrigin::TooShort)
            .ok_or(ImportParametersError::ImportTokenLength(len))?;
        if public_key.len() > wrapping_public_key::MAX_LEN {
            return Err(ImportParametersError::PublicKeyLength(public_key.len()));
        }
        let public_key = WrappingPublicKey::from_der_or_pem(public_key)
            .map_err(ImportParametersError::PublicKey)?;
        Ok(Self {
            key_arn,
            import_token,
            public_key,
            parameters_valid_to,
        })
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
