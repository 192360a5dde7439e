//! The answers of `byok key`.

use byok_core::json;
use byok_core::key_metadata::KeyMetadata;
use serde_json::{Value, json};

use crate::context::{Context, OutputFormat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::AnswerForm;

/// Answers with the description of a key.
pub(super) fn describe(metadata: &KeyMetadata, context: &Context) -> Result<Exit, Failure> {
    describe_as("KeyMetadata", metadata, context)
}

/// Prints a description, as JSON by default.
pub(super) fn describe_as(
    member: &str,
    metadata: &KeyMetadata,
    context: &Context,
) -> Result<Exit, Failure> {
    let answer = match context.output(OutputFormat::Json) {
        OutputFormat::Json => json::pretty(&json!({ member: metadata })),
        OutputFormat::Text => line(metadata),
    };
    context.answer(answer.as_bytes(), AnswerForm::Text)?;
    Ok(Exit::Done)
}

/// Prints an answer, as text by default.
pub(super) fn answer(document: &Value, text: &str, context: &Context) -> Result<Exit, Failure> {
    let answer = match context.output(OutputFormat::Text) {
        OutputFormat::Json => json::pretty(document),
        OutputFormat::Text => text.to_owned(),
    };
    context.answer(answer.as_bytes(), AnswerForm::Text)?;
    Ok(Exit::Done)
}

/// Returns the line of a key.
pub(super) fn line(key: &KeyMetadata) -> String {
    format!(
        "{}\t{}\t{}\t{}\n",
        key.arn, key.key_spec, key.key_usage, key.key_state
    )
}
