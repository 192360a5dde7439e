//! A request to another service.

use crate::region::Region;

/// A request to another service than AWS KMS.
#[derive(Debug, Clone, Copy)]
pub struct OtherCall<'a> {
    /// The service that the request is signed for.
    pub service: &'a str,
    /// The Region that the request is signed for.
    pub region: &'a Region,
    /// The header `X-Amz-Target`.
    pub target: Option<&'a str>,
    /// The header `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The header `Smithy-Protocol`.
    pub smithy_protocol: Option<&'a str>,
    /// The body of a form; empty for other content types.
    pub form: &'a [u8],
}
