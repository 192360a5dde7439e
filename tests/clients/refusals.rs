//! Every client knows an exception by its name, and retries as it does at AWS.

use std::thread;

use serde_json::{Value, json};

use crate::client::{Environment, Kind};
use crate::interop_support::say;
use crate::server::Server;

#[test]
fn every_client_names_what_is_refused() {
    thread::scope(|scope| {
        for kind in Kind::ALL {
            scope.spawn(move || meet_refusals(kind));
        }
    });
}

fn meet_refusals(kind: Kind) {
    let server = Server::start("--output json --fail CreateKey=DependencyTimeoutException:1");
    let Some(mut client) = kind.start(&Environment::of(&server)) else {
        return;
    };
    let name = kind.name();
    // The first answer is a transient error: the client retries by itself.
    let external = client.call("CreateKey", &json!({ "Origin": "EXTERNAL" }));
    let statuses: Vec<_> = server
        .journal(2)
        .iter()
        .map(|line| line["Status"].clone())
        .collect();
    assert_eq!(statuses, [500, 200], "{name}");

    let made_by_aws = client.call("CreateKey", &json!({ "Origin": "AWS_KMS" }));
    let wants = |key: &Value| {
        json!({
            "KeyId": key["KeyMetadata"]["KeyId"], "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
            "WrappingKeySpec": "RSA_2048",
        })
    };
    let said = client
        .try_call("GetParametersForImport", &wants(&made_by_aws))
        .expect_err(name);
    for part in [
        "UnsupportedOperationException",
        " origin is AWS_KMS which is not valid for this operation.",
    ] {
        assert!(said.contains(part), "{name}: {said}");
    }
    let parameters = client.call("GetParametersForImport", &wants(&external));
    let import = json!({
        "KeyId": parameters["KeyId"], "ImportToken": parameters["ImportToken"],
        "EncryptedKeyMaterial": "AAAA".repeat(85) + "AA==", "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    });
    // AWS sends no text with this one.
    let said = client
        .try_call("ImportKeyMaterial", &import)
        .expect_err(name);
    assert!(
        said.contains("InvalidCiphertextException"),
        "{name}: {said}"
    );
    say(&format!("{name} tried again, and names what is refused"));
}
