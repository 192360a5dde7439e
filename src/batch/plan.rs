//! `batch plan`: the scripts that create the keys of a plan, ask for their import parameters, and
//! import their material.

mod create_key;
mod error;
mod members;
mod row;
mod tags;
mod wrap_rows;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use byok_core::key_id::AccountId;
use byok_core::report::Sha256Digest;
use byok_core::timestamp::Timestamp;
use rand_core::CryptoRng;

use super::options::check_id;

use create_key::{Setting, checked_request};
pub(crate) use error::{PlanError, RowFault};
pub(crate) use members::{MAX_POLICY_LEN, PlanDefaults, PlanReader};
use row::{PlanKey, PlanRow};

/// The name of the file with the rows.
pub(crate) const ROWS: &str = "rows.tsv";
/// The name of the script that creates the keys and asks for the parameters.
pub(crate) const GET_PARAMETERS: &str = "get-parameters.sh";
/// The name of the script that imports.
pub(crate) const IMPORT_ALL: &str = "import-all.sh";

/// What both scripts share.
const COMMON: &str = include_str!("plan/common.sh");
const COLUMNS: &str = "Id\tRegion\tKeyId\tWrappingAlgorithm\tWrappingKeySpec\tAlias\tCreateKey";
/// A column without a value.
const ABSENT: &str = "-";

/// The name of a plan, the first part of its keys' tags: 16 hex digits, which no other plan has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlanId(String);

impl PlanId {
    pub(crate) fn from_random(random: u64) -> Self {
        Self(format!("{random:016x}"))
    }

    /// Returns the name of the plan with this script. The keys of its rows carry it already.
    pub(crate) fn of_script(script: &str) -> Option<Self> {
        let (_, rest) = script.split_once("\nplan='")?;
        let (digits, _) = rest.split_once("'\n")?;
        let is_id = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_id.then(|| Self(digits.to_owned()))
    }
}

/// The rows of a manifest, for one account.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The name of the plan.
    pub(crate) id: PlanId,
    /// The account of every key.
    pub(crate) account_id: AccountId,
    /// The time of writing.
    pub(crate) written_at: Timestamp,
    /// The rows, in the order in which they are imported.
    pub(crate) rows: Vec<PlanRow>,
}

/// The files of a plan.
#[derive(Debug)]
pub(crate) struct PlanFiles {
    /// `rows.tsv`: a header, and a line for each row. It is ASCII.
    pub(crate) rows: String,
    /// `get-parameters.sh`.
    pub(crate) get_parameters: String,
    /// `import-all.sh`.
    pub(crate) import_all: String,
}

/// Writes the files of `plan`. Each CreateKey and CreateAlias request is rehearsed first; `rng` supplies
/// the IDs of the rehearsed keys.
///
/// # Errors
///
/// [`PlanError`] for the first row that AWS KMS would refuse, or that a script cannot have.
pub(crate) fn scripts(plan: &Plan, rng: &mut impl CryptoRng) -> Result<PlanFiles, PlanError> {
    let mut rows = format!("{COLUMNS}\n");
    let (mut ids, mut aliases) = (HashMap::new(), HashMap::new());
    for row in &plan.rows {
        let place = row.place;
        let fail = |fault| PlanError { place, fault };
        check_id(&row.id).map_err(|message| fail(RowFault::Id(message)))?;
        // Ids are names of folders, also on systems that ignore case.
        if let Some(other) = ids.insert(row.id.to_ascii_lowercase(), place.0) {
            return Err(fail(RowFault::SameId(other)));
        }
        rows.push_str(&line(plan, row, rng).map_err(fail)?);
        if let Some(name) = row.alias()
            && let Some(other) = aliases.insert((row.region(), name), place.0)
        {
            return Err(fail(RowFault::SameAlias(other)));
        }
    }
    let script = |template: &str| script(template, plan, &rows);
    Ok(PlanFiles {
        get_parameters: script(include_str!("plan/get-parameters.sh")),
        import_all: script(include_str!("plan/import-all.sh")),
        rows,
    })
}

/// Returns the line of a row. No value has a tab or a line break.
fn line(plan: &Plan, row: &PlanRow, rng: &mut impl CryptoRng) -> Result<String, RowFault> {
    let (key_id, create_key) = match &row.key {
        PlanKey::Existing(arn) => {
            if *arn.account_id() != plan.account_id {
                return Err(RowFault::OtherAccount {
                    found: arn.account_id().clone(),
                    expected: plan.account_id.clone(),
                });
            }
            (arn.to_string(), ABSENT.to_owned())
        }
        PlanKey::New(key) => {
            let setting = Setting {
                plan_id: &plan.id.0,
                account_id: &plan.account_id,
                now: plan.written_at,
            };
            let request = checked_request(&setting, row, key, rng)?;
            (ABSENT.to_owned(), request)
        }
    };
    Ok(format!(
        "{}\t{}\t{key_id}\t{}\t{}\t{}\t{create_key}\n",
        row.id,
        row.region(),
        row.wrapping_algorithm,
        row.wrapping_key_spec,
        row.alias().unwrap_or(ABSENT),
    ))
}

/// Fills in a template. No value that is filled in contains a word of the template.
fn script(template: &str, plan: &Plan, rows: &str) -> String {
    template
        .replace("@COMMON@\n", COMMON)
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
        .replace("@WRITTEN_AT@", &plan.written_at.to_string())
        .replace("@PLAN@", &plan.id.0)
        .replace("@ACCOUNT@", plan.account_id.as_str())
        .replace("@ROW_COUNT@", &plan.rows.len().to_string())
        .replace(
            "@ROWS_SHA256@",
            &Sha256Digest::of(rows.as_bytes()).to_string(),
        )
}
