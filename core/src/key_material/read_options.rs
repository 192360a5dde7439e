//! The options for reading a file of key material.

use super::weakness::WeakMaterial;
use crate::{
    compatibility::Rules, key_file::MaterialFormat, key_spec::KeySpec, secret::SecretBytes,
    witness_seed::WitnessSeed,
};

/// The options for reading a file of key material.
#[derive(Debug, Clone, Copy)]
pub struct ReadOptions<'a> {
    /// The expected key spec; `None` if a private key names it.
    pub key_spec: Option<KeySpec>,
    /// The rules of the partition.
    pub rules: Rules,
    /// The encoding of raw bytes; `None` for no encoding.
    pub format: Option<MaterialFormat>,
    /// The passphrase of an encrypted private key.
    pub passphrase: Option<&'a SecretBytes>,
    /// The name of the key, for a file with several.
    pub alias: Option<&'a str>,
    /// The policy for weak material.
    pub weak: WeakMaterial,
    /// The seed for the tests of primes.
    pub witnesses: WitnessSeed,
}

impl ReadOptions<'_> {
    /// Reads a file without any expectation, by these rules. Refuses weak material. The tests of primes
    /// depend on the numbers alone.
    pub const fn new(rules: Rules) -> Self {
        Self {
            key_spec: None,
            rules,
            format: None,
            passphrase: None,
            alias: None,
            weak: WeakMaterial::Refuse,
            witnesses: WitnessSeed::NONE,
        }
    }
}
