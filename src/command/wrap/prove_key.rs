//! Proves the wrapping key of import parameters.

use std::path::{Path, PathBuf};

use byok_core::hex;
use byok_core::import_parameters::ImportParameters;
use byok_core::inspect::open;
use byok_core::key_store::{StoreError, StoreErrorKind};
use byok_core::report::Report;
use byok_core::wrapping_algorithm::WrappingAlgorithm;

use super::Wrap;
use super::key_proof::{KeyProofs, Proof, Unproven};
use crate::arguments::UsageError;
use crate::context::Context;
use crate::expectation;
use crate::failure::{About, Failure};
use crate::store::DiskStore;
use crate::terminal::SafePath;

/// What the import token of a rehearsal says, in messages.
const KEY_OF_TOKEN: &str = "KMS key of the import token";
const ALGORITHM: &str = "wrapping algorithm of the import token";

impl Wrap {
    /// Checks the wrapping key against `--expect-wrapping-key`.
    pub(super) fn check_wrapping_key(&self, parameters: &ImportParameters) -> Result<(), Failure> {
        let Some(expected) = &self.expect.expect_wrapping_key else {
            return Ok(());
        };
        // sha256sum prints the file name after the digest.
        let first = expected
            .split_whitespace()
            .next()
            .filter(|word| word.len() == 64);
        let digest =
            hex::decode_lenient(first.unwrap_or(expected)).filter(|digest| digest.len() == 32);
        let digest =
            digest.ok_or_else(|| UsageError::new("--expect-wrapping-key is not 64 hex digits"))?;
        let found = parameters.public_key.fingerprint();
        Ok(expectation::same(
            expectation::WRAPPING_KEY,
            &hex::encode(&digest),
            &found,
        )?)
    }

    /// Checks that `--store` is given only for a rehearsal. Only AWS KMS opens its own tokens.
    pub(super) fn check_store_option(&self, rehearsal: bool) -> Result<(), UsageError> {
        if self.store.store.is_none() || rehearsal {
            return Ok(());
        }
        Err(UsageError::new("--store needs --rehearsal")
            .hint("add --rehearsal, or remove --store: no store opens import tokens of AWS KMS"))
    }

    /// Returns the folder of the store that proved the wrapping key.
    pub(super) fn store_of(&self, proofs: &KeyProofs) -> Option<PathBuf> {
        let store = DiskStore::existing(self.store.store.clone());
        let folder = store.folder().ok().map(Path::to_owned);
        folder.filter(|_| proofs.contains(Proof::Store))
    }

    /// Collects the proofs of the wrapping key.
    ///
    /// In production, only `--expect-wrapping-key` proves the wrapping key. In a rehearsal, the
    /// store that issued it and the report of a rehearsal with it prove it too.
    pub(super) fn prove_wrapping_key(
        &self,
        parameters: &ImportParameters,
        algorithm: WrappingAlgorithm,
        rehearsed: Option<&Report>,
        context: &Context,
    ) -> Result<KeyProofs, Failure> {
        let expected = &self.expect.expect_wrapping_key;
        let mut proofs = vec![expected.as_ref().map(|_| Proof::ExpectedWrappingKey)];
        if parameters.import_token.origin().is_rehearsal() {
            let folder = self.store.store.clone();
            proofs.push(by_store(folder, parameters, algorithm, context)?);
            proofs.push(rehearsed.and_then(|report| by_report(report, parameters)));
        }
        let unproven = if self.expect.trust_parameters {
            Unproven::Trust
        } else {
            Unproven::Warn
        };
        Ok(KeyProofs::new(proofs, unproven))
    }
}

/// Returns the proof by the store in `folder`, or in the default folder, if it opens the import
/// token of `parameters`. Only reads the store, and never creates one.
///
/// # Errors
///
/// A failed expectation if the token was issued for another KMS key, wrapping algorithm or wrapping
/// key, and [`StoreError`] if `folder` is given and its store cannot be read. If the store in the
/// default folder cannot be read, prints a note.
fn by_store(
    folder: Option<PathBuf>,
    parameters: &ImportParameters,
    algorithm: WrappingAlgorithm,
    context: &Context,
) -> Result<Option<Proof>, Failure> {
    let store = DiskStore::existing(folder.clone());
    let root = match (store.existing_root_secret(), folder) {
        (Ok(Some(root)), _) => root,
        (Ok(None), None) => return Ok(None),
        (Err(error), None) if error.kind == StoreErrorKind::NotFound => return Ok(None),
        (Ok(None), Some(folder)) => {
            let error = StoreError::new(StoreErrorKind::Broken, "the root secret is missing");
            return Err(error).about(|| SafePath(&folder).to_string());
        }
        (Err(error), Some(_)) => return Err(error.into()),
        (Err(error), None) => {
            let note = format!("the store of rehearsed keys was not read: {error}");
            context.terminal.note(&note);
            return Ok(None);
        }
    };
    let Ok(sealed) = open(&parameters.import_token, &root) else {
        return Ok(None);
    };
    let arn = parameters.key_arn.to_string();
    expectation::same(KEY_OF_TOKEN, &sealed.key_arn.to_string(), &arn)?;
    expectation::same(ALGORITHM, sealed.algorithm.as_str(), algorithm.as_str())?;
    expectation::same(
        expectation::WRAPPING_KEY,
        &hex::encode(&sealed.wrapping_key_sha256),
        &parameters.public_key.fingerprint(),
    )?;
    Ok(Some(Proof::Store))
}

/// Returns the proof by `report`, if its run used the wrapping key of `parameters`.
fn by_report(report: &Report, parameters: &ImportParameters) -> Option<Proof> {
    report
        .is_under(&parameters.public_key)
        .then_some(Proof::Report)
}
