//! `byok key`: the KMS keys that a rehearsal knows.

use std::ffi::OsString;

use anyhow::Context as _;
use byok_core::json;
use byok_core::key_id::{KeyArn, KeyId, KeyIdentifier};
use byok_core::key_metadata::{KeyMetadata, NewKey};
use byok_core::key_spec::{Family, KeyUsage};
use byok_core::key_store::{KeyRecord, KeyStore as _};
use byok_core::params::ParamsError;
use clap::{Args, Subcommand};
use rand_core::Rng as _;
use serde_json::json;

use crate::arguments::{KEY_SPECS, PlaceArgs, StoreArgs, UsageError, Words, known_key_spec};
use crate::context::{Context, OutputFormat};
use crate::entropy;
use crate::exit::Exit;
use crate::manual;
use crate::parameter_files::named;
use crate::store::{CreateError, DiskStore};
use crate::terminal::AnswerForm;

const KEY_USAGES: Words = Words(|| KeyUsage::ALL.iter().map(|usage| usage.as_str()).collect());

/// Make, add, list and describe the KMS keys of the rehearsal
#[derive(Debug, Args)]
#[command(after_long_help = manual::KEY)]
pub(crate) struct Key {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a KMS key without key material, as create-key --origin EXTERNAL does
    Create(Create),
    /// Add a real KMS key: the output of describe-key or create-key
    Add {
        /// The file
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
    /// Describe a key, as describe-key does
    Describe {
        /// The KMS key: a key id or a key ARN
        #[arg(value_name = "KEY")]
        key_id: String,
        #[command(flatten)]
        place: PlaceArgs,
        #[command(flatten)]
        store: StoreArgs,
    },
}

#[derive(Debug, Args)]
struct Create {
    /// The kind of key
    #[arg(long, value_name = "KEY_SPEC", value_parser = KEY_SPECS)]
    key_spec: String,
    /// Make a multi-Region primary key
    #[arg(long)]
    multi_region: bool,
    /// What the key serves [default: the first that its key spec allows]
    #[arg(long, value_name = "USAGE", value_parser = KEY_USAGES)]
    key_usage: Option<String>,
    /// Your words for it
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: String,
    /// The key id to use instead of a random one
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    store: StoreArgs,
}

impl Key {
    pub(crate) fn run(self, context: &mut Context) -> anyhow::Result<Exit> {
        match self.verb {
            Verb::Create(create) => create.run(context),
            Verb::Add { file, store } => add(&file, store, context),
            Verb::List { store } => list(store, context),
            Verb::Describe { key_id, place, store } => {
                let place = place.resolve()?;
                let store = DiskStore::at(store.store);
                let arn = KeyIdentifier::parse(&key_id).and_then(|identifier| identifier.resolve(&place));
                let arn = arn.map_err(ParamsError::KeyId)?;
                let record = store.find(&arn)?.ok_or(ParamsError::NotFound(arn))?;
                describe(&record.key_metadata, context)
            }
        }
    }
}

impl Create {
    fn run(self, context: &mut Context) -> anyhow::Result<Exit> {
        let place = self.place.resolve()?;
        let key_id = match &self.id {
            Some(id) => KeyId::parse(id)
                .filter(|id| id.is_multi_region() == self.multi_region)
                .ok_or_else(|| UsageError::new(format!("'{id}' is not the id of such a key")).hint(
                    "a UUID such as 1234abcd-12ab-34cd-56ef-1234567890ab; with --multi-region, mrk- and 32 hex digits",
                ))?,
            None => {
                let mut random = [0; 16];
                entropy::system_rng()?.fill_bytes(&mut random);
                KeyId::from_random(random, self.multi_region)
            }
        };
        let arn = KeyArn::new(place.region, place.account_id, key_id);
        let key_spec = known_key_spec(&self.key_spec, &arn)?;
        if matches!(key_spec.family(), Family::NotImportable) {
            context.terminal.warning(&format!("AWS KMS imports no key material into keys of {key_spec}"));
        }
        let usages = key_spec.key_usages();
        let key_usage = match &self.key_usage {
            None => usages[0],
            Some(word) => *usages.iter().find(|usage| usage.as_str() == word).ok_or_else(|| {
                let allowed: Vec<_> = usages.iter().map(|usage| usage.as_str()).collect();
                UsageError::new(format!("a key of {key_spec} does not serve {word}"))
                    .hint(format!("it serves {}", allowed.join(" or ")))
            })?,
        };
        let key = NewKey { arn, key_spec, key_usage, description: self.description };
        let metadata = KeyMetadata::pending_import(key, context.now()?);
        keep(&metadata, &DiskStore::at(self.store.store))?;
        describe(&metadata, context)
    }
}

fn add(file: &OsString, store: StoreArgs, context: &mut Context) -> anyhow::Result<Exit> {
    let bytes = context.read(file, json::MAX_LEN)?;
    let metadata = KeyMetadata::from_json(&bytes).with_context(|| named(file))?;
    keep(&metadata, &DiskStore::at(store.store))?;
    describe(&metadata, context)
}

fn keep(metadata: &KeyMetadata, store: &DiskStore) -> anyhow::Result<()> {
    match store.create(&KeyRecord::new(metadata.clone())) {
        Ok(()) => Ok(()),
        Err(CreateError::Exists) => {
            Err(UsageError::new(format!("the store already has {}", metadata.arn)).into())
        }
        Err(CreateError::Store(error)) => Err(error.into()),
    }
}

fn describe(metadata: &KeyMetadata, context: &Context) -> anyhow::Result<Exit> {
    let answer = match context.output(OutputFormat::Json) {
        OutputFormat::Json => json::pretty(&json!({ "KeyMetadata": metadata })),
        OutputFormat::Text => line(metadata),
    };
    context.answer(answer.as_bytes(), AnswerForm::Text)?;
    Ok(Exit::Done)
}

fn list(store: StoreArgs, context: &Context) -> anyhow::Result<Exit> {
    let records = DiskStore::at(store.store).list()?;
    let keys = records.iter().map(|record| &record.key_metadata);
    let answer = match context.output(OutputFormat::Text) {
        OutputFormat::Text => keys.map(line).collect(),
        OutputFormat::Json => {
            let keys: Vec<_> = keys.map(|key| json!({ "KeyId": key.key_id, "KeyArn": key.arn })).collect();
            json::pretty(&json!({ "Keys": keys }))
        }
    };
    context.answer(answer.as_bytes(), AnswerForm::Text)?;
    Ok(Exit::Done)
}

fn line(key: &KeyMetadata) -> String {
    format!("{}\t{}\t{}\t{}\n", key.arn, key.key_spec, key.key_usage, key.key_state)
}
