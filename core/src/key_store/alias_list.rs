//! The aliases of one account in one Region.

use serde::{Deserialize, Serialize};

use super::error::{StoreError, StoreErrorKind};
use crate::{
    alias::AliasName,
    json::{self, Object},
    key_id::KeyId,
    timestamp::Timestamp,
};

/// The version of [`AliasList`] that is read and written.
const VERSION: u64 = 1;

/// An alias of a KMS key in the same account and Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alias {
    /// The name, with `alias/`.
    pub alias_name: String,
    /// The key.
    pub target_key_id: KeyId,
    /// The time when the alias was created.
    pub creation_date: Timestamp,
    /// The time when the alias got its present key.
    pub last_updated_date: Timestamp,
}

/// Aliases by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AliasList(Vec<Alias>);

impl AliasList {
    /// Parses what [`Self::to_json`] wrote.
    ///
    /// # Errors
    ///
    /// The reason why it is something else.
    pub fn from_json(bytes: &[u8]) -> Result<Self, String> {
        let document = Object::parse(bytes).map_err(|error| error.to_string())?;
        let version = document
            .member("Version")
            .and_then(serde_json::Value::as_u64);
        if version != Some(VERSION) {
            return Err(format!("a list of aliases without version {VERSION}"));
        }
        let aliases = document.member("Aliases").cloned().unwrap_or_default();
        let mut aliases: Vec<Alias> = serde_json::from_value(aliases)
            .map_err(|error| format!("not a list of aliases: {error}"))?;
        aliases.sort_by(|a, b| a.alias_name.cmp(&b.alias_name));
        Ok(Self(aliases))
    }

    /// Writes the list.
    ///
    /// # Errors
    ///
    /// [`StoreError`] of kind `Full` if nobody could read it, because it is too long.
    pub fn to_json(&self) -> Result<String, StoreError> {
        let text = json::pretty(&serde_json::json!({ "Version": VERSION, "Aliases": self.0 }));
        if text.len() > json::MAX_LEN {
            let text = format!(
                "the aliases of one Region would exceed {} bytes",
                json::MAX_LEN
            );
            return Err(StoreError::new(StoreErrorKind::Full, text));
        }
        Ok(text)
    }

    /// Returns the aliases, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Alias> {
        self.0.iter()
    }

    /// Returns the alias of this name.
    pub fn find(&self, name: &str) -> Option<&Alias> {
        let place = self.place(name).ok()?;
        self.0.get(place)
    }

    /// Returns the number of aliases of a key.
    pub fn count_of(&self, key_id: &KeyId) -> usize {
        self.0
            .iter()
            .filter(|alias| alias.target_key_id == *key_id)
            .count()
    }

    /// Gives the alias `name` to a key. A new alias is created.
    pub fn point(&mut self, name: &AliasName, key_id: KeyId, now: Timestamp) {
        match self.place(name.as_str()) {
            Ok(place) => {
                self.0[place].target_key_id = key_id;
                self.0[place].last_updated_date = now;
            }
            Err(place) => self.0.insert(
                place,
                Alias {
                    alias_name: name.as_str().to_owned(),
                    target_key_id: key_id,
                    creation_date: now,
                    last_updated_date: now,
                },
            ),
        }
    }

    /// Removes the alias of this name, if there is one.
    pub fn remove(&mut self, name: &str) {
        if let Ok(place) = self.place(name) {
            self.0.remove(place);
        }
    }

    /// Keeps the aliases of the keys for which `exists` holds.
    pub fn retain_of(&mut self, mut exists: impl FnMut(&KeyId) -> bool) {
        self.0.retain(|alias| exists(&alias.target_key_id));
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0
            .binary_search_by(|alias| alias.alias_name.as_str().cmp(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_back() {
        let now = Timestamp::from_millis(1_700_000_000_000).expect("a time");
        let key = |byte| KeyId::from_random([byte; 16], false);
        let name = |text| AliasName::parse(text).expect("a name");
        let mut list = AliasList::default();
        for (text, byte) in [("alias/b", 1), ("alias/a", 1), ("alias/b", 2)] {
            list.point(&name(text), key(byte), now.plus_millis(i64::from(byte)));
        }
        let names: Vec<&str> = list.iter().map(|alias| alias.alias_name.as_str()).collect();
        assert_eq!(names, ["alias/a", "alias/b"]);
        assert_eq!((list.count_of(&key(1)), list.count_of(&key(2))), (1, 1));
        let moved = list.find("alias/b").expect("an alias");
        assert_eq!(moved.creation_date, now.plus_millis(1));
        assert_eq!(moved.last_updated_date, now.plus_millis(2));
        let text = list.to_json().expect("short");
        assert_eq!(AliasList::from_json(text.as_bytes()), Ok(list.clone()));
        assert!(AliasList::from_json(text.replace(": 1", ": 2").as_bytes()).is_err());
        list.remove("alias/b");
        assert_eq!(list.find("alias/b"), None);
        list.retain_of(|_| false);
        assert_eq!(list, AliasList::default());
    }

    #[test]
    fn a_list_that_nobody_could_read_is_not_written() {
        let now = Timestamp::from_millis(0).expect("1970");
        let mut list = AliasList::default();
        for number in 0..3000 {
            let name = format!("alias/{number:0250}");
            let name = AliasName::parse(&name).expect("a name");
            list.point(&name, KeyId::from_random([1; 16], false), now);
        }
        let error = list.to_json().expect_err("too long");
        assert_eq!(error.kind, StoreErrorKind::Full);
    }
}
