//! A `byok serve` that is stopped, searched, and continued.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use serde_json::Value;

use crate::needles::{Needles, Secret};
use crate::program::{program, search_memory};

const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 \
    Credential=AKIDREHEARSALNOTAWS0/20261124/us-east-1/kms/aws4_request, SignedHeaders=host, \
    Signature=5bcc8e7669b6de719091ad27ae0145daa319f881010958208e960329341421d5";

/// The timeout of every wait.
const PATIENCE: Duration = Duration::from_secs(180);

/// The server; it is killed on drop.
pub(crate) struct Served {
    child: Child,
    port: u16,
    /// The connection of the last call.
    open: RefCell<Option<TcpStream>>,
}

impl Served {
    /// Serves the keys of the store in `folder`, and writes the log to `log` there.
    pub(crate) fn start(folder: &Path) -> Self {
        let ready = folder.join("ready");
        let mut command = Command::new(program());
        command.args([
            "serve",
            "--diagnose",
            "--store",
            "store",
            "--ready-file",
            "ready",
        ]);
        command
            .current_dir(folder)
            .env_clear()
            .env("RUST_LOG", "trace")
            .env("RUST_BACKTRACE", "full");
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let log = File::create(folder.join("log")).expect("a file");
        let child = command.stderr(log).spawn().expect("the program starts");
        let mut served = Self {
            child,
            port: 0,
            open: RefCell::new(None),
        };
        let deadline = Instant::now() + PATIENCE;
        while !ready.exists() {
            assert!(Instant::now() < deadline, "it does not begin");
            sleep(Duration::from_millis(5));
        }
        let script = fs::read_to_string(ready).expect("a file");
        let url = script
            .lines()
            .find_map(|line| line.strip_prefix("export AWS_ENDPOINT_URL="));
        served.port = url
            .and_then(|url| url.rsplit(':').next()?.parse().ok())
            .expect("a port");
        served
    }

    /// Calls an operation. Returns the answer, and whether it is a success.
    ///
    /// The connection stays open, so that its buffers in the server are searched too. If the server ended
    /// the last connection because it was idle for too long, this makes a new one.
    pub(crate) fn call(&self, operation: &str, body: &Value) -> (bool, Value) {
        let body = body.to_string();
        let head = format!(
            "POST / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nX-Amz-Target: TrentService.{operation}\r\n\
             Content-Type: application/x-amz-json-1.1\r\nAuthorization: {AUTHORIZATION}\r\n\
             Content-Length: {}\r\n\r\n",
            self.port,
            body.len()
        );
        let request = head + &body;
        let mut open = self.open.borrow_mut();
        let answered = open
            .take()
            .and_then(|tcp| exchange(tcp, &request))
            .or_else(|| {
                let tcp = TcpStream::connect(("127.0.0.1", self.port)).expect("connected");
                exchange(tcp, &request)
            });
        let (tcp, is_done, answer) = answered.expect("an answer");
        *open = Some(tcp);
        (is_done, answer)
    }

    /// Returns whether the server still holds the connection of the last call open.
    pub(crate) fn is_open(&self) -> bool {
        let open = self.open.borrow();
        open.as_ref().is_some_and(|tcp| {
            tcp.set_nonblocking(true).expect("a socket");
            let would_block =
                matches!(tcp.peek(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock);
            tcp.set_nonblocking(false).expect("a socket");
            would_block
        })
    }

    /// Returns the answer of a successful operation.
    pub(crate) fn must(&self, operation: &str, body: &Value) -> Value {
        let (is_done, answer) = self.call(operation, body);
        assert!(is_done, "{operation}: {answer}");
        answer
    }

    /// Returns the exception of a refused operation.
    pub(crate) fn refused(&self, operation: &str, body: &Value) -> String {
        let (is_done, answer) = self.call(operation, body);
        assert!(!is_done, "{operation} was done");
        answer["__type"].as_str().expect("an exception").to_owned()
    }

    /// Returns the matches of `secrets` in its memory, between two calls.
    pub(crate) fn search(&self, secrets: &[Secret]) -> Vec<String> {
        self.wait_until_idle();
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::STOP).expect("it is there");
        let stopped = waitpid(Some(pid), WaitOptions::UNTRACED).expect("a child can be waited for");
        assert!(
            stopped.is_some_and(|(_, status)| status.stopped()),
            "it ended"
        );
        let hits = search_memory(self.child.id(), &Needles::of(secrets));
        kill_process(pid, Signal::CONT).expect("it is there");
        hits
    }

    /// Waits until no thread has anything to do: the end of the last connection has been noticed then,
    /// however busy the machine is.
    fn wait_until_idle(&self) {
        let threads = format!("/proc/{}/task", self.child.id());
        let is_idle = || {
            fs::read_dir(&threads).expect("threads").all(|thread| {
                let stat = fs::read_to_string(thread.expect("a thread").path().join("stat"));
                // A thread that has ended has nothing to do, either.
                stat.map_or(true, |stat| stat.contains(") S "))
            })
        };
        let deadline = Instant::now() + PATIENCE;
        let mut idle_in_a_row = 0;
        while idle_in_a_row < 10 {
            assert!(Instant::now() < deadline, "it is never idle");
            sleep(Duration::from_millis(20));
            idle_in_a_row = if is_idle() { idle_in_a_row + 1 } else { 0 };
        }
    }

    /// Waits until nothing of `secrets` is found, with a timeout, and returns the last matches.
    pub(crate) fn search_in_time(&self, secrets: &[Secret]) -> Vec<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let hits = self.search(secrets);
            if hits.is_empty() || Instant::now() > deadline {
                return hits;
            }
            sleep(Duration::from_millis(500));
        }
    }
}

/// Sends a request and reads its answer. Returns the connection, whether the answer is a success, and its
/// body; `None` if the connection ends first.
fn exchange(mut tcp: TcpStream, request: &str) -> Option<(TcpStream, bool, Value)> {
    tcp.write_all(request.as_bytes()).ok()?;
    let mut bytes = Vec::new();
    loop {
        if let Some((head, body)) = split(&bytes) {
            let is_done = head.starts_with("HTTP/1.1 200 ");
            let answer = serde_json::from_slice(body).unwrap_or(Value::Null);
            return Some((tcp, is_done, answer));
        }
        let mut chunk = [0; 4096];
        match tcp.read(&mut chunk).ok()? {
            0 => return None,
            len => bytes.extend_from_slice(&chunk[..len]),
        }
    }
}

/// Returns the head and the body of an answer; `None` if a part is missing.
fn split(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, body) = (str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 4..]);
    let len = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |len| len.parse().expect("a length"));
    (body.len() >= len).then_some((head, body))
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
