//! Detects files that were given in place of others. Neither a request nor a report may contain key
//! material that is not wrapped.

use std::fmt;

use byok_core::blob::Blob;
use byok_core::inspect::{Inspection, Kind, inspect};
use byok_core::key_file::Form;
use byok_core::secret::SecretBytes;

/// Key material in place of a public file.
#[derive(Debug, thiserror::Error)]
#[error("expected {}, found unwrapped key material", .0)]
pub(crate) struct MistakenKey(&'static str);

/// A known file in place of another.
#[derive(Debug)]
pub(crate) struct MistakenFile {
    name: &'static str,
    /// The kind found.
    pub(crate) is: Kind,
    /// The kind expected.
    pub(crate) belongs: Kind,
}

impl fmt::Display for MistakenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let article = if self.name.starts_with(['I', 'i']) {
            "an"
        } else {
            "a"
        };
        write!(
            f,
            "expected the {}, found {article} {}",
            title(self.belongs),
            self.name
        )
    }
}

impl std::error::Error for MistakenFile {}

/// Text in place of the import token, which is binary: its base64 or hex, possibly in quotes.
#[derive(Debug, thiserror::Error)]
#[error("expected an import token, found text")]
pub(crate) struct TextToken;

/// Checks that an import token is not text. An encoded token has no marks and would pass for an
/// unknown token of AWS. Random bytes of that length are never text.
///
/// # Errors
///
/// [`TextToken`] for printable ASCII, also with a byte order mark or in UTF-16.
pub(crate) fn refuse_text_token(token: &[u8]) -> Result<(), TextToken> {
    let text = token.strip_prefix(b"\xef\xbb\xbf").unwrap_or(token);
    let is_utf16 = text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff");
    let mut text = text
        .iter()
        .skip(if is_utf16 { 2 } else { 0 })
        .filter(|byte| !is_utf16 || **byte != 0);
    let is_text = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    if !token.is_empty() && text.all(is_text) {
        Err(TextToken)
    } else {
        Ok(())
    }
}

/// Checks that `bytes` are not certainly another kind of file than `belongs`. Bytes that may be
/// anything pass, and so do public keys of either kind for each other.
///
/// # Errors
///
/// [`MistakenFile`], with the kind found.
pub(crate) fn refuse_other(bytes: &[u8], belongs: Kind) -> Result<(), MistakenFile> {
    let has_public_key = |kind| {
        matches!(
            kind,
            Kind::PublicKey | Kind::Certificate | Kind::GetPublicKey
        )
    };
    let inspection = inspect(&SecretBytes::copy_of(bytes));
    let is = inspection.kind();
    let is_sure = !matches!(
        is,
        Kind::RawBytes | Kind::EncryptedKeyMaterial | Kind::Unknown
    ) && !matches!(inspection, Inspection::Faulty(..));
    // As key material, it has an error of its own.
    let is_own_error = is == Kind::WrappedElsewhere && belongs == Kind::KeyMaterial;
    let is_other =
        is != belongs && !is_own_error && !(has_public_key(is) && has_public_key(belongs));
    if is_sure && is_other {
        Err(MistakenFile {
            name: name(&inspection),
            is,
            belongs,
        })
    } else {
        Ok(())
    }
}

/// Returns the name of a file. Not every refused key file is a private key.
pub(crate) const fn name(inspection: &Inspection) -> &'static str {
    match inspection {
        Inspection::UnusableKeyMaterial { form, .. }
        | Inspection::WrappedElsewhere { form, .. } => of_form(*form),
        Inspection::KeyMaterial(_) => "private key",
        other => title(other.kind()),
    }
}

/// Returns the name of a file whose key cannot be imported unchanged.
const fn of_form(form: Form) -> &'static str {
    match form {
        Form::CertificateRequest => "certificate signing request",
        Form::Pkcs12 | Form::JavaKeyStore(_) | Form::OtherKeyStore(_) => "key store",
        Form::OpenPgp | Form::Age => "file of another program",
        Form::AzureTransfer => "transfer file of Azure Key Vault",
        Form::WrappedInJson => "wrapped key in JSON",
        Form::Raw
        | Form::Scalar
        | Form::Seed
        | Form::Pkcs8
        | Form::EncryptedPkcs8
        | Form::Pkcs1
        | Form::Sec1
        | Form::OpenSsh
        | Form::Jwk
        | Form::OtherPrivateKey
        | Form::EncryptedPem
        | Form::PublicKey
        | Form::Certificate
        | Form::Putty
        | Form::EthereumKeystore
        | Form::Mnemonic
        | Form::Utf16
        | Form::Utf32
        | Form::Mangled
        | Form::RsaXml
        | Form::Pvk
        | Form::EncryptedPvk
        | Form::CapiBlob
        | Form::CngBlob
        | Form::OtherPem
        | Form::OtherJson => title(Kind::UnusableKeyMaterial),
    }
}

