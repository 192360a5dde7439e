//! The exit statuses, with the sentences that the manual and `--help` print.

use std::process::ExitCode;

/// The exit status of a run.
///
/// The shell reports the death by a signal as 128 plus its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or the verdict is yes.
    Done,
    /// AWS KMS would refuse.
    Refused,
    /// The command line is wrong.
    Usage,
    /// An input is invalid.
    Input,
    /// The system refused to read, write or lock.
    Io,
    /// Only AWS KMS can tell.
    Undecided,
    /// An expectation of the caller is not met.
    Expectation,
    /// The store is unsafe or broken.
    Store,
    /// An internal contradiction.
    Bug,
    /// The status of the command that ran on behalf of this one, or 128 plus the signal that ended
    /// both.
    #[cfg(feature = "serve")]
    Command(u8),
}

impl Exit {
    /// Every status, in ascending order.
    pub(crate) const ALL: [Self; 9] = [
        Self::Done,
        Self::Refused,
        Self::Usage,
        Self::Input,
        Self::Io,
        Self::Undecided,
        Self::Expectation,
        Self::Store,
        Self::Bug,
    ];

    /// Returns the number.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Input => 3,
            Self::Io => 4,
            Self::Undecided => 5,
            Self::Expectation => 6,
            Self::Store => 7,
            // sysexits.h: EX_SOFTWARE.
            Self::Bug => 70,
            #[cfg(feature = "serve")]
            Self::Command(code) => code,
        }
    }

    /// Returns the meaning of the number, without a period, for the manual and `--help`.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::Done => "Done, or the verdict is yes",
            Self::Refused => {
                "The verdict is no: AWS KMS would refuse; or public-key --compare found two keys"
            }
            Self::Usage => "The command line is wrong",
            Self::Input => "An input is invalid, or wrap refuses the key material",
            Self::Io => {
                "A file could not be read, written or locked, or standard output was closed or \
                 discarded"
            }
            Self::Undecided => "Undecided: only AWS KMS can tell",
            Self::Expectation => {
                "An expectation is not met, or rehearsal and production were mixed"
            }
            Self::Store => "The store is unsafe or broken",
            Self::Bug => "A bug in byok",
            #[cfg(feature = "serve")]
            Self::Command(_) => "The command of serve, or a signal, ended with this status",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_the_published_ones() {
        let codes = Exit::ALL.map(Exit::code);
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 70]);
    }

    #[test]
    fn every_sentence_is_one_line_of_its_own() {
        for (at, exit) in Exit::ALL.into_iter().enumerate() {
            let sentence = exit.sentence();
            assert!(sentence.starts_with(char::is_uppercase), "{sentence}");
            assert!(
                !sentence.ends_with('.') && !sentence.contains('\n'),
                "{sentence}"
            );
            let others = Exit::ALL.iter().skip(at + 1);
            assert!(
                others.into_iter().all(|other| other.sentence() != sentence),
                "{sentence}"
            );
        }
    }
}
