//! A batch from its command line to its end: two passes that check, and one that works.

use std::collections::HashMap;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use byok_core::keyed_digest::DigestKey;

use super::answer_file::LineOutput;
use super::check::check;
use super::folder::BatchFolder;
use super::manifest_file::ManifestFile;
use super::materials::Materials;
use super::operation::BatchOperation;
use super::options::{DefaultOption, RowOptions};
use super::report;
use super::shard::{Shard, ShardArgument};
use super::state::Batch;
use crate::arguments::UsageError;
use crate::context::Context;
use crate::entropy;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::ReportArgs;

/// What the command line of a batch says.
#[derive(Debug)]
pub(crate) struct BatchSettings {
    pub(crate) operation: BatchOperation,
    pub(crate) manifest: OsString,
    pub(crate) defaults: Vec<DefaultOption>,
    pub(crate) out_dir: Option<PathBuf>,
    pub(crate) shard: Option<ShardArgument>,
    pub(crate) jobs: NonZeroUsize,
    pub(crate) dry_run: bool,
    pub(crate) report: ReportArgs,
}

impl BatchSettings {
    /// Runs the batch.
    ///
    /// # Errors
    ///
    /// Every failure before the first row, and of writing answers.
    pub(crate) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        if self.operation == BatchOperation::Generate && self.out_dir.is_none() {
            return Err(UsageError::new("byok batch generate prints no key")
                .hint("to write each key to a folder, use --out-dir DIR")
                .into());
        }
        if !self.dry_run {
            context.check_answer_is_kept()?;
        }
        report::check(&self.report, self.out_dir.as_deref(), context)?;
        let now = context.now()?;
        let shard = match self.shard {
            Some(argument) => argument.resolve(|name| std::env::var_os(name))?,
            None => Shard::WHOLE,
        };
        let manifest = ManifestFile::open(&self.manifest, context)?;
        for path in self.report.paths() {
            context.check_output(path)?;
        }
        let options = RowOptions::new(self.operation, self.defaults, manifest.folder());
        options.check_defaults()?;
        let reports = self.report.paths().map(Into::into);
        let options = options.with_outputs(LineOutput::files(context).into_iter().chain(reports));
        let mut rng = entropy::system_rng()?;
        let key = DigestKey::generate(&mut rng);
        let count = check(&manifest, &options, &key, self.jobs, context)?;
        let folder = match &self.out_dir {
            Some(path) if self.dry_run && !BatchFolder::is_begun(path) => None,
            Some(path) => Some(BatchFolder::open(path, context)?),
            None => None,
        };
        let rows = shard.of(count);
        let mut batch = Batch {
            operation: self.operation,
            jobs: self.jobs,
            manifest,
            options,
            materials: Materials::from_row(rows.start),
            count,
            shard,
            rows,
            key: folder
                .as_ref()
                .map_or_else(|| Arc::new(key), BatchFolder::key),
            folder,
            names: HashMap::new(),
            report: self.report,
            context,
            now,
        };
        if self.dry_run {
            batch.find_shared_material(None)?;
            return batch.dry_run();
        }
        let staging = batch.folder.as_ref().map(BatchFolder::stage).transpose()?;
        batch.find_shared_material(staging.as_ref())?;
        batch.work(staging.as_ref())
    }
}
