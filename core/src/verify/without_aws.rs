//! The checks of a request whose token only AWS KMS can decrypt.

use super::{
    check::Check,
    error::{LengthRule, VerifyError},
    verification::{Verdict, Verification},
};
use crate::{
    blob::Blob,
    compatibility::Rules,
    encoded_token::EncodedToken,
    import_parameters::ImportParameters,
    import_request::ImportRequest,
    timestamp::Timestamp,
    wrapping::{self, Sm2Form},
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};

impl Verification {
    /// Checks the import parameters of `request`, if only AWS KMS can open its token: the KMS key, the
    /// expiry and the length of the wrapped material.
    ///
    /// Returns `self` unchanged if the verdict is decided or the parameters have another token.
    #[must_use]
    pub fn with_parameters(
        self,
        request: &ImportRequest,
        parameters: &ImportParameters,
        now: Timestamp,
    ) -> Self {
        let is_undecided = matches!(self.verdict, Verdict::Undecided { .. });
        if !is_undecided || request.import_token.as_ref() != Some(parameters.import_token.blob()) {
            return self;
        }
        let expiry = parameters
            .parameters_valid_to
            .map(|_| Check::ParametersValidTo);
        let made = [
            Some(Check::Parameters),
            expiry,
            Some(Check::EncryptedKeyMaterialSize),
        ];
        let made: Vec<Check> = made.into_iter().flatten().collect();
        match check_parameters(request, parameters, now) {
            Ok(()) => Self::new(&made, None, self.verdict),
            Err(error) => Self::refused(&made, error),
        }
    }

    /// Checks what the request alone shows, if only AWS KMS can open the token: whether the token is text
    /// of a token, which AWS KMS refuses, and whether any algorithm under any wrapping key of `rules`
    /// produces the length of the wrapped material.
    ///
    /// A verdict other than [`Verdict::Undecided`] stays.
    #[must_use]
    pub fn without_parameters(self, request: &ImportRequest, rules: Rules) -> Self {
        if !matches!(self.verdict, Verdict::Undecided { .. }) {
            return self;
        }
        let token = request.import_token.as_ref();
        if token.and_then(EncodedToken::find).is_some() {
            return Self::refused(&[Check::Parameters], VerifyError::InvalidImportToken);
        }
        let len = request.encrypted_key_material.as_ref().map_or(0, Blob::len);
        let specs = rules.wrapping_key_specs();
        let is_possible = rules.wrapping_algorithms().into_iter().any(|algorithm| {
            let mut specs = specs.iter();
            specs.any(|spec| wrapping::is_possible_length(len, algorithm, *spec))
        });
        if is_possible {
            let passed = [Check::Parameters, Check::EncryptedKeyMaterialSize];
            return Self::new(&passed, None, self.verdict);
        }
        let error = VerifyError::EncryptedLength {
            len,
            rule: LengthRule::AnyWrappingKey,
        };
        Self::refused(&[Check::Parameters], error)
    }
}

/// Checks what AWS KMS would refuse whatever the token contains.
fn check_parameters(
    request: &ImportRequest,
    parameters: &ImportParameters,
    now: Timestamp,
) -> Result<(), VerifyError> {
    let arn = &parameters.key_arn;
    if request
        .key_id
        .as_ref()
        .is_some_and(|id| *id != arn.to_string() && id != arn.key_id().as_str())
    {
        return Err(VerifyError::InvalidImportToken);
    }
    if let Some(valid_to) = parameters
        .parameters_valid_to
        .filter(|valid_to| now >= *valid_to)
    {
        return Err(VerifyError::ExpiredImportToken { valid_to, now });
    }
    let (len, spec) = (
        request.encrypted_key_material.as_ref().map_or(0, Blob::len),
        parameters.public_key.spec(),
    );
    if !WrappingAlgorithm::ALL
        .iter()
        .any(|algorithm| wrapping::is_possible_length(len, *algorithm, spec))
    {
        return Err(VerifyError::EncryptedLength {
            len,
            rule: LengthRule::WrappingKey(spec),
        });
    }
    // An SM2 ciphertext shows whether it is DER. An RSA ciphertext shows nothing.
    let form = request
        .encrypted_key_material
        .as_ref()
        .map(|blob| wrapping::sm2_form(blob.as_bytes()));
    if spec == WrappingKeySpec::Sm2 && form != Some(Sm2Form::Der) {
        return Err(VerifyError::InvalidCiphertext);
    }
    Ok(())
}
