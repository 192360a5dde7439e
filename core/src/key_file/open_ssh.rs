//! OpenSSH private keys, encrypted or not.

use core::mem;

use zeroize::Zeroizing;

use super::{
    encryption::{EncryptionError, Mode},
    error::ReadError,
    form::Form,
    keys_read::KeysRead,
    source_format::{Encoding, SourceFormat},
    ssh_key::{self, SshPublicKey},
    ssh_wire::Wire,
    unchecked_key::UncheckedKey,
};
use crate::secret::SecretBytes;

const MAGIC: &[u8] = b"openssh-key-v1\0";
const UNENCRYPTED: &str = "none";
const UNENCRYPTED_BLOCK_LEN: usize = 8;
const AES_BLOCK_LEN: usize = 16;
/// The limit of bcrypt rounds. `ssh-keygen` writes 16 or 24 by default; this many take ten seconds.
const MAX_BCRYPT_ROUNDS: u32 = 1024;

/// Reads the contents of a PEM block. `passphrase` is for an encrypted key only.
///
/// # Errors
///
/// [`ReadError`]; an error that no passphrase can avoid precedes `PassphraseNeeded`.
///
/// # Source
///
/// OpenSSH, `PROTOCOL.key`.
pub(super) fn read(file: &[u8], passphrase: Option<&SecretBytes>) -> Result<KeysRead, ReadError> {
    let container = Container::parse(file).ok_or(ReadError::Malformed)?;
    if container.key_count > 1 {
        return Err(ReadError::SeveralKeys(
            usize::try_from(container.key_count).unwrap_or(usize::MAX),
        ));
    }
    let public_key = match SshPublicKey::parse(container.public_key).ok_or(ReadError::Malformed)? {
        SshPublicKey::Other(algorithm) => return Err(ReadError::Algorithm(algorithm.to_owned())),
        public_key => public_key,
    };
    let encryption = container.encryption()?;
    if !container.rest.is_empty() {
        return Err(ReadError::Malformed);
    }
    let key = match &encryption {
        None => private_key(container.private_keys, UNENCRYPTED_BLOCK_LEN, &public_key)
            .ok_or(ReadError::Malformed)?,
        Some(encryption) => {
            let plaintext = encryption
                .decrypt(container.private_keys, passphrase)
                .map_err(not_opened)?;
            private_key(plaintext.expose(), AES_BLOCK_LEN, &public_key)
                .ok_or_else(|| not_opened(EncryptionError::Passphrase))?
        }
    };
    let form = SourceFormat {
        is_encrypted: encryption.is_some(),
        ..SourceFormat::plain(Form::OpenSsh, Encoding::Pem)
    };
    Ok(KeysRead::one(key, form))
}

fn not_opened(error: EncryptionError) -> ReadError {
    ReadError::encryption(Form::OpenSsh, error)
}

/// The parts of a file with one key.
struct Container<'a> {
    cipher: &'a str,
    kdf: &'a str,
    kdf_options: &'a [u8],
    key_count: u32,
    public_key: &'a [u8],
    /// Encrypted if there is a cipher.
    private_keys: &'a [u8],
    /// The tag of an authenticating cipher.
    rest: &'a [u8],
}

impl<'a> Container<'a> {
    fn parse(file: &'a [u8]) -> Option<Self> {
        let mut wire = Wire::new(file.strip_prefix(MAGIC)?);
        let (cipher, kdf, kdf_options) = (wire.name()?, wire.name()?, wire.string()?);
        let key_count = wire.uint32().filter(|count| *count > 0)?;
        let (public_key, private_keys) = (wire.string()?, wire.string()?);
        Some(Self {
            cipher,
            kdf,
            kdf_options,
            key_count,
            public_key,
            private_keys,
            rest: wire.rest(),
        })
    }

