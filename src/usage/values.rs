//! Values of options that people bring from other tools, and what to say instead.

use clap::Command;

/// Returns what to say in `command` instead of `value`, which the option `option` does not take.
pub(super) fn tip(command: &Command, option: &str, value: &str) -> Option<String> {
    let has = |name| {
        command
            .get_arguments()
            .any(|arg| arg.get_long() == Some(name))
    };
    let lower = value.to_ascii_lowercase();
    let text = match (option, &*lower) {
        ("output", "yaml" | "table" | "yaml-stream" | "yml" | "csv" | "xml") => {
            "byok answers with text or json, for other forms convert its JSON"
        }
        ("output", _) => {
            return Some(format!(
                "--output is the form of the answer; to write it to a file: -o {value}"
            ));
        }
        ("format", "json" | "text") => {
            return Some(format!("--output {lower} is the form of the answer"));
        }
        ("format", "hex" | "base64" | "raw") if has("material-format") => {
            return Some(format!(
                "--material-format {lower} says how the key material is written"
            ));
        }
        ("format", "pem" | "der" | "pkcs8" | "pkcs1" | "sec1") if has("material-format") => {
            "a private key says itself how it is written: leave --format out"
        }
        ("format", "base64" | "b64") => {
            "to have base64, pipe the raw bytes: byok generate --format raw ... | base64"
        }
        ("format", "pkcs8" | "pkcs1" | "sec1" | "spki") => {
            "--format der and --format pem write the structure that AWS KMS has"
        }
        ("format", "bin") => "say --format raw or --format der",
        ("material-format", "bin" | "binary" | "bytes" | "none") => "say --material-format raw",
        ("material-format", "b64" | "base64url") => {
            "say --material-format base64, which takes the letters + and /"
        }
        ("material-format", "hexadecimal" | "base16" | "x") => "say --material-format hex",
        ("material-format", "pem" | "der" | "pkcs8" | "pkcs1" | "sec1" | "jwk" | "openssh") => {
            "a private key says itself how it is written: leave --material-format out"
        }
        ("timestamp-format", "iso" | "iso-8601" | "rfc3339" | "string") => {
            "say --timestamp-format iso8601"
        }
        ("timestamp-format", "epoch" | "unix" | "seconds" | "none") => {
            "say --timestamp-format wire"
        }
        _ => return None,
    };
    Some(text.to_owned())
}
