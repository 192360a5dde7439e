//! Tests of output files, with each write strategy.

#[cfg(target_os = "linux")]
use std::fs::File;
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

#[cfg(target_os = "linux")]
use rustix::fs::{Mode, OFlags};
use tempfile::{TempDir, tempdir};

use super::atomic_write::WriteStrategy;
use super::existing_target::ExistingTarget;
use super::fault::WriteFault;
use super::temp_name::remove_left_over;
use super::*;
use crate::hardening::alone::alone;

pub(super) fn folder() -> TempDir {
    tempdir().expect("a folder")
}

/// Returns the contents of `folder`, by name.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("readable");
    let name = |entry: io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<_> = entries
        .map(|e| name(e).to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path)
        .expect("there")
        .permissions()
        .mode()
        & 0o7777
}

fn write(path: &Path, bytes: &[u8], replace: Replace) -> Result<Written, OutputError> {
    write_new(path, bytes, Access::Private, replace)
}

/// Writes `name` in `folder` with one strategy only.
fn write_by(
    strategy: WriteStrategy,
    folder: &Path,
    bytes: &[u8],
    existing_target: ExistingTarget,
) -> Result<Written, WriteFault> {
    let folder = open_folder(folder).expect("a folder");
    let mode = Access::Private.mode();
    AtomicWrite {
        folder: &folder,
        name: "out".as_ref(),
        contents: FileContents::Bytes(bytes),
        mode,
    }
    .carry_out_by(strategy, existing_target)
}

#[test]
fn every_way_writes_the_whole_file_and_nothing_else() {
    for strategy in WriteStrategy::ALL {
        let folder = folder();
        let written = write_by(strategy, folder.path(), b"new", ExistingTarget::None);
        assert_eq!(
            written.expect("written"),
            Written {
                permissions_kept: true
            },
            "{strategy:?}"
        );
        assert_eq!(names(folder.path()), ["out"], "{strategy:?}");
        let out = folder.path().join("out");
        assert_eq!(fs::read(&out).expect("readable"), b"new");
        assert_eq!(
            fs::metadata(&out).expect("there").nlink(),
            1,
            "{strategy:?}"
        );
    }
}

#[test]
fn no_way_touches_what_has_the_name() {
    for strategy in WriteStrategy::ALL {
        let folder = folder();
        let (out, victim) = (folder.path().join("out"), folder.path().join("victim"));
        let refused = || {
            let fault = write_by(strategy, folder.path(), b"new", ExistingTarget::None);
            let fault = fault.expect_err("the name is taken");
            assert!(
                matches!(fault, WriteFault::Exists),
                "{strategy:?}: {fault:?}"
            );
        };
        fs::write(&out, "old").expect("written");
        refused();
        assert_eq!(fs::read(&out).expect("readable"), b"old");

        fs::rename(&out, &victim).expect("renamed");
        symlink(&victim, &out).expect("linked");
        refused();
        assert_eq!(fs::read(&victim).expect("readable"), b"old");
        fs::remove_file(&victim).expect("removed");
        refused();
        assert_eq!(
            names(folder.path()),
            ["out"],
            "{strategy:?}: through a dangling link"
        );

        fs::remove_file(&out).expect("removed");
        fs::create_dir(&out).expect("made");
        refused();
        assert_eq!(names(folder.path()), ["out"], "{strategy:?}");
    }
}

#[test]
fn a_regular_file_is_replaced_by_a_new_one() {
    let replacing =
        |way: &WriteStrategy| !matches!(way, WriteStrategy::Linked | WriteStrategy::Created);
    for strategy in WriteStrategy::ALL.into_iter().filter(replacing) {
        let folder = folder();
        let (out, other) = (folder.path().join("out"), folder.path().join("other"));
        fs::write(&out, "old").expect("written");
        fs::hard_link(&out, &other).expect("linked");
        let written = write_by(strategy, folder.path(), b"new", ExistingTarget::RegularFile);
        assert!(written.expect("written").permissions_kept);
        assert_eq!(fs::read(&out).expect("readable"), b"new");
        assert_eq!(
            fs::read(&other).expect("readable"),
            b"old",
            "written in place"
        );
        assert_eq!(names(folder.path()), ["other", "out"], "{strategy:?}");
        assert_eq!(mode(&out), 0o600);
    }
}

