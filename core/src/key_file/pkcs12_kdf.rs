//! The key derivation of PKCS#12: RFC 7292, appendix B.

use zeroize::Zeroizing;

use super::hash::Hash;

/// The purpose of the derived octets.
///
/// # Source
///
/// RFC 7292, B.3.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    EncryptionKey = 1,
    InitializationVector = 2,
    MacKey = 3,
}

/// Derives `len` octets from a password in UTF-16 with two zero bytes.
///
/// # Source
///
/// RFC 7292, B.2, with its names of variables.
pub(super) fn derive(
    hash: Hash,
    purpose: Purpose,
    password: &[u8],
    salt: &[u8],
    rounds: u32,
    len: usize,
) -> Zeroizing<Vec<u8>> {
    let v = hash.block_len();
    let s_len = salt.len().next_multiple_of(v);
    let p_len = password.len().next_multiple_of(v);
    // D, S and P. S and P are I, which changes.
    let mut input = Zeroizing::new(Vec::with_capacity(v + s_len + p_len));
    input.extend(core::iter::repeat_n(purpose as u8, v));
    input.extend(salt.iter().cycle().take(s_len));
    input.extend(password.iter().cycle().take(p_len));
    let mut derived = Zeroizing::new(Vec::with_capacity(len + hash.output_len()));
    loop {
        let a = hash.iterated(&input, rounds);
        derived.extend_from_slice(&a);
        if derived.len() >= len {
            derived.truncate(len);
            return derived;
        }
        for block in input.chunks_exact_mut(v).skip(1) {
            add_with_one(block, &a);
        }
    }
}

/// Adds B, which is `a` repeated, and 1 to a block of I, without the last carry.
fn add_with_one(block: &mut [u8], a: &[u8]) {
    let b_len = block.len();
    let mut carry = 1u16;
    for (at, octet) in block.iter_mut().enumerate().rev() {
        let b = a.get(at % a.len().clamp(1, b_len)).copied().unwrap_or(0);
        let sum = u16::from(*octet) + u16::from(b) + carry;
        *octet = sum.to_be_bytes()[1];
        carry = sum >> 8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    /// For SHA-1, "smeg" and "queeg" are the vectors of PKCS#12 implementations, first of Bouncy
    /// Castle. The others were computed with Python, from the text of RFC 7292.
    #[test]
    fn octets_are_those_of_other_programs() {
        let bytes = |text: &str| hex::decode_lenient(text).expect("hex");
        let smeg = bytes("0073006d006500670000");
        let queeg = bytes("007100750065006500670000");
        for (hash, purpose, password, salt, rounds, expected) in [
            (
                Hash::Sha1,
                Purpose::EncryptionKey,
                &smeg,
                "0a58cf64530d823f",
                1,
                "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3",
            ),
            (
                Hash::Sha1,
                Purpose::InitializationVector,
                &smeg,
                "0a58cf64530d823f",
                1,
                "79993dfe048d3b76",
            ),
            (
                Hash::Sha1,
                Purpose::EncryptionKey,
                &queeg,
                "05dec959acff72f7",
                1000,
                "ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4",
            ),
            (
                Hash::Sha1,
                Purpose::MacKey,
                &queeg,
                "263216fcc2fab31c",
                1000,
                "5ec4c7a80df652294c3925b6489a7ab857c83476",
            ),
            (
                Hash::Sha224,
                Purpose::EncryptionKey,
                &queeg,
                &*"05dec959acff72f7".repeat(20),
                3,
                "73d53885697db3b9a5b22f034c27d7ccb5055b26ed2cc45c16dfc53fd64067729b04fb2173267ad3c119ff31007d11a3dac073997364eca3b62f17",
            ),
            (
                Hash::Sha256,
                Purpose::EncryptionKey,
                &queeg,
                &*"05dec959acff72f7".repeat(20),
                3,
                "360a8e943e530ea3eec66a613f9a877b794dd235faf7839d5f216584b6d5b36a103851b938cb032a2cb01a2640669f677ed3c2c799038018d460a8065562a3541309f3",
            ),
            (
                Hash::Sha384,
                Purpose::EncryptionKey,
                &queeg,
                &*"05dec959acff72f7".repeat(20),
                3,
                "44e34485a4f43a5b99f91c7c29dee4234a1a5ed586f94b6c0634cc09fe643af59620f4046632ff8ea080c886462cfb62e04e0c919a510c2ee8a852060c76d95e25f121c0c1ce311e03303951a96f56fb113d774fbf7ad0facfda2c5efb047af3400c19",
            ),
            (
                Hash::Sha512,
                Purpose::EncryptionKey,
                &queeg,
                &*"05dec959acff72f7".repeat(20),
                3,
                "9bebde5bc310d91961515900cbb3aefb828ec042f641d9602859b976381ece745f7b7ca9b6ab476cf8e8ca314dc461a66c930174c0950c808b8d3ed7fd84573613d9590b782e984e137de6f33f0970adb11fdb4c556786c1996f5205c6df09a5f22a9e4b9be1ee1a319154de5587d8ed51284a785d41d5898afe7f70eb7ca9a9d3cc1c",
            ),
        ] {
            let expected = bytes(expected);
            let derived = derive(
                hash,
                purpose,
                password,
                &bytes(salt),
                rounds,
                expected.len(),
            );
            assert_eq!(*derived, expected, "{hash:?} {purpose:?}");
        }
    }

    #[test]
    fn empty_passwords_and_salts_are_possible() {
        for hash in Hash::ALL {
            let empty = derive(hash, Purpose::MacKey, b"", b"salt", 1, 200);
            let zeros = derive(hash, Purpose::MacKey, b"\0\0", b"salt", 1, 200);
            assert_ne!(empty, zeros);
            assert_eq!(derive(hash, Purpose::MacKey, b"", b"", 1, 200).len(), 200);
        }
    }
}
