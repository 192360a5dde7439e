//! The origin of key material for hints: its file, and the command that read it.

use std::ffi::OsStr;
use std::path::Path;

use byok_core::key_file::MaterialFormat;
use byok_core::key_spec::KeySpec;

use crate::context::{Context, PassphraseSource};
use crate::input::without_scheme;
use crate::shell;

/// The commands that read key material.
const VERBS: [&str; 5] = ["wrap", "rehearse", "verify", "public-key", "inspect"];
/// The placeholder for an unknown file.
const FILE: &str = "FILE";

/// The file of key material, and the command that can read it from a pipe instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MaterialOrigin {
    /// The name of the file, quoted for a shell.
    file: String,
    /// The command, word by word, with `-` for the file.
    words: Vec<String>,
    passphrase: Option<PassphraseSource>,
}

impl MaterialOrigin {
    /// Returns the origin of the material that the run of `context` read last.
    pub(crate) fn of(context: &Context) -> Self {
        let Some(argument) = context.material() else {
            return Self::unknown();
        };
        let file = argument.file.to_string_lossy();
        let words = piped(context.journal.command_line(), &file);
        Self {
            file: quoted(&argument.file),
            words: words.unwrap_or_else(rehearse),
            passphrase: argument.passphrase.clone(),
        }
    }

    /// Returns the origin of a file that `byok inspect` looks at.
    pub(crate) fn inspected(file: &OsStr) -> Self {
        Self {
            file: quoted(file),
            words: ["byok", "inspect", "-"].map(str::to_owned).to_vec(),
            passphrase: None,
        }
    }

    /// Returns the origin of material whose file is not known.
    pub(crate) fn unknown() -> Self {
        Self {
            file: FILE.to_owned(),
            words: rehearse(),
            passphrase: None,
        }
    }

    /// Returns the same with this source of the passphrase.
    #[cfg(test)]
    pub(crate) fn with_passphrase(mut self, source: PassphraseSource) -> Self {
        self.passphrase = Some(source);
        self
    }

    /// Returns the name of the file, quoted for a shell.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// Returns the source of the passphrase.
    pub(crate) const fn passphrase(&self) -> Option<&PassphraseSource> {
        self.passphrase.as_ref()
    }

    /// Returns a pipe from `command` into the command that reads key material.
    pub(crate) fn pipe(&self, command: &str) -> String {
        format!("{command} | {}", line(&self.words))
    }

    /// Returns the command with an option that selects the key with this name. `inspect` has no such
    /// option.
    pub(crate) fn with_alias(&self, alias: &str) -> String {
        let mut words = match verb_of(&self.words) {
            Some("inspect") | None => rehearse(),
            Some(_) => self.words.clone(),
        };
        set_option(&mut words, "--alias", alias);
        let mut line = String::new();
        let mut before = "";
        for word in &words {
            let quoted = match (before, word.as_str()) {
                ("--alias", alias) => shell::in_quotes(alias),
                (_, "-") => self.file.clone(),
                (_, "--material=-") => format!("--material={}", self.file),
                (_, word) => shell::quoted(word),
            };
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&quoted);
            before = word;
        }
        line
    }

    /// Returns a pipe for raw key material in `format`, for a `key_spec` key.
    pub(crate) fn raw_pipe(
        &self,
        command: &str,
        key_spec: Option<KeySpec>,
        format: Option<MaterialFormat>,
    ) -> String {
        let has_verb = |verb: &&str| verb_of(&self.words) == Some(*verb);
        let mut words = if ["wrap", "rehearse"].iter().any(has_verb) {
            self.words.clone()
        } else {
            rehearse()
        };
        if let Some(format) = format {
            set_option(&mut words, "--material-format", &format.to_string());
        }
        if !words.iter().any(|word| word == "--describe-key") {
            let key_spec = key_spec.map_or("KEY_SPEC", KeySpec::as_str);
            add_option(&mut words, "--key-spec", key_spec);
        }
        format!("{command} | {}", line(&words))
    }
}

fn rehearse() -> Vec<String> {
    ["byok", "rehearse", "-"].map(str::to_owned).to_vec()
}

fn line(words: &[String]) -> String {
    let words: Vec<_> = words.iter().map(|word| shell::quoted(word)).collect();
    words.join(" ")
}

/// Quotes the name of a file for a shell.
fn quoted(file: &OsStr) -> String {
    if file == "-" {
        return FILE.to_owned();
    }
    let name = Path::new(without_scheme(file)).to_string_lossy();
    shell::quoted_file(&name)
}

