//! Eight numbers of one size, each in its own lane.

use zeroize::Zeroizing;

use crate::row::{LANES, LIMB_BITS, LIMB_MASK, Row};

/// A limit on numbers: below 2^1024, 2^1536 or 2^2048.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Numbers below 2^1024, in 20 limbs.
    Bits1024,
    /// Numbers below 2^1536, in 30 limbs.
    Bits1536,
    /// Numbers below 2^2048, in 40 limbs.
    Bits2048,
}

impl Size {
    /// Every size.
    pub const ALL: [Self; 3] = [Self::Bits1024, Self::Bits1536, Self::Bits2048];

    /// Returns the size of numbers below 2^`bits`, if it is one of the three.
    pub fn from_bits(bits: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.bits() == bits)
    }

    /// Returns the bits of the largest number.
    pub const fn bits(self) -> u32 {
        match self {
            Self::Bits1024 => 1024,
            Self::Bits1536 => 1536,
            Self::Bits2048 => 2048,
        }
    }

    /// Returns the limbs of a number. They have 16, 24 or 32 bits more than the number, so that
    /// products modulo a number need no last subtraction (see [`crate::Moduli`]).
    pub(crate) const fn limbs(self) -> usize {
        match self {
            Self::Bits1024 => 20,
            Self::Bits1536 => 30,
            Self::Bits2048 => 40,
        }
    }
}

/// Eight numbers of one [`Size`]. They are wiped when they are dropped.
pub struct Numbers {
    size: Size,
    /// The least significant limbs first.
    rows: Zeroizing<Vec<Row>>,
}

impl Numbers {
    /// Puts one to eight numbers into lanes, each little-endian. The lanes that are left repeat the
    /// last number.
    ///
    /// Returns nothing for no number, for more than eight, and for one of more bits than `size` has.
    pub fn from_le_bytes(size: Size, numbers: &[&[u8]]) -> Option<Self> {
        let last = numbers.last()?;
        let too_long = |number: &&[u8]| {
            let len = number.iter().rposition(|byte| *byte != 0);
            len.is_some_and(|last| last >= size.bits() as usize / 8)
        };
        if numbers.len() > LANES || numbers.iter().any(too_long) {
            return None;
        }
        let mut rows = Self::zero(size);
        for lane in 0..LANES {
            let number = numbers.get(lane).unwrap_or(last);
            for (index, row) in rows.rows.iter_mut().enumerate() {
                row.0[lane] = limb(number, index);
            }
        }
        Some(rows)
    }

    /// Returns the number in `lane`, little-endian and with leading zeros.
    ///
    /// # Panics
    ///
    /// If `lane` is 8 or more.
    pub fn to_le_bytes(&self, lane: usize) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(vec![0; self.size.bits() as usize / 8]);
        // Two limbs are 13 bytes.
        for (bytes, rows) in bytes.chunks_mut(13).zip(self.rows.chunks(2)) {
            let pair = u128::from(rows[0].0[lane]) | u128::from(rows[1].0[lane]) << LIMB_BITS;
            bytes.copy_from_slice(&pair.to_le_bytes()[..bytes.len()]);
        }
        bytes
    }

    /// Returns the size.
    pub fn size(&self) -> Size {
        self.size
    }

    pub(crate) fn zero(size: Size) -> Self {
        Self {
            size,
            rows: Zeroizing::new(vec![Row::default(); size.limbs()]),
        }
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub(crate) fn rows_mut(&mut self) -> &mut [Row] {
        &mut self.rows
    }

    /// Copies the numbers; not `Clone`, because copies of secrets are made on purpose alone.
    pub(crate) fn copy(&self) -> Self {
        Self {
            size: self.size,
            rows: self.rows.clone(),
        }
    }

    /// Returns `width` bits of each number, from bit `start` on. They must lie in one limb.
    pub(crate) fn bits(&self, start: u32, width: u32) -> Row {
        debug_assert!(start % LIMB_BITS + width <= LIMB_BITS);
        let row = self.rows[(start / LIMB_BITS) as usize];
        let mask = (1 << width) - 1;
        Row::from_lanes(|lane| (row.0[lane] >> (start % LIMB_BITS)) & mask)
    }

    /// Returns the bits of the shortest number, without leading zeros.
    pub(crate) fn least_bit_width(&self) -> u32 {
        let width = |lane: usize| {
            let top = self.rows.iter().rposition(|row| row.0[lane] != 0);
            top.map_or(0, |top| {
                let limb = self.rows[top].0[lane];
                u32::try_from(top).expect("at most 40 limbs") * LIMB_BITS + limb.ilog2() + 1
            })
        };
        (0..LANES).map(width).min().expect("there are eight lanes")
    }
}

/// Returns limb `index` of a little-endian number of any length.
fn limb(number: &[u8], index: usize) -> u64 {
    let bit = index * LIMB_BITS as usize;
    let bytes = number.get(bit / 8..).unwrap_or_default();
    let mut eight = [0; 8];
    for (to, from) in eight.iter_mut().zip(bytes) {
        *to = *from;
    }
    (u64::from_le_bytes(eight) >> (bit % 8)) & LIMB_MASK
}
