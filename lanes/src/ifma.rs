//! Montgomery arithmetic with AVX-512 IFMA, on eight numbers at once.
//!
//! `vpmadd52luq` and `vpmadd52huq` multiply eight pairs of 52-bit limbs, and add the low or the high
//! 52 bits of each product to eight 64-bit sums. A sum takes 4096 of them before it overflows; a
//! column of 40-limb numbers has 160, doubled once. So carries are passed on once for each column,
//! when the number is reduced.
//!
//! A product is multiplied out first and reduced after that, because a square then needs half of the
//! limb products. Both passes add two rows of the schoolbook multiplication at a time
//! ([`add_rest_of_two_rows`]): four multiplications for one load and one store of a sum.
//!
//! There is no branch and no address that depends on a limb: every loop runs over a number of limbs.
//! The sums are on the stack, which the caller wipes.

use core::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_and_si512, _mm512_cmpeq_epi64_mask, _mm512_madd52hi_epu64,
    _mm512_madd52lo_epu64, _mm512_mask_mov_epi64, _mm512_set1_epi64, _mm512_setzero_si512,
    _mm512_slli_epi64, _mm512_sllv_epi64, _mm512_srli_epi64,
};

use fearless_simd::{Avx512, SimdBase as _, SimdFrom as _, u64x8};

use crate::row::{LIMB_BITS, LIMB_MASK, Row};

// `kernel!` holds the one unsafe call: the token proves that the processor has the instructions.
// The macro takes no generics, so each entry chooses the length.

fearless_simd::kernel!(
    /// Does what [`crate::arithmetic::Arithmetic::product`] describes.
    pub(crate) fn product(simd: Avx512, out: &mut [Row], abm: [&[Row]; 3], inverse: &Row) {
        match out.len() {
            20 => product_of::<20, 40>(simd, out, abm, inverse),
            30 => product_of::<30, 60>(simd, out, abm, inverse),
            _ => product_of::<40, 80>(simd, out, abm, inverse),
        }
    }
);

fearless_simd::kernel!(
    /// Does what [`crate::arithmetic::Arithmetic::square`] describes.
    pub(crate) fn square(
        simd: Avx512,
        out: &mut [Row],
        am: [&[Row]; 2],
        inverse: &Row,
        doublings: &Row,
    ) {
        match out.len() {
            20 => square_of::<20, 40>(simd, out, am, inverse, doublings),
            30 => square_of::<30, 60>(simd, out, am, inverse, doublings),
            _ => square_of::<40, 80>(simd, out, am, inverse, doublings),
        }
    }
);

fearless_simd::kernel!(
    /// Does what [`crate::row::select`] describes.
    pub(crate) fn select(simd: Avx512, out: &mut [Row], table: &[Row], digits: &Row) {
        let digits = load(simd, digits);
        let limbs = out.len();
        for (limb, out) in out.iter_mut().enumerate() {
            let mut selected = _mm512_setzero_si512();
            for (entry, index) in table[limb..].iter().step_by(limbs).zip(0..) {
                let is_selected = _mm512_cmpeq_epi64_mask(digits, _mm512_set1_epi64(index));
                selected = _mm512_mask_mov_epi64(selected, is_selected, load(simd, entry));
            }
            store(simd, out, selected);
        }
    }
);

/// Multiplies numbers of `LIMBS` limbs. `COLUMNS` is twice as many.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512ifma")]
fn product_of<const LIMBS: usize, const COLUMNS: usize>(
    simd: Avx512,
    out: &mut [Row],
    [a, b, m]: [&[Row]; 3],
    inverse: &Row,
) {
    let (a, b) = (limbs::<LIMBS>(a), limbs::<LIMBS>(b));
    let mut sums = [_mm512_setzero_si512(); COLUMNS];
    for i in (0..LIMBS).step_by(2) {
        let pair = [load(simd, &a[i]), load(simd, &a[i + 1])];
        add_two_rows(simd, &mut sums[i..i + LIMBS + 2], pair, b);
    }
    let no_doublings = _mm512_setzero_si512();
    reduce::<LIMBS, COLUMNS>(simd, out, &mut sums, m, inverse, no_doublings);
}

/// Squares numbers of `LIMBS` limbs: sums the products of different limbs, doubles the sums, and adds
/// the squares of the limbs.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512ifma")]
fn square_of<const LIMBS: usize, const COLUMNS: usize>(
    simd: Avx512,
    out: &mut [Row],
    [a, m]: [&[Row]; 2],
    inverse: &Row,
    doublings: &Row,
) {
    let a = limbs::<LIMBS>(a);
    let mut sums = [_mm512_setzero_si512(); COLUMNS];
    for i in (0..LIMBS).step_by(2) {
        let pair = [load(simd, &a[i]), load(simd, &a[i + 1])];
        sums[2 * i + 1] = add_low(sums[2 * i + 1], pair[0], pair[1]);
        sums[2 * i + 2] = add_high(sums[2 * i + 2], pair[0], pair[1]);
        add_two_rows(simd, &mut sums[2 * i + 2..i + LIMBS + 2], pair, &a[i + 2..]);
    }
    for (i, a) in a.iter().enumerate() {
        let limb = load(simd, a);
        sums[2 * i] = add_low(_mm512_slli_epi64::<1>(sums[2 * i]), limb, limb);
        sums[2 * i + 1] = add_high(_mm512_slli_epi64::<1>(sums[2 * i + 1]), limb, limb);
    }
    let doublings = load(simd, doublings);
    reduce::<LIMBS, COLUMNS>(simd, out, &mut sums, m, inverse, doublings);
}

