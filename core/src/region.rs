//! AWS Regions and the partitions they belong to.

use core::fmt;

/// The name of an AWS Region, such as `us-east-1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region(String);

/// The beginning of the Region names of each partition except `aws`.
const BY_PREFIX: &[(&str, &str)] = &[
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-iso-", "aws-iso"),
    ("eusc-", "aws-eusc"),
];

/// The Regions of every partition.
///
/// # Source
///
/// botocore 1.44.8, `partitions.json`.
const KNOWN: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-isoe-west-1",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "me-west-1",
    "mx-central-1",
    "sa-east-1",
    "sa-west-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-1",
    "us-west-2",
];

/// A text that cannot be the name of a Region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{}' is not the name of an AWS Region", .0)]
pub struct InvalidRegion(pub String);

impl Region {
    /// Accepts a name in the form of all Regions: lower-case words and a number, joined by dashes.
    ///
    /// # Errors
    ///
    /// [`InvalidRegion`] for any other form. byok cannot check offline whether AWS has such a
    /// Region.
    pub fn parse(name: &str) -> Result<Self, InvalidRegion> {
        let words: Vec<&str> = name.split('-').collect();
        let is_region = match words.split_last() {
            Some((number, words)) => {
                words.len() >= 2
                    && words.iter().all(|w| {
                        !w.is_empty()
                            && w.bytes()
                                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
                    })
                    && words[0].bytes().all(|b| b.is_ascii_lowercase())
                    && (1..=2).contains(&number.len())
                    && number.bytes().all(|b| b.is_ascii_digit())
            }
            None => false,
        };
        if !is_region || name.len() > 32 {
            return Err(InvalidRegion(name.to_owned()));
        }
        Ok(Self(name.to_owned()))
    }

    /// Returns the names of the Regions that are known.
    pub const fn known() -> &'static [&'static str] {
        KNOWN
    }

    /// Returns whether this Region is known. One that is not may be newer than this program.
    pub fn is_known(&self) -> bool {
        KNOWN.contains(&self.as_str())
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the partition in ARNs of this Region.
    ///
    /// # Source
    ///
    /// botocore's `partitions.json`, which finds the partition by the prefix of the Region.
    pub fn partition(&self) -> &'static str {
        BY_PREFIX
            .iter()
            .find(|(prefix, _)| self.0.starts_with(prefix))
            .map_or("aws", |(_, name)| name)
    }

    /// Returns whether this Region can be in `partition`: in the one of its prefix, or in one that
    /// is newer than this program if the prefix has none.
    pub fn can_be_in(&self, partition: &str) -> bool {
        let is_known = BY_PREFIX.iter().any(|(_, known)| *known == partition);
        self.partition() == partition || (self.partition() == "aws" && !is_known)
    }

    /// Returns whether this Region belongs to partition `aws-cn`, where other import rules hold.
    pub fn is_china(&self) -> bool {
        self.partition() == "aws-cn"
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_region_has_the_form_of_one() {
        for name in Region::known() {
            assert!(
                Region::parse(name).is_ok_and(|region| region.is_known()),
                "{name}"
            );
        }
        assert!(KNOWN.is_sorted());
        assert!(Region::parse("us-esat-1").is_ok_and(|region| !region.is_known()));
    }

    #[test]
    fn partitions_follow_the_prefix() {
        for (name, partition) in [
            ("us-east-1", "aws"),
            ("ap-southeast-4", "aws"),
            ("cn-northwest-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("us-iso-east-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eusc-de-east-1", "aws-eusc"),
        ] {
            assert_eq!(
                Region::parse(name).map(|r| r.partition()),
                Ok(partition),
                "{name}"
            );
        }
    }

    #[test]
    fn what_cannot_be_a_region_is_refused() {
        for name in [
            "",
            "us",
            "us-east",
            "US-EAST-1",
            "us-east-1a",
            "us east-1",
            "us--1",
            "../etc-x-1",
            "us-east-123",
        ] {
            assert!(Region::parse(name).is_err(), "{name:?}");
        }
    }
}
