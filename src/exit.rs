//! The exit statuses, each with the sentence that the manual and `--help` print.

use std::process::ExitCode;

/// How a run ended, as the calling script sees it.
///
/// Deaths by signal are not listed: the shell reports them as 128 plus the signal's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The work is done, or the verdict is yes.
    Done,
    /// AWS KMS would refuse.
    Refused,
    /// The command line itself is wrong.
    Usage,
    /// An input is not what it should be.
    Input,
    /// The system did not let something be read, written or locked.
    Io,
    /// Only AWS KMS can tell.
    Undecided,
    /// Something that the caller said must hold does not.
    Expectation,
    /// The store cannot be trusted or read.
    Store,
    /// The program contradicts itself.
    Bug,
    /// A command that ran on behalf of this one ended with this number, or a signal ended both.
    #[cfg(feature = "serve")]
    Command(u8),
}

impl Exit {
    /// Every status, by rising number.
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

    /// The number that the process returns.
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

    /// What the number means, without a period: the manual's table and `--help` print it.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::Done => "Done, or the verdict is yes",
            Self::Refused => {
                "The verdict is no: AWS KMS would refuse with an exception, or public keys differ"
            }
            Self::Usage => "The command line is wrong",
            Self::Input => "An input is not what it should be",
            Self::Io => {
                "Something could not be read, written or locked, or standard output was closed"
            }
            Self::Undecided => "Not decided: only AWS KMS can tell",
            Self::Expectation => "An expectation does not hold, or a rehearsal met production",
            Self::Store => "The store is unsafe or broken",
            Self::Bug => "A bug in byok",
            #[cfg(feature = "serve")]
            Self::Command(_) => "What serve ran, or a signal, ended with it",
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
    fn a_process_returns_the_published_number() {
        for exit in Exit::ALL {
            assert_eq!(ExitCode::from(exit), ExitCode::from(exit.code()));
        }
        assert_eq!(ExitCode::from(Exit::Done), ExitCode::SUCCESS);
        assert_ne!(ExitCode::from(Exit::Bug), ExitCode::SUCCESS);
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
