//! What a rehearsal keeps of a KMS key, and what its state allows.

use core::{error, fmt};
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    exception::{Exception, Refusal},
    hex,
    import_token::{ImportToken, RootSecret, TokenContents},
    json::{JsonError, Object},
    key_id::KeyArn,
    key_metadata::{KeyMetadata, KeyMetadataError, KeyState, Origin},
    timestamp::Timestamp,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};

/// The version of [`Rehearsal`] that is written and read.
pub const VERSION: u32 = 1;
/// How many parameter sets are remembered for a key.
const MAX_PARAMETER_SETS: usize = 16;

/// Where rehearsed KMS keys are kept.
pub trait KeyStore {
    /// The secret under which this store seals its tokens.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if it cannot be had.
    fn root_secret(&self) -> Result<RootSecret, StoreError>;

    /// The key that `arn` names, if there is one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the record cannot be read.
    fn find(&self, arn: &KeyArn) -> Result<Option<KeyRecord>, StoreError>;

    /// Adds a parameter set to the record of the key that `arn` names, in one step.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the record cannot be had, or not be written.
    fn append(&self, arn: &KeyArn, set: ParameterSet) -> Result<(), StoreError>;

    /// Every key there is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a record cannot be read.
    fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError>;
}

/// Why a store did not answer.
#[derive(Debug)]
pub struct StoreError {
    /// What kind of trouble it is.
    pub kind: StoreErrorKind,
    /// What happened.
    pub source: Box<dyn error::Error + Send + Sync>,
}

/// The kinds of trouble that a store can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// Another process holds the lock for too long.
    Locked,
    /// A file is damaged, or missing where it must be.
    Broken,
    /// Others can read or change what only the owner may.
    Unsafe,
    /// The system failed to read or write.
    Io,
}

impl StoreError {
    /// Trouble of `kind`, caused by `source`.
    pub fn new(kind: StoreErrorKind, source: impl Into<Box<dyn error::Error + Send + Sync>>) -> Self {
        Self { kind, source: source.into() }
    }

    /// What AWS KMS answers to comparable trouble of its own.
    pub fn refusal(&self) -> Option<Refusal> {
        match self.kind {
            StoreErrorKind::Locked => Some(Refusal::without_text(Exception::DependencyTimeout)),
            StoreErrorKind::Broken => Some(Refusal::without_text(Exception::KmsInternal)),
            StoreErrorKind::Unsafe | StoreErrorKind::Io => None,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl error::Error for StoreError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.source.source()
    }
}

/// A rehearsed KMS key: what AWS KMS would say of it, and what was done with it here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyRecord {
    /// As `describe-key` prints it.
    pub key_metadata: KeyMetadata,
    /// What was done with the key here.
    pub rehearsal: Rehearsal,
}

/// The history of a rehearsed key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Rehearsal {
    /// The version of this form.
    pub version: u32,
    /// The last parameter sets, oldest first.
    pub parameter_sets: Vec<ParameterSet>,
    /// The materials that were imported.
    #[serde(default)]
    pub materials: Vec<Value>,
    /// The rotations that were made.
    #[serde(default)]
    pub rotations: Vec<Value>,
}

/// Import parameters that were issued for a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ParameterSet {
    /// When they were issued.
    pub issued_at: Timestamp,
    /// When they end.
    pub parameters_valid_to: Timestamp,
    /// How the material is to be wrapped.
    pub wrapping_algorithm: WrappingAlgorithm,
    /// Under what kind of key.
    pub wrapping_key_spec: WrappingKeySpec,
    /// SHA-256 of the wrapping public key (SPKI), in hex.
    pub public_key_sha256: String,
    /// The token, which alone opens the import.
    pub import_token: crate::blob::Blob,
}

/// Why bytes are not the record of a rehearsed key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyRecordError {
    /// The document itself.
    Json(JsonError),
    /// The key's description.
    KeyMetadata(KeyMetadataError),
    /// Written by a newer version.
    Version(u64),
    /// A member is missing or has a value that is not known.
    Member(String),
}

impl fmt::Display for KeyRecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => error.fmt(f),
            Self::KeyMetadata(error) => error.fmt(f),
            Self::Version(version) => {
                write!(f, "a key record of version {version}; this program knows {VERSION}")
            }
            Self::Member(error) => write!(f, "not a key record: {error}"),
        }
    }
}

impl error::Error for KeyRecordError {}

impl From<JsonError> for KeyRecordError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

impl KeyRecord {
    /// A key with no history.
    pub fn new(key_metadata: KeyMetadata) -> Self {
        let rehearsal =
            Rehearsal { version: VERSION, parameter_sets: vec![], materials: vec![], rotations: vec![] };
        Self { key_metadata, rehearsal }
    }

    /// Reads a record.
    ///
    /// # Errors
    ///
    /// [`KeyRecordError`]; a version that is not known comes before anything else in it.
    pub fn from_json(bytes: &[u8]) -> Result<Self, KeyRecordError> {
        let document = Object::parse(bytes)?;
        let metadata = document.object("KeyMetadata")?.ok_or(JsonError::Missing("KeyMetadata"))?;
        let rehearsal = document.object("Rehearsal")?.ok_or(JsonError::Missing("Rehearsal"))?;
        match rehearsal.member("Version").and_then(Value::as_u64) {
            Some(version) if version == u64::from(VERSION) => {}
            Some(version) => return Err(KeyRecordError::Version(version)),
            None => return Err(JsonError::Missing("Version").into()),
        }
        Ok(Self {
            key_metadata: KeyMetadata::from_object(metadata).map_err(KeyRecordError::KeyMetadata)?,
            rehearsal: serde_json::from_value(rehearsal.into_value())
                .map_err(|error| KeyRecordError::Member(error.to_string()))?,
        })
    }

