//! GNU parallel: blocks of lines, and a log by which a second run takes only the blocks that failed.

use crate::interop_support::{say, skip};
use crate::workplace::{Workplace, example, said};

#[test]
fn parallel_answers_each_row_once_after_a_killed_and_a_failed_block() {
    if !has_parallel() {
        return;
    }
    let workplace = Workplace::new(45);
    let run = || {
        let mut command = workplace.command(example("gnu-parallel/wrap.sh"));
        command.arg("manifest.jsonl").env("BLOCK_ROWS", "10");
        command.output().expect("a shell")
    };

    workplace.kill_once(3);
    workplace.hide_key(15);
    let killed = run();
    let failed_blocks = killed.status.code();
    assert_eq!(failed_blocks, Some(2), "{}", said(&killed));
    assert_eq!(workplace.read("results/000003.jsonl"), None);
    let others = workplace.read("results/000004.jsonl");

    workplace.show_key(15);
    let again = run();
    assert!(again.status.success(), "{}", said(&again));
    assert_eq!(workplace.read("results/000004.jsonl"), others);
    let partial = workplace.path("results/000003.jsonl.partial");
    assert!(!partial.exists(), "a partial file is left");
    let answers = workplace.results();
    let skipped = workplace.check_answers(&answers);
    assert_eq!(skipped, 19, "the rows of two blocks but for one");
    workplace.check_folders(&answers);
}

fn has_parallel() -> bool {
    let sandbox = crate::interop_support::Sandbox::new();
    let version = sandbox.command("parallel").arg("--version").output();
    match version {
        Ok(output) if output.stdout.starts_with(b"GNU parallel") => {
            let text = String::from_utf8_lossy(&output.stdout);
            say(text.lines().next().unwrap_or_default());
            true
        }
        _ => {
            skip("there is no GNU parallel");
            false
        }
    }
}
