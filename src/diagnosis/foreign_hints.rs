//! Hints for files of other programs: the command that exports the key, and the pipe for it.

use byok_core::key_file::{
    Encoding, EncryptionError, Form, JwkError, MaterialFormat, SourceFormat,
};
use byok_core::key_spec::KeySpec;

use super::java_hints;
use super::material_origin::MaterialOrigin;
use super::passphrase_hint::passphrase;

/// Returns the hint for a file of an unsupported form.
pub(super) fn of_form(form: Form, origin: &MaterialOrigin) -> Option<String> {
    let file = origin.file();
    let text = match form {
        Form::OtherKeyStore(store_type) => {
            return Some(java_hints::of_other_store(store_type, origin));
        }
        Form::PublicKey | Form::Certificate | Form::CertificateRequest => {
            "use the file with the private key; if the key is in an HSM, let the HSM wrap it"
        }
        Form::OpenPgp => {
            let pipe = origin.pipe(&format!("gpg --decrypt {file}"));
            return Some(format!(
                "to decrypt a key that gpg encrypted, run: {pipe}; AWS KMS does not import \
                 OpenPGP keys: generate a key with byok generate"
            ));
        }
        Form::Age => {
            let pipe = origin.pipe(&format!("age --decrypt -i IDENTITY {file}"));
            return Some(format!(
                "to decrypt a key that age encrypted, run: {pipe}; an age identity is an X25519 \
                 key, which AWS KMS does not import"
            ));
        }
        Form::Putty => {
            let pipe = origin.pipe(&format!(
                "puttygen {file} -O private-openssh -o /dev/stdout"
            ));
            return Some(format!("to convert the key with PuTTY, run: {pipe}"));
        }
        Form::EthereumKeystore => {
            return Some(format!(
                "decrypt the key in the wallet that made it, and pipe the scalar: {}",
                scalar_pipe(origin)
            ));
        }
        Form::Mnemonic => {
            return Some(format!(
                "a mnemonic yields many keys: derive the key in the wallet, and pipe its scalar: \
                 {}",
                scalar_pipe(origin)
            ));
        }
        Form::Utf16 => {
            "byok reads UTF-16, as PowerShell 5 writes it with >, but the text is neither a key nor \
             hex or base64 of one"
        }
        Form::Utf32 => {
            let pipe = origin.pipe(&format!("iconv -f UTF-32 -t UTF-8 {file}"));
            return Some(format!("to convert it, run: {pipe}"));
        }
        Form::AzureTransfer => {
            "let the HSM wrap the key again, with the AWS wrapping key and RSA_AES_KEY_WRAP_SHA_1 or \
             RSA_AES_KEY_WRAP_SHA_256; then check the result with byok verify"
        }
        Form::Pvk => {
            let pipe = origin.pipe(&format!("openssl rsa -inform PVK -in {file}"));
            return Some(format!("to convert the key with OpenSSL, run: {pipe}"));
        }
        Form::EncryptedPvk => {
            let options = "-provider legacy -provider default -inform PVK";
            let pipe = origin.pipe(&format!("openssl rsa {options} -in {file}"));
            return Some(format!(
                "to decrypt the key with OpenSSL and its legacy provider, run: {pipe}"
            ));
        }
        Form::CapiBlob => {
            let pipe = origin.pipe(&format!("openssl rsa -inform MSBLOB -in {file}"));
            return Some(format!("to convert the key with OpenSSL, run: {pipe}"));
        }
        Form::CngBlob => {
            "export the key in another form, in .NET with CngKey.Export and \
             CngKeyBlobFormat.Pkcs8PrivateBlob"
        }
        Form::OtherPem => {
            "use a PEM block that begins with -----BEGIN PRIVATE KEY-----, or with RSA, EC, \
             ENCRYPTED or OPENSSH before PRIVATE"
        }
        Form::OtherJson => "use a JSON Web Key, which has a member kty",
        Form::Raw
        | Form::Scalar
        | Form::Seed
        | Form::Pkcs8
        | Form::EncryptedPkcs8
        | Form::Pkcs1
        | Form::Sec1
        | Form::OpenSsh
        | Form::Jwk
        | Form::JavaKeyStore(_)
        | Form::RsaXml
        | Form::Mangled
        | Form::WrappedInJson
        | Form::EncryptedPem
        | Form::Pkcs12
        | Form::OtherPrivateKey => return None,
    };
    Some(text.to_owned())
}

/// Returns the hint for a private key in another form than PKCS#8.
pub(super) fn of_other_form(format: SourceFormat) -> &'static str {
    if format.form == Form::EncryptedPkcs8 && format.encoding != Encoding::Pem {
        "to decrypt the key, run byok wrap with --passphrase-file FILE, or at a terminal"
    } else {
        "wrap the key with byok wrap, which converts it"
    }
}

