//! The Lucas test of Baillie, Fiori and Wagstaff, in lanes.

use byok_lanes::{Arithmetic, LucasTerms, Size};
use crypto_bigint::{BoxedUint, I64, JacobiSymbol, Limb, NonZero, Odd, Resize as _, U64, Word};
use crypto_primes::hazmat::{AStarBase, LucasBase as _};
use zeroize::Zeroizing;

/// The terms of a Lucas sequence at an index k.
struct Terms {
    v: Zeroizing<BoxedUint>,
    /// V(k+1).
    next_v: Zeroizing<BoxedUint>,
    /// Q^k.
    q_power: Zeroizing<BoxedUint>,
}

/// Returns whether `number`, which has more than 64 bits and the precision of a [`Size`], is a strong
/// Lucas probable prime, meets the condition on V(n+1), and Euler's criterion for Q.
///
/// The verdict is that of `crypto-primes` with `AStarBase` and `LucasCheck::Bpsw21`, which takes four
/// products for each bit, one after the other.
///
/// # Source
///
/// R. Baillie, A. Fiori, S. S. Wagstaff, "Strengthening the Baillie-PSW primality test" (2021).
pub(super) fn passes(arithmetic: Arithmetic, number: &Odd<BoxedUint>) -> bool {
    let n = number.as_ref();
    let bits = n.bits_precision();
    let small = |value: Word| BoxedUint::from(value).resize_unchecked(bits);
    // A number without parameters is a square, or has a common divisor with one of the candidates.
    let Ok((p, q, q_is_negative)) = AStarBase.generate(number) else {
        return false;
    };
    let negated_if = |is_negative: bool, x: BoxedUint| if is_negative { n - x } else { x };
    let is_residue = match jacobi(q, q_is_negative, number) {
        JacobiSymbol::Zero => return false,
        symbol => symbol == JacobiSymbol::One,
    };
    let q = Zeroizing::new(negated_if(q_is_negative, small(q)));

    // n + 1 = 2^twos·odd
    let twos = n.trailing_ones_vartime();
    let odd = Zeroizing::new((n >> twos) + small(1));
    let mut sequence = start(arithmetic, n, p, &q);
    for bit in (0..bits).rev() {
        sequence.step(odd.bit(bit).to_u8().into());
    }
    let modulus = Zeroizing::new(number.as_nz_ref().clone());
    let times = |factor: Word, x: &BoxedUint| Zeroizing::new(small(factor).mul_mod(x, &modulus));
    let mut terms = Terms::of(&sequence, bits);
    // D·U(k) = 2·V(k+1) − P·V(k), and D is coprime to n.
    let mut is_strong = times(2, &terms.next_v) == times(p, &terms.v) || is_zero(&terms.v);
    for _ in 1..twos {
        sequence.step(0);
        terms = Terms::of(&sequence, bits);
        is_strong |= is_zero(&terms.v);
    }
    // Q^((n+1)/2) is Q or −Q.
    let is_euler = *terms.q_power == negated_if(!is_residue, (*q).clone());
    sequence.step(0);
    is_strong && is_euler && Terms::of(&sequence, bits).v == times(2, &q)
}

/// Returns the sequence at the index 0.
fn start(arithmetic: Arithmetic, n: &BoxedUint, p: Word, q: &BoxedUint) -> LucasTerms {
    let size = Size::from_bits(n.bits_precision()).expect("the caller chose the size");
    let p = u8::try_from(p).expect("P is 1 or 5");
    let [n, q] = [n, q].map(|number| Zeroizing::new(number.to_le_bytes()));
    LucasTerms::new(arithmetic, size, &n, p, &q).expect("an odd modulus and a small P")
}

impl Terms {
    fn of(sequence: &LucasTerms, bits: u32) -> Self {
        let numbers = sequence.to_numbers();
        let number = |lane| {
            let number = BoxedUint::from_le_slice(&numbers.to_le_bytes(lane), bits);
            Zeroizing::new(number.expect("as long as the modulus"))
        };
        let [v, next_v, q_power] = [0, 1, 2].map(number);
        Self { v, next_v, q_power }
    }
}

fn is_zero(number: &BoxedUint) -> bool {
    number.is_zero().into()
}

/// Returns the Jacobi symbol of a small number, which is not zero, or of its negative.
///
/// # Source
///
/// H. Cohen, "A Course in Computational Algebraic Number Theory" (1993), 1.4.2: the laws of
/// reciprocity reduce `number` modulo the small one.
fn jacobi(small: Word, is_negative: bool, number: &Odd<BoxedUint>) -> JacobiSymbol {
    let low = number.as_ref().as_words()[0];
    let twos = small.trailing_zeros();
    let odd = small >> twos;
    let flips = [
        is_negative && low % 4 == 3,
        twos % 2 == 1 && matches!(low % 8, 3 | 5),
        odd % 4 == 3 && low % 4 == 3,
    ];
    let divisor = NonZero::new(Limb(odd)).expect("a number that is not zero has an odd part");
    let Limb(rest) = number.as_ref().rem_limb(divisor);
    let odd = Odd::new(U64::from(odd)).expect("the odd part");
    let symbol = I64::from(rest.cast_signed()).jacobi_symbol_vartime(&odd);
    let is_flipped = flips.into_iter().fold(false, |any, flip| any ^ flip);
    if is_flipped { -symbol } else { symbol }
}
