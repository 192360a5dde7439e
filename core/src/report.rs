//! The report of one run: what it was given, what it did, what it found, and with which program.
//!
//! It is for whoever was not there: an auditor, or the same people at the next ceremony. A report
//! holds no secret, and no digest of one: key material goes by its fingerprint. Nothing in it is
//! signed; its own SHA-256, written down elsewhere, shows that it is still the same.

mod against;
mod contents;
mod digest;
mod document;
mod facts;
mod file;
mod known;
mod markdown;
mod rehearsed;
mod run;

pub use against::{Comparison, Files, Recorded};
pub use contents::{
    CheckEntry, Command, Contents, ExceptionEntry, Import, KeyMaterialFacts, KmsKey, ReportKind,
    SchemaVersion, Verdict, Wrapping,
};
pub use digest::{FileDigest, Sha256Digest};
pub use document::{Report, ReportError};
pub use file::{InputFile, OutputContent, OutputFile};
pub use known::Known;
pub use rehearsed::{Compared, Difference, MaterialMatch, NotRehearsed, Subject};
pub use run::{Blanks, Clock, Moment, Run, Signature, Tool, Validation};
