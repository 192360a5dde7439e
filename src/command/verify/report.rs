//! The verdict of `verify`, for people and for programs.

use std::fmt::Write as _;

use byok_core::import_token::TokenOrigin;
use byok_core::json;
use byok_core::key_material::KeyMaterial;
use byok_core::rehearsed_key::Association;
use byok_core::report::ReportKind;
use byok_core::verify::{CheckResult, Verdict};
use serde_json::{Value, json};

use super::assertion::{ResultLine, results};
use super::outcome::Outcome;
use crate::diagnosis::Entry;
use crate::material::{facts, of_wrapped};
use crate::terminal::Safe;

/// Formats the verdict for people.
pub(super) fn text(outcome: &Outcome) -> String {
    let Outcome {
        verification,
        diagnosed,
        assertions,
        ..
    } = outcome;
    let what = if outcome.is_recorded {
        "sent; the import is recorded"
    } else {
        "sent or recorded"
    };
    let who = match outcome.subject.kind {
        ReportKind::ProductionWrap => "Checked on this machine, without AWS KMS.",
        ReportKind::Emulated => "REHEARSAL, not AWS KMS.",
    };
    let mut text = format!("{who} Nothing was {what}.\n\n");
    let results = results(verification, assertions);
    let width = results
        .iter()
        .map(|line| line.name.len() + 1)
        .max()
        .unwrap_or_default()
        .max(26);
    for ResultLine {
        name,
        result,
        reason,
    } in results
    {
        let _ = match reason.filter(|_| result == CheckResult::NotChecked) {
            Some(reason) => writeln!(text, "{name:<width$}{result}: {}", Safe(&reason)),
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
    match &verification.verdict {
        Verdict::UndecidedMaterial(accepted) => {
            describe(&accepted.material, &mut text);
            text.push_str(
                "\nUNDECIDED: only AWS KMS can tell whether it accepts such key material.\n",
            );
        }
        Verdict::Accepted(accepted) => {
            describe(&accepted.material, &mut text);
            if let Some((id, association)) = &accepted.association {
                let id = id.as_str().get(..8).unwrap_or_default();
                let _ = writeln!(text, "  material id  {id}…  {}", what_it_is(*association));
            }
            text.push('\n');
            let _ = match &accepted.key_arn {
                Some(arn) => writeln!(
                    text,
                    "Yes: by its documented rules AWS KMS imports this into {arn}."
                ),
                None => {
                    writeln!(
                        text,
                        "Yes: by its documented rules AWS KMS takes this key, wrapped this way."
                    )
                }
            };
        }
        Verdict::Refused(error) => {
            let refusal = error.refusal().to_string();
            // AWS's text quotes the request.
            let _ = write!(text, "No: {}.", Safe(refusal.trim_end_matches('.')));
            let cause = diagnosed
                .as_ref()
                .and_then(|diagnosed| diagnosed.cause.as_ref());
            let _ = writeln!(
                text,
                "{}",
                cause.map_or_else(String::new, |cause| format!(" {cause}."))
            );
        }
        Verdict::Undecided { origin } => {
            text.push_str("UNDECIDED: only AWS KMS can open this token.\n");
            if *origin == TokenOrigin::Unknown {
                text.push_str("It is neither from a rehearsal nor in a known form of AWS KMS.\n");
            }
        }
    }
    let failed: Vec<_> = assertions
        .iter()
        .filter(|assertion| assertion.failure().is_some())
        .map(|assertion| assertion.name)
        .collect();
    if !failed.is_empty() {
        let _ = writeln!(text, "\nEXPECTATION NOT MET: {}.", failed.join(", "));
    }
    text
}

/// Appends the kind of the material and its fingerprint.
fn describe(material: &KeyMaterial, text: &mut String) {
    let fingerprint = material.fingerprint();
    let _ = writeln!(
        text,
        "Key material   {}, {} bytes",
        material.key_spec(),
        material.bytes().len()
    );
    let _ = writeln!(
        text,
        "  fingerprint  {fingerprint}  {}",
        fingerprint.method()
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

/// Formats the verdict for programs.
pub(super) fn json(outcome: &Outcome, overrides: Vec<String>) -> String {
    let Outcome {
        verification,
        diagnosed,
        assertions,
        ..
    } = outcome;
    let checks: Vec<Value> = results(verification, assertions)
        .into_iter()
        .map(|line| {
            let mut check = json!({ "Name": line.name, "Result": line.result });
            if let Some(reason) = line.reason {
                check["Reason"] = reason.into();
            }
            check
        })
        .collect();
    let mut report = json!({ "SchemaVersion": 1, "Verdict": "undecided" });
    match &verification.verdict {
        Verdict::Accepted(accepted) => {
            report["Verdict"] = "accepted".into();
            if let Some(arn) = &accepted.key_arn {
                report["Response"] = json!({ "KeyId": arn });
                if let Some(id) = accepted.key_material_id() {
                    report["Response"]["KeyMaterialId"] = json!(id);
                }
            }
        }
        Verdict::Refused(error) => {
            let refusal = error.refusal();
            report["Verdict"] = "refused".into();
            report["Exception"] = json!({ "__type": refusal.exception });
            if let Some(message) = refusal.message {
                report["Exception"]["message"] = message.into();
            }
        }
        Verdict::UndecidedMaterial(_) | Verdict::Undecided { .. } => {}
    }
    report["Recorded"] = outcome.is_recorded.into();
    report["Checks"] = checks.into();
    if let Some(accepted) = verification.verdict.opened() {
        let remarks = of_wrapped(&accepted.material, &accepted.remarks);
        report["KeyMaterial"] = facts(&accepted.material, Some(accepted.source_format), &remarks);
    }
    let entries = diagnosed.iter().flat_map(|diagnosed| &diagnosed.entries);
    report["Diagnosis"] = entries.map(Entry::to_json).collect();
    report["Overrides"] = overrides.into();
    json::pretty(&report)
}
