//! Encrypted keys, and the keys derived from their passphrases, which are as secret as the
//! passphrase.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::forms::Form;
use crate::material::core_file;
use crate::needles::Secret;

/// The passphrase of the core's test files.
pub(crate) const PASSPHRASE: &str = "TEST passphrase";

/// The forms of TEST-p256.
pub(crate) fn p256(passphrase: &str) -> Vec<Form> {
    vec![
        pbkdf2("TEST-p256-pbkdf2-sha256-aes256.der", passphrase),
        scrypt("TEST-p256-scrypt-aes256.der", passphrase),
        open_ssh("TEST-p256-aes256-ctr.openssh", passphrase),
        jks("TEST-p256.jks", passphrase),
        jceks("TEST-p256.jceks", SALT_OF_PKCS8, passphrase),
        pkcs12("TEST-p256-openssl.p12", passphrase),
        pkcs12_triple_des("TEST-p256-openssl-legacy.p12", passphrase),
        older_pem("TEST-p256-aes256.pem", passphrase),
    ]
}

/// The forms of TEST-rsa-2048.
pub(crate) fn rsa_2048(passphrase: &str) -> Vec<Form> {
    vec![
        pbkdf2("TEST-rsa-2048-cryptography.der", passphrase),
        open_ssh("TEST-rsa-2048-aes256-ctr.openssh", passphrase),
        jks("TEST-rsa-2048.jks", passphrase),
    ]
}

/// The forms of TEST-ed25519.
pub(crate) fn ed25519(passphrase: &str) -> Vec<Form> {
    vec![open_ssh("TEST-ed25519-aes256-ctr.openssh", passphrase)]
}

/// The forms of the key of TEST-oct.
pub(crate) fn octets(passphrase: &str) -> Vec<Form> {
    vec![
        jceks("TEST-oct.jceks", SALT_OF_OBJECT, passphrase),
        pkcs12("TEST-oct.p12", passphrase),
    ]
}

/// What precedes the salt and the iterations in JCEKS: the object identifier of the scheme in the PKCS#8 of a
/// private key, the length of the array in the object of a secret key.
const SALT_OF_PKCS8: &[u8] = b"\x06\x09\x2b\x06\x01\x04\x01\x2a\x02\x13\x01";
const SALT_OF_OBJECT: &[u8] = b"xp\0\0\0\x10";

/// A key that Sun's protector encrypted, in the first entry.
fn jks(file: &str, passphrase: &str) -> Form {
    let bytes = core_file(file);
    let utf16 = utf16(passphrase);
    // The object identifier of the protector, NULL, and the header of an OCTET STRING.
    let at = position(&bytes, b"\x2a\x02\x11\x01\x01\x05\0\x04").expect("the protector") + 8;
    let header = if bytes[at] < 0x80 {
        1
    } else {
        usize::from(bytes[at] & 0x7f) + 1
    };
    let salt = &bytes[at + header..][..20];
    let first = Sha1::digest([&utf16, salt].concat());
    let second = Sha1::digest([&utf16, first.as_slice()].concat());
    let derived = vec![
        Secret::new("keystream", first.as_slice()),
        Secret::new("keystream", second.as_slice()),
        Secret::new("passphrase in UTF-16", utf16),
    ];
    Form::encrypted("JKS", file, bytes, passphrase, derived)
}

/// A key that `PBEWithMD5AndTripleDES` encrypted, in the first entry.
fn jceks(file: &str, before: &[u8], passphrase: &str) -> Form {
    let bytes = core_file(file);
    // The header of a SEQUENCE, the salt, and the iterations.
    let at = position(&bytes, before).expect("the scheme") + before.len() + 2;
    let (salt, rest) = bytes[at + 2..].split_at(8);
    let rounds = &rest[2..][..rest[1].into()];
    let mut derived = Vec::new();
    for half in salt.chunks(4) {
        let first = Md5::digest([half, passphrase.as_bytes()].concat());
        let rest = 1..number(rounds);
        let hash = rest.fold(first, |hash, _| {
            Md5::digest([hash.as_slice(), passphrase.as_bytes()].concat())
        });
        derived.push(Secret::new("derived key", hash.as_slice()));
    }
    // The other half ends with the initialization vector, which is no secret.
    derived[1].bytes.truncate(8);
    derived.push(Secret::new("passphrase in UTF-16", utf16(passphrase)));
    Form::encrypted("JCEKS", file, bytes, passphrase, derived)
}

