//! The seed of the bases with which key material from elsewhere is tested.

use rand_core::CryptoRng;

/// Seeds the random bases of the Miller-Rabin test of the primes in a file.
///
/// The bases also depend on the number. With a random seed, nobody can look for a composite number that
/// passes the test of a run to come. With [`Self::NONE`], the bases depend on the number alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WitnessSeed([u8; 32]);

impl WitnessSeed {
    /// The bases depend on the number alone.
    pub const NONE: Self = Self([0; 32]);

    /// Returns a seed that nobody can predict.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut seed = [0; 32];
        rng.fill_bytes(&mut seed);
        Self(seed)
    }

    /// Returns the bytes of the seed.
    pub(crate) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}