/// Returns the name of a kind of file.
pub(crate) const fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::ParametersRequest => "GetParametersForImport request",
        Kind::ImportParameters => "GetParametersForImport response",
        Kind::ImportRequest => "ImportKeyMaterial request",
        Kind::KeyMetadata => "description of a KMS key",
        Kind::Report => "report of byok",
        Kind::Verdict => "verdict of byok",
        Kind::GetPublicKey => "get-public-key output",
        Kind::PublicKey => "public key",
        Kind::Certificate => "certificate",
        Kind::ImportToken => "import token",
        Kind::KeyMaterial => "key material",
        Kind::UnusableKeyMaterial => "private key that cannot be imported unchanged",
        Kind::WrappedElsewhere => "wrapped key in JSON",
        Kind::RawBytes => "bytes",
        Kind::EncryptedKeyMaterial => "wrapped key material",
        Kind::Unknown => "not recognised",
    }
}

/// Checks that `blob`, which goes to AWS KMS unchanged, is not unwrapped key material.
///
/// # Errors
///
/// [`MistakenKey`] if it can be read as a private key, or has the length of a raw one.
pub(crate) fn refuse_key(what: &'static str, blob: &Blob) -> Result<(), MistakenKey> {
    if reads_as_key(blob.as_bytes()) {
        Err(MistakenKey(what))
    } else {
        Ok(())
    }
}

/// Returns whether `bytes` can be read as a private key, valid or not, or have the length of a raw
/// one.
pub(crate) fn reads_as_key(bytes: &[u8]) -> bool {
    matches!(
        kind(bytes),
        Kind::KeyMaterial | Kind::UnusableKeyMaterial | Kind::RawBytes
    )
}

/// Returns whether an import token has the structure of one, so that it cannot be a key.
pub(crate) fn is_token(blob: &Blob) -> bool {
    kind(blob.as_bytes()) == Kind::ImportToken
}

/// Returns whether wrapped key material looks wrapped, so that it cannot be an unwrapped key.
pub(crate) fn is_wrapped(blob: &Blob) -> bool {
    kind(blob.as_bytes()) == Kind::EncryptedKeyMaterial
}

fn kind(bytes: &[u8]) -> Kind {
    inspect(&SecretBytes::copy_of(bytes)).kind()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PKCS8: &[u8] = include_bytes!("../tests/golden/fixtures/TEST-p256.pk8");
    const PEM: &[u8] = include_bytes!("../tests/golden/fixtures/TEST-p256-encrypted.pem");
    const TOKEN: &[u8] = include_bytes!("../tests/golden/fixtures/ImportToken.bin");
    const WRAPPED: &[u8] = include_bytes!("../tests/golden/fixtures/wrapped-symmetric.bin");

    #[test]
    fn a_key_goes_nowhere_as_it_is() {
        let refuse = |bytes: &[u8]| refuse_key("the import token", &Blob::new(bytes.to_vec()));
        assert!(refuse(TOKEN).is_ok() && refuse(WRAPPED).is_ok());
        for key in [PKCS8, PEM, &[1; 32]] {
            let error = refuse(key).expect_err("a key");
            assert_eq!(
                error.to_string(),
                "expected the import token, found unwrapped key material"
            );
        }
    }

    #[test]
    fn no_spelling_of_a_token_is_one() {
        let base64 = "AQECAHgybIx2X9LNs5ADpvmFm5Sv";
        let utf16: Vec<u8> = base64.bytes().flat_map(|byte| [byte, 0]).collect();
        for text in [
            base64.as_bytes(),
            format!("\"{base64}\"\n").as_bytes(),
            format!("  {base64}\r\n").as_bytes(),
            format!("\u{feff}{base64}").as_bytes(),
            b"0101020078",
            &[b"\xff\xfe", utf16.as_slice()].concat(),
        ] {
            assert!(refuse_text_token(text).is_err(), "{text:?}");
        }
        for token in [TOKEN, &[], &[7; 256], &[0; 4]] {
            assert!(refuse_text_token(token).is_ok(), "{token:?}");
        }
    }

    #[test]
    fn only_what_looks_right_is_no_secret_for_sure() {
        let blob = |bytes: &[u8]| Blob::new(bytes.to_vec());
        assert!(is_token(&blob(TOKEN)) && is_wrapped(&blob(WRAPPED)));
        for other in [PKCS8, PEM, &[1; 32], &[7; 256], b"{}", &PKCS8[1..]] {
            assert!(
                !is_token(&blob(other)) && !is_wrapped(&blob(other)),
                "{other:?}"
            );
        }
    }
}