    fn encryption(&self) -> Result<Option<Encryption<'a>>, ReadError> {
        match (self.cipher, self.kdf) {
            (UNENCRYPTED, UNENCRYPTED) if self.kdf_options.is_empty() => Ok(None),
            (UNENCRYPTED, _) | (_, UNENCRYPTED) => Err(ReadError::Malformed),
            (cipher, kdf) => match Encryption::parse(cipher, kdf, self.kdf_options) {
                Ok(encryption) => Ok(Some(encryption)),
                Err(error) => Err(not_opened(error)),
            },
        }
    }
}

/// The encryption of the private part.
struct Encryption<'a> {
    mode: Mode,
    key_len: usize,
    salt: &'a [u8],
    rounds: u32,
}

impl<'a> Encryption<'a> {
    fn parse(cipher: &str, kdf: &str, kdf_options: &'a [u8]) -> Result<Self, EncryptionError> {
        let (mode, key_len) = match cipher {
            "aes128-ctr" => (Mode::Ctr, 16),
            "aes192-ctr" => (Mode::Ctr, 24),
            "aes256-ctr" => (Mode::Ctr, 32),
            "aes128-cbc" => (Mode::Cbc, 16),
            "aes192-cbc" => (Mode::Cbc, 24),
            "aes256-cbc" => (Mode::Cbc, 32),
            other => return Err(EncryptionError::Scheme(other.to_owned())),
        };
        if kdf != "bcrypt" {
            return Err(EncryptionError::Scheme(kdf.to_owned()));
        }
        let (salt, rounds) = bcrypt_options(kdf_options).ok_or(EncryptionError::Malformed)?;
        if rounds > MAX_BCRYPT_ROUNDS {
            let (rounds, max) = (rounds.into(), MAX_BCRYPT_ROUNDS.into());
            return Err(EncryptionError::Rounds { rounds, max });
        }
        Ok(Self {
            mode,
            key_len,
            salt,
            rounds,
        })
    }

    fn decrypt(
        &self,
        ciphertext: &[u8],
        passphrase: Option<&SecretBytes>,
    ) -> Result<SecretBytes, EncryptionError> {
        if ciphertext.is_empty() || !ciphertext.len().is_multiple_of(AES_BLOCK_LEN) {
            return Err(EncryptionError::Malformed);
        }
        let passphrase = passphrase.ok_or(EncryptionError::PassphraseNeeded)?;
        let mut key_and_iv = Zeroizing::new(vec![0; self.key_len + AES_BLOCK_LEN]);
        bcrypt_pbkdf::bcrypt_pbkdf(passphrase.expose(), self.salt, self.rounds, &mut key_and_iv)
            .map_err(|_| EncryptionError::Passphrase)?;
        let (key, iv) = key_and_iv
            .split_last_chunk()
            .ok_or(EncryptionError::Malformed)?;
        let mut plaintext = Zeroizing::new(ciphertext.to_vec());
        self.mode
            .decrypt(key, iv, &mut plaintext)
            .ok_or(EncryptionError::Malformed)?;
        Ok(SecretBytes::new(mem::take(&mut *plaintext)))
    }
}

/// Salt and rounds, neither of them empty.
fn bcrypt_options(options: &[u8]) -> Option<(&[u8], u32)> {
    let mut wire = Wire::new(options);
    let (salt, rounds) = (wire.string()?, wire.uint32()?);
    (wire.rest().is_empty() && !salt.is_empty() && rounds > 0).then_some((salt, rounds))
}

/// Reads the private part: two equal numbers, which show that the decryption succeeded, the key
/// that belongs to `public_key`, a comment, and padding.
fn private_key(
    private_keys: &[u8],
    block_len: usize,
    public_key: &SshPublicKey<'_>,
) -> Option<UncheckedKey> {
    if private_keys.is_empty() || !private_keys.len().is_multiple_of(block_len) {
        return None;
    }
    let mut wire = Wire::new(private_keys);
    if wire.uint32()? != wire.uint32()? {
        return None;
    }
    let key = ssh_key::read(&mut wire, public_key)?;
    let _comment = wire.string()?;
    is_padding(wire.rest()).then_some(key)
}

