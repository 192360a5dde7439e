//! `Sign`, `Verify`, `GenerateMac`, `VerifyMac`.

use rand_core::CryptoRng;
use serde_json::json;
use subtle::ConstantTimeEq as _;

use super::{
    answer::Output,
    dry_run::dry_run,
    failure::Failure,
    key_use::{serves, usable},
    members::{Members, invalid},
    task::Task,
};
use crate::{
    blob::Blob,
    cryptography::{self, MacAlgorithm, MessageType, SigningAlgorithm},
    exception::Exception,
    key_spec::KeyUsage,
    key_store::KeyStore,
    rehearsed_key::RehearsedKey,
};

/// The longest message, in bytes.
const MAX_MESSAGE_LEN: usize = 4096;
/// The longest signature or MAC, in bytes.
const MAX_SIGNATURE_LEN: usize = 6144;

/// A message to sign, or a signed one.
struct Message {
    key_id: String,
    bytes: Blob,
    form: MessageType,
    algorithm: SigningAlgorithm,
    is_dry_run: bool,
}

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn sign(&mut self, members: Members, rng: &mut impl CryptoRng) -> Output {
        let (message, _) = Message::read(members, false)?;
        let (key, digest) = self.signing_key(&message)?;
        let material = self.current_material(&key)?;
        let signature = cryptography::sign(&material, message.algorithm, &digest, rng);
        let failed = || Failure::because(Exception::KmsInternal, "the signature failed");
        let signature = signature.ok_or_else(failed)?;
        dry_run(message.is_dry_run)?;
        Ok(Some(json!({
            "KeyId": key.record().key_metadata.arn,
            "Signature": Blob::new(signature),
            "SigningAlgorithm": message.algorithm,
        })))
    }

    pub(super) fn verify(&mut self, members: Members) -> Output {
        let (message, signature) = Message::read(members, true)?;
        let (key, digest) = self.signing_key(&message)?;
        let public_key = self.public_key(&key)?;
        let metadata = &key.record().key_metadata;
        let signature = signature.as_bytes();
        if !cryptography::verify(
            public_key.as_bytes(),
            metadata.key_spec,
            message.algorithm,
            &digest,
            signature,
        ) {
            let reason = "Signature does not match Message with this key and algorithm";
            return Err(Failure::because(Exception::KmsInvalidSignature, reason));
        }
        dry_run(message.is_dry_run)?;
        Ok(Some(json!({
            "KeyId": metadata.arn, "SignatureValid": true, "SigningAlgorithm": message.algorithm,
        })))
    }

    /// Returns the key of a message, if it can sign in this way now, and the digest to sign.
    fn signing_key(&mut self, message: &Message) -> Result<(RehearsedKey, Vec<u8>), Failure> {
        let key = self.find(&message.key_id)?;
        let metadata = key.metadata();
        usable(
            &metadata,
            KeyUsage::SignVerify,
            self.operation,
            self.operation.as_str(),
        )?;
        serves(&metadata, message.algorithm.as_str())?;
        let digest = message.digest(&self.public_key(&key)?)?;
        Ok((key, digest))
    }

    pub(super) fn generate_mac(&mut self, mut members: Members) -> Output {
        let message = members.required_blob("Message", MAX_MESSAGE_LEN);
        let key_id = members.key_id();
        let algorithm = members.required_word("MacAlgorithm", MacAlgorithm::ALL);
        let is_dry_run = members.flag("DryRun");
        let (message, key_id, algorithm) =
            members.finish(|| Some((message?, key_id?, algorithm?)))?;
        let (key, mac) = self.mac(&key_id, algorithm, &message)?;
        dry_run(is_dry_run)?;
        Ok(Some(json!({
            "KeyId": key.record().key_metadata.arn, "Mac": Blob::new(mac), "MacAlgorithm": algorithm,
        })))
    }

    pub(super) fn verify_mac(&mut self, mut members: Members) -> Output {
        let message = members.required_blob("Message", MAX_MESSAGE_LEN);
        let key_id = members.key_id();
        let algorithm = members.required_word("MacAlgorithm", MacAlgorithm::ALL);
        let mac = members.required_blob("Mac", MAX_SIGNATURE_LEN);
        let is_dry_run = members.flag("DryRun");
        let (message, key_id, algorithm, mac) =
            members.finish(|| Some((message?, key_id?, algorithm?, mac?)))?;
        let (key, expected) = self.mac(&key_id, algorithm, &message)?;
        if !bool::from(expected.ct_eq(mac.as_bytes())) {
            let reason = "Mac does not match Message with this key and algorithm";
            return Err(Failure::because(Exception::KmsInvalidMac, reason));
        }
        dry_run(is_dry_run)?;
        Ok(Some(json!({
            "KeyId": key.record().key_metadata.arn, "MacAlgorithm": algorithm, "MacValid": true,
        })))
    }

    fn mac(
        &mut self,
        key_id: &str,
        algorithm: MacAlgorithm,
        message: &Blob,
    ) -> Result<(RehearsedKey, Vec<u8>), Failure> {
        let key = self.find(key_id)?;
        let metadata = key.metadata();
        usable(
            &metadata,
            KeyUsage::GenerateVerifyMac,
            self.operation,
            self.operation.as_str(),
        )?;
        serves(&metadata, algorithm.as_str())?;
        let material = self.current_material(&key)?;
        let mac = cryptography::mac(&material, algorithm, message.as_bytes());
        let failed = || Failure::because(Exception::KmsInternal, "the MAC failed");
        Ok((key, mac.ok_or_else(failed)?))
    }
}

impl Message {
    /// Reads a message, and its signature if there is one.
    fn read(mut members: Members, is_signed: bool) -> Result<(Self, Blob), Failure> {
        let key_id = members.key_id();
        let bytes = members.required_blob("Message", MAX_MESSAGE_LEN);
        let form = members
            .word("MessageType", MessageType::ALL)
            .unwrap_or(MessageType::Raw);
        let signature = if is_signed {
            members.required_blob("Signature", MAX_SIGNATURE_LEN)
        } else {
            Some(Blob::default())
        };
        let algorithm = members.required_word("SigningAlgorithm", SigningAlgorithm::ALL);
        let is_dry_run = members.flag("DryRun");
        members.finish(|| {
            let (key_id, bytes, algorithm) = (key_id?, bytes?, algorithm?);
            Some((
                Self {
                    key_id,
                    bytes,
                    form,
                    algorithm,
                    is_dry_run,
                },
                signature?,
            ))
        })
    }

    /// Returns what the key pair of this public key signs.
    fn digest(&self, public_key: &Blob) -> Result<Vec<u8>, Failure> {
        let algorithm = self.algorithm;
        let not_rehearsed = || Failure::not_rehearsed(algorithm.as_str());
        let len = algorithm.digest_len();
        match self.form {
            MessageType::ExternalMu => Err(Failure::because(
                Exception::Validation,
                "MessageType EXTERNAL_MU is for ML-DSA keys only",
            )),
            form if !algorithm.takes(form) => Err(invalid(format!(
                "Message type {form} is incompatible with algorithm {algorithm}."
            ))),
            MessageType::Raw => {
                let digest = algorithm.digest(self.bytes.as_bytes(), public_key.as_bytes());
                digest.ok_or_else(not_rehearsed)
            }
            MessageType::Digest if Some(self.bytes.len()) == len => {
                Ok(self.bytes.as_bytes().to_vec())
            }
            MessageType::Digest => Err(invalid(format!(
                "Digest is invalid length for algorithm {algorithm}."
            ))),
        }
    }
}
