//! The possible encodings of an RSA block, each tried after decryption.
//!
//! Unlike `wrapping`, this module does not run in constant time. The user of an explanation may
//! know the contents of the block.

use zeroize::Zeroizing;

use super::{Cause, Hash};
use crate::secret::SecretBytes;

/// This many zero bytes in a fixed position are not chance: probability 2^-64.
const PROOF_ZEROS: usize = 8;
/// RFC 8017, 7.2.2: the padding string has at least eight octets.
const MIN_PKCS1_PADDING: usize = 8;
/// Random material almost never begins or ends with more zero bytes than this.
const MAX_OWN_ZEROS: usize = 3;

/// The lengths of raw keys, in bytes: AES and HMAC.
const RAW_LENGTHS: [usize; 6] = [16, 24, 28, 32, 48, 64];

/// The encoding of a message in its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Padding {
    /// RFC 8017, 7.1.
    Oaep {
        label: Hash,
        mgf1: Hash,
        is_labelled: bool,
    },
    /// RFC 8017, 7.2.
    Pkcs1V15,
    /// RFC 8017, 5.1: the block is the message, padded with zeros.
    None,
}

/// A message, and its encoding.
pub(super) struct Decoded {
    pub(super) padding: Padding,
    pub(super) message: SecretBytes,
    /// True if random bytes never decode in this way. Otherwise the result counts only if the
    /// message is evidence itself.
    pub(super) is_proof: bool,
}

impl Padding {
    /// Returns the differences from OAEP with `asked`.
    pub(super) fn causes(self, asked: Hash) -> Vec<Cause> {
        match self {
            Self::Oaep {
                label,
                mgf1,
                is_labelled,
            } => {
                let hashes = Cause::OaepHashes { label, mgf1, asked };
                let hashes = (label != asked || mgf1 != asked).then_some(hashes);
                hashes
                    .into_iter()
                    .chain(is_labelled.then_some(Cause::OaepLabel))
                    .collect()
            }
            Self::Pkcs1V15 => vec![Cause::Pkcs1V15],
            Self::None => vec![Cause::NoPadding],
        }
    }
}

/// Returns every way in which `encoded`, a whole block, can be read. A block that passes the check
/// of OAEP has only one.
pub(super) fn decode(encoded: &[u8]) -> Vec<Decoded> {
    let hashes = Hash::ALL
        .into_iter()
        .flat_map(|label| Hash::ALL.map(|mgf1| (label, mgf1)));
    let mut found = Vec::new();
    for decoded in hashes.filter_map(|(label, mgf1)| oaep(encoded, label, mgf1)) {
        if matches!(
            decoded.padding,
            Padding::Oaep {
                is_labelled: false,
                ..
            }
        ) {
            return vec![decoded];
        }
        found.push(decoded);
    }
    found.extend(pkcs1_v15(encoded));
    found.extend(unpadded(encoded));
    found.sort_by_key(|decoded| !decoded.is_proof);
    found
}

/// RFC 8017, 7.1.2, step 3, with any label.
fn oaep(encoded: &[u8], label: Hash, mgf1: Hash) -> Option<Decoded> {
    if encoded.first() != Some(&0) {
        return None;
    }
    let empty_label = label.of_nothing();
    let mut encoded = Zeroizing::new(encoded.to_vec());
    let (_, rest) = encoded.split_first_mut()?;
    let (seed, db) = rest.split_at_mut_checked(empty_label.len())?;
    if db.len() <= empty_label.len() {
        return None;
    }
    mgf1.mask(seed, db);
    mgf1.mask(db, seed);
    let (label_hash, padded) = db.split_at(empty_label.len());
    let zeros = padded.iter().take_while(|byte| **byte == 0).count();
    let message = padded.get(zeros..)?.strip_prefix(&[1])?;
    let is_labelled = label_hash != empty_label;
    Some(Decoded {
        padding: Padding::Oaep {
            label,
            mgf1,
            is_labelled,
        },
        message: SecretBytes::copy_of(message),
        is_proof: !is_labelled || zeros >= PROOF_ZEROS,
    })
}

/// RFC 8017, 7.2.2, step 3. One random block in 2^17 passes.
fn pkcs1_v15(encoded: &[u8]) -> Option<Decoded> {
    let padded = encoded.strip_prefix(&[0, 2])?;
    let padding = padded.iter().take_while(|byte| **byte != 0).count();
    let message = padded
        .get(padding + 1..)
        .filter(|_| padding >= MIN_PKCS1_PADDING)?;
    Some(Decoded {
        padding: Padding::Pkcs1V15,
        message: SecretBytes::copy_of(message),
        is_proof: false,
    })
}

/// A message after zeros, as a number has them, or before zeros.
fn unpadded(encoded: &[u8]) -> Option<Decoded> {
    let is_zero = |byte: &&u8| **byte == 0;
    let before = encoded.iter().take_while(is_zero).count();
    let after = encoded.iter().rev().take_while(is_zero).count();
    let message = if before >= PROOF_ZEROS {
        encoded.get(encoded.len() - with_own_zeros(encoded.len() - before)..)?
    } else if after >= PROOF_ZEROS {
        encoded.get(..with_own_zeros(encoded.len() - after))?
    } else {
        return None;
    };
    Some(Decoded {
        padding: Padding::None,
        message: SecretBytes::copy_of(message),
        is_proof: true,
    })
}

/// Returns the possible lengths of a message of which `len` bytes remain without the zeros at its
/// end: some zeros may belong to it.
fn with_own_zeros(len: usize) -> usize {
    let fits = |raw: &&usize| (len..=len + MAX_OWN_ZEROS).contains(*raw);
    RAW_LENGTHS.iter().find(fits).copied().unwrap_or(len)
}
