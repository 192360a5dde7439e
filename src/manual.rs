//! The texts of `--help`, `byok help` and the manual pages: one file per page in `manual/`.
//!
//! In a text, a line in capitals at the margin begins a section, and any other line at the margin a
//! subsection. All other lines are indented by four spaces.

use crate::exit::Exit;

pub(crate) const BATCH: &str = include_str!("../manual/batch.txt");
pub(crate) const BATCH_PLAN: &str = include_str!("../manual/batch-plan.txt");
pub(crate) const COMPLETIONS: &str = include_str!("../manual/completions.txt");
pub(crate) const GENERATE: &str = include_str!("../manual/generate.txt");
pub(crate) const HELP: &str = include_str!("../manual/help.txt");
pub(crate) const INSPECT: &str = include_str!("../manual/inspect.txt");
pub(crate) const KEY: &str = include_str!("../manual/key.txt");
pub(crate) const PARAMS: &str = include_str!("../manual/params.txt");
pub(crate) const PUBLIC_KEY: &str = include_str!("../manual/public-key.txt");
pub(crate) const REHEARSE: &str = include_str!("../manual/rehearse.txt");
pub(crate) const REPORT: &str = include_str!("../manual/report.txt");
#[cfg(feature = "serve")]
pub(crate) const SERVE: &str = include_str!("../manual/serve.txt");
pub(crate) const STORE: &str = include_str!("../manual/store.txt");
pub(crate) const VERIFY: &str = include_str!("../manual/verify.txt");
pub(crate) const VERSION: &str = include_str!("../manual/version.txt");
pub(crate) const WRAP: &str = include_str!("../manual/wrap.txt");

/// The sections of `byok(1)` that `byok --help` prints.
const ROOT_HELP_SECTIONS: [&str; 3] = ["EXAMPLES", "EXIT STATUS", "ENVIRONMENT"];

/// A topic of `byok help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    Assumptions,
    Ceremony,
    ExitStatus,
    Formats,
}

impl Topic {
    /// Every topic, by name.
    pub(crate) const ALL: [Self; 4] = [
        Self::Assumptions,
        Self::Ceremony,
        Self::ExitStatus,
        Self::Formats,
    ];

    /// Returns the name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Assumptions => "assumptions",
            Self::Ceremony => "ceremony",
            Self::ExitStatus => "exit-status",
            Self::Formats => "formats",
        }
    }

    /// Returns the text of the manual page in section 7; `None` for a section of `byok(1)`.
    pub(crate) const fn page(self) -> Option<&'static str> {
        match self {
            Self::Assumptions => Some(include_str!("../manual/assumptions.txt")),
            Self::Ceremony => Some(include_str!("../manual/ceremony.txt")),
            Self::ExitStatus => None,
            Self::Formats => Some(include_str!("../manual/formats.txt")),
        }
    }

    /// Returns the text that `byok help` prints.
    pub(crate) fn text(self) -> String {
        match self.page() {
            Some(page) => page.to_owned(),
            None => section(&root(), "EXIT STATUS"),
        }
    }
}

/// Returns the text of `byok(1)` after its options.
pub(crate) fn root() -> String {
    let status = |exit: Exit| format!("    {:<4} {}\n", exit.code(), exit.sentence());
    include_str!("../manual/byok.txt").replace("{EXIT}\n", &Exit::ALL.map(status).concat())
}

/// Returns the text of `byok --help` after its options.
pub(crate) fn root_help() -> String {
    let root = root();
    let sections = ROOT_HELP_SECTIONS.map(|heading| section(&root, heading));
    let topics = Topic::ALL.map(Topic::name).join(", ");
    format!(
        "{}\nTOPICS\n    byok help TOPIC prints one of: {topics}\n",
        sections.join("\n")
    )
}

/// Returns a section of a text: the heading, and the lines below it.
fn section(text: &str, heading: &str) -> String {
    let is_heading = |line: &str| !line.is_empty() && !line.contains(char::is_lowercase);
    let mut lines = text.lines().skip_while(|line| *line != heading);
    let first = lines.next().into_iter();
    let rest = lines.take_while(|line| line.starts_with(' ') || !is_heading(line));
    let section: Vec<_> = first.chain(rest).collect();
    format!("{}\n", section.join("\n").trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_every_exit_status() {
        let manual = root();
        assert!(manual.contains("\nEXIT STATUS\n    0    Done"), "{manual}");
        assert!(
            manual.contains("\n    70   A bug in byok\n    128 plus"),
            "{manual}"
        );
    }

    #[cfg(feature = "serve")]
    #[test]
    fn states_the_limit_of_keys() {
        use byok_core::{key_store::MAX_MEMORY_LEN, trent_service::MAX_KEYS};
        assert_eq!((MAX_KEYS, MAX_MEMORY_LEN), (10_000, 64 << 20));
        assert!(SERVE.contains("at most 10,000 keys"));
        assert!(SERVE.contains("at\n    most 64 MiB"));
    }

    #[test]
    fn prints_whole_sections_in_the_help_of_the_program() {
        let help = root_help();
        for heading in ROOT_HELP_SECTIONS {
            assert!(help.contains(&section(&root(), heading)), "{heading}");
        }
        assert!(!help.contains("\nFILES\n"), "{help}");
        assert!(help.contains("exit-status, formats"), "{help}");
    }

    /// `--help` breaks lines at 100 columns.
    #[test]
    fn keeps_the_lines_of_prose_short() {
        let topics = Topic::ALL.map(|topic| (topic.name(), topic.text()));
        let pages = [
            ("byok", root()),
            ("batch", BATCH.to_owned()),
            ("batch-plan", BATCH_PLAN.to_owned()),
            ("completions", COMPLETIONS.to_owned()),
            ("generate", GENERATE.to_owned()),
            ("help", HELP.to_owned()),
            ("inspect", INSPECT.to_owned()),
            ("key", KEY.to_owned()),
            ("params", PARAMS.to_owned()),
            ("public-key", PUBLIC_KEY.to_owned()),
            ("rehearse", REHEARSE.to_owned()),
            ("report", REPORT.to_owned()),
            #[cfg(feature = "serve")]
            ("serve", SERVE.to_owned()),
            ("store", STORE.to_owned()),
            ("verify", VERIFY.to_owned()),
            ("version", VERSION.to_owned()),
            ("wrap", WRAP.to_owned()),
        ];
        for (name, text) in topics.into_iter().chain(pages) {
            assert!(text.lines().count() > 0, "{name}: {text}");
            for line in text.lines().filter(|line| !line.starts_with("        ")) {
                assert!(line.chars().count() <= 98, "{name}: {line}");
            }
        }
    }
}