#[test]
fn every_way_is_tried_for_a_new_file_and_every_rename_for_a_replacement() {
    let ways = |existing_target| WriteStrategy::best_first(existing_target).collect::<Vec<_>>();
    assert_eq!(ways(ExistingTarget::None), WriteStrategy::ALL);
    let renames = &WriteStrategy::ALL[..WriteStrategy::ALL.len() - 2];
    assert_eq!(ways(ExistingTarget::RegularFile), renames);
    assert!(renames.contains(&WriteStrategy::Renamed));
}

#[test]
fn what_a_system_or_a_medium_lacks_is_told_from_what_went_wrong() {
    use rustix::io::Errno;

    // open(2), linkat(2), renameat2(2), and observed answers of containers and FAT.
    let lacking = [
        Errno::OPNOTSUPP,
        Errno::ISDIR,
        Errno::INVAL,
        Errno::NOSYS,
        Errno::PERM,
        Errno::XDEV,
    ];
    for errno in lacking.into_iter().chain([Errno::NOENT, Errno::ACCESS]) {
        let fault = WriteFault::perhaps_unavailable(errno);
        assert!(
            matches!(fault, WriteFault::Unavailable(kept) if kept == errno),
            "{fault:?}"
        );
    }
    for errno in [
        Errno::NOSPC,
        Errno::DQUOT,
        Errno::IO,
        Errno::ROFS,
        Errno::MFILE,
        Errno::NAMETOOLONG,
    ] {
        let fault = WriteFault::perhaps_unavailable(errno);
        assert!(matches!(fault, WriteFault::Io(_)), "{fault:?}");
    }
    assert!(matches!(
        WriteFault::perhaps_unavailable(Errno::EXIST),
        WriteFault::Exists
    ));
}

#[test]
fn replacing_takes_regular_files_only_and_no_link_to_one() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("victim"), "old").expect("written");
    symlink(at("victim"), at("link")).expect("linked");
    fs::create_dir(at("directory")).expect("made");
    let _listener = UnixListener::bind(at("socket")).expect("bound");
    let status = Command::new("mkfifo")
        .arg(at("pipe"))
        .status()
        .expect("mkfifo");
    assert!(status.success());
    let before = names(folder.path());
    let cases = [
        ("link", "a symbolic link"),
        ("directory", "a directory"),
        ("socket", "a socket"),
        ("pipe", "a named pipe"),
    ];
    for (name, expected) in cases {
        let error = write(&at(name), b"new", Replace::RegularFile).expect_err(name);
        let is = matches!(error, OutputError::NotReplaceable { what, .. } if what == expected);
        assert!(is, "{error:?}");
    }
    assert_eq!(names(folder.path()), before);
    assert_eq!(fs::read(at("victim")).expect("readable"), b"old");
    let _ = write(&at("victim"), b"new", Replace::RegularFile).expect("replaced");
    let _ = write(&at("fresh"), b"new", Replace::RegularFile).expect("written");
    assert_eq!(fs::read(at("link")).expect("readable"), b"new");
}

#[test]
fn of_two_writers_exactly_one_wins() {
    for strategy in WriteStrategy::ALL {
        for _ in 0..20 {
            let folder = folder();
            let start = Barrier::new(2);
            let writer = |bytes: &'static [u8]| {
                start.wait();
                (
                    write_by(strategy, folder.path(), bytes, ExistingTarget::None),
                    bytes,
                )
            };
            let outcomes = thread::scope(|scope| {
                let writers = [b"one", b"two"].map(|bytes| scope.spawn(move || writer(bytes)));
                writers.map(|writer| writer.join().expect("no panic"))
            });
            let [winner] = outcomes.iter().filter(|o| o.0.is_ok()).collect::<Vec<_>>()[..] else {
                panic!("{strategy:?}: {outcomes:?}")
            };
            let loser = outcomes
                .iter()
                .find_map(|o| o.0.as_ref().err())
                .expect("a loser");
            assert!(
                matches!(loser, WriteFault::Exists),
                "{strategy:?}: {loser:?}"
            );
            assert_eq!(
                fs::read(folder.path().join("out")).expect("readable"),
                winner.1
            );
            assert_eq!(names(folder.path()), ["out"], "{strategy:?}");
        }
    }
}

