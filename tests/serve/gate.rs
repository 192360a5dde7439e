//! The gate: a table of requests that each differ from a valid one in one thing.

use crate::client::{AUTHORIZATION, Client, Response};
use crate::server::Server;

/// The parts of a request; `{host}` is 127.0.0.1 and the port, `{port}` the port.
#[derive(Clone, Copy)]
struct Mix {
    line: &'static str,
    /// All headers but `Content-Length` and one `X-Amz-Target`.
    headers: &'static [(&'static str, &'static str)],
}

const LINE: &str = "POST / HTTP/1.1";
const TYPE: (&str, &str) = ("Content-Type", "application/x-amz-json-1.1");
const HOST: (&str, &str) = ("Host", "{host}");
const SIGNED: (&str, &str) = ("Authorization", AUTHORIZATION);

const fn with(headers: &'static [(&'static str, &'static str)]) -> Mix {
    Mix {
        line: LINE,
        headers,
    }
}

const fn line(line: &'static str) -> Mix {
    Mix {
        line,
        headers: &[HOST, TYPE, SIGNED],
    }
}

const fn host(host: &'static [(&'static str, &'static str)]) -> Mix {
    Mix {
        line: LINE,
        headers: host,
    }
}

/// Credentials for another service, and invalid signature headers.
const FOR_S3: &str = "AWS4-HMAC-SHA256 Credential=AKID/20261124/us-east-1/s3/aws4_request, SignedHeaders=host, \
    Signature=5bcc8e7669b6de719091ad27ae0145daa319f881010958208e960329341421d5";
const FOR_STS: &str = "AWS4-HMAC-SHA256 Credential=AKID/20261124/us-east-1/sts/aws4_request, \
    SignedHeaders=host, \
    Signature=5bcc8e7669b6de719091ad27ae0145daa319f881010958208e960329341421d5";
const SHORT: &str = "AWS4-HMAC-SHA256 Credential=AKID/20261124/us-east-1/kms/aws4_request, SignedHeaders=host, \
    Signature=5bcc8e76";
const WITHOUT_HOST: &str = "AWS4-HMAC-SHA256 Credential=AKID/20261124/us-east-1/kms/aws4_request, \
    SignedHeaders=x-amz-date, \
    Signature=5bcc8e7669b6de719091ad27ae0145daa319f881010958208e960329341421d5";
const NO_REGION: &str = "AWS4-HMAC-SHA256 Credential=AKID/20261124/nowhere/kms/aws4_request, \
    SignedHeaders=host, \
    Signature=5bcc8e7669b6de719091ad27ae0145daa319f881010958208e960329341421d5";

const SAME_TARGET: (&str, &str) = ("X-Amz-Target", "TrentService.ListKeys");
const OTHER_TARGET: (&str, &str) = ("X-Amz-Target", "TrentService.ScheduleKeyDeletion");
const EMPTY_TARGET: (&str, &str) = ("x-amz-target", "");

