//! The API of AWS KMS: AWS JSON 1.1, without a socket.
//!
//! A [`Call`] holds the contents of an HTTP request, an [`Answer`] those of its response. A
//! [`KeyStore`] holds the keys. This service holds imported material in memory, as long as the key
//! has it.
//!
//! # Source
//!
//! AWS KMS API Reference. What it leaves open is listed under ASSUMPTIONS in the manual.

mod aliases;
mod answer;
mod cipher_use;
mod ciphertext;
mod custom_key_store;
mod data_keys;
mod dispatch;
mod dry_run;
mod encryption;
mod failure;
mod grant_token;
mod grants;
mod imports;
mod key_agreement;
mod key_last_usage;
mod key_use;
mod keys;
mod last_use;
mod life;
mod members;
mod nested_members;
mod page;
mod pattern;
mod policies;
mod reason;
mod recipient;
mod refused_import;
mod replicas;
mod rotations;
mod service;
mod signatures;
mod tags;
mod task;
mod injected_fault;
mod unknown_operation;
mod vault;
mod visible_keys;

use core::fmt;
use std::sync::Mutex;

use rand_core::CryptoRng;

pub use answer::Answer;
pub use failure::RefusalCause;
pub use injected_fault::InjectedFault;
pub use refused_import::RefusedImport;
pub use service::{MAX_KEYS, TrentService};

use self::{
    injected_fault::Troubles,
    last_use::{LastUse, LastUses},
    task::Task,
    unknown_operation::{TARGET_PREFIX, UnknownOperation},
    vault::Vault,
    visible_keys::VisibleKeys,
};
use crate::{
    exception::Exception,
    explain::{Explanation, explain},
    key_id::{AccountId, KeyArn, Place},
    key_store::KeyStore,
    operation::Operation,
    region::Region,
    timestamp::Timestamp,
    verify::VerifyError,
};

/// The contents of an HTTP request.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The header `X-Amz-Target`.
    pub target: Option<&'a str>,
    /// The Region that the request is signed for.
    pub region: &'a Region,
    /// The body.
    pub body: &'a [u8],
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("target", &self.target)
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Returns the operation that `X-Amz-Target` names, if it exists here.
pub fn operation(target: Option<&str>) -> Option<Operation> {
    target?.strip_prefix(TARGET_PREFIX)?.parse().ok()
}

impl<S: KeyStore> TrentService<S> {
    /// Builds a service for the keys of `account_id` in `store`.
    pub fn new(store: S, account_id: AccountId) -> Self {
        let (vault, troubles) = (Vault::default(), Troubles::new(Vec::new()));
        Self {
            store: VisibleKeys::new(store, 0),
            account_id,
            vault,
            turn: Mutex::new(()),
            troubles,
            last_uses: LastUses::default(),
        }
    }

    /// Sets the injected faults.
    #[must_use]
    pub fn with_troubles(self, troubles: Vec<InjectedFault>) -> Self {
        Self {
            troubles: Troubles::new(troubles),
            ..self
        }
    }

    /// Hides a new key for this many milliseconds.
    #[must_use]
    pub fn with_consistency_delay(self, millis: i64) -> Self {
        Self {
            store: self.store.with_delay(millis),
            ..self
        }
    }

    /// Answers one call.
    ///
    /// `rng` supplies key IDs, wrapping keys, data keys, nonces and the request ID.
    pub fn answer(&self, call: Call<'_>, now: Timestamp, rng: &mut impl CryptoRng) -> Answer {
        let request_id = answer::request_id(rng);
        let Some(operation) = operation(call.target) else {
            return Answer::unknown(request_id, UnknownOperation::of(call.target));
        };
        let place = Place {
            region: call.region.clone(),
            region_is_explicit: true,
            account_id: self.account_id.clone(),
        };
        let mut task = Task {
            service: self,
            operation,
            place,
            now,
            key: None,
            source_key: None,
            grant_tokens: Vec::new(),
            refused_import: None,
        };
        self.last_uses.begin(now);
        let output = task.run(call.body, rng);
        if output.is_ok() && operation.is_key_use() {
            for arn in [&task.key, &task.source_key].into_iter().flatten() {
                let last_use = LastUse {
                    operation,
                    at: now,
                    request_id: request_id.clone(),
                };
                self.last_uses.remember(arn.clone(), last_use);
            }
        }
        Answer {
            refused_import: task.refused_import,
            ..Answer::of(request_id, operation, task.key, output)
        }
    }

