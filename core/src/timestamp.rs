//! A point in time: milliseconds since the epoch, in every form that the KMS API and its clients
//! print.

use core::fmt;

use jiff::{civil::Date, tz::Offset};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const MILLIS_PER_SECOND: i64 = 1_000;
/// 9999-12-30T22:00:00Z. With any offset, one day later has a year that RFC 3339 cannot write.
const LATEST_MILLIS: i64 = 253_402_207_200_000;

/// Milliseconds since 1970-01-01T00:00:00Z, from then to the end of the year 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A text or number that is not a time between 1970 and 9999.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a time: expected RFC 3339 with an offset, a date, or epoch seconds")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// One hour, in milliseconds.
    pub const HOUR_MILLIS: i64 = 60 * 60 * MILLIS_PER_SECOND;
    /// One day of 24 hours, in milliseconds.
    pub const DAY_MILLIS: i64 = 24 * Self::HOUR_MILLIS;

    /// Builds the time `millis` milliseconds after the epoch.
    ///
    /// # Errors
    ///
    /// [`InvalidTimestamp`] before 1970 or after 9999.
    pub const fn from_millis(millis: i64) -> Result<Self, InvalidTimestamp> {
        if millis < 0 || millis > LATEST_MILLIS {
            return Err(InvalidTimestamp);
        }
        Ok(Self(millis))
    }

    /// Builds the time `seconds` after the epoch, rounded to the millisecond: the form on the wire.
    ///
    /// # Errors
    ///
    /// [`InvalidTimestamp`] before 1970, after 9999, or if it is not a number.
    pub fn from_epoch_seconds(seconds: f64) -> Result<Self, InvalidTimestamp> {
        let millis = (seconds * 1e3).round();
        #[expect(clippy::cast_precision_loss, reason = "the limit is far below 2^53")]
        if !(0.0..=LATEST_MILLIS as f64).contains(&millis) {
            return Err(InvalidTimestamp);
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole, and the range was just checked"
        )]
        Self::from_millis(millis as i64)
    }

    /// Parses what people and AWS's clients write: RFC 3339 with an offset (`T` or a space between
    /// date and time), a date alone (midnight UTC, as in the AWS CLI), or epoch seconds, also with
    /// a fraction or an exponent.
    ///
    /// # Errors
    ///
    /// [`InvalidTimestamp`] for anything else, also for a local time without an offset.
    pub fn parse(text: &str) -> Result<Self, InvalidTimestamp> {
        if text.starts_with(|c: char| c.is_ascii_digit())
            && let Ok(seconds) = text.parse::<f64>()
        {
            return Self::from_epoch_seconds(seconds);
        }
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Self::from_millis(moment.as_millisecond());
        }
        let is_bare_date = text.len() == "2027-06-17".len();
        let date = text
            .parse::<Date>()
            .ok()
            .filter(|_| is_bare_date)
            .ok_or(InvalidTimestamp)?;
        let midnight = Offset::UTC
            .to_timestamp(date.at(0, 0, 0, 0))
            .map_err(|_| InvalidTimestamp)?;
        Self::from_millis(midnight.as_millisecond())
    }

    /// Returns milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Returns this time plus `millis` milliseconds, which can be negative, within the permitted
    /// range.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis).clamp(0, LATEST_MILLIS))
    }

    /// Returns the milliseconds from `earlier` to this time; negative if `earlier` is later.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// Returns epoch seconds as a number, the form on the wire: `1480632737.044`.
    pub fn epoch_seconds(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "at most 2^48, exact in an f64")]
        let millis = self.0 as f64;
        millis / 1e3
    }

    /// Formats ISO 8601 as AWS CLI v2 prints it: six fraction digits, or none if zero, and a
    /// numeric offset, never `Z`. `offset_seconds` is the local offset east of UTC.
    pub fn iso8601(self, offset_seconds: i32) -> String {
        let local = self.civil(offset_seconds);
        let fraction = match self.0 % MILLIS_PER_SECOND {
            0 => String::new(),
            millis => format!(".{millis:03}000"),
        };
        let sign = if offset_seconds < 0 { '-' } else { '+' };
        let minutes = offset_seconds.unsigned_abs() / 60;
        format!(
            "{}{fraction}{sign}{:02}:{:02}",
            local.strftime("%Y-%m-%dT%H:%M:%S"),
            minutes / 60,
            minutes % 60
        )
    }

    fn civil(self, offset_seconds: i32) -> jiff::civil::DateTime {
        let offset = Offset::from_seconds(offset_seconds).unwrap_or(Offset::UTC);
        let moment =
            jiff::Timestamp::from_millisecond(self.0).expect("the range ends where jiff's does");
        offset.to_datetime(moment)
    }
}

