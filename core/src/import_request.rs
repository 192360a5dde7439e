//! The `ImportKeyMaterial` request.

mod error;

use serde::Serialize;

pub use error::RequestError;

use crate::{
    blob::Blob,
    exception::{Exception, Refusal},
    import_token::{self, ImportToken},
    json::{self, JsonError, Object},
    key_id::{KeyIdError, KeyIdentifier, MAX_KEY_ID_LEN},
    key_metadata::ExpirationModel,
    key_spec::KeySpec,
    timestamp::Timestamp,
    validation::Violations,
    words::words,
};

/// The length limit of `EncryptedKeyMaterial`, in bytes.
pub const MAX_ENCRYPTED_LEN: usize = 6144;
/// The maximum distance of `ValidTo` from now.
const MAX_VALID_FOR_MILLIS: i64 = 365 * Timestamp::DAY_MILLIS;
/// The number of digits of a `KeyMaterialId`.
const KEY_MATERIAL_ID_LEN: usize = 64;

words! {
    /// The import type: new material, or material that the KMS key has or had.
    pub enum ImportType {
        /// Material that the key never had.
        NewKeyMaterial = "NEW_KEY_MATERIAL",
        /// Material that the key has or had.
        ExistingKeyMaterial = "EXISTING_KEY_MATERIAL",
    }
}

/// The unchecked request. Every fault in it gets AWS's own answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImportRequest {
    /// A key ID or key ARN.
    pub key_id: Option<String>,
    /// The token of the import parameters.
    pub import_token: Option<Blob>,
    /// The wrapped key material.
    pub encrypted_key_material: Option<Blob>,
    /// The options of the import.
    #[serde(flatten)]
    pub options: ImportOptions,
}

/// The members of the request that describe how the material is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImportOptions {
    /// When the material expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Timestamp>,
    /// A word that should be an [`ExpirationModel`]. AWS KMS uses `KEY_MATERIAL_EXPIRES` if it is
    /// missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_model: Option<String>,
    /// A word that should be an [`ImportType`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import_type: Option<String>,
    /// The description of the material.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_material_description: Option<String>,
    /// The identifier of the material: 64 lower-case hex digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_material_id: Option<String>,
}

impl ImportRequest {
    /// Parses the API's JSON. Ignores members that the API does not know.
    ///
    /// # Errors
    ///
    /// [`JsonError`] if it is not a JSON object, or a member has the wrong type.
    pub fn from_json(bytes: &[u8]) -> Result<Self, JsonError> {
        Self::from_object(&Object::read(bytes)?)
    }

    /// Reads the members of a parsed document.
    pub(crate) fn from_object(document: &Object) -> Result<Self, JsonError> {
        let text = |name| Ok(document.text(name)?.map(str::to_owned));
        Ok(Self {
            key_id: text("KeyId")?,
            import_token: document.blob("ImportToken")?,
            encrypted_key_material: document.blob("EncryptedKeyMaterial")?,
            options: ImportOptions {
                valid_to: document.timestamp("ValidTo")?,
                expiration_model: text("ExpirationModel")?,
                import_type: text("ImportType")?,
                key_material_description: text("KeyMaterialDescription")?,
                key_material_id: text("KeyMaterialId")?,
            },
        })
    }

    /// Writes the API's JSON for `aws kms import-key-material --cli-input-json`.
    pub fn to_json(&self) -> String {
        json::pretty(self)
    }

    /// Parses the member `KeyId`.
    ///
    /// # Errors
    ///
    /// [`KeyIdError`], also if the member is missing.
    pub(crate) fn identifier(&self) -> Result<KeyIdentifier, KeyIdError> {
        KeyIdentifier::parse(self.key_id.as_deref().unwrap_or_default())
    }

    /// Checks everything that can be checked without knowing the KMS key: members, lengths, words,
    /// and the rules of `ValidTo`. Returns the members that are then known to be present.
    ///
    /// # Errors
    ///
    /// [`RequestError`], which AWS KMS answers with `ValidationException`.
    pub fn validate(&self, now: Timestamp) -> Result<(ImportToken, &Blob), RequestError> {
        let mut violations = Violations::default();
        match &self.key_id {
            None => violations.missing("keyId"),
            Some(key_id) => violations.length("keyId", key_id, 1, MAX_KEY_ID_LEN),
        }
        blob(
            "importToken",
            self.import_token.as_ref(),
            import_token::MAX_LEN,
            &mut violations,
        );
        blob(
            "encryptedKeyMaterial",
            self.encrypted_key_material.as_ref(),
            MAX_ENCRYPTED_LEN,
            &mut violations,
        );
        self.options.constraints(&mut violations);
        if let Some(refusal) = violations.into_refusal() {
            return Err(RequestError::Constraints(refusal));
        }
        self.options.check_expiration(now)?;
        let token = self.import_token.clone().and_then(ImportToken::new);
        match (token, &self.encrypted_key_material) {
            (Some(token), Some(wrapped)) => Ok((token, wrapped)),
            _ => Err(RequestError::Constraints(Refusal::without_text(
                Exception::Validation,
            ))),
        }
    }
}

