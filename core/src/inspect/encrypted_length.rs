//! The visible properties of wrapped key material: its length, and with SM2 its structure.

use core::ops::RangeInclusive;

use crate::{
    compatibility::Rules,
    import_request::MAX_ENCRYPTED_LEN,
    key_spec::{Curve, Family, KeySpec},
    wrapping::{self, sm2pke::Sm2Cipher},
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};

/// The block length of AES-KWP padding. RFC 5649, 4.1.
const SEMIBLOCK: usize = 8;

/// A way in which bytes of some length can have been wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PossibleWrapping {
    /// The possible algorithms, which differ in their hash.
    pub algorithms: Vec<WrappingAlgorithm>,
    /// The wrapping key spec.
    pub wrapping_key_spec: WrappingKeySpec,
    /// The length of the material, in bytes.
    pub material_len: RangeInclusive<usize>,
    /// The key specs whose material AWS KMS accepts in this way and whose length fits.
    pub key_specs: Vec<KeySpec>,
}

/// Returns every way in which bytes can have been wrapped. Ways that fit a key spec come first.
pub fn possible_wrappings(wrapped: &[u8]) -> Vec<PossibleWrapping> {
    let len = wrapped.len();
    if len > MAX_ENCRYPTED_LEN {
        return Vec::new();
    }
    if let Some(cipher) = Sm2Cipher::from_der(wrapped) {
        return vec![sm2pke(cipher.message_len())];
    }
    let specs = WrappingKeySpec::RSA.into_iter();
    let mut all: Vec<_> = specs
        .flat_map(|spec| [false, true].map(|hybrid| (spec, hybrid)))
        .collect();
    all.retain(|(spec, hybrid)| is_possible(len, *spec, *hybrid));
    let mut all: Vec<_> = all
        .into_iter()
        .map(|(spec, hybrid)| describe(len, spec, hybrid))
        .collect();
    all.sort_by_key(|wrapping| wrapping.key_specs.is_empty());
    all
}

/// An SM2 ciphertext, which contains its length.
fn sm2pke(material_len: usize) -> PossibleWrapping {
    let (algorithms, spec, len) = (
        vec![WrappingAlgorithm::Sm2Pke],
        WrappingKeySpec::Sm2,
        material_len..=material_len,
    );
    let key_specs = suitable(Rules::China, &algorithms, spec, &len);
    PossibleWrapping {
        algorithms,
        wrapping_key_spec: spec,
        material_len: len,
        key_specs,
    }
}

fn algorithms(hybrid: bool) -> Vec<WrappingAlgorithm> {
    WrappingAlgorithm::RSA
        .into_iter()
        .filter(|algorithm| algorithm.is_hybrid() == hybrid)
        .collect()
}

fn is_possible(len: usize, spec: WrappingKeySpec, hybrid: bool) -> bool {
    algorithms(hybrid)
        .iter()
        .all(|algorithm| wrapping::is_possible_length(len, *algorithm, spec))
}

fn describe(len: usize, spec: WrappingKeySpec, hybrid: bool) -> PossibleWrapping {
    let algorithms = algorithms(hybrid);
    let block = spec.modulus_len().unwrap_or_default();
    let material_len = if hybrid {
        let padded = len.saturating_sub(block + SEMIBLOCK);
        padded.saturating_sub(SEMIBLOCK - 1)..=padded
    } else {
        let hashes = algorithms
            .iter()
            .filter_map(|algorithm| algorithm.oaep_hash());
        1..=hashes
            .map(|hash| hash.capacity(block))
            .max()
            .unwrap_or_default()
    };
    let key_specs = suitable(Rules::Standard, &algorithms, spec, &material_len);
    PossibleWrapping {
        algorithms,
        wrapping_key_spec: spec,
        material_len,
        key_specs,
    }
}

/// The key specs whose material AWS KMS accepts with one of these algorithms and can have that
/// length.
fn suitable(
    rules: Rules,
    algorithms: &[WrappingAlgorithm],
    spec: WrappingKeySpec,
    len: &RangeInclusive<usize>,
) -> Vec<KeySpec> {
    let is_taken = |key_spec: KeySpec| {
        algorithms
            .iter()
            .any(|a| rules.check(key_spec, *a, spec).is_ok())
    };
    let suits = |key_spec: &KeySpec| is_taken(*key_spec) && overlap(&material_lens(*key_spec), len);
    KeySpec::ALL.iter().copied().filter(suits).collect()
}

fn overlap(a: &RangeInclusive<usize>, b: &RangeInclusive<usize>) -> bool {
    a.start() <= b.end() && b.start() <= a.end()
}

