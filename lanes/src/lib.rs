//! Montgomery arithmetic on eight large numbers at once.
//!
//! [`Numbers`] holds eight numbers of 1024, 1536 or 2048 bits, each in a lane. [`Moduli`] multiplies,
//! squares and raises them to powers, each lane modulo a number of its own. [`LucasTerms`] computes
//! the terms of a Lucas sequence modulo one number, in four lanes. [`Arithmetic`] chooses between two
//! implementations with equal results: AVX-512 IFMA does all lanes in the time of one, and the
//! portable one runs everywhere.
//!
//! Time and memory accesses depend on the size, the number of lanes and the length of the shortest
//! modulus alone. All numbers are wiped when they are dropped. Limbs stay in dead stack frames: wipe
//! the stack after work on secrets.
//!
//! ```
//! use byok_lanes::{Arithmetic, Moduli, Numbers, Size};
//!
//! // 2^12 modulo 13 and modulo 15: a prime and a composite number.
//! let moduli = Moduli::new(Arithmetic::detect(), Size::Bits1024, &[&[13], &[15]]).unwrap();
//! let exponents = Numbers::from_le_bytes(Size::Bits1024, &[&[12]]).unwrap();
//! let powers = moduli.to_numbers(&moduli.power_of_two(&exponents));
//! assert_eq!([powers.to_le_bytes(0)[0], powers.to_le_bytes(1)[0]], [1, 1]);
//! ```

mod numbers;
mod row;
mod portable;
#[cfg(target_arch = "x86_64")]
mod ifma;
mod arithmetic;
mod moduli;
mod power;
mod lucas;
mod registers;

pub use arithmetic::Arithmetic;
pub use lucas::LucasTerms;
pub use moduli::{Moduli, Residues};
pub use numbers::{Numbers, Size};
pub use registers::wipe_vector_registers;
pub use row::LANES;
