//! JSON input: one object, limited in size, without duplicate members.

use core::{
    fmt::{self, Write as _},
    marker::PhantomData,
};

use serde::{
    Serialize, Serializer,
    de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor},
    ser,
};
use serde_json::{Map, Number, Value, value::RawValue};

use crate::{
    blob::Blob,
    stored_bytes::{listed_bytes, python_bytes},
    text_encoding,
    timestamp::Timestamp,
};

/// The largest accepted JSON document, in bytes.
pub const MAX_LEN: usize = 1 << 20;

/// The expected encoding of a blob.
const BASE64: &str = "padded standard base64";

#[cfg(test)]
std::thread_local! {
    /// The number of documents that this thread has parsed.
    pub(crate) static PARSED: core::cell::Cell<usize> = const { core::cell::Cell::new(0) };
}

/// A JSON object from outside. No member is duplicated, at any depth.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Object(Map<String, Value>);

/// The reasons why bytes are not the expected JSON object. Never carries a value from the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// More than [`MAX_LEN`] bytes.
    #[error("longer than {MAX_LEN} bytes", MAX_LEN = MAX_LEN)]
    TooLong,
    /// A leading UTF-8 byte order mark.
    #[error("begins with a UTF-8 byte order mark")]
    ByteOrderMark,
    /// UTF-16, as older versions of PowerShell write it.
    #[error("UTF-16 text")]
    Utf16,
    /// Invalid JSON at this position.
    #[error("not JSON at line {line}, column {column}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// A duplicate member; the position is the end of the second one.
    #[error("duplicate JSON member at line {line}, column {column}")]
    DuplicateMember {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// JSON that is not an object.
    #[error("JSON, but not an object")]
    NotAnObject,
    /// A member is missing.
    #[error("member {0} is missing")]
    Missing(&'static str),
    /// A blob in a request is Python's `b'…'`. A service accepts only base64.
    #[error("member {0} is Python's b'…', not padded standard base64")]
    PythonBytes(&'static str),
    /// A member with the wrong type.
    #[error("member {member} is not {expected}")]
    WrongType {
        /// The name of the member.
        member: &'static str,
        /// The expected type.
        expected: &'static str,
    },
}

impl JsonError {
    /// Returns the fault of a document in which only a duplicate member can be wrong data.
    pub(crate) fn at(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        match error.classify() {
            serde_json::error::Category::Data => Self::DuplicateMember { line, column },
            _ => Self::Syntax { line, column },
        }
    }
}

impl Object {
    /// Parses one JSON object that fills `bytes`.
    ///
    /// # Errors
    ///
    /// [`JsonError`], with the position of the fault if there is one.
    pub fn parse(bytes: &[u8]) -> Result<Self, JsonError> {
        #[cfg(test)]
        PARSED.set(PARSED.get() + 1);
        if bytes.len() > MAX_LEN {
            return Err(JsonError::TooLong);
        }
        check_encoding(bytes)?;
        match serde_json::from_slice::<Unique>(bytes) {
            Ok(Unique(Value::Object(members))) => Ok(Self(members)),
            Ok(_) => Err(JsonError::NotAnObject),
            Err(error) => Err(JsonError::at(&error)),
        }
    }

    /// Parses one JSON object that fills a file. Skips a byte order mark, and reads UTF-16.
    ///
    /// A service accepts neither: [`Self::parse`] is for requests on the wire.
    ///
    /// # Errors
    ///
    /// As [`Self::parse`].
    pub fn read(file: &[u8]) -> Result<Self, JsonError> {
        if file.len() > MAX_LEN {
            return Err(JsonError::TooLong);
        }
        match text_encoding::from_utf16(file) {
            Some(text) => Self::parse(text.expose()),
            None => Self::parse(text_encoding::without_mark(file)),
        }
    }

    /// Returns the member `name`; `None` if it is missing or `null`.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Returns the string member `name`, if there is one.
    ///
    /// # Errors
    ///
    /// [`JsonError::WrongType`] if it is not a string.
    pub fn text(&self, name: &'static str) -> Result<Option<&str>, JsonError> {
        self.typed(name, "a string", Value::as_str)
    }

    /// Reads the blob member `name` of a request, if it is present. AWS accepts only base64.
    ///
    /// # Errors
    ///
    /// [`JsonError::PythonBytes`] for Python's `b'…'`; [`JsonError::WrongType`] for anything else.
    pub fn blob(&self, name: &'static str) -> Result<Option<Blob>, JsonError> {
        let blob = self.typed(name, BASE64, |value| Blob::from_base64(value.as_str()?));
        match blob {
            Err(_) if self.is_python_bytes(name) => Err(JsonError::PythonBytes(name)),
            blob => blob,
        }
    }

    /// Reads the blob member `name` of a response that somebody stored, if it is there: base64,
    /// Python's `b'…'`, or a list of bytes, as JSON libraries write them.
    ///
    /// # Errors
    ///
    /// [`JsonError::WrongType`] if it is none of them.
    pub fn stored_blob(&self, name: &'static str) -> Result<Option<Blob>, JsonError> {
        self.typed(name, BASE64, |value| match value.as_str() {
            Some(text) => Blob::from_base64(text).or_else(|| python_bytes(text).map(Blob::new)),
            None => listed_bytes(value).map(Blob::new),
        })
    }

    fn is_python_bytes(&self, name: &str) -> bool {
        let text = self.member(name).and_then(Value::as_str);
        text.and_then(python_bytes).is_some()
    }

    /// Returns the timestamp member `name`, if there is one: epoch seconds as a number, or a text.
    ///
    /// # Errors
    ///
    /// [`JsonError::WrongType`] if it is not a time.
    pub fn timestamp(&self, name: &'static str) -> Result<Option<Timestamp>, JsonError> {
        self.typed(name, "a time", |value| match value {
            Value::Number(number) => Timestamp::from_epoch_seconds(number.as_f64()?).ok(),
            Value::String(text) => Timestamp::parse(text).ok(),
            _ => None,
        })
    }

    /// Returns the object member `name`, if there is one.
    ///
    /// # Errors
    ///
    /// [`JsonError::WrongType`] if it is not an object.
    pub fn object(&self, name: &'static str) -> Result<Option<Self>, JsonError> {
        self.typed(name, "an object", |value| {
            value.as_object().cloned().map(Self)
        })
    }

    /// Sets the member `name`, and appends it if it is missing.
    pub fn set(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// Returns the document as a JSON value.
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }

    fn typed<'a, T>(
        &'a self,
        member: &'static str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, JsonError> {
        self.member(member)
            .map(|value| read(value).ok_or(JsonError::WrongType { member, expected }))
            .transpose()
    }
}

/// Checks that `bytes` do not begin with a byte order mark or in UTF-16.
pub(crate) fn check_encoding(bytes: &[u8]) -> Result<(), JsonError> {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => Err(JsonError::ByteOrderMark),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'{', 0, ..] | [0, b'{', ..] => {
            Err(JsonError::Utf16)
        }
        _ => Ok(()),
    }
}

