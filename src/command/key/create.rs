//! `byok key create`: a KMS key without key material.

use byok_core::key_id::{KeyArn, KeyId, KeyIdentifier, Place};
use byok_core::key_metadata::{KeyMetadata, NewKey};
use byok_core::key_spec::{Family, KeyUsage};
use byok_core::params::ParamsError;
use clap::Args;
use rand_core::Rng as _;

use super::answer::describe;
use super::keep::keep;
use crate::arguments::{
    KEY_SPECS, PlaceArgs, StoreArgs, UsageError, Words, known_key_spec, note_unknown,
};
use crate::context::Context;
use crate::entropy;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::foreign_words::Vocabulary;
use crate::store::DiskStore;
use crate::terminal::Terminal;

const KEY_USAGES: Words = Words(|| KeyUsage::ALL.iter().map(|usage| usage.as_str()).collect());

#[derive(Debug, Args)]
pub(super) struct Create {
    /// The key spec
    #[arg(long, value_name = "KEY_SPEC", value_parser = KEY_SPECS)]
    key_spec: String,
    /// Create a multi-Region primary key
    #[arg(long)]
    multi_region: bool,
    /// The key usage [default: the first that the key spec permits]
    #[arg(long, value_name = "USAGE", value_parser = KEY_USAGES)]
    key_usage: Option<String>,
    /// A description of the key
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    description: String,
    /// The key ID or key ARN, instead of a random key ID
    #[arg(long, visible_alias = "key-id", value_name = "ID")]
    id: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    store: StoreArgs,
}

impl Create {
    pub(super) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        let place = self.place.resolve(&context.terminal)?;
        let arn = match &self.id {
            Some(id) => self.named(id, &place, &context.terminal)?,
            None => {
                let mut random = [0; 16];
                entropy::system_rng()?.fill_bytes(&mut random);
                let key_id = KeyId::from_random(random, self.multi_region);
                KeyArn::new(place.region, place.account_id, key_id)
            }
        };
        let key_spec = known_key_spec(&self.key_spec, &arn)?;
        if matches!(key_spec.family(), Family::NotImportable) {
            context.terminal.warning(&format!(
                "AWS KMS does not import key material into {key_spec} keys"
            ));
        }
        let usages = key_spec.key_usages();
        let key_usage = match &self.key_usage {
            None => usages[0],
            Some(word) => *usages
                .iter()
                .find(|usage| usage.as_str() == word)
                .ok_or_else(|| {
                    let allowed: Vec<_> = usages.iter().map(|usage| usage.as_str()).collect();
                    let error = UsageError::new(format!(
                        "{key_spec} keys do not support the key usage {word}"
                    ));
                    let error = match Vocabulary::KeyUsage.hint(word, None) {
                        Some(hint) => error.hint(hint),
                        None => error,
                    };
                    error.hint(format!("use --key-usage {}", allowed.join(" or ")))
                })?,
        };
        let key = NewKey {
            arn,
            key_spec,
            key_usage,
            description: self.description,
        };
        key.check_description()?;
        let now = context.now()?;
        let metadata = KeyMetadata::pending_import(key, now);
        keep(
            &metadata,
            &DiskStore::existing_or_new(self.store.store),
            now,
        )?;
        describe(&metadata, context)
    }

    /// Returns the ARN of the key that `id` names, which is a key ID or a key ARN.
    fn named(&self, id: &str, place: &Place, terminal: &Terminal) -> Result<KeyArn, Failure> {
        let arn = match KeyArn::parse(id) {
            Some(arn) => KeyIdentifier::Arn(arn)
                .resolve(place)
                .map_err(ParamsError::KeyId)?,
            None => {
                let key_id = KeyId::parse(id).ok_or_else(|| not_such_a_key(id))?;
                KeyArn::new(place.region.clone(), place.account_id.clone(), key_id)
            }
        };
        if arn.key_id().is_multi_region() != self.multi_region {
            return Err(not_such_a_key(id).into());
        }
        if *arn.region() != place.region {
            note_unknown(arn.region(), terminal);
        }
        Ok(arn)
    }
}

fn not_such_a_key(id: &str) -> UsageError {
    UsageError::new(format!("'{id}' is not a valid key ID")).hint(
        "use a UUID such as 1234abcd-12ab-34cd-56ef-1234567890ab, or with --multi-region mrk- and \
         32 hex digits",
    )
}
