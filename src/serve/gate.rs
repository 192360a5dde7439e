//! The gate: lets in requests of programs on this machine that address this endpoint, and no web
//! page in a browser, whatever host name it uses.

use byok_core::exception::Exception;
use byok_core::region::Region;
use hyper::header::{
    AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN,
    TRANSFER_ENCODING,
};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};

/// The content type of every request.
const REQUEST_TYPE: &str = "application/x-amz-json-1.1";
/// The header that names the service and the operation.
pub(super) const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
/// The header in which browsers name the source of a request.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A request that is not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HttpRejection {
    pub(super) status: StatusCode,
    /// The name of the error: AWS's if there is one.
    pub(super) name: &'static str,
    pub(super) message: &'static str,
}

const fn reject(status: StatusCode, name: &'static str, message: &'static str) -> HttpRejection {
    HttpRejection {
        status,
        name,
        message,
    }
}

const fn bad_request(message: &'static str) -> HttpRejection {
    reject(StatusCode::BAD_REQUEST, "byok#BadRequest", message)
}

const fn forbidden(message: &'static str) -> HttpRejection {
    reject(StatusCode::FORBIDDEN, "byok#Forbidden", message)
}

/// The answer of AWS to a request without a valid signature header.
const fn unsigned(exception: Exception, message: &'static str) -> HttpRejection {
    reject(StatusCode::BAD_REQUEST, exception.as_str(), message)
}

/// The body was too long.
pub(super) const TOO_LONG: HttpRejection = reject(
    StatusCode::PAYLOAD_TOO_LARGE,
    "byok#PayloadTooLarge",
    "the body is longer than 1 MiB",
);
/// The body took too long.
pub(super) const LATE: HttpRejection = reject(
    StatusCode::REQUEST_TIMEOUT,
    "byok#RequestTimeout",
    "the body took longer than 30 s",
);
/// The body was incomplete.
pub(super) const BROKEN: HttpRejection = bad_request("the body is incomplete or invalid");

/// hyper found an invalid request.
pub(super) const NO_REQUEST: HttpRejection = bad_request("this is not an HTTP request");
/// hyper found a head that is too long.
pub(super) const LONG_HEAD: HttpRejection = reject(
    StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
    "byok#RequestHeaderFieldsTooLarge",
    "the head is longer than 16 KiB",
);

/// The service that a request is for, and the Region of its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Admitted {
    /// AWS KMS.
    Kms(Region),
    /// Another service, by its name in the signature. Its path, method and content type are not
    /// checked.
    Other {
        /// The name of the service.
        service: String,
        /// The Region of the signature.
        region: Region,
    },
}

/// Checks a request; `port` is that of this endpoint.
///
/// # Errors
///
/// [`HttpRejection`]. Checks against browsers come first.
pub(super) fn check(head: &Parts, port: u16) -> Result<Admitted, HttpRejection> {
    check_host(head, port)?;
    check_browser(&head.headers)?;
    if let Some((service, region)) = other_service(&head.headers)? {
        return Ok(Admitted::Other { service, region });
    }
    if head.headers.contains_key(TRANSFER_ENCODING) {
        return Err(bad_request(
            "Transfer-Encoding is not supported: send Content-Length",
        ));
    }
    if head.uri.path_and_query().is_none_or(|path| path != "/") {
        return Err(reject(
            StatusCode::NOT_FOUND,
            "byok#NotFound",
            "the path must be /",
        ));
    }
    if head.method != Method::POST {
        return Err(reject(
            StatusCode::METHOD_NOT_ALLOWED,
            "byok#MethodNotAllowed",
            "the method must be POST",
        ));
    }
    if one(&head.headers, &CONTENT_TYPE) != Some(REQUEST_TYPE) {
        return Err(reject(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "byok#UnsupportedMediaType",
            "the content type must be application/x-amz-json-1.1",
        ));
    }
    check_target(&head.headers)?;
    check_signature(&head.headers).map(Admitted::Kms)
}

/// Requires at most one `X-Amz-Target`: with two, a proxy and this endpoint could read different
/// operations. Without one, the service answers that there is no such operation.
fn check_target(headers: &HeaderMap) -> Result<(), HttpRejection> {
    if headers.get_all(TARGET).iter().count() > 1 {
        return Err(bad_request("expected exactly one X-Amz-Target"));
    }
    Ok(())
}

