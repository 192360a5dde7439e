//! The report of one run: its inputs, its actions, its results, and the program.
//!
//! It is for people who were not present: an auditor, or the same team at the next ceremony. A
//! report holds no secret, and no digest of one: it names key material by its fingerprint. Nobody
//! signs it; its own SHA-256, written down elsewhere, shows that it is unchanged.

mod against;
mod batch_contents;
mod batch_document;
mod batch_page;
mod contents;
mod digest;
mod document;
mod facts;
mod file;
mod recorded;
mod reported;
mod html;
mod legend;
mod markdown;
mod rehearsed;
mod run;
mod source_commit;
mod title;
mod tool;

pub use against::{Comparison, Files, NotCompared};
pub use batch_contents::{
    BatchCommand, BatchContents, BatchManifest, BatchShard, ReportedRow, RowCounts, RowStatus,
};
pub use batch_document::BatchReport;
pub use batch_page::BatchPage;
pub use contents::{Command, Contents, Import, KeyMaterialFacts, KmsKey, ReportKind, Wrapping};
pub use digest::{FileDigest, RunningDigest, Sha256Digest};
pub use document::{RenderedForm, Report, ReportError};
pub use file::{InputFile, OutputContent, OutputFile};
pub use recorded::Recorded;
pub use rehearsed::{Compared, Difference, MaterialMatch, NotRehearsed, Subject};
pub use reported::Reported;
pub use run::{Clock, ManualFields, Moment, Run, Signature};
pub use source_commit::SourceCommit;
pub use title::ReportTitle;
pub use tool::{Tool, Validation, or_unknown};
