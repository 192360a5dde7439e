//! Manual pages: the output of clap_mangen for a command, and the sections of its long help.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

/// The sections after the options, in the standard order.
const SECTIONS: [&str; 6] = [
    "EXAMPLES",
    "EXIT STATUS",
    "ENVIRONMENT",
    "FILES",
    "SECURITY",
    "NOTES",
];

/// The sections of `byok(1)` that every page of section 1 repeats.
pub(crate) const SHARED_SECTIONS: [&str; 4] = ["EXIT STATUS", "ENVIRONMENT", "FILES", "SECURITY"];

/// The synopses of the commands whose required arguments depend on each other, one a line.
const SYNOPSES: &str = include_str!("../../manual/synopses.txt");

/// Returns every manual page, by the name of its file.
pub(crate) fn pages() -> BTreeMap<String, String> {
    let mut root = byok::command();
    root.build();
    let own = sections(&byok::manual());
    let shared: Vec<_> = own
        .iter()
        .filter(|section| SHARED_SECTIONS.contains(&section.heading.as_str()))
        .cloned()
        .collect();
    let mut pages = BTreeMap::new();
    add_page(&root, &[], own, &mut pages);
    for command in root.get_subcommands() {
        add_pages(command, &[&root], &shared, &mut pages);
    }
    for (topic, text) in byok::manual_topics() {
        pages.insert(format!("byok-{topic}.7"), topic_page(topic, text));
    }
    pages
}

/// Adds the page of `command` and those of its subcommands. A command without examples of its own
/// repeats those of its nearest parent.
fn add_pages(
    command: &clap::Command,
    parents: &[&clap::Command],
    shared: &[Section],
    pages: &mut BTreeMap<String, String>,
) {
    let mut all = after_long_help(command)
        .map(|text| sections(&text))
        .unwrap_or_default();
    for section in shared {
        if !all.iter().any(|own| own.heading == section.heading) {
            all.push(section.clone());
        }
    }
    if !all.iter().any(|section| section.heading == "EXAMPLES") {
        let texts = parents
            .iter()
            .rev()
            .filter_map(|parent| after_long_help(parent));
        let examples = texts
            .flat_map(|text| sections(&text))
            .find(|section| section.heading == "EXAMPLES");
        all.extend(examples);
    }
    add_page(command, parents, all, pages);
    let parents = [parents, &[command]].concat();
    for subcommand in command.get_subcommands() {
        add_pages(subcommand, &parents, shared, pages);
    }
}

/// Adds the page of `command` with these sections, in the standard order.
fn add_page(
    command: &clap::Command,
    parents: &[&clap::Command],
    mut all: Vec<Section>,
    pages: &mut BTreeMap<String, String>,
) {
    let description = all.iter().position(|own| own.heading == "DESCRIPTION");
    let description = description.map(|at| all.remove(at));
    for section in &all {
        assert!(SECTIONS.contains(&&*section.heading), "{}", section.heading);
    }
    all.sort_by_key(|own| SECTIONS.iter().position(|known| *known == own.heading));

    let man = Man::new(for_man(command));
    let mut page = Vec::new();
    let mut render = || -> std::io::Result<()> {
        man.render_name_section(&mut page)?;
        match synopsis(command, parents) {
            Some(synopsis) => synopsis.to_writer(&mut page)?,
            None => man.render_synopsis_section(&mut page)?,
        }
        man.render_description_section(&mut page)?;
        if let Some(description) = &description {
            description.body().to_writer(&mut page)?;
        }
        man.render_options_section(&mut page)?;
        if command.has_subcommands() {
            man.render_subcommands_section(&mut page)?;
        }
        for section in &all {
            section.typeset().to_writer(&mut page)?;
        }
        see_also(command, parents).to_writer(&mut page)
    };
    render().expect("memory takes everything");
    let page = with_title(
        &page_name(command),
        1,
        &String::from_utf8(page).expect("UTF-8"),
    );
    pages.insert(man.get_filename(), page);
}

