//! `CreateKey`, `DescribeKey`, `ListKeys`, `GetPublicKey`.

use rand_core::CryptoRng;
use serde_json::{Map, Value, json};

use super::{
    answer::Output,
    custom_key_store,
    failure::Failure,
    members::{Members, invalid},
    page::Page,
    policies,
    service::MAX_KEYS,
    tags,
    task::Task,
};
use crate::{
    compatibility::Rules,
    exception::{Exception, Refusal},
    generated_material,
    key_id::{KeyArn, KeyId},
    key_metadata::{KeyMetadata, KeyState, MAX_DESCRIPTION_LEN, NewKey, Origin},
    key_record::KeyRecord,
    key_spec::{Family, KeySpec, KeyUsage},
    key_state::{KeyStateError, check_state},
    key_store::KeyStore,
    rehearsed_key::{RehearsedKey, complete_generated},
};

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn create_key(&mut self, mut members: Members, rng: &mut impl CryptoRng) -> Output {
        let specs = Rules::of(&self.place.region).key_specs();
        let policy = policies::policy(&mut members);
        let description = members.text("Description", 0..=MAX_DESCRIPTION_LEN);
        let key_usage = members.word("KeyUsage", KeyUsage::ALL);
        let older_spec = members.word("CustomerMasterKeySpec", &specs);
        let key_spec = members.word("KeySpec", &specs);
        let origin = members
            .word("Origin", Origin::ALL)
            .unwrap_or(Origin::AwsKms);
        let new_tags = members.tags();
        let is_multi_region = members.flag("MultiRegion");
        let custom_key_store = custom_key_store::read(&mut members);
        members.text("XksKeyId", 1..=128);
        members.finish(|| Some(()))?;
        custom_key_store::refuse(custom_key_store.as_deref())?;
        if key_spec.is_some() && older_spec.is_some() {
            return Err(invalid(
                "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. \
                 CustomerMasterKeySpec is deprecated.",
            ));
        }
        let key_spec = key_spec.or(older_spec).unwrap_or(KeySpec::SymmetricDefault);
        let key_usage = usage(key_spec, key_usage)?;
        let policy = policy.map(policies::check_policy).transpose()?;
        let new_tags = tags::check(new_tags)?;
        if !matches!(origin, Origin::AwsKms | Origin::External) {
            let reason = format!("the rehearsal does not support keys of Origin {origin}");
            return Err(Failure::because(Exception::UnsupportedOperation, reason));
        }
        if origin == Origin::External && matches!(key_spec.family(), Family::NotImportable) {
            let reason = format!("AWS KMS does not import key material into {key_spec} keys");
            return Err(Failure::because(Exception::UnsupportedOperation, reason));
        }

        let mut random = [0; 16];
        rng.fill_bytes(&mut random);
        let key_id = KeyId::from_random(random, is_multi_region);
        let arn = KeyArn::new(
            self.place.region.clone(),
            self.place.account_id.clone(),
            key_id,
        );
        self.key = Some(arn.clone());
        let key = NewKey {
            arn,
            key_spec,
            key_usage,
            description: description.unwrap_or_default(),
        };
        let metadata = match origin {
            Origin::External => KeyMetadata::pending_import(key, self.now),
            _ => {
                let material_id = generated_material::id(&key.arn, 1);
                KeyMetadata::made_by_aws(key, material_id.as_str(), self.now)
            }
        };
        let mut record = KeyRecord::new(metadata);
        complete_generated(&mut record);
        (record.rehearsal.tags, record.rehearsal.policy) = (new_tags, policy);
        let _turn = self.service.turn();
        self.check_room()?;
        self.service.store.create(&record, self.now)?;
        Ok(Some(json!({ "KeyMetadata": record.key_metadata })))
    }

    /// Checks that there may be one more key. The caller holds the lock, so nobody else creates a key
    /// meanwhile.
    ///
    /// # Source
    ///
    /// The text is the one that AWS KMS answered with in 2016 (convox/rack, pull request 347).
    pub(super) fn check_room(&self) -> Result<(), Failure> {
        let count = self.service.store.key_count()?;
        if count < MAX_KEYS {
            return Ok(());
        }
        let text = format!(
            "Key quota for this account in this region is {MAX_KEYS} but the current usage is {count}."
        );
        Err(Refusal::new(Exception::LimitExceeded, text).into())
    }

    pub(super) fn describe_key(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let key_id = members.finish(|| key_id)?;
        Ok(Some(
            json!({ "KeyMetadata": self.find(&key_id)?.metadata() }),
        ))
    }

    pub(super) fn list_keys(&mut self, mut members: Members) -> Output {
        let page = Page::read(&mut members);
        members.finish(|| Some(()))?;
        let is_here = |arn: &KeyArn| {
            *arn.account_id() == self.place.account_id && *arn.region() == self.place.region
        };
        let records = self.service.store.key_records()?;
        let related = |arn: &KeyArn| {
            let others = records.iter();
            let others = others.filter(|other| other.key_metadata.arn.is_related_to(arn));
            others.cloned().collect()
        };
        let is_visible = |record: &&KeyRecord| {
            let related = related(&record.key_metadata.arn);
            let key = RehearsedKey::at((*record).clone(), related, self.now);
            key.is_some_and(|key| self.service.store.is_visible(&key, self.now))
        };
        let here = records
            .iter()
            .filter(|record| is_here(&record.key_metadata.arn));
        let mut arns: Vec<&KeyArn> = here
            .filter(is_visible)
            .map(|record| &record.key_metadata.arn)
            .collect();
        arns.sort();
        let keys = arns
            .iter()
            .map(|arn| json!({ "KeyArn": arn, "KeyId": arn.key_id().as_str() }))
            .collect();
        let name = |key: &Value| key["KeyId"].as_str().unwrap_or_default().to_owned();
        page.of("Keys", keys, name).map(Some)
    }

    pub(super) fn get_public_key(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let key_id = members.finish(|| key_id)?;
        let key = self.find(&key_id)?;
        let metadata = key.metadata();
        if matches!(
            metadata.key_spec.family(),
            Family::Symmetric | Family::Hmac { .. }
        ) {
            let reason = format!("{} keys have no public key", metadata.key_spec);
            return Err(Failure::because(Exception::UnsupportedOperation, reason));
        }
        check_state(&metadata, self.operation)?;
        let public_key = match self.public_key(&key) {
            Ok(public_key) => public_key,
            Err(_) if never_had_material(&metadata) => return Err(pending_import(&metadata)),
            Err(failure) => return Err(failure),
        };
        let mut answer = Map::new();
        for member in [
            "EncapsulationAlgorithms",
            "EncryptionAlgorithms",
            "KeyAgreementAlgorithms",
            "SigningAlgorithms",
        ] {
            if let Some(list) = metadata.other.get(member) {
                answer.insert(member.to_owned(), list.clone());
            }
        }
        answer.insert("CustomerMasterKeySpec".to_owned(), json!(metadata.key_spec));
        answer.insert("KeyId".to_owned(), json!(metadata.arn));
        answer.insert("KeySpec".to_owned(), json!(metadata.key_spec));
        answer.insert("KeyUsage".to_owned(), json!(metadata.key_usage));
        answer.insert("PublicKey".to_owned(), json!(public_key));
        Ok(Some(Value::Object(answer)))
    }
}

/// AWS does not document its answer for a key pair that never had any material.
fn never_had_material(metadata: &KeyMetadata) -> bool {
    metadata.key_state == KeyState::PendingImport
}

fn pending_import(metadata: &KeyMetadata) -> Failure {
    let error = KeyStateError::State {
        arn: metadata.arn.clone(),
        state: metadata.key_state,
    };
    error.into()
}

/// Returns the key usage: the requested one, or the only one of the key spec.
///
/// # Source
///
/// AWS KMS API Reference, `CreateKey`, `KeyUsage`. The texts are those of an emulator.
fn usage(key_spec: KeySpec, asked: Option<KeyUsage>) -> Result<KeyUsage, Failure> {
    match asked {
        None if key_spec == KeySpec::SymmetricDefault => Ok(KeyUsage::EncryptDecrypt),
        None => Err(invalid(
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
        )),
        Some(usage) if key_spec.key_usages().contains(&usage) => Ok(usage),
        Some(usage) => Err(invalid(format!(
            "KeyUsage {usage} is not compatible with KeySpec {key_spec}"
        ))),
    }
}
