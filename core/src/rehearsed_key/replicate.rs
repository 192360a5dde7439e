//! `ReplicateKey`.

use core::{error, fmt};

use super::key::RehearsedKey;
use crate::{
    exception::{Exception, Refusal},
    key_id::KeyArn,
    key_metadata::{KeyMetadata, NewKey},
    key_record::{EventName, KeyRecord},
    key_state::{KeyStateError, check_state},
    operation::Operation,
    region::Region,
    timestamp::Timestamp,
};

/// The reasons why a key was not replicated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplicateError {
    /// The key does not permit it.
    KeyState(KeyStateError),
    /// Only a multi-Region primary key has replicas.
    NotPrimary(KeyArn),
    /// The Region belongs to another partition.
    OtherPartition(Region),
    /// A key with that ID exists in the Region.
    Exists(KeyArn),
}

impl ReplicateError {
    /// Returns AWS's answer. The text for a replica is recorded; that it is also the text for a
    /// single-Region key is inferred.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::KeyState(error) => error.refusal(),
            Self::NotPrimary(arn) => Refusal::new(
                Exception::UnsupportedOperation,
                format!("{arn} is not a multi-region primary key."),
            ),
            Self::OtherPartition(_) => Refusal::without_text(Exception::UnsupportedOperation),
            Self::Exists(_) => Refusal::without_text(Exception::AlreadyExists),
        }
    }
}

impl fmt::Display for ReplicateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl error::Error for ReplicateError {}

impl RehearsedKey {
    /// Builds the replica of this key in `region`, without key material and without the description
    /// of its primary key. The caller stores it.
    ///
    /// AWS's replica is `Creating` for some seconds. This one is in `PendingImport` at once, or enabled
    /// if AWS KMS generates the material.
    ///
    /// # Errors
    ///
    /// [`ReplicateError`].
    pub fn replicate(
        &mut self,
        region: &Region,
        now: Timestamp,
    ) -> Result<KeyRecord, ReplicateError> {
        let metadata = &self.record.key_metadata;
        check_state(metadata, Operation::ReplicateKey).map_err(ReplicateError::KeyState)?;
        let primary = &metadata.arn;
        if !primary.key_id().is_multi_region() || metadata.is_replica() {
            return Err(ReplicateError::NotPrimary(primary.clone()));
        }
        if region.partition() != primary.region().partition() {
            return Err(ReplicateError::OtherPartition(region.clone()));
        }
        let arn = KeyArn::new(
            region.clone(),
            primary.account_id().clone(),
            primary.key_id().clone(),
        );
        if self.family().any(|record| record.key_metadata.arn == arn) {
            return Err(ReplicateError::Exists(arn));
        }
        let key = NewKey {
            arn,
            key_spec: metadata.key_spec,
            key_usage: metadata.key_usage,
            description: String::new(),
        };
        let replica = KeyRecord::new(KeyMetadata::replica(key, primary, metadata.origin, now));
        self.remember(EventName::ReplicateKey, None, now);
        Ok(replica)
    }

    /// Returns the key of `replica`, which this primary key has made.
    pub(crate) fn replica_of(&self, replica: KeyRecord) -> Self {
        let others = self
            .family()
            .filter(|record| record.key_metadata.arn != replica.key_metadata.arn);
        Self {
            related: others.cloned().collect(),
            record: replica,
        }
    }
}