fn blob(member: &str, blob: Option<&Blob>, max: usize, violations: &mut Violations) {
    match blob {
        None => violations.missing(member),
        Some(blob) => violations.blob_length(member, blob.len(), max),
    }
}

impl ImportOptions {
    /// Checks the options by themselves, then against each other.
    ///
    /// # Errors
    ///
    /// [`RequestError`], which AWS KMS answers with `ValidationException`.
    pub fn validate(&self, now: Timestamp) -> Result<(), RequestError> {
        let mut violations = Violations::default();
        self.constraints(&mut violations);
        match violations.into_refusal() {
            Some(refusal) => Err(RequestError::Constraints(refusal)),
            None => self.check_expiration(now),
        }
    }

    /// Checks the options against the kind of KMS key: only symmetric encryption keys can have more
    /// than one material, so only they accept `ImportType` and its related members.
    ///
    /// # Errors
    ///
    /// [`RequestError::SymmetricOnly`].
    pub fn check_key_spec(&self, key_spec: KeySpec) -> Result<(), RequestError> {
        let members: Vec<_> = [
            ("ImportType", &self.import_type),
            ("KeyMaterialDescription", &self.key_material_description),
            ("KeyMaterialId", &self.key_material_id),
        ]
        .into_iter()
        .filter_map(|(member, value)| value.as_ref().map(|_| member))
        .collect();
        if members.is_empty() || key_spec == KeySpec::SymmetricDefault {
            Ok(())
        } else {
            Err(RequestError::SymmetricOnly { key_spec, members })
        }
    }

    /// Returns the effective expiration model: AWS's default if none is named.
    pub fn expiration_model(&self) -> ExpirationModel {
        let word = self.expiration_model.as_deref();
        word.and_then(|word| word.parse().ok())
            .unwrap_or(ExpirationModel::KeyMaterialExpires)
    }

    fn constraints(&self, violations: &mut Violations) {
        let words =
            |set: &[&'static str], member, word: Option<&String>, violations: &mut Violations| {
                if let Some(word) = word.filter(|word| !set.contains(&word.as_str())) {
                    violations.not_in_set(member, word, set);
                }
            };
        let models = ExpirationModel::ALL
            .iter()
            .map(|m| m.as_str())
            .collect::<Vec<_>>();
        let types = ImportType::ALL
            .iter()
            .map(|t| t.as_str())
            .collect::<Vec<_>>();
        words(
            &models,
            "expirationModel",
            self.expiration_model.as_ref(),
            violations,
        );
        words(&types, "importType", self.import_type.as_ref(), violations);
        if let Some(text) = &self.key_material_description {
            let allowed = |c: char| {
                c.is_ascii_alphanumeric() || ":/_.-".contains(c) || c.is_ascii_whitespace()
            };
            if text.is_empty() || !text.chars().all(allowed) {
                violations.not_matching("keyMaterialDescription", text, r"^[a-zA-Z0-9:/_\s.-]+$");
            }
            violations.length("keyMaterialDescription", text, 0, 256);
        }
        if let Some(id) = &self.key_material_id {
            if !id
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            {
                violations.not_matching("keyMaterialId", id, "^[a-f0-9]+$");
            }
            violations.length(
                "keyMaterialId",
                id,
                KEY_MATERIAL_ID_LEN,
                KEY_MATERIAL_ID_LEN,
            );
        }
    }

