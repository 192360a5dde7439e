//! The names of a KMS key: key ID and key ARN.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    exception::{Exception, Refusal},
    region::Region,
    validation::Violations,
};

#[cfg(test)]
std::thread_local! {
    /// The number of `KeyId` members that this thread has parsed.
    pub(crate) static PARSED: core::cell::Cell<usize> = const { core::cell::Cell::new(0) };
}

/// The length limit of the API's `KeyId` member, in characters.
pub const MAX_KEY_ID_LEN: usize = 2048;

/// The ID of a KMS key: a UUID, or `mrk-` and 32 hex digits for a multi-Region key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(String);

/// The Amazon Resource Name of a KMS key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyArn {
    partition: String,
    region: Region,
    account_id: AccountId,
    key_id: KeyId,
}

/// The 12 digits of an AWS account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(String);

/// The value of a request's `KeyId` member: a key ID or a key ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyIdentifier {
    /// A key ID, which needs a Region and an account.
    Id(KeyId),
    /// A full ARN.
    Arn(KeyArn),
}

/// The reasons why a text does not name a KMS key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyIdError {
    /// Empty.
    Empty,
    /// More than 2048 characters.
    TooLong(String),
    /// Control characters, which no identifier has.
    ControlCharacters,
    /// The name or ARN of an alias, which the import operations do not accept.
    Alias,
    /// Neither an ARN nor a key ID.
    MalformedId(String),
    /// Begins like an ARN and is not the ARN of a KMS key.
    MalformedArn(String),
    /// The ARN names a partition that does not contain its Region.
    OtherPartition {
        /// The Region that the ARN names.
        region: Region,
    },
    /// The ARN is valid, but names another Region than the one that was asked.
    OtherRegion {
        /// The Region that the ARN names.
        arn_region: Region,
        /// The Region that is asked.
        asked: Region,
    },
}

impl KeyIdError {
    /// Returns AWS's answer to this identifier.
    pub fn refusal(&self) -> Refusal {
        let length = |text: &str| {
            let mut violations = Violations::default();
            violations.length("keyId", text, 1, MAX_KEY_ID_LEN);
            violations
                .into_refusal()
                .unwrap_or(Refusal::without_text(Exception::Validation))
        };
        match self {
            Self::Empty => length(""),
            Self::TooLong(text) => length(text),
            Self::ControlCharacters => Refusal::without_text(Exception::Validation),
            Self::Alias => Refusal::new(
                Exception::InvalidArn,
                "Key Aliases are not supported for this operation.",
            ),
            Self::MalformedId(text) => {
                Refusal::new(Exception::NotFound, format!("Invalid keyId '{text}'"))
            }
            Self::MalformedArn(_) | Self::OtherPartition { .. } => {
                Refusal::without_text(Exception::InvalidArn)
            }
            Self::OtherRegion { arn_region, .. } => {
                Refusal::new(Exception::NotFound, format!("Invalid arn {arn_region}"))
            }
        }
    }
}

impl fmt::Display for KeyIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl core::error::Error for KeyIdError {}

impl AccountId {
    /// Accepts exactly 12 digits. Returns `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| Self(text.to_owned()))
    }

    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl KeyId {
    /// Accepts a UUID with dashes, or `mrk-` and 32 hex digits. Returns `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex =
            |part: &str, len| part.len() == len && part.bytes().all(|b| b.is_ascii_hexdigit());
        let is_uuid = || {
            let groups: Vec<&str> = text.split('-').collect();
            groups.len() == 5
                && groups
                    .iter()
                    .zip([8, 4, 4, 4, 12])
                    .all(|(group, len)| is_hex(group, len))
        };
        let is_mrk = text.strip_prefix("mrk-").is_some_and(|hex| is_hex(hex, 32));
        (is_mrk || is_uuid()).then(|| Self(text.to_owned()))
    }

    /// Builds an ID from 16 random bytes: a version 4 UUID, or a multi-Region ID of the same bytes.
    ///
    /// # Source
    ///
    /// RFC 9562, 5.4.
    pub fn from_random(mut random: [u8; 16], multi_region: bool) -> Self {
        random[6] = random[6] & 0x0f | 0x40;
        random[8] = random[8] & 0x3f | 0x80;
        let hex = crate::hex::encode(&random);
        if multi_region {
            return Self(format!("mrk-{hex}"));
        }
        Self(format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        ))
    }

    /// Returns the ID.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether this is the ID of a multi-Region key.
    pub fn is_multi_region(&self) -> bool {
        self.0.starts_with("mrk-")
    }
}

