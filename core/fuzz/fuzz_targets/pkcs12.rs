//! Fuzzes PKCS#12 files and older encrypted PEM: whole files, and what is encrypted in them. Everything
//! accepted is written in AWS's form, and that is stable.
//!
//! The first octet selects what the rest is, the second the expected key spec.

#![no_main]

use byok_core::compatibility::Rules;
use byok_core_fuzz::{
    accepted_is_canonical,
    key_store::PASSPHRASE,
    pkcs12::{file, is_slow, older_pem, safe, shrouded},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&[kind, key_spec], rest)) = data.split_first_chunk() else {
        return;
    };
    let file = match kind % 6 {
        _ if is_slow(rest) => return,
        0 | 1 => rest.to_vec(),
        2 => shrouded(rest),
        3 => safe(rest),
        4 => file(rest),
        _ => older_pem(rest),
    };
    let passphrase = (kind % 6 != 1).then_some(PASSPHRASE);
    accepted_is_canonical(&file, key_spec, passphrase, Rules::China);
});
