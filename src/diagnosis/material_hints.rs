//! What to do about a file of key material that is not what it should be.
//!
//! A hint that converts is a pipe: a private key that was never a plaintext file need not be
//! deleted.

use byok_core::key_material::{EncryptionError, Foreign, KeyMaterialError, Lookalike, MaterialFormat};
use byok_core::key_spec::{Family, KeySpec};

/// What to do, best first.
pub(crate) fn material_hints(cause: &KeyMaterialError) -> Vec<String> {
    let hint = match cause {
        KeyMaterialError::KeySpecNeeded { len, looks_like } => return key_spec_needed(*len, *looks_like),
        KeyMaterialError::WrongLength { key_spec, len, expected, looks_like } => {
            return vec![wrong_length(*key_spec, *len, *expected.start(), *expected.end(), *looks_like)];
        }
        KeyMaterialError::Foreign(foreign) => {
            return of_foreign(*foreign).into_iter().collect();
        }
        KeyMaterialError::PassphraseNeeded => {
            "--passphrase-file FILE or --passphrase-fd N; at a terminal it is asked for".to_owned()
        }
        KeyMaterialError::Encryption(error) => return of_encryption(error),
        KeyMaterialError::NotWrittenAs(MaterialFormat::Hex) => {
            "hex digits in pairs are meant, with 0x before them or white space between them".to_owned()
        }
        KeyMaterialError::NotWrittenAs(_) => {
            "base64 with the letters + and / is meant; that of URLs becomes it by: tr -- -_ +/".to_owned()
        }
        KeyMaterialError::BareScalar(format) => {
            format!("if it is the scalar of an Ethereum key, say --material-format {format}")
        }
        KeyMaterialError::NoBareForm(_) => {
            "leave --material-format out: it is for symmetric and HMAC keys, and for scalars of \
             ECC_SECG_P256K1"
                .to_owned()
        }
        KeyMaterialError::SeveralKeys(_) => "leave the one key that is meant in the file".to_owned(),
        KeyMaterialError::RsaPss => {
            "an RSA_* key of AWS KMS makes PSS signatures, too; write the same key as rsaEncryption on the way: \
             openssl rsa -in FILE -traditional | sed s/RSA-PSS/RSA/ | byok rehearse -"
                .to_owned()
        }
        KeyMaterialError::Weak(_) => {
            "AWS KMS would take it, for ever; --allow-weak does, for test fixtures".to_owned()
        }
        KeyMaterialError::OtherKeySpec { found, .. } => format!("for this key, say --key-spec {found}"),
        KeyMaterialError::Algorithm(_) | KeyMaterialError::Curve(_) => {
            "AWS KMS imports RSA keys and EC keys on P-256, P-384, P-521 and secp256k1; in the China Regions \
             SM2 keys, too"
                .to_owned()
        }
        KeyMaterialError::ExplicitCurve => "AWS KMS takes keys on named curves only".to_owned(),
        KeyMaterialError::CurveNotNamed(_) => "byok wrap names the curve before it wraps the key".to_owned(),
        KeyMaterialError::ModulusBits(_) => {
            "a key of the right size is made by: byok generate --key-spec RSA_3072".to_owned()
        }
        _ => return vec![],
    };
    vec![hint]
}

fn key_spec_needed(len: usize, looks_like: Option<Lookalike>) -> Vec<String> {
    let format = match looks_like {
        Some(Lookalike::Hex(bytes)) => Some(("hex", bytes)),
        Some(Lookalike::Base64(bytes)) => Some(("base64", bytes)),
        _ => None,
    };
    let text = format.map(|(format, bytes)| {
        format!("they look like {format} of {bytes} bytes: if they are, say --material-format {format}")
    });
    let what = match len {
        32 => {
            "32 bytes can be SYMMETRIC_DEFAULT, HMAC_256 or an ECC_SECG_P256K1 scalar; say which with --key-spec"
        }
        _ => "say with --key-spec what they are",
    };
    text.into_iter().chain([what.to_owned()]).collect()
}

