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
mod signatures;
mod tags;
mod trouble;
mod vault;

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand_core::CryptoRng;

pub use answer::Answer;
pub use failure::Cause;
pub use trouble::Trouble;

use self::{answer::Output, failure::Failure, members::Members, trouble::Troubles, vault::Vault};
use crate::{
    exception::{Exception, Refusal},
    explain::{Explanation, explain},
    import_request::ImportRequest,
    key_id::{AccountId, KeyArn, KeyIdError, KeyIdentifier, Place},
    key_material::KeyMaterial,
    key_material_id::KeyMaterialId,
    key_metadata::Origin,
    key_state::Operation,
    key_store::KeyStore,
    params::not_found,
    region::Region,
    rehearsed_key::RehearsedKey,
    timestamp::Timestamp,
};

/// How many keys there may be, in all Regions together.
pub const MAX_KEYS: usize = 10_000;

/// The prefix of an operation name in `X-Amz-Target`.
const TARGET_PREFIX: &str = "TrentService.";

/// How much of an unknown target the operator is shown, in characters.
const MAX_TARGET_SHOWN: usize = 64;

/// A rehearsal of AWS KMS for one account.
pub struct TrentService<S> {
    store: S,
    account_id: AccountId,
    vault: Vault,
    /// Held while the vault is aligned with the store, and while an import is written to both, so
    /// that neither sees half of the other.
    turn: Mutex<()>,
    troubles: Troubles,
    consistency_delay_millis: i64,
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
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The header `X-Amz-Target`.
    pub target: Option<&'a str>,
    /// The Region that the request is signed for.
    pub region: &'a Region,
    /// The body.
    pub body: &'a [u8],
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
}

impl<S: KeyStore> TrentService<S> {
    /// Builds a service for the keys of `account_id` in `store`.
    pub fn new(store: S, account_id: AccountId) -> Self {
        let (vault, troubles) = (Vault::default(), Troubles::new(Vec::new()));
        Self {
            store,
            account_id,
            vault,
            turn: Mutex::new(()),
            troubles,
            consistency_delay_millis: 0,
        }
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        // The guarded data is whole even after a panic.
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the injected faults.
    #[must_use]
    pub fn with_troubles(self, troubles: Vec<Trouble>) -> Self {
        Self {
            troubles: Troubles::new(troubles),
            ..self
        }
    }

    /// Hides a new key for this many milliseconds.
    #[must_use]
    pub fn with_consistency_delay(self, millis: i64) -> Self {
        Self {
            consistency_delay_millis: millis,
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
        };
        let output = task.run(call.body, rng);
        Answer::of(request_id, operation, task.key, output)
    }

    /// Builds the answer to a request rate that is too high.
    pub fn throttle(&self, call: Call<'_>, rng: &mut impl CryptoRng) -> Answer {
        let request_id = answer::request_id(rng);
        match operation(call.target) {
            None => Answer::refused(request_id, unknown_operation(call.target)),
            Some(operation) => {
                let failure = trouble::failure(Exception::Throttling, operation, &self.account_id);
                Answer::of(request_id, operation, None, Err(failure))
            }
        }
    }

    /// Explains why `answer` refused the import of `call`, as far as possible. It takes some time.
    ///
    /// `rng` blinds the private-key operations.
    pub fn explain(
        &self,
        call: Call<'_>,
        answer: &Answer,
        rng: &mut impl CryptoRng,
    ) -> Option<Explanation> {
        let Some(Cause::Import(error)) = &answer.cause else {
            return None;
        };
        let request = ImportRequest::from_json(call.body).ok()?;
        explain(&request, error, &self.store, rng).ok().flatten()
    }

    /// Drops material whose key lacks it at `now`, or was deleted.
    pub fn forget_what_is_gone(&self, now: Timestamp) {
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
            return Err(trouble::failure(
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
            Operation::GetParametersForImport => self.get_parameters_for_import(body, rng),
            Operation::GetPublicKey => self.get_public_key(members),
            Operation::ImportKeyMaterial => self.import_key_material(body, rng),
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

    /// Returns the ARN of `key_id`.
    fn resolve(&mut self, key_id: &str) -> Result<KeyArn, Failure> {
        let arn =
            KeyIdentifier::parse(key_id).and_then(|identifier| identifier.resolve(&self.place));
        let arn = match arn {
            Err(KeyIdError::Alias) if self.takes_aliases() => return Err(self.no_alias(key_id)),
            arn => arn?,
        };
        self.key = Some(arn.clone());
        Ok(arn)
    }

    /// Returns the key of `key_id`, as it is now.
    fn find(&mut self, key_id: &str) -> Result<RehearsedKey, Failure> {
        let arn = self.resolve(key_id)?;
        let _turn = self.service.turn();
        let Some(key) = self.service.store.key_at(&arn, self.now)? else {
            self.service.vault.keep(&arn, &[]);
            return Err(not_found(&arn).into());
        };
        if !self.is_visible(&key) {
            return Err(not_found(&arn).into());
        }
        self.service.vault.keep(&arn, &key.held_materials());
        Ok(key)
    }

    /// Changes the key of `key_id`, and returns its new state.
    fn change<T, E>(
        &mut self,
        key_id: &str,
        operation: impl FnOnce(&mut RehearsedKey) -> Result<T, E>,
    ) -> Result<T, Failure>
    where
        Failure: From<E>,
    {
        let key = self.find(key_id)?;
        let arn = &key.record().key_metadata.arn;
        let outcome = self.service.store.operate(arn, self.now, operation)?;
        outcome
            .ok_or_else(|| not_found(arn))?
            .map_err(Failure::from)
    }

    /// Returns whether a key is visible everywhere.
    fn is_visible(&self, key: &RehearsedKey) -> bool {
        let age = self
            .now
            .millis_since(key.record().key_metadata.creation_date);
        age >= self.service.consistency_delay_millis || age < 0
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
