//! `byok batch`: a command for each row of a manifest.

mod plan;

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

use clap::{Args, Subcommand};

use super::generate::Generate;
use super::params::Params;
use super::rehearse::Rehearse;
use super::verify::Verify;
use super::wrap::Wrap;
use crate::batch::{BatchOperation, BatchSettings, Defaults, ShardArgument};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::without_scheme;
use crate::manual;
use crate::report::ReportArgs;

/// Run a command for each row of a manifest
///
/// A manifest is JSON Lines or CSV. Its members are the options of the command, written as in KeySpec.
/// Options on the command line are defaults for every row. The answer is a line of JSON for each row.
#[derive(Debug, Args)]
#[command(after_long_help = manual::BATCH, arg_required_else_help = true)]
pub(crate) struct Batch {
    #[command(subcommand)]
    operation: Operation,
}

#[derive(Debug, Subcommand)]
enum Operation {
    /// Wrap the key material of each row, and write the ImportKeyMaterial requests
    Wrap(Box<RowBatch<Wrap>>),
    /// Import the key of each row in memory, and say whether AWS KMS would accept it
    Rehearse(Box<RowBatch<Rehearse>>),
    /// Say how ImportKeyMaterial would answer the request of each row
    Verify(Box<RowBatch<Verify>>),
    /// Generate key material for each row, in a folder for each
    Generate(Box<RowBatch<Generate>>),
    /// Issue rehearsal import parameters for each row
    Params(Box<RowBatch<Params>>),
    Plan(Box<plan::BatchPlan>),
}

/// The arguments of one operation.
#[derive(Debug, Args)]
struct RowBatch<V: Args> {
    #[command(flatten)]
    batch: BatchArgs,
    #[command(flatten)]
    defaults: Defaults<V>,
}

/// The arguments of every operation.
#[derive(Debug, Args)]
struct BatchArgs {
    /// The manifest: JSON Lines, or CSV with a header; - for standard input
    #[arg(value_name = "MANIFEST")]
    manifest: OsString,
    /// Write a folder for each row into DIR; a later run skips the rows that are done
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,
    /// Do only shard I of N, from 0: contiguous rows. With env/N, I is the number of the array job
    #[arg(long, value_name = "I/N", value_parser = ShardArgument::parse)]
    shard: Option<ShardArgument>,
    /// The number of threads [default: the number of processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Check the manifest. For wrap and rehearse also try each row, print the lines of those that fail, and keep no output
    #[arg(long, conflicts_with = "report")]
    dry_run: bool,
    #[command(flatten)]
    report: ReportArgs,
}

impl Batch {
    pub(crate) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        match self.operation {
            Operation::Wrap(rows) => rows.run(BatchOperation::Wrap, context),
            Operation::Rehearse(rows) => rows.run(BatchOperation::Rehearse, context),
            Operation::Verify(rows) => rows.run(BatchOperation::Verify, context),
            Operation::Generate(rows) => rows.run(BatchOperation::Generate, context),
            Operation::Params(rows) => rows.run(BatchOperation::Params, context),
            Operation::Plan(plan) => plan.run(context),
        }
    }
}

impl<V: Args> RowBatch<V> {
    fn run(self, operation: BatchOperation, context: &mut Context) -> Result<Exit, Failure> {
        let BatchArgs {
            manifest,
            out_dir,
            shard,
            jobs,
            dry_run,
            report,
        } = self.batch;
        let settings = BatchSettings {
            operation,
            manifest,
            defaults: self.defaults.into_options(),
            out_dir: out_dir.map(|path| without_scheme(path.as_os_str()).into()),
            shard,
            jobs: jobs
                .and_then(|jobs| NonZeroUsize::new(jobs.into()))
                .or_else(|| thread::available_parallelism().ok())
                .unwrap_or(NonZeroUsize::MIN),
            dry_run,
            report,
        };
        settings.run(context)
    }
}
