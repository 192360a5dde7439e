//! Encryption and decryption with a KMS key, for every operation that does either.

use rand_core::CryptoRng;

use super::{
    ciphertext::{self, Ciphertext, Context},
    failure::Failure,
    key_use::{incompatible, usable},
    members::invalid,
    task::{self, Task},
};
use crate::{
    blob::Blob,
    cryptography::{self, EncryptionAlgorithm},
    exception::{Exception, Refusal},
    key_id::{KeyArn, KeyIdentifier},
    key_material_id::KeyMaterialId,
    key_metadata::KeyMetadata,
    key_spec::{Curve, Family, KeySpec, KeyUsage},
    key_store::KeyStore,
    rehearsed_key::RehearsedKey,
    secret::SecretBytes,
};

/// The use of a key for encryption or decryption.
pub(super) struct CipherUse {
    pub(super) algorithm: EncryptionAlgorithm,
    pub(super) context: Context,
    /// The name of the use in AWS's texts: an operation of the API, or a part of one.
    pub(super) name: &'static str,
}

/// A ciphertext, and the material that a symmetric key encrypted it with.
pub(super) struct Encrypted {
    pub(super) ciphertext: Blob,
    pub(super) key_material_id: Option<KeyMaterialId>,
}

/// A plaintext, and the key and the material of a symmetric key that decrypted it.
pub(super) struct Decrypted {
    pub(super) plaintext: SecretBytes,
    pub(super) arn: KeyArn,
    pub(super) key_material_id: Option<KeyMaterialId>,
}

impl Decrypted {
    /// Returns nothing, decrypted with `key`.
    pub(super) fn nothing(key: &RehearsedKey) -> Self {
        Self {
            plaintext: SecretBytes::new(Vec::new()),
            arn: key.record().key_metadata.arn.clone(),
            key_material_id: None,
        }
    }
}

