//! A row of a plan.

use byok_core::key_id::KeyArn;
use byok_core::region::Region;
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_key_spec::WrappingKeySpec;

/// A row of a plan: a KMS key, and the import parameters to ask for.
#[derive(Debug)]
pub(crate) struct PlanRow {
    /// The number of the row, and its line in the manifest, each from 1.
    pub(crate) place: (u64, u64),
    /// The name of the row.
    pub(crate) id: String,
    /// The key.
    pub(crate) key: PlanKey,
    /// The wrapping algorithm.
    pub(crate) wrapping_algorithm: WrappingAlgorithm,
    /// The kind of wrapping key.
    pub(crate) wrapping_key_spec: WrappingKeySpec,
}

/// The KMS key of a row.
#[derive(Debug)]
pub(crate) enum PlanKey {
    /// A key that exists.
    Existing(KeyArn),
    /// A key that the script creates.
    New(Box<NewKey>),
}

/// The members of a CreateKey request, as the manifest spells them, its Region, and an alias.
#[derive(Debug)]
pub(crate) struct NewKey {
    pub(crate) region: Region,
    pub(crate) key_spec: Option<String>,
    pub(crate) key_usage: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) multi_region: Option<bool>,
    /// The text of a key policy.
    pub(crate) policy: Option<String>,
    /// Keys and values.
    pub(crate) tags: Vec<(String, String)>,
    /// The name of the alias, with `alias/`.
    pub(crate) alias: Option<String>,
}

impl PlanRow {
    /// Returns the Region of the key.
    pub(crate) fn region(&self) -> &Region {
        match &self.key {
            PlanKey::Existing(arn) => arn.region(),
            PlanKey::New(key) => &key.region,
        }
    }

    /// Returns the alias that the row creates.
    pub(super) fn alias(&self) -> Option<&str> {
        match &self.key {
            PlanKey::Existing(_) => None,
            PlanKey::New(key) => key.alias.as_deref(),
        }
    }
}