impl fmt::Display for Timestamp {
    /// Formats RFC 3339 in UTC, with milliseconds unless they are zero: `2016-12-01T22:52:17.044Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.civil(0).strftime("%Y-%m-%dT%H:%M:%S"))?;
        match self.0 % MILLIS_PER_SECOND {
            0 => f.write_str("Z"),
            millis => write!(f, ".{millis:03}Z"),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.epoch_seconds())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum TimeNotation {
            Number(f64),
            Text(String),
        }
        match TimeNotation::deserialize(deserializer)? {
            TimeNotation::Number(seconds) => Self::from_epoch_seconds(seconds),
            TimeNotation::Text(text) => Self::parse(&text),
        }
        .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: Timestamp = Timestamp(1_480_632_737_044);

    #[test]
    fn every_form_that_aws_prints_is_read() {
        for text in [
            "1480632737.044",
            "1.480632737044E9",
            "2016-12-01T22:52:17.044Z",
            "2016-12-01T22:52:17.044000+00:00",
            "2016-12-01T23:52:17.044000+01:00",
            "2016-12-01 22:52:17.044000+00:00",
        ] {
            assert_eq!(Timestamp::parse(text), Ok(SEED), "{text}");
        }
        assert_eq!(
            Timestamp::parse("2027-06-17").map(Timestamp::as_millis),
            Ok(1_813_190_400_000)
        );
    }

    #[test]
    fn a_time_that_could_mean_two_moments_is_refused() {
        for text in [
            "",
            "now",
            "2016-12-01T22:52:17",
            "1e400",
            "-1",
            "NaN",
            "inf",
            "253402300800",
        ] {
            assert_eq!(Timestamp::parse(text), Err(InvalidTimestamp), "{text}");
        }
    }

    #[test]
    fn numbers_print_like_the_first_aws_cli() {
        assert_eq!(
            serde_json::to_string(&SEED).expect("a number"),
            "1480632737.044"
        );
        let whole = Timestamp(1_480_632_737_000);
        assert_eq!(
            serde_json::to_string(&whole).expect("a number"),
            "1480632737.0"
        );
    }

    #[test]
    fn iso_8601_prints_like_the_second_aws_cli() {
        assert_eq!(SEED.iso8601(0), "2016-12-01T22:52:17.044000+00:00");
        assert_eq!(SEED.iso8601(3600), "2016-12-01T23:52:17.044000+01:00");
        assert_eq!(SEED.iso8601(-16_200), "2016-12-01T18:22:17.044000-04:30");
        assert_eq!(
            Timestamp(1_735_689_600_000).iso8601(0),
            "2025-01-01T00:00:00+00:00"
        );
    }

    #[test]
    fn every_millisecond_survives_the_number_form() {
        for millis in (0..LATEST_MILLIS)
            .step_by(7_919_777_777)
            .chain([LATEST_MILLIS])
        {
            let moment = Timestamp(millis);
            assert_eq!(
                Timestamp::from_epoch_seconds(moment.epoch_seconds()),
                Ok(moment)
            );
            assert_eq!(Timestamp::parse(&moment.to_string()), Ok(moment));
        }
    }
}
