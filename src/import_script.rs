//! `import.sh` and `REHEARSAL-import.sh`: the script that sends an import. `wrap` writes it, and `verify`
//! writes it again to compare.

use std::fmt;

use byok_core::import_request::ImportOptions;
use byok_core::key_id::KeyArn;
use byok_core::report::OutputContent;
use byok_core::timestamp::Timestamp;

use crate::import_folder::FolderKind;
use crate::shell;

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The text before the version and the time in the header.
const WRITTEN_BY: &str = "# Written by byok ";
/// The text before the expiry of the import parameters.
const PARAMETERS_END: &str = "# The import parameters end at ";

/// A POSIX shell script that sends an import with either AWS CLI.
pub(crate) struct ImportScript<'a> {
    /// The purpose of its folder.
    pub(crate) kind: FolderKind,
    /// The KMS key.
    pub(crate) key_arn: &'a KeyArn,
    /// The options of the import.
    pub(crate) options: &'a ImportOptions,
    /// The expiry of the import parameters, if it is known.
    pub(crate) parameters_valid_to: Option<Timestamp>,
    /// The time of writing.
    pub(crate) written_at: Timestamp,
}

/// The facts in the header of a script.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ScriptHeader {
    /// The version of byok that wrote the script.
    pub(crate) version: String,
    /// The time of writing.
    pub(crate) written_at: Timestamp,
    /// The expiry of the import parameters, if the script has one.
    pub(crate) parameters_valid_to: Option<Timestamp>,
}

/// The result of comparing a script with the one that this version writes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ScriptMatch {
    /// Equal, byte for byte.
    Same,
    /// Different.
    Differs {
        /// The number of the first line that differs, from 1.
        line: usize,
    },
    /// The script has no header of byok.
    NoHeader,
    /// Another version of byok wrote the script, and its text may differ.
    OtherVersion(String),
}

impl fmt::Display for ImportScript<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (arn, now) = (self.key_arn, self.written_at);
        let name = |content| self.kind.file_name(content);
        let (purpose, guard, last) = match self.kind {
            FolderKind::Production => ("", self.production_guard(), " \"$@\"".to_owned()),
            FolderKind::Rehearsal => (
                ", in a rehearsal",
                self.rehearsal_guard(),
                " \"$@\" \\\n    --endpoint-url \"$endpoint\"".to_owned(),
            ),
        };
        write!(
            f,
            "#!/bin/sh\n\
             # Imports key material into {arn}{purpose}.\n\
             {WRITTEN_BY}{VERSION} at {now}. Works with AWS CLI v1 and v2; options such as\n\
             # --profile can be added when it is called.\n\
             set -eu\n\
             CDPATH= cd -- \"$(dirname -- \"$0\")\"\n\n\
             {guard}{cli}\
             exec aws kms import-key-material --region {region} \\\n    \
             --key-id {key_id} \\\n    \
             --import-token fileb://{token} \\\n    \
             --encrypted-key-material fileb://{encrypted}{options}{last}\n",
            cli = self.cli_guard(),
            region = shell::in_quotes(&arn.region().to_string()),
            key_id = shell::in_quotes(&arn.to_string()),
            token = name(OutputContent::ImportToken),
            encrypted = name(OutputContent::EncryptedKeyMaterial),
            options = self.command_options(),
        )
    }
}

