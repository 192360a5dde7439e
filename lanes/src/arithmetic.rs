//! The choice between the two implementations.

use crate::{
    portable,
    row::{self, Row},
};

/// An implementation of the arithmetic.
#[derive(Debug, Clone, Copy)]
pub struct Arithmetic(Implementation);

#[derive(Debug, Clone, Copy)]
enum Implementation {
    /// AVX-512 IFMA: all eight lanes at once.
    #[cfg(target_arch = "x86_64")]
    Ifma(fearless_simd::Avx512),
    /// Any processor: one lane after the other.
    Portable,
}

impl Arithmetic {
    /// The implementation for any processor. It works only on the lanes that have a number of their
    /// own.
    pub const PORTABLE: Self = Self(Implementation::Portable);

    /// Returns the fastest implementation that this processor can run.
    ///
    /// A build with `--cfg byok_portable_lanes` takes the portable one on every processor.
    pub fn detect() -> Self {
        Self::ifma().unwrap_or(Self::PORTABLE)
    }

    /// Returns the implementation with AVX-512 IFMA, if the processor has the instructions, the
    /// system saves the registers, and the build permits it.
    pub fn ifma() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if !cfg!(byok_portable_lanes) {
            let level = fearless_simd::Level::new().as_avx512();
            return level.map(|level| Self(Implementation::Ifma(level)));
        }
        None
    }

    /// Returns how many numbers take the time of one: eight, or one on the portable path.
    pub fn numbers_at_once(self) -> usize {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Implementation::Ifma(_) => crate::LANES,
            Implementation::Portable => 1,
        }
    }

    /// Writes a·b/R modulo m into `out`, where R is 2^(52·limbs).
    ///
    /// a, b and m have as many limbs as `out`: 20, 30 or 40, each below 2^52. `inverse` is −1/m
    /// modulo 2^52. a·b is at most m·R, and the result is below 2·m. Lanes from `lanes` on may be
    /// left as they are.
    pub(crate) fn product(self, out: &mut [Row], abm: [&[Row]; 3], inverse: &Row, lanes: usize) {
        match (self.0, out.len()) {
            #[cfg(target_arch = "x86_64")]
            (Implementation::Ifma(simd), _) => crate::ifma::product(simd, out, abm, inverse),
            (Implementation::Portable, 20) => portable::product::<20, 40>(out, abm, inverse, lanes),
            (Implementation::Portable, 30) => portable::product::<30, 60>(out, abm, inverse, lanes),
            (Implementation::Portable, _) => portable::product::<40, 80>(out, abm, inverse, lanes),
        }
    }

    /// Writes a²·2^d/R modulo m into `out`, where `doublings` holds d: 0 or 1 in each lane.
    ///
    /// Everything else is as in [`Self::product`]. The result is below 2·m·2^d: it is not reduced
    /// after the doubling.
    pub(crate) fn square(
        self,
        out: &mut [Row],
        am: [&[Row]; 2],
        inverse: &Row,
        doublings: &Row,
        lanes: usize,
    ) {
        match (self.0, out.len()) {
            #[cfg(target_arch = "x86_64")]
            (Implementation::Ifma(simd), _) => {
                crate::ifma::square(simd, out, am, inverse, doublings);
            }
            (Implementation::Portable, 20) => {
                portable::square::<20, 40>(out, am, inverse, doublings, lanes);
            }
            (Implementation::Portable, 30) => {
                portable::square::<30, 60>(out, am, inverse, doublings, lanes);
            }
            (Implementation::Portable, _) => {
                portable::square::<40, 80>(out, am, inverse, doublings, lanes);
            }
        }
    }

    /// Copies the entry of `table` that the digit of each lane names into `out`, in constant time.
    pub(crate) fn select(self, out: &mut [Row], table: &[Row], digits: &Row) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Implementation::Ifma(simd) => crate::ifma::select(simd, out, table, digits),
            Implementation::Portable => row::select(out, table, digits),
        }
    }
}

#[cfg(test)]
mod tests;
