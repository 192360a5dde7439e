//! Many rows: the same call of a command for each row of a manifest.
//!
//! A row becomes the arguments of the single command. The command runs with a context whose outputs are
//! kept in memory, so there is one implementation of every option, check and message.

mod answer_file;
mod check;
mod dry_run;
mod folder;
mod index;
mod line;
mod manifest_file;
mod materials;
mod operation;
mod options;
mod pipeline;
pub(crate) mod plan;
mod record;
mod report;
mod row;
mod row_work;
mod run;
mod shard;
mod sharing;
mod state;
mod stop;
mod summary;
mod work;

pub(crate) use manifest_file::ManifestFile;
pub(crate) use operation::BatchOperation;
pub(crate) use options::Defaults;
pub(crate) use run::BatchSettings;
pub(crate) use shard::ShardArgument;
