//! `Encrypt`, `Decrypt`, `ReEncrypt`.

use rand_core::CryptoRng;
use serde_json::{Map, Value, json};

use super::{
    answer::{Output, base64},
    cipher_use::{CipherUse, Decrypted},
    dry_run::dry_run,
    failure::Failure,
    members::Members,
    recipient,
    task::Task,
};
use crate::{
    blob::Blob, cryptography::EncryptionAlgorithm, exception::Exception, key_id::MAX_KEY_ID_LEN,
    key_store::KeyStore, operation::DryRunModifier,
};

/// The longest plaintext, in bytes.
const MAX_PLAINTEXT_LEN: usize = 4096;
/// The longest ciphertext, in bytes.
const MAX_CIPHERTEXT_LEN: usize = 6144;

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn encrypt(&mut self, mut members: Members, rng: &mut impl CryptoRng) -> Output {
        let key_id = members.key_id();
        let plaintext = members.required_secret("Plaintext", MAX_PLAINTEXT_LEN);
        let context = members.map("EncryptionContext");
        let algorithm = algorithm(&mut members, "EncryptionAlgorithm");
        let is_dry_run = members.flag("DryRun");
        let (key_id, plaintext) = members.finish(|| Some((key_id?, plaintext?)))?;
        let cipher_use = CipherUse {
            algorithm,
            context,
            name: self.operation.as_str(),
        };
        let key = self.cipher_key(&key_id, &cipher_use)?;
        let encrypted = self.encrypt_with(&key, &cipher_use, &plaintext, rng)?;
        dry_run(is_dry_run)?;
        Ok(Some(json!({
            "CiphertextBlob": encrypted.ciphertext,
            "EncryptionAlgorithm": algorithm,
            "KeyId": key.record().key_metadata.arn,
        })))
    }

    pub(super) fn decrypt(&mut self, mut members: Members, rng: &mut impl CryptoRng) -> Output {
        let ciphertext = CiphertextMember::read(&mut members);
        let context = members.map("EncryptionContext");
        let key_id = members.text("KeyId", 1..=MAX_KEY_ID_LEN);
        let algorithm = algorithm(&mut members, "EncryptionAlgorithm");
        let has_recipient = recipient::read(&mut members);
        members.finish(|| Some(()))?;
        recipient::refuse(has_recipient)?;
        let cipher_use = CipherUse {
            algorithm,
            context,
            name: self.operation.as_str(),
        };
        let Decrypted {
            plaintext,
            arn,
            key_material_id,
        } = self.decrypt_member(key_id.as_deref(), &cipher_use, &ciphertext, rng)?;
        dry_run(ciphertext.is_dry_run)?;
        let mut answer = Map::new();
        answer.insert("EncryptionAlgorithm".to_owned(), json!(algorithm));
        answer.insert("KeyId".to_owned(), json!(arn));
        if let Some(id) = key_material_id {
            answer.insert("KeyMaterialId".to_owned(), json!(id));
        }
        answer.insert("Plaintext".to_owned(), base64(&plaintext));
        Ok(Some(Value::Object(answer)))
    }

    pub(super) fn re_encrypt(&mut self, mut members: Members, rng: &mut impl CryptoRng) -> Output {
        let ciphertext = CiphertextMember::read(&mut members);
        let source_key_id = members.text("SourceKeyId", 1..=MAX_KEY_ID_LEN);
        let destination_key_id = members.required_text("DestinationKeyId", 1..=MAX_KEY_ID_LEN);
        let source = CipherUse {
            algorithm: algorithm(&mut members, "SourceEncryptionAlgorithm"),
            context: members.map("SourceEncryptionContext"),
            name: "ReEncryptFrom",
        };
        let destination = CipherUse {
            algorithm: algorithm(&mut members, "DestinationEncryptionAlgorithm"),
            context: members.map("DestinationEncryptionContext"),
            name: "ReEncryptTo",
        };
        let destination_key_id = members.finish(|| destination_key_id)?;
        let decrypted = self.decrypt_member(source_key_id.as_deref(), &source, &ciphertext, rng)?;
        let key = self.cipher_key(&destination_key_id, &destination)?;
        let encrypted = self.encrypt_with(&key, &destination, &decrypted.plaintext, rng)?;
        dry_run(ciphertext.is_dry_run)?;
        let mut answer = json!({
            "CiphertextBlob": encrypted.ciphertext,
            "DestinationEncryptionAlgorithm": destination.algorithm,
            "KeyId": key.record().key_metadata.arn,
            "SourceEncryptionAlgorithm": source.algorithm,
            "SourceKeyId": decrypted.arn,
        });
        if let Some(id) = decrypted.key_material_id {
            answer["SourceKeyMaterialId"] = json!(id);
        }
        if let Some(id) = encrypted.key_material_id {
            answer["DestinationKeyMaterialId"] = json!(id);
        }
        self.source_key = Some(decrypted.arn);
        Ok(Some(answer))
    }

    /// Decrypts the ciphertext of a request. A dry run can leave it out, and decrypts nothing.
    fn decrypt_member(
        &mut self,
        key_id: Option<&str>,
        cipher_use: &CipherUse,
        ciphertext: &CiphertextMember,
        rng: &mut impl CryptoRng,
    ) -> Result<Decrypted, Failure> {
        if let Some(ciphertext) = &ciphertext.blob {
            return self.decrypt_with(key_id, cipher_use, ciphertext, rng);
        }
        let no_key_id = || {
            let reason = "the key ID is required where IGNORE_CIPHERTEXT leaves out the ciphertext";
            Failure::because(Exception::Validation, reason)
        };
        let key = self.cipher_key(key_id.ok_or_else(no_key_id)?, cipher_use)?;
        Ok(Decrypted::nothing(&key))
    }
}

/// `CiphertextBlob`, and the members that make it dispensable.
struct CiphertextMember {
    blob: Option<Blob>,
    is_dry_run: bool,
}

impl CiphertextMember {
    fn read(members: &mut Members) -> Self {
        let is_dry_run = members.flag("DryRun");
        let modifiers = members.words("DryRunModifiers", DryRunModifier::ALL);
        let is_ignored = is_dry_run && modifiers.contains(&DryRunModifier::IgnoreCiphertext);
        if !is_ignored {
            members.require("CiphertextBlob");
        }
        let blob = members.blob("CiphertextBlob", MAX_CIPHERTEXT_LEN);
        Self {
            blob: blob.filter(|_| !is_ignored),
            is_dry_run,
        }
    }
}

fn algorithm(members: &mut Members, name: &'static str) -> EncryptionAlgorithm {
    let word = members.word(name, EncryptionAlgorithm::ALL);
    word.unwrap_or(EncryptionAlgorithm::SymmetricDefault)
}
