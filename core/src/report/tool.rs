//! The program that made a report.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::{Sha256Digest, SourceCommit};
use crate::words::words;

words! {
    /// The certification of the program.
    pub enum Validation {
        /// Nothing.
        NotValidated = "not a FIPS 140 validated module",
    }
}

/// The program, as `byok version` and every report describe it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The target that it was built for.
    pub target: String,
    /// The Cargo features that it was built with.
    pub features: Vec<String>,
    /// The commit of its sources; `None` if the build did not know it.
    #[serde(deserialize_with = "required")]
    pub source_commit: Option<SourceCommit>,
    /// SHA-256 of the running program; `None` if the system does not let it read itself.
    #[serde(deserialize_with = "required")]
    pub binary_sha256: Option<Sha256Digest>,
    /// The certification.
    pub validation: Validation,
}

impl Tool {
    /// Returns the features for people.
    pub fn features_in_words(&self) -> String {
        if self.features.is_empty() {
            "none".to_owned()
        } else {
            self.features.join(", ")
        }
    }
}

/// Returns `value` for people: `unknown` if there is none.
pub fn or_unknown<T: fmt::Display>(value: Option<&T>) -> String {
    value.map_or_else(|| "unknown".to_owned(), ToString::to_string)
}

/// Reads a member that can be null, and cannot be missing.
fn required<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_facts_are_null_and_never_missing() {
        let whole = r#"{"Name":"byok","Version":"0.1.0","Target":"t","Features":[],"SourceCommit":null,"BinarySha256":null,"Validation":"not a FIPS 140 validated module"}"#;
        let tool: Tool = serde_json::from_str(whole).expect("a tool");
        assert_eq!((&tool.source_commit, tool.binary_sha256), (&None, None));
        assert_eq!(serde_json::to_string(&tool).expect("JSON"), whole);
        assert_eq!(tool.features_in_words(), "none");
        for member in [r#""SourceCommit":null,"#, r#""BinarySha256":null,"#] {
            let lacking = whole.replace(member, "");
            assert!(serde_json::from_str::<Tool>(&lacking).is_err(), "{lacking}");
        }
    }
}
