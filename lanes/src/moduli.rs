//! Arithmetic modulo eight numbers.

use zeroize::Zeroizing;

use crate::{
    arithmetic::Arithmetic,
    numbers::{Numbers, Size},
    row::{self, LANES, LIMB_BITS, LIMB_MASK, Row},
};

/// One to eight odd moduli of one size.
///
/// Numbers are multiplied in the form of Montgomery: a residue r stands for r/R modulo m, where R is
/// 2^(52·limbs). R exceeds m by 16 bits at least. So a product of two numbers below 4m, divided by
/// R, is below 2m, and is never subtracted from: nothing depends on how large it is.
pub struct Moduli {
    arithmetic: Arithmetic,
    lanes: usize,
    numbers: Numbers,
    /// −1/m modulo 2^52.
    negative_inverse: Zeroizing<Row>,
    /// R modulo m: the residue that stands for 1.
    one: Numbers,
}

/// Eight residues in the form of Montgomery, each below 4m. They are wiped when they are dropped.
pub struct Residues(Numbers);

impl Moduli {
    /// Takes one to eight odd moduli, little-endian: at least 3, and of at most as many bits as
    /// `size` has. A lane that is left repeats the last modulus.
    ///
    /// Returns nothing for other moduli or another number of them. Takes longer for moduli that are
    /// shorter than their size, and so shows the length of the shortest.
    pub fn new(arithmetic: Arithmetic, size: Size, moduli: &[&[u8]]) -> Option<Self> {
        let lanes = moduli.len();
        let moduli = Numbers::from_le_bytes(size, moduli)?;
        let lowest = &moduli.rows()[0];
        let is_odd = lowest.0.iter().all(|limb| limb & 1 == 1);
        if !is_odd || moduli.least_bit_width() < 2 {
            return None;
        }
        let negative_inverse = Zeroizing::new(Row(lowest.0.map(negative_inverse)));
        let one = r_modulo(&moduli);
        Some(Self {
            arithmetic,
            lanes,
            numbers: moduli,
            negative_inverse,
            one,
        })
    }

    /// Returns how many lanes have a modulus of their own. The results of the others mean nothing.
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// Returns the size of the moduli.
    pub fn size(&self) -> Size {
        self.numbers.size()
    }

    /// Returns m − 1 in each lane.
    pub fn minus_one(&self) -> Numbers {
        let mut numbers = self.numbers.copy();
        for limb in &mut numbers.rows_mut()[0].0 {
            *limb &= !1;
        }
        numbers
    }

    /// Returns the residues of numbers below 2m.
    pub fn to_residues(&self, numbers: &Numbers) -> Residues {
        // R² modulo m, from R by doubling it as often as R has bits, divided by a power of two, and
        // then squaring it.
        let r_bits = LIMB_BITS * u32::try_from(self.size().limbs()).expect("at most 40 limbs");
        let squarings = r_bits.trailing_zeros();
        let mut power = self.one.copy();
        for _ in 0..r_bits >> squarings {
            row::double_modulo(power.rows_mut(), self.numbers.rows());
        }
        let mut power = Residues(power);
        for _ in 0..squarings {
            power = self.square(&power);
        }
        self.product(&Residues(numbers.copy()), &power)
    }

    /// Returns the numbers that residues stand for, each below its modulus.
    pub fn to_numbers(&self, residues: &Residues) -> Numbers {
        let mut one = Numbers::zero(self.size());
        one.rows_mut()[0] = Row([1; LANES]);
        let Residues(mut numbers) = self.product(residues, &Residues(one));
        // Divided by R, a number below 4m is at most m.
        row::subtract_once(numbers.rows_mut(), self.numbers.rows());
        numbers
    }

    /// Returns the residues that stand for 1.
    pub fn one(&self) -> Residues {
        Residues(self.one.copy())
    }

    /// Returns a·b.
    pub fn product(&self, a: &Residues, b: &Residues) -> Residues {
        let mut product = Numbers::zero(self.size());
        self.write_product(product.rows_mut(), a.rows(), b.rows());
        Residues(product)
    }

    /// Returns a².
    pub fn square(&self, a: &Residues) -> Residues {
        let mut square = Numbers::zero(self.size());
        self.write_square(square.rows_mut(), a.rows(), &Row::default());
        Residues(square)
    }

    /// Returns in which lanes the residue stands for 1.
    pub fn is_one(&self, residues: &Residues) -> [bool; LANES] {
        let mut one = Numbers::zero(self.size());
        one.rows_mut()[0] = Row([1; LANES]);
        row::equal(self.to_numbers(residues).rows(), one.rows())
    }

    /// Returns in which lanes the residue stands for m − 1.
    pub fn is_minus_one(&self, residues: &Residues) -> [bool; LANES] {
        row::equal(self.to_numbers(residues).rows(), self.minus_one().rows())
    }

    /// Returns the implementation that multiplies.
    pub fn arithmetic(&self) -> Arithmetic {
        self.arithmetic
    }

    pub(crate) fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    pub(crate) fn write_product(&self, out: &mut [Row], a: &[Row], b: &[Row]) {
        let operands = [a, b, self.numbers.rows()];
        self.arithmetic
            .product(out, operands, &self.negative_inverse, self.lanes);
    }

    /// Writes a², doubled in the lanes where `doublings` is 1. `a` is below 4m, and so is the result.
    pub(crate) fn write_square(&self, out: &mut [Row], a: &[Row], doublings: &Row) {
        let operands = [a, self.numbers.rows()];
        self.arithmetic
            .square(out, operands, &self.negative_inverse, doublings, self.lanes);
    }
}

impl Residues {
    pub(crate) fn new(numbers: Numbers) -> Self {
        Self(numbers)
    }

    pub(crate) fn into_numbers(self) -> Numbers {
        self.0
    }

    pub(crate) fn rows(&self) -> &[Row] {
        self.0.rows()
    }
}

/// Returns R modulo m: a power of two below the shortest modulus, doubled.
fn r_modulo(moduli: &Numbers) -> Numbers {
    let r_bits = LIMB_BITS * u32::try_from(moduli.rows().len()).expect("at most 40 limbs");
    let start = moduli.least_bit_width() - 1;
    let mut power = Numbers::zero(moduli.size());
    power.rows_mut()[(start / LIMB_BITS) as usize] = Row([1 << (start % LIMB_BITS); LANES]);
    for _ in start..r_bits {
        row::double_modulo(power.rows_mut(), moduli.rows());
    }
    power
}

/// Returns −1/`limb` modulo 2^52 for an odd limb, by Newton's iteration: each step doubles the right
/// bits, and an odd number is its own inverse in three.
fn negative_inverse(limb: u64) -> u64 {
    let step =
        |inverse: u64, _| inverse.wrapping_mul(2_u64.wrapping_sub(limb.wrapping_mul(inverse)));
    let inverse = (0..5).fold(limb, step);
    inverse.wrapping_neg() & LIMB_MASK
}
