//! The other services of AWS: the caller identity of STS, and errors in the protocol of each
//! service.
//!
//! A script that imports a key often asks STS who it is. Every other request to another service
//! gets an error that the client of that service can print.

mod call;
mod caller_identity;
mod error;
mod protocol;

use rand_core::CryptoRng;

use crate::key_id::{AccountId, KeyId};
pub use call::OtherCall;
use error::ErrorResponse;
use protocol::Protocol;

/// The maximum length of a service or operation name in an answer, in characters.
const MAX_NAME_LEN: usize = 64;

/// The contents of an HTTP response, and those of the log line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherAnswer {
    /// The request ID.
    pub request_id: String,
    /// The HTTP status.
    pub status: u16,
    /// The headers, except the length of the body and the date.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The service and the operation, as in an IAM action.
    pub action: String,
    /// The code of the error.
    pub error_code: Option<&'static str>,
}

/// Returns whether a request with this `Content-Type` has a form as its body.
pub fn is_form(content_type: Option<&str>) -> bool {
    protocol::media_type(content_type) == Some("application/x-www-form-urlencoded")
}

/// Answers one request for the account `account_id`.
///
/// `rng` supplies the request ID.
pub fn answer(
    call: OtherCall<'_>,
    account_id: &AccountId,
    rng: &mut impl CryptoRng,
) -> OtherAnswer {
    let mut random = [0; 16];
    rng.fill_bytes(&mut random);
    let request_id = KeyId::from_random(random, false).to_string();
    let service = printable(call.service).unwrap_or("unknown");
    let protocol = Protocol::of(&call);
    let operation = protocol.operation(&call).and_then(printable);
    let action = match operation {
        Some(operation) => format!("{service}:{operation}"),
        None => service.to_owned(),
    };
    if (service, operation) == ("sts", Some("GetCallerIdentity")) && protocol == Protocol::Query {
        return OtherAnswer {
            status: 200,
            headers: vec![
                ("Content-Type", "text/xml".to_owned()),
                ("x-amzn-RequestId", request_id.clone()),
            ],
            body: caller_identity::document(account_id, call.region, &request_id).into_bytes(),
            request_id,
            action,
            error_code: None,
        };
    }
    let message = format!("byok serve does not rehearse {action}");
    let error = ErrorResponse::new(protocol, &message, &request_id);
    OtherAnswer {
        status: error.status,
        headers: error.headers,
        body: error.body,
        request_id,
        action,
        error_code: Some(error.code),
    }
}

/// Returns `name` if it can be repeated in any protocol without an escape.
fn printable(name: &str) -> Option<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_printable = (1..=MAX_NAME_LEN).contains(&name.len()) && name.bytes().all(is_plain);
    is_printable.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{region::Region, test_rng};

    const FORM: Option<&str> = Some("application/x-www-form-urlencoded; charset=utf-8");

    fn call<'a>(service: &'a str, region: &'a Region) -> OtherCall<'a> {
        OtherCall {
            service,
            region,
            target: None,
            content_type: None,
            smithy_protocol: None,
            form: b"",
        }
    }

    fn answer_to(call: OtherCall<'_>) -> (OtherAnswer, String) {
        let account_id = AccountId::parse("111122223333").expect("an account");
        let answer = answer(call, &account_id, &mut test_rng(1));
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        (answer, body)
    }

    #[test]
    fn answers_the_caller_identity_in_each_partition() {
        for (region, partition) in [
            ("us-east-1", "aws"),
            ("cn-north-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
        ] {
            let region = Region::parse(region).expect("a Region");
            let (answer, body) = answer_to(OtherCall {
                content_type: FORM,
                form: b"Action=GetCallerIdentity&Version=2011-06-15",
                ..call("sts", &region)
            });
            assert_eq!((answer.status, answer.error_code), (200, None));
            assert_eq!(answer.action, "sts:GetCallerIdentity");
            let arn = format!("<Arn>arn:{partition}:iam::111122223333:user/byok-rehearsal</Arn>");
            assert!(body.contains(&arn), "{body}");
            assert!(body.contains("<Account>111122223333</Account>"), "{body}");
            assert!(body.contains(&answer.request_id), "{body}");
        }
    }

    #[test]
    fn refuses_everything_else_in_the_protocol_of_the_service() {
        let region = Region::parse("eu-west-1").expect("a Region");
        let json = Some("application/x-amz-json-1.1");
        let cases = [
            (
                OtherCall {
                    content_type: FORM,
                    form: b"Version=2011-06-15&Action=AssumeRole",
                    ..call("sts", &region)
                },
                400,
                "<Code>InvalidAction</Code><Message>byok serve does not rehearse sts:AssumeRole<",
            ),
            (
                OtherCall {
                    content_type: FORM,
                    form: b"Action=Get%43allerIdentity",
                    ..call("sts", &region)
                },
                400,
                "byok serve does not rehearse sts<",
            ),
            (
                OtherCall {
                    content_type: FORM,
                    form: b"Action=DescribeInstances",
                    ..call("ec2", &region)
                },
                400,
                "<Response><Errors><Error><Code>InvalidAction</Code>",
            ),
            (
                OtherCall {
                    content_type: json,
                    target: Some("secretsmanager.GetSecretValue"),
                    ..call("secretsmanager", &region)
                },
                400,
                r#"{"__type":"UnknownOperationException","message":"byok serve does not rehearse secretsmanager:GetSecretValue"}"#,
            ),
            (
                call("s3", &region),
                501,
                "<Error><Code>NotImplemented</Code><Message>byok serve does not rehearse s3</Message>",
            ),
            (
                call("lambda", &region),
                404,
                r#"{"message":"byok serve does not rehearse lambda"}"#,
            ),
            (
                OtherCall {
                    content_type: json,
                    target: Some("x.<script>"),
                    ..call("a&b", &region)
                },
                400,
                r#""byok serve does not rehearse unknown""#,
            ),
        ];
        for (call, status, expected) in cases {
            let (answer, body) = answer_to(call);
            assert_eq!(answer.status, status, "{call:?}");
            assert!(body.contains(expected), "{call:?}: {body}");
            assert!(answer.error_code.is_some(), "{call:?}");
        }
    }

    #[test]
    fn refuses_in_cbor_what_asks_in_cbor() {
        let region = Region::parse("eu-west-1").expect("a Region");
        let (answer, _) = answer_to(OtherCall {
            smithy_protocol: Some("rpc-v2-cbor"),
            content_type: Some("application/cbor"),
            ..call("monitoring", &region)
        });
        let mut expected =
            b"\xa2\x66__type\x78\x19UnknownOperationException\x67message\x78".to_vec();
        let message = b"byok serve does not rehearse monitoring";
        expected.push(u8::try_from(message.len()).expect("short"));
        expected.extend(message);
        assert_eq!(answer.body, expected);
    }
}
