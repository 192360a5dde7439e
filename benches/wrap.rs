//! Whole processes, alternating in one run: `byok wrap`, and the OpenSSL commands of AWS's
//! Developer Guide for the same work.
//!
//! `cargo bench --bench wrap`, or with a number of rounds: `cargo bench --bench wrap -- 100`.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

type Outcome<T> = Result<T, Box<dyn Error>>;

const BYOK: &str = env!("CARGO_BIN_EXE_byok");
const KEY_ARN: &str = "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// The Developer Guide's command for RSAES_OAEP_SHA_256.
const OPENSSL_OAEP: &str = "openssl pkeyutl -encrypt -in key.bin -out EncryptedKeyMaterial.bin \
    -inkey WrappingPublicKey.bin -keyform DER -pubin \
    -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256";

/// The Developer Guide's four commands for RSA_AES_KEY_WRAP_SHA_256, after the required conversion
/// to PKCS#8 DER.
const OPENSSL_KEY_WRAP: &str = "openssl pkcs8 -topk8 -nocrypt -outform DER -in MATERIAL -out rsa.der
    openssl rand -out aes-key.bin 32
    openssl enc -id-aes256-wrap-pad -K \"$(od -An -v -tx1 aes-key.bin | tr -d ' \\n')\" -iv A65959A6 \
        -in rsa.der -out key-material-wrapped.bin
    openssl pkeyutl -encrypt -in aes-key.bin -out aes-key-wrapped.bin \
        -inkey WrappingPublicKey.bin -keyform DER -pubin \
        -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256
    cat aes-key-wrapped.bin key-material-wrapped.bin > EncryptedKeyMaterial.bin";

fn main() -> Outcome<()> {
    let rounds = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(40);
    let folder = std::env::temp_dir().join(format!("byok-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = run(&folder, rounds);
    std::fs::remove_dir_all(&folder)?;
    outcome
}

fn run(folder: &Path, rounds: usize) -> Outcome<()> {
    let version = Command::new("openssl").arg("version").output()?;
    println!("{}", String::from_utf8_lossy(&version.stdout).trim());
    println!(
        "{} cores, {rounds} rounds; milliseconds, whole processes",
        std::thread::available_parallelism()?
    );
    prepare(folder)?;

    let start = measure(rounds, || byok(folder, &["--version"]))?;
    println!("\nstart-up (byok --version)            {}", spread(&start));
    compare(
        folder,
        rounds,
        "32-byte key, RSAES_OAEP_SHA_256",
        "SYMMETRIC_DEFAULT",
        "key.bin",
        OPENSSL_OAEP,
    )?;
    let key_wrap = |material: &str| OPENSSL_KEY_WRAP.replace("MATERIAL", material);
    let title = "RSA-2048 PEM, RSA_AES_KEY_WRAP_SHA_256";
    compare(
        folder,
        rounds,
        title,
        "RSA_2048",
        "rsa.pem",
        &key_wrap("rsa.pem"),
    )?;
    let title =
        "RSA-4096 PKCS#1 PEM, RSA_AES_KEY_WRAP_SHA_256, primality included (aim: below 200 ms)";
    compare(
        folder,
        rounds,
        title,
        "RSA_4096",
        "rsa-4096.pem",
        &key_wrap("rsa-4096.pem"),
    )?;
    memory(folder);
    Ok(())
}

fn prepare(folder: &Path) -> Outcome<()> {
    for command in [
        "openssl rand -out key.bin 32",
        "openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem 2>/dev/null \
         || openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem 2>/dev/null",
        "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096 2>/dev/null \
         | openssl pkey -pubout -outform DER -out WrappingPublicKey.bin",
        "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096 2>/dev/null \
         | openssl rsa -traditional -out rsa-4096.pem 2>/dev/null",
        "openssl rand -out ImportToken.bin 1757",
    ] {
        succeed(&mut shell(folder, command))?;
    }
    Ok(())
}

/// Runs both alternately, and prints each spread and the ratio of the medians.
fn compare(
    folder: &Path,
    rounds: usize,
    title: &str,
    key_spec: &str,
    material: &str,
    openssl: &str,
) -> Outcome<()> {
    let arguments = wrap_arguments(key_spec, material);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        ours.push(time(&mut byok(folder, &arguments))?);
        theirs.push(time(&mut shell(folder, openssl))?);
    }
    println!("\n{title}");
    println!("  byok wrap                          {}", spread(&ours));
    println!("  openssl, as documented             {}", spread(&theirs));
    let ratio = median(&theirs).as_secs_f64() / median(&ours).as_secs_f64();
    println!("  openssl / byok, medians            {ratio:.1}");
    Ok(())
}

fn wrap_arguments<'a>(key_spec: &'a str, material: &'a str) -> [&'a str; 14] {
    let algorithm = if material == "key.bin" {
        "RSAES_OAEP_SHA_256"
    } else {
        "RSA_AES_KEY_WRAP_SHA_256"
    };
    [
        "wrap",
        "-q",
        "--public-key",
        "WrappingPublicKey.bin",
        "--import-token",
        "ImportToken.bin",
        "--key-id",
        KEY_ARN,
        "--wrapping-algorithm",
        algorithm,
        "--key-spec",
        key_spec,
        "--format=binary",
        material,
    ]
}

/// Returns the largest resident set of one wrap, if GNU time is installed.
fn memory(folder: &Path) {
    let mut command = Command::new("/usr/bin/time");
    command
        .args(["-f", "%M", BYOK])
        .args(wrap_arguments("RSA_2048", "rsa.pem"));
    match command.current_dir(folder).stdout(Stdio::null()).output() {
        Ok(output) => println!(
            "\npeak memory (wrap of an RSA-2048 key)  {} KiB",
            String::from_utf8_lossy(&output.stderr).trim()
        ),
        Err(_) => println!("\npeak memory: not measured, there is no /usr/bin/time"),
    }
}

fn measure(rounds: usize, command: impl Fn() -> Command) -> Outcome<Vec<Duration>> {
    (0..rounds).map(|_| time(&mut command())).collect()
}

fn byok(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(BYOK);
    command.args(arguments).current_dir(folder);
    command
}

fn shell(folder: &Path, script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-euc", script]).current_dir(folder);
    command
}

fn time(command: &mut Command) -> Outcome<Duration> {
    let start = Instant::now();
    succeed(command)?;
    Ok(start.elapsed())
}

fn succeed(command: &mut Command) -> Outcome<()> {
    let output = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into())
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() / 2]
}

fn spread(times: &[Duration]) -> String {
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    let (least, most) = (times.iter().min().copied(), times.iter().max().copied());
    format!(
        "median {:6.2}  ({:.2} to {:.2})",
        millis(median(times)),
        millis(least.unwrap_or_default()),
        millis(most.unwrap_or_default())
    )
}
