//! EC scalars near zero, modulo the order of the curve.

use crypto_bigint::{BoxedUint, Resize as _};
use zeroize::Zeroizing;

use super::{
    chance::Rarity,
    kind::{FoundWeakness, Weakness},
};

/// The multiples of a scalar that are checked: the scalar itself, and those that reveal a small
/// number divided by 2 to 16.
const MULTIPLES: u32 = 16;
/// A number is near zero if it is this many bits shorter than the order.
const SHORTER_BITS: u32 = 48;

/// Scalars such as 1, 2, n−1 and (n+1)/2: modulo the order n of the curve, a multiple of the scalar
/// is near zero on either side.
///
/// `order` is in hexadecimal digits, with the length of the scalar. For each multiple and side
/// there are fewer than 2^(b−48) such scalars, where b is the length of n in bits and n > 2^(b−1).
/// So fewer than one scalar in 2^42 meets the rule.
pub(super) fn near_zero(scalar: &[u8], order: &str) -> Option<FoundWeakness> {
    let bits = u32::try_from(8 * scalar.len()).ok()?;
    let order = BoxedUint::from_str_radix_vartime(order, 16)
        .ok()?
        .resize(bits);
    let scalar = Zeroizing::new(BoxedUint::from_be_slice(scalar, bits).ok()?);
    let short = order.bit_width_vartime().saturating_sub(SHORTER_BITS);
    let modulus = Option::from(order.clone().into_nz())?;
    let mut multiple = Zeroizing::new(BoxedUint::zero_with_precision(bits));
    let is_near_zero = (0..MULTIPLES).any(|_| {
        multiple = Zeroizing::new(multiple.add_mod(&scalar, &modulus));
        let below = Zeroizing::new(order.wrapping_sub(&*multiple));
        multiple.bit_width_vartime() <= short || below.bit_width_vartime() <= short
    });
    is_near_zero.then_some(FoundWeakness::new(
        Weakness::ScalarNearZero,
        Rarity::one_in_2_to(42),
    ))
}