/// Divides the number whose columns are `sums` by R, modulo `m`, and writes it into `out`, doubled
/// as often as `doublings` says.
///
/// # Source
///
/// P. L. Montgomery, "Modular multiplication without trial division" (1985), with two quotient limbs
/// at a time. R exceeds 4m, which spares the last subtraction: C. D. Walter, "Montgomery
/// exponentiation needs no final subtractions" (1999).
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn reduce<const LIMBS: usize, const COLUMNS: usize>(
    simd: Avx512,
    out: &mut [Row],
    sums: &mut [__m512i; COLUMNS],
    m: &[Row],
    inverse: &Row,
    doublings: __m512i,
) {
    let m = limbs::<LIMBS>(m);
    let zero = _mm512_setzero_si512();
    let inverse = load(simd, inverse);
    let [m0, m1] = [load(simd, &m[0]), load(simd, &m[1])];
    let mut carry = zero;
    for i in (0..LIMBS).step_by(2) {
        // Each quotient limb makes the low 52 bits of its column zero.
        let sum = _mm512_add_epi64(sums[i], carry);
        let q0 = add_low(zero, sum, inverse);
        carry = _mm512_srli_epi64::<LIMB_BITS>(add_low(sum, q0, m0));
        let sum = _mm512_add_epi64(add_high(sums[i + 1], q0, m0), carry);
        let sum = add_low(sum, q0, m1);
        let q1 = add_low(zero, sum, inverse);
        carry = _mm512_srli_epi64::<LIMB_BITS>(add_low(sum, q1, m0));
        add_rest_of_two_rows(simd, &mut sums[i + 2..i + LIMBS + 2], [q0, q1], m);
    }
    let mask = _mm512_set1_epi64(LIMB_MASK.cast_signed());
    carry = _mm512_sllv_epi64(carry, doublings);
    for (out, sum) in out.iter_mut().zip(&sums[LIMBS..]) {
        let sum = _mm512_add_epi64(_mm512_sllv_epi64(*sum, doublings), carry);
        store(simd, out, _mm512_and_si512(sum, mask));
        carry = _mm512_srli_epi64::<LIMB_BITS>(sum);
    }
}

/// Adds (`x[0]` + 2^52·`x[1]`)·`y` to `sums`, which are two more than the limbs of `y`: an even
/// number, or none.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn add_two_rows(simd: Avx512, sums: &mut [__m512i], x: [__m512i; 2], y: &[Row]) {
    let [first, second, ..] = y else { return };
    let [y0, y1] = [load(simd, first), load(simd, second)];
    sums[0] = add_low(sums[0], x[0], y0);
    let sum = add_high(add_low(sums[1], x[0], y1), x[0], y0);
    sums[1] = add_low(sum, x[1], y0);
    add_rest_of_two_rows(simd, &mut sums[2..], x, y);
}

/// Does what [`add_two_rows`] does, without the two lowest columns. `sums` starts at the third, and
/// so has as many as `y` has limbs.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn add_rest_of_two_rows(simd: Avx512, sums: &mut [__m512i], x: [__m512i; 2], y: &[Row]) {
    let [first, second, others @ ..] = y else {
        return;
    };
    let [mut before_last, mut last] = [load(simd, first), load(simd, second)];
    let (middle, end) = sums.split_at_mut(others.len());
    for (sum, y) in middle.iter_mut().zip(others) {
        let next = load(simd, y);
        let highs = add_high(add_high(*sum, x[0], last), x[1], before_last);
        *sum = add_low(add_low(highs, x[1], last), x[0], next);
        [before_last, last] = [last, next];
    }
    let highs = add_high(add_high(end[0], x[0], last), x[1], before_last);
    end[0] = add_low(highs, x[1], last);
    end[1] = add_high(end[1], x[1], last);
}

/// Returns `sum` + the low 52 bits of `x`·`y`, in each lane.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn add_low(sum: __m512i, x: __m512i, y: __m512i) -> __m512i {
    _mm512_madd52lo_epu64(sum, x, y)
}

/// Returns `sum` + `x`·`y` / 2^52, in each lane.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn add_high(sum: __m512i, x: __m512i, y: __m512i) -> __m512i {
    _mm512_madd52hi_epu64(sum, x, y)
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn load(simd: Avx512, row: &Row) -> __m512i {
    u64x8::load_array_ref(simd, &row.0).into()
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn store(simd: Avx512, row: &mut Row, lanes: __m512i) {
    u64x8::simd_from(simd, lanes).store_array(&mut row.0);
}

fn limbs<const LIMBS: usize>(rows: &[Row]) -> &[Row; LIMBS] {
    rows.try_into()
        .expect("all numbers of one operation have the same size")
}
