//! JSON documents of a test, which are validated against `schema/` together.

#![allow(dead_code, reason = "every test binary uses a part of it")]

use std::env;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// The documents so far.
#[derive(Default)]
pub(crate) struct Documents {
    lines: Vec<String>,
}

impl Documents {
    /// Adds a document of the test case `case`, with the name of its schema.
    pub(crate) fn add(&mut self, case: &str, schema: &str, document: &Value) {
        let schema = format!("{schema}.json");
        let line = json!({ "Case": case, "Schema": schema, "Document": document });
        self.lines.push(line.to_string());
    }

    /// Validates the documents, and the schemas. Prints `skipped` if there is no Python with the
    /// packages of `.ci/python.txt`, unless `CI` is set.
    pub(crate) fn validate(self) {
        assert!(!self.lines.is_empty(), "no documents");
        let python = env::var("BYOK_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let modules = "import botocore, jsonschema, referencing";
        let has_modules = Command::new(&python).args(["-c", modules]).output();
        if !has_modules.is_ok_and(|output| output.status.success()) {
            let _ = writeln!(
                std::io::stderr(),
                "schemas: skipped: there is no Python with botocore and jsonschema"
            );
            assert!(
                env::var_os("CI").is_none(),
                "skipped where nothing may be skipped"
            );
            return;
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut child = Command::new(&python)
            .arg(root.join("tests/schemas/validate.py"))
            .arg(root.join("schema"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let text = self.lines.join("\n");
        let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
        let output = child.wait_with_output().expect("Python ends");
        let _ = writer.join();
        let stderr = String::from_utf8_lossy(&output.stderr);
        let _ = writeln!(std::io::stderr(), "schemas: {}", stderr.trim());
        assert!(
            output.status.success(),
            "{}{stderr}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
}
