//! The selection of one key of a file by its name.

use super::{
    alias::{Alias, names},
    error::ReadError,
};

/// Returns the index of the key that `wanted` names, or of the only key.
///
/// `#N` names the key at position N too, if no key has that name. Upper and lower case differ only
/// if both are in the file: keytool writes lower case.
///
/// # Errors
///
/// [`ReadError::AliasNeeded`] for several keys and no name, [`ReadError::UnknownAlias`] for another
/// name.
pub(super) fn select(given: &[Option<Alias>], wanted: Option<&str>) -> Result<usize, ReadError> {
    let Some(wanted) = wanted else {
        return match given.len() {
            1 => Ok(0),
            _ => Err(ReadError::AliasNeeded(names(given))),
        };
    };
    let names = names(given);
    let position = || {
        let number: usize = wanted.strip_prefix('#')?.parse().ok()?;
        number.checked_sub(1).filter(|at| *at < given.len())
    };
    let in_any_case = || {
        let folded = wanted.to_lowercase();
        let mut same = (0..names.len()).filter(|at| names[*at].0.to_lowercase() == folded);
        same.next().filter(|_| same.next().is_none())
    };
    names
        .iter()
        .position(|name| name.0 == wanted)
        .or_else(position)
        .or_else(in_any_case)
        .ok_or_else(|| ReadError::UnknownAlias {
            wanted: wanted.to_owned(),
            known: if matches!(given, [None]) {
                Vec::new()
            } else {
                names
            },
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(names: &[Option<&str>]) -> Vec<Option<Alias>> {
        let alias = |name: Option<&str>| name.map(|name| Alias(name.to_owned()));
        names.iter().copied().map(alias).collect()
    }

    #[test]
    fn a_key_is_selected_by_its_name_or_its_position() {
        let keys = given(&[Some("web"), Some("DB"), Some("db"), None, Some("#1")]);
        for (wanted, expected) in [
            ("web", Some(0)),
            ("WEB", Some(0)),
            ("DB", Some(1)),
            ("db", Some(2)),
            // Either of two names in another case would be a guess.
            ("Db", None),
            ("#4", Some(3)),
            ("#3", Some(2)),
            // A name comes before a position.
            ("#1", Some(4)),
            ("#0", None),
            ("#6", None),
            ("#", None),
            ("", None),
            ("web ", None),
        ] {
            assert_eq!(select(&keys, Some(wanted)).ok(), expected, "{wanted}");
        }
    }

    #[test]
    fn one_key_needs_no_name_but_a_wrong_name_is_an_error() {
        assert_eq!(select(&given(&[None]), None), Ok(0));
        assert_eq!(select(&given(&[Some("a")]), None), Ok(0));
        assert_eq!(select(&given(&[None]), Some("#1")), Ok(0));
        let unknown = |known: &[&str]| ReadError::UnknownAlias {
            wanted: "b".to_owned(),
            known: known.iter().map(|name| Alias((*name).to_owned())).collect(),
        };
        assert_eq!(select(&given(&[None]), Some("b")), Err(unknown(&[])));
        assert_eq!(
            select(&given(&[Some("a")]), Some("b")),
            Err(unknown(&["a"]))
        );
        let both = given(&[Some("a"), None]);
        assert_eq!(select(&both, Some("b")), Err(unknown(&["a", "#2"])));
        assert_eq!(
            select(&both, None),
            Err(ReadError::AliasNeeded(names(&both)))
        );
    }
}