    /// Writes the record.
    pub fn to_json(&self) -> String {
        crate::json::pretty(self)
    }

    /// Remembers `set`, and forgets the oldest beyond 16. Opening a token needs no memory of it.
    pub fn append(&mut self, set: ParameterSet) {
        self.rehearsal.parameter_sets.push(set);
        let surplus = self.rehearsal.parameter_sets.len().saturating_sub(MAX_PARAMETER_SETS);
        self.rehearsal.parameter_sets.drain(..surplus);
    }
}

impl ParameterSet {
    /// What is worth remembering of a token and what it seals.
    pub fn of(contents: &TokenContents, token: &ImportToken) -> Self {
        let public_key = contents.private_key.public_key();
        Self {
            issued_at: contents.issued_at,
            parameters_valid_to: contents.parameters_valid_to,
            wrapping_algorithm: contents.algorithm,
            wrapping_key_spec: public_key.spec(),
            public_key_sha256: hex::encode(&public_key.sha256()),
            import_token: token.blob().clone(),
        }
    }
}

/// The operations whose way through the key states is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `GetParametersForImport`.
    GetParametersForImport,
    /// `ImportKeyMaterial`.
    ImportKeyMaterial,
}

/// A KMS key that does not allow an operation at the moment, or at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyStateError {
    /// Its material is not its owner's to import.
    Origin {
        /// The key.
        arn: KeyArn,
        /// Where its material comes from.
        origin: Origin,
    },
    /// Its state does not allow it.
    State {
        /// The key.
        arn: KeyArn,
        /// The state it is in.
        state: KeyState,
    },
}

impl KeyStateError {
    /// AWS's answer. The text for a deletion that waits for replicas is inferred from its
    /// neighbours.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Origin { arn, origin } => Refusal::new(
                Exception::UnsupportedOperation,
                format!("{arn} origin is {origin} which is not valid for this operation."),
            ),
            Self::State { arn, state } => {
                let state = match state {
                    KeyState::Creating => "is creating.",
                    KeyState::Updating => "is updating.",
                    KeyState::PendingDeletion => "is pending deletion.",
                    KeyState::PendingReplicaDeletion => "is pending replica deletion.",
                    KeyState::PendingImport => "is pending import.",
                    KeyState::Unavailable => "is unavailable.",
                    KeyState::Disabled => "is disabled.",
                    KeyState::Enabled => "is enabled.",
                };
                Refusal::new(Exception::KmsInvalidState, format!("{arn} {state}"))
            }
        }
    }
}

impl fmt::Display for KeyStateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl error::Error for KeyStateError {}

/// Says whether a key as described allows `operation`: its origin first, then its state.
///
/// # Errors
///
/// [`KeyStateError`], with AWS's answer.
///
/// # Source
///
/// AWS KMS Developer Guide, "Key states of AWS KMS keys".
pub fn check_state(key: &KeyMetadata, operation: Operation) -> Result<(), KeyStateError> {
    if key.origin != Origin::External {
        return Err(KeyStateError::Origin { arn: key.arn.clone(), origin: key.origin });
    }
    let is_allowed = match key.key_state {
        KeyState::Enabled | KeyState::Disabled | KeyState::PendingImport => true,
        KeyState::Updating => operation == Operation::ImportKeyMaterial,
        KeyState::Creating
        | KeyState::PendingDeletion
        | KeyState::PendingReplicaDeletion
        | KeyState::Unavailable => false,
    };
    if is_allowed {
        return Ok(());
    }
    Err(KeyStateError::State { arn: key.arn.clone(), state: key.key_state })
}

/// A store in memory, gone when it is dropped.
pub struct MemoryKeyStore {
    root_secret: RootSecret,
    records: std::sync::Mutex<BTreeMap<KeyArn, KeyRecord>>,
}

impl MemoryKeyStore {
    /// A store with these keys.
    pub fn new(root_secret: RootSecret, records: impl IntoIterator<Item = KeyRecord>) -> Self {
        let by_arn = |record: KeyRecord| (record.key_metadata.arn.clone(), record);
        Self { root_secret, records: std::sync::Mutex::new(records.into_iter().map(by_arn).collect()) }
    }

    fn records(&self) -> Result<std::sync::MutexGuard<'_, BTreeMap<KeyArn, KeyRecord>>, StoreError> {
        self.records.lock().map_err(|_| StoreError::new(StoreErrorKind::Broken, "a writer panicked"))
    }
}

impl KeyStore for MemoryKeyStore {
    fn root_secret(&self) -> Result<RootSecret, StoreError> {
        Ok(self.root_secret.duplicate())
    }

    fn find(&self, arn: &KeyArn) -> Result<Option<KeyRecord>, StoreError> {
        Ok(self.records()?.get(arn).cloned())
    }

    fn append(&self, arn: &KeyArn, set: ParameterSet) -> Result<(), StoreError> {
        match self.records()?.get_mut(arn) {
            Some(record) => record.append(set),
            None => return Err(StoreError::new(StoreErrorKind::Broken, "the key is gone")),
        }
        Ok(())
    }

    fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError> {
        Ok(self.records()?.values().cloned().collect())
    }
}
