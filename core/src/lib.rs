#![doc = include_str!("../README.md")]
//!
//! # Glossary
//!
//! - *Key material*: the bytes of a key that AWS KMS imports.
//! - *KMS key*: the key object in AWS KMS, named by a key ID or an ARN.
//! - *Wrapping key*: the key pair whose public key encrypts the key material.
//! - *Import parameters*: a wrapping public key and the import token that belongs to it, valid for 24
//!   hours; the answer of `GetParametersForImport`.
//! - *Rehearsal*: an import with parameters from this machine. AWS KMS is never contacted.
//! - *Report*: the inputs, actions and results of one run of `wrap`, `verify` or `rehearse`, for an
//!   auditor.
//!
//! # Layers
//!
//! The order of the modules below is the order of the layers: a module uses only modules declared
//! above it. `tests/layers` proves it.

// Vocabulary.
pub mod hex;
pub mod words;
pub mod terminal_safe;
pub mod secret;
mod text_encoding;
pub mod mangling;
pub mod stack;
pub mod blob;
pub mod timestamp;
pub mod exception;
pub mod error_body;
pub mod validation;
pub mod region;
pub mod key_id;
pub mod keyed_digest;
pub mod alias;
pub mod key_spec;
pub mod wrapping_key_spec;
pub mod wrapping_algorithm;
pub mod compatibility;

// Values.
mod stored_bytes;
pub mod json;
pub mod zip_archive;
pub mod ber;
mod pem;
pub mod fingerprint;
pub mod witness_seed;
mod trial_division;
mod primality;
mod rsa_generation;
mod rsa_spki;
pub mod key_metadata;
pub mod key_file;
pub mod key_material;
pub mod public_key_file;
pub mod wrapping_public_key;
pub mod wrapping_private_key;
pub mod import_token;
pub mod encoded_token;
pub mod key_material_id;
pub mod generated_material;

// Mechanisms.
pub mod wrapping;
pub mod cryptography;

// Documents.
pub mod manifest;
pub mod parameters_request;
pub mod import_parameters;
pub mod import_request;
pub mod grant;
pub mod key_record;

// Rehearsed keys.
pub mod operation;
pub mod key_state;
pub mod rehearsed_key;
pub mod key_store;

// Operations.
pub mod params;
pub mod wrap;
pub mod verify;
pub mod rehearse;
pub mod verdict;
pub mod report;
pub mod generate;
pub mod public_key;
pub mod inspect;
pub mod explain;

// The services.
pub mod trent_service;
pub mod other_service;

/// Returns a random generator that yields the same bytes for the same `seed`.
#[cfg(test)]
pub(crate) fn test_rng(seed: u64) -> chacha20::ChaCha20Rng {
    use rand_core::SeedableRng as _;
    chacha20::ChaCha20Rng::seed_from_u64(seed)
}