#[test]
fn a_write_removes_what_killed_processes_left() {
    // A process that another test starts has the lock until it runs its program.
    let name = "output::tests::a_write_removes_what_killed_processes_left";
    alone(name, "true", || {
        let folder = folder();
        let at = |name: &str| folder.path().join(name);
        let (left, in_use) = (".byok-0123456789abcdef", ".byok-1123456789abcdef");
        for name in [left, in_use] {
            fs::write(at(name), "half").expect("written");
        }
        let writer = fs::File::open(at(in_use)).expect("opened");
        writer.lock().expect("locked");
        // None of these is a file that byok left.
        fs::write(at(".byok-0123456789abcde"), "").expect("written");
        fs::write(at(".byok-0123456789abcdef0"), "").expect("written");
        fs::write(at(".byok-0123456789abcdeg"), "").expect("written");
        fs::write(at("0123456789abcdef"), "").expect("written");
        fs::create_dir(at(".byok-2123456789abcdef")).expect("made");
        symlink(at("0123456789abcdef"), at(".byok-3123456789abcdef")).expect("linked");
        let mut expected = names(folder.path());
        expected.retain(|name| name != left);
        expected.push("out".to_owned());
        let _ = write(&at("out"), b"new", Replace::Never).expect("written");
        assert_eq!(names(folder.path()), expected);

        drop(writer);
        expected.retain(|name| name != in_use);
        let _ = write(&at("out"), b"newer", Replace::RegularFile).expect("replaced");
        assert_eq!(names(folder.path()), expected);
    });
}

#[test]
fn no_write_removes_the_file_of_another() {
    let renames = [WriteStrategy::ALL[0], WriteStrategy::Renamed];
    for strategy in renames {
        let folder = folder();
        fs::write(folder.path().join("out"), "old").expect("written");
        let open = open_folder(folder.path()).expect("a folder");
        let is_done = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    remove_left_over(&open);
                }
            });
            let outcomes: Vec<_> = (0..500)
                .map(|_| write_by(strategy, folder.path(), b"new", ExistingTarget::RegularFile))
                .collect();
            is_done.store(true, Ordering::Relaxed);
            let faults: Vec<_> = outcomes.iter().filter(|outcome| outcome.is_err()).collect();
            assert!(faults.is_empty(), "{strategy:?}: {faults:?}");
        });
        assert_eq!(names(folder.path()), ["out"], "{strategy:?}");
    }
}

#[test]
fn files_are_private_whatever_the_umask() {
    alone(
        "output::tests::files_are_private_whatever_the_umask",
        "umask 000",
        || {
            let folder = folder();
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).expect("closed");
            for strategy in WriteStrategy::ALL {
                let out = folder.path().join("out");
                let _ = write_by(strategy, folder.path(), b"new", ExistingTarget::None)
                    .expect("written");
                assert_eq!(mode(&out), 0o600, "{strategy:?}");
                fs::remove_file(&out).expect("removed");
            }
            let script = folder.path().join("script");
            let access = Access::PrivateExecutable;
            let _ = write_new(&script, b"#!/bin/sh", access, Replace::Never).expect("written");
            assert_eq!(mode(&script), 0o700);
            let made = folder.path().join("made");
            let _ = write_folder(&made, &[], Replace::Never).expect("made");
            assert_eq!(mode(&made), 0o700);
        },
    );
}

