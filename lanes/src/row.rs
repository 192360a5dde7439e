//! A row: one limb of each of the eight numbers.

use zeroize::DefaultIsZeroes;

/// How many numbers are worked on at once: the 64-bit lanes of an AVX-512 register.
pub const LANES: usize = 8;
/// The bits of a limb. A product of two limbs is what one IFMA instruction pair multiplies.
pub(crate) const LIMB_BITS: u32 = 52;
/// The largest limb.
pub(crate) const LIMB_MASK: u64 = (1 << LIMB_BITS) - 1;

/// One limb of each of the eight numbers. Its alignment is that of an AVX-512 register, so that no
/// load crosses a cache line.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[repr(align(64))]
pub(crate) struct Row(pub(crate) [u64; LANES]);

impl DefaultIsZeroes for Row {}

impl Row {
    /// Returns the row that `limb` computes for each lane.
    #[inline]
    pub(crate) fn from_lanes(limb: impl FnMut(usize) -> u64) -> Self {
        Self(core::array::from_fn(limb))
    }
}

/// Doubles the numbers of `x` modulo those of `m`. Each number is below its modulus, before and after.
pub(crate) fn double_modulo(x: &mut [Row], m: &[Row]) {
    let mut carry = Row::default();
    for row in &mut *x {
        let doubled = Row::from_lanes(|lane| row.0[lane] << 1 | carry.0[lane]);
        carry = Row::from_lanes(|lane| doubled.0[lane] >> LIMB_BITS);
        *row = Row::from_lanes(|lane| doubled.0[lane] & LIMB_MASK);
    }
    subtract_once(x, m);
}

/// Subtracts `m` from each number of `x` that is not below it.
pub(crate) fn subtract_once(x: &mut [Row], m: &[Row]) {
    let borrow = borrow_after(x, m);
    // All ones where the number is at least its modulus.
    let keep = Row::from_lanes(|lane| borrow.0[lane].wrapping_sub(1));
    let mut borrow = Row::default();
    for (row, m) in x.iter_mut().zip(m) {
        let difference = Row::from_lanes(|lane| {
            let subtrahend = (m.0[lane] & keep.0[lane]) + borrow.0[lane];
            row.0[lane].wrapping_sub(subtrahend)
        });
        borrow = Row::from_lanes(|lane| difference.0[lane] >> 63);
        *row = Row::from_lanes(|lane| difference.0[lane] & LIMB_MASK);
    }
}

/// Returns 1 in each lane where the number of `x` is below that of `m`, and 0 elsewhere.
fn borrow_after(x: &[Row], m: &[Row]) -> Row {
    let borrow = |borrow: Row, (x, m): (&Row, &Row)| {
        Row::from_lanes(|lane| x.0[lane].wrapping_sub(m.0[lane] + borrow.0[lane]) >> 63)
    };
    x.iter().zip(m).fold(Row::default(), borrow)
}

/// Copies entry `digits` of `table`, lane by lane, into `out`. Every lane has its own digit, and
/// every entry is read, so that neither time nor memory accesses depend on a digit.
///
/// `table` holds the entries one after the other, each as long as `out`.
pub(crate) fn select(out: &mut [Row], table: &[Row], digits: &Row) {
    out.fill(Row::default());
    for (entry, index) in table.chunks_exact(out.len()).zip(0_u64..) {
        // All ones where the digit is the index. Both are far below 2^63.
        let mask = Row::from_lanes(|lane| {
            0_u64.wrapping_sub((digits.0[lane] ^ index).wrapping_sub(1) >> 63)
        });
        for (out, row) in out.iter_mut().zip(entry) {
            *out = Row::from_lanes(|lane| out.0[lane] | (row.0[lane] & mask.0[lane]));
        }
    }
}

/// Returns in which lanes the numbers of `x` and `y` are equal. Reads them whole.
pub(crate) fn equal(x: &[Row], y: &[Row]) -> [bool; LANES] {
    let difference = x.iter().zip(y).fold(Row::default(), |difference, (x, y)| {
        Row::from_lanes(|lane| difference.0[lane] | (x.0[lane] ^ y.0[lane]))
    });
    difference.0.map(|bits| bits == 0)
}