impl KeyArn {
    /// Builds the ARN of key `key_id` in `region` and `account_id`.
    pub fn new(region: Region, account_id: AccountId, key_id: KeyId) -> Self {
        Self {
            partition: region.partition().to_owned(),
            region,
            account_id,
            key_id,
        }
    }

    /// Parses `arn:<partition>:kms:<region>:<account>:key/<id>`. Returns `None` for anything else,
    /// and if the Region is not in the partition.
    pub fn parse(text: &str) -> Option<Self> {
        Self::of_any_partition(text).filter(|arn| arn.region.can_be_in(&arn.partition))
    }

    fn of_any_partition(text: &str) -> Option<Self> {
        if text.len() > MAX_KEY_ID_LEN {
            return None;
        }
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next();
        let (arn, partition, service) = (next()?, next()?, next()?);
        let (region, account_id, resource) = (next()?, next()?, next()?);
        let is_partition = partition.starts_with("aws")
            && partition
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'-');
        if arn != "arn" || service != "kms" || !is_partition {
            return None;
        }
        Some(Self {
            partition: partition.to_owned(),
            region: Region::parse(region).ok()?,
            account_id: AccountId::parse(account_id)?,
            key_id: KeyId::parse(resource.strip_prefix("key/")?)?,
        })
    }

    /// Returns the Region of the key.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// Returns the account that owns the key.
    pub fn account_id(&self) -> &AccountId {
        &self.account_id
    }

    /// Returns whether `other` is the same multi-Region key in another Region.
    pub fn is_related_to(&self, other: &Self) -> bool {
        self.key_id.is_multi_region()
            && self.key_id == other.key_id
            && self.account_id == other.account_id
            && self.region != other.region
    }

    /// Returns the ID of the key. The replicas of a multi-Region key share it.
    pub fn key_id(&self) -> &KeyId {
        &self.key_id
    }
}

impl KeyIdentifier {
    /// Parses a request's `KeyId` member.
    ///
    /// # Errors
    ///
    /// [`KeyIdError`], each with AWS's answer. Never `OtherRegion`.
    pub fn parse(text: &str) -> Result<Self, KeyIdError> {
        #[cfg(test)]
        PARSED.set(PARSED.get() + 1);
        if text.is_empty() {
            return Err(KeyIdError::Empty);
        }
        if text.chars().count() > MAX_KEY_ID_LEN {
            return Err(KeyIdError::TooLong(text.to_owned()));
        }
        if text.chars().any(char::is_control) {
            return Err(KeyIdError::ControlCharacters);
        }
        if text.starts_with("alias/") || (text.starts_with("arn:") && text.contains(":alias/")) {
            return Err(KeyIdError::Alias);
        }
        if text.starts_with("arn:") {
            return match KeyArn::parse(text) {
                Some(arn) => Ok(Self::Arn(arn)),
                None => Err(match KeyArn::of_any_partition(text) {
                    Some(arn) => KeyIdError::OtherPartition { region: arn.region },
                    None => KeyIdError::MalformedArn(text.to_owned()),
                }),
            };
        }
        match KeyId::parse(text) {
            Some(id) => Ok(Self::Id(id)),
            None => Err(KeyIdError::MalformedId(text.to_owned())),
        }
    }

    /// Returns the ARN of this identifier.
    ///
    /// A key ID alone is completed from `place`. An ARN has its own Region and account. If somebody
    /// chose another Region explicitly, the ARN does not match.
    ///
    /// # Errors
    ///
    /// [`KeyIdError::OtherRegion`] if `place` names another Region explicitly.
    pub fn resolve(self, place: &Place) -> Result<KeyArn, KeyIdError> {
        match self {
            Self::Id(id) => Ok(KeyArn::new(
                place.region.clone(),
                place.account_id.clone(),
                id,
            )),
            Self::Arn(arn) if place.region_is_explicit && arn.region != place.region => {
                Err(KeyIdError::OtherRegion {
                    arn_region: arn.region,
                    asked: place.region.clone(),
                })
            }
            Self::Arn(arn) => Ok(arn),
        }
    }
}

/// The place of a key ID without an ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The Region that is asked.
    pub region: Region,
    /// True if somebody chose that Region; false if it is the default.
    pub region_is_explicit: bool,
    /// The account that asks.
    pub account_id: AccountId,
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for KeyArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            region,
            account_id,
            key_id,
        } = self;
        write!(f, "arn:{partition}:kms:{region}:{account_id}:key/{key_id}")
    }
}

impl Serialize for KeyId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for KeyId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not the ID of a KMS key"))
    }
}

