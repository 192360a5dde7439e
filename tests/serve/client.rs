//! An HTTP/1.1 client that sends any bytes.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// The timeout of an answer.
const PATIENCE: Duration = Duration::from_secs(180);

/// An `Authorization` header in the form of Signature Version 4; nobody checks the signature.
pub(crate) const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 \
    Credential=AKIDREHEARSALNOTAWS0/20261124/us-east-1/kms/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
    Signature=5bcc8e7669b6de719091ad27ae0145daa319f881010958208e960329341421d5";

/// A response.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self
            .headers
            .iter()
            .filter(|(own, _)| own.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// Returns the exception; empty if there is none.
    pub(crate) fn exception(&self) -> String {
        if self.body.is_empty() {
            return String::new();
        }
        self.json()["__type"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

/// A connection, and its unread bytes.
pub(crate) struct Client {
    tcp: TcpStream,
    rest: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(port: u16) -> Self {
        Self::try_connect(port).expect("a connection")
    }

    pub(crate) fn try_connect(port: u16) -> io::Result<Self> {
        let tcp = TcpStream::connect(("127.0.0.1", port))?;
        tcp.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            tcp,
            rest: Vec::new(),
        })
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.tcp.write_all(bytes)
    }

    /// Returns the next response, or an error if the connection ends before.
    pub(crate) fn receive(&mut self) -> io::Result<Response> {
        let end = loop {
            match find(&self.rest, b"\r\n\r\n") {
                Some(at) => break at + 4,
                None => self.read_more()?,
            }
        };
        let head = String::from_utf8(self.rest.drain(..end).collect()).map_err(io::Error::other)?;
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let header = |line: &str| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_owned(), value.to_owned()))
        };
        let headers: Vec<_> = lines.filter_map(header).collect();
        let mut response = Response {
            status: status.unwrap_or(0),
            headers,
            body: Vec::new(),
        };
        let len = response
            .header("content-length")
            .and_then(|len| len.parse().ok())
            .unwrap_or(0);
        while self.rest.len() < len {
            self.read_more()?;
        }
        response.body = self.rest.drain(..len).collect();
        Ok(response)
    }

    /// Returns whether the server closes the connection without another byte.
    pub(crate) fn is_closed(&mut self) -> bool {
        matches!(self.read_more(), Err(error) if is_end(&error)) && self.rest.is_empty()
    }

    fn read_more(&mut self) -> io::Result<()> {
        let mut chunk = [0; 4096];
        match self.tcp.read(&mut chunk)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            len => {
                self.rest.extend_from_slice(&chunk[..len]);
                Ok(())
            }
        }
    }
}

/// Returns whether a connection ended, in any way.
fn is_end(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof)
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}

/// Returns the bytes of a request for `operation`, as an SDK sends it.
pub(crate) fn request(port: u16, operation: &str, body: &str) -> Vec<u8> {
    let len = body.len();
    format!(
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Amz-Target: TrentService.{operation}\r\n\
         Content-Type: application/x-amz-json-1.1\r\nAuthorization: {AUTHORIZATION}\r\n\
         Content-Length: {len}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Sends one request on its own connection.
pub(crate) fn call(port: u16, operation: &str, body: &Value) -> Response {
    try_call(port, operation, body).expect("an answer")
}

pub(crate) fn try_call(port: u16, operation: &str, body: &Value) -> io::Result<Response> {
    let mut client = Client::try_connect(port)?;
    client.send(&request(port, operation, &body.to_string()))?;
    client.receive()
}
