//! A loopback endpoint in place of AWS KMS that accepts one request and records it.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The timeout of a request.
const PATIENCE: Duration = Duration::from_secs(180);

/// The endpoint, on a port of its own.
pub(crate) struct Endpoint {
    /// Returns its address, for `AWS_ENDPOINT_URL`.
    pub(crate) url: String,
    thread: JoinHandle<Option<Request>>,
}

/// A received request.
#[derive(Debug)]
pub(crate) struct Request {
    /// `POST / HTTP/1.1`.
    pub(crate) line: String,
    /// The headers, with their names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    /// The JSON body.
    pub(crate) body: Value,
}

impl Endpoint {
    /// Starts listening, and answers the one request with `response`.
    pub(crate) fn start(response: &Value) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a loopback port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let response = response.to_string();
        let thread =
            std::thread::spawn(move || accept(&listener).map(|stream| serve(stream, &response)));
        Self { url, thread }
    }

    /// Returns the request, after the client has ended.
    pub(crate) fn request(self) -> Request {
        self.thread
            .join()
            .expect("the endpoint ends well")
            .expect("a request arrives")
    }
}

fn accept(listener: &TcpListener) -> Option<TcpStream> {
    listener.set_nonblocking(true).expect("a listener can");
    let deadline = Instant::now() + PATIENCE;
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false).expect("a stream can");
                stream
                    .set_read_timeout(Some(PATIENCE))
                    .expect("a stream can");
                return Some(stream);
            }
            Err(_) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(5)),
            Err(_) => return None,
        }
    }
}

fn serve(stream: TcpStream, response: &str) -> Request {
    let mut reader = BufReader::new(stream);
    let mut lines = std::iter::from_fn(|| {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line of the request");
        Some(line.trim_end().to_owned()).filter(|line| !line.is_empty())
    });
    let line = lines.next().expect("a request line");
    let headers: BTreeMap<_, _> = lines
        .map(|line| {
            let (name, value) = line.split_once(':').expect("a header");
            (name.to_lowercase(), value.trim().to_owned())
        })
        .collect();
    let len = headers
        .get("content-length")
        .and_then(|len| len.parse().ok())
        .expect("a length");
    let mut body = vec![0; len];
    reader.read_exact(&mut body).expect("the whole body");
    let mut stream = reader.into_inner();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{response}",
        response.len()
    )
    .expect("the client reads the answer");
    Request {
        line,
        headers,
        body: serde_json::from_slice(&body).expect("JSON"),
    }
}