impl Serialize for KeyArn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KeyArn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not the ARN of a KMS key"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
    const ARN: &str = "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    fn place(region: &str, region_is_explicit: bool) -> Place {
        Place {
            region: Region::parse(region).expect("a Region"),
            region_is_explicit,
            account_id: AccountId::parse("111122223333").expect("12 digits"),
        }
    }

    fn refusal(text: &str) -> String {
        KeyIdentifier::parse(text)
            .map(|_| ())
            .expect_err("must be refused")
            .to_string()
    }

    #[test]
    fn ids_and_arns_of_every_partition_are_read() {
        for text in [
            ID,
            "mrk-1234abcd12ab34cd56ef1234567890ab",
            "1234ABCD-12AB-34CD-56EF-1234567890AB",
        ] {
            assert!(
                matches!(KeyIdentifier::parse(text), Ok(KeyIdentifier::Id(id)) if id.as_str() == text)
            );
        }
        for arn in [
            ARN,
            "arn:aws-cn:kms:cn-north-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab",
            "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws-iso-b:kms:us-isob-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws-new:kms:new-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        ] {
            assert!(
                matches!(KeyIdentifier::parse(arn), Ok(KeyIdentifier::Arn(a)) if a.to_string() == arn)
            );
        }
    }

    #[test]
    fn aws_texts_word_for_word() {
        assert_eq!(
            refusal("fake-key-id"),
            "NotFoundException: Invalid keyId 'fake-key-id'"
        );
        assert_eq!(
            refusal("mrk-fake-key-id"),
            "NotFoundException: Invalid keyId 'mrk-fake-key-id'"
        );
        assert_eq!(
            refusal("1234abcd12ab34cd56ef1234567890ab"),
            "NotFoundException: Invalid keyId '1234abcd12ab34cd56ef1234567890ab'"
        );
        let alias = "InvalidArnException: Key Aliases are not supported for this operation.";
        assert_eq!(refusal("alias/mine"), alias);
        assert_eq!(
            refusal("arn:aws:kms:us-east-2:111122223333:alias/mine"),
            alias
        );
        assert_eq!(
            refusal("arn:aws:s3:us-east-2:111122223333:key/x"),
            "InvalidArnException"
        );
        for (partition, region) in [
            ("aws-cn", "us-east-2"),
            ("aws", "cn-north-1"),
            ("aws-us-gov", "us-east-1"),
            ("aws-new", "eusc-de-east-1"),
        ] {
            let arn = format!("arn:{partition}:kms:{region}:111122223333:key/{ID}");
            assert_eq!(refusal(&arn), "InvalidArnException", "{arn}");
            assert_eq!(KeyArn::parse(&arn), None);
        }
        assert_eq!(
            refusal(""),
            "ValidationException: 1 validation error detected: Value '' at 'keyId' failed to satisfy constraint: \
             Member must have length greater than or equal to 1"
        );
        assert!(
            refusal(&"k".repeat(2049))
                .ends_with("Member must have length less than or equal to 2048")
        );
        assert_eq!(
            refusal(&"k".repeat(2048)),
            format!("NotFoundException: Invalid keyId '{}'", "k".repeat(2048))
        );
        assert_eq!(refusal("a\u{1b}[2J"), "ValidationException");
    }

    #[test]
    fn only_an_explicit_region_disagrees_with_an_arn() {
        let arn = || KeyIdentifier::parse(ARN).expect("an ARN");
        assert_eq!(
            arn()
                .resolve(&place("us-east-1", false))
                .map(|a| a.to_string()),
            Ok(ARN.to_owned())
        );
        assert_eq!(
            arn()
                .resolve(&place("us-east-2", true))
                .map(|a| a.to_string()),
            Ok(ARN.to_owned())
        );
        let error = arn()
            .resolve(&place("us-west-2", true))
            .expect_err("another Region");
        assert_eq!(
            error.to_string(),
            "NotFoundException: Invalid arn us-east-2"
        );
    }

    #[test]
    fn a_bare_id_takes_the_partition_of_its_region() {
        let id = KeyIdentifier::parse(ID).expect("an id");
        let arn = id.resolve(&place("cn-north-1", true)).expect("resolves");
        assert_eq!(
            arn.to_string(),
            format!("arn:aws-cn:kms:cn-north-1:111122223333:key/{ID}")
        );
    }

    #[test]
    fn random_ids_have_the_form_of_ids() {
        for multi_region in [false, true] {
            let id = KeyId::from_random([0xff; 16], multi_region);
            assert_eq!(KeyId::parse(id.as_str()), Some(id.clone()));
            assert_eq!(id.is_multi_region(), multi_region);
        }
    }
}
