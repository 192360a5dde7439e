//! An error in the protocol of a service.

use super::protocol::Protocol;
use crate::{error_body::ErrorBody, json};

/// The code for an unknown operation in the JSON protocols.
const UNKNOWN_OPERATION: &str = "UnknownOperationException";

/// An HTTP response with an error.
pub(super) struct ErrorResponse {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    pub(super) code: &'static str,
}

impl ErrorResponse {
    /// Builds the error of an unknown operation. `message` and `request_id` need no escape in XML or
    /// JSON.
    ///
    /// # Source
    ///
    /// Smithy, the error serialization of each protocol; Amazon S3 API Reference, "Error Responses".
    pub(super) fn new(protocol: Protocol, message: &str, request_id: &str) -> Self {
        let (status, content_type, code, body) = match protocol {
            Protocol::AwsJson(version) => (
                400,
                format!("application/x-amz-json-{version}"),
                UNKNOWN_OPERATION,
                json::line(&ErrorBody::new(UNKNOWN_OPERATION, message)).into_bytes(),
            ),
            Protocol::Query => (400, xml(), "InvalidAction", query(message, request_id)),
            Protocol::Ec2Query => (400, xml(), "InvalidAction", ec2_query(message, request_id)),
            Protocol::RestXml => (501, xml(), "NotImplemented", rest_xml(message, request_id)),
            Protocol::RestJson => (
                404,
                "application/json".to_owned(),
                UNKNOWN_OPERATION,
                json::line(&serde_json::json!({ "message": message })).into_bytes(),
            ),
            Protocol::RpcV2Cbor => (
                400,
                "application/cbor".to_owned(),
                UNKNOWN_OPERATION,
                cbor_map(&[("__type", UNKNOWN_OPERATION), ("message", message)]),
            ),
        };
        let mut headers = vec![
            ("Content-Type", content_type),
            ("x-amzn-RequestId", request_id.to_owned()),
        ];
        match protocol {
            Protocol::RestJson => headers.push(("x-amzn-ErrorType", code.to_owned())),
            Protocol::RpcV2Cbor => headers.push(("Smithy-Protocol", "rpc-v2-cbor".to_owned())),
            Protocol::AwsJson(_) | Protocol::Query | Protocol::Ec2Query | Protocol::RestXml => {}
        }
        Self {
            status,
            headers,
            body,
            code,
        }
    }
}

fn xml() -> String {
    "text/xml".to_owned()
}

fn query(message: &str, request_id: &str) -> Vec<u8> {
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidAction</Code>\
         <Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>\n"
    )
    .into_bytes()
}

fn ec2_query(message: &str, request_id: &str) -> Vec<u8> {
    format!(
        "<Response><Errors><Error><Code>InvalidAction</Code><Message>{message}</Message></Error>\
         </Errors><RequestID>{request_id}</RequestID></Response>\n"
    )
    .into_bytes()
}

fn rest_xml(message: &str, request_id: &str) -> Vec<u8> {
    format!(
        "<Error><Code>NotImplemented</Code><Message>{message}</Message>\
         <RequestId>{request_id}</RequestId></Error>\n"
    )
    .into_bytes()
}

/// Writes a map of text strings.
///
/// # Source
///
/// RFC 8949, 3.1: major types 3 and 5.
fn cbor_map(members: &[(&str, &str)]) -> Vec<u8> {
    const TEXT: u8 = 0x60;
    const MAP: u8 = 0xa0;
    let mut cbor = cbor_head(MAP, members.len());
    for text in members.iter().flat_map(|(name, value)| [name, value]) {
        cbor.extend(cbor_head(TEXT, text.len()));
        cbor.extend(text.as_bytes());
    }
    cbor
}

/// Writes the type and the length of an item of at most 65,535 parts.
fn cbor_head(major_type: u8, len: usize) -> Vec<u8> {
    let [.., high, low] = len.to_be_bytes();
    match len {
        0..24 => vec![major_type | low],
        24..256 => vec![major_type | 0x18, low],
        _ => vec![major_type | 0x19, high, low],
    }
}
