//! The scripts in every shell that is here, and with the AWS CLI version 2.

use std::path::Path;
use std::process::Command;

use crate::interop_support::{say, skip};
use crate::rehearsal::{GET_PARAMETERS, IMPORT_ALL, Rehearsal, assert_status, new_row};

/// Shells that promise to run POSIX sh.
const SHELLS: [&[&str]; 6] = [
    &["dash"],
    &["bash", "--posix"],
    &["busybox", "sh"],
    &["mksh"],
    &["ksh"],
    &["yash", "-o", "posixly-correct"],
];

#[test]
fn every_posix_shell_runs_the_scripts() {
    for shell in SHELLS {
        if Command::new(shell[0]).arg("-c").arg(":").output().is_err() {
            say(&format!("{} is not here", shell[0]));
            continue;
        }
        let Some(rehearsal) = Rehearsal::start(&[new_row("a")], "") else {
            return;
        };
        for script in [GET_PARAMETERS, IMPORT_ALL] {
            let mut options = shell.to_vec();
            options.push("-n");
            let checked = rehearsal.script(&options, script).output();
            assert_status(&checked.expect("a shell"), 0);
            let output = rehearsal.script(shell, script).output().expect("a shell");
            assert_status(&output, 0);
            rehearsal.wrap("");
        }
        rehearsal.assert_done(IMPORT_ALL, 1);
    }
}

#[test]
fn the_aws_cli_of_debian_runs_the_scripts() {
    if !Path::new("/usr/bin/aws").exists() {
        return skip("there is no /usr/bin/aws; Debian's package awscli has it");
    }
    let Some(rehearsal) = Rehearsal::start(&[new_row("a"), new_row("b")], "") else {
        return;
    };
    for script in [GET_PARAMETERS, IMPORT_ALL] {
        let mut command = rehearsal.script(&["sh"], script);
        let output = command.env("PATH", "/usr/bin:/bin").output();
        assert_status(&output.expect("a shell"), 0);
        rehearsal.wrap("");
    }
    rehearsal.assert_done(IMPORT_ALL, 2);
    assert!(rehearsal.calls().is_empty());
}
