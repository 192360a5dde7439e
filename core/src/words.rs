//! The macro for enums whose values are words of the KMS API.

/// A word outside the API's vocabulary for its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord {
    /// The type, as the API spells it.
    pub type_name: &'static str,
    /// The word, unchanged.
    pub word: String,
}

impl core::fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "'{}' is not a {}", self.word, self.type_name)
    }
}

impl core::error::Error for UnknownWord {}

/// Declares an enum with the API's word for each value: `ALL`, `as_str`, `FromStr`, `Display`, and
/// serde with the same words. `as "NAME"` gives the type another name in messages.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $Name:ident $(as $type_name:literal)? {
        $($(#[$variant_meta:meta])* $Variant:ident = $word:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $Name {
            $($(#[$variant_meta])* $Variant,)+
        }

        impl $Name {
            /// Every value, in the API's order.
            pub const ALL: &'static [Self] = &[$(Self::$Variant,)+];

            /// Returns the API's word for this value.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Variant => $word,)+
                }
            }
        }

        impl core::fmt::Display for $Name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl core::str::FromStr for $Name {
            type Err = $crate::words::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$Variant),)+
                    _ => Err($crate::words::UnknownWord {
                        type_name: [$($type_name,)? stringify!($Name)][0],
                        word: word.to_owned(),
                    }),
                }
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <String as serde::Deserialize>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use words;
