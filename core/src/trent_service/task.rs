//! One operation of the service: its key, and the material of that key.

use std::sync::Arc;

use super::{
    failure::Failure,
    grant_token::{self, NamedGrant},
    refused_import::RefusedImport,
    service::TrentService,
};
use crate::{
    alias::AliasArn,
    blob::Blob,
    exception::{Exception, Refusal},
    generated_material,
    key_id::{KeyArn, KeyIdError, KeyIdentifier, Place},
    key_material::KeyMaterial,
    key_material_id::KeyMaterialId,
    key_metadata::KeyMetadata,
    key_spec::Family,
    key_store::KeyStore,
    operation::Operation,
    params::not_found,
    rehearsed_key::RehearsedKey,
    timestamp::Timestamp,
};

/// The context of one operation.
pub(super) struct Task<'a, S> {
    pub(super) service: &'a TrentService<S>,
    pub(super) operation: Operation,
    pub(super) place: Place,
    pub(super) now: Timestamp,
    /// The key of the request, when it is known.
    pub(super) key: Option<KeyArn>,
    /// The key that `ReEncrypt` decrypted with.
    pub(super) source_key: Option<KeyArn>,
    /// The grant tokens of the request.
    pub(super) grant_tokens: Vec<String>,
    /// The import, if it was refused.
    pub(super) refused_import: Option<Box<RefusedImport>>,
}

impl<S: KeyStore> Task<'_, S> {
    /// Returns the ARN of `key_id`, and keeps it for the log. Some operations take an alias.
    pub(super) fn resolve(&mut self, key_id: &str) -> Result<KeyArn, Failure> {
        match self.resolve_identifier(KeyIdentifier::parse(key_id)) {
            Err(KeyIdError::Alias) if self.operation.takes_aliases() => self.resolve_alias(key_id),
            arn => Ok(arn?),
        }
    }

    /// Returns the ARN of the key that the alias `text` stands for, and keeps it for the log.
    fn resolve_alias(&mut self, text: &str) -> Result<KeyArn, Failure> {
        let alias = AliasArn::resolve(text, &self.place)?;
        let aliases = self.service.store.aliases(&alias.home)?;
        let Some(found) = aliases.find(&alias.name) else {
            return Err(alias.not_found().into());
        };
        let arn = alias.home.key_arn(&found.target_key_id);
        // The deletion of a key deletes its aliases.
        if self.service.store.key_at(&arn, self.now)?.is_none() {
            return Err(alias.not_found().into());
        }
        self.key = Some(arn.clone());
        Ok(arn)
    }

    /// Returns the ARN of a parsed `KeyId`, and keeps it for the log.
    pub(super) fn resolve_identifier(
        &mut self,
        identifier: Result<KeyIdentifier, KeyIdError>,
    ) -> Result<KeyArn, KeyIdError> {
        let arn = identifier?.resolve(&self.place)?;
        self.key = Some(arn.clone());
        Ok(arn)
    }

    /// Returns the key of `key_id`, as it is now.
    pub(super) fn find(&mut self, key_id: &str) -> Result<RehearsedKey, Failure> {
        let arn = self.resolve(key_id)?;
        self.find_at(&arn)
    }

    /// Returns the grant of a token of this store.
    pub(super) fn open_grant_token(&self, token: &str) -> Result<NamedGrant, Failure> {
        let root = self.service.store.root_secret()?;
        grant_token::open(token, &root).ok_or_else(|| {
            let reason = "the grant token is not from this rehearsal";
            Failure::because(Exception::InvalidGrantToken, reason)
        })
    }

    /// Checks that the grant tokens of the request are from this store. They permit nothing, because
    /// nothing is forbidden.
    fn check_grant_tokens(&self) -> Result<(), Failure> {
        for token in &self.grant_tokens {
            self.open_grant_token(token)?;
        }
        Ok(())
    }

    /// Returns the key `arn`, as it is now.
    pub(super) fn find_at(&self, arn: &KeyArn) -> Result<RehearsedKey, Failure> {
        self.check_grant_tokens()?;
        let _turn = self.service.turn();
        let Some(key) = self.service.store.key_at(arn, self.now)? else {
            self.service.vault.keep(arn, &[]);
            return Err(not_found(arn).into());
        };
        self.service.vault.keep(arn, &key.held_materials());
        Ok(key)
    }

    /// Changes the key of `key_id`, and returns what `operation` returns.
    pub(super) fn change<T, E>(
        &mut self,
        key_id: &str,
        operation: impl FnOnce(&mut RehearsedKey) -> Result<T, E>,
    ) -> Result<T, Failure>
    where
        Failure: From<E>,
    {
        let arn = self.resolve(key_id)?;
        self.change_at(&arn, operation)
    }

    /// Changes the key `arn`, and returns what `operation` returns.
    pub(super) fn change_at<T, E>(
        &mut self,
        arn: &KeyArn,
        operation: impl FnOnce(&mut RehearsedKey) -> Result<T, E>,
    ) -> Result<T, Failure>
    where
        Failure: From<E>,
    {
        let _turn = self.service.turn();
        let changed = self.service.store.operate(arn, self.now, |key| {
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
            None => (Err(not_found(arn).into()), Vec::new()),
        };
        self.service.vault.keep(arn, &held);
        outcome
    }

    /// Returns the material `id` of a usable key. Material that AWS KMS generates is derived when it is
    /// first needed.
    pub(super) fn material(
        &self,
        key: &RehearsedKey,
        id: &KeyMaterialId,
    ) -> Result<Arc<KeyMaterial>, Failure> {
        let KeyMetadata { arn, key_spec, .. } = &key.record().key_metadata;
        if let Some(material) = self.service.vault.find(arn, id) {
            return Ok(material);
        }
        let number = key.generated_number(id).ok_or_else(|| not_here(key))?;
        let root = self.service.store.root_secret()?;
        let derive = || generated_material::derive(&root, arn, *key_spec, number).ok();
        let is_slow = matches!(key_spec.family(), Family::Rsa { .. });
        let material = self.service.vault.derive(arn, id, is_slow, derive);
        material.ok_or_else(|| Failure::not_rehearsed(&format!("{key_spec} keys")))
    }

    /// Returns the material of a usable key that encrypts and signs.
    pub(super) fn current_material(&self, key: &RehearsedKey) -> Result<Arc<KeyMaterial>, Failure> {
        let id = key.current_material().ok_or_else(|| not_here(key))?;
        self.material(key, id)
    }

    /// Returns the public key of a key pair, an SPKI in DER.
    pub(super) fn public_key(&self, key: &RehearsedKey) -> Result<Blob, Failure> {
        if let Some(public_key) = key.public_key() {
            return Ok(public_key.clone());
        }
        let material = self.current_material(key)?;
        material.public_key().cloned().ok_or_else(|| not_here(key))
    }
}

/// The key has material that this process does not hold.
pub(super) fn not_here(key: &RehearsedKey) -> Failure {
    let arn = &key.record().key_metadata.arn;
    let text = format!(
        "The key material of {arn} is not in memory: a rehearsal forgets it at its end. Import it \
         again."
    );
    Refusal::new(Exception::KmsInternal, text).into()
}
