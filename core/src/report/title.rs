//! The title of a report on paper.

use super::contents::{Command, ReportKind};
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

    /// Returns the kind of the report.
    pub const fn kind(self) -> ReportKind {
        match self {
            Self::ProductionWrap | Self::Verification => ReportKind::ProductionWrap,
            Self::EmulatedWrap | Self::EmulatedVerification | Self::EmulatedRehearsal => {
                ReportKind::Emulated
            }
        }
    }

    /// Returns the sentence below the title.
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Self::ProductionWrap => {
                "This wrap was for AWS KMS. Only AWS KMS can tell whether it accepts the wrapped \
                 material."
            }
            Self::Verification => {
                "This run checked files for AWS KMS. Only AWS KMS can open them and tell whether it \
                 accepts them."
            }
            Self::EmulatedWrap | Self::EmulatedVerification | Self::EmulatedRehearsal => {
                "This was a rehearsal without AWS KMS. AWS KMS will not accept its files."
            }
        }
    }
}