/// A PKCS#12 file with PBES2 and a MAC with SHA-256.
fn pkcs12(file: &str, passphrase: &str) -> Form {
    let bytes = core_file(file);
    let mut derived = mac_secrets::<Sha256>(&bytes, passphrase);
    for (at, _) in bytes
        .windows(PBKDF2.len())
        .enumerate()
        .filter(|(_, found)| *found == PBKDF2)
    {
        let [salt, rounds] = parameters(&bytes[at..], PBKDF2);
        let mut key = [0; 32];
        pbkdf2::pbkdf2_hmac::<Sha256>(passphrase.as_bytes(), salt, number(rounds), &mut key);
        derived.push(Secret::new("derived key", key));
    }
    Form::encrypted("PKCS#12", file, bytes, passphrase, derived)
}

/// A PKCS#12 file with triple DES and a MAC with SHA-1.
fn pkcs12_triple_des(file: &str, passphrase: &str) -> Form {
    const TRIPLE_DES: &[u8] = b"\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x03";
    let bytes = core_file(file);
    let mut derived = mac_secrets::<Sha1>(&bytes, passphrase);
    let [salt, rounds] = parameters(&bytes, TRIPLE_DES);
    let key = derived_by_pkcs12::<Sha1>(1, passphrase, salt, number(rounds), 24);
    derived.push(Secret::new("derived key", key));
    Form::encrypted("PKCS#12, triple DES", file, bytes, passphrase, derived)
}

/// Returns the secrets of the MAC, whose salt and iterations end the file.
fn mac_secrets<H: Digest>(file: &[u8], passphrase: &str) -> Vec<Secret> {
    let (before, rounds) = file.split_at(file.len() - 4);
    assert_eq!(rounds[..2], [2, 2], "an INTEGER of two bytes");
    let rounds = number(&rounds[2..]);
    let salts = [8, 20].map(|len| &before[before.len() - len - 2..]);
    let salt = salts
        .into_iter()
        .find(|salt| usize::from(salt[1]) + 2 == salt.len());
    let salt = &salt.expect("a salt of OpenSSL or Java")[2..];
    let len = <H as Digest>::output_size();
    let key = derived_by_pkcs12::<H>(3, passphrase, salt, rounds, len);
    vec![
        Secret::new("key of the MAC", key),
        Secret::new("passphrase in UTF-16", utf16(passphrase)),
    ]
}

/// RFC 7292, B.2, for hashes with blocks of 64 bytes.
fn derived_by_pkcs12<H: Digest>(
    id: u8,
    passphrase: &str,
    salt: &[u8],
    rounds: u32,
    len: usize,
) -> Vec<u8> {
    let filled = |octets: &[u8]| {
        let len = octets.len().next_multiple_of(64);
        octets.iter().copied().cycle().take(len).collect::<Vec<_>>()
    };
    let password = [utf16(passphrase), vec![0, 0]].concat();
    let mut input = [filled(salt), filled(&password)].concat();
    let mut derived = Vec::new();
    while derived.len() < len {
        let first = H::digest([&[id; 64], input.as_slice()].concat());
        let a = (1..rounds).fold(first, |hash, _| H::digest(hash));
        derived.extend_from_slice(&a);
        for block in input.chunks_mut(64) {
            let mut carry = 1;
            for (octet, b) in block.iter_mut().zip(filled(&a)[..64].iter()).rev() {
                let sum = u16::from(*octet) + u16::from(*b) + carry;
                *octet = sum.to_be_bytes()[1];
                carry = sum >> 8;
            }
        }
    }
    derived.truncate(len);
    derived
}

