//! The report of one run: its inputs, its actions, its results, and the program.
//!
//! It is for people who were not present: an auditor, or the same team at the next ceremony. A
//! report holds no secret, and no digest of one: it names key material by its fingerprint. Nobody
//! signs it; its own SHA-256, written down elsewhere, shows that it is unchanged.

mod against;
mod contents;
mod digest;
mod document;
mod facts;
mod file;
mod reported;
mod markdown;
mod rehearsed;
mod run;

pub use against::{Comparison, Files, NotCompared, Recorded};
pub use contents::{Command, Contents, Import, KeyMaterialFacts, KmsKey, ReportKind, Wrapping};
pub use digest::{FileDigest, Sha256Digest};
pub use document::{Report, ReportError};
pub use file::{InputFile, OutputContent, OutputFile};
pub use rehearsed::{Compared, Difference, MaterialMatch, NotRehearsed, Subject};
pub use reported::Reported;
pub use run::{Clock, ManualFields, Moment, Run, Signature, Tool, Validation};
