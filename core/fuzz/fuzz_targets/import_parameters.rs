//! Fuzzes import parameters in every form: a download keeps its limits, and what is read in one form is
//! the same in another.

#![no_main]

use byok_core::{
    import_parameters::{ConsoleDownload, ImportParameters, TimestampFormat},
    import_token, inspect,
    secret::SecretBytes,
    wrapping_public_key,
    zip_archive::{MAX_ENTRIES, ZipArchive},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(archive) = ZipArchive::parse(data) {
        assert!(archive.files().len() <= MAX_ENTRIES);
        for file in archive.files() {
            if let Ok(bytes) = archive.read(file, import_token::MAX_LEN) {
                assert!(bytes.len() <= import_token::MAX_LEN);
            }
        }
    }
    if let Ok(download) = ConsoleDownload::from_zip(data) {
        assert!(ConsoleDownload::is_meant(data));
        assert!(download.public_key.spki().len() <= wrapping_public_key::MAX_LEN);
    }
    if let Ok(parameters) = ImportParameters::from_document(data) {
        for format in [
            TimestampFormat::Wire,
            TimestampFormat::Iso8601 {
                offset_seconds: 20_700,
            },
        ] {
            let again = ImportParameters::from_document(parameters.to_json(format).as_bytes());
            assert_eq!(again.expect("what was written"), parameters);
        }
    }
    let _ = inspect::inspect(&SecretBytes::copy_of(data));
});
