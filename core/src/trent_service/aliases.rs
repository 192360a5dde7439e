//! `CreateAlias`, `UpdateAlias`, `DeleteAlias`, `ListAliases`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    answer::Output,
    failure::Failure,
    members::{Members, invalid},
    page::Page,
    pattern,
    task::Task,
};
use crate::{
    alias::{AccountRegion, AliasArn, AliasName, MAX_ALIAS_NAME_LEN},
    exception::{Exception, Refusal},
    key_id::{KeyId, KeyIdError, KeyIdentifier, MAX_KEY_ID_LEN},
    key_metadata::KeyMetadata,
    key_spec::Family,
    key_state::check_state,
    key_store::{Alias, AliasList, KeyStore, StoreError},
    rehearsed_key::RehearsedKey,
};

/// The maximum number of aliases per key.
///
/// # Source
///
/// AWS KMS Developer Guide, "Resource quotas".
const MAX_ALIASES_PER_KEY: usize = 50;

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn create_alias(&mut self, members: Members) -> Output {
        let (name, target) = self.name_and_target(members)?;
        let home = AccountRegion::of(&self.place);
        let _turn = self.service.turn();
        self.service.store.update_aliases(&home, |aliases| {
            self.drop_aliases_of_deleted_keys(&home, aliases)?;
            if aliases.find(name.as_str()).is_some() {
                return Err(exists(&home, &name));
            }
            check_count(aliases, target.record().key_metadata.arn.key_id())?;
            self.point(aliases, &name, &target);
            Ok(())
        })??;
        Ok(None)
    }

    pub(super) fn update_alias(&mut self, members: Members) -> Output {
        let (name, target) = self.name_and_target(members)?;
        let home = AccountRegion::of(&self.place);
        let metadata = &target.record().key_metadata;
        let _turn = self.service.turn();
        self.service.store.update_aliases(&home, |aliases| {
            let present = self.target_of(&home, aliases, &name)?;
            let present = &present.record().key_metadata;
            if present.arn == metadata.arn {
                self.point(aliases, &name, &target);
                return Ok(());
            }
            check_same_type(present, metadata)?;
            check_count(aliases, metadata.arn.key_id())?;
            self.point(aliases, &name, &target);
            Ok::<_, Failure>(())
        })??;
        Ok(None)
    }

    pub(super) fn delete_alias(&mut self, mut members: Members) -> Output {
        let name = alias_name(&mut members);
        let name = members.finish(|| name)?;
        let name = parse_name(&name)?;
        let home = AccountRegion::of(&self.place);
        let _turn = self.service.turn();
        let store = &self.service.store;
        let arn = store.update_aliases(&home, |aliases| {
            let target = self.target_of(&home, aliases, &name)?;
            aliases.remove(name.as_str());
            Ok::<_, Failure>(target.record().key_metadata.arn.clone())
        })??;
        self.key = Some(arn);
        Ok(None)
    }

    pub(super) fn list_aliases(&mut self, mut members: Members) -> Output {
        let key_id = members.text("KeyId", 1..=MAX_KEY_ID_LEN);
        let page = Page::read(&mut members);
        members.finish(|| Some(()))?;
        let key = key_id.map(|key_id| self.find(&key_id)).transpose()?;
        let only = key.map(|key| key.record().key_metadata.arn.key_id().clone());
        let home = AccountRegion::of(&self.place);
        let mut aliases = self.service.store.aliases(&home)?;
        if let Some(only) = only {
            aliases.retain_of(|key_id| *key_id == only);
        }
        self.drop_aliases_of_deleted_keys(&home, &mut aliases)?;
        let items = aliases.iter().map(|alias| entry(&home, alias)).collect();
        let name = |alias: &Value| alias["AliasName"].as_str().unwrap_or_default().to_owned();
        page.of("Aliases", items, name).map(Some)
    }

    /// Reads the alias and its new key, which must exist and permit it.
    fn name_and_target(
        &mut self,
        mut members: Members,
    ) -> Result<(AliasName, RehearsedKey), Failure> {
        let name = alias_name(&mut members);
        let target = members.required_text("TargetKeyId", 1..=MAX_KEY_ID_LEN);
        let (name, target) = members.finish(|| Some((name?, target?)))?;
        let name = parse_name(&name)?;
        let arn = match self.resolve_identifier(KeyIdentifier::parse(&target)) {
            Err(KeyIdError::Alias) => {
                return Err(invalid("Aliases must refer to keys. Not aliases"));
            }
            arn => arn?,
        };
        let target = self.find_at(&arn)?;
        check_state(&target.record().key_metadata, self.operation)?;
        Ok((name, target))
    }

    fn point(&self, aliases: &mut AliasList, name: &AliasName, target: &RehearsedKey) {
        let key_id = target.record().key_metadata.arn.key_id();
        aliases.point(name, key_id.clone(), self.now);
    }

    /// Returns the present key of the alias `name`.
    fn target_of(
        &self,
        home: &AccountRegion,
        aliases: &AliasList,
        name: &AliasName,
    ) -> Result<RehearsedKey, Failure> {
        let arn = aliases
            .find(name.as_str())
            .map(|alias| home.key_arn(&alias.target_key_id));
        let key = arn
            .map(|arn| self.service.store.key_at(&arn, self.now))
            .transpose()?;
        key.flatten()
            .ok_or_else(|| arn_of(home, name.as_str()).not_found().into())
    }

    /// Drops the aliases of deleted keys: the deletion of a key does not change the list.
    fn drop_aliases_of_deleted_keys(
        &self,
        home: &AccountRegion,
        aliases: &mut AliasList,
    ) -> Result<(), StoreError> {
        let (mut known, mut failed) = (BTreeMap::new(), None);
        aliases.retain_of(|key_id| {
            if let Some(exists) = known.get(key_id) {
                return *exists;
            }
            let exists = match self.service.store.key_at(&home.key_arn(key_id), self.now) {
                Ok(key) => key.is_some(),
                Err(error) => {
                    failed = Some(error);
                    true
                }
            };
            known.insert(key_id.clone(), exists);
            exists
        });
        failed.map_or(Ok(()), Err)
    }
}

