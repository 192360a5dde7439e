//! Hints for files of other programs: the command that exports the key, and the pipe for it.

use byok_core::key_file::{
    Encoding, EncryptionError, Form, JwkError, MaterialFormat, SourceFormat,
};
use byok_core::key_spec::KeySpec;

use super::material_origin::MaterialOrigin;
use crate::context::PassphraseSource;

/// Returns the hint for a file of an unsupported form.
pub(super) fn of_form(form: Form, origin: &MaterialOrigin) -> Option<String> {
    let file = origin.file();
    let text = match form {
        Form::EncryptedPem => return Some(decrypted("", origin)),
        Form::Pkcs12 => {
            let pipe = origin.pipe(&format!("openssl pkcs12 -in {file} -nocerts -noenc"));
            return Some(format!(
                "take the key out on the way, without a file: {pipe}; an old file needs -legacy, too"
            ));
        }
        Form::JavaKeyStore => {
            let pipe = origin.pipe("openssl pkcs12 -in new.p12 -nocerts -noenc");
            return Some(format!(
                "make it PKCS#12, which is encrypted, too, and take the key out of that on the way: keytool \
                 -importkeystore -srckeystore {file} -destkeystore new.p12 -deststoretype PKCS12, then {pipe}"
            ));
        }
        Form::PublicKey | Form::Certificate | Form::CertificateRequest => {
            "the private key is in another file, or still in the HSM"
        }
        Form::OpenPgp => {
            let pipe = origin.pipe(&format!("gpg --decrypt {file}"));
            return Some(format!(
                "if gpg encrypted a key, decrypt it on the way: {pipe}; an OpenPGP key itself is not imported: make \
                 one for AWS KMS, with byok generate"
            ));
        }
        Form::Age => {
            let pipe = origin.pipe(&format!("age --decrypt -i IDENTITY {file}"));
            return Some(format!(
                "if age encrypted a key, decrypt it on the way: {pipe}; an age identity itself is X25519, which AWS \
                 KMS does not import"
            ));
        }
        Form::Putty => {
            let pipe = origin.pipe(&format!(
                "puttygen {file} -O private-openssh -o /dev/stdout"
            ));
            return Some(format!("have PuTTY convert it on the way: {pipe}"));
        }
        Form::EthereumKeystore => {
            return Some(format!(
                "have the wallet that made it decrypt it, and pipe the scalar: {}",
                scalar_pipe(origin)
            ));
        }
        Form::Mnemonic => {
            return Some(format!(
                "a mnemonic stands for many keys: have the wallet derive the one that is meant, and pipe its scalar: \
                 {}",
                scalar_pipe(origin)
            ));
        }
        Form::Utf16 => {
            let pipe = origin.pipe(&format!("iconv -f UTF-16 -t ASCII {file}"));
            return Some(format!(
                "PowerShell 5 writes UTF-16 with >; make it ASCII on the way: {pipe}"
            ));
        }
        Form::OtherPem => {
            "a block is meant that begins with -----BEGIN PRIVATE KEY-----, or with RSA, EC, \
             ENCRYPTED or OPENSSH before PRIVATE"
        }
        Form::OtherJson => "a JSON Web Key has a member kty",
        Form::Raw
        | Form::Scalar
        | Form::Pkcs8
        | Form::EncryptedPkcs8
        | Form::Pkcs1
        | Form::Sec1
        | Form::OpenSsh
        | Form::Jwk
        | Form::OtherPrivateKey => return None,
    };
    Some(text.to_owned())
}

/// Returns the hint for a private key in another form than PKCS#8.
pub(super) fn of_other_form(format: SourceFormat) -> &'static str {
    if format.form == Form::EncryptedPkcs8 && format.encoding != Encoding::Pem {
        "byok wrap decrypts a key before it wraps it: --passphrase-file FILE, or the prompt"
    } else {
        "byok wrap converts a key before it wraps it"
    }
}

/// A pipe of the scalar of an Ethereum key.
fn scalar_pipe(origin: &MaterialOrigin) -> String {
    origin.raw_pipe(
        "\u{2026}",
        Some(KeySpec::EccSecgP256k1),
        Some(MaterialFormat::Hex),
    )
}

