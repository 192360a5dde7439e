//! Archives for tests.

/// An entry to write.
pub(crate) struct Entry<'a> {
    name: &'a str,
    data: Vec<u8>,
    crc32: u32,
    len: u32,
    method: u16,
    flags: u16,
    extra: Vec<u8>,
}

impl<'a> Entry<'a> {
    pub(crate) fn stored(name: &'a str, bytes: &[u8]) -> Self {
        Self {
            name,
            data: bytes.to_vec(),
            crc32: rawzip::crc32(bytes),
            len: u32::try_from(bytes.len()).expect("small"),
            method: 0,
            flags: 0,
            extra: vec![],
        }
    }

    pub(crate) fn deflated(name: &'a str, bytes: &[u8]) -> Self {
        Self {
            data: miniz_oxide::deflate::compress_to_vec(bytes, 6),
            method: 8,
            ..Self::stored(name, bytes)
        }
    }

    pub(super) fn saying(self, len: u32) -> Self {
        Self { len, ..self }
    }

    pub(crate) fn with_flags(self, flags: u16) -> Self {
        Self { flags, ..self }
    }

    pub(super) fn with_method(self, method: u16) -> Self {
        Self { method, ..self }
    }

    pub(super) fn with_extra(self, extra: &[u8]) -> Self {
        Self {
            extra: extra.to_vec(),
            ..self
        }
    }

    /// The members that both headers share.
    fn shared(&self) -> Vec<u8> {
        let len = |bytes: &[u8]| u16::try_from(bytes.len()).expect("short").to_le_bytes();
        let size = u32::try_from(self.data.len()).expect("small");
        [
            &20u16.to_le_bytes()[..],
            &self.flags.to_le_bytes(),
            &self.method.to_le_bytes(),
            &[0; 4],
            &self.crc32.to_le_bytes(),
            &size.to_le_bytes(),
            &self.len.to_le_bytes(),
            &len(self.name.as_bytes()),
            &len(&self.extra),
        ]
        .concat()
    }
}

/// Writes an archive.
///
/// # Source
///
/// PKWARE's APPNOTE.TXT 6.3.10, 4.3.
pub(crate) fn archive(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let offset = u32::try_from(bytes.len()).expect("small").to_le_bytes();
        let name = entry.name.as_bytes();
        bytes.extend(
            [
                b"PK\x03\x04",
                entry.shared().as_slice(),
                name,
                &entry.extra,
                &entry.data,
            ]
            .concat(),
        );
        let made_by = 20u16.to_le_bytes();
        directory.extend(
            [
                b"PK\x01\x02",
                &made_by[..],
                &entry.shared(),
                &[0; 10],
                &offset,
                name,
                &entry.extra,
            ]
            .concat(),
        );
    }
    let count = u16::try_from(entries.len()).expect("few").to_le_bytes();
    let size = u32::try_from(directory.len()).expect("small").to_le_bytes();
    let start = u32::try_from(bytes.len()).expect("small").to_le_bytes();
    let end = [
        b"PK\x05\x06",
        &[0; 4][..],
        &count,
        &count,
        &size,
        &start,
        &[0; 2],
    ]
    .concat();
    [bytes, directory, end].concat()
}
