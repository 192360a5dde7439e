//! One object in Java's serialization, parsed for its bytes. Nothing is interpreted: no class is
//! looked up, and no object is built.
//!
//! Secret keys need strings, arrays of bytes and constants of enums in the fields of one object.
//! Everything else is refused: objects inside the object, other arrays, data that a class wrote
//! itself, proxies, resets.
//!
//! # Source
//!
//! Java Object Serialization Specification, 6.4.

use super::input::Input;

/// The magic number and the version.
pub(super) const HEADER: &[u8] = b"\xac\xed\0\x05";

/// The limit of classes that inherit from each other.
const MAX_CLASSES: usize = 4;
/// The limit of fields of one class.
const MAX_FIELDS: u16 = 16;
/// The limit of things that can be referred to. A sealed key has nine.
const MAX_HANDLES: usize = 32;

const NULL: u8 = 0x70;
const REFERENCE: u8 = 0x71;
const CLASS: u8 = 0x72;
const OBJECT: u8 = 0x73;
const STRING: u8 = 0x74;
const ARRAY: u8 = 0x75;
const END_OF_BLOCK_DATA: u8 = 0x78;
const ENUM: u8 = 0x7e;
/// The number of the first handle.
const FIRST_HANDLE: u32 = 0x7e_0000;

/// A class that Java writes field by field.
const SERIALIZABLE: u8 = 2;
/// An enum, which is also serializable.
const SERIALIZABLE_ENUM: u8 = 0x12;

/// An object with its fields.
#[derive(Debug)]
pub(super) struct Object<'a> {
    class: &'a [u8],
    fields: Vec<Field<'a>>,
}

#[derive(Debug)]
struct Field<'a> {
    class: &'a [u8],
    name: &'a [u8],
    value: Value<'a>,
}

/// The value of a field. It borrows from the stream, which may be secret.
#[derive(Debug, Clone, Copy)]
enum Value<'a> {
    Null,
    Primitive,
    Text(&'a [u8]),
    Bytes(&'a [u8]),
    /// The name of a constant.
    Constant(&'a [u8]),
}

impl<'a> Object<'a> {
    /// Reads the object at the beginning of `input`. Returns `None` for anything else.
    pub(super) fn read(input: &mut Input<'a>) -> Option<Self> {
        let mut stream = Stream {
            input: *input,
            classes: Vec::new(),
            handles: Vec::new(),
        };
        let object = stream.object()?;
        *input = stream.input;
        Some(object)
    }

    /// Returns the name of its class.
    pub(super) fn class(&self) -> &'a [u8] {
        self.class
    }

    /// Returns the bytes in a field of `class`, which is its class or one that it inherits from.
    pub(super) fn bytes(&self, class: &str, field: &str) -> Option<&'a [u8]> {
        match self.value(class, field)? {
            Value::Bytes(bytes) => Some(bytes),
            Value::Null | Value::Primitive | Value::Text(_) | Value::Constant(_) => None,
        }
    }

    /// Returns the text in a field, or the name of the constant, in modified UTF-8.
    pub(super) fn text(&self, class: &str, field: &str) -> Option<&'a [u8]> {
        match self.value(class, field)? {
            Value::Text(text) | Value::Constant(text) => Some(text),
            Value::Null | Value::Primitive | Value::Bytes(_) => None,
        }
    }

    fn value(&self, class: &str, name: &str) -> Option<Value<'a>> {
        let is_it =
            |field: &&Field<'a>| field.class == class.as_bytes() && field.name == name.as_bytes();
        self.fields.iter().find(is_it).map(|field| field.value)
    }
}

/// The description of a class. Its parent is described before any use of the class.
#[derive(Debug)]
struct Class<'a> {
    name: &'a [u8],
    flags: u8,
    /// The type code and the name of each field.
    fields: Vec<(u8, &'a [u8])>,
    parent: Parent,
}

#[derive(Debug, Clone, Copy)]
enum Parent {
    /// Not read yet.
    Pending,
    Nothing,
    /// The index of the class.
    Class(usize),
}

/// What a reference can refer to.
#[derive(Debug, Clone, Copy)]
enum Handle<'a> {
    /// The index of the class.
    Class(usize),
    Object,
    Value(Value<'a>),
}

struct Stream<'a> {
    input: Input<'a>,
    classes: Vec<Class<'a>>,
    handles: Vec<Handle<'a>>,
}