/// Writes `document` as the AWS CLI prints JSON: indented by 4 spaces, with a line break at the
/// end, in ASCII.
pub fn pretty<T: Serialize>(document: &T) -> String {
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    document
        .serialize(&mut serializer)
        .expect("documents have string keys and are written to memory");
    bytes.push(b'\n');
    ascii(String::from_utf8(bytes).expect("serde_json writes UTF-8"))
}

/// Writes `document` on one line, without a line break, in ASCII.
pub fn line<T: Serialize>(document: &T) -> String {
    ascii(serde_json::to_string(document).expect("documents have string keys"))
}

/// Writes `document` in its wire form: on one line, sorted by member, with times as AWS's server
/// prints them.
pub fn wire(document: &Value) -> String {
    line(&SortedJson(document))
}

/// A value whose members are written in sorted order, with fractions as Java's `Double.toString`
/// prints them: `1.480632737044E9`.
struct SortedJson<'a>(&'a Value);

impl Serialize for SortedJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                let mut members: Vec<_> = members
                    .iter()
                    .map(|(name, value)| (name, SortedJson(value)))
                    .collect();
                members.sort_by_key(|(name, _)| *name);
                serializer.collect_map(members)
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(SortedJson)),
            Value::Number(number) if number.is_f64() => {
                let text = number.as_f64().map(java_double).unwrap_or_default();
                RawValue::from_string(text)
                    .map_err(ser::Error::custom)?
                    .serialize(serializer)
            }
            value => value.serialize(serializer),
        }
    }
}

fn java_double(value: f64) -> String {
    if (1e-3..1e7).contains(&value.abs()) || value == 0.0 {
        return format!("{value:?}");
    }
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    format!("{digits}{point}E{exponent}")
}

