//! The YAML that the AWS CLI prints: one flat mapping of plain or quoted scalars.
//!
//! It reads the four members of a `GetParametersForImport` response and refuses anything else, as
//! comments, anchors, tags, escapes and text on several lines.

use crate::{blob::Blob, timestamp::Timestamp};

/// The members of the response, as far as they are there.
#[derive(Debug, Default)]
pub(super) struct Members {
    pub(super) key_id: Option<String>,
    pub(super) import_token: Option<Blob>,
    pub(super) public_key: Option<Blob>,
    pub(super) parameters_valid_to: Option<Timestamp>,
}

/// The reasons why a line is not a member of the response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum YamlError {
    /// Not `Name: value` with a plain or quoted value.
    #[error("line {line} is not a member with a plain or quoted value, as the AWS CLI prints it")]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// A member that the response does not have.
    #[error("line {line} has a member that a GetParametersForImport response does not have")]
    UnknownMember {
        /// Counted from 1.
        line: usize,
    },
    /// A member that is there already.
    #[error("line {line} repeats a member")]
    DuplicateMember {
        /// Counted from 1.
        line: usize,
    },
    /// A member whose value is not of its type.
    #[error("member {member} is not {expected}")]
    WrongType {
        /// The name of the member.
        member: &'static str,
        /// The expected type.
        expected: &'static str,
    },
}

/// Returns whether `text` has a line that begins as a member of the response does in YAML.
pub(super) fn is_meant(text: &str) -> bool {
    text.lines()
        .any(|line| line.starts_with("ImportToken:") || line.starts_with("ParametersValidTo:"))
}

/// Returns whether `text` is the list of one or more mappings that `--output yaml-stream` prints.
pub(super) fn is_stream(text: &str) -> bool {
    text.starts_with("- ")
        && text
            .lines()
            .any(|line| is_meant(line.get(2..).unwrap_or_default()))
}

/// Reads the members.
pub(super) fn read(text: &str) -> Result<Members, YamlError> {
    let mut members = Members::default();
    for (at, line) in text.lines().enumerate() {
        let line_number = at + 1;
        if line.is_empty() {
            continue;
        }
        let malformed = YamlError::Line { line: line_number };
        let (name, value) = line.split_once(": ").ok_or(malformed.clone())?;
        let value = scalar(value).ok_or(malformed)?;
        let is_new = match name {
            "KeyId" => members.key_id.replace(value).is_none(),
            "ImportToken" => {
                let blob = blob("ImportToken", &value)?;
                members.import_token.replace(blob).is_none()
            }
            "PublicKey" => {
                let blob = blob("PublicKey", &value)?;
                members.public_key.replace(blob).is_none()
            }
            "ParametersValidTo" => {
                let moment = Timestamp::parse(&value).map_err(|_| YamlError::WrongType {
                    member: "ParametersValidTo",
                    expected: "a time",
                })?;
                members.parameters_valid_to.replace(moment).is_none()
            }
            _ => return Err(YamlError::UnknownMember { line: line_number }),
        };
        if !is_new {
            return Err(YamlError::DuplicateMember { line: line_number });
        }
    }
    Ok(members)
}

fn blob(member: &'static str, value: &str) -> Result<Blob, YamlError> {
    Blob::from_base64(value).ok_or(YamlError::WrongType {
        member,
        expected: "padded standard base64",
    })
}

/// Returns the text of a scalar on one line. The values of the response need no escape, so a quoted
/// scalar has none, and the characters of a plain one mean nothing else in YAML.
fn scalar(value: &str) -> Option<String> {
    let quoted = ['\'', '"'].into_iter().find_map(|quote| {
        let inner = value.strip_prefix(quote)?.strip_suffix(quote)?;
        Some(inner)
    });
    let text = quoted.unwrap_or(value);
    let is_usual = |c: char| c.is_ascii_alphanumeric() || "+/=:.-_".contains(c);
    let may_begin = |c: char| c.is_ascii_alphanumeric() || "+/".contains(c);
    let is_sound = match quoted {
        Some(text) => text.chars().all(|c| is_usual(c) || c == ' '),
        None => text.starts_with(may_begin) && text.chars().all(is_usual) && !text.ends_with(':'),
    };
    is_sound.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = "ImportToken: AQECAHgy+/A=\n\
         KeyId: arn:aws:kms:us-east-1:111122223333:key/d67ff477-65af-49ca-9222-1e7393571428\n\
         ParametersValidTo: '2026-11-29T15:52:46.172000+00:00'\n\
         PublicKey: \"MIIB\"\n";

    #[test]
    fn reads_the_members_in_any_order_and_quotes() {
        let epoch = YAML.replace("'2026-11-29T15:52:46.172000+00:00'", "1795967566.172");
        for text in [YAML.to_owned(), YAML.replace('\n', "\r\n"), epoch] {
            let members = read(&text).expect("YAML");
            assert_eq!(members.import_token.expect("a token").len(), 8);
            assert_eq!(members.public_key.expect("a key").len(), 3);
            assert!(members.key_id.expect("an ARN").ends_with("571428"));
            let moment = members.parameters_valid_to.expect("a time");
            assert_eq!(moment.to_string(), "2026-11-29T15:52:46.172Z");
        }
    }

    #[test]
    fn refuses_everything_else_that_yaml_has() {
        let line = |line| Err(YamlError::Line { line });
        for (text, expected) in [
            ("---\nKeyId: a\n", line(1)),
            ("KeyId: a # comment\n", line(1)),
            ("KeyId: &anchor a\n", line(1)),
            ("KeyId: *anchor\n", line(1)),
            ("KeyId: !!str a\n", line(1)),
            ("KeyId: |\n  a\n", line(1)),
            ("KeyId: [a]\n", line(1)),
            ("KeyId:\n  a\n", line(1)),
            ("KeyId: 'a''b'\n", line(1)),
            ("KeyId: \"a\\x62\"\n", line(1)),
            ("KeyId: 'a\n", line(1)),
            ("KeyId: a\n  b\n", line(2)),
            ("KeyId: \n", line(1)),
            ("KeyId: a:\n", line(1)),
            (
                "KeyId: a\nKeyId: a\n",
                Err(YamlError::DuplicateMember { line: 2 }),
            ),
            ("\nKeyID: a\n", Err(YamlError::UnknownMember { line: 2 })),
            (" KeyId: a\n", Err(YamlError::UnknownMember { line: 1 })),
        ] {
            assert_eq!(read(text).map(|_| ()), expected, "{text}");
        }
        let error = read("PublicKey: MII\n").expect_err("no base64");
        assert_eq!(
            error.to_string(),
            "member PublicKey is not padded standard base64"
        );
        let error = read("ParametersValidTo: tomorrow\n").expect_err("no time");
        assert_eq!(error.to_string(), "member ParametersValidTo is not a time");
    }
}
