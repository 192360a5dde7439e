//! The protocols of AWS's services.

use super::call::OtherCall;

/// Services whose protocol is REST-XML, by their name in a signature.
///
/// # Source
///
/// botocore 1.44.8, the service models.
const REST_XML: [&str; 6] = [
    "cloudfront",
    "route53",
    "s3",
    "s3-object-lambda",
    "s3-outposts",
    "s3express",
];

/// A protocol of AWS's services.
///
/// # Source
///
/// Smithy, "AWS Protocols" and "Smithy RPC v2 CBOR protocol".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// AWS JSON 1.0 or 1.1.
    AwsJson(&'static str),
    /// AWS Query.
    Query,
    /// EC2 Query.
    Ec2Query,
    /// REST-XML.
    RestXml,
    /// REST-JSON.
    RestJson,
    /// Smithy RPC v2 CBOR.
    RpcV2Cbor,
}

impl Protocol {
    /// Returns the protocol of a request.
    pub(super) fn of(call: &OtherCall<'_>) -> Self {
        if call.smithy_protocol == Some("rpc-v2-cbor") {
            return Self::RpcV2Cbor;
        }
        match media_type(call.content_type) {
            Some("application/x-amz-json-1.0") => Self::AwsJson("1.0"),
            Some("application/x-amz-json-1.1") => Self::AwsJson("1.1"),
            Some("application/x-www-form-urlencoded") if call.service == "ec2" => Self::Ec2Query,
            Some("application/x-www-form-urlencoded") => Self::Query,
            _ if REST_XML.contains(&call.service) => Self::RestXml,
            _ => Self::RestJson,
        }
    }

    /// Returns the name of the operation, if the protocol puts it into a header or a form.
    pub(super) fn operation<'a>(self, call: &OtherCall<'a>) -> Option<&'a str> {
        match self {
            Self::AwsJson(_) => Some(call.target?.rsplit_once('.')?.1),
            Self::Query | Self::Ec2Query => form_member(call.form, "Action"),
            Self::RestXml | Self::RestJson | Self::RpcV2Cbor => None,
        }
    }
}

/// Returns the media type of a `Content-Type`, without its parameters.
pub(super) fn media_type(content_type: Option<&str>) -> Option<&str> {
    content_type
        .and_then(|value| value.split(';').next())
        .map(str::trim)
}

/// Returns the value of the first member `name` of a form, as it is encoded.
fn form_member<'a>(form: &'a [u8], name: &str) -> Option<&'a str> {
    let form = core::str::from_utf8(form).ok()?;
    let mut members = form.split('&').filter_map(|member| member.split_once('='));
    members
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}
