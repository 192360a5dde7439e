//! The rows of a plan, read from a manifest.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use byok_core::key_id::{AccountId, KeyIdentifier, Place};
use byok_core::manifest::{Cell, Row};
use byok_core::region::Region;

use super::row::{NewKey, PlanKey, PlanRow};
use super::tags;
use super::wrap_rows::WrapRows;
use crate::batch::options;
use crate::batch_row::RowError;
use crate::input::without_scheme;
use crate::nearest::nearest;

/// The longest key policy, in bytes.
///
/// # Source
///
/// AWS KMS API Reference, `CreateKey`.
pub(crate) const MAX_POLICY_LEN: usize = 32 << 10;

/// The members that only a new key has.
const OF_NEW_KEY: [&str; 5] = ["Description", "KeyUsage", "MultiRegion", "Policy", "Tags"];

/// The members of rows that do not have them.
#[derive(Debug, Default)]
pub(crate) struct PlanDefaults {
    pub(crate) region: Option<Region>,
    pub(crate) account_id: Option<AccountId>,
    /// Names and values of other members.
    pub(crate) members: Vec<(&'static str, String)>,
}

/// Reads the rows of a plan.
#[derive(Debug)]
pub(crate) struct PlanReader<R> {
    defaults: PlanDefaults,
    /// The folder of the manifest.
    folder: PathBuf,
    /// Reads a file with a key policy.
    read: R,
    policies: HashMap<PathBuf, String>,
    /// The members that a row can have.
    known: BTreeSet<String>,
    /// The account of the first row that names one, or of the defaults.
    pub(crate) account_id: Option<AccountId>,
    pub(crate) rows: Vec<PlanRow>,
    pub(crate) wrap_rows: WrapRows,
}

/// A row, and the members that it does not have.
#[derive(Clone, Copy)]
struct Members<'a> {
    row: &'a Row,
    defaults: &'a PlanDefaults,
}

impl<R: FnMut(&Path) -> Result<Vec<u8>, String>> PlanReader<R> {
    /// Reads files relative to `folder`, the absolute path of the folder of the manifest, with `read`.
    pub(crate) fn new(defaults: PlanDefaults, folder: PathBuf, read: R) -> Self {
        Self {
            account_id: defaults.account_id.clone(),
            defaults,
            folder,
            read,
            policies: HashMap::new(),
            known: options::members().collect(),
            rows: Vec::new(),
            wrap_rows: WrapRows::new(),
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    ///
    /// [`RowError`] for the first member that is missing, unknown or invalid.
    pub(crate) fn add(&mut self, row: &Row) -> Result<(), RowError> {
        let policy = self.policy(row)?;
        let members = Members {
            row,
            defaults: &self.defaults,
        };
        members.check_names(&self.known)?;
        let id = members.required("Id")?.to_owned();
        let account_id = match members.text("AccountId")? {
            Some(text) => Some(AccountId::parse(text).ok_or_else(|| {
                members.fault(
                    "AccountId",
                    format!("'{text}' is not an account ID of 12 digits"),
                )
            })?),
            None => None,
        };
        let account_id = account_id.or_else(|| self.account_id.clone());
        let key = members.key(account_id.as_ref(), policy)?;
        let found = match &key {
            PlanKey::Existing(arn) => Some(arn.account_id().clone()),
            PlanKey::New(_) => account_id,
        };
        if let (Some(found), Some(expected)) = (&found, &self.account_id)
            && found != expected
        {
            let message = format!("account {found}, and the plan is for account {expected}");
            return Err(RowError::new((row.number, row.line), None, message)
                .hint("make a plan for each account"));
        }
        self.account_id = found;
        let wrapping_algorithm = members.word("WrappingAlgorithm")?;
        self.wrap_rows
            .add(row, &id, wrapping_algorithm, &self.folder);
        self.rows.push(PlanRow {
            place: (row.number, row.line),
            id,
            key,
            wrapping_algorithm,
            wrapping_key_spec: members.word("WrappingKeySpec")?,
        });
        Ok(())
    }

    /// Returns the text of the key policy: the member itself, or the file that it names.
    fn policy(&mut self, row: &Row) -> Result<Option<String>, RowError> {
        let members = Members {
            row,
            defaults: &self.defaults,
        };
        let Some(text) = members.text("Policy")? else {
            return Ok(None);
        };
        if text.trim_start().starts_with('{') {
            return Ok(Some(text.to_owned()));
        }
        let path = self.folder.join(without_scheme(text.as_ref()));
        if let Some(policy) = self.policies.get(&path) {
            return Ok(Some(policy.clone()));
        }
        let bytes = (self.read)(&path).map_err(|message| members.fault("Policy", message))?;
        let policy = String::from_utf8(bytes)
            .map_err(|_| members.fault("Policy", format!("{text} is not UTF-8 text")))?;
        self.policies.insert(path, policy.clone());
        Ok(Some(policy))
    }
}

impl<'a> Members<'a> {
    fn fault(&self, name: &str, message: impl Into<String>) -> RowError {
        RowError::new((self.row.number, self.row.line), Some(name), message)
    }

    /// Checks that each member is one of a plan, or of a command that takes the same manifest.
    fn check_names(&self, known: &BTreeSet<String>) -> Result<(), RowError> {
        for (name, _) in &self.row.cells {
            if !known.contains(name) {
                let error = self.fault(name, "no such member");
                return Err(match nearest(name, known.iter().map(String::as_str)) {
                    Some(meant) => error.hint(format!("did you mean {meant}?")),
                    None => error,
                });
            }
        }
        Ok(())
    }

    /// Returns the text of a member of the row, or of the defaults.
    fn text(&self, name: &str) -> Result<Option<&'a str>, RowError> {
        match self.row.cell(name) {
            Some(Cell::Text(text)) => Ok(Some(text)),
            Some(Cell::Flag(_) | Cell::List(_)) => Err(self.fault(name, "not a text")),
            None => {
                let mut defaults = self.defaults.members.iter();
                Ok(
                    defaults
                        .find_map(|(default, text)| (*default == name).then_some(text.as_str())),
                )
            }
        }
    }

    fn required(&self, name: &str) -> Result<&'a str, RowError> {
        self.text(name)?.ok_or_else(|| {
            RowError::new(
                (self.row.number, self.row.line),
                None,
                format!("the member {name} is missing"),
            )
        })
    }

