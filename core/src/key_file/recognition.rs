//! Recognition of the form of a file, without the text around a key. No other place decides it.

use spki::SubjectPublicKeyInfoRef;
use x509_cert::{Certificate, request::CertReq};

use der::{Decode as _, Tag, Tagged as _, asn1::AnyRef};

use super::{
    element::TailedElement,
    encrypted_pem::EncryptedBlock,
    encrypted_pkcs8,
    error::ReadError,
    form::{Form, JavaStoreType},
    java_key_store, jwk, mnemonic, open_pgp, other_key_store,
    pem::{self, PemFile},
    rsa_xml,
    source_format::{Encoding, SourceFormat},
    text::MaterialFormat,
    version, windows_blob,
    wrapped_in_json::WrappedInJson,
};
use crate::{
    mangling::{self, Mangling},
    pem::{Block, blocks},
    secret::SecretBytes,
    text_encoding,
};

/// The first line of a file that age encrypted; any bytes follow.
///
/// # Source
///
/// C2SP, age: the header's version line.
const AGE_FILE: &[u8] = b"age-encryption.org/v1\n";

/// A file whose form is known.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) format: SourceFormat,
    /// The input of the reader, or the reason why there is none.
    pub(super) content: Result<Content<'a>, ReadError>,
    /// The PEM file around the content.
    pub(super) pem: Option<PemFile<'a>>,
}

