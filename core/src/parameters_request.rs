//! The `GetParametersForImport` request.

use crate::{
    compatibility::Rules,
    exception::Refusal,
    json::{JsonError, Object},
    key_id::{KeyIdError, KeyIdentifier, MAX_KEY_ID_LEN},
    validation::Violations,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};

/// The unchecked request. Every fault in it gets AWS's own answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParametersRequest {
    /// A key ID or key ARN.
    pub key_id: Option<String>,
    /// A word that should be a [`WrappingAlgorithm`].
    pub wrapping_algorithm: Option<String>,
    /// A word that should be a [`WrappingKeySpec`].
    pub wrapping_key_spec: Option<String>,
}

impl ParametersRequest {
    /// Parses the API's JSON. Ignores members that the API does not know, as AWS does.
    ///
    /// # Errors
    ///
    /// [`JsonError`] if it is not a JSON object, or a member is not a string.
    pub fn from_json(bytes: &[u8]) -> Result<Self, JsonError> {
        Self::from_object(&Object::read(bytes)?)
    }

    /// Reads the members of a parsed document.
    pub(crate) fn from_object(document: &Object) -> Result<Self, JsonError> {
        let text = |name| Ok(document.text(name)?.map(str::to_owned));
        Ok(Self {
            key_id: text("KeyId")?,
            wrapping_algorithm: text("WrappingAlgorithm")?,
            wrapping_key_spec: text("WrappingKeySpec")?,
        })
    }

    /// Parses the member `KeyId`.
    ///
    /// # Errors
    ///
    /// [`KeyIdError`], also if the member is missing.
    pub(crate) fn identifier(&self) -> Result<KeyIdentifier, KeyIdError> {
        KeyIdentifier::parse(self.key_id.as_deref().unwrap_or_default())
    }

    /// Checks that every member is present and every word is valid, and returns the words.
    ///
    /// # Errors
    ///
    /// AWS's `ValidationException`, with every fault in one text.
    pub fn validate(&self, rules: Rules) -> Result<(WrappingAlgorithm, WrappingKeySpec), Refusal> {
        let mut violations = Violations::default();
        match &self.key_id {
            None => violations.missing("keyId"),
            Some(key_id) => violations.length("keyId", key_id, 1, MAX_KEY_ID_LEN),
        }
        let algorithm = word(
            "wrappingAlgorithm",
            self.wrapping_algorithm.as_deref(),
            &rules.wrapping_algorithms(),
            &mut violations,
        );
        let spec = word(
            "wrappingKeySpec",
            self.wrapping_key_spec.as_deref(),
            &rules.wrapping_key_specs(),
            &mut violations,
        );
        match (algorithm, spec, violations.into_refusal()) {
            (Some(algorithm), Some(spec), None) => Ok((algorithm, spec)),
            (.., refusal) => Err(refusal.unwrap_or(Refusal::without_text(
                crate::exception::Exception::Validation,
            ))),
        }
    }
}

/// Returns the value of `set` that `text` names. Records a violation if it is missing or unknown.
fn word<T: Copy + ToString>(
    member: &str,
    text: Option<&str>,
    set: &[T],
    violations: &mut Violations,
) -> Option<T> {
    let Some(text) = text else {
        violations.missing(member);
        return None;
    };
    let words: Vec<String> = set.iter().map(ToString::to_string).collect();
    let place = words.iter().position(|word| word == text);
    if place.is_none() {
        violations.not_in_set(
            member,
            text,
            &words.iter().map(String::as_str).collect::<Vec<_>>(),
        );
    }
    place.and_then(|place| set.get(place).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str, rules: Rules) -> String {
        let request = ParametersRequest::from_json(json.as_bytes()).expect("an object");
        request.validate(rules).expect_err("a fault").to_string()
    }

    #[test]
    fn every_fault_is_in_the_one_answer() {
        assert_eq!(
            text(
                r#"{"WrappingAlgorithm": "rsaes_oaep_sha_256"}"#,
                Rules::Standard
            ),
            "ValidationException: 3 validation errors detected: \
             Value null at 'keyId' failed to satisfy constraint: Member must not be null; \
             Value 'rsaes_oaep_sha_256' at 'wrappingAlgorithm' failed to satisfy constraint: Member must satisfy \
             enum value set: [RSAES_PKCS1_V1_5, RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256, RSA_AES_KEY_WRAP_SHA_1, \
             RSA_AES_KEY_WRAP_SHA_256]; \
             Value null at 'wrappingKeySpec' failed to satisfy constraint: Member must not be null"
        );
    }

    #[test]
    fn the_value_sets_follow_the_partition() {
        let sm2 =
            r#"{"KeyId": "k", "WrappingAlgorithm": "RSAES_OAEP_SHA_1", "WrappingKeySpec": "SM2"}"#;
        assert!(
            text(sm2, Rules::Standard).ends_with("enum value set: [RSA_2048, RSA_3072, RSA_4096]")
        );
        let request = ParametersRequest::from_json(sm2.as_bytes()).expect("an object");
        assert!(request.validate(Rules::China).is_ok());
    }

    #[test]
    fn a_member_of_another_type_is_no_request() {
        assert_eq!(
            ParametersRequest::from_json(br#"{"KeyId": 1}"#),
            Err(JsonError::WrongType {
                member: "KeyId",
                expected: "a string"
            })
        );
    }
}