impl ImportScript<'_> {
    /// The checks before an import into AWS KMS: this is not a rehearsal, and the parameters have not
    /// expired.
    fn production_guard(&self) -> String {
        let name = self.name();
        let rehearsal = format!(
            "if [ -n \"${{BYOK_REHEARSAL:-}}\" ]; then\n\
             \x20   echo '{name}: BYOK_REHEARSAL is set, and this script imports into AWS KMS; nothing was sent' >&2\n\
             \x20   exit 1\n\
             fi\n\n"
        );
        let expiry = self.parameters_valid_to.map_or_else(String::new, |end| {
            format!(
                "{PARAMETERS_END}{end}.\n\
                 if [ \"$(date -u +%s)\" -ge {} ]; then\n\
                 \x20   echo '{name}: the import parameters ended at {end}; ask AWS KMS for new ones' >&2\n\
                 \x20   exit 1\n\
                 fi\n\n",
                end.as_millis() / 1000
            )
        });
        rehearsal + &expiry
    }

    /// The checks before an import in a rehearsal: `byok serve` runs the script, and answers on this
    /// machine. `serve` can have another time, so the script does not check the expiry.
    fn rehearsal_guard(&self) -> String {
        let name = self.name();
        format!(
            "# Sends the request only to byok serve on this machine, which sets these variables.\n\
             endpoint=${{AWS_ENDPOINT_URL_KMS:-${{AWS_ENDPOINT_URL:-}}}}\n\
             port=${{endpoint##*:}}\n\
             case $port in *[!0-9]* | '') port=none ;; esac\n\
             case ${{BYOK_REHEARSAL:-}}:$endpoint in\n\
             \"1:http://127.0.0.1:$port\" | \"1:http://[::1]:$port\" | \"1:http://localhost:$port\") ;;\n\
             *)\n\
             \x20   echo '{name}: this is no rehearsal; run: byok serve --store DIR -- sh {name}' >&2\n\
             \x20   exit 1\n\
             \x20   ;;\n\
             esac\n\n"
        )
    }

    /// The check that the AWS CLI knows the option for the type of an import, which is younger than the
    /// others.
    fn cli_guard(&self) -> String {
        if self.options.import_type.is_none() {
            return String::new();
        }
        let name = self.name();
        format!(
            "case $(aws kms import-key-material --generate-cli-skeleton) in\n\
             *'\"ImportType\"'*) ;;\n\
             *)\n\
             \x20   echo '{name}: this AWS CLI does not know --import-type; install a newer one' >&2\n\
             \x20   exit 1\n\
             \x20   ;;\n\
             esac\n\n"
        )
    }

    fn name(&self) -> String {
        self.kind.file_name(OutputContent::Script)
    }

    fn command_options(&self) -> String {
        let options = self.options;
        let valid_to = options.valid_to.map(|moment| moment.to_string());
        let named = [
            ("expiration-model", options.expiration_model.as_deref()),
            ("valid-to", valid_to.as_deref()),
            ("import-type", options.import_type.as_deref()),
            (
                "key-material-description",
                options.key_material_description.as_deref(),
            ),
            ("key-material-id", options.key_material_id.as_deref()),
        ];
        named
            .into_iter()
            .filter_map(|(name, value)| {
                let value = shell::in_quotes(value?);
                Some(format!(" \\\n    --{name} {value}"))
            })
            .collect()
    }

    /// Compares `script` with the one that this version writes for the same import, with the time and
    /// the expiry from the header of `script`.
    pub(crate) fn compare(
        kind: FolderKind,
        key_arn: &KeyArn,
        options: &ImportOptions,
        script: &[u8],
    ) -> ScriptMatch {
        let text = String::from_utf8_lossy(script);
        let Some(header) = ScriptHeader::of(&text) else {
            return ScriptMatch::NoHeader;
        };
        if header.version != VERSION {
            return ScriptMatch::OtherVersion(header.version);
        }
        let expected = ImportScript {
            kind,
            key_arn,
            options,
            parameters_valid_to: header.parameters_valid_to,
            written_at: header.written_at,
        }
        .to_string();
        if script == expected.as_bytes() {
            return ScriptMatch::Same;
        }
        let lines = |text: &'_ [u8]| -> Vec<Vec<u8>> {
            text.split(|byte| *byte == b'\n')
                .map(<[u8]>::to_vec)
                .collect()
        };
        let (found, expected) = (lines(script), lines(expected.as_bytes()));
        let same = found
            .iter()
            .zip(&expected)
            .take_while(|(found, expected)| found == expected)
            .count();
        ScriptMatch::Differs { line: same + 1 }
    }
}