    fn owned(&self, name: &str) -> Result<Option<String>, RowError> {
        Ok(self.text(name)?.map(str::to_owned))
    }

    /// Returns a word of the KMS API.
    fn word<T: FromStr>(&self, name: &str) -> Result<T, RowError> {
        let text = self.required(name)?;
        text.parse()
            .map_err(|_| self.fault(name, format!("'{text}' is not a word of the KMS API")))
    }

    /// Returns the Region, without that of a key ARN.
    fn region(&self) -> Result<Option<Region>, RowError> {
        match self.text("Region")? {
            Some(text) => match Region::parse(text) {
                Ok(region) => Ok(Some(region)),
                Err(error) => Err(self.fault("Region", error.to_string())),
            },
            None => Ok(self.defaults.region.clone()),
        }
    }

    fn key(
        &self,
        account_id: Option<&AccountId>,
        policy: Option<String>,
    ) -> Result<PlanKey, RowError> {
        let region = self.region()?;
        let missing = |name: &str, hint: &str| {
            let message = format!("the {name} is missing");
            RowError::new((self.row.number, self.row.line), None, message).hint(hint)
        };
        let region_is_missing = || {
            missing(
                "Region",
                "add the member Region, or use --region for every row",
            )
        };
        let Some(text) = self.text("KeyId")? else {
            let region = region.ok_or_else(region_is_missing)?;
            return Ok(PlanKey::New(Box::new(self.new_key(region, policy)?)));
        };
        for name in OF_NEW_KEY {
            if self.row.cell(name).is_some() {
                return Err(self.fault(name, "only a new key has it, and the row names a KeyId"));
            }
        }
        if self.alias()?.is_some() {
            return Err(self.fault(
                "Alias",
                "only a new key gets one, and the row names a KeyId",
            ));
        }
        let error = |error: byok_core::key_id::KeyIdError| self.fault("KeyId", error.to_string());
        let arn = match KeyIdentifier::parse(text).map_err(error)? {
            KeyIdentifier::Arn(arn) => {
                let region = self.row.cell("Region").and(region);
                let place = Place {
                    region_is_explicit: region.is_some(),
                    region: region.unwrap_or_else(|| arn.region().clone()),
                    account_id: arn.account_id().clone(),
                };
                KeyIdentifier::Arn(arn).resolve(&place).map_err(error)?
            }
            id @ KeyIdentifier::Id(_) => {
                let place = Place {
                    region: region.ok_or_else(region_is_missing)?,
                    region_is_explicit: true,
                    account_id: account_id.cloned().ok_or_else(|| {
                        missing("account", "use --account-id, or write the key ARN")
                    })?,
                };
                id.resolve(&place).map_err(error)?
            }
        };
        Ok(PlanKey::Existing(arn))
    }

    fn new_key(&self, region: Region, policy: Option<String>) -> Result<NewKey, RowError> {
        Ok(NewKey {
            region,
            key_spec: self.owned("KeySpec")?,
            key_usage: self.owned("KeyUsage")?,
            description: self.owned("Description")?,
            multi_region: self.multi_region()?,
            policy,
            tags: self.tags()?,
            alias: self.alias()?,
        })
    }

    /// Returns the alias in AWS KMS. Other aliases name a key in a file, for `wrap`.
    fn alias(&self) -> Result<Option<String>, RowError> {
        let alias = self.owned("Alias")?;
        Ok(alias.filter(|alias| alias.starts_with("alias/")))
    }

    fn multi_region(&self) -> Result<Option<bool>, RowError> {
        let flag = match self.row.cell("MultiRegion") {
            None => return Ok(None),
            Some(Cell::Flag(flag)) => Some(*flag),
            Some(Cell::Text(text)) => options::parse_flag(text),
            Some(Cell::List(_)) => None,
        };
        let fault = || self.fault("MultiRegion", "neither true nor false");
        flag.ok_or_else(fault).map(Some)
    }

    fn tags(&self) -> Result<Vec<(String, String)>, RowError> {
        let tags = match self.row.cell("Tags") {
            None => Some(Vec::new()),
            Some(Cell::Text(text)) => tags::of_text(text),
            Some(Cell::List(list)) => tags::of_list(list),
            Some(Cell::Flag(_)) => None,
        };
        tags.ok_or_else(|| {
            self.fault(
                "Tags",
                "expected TagKey=KEY,TagValue=VALUE for each tag, separated by spaces, or JSON: \
                 [{\"TagKey\":\"KEY\",\"TagValue\":\"VALUE\"}]",
            )
        })
    }
}
