//! The CreateKey request of a row, rehearsed before it is written.

use byok_core::compatibility::Rules;
use byok_core::error_body::ErrorBody;
use byok_core::import_token::RootSecret;
use byok_core::json;
use byok_core::key_id::AccountId;
use byok_core::key_spec::KeySpec;
use byok_core::key_store::MemoryKeyStore;
use byok_core::operation::Operation;
use byok_core::terminal_safe::is_control_or_bidi;
use byok_core::timestamp::Timestamp;
use byok_core::trent_service::{Call, TrentService};
use rand_core::CryptoRng;
use serde_json::{Map, Value, json};

use super::error::RowFault;
use super::row::{NewKey, PlanRow};

/// The tag by which a script finds a key whose ID it does not know.
const TAG_KEY: &str = "byok:batch";

/// Where and when a request is rehearsed.
#[derive(Debug)]
pub(super) struct Setting<'a> {
    pub(super) plan_id: &'a str,
    pub(super) account_id: &'a AccountId,
    pub(super) now: Timestamp,
}

/// Returns the CreateKey request on one line, if AWS KMS would accept it and the alias.
pub(super) fn checked_request(
    setting: &Setting<'_>,
    row: &PlanRow,
    key: &NewKey,
    rng: &mut impl CryptoRng,
) -> Result<String, RowFault> {
    check_characters(key)?;
    let request = request(setting.plan_id, &row.id, key);
    let store = MemoryKeyStore::new(RootSecret::generate(rng), []);
    let service = TrentService::new(store, setting.account_id.clone());
    let mut rehearse = |operation: Operation, request: &Value| {
        let (target, body) = (format!("TrentService.{operation}"), request.to_string());
        let call = Call {
            target: Some(&target),
            region: &key.region,
            body: body.as_bytes(),
        };
        let answer = service.answer(call, setting.now, rng);
        let Some(refusal) = &answer.refusal else {
            return Ok(answer);
        };
        Err(RowFault::Refused {
            operation,
            answer: ErrorBody::from(refusal).to_string(),
        })
    };
    let answer = rehearse(Operation::CreateKey, &request)?;
    if let Some(alias) = &key.alias {
        let target = answer.key.map(|arn| arn.to_string());
        let request = json!({ "AliasName": alias, "TargetKeyId": target });
        rehearse(Operation::CreateAlias, &request)?;
    }
    Rules::of(&key.region).check(key_spec(key), row.wrapping_algorithm, row.wrapping_key_spec)?;
    Ok(json::line(&request))
}

/// Returns the key spec of an accepted request.
fn key_spec(key: &NewKey) -> KeySpec {
    match &key.key_spec {
        None => KeySpec::SymmetricDefault,
        Some(word) => word.parse().expect("the rehearsal accepted the key spec"),
    }
}

fn request(plan_id: &str, row_id: &str, key: &NewKey) -> Value {
    let mut request = Map::new();
    request.insert("Origin".to_owned(), json!("EXTERNAL"));
    let texts = [
        ("KeySpec", &key.key_spec),
        ("KeyUsage", &key.key_usage),
        ("Description", &key.description),
        ("Policy", &key.policy),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            request.insert(name.to_owned(), json!(text));
        }
    }
    if let Some(multi_region) = key.multi_region {
        request.insert("MultiRegion".to_owned(), json!(multi_region));
    }
    let own = (TAG_KEY.to_owned(), format!("{plan_id}/{row_id}"));
    let tags = [&own].into_iter().chain(&key.tags);
    let tags: Vec<_> = tags
        .map(|(key, value)| json!({ "TagKey": key, "TagValue": value }))
        .collect();
    request.insert("Tags".to_owned(), json!(tags));
    Value::Object(request)
}

/// Checks that people see what the values are. A policy is a document, with line breaks.
fn check_characters(key: &NewKey) -> Result<(), RowFault> {
    let is_plain = |text: &str| !text.chars().any(is_control_or_bidi);
    let texts = [
        ("KeySpec", &key.key_spec),
        ("KeyUsage", &key.key_usage),
        ("Description", &key.description),
        ("Alias", &key.alias),
    ];
    for (name, text) in texts {
        if !text.as_deref().is_none_or(is_plain) {
            return Err(RowFault::ControlCharacter(name));
        }
    }
    for (tag_key, value) in &key.tags {
        if tag_key == TAG_KEY {
            return Err(RowFault::ReservedTag);
        }
        if !is_plain(tag_key) || !is_plain(value) {
            return Err(RowFault::ControlCharacter("Tags"));
        }
    }
    Ok(())
}