/// Returns the page of a topic, in section 7.
fn topic_page(topic: &str, text: &str) -> String {
    let mut page = Vec::new();
    for section in sections(text) {
        section.typeset().to_writer(&mut page).expect("memory");
    }
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    roff.text([bold("byok"), roman("(1)")]);
    roff.to_writer(&mut page).expect("memory");
    let name = format!("byok-{topic}");
    with_title(&name, 7, &String::from_utf8(page).expect("UTF-8"))
}

/// Returns the section SYNOPSIS of a command in [`SYNOPSES`]. Its options must be those of the command.
fn synopsis(command: &clap::Command, parents: &[&clap::Command]) -> Option<Roff> {
    if parents.is_empty() {
        return None;
    }
    let names = parents
        .iter()
        .chain([&command])
        .map(|command| command.get_name());
    let name = names.collect::<Vec<_>>().join(" ");
    let is_option = |word: &str| {
        let mut options = command.get_arguments().filter_map(|arg| arg.get_long());
        options.any(|long| word.strip_prefix("--") == Some(long))
    };
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    let lines: Vec<_> = SYNOPSES
        .lines()
        .filter_map(|line| line.strip_prefix(&name)?.strip_prefix(' '))
        .collect();
    for line in &lines {
        for word in line.split(['{', '}', ' ']) {
            assert!(!word.starts_with("--") || is_option(word), "{name}: {word}");
        }
        roff.text([bold(&*name), roman(format!(" {line}"))]);
        roff.control("br", []);
    }
    (!lines.is_empty()).then_some(roff)
}

fn after_long_help(command: &clap::Command) -> Option<String> {
    command.get_after_long_help().map(ToString::to_string)
}

fn page_name(command: &clap::Command) -> String {
    command
        .get_display_name()
        .unwrap_or(command.get_name())
        .to_owned()
}

/// `command` as the page describes it: the usage of `--help`, which names what is required, and the
/// words of an option in one line.
fn for_man(command: &clap::Command) -> clap::Command {
    let usage = command.clone().render_usage().to_string();
    let usage = usage
        .strip_prefix("Usage: ")
        .expect("clap's own heading")
        .to_owned();
    command.clone().override_usage(usage).mut_args(|arg| {
        let values = arg.get_possible_values();
        if values.is_empty() || values.iter().any(|value| value.get_help().is_some()) {
            return arg;
        }
        let words: Vec<_> = values
            .iter()
            .map(clap::builder::PossibleValue::get_name)
            .collect();
        let help = format!(
            "{}. One of {}.",
            arg.get_help().cloned().unwrap_or_default(),
            words.join(", ")
        );
        arg.help(help).hide_possible_values(true)
    })
}

/// The page with its title, in ASCII, and with what each section defines defined once.
fn with_title(name: &str, number: u8, sections: &str) -> String {
    const APOSTROPHE: [&str; 2] = [r".ie \n(.g .ds Aq \(aq", r".el .ds Aq '"];
    let mut page = format!("{}\n{}\n", APOSTROPHE[0], APOSTROPHE[1]);
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(
        page,
        ".TH {name} {number} \"\" \"byok {version}\" \"byok Manual\""
    );
    for line in sections.lines().filter(|line| !APOSTROPHE.contains(line)) {
        for c in line.chars() {
            if c.is_ascii() {
                page.push(c);
            } else {
                let _ = write!(page, "\\[u{:04X}]", u32::from(c));
            }
        }
        page.push('\n');
    }
    page
}

fn see_also(command: &clap::Command, parents: &[&clap::Command]) -> Roff {
    let siblings = parents
        .last()
        .into_iter()
        .flat_map(|parent| parent.get_subcommands());
    let pages = parents
        .iter()
        .copied()
        .chain(siblings)
        .chain(command.get_subcommands());
    let own = page_name(command);
    let topics = byok::manual_topics().into_iter();
    let topics = topics.map(|(topic, _)| (format!("byok-{topic}"), "(7)"));
    let mut text = Vec::new();
    let pages = pages.map(page_name).filter(|name| *name != own);
    for (name, number) in pages.map(|name| (name, "(1)")).chain(topics) {
        if !text.is_empty() {
            text.push(roman(", "));
        }
        text.extend([bold(name), roman(number)]);
    }
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    roff.text(text);
    roff
}