fn wrong_length(
    key_spec: KeySpec,
    len: usize,
    shortest: usize,
    longest: usize,
    looks_like: Option<Lookalike>,
) -> String {
    let pipe = |command: &str| format!("{command} | byok rehearse --key-spec {key_spec} -");
    let decoded = |format: &str, bytes: usize| {
        if (shortest..=longest).contains(&bytes) {
            format!("it looks like {format} of {bytes} bytes: if it is, say --material-format {format}")
        } else {
            format!("it looks like {format} of {bytes} bytes, which is not the right length either")
        }
    };
    match looks_like {
        Some(Lookalike::Hex(bytes)) => decoded("hex", bytes),
        Some(Lookalike::Base64(bytes)) => decoded("base64", bytes),
        Some(Lookalike::TrailingNewline) => {
            let cut = pipe(&format!("head -c {} FILE", len - 1));
            format!("the last byte is a newline; if it is not the key's, cut it off: {cut}")
        }
        Some(Lookalike::TrailingCrLf) => {
            let cut = pipe(&format!("head -c {} FILE", len - 2));
            format!("the last two bytes are CR and LF; if they are not the key's, cut them off: {cut}")
        }
        Some(Lookalike::ByteOrderMark) => format!(
            "it begins with the byte order mark of UTF-8, as text of Windows does; cut it off: {}",
            pipe("tail -c +4 FILE")
        ),
        Some(Lookalike::Utf16) => utf_16(),
        Some(Lookalike::BitsForBytes) => format!(
            "{len} bits are {shortest} bytes; a key of that length is made by: byok generate --key-spec {key_spec}"
        ),
        _ if len > longest && matches!(key_spec.family(), Family::Hmac { .. }) => format!(
            "AWS's advice for a longer key is to hash it first: {}",
            pipe(&format!("openssl dgst -{} -binary FILE", hmac_hash(key_spec)))
        ),
        _ if matches!(len, 16 | 24) && shortest == 32 => format!(
            "AES-{} keys are as long; {key_spec} is AES-256, and a key of that is made by: byok generate --key-spec \
             {key_spec}",
            8 * len
        ),
        _ => "raw bytes are meant: no structure, no text, no newline at the end".to_owned(),
    }
}

fn of_encryption(error: &EncryptionError) -> Vec<String> {
    let hint = match error {
        EncryptionError::Passphrase => {
            "the first line of the passphrase's file counts, without its end, and every space in it"
                .to_owned()
        }
        _ => DECRYPT_ON_THE_WAY.to_owned(),
    };
    vec![hint]
}

const DECRYPT_ON_THE_WAY: &str =
    "decrypt it on the way, without a file: openssl pkey -in FILE | byok rehearse -";

fn utf_16() -> String {
    "text in UTF-16, as PowerShell 5 writes it with >: iconv -f UTF-16 -t ASCII FILE | byok rehearse -"
        .to_owned()
}

fn hmac_hash(key_spec: KeySpec) -> &'static str {
    match key_spec {
        KeySpec::Hmac224 => "sha224",
        KeySpec::Hmac384 => "sha384",
        KeySpec::Hmac512 => "sha512",
        _ => "sha256",
    }
}

fn of_foreign(foreign: Foreign) -> Option<String> {
    let text = match foreign {
        Foreign::NotPkcs8(_) | Foreign::Pem => "byok wrap converts a key before it wraps it",
        Foreign::EncryptedPem => {
            "decrypt it on the way, without a file: openssl pkey -in FILE | byok rehearse -"
        }
        Foreign::EncryptedPkcs8 => {
            "byok wrap decrypts a key before it wraps it: --passphrase-file FILE, or the prompt"
        }
        Foreign::Pkcs12 => {
            "take the key out on the way, without a file: openssl pkcs12 -in FILE -nocerts -noenc | byok rehearse -"
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
            "OpenPGP keys are bound to its own structure: make a key for AWS KMS with byok generate"
        }
        Foreign::Age => {
            "if age encrypted a key, decrypt it on the way: age --decrypt -i IDENTITY FILE | byok rehearse -; an \
             age identity itself is X25519, which AWS KMS does not import"
        }
        Foreign::Putty => "puttygen FILE -O private-openssh -o /dev/stdout | byok rehearse -",
        Foreign::EthereumKeystore => {
            "have the wallet that made it decrypt it, and pipe the scalar: … | byok rehearse --key-spec \
             ECC_SECG_P256K1 --material-format hex -"
        }
        Foreign::Mnemonic => {
            "a mnemonic stands for many keys: have the wallet derive the one that is meant, and pipe its scalar: \
             … | byok rehearse --key-spec ECC_SECG_P256K1 --material-format hex -"
        }
        Foreign::Utf16 => return Some(utf_16()),
        Foreign::OtherJson => "a JSON Web Key has a member kty",
        _ => return None,
    };
    Some(text.to_owned())
}
