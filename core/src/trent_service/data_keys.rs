//! `GenerateDataKey`, `GenerateDataKeyPair`, both also without the plaintext, and `GenerateRandom`.

use rand_core::CryptoRng;
use serde_json::json;

use super::{
    answer::{Output, base64},
    cipher_use::CipherUse,
    custom_key_store,
    dry_run::dry_run,
    failure::Failure,
    members::{Members, invalid},
    recipient,
    task::Task,
};
use crate::{
    compatibility::Rules,
    cryptography::{DataKeySpec, EncryptionAlgorithm},
    exception::Exception,
    key_material::KeyMaterial,
    key_spec::KeySpec,
    key_store::KeyStore,
    secret::SecretBytes,
};

/// The longest data key, in bytes.
const MAX_DATA_KEY_LEN: i64 = 1024;
/// The most random bytes.
const MAX_RANDOM_LEN: i64 = 1024;

/// The key specs of data key pairs. A Region has those of its KMS keys.
///
/// # Source
///
/// AWS KMS API Reference, `GenerateDataKeyPair`.
const KEY_PAIR_SPECS: [KeySpec; 12] = [
    KeySpec::Rsa2048,
    KeySpec::Rsa3072,
    KeySpec::Rsa4096,
    KeySpec::EccNistP256,
    KeySpec::EccNistP384,
    KeySpec::EccNistP521,
    KeySpec::EccSecgP256k1,
    KeySpec::Sm2,
    KeySpec::EccNistEdwards25519,
    KeySpec::MlKem512,
    KeySpec::MlKem768,
    KeySpec::MlKem1024,
];

/// Whether an answer has the plaintext of a data key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Plaintext {
    Included,
    LeftOut,
}

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn generate_data_key(
        &mut self,
        mut members: Members,
        plaintext: Plaintext,
        rng: &mut impl CryptoRng,
    ) -> Output {
        let key_id = members.key_id();
        let cipher_use = self.data_key_use(&mut members);
        let len = members.integer("NumberOfBytes", 1..=MAX_DATA_KEY_LEN);
        let spec = members.word("KeySpec", DataKeySpec::ALL);
        let is_dry_run = members.flag("DryRun");
        let has_recipient = plaintext == Plaintext::Included && recipient::read(&mut members);
        let key_id = members.finish(|| key_id)?;
        recipient::refuse(has_recipient)?;
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
        let key = self.cipher_key(&key_id, &cipher_use)?;
        dry_run(is_dry_run)?;
        let data_key = random(len, rng);
        let encrypted = self.encrypt_with(&key, &cipher_use, &data_key, rng)?;
        let mut answer = json!({
            "CiphertextBlob": encrypted.ciphertext,
            "KeyId": key.record().key_metadata.arn,
            "KeyMaterialId": encrypted.key_material_id,
        });
        if plaintext == Plaintext::Included {
            answer["Plaintext"] = base64(&data_key);
        }
        Ok(Some(answer))
    }

    pub(super) fn generate_data_key_pair(
        &mut self,
        mut members: Members,
        plaintext: Plaintext,
        rng: &mut impl CryptoRng,
    ) -> Output {
        let key_id = members.key_id();
        let cipher_use = self.data_key_use(&mut members);
        let rules = Rules::of(&self.place.region);
        let known = rules.key_specs();
        let specs: Vec<KeySpec> = KEY_PAIR_SPECS
            .into_iter()
            .filter(|spec| known.contains(spec))
            .collect();
        let key_pair_spec = members.required_word("KeyPairSpec", &specs);
        let is_dry_run = members.flag("DryRun");
        let has_recipient = plaintext == Plaintext::Included && recipient::read(&mut members);
        let (key_id, key_pair_spec) = members.finish(|| Some((key_id?, key_pair_spec?)))?;
        recipient::refuse(has_recipient)?;
        let key = self.cipher_key(&key_id, &cipher_use)?;
        if !rules.imports(key_pair_spec) {
            return Err(Failure::not_rehearsed(&format!(
                "{key_pair_spec} key pairs"
            )));
        }
        dry_run(is_dry_run)?;
        let generated = KeyMaterial::generate(key_pair_spec, rules, rng);
        let failed = || Failure::because(Exception::KmsInternal, "no key pair was generated");
        let pair = generated.map_err(|_| failed())?;
        let public_key = pair.public_key().ok_or_else(failed)?;
        let encrypted = self.encrypt_with(&key, &cipher_use, pair.bytes(), rng)?;
        let mut answer = json!({
            "KeyId": key.record().key_metadata.arn,
            "KeyMaterialId": encrypted.key_material_id,
            "KeyPairSpec": key_pair_spec,
            "PrivateKeyCiphertextBlob": encrypted.ciphertext,
            "PublicKey": public_key,
        });
        if plaintext == Plaintext::Included {
            answer["PrivateKeyPlaintext"] = base64(pair.bytes());
        }
        Ok(Some(answer))
    }

    /// Only symmetric keys encrypt data keys.
    fn data_key_use(&self, members: &mut Members) -> CipherUse {
        CipherUse {
            algorithm: EncryptionAlgorithm::SymmetricDefault,
            context: members.map("EncryptionContext"),
            name: self.operation.as_str(),
        }
    }
}

/// `GenerateRandom`, which uses no key.
pub(super) fn generate_random(mut members: Members, rng: &mut impl CryptoRng) -> Output {
    let len = members.integer("NumberOfBytes", 1..=MAX_RANDOM_LEN);
    let custom_key_store = custom_key_store::read(&mut members);
    let has_recipient = recipient::read(&mut members);
    members.finish(|| Some(()))?;
    let len = len.ok_or_else(|| invalid("NumberOfBytes is required."))?;
    custom_key_store::refuse(custom_key_store.as_deref())?;
    recipient::refuse(has_recipient)?;
    let bytes = random(usize::try_from(len).unwrap_or_default(), rng);
    Ok(Some(json!({ "Plaintext": base64(&bytes) })))
}

fn random(len: usize, rng: &mut impl CryptoRng) -> SecretBytes {
    let mut bytes = vec![0; len];
    rng.fill_bytes(&mut bytes);
    SecretBytes::new(bytes)
}
