//! The numbers of RSA, ECDSA and Ed25519 keys, as SSH writes them.
//!
//! # Source
//!
//! RFC 4253, 6.6 (RSA public keys); RFC 5656, 3.1, 6.2.1 and 10.1 (ECDSA); RFC 8709, 4 (Ed25519);
//! OpenSSH, `sshkey.c` (private keys: n, e, d, qInv, p, q; curve, point, scalar; public key, seed and
//! public key).

use super::{
    ssh_wire::Wire,
    unchecked_key::{RsaNumbers, UncheckedKey},
};
use crate::{blob::Blob, key_spec::Curve, secret::SecretBytes};

const RSA: &str = "ssh-rsa";
const ED25519: &str = "ssh-ed25519";
/// The length of the seed of an Ed25519 key, and of its public key, in bytes.
const ED25519_LEN: usize = 32;

/// The names of one curve.
pub(super) struct Ecdsa {
    algorithm: &'static str,
    curve_name: &'static str,
    curve: Curve,
}

const ECDSA: [Ecdsa; 3] = [
    Ecdsa {
        algorithm: "ecdsa-sha2-nistp256",
        curve_name: "nistp256",
        curve: Curve::P256,
    },
    Ecdsa {
        algorithm: "ecdsa-sha2-nistp384",
        curve_name: "nistp384",
        curve: Curve::P384,
    },
    Ecdsa {
        algorithm: "ecdsa-sha2-nistp521",
        curve_name: "nistp521",
        curve: Curve::P521,
    },
];

pub(super) enum SshPublicKey<'a> {
    Rsa {
        n: &'a [u8],
        e: &'a [u8],
    },
    Ec {
        ecdsa: &'static Ecdsa,
        point: &'a [u8],
    },
    Ed25519 {
        public_key: &'a [u8],
    },
    /// An unsupported algorithm; its name.
    Other(&'a str),
}

impl<'a> SshPublicKey<'a> {
    /// Reads a key that fills `blob`.
    pub(super) fn parse(blob: &'a [u8]) -> Option<Self> {
        let mut wire = Wire::new(blob);
        let algorithm = wire.name()?;
        let key = match ECDSA.iter().find(|ecdsa| ecdsa.algorithm == algorithm) {
            Some(ecdsa) => Self::read_ec(&mut wire, ecdsa)?,
            None if algorithm == RSA => Self::read_rsa(&mut wire)?,
            None if algorithm == ED25519 => Self::Ed25519 {
                public_key: wire.string()?,
            },
            None => return Some(Self::Other(algorithm)),
        };
        wire.rest().is_empty().then_some(key)
    }

    fn read_rsa(wire: &mut Wire<'a>) -> Option<Self> {
        let (e, n) = (wire.natural()?, wire.natural()?);
        Some(Self::Rsa { n, e })
    }

    fn read_ec(wire: &mut Wire<'a>, ecdsa: &'static Ecdsa) -> Option<Self> {
        let (curve_name, point) = (wire.name()?, wire.string()?);
        (curve_name == ecdsa.curve_name).then_some(Self::Ec { ecdsa, point })
    }
}

/// Reads the private key of `public_key`.
pub(super) fn read(wire: &mut Wire<'_>, public_key: &SshPublicKey<'_>) -> Option<UncheckedKey> {
    let algorithm = wire.name()?;
    match public_key {
        SshPublicKey::Rsa { n, e } if algorithm == RSA => read_rsa(wire, n, e),
        SshPublicKey::Ec { ecdsa, point } if algorithm == ecdsa.algorithm => {
            read_ec(wire, ecdsa, point)
        }
        SshPublicKey::Ed25519 { public_key } if algorithm == ED25519 => {
            read_ed25519(wire, public_key)
        }
        SshPublicKey::Rsa { .. }
        | SshPublicKey::Ec { .. }
        | SshPublicKey::Ed25519 { .. }
        | SshPublicKey::Other(_) => None,
    }
}

fn read_rsa(wire: &mut Wire<'_>, public_n: &[u8], public_e: &[u8]) -> Option<UncheckedKey> {
    // In the order of the file.
    let [modulus, public_exponent, d] = [wire.natural()?, wire.natural()?, wire.natural()?];
    let [q_inv, p, q] = [wire.natural()?, wire.natural()?, wire.natural()?];
    let is_its_own = modulus == public_n && public_exponent == public_e;
    is_its_own.then(|| {
        UncheckedKey::Rsa(RsaNumbers {
            n: Blob::new(modulus.to_vec()),
            e: Blob::new(public_exponent.to_vec()),
            d: SecretBytes::copy_of(d),
            p: SecretBytes::copy_of(p),
            q: SecretBytes::copy_of(q),
            crt_exponents: None,
            q_inv: SecretBytes::copy_of(q_inv),
            is_multi_prime: false,
            public_key: None,
        })
    })
}

fn read_ec(wire: &mut Wire<'_>, ecdsa: &Ecdsa, public_point: &[u8]) -> Option<UncheckedKey> {
    let (curve_name, point, scalar) = (wire.name()?, wire.string()?, wire.natural()?);
    let is_its_own = curve_name == ecdsa.curve_name && point == public_point;
    is_its_own.then(|| UncheckedKey::Ec {
        curve: ecdsa.curve,
        scalar: of_len(scalar, ecdsa.curve.scalar_len()),
        points: vec![Blob::new(point.to_vec())],
    })
}

fn read_ed25519(wire: &mut Wire<'_>, public_key: &[u8]) -> Option<UncheckedKey> {
    let (own, private_key) = (wire.string()?, wire.string()?);
    let (seed, copy) = private_key.split_at_checked(ED25519_LEN)?;
    let is_its_own = own == public_key && copy.len() == ED25519_LEN;
    is_its_own.then(|| UncheckedKey::Ed25519 {
        seed: SecretBytes::copy_of(seed),
        public_keys: [own, copy].map(|key| Blob::new(key.to_vec())).to_vec(),
    })
}

/// Returns the digits of a number, padded with leading zeros to `len`. Longer ones do not change.
fn of_len(digits: &[u8], len: usize) -> SecretBytes {
    let zeros = len.saturating_sub(digits.len());
    let mut bytes = vec![0; zeros + digits.len()];
    for (byte, digit) in bytes.iter_mut().skip(zeros).zip(digits) {
        *byte = *digit;
    }
    SecretBytes::new(bytes)
}
