//! The values of a JSON document that can hold a key.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::{escapes::unescape, text_layer::MemberPath};
use crate::{json::Distinct, secret::SecretBytes};

/// The maximum depth of objects and arrays.
const MAX_DEPTH: usize = 16;

/// A string of a document, or an object that can be a JSON Web Key.
pub(super) struct JsonValue {
    pub(super) path: MemberPath,
    pub(super) contents: SecretBytes,
}

/// Returns the strings in a JSON document, and the objects that have a member `kty`. Returns `None` for
/// other text, for a duplicate member, and for a JSON Web Key or a set of them.
pub(super) fn values(text: &[u8]) -> Option<Vec<JsonValue>> {
    let text = text.trim_ascii();
    if !matches!(text.first(), Some(b'{' | b'[' | b'"')) {
        return None;
    }
    let document: &RawValue = serde_json::from_slice(text).ok()?;
    if let Some(Distinct(members)) = object(document)
        && (members.contains_key("kty") || is_key_set(&members))
    {
        return None;
    }
    let mut found = Vec::new();
    collect(document, &mut String::new(), MAX_DEPTH, &mut found)?;
    Some(found)
}

/// Returns whether an object is a JWK Set: RFC 7517, 5.
fn is_key_set(members: &BTreeMap<String, &RawValue>) -> bool {
    let keys = members.get("keys").and_then(|keys| array(keys));
    keys.is_some_and(|keys| {
        let has_kty = |key: &&RawValue| {
            object(key).is_some_and(|Distinct(members)| members.contains_key("kty"))
        };
        keys.iter().all(has_kty)
    })
}

fn object(value: &RawValue) -> Option<Distinct<BTreeMap<String, &RawValue>>> {
    serde_json::from_str(value.get()).ok()
}

fn array(value: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(value.get()).ok()
}

/// Adds the values in `value`, which is at `path`. Returns `None` if an object is invalid, or too deep.
fn collect(
    value: &RawValue,
    path: &mut String,
    depth: usize,
    found: &mut Vec<JsonValue>,
) -> Option<()> {
    let text = value.get();
    let len = path.len();
    let at = |path: &str| MemberPath(if path.starts_with('.') { path } else { "." }.to_owned());
    match text.as_bytes().first()? {
        b'"' => {
            let inner = text.get(1..text.len().checked_sub(1)?)?;
            found.push(JsonValue {
                path: at(path),
                contents: unescape(inner.as_bytes()),
            });
        }
        b'{' => {
            let depth = depth.checked_sub(1)?;
            let Distinct(members) = object(value)?;
            if members.contains_key("kty") {
                found.push(JsonValue {
                    path: at(path),
                    contents: SecretBytes::copy_of(text.as_bytes()),
                });
                return Some(());
            }
            for (name, member) in members {
                push_member(path, &name);
                collect(member, path, depth, found)?;
                path.truncate(len);
            }
        }
        b'[' => {
            let depth = depth.checked_sub(1)?;
            for (index, item) in array(value)?.into_iter().enumerate() {
                let dot = if path.is_empty() { "." } else { "" };
                let _ = write!(path, "{dot}[{index}]");
                collect(item, path, depth, found)?;
                path.truncate(len);
            }
        }
        _ => {}
    }
    Some(())
}

/// Appends a member to a filter of `jq`.
fn push_member(path: &mut String, name: &str) {
    let is_plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name
            .bytes()
            .next()
            .is_some_and(|byte| !byte.is_ascii_digit());
    if is_plain {
        let _ = write!(path, ".{name}");
    } else {
        let dot = if path.is_empty() { "." } else { "" };
        let quoted = serde_json::to_string(name).unwrap_or_default();
        let _ = write!(path, "{dot}[{quoted}]");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<Vec<(String, String)>> {
        let pair = |value: &JsonValue| {
            let contents = String::from_utf8_lossy(value.contents.expose());
            (value.path.as_str().to_owned(), contents.into_owned())
        };
        Some(values(text.as_bytes())?.iter().map(pair).collect())
    }

    #[test]
    fn each_string_has_its_path() {
        let text = r#" {"a":{"tls.key":"x\ny","1":"z"},"b":["p",{"q":"\u002b"}],"n":1,"t":null} "#;
        let expected = [
            (r#".a["1"]"#, "z"),
            (r#".a["tls.key"]"#, "x\ny"),
            (".b[0]", "p"),
            (".b[1].q", "+"),
        ];
        let expected = expected.map(|(path, text)| (path.to_owned(), text.to_owned()));
        assert_eq!(found(text).expect("JSON"), expected);
        assert_eq!(
            found(r#""a""#).expect("JSON"),
            [(".".to_owned(), "a".to_owned())]
        );
        assert_eq!(
            found(r#"["a"]"#).expect("JSON"),
            [(".[0]".to_owned(), "a".to_owned())]
        );
        let key = r#"{"kty":"oct"}"#;
        assert_eq!(
            found(&format!(r#"{{"key":{key}}}"#)).expect("JSON"),
            [(".key".to_owned(), key.to_owned())]
        );
    }

    #[test]
    fn other_text_has_no_values() {
        let deep = "[".repeat(17) + &"]".repeat(17);
        for text in [
            "",
            "a",
            "{",
            r#"{"kty":"oct"}"#,
            r#"{"keys":[{"kty":"oct"}]}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            &deep,
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(found(r#"{"keys":[{"pem":"a"}]}"#).expect("JSON").len(), 1);
    }
}
