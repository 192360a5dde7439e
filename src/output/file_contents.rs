//! The contents of an output file.

use std::fs::File;
use std::io::{self, BufWriter, Write};

/// The contents of an output file.
#[derive(Clone, Copy)]
pub(crate) enum FileContents<'a> {
    /// Bytes in memory.
    Bytes(&'a [u8]),
    /// A function that writes them. It is called again if a medium does not support one way to write.
    Stream(&'a dyn Fn(&mut dyn Write) -> io::Result<()>),
}

impl FileContents<'_> {
    pub(super) fn write_to(self, mut file: &File) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) => file.write_all(bytes),
            Self::Stream(write) => {
                let mut writer = BufWriter::with_capacity(1 << 16, file);
                write(&mut writer)?;
                writer.flush()
            }
        }
    }
}
