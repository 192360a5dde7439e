//! `SM2PKE`: SM2 public-key encryption with ciphertext in DER.
//!
//! The `sm2` crate encrypts. This module decrypts: it returns the whole plaintext or nothing, and
//! compares C3 in constant time first.
//!
//! # Source
//!
//! GB/T 32918.4-2016 (GM/T 0003.4); GM/T 0009-2012, 7.2 (`SM2Cipher`).

use der::{
    Decode as _, Encode as _, Sequence,
    asn1::{OctetStringRef, UintRef},
};
use rand_core::CryptoRng;
use sm2::{
    FieldBytes, PublicKey, SecretKey,
    elliptic_curve::sec1::{FromSec1Point as _, ToSec1Point as _},
    pke::EncryptingKey,
};
use sm3::{Digest as _, Sm3};
use subtle::{Choice, ConstantTimeEq as _};
use zeroize::Zeroizing;

use super::failure::{MAX_MATERIAL_LEN, WrapFailure};
use crate::secret::SecretBytes;

/// The length of a coordinate in bytes.
const COORDINATE_LEN: usize = 32;
const HASH_LEN: usize = 32;
/// The first byte of an uncompressed point. GB/T 32918.1, 4.2.9.
const UNCOMPRESSED: u8 = 4;

/// The parts of a ciphertext, whose C1 is a point of the curve.
pub(crate) struct Sm2Cipher<'a> {
    c1: PublicKey,
    c2: &'a [u8],
    c3: &'a [u8; HASH_LEN],
}

/// The order of the parts in a ciphertext that is not DER: the uncompressed point, then these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawOrder {
    /// GB/T 32918.4-2016.
    C1C3C2,
    /// Before 2012, and the default of Bouncy Castle.
    C1C2C3,
}

/// `SM2Cipher`.
#[derive(Sequence)]
struct Encoded<'a> {
    x: UintRef<'a>,
    y: UintRef<'a>,
    hash: &'a OctetStringRef,
    ciphertext: &'a OctetStringRef,
}

