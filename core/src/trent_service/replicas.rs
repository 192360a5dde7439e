//! `ReplicateKey`, `UpdatePrimaryRegion`.

use serde_json::{Map, json};

use super::{
    answer::Output, failure::Failure, members::Members, pattern, policies, tags, task::Task,
};
use crate::{
    exception::Exception,
    key_metadata::{KeyMetadata, KeyState, MAX_DESCRIPTION_LEN},
    key_record::KeyRecord,
    key_store::KeyStore,
    params::not_found,
    region::Region,
};

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn replicate_key(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        members.require("ReplicaRegion");
        let region = members.matching_text("ReplicaRegion", 1..=32, pattern::REPLICA_REGION);
        let policy = policies::policy(&mut members);
        let description = members.text("Description", 0..=MAX_DESCRIPTION_LEN);
        let new_tags = members.tags();
        let (key_id, region) = members.finish(|| Some((key_id?, region?)))?;
        let policy = policy.map(policies::check_policy).transpose()?;
        let new_tags = tags::check(new_tags)?;
        let region = parse_region(&region)?;
        let primary = self.resolve(&key_id)?;
        // A replica copies no member that belongs to a single key.
        let adjust = |replica: &mut KeyRecord| {
            if let Some(description) = description {
                replica.key_metadata.description = description;
            }
            (replica.rehearsal.tags, replica.rehearsal.policy) = (new_tags, policy);
        };
        let _turn = self.service.turn();
        let store = &self.service.store;
        if let Err(full) = self.check_room() {
            // A key that does not exist is the first fault.
            let primary_key = store.key_at(&primary, self.now)?;
            return Err(primary_key.map_or_else(|| not_found(&primary).into(), |_| full));
        }
        let replica = store.replicate(&primary, &region, self.now, adjust)?;
        let replica = replica.ok_or_else(|| not_found(&primary))??;
        let mut answer = Map::new();
        let metadata = KeyMetadata {
            key_state: KeyState::Creating,
            enabled: false,
            ..replica.metadata()
        };
        answer.insert("ReplicaKeyMetadata".to_owned(), json!(metadata));
        let policy = policies::policy_of(replica.record());
        answer.insert("ReplicaPolicy".to_owned(), json!(policy));
        let tags = &replica.record().rehearsal.tags;
        if !tags.is_empty() {
            answer.insert("ReplicaTags".to_owned(), json!(tags));
        }
        Ok(Some(answer.into()))
    }

    pub(super) fn update_primary_region(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        members.require("PrimaryRegion");
        let region = members.matching_text("PrimaryRegion", 1..=32, pattern::REPLICA_REGION);
        let (key_id, region) = members.finish(|| Some((key_id?, region?)))?;
        let region = parse_region(&region)?;
        let primary = self.resolve(&key_id)?;
        let _turn = self.service.turn();
        let store = &self.service.store;
        let updated = store.update_primary_region(&primary, &region, self.now)?;
        updated.ok_or_else(|| not_found(&primary))??;
        Ok(None)
    }
}

fn parse_region(text: &str) -> Result<Region, Failure> {
    Region::parse(text).map_err(|error| Failure::because(Exception::Validation, error.to_string()))
}
