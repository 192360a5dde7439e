//! The story of a key, in the order in which it happened.

use super::key::RehearsedKey;
use crate::{
    key_record::{Event, ParameterSet},
    timestamp::Timestamp,
};

/// Something that happened to a key, or with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening<'a> {
    /// The key was made.
    Created,
    /// Import parameters were issued.
    ParametersIssued(&'a ParameterSet),
    /// Something that changed its material or its state.
    Event(&'a Event),
}

impl RehearsedKey {
    /// All that is remembered of the key, earliest first; of what happened at one moment, what was
    /// noticed first.
    pub fn timeline(&self) -> Vec<(Timestamp, Happening<'_>)> {
        let history = &self.record.rehearsal;
        let issued = history
            .parameter_sets
            .iter()
            .map(|set| (set.issued_at, Happening::ParametersIssued(set)));
        let events = history
            .events
            .iter()
            .map(|event| (event.at, Happening::Event(event)));
        let created = (self.record.key_metadata.creation_date, Happening::Created);
        let mut timeline: Vec<_> = std::iter::once(created)
            .chain(issued)
            .chain(events)
            .collect();
        timeline.sort_by_key(|(at, _)| *at);
        timeline
    }
}
