//! `explain` names each mistake by its own cause, and by no other.

#[path = "../common/mod.rs"]
mod common;

mod blob;
mod blobs;
mod block;
mod corruption;
mod mangled;
mod material;
mod parameter_sets;
mod second_half;
mod token;

use byok_core::{
    blob::Blob,
    compatibility::Rules,
    explain::{Cause, applies_to, explain, explain_with_private_key},
    import_parameters::ImportParameters,
    key_spec::KeySpec,
    verify::VerifyError,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};
use common::*;

/// The size of most wrapping keys in these tests.
const SPEC: WrappingKeySpec = WrappingKeySpec::Rsa2048;
const OAEP: WrappingAlgorithm = WrappingAlgorithm::RsaesOaepSha256;
const OAEP_SHA_1: WrappingAlgorithm = WrappingAlgorithm::RsaesOaepSha1;
const KEY_WRAP: WrappingAlgorithm = WrappingAlgorithm::RsaAesKeyWrapSha256;

/// The three answers of AWS without a reason.
const INVALID_CIPHERTEXT: &str = "InvalidCiphertextException";
const WRONG_SIZE: &str = "ValidationException: Invalid encrypted key size.";
const INCORRECT_MATERIAL: &str = "IncorrectKeyMaterialException";

/// Of a blob that does not open.
const UNOPENED: VerifyError = VerifyError::InvalidCiphertext;

/// The ingredients of a blob: parameters, their private key, and material.
struct Import {
    parameters: ImportParameters,
    algorithm: WrappingAlgorithm,
    key_spec: KeySpec,
    spec: WrappingKeySpec,
}

impl Import {
    fn new(key_spec: KeySpec, algorithm: WrappingAlgorithm) -> Self {
        Self::under(SPEC, key_spec, algorithm)
    }

    fn under(spec: WrappingKeySpec, key_spec: KeySpec, algorithm: WrappingAlgorithm) -> Self {
        Self {
            parameters: parameters(key_spec, algorithm, spec),
            algorithm,
            key_spec,
            spec,
        }
    }

    fn key(&self) -> &'static rsa::PrivateKey {
        wrapping_rsa_key(self.spec)
    }

    fn material(&self) -> &'static [u8] {
        material_bytes(self.key_spec).0
    }

    /// A blob without a mistake.
    fn good(&self) -> Vec<u8> {
        self.wrapped(self.material())
    }

    /// Wraps anything without a mistake.
    fn wrapped(&self, bytes: &[u8]) -> Vec<u8> {
        encrypted(bytes, self.algorithm, &self.parameters)
    }

    /// Returns the causes for `blob` after a check of AWS's answer. The causes must be the same
    /// with the private key instead of the token.
    fn explained(&self, blob: &[u8], expected_answer: &str) -> Vec<Cause> {
        let request = request(&self.parameters, blob.to_vec());
        let store = store();
        let mut verification = verified(&request, &store);
        let opened = verification.token_contents.take();
        assert_eq!(answer(&verification), expected_answer);
        let error = refused(verification);
        assert!(applies_to(&error));
        let explanation = explain(&request, &error, opened.as_deref(), &store, &mut rng(51));
        let explanation = explanation.expect("the store answers");
        let causes = explanation.expect("the token opens").causes;
        let with_key = explain_with_private_key(
            &Blob::new(blob.to_vec()),
            &wrapping_key(self.spec),
            self.algorithm,
            self.key_spec,
            Rules::Standard,
            &mut rng(52),
        );
        let needs_token = |cause: &Cause| matches!(cause, Cause::ImportToken { is_own: true });
        if !causes.iter().any(needs_token) {
            assert_eq!(with_key.causes, causes);
        }
        causes
    }
}

#[test]
fn a_good_blob_has_no_cause() {
    for (key_spec, algorithm) in [
        (KeySpec::SymmetricDefault, OAEP),
        (KeySpec::EccNistP256, OAEP_SHA_1),
        (KeySpec::EccNistP521, KEY_WRAP),
    ] {
        let import = Import::new(key_spec, algorithm);
        let request = request(&import.parameters, import.good());
        let opened = opened(&request);
        let explanation = explain(&request, &UNOPENED, opened.as_ref(), &store(), &mut rng(51));
        let explanation = explanation.expect("the store answers");
        assert_eq!(explanation.expect("the token opens").causes, []);
    }
}

#[test]
fn without_a_token_that_opens_there_is_no_explanation() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let mut request = request(&import.parameters, import.good());
    let mut damaged = import.parameters.import_token.blob().as_bytes().to_vec();
    damaged[200] ^= 1;
    request.import_token = Some(Blob::new(damaged));
    assert_eq!(
        explain(
            &request,
            &UNOPENED,
            opened(&request).as_ref(),
            &store(),
            &mut rng(51)
        )
        .expect("the store answers"),
        None
    );
    request.import_token = Some(Blob::new(vec![1; 300]));
    assert_eq!(
        explain(&request, &UNOPENED, None, &NoStore, &mut rng(51)).expect("the store is not asked"),
        None
    );
    request.import_token = None;
    assert_eq!(
        explain(&request, &UNOPENED, None, &NoStore, &mut rng(51)).expect("the store is not asked"),
        None
    );
}
