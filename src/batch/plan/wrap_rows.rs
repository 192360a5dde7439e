//! The manifests for `batch wrap` that a plan has: its rows, with the files that the scripts write.

use std::collections::HashMap;
use std::path::Path;

use byok_core::json;
use byok_core::manifest::{Cell, Row};
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use serde_json::{Map, Value, json};

use crate::batch::operation::BatchOperation;
use crate::batch::options::{MemberKind, member_kinds};
use crate::input::without_scheme;

/// The members that a plan decides: those that name the key and its parameters.
const OF_PLAN: [&str; 7] = [
    "Id",
    "Params",
    "DescribeKey",
    "WrappingAlgorithm",
    "KeyId",
    "PublicKey",
    "ImportToken",
];

/// The manifests for `batch wrap`, in production and in a rehearsal.
#[derive(Debug)]
pub(crate) struct WrapRows {
    /// The members that `batch wrap` reads.
    kinds: HashMap<String, MemberKind>,
    /// `wrap.jsonl`.
    pub(crate) production: String,
    /// `REHEARSAL-wrap.jsonl`.
    pub(crate) rehearsal: String,
}

impl WrapRows {
    /// Makes manifests without rows.
    pub(super) fn new() -> Self {
        Self {
            kinds: member_kinds(BatchOperation::Wrap),
            production: String::new(),
            rehearsal: String::new(),
        }
    }

    /// Adds a row of a manifest whose folder has this absolute path.
    pub(super) fn add(&mut self, row: &Row, id: &str, algorithm: WrappingAlgorithm, folder: &Path) {
        let own = self.own_members(row, folder);
        for (lines, state) in [
            (&mut self.production, "state"),
            (&mut self.rehearsal, "REHEARSAL-state"),
        ] {
            let mut members = Map::new();
            members.insert("Id".to_owned(), json!(id));
            for (name, file) in [
                ("Params", "params.json"),
                ("DescribeKey", "describe-key.json"),
            ] {
                members.insert(name.to_owned(), json!(format!("{state}/{id}/{file}")));
            }
            members.insert("WrappingAlgorithm".to_owned(), json!(algorithm));
            members.extend(own.clone());
            lines.push_str(&json::line(&members));
            lines.push('\n');
        }
    }

    /// Returns the members of a row that `batch wrap` reads. The names of files become absolute.
    fn own_members(&self, row: &Row, folder: &Path) -> Map<String, Value> {
        let mut members = Map::new();
        for (name, cell) in &row.cells {
            // The name of an alias in AWS KMS, and not of a key in a file.
            let is_kms_alias =
                matches!(cell, Cell::Text(text) if name == "Alias" && text.starts_with("alias/"));
            if OF_PLAN.contains(&name.as_str()) || is_kms_alias {
                continue;
            }
            let kind = self.kinds.get(name);
            let value = match (kind, cell) {
                (Some(MemberKind::File), Cell::Text(text)) => {
                    json!(folder.join(without_scheme(text.as_ref())))
                }
                (Some(_), Cell::Text(text)) => json!(text),
                (Some(_), Cell::Flag(flag)) => json!(flag),
                (None, _) | (_, Cell::List(_)) => continue,
            };
            members.insert(name.clone(), value);
        }
        members
    }
}
