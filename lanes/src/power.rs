//! Powers, each lane with an exponent of its own.

use zeroize::Zeroizing;

use crate::{
    moduli::{Moduli, Residues},
    numbers::Numbers,
    row::Row,
};

/// The bits of an exponent that one multiplication takes. A limb has thirteen times as many.
const WINDOW: u32 = 4;

impl Moduli {
    /// Returns 2^`exponents`: a squaring for each bit of the size, doubled where the bit is set.
    pub fn power_of_two(&self, exponents: &Numbers) -> Residues {
        let [mut power, mut next] = [self.one().into_numbers(), Numbers::zero(self.size())];
        for bit in (0..self.size().bits()).rev() {
            let doublings = Zeroizing::new(exponents.bits(bit, 1));
            self.write_square(next.rows_mut(), power.rows(), &doublings);
            core::mem::swap(&mut power, &mut next);
        }
        Residues::new(power)
    }

    /// Returns `bases`^`exponents`, by fixed windows. Each table entry is read in each window.
    pub fn power(&self, bases: &Residues, exponents: &Numbers) -> Residues {
        let table = self.table(bases);
        let [mut power, mut next] = [self.one().into_numbers(), Numbers::zero(self.size())];
        let mut factor = Numbers::zero(self.size());
        for window in (0..self.size().bits() / WINDOW).rev() {
            for _ in 0..WINDOW {
                self.write_square(next.rows_mut(), power.rows(), &Row::default());
                core::mem::swap(&mut power, &mut next);
            }
            let digits = Zeroizing::new(exponents.bits(window * WINDOW, WINDOW));
            let factor = factor.rows_mut();
            self.arithmetic().select(factor, &table, &digits);
            self.write_product(next.rows_mut(), power.rows(), factor);
            core::mem::swap(&mut power, &mut next);
        }
        Residues::new(power)
    }

    /// Returns the powers of `bases` from 0 to 15, one after the other.
    fn table(&self, bases: &Residues) -> Zeroizing<Vec<Row>> {
        let limbs = bases.rows().len();
        let mut table = Zeroizing::new(vec![Row::default(); limbs << WINDOW]);
        table[..limbs].copy_from_slice(self.one().rows());
        for entry in 1..1 << WINDOW {
            let (known, rest) = table.split_at_mut(entry * limbs);
            let last = &known[(entry - 1) * limbs..];
            self.write_product(&mut rest[..limbs], last, bases.rows());
        }
        table
    }
}