/// The input of a reader.
#[derive(Debug)]
pub(super) enum Content<'a> {
    /// The octets of a key in this encoding, or an unknown form.
    Octets(MaterialFormat),
    /// The text of a JSON Web Key.
    Jwk(&'a [u8]),
    /// A Java key store, which is the whole file.
    JavaKeyStore(JavaStoreType),
    /// The text of an RSA key in XML.
    RsaXml(&'a str),
    /// The contents of the block of an OpenSSH key.
    OpenSsh(SecretBytes),
    /// PKCS#8.
    Pkcs8(TailedElement),
    /// Encrypted PKCS#8.
    EncryptedPkcs8(TailedElement),
    /// A block in OpenSSL's older encrypted form.
    EncryptedPem(EncryptedBlock<'a>),
    /// PKCS#12.
    Pkcs12(TailedElement),
    /// PKCS#1.
    Pkcs1(TailedElement),
    /// SEC1.
    Sec1(TailedElement),
}

impl<'a> Source<'a> {
    /// Recognises `file` by its PEM blocks, or else as text, or else by its bytes. `alias` selects one
    /// of several blocks.
    pub(super) fn of(file: &'a [u8], alias: Option<&str>) -> Self {
        let blocks = blocks(file);
        if !blocks.is_empty() {
            return Self::of_pem(&blocks, alias);
        }
        if let Some(form) = of_wide_text(file) {
            return Self::plain(form, Encoding::Raw, Err(ReadError::Unsupported(form)));
        }
        let utf8 = core::str::from_utf8(file).ok();
        if let Some(xml) = utf8.filter(|text| rsa_xml::looks_like(text)) {
            let content = Ok(Content::RsaXml(xml));
            return Self::plain(Form::RsaXml, Encoding::Xml, content);
        }
        let text = utf8.and_then(of_text);
        if matches!(text, None | Some(Form::OtherJson)) && jwk::looks_like(file) {
            let content = Ok(Content::Jwk(text_encoding::without_mark(file)));
            return Self::plain(Form::Jwk, Encoding::Json, content);
        }
        if text == Some(Form::OtherJson)
            && let Some(WrappedInJson {
                path, is_url_safe, ..
            }) = WrappedInJson::named(file)
        {
            let error = Err(ReadError::WrappedInJson { path, is_url_safe });
            return Self::plain(Form::WrappedInJson, Encoding::Json, error);
        }
        if let Some(form) = text {
            let encoding = if form == Form::OtherJson {
                Encoding::Json
            } else {
                Encoding::Raw
            };
            return Self::plain(form, encoding, Err(ReadError::Unsupported(form)));
        }
        if let Some(found) = Self::of_element(file) {
            return found;
        }
        if let Some(store_type) = java_key_store::store_type(file) {
            let form = Form::JavaKeyStore(store_type);
            return Self::plain(form, Encoding::Raw, Ok(Content::JavaKeyStore(store_type)));
        }
        if let Some(form) = of_bytes(file) {
            let error = match form {
                Form::OtherPrivateKey => ReadError::Algorithm("DSA".to_owned()),
                form => ReadError::Unsupported(form),
            };
            return Self::plain(form, Encoding::Raw, Err(error));
        }
        match mangled(file) {
            Some(mangling) => {
                let error = Err(ReadError::Mangled(mangling));
                Self::plain(Form::Mangled, Encoding::Raw, error)
            }
            None => Self::of_octets(MaterialFormat::Raw),
        }
    }

    /// Returns the source for a file that is the octets of a key in this encoding.
    pub(super) fn of_octets(format: MaterialFormat) -> Self {
        Self::plain(Form::Raw, format.encoding(), Ok(Content::Octets(format)))
    }

    /// Returns whether the form is certain, also for a file with the length of a raw key.
    pub(super) fn is_certain(&self) -> bool {
        matches!(self.format.form, Form::Jwk | Form::JavaKeyStore(_))
    }

    fn plain(form: Form, encoding: Encoding, content: Result<Content<'a>, ReadError>) -> Self {
        Self {
            format: SourceFormat::plain(form, encoding),
            content,
            pem: None,
        }
    }

    fn of_pem(blocks: &[Block<'a>], alias: Option<&str>) -> Self {
        let (pem, contents) = match pem::select(blocks, alias) {
            Ok(found) => found,
            Err((form, error)) => return Self::plain(form, Encoding::Pem, Err(error)),
        };
        let found = if let Some(dek_info) = pem.dek_info {
            let block = EncryptedBlock {
                dek_info,
                ciphertext: contents,
            };
            let content = Ok(Content::EncryptedPem(block));
            Self::plain(Form::EncryptedPem, Encoding::Pem, content)
        } else if pem.is_open_ssh() {
            Self::plain(Form::OpenSsh, Encoding::Pem, Ok(Content::OpenSsh(contents)))
        } else {
            Self::of_element(contents.expose()).unwrap_or_else(|| {
                let malformed = Err(ReadError::Malformed);
                Self::plain(Form::OtherPrivateKey, Encoding::Pem, malformed)
            })
        };
        Self {
            format: SourceFormat::plain(found.format.form, Encoding::Pem),
            pem: Some(pem),
            ..found
        }
    }

    /// Recognises one BER element; `None` for an unknown one or for other bytes.
    ///
    /// Most bytes begin with something that could be an element, so only a private key gets the error
    /// about bytes after it.
    fn of_element(bytes: &[u8]) -> Option<Self> {
        let element = TailedElement::of(bytes)?;
        let form = of_der(element.der())?;
        let encoding = element.encoding;
        let count = element.tail_len;
        let is_whole = element.is_whole();
        let content = match form {
            Form::Pkcs8 => Ok(Content::Pkcs8(element)),
            Form::EncryptedPkcs8 => Ok(Content::EncryptedPkcs8(element)),
            Form::Pkcs1 => Ok(Content::Pkcs1(element)),
            Form::Sec1 => Ok(Content::Sec1(element)),
            Form::Pkcs12 => Ok(Content::Pkcs12(element)),
            _ => Err(ReadError::Unsupported(form)),
        };
        if is_whole {
            return Some(Self::plain(form, encoding, content));
        }
        let first_len = bytes.len() - count;
        if let Some((key, error)) = two_files(form, first_len, bytes.get(first_len..)?) {
            return Some(Self::plain(key, encoding, Err(error)));
        }
        let error = Err(ReadError::TrailingBytes { count });
        content.is_ok().then(|| Self::plain(form, encoding, error))
    }
}

/// Returns the error for a file of the form `first` with another file after it, if one of them is a private
/// key, and the form of the key.
fn two_files(first: Form, first_len: usize, tail: &[u8]) -> Option<(Form, ReadError)> {
    let second = of_der(TailedElement::of(tail)?.der())?;
    let key = [first, second]
        .into_iter()
        .find(|form| form.is_private_key())?;
    let error = ReadError::TwoFiles {
        first,
        first_len,
        second,
    };
    Some((key, error))
}

/// Recognises DER.
fn of_der(der: &[u8]) -> Option<Form> {
    if encrypted_pkcs8::looks_like(der) {
        Some(Form::EncryptedPkcs8)
    } else if SubjectPublicKeyInfoRef::from_der(der).is_ok() {
        Some(Form::PublicKey)
    } else if Certificate::from_der(der).is_ok() {
        Some(Form::Certificate)
    } else if CertReq::from_der(der).is_ok() {
        Some(Form::CertificateRequest)
    } else if is_pkcs12(der) {
        Some(Form::Pkcs12)
    } else if let Some(store_type) = other_key_store::of_der(der) {
        Some(Form::OtherKeyStore(store_type))
    } else {
        version::form(der)
    }
}

/// Recognises text by its beginning.
///
/// # Source
///
/// C2SP, age; PuTTY manual, appendix C; RFC 4253, 6.6 (OpenSSH public keys); Web3 Secret
/// Storage; Azure Key Vault, "Bring your own key specification".
fn of_text(text: &str) -> Option<Form> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
    if text.as_bytes().starts_with(AGE_FILE)
        || text.lines().any(|line| line.starts_with("AGE-SECRET-KEY-"))
    {
        Some(Form::Age)
    } else if begins(&["PuTTY-User-Key-File-"]) {
        Some(Form::Putty)
    } else if begins(&[
        "ssh-rsa ",
        "ssh-ed25519 ",
        "ecdsa-sha2-",
        "sk-ssh-",
        "sk-ecdsa-",
    ]) {
        Some(Form::PublicKey)
    } else if begins(&["{"]) {
        Some(of_json(text))
    } else if let Some(store_type) = other_key_store::of_text(text) {
        Some(Form::OtherKeyStore(store_type))
    } else {
        mnemonic::is_mnemonic(text).then_some(Form::Mnemonic)
    }
}

fn of_json(text: &str) -> Form {
    // Without a copy in lower case: a JWK has secret members.
    let has = |name: &str| {
        let mut windows = text.as_bytes().windows(name.len());
        windows.any(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    };
    if has("\"schema_version\"") && has("\"header\"") && has("\"ciphertext\"") {
        return Form::AzureTransfer;
    }
    if has("\"crypto\"") && has("\"kdfparams\"") {
        Form::EthereumKeystore
    } else {
        Form::OtherJson
    }
}

/// Recognises bytes that are neither text nor DER.
fn of_bytes(bytes: &[u8]) -> Option<Form> {
    if let Some(store_type) = other_key_store::of_bytes(bytes) {
        Some(Form::OtherKeyStore(store_type))
    } else if bytes.starts_with(AGE_FILE) {
        Some(Form::Age)
    } else {
        let open_pgp = || open_pgp::is_key(bytes).then_some(Form::OpenPgp);
        windows_blob::form(bytes).or_else(open_pgp)
    }
}

/// Recognises text in UTF-16 or UTF-32.
fn of_wide_text(file: &[u8]) -> Option<Form> {
    if text_encoding::is_utf32(file) {
        return Some(Form::Utf32);
    }
    text_encoding::from_utf16(file).map(|_| Form::Utf16)
}

/// Returns how a program changed the bytes of a file, if they show it: bytes are lost, or a private key
/// appears when the change is reverted.
fn mangled(file: &[u8]) -> Option<Mangling> {
    let reverted = || {
        let (mangling, bytes) = mangling::from_utf8(file)?;
        let form = Source::of(bytes.expose(), None).format.form;
        form.is_private_key().then_some(mangling)
    };
    mangling::lost(file).or_else(reverted)
}

/// `SEQUENCE { INTEGER 3, ContentInfo, MacData OPTIONAL }`: RFC 7292, 4.
fn is_pkcs12(bytes: &[u8]) -> bool {
    let Ok(sequence) = AnyRef::from_der(bytes) else {
        return false;
    };
    let version = sequence.sequence(|reader| {
        use der::Reader as _;
        let version: u8 = reader.decode()?;
        let content: AnyRef<'_> = reader.decode()?;
        let _mac_data: Option<AnyRef<'_>> = reader.decode()?;
        Ok::<_, der::Error>((version, content.tag()))
    });
    version.is_ok_and(|found| found == (3, Tag::Sequence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_file::test_files::test_file;

    #[test]
    fn texts_are_told_apart() {
        for (text, expected) in [
            (
                "# created: 2026\n# public key: age1x\nAGE-SECRET-KEY-1QQ",
                Form::Age,
            ),
            ("age-encryption.org/v1\n-> X25519 x", Form::Age),
            (
                "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none",
                Form::Putty,
            ),
            ("ssh-rsa AAAAB3 me@here", Form::PublicKey),
            ("ecdsa-sha2-nistp256 AAAA me@here", Form::PublicKey),
            (
                "{\"version\":3,\"Crypto\":{\"kdfparams\":{}}}",
                Form::EthereumKeystore,
            ),
            ("{\"crypto\":{}}", Form::OtherJson),
            (
                "{\"schema_version\":\"1.0.0\",\"header\":{},\"ciphertext\":\"\"}",
                Form::AzureTransfer,
            ),
            ("{\"header\":{},\"ciphertext\":\"\"}", Form::Jwk),
            ("<RSAKeyValue>", Form::RsaXml),
            ("\u{feff}{}", Form::OtherJson),
            ("{\"kty\":", Form::Jwk),
            ("hello", Form::Raw),
            ("", Form::Raw),
        ] {
            let found = SourceFormat::of(text.as_bytes());
            assert_eq!(found.form, expected, "{text}");
            let is_json = matches!(expected, Form::OtherJson | Form::Jwk);
            assert_eq!(found.encoding == Encoding::Json, is_json, "{text}");
        }
    }

    #[test]
    fn two_files_are_told_with_the_place_of_the_second() {
        let certificate = crate::pem::blocks(test_file!("p256.crt"))[0].decode();
        let certificate = certificate.expect("PEM");
        let (certificate, key) = (certificate.expose(), test_file!("p256.der"));
        let sec1 = &key[29..];
        for (first, second, forms, key_form) in [
            (key, sec1, [Form::Pkcs8, Form::Sec1], Form::Pkcs8),
            (sec1, key, [Form::Sec1, Form::Pkcs8], Form::Sec1),
            (
                key,
                certificate,
                [Form::Pkcs8, Form::Certificate],
                Form::Pkcs8,
            ),
            (
                certificate,
                key,
                [Form::Certificate, Form::Pkcs8],
                Form::Pkcs8,
            ),
        ] {
            let file = [first, second].concat();
            let found = Source::of(&file, None);
            assert_eq!(found.format.form, key_form);
            let expected = ReadError::TwoFiles {
                first: forms[0],
                first_len: first.len(),
                second: forms[1],
            };
            assert_eq!(found.content.expect_err("two files"), expected);
        }
        let two = [certificate, certificate].concat();
        assert_eq!(Form::of(&two), Form::Raw, "none of them is a key");
        let with_tail = [key, &[1, 2]].concat();
        let error = Source::of(&with_tail, None).content;
        let tail = ReadError::TrailingBytes { count: 2 };
        assert_eq!(error.expect_err("a tail"), tail);
    }

    #[test]
    fn key_stores_and_packets_are_told_apart() {
        let der = |body: &[u8]| [&[0x30, u8::try_from(body.len()).expect("short")], body].concat();
        let scheme = [0x30, 3, 6, 1, 42];
        for (bytes, expected) in [
            (
                der(&[&scheme[..], &[4, 1, 0]].concat()),
                Form::EncryptedPkcs8,
            ),
            (der(&[&[2, 1, 3][..], &scheme].concat()), Form::Pkcs12),
            (der(&[2, 1, 3]), Form::Raw),
            (
                b"\xfe\xed\xfe\xed\0\0\0\x02".to_vec(),
                Form::JavaKeyStore(JavaStoreType::Jks),
            ),
            (
                b"\xce\xce\xce\xce\0\0\0\x02".to_vec(),
                Form::JavaKeyStore(JavaStoreType::Jceks),
            ),
            (b"\xfe\xed\xfe\xed\x01\0\0\x02".to_vec(), Form::Raw),
            (b"age-encryption.org/v1\n-> X25519 \xff".to_vec(), Form::Age),
            (b"\xff\xfe-\0-\0".to_vec(), Form::Utf16),
            (b"\xff\xfe\x02\0-\0".to_vec(), Form::Raw),
            (b"\xff\xfe\0\0-\0\0\0".to_vec(), Form::Utf32),
            (
                b"a\xef\xbf\xbd\xef\xbf\xbdb\xef\xbf\xbd\x01".to_vec(),
                Form::Mangled,
            ),
            (vec![0x94, 7, 4, 0, 0, 0, 0, 1, 0], Form::OpenPgp),
        ] {
            assert_eq!(Form::of(&bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_key_is_recognised_in_der_and_pem_and_with_bytes_behind_it() {
        let encrypted = test_file!("p256-scrypt-aes256.der");
        for (form, der, label) in [
            (Form::Pkcs8, test_file!("p256.der"), "PRIVATE KEY"),
            (
                Form::Pkcs1,
                &test_file!("rsa-2048.der")[26..],
                "RSA PRIVATE KEY",
            ),
            (Form::Sec1, &test_file!("p256.der")[29..], "PRIVATE KEY"),
            (Form::EncryptedPkcs8, encrypted, "PRIVATE KEY"),
        ] {
            let pem = der::pem::encode_string(label, der::pem::LineEnding::LF, der);
            let pem = pem.expect("short");
            let plain = |encoding| SourceFormat::plain(form, encoding);
            assert_eq!(SourceFormat::of(der), plain(Encoding::Der));
            assert_eq!(SourceFormat::of(pem.as_bytes()), plain(Encoding::Pem));
            assert_eq!(Form::of(&[der, &[1]].concat()), form);
            // A truncated key is unknown, except in PEM, which has a label.
            assert_eq!(Form::of(&der[..der.len() - 1]), Form::Raw);
        }
        assert_eq!(
            Form::of(b"-----BEGIN RSA PRIVATE KEY-----\nAAEC"),
            Form::Pkcs1
        );
        assert_eq!(Form::of(test_file!("p256.openssh")), Form::OpenSsh);
        assert_eq!(Form::of(test_file!("p256.jwk")), Form::Jwk);
    }
}
