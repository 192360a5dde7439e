//! Injects a fault into every system call of the commands that write files: the process is killed, the disk
//! is full, the medium fails, a signal interrupts.
//!
//! Whatever happens, a file is absent or whole, the store opens, no record is lost, and the same command
//! succeeds afterwards. Then no other file is left. A process that is killed while it replaces a file can
//! leave a temporary name, and only until that command. `BYOK_FAULT_STRIDE` is 1 for every call; otherwise
//! each n-th one is taken (default 24), so that the test stays short.

#![cfg(target_os = "linux")]

mod folder;
mod scenario;
mod trace;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, io::Write as _, thread};

use folder::Folder;
use scenario::Scenario;
use trace::{Call, Fault};

#[test]
fn wrap_writes_a_whole_request_or_none() {
    check(&scenario::wrap());
}

#[test]
fn wrap_replaces_a_request_by_a_whole_one_or_leaves_it() {
    check(&scenario::wrap_again());
}

#[test]
fn wrap_writes_a_whole_folder_or_none() {
    check(&scenario::wrap_into_a_folder());
}

#[test]
fn params_writes_whole_parameters_or_none() {
    check(&scenario::params());
}

#[test]
fn verify_records_a_whole_import_or_none() {
    check(&scenario::verify_and_import());
}

#[test]
fn key_create_makes_a_whole_key_or_none() {
    check(&scenario::key_create());
}

#[test]
fn key_set_state_changes_a_record_or_leaves_it() {
    check(&scenario::key_set_state());
}

#[test]
fn batch_answers_each_row_once_and_makes_whole_folders() {
    check(&scenario::batch());
}

#[test]
fn store_destroy_can_be_repeated() {
    check(&scenario::store_destroy());
}

/// Runs the scenario with each fault in each call.
fn check(scenario: &Scenario) {
    let template = Folder::new();
    scenario.prepare(&template);
    let calls = trace::calls(&template.copy(), scenario.line);
    assert!(calls.len() > 30, "{}: {calls:?}", scenario.line);
    let stride = stride();
    let points: Vec<(&Call, Fault)> = calls
        .iter()
        .flat_map(|call| Fault::ALL.map(|fault| (call, fault)))
        .filter(|(call, fault)| fault.fits(call))
        .enumerate()
        .filter(|(at, _)| at % stride == 0)
        .map(|(_, point)| point)
        .collect();
    let (next, faults) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some((call, fault)) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(what) = run(scenario, &template, call, *fault) {
                let mut faults = faults.lock().expect("no panic");
                faults.push(format!("{fault:?} at {call:?}: {what}"));
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    say(&format!(
        "{}: {} of {} calls, {} runs",
        scenario
            .line
            .split_whitespace()
            .take(2)
            .collect::<Vec<_>>()
            .join(" "),
        calls.len().div_ceil(stride),
        calls.len(),
        points.len()
    ));
    let faults = faults.into_inner().expect("no panic");
    assert!(
        faults.is_empty(),
        "{}: {} of {} runs\n{}",
        scenario.line,
        faults.len(),
        points.len(),
        faults.join("\n")
    );
}

/// Runs the scenario once, with `fault` in `call`.
fn run(scenario: &Scenario, template: &Folder, call: &Call, fault: Fault) -> Result<(), String> {
    let folder = template.copy();
    let ended = trace::run_with(&folder, scenario.line, call, fault);
    // Threads run in another order each time, so that a run can have fewer calls than the first.
    if ended.is_killed && fault != Fault::Kill {
        return Err(format!("killed: {}", ended.stderr));
    }
    // 70 is a bug, 101 a panic, 134 an abort.
    if !ended.is_killed && !(0..=7).contains(&ended.status) {
        return Err(format!("status {}: {}", ended.status, ended.stderr));
    }
    if ended.is_killed {
        folder.has_whole_and_temporary_files()?;
    } else {
        folder.has_only_whole_files()?;
    }
    scenario.is_done_or_not(&folder, ended.succeeded())?;
    scenario.can_be_repeated(&folder)?;
    folder.has_only_whole_files()
}

fn stride() -> usize {
    let stride = env::var("BYOK_FAULT_STRIDE").ok();
    stride.map_or(24, |stride| stride.parse().expect("a number"))
}

/// Prints a message that the test harness does not capture.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "faults: {line}");
}
