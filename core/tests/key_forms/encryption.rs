//! Encrypted keys: PKCS#8 with PBES2, and OpenSSH, with one round each, so that many can be made.

use aes::{
    Aes128, Aes192, Aes256,
    cipher::{
        Block, BlockCipherEncrypt, BlockModeEncrypt as _, BlockSizeUser, KeyInit, KeyIvInit as _,
        StreamCipher as _, consts::U16,
    },
};
use byok_core::key_spec::Curve;
use pbkdf2::pbkdf2_hmac;
use proptest::{prelude::*, sample::select};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use super::{
    keys::{Key, Numbers, RsaNumbers},
    structures::oid,
    writing::{NULL, OCTET_STRING, SEQUENCE, element, integer},
};

pub(crate) const PASSPHRASE: &[u8] = b"TEST passphrase";
const SALT: &[u8] = b"eight to sixteen";
const IV: [u8; 16] = *b"sixteen of bytes";

/// A scheme of RFC 8018, 6.2.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scheme {
    derivation: Derivation,
    /// The AES key length.
    key_len: usize,
}

#[derive(Debug, Clone, Copy)]
enum Derivation {
    /// By its number in RFC 8018, B.1.
    Pbkdf2(u8),
    Scrypt,
}

/// Returns any supported scheme.
pub(crate) fn scheme() -> impl Strategy<Value = Scheme> {
    let derivation =
        prop_oneof![5 => (7..=11u8).prop_map(Derivation::Pbkdf2), 1 => Just(Derivation::Scrypt)];
    (derivation, select(&[16, 24, 32][..])).prop_map(|(derivation, key_len)| Scheme {
        derivation,
        key_len,
    })
}

impl Scheme {
    /// Builds an EncryptedPrivateKeyInfo.
    pub(crate) fn seal(self, private_key_info: &[u8]) -> Vec<u8> {
        let (derivation, key) = self.derivation.key(self.key_len);
        let (cipher, encrypted) = match self.key_len {
            16 => (
                "2.16.840.1.101.3.4.1.2",
                cbc::<Aes128>(&key, private_key_info),
            ),
            24 => (
                "2.16.840.1.101.3.4.1.22",
                cbc::<Aes192>(&key, private_key_info),
            ),
            _ => (
                "2.16.840.1.101.3.4.1.42",
                cbc::<Aes256>(&key, private_key_info),
            ),
        };
        let cipher = element(SEQUENCE, &[&oid(cipher), &element(OCTET_STRING, &[&IV])]);
        let pbes2 = [
            oid("1.2.840.113549.1.5.13"),
            element(SEQUENCE, &[&derivation, &cipher]),
        ]
        .concat();
        element(
            SEQUENCE,
            &[
                &element(SEQUENCE, &[&pbes2]),
                &element(OCTET_STRING, &[&encrypted]),
            ],
        )
    }
}

impl Derivation {
    /// Returns its AlgorithmIdentifier, and the key.
    fn key(self, len: usize) -> (Vec<u8>, Vec<u8>) {
        let mut key = vec![0; len];
        let salt = element(OCTET_STRING, &[SALT]);
        let (name, parameters) = match self {
            Self::Pbkdf2(prf) => {
                match prf {
                    7 => pbkdf2_hmac::<Sha1>(PASSPHRASE, SALT, 1, &mut key),
                    8 => pbkdf2_hmac::<Sha224>(PASSPHRASE, SALT, 1, &mut key),
                    9 => pbkdf2_hmac::<Sha256>(PASSPHRASE, SALT, 1, &mut key),
                    10 => pbkdf2_hmac::<Sha384>(PASSPHRASE, SALT, 1, &mut key),
                    _ => pbkdf2_hmac::<Sha512>(PASSPHRASE, SALT, 1, &mut key),
                }
                let prf = oid(&format!("1.2.840.113549.2.{prf}"));
                let prf = element(SEQUENCE, &[&prf, &element(NULL, &[])]);
                ("1.2.840.113549.1.5.12", [salt, integer(&[1]), prf].concat())
            }
            Self::Scrypt => {
                let cost = scrypt::Params::new(1, 1, 1).expect("small");
                scrypt::scrypt(PASSPHRASE, SALT, &cost, &mut key).expect("short");
                let numbers = [&[2][..], &[1], &[1]].map(integer).concat();
                ("1.3.6.1.4.1.11591.4.11", [salt, numbers].concat())
            }
        };
        (
            element(SEQUENCE, &[&oid(name), &element(SEQUENCE, &[&parameters])]),
            key,
        )
    }
}

