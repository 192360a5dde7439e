//! Montgomery arithmetic without special instructions, one number after the other.
//!
//! Columns of the schoolbook multiplication are summed up in 128 bits. A product of two limbs has 104
//! bits, and a column has at most 160 of them, so no sum overflows, and carries are passed on once.
//! The limbs are multiplied in blocks of five, whose loops the compiler unrolls: loops of other
//! lengths for each column took twice as long.

use crate::row::{LIMB_BITS, LIMB_MASK, Row};

/// The limbs of a block, of which a number has four, six or eight.
const BLOCK: usize = 5;

type Block = [u64; BLOCK];
/// The columns of the product of two blocks.
type Columns = [u128; 2 * BLOCK - 1];

/// Does what [`crate::arithmetic::Arithmetic::product`] describes for numbers of `LIMBS` limbs, in the
/// first `lanes` lanes. `COLUMNS` is twice as many.
pub(crate) fn product<const LIMBS: usize, const COLUMNS: usize>(
    out: &mut [Row],
    [a, b, m]: [&[Row]; 3],
    inverse: &Row,
    lanes: usize,
) {
    for lane in 0..lanes {
        let (a, b) = (number::<LIMBS>(a, lane), number::<LIMBS>(b, lane));
        let mut sums = [0; COLUMNS];
        for (i, a) in blocks(&a).iter().enumerate() {
            for (j, b) in blocks(&b).iter().enumerate() {
                add_product(columns(&mut sums, i + j), a, b);
            }
        }
        reduce::<LIMBS, COLUMNS>(&mut sums, &number(m, lane), inverse.0[lane]);
        write(out, lane, &sums[LIMBS..], 0);
    }
}

/// Does what [`crate::arithmetic::Arithmetic::square`] describes for numbers of `LIMBS` limbs, in the
/// first `lanes` lanes. `COLUMNS` is twice as many.
pub(crate) fn square<const LIMBS: usize, const COLUMNS: usize>(
    out: &mut [Row],
    [a, m]: [&[Row]; 2],
    inverse: &Row,
    doublings: &Row,
    lanes: usize,
) {
    for lane in 0..lanes {
        let a = number::<LIMBS>(a, lane);
        let mut sums = [0; COLUMNS];
        // The products of two different blocks occur twice.
        for (i, low) in blocks(&a).iter().enumerate() {
            for (j, high) in blocks(&a).iter().enumerate().skip(i + 1) {
                add_product(columns(&mut sums, i + j), low, high);
            }
        }
        for sum in &mut sums {
            *sum <<= 1;
        }
        for (i, block) in blocks(&a).iter().enumerate() {
            add_square(columns(&mut sums, 2 * i), block);
        }
        reduce::<LIMBS, COLUMNS>(&mut sums, &number(m, lane), inverse.0[lane]);
        write(out, lane, &sums[LIMBS..], doublings.0[lane]);
    }
}

/// Adds multiples of `m` to the number whose columns are `sums`, until its low half is zero. The high
/// half is then the number divided by R, and holds all carries from below it.
#[inline]
fn reduce<const LIMBS: usize, const COLUMNS: usize>(
    sums: &mut [u128; COLUMNS],
    m: &[u64; LIMBS],
    inverse: u64,
) {
    let m = blocks(m);
    for i in 0..m.len() {
        let (quotients, carry) = quotients(columns(sums, i), &m[0], inverse);
        // The low columns are zero now, and all that is left of them is the carry.
        add_high_columns(columns(sums, i), &quotients, &m[0]);
        for (j, m) in m.iter().enumerate().skip(1) {
            add_product(columns(sums, i + j), &quotients, m);
        }
        let next = &mut sums[(i + 1) * BLOCK];
        *next = next.wrapping_add(carry);
    }
}

/// Returns the multiples of the modulus that make the low columns zero, and the carry from them. `m`
/// is the lowest block of the modulus.
#[inline]
fn quotients(sums: &Columns, m: &Block, inverse: u64) -> (Block, u128) {
    let mut quotients = [0; BLOCK];
    let mut carry = 0_u128;
    for k in 0..BLOCK {
        let mut sum = sums[k].wrapping_add(carry);
        for i in 0..k {
            sum = sum.wrapping_add(wide(quotients[i], m[k - i]));
        }
        quotients[k] = low(sum).wrapping_mul(inverse) & LIMB_MASK;
        carry = sum.wrapping_add(wide(quotients[k], m[0])) >> LIMB_BITS;
    }
    (quotients, carry)
}

#[inline]
fn add_product(sums: &mut Columns, x: &Block, y: &Block) {
    for (k, sum) in sums.iter_mut().enumerate() {
        for i in k.saturating_sub(BLOCK - 1)..=k.min(BLOCK - 1) {
            *sum = sum.wrapping_add(wide(x[i], y[k - i]));
        }
    }
}

/// Adds x·y without its low columns.
#[inline]
fn add_high_columns(sums: &mut Columns, x: &Block, y: &Block) {
    for k in BLOCK..2 * BLOCK - 1 {
        for i in k - (BLOCK - 1)..BLOCK {
            sums[k] = sums[k].wrapping_add(wide(x[i], y[k - i]));
        }
    }
}

#[inline]
fn add_square(sums: &mut Columns, x: &Block) {
    for (k, sum) in sums.iter_mut().enumerate() {
        let mut twice = 0_u128;
        for i in k.saturating_sub(BLOCK - 1)..k.div_ceil(2) {
            twice = twice.wrapping_add(wide(x[i], x[k - i]));
        }
        *sum = sum.wrapping_add(twice << 1);
        if k % 2 == 0 {
            *sum = sum.wrapping_add(wide(x[k / 2], x[k / 2]));
        }
    }
}

/// Writes the number whose columns are `sums` into a lane of `out`, shifted by `doublings` bits: 0 or
/// 1.
fn write(out: &mut [Row], lane: usize, sums: &[u128], doublings: u64) {
    let mut carry = 0_u128;
    for (row, sum) in out.iter_mut().zip(sums) {
        let sum = (sum << doublings).wrapping_add(carry);
        row.0[lane] = low(sum) & LIMB_MASK;
        carry = sum >> LIMB_BITS;
    }
}

/// Returns the number in a lane.
#[inline]
fn number<const LIMBS: usize>(rows: &[Row], lane: usize) -> [u64; LIMBS] {
    core::array::from_fn(|limb| rows[limb].0[lane])
}

fn blocks(limbs: &[u64]) -> &[Block] {
    limbs.as_chunks().0
}

/// Returns the columns of the product of two blocks, whose numbers add up to `block`.
fn columns(sums: &mut [u128], block: usize) -> &mut Columns {
    (&mut sums[block * BLOCK..][..2 * BLOCK - 1])
        .try_into()
        .expect("as many as were taken")
}

#[inline]
fn wide(x: u64, y: u64) -> u128 {
    u128::from(x) * u128::from(y)
}

/// Returns the low 64 bits.
#[allow(clippy::cast_possible_truncation, reason = "the low half is meant")]
#[inline]
fn low(sum: u128) -> u64 {
    sum as u64
}
