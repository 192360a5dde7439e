//! `byok inspect`: what a file of this trade is.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;

use byok_core::import_token::{ImportToken, TokenFacts, TokenOrigin};
use byok_core::inspect::{Inspection, Kind, inspect, open};
use byok_core::json;
use clap::Args;
use serde_json::json;

use crate::arguments::StoreArgs;
use crate::context::{Context, OutputFormat};
use crate::diagnosis::{self, MaterialOrigin};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::named;
use crate::manual;
use crate::parameter_files::{download, folder};
use crate::store::DiskStore;
use crate::terminal::{AnswerForm, Safe};

mod description;
mod inspected;
mod phrases;

use description::Description;
use inspected::Inspected;

/// Say what a file is: a request, a key, a token, something wrapped
///
/// Takes any file that goes to AWS KMS or comes from it, or that goes into this program or comes
/// from it, and any number of them. Nothing secret is ever shown.
#[derive(Debug, Args)]
#[command(after_long_help = manual::INSPECT)]
pub(crate) struct Inspect {
    /// The files, or folders that the console downloads
    #[arg(value_name = "FILE|DIR", required = true)]
    files: Vec<OsString>,
    #[command(flatten)]
    store: StoreArgs,
}

impl Inspect {
    pub(crate) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        let now = context.now()?;
        let mut exit = Exit::Done;
        let mut descriptions = Vec::new();
        for file in &self.files {
            match self.inspect(file, context) {
                Ok(all) => descriptions.extend(all.iter().map(|one| phrases::describe(one, now))),
                Err(failure) => match diagnosis::report(&failure, context) {
                    Exit::Usage => return Ok(Exit::Usage),
                    worse => exit = graver(exit, worse),
                },
            }
        }
        if descriptions
            .iter()
            .any(|(_, description)| description.kind == Kind::Unknown)
        {
            exit = graver(exit, Exit::Input);
        }
        let answer = match context.output(OutputFormat::Text) {
            OutputFormat::Text => text(&descriptions),
            OutputFormat::Json => {
                let files: Vec<_> = descriptions
                    .iter()
                    .map(|(name, one)| one.to_json(name))
                    .collect();
                json::pretty(&json!({ "SchemaVersion": 1, "Files": files }))
            }
        };
        context.answer(answer.as_bytes(), AnswerForm::Text)?;
        Ok(exit)
    }

    /// Inspects a file, or the two of a folder.
    fn inspect(&self, file: &OsStr, context: &mut Context) -> Result<Vec<Inspected>, Failure> {
        let files = match folder(file).and_then(|folder| download(folder).ok()) {
            Some(files) => files.map(Into::into).to_vec(),
            None => vec![file.to_owned()],
        };
        let one = |file: OsString| {
            let inspection = inspect(&context.read_secret(&file, json::MAX_LEN)?);
            let sealed = match &inspection {
                Inspection::ImportToken(token) if token.origin() == TokenOrigin::Rehearsal => {
                    Some(self.open(token))
                }
                _ => None,
            };
            Ok(Inspected {
                name: named(&file),
                origin: MaterialOrigin::inspected(&file),
                inspection,
                sealed,
            })
        };
        files.into_iter().map(one).collect()
    }

    /// What a rehearsal's token seals, if there is a store that opens it. None is made.
    fn open(&self, token: &ImportToken) -> Result<TokenFacts, String> {
        match DiskStore::existing(self.store.store.clone()).existing_root_secret() {
            Ok(Some(root)) => open(token, &root).map_err(|_| {
                "it is damaged, or of another store; --store DIR names another store".to_owned()
            }),
            Ok(None) => Err("there is no store; --store DIR names one".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Of two statuses the one that says more: what could not be read was not even looked at.
fn graver(a: Exit, b: Exit) -> Exit {
    if a.code() < b.code() { b } else { a }
}

fn text(descriptions: &[(String, Description)]) -> String {
    let mut text = String::new();
    for (at, (name, description)) in descriptions.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        let _ = writeln!(text, "{}: {}", Safe(name), Safe(&description.title));
        text.push_str(&description.to_text());
    }
    text
}
