//! The generation time of an RSA key, compared with other programs.
//!
//! `cargo bench --bench key_generation` measures, alternating in one run:
//!
//! - `byok`: a whole process, `byok generate`, which checks the new key as it checks an imported one;
//! - `byok portable`: the same, by the program in `BYOK_PORTABLE_PROGRAM`: a build with
//!   `RUSTFLAGS='--cfg byok_portable_lanes'`, which uses no AVX-512;
//! - `openssl genpkey`: a whole process. `openssl version` and `byok --version`, measured in the same
//!   way, show what the start of a process takes;
//! - `cryptography`: OpenSSL in the process of the Python in `BYOK_PYTHON`, one thread, its start left
//!   out;
//! - `byok library`: `WrappingPrivateKey::generate` in this process, two threads;
//! - `rsa`: the rsa crate's own `PrivateKey::new` in this process, one thread.
//!
//! The time of one key is random (it depends on the number of candidates), so only means over many
//! keys can be compared, and each ratio has a 95 % bootstrap interval.
//!
//! On Linux it also measures the processor time, which other programs on the machine change less. The
//! line after each table compares the portable arithmetic of `lanes/` with that of the rsa crate.
//!
//! `-- --keys 100` sets the number of keys per program and size (30 by default), `-- --bits 4096`
//! or `--bits 2048,4096` the sizes.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::error::Error;
use std::ffi::OsStr;
use std::hint::black_box;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use byok_core::wrapping_key_spec::WrappingKeySpec;
use byok_core::wrapping_private_key::WrappingPrivateKey;
use chacha20::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The allocator of the command line, whose wiping is part of the cost of a key.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

const BYOK: &str = env!("CARGO_BIN_EXE_byok");
/// Reads a number of bits from each line, and prints how many seconds a key of that size took.
const PYTHON: &str = "
import sys, time
from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives.asymmetric import rsa
print(backend.openssl_version_text(), flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    rsa.generate_private_key(65537, int(line))
    print(time.perf_counter() - start, flush=True)
";
const RESAMPLES: u32 = 10_000;

fn main() -> Outcome<()> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    let mut rng = ChaCha20Rng::from_seed(seed()?);
    let mut programs = programs()?;
    print_setting(arguments.keys)?;
    for spec in arguments.specs {
        let samples = measure(spec, arguments.keys, &mut programs, &mut rng)?;
        print_table(spec, &samples, &mut rng);
    }
    Ok(())
}

/// What makes a key.
enum Program {
    /// A process of this program, `byok generate`.
    Byok(Box<OsStr>),
    Genpkey,
    Cryptography(Python),
    Library,
    Rsa,
}

/// A process that generates keys in Python, with its ends of two pipes.
struct Python {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// Returns the programs that are here, each with its name, and names the others.
fn programs() -> Outcome<Vec<(&'static str, Program)>> {
    let mut programs = vec![("byok", Program::Byok(Box::from(OsStr::new(BYOK))))];
    match std::env::var_os("BYOK_PORTABLE_PROGRAM") {
        Some(program) => programs.push(("byok portable", Program::Byok(program.into()))),
        None => println!("skipped: BYOK_PORTABLE_PROGRAM names no byok without AVX-512"),
    }
    programs.push(("openssl genpkey", Program::Genpkey));
    match std::env::var_os("BYOK_PYTHON") {
        Some(python) => programs.push((
            "cryptography",
            Program::Cryptography(Python::start(&python)?),
        )),
        None => println!("skipped: BYOK_PYTHON names no Python with cryptography"),
    }
    programs.extend([("byok library", Program::Library), ("rsa", Program::Rsa)]);
    Ok(programs)
}

impl Program {
    /// Generates one key, and returns how many seconds that took.
    fn generate(&mut self, spec: WrappingKeySpec, rng: &mut ChaCha20Rng) -> Outcome<f64> {
        let bits = spec.modulus_bits().ok_or("not an RSA spec")?;
        match self {
            Self::Byok(program) => timed(|| {
                run(
                    program,
                    &[
                        "generate",
                        "--quiet",
                        "--format",
                        "der",
                        "--key-spec",
                        spec.as_str(),
                    ],
                )
            }),
            Self::Genpkey => {
                let option = format!("rsa_keygen_bits:{bits}");
                timed(|| {
                    run(
                        OsStr::new("openssl"),
                        &["genpkey", "-algorithm", "RSA", "-pkeyopt", &option],
                    )
                })
            }
            Self::Cryptography(python) => python.generate(bits),
            Self::Library => timed(|| {
                black_box(WrappingPrivateKey::generate(spec, rng));
                Ok(())
            }),
            Self::Rsa => timed(|| {
                black_box(rsa::PrivateKey::new(rng, bits as usize)?);
                Ok(())
            }),
        }
    }
}

impl Python {
    fn start(python: &OsStr) -> Outcome<Self> {
        let mut process = Command::new(python)
            .args(["-c", PYTHON])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let orders = process.stdin.take().ok_or("no standard input")?;
        let answers = process.stdout.take().ok_or("no standard output")?;
        let mut python = Self {
            process,
            orders,
            answers: BufReader::new(answers),
        };
        println!("cryptography  {}", python.answer()?);
        Ok(python)
    }

    fn generate(&mut self, bits: u32) -> Outcome<f64> {
        writeln!(self.orders, "{bits}")?;
        Ok(self.answer()?.parse()?)
    }

