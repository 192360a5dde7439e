//! The lengths of private keys without a structure.

use crate::key_spec::{Curve, KeySpec};

/// Returns the length in bytes of a private key of `key_spec` without a structure: a secp256k1 scalar,
/// as Ethereum tools export it, or an Ed25519 seed. `None` for other key specs, which have no such form.
pub const fn bare_len(key_spec: KeySpec) -> Option<usize> {
    match key_spec {
        KeySpec::EccSecgP256k1 => Some(Curve::K256.scalar_len()),
        // RFC 8032, 5.1.5.
        KeySpec::EccNistEdwards25519 => Some(32),
        _ => None,
    }
}
