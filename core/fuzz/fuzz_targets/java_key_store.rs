//! Fuzzes Java key stores: whole files, and what is encrypted in them. Everything accepted is written in
//! AWS's form, and that is stable.
//!
//! The first octet selects what the rest is, the second the expected key spec.

#![no_main]

use byok_core::compatibility::Rules;
use byok_core_fuzz::{
    accepted_is_canonical,
    key_store::{PASSPHRASE, is_slow, jceks, jks, sealed},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&[kind, key_spec], rest)) = data.split_first_chunk() else {
        return;
    };
    let file = match kind % 4 {
        0 if is_slow(rest) => return,
        0 => rest.to_vec(),
        1 => jks(rest),
        2 => jceks(rest),
        _ => sealed(rest),
    };
    accepted_is_canonical(&file, key_spec, Some(PASSPHRASE), Rules::Standard);
});
