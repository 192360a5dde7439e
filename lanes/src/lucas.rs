//! The terms of a Lucas sequence modulo one number, four products at once.

use zeroize::Zeroizing;

use crate::{
    arithmetic::Arithmetic,
    moduli::{Moduli, Residues},
    numbers::{Numbers, Size},
    row::{LIMB_BITS, LIMB_MASK},
};

/// The lanes that a step fills: V(2k+1), the double of an index, and the same for the powers of Q.
const LANES_OF_STEP: usize = 4;

/// The largest P. The terms then stay below 18m, whose product with another is reduced as usual.
const MAX_P: u8 = 8;

/// V(k), V(k+1), Q^k and Q^(k+1) modulo a number, for an index k that starts at 0. V has the
/// parameters P and Q: V(0) = 2, V(1) = P, V(k+1) = P·V(k) − Q·V(k−1).
///
/// They are wiped when they are dropped.
pub struct LucasTerms {
    moduli: Moduli,
    p: u64,
    /// The four terms in the first lanes.
    terms: Numbers,
    operands: [Numbers; 2],
    products: Numbers,
}

impl LucasTerms {
    /// Returns the terms at index 0 modulo `modulus`, which is little-endian and must be as
    /// [`Moduli::new`] requires it. P is at most 8. `q` is little-endian, and below the modulus.
    ///
    /// Returns nothing for another modulus, P or length of `q`.
    pub fn new(
        arithmetic: Arithmetic,
        size: Size,
        modulus: &[u8],
        p: u8,
        q: &[u8],
    ) -> Option<Self> {
        let moduli = Moduli::new(arithmetic, size, &[modulus; LANES_OF_STEP])?;
        let numbers = Numbers::from_le_bytes(size, &[&[2], &[p], &[1], q])?;
        let terms = (p <= MAX_P).then(|| moduli.to_residues(&numbers))?;
        Some(Self {
            moduli,
            p: p.into(),
            terms: terms.into_numbers(),
            operands: [Numbers::zero(size), Numbers::zero(size)],
            products: Numbers::zero(size),
        })
    }

    /// Doubles the index, and adds the lowest bit of `bit`.
    ///
    /// With i = k + `bit`, the terms at the new index and at the one beside it are
    /// V(2k+1) = V(k)·V(k+1) − P·Q^k, V(2i) = V(i)² − 2·Q^i, Q^k·Q^(k+1) and (Q^i)².
    ///
    /// # Source
    ///
    /// M. Joye, J.-J. Quisquater, "Efficient computation of full Lucas sequences" (1996).
    pub fn step(&mut self, bit: u64) {
        // All ones for 1. No branch depends on the bit.
        let mask = 0_u64.wrapping_sub(bit & 1);
        let [left, right] = &mut self.operands;
        for (row, terms) in self.terms.rows().iter().enumerate() {
            let [v, next_v, q, next_q, ..] = terms.0;
            let (v_i, q_i) = (select(mask, v, next_v), select(mask, q, next_q));
            left.rows_mut()[row].0[..LANES_OF_STEP].copy_from_slice(&[v, v_i, q, q_i]);
            right.rows_mut()[row].0[..LANES_OF_STEP].copy_from_slice(&[next_v, v_i, next_q, q_i]);
        }
        let [left, right] = &self.operands;
        let (left, right) = (left.rows(), right.rows());
        self.moduli
            .write_product(self.products.rows_mut(), left, right);
        self.take_products(mask);
    }

    /// Subtracts P·Q^k and 2·Q^i from the products of V, and puts the terms into the order of their
    /// indices.
    ///
    /// Instead of c·x, c·(2m − x) is added: x is a product, and so below 2m.
    fn take_products(&mut self, mask: u64) {
        let [powers, _] = &self.operands;
        let mut carries = Zeroizing::new([0_u64; 2]);
        let rows = self.products.rows().iter().zip(powers.rows());
        let rows = rows.zip(self.moduli.numbers().rows());
        for (out, ((product, powers), m)) in self.terms.rows_mut().iter_mut().zip(rows) {
            let [odd_v, even_v, odd_q, even_q, ..] = product.0;
            let [_, _, q, q_i, ..] = powers.0;
            let difference = |product: u64, factor: u64, power: u64, carry: &mut u64| {
                let multiple = factor.wrapping_mul((m.0[0] << 1).wrapping_sub(power));
                let sum = product.wrapping_add(multiple).wrapping_add(*carry);
                *carry = (sum.cast_signed() >> LIMB_BITS).cast_unsigned();
                sum & LIMB_MASK
            };
            let odd_v = difference(odd_v, self.p, q, &mut carries[0]);
            let even_v = difference(even_v, 2, q_i, &mut carries[1]);
            out.0[0] = select(mask, even_v, odd_v);
            out.0[1] = select(mask, odd_v, even_v);
            out.0[2] = select(mask, even_q, odd_q);
            out.0[3] = select(mask, odd_q, even_q);
        }
    }

    /// Returns V(k), V(k+1), Q^k and Q^(k+1) in the first four lanes, each below the modulus.
    pub fn to_numbers(&self) -> Numbers {
        self.moduli.to_numbers(&Residues::new(self.terms.copy()))
    }
}

/// Returns `one` where the bits of `mask` are set, and `zero` elsewhere.
fn select(mask: u64, zero: u64, one: u64) -> u64 {
    zero ^ ((zero ^ one) & mask)
}
