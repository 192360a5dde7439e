//! AWS's texts for request members that violate a constraint, several in one answer.

use crate::exception::{Exception, Refusal};

/// AWS's text before the set of words of an enum.
const NOT_IN_SET: &str = "Member must satisfy enum value set: [";

/// The violated constraints of a request, in the order of its members.
#[derive(Debug, Default)]
pub struct Violations(Vec<String>);

impl Violations {
    /// A required member is missing.
    pub fn missing(&mut self, member: &str) {
        self.0.push(format!(
            "Value null at '{member}' failed to satisfy constraint: Member must not be null"
        ));
    }

    /// A word is not a value of its enum.
    pub fn not_in_set(&mut self, member: &str, value: &str, set: &[&str]) {
        self.value(member, value, &format!("{NOT_IN_SET}{}]", set.join(", ")));
    }

    /// Checks that a text has `min` to `max` characters.
    pub fn length(&mut self, member: &str, value: &str, min: usize, max: usize) {
        let len = value.chars().count();
        if len < min {
            self.value(
                member,
                value,
                &format!("Member must have length greater than or equal to {min}"),
            );
        } else if len > max {
            self.value(
                member,
                value,
                &format!("Member must have length less than or equal to {max}"),
            );
        }
    }

    /// Checks that a list has `min` to `max` items.
    pub fn list_length(&mut self, member: &str, items: &[String], min: usize, max: usize) {
        let bound = match items.len() {
            len if len < min => format!("greater than or equal to {min}"),
            len if len > max => format!("less than or equal to {max}"),
            _ => return,
        };
        self.items(member, items, &format!("Member must have length {bound}"));
    }

    /// Checks that each text of a list has `min` to `max` characters.
    pub fn item_lengths(&mut self, member: &str, items: &[String], min: usize, max: usize) {
        if items
            .iter()
            .all(|item| (min..=max).contains(&item.chars().count()))
        {
            return;
        }
        let constraint = format!(
            "Member must satisfy constraint: [Member must have length less than or equal to {max}, \
             Member must have length greater than or equal to {min}]"
        );
        self.items(member, items, &constraint);
    }

    /// An item of a list is not a value of its enum.
    pub fn items_not_in_set(&mut self, member: &str, items: &[String], set: &[String]) {
        let constraint = format!(
            "Member must satisfy constraint: [Member must satisfy enum value set: [{}]]",
            set.join(", ")
        );
        self.items(member, items, &constraint);
    }

    /// Checks that a text matches the pattern of the API.
    pub fn not_matching(&mut self, member: &str, value: &str, pattern: &str) {
        self.value(
            member,
            value,
            &format!("Member must satisfy regular expression pattern: {pattern}"),
        );
    }

    /// Checks that a blob of `len` bytes has 1 to `max` bytes.
    pub fn blob_length(&mut self, member: &str, len: usize, max: usize) {
        let bound = match len {
            0 => "greater than or equal to 1".to_owned(),
            len if len > max => format!("less than or equal to {max}"),
            _ => return,
        };
        self.0.push(format!(
            "Value at '{member}' failed to satisfy constraint: Member must have length {bound}"
        ));
    }

    /// Checks that a number is between `min` and `max`.
    pub fn range(&mut self, member: &str, value: i64, min: i64, max: i64) {
        if value < min {
            self.value(
                member,
                &value.to_string(),
                &format!("Member must have value greater than or equal to {min}"),
            );
        } else if value > max {
            self.value(
                member,
                &value.to_string(),
                &format!("Member must have value less than or equal to {max}"),
            );
        }
    }

    /// Returns AWS's one answer to all violations, if there are any.
    pub fn into_refusal(self) -> Option<Refusal> {
        let text = match self.0.as_slice() {
            [] => return None,
            [one] => format!("1 validation error detected: {one}"),
            many => format!(
                "{} validation errors detected: {}",
                many.len(),
                many.join("; ")
            ),
        };
        Some(Refusal::new(Exception::Validation, text))
    }

    fn items(&mut self, member: &str, items: &[String], constraint: &str) {
        self.value(member, &format!("[{}]", items.join(", ")), constraint);
    }

    fn value(&mut self, member: &str, value: &str, constraint: &str) {
        self.0.push(format!(
            "Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
        ));
    }
}

/// Returns each member, with its value, that is not a word of its enum according to AWS's answer,
/// as [`Violations::not_in_set`] writes it.
pub fn unknown_words(text: &str) -> Vec<(&str, &str)> {
    let before_each_set = format!("' failed to satisfy constraint: {NOT_IN_SET}");
    let mut parts: Vec<_> = text.split(&before_each_set).collect();
    parts.pop();
    let word = |part: &'_ str| -> Option<(usize, usize)> {
        let member = part.rfind("' at '")?;
        let value = part.get(..member)?.rfind("Value '")? + "Value '".len();
        Some((member, value))
    };
    parts
        .into_iter()
        .filter_map(|part| {
            let (member, value) = word(part)?;
            Some((
                part.get(member + "' at '".len()..)?,
                part.get(value..member)?,
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_read_back() {
        let mut violations = Violations::default();
        violations.not_in_set("keySpec", "AES_256", &["RSA_2048", "SM2"]);
        violations.missing("keyId");
        violations.length("importToken", "long", 1, 2);
        violations.not_in_set("keyUsage", "", &["SIGN_VERIFY"]);
        let text = violations.into_refusal().expect("faults").to_string();
        assert_eq!(
            unknown_words(&text),
            [("keySpec", "AES_256"), ("keyUsage", "")]
        );
        assert_eq!(unknown_words("Key 'x' does not exist"), []);
    }

    #[test]
    fn a_list_has_a_least_and_a_greatest_length() {
        let bound = |len| {
            let mut violations = Violations::default();
            violations.list_length("tags", &vec!["x".to_owned(); len], 2, 3);
            violations.into_refusal().map(|refusal| refusal.to_string())
        };
        assert_eq!((bound(2), bound(3)), (None, None));
        let text = |list, bound| {
            format!(
                "ValidationException: 1 validation error detected: Value '{list}' at 'tags' failed to \
                 satisfy constraint: Member must have length {bound}"
            )
        };
        assert_eq!(bound(1), Some(text("[x]", "greater than or equal to 2")));
        assert_eq!(
            bound(4),
            Some(text("[x, x, x, x]", "less than or equal to 3"))
        );
    }

    #[test]
    fn several_faults_come_in_one_answer() {
        let mut violations = Violations::default();
        violations.missing("keyId");
        violations.length("keyId", "fits", 1, 4);
        violations.blob_length("importToken", 6145, 6144);
        assert_eq!(
            violations.into_refusal().map(|r| r.to_string()).as_deref(),
            Some(
                "ValidationException: 2 validation errors detected: \
                 Value null at 'keyId' failed to satisfy constraint: Member must not be null; \
                 Value at 'importToken' failed to satisfy constraint: \
                 Member must have length less than or equal to 6144"
            )
        );
        assert_eq!(Violations::default().into_refusal(), None);
    }
}
