//! PEM files of private keys: one key, and its companions.

use super::{
    alias::Alias, certificate, error::ReadError, form::Form, format_note::FormatNote,
    keys_read::KeysRead, selection, source_format::Encoding, unchecked_key::UncheckedKey,
};
use crate::{
    key_spec::Curve,
    pem::{Block, DekInfo},
    secret::SecretBytes,
};

const PRIVATE_KEY: &str = "PRIVATE KEY";
/// The label of a PKCS#12 file.
const PKCS12: &str = "PKCS12";
/// The label of an OpenSSH key.
const OPEN_SSH: &str = "OPENSSH PRIVATE KEY";

/// A PEM file with one private key.
#[derive(Debug)]
pub(super) struct PemFile<'a> {
    /// The label of the key's block.
    label: &'a str,
    /// The cipher, if OpenSSL encrypted the block in its older form.
    pub(super) dek_info: Option<DekInfo<'a>>,
    /// The certificates in DER, in their order.
    certificates: Vec<SecretBytes>,
}

/// Finds the private key among the blocks of a file, and decodes its block. `alias` selects one of
/// several.
///
/// Text between the blocks is ignored, and so are other blocks: `EC PARAMETERS`, which `openssl
/// ecparam -genkey` writes before a key that repeats them, or `DH PARAMETERS`, which servers keep
/// there.
///
/// # Errors
///
/// The form of the file, and the reason why it has no such key.
pub(super) fn select<'a>(
    blocks: &[Block<'a>],
    alias: Option<&str>,
) -> Result<(PemFile<'a>, SecretBytes), (Form, ReadError)> {
    let is_key = |block: &&Block<'a>| block.label.ends_with(PRIVATE_KEY) || block.label == PKCS12;
    let keys: Vec<&Block<'a>> = blocks.iter().filter(is_key).collect();
    let Some(first) = keys.first() else {
        let mut forms = blocks.iter().map(|block| of_label(block.label));
        let told = forms.find(|form| *form != Form::OtherPem);
        let form = told.unwrap_or(Form::OtherPem);
        return Err((form, ReadError::Unsupported(form)));
    };
    // A PKCS#12 file has names of its own.
    let alias = alias.filter(|_| keys.len() > 1 || first.label != PKCS12);
    let names: Vec<_> = keys.iter().map(|block| friendly_name(block)).collect();
    let key = match selection::select(&names, alias) {
        Ok(at) => keys.get(at).copied().unwrap_or(first),
        Err(error) => return Err((of_key_label(first.label), error)),
    };
    one(key, blocks).map_err(|error| match error {
        ReadError::Unsupported(form) => (form, error),
        error => (of_key_label(key.label), error),
    })
}

/// Returns the name that `openssl pkcs12` writes before a key.
fn friendly_name(block: &Block<'_>) -> Option<Alias> {
    let text = core::str::from_utf8(block.before).ok()?;
    let mut lines = text.lines().rev();
    let name = lines.find_map(|line| line.trim().strip_prefix("friendlyName: "))?;
    Some(Alias(name.to_owned()))
}

fn one<'a>(key: &Block<'a>, blocks: &[Block<'a>]) -> Result<(PemFile<'a>, SecretBytes), ReadError> {
    // Keys that are never imported are rejected. For others, the contents matter, not the label.
    match key.label {
        "RSA-PSS PRIVATE KEY" => return Err(ReadError::RsaPss),
        "DSA PRIVATE KEY" => return Err(ReadError::Algorithm("DSA".to_owned())),
        _ => {}
    }
    let certificates = blocks
        .iter()
        .filter(|block| of_label(block.label) == Form::Certificate)
        .map(decode)
        .collect::<Result<_, _>>()?;
    let dek_info = if key.is_encrypted() {
        Some(key.dek_info().ok_or(ReadError::DamagedPem)?)
    } else {
        None
    };
    let file = PemFile {
        label: key.label,
        dek_info,
        certificates,
    };
    Ok((file, decode(key)?))
}

fn decode(block: &Block<'_>) -> Result<SecretBytes, ReadError> {
    block.decode().ok_or(ReadError::DamagedPem)
}

/// Returns the form of a block with this label, which is not that of a private key.
fn of_label(label: &str) -> Form {
    match label {
        "PUBLIC KEY" | "RSA PUBLIC KEY" | "EC PUBLIC KEY" | "SSH2 PUBLIC KEY" => Form::PublicKey,
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Form::Certificate,
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Form::CertificateRequest,
        "AGE ENCRYPTED FILE" => Form::Age,
        label if label.starts_with("PGP ") => Form::OpenPgp,
        _ => Form::OtherPem,
    }
}

