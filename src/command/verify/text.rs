//! The verdict of `verify` as text.

use std::fmt::Write as _;

use byok_core::import_token::TokenOrigin;
use byok_core::rehearsed_key::Association;
use byok_core::report::ReportKind;
use byok_core::verdict::{CheckEntry, ImportResponse, MaterialFacts, VerdictDocument};
use byok_core::verify::{CheckResult, Verdict};

use super::outcome::Outcome;
use crate::terminal::Safe;

/// Returns the text of `document`, the verdict of `outcome`.
pub(super) fn text(outcome: &Outcome, document: &VerdictDocument) -> String {
    let Outcome {
        verification,
        assertions,
        ..
    } = outcome;
    let what = if document.recorded {
        "sent; the import is recorded"
    } else {
        "sent, and no import was recorded"
    };
    let who = match outcome.subject.kind {
        ReportKind::ProductionWrap => "Checked on this machine, without AWS KMS.",
        ReportKind::Emulated => "REHEARSAL, not AWS KMS.",
    };
    let mut text = format!("{who} Nothing was {what}.\n\n");
    let width = document
        .checks
        .iter()
        .map(|check| check.name.len() + 1)
        .max()
        .unwrap_or_default()
        .max(26);
    for CheckEntry {
        name,
        result,
        reason,
    } in &document.checks
    {
        let reason = reason.as_ref();
        let _ = match reason.filter(|_| *result == CheckResult::NotChecked) {
            Some(reason) => writeln!(text, "{name:<width$}{result}: {}", Safe(reason)),
            None => writeln!(text, "{name:<width$}{result}"),
        };
    }
    if let Some(token) = &verification.token {
        let digest = byok_core::hex::encode(&token.wrapping_key_sha256);
        let _ = writeln!(
            text,
            "\nWrapping key   {} {digest}",
            token.wrapping_key_spec
        );
        let _ = writeln!(text, "  algorithm    {}", token.algorithm);
        let _ = writeln!(text, "  valid to     {}", token.parameters_valid_to);
    }
    text.push('\n');
    if let Some(material) = &document.key_material {
        describe(material, &mut text);
    }
    let failed: Vec<_> = assertions
        .iter()
        .filter(|assertion| assertion.failure().is_some())
        .map(|assertion| assertion.name)
        .collect();
    match &verification.verdict {
        Verdict::UndecidedMaterial(_) => {
            text.push_str(
                "\nUNDECIDED: only AWS KMS can tell whether it accepts such key material.\n",
            );
        }
        Verdict::Accepted(accepted) => {
            if let Some((id, association)) = &accepted.association {
                let id = id.as_str().get(..8).unwrap_or_default();
                let _ = writeln!(text, "  material id  {id}…  {}", what_it_is(*association));
            }
            text.push('\n');
            let _ = match &document.response {
                _ if !failed.is_empty() => writeln!(
                    text,
                    "Do not import: AWS KMS would accept the request, but it is not what was expected."
                ),
                Some(ImportResponse { key_id: arn, .. }) => writeln!(
                    text,
                    "Yes: by its documented rules AWS KMS would import this key material into {arn}."
                ),
                None => {
                    writeln!(
                        text,
                        "Yes: by its documented rules AWS KMS takes this key, wrapped this way."
                    )
                }
            };
        }
        Verdict::Refused(_) => {
            let refusal = document.exception.as_ref().map(ToString::to_string);
            let refusal = refusal.unwrap_or_default();
            // AWS's text quotes the request.
            let _ = write!(text, "No: {}.", Safe(refusal.trim_end_matches('.')));
            let cause = document.cause.as_ref();
            let _ = writeln!(
                text,
                "{}",
                cause.map_or_else(String::new, |cause| format!(" {cause}."))
            );
        }
        Verdict::Undecided { origin } => {
            text.push_str("UNDECIDED: only AWS KMS can decrypt this import token.\n");
            if *origin == TokenOrigin::Unknown {
                text.push_str("It is neither from a rehearsal nor in a known form of AWS KMS.\n");
            }
        }
    }
    if !failed.is_empty() {
        let _ = writeln!(text, "\nEXPECTATION NOT MET: {}.", failed.join(", "));
    }
    text
}

/// Appends the kind of the material and its fingerprint.
fn describe(material: &MaterialFacts, text: &mut String) {
    let _ = writeln!(
        text,
        "Key material   {}, {} bytes",
        material.key_spec, material.length
    );
    let _ = writeln!(
        text,
        "  fingerprint  {}  {}",
        material.fingerprint, material.fingerprint_method
    );
}

/// Describes the relation of a material to its key.
fn what_it_is(association: Association) -> &'static str {
    match association {
        Association::First => "the first material of this key",
        Association::Same => "material that this key has or had",
        Association::New => "new material, for the next rotation",
        Association::Unknown => {
            "the key's own material is unknown here; AWS KMS accepts only that material"
        }
    }
}
