//! The title of a report on paper.

use super::{
    batch_contents::BatchCommand,
    contents::{Command, ReportKind},
};
use crate::words::words;

words! {
    /// The title of a report: the first line that people read.
    pub enum ReportTitle {
        /// `wrap` for AWS KMS.
        ProductionWrap = "PRODUCTION WRAP",
        /// `verify` of files for AWS KMS.
        Verification = "VERIFICATION",
        /// `wrap` in a rehearsal.
        EmulatedWrap = "EMULATED WRAP",
        /// `verify` in a rehearsal.
        EmulatedVerification = "EMULATED VERIFICATION",
        /// `rehearse`.
        EmulatedRehearsal = "EMULATED REHEARSAL",
        /// `batch wrap` for AWS KMS.
        ProductionBatchWrap = "PRODUCTION BATCH WRAP",
        /// `batch verify` of files for AWS KMS.
        BatchVerification = "BATCH VERIFICATION",
        /// `batch generate`.
        BatchGeneration = "BATCH GENERATION",
        /// `batch wrap` in a rehearsal.
        EmulatedBatchWrap = "EMULATED BATCH WRAP",
        /// `batch verify` in a rehearsal.
        EmulatedBatchVerification = "EMULATED BATCH VERIFICATION",
        /// `batch rehearse`.
        EmulatedBatchRehearsal = "EMULATED BATCH REHEARSAL",
        /// `batch params`.
        EmulatedBatchParameters = "EMULATED BATCH PARAMETERS",
    }
}

impl ReportTitle {
    /// Returns the title of a report of this kind about this command.
    pub(super) const fn of(kind: ReportKind, command: Command) -> Self {
        match (kind, command) {
            (_, Command::Rehearse) => Self::EmulatedRehearsal,
            (ReportKind::Emulated, Command::Wrap) => Self::EmulatedWrap,
            (ReportKind::Emulated, Command::Verify) => Self::EmulatedVerification,
            (ReportKind::ProductionWrap, Command::Wrap) => Self::ProductionWrap,
            (ReportKind::ProductionWrap, Command::Verify) => Self::Verification,
        }
    }

    /// Returns the title of the report of a batch of this kind with this command.
    pub(super) const fn of_batch(kind: Option<ReportKind>, command: BatchCommand) -> Self {
        match (command, kind) {
            (BatchCommand::Wrap, Some(ReportKind::Emulated)) => Self::EmulatedBatchWrap,
            (BatchCommand::Wrap, _) => Self::ProductionBatchWrap,
            (BatchCommand::Verify, Some(ReportKind::Emulated)) => Self::EmulatedBatchVerification,
            (BatchCommand::Verify, _) => Self::BatchVerification,
            (BatchCommand::Rehearse, _) => Self::EmulatedBatchRehearsal,
            (BatchCommand::Generate, _) => Self::BatchGeneration,
            (BatchCommand::Params, _) => Self::EmulatedBatchParameters,
        }
    }

    /// Returns the kind of the report; `None` if AWS KMS has no part in the run.
    pub const fn kind(self) -> Option<ReportKind> {
        match self {
            Self::ProductionWrap
            | Self::Verification
            | Self::ProductionBatchWrap
            | Self::BatchVerification => Some(ReportKind::ProductionWrap),
            Self::EmulatedWrap
            | Self::EmulatedVerification
            | Self::EmulatedRehearsal
            | Self::EmulatedBatchWrap
            | Self::EmulatedBatchVerification
            | Self::EmulatedBatchRehearsal
            | Self::EmulatedBatchParameters => Some(ReportKind::Emulated),
            Self::BatchGeneration => None,
        }
    }

    /// Returns the sentence below the title.
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Self::ProductionWrap => {
                "This wrap was for AWS KMS. Only AWS KMS can tell whether it accepts the wrapped \
                 material."
            }
            Self::ProductionBatchWrap => {
                "These wraps were for AWS KMS, and nothing is imported yet. Only AWS KMS can tell \
                 whether it accepts the wrapped material."
            }
            Self::Verification | Self::BatchVerification => {
                "This run checked files for AWS KMS. Only AWS KMS can open them and tell whether it \
                 accepts them."
            }
            Self::BatchGeneration => {
                "This run generated key material. Nothing is imported into AWS KMS yet."
            }
            Self::EmulatedWrap
            | Self::EmulatedVerification
            | Self::EmulatedRehearsal
            | Self::EmulatedBatchWrap
            | Self::EmulatedBatchVerification
            | Self::EmulatedBatchRehearsal
            | Self::EmulatedBatchParameters => {
                "This was a rehearsal without AWS KMS. AWS KMS will not accept its files."
            }
        }
    }
}