/// Returns the command line `words` with `-` instead of `file`; `None` if standard input is already
/// used, or `file` is not in it.
fn piped(words: &[String], file: &str) -> Option<Vec<String>> {
    let option = format!("--material={file}");
    let at = words
        .iter()
        .rposition(|word| word == file || *word == option)?;
    let mut words = words.to_vec();
    "byok".clone_into(words.first_mut()?);
    words[at] = if words[at] == option {
        "--material=-".to_owned()
    } else {
        "-".to_owned()
    };
    let is_taken = words
        .iter()
        .enumerate()
        .any(|(other, word)| other != at && word == "-");
    (!is_taken).then_some(words)
}

fn verb_of(words: &[String]) -> Option<&str> {
    words
        .iter()
        .map(String::as_str)
        .find(|word| VERBS.contains(word))
}

fn has_option(words: &[String], name: &str) -> Option<usize> {
    words.iter().position(|word| {
        word == name
            || word
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('='))
    })
}

/// Adds an option after the subcommand, unless it is already present.
fn add_option(words: &mut Vec<String>, name: &str, value: &str) {
    if has_option(words, name).is_some() {
        return;
    }
    let verb = verb_of(words).unwrap_or_default().to_owned();
    let at = words
        .iter()
        .position(|word| *word == verb)
        .map_or(1, |at| at + 1);
    words.splice(at..at, [name.to_owned(), value.to_owned()]);
}

/// Sets an option to this value, and replaces an existing value.
fn set_option(words: &mut Vec<String>, name: &str, value: &str) {
    match has_option(words, name) {
        None => add_option(words, name, value),
        Some(at) if words[at] == name => {
            if let Some(old) = words.get_mut(at + 1) {
                value.clone_into(old);
            }
        }
        Some(at) => words[at] = format!("{name}={value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(command: &str, file: &str) -> MaterialOrigin {
        let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
        MaterialOrigin {
            file: quoted(OsStr::new(file)),
            words: piped(&words, file).unwrap_or_else(rehearse),
            passphrase: None,
        }
    }

    #[test]
    fn a_pipe_repeats_the_command_that_ran() {
        for (command, piped) in [
            ("/bin/byok rehearse k.p12", "cut | byok rehearse -"),
            (
                "byok wrap --params p.json --out-dir import k.p12",
                "cut | byok wrap --params p.json --out-dir import -",
            ),
            (
                "byok verify --material k.p12 --import-request r",
                "cut | byok verify --material - --import-request r",
            ),
            ("byok wrap --material=k.p12", "cut | byok wrap --material=-"),
            // Standard input is already used.
            ("byok wrap --params - k.p12", "cut | byok rehearse -"),
        ] {
            assert_eq!(origin(command, "k.p12").pipe("cut"), piped);
        }
        assert_eq!(origin("byok rehearse -", "-").file(), "FILE");
        assert_eq!(origin("byok rehearse -k", "-k").file(), "./-k");
        assert_eq!(
            origin("byok rehearse a", "file://my key").file(),
            "'my key'"
        );
    }

    #[test]
    fn a_key_is_selected_by_the_command_that_ran() {
        for (command, selected) in [
            (
                "/bin/byok rehearse k.p12",
                "byok rehearse --alias 'it'\\''s #2' k.p12",
            ),
            (
                "byok verify --alias=x --import-request r --material=k.p12",
                "byok verify '--alias=it'\\''s #2' --import-request r --material=k.p12",
            ),
            (
                "byok wrap --alias x --params p k.p12",
                "byok wrap --alias 'it'\\''s #2' --params p k.p12",
            ),
            (
                "byok inspect k.p12",
                "byok rehearse --alias 'it'\\''s #2' k.p12",
            ),
        ] {
            assert_eq!(origin(command, "k.p12").with_alias("it's #2"), selected);
        }
    }

    #[test]
    fn a_pipe_of_raw_bytes_says_what_they_are() {
        let hex = Some(MaterialFormat::Hex);
        for (command, piped) in [
            (
                "byok rehearse k",
                "cut | byok rehearse --key-spec HMAC_256 --material-format hex -",
            ),
            (
                "byok wrap --key-spec HMAC_256 --material-format raw k",
                "cut | byok wrap --key-spec HMAC_256 --material-format hex -",
            ),
            (
                "byok wrap --describe-key d --material-format=raw k",
                "cut | byok wrap --describe-key d --material-format=hex -",
            ),
            (
                "byok verify --material k",
                "cut | byok rehearse --key-spec HMAC_256 --material-format hex -",
            ),
        ] {
            let pipe = origin(command, "k").raw_pipe("cut", Some(KeySpec::Hmac256), hex);
            assert_eq!(pipe, piped);
        }
    }
}
