//! A digest of the key in a file: the same for the same key in any form.

use zeroize::Zeroizing;

use super::{material::KeyMaterial, raw_key, read_options::ReadOptions};
use crate::{
    key_file::{self, ReadAs, UncheckedKey},
    keyed_digest::{DigestKey, DigestOf, KeyedDigest},
    secret::SecretBytes,
};

/// Returns a digest of the key in `file`, which shows whether two files hold one key. It is the same
/// for every form of the file, and for the same secret octets. The key is not checked.
///
/// Returns `None` if no key can be read, so that reading it tells why.
pub fn digest_of_file(
    file: &SecretBytes,
    options: &ReadOptions<'_>,
    key: &DigestKey,
) -> Option<KeyedDigest> {
    let lengths = |key_spec| raw_key::lengths(key_spec, options.rules).ok().flatten();
    let read_as = ReadAs {
        format: options.format,
        octets: options.key_spec.and_then(lengths),
        passphrase: options.passphrase,
        alias: options.alias,
    };
    let found = key_file::read(file, &read_as).ok()?.take_one().ok()?;
    Some(digest(&found, key))
}

/// Returns the digest that [`digest_of_file`] returns for a file with this key.
pub fn digest_of_material(material: &KeyMaterial, key: &DigestKey) -> KeyedDigest {
    if material.public_key().is_some() {
        let found = key_file::read_pkcs8(material.bytes());
        let found = found.and_then(|mut keys| keys.take_one());
        digest(&found.expect("the canonical form is read"), key)
    } else {
        of_octets(material.bytes().expose(), key)
    }
}

/// Returns the digest of a key. The same secret octets have one digest, whatever they are for.
fn digest(found: &UncheckedKey, key: &DigestKey) -> KeyedDigest {
    match found {
        UncheckedKey::Rsa(numbers) => {
            let modulus = without_zeros(numbers.n.as_bytes());
            key.digest(DigestOf::Material, &[b"RSA", modulus])
        }
        UncheckedKey::Ec { curve, scalar, .. } => {
            let number = without_zeros(scalar.expose());
            let mut padded = Zeroizing::new(vec![0; curve.scalar_len().max(number.len())]);
            let start = padded.len() - number.len();
            padded[start..].copy_from_slice(number);
            of_octets(&padded, key)
        }
        UncheckedKey::Ed25519 { seed, .. } => of_octets(seed.expose(), key),
        UncheckedKey::Octets(octets) => of_octets(octets.expose(), key),
    }
}

fn of_octets(octets: &[u8], key: &DigestKey) -> KeyedDigest {
    key.digest(DigestOf::Material, &[b"octets", octets])
}

/// The zeros before a number depend on the form of a file.
fn without_zeros(number: &[u8]) -> &[u8] {
    let first = number.iter().position(|byte| *byte != 0);
    &number[first.unwrap_or(number.len())..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        compatibility::Rules,
        key_file::MaterialFormat,
        key_spec::{Curve, KeySpec},
        test_rng,
    };

    #[test]
    fn a_key_has_one_digest_as_a_file_and_as_material() {
        let rng = &mut test_rng(3);
        let key = DigestKey::generate(rng);
        for key_spec in [
            KeySpec::SymmetricDefault,
            KeySpec::Hmac512,
            KeySpec::Rsa2048,
            KeySpec::EccNistP521,
            KeySpec::EccSecgP256k1,
            KeySpec::EccNistEdwards25519,
        ] {
            let material = KeyMaterial::generate(key_spec, Rules::Standard, rng).expect("a key");
            let options = ReadOptions {
                key_spec: Some(key_spec),
                ..ReadOptions::new(Rules::Standard)
            };
            let of_file = digest_of_file(material.bytes(), &options, &key);
            assert_eq!(
                of_file,
                Some(digest_of_material(&material, &key)),
                "{key_spec}"
            );
            let other = KeyMaterial::generate(key_spec, Rules::Standard, rng).expect("a key");
            assert_ne!(of_file, Some(digest_of_material(&other, &key)));
        }
    }

    #[test]
    fn zeros_before_a_scalar_do_not_change_its_digest() {
        let key = DigestKey::generate(&mut test_rng(5));
        let digest = |scalar: &[u8]| {
            let found = UncheckedKey::Ec {
                curve: Curve::P256,
                scalar: SecretBytes::copy_of(scalar),
                points: Vec::new(),
            };
            digest(&found, &key)
        };
        let whole = [&[0; 2][..], &[0x5a; 30]].concat();
        let expected = of_octets(&whole, &key);
        for scalar in [&whole[1..], &whole[2..], &[&[0; 3], &*whole].concat()] {
            assert_eq!(digest(scalar), expected, "{} bytes", scalar.len());
        }
        assert_eq!(digest(&[0; 7]), of_octets(&[0; 32], &key));
    }

    #[test]
    fn the_same_secret_octets_have_one_digest_whatever_they_are_for() {
        let key = DigestKey::generate(&mut test_rng(4));
        let secret = SecretBytes::copy_of(&[0x5a; 32]);
        let digest = |key_spec, format| {
            let options = ReadOptions {
                key_spec: Some(key_spec),
                format,
                ..ReadOptions::new(Rules::Standard)
            };
            digest_of_file(&secret, &options, &key).expect("a key")
        };
        let raw = Some(MaterialFormat::Raw);
        let symmetric = digest(KeySpec::SymmetricDefault, None);
        assert_eq!(digest(KeySpec::Hmac256, None), symmetric);
        assert_eq!(digest(KeySpec::EccSecgP256k1, raw), symmetric);
    }
}
