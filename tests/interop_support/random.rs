//! Random bytes for tests, which a seed brings back.

#![allow(dead_code, reason = "every test binary uses a part of it")]

use std::cell::RefCell;
use std::hash::{BuildHasher as _, RandomState};
use std::io::Write as _;
use std::sync::OnceLock;

use chacha20::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};

/// The variable that sets the seed.
pub(crate) const VARIABLE: &str = "BYOK_TEST_SEED";

/// Returns `BYOK_TEST_SEED`, or else a seed of this run; prints it at the first call.
pub(crate) fn seed() -> u64 {
    static SEED: OnceLock<u64> = OnceLock::new();
    *SEED.get_or_init(|| {
        let seed = match std::env::var(VARIABLE) {
            Ok(seed) => seed.parse().expect("BYOK_TEST_SEED is a number"),
            Err(_) => RandomState::new().hash_one(VARIABLE),
        };
        // The test harness does not swallow this.
        let _ = writeln!(std::io::stderr(), "random inputs: {VARIABLE}={seed}");
        seed
    })
}

/// Returns `len` bytes: each test has a sequence of its own, which depends on the seed alone.
pub(crate) fn random_bytes(len: usize) -> Vec<u8> {
    thread_local! {
        static GENERATOR: RefCell<ChaCha20Rng> = RefCell::new(generator());
    }
    let mut bytes = vec![0; len];
    GENERATOR.with_borrow_mut(|generator| generator.fill_bytes(&mut bytes));
    bytes
}

/// The test harness runs each test in a thread with the test's name.
fn generator() -> ChaCha20Rng {
    let thread = std::thread::current();
    let mut hash = Sha256::new();
    hash.update(seed().to_be_bytes());
    hash.update(thread.name().unwrap_or_default());
    ChaCha20Rng::from_seed(hash.finalize().into())
}
