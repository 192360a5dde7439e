//! Rates and waits.

use std::io;
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

use crate::server::{Client, Server};
use crate::verdict::Verdict;

/// Measures the cheapest call for `soak`. The first third warms up threads and the allocator.
pub(crate) fn describe(server: &Server, key_id: &Value, soak: Duration, verdict: &mut Verdict) {
    let describe = json!({ "KeyId": key_id });
    measure(server, 32, soak / 3, "DescribeKey", &describe);
    let before = server.weight();
    let (rate, p99, longest) = measure(server, 32, soak * 2 / 3, "DescribeKey", &describe);
    let after = server.weight();
    let growth = after.0.saturating_sub(before.0);
    let is_kept = rate >= 2000.0
        && p99 < Duration::from_millis(25)
        && (growth < 2048 || after.1 > before.1)
        && after.2 <= before.2 + 2;
    verdict.say(
        is_kept,
        &format!(
            "DescribeKey, 32 connections, {soak:?}: {rate:.0}/s (2,000 at least), p99 {p99:.1?} (25 ms at most), \
             longest {longest:.1?}; resident {} -> {} KiB (2,048 more at most, but for threads: {} -> {}), files \
             {} -> {}",
            before.0, after.0, before.1, after.1, before.2, after.2
        ),
    );
}

/// Measures wrapping keys of each spec, and cheap calls meanwhile.
pub(crate) fn parameters(server: &Server, key_id: &Value, verdict: &mut Verdict) {
    let describe = json!({ "KeyId": key_id });
    for (spec, least) in [("RSA_2048", 15.0), ("RSA_3072", 3.0), ("RSA_4096", 1.0)] {
        let wants = parameters_request(key_id, spec);
        let stop = AtomicBool::new(false);
        let (made, cheap) = thread::scope(|scope| {
            let cheap = scope.spawn(|| {
                let (mut client, mut pauses) =
                    (server.connect().expect("a connection"), Vec::new());
                while !stop.load(Ordering::Relaxed) {
                    let asked = Instant::now();
                    client.call("DescribeKey", &describe).expect("an answer");
                    pauses.push(asked.elapsed());
                    thread::sleep(Duration::from_millis(5));
                }
                pauses
            });
            let made = measure(
                server,
                4,
                Duration::from_secs(10),
                "GetParametersForImport",
                &wants,
            );
            stop.store(true, Ordering::Relaxed);
            (made, waits(cheap.join().expect("no panic")))
        });
        verdict.say(
            made.0 >= least && cheap.0 < Duration::from_millis(50),
            &format!(
                "GetParametersForImport, {spec}, 4 connections: {:.1}/s ({least:.0} at least), longest {:.1?}; \
                 DescribeKey meanwhile p99 {:.1?} (50 ms at most), longest {:.1?}",
                made.0, made.2, cheap.0, cheap.1
            ),
        );
    }
}

/// A request without a place is refused at once.
pub(crate) fn too_many(server: &Server, key_id: &Value, verdict: &mut Verdict) -> io::Result<()> {
    let wants = parameters_request(key_id, "RSA_4096");
    let at_work = (thread::available_parallelism().map_or(1, usize::from) / 2).max(1);
    let mut client = server.connect()?;
    let is_over = AtomicBool::new(false);
    let (outcomes, longest) = thread::scope(|scope| {
        // Two more than there are places, which ask again at once: all places stay taken.
        for _ in 0..at_work + 18 {
            scope.spawn(|| -> io::Result<()> {
                let mut client = server.connect()?;
                while !is_over.load(Ordering::Relaxed) {
                    client.call("GetParametersForImport", &wants)?;
                }
                Ok(())
            });
        }
        thread::sleep(Duration::from_millis(300));
        let ask = |_| {
            let asked = Instant::now();
            let answer = client
                .call("GetParametersForImport", &wants)
                .map(|(_, answer)| answer);
            (
                answer
                    .map(|answer| answer["__type"].clone())
                    .unwrap_or_default(),
                asked.elapsed(),
            )
        };
        let answers: Vec<_> = (0..5).map(ask).collect();
        is_over.store(true, Ordering::Relaxed);
        let throttled = answers
            .iter()
            .filter(|(name, _)| name == "ThrottlingException");
        let pauses: Vec<_> = throttled.map(|(_, took)| *took).collect();
        (pauses.len(), pauses.into_iter().max().unwrap_or_default())
    });
    verdict.say(
        outcomes >= 4 && longest < Duration::from_millis(50),
        &format!("the 17th who waits for a key: ThrottlingException, {outcomes} of 5, after {longest:.1?} (50 ms at most)"),
    );
    Ok(())
}

/// Repeats one import.
pub(crate) fn imports(server: &Server, key_id: &Value, verdict: &mut Verdict) -> io::Result<()> {
    let import = import_request(&mut server.connect()?, key_id)?;
    let (rate, p99, _) = measure(
        server,
        8,
        Duration::from_secs(5),
        "ImportKeyMaterial",
        &import,
    );
    let line = format!(
        "ImportKeyMaterial, RSA_2048, 8 connections: {rate:.0}/s (150 at least), p99 {p99:.1?}"
    );
    verdict.say(rate >= 150.0, &line);
    Ok(())
}

/// The 99th percentile of the waits, and the longest.
pub(crate) fn waits(mut waits: Vec<Duration>) -> (Duration, Duration) {
    waits.sort();
    let at = waits.len() * 99 / 100;
    (
        waits.get(at).copied().unwrap_or_default(),
        waits.last().copied().unwrap_or_default(),
    )
}

/// Runs `call` from `count` clients for `going`. Returns the number of calls and the waits.
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
                    let (mut client, mut waits) =
                        (server.connect().expect("a connection"), Vec::new());
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
        clients
            .into_iter()
            .flat_map(|client| client.join().expect("no panic"))
            .collect()
    });
    #[expect(clippy::cast_precision_loss, reason = "a count of calls")]
    let rate = all.len() as f64 / began.elapsed().as_secs_f64();
    let (p99, longest) = waits(all);
    (rate, p99, longest)
}

pub(crate) fn parameters_request(key_id: &Value, spec: &str) -> Value {
    json!({ "KeyId": key_id, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": spec })
}

/// A repeated request that imports 32 bytes under RSA_2048.
fn import_request(client: &mut Client, key_id: &Value) -> io::Result<Value> {
    let (_, parameters) = client.call(
        "GetParametersForImport",
        &parameters_request(key_id, "RSA_2048"),
    )?;
    let public_key = BASE64.decode(parameters["PublicKey"].as_str().unwrap_or_default());
    let public_key = WrappingPublicKey::from_spki_der(&public_key.unwrap_or_default());
    let algorithm = WrappingAlgorithm::RsaesOaepSha256;
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let material = SecretBytes::new((0..32).collect());
    let wrapped = wrapping::wrap(
        &material,
        algorithm,
        &public_key.map_err(io::Error::other)?,
        &mut rng,
    );
    Ok(json!({
        "KeyId": key_id, "ImportToken": parameters["ImportToken"],
        "EncryptedKeyMaterial": BASE64.encode(wrapped.map_err(io::Error::other)?),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    }))
}