fn cbc<Aes>(key: &[u8], plain: &[u8]) -> Vec<u8>
where
    Aes: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16> + KeyInit,
{
    // RFC 8018, 6.1.1: each padding octet holds their number.
    let padding = 16 - plain.len() % 16;
    let mut text = plain.to_vec();
    text.resize(
        plain.len() + padding,
        u8::try_from(padding).expect("16 at most"),
    );
    let (blocks, _) = Block::<Aes>::slice_as_chunks_mut(&mut text);
    cbc::Encryptor::<Aes>::new_from_slices(key, &IV)
        .expect("their lengths")
        .encrypt_blocks(blocks);
    text
}

/// OpenSSH's own format, binary: OpenSSH, `PROTOCOL.key`. It does not support secp256k1.
pub(crate) fn open_ssh(key: &Key, is_encrypted: bool) -> Option<Vec<u8>> {
    let (public_key, private_key) = ssh_numbers(key)?;
    let block = if is_encrypted { 16 } else { 8 };
    let mut private_keys = [&[7; 8][..], &private_key, &string(b"TEST")].concat();
    let padding = private_keys.len().next_multiple_of(block) - private_keys.len();
    private_keys.extend((1..).take(padding));
    let (cipher, kdf, options) = if is_encrypted {
        let mut key_and_iv = [0; 48];
        bcrypt_pbkdf::bcrypt_pbkdf(PASSPHRASE, SALT, 1, &mut key_and_iv).expect("short");
        let cipher = ctr::Ctr128BE::<Aes256>::new_from_slices(&key_and_iv[..32], &key_and_iv[32..]);
        cipher
            .expect("their lengths")
            .apply_keystream(&mut private_keys);
        (
            "aes256-ctr",
            "bcrypt",
            [&*string(SALT), &[0, 0, 0, 1]].concat(),
        )
    } else {
        ("none", "none", Vec::new())
    };
    let head = [
        b"openssh-key-v1\0",
        &*string(cipher.as_bytes()),
        &string(kdf.as_bytes()),
        &string(&options),
    ]
    .concat();
    Some(
        [
            &*head,
            &[0, 0, 0, 1],
            &string(&public_key),
            &string(&private_keys),
        ]
        .concat(),
    )
}

/// The public key and the private key in SSH's encoding.
fn ssh_numbers(key: &Key) -> Option<(Vec<u8>, Vec<u8>)> {
    Some(match &key.numbers {
        Numbers::Rsa(RsaNumbers {
            n,
            e,
            d,
            p,
            q,
            q_inv,
            ..
        }) => {
            let name = string(b"ssh-rsa");
            let numbers = [n, e, d, q_inv, p, q].map(|number| mpint(number));
            (
                [&*name, &numbers[1], &numbers[0]].concat(),
                [&*name, &numbers.concat()].concat(),
            )
        }
        Numbers::Ec {
            curve,
            scalar,
            x,
            y,
        } => {
            let curve = match curve {
                Curve::P256 => "nistp256",
                Curve::P384 => "nistp384",
                Curve::P521 => "nistp521",
                Curve::K256 | Curve::Sm2 => return None,
            };
            let name = string(format!("ecdsa-sha2-{curve}").as_bytes());
            let public_key = [
                name,
                string(curve.as_bytes()),
                string(&[&[4], &**x, y].concat()),
            ]
            .concat();
            let private_key = [&*public_key, &mpint(scalar)].concat();
            (public_key, private_key)
        }
        Numbers::Ed25519 { seed, public_key } => {
            let pair = string(&[&**seed, public_key].concat());
            let public_key = [string(b"ssh-ed25519"), string(public_key)].concat();
            let private_key = [&*public_key, &pair].concat();
            (public_key, private_key)
        }
    })
}

/// RFC 4251, 5.
fn string(octets: &[u8]) -> Vec<u8> {
    [
        &u32::try_from(octets.len()).expect("short").to_be_bytes(),
        octets,
    ]
    .concat()
}

/// RFC 4251, 5: the contents of a DER INTEGER.
fn mpint(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|octet| **octet == 0).count();
    let number = &number[zeros..];
    let sign: &[u8] = if number.first().is_some_and(|first| *first >= 0x80) {
        &[0]
    } else {
        &[]
    };
    string(&[sign, number].concat())
}
