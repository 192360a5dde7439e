//! Abusive clients.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use chacha20::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::rates::{parameters_request, waits};
use crate::server::{Server, head};
use crate::verdict::Verdict;

/// The number of requests that are sent without waiting for an answer.
const PIPELINED: usize = 10_000;
/// The number of connections that send noise, and of threads.
const NOISY: usize = 100_000;
const NOISE_THREADS: usize = 4;

/// Answers pipelined requests one after the other.
pub(crate) fn pipeline(server: &Server, verdict: &mut Verdict) -> io::Result<()> {
    let tcp = server.connect()?.0;
    let (mut sender, mut receiver, port) = (tcp.try_clone()?, tcp, server.port);
    let began = Instant::now();
    let sending = thread::spawn(move || {
        let request = head(port, "ListKeys", 2) + "{}";
        (0..PIPELINED).try_for_each(|_| sender.write_all(request.as_bytes()))
    });
    receiver.set_read_timeout(Some(Duration::from_secs(5)))?;
    let (mut text, mut chunk, mut answers) = (Vec::new(), vec![0; 1 << 16], 0);
    while answers < PIPELINED {
        let len = receiver.read(&mut chunk).unwrap_or(0);
        if len == 0 {
            break;
        }
        text.extend_from_slice(&chunk[..len]);
        answers = text
            .windows(15)
            .filter(|window| window == b"HTTP/1.1 200 OK")
            .count();
    }
    let is_sent = sending.join().is_ok_and(|sent| sent.is_ok());
    let line = format!(
        "{PIPELINED} requests in a row: {answers} answers in {:.1?}",
        began.elapsed()
    );
    verdict.say(is_sent && answers == PIPELINED, &line);
    Ok(())
}

/// Refuses a body of 1 GiB, and soon stops reading it.
pub(crate) fn endless_body(server: &Server, verdict: &mut Verdict) -> io::Result<()> {
    let mut tcp = server.connect()?.0;
    tcp.set_write_timeout(Some(Duration::from_secs(20)))?;
    let (began, chunk) = (Instant::now(), vec![b'a'; 1 << 20]);
    tcp.write_all(head(server.port, "ListKeys", 1 << 30).as_bytes())?;
    let mut answer = [0; 12];
    let is_refused = tcp.read_exact(&mut answer).is_ok() && answer == *b"HTTP/1.1 413";
    let taken = (0..1024)
        .take_while(|_| tcp.write_all(&chunk).is_ok())
        .count();
    let line = format!(
        "a body of 1 GiB: 413, and {taken} MiB were taken in {:.1?} (32 MiB at most)",
        began.elapsed()
    );
    verdict.say(is_refused && taken <= 32, &line);
    Ok(())
}

/// Ends a head that arrives one byte per second after ten seconds.
pub(crate) fn slow_heads(server: &Server, key_id: &Value, verdict: &mut Verdict) -> io::Result<()> {
    let (describe, mut pauses) = (json!({ "KeyId": key_id }), Vec::new());
    let slow = || -> io::Result<Duration> {
        let (mut tcp, began) = (server.connect()?.0, Instant::now());
        tcp.set_read_timeout(Some(Duration::from_secs(1)))?;
        let head = head(server.port, "ListKeys", 2);
        // Sending a byte shows nothing; only a read shows that the connection ended.
        for byte in head.bytes().take(30) {
            let _ = tcp.write_all(&[byte]);
            match tcp.read(&mut [0]) {
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                    ) => {}
                Ok(_) | Err(_) => break,
            }
        }
        Ok(began.elapsed())
    };
    let ended: Vec<_> = thread::scope(|scope| {
        let slow: Vec<_> = (0..32).map(|_| scope.spawn(slow)).collect();
        let mut client = server.connect()?;
        while slow.iter().any(|slow| !slow.is_finished()) {
            let asked = Instant::now();
            client.call("DescribeKey", &describe)?;
            pauses.push(asked.elapsed());
            thread::sleep(Duration::from_millis(5));
        }
        slow.into_iter()
            .map(|slow| slow.join().unwrap_or(Ok(Duration::MAX)))
            .collect::<io::Result<_>>()
    })?;
    let (longest, (p99, _)) = (ended.into_iter().max().unwrap_or_default(), waits(pauses));
    verdict.say(
        longest < Duration::from_secs(13) && p99 < Duration::from_millis(50),
        &format!(
            "32 slow heads: given up after {longest:.1?} (10 s, and the next byte); DescribeKey meanwhile p99 {p99:.1?}"
        ),
    );
    Ok(())
}