/// Returns whether `bytes` are 1, 2, 3 and so on.
fn is_padding(bytes: &[u8]) -> bool {
    u8::try_from(bytes.len()).is_ok()
        && bytes
            .iter()
            .zip(1..=u8::MAX)
            .all(|(byte, number)| *byte == number)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        key_file::test_files::{numbers_of, passphrase, proptest_config, same_key, test_file},
        pem,
    };

    /// The position of the bcrypt rounds in a file that uses a `ctr` or `cbc` cipher.
    const ROUNDS_AT: usize = 63;

    fn opened(file: &[u8]) -> Result<KeysRead, ReadError> {
        read_pem(file, Some(&passphrase()))
    }

    fn error(file: &[u8]) -> ReadError {
        opened(file).expect_err("no key that is read")
    }

    fn binary(file: &[u8]) -> Vec<u8> {
        let block = pem::blocks(file).first().and_then(pem::Block::decode);
        block.expect("PEM").expose().to_vec()
    }

    fn read_pem(file: &[u8], passphrase: Option<&SecretBytes>) -> Result<KeysRead, ReadError> {
        read(&binary(file), passphrase)
    }

    fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
        let at = bytes
            .windows(old.len())
            .position(|window| window == old)
            .expect("it is there");
        [&bytes[..at], new, &bytes[at + old.len()..]].concat()
    }

    fn string(bytes: &[u8]) -> Vec<u8> {
        [
            &u32::try_from(bytes.len()).expect("short").to_be_bytes(),
            bytes,
        ]
        .concat()
    }

    fn with_private_keys(file: &[u8], private_keys: &[u8]) -> Vec<u8> {
        let own = Container::parse(file).expect("a container").private_keys;
        [&file[..file.len() - own.len() - 4], &string(private_keys)].concat()
    }

    /// A file of these keys.
    fn unencrypted(public_key: &[u8], private_key: &[u8]) -> Vec<u8> {
        let [none, empty] = [&b"none"[..], b""].map(string);
        let mut private_keys = [&[7; 8][..], private_key, &empty].concat();
        private_keys
            .extend((1..).take(private_keys.len().next_multiple_of(8) - private_keys.len()));
        let encryption = [MAGIC, &none, &none, &empty].concat();
        [
            &encryption[..],
            &[0, 0, 0, 1],
            &string(public_key),
            &string(&private_keys),
        ]
        .concat()
    }

    #[test]
    fn every_algorithm_and_cipher_yields_the_key() {
        let (p256, rsa) = (test_file!("p256.der"), test_file!("rsa-2048.der"));
        for (name, file, plain) in [
            ("rsa", test_file!("rsa-2048.openssh"), rsa),
            ("p256", test_file!("p256.openssh"), p256),
            (
                "p256 short",
                test_file!("p256-short.openssh"),
                test_file!("p256-short.der"),
            ),
            ("p384", test_file!("p384.openssh"), test_file!("p384.der")),
            ("p521", test_file!("p521.openssh"), test_file!("p521.der")),
            (
                "ed25519",
                test_file!("ed25519.openssh"),
                test_file!("ed25519.der"),
            ),
        ] {
            let key = read_pem(file, None).expect(name);
            assert!(!key.form.is_encrypted, "{name}");
            assert!(same_key(&key.keys[0].1, &numbers_of(plain)), "{name}");
        }
        for (name, file, plain) in [
            ("aes128-ctr", test_file!("p256-aes128-ctr.openssh"), p256),
            ("aes192-ctr", test_file!("p256-aes192-ctr.openssh"), p256),
            ("aes256-ctr", test_file!("p256-aes256-ctr.openssh"), p256),
            ("aes128-cbc", test_file!("p256-aes128-cbc.openssh"), p256),
            ("aes192-cbc", test_file!("p256-aes192-cbc.openssh"), p256),
            ("aes256-cbc", test_file!("p256-aes256-cbc.openssh"), p256),
            ("rsa", test_file!("rsa-2048-aes256-ctr.openssh"), rsa),
            (
                "ed25519",
                test_file!("ed25519-aes256-ctr.openssh"),
                test_file!("ed25519.der"),
            ),
            (
                "cryptography",
                test_file!("p384-cryptography.openssh"),
                test_file!("p384.der"),
            ),
        ] {
            let key = opened(file).expect(name);
            assert!(key.form.is_encrypted, "{name}");
            assert!(same_key(&key.keys[0].1, &numbers_of(plain)), "{name}");
            assert_eq!(
                read_pem(file, None).expect_err(name),
                ReadError::PassphraseNeeded
            );
        }
    }

    #[test]
    fn the_rounds_of_bcrypt_have_a_limit() {
        let rounds = |rounds: u32| {
            let options = [&string(b"salt")[..], &rounds.to_be_bytes()].concat();
            Encryption::parse("aes256-ctr", "bcrypt", &options).map(|found| found.rounds)
        };
        assert_eq!(rounds(1), Ok(1));
        assert_eq!(rounds(1024), Ok(1024));
        let too_many = EncryptionError::Rounds {
            rounds: 1025,
            max: 1024,
        };
        assert_eq!(rounds(1025), Err(too_many));
    }

    #[test]
    fn another_passphrase_opens_nothing() {
        for wrong in [&b"TEST passphrasf"[..], b"", b"TEST passphrase\0"] {
            let wrong = SecretBytes::copy_of(wrong);
            let error =
                read_pem(test_file!("p256-aes256-ctr.openssh"), Some(&wrong)).expect_err("wrong");
            assert_eq!(error, not_opened(EncryptionError::Passphrase));
        }
    }

    #[test]
    fn other_algorithms_and_schemes_are_named() {
        let algorithm = |name: &str| ReadError::Algorithm(name.to_owned());
        assert_eq!(error(test_file!("dsa.openssh")), algorithm("ssh-dss"));
        let (plain, security_key) = (
            binary(test_file!("p256.openssh")),
            "sk-ssh-ed25519@openssh.com",
        );
        let public_at = plain
            .windows(4)
            .position(|window| window == [0, 0, 0, 0x68])
            .expect("its length");
        let other = [
            &plain[..public_at],
            &string(&string(security_key.as_bytes())),
            &string(b""),
        ]
        .concat();
        assert_eq!(
            read(&other, None).expect_err("not read"),
            algorithm(security_key)
        );
        let scheme = |name: &str| not_opened(EncryptionError::Scheme(name.to_owned()));
        assert_eq!(
            error(test_file!("p256-3des-cbc.openssh")),
            scheme("3des-cbc")
        );
        assert_eq!(
            error(test_file!("p256-aes256-gcm.openssh")),
            scheme("aes256-gcm@openssh.com")
        );
        let chacha = error(test_file!("p256-chacha20-poly1305.openssh"));
        assert_eq!(chacha, scheme("chacha20-poly1305@openssh.com"));
        let argon = replaced(
            &binary(test_file!("p256-aes256-ctr.openssh")),
            b"bcrypt",
            b"argon2",
        );
        assert_eq!(read(&argon, None).expect_err("not read"), scheme("argon2"));
    }

    #[test]
    fn what_takes_too_long_is_refused_at_once() {
        let mut file = binary(test_file!("p256-aes256-ctr.openssh"));
        assert_eq!(file[ROUNDS_AT..ROUNDS_AT + 4], [0, 0, 0, 1]);
        for rounds in [1025, u32::MAX] {
            file[ROUNDS_AT..ROUNDS_AT + 4].copy_from_slice(&rounds.to_be_bytes());
            let expected = EncryptionError::Rounds {
                rounds: rounds.into(),
                max: 1024,
            };
            assert_eq!(
                read(&file, Some(&passphrase())).expect_err("too long"),
                not_opened(expected)
            );
        }
        file[ROUNDS_AT..ROUNDS_AT + 4].fill(0);
        let none = read(&file, Some(&passphrase())).expect_err("no rounds");
        assert_eq!(none, not_opened(EncryptionError::Malformed));
        let no_salt = replaced(
            &file,
            &string(&file[43..ROUNDS_AT + 4]),
            &string(&[0, 0, 0, 0, 0, 0, 0, 1]),
        );
        let no_salt = read(&no_salt, Some(&passphrase())).expect_err("no salt");
        assert_eq!(no_salt, not_opened(EncryptionError::Malformed));
    }

    #[test]
    fn several_keys_are_counted() {
        let one = [&string(b"")[..], &[0, 0, 0, 1]].concat();
        for (count, expected) in [
            (0, ReadError::Malformed),
            (2, ReadError::SeveralKeys(2)),
            (7, ReadError::SeveralKeys(7)),
        ] {
            let other = [&string(b"")[..], &[0, 0, 0, count]].concat();
            let file = replaced(&binary(test_file!("p256.openssh")), &one, &other);
            assert_eq!(read(&file, None).expect_err("not one key"), expected);
        }
    }

    #[test]
    fn public_and_private_part_belong_together() {
        let (rsa, nistp256) = (string(b"ssh-rsa"), string(b"nistp256"));
        let [e, n, rest, name] = [&b"3"[..], b"5", b"7", b"ecdsa-sha2-nistp256"].map(string);
        let (point, scalar, algorithm) = (string(&[4; 65]), string(&[1; 32]), name);
        let rsa_key = |parts: [&Vec<u8>; 6]| {
            let [public, public_e, public_n, private, private_n, private_e] =
                parts.map(Vec::as_slice);
            let numbers = [&rest; 4].map(Vec::as_slice).concat();
            let private_key = [private, private_n, private_e, &numbers].concat();
            read(
                &unencrypted(&[public, public_e, public_n].concat(), &private_key),
                None,
            )
        };
        assert!(rsa_key([&rsa, &e, &n, &rsa, &n, &e]).is_ok());
        let ec_key = |parts: [&Vec<u8>; 6]| {
            let [
                public,
                public_curve,
                public_point,
                private,
                curve,
                private_point,
            ] = parts.map(Vec::as_slice);
            let private_key = [private, curve, private_point, &scalar].concat();
            read(
                &unencrypted(&[public, public_curve, public_point].concat(), &private_key),
                None,
            )
        };
        assert!(ec_key([&algorithm, &nistp256, &point, &algorithm, &nistp256, &point]).is_ok());
        let other = string(b"9");
        for at in 1..6 {
            let mut parts = [&rsa, &e, &n, &rsa, &n, &e];
            parts[at] = &other;
            assert_eq!(
                rsa_key(parts).expect_err("no key"),
                ReadError::Malformed,
                "{at}"
            );
            let mut parts = [&algorithm, &nistp256, &point, &algorithm, &nistp256, &point];
            parts[at] = &other;
            assert_eq!(
                ec_key(parts).expect_err("no key"),
                ReadError::Malformed,
                "{at}"
            );
        }
        let (ed25519, public_key) = (string(b"ssh-ed25519"), string(&[5; 32]));
        let pair = string(&[[1; 32], [5; 32]].concat());
        let ed25519_key = |parts: [&Vec<u8>; 5]| {
            let [public, public_key, private, own, pair] = parts.map(Vec::as_slice);
            read(
                &unencrypted(
                    &[public, public_key].concat(),
                    &[private, own, pair].concat(),
                ),
                None,
            )
        };
        let parts = [&ed25519, &public_key, &ed25519, &public_key, &pair];
        assert!(ed25519_key(parts).is_ok());
        for at in 1..5 {
            let mut parts = parts;
            parts[at] = &other;
            assert_eq!(
                ed25519_key(parts).expect_err("no key"),
                ReadError::Malformed,
                "{at}"
            );
        }
        let more = [&point[..], &[0]].concat();
        let outcome = ec_key([&algorithm, &nistp256, &more, &algorithm, &nistp256, &point]);
        assert_eq!(
            outcome.expect_err("bytes after the public key"),
            ReadError::Malformed
        );
    }

    #[test]
    fn containers_are_whole() {
        let malformed = |file: &[u8]| {
            assert_eq!(read(file, None).expect_err("no key"), ReadError::Malformed);
        };
        let own = binary(test_file!("p256.openssh"));
        let [none, bcrypt, aes] = [&b"none"[..], b"bcrypt", b"aes256-ctr"].map(string);
        let encryption = [&none[..], &none, &string(b"")].concat();
        malformed(&[&own[..], &[0]].concat());
        malformed(&replaced(
            &own,
            &encryption,
            &[&aes[..], &none, &string(b"")].concat(),
        ));
        malformed(&replaced(
            &own,
            &encryption,
            &[&none[..], &bcrypt, &string(b"")].concat(),
        ));
        malformed(&replaced(
            &own,
            &encryption,
            &[&none[..], &none, &string(b"a")].concat(),
        ));
        let private_keys = Container::parse(&own).expect("a container").private_keys;
        assert!(read(&with_private_keys(&own, private_keys), None).is_ok());
        malformed(&with_private_keys(&own, &[private_keys, &[1]].concat()));
        malformed(&with_private_keys(&own, b""));
    }

    #[test]
    fn ciphertexts_are_whole() {
        let own = binary(test_file!("p256-aes256-ctr.openssh"));
        let private_keys = Container::parse(&own).expect("a container").private_keys;
        for len in [0, 15, private_keys.len() - 1] {
            let file = with_private_keys(&own, &private_keys[..len]);
            let error = read(&file, Some(&passphrase())).expect_err("no whole blocks");
            assert_eq!(error, not_opened(EncryptionError::Malformed), "{len}");
        }
    }

    #[test]
    fn padding_counts_up_from_one() {
        let longest: Vec<u8> = (1..=255).collect();
        assert!(is_padding(&[]) && is_padding(&[1, 2, 3]) && is_padding(&longest));
        assert!(
            !is_padding(&[1, 2, 4])
                && !is_padding(&[0])
                && !is_padding(&[&longest[..], &[0]].concat())
        );
        let mut file = binary(test_file!("p521.openssh"));
        assert_eq!(
            file.pop().zip(file.pop()),
            Some((2, 1)),
            "the file has padding"
        );
        file.extend([1, 3]);
        assert_eq!(
            read(&file, None).expect_err("no padding"),
            ReadError::Malformed
        );
    }

    #[test]
    fn what_is_cut_off_is_malformed() {
        for file in [
            test_file!("p256.openssh"),
            test_file!("p256-aes256-ctr.openssh"),
        ] {
            let file = binary(file);
            for len in 0..file.len() {
                let cut = read(&file[..len], Some(&passphrase())).expect_err("cut");
                assert_eq!(cut, ReadError::Malformed, "{len}");
            }
        }
    }

    proptest! {
        #![proptest_config(proptest_config())]

        #[test]
        fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..300), block in vec(any::<u8>(), 0..300)) {
            prop_assert!(read(&bytes, None).is_err());
            let header = [MAGIC, &string(b"none"), &string(b"none"), &string(b""), &[0, 0, 0, 1]].concat();
            prop_assert!(read(&[&header[..], &bytes].concat(), None).is_err());
            let file = [&header[..], &string(&bytes), &string(&block)].concat();
            prop_assert!(read(&file, None).is_err());
        }

        #[test]
        fn no_numbers_make_it_panic(numbers in vec("[a-z]{0,80}", 6), rest in vec(any::<u8>(), 0..20)) {
            let (n, e) = (numbers[0].as_bytes(), numbers[1].as_bytes());
            let strings = numbers.iter().flat_map(|number| string(number.as_bytes()));
            let private_keys = [vec![7; 8], string(b"ssh-rsa"), strings.collect(), string(b"")].concat();
            let key = private_key(&private_keys, 1, &SshPublicKey::Rsa { n, e });
            prop_assert!(key.is_some());
            let _ = private_key(&[private_keys, rest].concat(), 1, &SshPublicKey::Rsa { n, e });
        }
    }
}
