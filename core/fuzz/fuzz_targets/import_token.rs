//! Fuzzes import tokens: only unchanged ones open.

#![no_main]

use byok_core::{
    blob::Blob,
    import_token::{ImportToken, REHEARSAL_MARK, TokenOrigin},
};
use byok_core_fuzz::root_secret;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(token) = ImportToken::new(Blob::new(data.to_vec())) else {
        return;
    };
    let origin = token.origin();
    if data.starts_with(&REHEARSAL_MARK) {
        assert_eq!(origin, TokenOrigin::Rehearsal);
    }
    if let Ok(contents) = token.open(&root_secret()) {
        assert_eq!(origin, TokenOrigin::Rehearsal);
        assert!(contents.issued_at < contents.parameters_valid_to);
    }
});