/// Returns a pipe for the scalar of an Ethereum key.
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
        EncryptionError::Passphrase | EncryptionError::Mac | EncryptionError::OtherPassphrase => {
            Some(passphrase(origin))
        }
        EncryptionError::Scheme(name) if needs_legacy_provider(name) => {
            Some(decrypted(" -provider legacy -provider default", origin))
        }
        EncryptionError::Scheme(_) | EncryptionError::Rounds { .. } => Some(decrypted("", origin)),
        EncryptionError::Memory { .. } => {
            Some("encrypt the key again with lower costs, in the program that made it".to_owned())
        }
        EncryptionError::PassphraseNeeded | EncryptionError::Malformed => None,
    }
}

/// Returns the hints for encrypted PKCS#12. Only OpenSSL reads RC2 and RC4, with its legacy provider.
pub(super) fn of_store_encryption(
    error: &EncryptionError,
    origin: &MaterialOrigin,
) -> Option<String> {
    match error {
        EncryptionError::Passphrase | EncryptionError::Mac => Some(passphrase(origin)),
        EncryptionError::OtherPassphrase => Some(format!(
            "to enter both passphrases, run: {}",
            origin.pipe(&extracted(" -twopass", origin))
        )),
        EncryptionError::Scheme(name) if needs_legacy_provider(name) => Some(format!(
            "to extract the key without a file, run: {}",
            origin.pipe(&extracted(" -legacy", origin))
        )),
        EncryptionError::Scheme(_) | EncryptionError::Rounds { .. } => Some(format!(
            "to extract the key without a file, run: {}",
            origin.pipe(&extracted("", origin))
        )),
        EncryptionError::Memory { .. } => {
            Some("encrypt the key again with lower costs, in the program that made it".to_owned())
        }
        EncryptionError::PassphraseNeeded | EncryptionError::Malformed => None,
    }
}

/// Returns the command that extracts the keys of a PKCS#12 file.
pub(super) fn extracted(options: &str, origin: &MaterialOrigin) -> String {
    format!(
        "openssl pkcs12 -in {}{options} -nocerts -noenc",
        origin.file()
    )
}

/// Returns whether the scheme needs OpenSSL 3's legacy provider.
fn needs_legacy_provider(scheme: &str) -> bool {
    [
        "MD2", "RC2", "RC4", "AndDES", "rc2", "des-cbc", "DES-CBC", "IDEA", "BF-", "CAST5",
    ]
    .iter()
    .any(|old| scheme.contains(old))
}

fn decrypted(options: &str, origin: &MaterialOrigin) -> String {
    let pipe = origin.pipe(&format!("openssl pkey{options} -in {}", origin.file()));
    format!("to decrypt the key without a file, run: {pipe}")
}

/// Returns the hints for encrypted OpenSSH keys. OpenSSL does not read them, and `ssh-keygen`
/// writes only files, so the key stays encrypted.
pub(super) fn of_open_ssh_encryption(error: &EncryptionError, origin: &MaterialOrigin) -> String {
    match error {
        EncryptionError::Passphrase | EncryptionError::Mac | EncryptionError::OtherPassphrase => {
            passphrase(origin)
        }
        EncryptionError::Scheme(_)
        | EncryptionError::Rounds { .. }
        | EncryptionError::Memory { .. }
        | EncryptionError::PassphraseNeeded
        | EncryptionError::Malformed => {
            "to encrypt a copy in a supported way, run: ssh-keygen -p -Z aes256-ctr -a 16 -f COPY"
                .to_owned()
        }
    }
}

/// Returns the hint for a JSON Web Key.
pub(super) fn of_jwk(error: &JwkError, origin: &MaterialOrigin) -> Option<String> {
    let file = origin.file();
    let text = match error {
        JwkError::Json(byok_core::json::JsonError::ByteOrderMark) => {
            return Some(format!(
                "to remove it, run: {}",
                origin.pipe(&format!("tail -c +4 {file}"))
            ));
        }
        JwkError::KeySet(_) => {
            return Some(format!(
                "to select a key, here the first, run: {}",
                origin.pipe(&format!("jq '.keys[0]' {file}"))
            ));
        }
        JwkError::MissingMember("p" | "q" | "dp" | "dq" | "qi") => {
            "add the members p, q, dp, dq and qi"
        }
        JwkError::Member(_) => {
            "write the numbers in base64url without padding, and those of a curve in its full \
             length"
        }
        JwkError::Encrypted => {
            return Some(format!(
                "decrypt the key in the program that made it, and pipe the key: {}",
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
    use crate::context::PassphraseSource;

    #[test]
    fn a_wrong_passphrase_is_blamed_on_where_it_was_read() {
        for (source, words) in [
            (PassphraseSource::Prompt, "the passphrase from the prompt"),
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
