//! The history of a key, in order.

use super::key::RehearsedKey;
use crate::{
    key_record::{Event, ParameterSet},
    timestamp::Timestamp,
};

/// An event of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryEntry<'a> {
    /// The key was created.
    Created,
    /// Import parameters were issued.
    ParametersIssued(&'a ParameterSet),
    /// An event that changed its material or its state.
    Event(&'a Event),
}

impl RehearsedKey {
    /// Returns the history of the key, earliest first. Events of the same time are in the order in
    /// which they were recorded.
    pub fn timeline(&self) -> Vec<(Timestamp, HistoryEntry<'_>)> {
        let history = &self.record.rehearsal;
        let issued = history.parameter_sets.iter().map(|set| {
            let place = (set.issued_at, set.number);
            (place, HistoryEntry::ParametersIssued(set))
        });
        let events = history
            .events
            .iter()
            .map(|event| ((event.at, event.number), HistoryEntry::Event(event)));
        let created = (
            (self.record.key_metadata.creation_date, 0),
            HistoryEntry::Created,
        );
        let mut timeline: Vec<_> = std::iter::once(created)
            .chain(issued)
            .chain(events)
            .collect();
        timeline.sort_by_key(|(place, _)| *place);
        timeline
            .into_iter()
            .map(|((at, _), what)| (at, what))
            .collect()
    }
}
