//! The expectations of the caller that are not met.

use std::fmt;
use std::path::PathBuf;

use byok_core::fingerprint::Fingerprint;
use byok_core::key_material::KeyMaterial;
use byok_core::report::NotRehearsed;

use crate::terminal::SafePath;

/// An expectation that is not met.
#[derive(Debug)]
pub(crate) enum ExpectationError {
    /// Two values that must agree do not.
    Differs {
        /// The name of the value.
        what: &'static str,
        /// The expected value.
        expected: String,
        /// The value found.
        found: String,
    },
    /// An import that no rehearsal covers.
    NotRehearsed(NotRehearsed),
    /// A file in the folder of an import that `wrap` did not write.
    FolderFile {
        /// The file.
        path: PathBuf,
        /// The predicate of the sentence about it.
        found: String,
    },
    /// A folder with files of an import and of a rehearsal.
    MixedFolder {
        /// The folder.
        path: PathBuf,
    },
    /// A rehearsal token in a production run.
    RehearsalToken,
    /// A token without the rehearsal mark in a rehearsal.
    ProductionToken,
    /// A token whose rehearsal mark is damaged.
    DamagedToken,
}

impl fmt::Display for ExpectationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs {
                what,
                expected,
                found,
            } => {
                write!(f, "{what}: expected {expected}, found {found}")
            }
            Self::NotRehearsed(error) => error.fmt(f),
            Self::FolderFile { path, found } => write!(f, "{} {found}", SafePath(path)),
            Self::MixedFolder { path } => write!(
                f,
                "{} contains files of an import and of a rehearsal",
                SafePath(path)
            ),
            Self::RehearsalToken => {
                f.write_str("the import token comes from a rehearsal: AWS KMS will not accept it")
            }
            Self::ProductionToken => {
                f.write_str("the import token has no rehearsal mark")
            }
            Self::DamagedToken => f.write_str(
                "the import token is a damaged rehearsal token: its rehearsal mark is altered or out of place",
            ),
        }
    }
}

impl std::error::Error for ExpectationError {}

/// The name of the value of `--expect-wrapping-key`.
pub(crate) const WRAPPING_KEY: &str = "SHA-256 of the wrapping key";

/// Checks that `found` is the expected value.
pub(crate) fn same(
    what: &'static str,
    expected: &str,
    found: &str,
) -> Result<(), ExpectationError> {
    if expected == found {
        return Ok(());
    }
    Err(ExpectationError::Differs {
        what,
        expected: expected.to_owned(),
        found: found.to_owned(),
    })
}

/// Checks that `found` names the expected KMS key. Two ARNs must be equal. If one of them is a key
/// ID only, the IDs must be equal.
pub(crate) fn same_key(
    what: &'static str,
    expected: &str,
    found: &str,
) -> Result<(), ExpectationError> {
    let id = |name: &str| {
        name.rsplit_once(":key/")
            .map_or(name, |(_, id)| id)
            .to_owned()
    };
    let are_arns = [expected, found]
        .iter()
        .all(|name| name.starts_with("arn:"));
    if !are_arns && id(expected) == id(found) {
        return Ok(());
    }
    same(what, expected, found)
}

/// Checks that `material` has the fingerprint `expected`.
pub(crate) fn material(
    expected: &Fingerprint,
    material: &KeyMaterial,
) -> Result<(), ExpectationError> {
    if material.goes_by(expected) {
        return Ok(());
    }
    let found = material.fingerprint();
    Err(ExpectationError::Differs {
        what: "fingerprint of the key material",
        expected: expected.to_string(),
        found: found.to_string(),
    })
}
