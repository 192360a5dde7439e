//! Key material that two KMS keys would share, found before there is any output.

use std::collections::HashMap;

use byok_core::key_id::KeyArn;
use byok_core::keyed_digest::{DigestKey, DigestOf, KeyedDigest};

use super::row::BatchRow;

/// The claim of a row on key material.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    /// The name of the row.
    pub(super) name: KeyedDigest,
    /// The key material.
    pub(super) material: KeyedDigest,
    /// The KMS key.
    pub(super) kms_key: KeyedDigest,
    /// The group of rows that may share key material.
    pub(super) group: Option<KeyedDigest>,
}

/// Who has the key material of a row already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SharedWith {
    /// An earlier row of this run, by its number.
    Row(u64),
    /// A row of another run with the same folder, by its name.
    Folder(String),
}

/// The key material of every row of a run.
#[derive(Debug, Default)]
pub(super) struct Materials {
    /// The first claim on each material, and its row.
    first: HashMap<KeyedDigest, (u64, Claim)>,
    /// The claim of each row, from the first of the run on; most memory of a large run is this list.
    claims: Vec<Option<Claim>>,
    first_row: u64,
    refused: HashMap<u64, SharedWith>,
}

impl Claim {
    /// Builds the claim of `row` on `material` for `kms_key`. A row without a KMS key stands for one of
    /// its own.
    pub(super) fn new(
        key: &DigestKey,
        row: &BatchRow,
        material: KeyedDigest,
        kms_key: Option<&KeyArn>,
    ) -> Self {
        let kms_key = match kms_key {
            // The replicas of a multi-Region key have one material.
            Some(arn) if arn.key_id().is_multi_region() => {
                let parts = [arn.account_id().as_str(), arn.key_id().as_str()];
                key.digest(DigestOf::KmsKey, &parts.map(str::as_bytes))
            }
            Some(arn) => key.digest(DigestOf::KmsKey, &[arn.to_string().as_bytes()]),
            None => Self::name_of(key, &row.id),
        };
        let group = row.shared_material.as_ref();
        let group = group.map(|group| key.digest(DigestOf::Name, &[b"group", group.as_bytes()]));
        Self {
            name: Self::name_of(key, &row.id),
            material,
            kms_key,
            group,
        }
    }

    /// Returns the digest of the name of a row.
    pub(super) fn name_of(key: &DigestKey, id: &str) -> KeyedDigest {
        key.digest(DigestOf::Name, &[b"row", id.as_bytes()])
    }

    /// Returns whether both may have their key material, which is the same.
    pub(super) fn permits(&self, other: &Self) -> bool {
        self.kms_key == other.kms_key || self.group.is_some() && self.group == other.group
    }
}

impl Materials {
    /// Builds an empty list for rows from `first_row` on.
    pub(super) fn from_row(first_row: u64) -> Self {
        Self {
            first_row,
            ..Self::default()
        }
    }

    /// Adds the claim of the next row. If an earlier row has its material, the row is refused.
    pub(super) fn add(&mut self, row: u64, claim: Option<Claim>) {
        self.claims.push(claim);
        let Some(claim) = claim else { return };
        let (first_row, first) = *self.first.entry(claim.material).or_insert((row, claim));
        if !first.permits(&claim) {
            self.refused.insert(row, SharedWith::Row(first_row));
        }
    }

    /// Refuses the rows with the material of `claim`, which the folder has for the row `id`, unless it is the
    /// same row.
    pub(super) fn refuse_those_of(&mut self, id: &str, claim: &Claim) {
        // Rows with one material are rare: all of them are looked for only then.
        if !self.first.contains_key(&claim.material) {
            return;
        }
        for (number, own) in (self.first_row..).zip(&self.claims) {
            let is_refused = |own: &Claim| {
                own.material == claim.material && own.name != claim.name && !own.permits(claim)
            };
            if own.as_ref().is_some_and(is_refused) {
                let others = self.refused.entry(number);
                others.or_insert_with(|| SharedWith::Folder(id.to_owned()));
            }
        }
    }

    /// Returns the claim of a row.
    pub(super) fn claim(&self, row: u64) -> Option<Claim> {
        let at = usize::try_from(row.checked_sub(self.first_row)?).ok()?;
        *self.claims.get(at)?
    }