/// The mark before the heading of a subsection.
const SUBSECTION: char = '\u{1}';

/// A section of the text that `--help` prints after the options: a line in capitals at the margin,
/// and the indented lines below it.
#[derive(Clone)]
struct Section {
    heading: String,
    /// Without the indentation that all lines have.
    lines: Vec<String>,
}

fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in text.lines() {
        let is_heading = !line.is_empty() && !line.contains(char::is_lowercase);
        if !is_heading || line.starts_with(' ') {
            let section = sections.last_mut().expect("the text begins with a heading");
            section.lines.push(match line.strip_prefix("    ") {
                None if !line.is_empty() => format!("{SUBSECTION}{line}"),
                unindented => unindented.unwrap_or(line).to_owned(),
            });
        } else {
            sections.push(Section {
                heading: line.to_owned(),
                lines: Vec::new(),
            });
        }
    }
    for section in &mut sections {
        while section.lines.last().is_some_and(String::is_empty) {
            section.lines.pop();
        }
    }
    sections
}

impl Section {
    /// Typesets the section: rows of a table as hanging paragraphs, commands line by line, and other
    /// lines filled.
    fn typeset(&self) -> Roff {
        let mut roff = Roff::new();
        roff.control("SH", [self.heading.as_str()]);
        roff.extend([self.body()]);
        roff
    }

    /// Typesets the lines below the heading.
    fn body(&self) -> Roff {
        let mut roff = Roff::new();
        let mut before = Kind::Nothing;
        for (at, line) in self.lines.iter().enumerate() {
            let kind = self.kind(line);
            if matches!(before, Kind::Typed) && !matches!(kind, Kind::Typed) {
                roff.control("fi", []);
                roff.control("RE", []);
            }
            match &kind {
                Kind::Nothing => {}
                Kind::Heading(heading) => {
                    roff.control("SS", [*heading]);
                }
                Kind::Item(text) => {
                    roff.control("IP", ["\\(bu", "2"]);
                    roff.text([roman(*text)]);
                }
                Kind::Row(word, rest) => {
                    roff.control("TP", ["8"]);
                    roff.text([bold(*word)]);
                    roff.text([roman(*rest)]);
                }
                Kind::Typed => {
                    if !matches!(before, Kind::Typed) {
                        if at > 0 {
                            roff.control("PP", []);
                        }
                        roff.control("RS", ["4"]);
                        roff.control("nf", []);
                    }
                    roff.text([roman(line.strip_prefix("    ").unwrap_or(line))]);
                }
                Kind::Prose(text) => {
                    if at > 0 && !matches!(before, Kind::Prose(_) | Kind::Item(_)) {
                        roff.control("PP", []);
                    }
                    roff.text([roman(*text)]);
                }
            }
            before = kind;
        }
        if matches!(before, Kind::Typed) {
            roff.control("fi", []);
            roff.control("RE", []);
        }
        roff
    }

    fn kind<'a>(&self, line: &'a str) -> Kind<'a> {
        let row = || {
            let (word, rest) = line.split_once("  ")?;
            Some(Kind::Row(word, rest.trim_start()))
        };
        match line {
            "" => Kind::Nothing,
            _ if line.starts_with(SUBSECTION) => Kind::Heading(&line[SUBSECTION.len_utf8()..]),
            _ if line.starts_with("- ") => Kind::Item(&line[2..]),
            _ if line.starts_with("    ") => Kind::Typed,
            _ if self.heading == "EXAMPLES" && line.starts_with("byok ") => Kind::Typed,
            _ if line.starts_with("  ") => Kind::Prose(line.trim_start()),
            _ => row().unwrap_or(Kind::Prose(line)),
        }
    }
}

/// The kinds of lines in a section.
enum Kind<'a> {
    /// Empty.
    Nothing,
    /// The heading of a subsection.
    Heading(&'a str),
    /// The first line of an item in a list.
    Item(&'a str),
    /// A word, and its description after two spaces or more.
    Row(&'a str, &'a str),
    /// A line of a command.
    Typed,
    /// A line of a paragraph or of an item. An empty line ends a paragraph.
    Prose(&'a str),
}