#[test]
fn a_write_that_fails_leaves_nothing() {
    // With SIGXFSZ ignored, a write past the limit (of 512 or 1024 bytes) fails with EFBIG.
    let prelude = "trap '' XFSZ && ulimit -f 1";
    alone(
        "output::tests::a_write_that_fails_leaves_nothing",
        prelude,
        || {
            let folder = folder();
            let bytes = vec![7; 4096];
            for strategy in WriteStrategy::ALL {
                let fault = write_by(strategy, folder.path(), &bytes, ExistingTarget::None);
                let Err(WriteFault::Io(cause)) = fault else {
                    panic!("{strategy:?}: {fault:?}")
                };
                assert_eq!(cause.kind(), io::ErrorKind::FileTooLarge);
                assert_eq!(names(folder.path()), [""; 0], "{strategy:?}");
            }
            let out = folder.path().join("out");
            fs::write(&out, "old").expect("written");
            let error = write(&out, &bytes, Replace::RegularFile).expect_err("too large");
            let cause = std::error::Error::source(&error)
                .expect("a cause")
                .to_string();
            assert!(cause.starts_with("File too large"), "{cause}");
            assert_eq!(fs::read(&out).expect("readable"), b"old");
        },
    );
}

/// `folder` as a descriptor that accepts files and fails fsync with EBADF.
#[cfg(target_os = "linux")]
pub(super) fn unsyncable(folder: &Path) -> File {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    File::from(rustix::fs::open(folder, flags, Mode::empty()).expect("opened"))
}

#[cfg(target_os = "linux")]
#[test]
fn a_new_file_goes_and_a_replacement_stays_when_the_folder_cannot_be_synced() {
    let folder = folder();
    let unsyncable = unsyncable(folder.path());
    let mode = Access::Private.mode();
    let write = AtomicWrite {
        folder: &unsyncable,
        name: "out".as_ref(),
        contents: FileContents::Bytes(b"new"),
        mode,
    };
    let fault = write.carry_out(Replace::Never).expect_err("unsynced");
    assert!(matches!(fault, WriteFault::Io(_)), "{fault:?}");
    assert_eq!(names(folder.path()), [""; 0]);

    let out = folder.path().join("out");
    fs::write(&out, "old").expect("written");
    let fault = write.carry_out(Replace::RegularFile).expect_err("unsynced");
    assert!(matches!(fault, WriteFault::Unsynced(_)), "{fault:?}");
    assert_eq!(fs::read(&out).expect("readable"), b"new");
}

#[test]
fn a_path_must_name_a_file_in_a_folder_that_exists() {
    let folder = folder();
    for path in ["", "/", "..", "x/..", "x/", "x//", "x/."] {
        let error = write(&folder.path().join(path), b"", Replace::Never).expect_err(path);
        let expected = matches!(error, OutputError::NoFileName { .. });
        assert!(expected || path.is_empty(), "{path:?}: {error:?}");
    }
    let error = write(&folder.path().join("no/out"), b"", Replace::Never).expect_err("no folder");
    assert!(matches!(error, OutputError::Io { .. }), "{error:?}");
    let cause = std::error::Error::source(&error)
        .expect("a cause")
        .to_string();
    assert!(cause.starts_with("No such file or directory"), "{cause}");
    let long = folder.path().join("x".repeat(256));
    write(&long, b"", Replace::Never).expect_err("too long a name");
    let longest = folder.path().join("x".repeat(255));
    assert!(
        write(&longest, b"", Replace::Never).is_ok(),
        "the longest name"
    );
    assert_eq!(names(folder.path()).len(), 1);
}

#[test]
fn an_output_is_not_an_input_by_any_other_name() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("d")).expect("made");
    fs::write(at("in"), "x").expect("written");
    fs::write(at("equal"), "x").expect("written");
    fs::hard_link(at("in"), at("hard")).expect("linked");
    symlink("in", at("soft")).expect("linked");
    for output in ["in", "hard", "soft", "d/../in", "./in"] {
        let error = check_distinct(&at("in"), &at(output)).expect_err(output);
        assert!(matches!(error, OutputError::SameFile { .. }), "{error:?}");
    }
    for output in ["equal", "missing", "d"] {
        check_distinct(&at("in"), &at(output)).expect(output);
    }
    check_distinct(&at("missing"), &at("missing")).expect("neither can be lost");
}