/// Accepts 64 of many idle connections, for a limited time.
pub(crate) fn idle_crowd(server: &Server, verdict: &mut Verdict) -> io::Result<()> {
    let (mut crowd, mut most) = (Vec::new(), 0);
    for number in 0..1000 {
        let tcp = TcpStream::connect(("127.0.0.1", server.port))?;
        tcp.set_nonblocking(true)?;
        crowd.push(tcp);
        if number % 50 == 49 {
            thread::sleep(Duration::from_millis(50));
            crowd.retain(is_open);
            most = most.max(crowd.len());
        }
    }
    let (files, began) = (server.weight().2, Instant::now());
    while !crowd.is_empty() && began.elapsed() < Duration::from_secs(30) {
        thread::sleep(Duration::from_millis(50));
        crowd.retain(is_open);
    }
    let line = format!(
        "1,000 idle connections: {most} at once (64 at most), {files} files, and none after {:.1?} (10 s)",
        began.elapsed()
    );
    verdict.say(
        most <= 64 && crowd.is_empty() && began.elapsed() < Duration::from_secs(13),
        &line,
    );
    Ok(())
}

fn is_open(mut tcp: &TcpStream) -> bool {
    matches!(tcp.read(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

/// Random bytes, and requests that contain some.
pub(crate) fn noise(server: &mut Server, verdict: &mut Verdict) {
    let (port, began, unheard) = (server.port, Instant::now(), AtomicUsize::new(0));
    thread::scope(|scope| {
        for thread in 0..NOISE_THREADS {
            let unheard = &unheard;
            scope.spawn(move || {
                let mut rng = ChaCha20Rng::seed_from_u64(thread as u64);
                for _ in 0..NOISY / NOISE_THREADS {
                    let bytes = noisy(port, &mut rng);
                    let sent = connect_in_time(port).and_then(|mut tcp| tcp.write_all(&bytes));
                    unheard.fetch_add(usize::from(sent.is_err()), Ordering::Relaxed);
                }
            });
        }
    });
    // Some announce a body that never comes, and hold their places until the timeout.
    let deadline = Instant::now() + Duration::from_secs(40);
    let is_served = || {
        server
            .connect()
            .is_ok_and(|mut client| client.call("ListKeys", &json!({})).is_ok())
    };
    while !is_served() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(50));
    }
    let is_fine = is_served();
    let line = format!(
        "{NOISY} connections with noise in {:.0?}: {} were closed while they sent; it answers",
        began.elapsed(),
        unheard.into_inner()
    );
    verdict.say(server.is_alive() && is_fine, &line);
}

fn noisy(port: u16, rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut noise = vec![0; 1 + rng.next_u32() as usize % 300];
    rng.fill_bytes(&mut noise);
    if rng.next_u32().is_multiple_of(2) {
        return noise;
    }
    let mut bytes = (head(port, "ListKeys", 2) + "{}").into_bytes();
    for byte in noise.iter().take(3) {
        let at = rng.next_u32() as usize % bytes.len();
        bytes[at] = *byte;
    }
    bytes
}

/// Connects when a port is free: the system keeps those of closed connections for a while.
fn connect_in_time(port: u16) -> io::Result<TcpStream> {
    let deadline = Instant::now() + Duration::from_secs(90);
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Err(error)
                if error.kind() == io::ErrorKind::AddrNotAvailable && Instant::now() < deadline =>
            {
                thread::sleep(Duration::from_millis(100));
            }
            outcome => return outcome,
        }
    }
}

/// Ends soon, whatever is in progress.
pub(crate) fn termination(
    server: &mut Server,
    key_id: &Value,
    verdict: &mut Verdict,
) -> io::Result<()> {
    let (describe, stop) = (json!({ "KeyId": key_id }), AtomicBool::new(false));
    let mut busy: Vec<_> = (0..32)
        .map(|_| server.connect())
        .collect::<io::Result<_>>()?;
    let mut waiting: Vec<_> = (0..8)
        .map(|_| server.connect())
        .collect::<io::Result<_>>()?;
    let wants = parameters_request(key_id, "RSA_4096");
    let took = thread::scope(|scope| {
        for client in &mut busy {
            let (describe, stop) = (&describe, &stop);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) && client.call("DescribeKey", describe).is_ok()
                {
                }
            });
        }
        for client in &mut waiting {
            let wants = &wants;
            scope.spawn(move || client.call("GetParametersForImport", wants));
        }
        thread::sleep(Duration::from_millis(500));
        let took = server.terminate();
        stop.store(true, Ordering::Relaxed);
        took
    })?;
    let line =
        format!("SIGTERM under load: ended after {took:.1?} (5 s to drain, 1 s for the log)");
    verdict.say(took < Duration::from_secs(6), &line);
    Ok(())
}
