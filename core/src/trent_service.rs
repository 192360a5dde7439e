//! The API of AWS KMS: AWS JSON 1.1, without a socket.
//!
//! A [`Call`] holds the contents of an HTTP request, an [`Answer`] those of its response. A
//! [`KeyStore`] holds the keys. This service holds imported material in memory, as long as the key
//! has it.
//!
//! # Source
//!
//! AWS KMS API Reference. What it leaves open is listed under ASSUMPTIONS in the manual.

mod answer;
mod ciphertext;
mod encryption;
mod failure;
mod imports;
mod keys;
mod life;
mod members;
mod page;
mod pattern;
mod reason;
mod refused_import;
mod signatures;
mod tags;
mod injected_fault;
mod vault;
mod visible_keys;

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand_core::CryptoRng;

pub use answer::Answer;
pub use failure::RefusalCause;
pub use injected_fault::InjectedFault;
pub use refused_import::RefusedImport;

use self::{
    answer::Output, failure::Failure, injected_fault::Troubles, members::Members, vault::Vault,
    visible_keys::VisibleKeys,
};
use crate::{
    exception::{Exception, Refusal},
    explain::{Explanation, explain},
    key_id::{AccountId, KeyArn, KeyIdError, KeyIdentifier, Place},
    key_material::KeyMaterial,
    key_material_id::KeyMaterialId,
    key_metadata::Origin,
    key_store::KeyStore,
    operation::Operation,
    params::not_found,
    region::Region,
    rehearsed_key::RehearsedKey,
    timestamp::Timestamp,
    verify::VerifyError,
};

/// The maximum number of keys in all Regions together.
pub const MAX_KEYS: usize = 10_000;

/// The prefix of an operation name in `X-Amz-Target`.
const TARGET_PREFIX: &str = "TrentService.";

/// The maximum length of an unknown target in the log, in characters.
const MAX_TARGET_SHOWN: usize = 64;

/// A rehearsal of AWS KMS for one account.
pub struct TrentService<S> {
    store: VisibleKeys<S>,
    account_id: AccountId,
    vault: Vault,
    /// Held while the vault is aligned with the store, and while an import is written to both, so
    /// that neither sees half of the other.
    turn: Mutex<()>,
    troubles: Troubles,
}

impl<S> fmt::Debug for TrentService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrentService")
            .field("account_id", &self.account_id)
            .field("vault", &self.vault)
            .field("troubles", &self.troubles)
            .finish_non_exhaustive()
    }
}

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

/// The context of one operation.
struct Task<'a, S> {
    service: &'a TrentService<S>,
    operation: Operation,
    place: Place,
    now: Timestamp,
    /// The key of the request, when it is known.
    key: Option<KeyArn>,
    /// The import, if it was refused.
    refused_import: Option<Box<RefusedImport>>,
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
        }
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        // The guarded data is whole even after a panic.
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
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
            return Answer::refused(request_id, unknown_operation(call.target));
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
            refused_import: None,
        };
        let output = task.run(call.body, rng);
        Answer {
            refused_import: task.refused_import,
            ..Answer::of(request_id, operation, task.key, output)
        }
    }

    /// Builds the answer to a request rate that is too high.
    pub fn throttle(&self, call: Call<'_>, rng: &mut impl CryptoRng) -> Answer {
        let request_id = answer::request_id(rng);
        match operation(call.target) {
            None => Answer::refused(request_id, unknown_operation(call.target)),
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
    }
}

