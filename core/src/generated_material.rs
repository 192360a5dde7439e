//! The key material that AWS KMS would generate: derived when it is first needed, and never stored.

use chacha20::ChaCha20Rng;
use rand_core::SeedableRng as _;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{
    compatibility::Rules,
    hex,
    import_token::RootSecret,
    key_id::KeyArn,
    key_material::{KeyMaterial, KeyMaterialError},
    key_material_id::KeyMaterialId,
    key_spec::KeySpec,
};

/// The purpose of the derived seed.
const PURPOSE: &str = "byok generated key material v1";
/// The prefix of the input of [`id`].
const ID_PREFIX: &str = "byok generated key material id v1";

/// Derives the material with this `number` of the key `arn`, from 1, in the store with this `root`
/// secret.
///
/// The seed of a `ChaCha20` generator is HKDF-SHA-256 over the root secret, with the key spec, the key
/// and the number as info. The generator then makes the material as `generate` does. All Regions of a
/// multi-Region key have the same material.
///
/// # Errors
///
/// [`KeyMaterialError`] if byok generates no keys of this key spec.
pub fn derive(
    root: &RootSecret,
    arn: &KeyArn,
    key_spec: KeySpec,
    number: u32,
) -> Result<KeyMaterial, KeyMaterialError> {
    let info = [PURPOSE, key_spec.as_str(), &name(arn), &number.to_string()].join("\0");
    let subkey = root.subkey(info.as_bytes());
    let mut seed = Zeroizing::new([0; 32]);
    seed.copy_from_slice(subkey.expose());
    // The argument is a copy on the stack. The caller wipes the stack.
    let mut rng = ChaCha20Rng::from_seed(*seed);
    KeyMaterial::generate(key_spec, Rules::of(arn.region()), &mut rng)
}

/// Returns the identifier of the material with this `number`. It depends on nothing secret.
pub fn id(arn: &KeyArn, number: u32) -> KeyMaterialId {
    let text = [ID_PREFIX, &name(arn), &number.to_string()].join("\0");
    let digits = hex::encode(&Sha256::digest(text));
    KeyMaterialId::parse(&digits).expect("a SHA-256 has 64 hex digits")
}

/// Returns what all Regions of a key have in common.
fn name(arn: &KeyArn) -> String {
    if !arn.key_id().is_multi_region() {
        return arn.to_string();
    }
    let (partition, account_id) = (arn.region().partition(), arn.account_id());
    format!("arn:{partition}:kms::{account_id}:key/{}", arn.key_id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::SecretBytes;

    fn root(byte: u8) -> RootSecret {
        RootSecret::new(SecretBytes::new(vec![byte; 32])).expect("32 bytes")
    }

    fn arn(region: &str, key_id: &str) -> KeyArn {
        let partition = if region.starts_with("cn-") {
            "aws-cn"
        } else {
            "aws"
        };
        let text = format!("arn:{partition}:kms:{region}:111122223333:key/{key_id}");
        KeyArn::parse(&text).expect("an ARN")
    }

    const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
    const MULTI_REGION_ID: &str = "mrk-1234abcd12ab34cd56ef1234567890ab";

    fn symmetric(root: &RootSecret, arn: &KeyArn, number: u32) -> Vec<u8> {
        let material = derive(root, arn, KeySpec::SymmetricDefault, number).expect("material");
        material.bytes().expose().to_vec()
    }

    /// Computed with Python: HKDF (RFC 5869), then the key stream of ChaCha20 (RFC 8439).
    #[test]
    fn the_derivation_does_not_change() {
        let bytes = symmetric(&root(1), &arn("us-east-1", ID), 1);
        assert_eq!(
            hex::encode(&bytes),
            "15b73a7249452cd6341a566420533599771513eeca00a52de5db65288b8df376"
        );
    }

    #[test]
    fn material_depends_on_store_key_and_number() {
        let here = arn("us-east-1", ID);
        let first = symmetric(&root(1), &here, 1);
        assert_eq!(first.len(), 32);
        assert_eq!(symmetric(&root(1), &here, 1), first);
        assert_ne!(symmetric(&root(2), &here, 1), first);
        assert_ne!(symmetric(&root(1), &here, 2), first);
        assert_ne!(symmetric(&root(1), &arn("us-west-2", ID), 1), first);
        assert_ne!(id(&here, 1), id(&here, 2));
        assert_ne!(id(&here, 1), id(&arn("us-west-2", ID), 1));
        let china = arn("cn-north-1", ID);
        assert_eq!(symmetric(&root(1), &china, 1).len(), 16, "SM4");
    }

    #[test]
    fn all_regions_of_a_multi_region_key_have_the_same_material() {
        let [here, there] = ["us-east-1", "eu-west-1"].map(|region| arn(region, MULTI_REGION_ID));
        assert_eq!(
            symmetric(&root(1), &here, 1),
            symmetric(&root(1), &there, 1)
        );
        assert_eq!(id(&here, 1), id(&there, 1));
        assert_ne!(id(&here, 1), id(&arn("cn-north-1", MULTI_REGION_ID), 1));
    }

    #[test]
    fn every_key_spec_that_byok_generates_has_material() {
        for key_spec in Rules::Standard.key_specs() {
            let slow = matches!(key_spec, KeySpec::Rsa3072 | KeySpec::Rsa4096);
            if slow {
                continue;
            }
            let derived = derive(&root(1), &arn("us-east-1", ID), key_spec, 1);
            assert_eq!(
                derived.is_ok(),
                Rules::Standard.imports(key_spec),
                "{key_spec}"
            );
        }
        let sm2 = derive(&root(1), &arn("cn-north-1", ID), KeySpec::Sm2, 1);
        assert!(sm2.is_ok());
    }
}
