//! A proxy that forwards nothing, and records its requests.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// The timeout of a request head.
const PATIENCE: Duration = Duration::from_secs(180);

/// The proxy, on a port of its own until the tests end.
pub(crate) struct Trap {
    /// Returns its address, for `HTTPS_PROXY`.
    pub(crate) url: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Trap {
    pub(crate) fn set() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a loopback port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let heads = Arc::new(Mutex::new(Vec::new()));
        let caught = Arc::clone(&heads);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let head = refuse(&stream.expect("a connection"));
                caught.lock().expect("no panic").push(head);
            }
        });
        Self { url, heads }
    }

    /// Returns the heads of all requests so far.
    pub(crate) fn caught(&self) -> Vec<String> {
        self.heads.lock().expect("no panic").clone()
    }
}

/// Reads the head of a request, and refuses it.
fn refuse(mut stream: &TcpStream) -> String {
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a stream can");
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let refusal = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let _ = stream.write_all(refusal);
    head.join("\n")
}