impl<'a> Stream<'a> {
    fn object(&mut self) -> Option<Object<'a>> {
        if self.input.take(HEADER.len())? != HEADER || self.input.u8()? != OBJECT {
            return None;
        }
        let described = self.class()?;
        self.assign(Handle::Object)?;
        let mut fields = Vec::new();
        // Java writes the fields of the most general class first.
        for index in self.lineage(described)?.into_iter().rev() {
            let class = self.classes.get(index)?;
            let (name, descriptions) = (class.name, class.fields.clone());
            if class.flags != SERIALIZABLE {
                return None;
            }
            for (code, field) in descriptions {
                let value = self.value(code)?;
                fields.push(Field {
                    class: name,
                    name: field,
                    value,
                });
            }
        }
        let class = self.classes.get(described)?.name;
        Some(Object { class, fields })
    }

    /// Reads the description of a class and of the classes that it inherits from, or a reference to
    /// one. Returns the index of the class.
    fn class(&mut self) -> Option<usize> {
        let mut child: Option<usize> = None;
        let mut described = None;
        loop {
            let (index, is_new) = match self.input.u8()? {
                CLASS => (Some(self.new_class()?), true),
                REFERENCE => (Some(self.known_class()?), false),
                NULL => (None, false),
                _ => return None,
            };
            if let Some(class) = child.and_then(|child| self.classes.get_mut(child)) {
                class.parent = index.map_or(Parent::Nothing, Parent::Class);
            }
            described = described.or(index);
            if !is_new {
                return described;
            }
            child = index;
        }
    }

    /// Reads the description of a class up to its parent.
    fn new_class(&mut self) -> Option<usize> {
        let name = self.input.text()?;
        let _version = self.input.take(8)?;
        let index = self.classes.len();
        self.assign(Handle::Class(index))?;
        let flags = self.input.u8()?;
        let count = self.input.u16().filter(|count| *count <= MAX_FIELDS)?;
        let mut fields = Vec::with_capacity(count.into());
        for _ in 0..count {
            let code = self.input.u8()?;
            let field = self.input.text()?;
            if matches!(code, b'[' | b'L') {
                // The type, which the value shows, too.
                self.text()?;
            }
            fields.push((code, field));
        }
        if self.input.u8()? != END_OF_BLOCK_DATA {
            return None;
        }
        self.classes.push(Class {
            name,
            flags,
            fields,
            parent: Parent::Pending,
        });
        Some(index)
    }

    fn known_class(&mut self) -> Option<usize> {
        match self.reference()? {
            Handle::Class(index) => match self.classes.get(index)?.parent {
                // A class inherits from itself.
                Parent::Pending => None,
                Parent::Nothing | Parent::Class(_) => Some(index),
            },
            Handle::Object | Handle::Value(_) => None,
        }
    }

    /// Returns the indices of a class and of the classes that it inherits from.
    fn lineage(&self, class: usize) -> Option<Vec<usize>> {
        let mut lineage = vec![class];
        let mut parent = self.classes.get(class)?.parent;
        while let Parent::Class(index) = parent {
            if lineage.len() == MAX_CLASSES {
                return None;
            }
            lineage.push(index);
            parent = self.classes.get(index)?.parent;
        }
        Some(lineage)
    }

    /// Reads the value of a field of this type.
    fn value(&mut self, code: u8) -> Option<Value<'a>> {
        let len = match code {
            b'[' | b'L' => return self.reachable(),
            b'B' | b'Z' => 1,
            b'C' | b'S' => 2,
            b'F' | b'I' => 4,
            b'D' | b'J' => 8,
            _ => return None,
        };
        self.input.take(len)?;
        Some(Value::Primitive)
    }

    fn reachable(&mut self) -> Option<Value<'a>> {
        let value = match self.input.u8()? {
            NULL => return Some(Value::Null),
            REFERENCE => return self.known_value(),
            STRING => Value::Text(self.input.text()?),
            ARRAY => return self.array(),
            ENUM => return self.constant(),
            _ => return None,
        };
        self.assign(Handle::Value(value))?;
        Some(value)
    }

    fn known_value(&mut self) -> Option<Value<'a>> {
        match self.reference()? {
            Handle::Value(value) => Some(value),
            Handle::Class(_) | Handle::Object => None,
        }
    }

    /// Reads an array of bytes.
    fn array(&mut self) -> Option<Value<'a>> {
        let class = self.class()?;
        let class = self.classes.get(class)?;
        if class.name != b"[B" || !class.fields.is_empty() {
            return None;
        }
        let at = self.handles.len();
        self.assign(Handle::Object)?;
        let value = Value::Bytes(self.input.bytes()?);
        *self.handles.get_mut(at)? = Handle::Value(value);
        Some(value)
    }

    fn constant(&mut self) -> Option<Value<'a>> {
        let class = self.class()?;
        if self.classes.get(class)?.flags != SERIALIZABLE_ENUM {
            return None;
        }
        let at = self.handles.len();
        self.assign(Handle::Object)?;
        let value = Value::Constant(self.text()?);
        *self.handles.get_mut(at)? = Handle::Value(value);
        Some(value)
    }

    /// Reads a string, or a reference to one.
    fn text(&mut self) -> Option<&'a [u8]> {
        match self.input.u8()? {
            STRING => {
                let text = self.input.text()?;
                self.assign(Handle::Value(Value::Text(text)))?;
                Some(text)
            }
            REFERENCE => match self.known_value()? {
                Value::Text(text) => Some(text),
                Value::Null | Value::Primitive | Value::Bytes(_) | Value::Constant(_) => None,
            },
            _ => None,
        }
    }

    fn reference(&mut self) -> Option<Handle<'a>> {
        let index = self.input.u32()?.checked_sub(FIRST_HANDLE)?;
        self.handles.get(usize::try_from(index).ok()?).copied()
    }

    fn assign(&mut self, handle: Handle<'a>) -> Option<()> {
        if self.handles.len() == MAX_HANDLES {
            return None;
        }
        self.handles.push(handle);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    /// `new SecretKeySpec(new byte[]{1, 2, 3, 4}, "AES")` of Java 17.
    const SPEC: &str = "aced00057372001f6a617661782e63727970746f2e737065632e5365637265744b657953706563\
         5b470b66e230614d0200024c0009616c676f726974686d7400124c6a6176612f6c616e672f537472696e673b5b\
         00036b65797400025b427870740003414553757200025b42acf317f8060854e0020000787000000004\
         01020304";
    /// `new KeyRep(KeyRep.Type.SECRET, "RAW", "RAW", new byte[]{1, 2, 3, 4})` of Java 17.
    const REPRESENTATION: &str = "aced0005737200146a6176612e73656375726974792e4b6579526570bdf94fb3889aa5\
         430200044c0009616c676f726974686d7400124c6a6176612f6c616e672f537472696e673b5b0007656e636f64\
         65647400025b424c0006666f726d617471007e00014c00047479706574001b4c6a6176612f7365637572697479\
         2f4b657952657024547970653b7870740003524157757200025b42acf317f8060854e0020000787000000004\
         0102030471007e00057e7200196a6176612e73656375726974792e4b65795265702454797065000000000000\
         00001200007872000e6a6176612e6c616e672e456e756d00000000000000001200007870740006534543524554";

    fn bytes(text: &str) -> Vec<u8> {
        hex::decode_lenient(text).expect("hex")
    }

    fn read(stream: &[u8]) -> Option<Object<'_>> {
        Object::read(&mut Input::new(stream))
    }

    fn text(text: &str) -> Vec<u8> {
        let len = u16::try_from(text.len()).expect("short");
        [&len.to_be_bytes(), text.as_bytes()].concat()
    }

    /// A description of a class without the end of its parent.
    fn class(name: &str, flags: u8, fields: &[Vec<u8>]) -> Vec<u8> {
        let count = u16::try_from(fields.len()).expect("few");
        let head = [&[CLASS][..], &text(name), &[7; 8], &[flags]].concat();
        let fields = fields.concat();
        [
            &head[..],
            &count.to_be_bytes(),
            &fields,
            &[END_OF_BLOCK_DATA],
        ]
        .concat()
    }

    /// A stream of one object of a class with one field `f` of this type and value.
    fn with_field(code: u8, type_name: &str, value: &[u8]) -> Vec<u8> {
        let mut field = [&[code][..], &text("f")].concat();
        if !type_name.is_empty() {
            field.extend([&[STRING][..], &text(type_name)].concat());
        }
        let class = class("C", SERIALIZABLE, &[field]);
        [HEADER, &[OBJECT], &class, &[NULL], value].concat()
    }

    fn byte_array(class_name: &str, contents: &[u8]) -> Vec<u8> {
        let len = u32::try_from(contents.len()).expect("short");
        let class = class(class_name, SERIALIZABLE, &[]);
        [&[ARRAY][..], &class, &[NULL], &len.to_be_bytes(), contents].concat()
    }

    #[test]
    fn fields_are_found_by_class_and_name() {
        let (stream, class) = (bytes(SPEC), "javax.crypto.spec.SecretKeySpec");
        let object = read(&stream).expect("an object");
        assert_eq!(object.class(), class.as_bytes());
        assert_eq!(object.bytes(class, "key"), Some(&[1, 2, 3, 4][..]));
        assert_eq!(object.text(class, "algorithm"), Some(&b"AES"[..]));
        assert_eq!(object.bytes(class, "algorithm"), None);
        assert_eq!(object.text(class, "key"), None);
        assert_eq!(object.bytes(class, "other"), None);
        assert_eq!(object.bytes("java.lang.Object", "key"), None);
        let (stream, class) = (bytes(REPRESENTATION), "java.security.KeyRep");
        let object = read(&stream).expect("an object");
        assert_eq!(object.bytes(class, "encoded"), Some(&[1, 2, 3, 4][..]));
        // The second is a reference to the first.
        assert_eq!(object.text(class, "algorithm"), Some(&b"RAW"[..]));
        assert_eq!(object.text(class, "format"), Some(&b"RAW"[..]));
        assert_eq!(object.text(class, "type"), Some(&b"SECRET"[..]));
    }

    #[test]
    fn bytes_after_the_object_are_left() {
        let stream = [bytes(SPEC), b"rest".to_vec()].concat();
        let mut input = Input::new(&stream);
        assert!(Object::read(&mut input).is_some());
        assert_eq!(input.rest(), b"rest");
    }

    #[test]
    fn a_truncated_object_is_refused() {
        for stream in [SPEC, REPRESENTATION].map(bytes) {
            for len in 0..stream.len() {
                assert!(read(&stream[..len]).is_none(), "{len}");
            }
        }
    }

    /// Each byte of a length, one after the other, at its maximum.
    #[test]
    fn no_length_reaches_beyond_the_end() {
        // The number of bytes in the last value, which can be any.
        for (stream, last) in [(bytes(SPEC), 4), (bytes(REPRESENTATION), 6)] {
            for at in 0..stream.len() - last {
                let mut changed = stream.clone();
                changed[at] = 0xff;
                if let Some(object) = read(&changed) {
                    assert!(object.fields.len() <= 4, "{at}");
                }
                changed[at..].fill(0xff);
                assert!(read(&changed).is_none(), "{at}");
            }
        }
    }

    /// What Java 17 writes for a string, an array of numbers, an array of keys, and an `ArrayList`.
    #[test]
    fn other_objects_are_refused() {
        for other in [
            "aced000574000474657874",
            "aced0005757200025b494dba602676eab2a502000078700000000100000001",
            "aced0005737200136a6176612e7574696c2e41727261794c6973747881d21d99c7619d0300014900047369\
             7a657870000000017704000000017400016178",
            "aced000570",
            "aced00047370",
            "",
        ] {
            assert!(read(&bytes(other)).is_none(), "{other}");
        }
        let object = [&[OBJECT][..], &class("D", SERIALIZABLE, &[]), &[NULL]].concat();
        let string = [&[STRING][..], &text("x")].concat();
        let constant = |flags| [&[ENUM][..], &class("E", flags, &[]), &[NULL], &string].concat();
        for (value, is_read) in [
            (byte_array("[B", &[1, 2]), true),
            (byte_array("[B", &[]), true),
            (string.clone(), true),
            (constant(SERIALIZABLE_ENUM), true),
            (vec![NULL], true),
            // An object in the object, and a class as a value.
            (object.clone(), false),
            (
                [&[0x76][..], &class("D", SERIALIZABLE, &[]), &[NULL]].concat(),
                false,
            ),
            (byte_array("[C", &[0, 0]), false),
            (byte_array("[LX;", &[]), false),
            (constant(SERIALIZABLE), false),
            // Block data, a reset, a long string, a proxy.
            (vec![0x77, 1, 0], false),
            (vec![0x79], false),
            (vec![0x7c, 0, 0, 0, 0, 0, 0, 0, 0], false),
            (vec![0x7d, 0, 0, 0, 0, NULL], false),
        ] {
            let stream = with_field(b'L', "LX;", &value);
            assert_eq!(read(&stream).is_some(), is_read, "{value:?}");
        }
        for (code, len) in [(b'B', 1), (b'Z', 1), (b'C', 2), (b'S', 2)]
            .into_iter()
            .chain([(b'F', 4), (b'I', 4), (b'D', 8), (b'J', 8)])
        {
            assert!(read(&with_field(code, "", &vec![0xff; len])).is_some());
            assert!(read(&with_field(code, "", &vec![0xff; len - 1])).is_none());
        }
        assert!(read(&with_field(b'X', "", &[0; 8])).is_none());
        // A class with data of its own, and one that is not serializable.
        for flags in [0, 3, 4, 0x0c, SERIALIZABLE_ENUM] {
            let stream = [HEADER, &[OBJECT], &class("C", flags, &[]), &[NULL]].concat();
            assert!(read(&stream).is_none(), "{flags}");
        }
    }

    #[test]
    fn references_lead_only_to_what_was_read() {
        let reference = |number: u32| [&[REFERENCE][..], &number.to_be_bytes()].concat();
        // 0 is the class, 1 the type of the field, 2 the object.
        for (number, is_read) in [(0, false), (1, true), (2, false), (3, false), (99, false)] {
            let stream = with_field(b'L', "LX;", &reference(FIRST_HANDLE + number));
            assert_eq!(read(&stream).is_some(), is_read, "{number}");
        }
        for number in [0, FIRST_HANDLE - 1, u32::MAX] {
            assert!(read(&with_field(b'L', "LX;", &reference(number))).is_none());
        }
        // An array whose contents are the array.
        let own = [&[ARRAY][..], &class("[B", SERIALIZABLE, &[]), &[NULL]].concat();
        let own = [own, reference(FIRST_HANDLE + 4)].concat();
        assert!(read(&with_field(b'L', "LX;", &own)).is_none());
        // A class that inherits from itself, and from a class that inherits from it.
        let own = reference(FIRST_HANDLE);
        let (c, d) = (class("C", SERIALIZABLE, &[]), class("D", SERIALIZABLE, &[]));
        assert!(read(&[HEADER, &[OBJECT], &c, &own].concat()).is_none());
        assert!(read(&[HEADER, &[OBJECT], &c, &d, &own].concat()).is_none());
        // A string as a class.
        let string = [&[STRING][..], &text("C")].concat();
        assert!(read(&[HEADER, &[OBJECT], &string].concat()).is_none());
    }

    #[test]
    fn the_limits_hold() {
        let inherited = |classes: usize| {
            let classes = class("C", SERIALIZABLE, &[]).repeat(classes);
            [HEADER, &[OBJECT], &classes, &[NULL]].concat()
        };
        assert!(read(&inherited(MAX_CLASSES)).is_some());
        assert!(read(&inherited(MAX_CLASSES + 1)).is_none());
        let with_fields = |count: u16| {
            let field = [&[b'B'][..], &text("f")].concat();
            let class = class("C", SERIALIZABLE, &vec![field; count.into()]);
            let values = vec![0; count.into()];
            [HEADER, &[OBJECT], &class, &[NULL], &values].concat()
        };
        assert!(read(&with_fields(MAX_FIELDS)).is_some());
        assert!(read(&with_fields(MAX_FIELDS + 1)).is_none());
        let with_handles = |count: usize| {
            // A handle for the class, for the type of the first field, and for the object.
            let handles = [&[STRING][..], &text("x")].concat().repeat(count - 3);
            let field = |at: usize| {
                let name = [&[b'L'][..], &text("f")].concat();
                let reference = (FIRST_HANDLE + 1).to_be_bytes();
                let type_name = if at == 0 {
                    [&[STRING][..], &text("LX;")].concat()
                } else {
                    [&[REFERENCE][..], &reference].concat()
                };
                [name, type_name].concat()
            };
            let (parent, child) = (16, count - 3 - 16);
            let fields = |range: core::ops::Range<usize>| range.map(field).collect::<Vec<_>>();
            let child = class("C", SERIALIZABLE, &fields(0..child));
            let parent = class("P", SERIALIZABLE, &fields(1..1 + parent));
            [HEADER, &[OBJECT], &child, &parent, &[NULL], &handles].concat()
        };
        // The second class takes a handle, too.
        assert!(read(&with_handles(MAX_HANDLES - 1)).is_some());
        assert!(read(&with_handles(MAX_HANDLES)).is_none());
    }
}
