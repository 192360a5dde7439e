//! The private keys of the Python package `cryptography-vectors`, and their passphrases.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::interop_support::{assert_success, python_with};

const FOLDERS: [&str; 6] = [
    "asymmetric/EC",
    "asymmetric/Ed25519",
    "asymmetric/PEM_Serialization",
    "asymmetric/PKCS8",
    "asymmetric/Traditional_OpenSSL_Serialization",
    "pkcs12",
];

/// The passphrases, by the beginnings of file names.
///
/// # Source
///
/// pyca/cryptography: docs/development/test-vectors.rst, README.txt of `PEM_Serialization`, and
/// tests/hazmat/primitives/test_serialization.py and test_pkcs12.py.
const PASSPHRASES: [(&str, &str); 26] = [
    ("Ed25519/ed25519-pkcs8-enc", "password"),
    ("PEM_Serialization/dsa_private_key.pem", "123456"),
    ("PEM_Serialization/ec_private_key_encrypted.pem", "123456"),
    ("PEM_Serialization/rsa_private_key.pem", "123456"),
    ("PKCS8/ec_private_key_encrypted.pem", "123456"),
    ("PKCS8/ed25519-scrypt.pem", "hunter42"),
    ("PKCS8/enc-ec-sha1-128-rc4.pem", "password"),
    ("PKCS8/enc-rsa-3des.pem", "password"),
    ("PKCS8/enc-rsa-pkcs8.pem", "foobar"),
    ("PKCS8/enc2-rsa-pkcs8.pem", "baz"),
    ("PKCS8/pkcs12_s2k_pem", "123456"),
    ("PKCS8/rsa-40bitrc2.pem", "baz"),
    ("PKCS8/rsa-aes-192-cbc.pem", "PolarSSLTest"),
    ("PKCS8/rsa-pbe-3des-long-salt.pem", "password"),
    ("PKCS8/rsa-pbewithmd5anddescbc.pem", "hunter2"),
    ("PKCS8/rsa-rc2-cbc.pem", "Red Hat Enterprise Linux 7.4"),
    ("PKCS8/rsa_pkcs8_pbes2", "PolarSSLTest"),
    ("Traditional_OpenSSL_Serialization/key1.pem", "123456"),
    ("Traditional_OpenSSL_Serialization/key2.pem", "a123456"),
    (
        "Traditional_OpenSSL_Serialization/testrsa-encrypted.pem",
        "password",
    ),
    ("pkcs12/cert-", "cryptography"),
    ("pkcs12/no-cert-key-aes256cbc.p12", "cryptography"),
    ("pkcs12/name-", "password"),
    ("pkcs12/no-cert-name-", "password"),
    ("pkcs12/no-cert-no-name-pwd.p12", "password"),
    ("pkcs12/no-name-pwd.p12", "password"),
];

/// The package.
pub(crate) struct Vectors {
    /// Its version.
    pub(crate) version: String,
    /// The files, sorted by name.
    pub(crate) files: Vec<Vector>,
}

/// A key file of the package.
pub(crate) struct Vector {
    /// Its folder and its name.
    pub(crate) name: String,
    /// Its path.
    pub(crate) path: PathBuf,
}

impl Vectors {
    /// Returns those of the available Python, if it has any.
    pub(crate) fn find() -> Option<Self> {
        const ASK: &str = "import cryptography_vectors as v, os; print(v.__version__, os.path.dirname(v.__file__))";
        let python = python_with("cryptography_vectors")?;
        let answer = Command::new(python)
            .args(["-c", ASK])
            .output()
            .expect("Python starts");
        let answer = String::from_utf8(assert_success("Python", answer)).expect("text");
        let (version, root) = answer
            .trim_end()
            .split_once(' ')
            .expect("a version and a folder");
        let root = PathBuf::from(root);
        let mut files: Vec<_> = FOLDERS
            .iter()
            .flat_map(|folder| fs::read_dir(root.join(folder)).expect("the folder"))
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.is_file())
            .map(|path| {
                let name = path.strip_prefix(&root).expect("in it");
                let name = name.strip_prefix("asymmetric").unwrap_or(name);
                let name = name.to_string_lossy().into_owned();
                Vector { name, path }
            })
            .collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Some(Self {
            version: version.to_owned(),
            files,
        })
    }
}

impl Vector {
    /// Returns the passphrase of the file, if it is known and not empty.
    pub(crate) fn passphrase(&self) -> Option<&'static str> {
        if self.name.ends_with("-no-pwd.p12") {
            return None;
        }
        PASSPHRASES
            .iter()
            .find(|(name, _)| self.name.starts_with(name))
            .map(|(_, passphrase)| *passphrase)
    }
}
