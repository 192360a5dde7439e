//! The running program: its version, its build, and its SHA-256.

use std::fs::File;
use std::io;

use byok_core::report::{Sha256Digest, SourceCommit, Tool, Validation};

use crate::digest_writer::DigestWriter;

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
        binary_sha256: digest(),
        validation: Validation::NotValidated,
    }
}

/// Returns the SHA-256 of the running program, if the system lets it read them.
///
/// Linux returns the file itself, even if another file has its name now.
fn digest() -> Option<Sha256Digest> {
    let path = if cfg!(target_os = "linux") {
        "/proc/self/exe".into()
    } else {
        std::env::current_exe().ok()?
    };
    let mut writer = DigestWriter::into_nothing();
    io::copy(&mut File::open(path).ok()?, &mut writer).ok()?;
    Some(writer.finish())
}
