//! The server under load, and clients with kept-alive connections.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 \
    Credential=AKIDREHEARSALNOTAWS0/20261124/us-east-1/kms/aws4_request, SignedHeaders=host, \
    Signature=5bcc8e7669b6de719091ad27ae0145daa319f881010958208e960329341421d5";

/// A server, and its address.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
}

/// A kept-alive connection.
pub(crate) struct Client(pub(crate) TcpStream, u16);

impl Server {
    /// Starts a server whose log nobody reads.
    pub(crate) fn start() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let ready = folder.path().join("ready");
        let mut command = Command::new(env!("CARGO_BIN_EXE_byok"));
        command
            .args(["serve", "--ready-file"])
            .arg(&ready)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = command.spawn()?;
        let script = loop {
            match fs::read_to_string(&ready) {
                Ok(script) => break script,
                Err(_) => thread::sleep(Duration::from_millis(5)),
            }
        };
        let url = script
            .lines()
            .find_map(|line| line.strip_prefix("export AWS_ENDPOINT_URL="));
        let port = url
            .and_then(|url| url.rsplit(':').next()?.parse().ok())
            .unwrap_or(0);
        Ok(Self { child, port })
    }

    pub(crate) fn connect(&self) -> io::Result<Client> {
        let tcp = TcpStream::connect(("127.0.0.1", self.port))?;
        tcp.set_nodelay(true)?;
        Ok(Client(tcp, self.port))
    }

    /// Returns whether it still runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_none())
    }

    /// Asks it to end, and returns the time that took.
    pub(crate) fn terminate(&mut self) -> io::Result<Duration> {
        let began = Instant::now();
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        self.child.wait()?;
        Ok(began.elapsed())
    }

    /// Returns resident memory in KiB, threads, and open files; zeros without /proc.
    pub(crate) fn weight(&self) -> (u64, u64, usize) {
        let process = format!("/proc/{}", self.child.id());
        let status = fs::read_to_string(format!("{process}/status")).unwrap_or_default();
        let number = |name: &str| {
            let value = status
                .lines()
                .find_map(|line| line.strip_prefix(name)?.split_whitespace().next());
            value.and_then(|value| value.parse().ok()).unwrap_or(0)
        };
        let files = fs::read_dir(format!("{process}/fd")).map_or(0, Iterator::count);
        (number("VmRSS:"), number("Threads:"), files)
    }
}

/// Returns the head of a request with a body of `len` bytes.
pub(crate) fn head(port: u16, operation: &str, len: usize) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Amz-Target: TrentService.{operation}\r\n\
         Content-Type: application/x-amz-json-1.1\r\nAuthorization: {AUTHORIZATION}\r\n\
         Content-Length: {len}\r\n\r\n"
    )
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Client {
    pub(crate) fn call(&mut self, operation: &str, body: &Value) -> io::Result<(u16, Value)> {
        let body = body.to_string();
        self.0
            .write_all((head(self.1, operation, body.len()) + &body).as_bytes())?;
        let (mut received, mut chunk) = (Vec::new(), [0; 8192]);
        loop {
            let len = self.0.read(&mut chunk)?;
            received.extend_from_slice(&chunk[..len]);
            let text = String::from_utf8_lossy(&received);
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                if len == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                continue;
            };
            let wanted = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= wanted.unwrap_or(0) {
                let status = head
                    .split(' ')
                    .nth(1)
                    .and_then(|status| status.parse().ok())
                    .unwrap_or(0);
                return Ok((status, serde_json::from_str(body).unwrap_or(Value::Null)));
            }
        }
    }
}
