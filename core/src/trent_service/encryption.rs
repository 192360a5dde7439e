//! `Encrypt`, `Decrypt`, `GenerateDataKey`.

use rand_core::CryptoRng;
use serde_json::{Value, json};

use super::{
    answer::Output,
    ciphertext::{self, Ciphertext, Context},
    dry_run::dry_run,
    failure::Failure,
    members::{Members, invalid},
    signatures::{incompatible, usable},
    task::{self, Task},
};
use crate::{
    blob::Blob,
    cryptography::{self, DataKeySpec, EncryptionAlgorithm},
    exception::{Exception, Refusal},
    key_id::{KeyArn, KeyIdentifier},
    key_metadata::KeyMetadata,
    key_spec::{Curve, Family, KeySpec, KeyUsage},
    key_store::KeyStore,
    rehearsed_key::RehearsedKey,
    secret::SecretBytes,
};

/// The longest plaintext, in bytes.
const MAX_PLAINTEXT_LEN: usize = 4096;
/// The longest ciphertext, in bytes.
const MAX_CIPHERTEXT_LEN: usize = 6144;
/// The longest data key, in bytes.
const MAX_DATA_KEY_LEN: i64 = 1024;

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn encrypt(&mut self, mut members: Members, rng: &mut impl CryptoRng) -> Output {
        let key_id = members.key_id();
        let plaintext = members.required_secret("Plaintext", MAX_PLAINTEXT_LEN);
        let context = members.map("EncryptionContext");
        let algorithm = algorithm(&mut members);
        let is_dry_run = members.flag("DryRun");
        let (key_id, plaintext) = members.finish(|| Some((key_id?, plaintext?)))?;
        let key = self.encryption_key(&key_id, algorithm, &context)?;
        let ciphertext = if algorithm == EncryptionAlgorithm::SymmetricDefault {
            self.seal(&key, &context, &plaintext, rng)?.0
        } else {
            let public_key = self.public_key(&key)?;
            let encrypted =
                cryptography::encrypt(public_key.as_bytes(), algorithm, &plaintext, rng);
            let encrypted = encrypted.ok_or_else(not_encrypted)?;
            let key_spec = key.record().key_metadata.key_spec;
            encrypted.map_err(|error| {
                invalid(format!(
                    "Algorithm {algorithm} and key spec {key_spec} cannot encrypt data larger than {} bytes.",
                    error.max
                ))
            })?
        };
        dry_run(is_dry_run)?;
        Ok(Some(json!({
            "CiphertextBlob": Blob::new(ciphertext),
            "EncryptionAlgorithm": algorithm,
            "KeyId": key.record().key_metadata.arn,
        })))
    }

    pub(super) fn decrypt(&mut self, mut members: Members, rng: &mut impl CryptoRng) -> Output {
        let ciphertext = members.required_blob("CiphertextBlob", MAX_CIPHERTEXT_LEN);
        let context = members.map("EncryptionContext");
        let key_id = members.has("KeyId").then(|| members.key_id()).flatten();
        let algorithm = algorithm(&mut members);
        let is_dry_run = members.flag("DryRun");
        no_recipient(&members)?;
        let ciphertext = members.finish(|| ciphertext)?;
        if algorithm == EncryptionAlgorithm::SymmetricDefault {
            return self.decrypt_symmetric(&ciphertext, key_id.as_deref(), &context, is_dry_run);
        }
        let no_key_id = || {
            let reason = format!("KeyId is required with {algorithm}");
            Failure::because(Exception::Validation, reason)
        };
        let key_id = key_id.ok_or_else(no_key_id)?;
        let key = self.encryption_key(&key_id, algorithm, &context)?;
        let material = self.current_material(&key)?;
        let plaintext = cryptography::decrypt(&material, algorithm, ciphertext.as_bytes(), rng);
        let reason = "CiphertextBlob cannot be decrypted with this key and this algorithm";
        let plaintext = plaintext.ok_or_else(|| invalid_ciphertext(reason))?;
        dry_run(is_dry_run)?;
        Ok(Some(json!({
            "EncryptionAlgorithm": algorithm,
            "KeyId": key.record().key_metadata.arn,
            "Plaintext": base64(&plaintext),
        })))
    }

    /// The ciphertext names its key and material. A `KeyId` in the request must match.
    fn decrypt_symmetric(
        &mut self,
        ciphertext: &Blob,
        key_id: Option<&str>,
        context: &Context,
        is_dry_run: bool,
    ) -> Output {
        let algorithm = EncryptionAlgorithm::SymmetricDefault;
        let named = key_id
            .map(|key_id| self.encryption_key(key_id, algorithm, context))
            .transpose()?;
        let ciphertext = Ciphertext::parse(ciphertext.as_bytes())
            .ok_or_else(|| invalid_ciphertext("CiphertextBlob is not from this rehearsal"))?;
        let own = self.related_here(&ciphertext.arn);
        let key = match named {
            Some(key) if key.record().key_metadata.arn == own => key,
            Some(_) => {
                let text = "The key ID in the request does not identify a CMK that can perform this operation.";
                return Err(Refusal::new(Exception::IncorrectKey, text).into());
            }
            None => {
                let arn = self.resolve_identifier(Ok(KeyIdentifier::Arn(own.clone())))?;
                let key = self.find_at(&arn)?;
                self.check_encryption(&key, algorithm, context)?;
                key
            }
        };
        if !key
            .materials()
            .iter()
            .any(|entry| entry.key_material_id == ciphertext.material_id)
        {
            return Err(invalid_ciphertext(&format!(
                "CiphertextBlob was encrypted with the material {}, which {own} does not have",
                ciphertext.material_id
            )));
        }
        let material = self.material(&key, &ciphertext.material_id)?;
        let reason = "CiphertextBlob was changed, or encrypted with another EncryptionContext";
        let plaintext = ciphertext
            .open(&material, context)
            .ok_or_else(|| invalid_ciphertext(reason))?;
        dry_run(is_dry_run)?;
        Ok(Some(json!({
            "EncryptionAlgorithm": algorithm,
            "KeyId": own,
            "KeyMaterialId": ciphertext.material_id,
            "Plaintext": base64(&plaintext),
        })))
    }

    /// Returns the same multi-Region key in the Region of the request.
    fn related_here(&self, arn: &KeyArn) -> KeyArn {
        if arn.key_id().is_multi_region() {
            return KeyArn::new(
                self.place.region.clone(),
                arn.account_id().clone(),
                arn.key_id().clone(),
            );
        }
        arn.clone()
    }

    pub(super) fn generate_data_key(
        &mut self,
        mut members: Members,
        rng: &mut impl CryptoRng,
    ) -> Output {
        let key_id = members.key_id();
        let context = members.map("EncryptionContext");
        let len = members.integer("NumberOfBytes", 1..=MAX_DATA_KEY_LEN);
        let spec = members.word("KeySpec", DataKeySpec::ALL);
        let is_dry_run = members.flag("DryRun");
        no_recipient(&members)?;
        let key_id = members.finish(|| key_id)?;
        let len = match (spec, len) {
            (Some(DataKeySpec::Aes256), None) => 32,
            (Some(DataKeySpec::Aes128), None) => 16,
            (None, Some(len)) => usize::try_from(len).unwrap_or_default(),
            _ => {
                return Err(invalid(
                    "Please specify either number of bytes or key spec.",
                ));
            }
        };
        let key = self.encryption_key(&key_id, EncryptionAlgorithm::SymmetricDefault, &context)?;
        let mut data_key = vec![0; len];
        rng.fill_bytes(&mut data_key);
        let data_key = SecretBytes::new(data_key);
        let (ciphertext, material_id) = self.seal(&key, &context, &data_key, rng)?;
        dry_run(is_dry_run)?;
        Ok(Some(json!({
            "CiphertextBlob": Blob::new(ciphertext),
            "KeyId": key.record().key_metadata.arn,
            "KeyMaterialId": material_id,
            "Plaintext": base64(&data_key),
        })))
    }

    /// Returns the key of `key_id`, if it can encrypt and decrypt in this way now.
    fn encryption_key(
        &mut self,
        key_id: &str,
        algorithm: EncryptionAlgorithm,
        context: &Context,
    ) -> Result<RehearsedKey, Failure> {
        let key = self.find(key_id)?;
        self.check_encryption(&key, algorithm, context)?;
        Ok(key)
    }

    /// Checks that a key can encrypt and decrypt in this way now.
    fn check_encryption(
        &self,
        key: &RehearsedKey,
        algorithm: EncryptionAlgorithm,
        context: &Context,
    ) -> Result<(), Failure> {
        let metadata = key.metadata();
        usable(&metadata, KeyUsage::EncryptDecrypt, self.operation)?;
        if !encrypts(&metadata, algorithm) {
            return Err(incompatible(algorithm.as_str(), metadata.key_spec));
        }
        if algorithm != EncryptionAlgorithm::SymmetricDefault && !context.is_empty() {
            return Err(invalid(
                "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.",
            ));
        }
        Ok(())
    }

    /// Encrypts with the current material of a symmetric key, and returns its identifier.
    fn seal(
        &self,
        key: &RehearsedKey,
        context: &Context,
        plaintext: &SecretBytes,
        rng: &mut impl CryptoRng,
    ) -> Result<(Vec<u8>, Value), Failure> {
        let id = key.current_material().ok_or_else(|| task::not_here(key))?;
        let material = self.material(key, id)?;
        let arn = &key.record().key_metadata.arn;
        let sealed = ciphertext::seal(arn, (id, &material), context, plaintext, rng);
        Ok((sealed.ok_or_else(not_encrypted)?, json!(id)))
    }
}

