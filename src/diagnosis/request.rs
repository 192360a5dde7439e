//! The texts for a request whose members violate the rules of `ImportKeyMaterial`.

use byok_core::exception::Refusal;
use byok_core::import_request::RequestError;
use byok_core::validation::unknown_words;

use crate::foreign_words::Vocabulary;

/// The names of the members of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// As options of `byok wrap`: `--valid-to`.
    Options,
    /// As members of the API: `ValidTo`.
    Members,
}

impl Spelling {
    fn name(self, member: &str) -> String {
        if self == Self::Members {
            return member.to_owned();
        }
        let mut option = "-".to_owned();
        for c in member.chars() {
            if c.is_ascii_uppercase() {
                option.push('-');
            }
            option.push(c.to_ascii_lowercase());
        }
        option
    }

    fn names(self, members: &[&str]) -> String {
        let names: Vec<_> = members.iter().map(|member| self.name(member)).collect();
        match names.split_last() {
            Some((last, others)) if !others.is_empty() => {
                format!("{} and {last}", others.join(", "))
            }
            _ => names.concat(),
        }
    }
}

/// Describes the fault, if AWS's answer does not.
pub(super) fn request_cause(error: &RequestError, spelling: Spelling) -> Option<String> {
    match error {
        RequestError::ValidToTooFar { valid_to, latest } => Some(format!(
            "{} {valid_to} is more than 365 days ahead; the latest time that AWS KMS accepts now \
             is {latest}",
            spelling.name("ValidTo")
        )),
        RequestError::IdOfNewMaterial => Some(format!(
            "{} cannot be combined with NEW_KEY_MATERIAL, which has no ID yet",
            spelling.name("KeyMaterialId")
        )),
        RequestError::SymmetricOnly { key_spec, members } => {
            let is_or_are = if members.len() == 1 { "is" } else { "are" };
            Some(format!(
                "{} {is_or_are} for SYMMETRIC_DEFAULT keys only; the key spec of this key is \
                 {key_spec}",
                spelling.names(members)
            ))
        }
        RequestError::Constraints(_)
        | RequestError::ValidToMissing
        | RequestError::ValidToWithoutExpiry
        | RequestError::ValidToPassed { .. } => None,
    }
}

/// Returns the hints.
pub(super) fn request_hints(error: &RequestError, spelling: Spelling) -> Vec<String> {
    let (valid_to, model) = (spelling.name("ValidTo"), spelling.name("ExpirationModel"));
    let hint = match error {
        RequestError::Constraints(refusal) => return word_hints(refusal),
        RequestError::ValidToMissing => format!(
            "to let the material expire, set {valid_to} to a time at most 365 days ahead (RFC 3339, a date or epoch \
             seconds); to keep it, set {model} to KEY_MATERIAL_DOES_NOT_EXPIRE"
        ),
        RequestError::ValidToWithoutExpiry => format!(
            "for material that never expires, remove {valid_to}; for material that expires, set {model} to \
             KEY_MATERIAL_EXPIRES"
        ),
        RequestError::ValidToPassed {
            valid_to: passed,
            now,
        } => {
            format!(
                "{valid_to} is {passed}, and it is {now}: set a later one, at most 365 days ahead"
            )
        }
        RequestError::ValidToTooFar { latest, .. } => {
            format!(
                "set {valid_to} to {latest} or earlier, and import the same material again before it expires"
            )
        }
        RequestError::IdOfNewMaterial => {
            format!("remove {}", spelling.name("KeyMaterialId"))
        }
        RequestError::SymmetricOnly { members, .. } => {
            format!("remove {}", spelling.names(members))
        }
    };
    vec![hint]
}

/// Returns the hints for words that AWS KMS does not accept for a member.
pub(super) fn word_hints(refusal: &Refusal) -> Vec<String> {
    let text = refusal.message.as_deref().unwrap_or_default();
    let mut hints: Vec<String> = unknown_words(text)
        .into_iter()
        .filter_map(|(member, word)| Vocabulary::of_member(member)?.hint(word, None))
        .collect();
    hints.dedup();
    hints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_spelled_as_wrap_takes_it() {
        let members = ["ImportType", "KeyMaterialDescription", "KeyMaterialId"];
        assert_eq!(
            Spelling::Options.names(&members),
            "--import-type, --key-material-description and --key-material-id"
        );
        assert_eq!(Spelling::Members.names(&members[..1]), "ImportType");
    }
}
