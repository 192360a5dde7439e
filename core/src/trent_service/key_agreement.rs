//! `DeriveSharedSecret`.

use serde_json::json;

use super::{
    answer::{Output, base64},
    dry_run::dry_run,
    failure::Failure,
    key_use::{serves, usable},
    members::Members,
    recipient,
    task::Task,
};
use crate::{
    cryptography::{self, KeyAgreementAlgorithm},
    exception::Exception,
    key_spec::KeyUsage,
    key_store::KeyStore,
};

/// The longest public key, in bytes.
const MAX_PUBLIC_KEY_LEN: usize = 8192;

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn derive_shared_secret(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let algorithm = members.required_word("KeyAgreementAlgorithm", KeyAgreementAlgorithm::ALL);
        let peer = members.required_blob("PublicKey", MAX_PUBLIC_KEY_LEN);
        let is_dry_run = members.flag("DryRun");
        let has_recipient = recipient::read(&mut members);
        let (key_id, algorithm, peer) = members.finish(|| Some((key_id?, algorithm?, peer?)))?;
        recipient::refuse(has_recipient)?;
        let key = self.find(&key_id)?;
        let metadata = key.metadata();
        let name = self.operation.as_str();
        usable(&metadata, KeyUsage::KeyAgreement, self.operation, name)?;
        serves(&metadata, algorithm.as_str())?;
        let material = self.current_material(&key)?;
        // Recorded: AWS's answer has no text.
        let invalid = || {
            let reason = "PublicKey is not the SPKI, in DER, of a key on the curve of this key";
            Failure::because(Exception::Validation, reason)
        };
        let secret = cryptography::shared_secret(&material, peer.as_bytes()).ok_or_else(invalid)?;
        dry_run(is_dry_run)?;
        Ok(Some(json!({
            "KeyAgreementAlgorithm": algorithm,
            "KeyId": metadata.arn,
            "KeyOrigin": metadata.origin,
            "SharedSecret": base64(&secret),
        })))
    }
}
