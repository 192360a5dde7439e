//! The bytes of a manifest, a piece at a time.

use core::error::Error;

/// Supplies the bytes of a manifest, as `std::io::BufRead` does.
pub trait Input {
    /// Returns bytes that were not consumed yet; none at the end.
    ///
    /// # Errors
    ///
    /// The error of whoever supplies the bytes.
    fn fill_buf(&mut self) -> Result<&[u8], Box<dyn Error + Send + Sync>>;

    /// Consumes `count` of the bytes that [`Self::fill_buf`] returned.
    fn consume(&mut self, count: usize);
}

impl Input for &[u8] {
    fn fill_buf(&mut self) -> Result<&[u8], Box<dyn Error + Send + Sync>> {
        Ok(self)
    }

    fn consume(&mut self, count: usize) {
        *self = &self[count..];
    }
}