/// Returns the hints for encrypted PKCS#8.
pub(super) fn of_encryption(error: &EncryptionError, origin: &MaterialOrigin) -> Option<String> {
    match error {
        EncryptionError::Passphrase => Some(passphrase(origin)),
        EncryptionError::Scheme(name) if needs_legacy_provider(name) => {
            Some(decrypted(" -provider legacy -provider default", origin))
        }
        EncryptionError::Scheme(_) | EncryptionError::Rounds { .. } => Some(decrypted("", origin)),
        EncryptionError::Memory { .. } => Some(
            "OpenSSL gives it no more either: have the program that made it encrypt it for less"
                .to_owned(),
        ),
        EncryptionError::PassphraseNeeded | EncryptionError::Malformed => None,
    }
}

/// Ciphers and hashes of OpenSSL 3's legacy provider.
fn needs_legacy_provider(scheme: &str) -> bool {
    ["MD2", "RC2", "RC4", "AndDES", "rc2", "des-cbc"]
        .iter()
        .any(|old| scheme.contains(old))
}

fn decrypted(options: &str, origin: &MaterialOrigin) -> String {
    let pipe = origin.pipe(&format!("openssl pkey{options} -in {}", origin.file()));
    format!("decrypt it on the way, without a file: {pipe}")
}

/// Returns the hints for encrypted OpenSSH keys. OpenSSL does not read them, and `ssh-keygen`
/// writes only files, so the key stays encrypted.
pub(super) fn of_open_ssh_encryption(error: &EncryptionError, origin: &MaterialOrigin) -> String {
    match error {
        EncryptionError::Passphrase => passphrase(origin),
        EncryptionError::Scheme(_)
        | EncryptionError::Rounds { .. }
        | EncryptionError::Memory { .. }
        | EncryptionError::PassphraseNeeded
        | EncryptionError::Malformed => "have a copy of it encrypted anew, in a way that is read: ssh-keygen -p -Z aes256-ctr -a 16 -f COPY"
            .to_owned(),
    }
}

/// What to do about a passphrase that opens nothing.
fn passphrase(origin: &MaterialOrigin) -> String {
    match origin.passphrase() {
        Some(PassphraseSource::Prompt) => {
            "what was typed at the prompt is not the passphrase; every space in it counts: run the command again, or \
             have it read with --passphrase-file FILE"
                .to_owned()
        }
        Some(PassphraseSource::Descriptor(number)) => format!(
            "the first line that descriptor {number} yields is the passphrase, without its end, and with every space \
             in it"
        ),
        Some(PassphraseSource::File(name)) => format!(
            "the first line of {name} is the passphrase, without its end, and with every space in it"
        ),
        None => "every space in a passphrase counts, and the end of its line does not".to_owned(),
    }
}

/// What to do about a JSON Web Key.
pub(super) fn of_jwk(error: &JwkError, origin: &MaterialOrigin) -> Option<String> {
    let file = origin.file();
    let text = match error {
        JwkError::Json(byok_core::json::JsonError::ByteOrderMark) => {
            return Some(format!(
                "cut it off: {}",
                origin.pipe(&format!("tail -c +4 {file}"))
            ));
        }
        JwkError::KeySet(_) => {
            return Some(format!(
                "pick the key that is meant, here the first: {}",
                origin.pipe(&format!("jq '.keys[0]' {file}"))
            ));
        }
        JwkError::MissingMember("p" | "q" | "dp" | "dq" | "qi") => {
            "the primes and what follows from them are needed, too: p, q, dp, dq and qi"
        }
        JwkError::Member(_) => {
            "numbers are in base64url without padding; those of a curve have its full length"
        }
        JwkError::Encrypted => {
            return Some(format!(
                "have the program that made it decrypt it, and pipe the key: {}",
                origin.pipe("\u{2026}")
            ));
        }
        JwkError::Json(_) | JwkError::MissingMember(_) => return None,
    };
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_passphrase_is_blamed_on_where_it_was_read() {
        for (source, words) in [
            (PassphraseSource::Prompt, "typed at the prompt"),
            (PassphraseSource::Descriptor(7), "descriptor 7"),
            (
                PassphraseSource::File("pass.txt".to_owned()),
                "first line of pass.txt",
            ),
        ] {
            let is_file = matches!(source, PassphraseSource::File(_));
            let origin = MaterialOrigin::unknown().with_passphrase(source);
            for hint in [
                of_encryption(&EncryptionError::Passphrase, &origin).unwrap_or_default(),
                of_open_ssh_encryption(&EncryptionError::Passphrase, &origin),
            ] {
                assert!(hint.contains(words), "{hint}");
                assert_eq!(hint.contains("pass.txt"), is_file, "{hint}");
            }
        }
    }
}
