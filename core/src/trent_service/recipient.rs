//! `Recipient`: plaintext for an enclave, encrypted once more. A rehearsal has no enclave.

use super::{failure::Failure, members::Members};
use crate::{cryptography::KeyEncryptionMechanism, exception::Exception};

/// The longest attestation document, in bytes.
const MAX_ATTESTATION_DOCUMENT_LEN: usize = 262_144;

/// Reads `Recipient`, and returns whether it is present.
pub(super) fn read(members: &mut Members) -> bool {
    let recipient = members.structure("Recipient", |members| {
        members.word("KeyEncryptionAlgorithm", KeyEncryptionMechanism::ALL);
        members.blob("AttestationDocument", MAX_ATTESTATION_DOCUMENT_LEN);
    });
    recipient.is_some()
}

/// Refuses a recipient: only an enclave has an attestation document that AWS KMS accepts. The exception
/// is inferred.
pub(super) fn refuse(is_present: bool) -> Result<(), Failure> {
    if is_present {
        let reason =
            "Recipient needs the attestation document of an enclave, and a rehearsal has none";
        return Err(Failure::because(Exception::Validation, reason));
    }
    Ok(())
}