impl ScriptHeader {
    /// Parses the header of a script. Returns `None` if it is not a header of byok.
    pub(crate) fn of(script: &str) -> Option<Self> {
        let after = |prefix| script.lines().find_map(|line| line.strip_prefix(prefix));
        let (version, rest) = after(WRITTEN_BY)?.split_once(" at ")?;
        let (written_at, _) = rest.split_once(". ")?;
        let end = after(PARAMETERS_END).and_then(|end| end.strip_suffix('.'));
        Some(Self {
            version: version.to_owned(),
            written_at: Timestamp::parse(written_at).ok()?,
            parameters_valid_to: end.and_then(|end| Timestamp::parse(end).ok()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    fn time(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("a time")
    }

    fn options() -> ImportOptions {
        ImportOptions {
            expiration_model: Some("KEY_MATERIAL_EXPIRES".to_owned()),
            valid_to: Some(time("2027-01-01T00:00:00.5Z")),
            key_material_description: Some("two at most".to_owned()),
            ..ImportOptions::default()
        }
    }

    fn script(kind: FolderKind, parameters_valid_to: Option<Timestamp>) -> String {
        ImportScript {
            kind,
            key_arn: &KeyArn::parse(ARN).expect("an ARN"),
            options: &options(),
            parameters_valid_to,
            written_at: time("2026-11-23T12:00:00.123Z"),
        }
        .to_string()
    }

    fn compare(kind: FolderKind, script: &str) -> ScriptMatch {
        let arn = KeyArn::parse(ARN).expect("an ARN");
        ImportScript::compare(kind, &arn, &options(), script.as_bytes())
    }

    #[test]
    fn recognises_what_it_writes() {
        for kind in FolderKind::ALL {
            for end in [None, Some(time("2026-11-24T12:00:00.737Z"))] {
                let script = script(kind, end);
                assert_eq!(compare(kind, &script), ScriptMatch::Same, "{script}");
                let header = ScriptHeader::of(&script).expect("a header");
                let expected = end.filter(|_| kind == FolderKind::Production);
                assert_eq!(header.parameters_valid_to, expected);
                assert_eq!(header.version, VERSION);
            }
        }
        let production = script(FolderKind::Production, None);
        let found = compare(FolderKind::Rehearsal, &production);
        assert!(matches!(found, ScriptMatch::Differs { .. }), "{found:?}");
    }

    #[test]
    fn notices_every_changed_byte() {
        for kind in FolderKind::ALL {
            let script = script(kind, Some(time("2026-11-24T12:00:00Z")));
            for at in 0..script.len() {
                let mut changed = script.clone().into_bytes();
                changed[at] ^= 1;
                let changed = String::from_utf8(changed).expect("ASCII");
                // The header can hold another time or version.
                let found = compare(kind, &changed);
                let is_header = ScriptHeader::of(&changed) != ScriptHeader::of(&script);
                assert!(found != ScriptMatch::Same || is_header, "{at}: {changed}");
            }
        }
    }

    #[test]
    fn names_the_line_that_differs() {
        let kind = FolderKind::Production;
        let script = script(kind, None);
        let lines = script.lines().count();
        let other_key = script.replace(
            "--key-id 'arn:aws:kms:us-east-2",
            "--key-id 'arn:aws:kms:eu-west-1",
        );
        let line = script.lines().position(|line| line.contains("--key-id "));
        let line = line.expect("a key ID") + 1;
        assert_eq!(compare(kind, &other_key), ScriptMatch::Differs { line });
        assert_eq!(
            compare(kind, &format!("{script}curl example.org\n")),
            ScriptMatch::Differs { line: lines + 1 }
        );
        assert_eq!(
            compare(kind, &script[..script.len() - 1]),
            ScriptMatch::Differs { line: lines + 1 },
            "the end of the last line"
        );
        let no_header = ScriptMatch::NoHeader;
        assert_eq!(compare(kind, "#!/bin/sh\naws kms\n"), no_header);
        assert_eq!(compare(kind, ""), no_header);
        let older = script.replace(&format!("byok {VERSION} at"), "byok 0.0.1 at");
        assert_eq!(
            compare(kind, &older),
            ScriptMatch::OtherVersion("0.0.1".to_owned())
        );
    }
}
