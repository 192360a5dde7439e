//! Kills the scripts around every call to AWS, and runs them again.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use crate::rehearsal::{
    GET_PARAMETERS, IMPORT_ALL, Moment, Rehearsal, assert_status, byok, new_row,
};

const PENDING: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
const ROTATED: &str = "1234abcd-12ab-34cd-56ef-1234567890ac";

/// A call goes on for about two seconds after its script was killed.
const CONSISTENCY_SECONDS: u32 = 8;

/// Returns the calls at which to kill a script, of those that it makes, and the moments. They are
/// `BYOK_PLAN_STRIDE` apart.
fn calls_to_kill(calls: usize) -> impl Iterator<Item = (usize, Moment)> {
    let stride = std::env::var("BYOK_PLAN_STRIDE").ok();
    let stride = stride.and_then(|stride| stride.parse().ok()).unwrap_or(16);
    let moments = (1..=calls).flat_map(|call| Moment::ALL.map(|moment| (call, moment)));
    moments.step_by(stride)
}

#[test]
fn a_killed_run_creates_no_second_key() {
    let mut first = new_row("first");
    first["Alias"] = json!("alias/first");
    let rows = [first, new_row("second")];
    // GetCallerIdentity, two keys, an alias, and two sets of parameters.
    for (call, moment) in calls_to_kill(6) {
        let Some(mut rehearsal) = Rehearsal::start(&rows, "") else {
            return;
        };
        rehearsal.consistency_seconds = CONSISTENCY_SECONDS;
        let what = format!("call {call} {moment:?}");
        assert!(
            rehearsal.kill(GET_PARAMETERS, call, moment),
            "{what}: not killed"
        );
        rehearsal.must(GET_PARAMETERS);
        let keys = rehearsal.assert_done(GET_PARAMETERS, 2);
        assert_eq!(rehearsal.done("CreateKey"), keys, "{what}");
        assert_eq!(rehearsal.done("CreateAlias").len(), 1, "{what}");
        for id in ["first", "second"] {
            let names = fs::read_dir(rehearsal.path(&format!("plan/REHEARSAL-state/{id}")));
            let names = names
                .expect("a folder")
                .map(|entry| entry.expect("an entry").file_name());
            let is_temporary = |name: &std::ffi::OsString| name.to_string_lossy().contains(".new.");
            let left: Vec<_> = names.filter(is_temporary).collect();
            assert!(left.is_empty(), "{what}: {left:?}");
        }
        let calls = rehearsal.calls().len();
        rehearsal.must(GET_PARAMETERS);
        assert_eq!(
            rehearsal.calls().len(),
            calls + 1,
            "{what}: only GetCallerIdentity"
        );
    }
}

#[test]
fn a_killed_run_imports_nothing_twice() {
    let Some(prepared) = prepared() else {
        return;
    };
    // GetCallerIdentity; an import; DescribeKey and an import; ListKeyRotations and an import.
    for (call, moment) in calls_to_kill(6) {
        let folder = copy_of(prepared.path());
        let Some(mut rehearsal) = Rehearsal::start_in(folder, "", |folder| {
            fs::write(folder.join("journal"), "").expect("written");
        }) else {
            return;
        };
        rehearsal.consistency_seconds = CONSISTENCY_SECONDS;
        let what = format!("call {call} {moment:?}");
        assert!(
            rehearsal.kill(IMPORT_ALL, call, moment),
            "{what}: not killed"
        );
        rehearsal.must(IMPORT_ALL);
        let keys = rehearsal.assert_done(IMPORT_ALL, 3);
        assert_eq!(rehearsal.done("ImportKeyMaterial"), keys, "{what}");
        let calls = rehearsal.calls().len();
        rehearsal.must(IMPORT_ALL);
        assert_eq!(
            rehearsal.calls().len(),
            calls + 1,
            "{what}: only GetCallerIdentity"
        );
    }
}

/// Returns a folder with a plan that is wrapped: for a key that the script created, for an existing key
/// without material, and for the rotation of a key.
fn prepared() -> Option<TempDir> {
    let arn = |id: &str| format!("arn:aws:kms:eu-central-1:111122223333:key/{id}");
    let rows = [
        new_row("new"),
        json!({ "Id": "pending", "KeyId": arn(PENDING) }),
        json!({ "Id": "rotation", "KeyId": arn(ROTATED), "ImportType": "NEW_KEY_MATERIAL" }),
    ];
    let rehearsal = Rehearsal::start(&rows, "")?;
    let folder = rehearsal.path("");
    for id in [PENDING, ROTATED] {
        let place = "--region eu-central-1 --key-spec SYMMETRIC_DEFAULT";
        byok(&folder, &format!("key create --id {id} {place}"));
    }
    rehearsal.must(GET_PARAMETERS);
    rehearsal.wrap("");
    // The first material of the key that is rotated.
    byok(
        &folder,
        "wrap --rehearsal --trust-parameters --params plan/REHEARSAL-state/rotation/params.json \
         --key-spec SYMMETRIC_DEFAULT --wrapping-algorithm RSAES_OAEP_SHA_256 --out-dir first new.key",
    );
    let mut import = rehearsal.script(&["sh"], "../first/REHEARSAL-import.sh");
    assert_status(&import.output().expect("a shell"), 0);
    Some(rehearsal.end())
}

fn copy_of(folder: &Path) -> TempDir {
    let copy = TempDir::new().expect("a folder");
    let status = Command::new("cp")
        .arg("-a")
        .arg(folder.join("."))
        .arg(copy.path())
        .status();
    assert!(status.expect("cp starts").success());
    copy
}

#[test]
fn one_run_at_a_time_uses_the_state() {
    let Some(rehearsal) = Rehearsal::start(&[new_row("a")], "") else {
        return;
    };
    rehearsal.must(GET_PARAMETERS);
    let lock = rehearsal.path("plan/REHEARSAL-state/.lock");
    let host = Command::new("uname").arg("-n").output().expect("a system");
    let host = String::from_utf8(host.stdout).expect("UTF-8");
    let host = host.trim_end();
    let owner = std::process::id();
    for (holder, message) in [
        (format!("{owner} {host}"), format!("process {owner} uses ")),
        (
            "1 elsewhere".to_owned(),
            "process 1 of elsewhere uses ".to_owned(),
        ),
    ] {
        fs::write(&lock, format!("{holder}\n")).expect("written");
        let output = rehearsal.run(GET_PARAMETERS);
        assert_status(&output, 4);
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(said.contains(&message), "{said}");
        assert!(lock.exists());
    }
    // No process has this number.
    fs::write(&lock, format!("99999999 {host}\n")).expect("written");
    rehearsal.must(GET_PARAMETERS);
    let distinct: BTreeSet<String> = rehearsal.done("CreateKey").into_iter().collect();
    assert_eq!(distinct.len(), 1);
}
