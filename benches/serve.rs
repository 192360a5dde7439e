//! What `byok serve` bears: rates and waits, with the limits that they must keep. Sends to 127.0.0.1
//! only. `BYOK_SOAK_SECONDS` says how long the cheap calls go on (30).

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use byok_core::secret::SecretBytes;
use byok_core::wrapping;
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_public_key::WrappingPublicKey;
use chacha20::ChaCha20Rng;
use rand_core::SeedableRng as _;
use serde_json::{Value, json};

const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 \
    Credential=AKIDREHEARSALNOTAWS0/20261124/us-east-1/kms/aws4_request, SignedHeaders=host, \
    Signature=5bcc8e7669b6de719091ad27ae0145daa319f881010958208e960329341421d5";

/// A server, and where it is.
struct Server {
    child: Child,
    port: u16,
}

/// One kept connection.
struct Client(TcpStream, u16);

impl Server {
    fn start() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let ready = folder.path().join("ready");
        let mut command = Command::new(env!("CARGO_BIN_EXE_byok"));
        command.args(["serve", "--quiet", "--ready-file"]).arg(&ready).stdout(Stdio::null());
        let child = command.spawn()?;
        let script = loop {
            match fs::read_to_string(&ready) {
                Ok(script) => break script,
                Err(_) => thread::sleep(Duration::from_millis(5)),
            }
        };
        let url = script.lines().find_map(|line| line.strip_prefix("export AWS_ENDPOINT_URL="));
        let port = url.and_then(|url| url.rsplit(':').next()?.parse().ok()).unwrap_or(0);
        Ok(Self { child, port })
    }

    fn connect(&self) -> io::Result<Client> {
        let tcp = TcpStream::connect(("127.0.0.1", self.port))?;
        tcp.set_nodelay(true)?;
        Ok(Client(tcp, self.port))
    }

    /// Resident memory in KiB, threads, and open files; zeros where there is no /proc.
    fn weight(&self) -> (u64, u64, usize) {
        let process = format!("/proc/{}", self.child.id());
        let status = fs::read_to_string(format!("{process}/status")).unwrap_or_default();
        let number = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next());
            value.and_then(|value| value.parse().ok()).unwrap_or(0)
        };
        let files = fs::read_dir(format!("{process}/fd")).map_or(0, Iterator::count);
        (number("VmRSS:"), number("Threads:"), files)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Client {
    fn call(&mut self, operation: &str, body: &Value) -> io::Result<(u16, Value)> {
        let (body, port) = (body.to_string(), self.1);
        let request = format!(
            "POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Amz-Target: TrentService.{operation}\r\n\
             Content-Type: application/x-amz-json-1.1\r\nAuthorization: {AUTHORIZATION}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.write_all(request.as_bytes())?;
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
            let wanted = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= wanted.unwrap_or(0) {
                let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
                return Ok((status, serde_json::from_str(body).unwrap_or(Value::Null)));
            }
        }
    }
}

/// The wait that 99 of 100 do not exceed, and the longest.
fn waits(mut waits: Vec<Duration>) -> (Duration, Duration) {
    waits.sort();
    let at = waits.len() * 99 / 100;
    (waits.get(at).copied().unwrap_or_default(), waits.last().copied().unwrap_or_default())
}

/// Has `count` clients do `call` for as long as `going`; how often it was done, and the waits.
fn measure(
    server: &Server,
    count: usize,
    going: Duration,
    operation: &str,
    body: &Value,
) -> (f64, Duration, Duration) {
    let (stop, began) = (AtomicBool::new(false), Instant::now());
    let all: Vec<Duration> = thread::scope(|scope| {
        let clients: Vec<_> = (0..count)
            .map(|_| {
                scope.spawn(|| {
                    let (mut client, mut waits) = (server.connect().expect("a connection"), Vec::new());
                    while !stop.load(Ordering::Relaxed) {
                        let asked = Instant::now();
                        let (status, answer) = client.call(operation, body).expect("an answer");
                        assert_eq!(status, 200, "{answer}");
                        waits.push(asked.elapsed());
                    }
                    waits
                })
            })
            .collect();
        thread::sleep(going);
        stop.store(true, Ordering::Relaxed);
        clients.into_iter().flat_map(|client| client.join().expect("no panic")).collect()
    });
    #[expect(clippy::cast_precision_loss, reason = "a count of calls")]
    let rate = all.len() as f64 / began.elapsed().as_secs_f64();
    let (p99, longest) = waits(all);
    (rate, p99, longest)
}

fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

fn parameters_request(key_id: &Value, spec: &str) -> Value {
    json!({ "KeyId": key_id, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": spec })
}

/// A request that imports 32 bytes under RSA_2048, again and again.
fn import_request(client: &mut Client, key_id: &Value) -> io::Result<Value> {
    let (_, parameters) = client.call("GetParametersForImport", &parameters_request(key_id, "RSA_2048"))?;
    let public_key = BASE64.decode(parameters["PublicKey"].as_str().unwrap_or_default());
    let public_key = WrappingPublicKey::from_spki_der(&public_key.unwrap_or_default());
    let algorithm = WrappingAlgorithm::RsaesOaepSha256;
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let material = SecretBytes::new((0..32).collect());
    let wrapped = wrapping::wrap(&material, algorithm, &public_key.map_err(io::Error::other)?, &mut rng);
    Ok(json!({
        "KeyId": key_id, "ImportToken": parameters["ImportToken"],
        "EncryptedKeyMaterial": BASE64.encode(wrapped.map_err(io::Error::other)?),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    }))
}

fn main() -> io::Result<()> {
    let soak = std::env::var("BYOK_SOAK_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let soak = Duration::from_secs(soak.unwrap_or(30));
    let server = Server::start()?;
    let mut client = server.connect()?;
    let (_, made) = client.call("CreateKey", &json!({ "Origin": "EXTERNAL" }))?;
    let key_id = made["KeyMetadata"]["KeyId"].clone();
    let describe = json!({ "KeyId": key_id });

    // The first third is for warming up: threads, and what the allocator keeps.
    measure(&server, 32, soak / 3, "DescribeKey", &describe);
    let before = server.weight();
    let (rate, p99, longest) = measure(&server, 32, soak * 2 / 3, "DescribeKey", &describe);
    let after = server.weight();
    say(&format!(
        "DescribeKey, 32 connections, {soak:?}: {rate:.0}/s (2,000 at least), p99 {p99:.1?} (25 ms at most), longest \
         {longest:.1?}; resident {} -> {} KiB (2,048 more at most, but for threads: {} -> {}), files {} -> {}",
        before.0, after.0, before.1, after.1, before.2, after.2
    ));
    for (spec, least) in [("RSA_2048", 15), ("RSA_3072", 3), ("RSA_4096", 1)] {
        let wants = parameters_request(&key_id, spec);
        let stop = AtomicBool::new(false);
        let (made, cheap) = thread::scope(|scope| {
            let cheap = scope.spawn(|| {
                let (mut client, mut pauses) = (server.connect().expect("a connection"), Vec::new());
                while !stop.load(Ordering::Relaxed) {
                    let asked = Instant::now();
                    client.call("DescribeKey", &describe).expect("an answer");
                    pauses.push(asked.elapsed());
                    thread::sleep(Duration::from_millis(5));
                }
                pauses
            });
            let made = measure(&server, 4, Duration::from_secs(10), "GetParametersForImport", &wants);
            stop.store(true, Ordering::Relaxed);
            (made, waits(cheap.join().expect("no panic")))
        });
        say(&format!(
            "GetParametersForImport, {spec}, 4 connections: {:.1}/s ({least} at least), longest {:.1?}; DescribeKey \
             meanwhile p99 {:.1?} (50 ms at most), longest {:.1?}",
            made.0, made.2, cheap.0, cheap.1
        ));
    }
    // The one of the beginning has been idle for too long.
    let import = import_request(&mut server.connect()?, &key_id)?;
    let (rate, p99, _) = measure(&server, 8, Duration::from_secs(5), "ImportKeyMaterial", &import);
    say(&format!("ImportKeyMaterial, RSA_2048, 8 connections: {rate:.0}/s (150 at least), p99 {p99:.1?}"));
    Ok(())
}
