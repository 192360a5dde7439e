//! What the caller says must hold, and does not.

use std::fmt;

use byok_core::fingerprint::Fingerprint;
use byok_core::key_material::KeyMaterial;
use byok_core::report::NotRehearsed;

/// An expectation that does not hold.
#[derive(Debug)]
pub(crate) enum ExpectationError {
    /// Two things that must agree do not.
    Differs {
        /// What they are.
        what: &'static str,
        /// What was expected.
        expected: String,
        /// What was found.
        found: String,
    },
    /// An import that no rehearsal stands for.
    NotRehearsed(NotRehearsed),
    /// A rehearsal token, where production is meant.
    RehearsalToken,
    /// A token without the rehearsal mark, where a rehearsal is meant.
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
            Self::RehearsalToken => {
                f.write_str("the import token is a rehearsal's: AWS KMS will not accept it")
            }
            Self::ProductionToken => {
                f.write_str("the import token does not bear the rehearsal mark")
            }
            Self::DamagedToken => f.write_str(
                "the import token is a damaged rehearsal token: its rehearsal mark is altered or out of place",
            ),
        }
    }
}

impl std::error::Error for ExpectationError {}

/// What `--expect-wrapping-key` is about.
pub(crate) const WRAPPING_KEY: &str = "SHA-256 of the wrapping key";

/// Makes sure that `found` is what was expected.
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

/// Makes sure that `found` names the KMS key that was expected. Two ARNs must be the same; where one of
/// them is a bare key id, only the ids are compared.
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

/// Makes sure that `material` goes by `expected`.
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
