//! The names of the keys in a file.

use core::fmt;

use crate::terminal_safe::is_control_or_bidi;

/// The name of a key in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias(pub String);

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns the names that select the keys of a file, one for each of `given`.
///
/// A key without a name, or with a name that another key has too, or with one that cannot be typed,
/// is `#1` if it is the first of the file, and so on.
pub(super) fn names(given: &[Option<Alias>]) -> Vec<Alias> {
    let is_plain = |alias: &Alias| {
        let name = &alias.0;
        let same = |other: &&Option<Alias>| other.as_ref() == Some(alias);
        !name.trim().is_empty()
            && !name.contains(is_control_or_bidi)
            && given.iter().filter(same).count() == 1
    };
    let name = |(at, alias): (usize, &Option<Alias>)| match alias {
        Some(alias) if is_plain(alias) => alias.clone(),
        Some(_) | None => Alias(format!("#{}", at + 1)),
    };
    given.iter().enumerate().map(name).collect()
}

/// Formats names for a message: `'a', 'b' and 'c'`, at most ten of them.
pub(super) struct Listed<'a>(pub(super) &'a [Alias]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAX: usize = 10;
        for (at, name) in self.0.iter().take(MAX).enumerate() {
            match at {
                0 => {}
                _ if at + 1 == self.0.len() => f.write_str(" and ")?,
                _ => f.write_str(", ")?,
            }
            write!(f, "'{name}'")?;
        }
        match self.0.len().checked_sub(MAX) {
            None | Some(0) => Ok(()),
            Some(more) => write!(f, " and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(names: &[Option<&str>]) -> Vec<Option<Alias>> {
        let alias = |name: Option<&str>| name.map(|name| Alias(name.to_owned()));
        names.iter().copied().map(alias).collect()
    }

    fn listed(names: &[Option<&str>]) -> String {
        Listed(&super::names(&given(names))).to_string()
    }

    #[test]
    fn a_name_that_selects_nothing_becomes_a_position() {
        assert_eq!(listed(&[Some("web"), Some("Web")]), "'web' and 'Web'");
        assert_eq!(
            listed(&[
                Some("a"),
                None,
                Some("b"),
                Some("a"),
                Some(" "),
                Some("x\u{202e}y")
            ]),
            "'#1', '#2', 'b', '#4', '#5' and '#6'"
        );
        assert_eq!(
            listed(&[None; 12]),
            "'#1', '#2', '#3', '#4', '#5', '#6', '#7', '#8', '#9', '#10' and 2 more"
        );
    }
}
