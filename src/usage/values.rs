//! Option values from other tools, and the values to use instead.

use clap::Command;

/// Returns the hint for `value`, which the option `option` of `command` does not accept.
pub(super) fn tip(command: &Command, option: &str, value: &str) -> Option<String> {
    let has = |name| {
        command
            .get_arguments()
            .any(|arg| arg.get_long() == Some(name))
    };
    let lower = value.to_ascii_lowercase();
    let text = match (option, &*lower) {
        ("output", "yaml" | "table" | "yaml-stream" | "yml" | "csv" | "xml") => {
            "byok prints text or json: for other formats, convert its JSON"
        }
        ("output", _) => {
            return Some(format!(
                "--output names the format; to write to a file, use -o {}",
                crate::shell::quoted(value)
            ));
        }
        ("format", "json" | "text") => {
            return Some(format!("for the output format, use --output {lower}"));
        }
        ("format", "hex" | "base64" | "raw") if has("material-format") => {
            return Some(format!(
                "for the encoding of the key material, use --material-format {lower}"
            ));
        }
        ("format", "pem" | "der" | "pkcs8" | "pkcs1" | "sec1") if has("material-format") => {
            "byok recognises the encoding of a private key: remove --format"
        }
        ("format", "base64" | "b64") => "for base64, run: byok generate --format raw ... | base64",
        ("format", "pkcs8" | "pkcs1" | "sec1" | "spki") => {
            "to write PKCS#8, use --format der or --format pem"
        }
        ("format", "bin") => "use --format raw or --format der",
        ("material-format", "bin" | "binary" | "bytes" | "none") => "use --material-format raw",
        ("material-format", "b64" | "base64url") => {
            "use --material-format base64, with the letters + and /"
        }
        ("material-format", "hexadecimal" | "base16" | "x") => "use --material-format hex",
        ("material-format", "pem" | "der" | "pkcs8" | "pkcs1" | "sec1" | "jwk" | "openssh") => {
            "byok recognises the encoding of a private key: remove --material-format"
        }
        ("timestamp-format", "iso" | "iso-8601" | "rfc3339" | "string") => {
            "use --timestamp-format iso8601"
        }
        ("timestamp-format", "epoch" | "unix" | "seconds" | "none") => {
            "use --timestamp-format wire"
        }
        _ => return None,
    };
    Some(text.to_owned())
}
