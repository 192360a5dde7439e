//! The phrases for requests, responses, tokens, reports and verdicts.

use byok_core::blob::Blob;
use byok_core::compatibility::{Incompatible, Rules};
use byok_core::error_body::ErrorBody;
use byok_core::exception::Refusal;
use byok_core::hex;
use byok_core::import_parameters::{ConsoleDownload, ImportParameters};
use byok_core::import_request::ImportRequest;
use byok_core::import_token::{ImportToken, TokenFacts, TokenOrigin};
use byok_core::inspect::{DocumentFault, possible_wrappings};
use byok_core::key_metadata::KeyMetadata;
use byok_core::key_state::check_state;
use byok_core::operation::Operation;
use byok_core::parameters_request::ParametersRequest;
use byok_core::public_key::KeyComparison;
use byok_core::report::{BatchReport, Report, RowStatus};
use byok_core::timestamp::Timestamp;
use byok_core::verdict::{SchemaVersion, VerdictDocument};
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_key_spec::WrappingKeySpec;
use serde_json::json;

use super::keys::encrypted;
use crate::command::duration;
use crate::command::inspect::description::Description;
use crate::diagnosis;

pub(super) fn parameters_request(
    description: Description,
    request: &ParametersRequest,
) -> Description {
    let members = [
        ("KMS key", "KeyId", &request.key_id),
        (
            "algorithm",
            "WrappingAlgorithm",
            &request.wrapping_algorithm,
        ),
        (
            "wrapping key",
            "WrappingKeySpec",
            &request.wrapping_key_spec,
        ),
    ];
    members.into_iter().fold(
        description,
        |description, (label, member, word)| match word {
            Some(word) => description.word(label, member, word),
            None => description.line(label, "missing"),
        },
    )
}

pub(super) fn import_parameters(
    description: Description,
    parameters: &ImportParameters,
    now: Timestamp,
) -> Description {
    let (spec, digest) = (
        parameters.public_key.spec(),
        parameters.public_key.fingerprint(),
    );
    let description = wrapping_key(
        description.word("KMS key", "KeyId", &parameters.key_arn),
        spec,
        &digest,
    );
    let description = whose(description, &parameters.import_token);
    match parameters.parameters_valid_to {
        Some(valid_to) => valid(description, valid_to, now),
        None => description,
    }
}

/// Describes the console's download. Its file names have at most the ID of the KMS key.
pub(super) fn console_download(
    description: Description,
    download: &ConsoleDownload,
    sealed: Option<&Result<TokenFacts, String>>,
    now: Timestamp,
) -> Description {
    let (public_key, token) = (&download.public_key, &download.import_token);
    if let Some(Ok(facts)) = sealed {
        let description = token_facts(whose(description, token), facts, now);
        if facts.wrapping_key_sha256 == public_key.sha256() {
            return description;
        }
        let fault = "the wrapping public key is not the one of the import token";
        return description.word("fault", "Fault", fault);
    }
    let description = match &download.key_id {
        Some(key_id) => description.word("KMS key", "KeyId", key_id),
        None => description.line("KMS key", "not named"),
    };
    let description = wrapping_key(description, public_key.spec(), &public_key.fingerprint());
    token_as_found(whose(description, token), token, sealed, now)
}

/// Describes a document with a fault, with the way out for import parameters.
pub(super) fn faulty(description: Description, fault: &DocumentFault) -> Description {
    let description = description.word("fault", "Fault", fault);
    let hints = diagnosis::document_hints(fault);
    if hints.is_empty() {
        return description;
    }
    description
        .lines("hint", hints.clone())
        .member("Hints", hints)
}

fn wrapping_key(description: Description, spec: WrappingKeySpec, digest: &str) -> Description {
    let line = format!("{spec}, SHA-256 {digest}");
    description
        .fact("wrapping key", line, "WrappingKeySpec", spec.as_str())
        .member("WrappingKeySha256", digest)
}

fn valid(description: Description, valid_to: Timestamp, now: Timestamp) -> Description {
    description
        .fact(
            "valid to",
            end(valid_to, now),
            "ParametersValidTo",
            json!(valid_to),
        )
        .member("Expired", now >= valid_to)
}

