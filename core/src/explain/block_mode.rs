//! AES modes that are not key wrap: ECB, CBC and GCM.

use zeroize::Zeroizing;

use super::{
    BlockMode,
    cipher::{Aes, BLOCK},
    material::ExpectedMaterial,
};
use crate::{
    key_spec::{Curve, Family, KeySpec},
    secret::SecretBytes,
};

/// NIST SP 800-38D, 8.2: the usual nonce length, in bytes.
const GCM_NONCE: usize = 12;
/// The counter of the first text block; the counter before it is for the tag. NIST SP 800-38D, 7.1.
const GCM_FIRST_COUNTER: u32 = 2;
/// The length of a full tag in bytes.
const GCM_TAG: usize = 16;

/// Initial values that remain from a key wrap command after somebody changed only the cipher.
const COPIED_VALUES: [[u8; BLOCK]; 3] = [
    [0; BLOCK],
    (0xa659_59a6_u128 << 96).to_be_bytes(),
    (0xa6a6_a6a6_a6a6_a6a6_u128 << 64).to_be_bytes(),
];

/// Returns everything that `encrypted` decrypts to. These modes have no check, so a result counts
/// only if it is the expected material.
pub(super) fn open(
    aes: &Aes,
    encrypted: &[u8],
    expected: ExpectedMaterial,
) -> Vec<(BlockMode, SecretBytes)> {
    let mut found: Vec<_> = gcm(aes, encrypted)
        .map(|text| (BlockMode::Gcm, text))
        .into_iter()
        .collect();
    let (blocks, odd) = encrypted.as_chunks::<BLOCK>();
    if !odd.is_empty() || blocks.is_empty() {
        return found;
    }
    let mut decrypted = Zeroizing::new(blocks.to_vec());
    decrypted.iter_mut().for_each(|block| aes.decrypt(block));
    found.push((BlockMode::Ecb, unpadded(decrypted.as_flattened())));

    let chained = |initial: &[u8; BLOCK]| {
        let mut text = Zeroizing::new(decrypted.to_vec());
        let previous = core::iter::once(initial).chain(blocks);
        for (block, previous) in text.iter_mut().zip(previous) {
            block
                .iter_mut()
                .zip(previous)
                .for_each(|(byte, previous)| *byte ^= previous);
        }
        text
    };
    let text = chained(&COPIED_VALUES[0]);
    // Only the first block depends on the initial value.
    found.push((
        BlockMode::Cbc,
        unpadded(text.get(1..).unwrap_or_default().as_flattened()),
    ));
    for initial in &COPIED_VALUES {
        found.push((BlockMode::Cbc, unpadded(chained(initial).as_flattened())));
    }
    found.extend(with_usual_beginning(text, expected.key_spec).map(|text| (BlockMode::Cbc, text)));
    found
}

/// CBC with an unknown initial value: the first block of a private key is known without it.
fn with_usual_beginning(
    mut text: Zeroizing<Vec<[u8; BLOCK]>>,
    key_spec: KeySpec,
) -> Option<SecretBytes> {
    let len = unpadded(text.as_flattened()).len();
    *text.first_mut()? = usual_beginning(len, key_spec)?;
    Some(unpadded(text.as_flattened()))
}

/// Returns how a private key of `len` bytes begins: RFC 5208, 5; RFC 8017, A.1; RFC 5480, 2.1.1; RFC
/// 8410, 7.
fn usual_beginning(len: usize, key_spec: KeySpec) -> Option<[u8; BLOCK]> {
    const RSA: &[u8] = &[2, 1, 0, 0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7];
    const P256: &[u8] = &[2, 1, 0, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2];
    const OTHER_EC: &[u8] = &[2, 1, 0, 0x30, 0x10, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2];
    const ED25519: &[u8] = &[2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let body = match key_spec.family() {
        Family::Rsa { .. } => RSA,
        Family::Ec(Curve::P256) => P256,
        Family::Ec(_) => OTHER_EC,
        Family::Ed25519 => ED25519,
        _ => return None,
    };
    let header = match u16::try_from(len).ok()?.checked_sub(3)? {
        shortest @ 0..=0x7e => vec![0x30, u8::try_from(shortest + 1).ok()?],
        short @ 0x80..=0xff => vec![0x30, 0x81, u8::try_from(short).ok()?],
        _ => [
            &[0x30, 0x82][..],
            &u16::try_from(len).ok()?.checked_sub(4)?.to_be_bytes(),
        ]
        .concat(),
    };
    [&header, body].concat().first_chunk().copied()
}

/// Removes the padding of PKCS #7, if there is one: RFC 5652, 6.3.
fn unpadded(text: &[u8]) -> SecretBytes {
    let padding = usize::from(text.last().copied().unwrap_or_default());
    let start = text.len().saturating_sub(padding);
    let is_padding = (1..=BLOCK).contains(&padding)
        && text
            .get(start..)
            .is_some_and(|tail| tail.iter().all(|byte| usize::from(*byte) == padding));
    SecretBytes::copy_of(if is_padding {
        text.get(..start).unwrap_or_default()
    } else {
        text
    })
}

/// A nonce, the ciphertext in counter mode, and a tag. NIST SP 800-38D, 7.1.
fn gcm(aes: &Aes, encrypted: &[u8]) -> Option<SecretBytes> {
    let (nonce, rest) = encrypted.split_first_chunk::<GCM_NONCE>()?;
    let (text, _tag) = rest.split_at_checked(rest.len().checked_sub(GCM_TAG)?)?;
    let mut text = text.to_vec();
    for (counter, chunk) in (GCM_FIRST_COUNTER..).zip(text.chunks_mut(BLOCK)) {
        let mut mask = Zeroizing::new([0; BLOCK]);
        let (start, end) = mask.split_at_mut(GCM_NONCE);
        start.copy_from_slice(nonce);
        end.copy_from_slice(&counter.to_be_bytes());
        aes.encrypt(&mut mask);
        chunk
            .iter_mut()
            .zip(mask.iter())
            .for_each(|(byte, mask)| *byte ^= mask);
    }
    Some(SecretBytes::new(text))
}
