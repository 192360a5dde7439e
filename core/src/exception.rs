//! The exceptions of the KMS API for imports, for the key lifecycle, and for the use of keys.

use core::fmt;

use crate::words::words;

words! {
    /// The name of an exception, as `__type` spells it.
    pub enum Exception {
        /// The caller has no permission.
        AccessDenied = "AccessDeniedException",
        /// A replica exists in that Region.
        AlreadyExists = "AlreadyExistsException",
        /// There is no such custom key store.
        CustomKeyStoreNotFound = "CustomKeyStoreNotFoundException",
        /// The system timed out; the request can be retried.
        DependencyTimeout = "DependencyTimeoutException",
        /// The KMS key is disabled.
        Disabled = "DisabledException",
        /// The request was a dry run, and would have succeeded.
        DryRun = "DryRunOperationException",
        /// The import token is older than 24 hours.
        ExpiredImportToken = "ExpiredImportTokenException",
        /// The caller's credentials have expired.
        ExpiredToken = "ExpiredTokenException",
        /// The `Authorization` header is not a signature.
        IncompleteSignature = "IncompleteSignatureException",
        /// Another KMS key than the one in the request encrypted the ciphertext.
        IncorrectKey = "IncorrectKeyException",
        /// The material can be unwrapped, but does not fit the KMS key.
        IncorrectKeyMaterial = "IncorrectKeyMaterialException",
        /// The name of an alias is invalid.
        InvalidAliasName = "InvalidAliasNameException",
        /// An ARN is invalid, or an alias was given where a key is required.
        InvalidArn = "InvalidArnException",
        /// The ID of a grant is invalid.
        InvalidGrantId = "InvalidGrantIdException",
        /// A grant token is invalid.
        InvalidGrantToken = "InvalidGrantTokenException",
        /// The wrapped material has the right length and does not unwrap.
        InvalidCiphertext = "InvalidCiphertextException",
        /// The import token is damaged, or belongs to another KMS key.
        InvalidImportToken = "InvalidImportTokenException",
        /// The KMS key does not support this operation or this algorithm.
        InvalidKeyUsage = "InvalidKeyUsageException",
        /// The marker did not come from a listing.
        InvalidMarker = "InvalidMarkerException",
        /// The KMS key is temporarily unavailable; the request can be retried.
        KeyUnavailable = "KeyUnavailableException",
        /// An internal error occurred; the request can be retried.
        KmsInternal = "KMSInternalException",
        /// The MAC does not match the message.
        KmsInvalidMac = "KMSInvalidMacException",
        /// The signature does not match the message.
        KmsInvalidSignature = "KMSInvalidSignatureException",
        /// The state of the KMS key does not allow the operation.
        KmsInvalidState = "KMSInvalidStateException",
        /// A limit was reached.
        LimitExceeded = "LimitExceededException",
        /// The signature does not belong to this request.
        InvalidSignature = "InvalidSignatureException",
        /// The key policy is malformed.
        MalformedPolicyDocument = "MalformedPolicyDocumentException",
        /// The request is not signed.
        MissingAuthenticationToken = "MissingAuthenticationTokenException",
        /// The caller must not use a reserved name.
        NotAuthorized = "NotAuthorizedException",
        /// The KMS key does not exist.
        NotFound = "NotFoundException",
        /// The request is not JSON, or a member has the wrong type.
        Serialization = "SerializationException",
        /// A tag is invalid.
        Tag = "TagException",
        /// The request rate is too high; the request can be retried.
        Throttling = "ThrottlingException",
        /// The service has no such operation.
        UnknownOperation = "UnknownOperationException",
        /// The operation does not support the KMS key.
        UnsupportedOperation = "UnsupportedOperationException",
        /// A parameter is missing, out of range, or contradicts another.
        Validation = "ValidationException",
    }
}

impl Exception {
    /// Returns the HTTP status of this exception: 400 for a client fault, 500 for a service fault.
    ///
    /// # Source
    ///
    /// The API pages. They give 412 for a dry run, but AWS KMS was recorded to answer 400, in April
    /// 2025.
    pub const fn http_status(self) -> u16 {
        match self {
            Self::DependencyTimeout | Self::KeyUnavailable | Self::KmsInternal => 500,
            _ => 400,
        }
    }
}

/// A refusal by AWS KMS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The exception.
    pub exception: Exception,
    /// AWS's text; `None` if AWS sends none or the text is unknown.
    pub message: Option<String>,
}

impl Refusal {
    /// Builds a refusal with AWS's text.
    pub fn new(exception: Exception, message: impl Into<String>) -> Self {
        Self {
            exception,
            message: Some(message.into()),
        }
    }

    /// Builds a refusal whose text is empty at AWS, or unknown.
    pub const fn without_text(exception: Exception) -> Self {
        Self {
            exception,
            message: None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.exception)?;
        match &self.message {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_reads_as_name_and_text() {
        assert_eq!(
            Refusal::new(Exception::NotFound, "Invalid arn us-west-2").to_string(),
            "NotFoundException: Invalid arn us-west-2"
        );
        assert_eq!(
            Refusal::without_text(Exception::InvalidCiphertext).to_string(),
            "InvalidCiphertextException"
        );
    }

    #[test]
    fn only_the_services_own_faults_are_500() {
        let own: Vec<_> = Exception::ALL
            .iter()
            .filter(|e| e.http_status() == 500)
            .collect();
        assert_eq!(
            own,
            [
                &Exception::DependencyTimeout,
                &Exception::KeyUnavailable,
                &Exception::KmsInternal
            ]
        );
    }
}
