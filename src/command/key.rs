//! `byok key`: the KMS keys of a rehearsal, and the lifecycle of their key material.

mod answer;
mod create;
mod keep;
mod show;

use std::ffi::OsString;

use byok_core::inspect::Kind;
use byok_core::key_id::{KeyArn, KeyIdentifier};
use byok_core::key_material_id::KeyMaterialId;
use byok_core::key_metadata::{KeyMetadata, KeyState};
use byok_core::key_store::KeyStore as _;
use byok_core::params::ParamsError;
use byok_core::rehearsed_key::{MaterialEntry, RehearsedKey};
use byok_core::timestamp::Timestamp;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::arguments::{
    PlaceArgs, StoreArgs, UsageError, Words, api_word, note_unknown, parse_region,
};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::foreign_words::Vocabulary;
use crate::manual;
use crate::store::DiskStore;
use crate::terminal::Terminal;
use answer::{answer, describe, describe_as, line};
use keep::keep;

const KEY_STATES: Words = Words(|| KeyState::ALL.iter().map(|state| state.as_str()).collect());

/// Create, describe and change the KMS keys of the rehearsal
#[derive(Debug, Args)]
#[command(after_long_help = manual::KEY)]
pub(crate) struct Key {
    #[command(subcommand)]
    verb: KeyVerb,
}

