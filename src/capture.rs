//! The outputs of a command that runs for a row of a batch: kept in memory for the batch to write.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use byok_core::key_id::KeyArn;
use byok_core::key_material::{KeyMaterial, digest_of_material};
use byok_core::keyed_digest::{DigestKey, KeyedDigest};
use byok_core::report::ReportKind;
use byok_core::secret::SecretBytes;
use byok_core::timestamp::Timestamp;
use byok_core::verdict::MaterialFacts;

use crate::access::Access;

/// Takes the outputs of one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Capture(Arc<Mutex<Captured>>);

/// The outputs of one run.
#[derive(Debug, Default)]
pub(crate) struct Captured {
    /// The answer: text.
    pub(crate) answer: Vec<u8>,
    /// The files, in the order in which the command writes them.
    pub(crate) files: Vec<CapturedFile>,
    /// The warnings.
    pub(crate) warnings: Vec<String>,
    /// The error, as a JSON document on one line.
    pub(crate) error: Option<String>,
    /// The facts of the key material, if the command has read it.
    pub(crate) key_material: Option<MaterialFacts>,
    /// The end of the import parameters, if the command knows it.
    pub(crate) parameters_valid_to: Option<Timestamp>,
    /// The key for the digest of the key material that the command reads.
    pub(crate) digest_key: Option<Arc<DigestKey>>,
    /// The digest of the key material that the command has read.
    pub(crate) material_digest: Option<KeyedDigest>,
    /// The KMS key, if the command knows it.
    pub(crate) key_arn: Option<KeyArn>,
    /// The part of AWS KMS in the run, if the command verifies a request.
    pub(crate) report_kind: Option<ReportKind>,
}

/// A file that a command writes.
#[derive(Debug)]
pub(crate) struct CapturedFile {
    /// Its name in the folder of the row.
    pub(crate) name: String,
    /// Its permissions.
    pub(crate) access: Access,
    /// Its contents, which may be a key.
    pub(crate) bytes: SecretBytes,
}

impl Capture {
    /// Returns the outputs so far.
    pub(crate) fn outputs(&self) -> MutexGuard<'_, Captured> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the facts of the key material that the command has read, and its digest.
    pub(crate) fn read_material(&self, material: &KeyMaterial) {
        let mut outputs = self.outputs();
        outputs.key_material = Some(MaterialFacts::of(material));
        let key = outputs.digest_key.clone();
        outputs.material_digest = key.map(|key| digest_of_material(material, &key));
    }

    /// Adds a file.
    pub(crate) fn add_file(&self, name: &str, access: Access, bytes: &[u8]) {
        self.outputs().files.push(CapturedFile {
            name: name.to_owned(),
            access,
            bytes: SecretBytes::copy_of(bytes),
        });
    }
}