/// Escapes everything but printable ASCII. Outside strings, JSON has nothing else.
fn ascii(json: String) -> String {
    let is_printable = |byte: u8| byte == b'\n' || (b' '..=b'~').contains(&byte);
    // No early end: a processor then compares many bytes at once.
    if json
        .bytes()
        .fold(true, |all, byte| all & is_printable(byte))
    {
        return json;
    }
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || (' '..='~').contains(&c) {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

/// A JSON value without duplicate members in any object. `serde_json` silently keeps the last one.
pub(crate) struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct UniqueVisitor;

        impl<'de> Visitor<'de> for UniqueVisitor {
            type Value = Unique;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any JSON value")
            }

            fn visit_unit<E>(self) -> Result<Unique, E> {
                Ok(Unique(Value::Null))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Unique, E> {
                Ok(Unique(Value::Bool(value)))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Unique, E> {
                Ok(Unique(Value::Number(value.into())))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Unique, E> {
                Ok(Unique(Value::Number(value.into())))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Unique, E> {
                Ok(Unique(
                    Number::from_f64(value).map_or(Value::Null, Value::Number),
                ))
            }

            fn visit_str<E>(self, value: &str) -> Result<Unique, E> {
                Ok(Unique(Value::String(value.to_owned())))
            }

            fn visit_string<E>(self, value: String) -> Result<Unique, E> {
                Ok(Unique(Value::String(value)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Unique, A::Error> {
                let mut values = Vec::new();
                while let Some(Unique(value)) = items.next_element()? {
                    values.push(value);
                }
                Ok(Unique(Value::Array(values)))
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Unique, A::Error> {
                let members = de::value::MapAccessDeserializer::new(members);
                let Distinct(members) = Distinct::<Map<String, Value>>::deserialize(members)?;
                Ok(Unique(Value::Object(members)))
            }
        }

        deserializer.deserialize_any(UniqueVisitor)
    }
}

/// A map that is filled from the members of a JSON object.
pub(crate) trait MemberMap<'de>: Default {
    /// The name of a member.
    type Name: Deserialize<'de>;
    /// The value of a member.
    type Value: Deserialize<'de>;

    /// Adds a member. Returns whether the name is new.
    fn add(&mut self, name: Self::Name, value: Self::Value) -> bool;
}

impl MemberMap<'_> for Map<String, Value> {
    type Name = String;
    type Value = Unique;

    fn add(&mut self, name: String, Unique(value): Unique) -> bool {
        self.insert(name, value).is_none()
    }
}

/// The members of one JSON object, none of which is duplicated.
pub(crate) struct Distinct<M>(pub(crate) M);

impl<'de, M: MemberMap<'de>> Deserialize<'de> for Distinct<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DistinctVisitor(PhantomData))
    }
}

struct DistinctVisitor<M>(PhantomData<M>);

impl<'de, M: MemberMap<'de>> Visitor<'de> for DistinctVisitor<M> {
    type Value = Distinct<M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Distinct<M>, A::Error> {
        let mut map = M::default();
        while let Some((name, value)) = members.next_entry()? {
            if !map.add(name, value) {
                return Err(de::Error::custom("duplicate member"));
            }
        }
        Ok(Distinct(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_can_begin_with_a_mark_or_be_in_utf_16() {
        let plain = Object::parse(br#"{"KeyId": "k", "Text": "caf\u00e9"}"#).expect("an object");
        let text = "{\"KeyId\": \"k\", \"Text\": \"caf\u{e9}\"}";
        let utf16 = |text: &str, unit: fn(u16) -> [u8; 2]| {
            text.encode_utf16().flat_map(unit).collect::<Vec<_>>()
        };
        for file in [
            text.as_bytes().to_vec(),
            format!("\u{feff}{text}").into_bytes(),
            utf16(&format!("\u{feff}{text}"), u16::to_le_bytes),
            utf16(&format!("\u{feff}{text}"), u16::to_be_bytes),
            utf16(r#"{"KeyId": "k", "Text": "caf\u00e9"}"#, u16::to_le_bytes),
        ] {
            assert_eq!(Object::read(&file), Ok(plain.clone()), "{file:?}");
        }
        assert_eq!(Object::read(b"\xff\xfe\x02\0"), Err(JsonError::Utf16));
    }

    #[test]
    fn one_object_and_nothing_else() {
        let object = Object::parse(br#" {"KeyId": "k", "Nothing": null} "#).expect("an object");
        assert_eq!(object.text("KeyId"), Ok(Some("k")));
        assert_eq!(object.text("Nothing"), Ok(None));
        for (bytes, error) in [
            (&b""[..], JsonError::Syntax { line: 1, column: 0 }),
            (b"[]", JsonError::NotAnObject),
            (b"{} {}", JsonError::Syntax { line: 1, column: 4 }),
            (b"\xef\xbb\xbf{}", JsonError::ByteOrderMark),
            (b"{\0}\0", JsonError::Utf16),
            (
                br#"{"a":{"b":1,"b":2}}"#,
                JsonError::DuplicateMember {
                    line: 1,
                    column: 18,
                },
            ),
            (
                br#"{"a":"\ud800"}"#,
                JsonError::Syntax {
                    line: 1,
                    column: 13,
                },
            ),
        ] {
            assert_eq!(
                Object::parse(bytes),
                Err(error),
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    /// The response that AWS documents for `GetParametersForImport`, without its blobs.
    #[test]
    fn the_wire_has_members_by_name_and_times_with_an_exponent() {
        let document = serde_json::json!({
            "PublicKey": "MII=", "KeyId": "arn", "ParametersValidTo": 1_480_632_737.044, "ImportToken": "AQE=",
        });
        let expected = r#"{"ImportToken":"AQE=","KeyId":"arn","ParametersValidTo":1.480632737044E9,"PublicKey":"MII="}"#;
        assert_eq!(wire(&document), expected);
        for (number, text) in [
            (2e9, "2.0E9"),
            (1.5, "1.5"),
            (0.0, "0.0"),
            (9_999_999.0, "9999999.0"),
        ] {
            assert_eq!(wire(&serde_json::json!([number])), format!("[{text}]"));
        }
        assert_eq!(
            wire(&serde_json::json!({"b": {"d": 1, "c": true}, "a": null})),
            r#"{"a":null,"b":{"c":true,"d":1}}"#
        );
    }

    #[test]
    fn what_is_written_is_ascii() {
        let document = serde_json::json!({"a": "\u{1b}\u{202e}\u{1f511}\u{7f}"});
        let expected = r#"{"a":"\u001b\u202e\ud83d\udd11\u007f"}"#;
        assert_eq!(line(&document), expected);
        assert_eq!(
            Object::parse(expected.as_bytes()).map(Object::into_value),
            Ok(document.clone())
        );
        assert!(pretty(&document).starts_with("{\n    \"a\": "));
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let deep = [b"{\"a\":".repeat(200), b"1".to_vec(), b"}".repeat(200)].concat();
        assert!(matches!(
            Object::parse(&deep),
            Err(JsonError::Syntax { .. })
        ));
        assert_eq!(
            Object::parse(&vec![b' '; MAX_LEN + 1]),
            Err(JsonError::TooLong)
        );
    }

    #[test]
    fn errors_never_carry_values() {
        let object = Object::parse(br#"{"PublicKey": "s3cret!", "ParametersValidTo": "s3cret!"}"#)
            .expect("an object");
        for text in [
            object
                .blob("PublicKey")
                .expect_err("not base64")
                .to_string(),
            object
                .timestamp("ParametersValidTo")
                .expect_err("not a time")
                .to_string(),
        ] {
            assert!(!text.contains("s3cret"), "{text}");
        }
    }

    #[test]
    fn bytes_as_python_prints_them_are_read_in_a_stored_response_alone() {
        let object = Object::parse(br#"{"A": "b'0\\x82'", "B": "AAE=", "C": "b'"}"#).expect("JSON");
        let blob = |bytes: &[u8]| Ok(Some(Blob::new(bytes.to_vec())));
        assert_eq!(object.stored_blob("A"), blob(&[0x30, 0x82]));
        assert_eq!(object.blob("A"), Err(JsonError::PythonBytes("A")));
        assert_eq!(object.blob("B"), blob(&[0, 1]));
        assert_eq!(object.stored_blob("B"), blob(&[0, 1]));
        for read in [object.blob("C"), object.stored_blob("C")] {
            assert!(matches!(
                read,
                Err(JsonError::WrongType { member: "C", .. })
            ));
        }
        assert_eq!(
            python_bytes(r"b'0\x82\x01\n\\\''"),
            Some(vec![0x30, 0x82, 0x01, b'\n', b'\\', b'\''])
        );
        assert_eq!(python_bytes(r#"b"it's""#), Some(b"it's".to_vec()));
        for text in ["b'", "b''x", "'a'", r"b'\x8'", r"b'\q'", "b'é'"] {
            assert_eq!(python_bytes(text), None, "{text}");
        }
    }
}
