//! Key material of each kind and form, and what in it is secret.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rsa::pkcs1::RsaPrivateKeyRef;
use rsa::pkcs8::PrivateKeyInfoRef;
use rsa::pkcs8::der::Decode as _;
use sec1::EcPrivateKey;

use crate::needles::Secret;
use crate::program::Stdin;

/// A key and the files that hold it.
pub(crate) struct Material {
    pub(crate) key_spec: &'static str,
    /// How it is wrapped here.
    pub(crate) algorithm: &'static str,
    /// A key spec that it does not fit.
    pub(crate) other_key_spec: &'static str,
    pub(crate) forms: Vec<Form>,
    pub(crate) secrets: Vec<Secret>,
}

/// One way to write a key down.
pub(crate) struct Form {
    pub(crate) name: &'static str,
    /// The name of the file that it is in.
    pub(crate) file: String,
    pub(crate) bytes: Vec<u8>,
    origin: Origin,
}

/// Where the program gets key material from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    FileOrPipe,
    Keyboard,
}

impl Form {
    /// What names it on a command line, and what is at the standard input then.
    pub(crate) fn sources(&self) -> Vec<(&str, Stdin)> {
        match self.origin {
            Origin::FileOrPipe => vec![(&self.file, Stdin::Nothing), ("-", Stdin::Pipe(self.bytes.clone()))],
            // Nobody can type a key that is not weak.
            Origin::Keyboard => vec![("--allow-weak -", Stdin::Terminal(self.bytes.clone()))],
        }
    }

    /// Takes a line out of PEM, and changes the last byte of DER: of qInv, or of the public point.
    fn damage(&mut self) {
        match str::from_utf8(&self.bytes) {
            Ok(pem) => {
                let lines = pem.lines().count();
                let kept = pem.split_inclusive('\n').enumerate().filter(|(at, _)| at + 2 != lines);
                self.bytes = kept.map(|(_, line)| line).collect::<String>().into_bytes();
            }
            Err(_) => *self.bytes.last_mut().expect("bytes") ^= 1,
        }
    }
}

impl Material {
    /// Every kind of key material in a file. A new form of input is one more [`Form`] here.
    pub(crate) fn all() -> Vec<Self> {
        vec![
            Self::raw("SYMMETRIC_DEFAULT", "HMAC_512", 32),
            Self::raw("HMAC_512", "SYMMETRIC_DEFAULT", 64),
            Self::rsa("RSA_2048", "RSA_4096", "TEST-rsa-2048.pem", &["TEST-rsa-2048-pkcs1.pem"]),
            Self::rsa("RSA_4096", "RSA_2048", "TEST-wrapping-4096.pem", &[]),
            Self::ec(
                "ECC_NIST_P256",
                "ECC_SECG_P256K1",
                "TEST-p256.pem",
                &["TEST-p256-sec1.pem", "TEST-p256-sec1.der"],
            ),
            Self::ec("ECC_NIST_P384", "ECC_NIST_P256", "TEST-p384.pem", &[]),
            Self::ec("ECC_NIST_P521", "ECC_NIST_P384", "TEST-p521.pem", &[]),
            Self::ec("ECC_SECG_P256K1", "ECC_NIST_P256", "TEST-secp256k1.pem", &[]),
        ]
    }

    /// Private keys that are cut off or do not belong to their public key.
    pub(crate) fn damaged() -> Vec<Self> {
        let mut damaged = Self::all();
        damaged.retain(|material| material.forms.len() > 1);
        for form in damaged.iter_mut().flat_map(|material| &mut material.forms) {
            form.damage();
        }
        damaged
    }

    /// Text, as a person types it at the prompt.
    pub(crate) fn typed() -> Self {
        let random = random_bytes(64);
        let bytes: Vec<u8> = random.iter().map(|byte| b'a' + byte % 26).collect();
        let secrets = vec![Secret::new("typed key", bytes.clone())];
        let form = Form { name: "typed", file: "typed".to_owned(), bytes, origin: Origin::Keyboard };
        let (key_spec, algorithm, other_key_spec) = ("HMAC_512", "RSAES_OAEP_SHA_256", "SYMMETRIC_DEFAULT");
        Self { key_spec, algorithm, other_key_spec, forms: vec![form], secrets }
    }

    fn raw(key_spec: &'static str, other_key_spec: &'static str, len: usize) -> Self {
        let bytes = random_bytes(len);
        let secrets = vec![Secret::new("key", bytes.clone())];
        let forms = vec![Form { name: "raw", file: "key.bin".to_owned(), bytes, origin: Origin::FileOrPipe }];
        Self { key_spec, algorithm: "RSAES_OAEP_SHA_256", other_key_spec, forms, secrets }
    }

    fn rsa(key_spec: &'static str, other: &'static str, pem: &str, more: &[&str]) -> Self {
        let der = der_of(&fixture(pem));
        let info = PrivateKeyInfoRef::from_der(&der).expect("PKCS#8");
        let secrets = rsa_secrets("key", info.private_key.as_bytes());
        let algorithm = "RSA_AES_KEY_WRAP_SHA_256";
        Self { key_spec, algorithm, other_key_spec: other, forms: forms(pem, more), secrets }
    }

    fn ec(key_spec: &'static str, other: &'static str, pem: &str, more: &[&str]) -> Self {
        let der = der_of(&fixture(pem));
        let info = PrivateKeyInfoRef::from_der(&der).expect("PKCS#8");
        let key = EcPrivateKey::from_der(info.private_key.as_bytes()).expect("SEC 1");
        let secrets = vec![Secret::new("key's scalar", key.private_key)];
        let algorithm = "RSA_AES_KEY_WRAP_SHA_256";
        Self { key_spec, algorithm, other_key_spec: other, forms: forms(pem, more), secrets }
    }
}

/// All that is secret of an RSA private key in PKCS#1.
pub(crate) fn rsa_secrets(whose: &str, pkcs1: &[u8]) -> Vec<Secret> {
    let key = RsaPrivateKeyRef::from_der(pkcs1).expect("PKCS#1");
    let integers = [
        ("p", key.prime1),
        ("q", key.prime2),
        ("d", key.private_exponent),
        ("dP", key.exponent1),
        ("dQ", key.exponent2),
        ("qInv", key.coefficient),
    ];
    integers.map(|(name, integer)| Secret::new(&format!("{whose}'s {name}"), integer.as_bytes())).to_vec()
}

/// Those of the fixtures count up, as tables in every program do.
fn random_bytes(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    getrandom::fill(&mut bytes).expect("random bytes");
    bytes
}

/// A file that the golden cases use too.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/fixtures");
    fs::read(folder.join(name)).expect("a fixture")
}

/// The content of a PEM block.
pub(crate) fn der_of(pem: &[u8]) -> Vec<u8> {
    let text = str::from_utf8(pem).expect("PEM");
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    BASE64.decode(body).expect("base64")
}

fn forms(pem: &str, more: &[&str]) -> Vec<Form> {
    let form =
        |name, file: &str, bytes| Form { name, file: file.to_owned(), bytes, origin: Origin::FileOrPipe };
    let bytes = fixture(pem);
    let der = form("PKCS#8 in DER", "key.pk8", der_of(&bytes));
    let more = more.iter().map(|file| form("its own kind's form", file, fixture(file)));
    [form("PKCS#8 in PEM", "key.pem", bytes), der].into_iter().chain(more).collect()
}
