//! `byok key show`: the history of a key, and its materials.

use std::fmt::Write as _;

use byok_core::json;
use byok_core::key_record::{Event, EventName, ParameterSet};
use byok_core::rehearsed_key::{HistoryEntry, ImportState, MaterialEntry, RehearsedKey};
use byok_core::timestamp::Timestamp;
use serde_json::{Value, json};

use crate::context::{Context, OutputFormat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{AnswerForm, Safe};

pub(super) fn run(key: &RehearsedKey, context: &Context) -> Result<Exit, Failure> {
    let answer = match context.output(OutputFormat::Text) {
        OutputFormat::Text => text(key),
        OutputFormat::Json => json::pretty(&document(key)),
    };
    context.answer(answer.as_bytes(), AnswerForm::Text)?;
    Ok(Exit::Done)
}

/// Formats a line about a material, as `byok key materials` prints it.
pub(super) fn material(entry: &MaterialEntry) -> String {
    let until = match entry.valid_to {
        Some(valid_to) => format!("until {valid_to}"),
        None => "-".to_owned(),
    };
    let rotated = entry
        .rotation_date
        .map_or("-".to_owned(), |date| format!("rotated {date}"));
    format!(
        "{}\t{}\t{}\t{until}\t{rotated}\t{}\n",
        entry.key_material_id,
        entry.key_material_state,
        entry.import_state.map_or("-", ImportState::as_str),
        Safe(entry.key_material_description.as_deref().unwrap_or("-"))
    )
}

fn text(key: &RehearsedKey) -> String {
    let metadata = key.metadata();
    let mut text = format!(
        "{}\n{} for {}, {}\n",
        metadata.arn, metadata.key_spec, metadata.key_usage, metadata.key_state
    );
    if let Some(primary) = key.primary_arn() {
        let _ = writeln!(text, "replica of {primary}");
    }
    let _ = match metadata.valid_to {
        Some(valid_to) => writeln!(text, "expires {valid_to}"),
        None => Ok(()),
    };
    let materials = key.materials();
    if !materials.is_empty() {
        text.push_str("\nKey materials\n");
    }
    for entry in &materials {
        let _ = write!(text, "  {}", material(entry).replace('\t', "  "));
    }
    text.push_str("\nHistory\n");
    for (at, entry) in key.timeline() {
        let _ = writeln!(text, "  {:<24}  {}", at.to_string(), words(entry));
    }
    text
}

fn words(entry: HistoryEntry<'_>) -> String {
    match entry {
        HistoryEntry::Created => "created".to_owned(),
        HistoryEntry::ParametersIssued(set) => format!(
            "import parameters issued: {} under {} {}…, valid to {}",
            set.wrapping_algorithm,
            set.wrapping_key_spec,
            set.public_key_sha256.get(..8).unwrap_or_default(),
            set.parameters_valid_to
        ),
        HistoryEntry::Event(event) => {
            let what = match event.event_name {
                EventName::ImportKeyMaterial => "key material imported",
                EventName::DeleteImportedKeyMaterial => "key material deleted",
                EventName::DeleteExpiredKeyMaterial => "key material expired",
                EventName::RotateKeyOnDemand => "rotated",
                EventName::RotateKey => "rotated automatically",
                EventName::EnableKeyRotation => "automatic rotation enabled",
                EventName::DisableKeyRotation => "automatic rotation disabled",
                EventName::ReplicateKey => "replicated",
                EventName::UpdatePrimaryRegion => "primary Region updated",
                EventName::EnableKey => "enabled",
                EventName::DisableKey => "disabled",
                EventName::ScheduleKeyDeletion => "deletion scheduled",
                EventName::CancelKeyDeletion => "deletion cancelled",
                EventName::SetKeyState => "state set",
            };
            let id = event.key_material_id.as_ref();
            let id = id
                .and_then(|id| id.as_str().get(..8))
                .map_or(String::new(), |id| format!(" {id}…"));
            let until = event
                .valid_to
                .map_or(String::new(), |valid_to| format!(", until {valid_to}"));
            format!("{what}{id}{until}; {}", event.key_state)
        }
    }
}

fn document(key: &RehearsedKey) -> Value {
    let timeline: Vec<Value> = key
        .timeline()
        .into_iter()
        .map(|(at, what)| entry(at, what))
        .collect();
    json!({
        "SchemaVersion": 1,
        "KeyMetadata": key.metadata(),
        "Materials": key.materials(),
        "Timeline": timeline,
    })
}

fn entry(at: Timestamp, entry: HistoryEntry<'_>) -> Value {
    match entry {
        HistoryEntry::Created => json!({ "At": at, "EventName": "CreateKey" }),
        HistoryEntry::ParametersIssued(set) => {
            let ParameterSet {
                wrapping_algorithm,
                wrapping_key_spec,
                public_key_sha256,
                ..
            } = set;
            json!({
                "At": at,
                "EventName": "GetParametersForImport",
                "WrappingAlgorithm": wrapping_algorithm,
                "WrappingKeySpec": wrapping_key_spec,
                "PublicKeySha256": public_key_sha256,
                "ParametersValidTo": set.parameters_valid_to,
            })
        }
        HistoryEntry::Event(event) => {
            let Event {
                at,
                event_name,
                key_state,
                ..
            } = event;
            let mut entry = json!({ "At": at, "EventName": event_name, "KeyState": key_state });
            if let Some(id) = &event.key_material_id {
                entry["KeyMaterialId"] = json!(id);
            }
            if let Some(valid_to) = event.valid_to {
                entry["ValidTo"] = json!(valid_to);
            }
            entry
        }
    }
}
