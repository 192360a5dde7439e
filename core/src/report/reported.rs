//! Facts that may be unknown, and then are written as unknown.

use core::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{IntoDeserializer as _, value::StringDeserializer},
};

/// The word for an unknown value.
const UNKNOWN: &str = "unknown";

/// A fact that exists, known or unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported<T> {
    /// The known value.
    Known(T),
    /// The value was not given, and byok cannot determine it.
    Unknown,
}

impl<T> Reported<T> {
    /// Returns the value, if it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }
}

impl<T> From<Option<T>> for Reported<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unknown, Self::Known)
    }
}

impl<T: fmt::Display> fmt::Display for Reported<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(value) => value.fmt(f),
            Self::Unknown => f.write_str(UNKNOWN),
        }
    }
}

impl<T: Serialize> Serialize for Reported<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(value) => value.serialize(serializer),
            Self::Unknown => serializer.serialize_str(UNKNOWN),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Reported<T> {
    /// Parses a text value, or the word for an unknown one.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == UNKNOWN {
            return Ok(Self::Unknown);
        }
        let text: StringDeserializer<D::Error> = text.into_deserializer();
        T::deserialize(text).map(Self::Known)
    }
}
