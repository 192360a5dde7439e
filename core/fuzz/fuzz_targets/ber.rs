//! Fuzzes the transcoder: its output is stable, and equals OpenSSL's for PKCS#8.

#![no_main]

use byok_core::ber::to_der;
use byok_core_fuzz::{mutation::mutate, reference::private_key_info};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(data, size, max_size, seed, fuzzer_mutate)
});

fuzz_target!(|data: &[u8]| {
    let Ok(element) = to_der(data) else { return };
    let der = element.der().expose();
    assert!(to_der(der).expect("DER is BER").was_der(), "not stable");
    assert_eq!(element.was_der(), data.starts_with(der));
    let Some(theirs) = private_key_info(data).filter(|theirs| !theirs.is_beside_the_point) else {
        return;
    };
    assert_eq!(theirs.ber_len, element.ber_len());
    // OpenSSL writes parameters of any type unchanged.
    let normal = to_der(&theirs.der).expect("OpenSSL writes BER");
    assert_eq!(normal.der().expose(), der);
});