/// Describes the origin of a token, without opening it.
fn whose(description: Description, token: &ImportToken) -> Description {
    let (line, word) = match token.origin() {
        TokenOrigin::Rehearsal => ("from a rehearsal; AWS KMS will not accept it", "rehearsal"),
        TokenOrigin::DamagedRehearsal => (
            "from a rehearsal, damaged: its rehearsal mark is altered or out of place",
            "damaged",
        ),
        TokenOrigin::Aws { .. } => (
            "in the known form of AWS KMS, which alone can open it",
            "AWS KMS",
        ),
        TokenOrigin::Unknown => (
            "neither from a rehearsal nor in a known form of AWS KMS",
            "unknown",
        ),
        TokenOrigin::TooShort => ("none: shorter than 18 bytes", "too short"),
    };
    description.fact("import token", line, "TokenOrigin", word)
}

pub(super) fn import_token(
    description: Description,
    token: &ImportToken,
    sealed: Option<&Result<TokenFacts, String>>,
    now: Timestamp,
) -> Description {
    let description = whose(description, token).fact(
        "length",
        format!("{} bytes", token.blob().len()),
        "Length",
        token.blob().len(),
    );
    token_as_found(description, token, sealed, now)
}

/// Describes what a token contains, as far as it can be seen.
fn token_as_found(
    description: Description,
    token: &ImportToken,
    sealed: Option<&Result<TokenFacts, String>>,
    now: Timestamp,
) -> Description {
    match (sealed, token.origin()) {
        (Some(Ok(facts)), _) => token_facts(description, facts, now),
        (Some(Err(reason)), _) => {
            description.fact("opened", format!("no: {reason}"), "Opened", false)
        }
        (None, TokenOrigin::Aws { body_len }) => description.line(
            "structure",
            format!("a header, an id of 32 bytes, and {body_len} bytes of CMS EncryptedData"),
        ),
        (None, _) => description,
    }
}

fn token_facts(description: Description, facts: &TokenFacts, now: Timestamp) -> Description {
    let description = description
        .fact("opened", "yes, by this store", "Opened", true)
        .word("KMS key", "KeyId", &facts.key_arn)
        .word("key spec", "KeySpec", &facts.key_spec)
        .word("algorithm", "WrappingAlgorithm", &facts.algorithm);
    let digest = hex::encode(&facts.wrapping_key_sha256);
    let description = wrapping_key(description, facts.wrapping_key_spec, &digest).fact(
        "issued",
        facts.issued_at.to_string(),
        "IssuedAt",
        json!(facts.issued_at),
    );
    valid(description, facts.parameters_valid_to, now)
}

pub(super) fn import_request(description: Description, request: &ImportRequest) -> Description {
    let mut description = description.word(
        "KMS key",
        "KeyId",
        request.key_id.as_deref().unwrap_or_default(),
    );
    if let Some(token) = request.import_token.clone().and_then(ImportToken::new) {
        description = whose(description, &token);
    }
    let wrapped = request
        .encrypted_key_material
        .as_ref()
        .map_or(&[][..], Blob::as_bytes);
    let (len, ways) = (wrapped.len(), possible_wrappings(wrapped));
    let description = encrypted(
        description.line("wrapped", format!("{len} bytes")),
        len,
        &ways,
    );
    let options = &request.options;
    let default = options.expiration_model().as_str();
    let model = options.expiration_model.as_deref().unwrap_or(default);
    let line = match options.valid_to {
        Some(valid_to) => format!("{model}, {valid_to}"),
        None => model.to_owned(),
    };
    let said = if options.expiration_model.is_some() {
        ""
    } else {
        " (AWS's default)"
    };
    let description = description.fact(
        "expiration",
        format!("{line}{said}"),
        "ExpirationModel",
        model,
    );
    match options.valid_to {
        Some(valid_to) => description.member("ValidTo", json!(valid_to)),
        None => description,
    }
}

