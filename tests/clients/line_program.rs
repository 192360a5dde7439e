//! A program that answers lines of JSON with lines of JSON.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// The running program; it ends on drop.
pub(crate) struct LineProgram {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl LineProgram {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let requests = child.stdin.take().expect("a pipe");
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        Self {
            child,
            requests,
            answers,
        }
    }

    /// Returns the `Output` of its answer, or the `Error`.
    pub(crate) fn ask(&mut self, request: &Value) -> Result<Value, String> {
        writeln!(self.requests, "{request}").expect("it reads");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        let answer: Value =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("{request}: {line}"));
        answer
            .get("Output")
            .cloned()
            .ok_or_else(|| answer["Error"].to_string())
    }
}

impl Drop for LineProgram {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
