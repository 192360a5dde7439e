//! SIGKILL at random moments: after the next run, every row has exactly one answer, and every folder is
//! whole.
//!
//! `BYOK_KILLS` is the number of kills: 12 by default, with 300 rows; 100 and more have 2,000 rows.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::sandbox::{Sandbox, WRAP, json_lines, names};

#[test]
fn no_row_is_lost_or_doubled() {
    let kills: u64 = env::var("BYOK_KILLS").map_or(12, |count| count.parse().expect("a number"));
    let seed: u64 = env::var("BYOK_TEST_SEED").map_or(1, |seed| seed.parse().expect("a number"));
    let _ = writeln!(io::stderr(), "BYOK_TEST_SEED={seed} BYOK_KILLS={kills}");
    let sandbox = Sandbox::with_keys(1);
    let rows = if kills < 100 { 300 } else { 2000 };
    let ids: Vec<String> = (0..rows).map(|row| format!("row-{row}")).collect();
    let manifest = sandbox.rows(&ids);
    let line = format!("batch {WRAP} --params p1.json {manifest} --out-dir out -o lines.jsonl -q");
    let started = Instant::now();
    sandbox.must(&line);
    let whole = started.elapsed();
    fs::remove_dir_all(sandbox.path("out")).expect("removed");
    let mut state = seed;
    for kill in 0..kills {
        let _ = fs::remove_file(sandbox.path("lines.jsonl"));
        let mut child = sandbox.byok(&line);
        let mut child = child
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("byok runs");
        // Knuth's multiplier for a linear congruential generator, TAOCP 3.3.4.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let share = u32::try_from(state >> 44).expect("20 bits");
        thread::sleep(
            whole
                .mul_f64(f64::from(share) / f64::from(1 << 20))
                .min(Duration::from_secs(60)),
        );
        child.kill().expect("killed");
        let status = child.wait().expect("ended");
        check_folders(&sandbox, &format!("kill {kill}"));
        if status.success() {
            fs::remove_dir_all(sandbox.path("out")).expect("removed");
        }
    }
    sandbox.must(&format!("{line} --force"));
    let lines = json_lines(&fs::read(sandbox.path("lines.jsonl")).expect("lines"));
    let answered: Vec<_> = lines
        .iter()
        .map(|line| line["Id"].as_str().expect("a name"))
        .collect();
    assert_eq!(answered, ids, "every row, once, in order");
    for line in &lines {
        let status = line["Status"].as_str().expect("a status");
        assert!(["done", "skipped"].contains(&status), "{line}");
    }
    check_folders(&sandbox, "the last run");
    let mut expected = ids.clone();
    expected.push(".byok-batch".to_owned());
    expected.sort();
    assert_eq!(names(&sandbox.path("out")), expected);
    assert_eq!(
        names(&sandbox.path("out/.byok-batch")),
        ["key", "lock", "materials"]
    );
}

/// A signal ends the run after the rows that were begun, and removes what is on its way.
#[cfg(feature = "serve")]
#[test]
fn a_signal_leaves_the_rows_that_are_done_and_nothing_else() {
    use rustix::process::{Pid, Signal, kill_process};

    let sandbox = Sandbox::with_keys(1);
    let ids: Vec<String> = (0..2000).map(|row| format!("row-{row}")).collect();
    let manifest = sandbox.rows(&ids);
    let line = format!("batch {WRAP} --params p1.json {manifest} --out-dir out -o lines.jsonl");
    // SIGHUP is left out: where the test runs under nohup, it is ignored.
    for (signal, status) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let mut command = sandbox.byok(&line);
        let command = command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("byok runs");
        let deadline = Instant::now() + Duration::from_secs(60);
        // The first commit shows that the third pass has begun.
        let partial = sandbox.path("lines.jsonl.partial");
        let has_begun = || fs::metadata(&partial).is_ok_and(|file| file.len() > 0);
        while !has_begun() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
        let pid = Pid::from_raw(child.id().cast_signed()).expect("a process");
        kill_process(pid, signal).expect("signalled");
        let ended = child.wait().expect("ended");
        assert_eq!(ended.code(), Some(status), "{signal:?}: {ended}");
        assert!(!sandbox.path("lines.jsonl").exists());
        let lines = json_lines(&fs::read(&partial).expect("lines"));
        assert!(
            !lines.is_empty() && lines.len() < ids.len(),
            "{}",
            lines.len()
        );
        let own = names(&sandbox.path("out/.byok-batch"));
        assert_eq!(own, ["key", "lock", "materials"], "{signal:?}");
        check_folders(&sandbox, &format!("{signal:?}"));
        fs::remove_dir_all(sandbox.path("out")).expect("removed");
        fs::remove_file(&partial).expect("removed");
    }
}

/// Checks that each row's folder is whole.
fn check_folders(sandbox: &Sandbox, when: &str) {
    let out = sandbox.path("out");
    if !out.exists() {
        return;
    }
    let files = [
        "REHEARSAL-EncryptedKeyMaterial.bin",
        "REHEARSAL-ImportToken.bin",
        "REHEARSAL-import-key-material.json",
        "REHEARSAL-import.sh",
        "batch-row.json",
    ];
    for row in names(&out).iter().filter(|name| name.starts_with("row-")) {
        assert_eq!(names(&out.join(row)), files, "{when}: {row}");
        let record = fs::read(out.join(row).join("batch-row.json")).expect("a record");
        let record: serde_json::Value = serde_json::from_slice(&record).expect("whole");
        assert_eq!(record["Id"], row.as_str(), "{when}");
    }
}
