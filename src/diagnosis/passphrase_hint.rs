//! The hint for a wrong passphrase.

use super::material_origin::MaterialOrigin;
use crate::context::PassphraseSource;

/// Returns the hint for a wrong passphrase.
pub(super) fn passphrase(origin: &MaterialOrigin) -> String {
    match origin.passphrase() {
        Some(PassphraseSource::Prompt) => {
            "the passphrase from the prompt is wrong; every space counts: run the command again, \
             or use --passphrase-file FILE"
                .to_owned()
        }
        Some(PassphraseSource::Descriptor(number)) => format!(
            "byok uses the first line of descriptor {number}, with every space and without the \
             line break"
        ),
        Some(PassphraseSource::File(name)) => format!(
            "byok uses the first line of {name}, with every space and without the line break"
        ),
        None => "byok uses every space of a passphrase, and not the line break".to_owned(),
    }
}
