//! The reasons why XML is not a supported RSA key.

/// The reasons why XML is not a supported RSA key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RsaXmlError {
    /// Not the XML that .NET writes.
    #[error("an RSA key in XML that is truncated or damaged")]
    Damaged,
    /// An element is missing, duplicate, or not base64 of a number.
    #[error("an RSA key in XML whose element {0} is missing, duplicate or invalid")]
    Element(&'static str),
}
