//! The sentences of an explanation, one for each cause.
//!
//! A sentence states a fact in lower case and, after a colon or semicolon, what to do.

use byok_core::explain::{Cause, Explanation, MaterialCause};
use byok_core::key_material::KeyMaterialError;
use byok_core::verdict::CauseEntry;
use byok_core::verify::VerifyError;

use super::material_hints::{material_hints, wrapped_hints};
use super::material_origin::MaterialOrigin;
use super::verification::{cause, verify_hints};

mod blob;
mod material;
#[cfg(test)]
mod tests;
mod wrapping;

/// The name of the entry without a cause.
const UNEXPLAINED: &str = "Unexplained";

/// The texts for the verdict no, in addition to AWS's answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Diagnosed {
    /// The reason, for the line of the answer.
    pub(crate) cause: Option<String>,
    /// Every cause, for programs.
    pub(crate) entries: Vec<CauseEntry>,
    /// The further hints, for people.
    pub(crate) hints: Vec<String>,
}

impl Diagnosed {
    /// Returns the complete texts for `error`.
    pub(crate) fn new(error: &VerifyError, explanation: Option<&Explanation>) -> Self {
        let cause = cause(error);
        let Some(explanation) = explanation else {
            return Self {
                cause,
                entries: Vec::new(),
                hints: verify_hints(error),
            };
        };
        let mut entries: Vec<CauseEntry> = explanation.causes.iter().map(entry).collect();
        let mut hints: Vec<String> = explanation
            .causes
            .iter()
            .flat_map(|found| hints_of(found, error))
            .collect();
        match error {
            _ if !entries.is_empty() => {}
            // It opened, so there was nothing to try.
            VerifyError::IncorrectKeyMaterial(_) => hints = verify_hints(error),
            _ => {
                let sentence = unexplained(explanation);
                hints.push(sentence.clone());
                entries.push(CauseEntry {
                    cause: UNEXPLAINED.to_owned(),
                    sentence,
                });
            }
        }
        Self {
            cause,
            entries,
            hints,
        }
    }

    /// Returns the texts if only AWS's answer is permitted. The sender of the blob may try to learn
    /// the contents of the blob of another person.
    pub(crate) fn without_explanation(error: &VerifyError) -> Self {
        if hides_reason(error) {
            Self::default()
        } else {
            Self::new(error, None)
        }
    }
}

/// Returns whether AWS's answer hides the cause. The cause could reveal the contents of the blob to
/// its sender.
const fn hides_reason(error: &VerifyError) -> bool {
    matches!(
        error,
        VerifyError::EncryptedLength { .. }
            | VerifyError::InvalidCiphertext
            | VerifyError::IncorrectKeyMaterial(_)
    )
}

fn entry(cause: &Cause) -> CauseEntry {
    CauseEntry {
        cause: cause.name().to_owned(),
        sentence: sentence(cause),
    }
}

/// Returns the entry for key material that was never wrapped.
pub(super) fn of_file(error: &KeyMaterialError) -> CauseEntry {
    CauseEntry {
        cause: MaterialCause::Error(error.clone()).name().to_owned(),
        sentence: format!("AWS KMS does not accept this key material: {error}"),
    }
}

fn sentence(cause: &Cause) -> String {
    match cause {
        Cause::Material(cause) => material::sentence(cause),
        cause => blob::sentence(cause).unwrap_or_else(|| wrapping::sentence(cause)),
    }
}

/// Returns the sentence, unless the answer has it already, and the further hints.
fn hints_of(cause: &Cause, error: &VerifyError) -> Vec<String> {
    let found = match cause {
        Cause::Material(MaterialCause::Error(found)) => found,
        Cause::UnusableKeyFile(found) => {
            let sentence = [sentence(cause)].into_iter();
            return sentence
                .chain(material_hints(found, &MaterialOrigin::unknown()))
                .collect();
        }
        _ => return vec![sentence(cause)],
    };
    let is_said = matches!(error, VerifyError::IncorrectKeyMaterial(said) if said == found);
    let sentence = (!is_said).then(|| sentence(cause));
    sentence.into_iter().chain(wrapped_hints(found)).collect()
}

fn unexplained(explanation: &Explanation) -> String {
    let sets = match (explanation.parameter_sets, explanation.parameter_sets_left) {
        (0, _) => String::new(),
        (1, _) => "; 1 other parameter set of this store".to_owned(),
        (tried, 0) => format!("; {tried} other parameter sets of this store"),
        (tried, left) => {
            format!("; {tried} other parameter sets of this store; not tried: {left} more")
        }
    };
    if explanation.under_sm2 {
        return format!(
            "no cause was found; tried: base64, hex, PEM and UTF-16; line ends and bytes that \
             were converted as text; DER with other integers, with C2 before C3, with bytes after \
             it; raw C1C3C2 and C1C2C3, with and without a leading 04{sets}"
        );
    }
    format!(
        "no cause was found; tried: base64, hex, PEM and UTF-16; line ends and bytes that were \
         converted as text; the RSA block at either end, reversed, and after a header of up to 64 \
         bytes; RSAES-OAEP with every pair of 7 hashes and with a label, PKCS #1 v1.5 and no \
         padding; with AES keys of 3 sizes AES-KWP, AES-KW, ECB, CBC and GCM{sets}"
    )
}
