//! The numbers of RSA and ECDSA keys, as SSH writes them.
//!
//! # Source
//!
//! RFC 4253, 6.6 (RSA public keys); RFC 5656, 3.1, 6.2.1 and 10.1 (ECDSA); OpenSSH, `sshkey.c` (private
//! keys: n, e, d, qInv, p, q, and curve, point, scalar).

use super::bare_key::{BareKey, BareKeyFault, RsaIntegers};
use crate::{key_file::ssh_wire::Wire, key_spec::Curve};

const RSA: &str = "ssh-rsa";

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

pub(super) enum PublicKey<'a> {
    Rsa {
        n: &'a [u8],
        e: &'a [u8],
    },
    Ec {
        ecdsa: &'static Ecdsa,
        point: &'a [u8],
    },
    /// An unsupported algorithm; its name.
    Other(&'a str),
}

impl<'a> PublicKey<'a> {
    /// Reads a key that fills `blob`.
    pub(super) fn parse(blob: &'a [u8]) -> Option<Self> {
        let mut wire = Wire::new(blob);
        let algorithm = wire.name()?;
        let key = match ECDSA.iter().find(|ecdsa| ecdsa.algorithm == algorithm) {
            Some(ecdsa) => Self::read_ec(&mut wire, ecdsa)?,
            None if algorithm == RSA => Self::read_rsa(&mut wire)?,
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

pub(super) enum PrivateKey<'a> {
    Rsa(RsaIntegers<'a>),
    Ec {
        curve: Curve,
        scalar: &'a [u8],
        point: &'a [u8],
    },
}

impl<'a> PrivateKey<'a> {
    /// Reads a key that includes `public_key`.
    pub(super) fn read(wire: &mut Wire<'a>, public_key: &PublicKey<'_>) -> Option<Self> {
        let algorithm = wire.name()?;
        match public_key {
            PublicKey::Rsa { n, e } if algorithm == RSA => Self::read_rsa(wire, n, e),
            PublicKey::Ec { ecdsa, point } if algorithm == ecdsa.algorithm => {
                Self::read_ec(wire, ecdsa, point)
            }
            _ => None,
        }
    }

    fn read_rsa(wire: &mut Wire<'a>, public_n: &[u8], public_e: &[u8]) -> Option<Self> {
        // In the order of the file.
        let integers = RsaIntegers {
            n: wire.natural()?,
            e: wire.natural()?,
            d: wire.natural()?,
            q_inv: wire.natural()?,
            p: wire.natural()?,
            q: wire.natural()?,
            crt_exponents: None,
        };
        let is_its_own = integers.n == public_n && integers.e == public_e;
        is_its_own.then_some(Self::Rsa(integers))
    }

    fn read_ec(wire: &mut Wire<'a>, ecdsa: &Ecdsa, public_point: &[u8]) -> Option<Self> {
        let (curve_name, point, scalar) = (wire.name()?, wire.string()?, wire.natural()?);
        let is_its_own = curve_name == ecdsa.curve_name && point == public_point;
        is_its_own.then_some(Self::Ec {
            curve: ecdsa.curve,
            scalar,
            point,
        })
    }

    pub(super) fn to_bare(&self) -> Result<BareKey, BareKeyFault> {
        match self {
            Self::Rsa(integers) => BareKey::rsa(integers),
            Self::Ec {
                curve,
                scalar,
                point,
            } => BareKey::ec(*curve, scalar, Some(point)),
        }
    }
}
