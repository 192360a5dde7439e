//! Keys, by their numbers, and the bytes that AWS KMS must get.

use std::sync::LazyLock;

use byok_core::{
    compatibility::Rules,
    key_material::KeyMaterial,
    key_spec::{Curve, KeySpec},
};
use chacha20::ChaCha20Rng;
use der::Decode as _;
use p256::{elliptic_curve::sec1::ToSec1Point as _, pkcs8::EncodePrivateKey as _};
use pkcs8::PrivateKeyInfoRef;
use proptest::{collection::vec, prelude::*, sample::select};
use rand_core::SeedableRng as _;
use rsa::pkcs1::{RsaPrivateKeyRef, UintRef};

/// A private key.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) numbers: Numbers,
    /// The expected bytes, whatever the format.
    pub(crate) canonical: Vec<u8>,
}

/// The numbers of a key, big-endian.
#[derive(Debug, Clone)]
pub(crate) enum Numbers {
    Rsa(RsaNumbers),
    Ec {
        curve: Curve,
        scalar: Vec<u8>,
        x: Vec<u8>,
        y: Vec<u8>,
    },
    Ed25519 {
        seed: Vec<u8>,
        public_key: Vec<u8>,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct RsaNumbers {
    pub(crate) n: Vec<u8>,
    pub(crate) e: Vec<u8>,
    pub(crate) d: Vec<u8>,
    pub(crate) p: Vec<u8>,
    pub(crate) q: Vec<u8>,
    pub(crate) dp: Vec<u8>,
    pub(crate) dq: Vec<u8>,
    pub(crate) q_inv: Vec<u8>,
}

/// Returns any key; few RSA keys, because they take long to generate.
pub(crate) fn key() -> impl Strategy<Value = Key> {
    prop_oneof![1 => select(RSA_KEYS.as_slice()), 3 => ec_key(), 1 => ed25519_key()]
}

static RSA_KEYS: LazyLock<Vec<Key>> = LazyLock::new(|| (1..=3).map(rsa_key).collect());

fn rsa_key(seed: u64) -> Key {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let key = KeyMaterial::generate(KeySpec::Rsa2048, Rules::Standard, &mut rng).expect("a key");
    let canonical = key.bytes().expose().to_vec();
    let info = PrivateKeyInfoRef::from_der(&canonical).expect("PKCS#8");
    let key = RsaPrivateKeyRef::from_der(info.private_key.as_bytes()).expect("PKCS#1");
    let octets = |number: UintRef<'_>| number.as_bytes().to_vec();
    let numbers = RsaNumbers {
        n: octets(key.modulus),
        e: octets(key.public_exponent),
        d: octets(key.private_exponent),
        p: octets(key.prime1),
        q: octets(key.prime2),
        dp: octets(key.exponent1),
        dq: octets(key.exponent2),
        q_inv: octets(key.coefficient),
    };
    Key {
        numbers: Numbers::Rsa(numbers),
        canonical,
    }
}

/// Returns any key on any curve, also with small scalars.
fn ec_key() -> impl Strategy<Value = Key> {
    let scalar = (
        vec(any::<u8>(), 66),
        prop_oneof![3 => Just(0), 1 => 0..32usize],
    );
    (select(&Curve::ALL[..]), scalar).prop_filter_map(
        "no scalar",
        |(curve, (mut octets, zeros))| {
            octets.truncate(scalar_len(curve));
            octets[..zeros].fill(0);
            if curve == Curve::P521 {
                octets[0] &= 1;
            }
            of_scalar(curve, octets)
        },
    )
}

fn ed25519_key() -> impl Strategy<Value = Key> {
    any::<[u8; 32]>().prop_map(|seed| {
        let public_key = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key();
        Key {
            // RFC 8410, 7.
            canonical: [
                b"\x30\x2e\x02\x01\0\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20",
                &seed[..],
            ]
            .concat(),
            numbers: Numbers::Ed25519 {
                seed: seed.to_vec(),
                public_key: public_key.to_bytes().to_vec(),
            },
        }
    })
}

/// The length of a scalar and of a coordinate, in bytes.
pub(crate) const fn scalar_len(curve: Curve) -> usize {
    match curve {
        Curve::P256 | Curve::K256 | Curve::Sm2 => 32,
        Curve::P384 => 48,
        Curve::P521 => 66,
    }
}

fn of_scalar(curve: Curve, scalar: Vec<u8>) -> Option<Key> {
    macro_rules! key {
        ($curve:ident) => {{
            let key = $curve::SecretKey::from_slice(&scalar).ok()?;
            let point = key.public_key().to_sec1_point(false).as_bytes()[1..].to_vec();
            (
                point,
                key.to_pkcs8_der().expect("encodes").as_bytes().to_vec(),
            )
        }};
    }
    let (point, canonical) = match curve {
        Curve::P256 => key!(p256),
        Curve::P384 => key!(p384),
        Curve::P521 => key!(p521),
        Curve::K256 => key!(k256),
        Curve::Sm2 => key!(sm2),
    };
    let (x, y) = point.split_at(scalar.len());
    Some(Key {
        numbers: Numbers::Ec {
            curve,
            scalar,
            x: x.to_vec(),
            y: y.to_vec(),
        },
        canonical,
    })
}