/// Returns the lengths of key material. They are exact for raw keys. For PKCS#8 in DER without
/// attributes, they range from no optional part to all of them.
///
/// # Source
///
/// RFC 5208, 5; RFC 5915, 3 (public key and second name of the curve are optional); RFC 8410, 7 (the
/// public key of an Ed25519 key is optional); RFC 8017, A.1.2 (the integers of an RSA key lose a byte
/// now and then, and its public exponent may be long).
fn material_lens(key_spec: KeySpec) -> RangeInclusive<usize> {
    match key_spec.family() {
        Family::Symmetric => Rules::Standard.symmetric_len()..=Rules::Standard.symmetric_len(),
        Family::Hmac { len } => len..=len,
        Family::Rsa { modulus_bits: 2048 } => 1190..=1250,
        Family::Rsa { modulus_bits: 3072 } => 1762..=1826,
        Family::Rsa { .. } => 2344..=2408,
        Family::Ec(Curve::P256 | Curve::Sm2) => 67..=150,
        Family::Ec(Curve::P384) => 80..=194,
        Family::Ec(Curve::P521) => 98..=250,
        Family::Ec(Curve::K256) => 64..=144,
        Family::Ed25519 => 48..=83,
        Family::NotImportable => 0..=0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{key_material::KeyMaterial, test_rng};

    fn shown(len: usize) -> Vec<String> {
        let show = |wrapping: PossibleWrapping| {
            let words = wrapping
                .key_specs
                .iter()
                .map(|spec| spec.as_str())
                .collect::<Vec<_>>();
            let (algorithm, lens) = (wrapping.algorithms[0], wrapping.material_len);
            format!(
                "{algorithm} {} {lens:?} {}",
                wrapping.wrapping_key_spec,
                words.join(" ")
            )
        };
        possible_wrappings(&vec![0; len])
            .into_iter()
            .map(show)
            .collect()
    }

    /// OpenSSL 3 writes RSA_2048 keys of 1216 bytes and RSA_4096 keys of 2375, of which AES-KWP makes
    /// 1224 and 2384.
    #[test]
    fn a_length_tells_algorithm_wrapping_key_and_material() {
        assert_eq!(
            shown(256 + 1224),
            [
                "RSA_AES_KEY_WRAP_SHA_1 RSA_2048 1209..=1216 RSA_2048",
                "RSA_AES_KEY_WRAP_SHA_1 RSA_3072 1081..=1088 ",
                "RSA_AES_KEY_WRAP_SHA_1 RSA_4096 953..=960 ",
            ]
        );
        assert_eq!(
            shown(512 + 2384)[0],
            "RSA_AES_KEY_WRAP_SHA_1 RSA_4096 2369..=2376 RSA_4096"
        );
        assert_eq!(
            shown(512)[0],
            "RSA_AES_KEY_WRAP_SHA_1 RSA_2048 241..=248 ECC_NIST_P521",
            "the block of RSA_2048, and P-521 behind it"
        );
        assert!(
            shown(512)[1].starts_with("RSA_AES_KEY_WRAP_SHA_1 RSA_3072 113..=120 ECC_NIST_P256 ")
        );
        assert!(shown(512)[2].starts_with("RSAES_OAEP_SHA_1 RSA_4096 1..=470 SYMMETRIC_DEFAULT "));
        assert!(
            !shown(256)[0].contains("P521"),
            "AWS KMS does not take P-521 so"
        );
    }

    #[test]
    fn other_lengths_are_none() {
        for len in [0, 1, 255, 257, 264, 271, 273, 6145, 6152] {
            assert_eq!(shown(len), [""; 0], "{len}");
        }
        assert_eq!(shown(272).len(), 1);
        assert_eq!(shown(6144).len(), 3);
    }

    /// A shorter RSA modulus saves time: the lengths of the others are as far apart.
    #[test]
    fn material_made_here_has_a_possible_length() {
        let is_quick = |spec: &&KeySpec| {
            Rules::China.imports(**spec)
                && !matches!(spec.family(), Family::Rsa { modulus_bits } if modulus_bits > 2048)
        };
        let rules = |spec| {
            if spec == KeySpec::Sm2 {
                Rules::China
            } else {
                Rules::Standard
            }
        };
        for key_spec in KeySpec::ALL.iter().filter(is_quick) {
            let material = KeyMaterial::generate(*key_spec, rules(*key_spec), &mut test_rng(5));
            let len = material.expect("a key").bytes().len();
            assert!(material_lens(*key_spec).contains(&len), "{key_spec} {len}");
        }
    }
}
