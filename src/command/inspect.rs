//! `byok inspect`: detects what a file is.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;

use byok_core::import_token::{ImportToken, TokenFacts, TokenOrigin};
use byok_core::inspect::{Inspection, Kind, aliases, fault_as_key_material, inspect, open};
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

/// Say what a file is: a request, a key, a token, wrapped key material
///
/// Takes any number of files that AWS KMS or byok reads or writes. It never shows a secret.
#[derive(Debug, Args)]
#[command(after_long_help = manual::INSPECT)]
pub(crate) struct Inspect {
    /// The files, or folders of the console's download
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
                Err(failure) => match diagnosis::print(&failure, context) {
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

    /// Inspects a file, or the two files of a folder.
    fn inspect(&self, file: &OsStr, context: &mut Context) -> Result<Vec<Inspected>, Failure> {
        let files = match folder(file).and_then(|folder| download(folder).ok()) {
            Some(files) => vec![files.public_key.into(), files.import_token.into()],
            None => vec![file.to_owned()],
        };
        let one = |file: OsString| {
            let bytes = context.read_secret(&file, json::MAX_LEN)?;
            let inspection = inspect(&bytes);
            let token = match &inspection {
                Inspection::ImportToken(token) => Some(token),
                Inspection::ConsoleDownload(download) => Some(&download.import_token),
                _ => None,
            };
            let sealed = token
                .filter(|token| token.origin() == TokenOrigin::Rehearsal)
                .map(|token| self.open(token));
            Ok(Inspected {
                name: named(&file),
                origin: MaterialOrigin::inspected(&file),
                fault: matches!(inspection.kind(), Kind::RawBytes | Kind::Unknown)
                    .then(|| fault_as_key_material(&bytes))
                    .flatten(),
                aliases: aliases(&bytes),
                inspection,
                sealed,
            })
        };
        files.into_iter().map(one).collect()
    }

    /// Returns the facts in a rehearsal token, if a store opens it. Creates no store.
    fn open(&self, token: &ImportToken) -> Result<TokenFacts, String> {
        match DiskStore::existing(self.store.store.clone()).existing_root_secret() {
            Ok(Some(root)) => open(token, &root).map_err(|_| {
                "it is damaged, or belongs to another store; to use another store, use --store \
                 DIR"
                .to_owned()
            }),
            Ok(None) => Err("there is no store; to name one, use --store DIR".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Returns the more serious of two statuses. An unreadable file is the most serious: it was not
/// inspected.
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
