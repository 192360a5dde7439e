//! A client of the service, with a clock that the tests set.

use std::sync::Mutex;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use byok_core::{
    key_spec::KeySpec,
    key_store::{KeyStore, MemoryKeyStore},
    region::Region,
    timestamp::Timestamp,
    trent_service::{Answer, Call, TrentService},
    wrapping,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_public_key::WrappingPublicKey,
};
use chacha20::ChaCha20Rng;
use serde_json::{Value, json};

use crate::common::{self, now, place, rng, root_secret, secret};

/// A service, and the context of its clients.
pub(crate) struct Kms<S = MemoryKeyStore> {
    pub(crate) service: TrentService<S>,
    rng: Mutex<ChaCha20Rng>,
    now: Mutex<Timestamp>,
}

impl Kms {
    pub(crate) fn new() -> Self {
        Self::of(TrentService::new(
            MemoryKeyStore::new(root_secret(), []),
            place().account_id,
        ))
    }
}

impl<S: KeyStore> Kms<S> {
    pub(crate) fn of(service: TrentService<S>) -> Self {
        Self {
            service,
            rng: Mutex::new(rng(1)),
            now: Mutex::new(now()),
        }
    }

    pub(crate) fn pass(&self, millis: i64) {
        let mut now = self.now.lock().expect("no panic");
        *now = now.plus_millis(millis);
    }

    pub(crate) fn time(&self) -> Timestamp {
        *self.now.lock().expect("no panic")
    }

    /// Returns the answer to any body, in any Region.
    pub(crate) fn send(&self, target: Option<&str>, region: &Region, body: &[u8]) -> Answer {
        let call = Call {
            target,
            region,
            body,
        };
        self.service
            .answer(call, self.time(), &mut *self.rng.lock().expect("no panic"))
    }

    pub(crate) fn call_in(
        &self,
        region: &str,
        operation: &str,
        request: &Value,
    ) -> Result<Value, String> {
        let target = format!("TrentService.{operation}");
        let region = Region::parse(region).expect("a Region");
        let answer = self.send(Some(&target), &region, request.to_string().as_bytes());
        outcome(&answer)
    }

    /// Returns the answer of an operation: its output, or the exception and its text.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a request is written where it is sent"
    )]
    pub(crate) fn call(&self, operation: &str, request: Value) -> Result<Value, String> {
        self.call_in(place().region.as_str(), operation, &request)
    }

    #[track_caller]
    pub(crate) fn must(&self, operation: &str, request: Value) -> Value {
        self.call(operation, request)
            .unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    #[track_caller]
    pub(crate) fn refused(&self, operation: &str, request: Value) -> String {
        self.call(operation, request).expect_err(operation)
    }

    /// Creates a key for material of `key_spec`, and returns its ARN.
    pub(crate) fn create(&self, key_spec: KeySpec, usage: &str) -> String {
        let request = json!({ "Origin": "EXTERNAL", "KeySpec": key_spec, "KeyUsage": usage });
        text(&self.must("CreateKey", request)["KeyMetadata"]["Arn"])
    }

    /// Imports any bytes, as a client would, with the members of `options`.
    pub(crate) fn import(&self, arn: &str, bytes: &[u8], options: Value) -> Result<Value, String> {
        self.import_with(arn, bytes, options, || {})
    }

    /// The same, with a call of `before` after the parameters were issued.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a request is written where it is sent"
    )]
    pub(crate) fn import_with(
        &self,
        arn: &str,
        bytes: &[u8],
        options: Value,
        before: impl FnOnce(),
    ) -> Result<Value, String> {
        let region = arn.split(':').nth(3).expect("a Region");
        let algorithm = WrappingAlgorithm::RsaAesKeyWrapSha256;
        // Raw keys have no AES-wrapped form, and China Regions have none at all.
        let is_bare = bytes.len() <= 128 || region.starts_with("cn-");
        let algorithm = if is_bare {
            WrappingAlgorithm::RsaesOaepSha256
        } else {
            algorithm
        };
        let request =
            json!({ "KeyId": arn, "WrappingAlgorithm": algorithm, "WrappingKeySpec": "RSA_2048" });
        let parameters = self.call_in(region, "GetParametersForImport", &request)?;
        let public_key =
            WrappingPublicKey::from_spki_der(&blob(&parameters["PublicKey"])).expect("a key");
        let wrapped =
            wrapping::wrap(&secret(bytes), algorithm, &public_key, &mut rng(5)).expect("it fits");
        let mut request = json!({
            "KeyId": arn,
            "ImportToken": parameters["ImportToken"],
            "EncryptedKeyMaterial": STANDARD.encode(wrapped),
        });
        for (name, value) in options.as_object().expect("members") {
            request[name] = value.clone();
        }
        before();
        self.call_in(region, "ImportKeyMaterial", &request)
    }

    /// Creates a key with the test material of its key spec, and returns its ARN.
    pub(crate) fn imported(&self, key_spec: KeySpec, usage: &str) -> String {
        let arn = self.create(key_spec, usage);
        self.import(&arn, common::material_bytes(key_spec).0, staying())
            .expect("imported");
        arn
    }
}

/// Returns options for material that does not expire.
pub(crate) fn staying() -> Value {
    json!({ "ExpirationModel": common::DOES_NOT_EXPIRE })
}

pub(crate) fn outcome(answer: &Answer) -> Result<Value, String> {
    let document = match answer.body.expose() {
        [] => json!({}),
        body => serde_json::from_slice(body).expect("JSON"),
    };
    if answer.status == 200 {
        return Ok(document);
    }
    let message = document["message"]
        .as_str()
        .map(|message| format!(": {message}"));
    Err(format!(
        "{}{}",
        text(&document["__type"]),
        message.unwrap_or_default()
    ))
}

#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

#[track_caller]
pub(crate) fn blob(value: &Value) -> Vec<u8> {
    STANDARD.decode(text(value)).expect("base64")
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