/// A key in OpenSSL's older form, with AES-256.
fn older_pem(file: &str, passphrase: &str) -> Form {
    let bytes = core_file(file);
    let text = str::from_utf8(&bytes).expect("text");
    let (_, iv) = text.split_once("AES-256-CBC,").expect("the header");
    let salt = byok_core::hex::decode_lenient(&iv[..16]).expect("hex");
    let first = Md5::digest([passphrase.as_bytes(), &salt].concat());
    let second = Md5::digest([first.as_slice(), passphrase.as_bytes(), &salt].concat());
    let derived = vec![Secret::new("derived key", [first, second].concat())];
    Form::encrypted("older encrypted PEM", file, bytes, passphrase, derived)
}

fn utf16(passphrase: &str) -> Vec<u8> {
    let units = passphrase.encode_utf16();
    units.flat_map(u16::to_be_bytes).collect()
}

/// The object identifier of PBKDF2.
const PBKDF2: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c";

fn pbkdf2(file: &str, passphrase: &str) -> Form {
    let bytes = core_file(file);
    let [salt, rounds] = parameters(&bytes, PBKDF2);
    let mut key = [0; 32];
    pbkdf2::pbkdf2_hmac::<Sha256>(passphrase.as_bytes(), salt, number(rounds), &mut key);
    Form::encrypted(
        "PBKDF2",
        file,
        bytes,
        passphrase,
        vec![Secret::new("derived key", key)],
    )
}

fn scrypt(file: &str, passphrase: &str) -> Form {
    const SCRYPT: &[u8] = b"\x06\x09\x2b\x06\x01\x04\x01\xda\x47\x04\x0b";
    let bytes = core_file(file);
    let [salt, n, r, p] = parameters(&bytes, SCRYPT);
    let log_n = u8::try_from(number(n).ilog2()).expect("a small number");
    let params = scrypt::Params::new(log_n, number(r), number(p)).expect("parameters");
    let (mut key, mut first_blocks) = ([0; 32], [0; 1024]);
    scrypt::scrypt(passphrase.as_bytes(), salt, &params, &mut key).expect("short");
    // RFC 7914, 6, step 1: after it, the passphrase is not needed.
    pbkdf2::pbkdf2_hmac::<Sha256>(passphrase.as_bytes(), salt, 1, &mut first_blocks);
    let derived = vec![
        Secret::new("derived key", key),
        Secret::new("scrypt's blocks", first_blocks),
    ];
    Form::encrypted("scrypt", file, bytes, passphrase, derived)
}

fn open_ssh(file: &str, passphrase: &str) -> Form {
    let bytes = core_file(file);
    let der = crate::forms::der_of(&bytes);
    // PROTOCOL.key: the name of the function, the length of its options, that of the salt, the
    // salt, and the rounds.
    let at = position(&der, b"bcrypt").expect("its name") + b"bcrypt".len() + 8;
    let (salt, rounds) = der[at..at + 20].split_at(16);
    let mut key_and_iv = [0; 48];
    bcrypt_pbkdf::bcrypt_pbkdf(passphrase, salt, number(rounds), &mut key_and_iv)
        .expect("parameters");
    let derived = vec![
        Secret::new("derived key", &key_and_iv[..32]),
        // Everything that bcrypt uses of it.
        Secret::new(
            "hash of the passphrase",
            Sha512::digest(passphrase).as_slice(),
        ),
    ];
    Form::encrypted("OpenSSH, encrypted", file, bytes, passphrase, derived)
}

/// Returns the first contents of an algorithm's parameters: RFC 8018, A.2; RFC 7914, 7. All lengths
/// are short.
fn parameters<'a, const COUNT: usize>(der: &'a [u8], algorithm: &[u8]) -> [&'a [u8]; COUNT] {
    let at = position(der, algorithm).expect("the algorithm") + algorithm.len() + 2;
    let mut rest = &der[at..];
    std::array::from_fn(|_| {
        let (header, contents) = rest.split_at(2);
        let (contents, after) = contents.split_at(header[1].into());
        rest = after;
        contents
    })
}

fn position(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len())
        .position(|window| window == needle)
}

fn number(big_endian: &[u8]) -> u32 {
    big_endian
        .iter()
        .fold(0, |number, byte| number << 8 | u32::from(*byte))
}
