//! The Ethereum address of a secp256k1 key.

use sha3::{Digest as _, Keccak256};

use crate::hex;

/// The number of hash octets in an address.
const ADDRESS_LEN: usize = 20;

/// Returns the address of a public key: 65 octets, uncompressed (SEC 1, 2.3.3). Returns `None` for
/// any other input.
///
/// # Source
///
/// Ethereum Yellow Paper, appendix F (the last 160 bits of the Keccak-256 of x and y); EIP-55
/// (capitals as a checksum).
pub(super) fn address(point: &[u8]) -> Option<String> {
    let coordinates = point
        .strip_prefix(&[4])
        .filter(|coordinates| coordinates.len() == 64)?;
    let hash = Keccak256::digest(coordinates);
    let digits = hex::encode(hash.last_chunk::<ADDRESS_LEN>()?);
    let checksum = hex::encode(&Keccak256::digest(&digits));
    let cased = digits.chars().zip(checksum.chars()).map(|(digit, check)| {
        let is_high = check.to_digit(16).is_some_and(|check| check >= 8);
        if is_high {
            digit.to_ascii_uppercase()
        } else {
            digit
        }
    });
    Some(cased.fold(String::from("0x"), |mut address, digit| {
        address.push(digit);
        address
    }))
}

#[cfg(test)]
mod tests {
    use k256::elliptic_curve::sec1::ToSec1Point as _;

    use super::*;

    /// EIP-155's example: the key 0x46…46 (32 times) has this address.
    #[test]
    fn the_address_is_that_of_a_published_key() {
        let key = k256::SecretKey::from_slice(&[0x46; 32]).expect("a scalar");
        let point = key.public_key().to_sec1_point(false);
        assert_eq!(
            address(point.as_bytes()).as_deref(),
            Some("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F")
        );
        assert_eq!(
            address(key.public_key().to_sec1_point(true).as_bytes()),
            None
        );
    }
}