fn alias_name(members: &mut Members) -> Option<String> {
    members.require("AliasName");
    members.matching_text("AliasName", 1..=MAX_ALIAS_NAME_LEN, pattern::ALIAS_NAME)
}

fn parse_name(text: &str) -> Result<AliasName, Failure> {
    Ok(AliasName::parse(text)?)
}

fn arn_of(home: &AccountRegion, name: &str) -> AliasArn {
    AliasArn {
        home: home.clone(),
        name: name.to_owned(),
    }
}

fn exists(home: &AccountRegion, name: &AliasName) -> Failure {
    let arn = arn_of(home, name.as_str());
    let text = format!("An alias with the name {arn} already exists");
    Refusal::new(Exception::AlreadyExists, text).into()
}

fn check_count(aliases: &AliasList, key_id: &KeyId) -> Result<(), Failure> {
    if aliases.count_of(key_id) < MAX_ALIASES_PER_KEY {
        return Ok(());
    }
    let reason = format!("a key has at most {MAX_ALIASES_PER_KEY} aliases");
    Err(Failure::because(Exception::LimitExceeded, reason))
}

/// Checks that both keys are of one type, and have the same key usage.
///
/// # Source
///
/// AWS KMS API Reference, `UpdateAlias`. The answer is inferred.
fn check_same_type(present: &KeyMetadata, new: &KeyMetadata) -> Result<(), Failure> {
    let type_of = |key: &KeyMetadata| match key.key_spec.family() {
        Family::Symmetric => "symmetric",
        Family::Hmac { .. } => "HMAC",
        Family::Rsa { .. } | Family::Ec(_) | Family::Ed25519 | Family::NotImportable => {
            "asymmetric"
        }
    };
    if type_of(present) == type_of(new) && present.key_usage == new.key_usage {
        return Ok(());
    }
    let reason = format!(
        "the alias belongs to a key of another type or key usage: {} {} instead of {} {}",
        type_of(present),
        present.key_usage,
        type_of(new),
        new.key_usage
    );
    Err(Failure::because(Exception::Validation, reason))
}

fn entry(home: &AccountRegion, alias: &Alias) -> Value {
    let arn = arn_of(home, &alias.alias_name);
    json!({
        "AliasArn": arn.to_string(),
        "AliasName": alias.alias_name,
        "CreationDate": alias.creation_date,
        "LastUpdatedDate": alias.last_updated_date,
        "TargetKeyId": alias.target_key_id,
    })
}