/// Returns the form that the label of a private key names.
fn of_key_label(label: &str) -> Form {
    match label {
        PRIVATE_KEY => Form::Pkcs8,
        "ENCRYPTED PRIVATE KEY" => Form::EncryptedPkcs8,
        "RSA PRIVATE KEY" => Form::Pkcs1,
        "EC PRIVATE KEY" | "SM2 PRIVATE KEY" => Form::Sec1,
        OPEN_SSH => Form::OpenSsh,
        PKCS12 => Form::Pkcs12,
        _ => Form::OtherPrivateKey,
    }
}

impl PemFile<'_> {
    /// Returns whether the label is that of an OpenSSH key.
    pub(super) fn is_open_ssh(&self) -> bool {
        self.label == OPEN_SSH
    }

    /// Adds the notes and the certificate of the file to `keys`, which came from it.
    ///
    /// # Errors
    ///
    /// [`ReadError::Malformed`] if the first certificate is invalid.
    pub(super) fn describe(&self, mut keys: KeysRead) -> Result<KeysRead, ReadError> {
        keys.form.encoding = Encoding::Pem;
        let is_right = keys.form.pem_label() == Some(self.own_label(&keys));
        keys.notes
            .extend((!is_right).then_some(FormatNote::WrongLabel));
        if let Some(leaf) = self.certificates.first() {
            keys.certified = Some(certificate::key_of(leaf.expose())?);
            keys.notes
                .push(FormatNote::Certificates(self.certificates.len()));
        }
        Ok(keys)
    }

    /// Returns the label to compare with the expected one. `openssl ec` writes SM2 keys in the form of
    /// RFC 5915 with a label of their own.
    fn own_label(&self, keys: &KeysRead) -> &str {
        let is_sm2 = |key: &UncheckedKey| {
            matches!(
                key,
                UncheckedKey::Ec {
                    curve: Curve::Sm2,
                    ..
                }
            )
        };
        if self.label == "SM2 PRIVATE KEY" && keys.keys.iter().all(|(_, key)| is_sm2(key)) {
            "EC PRIVATE KEY"
        } else {
            self.label
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        key_file::{
            ReadAs, alias, read,
            test_files::{passphrase, test_file},
        },
        pem::blocks,
    };

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nAAEC\n-----END PRIVATE KEY-----\n";
    const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nAwQF\n-----END CERTIFICATE-----\n";

    fn error(text: &str) -> ReadError {
        let (_, error) = select(&blocks(text.as_bytes()), None).expect_err("refused");
        error
    }

    fn read_pem(pem: &str) -> KeysRead {
        let read_as = ReadAs {
            format: None,
            octets: None,
            passphrase: Some(&passphrase()),
            alias: None,
        };
        read(&SecretBytes::copy_of(pem.as_bytes()), &read_as).expect(pem)
    }

    #[test]
    fn one_key_is_found_among_certificates_and_remarks() {
        let text = format!("subject=/CN=x\n{CERTIFICATE}\n{KEY}# note\n{CERTIFICATE}");
        let (file, key) = select(&blocks(text.as_bytes()), None).expect("one key");
        assert_eq!((file.label, key.expose()), ("PRIVATE KEY", &[0, 1, 2][..]));
        let certificates = file
            .certificates
            .iter()
            .map(|certificate| certificate.expose().to_vec());
        assert_eq!(certificates.collect::<Vec<_>>(), [[3, 4, 5], [3, 4, 5]]);
    }

    #[test]
    fn the_name_of_a_key_in_a_lone_pkcs12_block_is_that_of_a_key_inside() {
        let pkcs12 = KEY.replace(PRIVATE_KEY, PKCS12);
        let select = |text: &str| select(&blocks(text.as_bytes()), Some("x")).map(|_| ());
        assert_eq!(select(&pkcs12), Ok(()));
        for text in [
            KEY.to_owned(),
            [KEY, &pkcs12].concat(),
            [pkcs12.as_str(), KEY].concat(),
        ] {
            let (_, error) = select(&text).expect_err("no key has this name");
            assert!(matches!(error, ReadError::UnknownAlias { .. }), "{error:?}");
        }
    }

    #[test]
    fn the_label_of_a_private_key_names_its_form() {
        for (label, form) in [
            ("PRIVATE KEY", Form::Pkcs8),
            ("ENCRYPTED PRIVATE KEY", Form::EncryptedPkcs8),
            ("RSA PRIVATE KEY", Form::Pkcs1),
            ("EC PRIVATE KEY", Form::Sec1),
            ("SM2 PRIVATE KEY", Form::Sec1),
            ("OPENSSH PRIVATE KEY", Form::OpenSsh),
            ("PKCS12", Form::Pkcs12),
            ("ANY PRIVATE KEY", Form::OtherPrivateKey),
        ] {
            assert_eq!(of_key_label(label), form);
        }
        for label in ["RSA-PSS", "DSA"] {
            let text = KEY.replace(PRIVATE_KEY, &format!("{label} PRIVATE KEY"));
            let expected = match label {
                "DSA" => ReadError::Algorithm("DSA".to_owned()),
                _ => ReadError::RsaPss,
            };
            assert_eq!(error(&text), expected);
        }
    }

    #[test]
    fn one_of_several_keys_is_selected_by_its_position() {
        let text = format!("{KEY}{CERTIFICATE}{}", KEY.replace("AAEC", "BgcI"));
        for (alias, key) in [("#1", [0, 1, 2]), ("#2", [6, 7, 8])] {
            let (_, found) = select(&blocks(text.as_bytes()), Some(alias)).expect("a key");
            assert_eq!(found.expose(), key);
        }
        for alias in ["#0", "#3", "PRIVATE KEY"] {
            select(&blocks(text.as_bytes()), Some(alias)).expect_err("refused");
        }
    }

    #[test]
    fn a_key_of_openssl_has_the_name_before_it() {
        let with_name = |name: &str, key: &str| {
            format!("Bag Attributes\n    friendlyName: {name}\nKey Attributes: <None>\n{key}")
        };
        let text = [
            with_name("my web", KEY),
            with_name("leaf", CERTIFICATE),
            KEY.replace("AAEC", "BgcI"),
        ];
        let text = text.concat();
        for (alias, key) in [("my web", [0, 1, 2]), ("#2", [6, 7, 8])] {
            let (_, found) = select(&blocks(text.as_bytes()), Some(alias)).expect("a key");
            assert_eq!(found.expose(), key, "{alias}");
        }
        let names = ["my web", "#2"].map(|name| Alias(name.to_owned()));
        assert_eq!(error(&text), ReadError::AliasNeeded(names.to_vec()));
    }

    /// RFC 7468, 10 and 11; OpenSSL, `pem.h`.
    #[test]
    fn the_label_of_another_form_is_noted() {
        let labels = [
            "PRIVATE KEY",
            "ENCRYPTED PRIVATE KEY",
            "RSA PRIVATE KEY",
            "PKCS12",
        ];
        for (right, der) in [
            ("PRIVATE KEY", test_file!("p256.der")),
            (
                "ENCRYPTED PRIVATE KEY",
                test_file!("p256-pbkdf2-one-round.der"),
            ),
            ("RSA PRIVATE KEY", &test_file!("rsa-2048.der")[26..]),
            ("PKCS12", test_file!("p256-openssl-plain.p12")),
        ] {
            for label in labels {
                let pem =
                    der::pem::encode_string(label, der::pem::LineEnding::LF, der).expect("PEM");
                let is_noted = read_pem(&pem).notes.contains(&FormatNote::WrongLabel);
                assert_eq!(is_noted, label != right, "{right} with {label}");
            }
        }
        let open_ssh = str::from_utf8(test_file!("p256.openssh")).expect("text");
        assert_eq!(read_pem(open_ssh).notes, []);
    }

    /// `openssl ec` writes SM2 keys in the form of RFC 5915 with a label of their own.
    #[test]
    fn the_label_of_sm2_is_right_for_its_keys_alone() {
        let sec1 = |oid: &[u8]| {
            let oid_len = u8::try_from(oid.len()).expect("short");
            let key = [&[2, 1, 1, 4, 32][..], &[7; 32], &[0xa0, oid_len], oid].concat();
            [&[0x30, 39 + oid_len], &key[..]].concat()
        };
        let sm2_oid = b"\x06\x08\x2a\x81\x1c\xcf\x55\x01\x82\x2d";
        let sm2 = sec1(sm2_oid);
        let p256 = sec1(b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07");
        let algorithm = [
            &b"\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"[..],
            sm2_oid,
        ];
        let pkcs8 = [
            &[0x30, 26 + u8::try_from(sm2.len()).expect("short"), 2, 1, 0],
            &algorithm.concat()[..],
            &[4, u8::try_from(sm2.len()).expect("short")],
            &sm2,
        ];
        let pkcs8 = pkcs8.concat();
        for (label, der, is_right) in [
            ("SM2 PRIVATE KEY", &sm2, true),
            ("EC PRIVATE KEY", &sm2, true),
            ("PRIVATE KEY", &sm2, false),
            ("SM2 PRIVATE KEY", &p256, false),
            ("EC PRIVATE KEY", &p256, true),
            ("PRIVATE KEY", &pkcs8, true),
            ("SM2 PRIVATE KEY", &pkcs8, false),
        ] {
            let pem = der::pem::encode_string(label, der::pem::LineEnding::LF, der).expect("PEM");
            let keys = read_pem(&pem);
            let is_wrong = keys.notes.contains(&FormatNote::WrongLabel);
            assert_eq!(is_wrong, !is_right, "{label} {:?}", keys.form);
        }
    }

    #[test]
    fn what_is_not_one_key_is_told_apart() {
        let several = || ReadError::AliasNeeded(alias::names(&[None, None]));
        assert_eq!(error(&format!("{KEY}{KEY}")), several());
        assert_eq!(
            error(CERTIFICATE),
            ReadError::Unsupported(Form::Certificate)
        );
        let public = KEY.replace("PRIVATE", "PUBLIC");
        assert_eq!(error(&public), ReadError::Unsupported(Form::PublicKey));
        let dsa = KEY.replace("PRIVATE", "DSA PRIVATE");
        assert_eq!(error(&dsa), ReadError::Algorithm("DSA".to_owned()));
        let parameters = KEY.replace("PRIVATE KEY", "EC PARAMETERS");
        assert_eq!(error(&parameters), ReadError::Unsupported(Form::OtherPem));
        assert_eq!(
            error(&format!("{parameters}{public}")),
            ReadError::Unsupported(Form::PublicKey)
        );
        assert_eq!(error(&format!("{KEY}{dsa}")), several());
        let older = KEY.replace("\nAAEC", "\nProc-Type: 4,ENCRYPTED\n\nAAEC");
        assert_eq!(error(&older), ReadError::DamagedPem);
        assert_eq!(error(&KEY.replace("AAEC", "AA!C")), ReadError::DamagedPem);
    }

    #[test]
    fn what_is_cut_off_is_damaged_once_it_has_begun() {
        let several = || ReadError::AliasNeeded(alias::names(&[None, None]));
        for text in ["", "-----BEGIN", "-----BEGIN PRIVATE KEY"] {
            assert!(blocks(text.as_bytes()).is_empty(), "{text:?}");
        }
        for text in [
            "-----BEGIN PRIVATE KEY-----\nAAEC",
            "-----BEGIN PRIVATE KEY-----\n-----END P",
        ] {
            for text in [text.to_owned(), format!("{CERTIFICATE}{text}")] {
                assert_eq!(error(&text), ReadError::DamagedPem, "{text:?}");
            }
            assert_eq!(error(&format!("{KEY}{text}")), several());
        }
        assert_eq!(
            error(&format!("{KEY}{}", &CERTIFICATE[..30])),
            ReadError::DamagedPem
        );
    }

    #[test]
    fn labels_are_told_apart() {
        for (label, expected) in [
            ("RSA PUBLIC KEY", Form::PublicKey),
            ("TRUSTED CERTIFICATE", Form::Certificate),
            ("NEW CERTIFICATE REQUEST", Form::CertificateRequest),
            ("PGP PRIVATE KEY BLOCK", Form::OpenPgp),
            ("AGE ENCRYPTED FILE", Form::Age),
            ("X509 CRL", Form::OtherPem),
        ] {
            assert_eq!(of_label(label), expected, "{label}");
        }
        for (label, expected) in [
            ("ENCRYPTED PRIVATE KEY", Form::EncryptedPkcs8),
            ("SM2 PRIVATE KEY", Form::Sec1),
            ("DSA PRIVATE KEY", Form::OtherPrivateKey),
        ] {
            assert_eq!(of_key_label(label), expected, "{label}");
        }
    }
}