/// Each combination, its status, and the error name, if there is one.
const MIXES: &[(&str, Mix, u16, &str)] = &[
    ("good", with(&[HOST, TYPE, SIGNED]), 200, ""),
    (
        "localhost",
        host(&[("Host", "localhost:{port}"), TYPE, SIGNED]),
        200,
        "",
    ),
    (
        "LOCALHOST",
        host(&[("Host", "LOCALHOST:{port}"), TYPE, SIGNED]),
        200,
        "",
    ),
    (
        "[::1]",
        host(&[("Host", "[::1]:{port}"), TYPE, SIGNED]),
        200,
        "",
    ),
    (
        "a browser's address bar",
        with(&[HOST, TYPE, SIGNED, ("Sec-Fetch-Site", "none")]),
        200,
        "",
    ),
    ("HTTP/1.0", line("POST / HTTP/1.0"), 200, ""),
    ("no Host", with(&[TYPE, SIGNED]), 400, "byok#BadRequest"),
    (
        "empty Host",
        host(&[("Host", ""), TYPE, SIGNED]),
        403,
        "byok#Forbidden",
    ),
    (
        "one Host twice",
        with(&[HOST, HOST, TYPE, SIGNED]),
        400,
        "byok#BadRequest",
    ),
    (
        "two Hosts",
        with(&[HOST, ("Host", "evil.example"), TYPE, SIGNED]),
        400,
        "byok#BadRequest",
    ),
    (
        "no port",
        host(&[("Host", "127.0.0.1"), TYPE, SIGNED]),
        403,
        "byok#Forbidden",
    ),
    (
        "another port",
        host(&[("Host", "127.0.0.1:1"), TYPE, SIGNED]),
        403,
        "byok#Forbidden",
    ),
    (
        "a port that begins so",
        host(&[("Host", "127.0.0.1:{port}0"), TYPE, SIGNED]),
        403,
        "byok#Forbidden",
    ),
    (
        "a dot at the end",
        host(&[("Host", "localhost.:{port}"), TYPE, SIGNED]),
        403,
        "byok#Forbidden",
    ),
    (
        "rebinding",
        host(&[("Host", "evil.example:{port}"), TYPE, SIGNED]),
        403,
        "byok#Forbidden",
    ),
    (
        "a name that begins so",
        host(&[("Host", "127.0.0.1.evil.example:{port}"), TYPE, SIGNED]),
        403,
        "byok#Forbidden",
    ),
    (
        "a user",
        host(&[("Host", "evil@127.0.0.1:{port}"), TYPE, SIGNED]),
        403,
        "byok#Forbidden",
    ),
    (
        "any address",
        host(&[("Host", "0.0.0.0:{port}"), TYPE, SIGNED]),
        403,
        "byok#Forbidden",
    ),
    (
        "another loopback",
        host(&[("Host", "127.0.0.2:{port}"), TYPE, SIGNED]),
        403,
        "byok#Forbidden",
    ),
    (
        "mapped",
        host(&[("Host", "[::ffff:127.0.0.1]:{port}"), TYPE, SIGNED]),
        403,
        "byok#Forbidden",
    ),
    (
        "absolute form",
        line("POST http://127.0.0.1:{port}/ HTTP/1.1"),
        400,
        "byok#BadRequest",
    ),
    (
        "absolute form, elsewhere",
        line("POST http://evil.example/ HTTP/1.1"),
        400,
        "byok#BadRequest",
    ),
    (
        "authority form",
        line("CONNECT 127.0.0.1:{port} HTTP/1.1"),
        400,
        "byok#BadRequest",
    ),
    (
        "Origin",
        with(&[HOST, TYPE, SIGNED, ("Origin", "http://evil.example")]),
        403,
        "byok#Forbidden",
    ),
    (
        "Origin null",
        with(&[HOST, TYPE, SIGNED, ("Origin", "null")]),
        403,
        "byok#Forbidden",
    ),
    (
        "Origin, our own",
        with(&[HOST, TYPE, SIGNED, ("Origin", "http://{host}")]),
        403,
        "byok#Forbidden",
    ),
    (
        "cross-site",
        with(&[HOST, TYPE, SIGNED, ("Sec-Fetch-Site", "cross-site")]),
        403,
        "byok#Forbidden",
    ),
    (
        "same-site",
        with(&[HOST, TYPE, SIGNED, ("Sec-Fetch-Site", "same-site")]),
        403,
        "byok#Forbidden",
    ),
    (
        "same-origin",
        with(&[HOST, TYPE, SIGNED, ("Sec-Fetch-Site", "same-origin")]),
        403,
        "byok#Forbidden",
    ),
    (
        "a form of a page",
        with(&[HOST, ("Content-Type", "text/plain"), SIGNED]),
        415,
        "byok#UnsupportedMediaType",
    ),
    (
        "no type",
        with(&[HOST, SIGNED]),
        415,
        "byok#UnsupportedMediaType",
    ),
    (
        "a type with more",
        with(&[
            HOST,
            ("Content-Type", "application/x-amz-json-1.1; charset=utf-8"),
            SIGNED,
        ]),
        415,
        "byok#UnsupportedMediaType",
    ),
    (
        "JSON 1.0",
        with(&[HOST, ("Content-Type", "application/x-amz-json-1.0"), SIGNED]),
        415,
        "byok#UnsupportedMediaType",
    ),
    (
        "two types",
        with(&[HOST, TYPE, TYPE, SIGNED]),
        415,
        "byok#UnsupportedMediaType",
    ),
    (
        "two targets",
        with(&[HOST, TYPE, SIGNED, OTHER_TARGET]),
        400,
        "byok#BadRequest",
    ),
    (
        "one target twice",
        with(&[HOST, TYPE, SIGNED, SAME_TARGET]),
        400,
        "byok#BadRequest",
    ),
    (
        "a target and an empty target",
        with(&[HOST, TYPE, SIGNED, EMPTY_TARGET]),
        400,
        "byok#BadRequest",
    ),
    (
        "not signed",
        with(&[HOST, TYPE]),
        400,
        "MissingAuthenticationTokenException",
    ),
    (
        "another scheme",
        with(&[HOST, TYPE, ("Authorization", "Basic YTpi")]),
        400,
        "IncompleteSignatureException",
    ),
    (
        "signed twice",
        with(&[HOST, TYPE, SIGNED, SIGNED]),
        400,
        "IncompleteSignatureException",
    ),
    (
        "a short signature",
        with(&[HOST, TYPE, ("Authorization", SHORT)]),
        400,
        "IncompleteSignatureException",
    ),
    (
        "Host not signed",
        with(&[HOST, TYPE, ("Authorization", WITHOUT_HOST)]),
        400,
        "IncompleteSignatureException",
    ),
    (
        "no Region",
        with(&[HOST, TYPE, ("Authorization", NO_REGION)]),
        400,
        "IncompleteSignatureException",
    ),
    (
        "for S3",
        with(&[HOST, TYPE, ("Authorization", FOR_S3)]),
        400,
        "InvalidSignatureException",
    ),
    (
        "a listing of S3",
        Mix {
            line: "GET /?list-type=2 HTTP/1.1",
            headers: &[HOST, ("Authorization", FOR_S3)],
        },
        400,
        "InvalidSignatureException",
    ),
    (
        "a call to STS",
        with(&[
            HOST,
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Authorization", FOR_STS),
        ]),
        400,
        "InvalidSignatureException",
    ),
    ("GET", line("GET / HTTP/1.1"), 405, "byok#MethodNotAllowed"),
    (
        "a preflight",
        line("OPTIONS / HTTP/1.1"),
        405,
        "byok#MethodNotAllowed",
    ),
    (
        "OPTIONS *",
        line("OPTIONS * HTTP/1.1"),
        404,
        "byok#NotFound",
    ),
    (
        "another path",
        line("POST /keys HTTP/1.1"),
        404,
        "byok#NotFound",
    ),
    (
        "a query",
        line("POST /?Action=ListKeys HTTP/1.1"),
        404,
        "byok#NotFound",
    ),
    (
        "chunks",
        with(&[HOST, TYPE, SIGNED, ("Transfer-Encoding", "chunked")]),
        400,
        "byok#BadRequest",
    ),
];