/// GB/T 32918.4, 6.1.
pub(crate) fn encrypt(
    material: &SecretBytes,
    key: &PublicKey,
    mut rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Vec<u8>, WrapFailure> {
    let too_long = WrapFailure::TooLong {
        len: material.len(),
        max: MAX_MATERIAL_LEN,
    };
    if material.len() > MAX_MATERIAL_LEN {
        return Err(too_long);
    }
    EncryptingKey::new(*key)
        .encrypt_der(&mut rng, material.expose())
        .map_err(|_| too_long)
}

/// GB/T 32918.4, 7.1, of exactly the DER that [`encrypt`] produces.
///
/// Returns `None` for any ciphertext that does not open, whatever the reason.
pub(crate) fn decrypt(ciphertext: &[u8], key: &SecretKey) -> Option<SecretBytes> {
    Sm2Cipher::from_der(ciphertext)?.open(key)
}

/// Returns the maximum ciphertext length of a message of `len` bytes. Its integers may be a byte
/// shorter.
pub(super) const fn max_len(len: usize) -> usize {
    let integer = 2 + 1 + COORDINATE_LEN;
    let content = 2 * integer + 2 + HASH_LEN + header_len(len) + len;
    header_len(content) + content
}

/// Returns whether a message of at least one byte can become `len` bytes.
pub(super) const fn is_possible_length(len: usize) -> bool {
    let integer = 2 + 1;
    len > 2 + 2 * integer + 2 + HASH_LEN + 2
}

/// Returns the length of the DER tag and length before `len` bytes.
const fn header_len(len: usize) -> usize {
    match len {
        0..0x80 => 2,
        0x80..0x100 => 3,
        0x100..0x1_0000 => 4,
        _ => 5,
    }
}

impl<'a> Sm2Cipher<'a> {
    /// The length of C3 in bytes: SM3's.
    pub(crate) const HASH_LEN: usize = HASH_LEN;

    /// Parses exact DER: no other encoding of the same parts, no extra byte.
    pub(crate) fn from_der(der: &'a [u8]) -> Option<Self> {
        let encoded = Encoded::from_der(der).ok()?;
        if encoded.to_der().ok()?.as_slice() != der {
            return None;
        }
        let (x, y) = (encoded.x.as_bytes(), encoded.y.as_bytes());
        Self::of(x, y, encoded.hash.as_bytes(), encoded.ciphertext.as_bytes())
    }

    /// Parses the concatenated parts in `order`, with or without the leading 04 of the point.
    pub(crate) fn from_raw(bytes: &'a [u8], order: RawOrder, has_prefix: bool) -> Option<Self> {
        let bytes = if has_prefix {
            bytes.strip_prefix(&[UNCOMPRESSED])?
        } else {
            bytes
        };
        let (x, rest) = bytes.split_at_checked(COORDINATE_LEN)?;
        let (y, rest) = rest.split_at_checked(COORDINATE_LEN)?;
        let (c3, c2) = match order {
            RawOrder::C1C3C2 => rest.split_at_checked(HASH_LEN)?,
            RawOrder::C1C2C3 => {
                let (c2, c3) = rest.split_at_checked(rest.len().checked_sub(HASH_LEN)?)?;
                (c3, c2)
            }
        };
        Self::of(x, y, c3, c2)
    }

    /// Combines the parts. The coordinates are big-endian and may be short. Returns `None` if the
    /// point is not on the curve, C3 has another length, or C2 is empty.
    pub(crate) fn of(x: &[u8], y: &[u8], c3: &'a [u8], c2: &'a [u8]) -> Option<Self> {
        let c3 = c3.try_into().ok().filter(|_| !c2.is_empty())?;
        Some(Self {
            c1: point(x, y)?,
            c2,
            c3,
        })
    }

    /// Returns the length of the message in bytes.
    pub(crate) fn message_len(&self) -> usize {
        self.c2.len()
    }

    /// B3 to B7. Nothing here depends on the position of the first difference.
    ///
    /// B2 checks that the cofactor times C1 is not infinity. The cofactor is 1, and C1 is not
    /// infinity.
    pub(crate) fn open(&self, key: &SecretKey) -> Option<SecretBytes> {
        let scalar = Zeroizing::new(key.to_nonzero_scalar());
        let shared =
            PublicKey::from_affine((self.c1.to_projective() * **scalar).to_affine()).ok()?;
        let shared = Zeroizing::new(shared.to_sec1_point(false).to_bytes());
        let (x, y) = shared.get(1..)?.split_at_checked(COORDINATE_LEN)?;

        let mut message = Zeroizing::new(self.c2.to_vec());
        let is_masked = mask(&mut message, x, y);
        let hash = Sm3::new()
            .chain_update(x)
            .chain_update(&*message)
            .chain_update(y)
            .finalize();
        let is_good = is_masked & hash.as_slice().ct_eq(self.c3);
        bool::from(is_good).then(|| SecretBytes::copy_of(&message))
    }
}

/// Returns the point with these big-endian coordinates, which may be short, if it exists.
fn point(x: &[u8], y: &[u8]) -> Option<PublicKey> {
    let (x, y) = (coordinate(x)?, coordinate(y)?);
    let point = sm2::Sec1Point::from_affine_coordinates(&x, &y, false);
    Option::from(PublicKey::from_sec1_point(&point))
}

fn coordinate(bytes: &[u8]) -> Option<FieldBytes> {
    let mut coordinate = FieldBytes::default();
    let start = coordinate.len().checked_sub(bytes.len())?;
    coordinate.get_mut(start..)?.copy_from_slice(bytes);
    Some(coordinate)
}

/// XORs the key stream of x and y into `message`. Returns false if the whole stream is zero.
///
/// GB/T 32918.4, 5.4.3: SM3 over x, y and a counter from 1.
fn mask(message: &mut [u8], x: &[u8], y: &[u8]) -> Choice {
    let mut any = 0;
    for (counter, block) in (1u32..).zip(message.chunks_mut(HASH_LEN)) {
        let stream = Sm3::new()
            .chain_update(x)
            .chain_update(y)
            .chain_update(counter.to_be_bytes());
        let stream = Zeroizing::new(stream.finalize());
        for (byte, key) in block.iter_mut().zip(stream.iter()) {
            *byte ^= key;
            any |= key;
        }
    }
    !any.ct_eq(&0)
}

#[cfg(test)]
mod tests {
    use core::convert::Infallible;

    use der::asn1::UintRef;
    use rand_core::{TryCryptoRng, TryRng};

    use super::*;
    use crate::{hex, test_rng};

    /// Returns a fixed big-endian number for every draw.
    struct Constant([u8; 32]);

    impl TryRng for Constant {
        type Error = Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Infallible> {
            unreachable!("a scalar is drawn as bytes")
        }

        fn try_next_u64(&mut self) -> Result<u64, Infallible> {
            unreachable!("a scalar is drawn as bytes")
        }

        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
            bytes.copy_from_slice(&self.0);
            Ok(())
        }
    }

    impl TryCryptoRng for Constant {}

    fn bytes(digits: &str) -> Vec<u8> {
        hex::decode_lenient(digits).expect("hex")
    }

    fn secret(digits: &str) -> SecretKey {
        SecretKey::from_slice(&bytes(digits)).expect("a scalar")
    }

    /// GB/T 32918.5-2017, C.2: the private key, k, and the resulting coordinates of C1, C3 and C2
    /// for the message `encryption standard`.
    const D: &str = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
    const K: &str = "59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21";
    const X1: &str = "04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73";
    const Y1: &str = "e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0";
    const C3: &str = "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766";
    const C2: &str = "21886ca989ca9c7d58087307ca93092d651efa";
    const MESSAGE: &[u8] = b"encryption standard";

    fn encoded(x: &str, y: &str, c3: &str, c2: &str) -> Vec<u8> {
        let (x, y, c3, c2) = (bytes(x), bytes(y), bytes(c3), bytes(c2));
        Encoded {
            x: UintRef::new(&x).expect("an integer"),
            y: UintRef::new(&y).expect("an integer"),
            hash: OctetStringRef::new(&c3).expect("octets"),
            ciphertext: OctetStringRef::new(&c2).expect("octets"),
        }
        .to_der()
        .expect("encodes")
    }

    fn opened(ciphertext: &[u8]) -> Option<Vec<u8>> {
        decrypt(ciphertext, &secret(D)).map(|message| message.expose().to_vec())
    }

    #[test]
    fn the_example_of_the_standard_holds_both_ways() {
        let example = encoded(X1, Y1, C3, C2);
        assert_eq!(opened(&example).as_deref(), Some(MESSAGE));
        let mut rng = Constant(bytes(K).try_into().expect("32 bytes"));
        let made = encrypt(
            &SecretBytes::copy_of(MESSAGE),
            &secret(D).public_key(),
            &mut rng,
        );
        assert_eq!(made, Ok(example));
    }

    #[test]
    fn the_two_raw_orders_open_as_such_and_never_as_der() {
        for (order, tail) in [(RawOrder::C1C3C2, [C3, C2]), (RawOrder::C1C2C3, [C2, C3])] {
            for has_prefix in [true, false] {
                let prefix = if has_prefix { "04" } else { "" };
                let raw = bytes(&[prefix, X1, Y1, &tail.concat()].concat());
                let cipher = Sm2Cipher::from_raw(&raw, order, has_prefix).expect("in its parts");
                assert_eq!(
                    cipher.open(&secret(D)),
                    Some(SecretBytes::copy_of(MESSAGE)),
                    "{order:?}"
                );
                assert_eq!(opened(&raw), None, "{order:?}");
                let other = if order == RawOrder::C1C2C3 {
                    RawOrder::C1C3C2
                } else {
                    RawOrder::C1C2C3
                };
                let mixed =
                    Sm2Cipher::from_raw(&raw, other, has_prefix).and_then(|c| c.open(&secret(D)));
                assert_eq!(mixed, None);
            }
        }
    }

    /// p of GB/T 32918.5, 2.
    const P: &str = "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff";

    #[test]
    fn what_is_malformed_does_not_open() {
        let example = encoded(X1, Y1, C3, C2);
        let flip = |digits: &str| {
            let mut flipped = bytes(digits);
            flipped[0] ^= 1;
            hex::encode(&flipped)
        };
        assert_eq!(
            opened(&encoded(&flip(X1), Y1, C3, C2)),
            None,
            "off the curve"
        );
        assert_eq!(
            opened(&encoded("00", "00", C3, C2)),
            None,
            "infinity as 0, 0"
        );
        assert_eq!(opened(&encoded(P, Y1, C3, C2)), None, "x = p");
        assert_eq!(
            opened(&encoded(&"ff".repeat(32), Y1, C3, C2)),
            None,
            "x > p"
        );
        assert_eq!(
            opened(&encoded(&["01", X1].concat(), Y1, C3, C2)),
            None,
            "x of 33 bytes"
        );
        assert_eq!(opened(&encoded(X1, Y1, &flip(C3), C2)), None, "C3");
        assert_eq!(opened(&encoded(X1, Y1, C3, &flip(C2))), None, "C2");
        assert_eq!(opened(&encoded(X1, Y1, C3, "")), None, "no C2");
        assert_eq!(opened(&encoded(X1, Y1, "", C2)), None, "no C3");
        assert_eq!(opened(&encoded(X1, Y1, &C3[2..], C2)), None, "a shorter C3");
        assert_eq!(opened(&encoded(X1, Y1, C2, C3)), None, "C2 before C3");
        assert_eq!(
            opened(&[&example[..], &[0]].concat()),
            None,
            "a byte behind"
        );
        assert_eq!(opened(b""), None, "nothing");
        for len in 1..example.len() {
            assert_eq!(opened(&example[..len]), None, "{len} bytes of it");
        }
        for (index, mask) in
            (0..example.len()).flat_map(|index| [1, 0x80].map(|mask| (index, mask)))
        {
            let mut changed = example.clone();
            changed[index] ^= mask;
            assert_eq!(opened(&changed), None, "byte {index}");
        }
    }

    /// A zero byte before the integers, lengths in more bytes than necessary, an indefinite length:
    /// BER, and not DER.
    #[test]
    fn only_the_one_der_opens() {
        let example = encoded(X1, Y1, C3, C2);
        let content = &example[2..];
        let len = |bytes: &[u8]| u8::try_from(bytes.len()).expect("short");
        assert_eq!(
            opened(&[&[0x30, len(content)], content].concat()).as_deref(),
            Some(MESSAGE)
        );
        let (x, rest) = content.split_at(34);
        assert_eq!(x[..2], [2, 32]);
        let padded = [&[2, 33, 0], &x[2..], rest].concat();
        for (name, other) in [
            (
                "x with a zero in front",
                [&[0x30, len(&padded)], &padded[..]].concat(),
            ),
            (
                "a long length",
                [&[0x30, 0x81, len(content)], content].concat(),
            ),
            ("no length", [&[0x30, 0x80], content, &[0, 0]].concat()),
            ("a set", [&[0x31, len(content)], content].concat()),
        ] {
            assert_eq!(opened(&other), None, "{name}");
        }
    }

    #[test]
    fn the_maximum_length_is_that_of_two_integers_of_33_bytes() {
        let integer = "ff".repeat(COORDINATE_LEN);
        for len in (1..400).chain(MAX_MATERIAL_LEN - 120..MAX_MATERIAL_LEN - 100) {
            let longest = encoded(&integer, &integer, C3, &"00".repeat(len));
            assert_eq!(max_len(len), longest.len(), "{len}");
        }
    }

    #[test]
    fn every_length_that_is_wrapped_opens_and_is_as_long_as_was_said() {
        let mut rng = test_rng(5);
        let key = SecretKey::from_slice(&bytes(D)).expect("a scalar");
        let mut seen = [false; 2];
        for len in (1..80).chain([127, 128, 255, 256, 2375, MAX_MATERIAL_LEN]) {
            let message = SecretBytes::new((0..=u8::MAX).cycle().take(len).collect());
            let wrapped = encrypt(&message, &key.public_key(), &mut rng).expect("fits");
            assert_eq!(decrypt(&wrapped, &key), Some(message), "{len}");
            assert!(
                is_possible_length(wrapped.len()) && wrapped.len() <= max_len(len),
                "{len}"
            );
            seen[usize::from(wrapped.len() == max_len(len))] = true;
        }
        assert_eq!(seen, [true; 2], "integers are as short as they can be");
        let (len, max) = (MAX_MATERIAL_LEN + 1, MAX_MATERIAL_LEN);
        let refused = encrypt(&SecretBytes::new(vec![1; len]), &key.public_key(), &mut rng);
        assert_eq!(refused, Err(WrapFailure::TooLong { len, max }));
        assert!(!is_possible_length(44) && is_possible_length(45));
    }
}
