//! The names of aliases, and their ARNs.

use core::fmt;

use crate::{
    exception::{Exception, Refusal},
    key_id::{AccountId, KeyArn, KeyId, KeyIdError, Place},
    region::Region,
};

/// The length limit of an alias name, in characters.
pub const MAX_ALIAS_NAME_LEN: usize = 256;

const PREFIX: &str = "alias/";
/// The prefix of the aliases of AWS managed keys.
const RESERVED_PREFIX: &str = "alias/aws/";

/// The name of an alias that its owner can create: `alias/` and at least one other character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AliasName(String);

/// The reasons why nobody can create, update or delete an alias of this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AliasNameError {
    /// The name does not begin with `alias/`.
    NoPrefix,
    /// The name begins with `alias/aws/`.
    Reserved,
    /// The name contains a colon.
    Colon(String),
    /// Nothing follows `alias/`.
    Empty,
}

/// An account in one Region. Its aliases have distinct names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountRegion {
    /// The account.
    pub account_id: AccountId,
    /// The Region.
    pub region: Region,
}

/// The ARN of an alias, which need not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AliasArn {
    /// The account and the Region of the alias.
    pub home: AccountRegion,
    /// The name as the request spells it.
    pub name: String,
}

impl AliasName {
    /// Accepts the name of a new alias. Its characters and its length were checked before.
    ///
    /// # Errors
    ///
    /// [`AliasNameError`].
    pub fn parse(text: &str) -> Result<Self, AliasNameError> {
        let Some(rest) = text.strip_prefix(PREFIX) else {
            return Err(AliasNameError::NoPrefix);
        };
        if text.starts_with(RESERVED_PREFIX) {
            return Err(AliasNameError::Reserved);
        }
        if rest.contains(':') {
            return Err(AliasNameError::Colon(text.to_owned()));
        }
        if rest.is_empty() {
            return Err(AliasNameError::Empty);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the name, with `alias/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AliasNameError {
    /// Returns AWS's answer.
    ///
    /// # Source
    ///
    /// The texts are recorded. The answer to a name without characters is inferred.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::NoPrefix => Refusal::new(
                Exception::Validation,
                "Alias must start with the prefix \"alias/\". Please see \
                 https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
            ),
            Self::Reserved => Refusal::without_text(Exception::NotAuthorized),
            Self::Colon(name) => Refusal::new(
                Exception::Validation,
                format!("{name} contains invalid characters for an alias"),
            ),
            Self::Empty => Refusal::without_text(Exception::InvalidAliasName),
        }
    }
}

impl AccountRegion {
    /// Returns the account and the Region that are asked.
    pub fn of(place: &Place) -> Self {
        Self {
            account_id: place.account_id.clone(),
            region: place.region.clone(),
        }
    }

    /// Returns the ARN of a key in this account and Region.
    pub fn key_arn(&self, key_id: &KeyId) -> KeyArn {
        KeyArn::new(self.region.clone(), self.account_id.clone(), key_id.clone())
    }
}

impl AliasArn {
    /// Returns the ARN of an alias that a request names in the place of a key, by its name or its
    /// ARN.
    ///
    /// # Errors
    ///
    /// [`KeyIdError`] if it is neither, or if the ARN names another Region.
    pub fn resolve(text: &str, place: &Place) -> Result<Self, KeyIdError> {
        if text.starts_with(PREFIX) {
            return Ok(Self {
                home: AccountRegion::of(place),
                name: text.to_owned(),
            });
        }
        let (arn, partition) =
            Self::parse(text).ok_or_else(|| KeyIdError::MalformedArn(text.to_owned()))?;
        let region = &arn.home.region;
        if !region.can_be_in(partition) {
            return Err(KeyIdError::OtherPartition {
                region: region.clone(),
            });
        }
        if *region != place.region {
            return Err(KeyIdError::OtherRegion {
                arn_region: region.clone(),
                asked: place.region.clone(),
            });
        }
        Ok(arn)
    }

    /// Parses the ARN of an alias, and returns its partition too.
    fn parse(text: &str) -> Option<(Self, &str)> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next();
        let (arn, partition, service) = (next()?, next()?, next()?);
        let (region, account_id, name) = (next()?, next()?, next()?);
        if arn != "arn" || service != "kms" || !name.starts_with(PREFIX) {
            return None;
        }
        let home = AccountRegion {
            account_id: AccountId::parse(account_id)?,
            region: Region::parse(region).ok()?,
        };
        let name = name.to_owned();
        Some((Self { home, name }, partition))
    }

    /// Returns AWS's answer if there is no such alias.
    ///
    /// # Source
    ///
    /// Recorded.
    pub fn not_found(&self) -> Refusal {
        Refusal::new(Exception::NotFound, format!("Alias {self} is not found."))
    }
}

impl fmt::Display for AliasArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let AccountRegion { account_id, region } = &self.home;
        let (partition, name) = (region.partition(), &self.name);
        write!(f, "arn:{partition}:kms:{region}:{account_id}:{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            region: Region::parse("us-east-1").expect("a Region"),
            region_is_explicit: true,
            account_id: AccountId::parse("111122223333").expect("an account"),
        }
    }

    #[test]
    fn names_follow_the_rules_of_aws() {
        for name in ["alias/a", "alias/A_b-9/c", "alias/aws", "alias/awsome/x"] {
            let parsed = AliasName::parse(name);
            assert_eq!(parsed.as_ref().map(AliasName::as_str), Ok(name));
        }
        for (name, error) in [
            ("a", AliasNameError::NoPrefix),
            ("Alias/a", AliasNameError::NoPrefix),
            ("alias/", AliasNameError::Empty),
            ("alias/aws/s3", AliasNameError::Reserved),
            ("alias/a:1", AliasNameError::Colon("alias/a:1".to_owned())),
        ] {
            assert_eq!(AliasName::parse(name), Err(error), "{name}");
        }
    }

    #[test]
    fn a_name_is_completed_and_an_arn_is_checked() {
        let arn = "arn:aws:kms:us-east-1:111122223333:alias/a/b";
        for text in ["alias/a/b", arn] {
            let resolved = AliasArn::resolve(text, &place()).expect("an alias");
            assert_eq!(resolved.to_string(), arn);
        }
        for (text, answer) in [
            (
                "arn:aws:kms:us-west-2:111122223333:alias/a",
                "NotFoundException: Invalid arn us-west-2",
            ),
            (
                "arn:aws:sns:us-east-1:111122223333:alias/a",
                "InvalidArnException",
            ),
            (
                "arn:aws-cn:kms:us-east-1:111122223333:alias/a",
                "InvalidArnException",
            ),
            ("arn:aws:kms:us-east-1:1:alias/a", "InvalidArnException"),
        ] {
            let error = AliasArn::resolve(text, &place()).expect_err(text);
            assert_eq!(error.refusal().to_string(), answer, "{text}");
        }
    }
}
