//! An import token that is encoded as text, and its blob.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use byok_core::{
    blob::Blob,
    compatibility::Rules,
    explain::{Cause, TextForm, explain, explain_unopened},
    import_request::ImportRequest,
    key_file::MaterialFormat,
    key_spec::KeySpec,
    verify::{Check, CheckResult, Verdict, VerifyError},
};

use crate::{Import, OAEP, common::*};

/// What AWS CLI v1 sends of a request in JSON: base64 of what is base64 already.
fn encoded_twice(request: &ImportRequest) -> ImportRequest {
    let again = |blob: &Option<Blob>| {
        let blob = blob.as_ref().expect("a blob");
        Some(Blob::new(STANDARD.encode(blob.as_bytes()).into_bytes()))
    };
    ImportRequest {
        import_token: again(&request.import_token),
        encrypted_key_material: again(&request.encrypted_key_material),
        ..request.clone()
    }
}

fn token_cause(times: usize) -> Cause {
    Cause::EncodedToken {
        format: MaterialFormat::Base64,
        times,
    }
}

#[test]
fn a_request_that_is_base64_twice() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let request = encoded_twice(&request(&import.parameters, import.good()));
    let error = VerifyError::InvalidImportToken;
    let explanation = explain(&request, &error, None, &store(), &mut rng(51)).expect("answers");
    let blob_cause = Cause::Text {
        form: TextForm::Base64,
        times: 1,
    };
    assert_eq!(
        explanation.expect("explained").causes,
        [token_cause(1), blob_cause.clone()]
    );
    let unopened = explain_unopened(&request, None).expect("explained");
    assert_eq!(unopened.causes, [token_cause(1), blob_cause]);

    let twice = encoded_twice(&request);
    let explanation = explain(&twice, &error, None, &store(), &mut rng(51)).expect("answers");
    assert_eq!(explanation.expect("explained").causes[0], token_cause(2));
}

#[test]
fn an_encoded_token_is_refused() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let request = encoded_twice(&request(&import.parameters, import.good()));
    let verification = verified(&request, &store());
    assert!(matches!(verification.verdict, Verdict::Undecided { .. }));
    let verification = verification.without_parameters(&request, Rules::Standard);
    assert_eq!(answer(&verification), "InvalidImportTokenException");
    assert_eq!(
        verification.checks[3],
        (Check::ImportToken, CheckResult::Failed)
    );
}

#[test]
fn a_token_that_is_no_text_is_not_explained() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let mut request = request(&import.parameters, import.good());
    let mut damaged = import.parameters.import_token.blob().as_bytes().to_vec();
    damaged[200] ^= 1;
    for token in [damaged, vec![1; 300], b"text, but of no token".to_vec()] {
        request.import_token = Some(Blob::new(token));
        let error = VerifyError::InvalidImportToken;
        let explanation = explain(&request, &error, None, &NoStore, &mut rng(51));
        assert_eq!(explanation.expect("the store is not asked"), None);
        assert_eq!(explain_unopened(&request, None), None);
    }
}
