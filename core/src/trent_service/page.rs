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
    /// AWS KMS API Reference, `ListKeys`: at most 1000, by default 100.
    pub(super) fn read(members: &mut Members) -> Self {
        Self::with_limits(members, 100, 1000)
    }

    /// Reads `Limit` and `Marker` of a listing of grants.
    ///
    /// # Source
    ///
    /// AWS KMS API Reference, `ListGrants`: at most 100, by default 50. The service model permits
    /// 1000.
    pub(super) fn of_grants(members: &mut Members) -> Self {
        Self::with_limits(members, 50, 100)
    }

    /// Reads `Limit` and `Marker` of a listing of tags.
    ///
    /// # Source
    ///
    /// AWS KMS API Reference, `ListResourceTags`: at most 50, by default 50. The service model permits
    /// 1000.
    pub(super) fn of_tags(members: &mut Members) -> Self {
        Self::with_limits(members, 50, 50)
    }

    fn with_limits(members: &mut Members, default: usize, max: usize) -> Self {
        let limit = members.integer("Limit", 1..=1000);
        let limit = limit.and_then(|limit| usize::try_from(limit).ok());
        Self {
            limit: limit.unwrap_or(default).min(max),
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
