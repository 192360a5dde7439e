//! `byok store`: shows or destroys the folder of rehearsed keys.

use byok_core::json;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::arguments::StoreArgs;
use crate::arguments::UsageError;
use crate::context::{Context, OutputFormat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::manual;
use crate::store::{Destroyed, DiskStore};
use crate::terminal::{AnswerForm, SafePath};

/// Show or destroy the folder of rehearsed keys
#[derive(Debug, Args)]
#[command(after_long_help = manual::STORE)]
pub(crate) struct Store {
    #[command(subcommand)]
    verb: StoreVerb,
}

#[derive(Debug, Subcommand)]
enum StoreVerb {
    /// Print the path of the folder
    Path(StoreArgs),
    /// Destroy every rehearsed key and the root secret; no token of this store can be opened after
    /// that
    #[command(override_usage = "byok store destroy [OPTIONS] --yes")]
    Destroy {
        #[command(flatten)]
        store: StoreArgs,
        /// Confirm the destruction
        #[arg(long)]
        yes: bool,
    },
}

impl Store {
    pub(crate) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        match self.verb {
            StoreVerb::Path(args) => {
                let store = DiskStore::existing(args.store);
                let folder = store.folder()?.as_os_str();
                let answer = match context.output(OutputFormat::Text) {
                    OutputFormat::Text => [folder.as_encoded_bytes(), b"\n"].concat(),
                    OutputFormat::Json => json::pretty(
                        &json!({ "SchemaVersion": 1, "Store": folder.to_string_lossy() }),
                    )
                    .into(),
                };
                context.answer(&answer, AnswerForm::Text)?;
            }
            StoreVerb::Destroy { yes: false, .. } => {
                return Err(UsageError::new("expected --yes; the store was not destroyed").into());
            }
            StoreVerb::Destroy { store, yes: true } => {
                let store = DiskStore::existing(store.store);
                let destroyed = store.destroy()?;
                let folder = SafePath(store.folder()?);
                context.terminal.note(&match destroyed {
                    Destroyed::Everything => format!("destroyed the store in {folder}"),
                    Destroyed::AllButTheFolder(cause) => format!(
                        "destroyed the store in {folder}; the empty folder could not be removed: {cause}"
                    ),
                    Destroyed::Nothing => {
                        format!("there is no store at {folder}, and nothing was destroyed")
                    }
                });
            }
        }
        Ok(Exit::Done)
    }
}
