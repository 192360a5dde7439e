//! The running program: its version, its build, and its SHA-256.

use std::fs;

use byok_core::report::{Sha256Digest, SourceCommit, Tool, Validation};

/// The Cargo features that change what the program does, and whether this build has them.
const FEATURES: [(&str, bool); 2] = [
    ("serve", cfg!(feature = "serve")),
    ("memory-scan", cfg!(feature = "memory-scan")),
];

/// Returns the facts of the running program, for reports and for `byok version`.
pub(crate) fn describe() -> Tool {
    let features = FEATURES.into_iter().filter(|(_, is_on)| *is_on);
    Tool {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        target: env!("BYOK_TARGET").to_owned(),
        features: features.map(|(name, _)| name.to_owned()).collect(),
        source_commit: option_env!("BYOK_SOURCE_COMMIT").and_then(SourceCommit::parse),
        binary_sha256: bytes().as_deref().map(Sha256Digest::of),
        validation: Validation::NotValidated,
    }
}

/// Returns the bytes of the running program, if the system lets it read them.
///
/// Linux returns the file itself, even if another file has its name now.
fn bytes() -> Option<Vec<u8>> {
    let path = if cfg!(target_os = "linux") {
        "/proc/self/exe".into()
    } else {
        std::env::current_exe().ok()?
    };
    fs::read(path).ok()
}