    /// Builds the answer to a request rate that is too high.
    pub fn throttle(&self, call: Call<'_>, rng: &mut impl CryptoRng) -> Answer {
        let request_id = answer::request_id(rng);
        match operation(call.target) {
            None => Answer::unknown(request_id, UnknownOperation::of(call.target)),
            Some(operation) => {
                let failure =
                    injected_fault::failure(Exception::Throttling, operation, &self.account_id);
                Answer::of(request_id, operation, None, Err(failure))
            }
        }
    }

    /// Explains why `import` was refused with `error`, as far as possible. It takes some time.
    ///
    /// `rng` blinds the private-key operations.
    pub fn explain(
        &self,
        import: &RefusedImport,
        error: &VerifyError,
        rng: &mut impl CryptoRng,
    ) -> Option<Explanation> {
        let RefusedImport { request, token } = import;
        let explained = explain(request, error, token.as_deref(), &self.store, rng);
        explained.ok().flatten()
    }

    /// Drops material whose key lacks it at `now`, or was deleted.
    pub fn evict_expired(&self, now: Timestamp) {
        for arn in self.vault.arns() {
            let _turn = self.turn();
            if let Ok(key) = self.store.key_at(&arn, now) {
                self.vault
                    .keep(&arn, &key.map_or(Vec::new(), |key| key.held_materials()));
            }
        }
        let exists = |arn: &KeyArn| !matches!(self.store.key_at(arn, now), Ok(None));
        self.last_uses.retain(exists);
    }
}

#[cfg(test)]
mod tests {
    use chacha20::ChaCha20Rng;
    use rand_core::SeedableRng as _;
    use serde_json::json;

    use super::*;
    use crate::{import_token::RootSecret, json, key_id, key_store::MemoryKeyStore};

    #[test]
    fn parses_a_body_and_its_key_id_once() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let store = MemoryKeyStore::new(RootSecret::generate(&mut rng), []);
        let account_id = AccountId::parse("111122223333").expect("an account");
        let service = TrentService::new(store, account_id);
        let region = Region::parse("us-east-1").expect("a Region");
        let request = json!({
            "KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
            "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048",
            "ImportToken": "AAAA", "EncryptedKeyMaterial": "AAAA",
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
            "Plaintext": "AAAA", "CiphertextBlob": "AAAA", "NumberOfBytes": 32,
            "Message": "AAAA", "MacAlgorithm": "HMAC_SHA_256", "Mac": "AAAA",
            "SigningAlgorithm": "ECDSA_SHA_256", "Signature": "AAAA",
            "ReplicaRegion": "us-west-2", "Tags": [],
            "GranteePrincipal": "arn:aws:iam::111122223333:root", "Operations": ["Decrypt"],
            "RetiringPrincipal": "arn:aws:iam::111122223333:root", "GrantId": "a", "TagKeys": ["a"],
            "Policy": "{\"Statement\": []}", "Description": "a",
            "KeyPairSpec": "ECC_NIST_P256", "KeyAgreementAlgorithm": "ECDH", "PublicKey": "AAAA",
            "PrimaryRegion": "us-west-2",
            "DestinationKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
            "AliasName": "alias/a", "TargetKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
        });
        let body = request.to_string();
        let now = Timestamp::parse("2026-11-23T12:00:00Z").expect("a time");
        for operation in Operation::ALL {
            let target = format!("{TARGET_PREFIX}{operation}");
            let call = Call {
                target: Some(&target),
                region: &region,
                body: body.as_bytes(),
            };
            json::PARSED.set(0);
            key_id::PARSED.set(0);
            let mut answer = service.answer(call, now, &mut rng);
            if let (Some(import), Some(RefusalCause::Import(error))) =
                (answer.refused_import.take(), &answer.cause)
            {
                service.explain(&import, error, &mut rng);
            }
            let has_key_id = !matches!(
                operation,
                Operation::CreateKey
                    | Operation::DeleteAlias
                    | Operation::GenerateRandom
                    | Operation::ListKeys
                    | Operation::ListRetirableGrants
                    // Its ciphertext comes first.
                    | Operation::ReEncrypt
            );
            // A key policy is a document in the document.
            let has_policy = matches!(operation, Operation::CreateKey | Operation::ReplicateKey);
            assert_eq!(
                (json::PARSED.get(), key_id::PARSED.get()),
                (1 + usize::from(has_policy), usize::from(has_key_id)),
                "{operation}: {:?}",
                answer.refusal
            );
        }
    }
}