impl<S: KeyStore> Task<'_, S> {
    fn run(&mut self, body: &[u8], rng: &mut impl CryptoRng) -> Output {
        if let Some(exception) = self.service.troubles.next(self.operation) {
            return Err(injected_fault::failure(
                exception,
                self.operation,
                &self.service.account_id,
            ));
        }
        let members = Members::parse(body)?;
        match self.operation {
            Operation::CancelKeyDeletion => self.cancel_key_deletion(members),
            Operation::CreateKey => self.create_key(members, rng),
            Operation::Decrypt => self.decrypt(members, rng),
            Operation::DeleteImportedKeyMaterial => self.delete_imported_key_material(members),
            Operation::DescribeKey => self.describe_key(members),
            Operation::DisableKey => self.disable_key(members),
            Operation::EnableKey => self.enable_key(members),
            Operation::Encrypt => self.encrypt(members, rng),
            Operation::GenerateDataKey => self.generate_data_key(members, rng),
            Operation::GenerateMac => self.generate_mac(members),
            Operation::GetKeyPolicy => self.get_key_policy(members),
            Operation::GetKeyRotationStatus => self.get_key_rotation_status(members),
            Operation::GetParametersForImport => self.get_parameters_for_import(&members, rng),
            Operation::GetPublicKey => self.get_public_key(members),
            Operation::ImportKeyMaterial => self.import_key_material(&members, rng),
            Operation::ListKeyRotations => self.list_key_rotations(members),
            Operation::ListKeys => self.list_keys(members),
            Operation::ListResourceTags => self.list_resource_tags(members),
            Operation::ReplicateKey => self.replicate_key(members),
            Operation::RotateKeyOnDemand => self.rotate_key_on_demand(members),
            Operation::ScheduleKeyDeletion => self.schedule_key_deletion(members),
            Operation::Sign => self.sign(members, rng),
            Operation::TagResource => self.tag_resource(members),
            Operation::Verify => self.verify(members),
            Operation::VerifyMac => self.verify_mac(members),
        }
    }

    /// Returns the ARN of `key_id`, and keeps it for the log.
    fn resolve(&mut self, key_id: &str) -> Result<KeyArn, Failure> {
        match self.resolve_identifier(KeyIdentifier::parse(key_id)) {
            Err(KeyIdError::Alias) if self.takes_aliases() => Err(self.no_alias(key_id)),
            arn => Ok(arn?),
        }
    }

    /// Returns the ARN of a parsed `KeyId`, and keeps it for the log.
    fn resolve_identifier(
        &mut self,
        identifier: Result<KeyIdentifier, KeyIdError>,
    ) -> Result<KeyArn, KeyIdError> {
        let arn = identifier?.resolve(&self.place)?;
        self.key = Some(arn.clone());
        Ok(arn)
    }

    /// Returns the key of `key_id`, as it is now.
    fn find(&mut self, key_id: &str) -> Result<RehearsedKey, Failure> {
        let arn = self.resolve(key_id)?;
        self.find_at(&arn)
    }

    /// Returns the key `arn`, as it is now.
    fn find_at(&self, arn: &KeyArn) -> Result<RehearsedKey, Failure> {
        let _turn = self.service.turn();
        let Some(key) = self.service.store.key_at(arn, self.now)? else {
            self.service.vault.keep(arn, &[]);
            return Err(not_found(arn).into());
        };
        self.service.vault.keep(arn, &key.held_materials());
        Ok(key)
    }

    /// Changes the key of `key_id`, and returns what `operation` returns.
    fn change<T, E>(
        &mut self,
        key_id: &str,
        operation: impl FnOnce(&mut RehearsedKey) -> Result<T, E>,
    ) -> Result<T, Failure>
    where
        Failure: From<E>,
    {
        let arn = self.resolve(key_id)?;
        let _turn = self.service.turn();
        let changed = self.service.store.operate(&arn, self.now, |key| {
            let outcome = operation(key);
            let held = key.held_materials();
            match outcome {
                Ok(output) => Ok((output, held)),
                Err(error) => Err((error, held)),
            }
        })?;
        let (outcome, held) = match changed {
            Some(Ok((output, held))) => (Ok(output), held),
            Some(Err((error, held))) => (Err(error.into()), held),
            None => (Err(not_found(&arn).into()), Vec::new()),
        };
        self.service.vault.keep(&arn, &held);
        outcome
    }

    /// Returns the material `id` of a usable key.
    fn material(
        &self,
        key: &RehearsedKey,
        id: &KeyMaterialId,
    ) -> Result<Arc<KeyMaterial>, Failure> {
        let arn = &key.record().key_metadata.arn;
        self.service
            .vault
            .find(arn, id)
            .ok_or_else(|| not_here(key))
    }

    fn takes_aliases(&self) -> bool {
        matches!(
            self.operation,
            Operation::Decrypt
                | Operation::DescribeKey
                | Operation::Encrypt
                | Operation::GenerateDataKey
                | Operation::GenerateMac
                | Operation::GetPublicKey
                | Operation::Sign
                | Operation::Verify
                | Operation::VerifyMac
        )
    }

    /// There are no aliases here.
    fn no_alias(&self, alias: &str) -> Failure {
        let Place {
            region, account_id, ..
        } = &self.place;
        let arn = match alias.strip_prefix("arn:") {
            Some(_) => alias.to_owned(),
            None => format!(
                "arn:{}:kms:{region}:{account_id}:{alias}",
                region.partition()
            ),
        };
        Refusal::new(Exception::NotFound, format!("Alias {arn} is not found.")).into()
    }
}

/// AWS's answer to an operation that is not here.
fn unknown_operation(target: Option<&str>) -> Failure {
    let reason = match target {
        None => "the request has no X-Amz-Target".to_owned(),
        Some(target) => {
            let start: String = target.chars().take(MAX_TARGET_SHOWN).collect();
            format!("X-Amz-Target {start} does not name an operation of the rehearsal")
        }
    };
    Failure::because(Exception::UnknownOperation, reason)
}

/// The key has material that this process does not hold.
fn not_here(key: &RehearsedKey) -> Failure {
    let metadata = &key.record().key_metadata;
    let arn = &metadata.arn;
    if metadata.origin != Origin::External {
        let text = format!("{arn}: a rehearsal uses only keys with imported key material.");
        return Refusal::new(Exception::UnsupportedOperation, text).into();
    }
    let text = format!(
        "The key material of {arn} is not in memory: a rehearsal forgets it at its end. Import it \
         again."
    );
    Refusal::new(Exception::KmsInternal, text).into()
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
            let has_key_id = !matches!(operation, Operation::CreateKey | Operation::ListKeys);
            assert_eq!(
                (json::PARSED.get(), key_id::PARSED.get()),
                (1, usize::from(has_key_id)),
                "{operation}: {:?}",
                answer.refusal
            );
        }
    }
}
