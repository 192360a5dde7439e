//! `byok store`: where rehearsed keys are kept, and the end of them.

use anyhow::bail;
use clap::{Args, Subcommand};

use crate::arguments::StoreArgs;
use crate::arguments::UsageError;
use crate::context::Context;
use crate::exit::Exit;
use crate::store::DiskStore;
use crate::terminal::AnswerForm;

/// Show or destroy the folder of rehearsed keys
#[derive(Debug, Args)]
#[command(after_long_help = "EXAMPLES\n    byok store path\n    byok store destroy --yes")]
pub(crate) struct Store {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Print the folder of rehearsed keys
    Path(StoreArgs),
    /// Destroy every rehearsed key and the root secret; no token of this store opens after that
    Destroy {
        #[command(flatten)]
        store: StoreArgs,
        /// Yes, destroy it
        #[arg(long)]
        yes: bool,
    },
}

impl Store {
    pub(crate) fn run(self, context: &mut Context) -> anyhow::Result<Exit> {
        match self.verb {
            Verb::Path(args) => {
                let store = DiskStore::at(args.store);
                let mut line = store.folder()?.as_os_str().as_encoded_bytes().to_vec();
                line.push(b'\n');
                context.answer(&line, AnswerForm::Text)?;
            }
            Verb::Destroy { yes: false, .. } => {
                bail!(UsageError::new("nothing was destroyed: --yes is missing"))
            }
            Verb::Destroy { store, yes: true } => {
                let store = DiskStore::at(store.store);
                store.destroy()?;
                context.terminal.note(&format!("destroyed {}", store.folder()?.display()));
            }
        }
        Ok(Exit::Done)
    }
}