pub(super) fn key_metadata(description: Description, key: &KeyMetadata) -> Description {
    let mut description = description
        .word("KMS key", "KeyId", &key.arn)
        .word("key spec", "KeySpec", &key.key_spec)
        .word("key usage", "KeyUsage", &key.key_usage)
        .word("origin", "Origin", &key.origin)
        .word("key state", "KeyState", &key.key_state);
    if let Some(valid_to) = key.valid_to {
        description = description.fact("expires", valid_to.to_string(), "ValidTo", json!(valid_to));
    }
    match refusal(key) {
        None => description.line("AWS KMS", "issues import parameters for it"),
        Some(refusal) => {
            let line = format!("refuses import parameters: {refusal}");
            description.fact(
                "AWS KMS",
                line,
                "Exception",
                json!(ErrorBody::without_text(refusal.exception)),
            )
        }
    }
}

/// Returns the refusal of `GetParametersForImport` for a key with this description, if there is
/// one.
fn refusal(key: &KeyMetadata) -> Option<Refusal> {
    if let Err(error) = check_state(key, Operation::GetParametersForImport) {
        return Some(error.refusal());
    }
    let rules = Rules::of(key.arn.region());
    match rules.check(
        key.key_spec,
        WrappingAlgorithm::RsaesOaepSha256,
        WrappingKeySpec::Rsa4096,
    ) {
        Err(error @ Incompatible::NotImportable(_)) => Some(error.refusal()),
        Ok(()) | Err(Incompatible::Withdrawn | Incompatible::Combination { .. }) => None,
    }
}

/// Describes the head of a report. The rest of a report is readable as it is.
pub(super) fn batch_report(description: Description, report: &BatchReport) -> Description {
    let contents = report.contents();
    let description = match &contents.kind {
        Some(kind) => description.word("kind", "ReportKind", kind),
        None => description,
    };
    let counts = RowStatus::ALL
        .iter()
        .map(|status| (contents.counts.of(*status), status))
        .filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(count, status)| format!("{count} {status}"))
        .collect();
    description
        .word("command", "BatchCommand", &contents.batch_command)
        .line("rows", counts.join(", "))
        .member("Counts", json!(contents.counts))
        .word("started", "Started", &contents.run.started)
        .member("ReportVersion", 1)
}

pub(super) fn report(description: Description, report: &Report) -> Description {
    let contents = report.contents();
    let description = description
        .word("kind", "ReportKind", &contents.kind)
        .word("command", "Command", &contents.command)
        .word("verdict", "Verdict", &contents.verdict);
    let description = match &contents.exception {
        Some(answer) => description.word("exception", "Exception", &answer.name),
        None => description,
    };
    let failed: Vec<&str> = contents.failed_checks().collect();
    let description = match failed.as_slice() {
        [] => description,
        failed => description.line("failed", failed.join(", ")),
    };
    let description = description
        .member("FailedChecks", failed)
        .word("KMS key", "KeyId", &contents.kms_key.arn)
        .word("key spec", "KeySpec", &contents.kms_key.key_spec);
    let description = match &contents.key_material {
        Some(material) => description.word("fingerprint", "Fingerprint", &material.fingerprint),
        None => description,
    };
    description
        .word("started", "Started", &contents.run.started)
        .member("ReportVersion", 1)
}

pub(super) fn verdict(description: Description, document: &VerdictDocument) -> Description {
    let description = description
        .word("verdict", "Verdict", &document.verdict)
        .member("ReportVersion", SchemaVersion::NUMBER);
    match &document.exception {
        Some(exception) => description.word("exception", "Exception", &exception.name),
        None => description,
    }
}

pub(super) fn key_comparison(description: Description, comparison: KeyComparison) -> Description {
    description
        .word("verdict", "Verdict", &comparison)
        .member("ReportVersion", SchemaVersion::NUMBER)
}

/// Describes an expiry, and the time until it.
fn end(valid_to: Timestamp, now: Timestamp) -> String {
    if now >= valid_to {
        return format!("{valid_to}, expired");
    }
    format!("{valid_to}, {} more", duration(valid_to.millis_since(now)))
}
