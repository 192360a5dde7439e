//! The random generator of the core, seeded by the operating system.

use std::fmt;

use chacha20::ChaCha20Rng;
use rand_core::SeedableRng as _;
use zeroize::Zeroizing;

/// Seeds a generator with 32 bytes from the operating system.
///
/// Every call asks the system again. Nothing is kept between calls, and nothing else is mixed in.
///
/// # Errors
///
/// [`EntropyError`] if the system supplies no random bytes. There is no fallback.
pub(crate) fn system_rng() -> Result<ChaCha20Rng, EntropyError> {
    seeded_by(getrandom::fill)
}

fn seeded_by(
    fill: impl FnOnce(&mut [u8]) -> Result<(), getrandom::Error>,
) -> Result<ChaCha20Rng, EntropyError> {
    let mut seed = Zeroizing::new([0; 32]);
    fill(seed.as_mut()).map_err(EntropyError)?;
    // The argument is a copy on the stack, which `hardening::wipe_stack` wipes.
    Ok(ChaCha20Rng::from_seed(*seed))
}

/// The operating system supplies no random bytes.
#[derive(Debug)]
pub(crate) struct EntropyError(getrandom::Error);

impl fmt::Display for EntropyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the operating system gives no random bytes: {}", self.0)
    }
}

impl std::error::Error for EntropyError {}

#[cfg(test)]
mod tests {
    use rand_core::Rng as _;

    use super::*;

    #[test]
    fn a_system_without_entropy_is_an_error_and_not_a_weak_generator() {
        let refused = |_: &mut [u8]| Err(getrandom::Error::UNSUPPORTED);
        let error = seeded_by(refused).expect_err("no generator");
        let message = error.to_string();
        assert!(
            message.starts_with("the operating system gives no random bytes: "),
            "{message}"
        );
    }

    #[test]
    fn the_whole_seed_is_asked_for_and_used() {
        let first_output = |changed: usize| {
            let fill = |seed: &mut [u8]| {
                assert_eq!(seed.len(), 32);
                seed[changed] = 1;
                Ok(())
            };
            seeded_by(fill).expect("a generator").next_u64()
        };
        let outputs: std::collections::HashSet<_> = (0..32).map(first_output).collect();
        assert_eq!(outputs.len(), 32);
    }

    #[test]
    fn two_generators_differ() {
        let mut outputs = [[0; 16]; 2];
        for output in &mut outputs {
            system_rng().expect("a generator").fill_bytes(output);
        }
        assert_ne!(outputs[0], outputs[1]);
    }
}
