//! `--shard`: the part of the rows that one of several runs does.

use std::ffi::OsString;
use std::ops::Range;

use byok_core::report::BatchShard;

use crate::arguments::UsageError;

/// The variables in which engines give each of their jobs its number.
const INDEX_VARIABLES: [&str; 3] = [
    "JOB_COMPLETION_INDEX",
    "SLURM_ARRAY_TASK_ID",
    "AWS_BATCH_JOB_ARRAY_INDEX",
];

/// The argument of `--shard`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ShardArgument {
    /// The number of the shard, from 0; `None` for the variable of an engine.
    index: Option<u64>,
    count: u64,
}

/// A part of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    index: u64,
    count: u64,
}

impl ShardArgument {
    /// Parses `I/N` or `env/N`.
    ///
    /// # Errors
    ///
    /// The reason why `text` is neither.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let form = || "expected I/N, such as 0/8, or env/N".to_owned();
        let (index, count) = text.split_once('/').ok_or_else(form)?;
        let number = |text: &str| {
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
            let number = text.parse().ok().filter(|_| is_number);
            number.ok_or_else(form)
        };
        let count = number(count)?;
        let index = match index {
            "env" => None,
            index => Some(number(index)?),
        };
        match index {
            _ if count == 0 => Err("a run has at least one shard".to_owned()),
            Some(index) if index >= count => Err(format!(
                "shards are numbered from 0: the last of {count} is {}",
                count - 1
            )),
            _ => Ok(Self { index, count }),
        }
    }

    /// Returns the shard. `variable` returns the value of a variable of the environment.
    ///
    /// # Errors
    ///
    /// A variable that is missing, is set twice, is no number, or is too large.
    pub(crate) fn resolve(
        self,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Shard, UsageError> {
        let count = self.count;
        if let Some(index) = self.index {
            return Ok(Shard { index, count });
        }
        let set: Vec<_> = INDEX_VARIABLES
            .into_iter()
            .filter_map(|name| Some((name, variable(name)?)))
            .collect();
        let [(name, value)] = set.as_slice() else {
            let names = INDEX_VARIABLES.join(", ");
            let error = match set.as_slice() {
                [] => UsageError::new(format!("none of {names} is set")),
                _ => UsageError::new(format!("more than one of {names} is set")),
            };
            return Err(error.hint("use --shard I/N with the number of this shard"));
        };
        let value = value.to_string_lossy();
        let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
        let index = value.parse().ok();
        let index = index.filter(|index| is_number && *index < count);
        let index = index.ok_or_else(|| {
            UsageError::new(format!(
                "{name} is '{value}'; expected a number from 0 to {}",
                count - 1
            ))
            .hint("number the jobs of the array from 0")
        })?;
        Ok(Shard { index, count })
    }
}

impl Shard {
    /// All rows.
    pub(crate) const WHOLE: Self = Self { index: 0, count: 1 };

    /// Returns the shard for a report, with the number of its first row; `None` for all rows.
    pub(crate) fn reported(self, first_row: u64) -> Option<BatchShard> {
        let Self { index, count } = self;
        (count > 1).then_some(BatchShard {
            index,
            count,
            first_row,
        })
    }

    /// Returns the numbers of its rows among `rows`, from 1. The shards of one count have all rows, each
    /// once, in order.
    pub(crate) fn of(self, rows: u64) -> Range<u64> {
        let bound = |index: u64| {
            let exact = u128::from(rows) * u128::from(index) / u128::from(self.count);
            u64::try_from(exact).unwrap_or(rows) + 1
        };
        bound(self.index)..bound(self.index + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(text: &str) -> Shard {
        let argument = ShardArgument::parse(text).expect("a shard");
        argument.resolve(|_| None).expect("an index")
    }

    #[test]
    fn shards_have_every_row_once_in_order() {
        for (rows, count) in [(0, 1), (1, 3), (10, 3), (10, 10), (3, 7), (1_000_000, 999)] {
            let ranges = (0..count).map(|index| shard(&format!("{index}/{count}")).of(rows));
            let all: Vec<u64> = ranges.flatten().collect();
            assert_eq!(
                all,
                (1..=rows).collect::<Vec<_>>(),
                "{rows} rows, {count} shards"
            );
        }
        assert_eq!(Shard::WHOLE.of(17), 1..18);
    }

    #[test]
    fn an_argument_that_is_no_shard_says_what_is_expected() {
        for (text, expected) in [
            ("1", "expected I/N"),
            ("/3", "expected I/N"),
            ("1/", "expected I/N"),
            ("+1/3", "expected I/N"),
            ("x/3", "expected I/N"),
            ("0/99999999999999999999", "expected I/N"),
            ("0/0", "at least one shard"),
            ("3/3", "the last of 3 is 2"),
        ] {
            let error = ShardArgument::parse(text).expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn the_number_comes_from_the_variable_of_one_engine() {
        let argument = ShardArgument::parse("env/4").expect("a shard");
        for name in INDEX_VARIABLES {
            let only = |asked: &str| (asked == name).then(|| OsString::from("3"));
            let shard = argument.resolve(only).expect("an index");
            assert_eq!(shard, Shard { index: 3, count: 4 });
        }
        for (value, expected) in [
            (None, "none of JOB_COMPLETION_INDEX"),
            (Some("3"), "more than one of"),
        ] {
            let error = argument
                .resolve(|_| value.map(OsString::from))
                .expect_err("no number");
            assert!(error.to_string().contains(expected), "{error}");
        }
        for value in ["4", "-1", "+0", "", "x", "99999999999999999999"] {
            let slurm = |name: &str| (name == INDEX_VARIABLES[1]).then(|| OsString::from(value));
            let error = argument.resolve(slurm).expect_err("no number");
            let expected =
                format!("SLURM_ARRAY_TASK_ID is '{value}'; expected a number from 0 to 3");
            assert_eq!(error.to_string(), expected);
        }
    }
}