    /// Returns who has the key material of a row that is refused.
    pub(super) fn shared_with(&self, row: u64) -> Option<&SharedWith> {
        self.refused.get(&row)
    }

    /// Returns the rows that others share material with, by their numbers.
    pub(super) fn named_rows(&self) -> impl Iterator<Item = u64> {
        self.refused.values().filter_map(|shared| match shared {
            SharedWith::Row(row) => Some(*row),
            SharedWith::Folder(_) => None,
        })
    }

    /// Frees what only the search needs.
    pub(super) fn finish(&mut self) {
        self.first = HashMap::new();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn claim(id: &str, material: &str, arn: Option<&str>, group: Option<&str>) -> Claim {
        let key = DigestKey::from_bytes(&KEY).expect("a key");
        let row = BatchRow {
            number: 1,
            line: 1,
            id: id.to_owned(),
            shared_material: group.map(str::to_owned),
            options: BTreeMap::new(),
            words: vec![],
        };
        let material = key.digest(DigestOf::Material, &[material.as_bytes()]);
        let arn = arn.map(|arn| KeyArn::parse(arn).expect("an ARN"));
        Claim::new(&key, &row, material, arn.as_ref())
    }

    const ONE: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    const TWO: &str = "arn:aws:kms:us-east-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321";
    const MRK: [&str; 3] = [
        "arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab",
        "arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab",
        "arn:aws:kms:eu-west-1:444455556666:key/mrk-1234abcd12ab34cd56ef1234567890ab",
    ];

    /// Returns the rows that are refused among rows with these claims, with who has their material.
    fn refused(claims: &[Claim]) -> Vec<(u64, u64)> {
        let mut materials = Materials::from_row(1);
        for (row, claim) in (1..).zip(claims) {
            materials.add(row, Some(*claim));
        }
        let refused =
            (1..)
                .zip(claims)
                .filter_map(|(row, _)| match materials.shared_with(row)? {
                    SharedWith::Row(other) => Some((row, *other)),
                    SharedWith::Folder(_) => None,
                });
        refused.collect()
    }

    #[test]
    fn the_later_row_with_one_material_and_another_key_is_refused() {
        let rows = [
            claim("a", "m", Some(ONE), None),
            claim("b", "n", Some(TWO), None),
            claim("c", "m", Some(TWO), None),
            claim("d", "m", Some(ONE), None),
            claim("e", "m", Some(TWO), Some("g")),
        ];
        assert_eq!(refused(&rows), [(3, 1), (5, 1)]);
    }

    #[test]
    fn one_group_and_one_multi_region_key_share() {
        let group = |id, arn, group| claim(id, "m", Some(arn), Some(group));
        assert_eq!(refused(&[group("a", ONE, "g"), group("b", TWO, "g")]), []);
        assert_eq!(
            refused(&[group("a", ONE, "g"), group("b", TWO, "h")]),
            [(2, 1)]
        );
        let replica = |at: usize| claim("r", "m", Some(MRK[at]), None);
        assert_eq!(refused(&[replica(0), replica(1)]), []);
        assert_eq!(refused(&[replica(0), replica(2)]), [(2, 1)]);
    }

    #[test]
    fn rows_without_a_key_are_one_key_each() {
        let row = |id| claim(id, "m", None, None);
        assert_eq!(refused(&[row("a"), row("b")]), [(2, 1)]);
    }

    #[test]
    fn rows_of_another_run_come_first() {
        let mut materials = Materials::from_row(11);
        materials.add(11, Some(claim("a", "m", Some(ONE), None)));
        materials.add(12, None);
        materials.add(13, Some(claim("c", "n", Some(TWO), None)));
        materials.refuse_those_of("other", &claim("other", "n", Some(ONE), None));
        materials.refuse_those_of("same", &claim("same", "m", Some(ONE), None));
        assert_eq!(materials.shared_with(11), None);
        assert_eq!(
            materials.shared_with(13),
            Some(&SharedWith::Folder("other".to_owned()))
        );
        assert_eq!(materials.claim(12), None);
        assert!(materials.claim(13).is_some() && materials.claim(14).is_none());
    }
}
