//! Bytes in the forms in which programs write them to JSON, other than base64.

use serde_json::{Map, Value};

/// Parses the `repr` of a Python `bytes` object, `b'0\x82\''`, which
/// `json.dumps(response, default=str)` leaves.
pub(crate) fn python_bytes(text: &str) -> Option<Vec<u8>> {
    let rest = text.strip_prefix('b')?;
    let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let inner = rest.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut bytes = Vec::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        bytes.push(match c {
            '\\' => match chars.next()? {
                'n' => b'\n',
                'r' => b'\r',
                't' => b'\t',
                'x' => {
                    let digits = [chars.next()?.to_digit(16)?, chars.next()?.to_digit(16)?];
                    u8::try_from(digits[0] << 4 | digits[1]).ok()?
                }
                c @ ('\\' | '\'' | '"') => u8::try_from(c).ok()?,
                _ => return None,
            },
            ' '..='~' => u8::try_from(c).ok()?,
            _ => return None,
        });
    }
    Some(bytes)
}

/// Reads bytes that a JSON library wrote as numbers: a list, `{"type": "Buffer", "data": […]}` for a
/// Buffer of Node.js, or `{"0": 48, "1": 130, …}` for a `Uint8Array` of JavaScript.
pub(crate) fn listed_bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Array(items) => items.iter().map(octet).collect(),
        Value::Object(members) => node_buffer(members).or_else(|| typed_array(members)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn node_buffer(members: &Map<String, Value>) -> Option<Vec<u8>> {
    let is_buffer = members.len() == 2 && members.get("type")?.as_str()? == "Buffer";
    let data = members.get("data").filter(|_| is_buffer)?;
    data.as_array()?.iter().map(octet).collect()
}

fn typed_array(members: &Map<String, Value>) -> Option<Vec<u8>> {
    (0..members.len())
        .map(|at| members.get(&at.to_string()).and_then(octet))
        .collect()
}

fn octet(value: &Value) -> Option<u8> {
    value.as_u64().and_then(|octet| octet.try_into().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_lists_of_bytes_and_nothing_else() {
        for written in [
            json!([48, 0, 255]),
            json!({"type": "Buffer", "data": [48, 0, 255]}),
            json!({"0": 48, "1": 0, "2": 255}),
            json!({"2": 255, "0": 48, "1": 0}),
        ] {
            assert_eq!(listed_bytes(&written), Some(vec![48, 0, 255]), "{written}");
        }
        for other in [
            json!([256]),
            json!([-1]),
            json!([1.5]),
            json!(["1"]),
            json!([[1]]),
            json!({"1": 48}),
            json!({"0": 48, "2": 1}),
            json!({"00": 48}),
            json!({"type": "Buffer", "data": "MII"}),
            json!({"type": "Buffer", "data": [1], "more": 1}),
            json!({"CanRead": true}),
            json!(null),
            json!(true),
            json!(48),
        ] {
            assert_eq!(listed_bytes(&other), None, "{other}");
        }
    }
}
