//! The time and the peak memory of a process.

use std::fs;
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::Outcome;

/// The time between two looks at the memory of the process.
const INTERVAL: Duration = Duration::from_millis(2);

/// A process that ended.
pub(crate) struct Measurement {
    time: Duration,
    /// The largest resident set in KiB.
    peak_kib: u64,
}

impl Measurement {
    /// Runs the command to its end.
    pub(crate) fn of(command: &mut Command) -> Outcome<Self> {
        let began = Instant::now();
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut peak_kib = 0;
        let status = loop {
            peak_kib = peak_kib.max(peak_of(child.id()));
            if let Some(status) = child.try_wait()? {
                break status;
            }
            thread::sleep(INTERVAL);
        };
        let time = began.elapsed();
        let mut message = String::new();
        if let Some(mut stderr) = child.stderr.take() {
            stderr.read_to_string(&mut message)?;
        }
        if !status.success() {
            return Err(format!("{command:?}: {status}: {message}").into());
        }
        Ok(Self { time, peak_kib })
    }

    /// Returns the rate for this number of rows.
    #[expect(clippy::cast_precision_loss, reason = "far fewer rows than 2^53")]
    pub(crate) fn rows_a_second(&self, rows: usize) -> f64 {
        rows as f64 / self.time.as_secs_f64()
    }

    /// Formats the rate.
    pub(crate) fn rate(&self, rows: usize) -> String {
        let rate = self.rows_a_second(rows);
        format!("{rate:9.0} rows/s  ({:.1} s)", self.time.as_secs_f64())
    }

    /// Formats the rate and the memory.
    pub(crate) fn text(&self, rows: usize) -> String {
        let peak = self.peak_kib.div_ceil(1024);
        format!("{}  peak memory {peak} MiB", self.rate(rows))
    }

    /// Formats how many times faster this is than `other`, for the same rows.
    pub(crate) fn ratio(&self, other: &Self) -> String {
        let ratio = other.time.as_secs_f64() / self.time.as_secs_f64();
        format!("{ratio:.1}")
    }
}

/// Returns the largest resident set of a process so far, in KiB; 0 without /proc.
fn peak_of(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let value = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
    value.and_then(|value| value.parse().ok()).unwrap_or(0)
}
