//! `CreateGrant`, `RevokeGrant` and `RetireGrant`.

use core::{error, fmt};

use super::key::RehearsedKey;
use crate::{
    exception::{Exception, Refusal},
    grant::{Grant, GrantConstraints, GrantId, GrantOperation},
    json,
    key_spec::{Family, KeySpec},
    key_state::{KeyStateError, check_state},
    operation::Operation,
};

/// The maximum number of pairs in an encryption context of a grant.
///
/// # Source
///
/// AWS KMS API Reference, `GrantConstraints`.
const MAX_CONTEXT_PAIRS: usize = 8;

/// The maximum length of the grants of a key, in bytes of JSON.
const MAX_GRANTS_LEN: usize = 256 << 10;

/// The reasons why a grant was not created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreateGrantError {
    /// The key does not permit it.
    KeyState(KeyStateError),
    /// The key does not support the operation.
    Operation(GrantOperation, KeySpec),
    /// Only symmetric encryption keys have an encryption context.
    EncryptionContext(KeySpec),
    /// An encryption context of the grant has too many pairs.
    TooManyPairs(usize),
    /// The key has no room for more grants.
    TooMany,
}

/// The key has no grant with this ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSuchGrant(pub GrantId);

impl CreateGrantError {
    /// Returns AWS's answer. The texts are unknown.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::KeyState(error) => error.refusal(),
            Self::Operation(..) | Self::EncryptionContext(_) | Self::TooManyPairs(_) => {
                Refusal::without_text(Exception::Validation)
            }
            Self::TooMany => Refusal::without_text(Exception::LimitExceeded),
        }
    }
}

impl NoSuchGrant {
    /// Returns AWS's answer. The text is unknown.
    pub fn refusal(&self) -> Refusal {
        Refusal::without_text(Exception::NotFound)
    }
}

impl fmt::Display for CreateGrantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl error::Error for CreateGrantError {}

impl fmt::Display for NoSuchGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl error::Error for NoSuchGrant {}

impl RehearsedKey {
    /// Returns the grants of the key, earliest first.
    pub fn grants(&self) -> &[Grant] {
        &self.record.rehearsal.grants
    }

    /// Checks whether the key takes `grant`.
    fn check_grant(&self, grant: &Grant) -> Result<(), CreateGrantError> {
        let metadata = &self.record.key_metadata;
        check_state(metadata, Operation::CreateGrant).map_err(CreateGrantError::KeyState)?;
        let mut operations = grant.terms.operations.iter();
        if let Some(operation) = operations.find(|operation| !operation.is_for(metadata)) {
            return Err(CreateGrantError::Operation(*operation, metadata.key_spec));
        }
        let constraints = grant.terms.constraints.iter();
        for context in constraints.flat_map(GrantConstraints::encryption_contexts) {
            if metadata.key_spec.family() != Family::Symmetric {
                return Err(CreateGrantError::EncryptionContext(metadata.key_spec));
            }
            if context.len() > MAX_CONTEXT_PAIRS {
                return Err(CreateGrantError::TooManyPairs(context.len()));
            }
        }
        Ok(())
    }

    /// Adds `grant`, and returns its ID. A grant with the same name and the same terms is the same
    /// grant, and keeps its ID.
    ///
    /// # Errors
    ///
    /// [`CreateGrantError`].
    pub fn create_grant(&mut self, grant: Grant) -> Result<GrantId, CreateGrantError> {
        self.check_grant(&grant)?;
        let is_same = |own: &&Grant| {
            !grant.name.is_empty() && own.name == grant.name && own.terms == grant.terms
        };
        if let Some(own) = self.grants().iter().find(is_same) {
            return Ok(own.grant_id.clone());
        }
        let id = grant.grant_id.clone();
        let grants = &mut self.record.rehearsal.grants;
        let len = json::line(grants).len() + json::line(&grant).len();
        if len > MAX_GRANTS_LEN {
            return Err(CreateGrantError::TooMany);
        }
        grants.push(grant);
        Ok(id)
    }

    /// Removes the grant `id`.
    ///
    /// # Errors
    ///
    /// [`NoSuchGrant`].
    pub fn remove_grant(&mut self, id: &GrantId) -> Result<(), NoSuchGrant> {
        let grants = &mut self.record.rehearsal.grants;
        let place = grants.iter().position(|grant| grant.grant_id == *id);
        let place = place.ok_or_else(|| NoSuchGrant(id.clone()))?;
        grants.remove(place);
        Ok(())
    }
}