fn send(port: u16, mix: &Mix) -> (Response, bool) {
    let fill = |text: &str| {
        text.replace("{host}", &format!("127.0.0.1:{port}"))
            .replace("{port}", &port.to_string())
    };
    let header = |(name, value): &(&str, &str)| format!("{name}: {}\r\n", fill(value));
    let mut head = format!("{}\r\n", fill(mix.line));
    head.extend(mix.headers.iter().map(header));
    head += "X-Amz-Target: TrentService.ListKeys\r\nContent-Length: 2\r\n\r\n{}";
    let mut client = Client::connect(port);
    client.send(head.as_bytes()).expect("sent");
    let response = client.receive().expect("an answer");
    let is_closed = response.header("connection") == Some("close");
    assert!(!is_closed || client.is_closed(), "{head}");
    (response, is_closed)
}

#[test]
fn every_mix_of_headers_gets_its_answer() {
    assert!(MIXES.len() >= 30);
    let server = Server::start("");
    for (name, mix, status, exception) in MIXES {
        let (response, is_closed) = send(server.port, mix);
        assert_eq!(
            (response.status, response.exception().as_str()),
            (*status, *exception),
            "{name}"
        );
        let is_cors =
            |(name, _): &(String, String)| name.to_ascii_lowercase().starts_with("access-control-");
        assert!(
            !response.headers.iter().any(is_cors),
            "{name}: {response:?}"
        );
        assert_eq!(
            response.header("content-type"),
            Some("application/x-amz-json-1.1"),
            "{name}: {response:?}"
        );
        // Anything that may hide a second request ends the connection.
        assert!(is_closed || *status == 200, "{name}: {response:?}");
    }
    let journal = server.journal(MIXES.len());
    assert_eq!(journal.len(), MIXES.len());
    for ((name, _, status, exception), line) in MIXES.iter().zip(&journal) {
        assert_eq!(line["Status"], *status, "{name}");
        let said = line["Exception"].as_str().unwrap_or_default();
        assert_eq!(said, *exception, "{name}");
    }
}

/// Other interfaces have no listener.
#[test]
fn nobody_listens_but_on_the_loopback_interface() {
    let server = Server::start("");
    let listening = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let port = format!(":{:04X}", server.port);
    let sockets: Vec<&str> = listening
        .lines()
        .filter_map(|line| line.split_whitespace().nth(1))
        .filter(|address| address.ends_with(&port))
        .collect();
    assert!(
        sockets
            .iter()
            .all(|address| address.starts_with("0100007F:")),
        "{sockets:?}"
    );
    let is_there = |address: &str| std::net::TcpStream::connect((address, server.port)).is_ok();
    assert!(is_there("127.0.0.1"));
    assert!(!is_there("127.0.0.2"));
}
