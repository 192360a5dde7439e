//! The seed of what properties are tried with: printed where one fails, and set to have the same cases again.

use std::hash::{BuildHasher as _, RandomState};

use proptest::{prelude::ProptestConfig, test_runner::RngSeed};

/// Returns proptest's configuration with a seed: `PROPTEST_RNG_SEED`, or else one of this run.
#[allow(
    clippy::disallowed_macros,
    clippy::print_stdout,
    reason = "the test harness shows it where the test fails"
)]
pub(crate) fn config() -> ProptestConfig {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let seed = match config.rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => RandomState::new().hash_one("PROPTEST_RNG_SEED"),
    };
    println!("PROPTEST_RNG_SEED={seed}");
    ProptestConfig {
        rng_seed: RngSeed::Fixed(seed),
        ..config
    }
}
