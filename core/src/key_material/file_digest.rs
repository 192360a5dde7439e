//! A digest of the key in a file: the same for the same key in any form.

use super::{raw_key, read_options::ReadOptions};
use crate::{
    key_file::{self, ReadAs, UncheckedKey},
    key_spec::{Curve, Family, KeySpec},
    keyed_digest::{DigestKey, DigestOf, KeyedDigest},
    secret::SecretBytes,
};

/// Returns a digest of the key in `file`, which shows whether two files hold one key. It is the same
/// for every form of the file. The key is not checked.
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
    let digest = |kind: &[u8], secret: &[u8]| {
        let significant = secret.iter().position(|byte| *byte != 0);
        let significant = &secret[significant.unwrap_or(secret.len())..];
        // The zeros before a number depend on the form, those of octets do not.
        let secret = if kind == OCTETS { secret } else { significant };
        key.digest(DigestOf::Material, &[kind, secret])
    };
    Some(match &found {
        UncheckedKey::Rsa(numbers) => digest(b"RSA", numbers.n.as_bytes()),
        UncheckedKey::Ec { curve, scalar, .. } => digest(curve_kind(*curve), scalar.expose()),
        UncheckedKey::Ed25519 { seed, .. } => digest(b"Ed25519", seed.expose()),
        UncheckedKey::Octets(octets) => digest(bare_kind(options.key_spec), octets.expose()),
    })
}

const OCTETS: &[u8] = b"octets";

/// Returns the kind of a key that is only its octets.
fn bare_kind(key_spec: Option<KeySpec>) -> &'static [u8] {
    match key_spec.map(KeySpec::family) {
        Some(Family::Ec(curve)) => curve_kind(curve),
        Some(Family::Ed25519) => b"Ed25519",
        Some(
            Family::Symmetric | Family::Hmac { .. } | Family::Rsa { .. } | Family::NotImportable,
        )
        | None => OCTETS,
    }
}

fn curve_kind(curve: Curve) -> &'static [u8] {
    curve.key_spec().as_str().as_bytes()
}
