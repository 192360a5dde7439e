//! Java key stores with one entry, under the passphrase [`PASSPHRASE`], with one iteration.

use openssl::{
    hash::{MessageDigest, hash},
    symm::{Cipher, encrypt},
};

/// The passphrase of the key store and of its key.
pub const PASSPHRASE: &str = "TEST passphrase";

const SALT: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
/// `NULL`-less: the object identifier of `PBEWithMD5AndTripleDES`.
const PBE: &[u8] = b"\x06\x09\x2b\x06\x01\x04\x01\x2a\x02\x13\x01";
/// The object identifier of Sun's protector, and `NULL`.
const SUN: &[u8] = b"\x06\x0a\x2b\x06\x01\x04\x01\x2a\x02\x11\x01\x01\x05\0";

/// Returns a JKS with this private key.
pub fn jks(private_key: &[u8]) -> Vec<u8> {
    let password = utf16();
    let salt = [7; 20];
    let mut block = salt.to_vec();
    let mut protected = salt.to_vec();
    for chunk in private_key.chunks(20) {
        block = sha1(&[&password, &block]);
        protected.extend(chunk.iter().zip(&block).map(|(byte, mask)| byte ^ mask));
    }
    protected.extend(sha1(&[&password, private_key]));
    let key = element(0x30, &[element(0x30, SUN), element(4, &protected)].concat());
    store(0xfeed_feed, 1, &[&bytes(&key)[..], &[0; 4]].concat())
}

/// Returns a JCEKS with this private key.
pub fn jceks(private_key: &[u8]) -> Vec<u8> {
    let algorithm = element(0x30, &[PBE, &parameters()].concat());
    let key = element(0x30, &[algorithm, element(4, &pbe(private_key))].concat());
    store(0xcece_cece, 1, &[&bytes(&key)[..], &[0; 4]].concat())
}

/// Returns a JCEKS with this serialized secret key.
pub fn sealed(secret_key: &[u8]) -> Vec<u8> {
    let array = |class: &[u8], contents: &[u8]| [b"u", class, &bytes(contents)].concat();
    let class = [&b"r"[..], &text("[B"), &[0; 8], b"\x02\0\0xp"].concat();
    let string = |value: &str| [&b"t"[..], &text(value)].concat();
    let field = |code: &[u8], name: &str, of: &[u8]| [code, &text(name), of].concat();
    let object = [
        b"\xac\xed\0\x05sr",
        &text("javax.crypto.SealedObject")[..],
        &[0; 8],
        b"\x02\0\x04",
        &field(b"[", "encodedParams", &string("[B")),
        &field(b"[", "encryptedContent", b"q\0~\0\x01"),
        &field(b"L", "paramsAlg", &string("Ljava/lang/String;")),
        &field(b"L", "sealAlg", b"q\0~\0\x02"),
        b"xp",
        &array(&class, &parameters()),
        &array(b"q\0~\0\x04", &pbe(secret_key)),
        &string("PBE"),
        &string("PBEWithMD5AndTripleDES"),
    ];
    store(0xcece_cece, 3, &object.concat())
}

/// Returns a serialized `SecretKeySpec`.
pub fn secret_key(algorithm: &str, octets: &[u8]) -> Vec<u8> {
    let string = |value: &str| [&b"t"[..], &text(value)].concat();
    [
        b"\xac\xed\0\x05sr",
        &text("javax.crypto.spec.SecretKeySpec")[..],
        &[0; 8],
        b"\x02\0\x02L",
        &text("algorithm"),
        &string("Ljava/lang/String;"),
        b"[",
        &text("key"),
        &string("[B"),
        b"xp",
        &string(algorithm),
        b"ur",
        &text("[B"),
        &[0; 8],
        b"\x02\0\0xp",
        &bytes(octets),
    ]
    .concat()
}

/// Returns whether a file asks for so many iterations that it would take all the fuzzing time.
pub fn is_slow(file: &[u8]) -> bool {
    // A salt of eight bytes, and an INTEGER of more than one byte.
    file.windows(12)
        .any(|part| matches!(part, [4, 8, .., 2, len] if *len > 1))
}

fn store(magic: u32, kind: u32, contents: &[u8]) -> Vec<u8> {
    let head = [magic, 2, 1, kind].map(u32::to_be_bytes).concat();
    let store = [&head, &text("key")[..], &[0; 8], contents].concat();
    let digest = sha1(&[&utf16(), b"Mighty Aphrodite", &store]);
    [store, digest].concat()
}

fn parameters() -> Vec<u8> {
    element(0x30, &[element(4, &SALT), element(2, &[1])].concat())
}

fn pbe(plaintext: &[u8]) -> Vec<u8> {
    let half = |salt: &[u8]| {
        let input = [salt, PASSPHRASE.as_bytes()].concat();
        hash(MessageDigest::md5(), &input).expect("MD5").to_vec()
    };
    let derived = [half(&SALT[..4]), half(&SALT[4..])].concat();
    let (key, iv) = derived.split_at(24);
    encrypt(Cipher::des_ede3_cbc(), key, Some(iv), plaintext).expect("triple DES")
}

fn sha1(parts: &[&[u8]]) -> Vec<u8> {
    let input = parts.concat();
    hash(MessageDigest::sha1(), &input).expect("SHA-1").to_vec()
}

fn utf16() -> Vec<u8> {
    let units = PASSPHRASE.encode_utf16();
    units.flat_map(u16::to_be_bytes).collect()
}

fn text(text: &str) -> Vec<u8> {
    let len = u16::try_from(text.len()).expect("short");
    [&len.to_be_bytes(), text.as_bytes()].concat()
}

fn bytes(bytes: &[u8]) -> Vec<u8> {
    let len = u32::try_from(bytes.len()).expect("short");
    [&len.to_be_bytes(), bytes].concat()
}

pub(crate) fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let len = u16::try_from(contents.len()).expect("short").to_be_bytes();
    let header = match len {
        [0, len] if len < 0x80 => vec![tag, len],
        [0, len] => vec![tag, 0x81, len],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [header, contents.to_vec()].concat()
}
