//! Other programs that wrap and unwrap as AWS KMS prescribes.

use std::path::{Path, PathBuf};

use byok_core::hex;
use byok_core::wrapping_algorithm::{OaepHash, WrappingAlgorithm};
use byok_core::wrapping_key_spec::WrappingKeySpec;

use super::{Sandbox, assert_success, has_openssl, python_with, test_file};

/// One of these programs.
pub(crate) enum Peer {
    /// The commands of AWS's Developer Guide.
    OpenSsl,
    /// `peer.py`, with the package `cryptography`.
    Cryptography(PathBuf),
}

/// Generates a wrapping key with OpenSSL: `KEY.der` (PKCS#8) and `KEY-public.der` (SPKI).
pub(crate) fn make_wrapping_key(sandbox: &Sandbox, key: WrappingKeySpec) {
    let bits = key.modulus_bits().expect("an RSA key");
    sandbox.openssl(&format!(
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{bits} -out {key}.pem"
    ));
    sandbox.openssl(&format!(
        "pkcs8 -topk8 -nocrypt -in {key}.pem -outform DER -out {key}.der"
    ));
    sandbox.openssl(&format!(
        "pkey -in {key}.pem -pubout -outform DER -out {key}-public.der"
    ));
}

impl Peer {
    /// Returns those that this machine has.
    pub(crate) fn all() -> Vec<Self> {
        let openssl = has_openssl().then_some(Self::OpenSsl);
        openssl
            .into_iter()
            .chain(python_with("cryptography").map(Self::Cryptography))
            .collect()
    }

    /// Returns the name.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::OpenSsl => "OpenSSL",
            Self::Cryptography(_) => "cryptography",
        }
    }

    /// Wraps the file `material` with the public key in `key` (SPKI, DER) into the file `blob`.
    pub(crate) fn wrap(
        &self,
        sandbox: &Sandbox,
        algorithm: WrappingAlgorithm,
        [key, material, blob]: [&str; 3],
    ) {
        match self {
            Self::Cryptography(python) => {
                run_python(
                    python,
                    sandbox,
                    ["wrap", algorithm.as_str(), key],
                    &[material, blob],
                );
            }
            Self::OpenSsl if algorithm.is_hybrid() => {
                sandbox.random("aes-key", 32);
                oaep(
                    sandbox,
                    "-encrypt -pubin",
                    algorithm,
                    [key, "aes-key", "wrapped-aes-key"],
                );
                key_wrap(
                    sandbox,
                    "",
                    &sandbox.read("aes-key"),
                    [material, "wrapped-material"],
                );
                let parts = [
                    sandbox.read("wrapped-aes-key"),
                    sandbox.read("wrapped-material"),
                ];
                sandbox.write(blob, parts.concat());
            }
            Self::OpenSsl => oaep(sandbox, "-encrypt -pubin", algorithm, [key, material, blob]),
        }
    }

    /// Opens the file `blob` with the private key in `key` (PKCS#8, DER) into the file `material`.
    pub(crate) fn open(
        &self,
        sandbox: &Sandbox,
        algorithm: WrappingAlgorithm,
        [key, blob, material]: [&str; 3],
        modulus_len: usize,
    ) {
        match self {
            Self::Cryptography(python) => {
                run_python(
                    python,
                    sandbox,
                    ["open", algorithm.as_str(), key],
                    &[blob, material],
                );
            }
            Self::OpenSsl if algorithm.is_hybrid() => {
                let whole = sandbox.read(blob);
                let (wrapped_aes_key, wrapped_material) = whole.split_at(modulus_len);
                sandbox.write("wrapped-aes-key", wrapped_aes_key);
                sandbox.write("wrapped-material", wrapped_material);
                oaep(
                    sandbox,
                    "-decrypt",
                    algorithm,
                    [key, "wrapped-aes-key", "aes-key"],
                );
                let aes_key = sandbox.read("aes-key");
                assert_eq!(aes_key.len(), 32, "{algorithm}");
                key_wrap(sandbox, "-d", &aes_key, ["wrapped-material", material]);
            }
            Self::OpenSsl => oaep(sandbox, "-decrypt", algorithm, [key, blob, material]),
        }
    }
}

/// Runs `peer.py` to wrap or open pairs of files, with a verb, an algorithm and a key.
pub(crate) fn run_python(
    python: &Path,
    sandbox: &Sandbox,
    [verb, algorithm, key]: [&str; 3],
    files: &[&str],
) {
    let mut command = sandbox.command(python);
    command
        .arg(test_file("interop_support/peer.py"))
        .args([verb, algorithm, key])
        .args(files);
    assert_success(
        &format!("peer.py {verb} {algorithm}"),
        command.output().expect("Python starts"),
    );
}

/// The Developer Guide's `openssl pkeyutl` command.
fn oaep(
    sandbox: &Sandbox,
    verb: &str,
    algorithm: WrappingAlgorithm,
    [key, source, target]: [&str; 3],
) {
    let hash = match algorithm.oaep_hash() {
        Some(OaepHash::Sha1) => "sha1",
        Some(OaepHash::Sha256) => "sha256",
        None => unreachable!("{algorithm} has no OAEP"),
    };
    sandbox.openssl(&format!(
        "pkeyutl {verb} -in {source} -out {target} -inkey {key} -keyform DER \
         -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:{hash} -pkeyopt rsa_mgf1_md:{hash}"
    ));
}

/// The Developer Guide's `openssl enc` command: AES-KWP, RFC 5649.
fn key_wrap(sandbox: &Sandbox, direction: &str, aes_key: &[u8], [source, target]: [&str; 2]) {
    let key = hex::encode(aes_key);
    sandbox.openssl(&format!(
        "enc {direction} -id-aes256-wrap-pad -K {key} -iv A65959A6 -in {source} -out {target}"
    ));
}
