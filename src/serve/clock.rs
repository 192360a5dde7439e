//! The clock of a rehearsal: the system clock with an offset.

use std::time::SystemTime;

use byok_core::timestamp::Timestamp;

/// The system clock with an offset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    offset_millis: i64,
}

impl Clock {
    /// Builds a clock that is this many milliseconds ahead.
    pub(crate) fn ahead(offset_millis: i64) -> Self {
        Self { offset_millis }
    }

    /// Builds a clock that is at `moment` now.
    pub(crate) fn set_to(moment: Timestamp) -> Self {
        Self {
            offset_millis: moment.as_millis() - system_millis(),
        }
    }

    /// Returns its time, limited to the years 1970 to 9999.
    pub(crate) fn now(self) -> Timestamp {
        let epoch = Timestamp::from_millis(0).expect("1970 is within the range");
        epoch.plus_millis(system_millis().saturating_add(self.offset_millis))
    }
}

fn system_millis() -> i64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_starts_where_it_is_set_and_runs_on() {
        let moment = Timestamp::parse("2027-01-01T09:00:00Z").expect("a time");
        let clock = Clock::set_to(moment);
        std::thread::sleep(std::time::Duration::from_millis(5));
        let passed = clock.now().millis_since(moment);
        assert!((5..60_000).contains(&passed), "{passed}");
        let ahead = Clock::ahead(Timestamp::DAY_MILLIS)
            .now()
            .millis_since(Clock::ahead(0).now());
        assert!((ahead - Timestamp::DAY_MILLIS).abs() < 60_000, "{ahead}");
        assert_eq!(Clock::ahead(i64::MIN).now().as_millis(), 0);
    }
}
