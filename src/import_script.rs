//! `import.sh`: the script that sends an import. `wrap` writes it, and `verify` writes it again to compare.

use std::fmt;

use byok_core::import_request::ImportOptions;
use byok_core::key_id::KeyArn;
use byok_core::report::OutputContent;
use byok_core::timestamp::Timestamp;

use crate::import_folder::base_name;
use crate::shell;

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The text before the version and the time in the header.
const WRITTEN_BY: &str = "# Written by byok ";
/// The text before the expiry of the import parameters.
const PARAMETERS_END: &str = "# The import parameters end at ";

/// A POSIX shell script that sends an import with either AWS CLI.
pub(crate) struct ImportScript<'a> {
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
        let expiry = self.parameters_valid_to.map_or_else(String::new, |end| {
            format!(
                "{PARAMETERS_END}{end}.\n\
                 if [ \"$(date -u +%s)\" -ge {} ]; then\n\
                 \x20   echo 'import.sh: the import parameters ended at {end}; ask AWS KMS for new ones' >&2\n\
                 \x20   exit 1\n\
                 fi\n\n",
                end.as_millis() / 1000
            )
        });
        write!(
            f,
            "#!/bin/sh\n\
             # Imports key material into {arn}.\n\
             {WRITTEN_BY}{VERSION} at {now}. Works with AWS CLI v1 and v2; options such as\n\
             # --profile can be added when it is called.\n\
             set -eu\n\
             CDPATH= cd -- \"$(dirname -- \"$0\")\"\n\n\
             {expiry}\
             exec aws kms import-key-material --region {region} \\\n    \
             --key-id {key_id} \\\n    \
             --import-token fileb://{token} \\\n    \
             --encrypted-key-material fileb://{encrypted}{options} \"$@\"\n",
            region = shell::in_quotes(&arn.region().to_string()),
            key_id = shell::in_quotes(&arn.to_string()),
            token = base_name(OutputContent::ImportToken),
            encrypted = base_name(OutputContent::EncryptedKeyMaterial),
            options = self.command_options(),
        )
    }
}

impl ImportScript<'_> {
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
    pub(crate) fn compare(key_arn: &KeyArn, options: &ImportOptions, script: &[u8]) -> ScriptMatch {
        let text = String::from_utf8_lossy(script);
        let Some(header) = ScriptHeader::of(&text) else {
            return ScriptMatch::NoHeader;
        };
        if header.version != VERSION {
            return ScriptMatch::OtherVersion(header.version);
        }
        let expected = ImportScript {
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

    fn script(parameters_valid_to: Option<Timestamp>) -> String {
        ImportScript {
            key_arn: &KeyArn::parse(ARN).expect("an ARN"),
            options: &options(),
            parameters_valid_to,
            written_at: time("2026-11-23T12:00:00.123Z"),
        }
        .to_string()
    }

    fn compare(script: &str) -> ScriptMatch {
        let arn = KeyArn::parse(ARN).expect("an ARN");
        ImportScript::compare(&arn, &options(), script.as_bytes())
    }

    #[test]
    fn recognises_what_it_writes() {
        for end in [None, Some(time("2026-11-24T12:00:00.737Z"))] {
            let script = script(end);
            assert_eq!(compare(&script), ScriptMatch::Same, "{script}");
            let header = ScriptHeader::of(&script).expect("a header");
            assert_eq!(header.parameters_valid_to, end);
            assert_eq!(header.version, VERSION);
        }
    }

    #[test]
    fn notices_every_changed_byte() {
        let script = script(Some(time("2026-11-24T12:00:00Z")));
        for at in 0..script.len() {
            let mut changed = script.clone().into_bytes();
            changed[at] ^= 1;
            let changed = String::from_utf8(changed).expect("ASCII");
            // The header can hold another time or version.
            let found = compare(&changed);
            let is_header = ScriptHeader::of(&changed) != ScriptHeader::of(&script);
            assert!(found != ScriptMatch::Same || is_header, "{at}: {changed}");
        }
    }

    #[test]
    fn names_the_line_that_differs() {
        let script = script(None);
        let other_key = script.replace(
            "--key-id 'arn:aws:kms:us-east-2",
            "--key-id 'arn:aws:kms:eu-west-1",
        );
        assert_eq!(compare(&other_key), ScriptMatch::Differs { line: 9 });
        assert_eq!(
            compare(&format!("{script}curl example.org\n")),
            ScriptMatch::Differs { line: 15 }
        );
        assert_eq!(
            compare(&script[..script.len() - 1]),
            ScriptMatch::Differs { line: 15 },
            "the end of the last line"
        );
        assert_eq!(compare("#!/bin/sh\naws kms\n"), ScriptMatch::NoHeader);
        assert_eq!(compare(""), ScriptMatch::NoHeader);
        let older = script.replace(&format!("byok {VERSION} at"), "byok 0.0.1 at");
        assert_eq!(
            compare(&older),
            ScriptMatch::OtherVersion("0.0.1".to_owned())
        );
    }
}