/// Requires one `Host` with this machine and this port. A page whose own name resolves to 127.0.0.1
/// fails here.
fn check_host(head: &Parts, port: u16) -> Result<(), HttpRejection> {
    if head.uri.authority().is_some() {
        return Err(bad_request(
            "the request target must not be in absolute form",
        ));
    }
    let host = one(&head.headers, &HOST).ok_or(bad_request("expected exactly one Host"))?;
    let is_ours = ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| {
        let rest = host
            .get(..name.len())
            .filter(|start| start.eq_ignore_ascii_case(name));
        rest.and_then(|_| host.get(name.len()..)) == Some(&format!(":{port}"))
    });
    if is_ours {
        Ok(())
    } else {
        Err(forbidden(
            "Host must be 127.0.0.1, localhost or [::1] with the port",
        ))
    }
}

/// Rejects a request with one of these headers. Programs do not send them, and pages cannot omit
/// them.
fn check_browser(headers: &HeaderMap) -> Result<(), HttpRejection> {
    if headers.contains_key(ORIGIN) {
        return Err(forbidden(
            "requests of web pages are refused: the request has an Origin",
        ));
    }
    if headers
        .get_all(SEC_FETCH_SITE)
        .iter()
        .any(|site| site != "none")
    {
        return Err(forbidden(
            "requests of web pages are refused: the request has a Sec-Fetch-Site",
        ));
    }
    Ok(())
}

/// Returns the service and the Region of a signature for another service than AWS KMS.
///
/// # Errors
///
/// The answer of AWS KMS if the request names an operation of AWS KMS nevertheless.
fn other_service(headers: &HeaderMap) -> Result<Option<(String, Region)>, HttpRejection> {
    let Some((service, region)) = one(headers, &AUTHORIZATION).and_then(scope) else {
        return Ok(None);
    };
    if service == "kms" {
        return Ok(None);
    }
    let is_for_kms = |target: &HeaderValue| target.as_bytes().starts_with(b"TrentService.");
    if headers.get_all(TARGET).iter().any(is_for_kms) {
        return Err(unsigned(
            Exception::InvalidSignature,
            "Credential should be scoped to correct service: 'kms'.",
        ));
    }
    Ok(Some((service.to_owned(), region)))
}

/// Checks that `Authorization` has the form of Signature Version 4. Does not check the signature,
/// because there is no secret to check it with.
///
/// # Source
///
/// AWS General Reference, "Create a signed AWS API request".
fn check_signature(headers: &HeaderMap) -> Result<Region, HttpRejection> {
    if !headers.contains_key(AUTHORIZATION) {
        return Err(unsigned(
            Exception::MissingAuthenticationToken,
            "Missing Authentication Token",
        ));
    }
    let incomplete = unsigned(
        Exception::IncompleteSignature,
        "Authorization is not in the form of Signature Version 4",
    );
    let authorization = one(headers, &AUTHORIZATION).ok_or_else(|| incomplete.clone())?;
    let (_, region) = scope(authorization).ok_or(incomplete)?;
    Ok(region)
}

/// The service and the Region of a signature.
fn scope(authorization: &str) -> Option<(&str, Region)> {
    let mut parts = authorization
        .strip_prefix("AWS4-HMAC-SHA256 ")?
        .split(',')
        .map(str::trim);
    let credential = parts.next()?.strip_prefix("Credential=")?;
    let signed_headers = parts.next()?.strip_prefix("SignedHeaders=")?;
    let signature = parts.next()?.strip_prefix("Signature=")?;
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let signs_host = signed_headers.split(';').any(|name| name == "host");
    if parts.next().is_some()
        || signature.len() != 64
        || !signature.bytes().all(is_hex)
        || !signs_host
    {
        return None;
    }
    let mut scope = credential.rsplitn(5, '/');
    let (end, service, region, date) = (scope.next()?, scope.next()?, scope.next()?, scope.next()?);
    let key_id = scope.next()?;
    let is_date = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
    if end != "aws4_request" || !is_date || key_id.is_empty() {
        return None;
    }
    Some((service, Region::parse(region).ok()?))
}

/// Returns the value of a header that occurs once.
pub(super) fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        None
    } else {
        value.to_str().ok()
    }
}
