//! A writer that computes the SHA-256 of what it writes.

use std::io::{self, Write};

use byok_core::report::{RunningDigest, Sha256Digest};

/// Computes the digest of the public data that it writes.
#[derive(Debug)]
pub(crate) struct DigestWriter<W> {
    inner: W,
    digest: RunningDigest,
}

impl DigestWriter<io::Sink> {
    /// Computes the digest, and keeps nothing.
    pub(crate) fn into_nothing() -> Self {
        Self::new(io::sink())
    }
}

impl<W> DigestWriter<W> {
    /// Writes to `inner`.
    pub(crate) fn new(inner: W) -> Self {
        Self {
            inner,
            digest: RunningDigest::default(),
        }
    }

    /// Returns the digest of everything that was written.
    pub(crate) fn finish(self) -> Sha256Digest {
        self.digest.finish()
    }
}

impl<W: Write> Write for DigestWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.digest.add(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A writer that takes three bytes at a time.
    struct Slow(Vec<u8>);

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(&bytes[..bytes.len().min(3)])
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn each_byte_counts_once_even_if_it_was_offered_twice() {
        let mut file = Slow(Vec::new());
        let mut writer = DigestWriter::new(&mut file);
        writer.write_all(b"eleven bytes").expect("written");
        assert_eq!(writer.finish(), Sha256Digest::of(b"eleven bytes"));
        assert_eq!(file.0, b"eleven bytes");
    }
}