    fn answer(&mut self) -> Outcome<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

struct Arguments {
    keys: usize,
    specs: Vec<WrappingKeySpec>,
}

impl Arguments {
    fn parse(mut words: impl Iterator<Item = String>) -> Outcome<Self> {
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
                        .collect::<Outcome<_>>()?;
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

fn print_setting(keys: usize) -> Outcome<()> {
    let cores = std::thread::available_parallelism()?;
    let openssl = Command::new("openssl").arg("version").output()?.stdout;
    let start = |program: &str, argument: &str| -> Outcome<f64> {
        let start = || timed(|| run(OsStr::new(program), &[argument]));
        let start = (0..keys).map(|_| start()).collect::<Result<Vec<_>, _>>()?;
        Ok(mean(&start) * 1e3)
    };
    let byok_start = start(BYOK, "--version")?;
    let openssl_start = start("openssl", "version")?;
    println!(
        "byok     {}, {byok_start:.1} ms to start, print and end",
        env!("CARGO_PKG_VERSION")
    );
    let openssl = String::from_utf8_lossy(&openssl);
    println!(
        "openssl  {}, {openssl_start:.1} ms to start, print and end",
        openssl.trim()
    );
    println!("rust     {}", rust_version()?);
    println!(
        "cores    {cores}, {}, {}",
        std::env::consts::ARCH,
        vectors()
    );
    println!("keys     {keys} each, in turn\n");
    Ok(())
}

/// Returns whether this processor has the instructions that byok uses where they are there.
#[cfg(target_arch = "x86_64")]
fn vectors() -> &'static str {
    if std::arch::is_x86_feature_detected!("avx512ifma") {
        "AVX-512 IFMA"
    } else {
        "no AVX-512 IFMA"
    }
}

/// Returns whether this processor has the instructions that byok uses where they are there.
#[cfg(not(target_arch = "x86_64"))]
fn vectors() -> &'static str {
    "no AVX-512 IFMA"
}

fn rust_version() -> Outcome<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output()?.stdout;
    Ok(String::from_utf8(version)?.trim().to_owned())
}

/// What one program took.
struct Samples {
    program: &'static str,
    /// Seconds for each key.
    seconds: Vec<f64>,
    /// The processor time of all keys in clock ticks; 0 where it is not known.
    ticks: u64,
}

/// Measures seconds per key, by program. The programs alternate, so that a busy machine slows all
/// of them.
fn measure(
    spec: WrappingKeySpec,
    keys: usize,
    programs: &mut [(&'static str, Program)],
    rng: &mut ChaCha20Rng,
) -> Outcome<Vec<Samples>> {
    let mut samples: Vec<_> = programs
        .iter()
        .map(|(program, _)| Samples {
            program,
            seconds: Vec::new(),
            ticks: 0,
        })
        .collect();
    for _ in 0..keys {
        for ((_, program), samples) in programs.iter_mut().zip(&mut samples) {
            let start = processor_ticks();
            samples.seconds.push(program.generate(spec, rng)?);
            samples.ticks += processor_ticks() - start;
        }
    }
    Ok(samples)
}

/// Returns the processor time of this process and of its children that have ended, in clock ticks: the
/// fields utime, stime, cutime and cstime of /proc/self/stat. Returns 0 where there is no such file.
fn processor_ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in parentheses, is the second field.
    let (_, fields) = stat.rsplit_once(')').unwrap_or_default();
    let fields = fields.split_whitespace().skip(11).take(4);
    fields.filter_map(|field| field.parse::<u64>().ok()).sum()
}

fn timed(work: impl FnOnce() -> Outcome<()>) -> Outcome<f64> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

fn run(program: &OsStr, arguments: &[&str]) -> Outcome<()> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!(
            "{} {}: {}",
            program.display(),
            arguments.join(" "),
            output.status
        )
        .into())
    }
}

fn print_table(spec: WrappingKeySpec, samples: &[Samples], rng: &mut ChaCha20Rng) {
    println!(
        "{:<16} {:>17} {:>8} {:>8} {:>8}   mean / byok's (95 %)",
        spec.as_str(),
        "mean ± error (ms)",
        "median",
        "least",
        "most",
    );
    let byok = &samples[0].seconds;
    for Samples {
        program, seconds, ..
    } in samples
    {
        let (low, high) = ratio_interval(seconds, byok, rng);
        let ratio = format!("{:.2} ({low:.2} to {high:.2})", mean(seconds) / mean(byok));
        let mut sorted: Vec<f64> = seconds.iter().map(|seconds| seconds * 1e3).collect();
        sorted.sort_by(f64::total_cmp);
        println!(
            "{program:<16} {:>9.1} ± {:>5.1} {:>8.1} {:>8.1} {:>8.1}   {}",
            mean(&sorted),
            standard_error(&sorted),
            quantile(&sorted, 0.5),
            sorted[0],
            sorted[sorted.len() - 1],
            if *program == samples[0].program {
                "1"
            } else {
                &ratio
            },
        );
    }
    let ticks = |name: &str| {
        let samples = samples.iter().find(|samples| samples.program == name)?;
        (samples.ticks > 0).then_some(samples.ticks)
    };
    if let (Some(rsa), Some(portable)) = (ticks("rsa"), ticks("byok portable")) {
        #[allow(clippy::cast_precision_loss, reason = "a count of clock ticks")]
        let ratio = rsa as f64 / portable as f64;
        println!("processor time of rsa / byok portable: {ratio:.2} (aim: 1.5)");
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
