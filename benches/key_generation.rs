//! The generation time of an RSA wrapping key, compared with two other programs.
//!
//! `cargo bench --bench key_generation` measures, alternating in one run:
//!
//! - `byok`: `WrappingPrivateKey::generate`, two threads;
//! - `rsa`: the rsa crate's own `PrivateKey::new`, one thread;
//! - `openssl genpkey`: a whole process, from its start until it has printed the key. Start and
//!   output are included; `openssl version`, measured in the same way, shows their share.
//!
//! The time of one key is random (it depends on the number of candidates), so only means over many
//! keys can be compared, and each ratio has a 95 % bootstrap interval.
//!
//! `-- --keys 100` sets the number of keys per program and size (30 by default), `-- --bits 4096`
//! or `--bits 2048,4096` the sizes.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::error::Error;
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::time::Instant;

use byok_core::wrapping_key_spec::WrappingKeySpec;
use byok_core::wrapping_private_key::WrappingPrivateKey;
use chacha20::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

/// The allocator of the command line, whose wiping is part of the cost of a key.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

const PROGRAMS: [&str; 3] = ["byok", "rsa", "openssl genpkey"];
const RESAMPLES: u32 = 10_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    let mut rng = ChaCha20Rng::from_seed(seed()?);
    print_setting(arguments.keys)?;
    for spec in arguments.specs {
        let samples = measure(spec, arguments.keys, &mut rng)?;
        print_table(spec, &samples, &mut rng);
    }
    Ok(())
}

struct Arguments {
    keys: usize,
    specs: Vec<WrappingKeySpec>,
}

impl Arguments {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut arguments = Self {
            keys: 30,
            specs: WrappingKeySpec::RSA.to_vec(),
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} requires a value"));
            match word.as_str() {
                // The argument that `cargo bench` adds.
                "--bench" => {}
                "--keys" => arguments.keys = value()?.parse()?,
                "--bits" => {
                    arguments.specs = value()?
                        .split(',')
                        .map(|bits| {
                            WrappingKeySpec::from_modulus_bits(bits.parse()?)
                                .ok_or(format!("no RSA wrapping key has {bits} bits").into())
                        })
                        .collect::<Result<_, Box<dyn Error>>>()?;
                }
                _ => return Err(format!("unknown argument {word}").into()),
            }
        }
        if arguments.keys < 2 {
            return Err("a spread takes at least two keys".into());
        }
        Ok(arguments)
    }
}

fn seed() -> Result<[u8; 32], getrandom::Error> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)?;
    Ok(seed)
}

fn print_setting(keys: usize) -> Result<(), Box<dyn Error>> {
    let cores = std::thread::available_parallelism()?;
    let openssl = Command::new("openssl").arg("version").output()?.stdout;
    let start = (0..keys)
        .map(|_| timed(|| run_openssl(&["version"])))
        .collect::<Result<Vec<_>, _>>()?;
    println!("byok     {}", env!("CARGO_PKG_VERSION"));
    println!("openssl  {}", String::from_utf8_lossy(&openssl).trim());
    println!(
        "         {:.1} ms to start, print and end",
        mean(&start) * 1e3
    );
    println!("rust     {}", rust_version()?);
    println!("cores    {cores}, {}", std::env::consts::ARCH);
    println!("keys     {keys} each, in turn\n");
    Ok(())
}

fn rust_version() -> Result<String, Box<dyn Error>> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output()?.stdout;
    Ok(String::from_utf8(version)?.trim().to_owned())
}

/// Measures seconds per key, by program. The programs alternate, so that a busy machine slows all
/// of them.
fn measure(
    spec: WrappingKeySpec,
    keys: usize,
    rng: &mut ChaCha20Rng,
) -> Result<[Vec<f64>; 3], Box<dyn Error>> {
    let bits = spec.modulus_bits().ok_or("not an RSA spec")?;
    let option = format!("rsa_keygen_bits:{bits}");
    let genpkey = ["genpkey", "-algorithm", "RSA", "-pkeyopt", &option];
    let mut samples = [const { Vec::new() }; 3];
    for _ in 0..keys {
        samples[0].push(timed(|| {
            black_box(WrappingPrivateKey::generate(spec, rng));
            Ok(())
        })?);
        samples[1].push(timed(|| {
            black_box(rsa::PrivateKey::new(rng, bits as usize)?);
            Ok(())
        })?);
        samples[2].push(timed(|| run_openssl(&genpkey))?);
    }
    Ok(samples)
}

fn timed(work: impl FnOnce() -> Result<(), Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

fn run_openssl(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let status = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("openssl {}: {status}", arguments.join(" ")).into())
    }
}

fn print_table(spec: WrappingKeySpec, samples: &[Vec<f64>; 3], rng: &mut ChaCha20Rng) {
    println!(
        "{:<16} {:>17} {:>8} {:>8} {:>8}   mean / byok's (95 %)",
        spec.as_str(),
        "mean ± error (ms)",
        "median",
        "least",
        "most",
    );
    for (program, seconds) in PROGRAMS.into_iter().zip(samples) {
        let ratio = if program == PROGRAMS[0] {
            "1".to_owned()
        } else {
            let (low, high) = ratio_interval(seconds, &samples[0], rng);
            format!(
                "{:.2} ({low:.2} to {high:.2})",
                mean(seconds) / mean(&samples[0])
            )
        };
        let mut sorted: Vec<f64> = seconds.iter().map(|seconds| seconds * 1e3).collect();
        sorted.sort_by(f64::total_cmp);
        println!(
            "{program:<16} {:>9.0} ± {:>5.0} {:>8.0} {:>8.0} {:>8.0}   {ratio}",
            mean(&sorted),
            standard_error(&sorted),
            quantile(&sorted, 0.5),
            sorted[0],
            sorted[sorted.len() - 1],
        );
    }
    println!();
}

#[allow(clippy::cast_precision_loss, reason = "a count of samples")]
fn mean(samples: &[f64]) -> f64 {
    samples.iter().sum::<f64>() / samples.len() as f64
}

#[allow(clippy::cast_precision_loss, reason = "a count of samples")]
fn standard_error(samples: &[f64]) -> f64 {
    let (mean, count) = (mean(samples), samples.len() as f64);
    let squares: f64 = samples.iter().map(|sample| (sample - mean).powi(2)).sum();
    (squares / (count - 1.0) / count).sqrt()
}

/// Returns the value below which `share` of the sorted samples are.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an index into the samples"
)]
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let position = share * (sorted.len() - 1) as f64;
    let (below, above) = (position.floor() as usize, position.ceil() as usize);
    sorted[below] + (sorted[above] - sorted[below]) * position.fract()
}

/// Returns the 95 % percentile-bootstrap interval of mean(`above`) / mean(`below`).
fn ratio_interval(above: &[f64], below: &[f64], rng: &mut ChaCha20Rng) -> (f64, f64) {
    let mut ratios: Vec<f64> = (0..RESAMPLES)
        .map(|_| resampled_mean(above, rng) / resampled_mean(below, rng))
        .collect();
    ratios.sort_by(f64::total_cmp);
    (quantile(&ratios, 0.025), quantile(&ratios, 0.975))
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a small count"
)]
fn resampled_mean(samples: &[f64], rng: &mut ChaCha20Rng) -> f64 {
    let drawn = samples
        .iter()
        .map(|_| samples[(rng.next_u64() % samples.len() as u64) as usize]);
    drawn.sum::<f64>() / samples.len() as f64
}