    /// Checks the rules that tie `ExpirationModel`, `ValidTo`, `ImportType` and `KeyMaterialId`.
    fn check_expiration(&self, now: Timestamp) -> Result<(), RequestError> {
        let latest = now.plus_millis(MAX_VALID_FOR_MILLIS);
        match (self.expiration_model(), self.valid_to) {
            (ExpirationModel::KeyMaterialExpires, None) => {
                return Err(RequestError::ValidToMissing);
            }
            (ExpirationModel::KeyMaterialDoesNotExpire, Some(_)) => {
                return Err(RequestError::ValidToWithoutExpiry);
            }
            (_, Some(valid_to)) if valid_to <= now => {
                return Err(RequestError::ValidToPassed { valid_to, now });
            }
            (_, Some(valid_to)) if valid_to > latest => {
                return Err(RequestError::ValidToTooFar { valid_to, latest });
            }
            _ => {}
        }
        let is_new = self.import_type.as_deref() == Some(ImportType::NewKeyMaterial.as_str());
        if is_new && self.key_material_id.is_some() {
            return Err(RequestError::IdOfNewMaterial);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-23T12:00:00Z").expect("a time")
    }

    fn options(model: Option<&str>, valid_to: Option<&str>) -> ImportOptions {
        ImportOptions {
            expiration_model: model.map(str::to_owned),
            valid_to: valid_to.map(|text| Timestamp::parse(text).expect("a time")),
            ..ImportOptions::default()
        }
    }

    fn refusal(options: &ImportOptions) -> String {
        options
            .validate(now())
            .map_or_else(|refusal| refusal.to_string(), |()| "taken".to_owned())
    }

    #[test]
    fn the_rules_of_valid_to() {
        let missing = "ValidationException: A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES";
        assert_eq!(refusal(&options(None, None)), missing);
        assert_eq!(
            refusal(&options(Some("KEY_MATERIAL_EXPIRES"), None)),
            missing
        );
        assert_eq!(
            refusal(&options(Some("KEY_MATERIAL_DOES_NOT_EXPIRE"), None)),
            "taken"
        );
        assert_eq!(refusal(&options(None, Some("2027-01-01"))), "taken");
        assert_eq!(
            refusal(&options(None, Some("2027-11-23T12:00:00Z"))),
            "taken"
        );
        assert_eq!(
            refusal(&options(None, Some("2027-11-23T12:00:00.001Z"))),
            "ValidationException"
        );
        let [valid_to, latest] = ["2029-11-23", "2027-11-23T12:00:00Z"]
            .map(|text| Timestamp::parse(text).expect("a time"));
        assert_eq!(
            options(None, Some("2029-11-23")).validate(now()),
            Err(RequestError::ValidToTooFar { valid_to, latest })
        );
        let past = "ValidationException: ValidTo must be in the future";
        assert_eq!(refusal(&options(None, Some("2026-11-23T12:00:00Z"))), past);
        assert!(
            refusal(&options(
                Some("KEY_MATERIAL_DOES_NOT_EXPIRE"),
                Some("2027-01-01")
            ))
            .contains("cannot be specified")
        );
        assert!(
            refusal(&options(Some("NEVER"), None)).contains("Value 'NEVER' at 'expirationModel'")
        );
    }

    #[test]
    fn material_names_are_for_symmetric_keys() {
        let mut named = options(Some("KEY_MATERIAL_DOES_NOT_EXPIRE"), None);
        assert_eq!(named.check_key_spec(KeySpec::Hmac256), Ok(()));
        named.import_type = Some("NEW_KEY_MATERIAL".to_owned());
        assert_eq!(refusal(&named), "taken");
        assert_eq!(
            named.check_key_spec(KeySpec::Hmac256),
            Err(RequestError::SymmetricOnly {
                key_spec: KeySpec::Hmac256,
                members: vec!["ImportType"],
            })
        );
        assert!(named.check_key_spec(KeySpec::SymmetricDefault).is_ok());
        named.key_material_id = Some("ab".repeat(32));
        assert_eq!(refusal(&named), "ValidationException");
        named.import_type = None;
        assert_eq!(refusal(&named), "taken");
        named.key_material_id = Some("AB".repeat(32));
        assert!(refusal(&named).contains("at 'keyMaterialId' failed"));
        named.key_material_id = None;
        named.key_material_description = Some("caf\u{e9}".to_owned());
        assert!(refusal(&named).contains("at 'keyMaterialDescription' failed"));
    }

    #[test]
    fn what_is_written_reads_back() {
        let request = ImportRequest {
            key_id: Some("k".to_owned()),
            import_token: Some(Blob::new(vec![1])),
            encrypted_key_material: Some(Blob::new(vec![2; 512])),
            options: options(None, Some("2027-01-01")),
        };
        assert_eq!(
            ImportRequest::from_json(request.to_json().as_bytes()),
            Ok(request)
        );
    }
}