impl<S: KeyStore> Task<'_, S> {
    /// Returns the key of `key_id`, if it can encrypt and decrypt in this way now.
    pub(super) fn cipher_key(
        &mut self,
        key_id: &str,
        cipher_use: &CipherUse,
    ) -> Result<RehearsedKey, Failure> {
        let key = self.find(key_id)?;
        self.check_cipher_use(&key, cipher_use)?;
        Ok(key)
    }

    /// Checks that a key can encrypt and decrypt in this way now.
    fn check_cipher_use(&self, key: &RehearsedKey, cipher_use: &CipherUse) -> Result<(), Failure> {
        let metadata = key.metadata();
        let CipherUse {
            algorithm,
            context,
            name,
        } = cipher_use;
        usable(&metadata, KeyUsage::EncryptDecrypt, self.operation, name)?;
        if !encrypts(&metadata, *algorithm) {
            return Err(incompatible(algorithm.as_str(), metadata.key_spec));
        }
        if *algorithm != EncryptionAlgorithm::SymmetricDefault && !context.is_empty() {
            return Err(invalid(
                "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.",
            ));
        }
        Ok(())
    }

    /// Encrypts with a key that [`Self::cipher_key`] returned for this use.
    pub(super) fn encrypt_with(
        &self,
        key: &RehearsedKey,
        cipher_use: &CipherUse,
        plaintext: &SecretBytes,
        rng: &mut impl CryptoRng,
    ) -> Result<Encrypted, Failure> {
        let CipherUse {
            algorithm, context, ..
        } = cipher_use;
        let KeyMetadata { arn, key_spec, .. } = &key.record().key_metadata;
        if *algorithm == EncryptionAlgorithm::SymmetricDefault {
            let id = key.current_material().ok_or_else(|| task::not_here(key))?;
            let material = self.material(key, id)?;
            let sealed = ciphertext::seal(arn, (id, &material), context, plaintext, rng);
            return Ok(Encrypted {
                ciphertext: Blob::new(sealed.ok_or_else(not_encrypted)?),
                key_material_id: Some(id.clone()),
            });
        }
        let public_key = self.public_key(key)?;
        let encrypted = cryptography::encrypt(public_key.as_bytes(), *algorithm, plaintext, rng);
        let encrypted = encrypted.ok_or_else(not_encrypted)?.map_err(|error| {
            invalid(format!(
                "Algorithm {algorithm} and key spec {key_spec} cannot encrypt data larger than {} bytes.",
                error.max
            ))
        })?;
        Ok(Encrypted {
            ciphertext: Blob::new(encrypted),
            key_material_id: None,
        })
    }

    /// Decrypts. The ciphertext of a symmetric key names its key; `key_id` must match.
    pub(super) fn decrypt_with(
        &mut self,
        key_id: Option<&str>,
        cipher_use: &CipherUse,
        ciphertext: &Blob,
        rng: &mut impl CryptoRng,
    ) -> Result<Decrypted, Failure> {
        let algorithm = cipher_use.algorithm;
        if algorithm == EncryptionAlgorithm::SymmetricDefault {
            return self.decrypt_symmetric(key_id, cipher_use, ciphertext);
        }
        let no_key_id = || {
            let reason = format!("the key ID is required with {algorithm}");
            Failure::because(Exception::Validation, reason)
        };
        let key = self.cipher_key(key_id.ok_or_else(no_key_id)?, cipher_use)?;
        let material = self.current_material(&key)?;
        let plaintext = cryptography::decrypt(&material, algorithm, ciphertext.as_bytes(), rng);
        let reason = "CiphertextBlob cannot be decrypted with this key and this algorithm";
        Ok(Decrypted {
            plaintext: plaintext.ok_or_else(|| invalid_ciphertext(reason))?,
            arn: key.record().key_metadata.arn.clone(),
            key_material_id: None,
        })
    }

    fn decrypt_symmetric(
        &mut self,
        key_id: Option<&str>,
        cipher_use: &CipherUse,
        ciphertext: &Blob,
    ) -> Result<Decrypted, Failure> {
        let named = key_id.map(|key_id| self.find(key_id)).transpose()?;
        let ciphertext = Ciphertext::parse(ciphertext.as_bytes());
        let own = ciphertext
            .as_ref()
            .map(|ciphertext| self.related_here(&ciphertext.arn));
        let key = match (named, &own) {
            // Another key is the first fault, also if it could not decrypt anything.
            (Some(key), Some(own)) if key.record().key_metadata.arn != *own => {
                let text = "The key ID in the request does not identify a CMK that can perform this operation.";
                return Err(Refusal::new(Exception::IncorrectKey, text).into());
            }
            (Some(key), _) => Some(key),
            (None, Some(own)) => {
                let arn = self.resolve_identifier(Ok(KeyIdentifier::Arn(own.clone())))?;
                Some(self.find_at(&arn)?)
            }
            (None, None) => None,
        };
        if let Some(key) = &key {
            self.check_cipher_use(key, cipher_use)?;
        }
        let (Some(key), Some(ciphertext), Some(own)) = (key, ciphertext, own) else {
            return Err(invalid_ciphertext(
                "CiphertextBlob is not from this rehearsal",
            ));
        };
        let id = &ciphertext.material_id;
        let mut materials = key.materials().into_iter();
        if !materials.any(|entry| entry.key_material_id == *id) {
            return Err(invalid_ciphertext(&format!(
                "CiphertextBlob was encrypted with the material {id}, which {own} does not have"
            )));
        }
        let material = self.material(&key, id)?;
        let reason = "CiphertextBlob was changed, or encrypted with another EncryptionContext";
        let plaintext = ciphertext.open(&material, &cipher_use.context);
        Ok(Decrypted {
            plaintext: plaintext.ok_or_else(|| invalid_ciphertext(reason))?,
            arn: own,
            key_material_id: Some(id.clone()),
        })
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
