//! The subcommands, one per file: read, call the core once, write.

pub(crate) mod batch;
pub(crate) mod completions;
pub(crate) mod generate;
pub(crate) mod help;
pub(crate) mod inspect;
pub(crate) mod key;
pub(crate) mod params;
pub(crate) mod public_key;
pub(crate) mod rehearse;
pub(crate) mod report;
#[cfg(feature = "serve")]
pub(crate) mod serve;
pub(crate) mod store;
pub(crate) mod verify;
pub(crate) mod version;
pub(crate) mod wrap;

use serde_json::Value;

/// Writes the members of a JSON object like `--output text` of the AWS CLI: sorted by name, the
/// values on one line with tabs between them.
pub(crate) fn aws_text(json: &str) -> String {
    let members: std::collections::BTreeMap<String, Value> =
        serde_json::from_str(json).expect("an answer in JSON is an object");
    let values = members.into_values().map(|value| match value {
        Value::String(text) => text,
        value => value.to_string(),
    });
    values.collect::<Vec<_>>().join("\t") + "\n"
}

/// `21 h 3 min`.
pub(crate) fn duration(millis: i64) -> String {
    let minutes = millis / 60_000;
    match (minutes / 60, minutes % 60) {
        (0, 0) => "less than 1 min".to_owned(),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn durations_read_like_speech() {
        assert_eq!(super::duration(59_999), "less than 1 min");
        assert_eq!(super::duration(60_000), "1 min");
        assert_eq!(super::duration((21 * 60 + 3) * 60_000 + 1), "21 h 3 min");
    }
}