fn not_encrypted() -> Failure {
    Failure::because(Exception::KmsInternal, "the encryption failed")
}

fn invalid_ciphertext(reason: &str) -> Failure {
    Failure::because(Exception::InvalidCiphertext, reason)
}

fn encrypts(metadata: &KeyMetadata, algorithm: EncryptionAlgorithm) -> bool {
    match (metadata.key_spec, metadata.key_spec.family()) {
        (KeySpec::SymmetricDefault, _) => algorithm == EncryptionAlgorithm::SymmetricDefault,
        (_, Family::Rsa { .. }) => {
            matches!(
                algorithm,
                EncryptionAlgorithm::RsaesOaepSha1 | EncryptionAlgorithm::RsaesOaepSha256
            )
        }
        (_, Family::Ec(Curve::Sm2)) => algorithm == EncryptionAlgorithm::Sm2Pke,
        _ => false,
    }
}

fn algorithm(members: &mut Members) -> EncryptionAlgorithm {
    let word = members.word("EncryptionAlgorithm", EncryptionAlgorithm::ALL);
    word.unwrap_or(EncryptionAlgorithm::SymmetricDefault)
}

/// Plaintext for an enclave is encrypted once more, which is not supported here.
fn no_recipient(members: &Members) -> Result<(), Failure> {
    if members.has("Recipient") {
        return Err(Failure::not_rehearsed("Recipient"));
    }
    Ok(())
}

fn base64(secret: &SecretBytes) -> Value {
    json!(Blob::new(secret.expose().to_vec()))
}
