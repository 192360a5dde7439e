//! The record of a row in its folder: what was done, and with what.

use std::collections::BTreeMap;
use std::fs;
use std::path::{self, Path};

use byok_core::json::{self, Object};
use byok_core::keyed_digest::{DigestKey, DigestOf, KeyedDigest};
use byok_core::report::{FileDigest, InputFile, Sha256Digest};
use byok_core::timestamp::Timestamp;
use byok_core::verdict::{MaterialFacts, SchemaVersion};
use serde::{Deserialize, Serialize};

use super::row::BatchRow;
use crate::capture::CapturedFile;
use crate::import_folder::ROW_RECORD;
use crate::input::{self, Source};

/// The longest file that a record names, in bytes.
const MAX_FILE_LEN: usize = json::MAX_LEN * 2;

/// What was done for a row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Record {
    schema_version: SchemaVersion,
    id: String,
    operation: String,
    options: BTreeMap<String, String>,
    /// The public files that were read.
    inputs: Vec<InputFile>,
    /// The other files of the folder.
    outputs: Vec<Output>,
    /// The digest of the key material under the key of the folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    material_hmac: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key_material: Option<MaterialFacts>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) parameters_valid_to: Option<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Output {
    name: String,
    /// The SHA-256 of a public file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<Sha256Digest>,
    /// The digest of a secret file under the key of the folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hmac: Option<String>,
}

/// The digests of a row, under the key of its folder.
pub(super) struct Digests<'a> {
    /// The key of the folder.
    pub(super) key: &'a DigestKey,
    /// The digest of the key material.
    pub(super) material: Option<KeyedDigest>,
    /// True if the files of the row are secret.
    pub(super) are_outputs_secret: bool,
}

impl Digests<'_> {
    fn output(&self, name: &str, bytes: &[u8]) -> Output {
        let name = name.to_owned();
        if self.are_outputs_secret {
            let hmac = self.key.digest(DigestOf::Material, &[bytes]).to_string();
            return Output {
                name,
                sha256: None,
                hmac: Some(hmac),
            };
        }
        let sha256 = Some(FileDigest::of(bytes).sha256);
        Output {
            name,
            sha256,
            hmac: None,
        }
    }
}

/// What an earlier run left for a row.
pub(super) enum Earlier {
    /// The same, whole.
    Done(Box<Record>),
    /// Something else: what differs.
    Differs(String),
    /// The same, but the import parameters have expired.
    Expired(Timestamp),
}

impl Record {
    /// Builds the record of a row.
    pub(super) fn new(
        row: &BatchRow,
        operation: &str,
        inputs: &[InputFile],
        outputs: &[CapturedFile],
        digests: &Digests<'_>,
    ) -> Self {
        let output = |file: &CapturedFile| digests.output(&file.name, file.bytes.expose());
        Self {
            schema_version: SchemaVersion,
            id: row.id.clone(),
            operation: operation.to_owned(),
            options: options(row),
            inputs: inputs.iter().filter_map(absolute).collect(),
            outputs: outputs.iter().map(output).collect(),
            material_hmac: digests.material.map(|digest| digest.to_string()),
            key_material: None,
            parameters_valid_to: None,
        }
    }

    /// Formats the record as JSON.
    pub(super) fn to_json(&self) -> String {
        json::pretty(self)
    }

    /// Reads the record in `folder`, if there is a whole one.
    fn read(folder: &Path) -> Option<Self> {
        let record = input::read(&Source::file(folder.join(ROW_RECORD)), json::MAX_LEN).ok()?;
        let record = Object::read(&record).ok()?;
        serde_json::from_value(record.into_value()).ok()
    }

    /// Returns the digest of the key material in `folder`, if it has some.
    pub(super) fn material_in(folder: &Path) -> Option<String> {
        Self::read(folder)?.material_hmac
    }

    /// Returns whether the row gave key material to a KMS key.
    pub(super) const fn has_material(&self) -> bool {
        self.material_hmac.is_some()
    }

    /// Returns whether `folder` is a folder with the record of row `id`, and nothing that the record does
    /// not name.
    pub(super) fn describes(folder: &Path, id: &str) -> bool {
        Self::read(folder).is_some_and(|record| record.names_all_of(folder, id))
    }

    /// Returns whether this is the record of row `id`, and names each file of `folder`.
    fn names_all_of(&self, folder: &Path, id: &str) -> bool {
        let is_folder = fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir());
        let is_named = |name: &str| {
            name == ROW_RECORD || self.outputs.iter().any(|output| output.name == name)
        };
        let Ok(entries) = fs::read_dir(folder) else {
            return false;
        };
        let mut names = entries.map(|entry| entry.map(|entry| entry.file_name()));
        is_folder
            && self.id == id
            && names.all(|name| name.is_ok_and(|name| name.to_str().is_some_and(is_named)))
    }

    /// Compares the record in `folder` with a row that is to be done now.
    pub(super) fn compare(
        folder: &Path,
        row: &BatchRow,
        operation: &str,
        digests: &Digests<'_>,
        now: Timestamp,
    ) -> Earlier {
        let differs = |what: &str| Earlier::Differs(what.to_owned());
        let Some(record) = Self::read(folder) else {
            return differs("its record is missing or damaged");
        };
        if !record.names_all_of(folder, &row.id) {
            return differs("it holds files that byok batch did not write");
        }
        if record.operation != operation {
            return Earlier::Differs(format!("it is of byok batch {}", record.operation));
        }
        let now_options = options(row);
        let names = record.options.keys().chain(now_options.keys());
        let mut changed = names.filter(|name| record.options.get(*name) != now_options.get(*name));
        if let Some(name) = changed.next() {
            return Earlier::Differs(format!("another {name}"));
        }
        let material = digests.material.map(|digest| digest.to_string());
        if material.is_some() && record.material_hmac != material {
            return differs("other key material");
        }
        let read = |path: &Path| input::read_secret(&Source::file(path), MAX_FILE_LEN, "").ok();
        for file in &record.inputs {
            let now = read(Path::new(&file.name));
            if now.map(|bytes| FileDigest::of(bytes.expose()).sha256) != file.sha256 {
                return Earlier::Differs(format!("{} has changed", file.name));
            }
        }
        for file in &record.outputs {
            let is_name = Path::new(&file.name).components().count() == 1;
            let now = read(&folder.join(&file.name)).filter(|_| is_name);
            let now = now.map(|bytes| digests.output(&file.name, bytes.expose()));
            if now.as_ref() != Some(file) {
                return Earlier::Differs(format!("its file {} has changed", file.name));
            }
        }
        let end = record.parameters_valid_to.as_deref();
        match end.and_then(|end| Timestamp::parse(end).ok()) {
            Some(end) if end < now => Earlier::Expired(end),
            Some(_) | None => Earlier::Done(Box::new(record)),
        }
    }
}

/// Returns a public input with the absolute name of its file, so that a later run finds it from any folder.
fn absolute(input: &InputFile) -> Option<InputFile> {
    let name = path::absolute(&input.name).ok()?;
    let mut input = input.clone();
    name.to_str()?.clone_into(&mut input.name);
    (!input.secret).then_some(input)
}

/// Returns the members of a row that change what is done.
fn options(row: &BatchRow) -> BTreeMap<String, String> {
    let mut options = row.options.clone();
    // The same store has many names, and proves the same wrapping keys.
    options.remove("Store");
    if let Some(group) = &row.shared_material {
        options.insert("SharedMaterial".to_owned(), group.clone());
    }
    options
}
