//! `byok batch wrap` over many rows, beside the commands and scripts that people use for it, in one run:
//!
//! - `byok batch`: a whole process with two threads, from files to JSON Lines, and to `--out-dir`;
//! - `cryptography`: a script for the Python in `BYOK_PYTHON`, with two processes of `multiprocessing`.
//!   It reads the same files and writes the same requests, and checks only what cryptography checks;
//! - `openssl`: the commands of AWS's Developer Guide under `xargs -P2`, for a sample of the rows. It
//!   gets the public keys as files, and writes no request.
//!
//! `cargo bench --bench batch`. `BYOK_BENCH_ROWS` is the number of rows with 32-byte keys (100,000).

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

mod measure;
mod workload;

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use measure::Measurement;
use workload::{Case, Workload};

type Outcome<T> = Result<T, Box<dyn Error>>;

const PEER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/batch/peer.py");
/// The aims: rows a second for 32-byte keys, and the peak memory in MiB.
const AIMS: &str = "aims: 10,000 rows/s of 32-byte keys, 64 MiB";

fn main() -> Outcome<()> {
    let rows = match std::env::var("BYOK_BENCH_ROWS") {
        Ok(rows) => rows.parse()?,
        Err(_) => 100_000,
    };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    describe_machine()?;
    let workload = Workload::new()?;

    let oaep = Case::symmetric(folder.path().join("symmetric"), rows);
    workload.write(&oaep)?;
    compare("32-byte keys, RSAES_OAEP_SHA_256", &oaep, 500)?;

    let key_wrap = Case::rsa(folder.path().join("rsa"), rows.min(1_000));
    workload.write(&key_wrap)?;
    compare("RSA_2048 keys, RSA_AES_KEY_WRAP_SHA_256", &key_wrap, 50)
}

fn describe_machine() -> Outcome<()> {
    let version = Command::new("openssl").arg("version").output()?;
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("{}", String::from_utf8_lossy(&version.stdout).trim());
    println!(
        "{} processors, load {}",
        std::thread::available_parallelism()?,
        load.split(' ').next().unwrap_or("unknown")
    );
    println!("{AIMS}");
    Ok(())
}

/// Measures each program on `case`; openssl on the first `sample` rows.
fn compare(title: &str, case: &Case, sample: usize) -> Outcome<()> {
    println!("\n{title}, {} rows", case.rows);
    let lines = case.folder.join("lines.jsonl");
    let ours = Measurement::of(byok(case).arg("-o").arg(&lines))?;
    check_lines(&lines, case.rows)?;
    println!("  byok batch, JSON Lines   {}", ours.text(case.rows));

    let out_dir = case.folder.join("folders");
    let lines = case.folder.join("folders.jsonl");
    let mut folders = byok(case);
    folders.arg("--out-dir").arg(&out_dir).arg("-o").arg(&lines);
    let folders = Measurement::of(&mut folders)?;
    check_lines(&lines, case.rows)?;
    println!("  byok batch, --out-dir    {}", folders.text(case.rows));
    fs::remove_dir_all(out_dir)?;

    match std::env::var_os("BYOK_PYTHON") {
        Some(python) => {
            let lines = case.folder.join("python.jsonl");
            let theirs = Measurement::of(&mut peer(&python, case, &lines))?;
            check_lines(&lines, case.rows)?;
            println!("  cryptography             {}", theirs.rate(case.rows));
            println!("  byok / cryptography      {}", ours.ratio(&theirs));
        }
        None => println!("  skipped: BYOK_PYTHON names no Python with cryptography"),
    }

    let sample = sample.min(case.rows);
    let theirs = Measurement::of(&mut openssl(case, sample))?;
    println!(
        "  openssl, xargs -P2       {}, from {sample} rows",
        theirs.rate(sample)
    );
    let rate = |measurement: &Measurement, rows| measurement.rows_a_second(rows);
    println!(
        "  byok / openssl           {:.1}",
        rate(&ours, case.rows) / rate(&theirs, sample)
    );
    Ok(())
}

fn byok(case: &Case) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_byok"));
    command
        .args(["batch", "wrap", "manifest.jsonl", "--jobs=2", "--quiet"])
        .args(["--trust-parameters", "--key-spec", case.key_spec])
        .args(["--wrapping-algorithm", case.algorithm])
        .current_dir(&case.folder);
    command
}

fn peer(python: &OsString, case: &Case, lines: &Path) -> Command {
    let mut command = Command::new(python);
    command
        .args([PEER, case.algorithm, "manifest.jsonl"])
        .arg(lines)
        .current_dir(&case.folder);
    command
}

fn openssl(case: &Case, sample: usize) -> Command {
    let mut command = Command::new("sh");
    command
        .arg("-euc")
        .arg(format!(
            "seq 1 {sample} | xargs -P2 -I{{}} sh -euc '{}'",
            case.openssl
        ))
        .current_dir(&case.folder);
    command
}

/// Checks that every row is done.
fn check_lines(path: &Path, rows: usize) -> Outcome<()> {
    let text = fs::read_to_string(path)?;
    let done = text
        .lines()
        .filter(|line| line.contains(r#""Status":"done""#))
        .count();
    if (done, text.lines().count()) == (rows, rows) {
        return Ok(());
    }
    Err(format!("{}: {done} of {rows} rows are done", path.display()).into())
}
