//! The exceptions of the KMS API that belong to importing key material, to its life after that and to
//! its use.

use core::fmt;

use crate::words::words;

words! {
    /// The name of an exception, as the API's `__type` spells it.
    pub enum Exception {
        /// The caller has no permission.
        AccessDenied = "AccessDeniedException",
        /// There is a replica in that Region already.
        AlreadyExists = "AlreadyExistsException",
        /// The system timed out; the request can be retried.
        DependencyTimeout = "DependencyTimeoutException",
        /// The KMS key is disabled.
        Disabled = "DisabledException",
        /// The request was a dry run, and would have succeeded.
        DryRun = "DryRunOperationException",
        /// The import token is older than its 24 hours.
        ExpiredImportToken = "ExpiredImportTokenException",
        /// The caller's credentials have expired.
        ExpiredToken = "ExpiredTokenException",
        /// The `Authorization` header has not the form of a signature.
        IncompleteSignature = "IncompleteSignatureException",
        /// The ciphertext is another KMS key's than the one that the request names.
        IncorrectKey = "IncorrectKeyException",
        /// The material unwraps, but is not what the KMS key needs.
        IncorrectKeyMaterial = "IncorrectKeyMaterialException",
        /// An ARN is not valid, or an alias stands where a key must.
        InvalidArn = "InvalidArnException",
        /// The wrapped material has the right length and does not unwrap.
        InvalidCiphertext = "InvalidCiphertextException",
        /// The import token is damaged, or belongs to another KMS key.
        InvalidImportToken = "InvalidImportTokenException",
        /// The KMS key does not serve this operation, or not this algorithm.
        InvalidKeyUsage = "InvalidKeyUsageException",
        /// The marker is none that a listing gave.
        InvalidMarker = "InvalidMarkerException",
        /// The KMS key cannot be had at the moment; the request can be retried.
        KeyUnavailable = "KeyUnavailableException",
        /// Something inside broke; the request can be retried.
        KmsInternal = "KMSInternalException",
        /// The MAC is not that of the message.
        KmsInvalidMac = "KMSInvalidMacException",
        /// The signature is not that of the message.
        KmsInvalidSignature = "KMSInvalidSignatureException",
        /// The state of the KMS key does not allow the operation.
        KmsInvalidState = "KMSInvalidStateException",
        /// There may be no more of them.
        LimitExceeded = "LimitExceededException",
        /// The signature does not belong to this request.
        InvalidSignature = "InvalidSignatureException",
        /// The key policy is no policy.
        MalformedPolicyDocument = "MalformedPolicyDocumentException",
        /// The request is not signed.
        MissingAuthenticationToken = "MissingAuthenticationTokenException",
        /// There is no such KMS key.
        NotFound = "NotFoundException",
        /// The request is not JSON, or a member is of another type.
        Serialization = "SerializationException",
        /// A tag is not a valid one.
        Tag = "TagException",
        /// There are too many requests; the request can be retried.
        Throttling = "ThrottlingException",
        /// The service has no such operation.
        UnknownOperation = "UnknownOperationException",
        /// The KMS key is of a kind that the operation does not serve.
        UnsupportedOperation = "UnsupportedOperationException",
        /// A parameter is missing, out of range, or contradicts another.
        Validation = "ValidationException",
    }
}

impl Exception {
    /// The HTTP status that the API pages give for this exception: 400, or 500 where the fault is the
    /// service's, and 412 for a dry run.
    pub const fn http_status(self) -> u16 {
        match self {
            Self::DependencyTimeout | Self::KeyUnavailable | Self::KmsInternal => 500,
            Self::DryRun => 412,
            _ => 400,
        }
    }
}

/// What AWS KMS would answer instead of doing what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// AWS's name for it.
    pub exception: Exception,
    /// AWS's text; `None` where AWS sends none or none is known.
    pub message: Option<String>,
}

impl Refusal {
    /// A refusal with AWS's text.
    pub fn new(exception: Exception, message: impl Into<String>) -> Self {
        Self {
            exception,
            message: Some(message.into()),
        }
    }

    /// A refusal whose text is empty at AWS, or not known.
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