#[derive(Debug, Subcommand)]
enum KeyVerb {
    /// Create a KMS key without key material, like create-key --origin EXTERNAL
    Create(create::Create),
    /// Add a real KMS key: the output of describe-key or create-key
    Add {
        /// The file with the description
        #[arg(value_name = "FILE")]
        file: OsString,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// List the keys
    List {
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Describe a key, like describe-key
    Describe {
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Show the history of a key: parameters, imports, deletions, rotations, and their times
    Show {
        #[command(flatten)]
        key: KeyArgs,
    },
    /// List the key materials of a key, like list-key-rotations --include-key-material
    Materials {
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Delete key material, like delete-imported-key-material
    DeleteMaterial {
        #[command(flatten)]
        key: KeyArgs,
        /// The material of a symmetric key to delete [default: the current one]
        #[arg(long, value_name = "ID")]
        key_material_id: Option<String>,
    },
    /// Make the pending material current, like rotate-key-on-demand
    Rotate {
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Create a replica of a multi-Region key, like replicate-key
    Replicate {
        #[command(flatten)]
        key: KeyArgs,
        /// The Region of the replica
        #[arg(long, value_name = "REGION")]
        replica_region: String,
    },
    /// Set the state of a key, like enable-key, disable-key and others
    #[command(allow_missing_positional = true)]
    SetState {
        #[command(flatten)]
        key: KeyArgs,
        /// The new state
        #[arg(value_name = "STATE", value_parser = KEY_STATES)]
        state: String,
    },
}

/// The key argument.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct KeyName {
    /// The KMS key: a key ID or a key ARN
    #[arg(value_name = "KEY")]
    key: Option<String>,
    /// The same as KEY
    #[arg(long, value_name = "KEY")]
    key_id: Option<String>,
}

/// The key, and its place.
#[derive(Debug, Args)]
struct KeyArgs {
    #[command(flatten)]
    name: KeyName,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    store: StoreArgs,
}

impl KeyArgs {
    fn resolve(self, terminal: &Terminal) -> Result<(KeyArn, DiskStore), Failure> {
        let place = self.place.resolve(terminal)?;
        let KeyName { key, key_id } = self.name;
        let key = key.or(key_id).unwrap_or_default();
        let arn = KeyIdentifier::parse(&key).and_then(|identifier| identifier.resolve(&place));
        let arn = arn.map_err(ParamsError::KeyId)?;
        if *arn.region() != place.region {
            note_unknown(arn.region(), terminal);
        }
        Ok((arn, DiskStore::existing(self.store.store)))
    }

    /// Returns the key as it is now.
    fn find(self, context: &Context) -> Result<RehearsedKey, Failure> {
        let (arn, store) = self.resolve(&context.terminal)?;
        let now = context.now()?;
        let Some(key) = store.key_at(&arn, now)? else {
            return Err(not_found(&store, &arn, now));
        };
        context.notice_clock(now, Some(key.record().latest_moment()));
        Ok(key)
    }

    /// Changes the key, and stores the change.
    fn operate<T, E: Into<Failure>>(
        self,
        context: &Context,
        operation: impl FnOnce(&mut RehearsedKey, Timestamp) -> Result<T, E>,
    ) -> Result<(KeyArn, T), Failure> {
        let (arn, store) = self.resolve(&context.terminal)?;
        let now = context.now()?;
        let outcome = store.operate(&arn, now, |key| {
            context.notice_clock(now, Some(key.record().latest_moment()));
            operation(key, now)
        })?;
        let done = outcome
            .ok_or_else(|| not_found(&store, &arn, now))?
            .map_err(Into::into)?;
        Ok((arn, done))
    }
}

impl Key {
    pub(crate) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        match self.verb {
            KeyVerb::Create(create) => create.run(context),
            KeyVerb::Add { file, store } => add(&file, store, context),
            KeyVerb::List { store } => list(store, context),
            KeyVerb::Describe { key } => describe(&key.find(context)?.metadata(), context),
            KeyVerb::Show { key } => show::run(&key.find(context)?, context),
            KeyVerb::Materials { key } => materials(&key.find(context)?.materials(), context),
            KeyVerb::DeleteMaterial {
                key,
                key_material_id,
            } => delete_material(key, key_material_id.as_deref(), context),
            KeyVerb::Rotate { key } => {
                let (arn, id) = key.operate(context, RehearsedKey::rotate)?;
                answer(&json!({ "KeyId": arn }), &format!("{arn}\t{id}\n"), context)
            }
            KeyVerb::Replicate {
                key,
                replica_region,
            } => replicate(key, &replica_region, context),
            KeyVerb::SetState { key, state } => {
                let state: KeyState = api_word(Vocabulary::KeyState, &state, None)?;
                let set = |key: &mut RehearsedKey, now| {
                    key.set_state(state, now).map(|()| key.metadata())
                };
                describe(&key.operate(context, set)?.1, context)
            }
        }
    }
}

/// Returns AWS's answer for a key that is not in `store`.
fn not_found(store: &DiskStore, arn: &KeyArn, now: Timestamp) -> Failure {
    match store.missing_key(arn, now) {
        Ok(missing) => ParamsError::NotFound(missing).into(),
        Err(error) => error.into(),
    }
}

fn add(file: &OsString, store: StoreArgs, context: &mut Context) -> Result<Exit, Failure> {
    let metadata = context.read_document(file, Kind::KeyMetadata, KeyMetadata::from_json)?;
    let store = DiskStore::existing_or_new(store.store);
    keep(&metadata, &store, context.now()?)?;
    describe(&metadata, context)
}

fn materials(entries: &[MaterialEntry], context: &Context) -> Result<Exit, Failure> {
    let document = json!({ "Rotations": entries, "Truncated": false });
    answer(
        &document,
        &entries.iter().map(show::material).collect::<String>(),
        context,
    )
}

fn delete_material(key: KeyArgs, id: Option<&str>, context: &Context) -> Result<Exit, Failure> {
    let named = |text: &str| {
        KeyMaterialId::parse(text).ok_or_else(|| {
            UsageError::new(format!("'{text}' is not a key material ID"))
                .hint("use 64 hex digits; to list the IDs, run: byok key materials KEY")
        })
    };
    let id = id.map(named).transpose()?;
    let delete = |key: &mut RehearsedKey, now| key.delete_material(id.as_ref(), now);
    let (arn, deleted) = key.operate(context, delete)?;
    let text = match &deleted {
        Some(id) => format!("{arn}\t{id}\n"),
        None => format!("{arn}\n"),
    };
    let mut document = json!({ "KeyId": arn });
    if let Some(id) = deleted {
        document["KeyMaterialId"] = json!(id);
    }
    answer(&document, &text, context)
}

fn replicate(key: KeyArgs, region: &str, context: &Context) -> Result<Exit, Failure> {
    let region = parse_region(region)?;
    note_unknown(&region, &context.terminal);
    let (arn, store) = key.resolve(&context.terminal)?;
    let now = context.now()?;
    let replica = store.replicate(&arn, &region, now, |_| {})?;
    let replica = replica.ok_or_else(|| not_found(&store, &arn, now))??;
    describe_as(
        "ReplicaKeyMetadata",
        &replica.record().key_metadata,
        context,
    )
}

fn list(store: StoreArgs, context: &Context) -> Result<Exit, Failure> {
    let keys = DiskStore::existing(store.store).list(context.now()?)?;
    let keys: Vec<KeyMetadata> = keys.iter().map(RehearsedKey::metadata).collect();
    let named = |key: &KeyMetadata| json!({ "KeyId": key.key_id, "KeyArn": key.arn });
    let document = json!({ "Keys": keys.iter().map(named).collect::<Vec<_>>() });
    answer(
        &document,
        &keys.iter().map(line).collect::<String>(),
        context,
    )
}
