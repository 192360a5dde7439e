//! Paging of listings.

use serde_json::{Map, Value, json};

use super::{failure::Failure, members::Members, pattern};
use crate::exception::Exception;

/// The requested part of a listing.
pub(super) struct Page {
    limit: usize,
    marker: Option<String>,
}

impl Page {
    /// Reads `Limit` and `Marker`.
    ///
    /// # Source
    ///
    /// AWS KMS API Reference, `ListKeys`: at most 1000, by default 100. `ListResourceTags` returns
    /// at most 50, which is the limit of tags per key.
    pub(super) fn read(members: &mut Members) -> Self {
        let limit = members.integer("Limit", 1..=1000).unwrap_or(100);
        Self {
            limit: usize::try_from(limit).unwrap_or(100),
            marker: members.matching_text("Marker", 1..=1024, pattern::MARKER),
        }
    }

    /// Returns the page of `items` as the member `name`, with `Truncated` and, if needed,
    /// `NextMarker`: the name of the last item on the page.
    pub(super) fn of(
        &self,
        name: &str,
        items: Vec<Value>,
        name_of: impl Fn(&Value) -> String,
    ) -> Result<Value, Failure> {
        let start = match &self.marker {
            None => 0,
            Some(marker) => {
                let place = items.iter().position(|item| name_of(item) == *marker);
                place.ok_or_else(unknown_marker)? + 1
            }
        };
        let is_truncated = items.len() - start > self.limit;
        let page: Vec<Value> = items.into_iter().skip(start).take(self.limit).collect();
        let mut answer = Map::new();
        if let Some(last) = page.last().filter(|_| is_truncated) {
            answer.insert("NextMarker".to_owned(), json!(name_of(last)));
        }
        answer.insert(name.to_owned(), Value::Array(page));
        answer.insert("Truncated".to_owned(), json!(is_truncated));
        Ok(Value::Object(answer))
    }
}

fn unknown_marker() -> Failure {
    let reason = "Marker is not from this listing, or its entry was deleted";
    Failure::because(Exception::InvalidMarker, reason)
}
