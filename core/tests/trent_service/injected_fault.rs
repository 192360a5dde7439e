//! Injected faults.

use byok_core::{
    exception::Exception,
    key_spec::KeySpec,
    key_store::MemoryKeyStore,
    operation::Operation,
    trent_service::{Call, InjectedFault, TrentService},
};
use serde_json::json;

use crate::common::{place, rng, root_secret};
use crate::kms::{Kms, outcome};

fn service() -> TrentService<MemoryKeyStore> {
    TrentService::new(MemoryKeyStore::new(root_secret(), []), place().account_id)
}

#[test]
fn an_operation_fails_as_often_as_it_shall() {
    let trouble = |operation, exception, count| InjectedFault {
        operation,
        exception,
        count,
    };
    let kms = Kms::of(service().with_troubles(vec![
        trouble(Operation::ListKeys, Exception::DependencyTimeout, Some(2)),
        trouble(Operation::ListKeys, Exception::Throttling, Some(1)),
        trouble(Operation::CreateKey, Exception::AccessDenied, None),
    ]));
    let list = || kms.call("ListKeys", json!({})).err();
    assert_eq!(list().as_deref(), Some("DependencyTimeoutException"));
    assert_eq!(list().as_deref(), Some("DependencyTimeoutException"));
    assert_eq!(
        list().as_deref(),
        Some(
            "ThrottlingException: You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls."
        )
    );
    assert_eq!(list(), None);
    for _ in 0..3 {
        let refused = kms.refused("CreateKey", json!({}));
        assert!(
            refused.starts_with("AccessDeniedException: User: arn:aws:iam::111122223333:user/"),
            "{refused}"
        );
    }
    let status = |exception| {
        let kms =
            Kms::of(service().with_troubles(vec![trouble(Operation::ListKeys, exception, None)]));
        kms.send(Some("TrentService.ListKeys"), &place().region, b"{}")
            .status
    };
    assert_eq!(status(Exception::DependencyTimeout), 500);
    assert_eq!(status(Exception::KmsInternal), 500);
    assert_eq!(status(Exception::ExpiredToken), 400);
}

#[test]
fn a_new_key_is_found_after_a_while() {
    let kms = Kms::of(service().with_consistency_delay(2000));
    let arn = kms.create(KeySpec::SymmetricDefault, "ENCRYPT_DECRYPT");
    let parameters = json!({ "KeyId": arn, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048" });
    let not_found = format!("NotFoundException: Key '{arn}' does not exist");
    kms.pass(1999);
    assert_eq!(
        kms.refused("DescribeKey", json!({ "KeyId": arn })),
        not_found
    );
    assert_eq!(
        kms.refused("GetParametersForImport", parameters.clone()),
        not_found
    );
    assert_eq!(
        kms.refused("DisableKey", json!({ "KeyId": arn })),
        not_found
    );
    assert_eq!(kms.must("ListKeys", json!({}))["Keys"], json!([]));
    kms.pass(1);
    kms.must("DescribeKey", json!({ "KeyId": arn }));
    kms.must("GetParametersForImport", parameters);
    assert_eq!(kms.must("ListKeys", json!({}))["Keys"][0]["KeyArn"], arn);
}

#[test]
fn too_many_calls_are_told_so() {
    let (service, region) = (service(), place().region);
    let throttle = |target| {
        service.throttle(
            Call {
                target,
                region: &region,
                body: b"",
            },
            &mut rng(1),
        )
    };
    let answer = throttle(Some("TrentService.GetParametersForImport"));
    assert_eq!(
        (answer.status, answer.operation),
        (400, Some(Operation::GetParametersForImport))
    );
    assert!(outcome(&answer).is_err_and(|refused| refused.starts_with("ThrottlingException: ")));
    assert_eq!(
        outcome(&throttle(None)),
        Err("UnknownOperationException".to_owned())
    );
}
