//! What to do about files of others' making: where their programs take the key out, and pipe it on.

use byok_core::key_material::{EncryptionError, Foreign, JwkError};

/// A pipe into a rehearsal, which is the safest thing to do with a key.
pub(super) fn rehearsed(command: &str) -> String {
    format!("{command} | byok rehearse -")
}

pub(super) fn of_foreign(foreign: Foreign) -> Option<String> {
    let text = match foreign {
        Foreign::NotPkcs8(_) | Foreign::Pem => "byok wrap converts a key before it wraps it",
        Foreign::EncryptedPem => return Some(decrypted("")),
        Foreign::EncryptedPkcs8 => {
            "byok wrap decrypts a key before it wraps it: --passphrase-file FILE, or the prompt"
        }
        Foreign::Pkcs12 => {
            "take the key out on the way, without a file: openssl pkcs12 -in FILE -nocerts -noenc | byok rehearse -; \
             an old file needs -legacy, too"
        }
        Foreign::Jks => {
            "make it PKCS#12, which is encrypted, too, and take the key out of that on the way: keytool \
             -importkeystore -srckeystore FILE -destkeystore new.p12 -deststoretype PKCS12, then openssl pkcs12 \
             -in new.p12 -nocerts -noenc | byok rehearse -"
        }
        Foreign::PublicKey | Foreign::Certificate | Foreign::CertificateRequest => {
            "the private key is in another file, or still in the HSM"
        }
        Foreign::OpenPgp => {
            "if gpg encrypted a key, decrypt it on the way: gpg --decrypt FILE | byok rehearse -; an OpenPGP key \
             itself is not imported: make one for AWS KMS, with byok generate"
        }
        Foreign::Age => {
            "if age encrypted a key, decrypt it on the way: age --decrypt -i IDENTITY FILE | byok rehearse -; an \
             age identity itself is X25519, which AWS KMS does not import"
        }
        Foreign::Putty => {
            "have PuTTY convert it on the way: puttygen FILE -O private-openssh -o /dev/stdout | byok rehearse -"
        }
        Foreign::EthereumKeystore => {
            "have the wallet that made it decrypt it, and pipe the scalar: … | byok rehearse --key-spec \
             ECC_SECG_P256K1 --material-format hex -"
        }
        Foreign::Mnemonic => {
            "a mnemonic stands for many keys: have the wallet derive the one that is meant, and pipe its scalar: \
             … | byok rehearse --key-spec ECC_SECG_P256K1 --material-format hex -"
        }
        Foreign::SymmetricJwk => {
            "its octets are for a KMS key of SYMMETRIC_DEFAULT or HMAC_*: say --key-spec"
        }
        Foreign::Utf16 => {
            "PowerShell 5 writes UTF-16 with >; make it ASCII on the way: iconv -f UTF-16 -t ASCII FILE | byok \
             rehearse -"
        }
        Foreign::OtherPem => {
            "a block is meant that begins with -----BEGIN PRIVATE KEY-----, or with RSA, EC, \
             ENCRYPTED or OPENSSH before PRIVATE"
        }
        Foreign::OtherJson => "a JSON Web Key has a member kty",
        _ => return None,
    };
    Some(text.to_owned())
}

/// What to do about encrypted PKCS#8.
pub(super) fn of_encryption(error: &EncryptionError) -> Option<String> {
    match error {
        EncryptionError::Passphrase => Some(PASSPHRASE.to_owned()),
        EncryptionError::Scheme(name) if needs_legacy_provider(name) => {
            Some(decrypted(" -provider legacy -provider default"))
        }
        EncryptionError::Scheme(_) | EncryptionError::Rounds { .. } => Some(decrypted("")),
        EncryptionError::Memory { .. } => Some(
            "OpenSSL gives it no more either: have the program that made it encrypt it for less"
                .to_owned(),
        ),
        _ => None,
    }
}

/// Ciphers and hashes that OpenSSL 3 keeps apart.
fn needs_legacy_provider(scheme: &str) -> bool {
    ["MD2", "RC2", "RC4", "AndDES", "rc2", "des-cbc"]
        .iter()
        .any(|old| scheme.contains(old))
}

fn decrypted(options: &str) -> String {
    format!(
        "decrypt it on the way, without a file: {}",
        rehearsed(&format!("openssl pkey{options} -in FILE"))
    )
}

/// What to do about encrypted OpenSSH keys: OpenSSL does not read them, and `ssh-keygen` writes only
/// files, so the key stays encrypted.
pub(super) fn of_open_ssh_encryption(error: &EncryptionError) -> String {
    match error {
        EncryptionError::Passphrase => PASSPHRASE.to_owned(),
        _ => "have a copy of it encrypted anew, in a way that is read: ssh-keygen -p -Z aes256-ctr -a 16 -f COPY"
            .to_owned(),
    }
}

const PASSPHRASE: &str =
    "the first line of the passphrase's file counts, without its end, and every space in it";

pub(super) fn of_jwk(error: &JwkError) -> Option<String> {
    let text = match error {
        JwkError::Json(byok_core::json::JsonError::ByteOrderMark) => {
            return Some(format!("cut it off: {}", rehearsed("tail -c +4 FILE")));
        }
        JwkError::KeySet(_) => {
            return Some(format!(
                "pick the key that is meant, here the first: {}",
                rehearsed("jq '.keys[0]' FILE")
            ));
        }
        JwkError::MissingMember("p" | "q" | "dp" | "dq" | "qi") => {
            "the primes and what follows from them are needed, too: p, q, dp, dq and qi"
        }
        JwkError::Member(_) => {
            "numbers are in base64url without padding; those of a curve have its full length"
        }
        JwkError::Encrypted => {
            "have the program that made it decrypt it, and pipe the key: … | byok rehearse -"
        }
        _ => return None,
    };
    Some(text.to_owned())
}
