//! The record of a row in its folder: what was done, and with what.

use std::collections::BTreeMap;
use std::path::Path;

use byok_core::json::{self, Object};
use byok_core::keyed_digest::{DigestKey, DigestOf, KeyedDigest};
use byok_core::report::{FileDigest, InputFile, Sha256Digest};
use byok_core::timestamp::Timestamp;
use byok_core::verdict::{MaterialFacts, SchemaVersion};
use serde::{Deserialize, Serialize};

use super::row::BatchRow;
use crate::capture::CapturedFile;
use crate::input::{self, Source};

/// The name of the file in the folder of a row.
pub(super) const NAME: &str = "batch-row.json";

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
    Done(Record),
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
            inputs: inputs
                .iter()
                .filter(|input| !input.secret)
                .cloned()
                .collect(),
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

    /// Compares the record in `folder` with a row that is to be done now.
    pub(super) fn compare(
        folder: &Path,
        row: &BatchRow,
        operation: &str,
        digests: &Digests<'_>,
        now: Timestamp,
    ) -> Earlier {
        let differs = |what: &str| Earlier::Differs(what.to_owned());
        let record = input::read(&Source::file(folder.join(NAME)), json::MAX_LEN).ok();
        let record = record.and_then(|bytes| Object::read(&bytes).ok());
        let record: Option<Self> =
            record.and_then(|object| serde_json::from_value(object.into_value()).ok());
        let Some(record) = record else {
            return differs("its record is missing or damaged");
        };
        if record.operation != operation {
            return Earlier::Differs(format!("it is of byok batch {}", record.operation));
        }
        let now_options = options(row);
        let names = record.options.keys().chain(now_options.keys());
        let mut changed = names.filter(|name| record.options.get(*name) != now_options.get(*name));
        if let Some(name) = changed.next() {
            return Earlier::Differs(format!("another {name}"));
        }
        if record.material_hmac != digests.material.map(|digest| digest.to_string()) {
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
            Some(_) | None => Earlier::Done(record),
        }
    }
}

/// Returns the members of a row that change what is done.
fn options(row: &BatchRow) -> BTreeMap<String, String> {
    let mut options = row.options.clone();
    if let Some(group) = &row.shared_material {
        options.insert("SharedMaterial".to_owned(), group.clone());
    }
    options
}
