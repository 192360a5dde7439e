//! Key material from OpenSSL, for every key spec that AWS KMS imports.

use byok_core::compatibility::Rules;
use byok_core::key_spec::{Curve, Family, KeySpec};

use super::Sandbox;

/// A file of key material: its name and purpose.
pub(crate) struct Material {
    /// The key spec.
    pub(crate) key_spec: KeySpec,
    /// The file, in exactly the form that AWS KMS takes.
    pub(crate) file: String,
    /// The same key in other formats that people have.
    pub(crate) other_forms: Vec<String>,
}

impl Material {
    /// Generates one for every key spec that AWS KMS imports in the standard partitions.
    pub(crate) fn all(sandbox: &Sandbox) -> Vec<Self> {
        Rules::Standard
            .key_specs()
            .into_iter()
            .filter_map(|key_spec| Self::of(sandbox, key_spec))
            .collect()
    }

    /// Generates one for `key_spec`. Returns `None` if AWS KMS does not import it.
    pub(crate) fn of(sandbox: &Sandbox, key_spec: KeySpec) -> Option<Self> {
        let options = match key_spec.family() {
            Family::Symmetric => {
                return Some(raw(sandbox, key_spec, Rules::Standard.symmetric_len()));
            }
            Family::Hmac { len } => return Some(raw(sandbox, key_spec, len)),
            Family::Rsa { modulus_bits } => format!("RSA -pkeyopt rsa_keygen_bits:{modulus_bits}"),
            Family::Ec(curve) => format!("EC -pkeyopt ec_paramgen_curve:{}", openssl_name(curve)),
            Family::Ed25519 => "ED25519".to_owned(),
            Family::NotImportable => return None,
        };
        let file = format!("{key_spec}.pk8");
        let [genpkey, pkcs8] =
            ["genpkey", "pkcs8"].map(|command| format!("{key_spec}-{command}.pem"));
        sandbox.openssl(&format!("genpkey -algorithm {options} -out {genpkey}"));
        sandbox.openssl(&format!("pkcs8 -topk8 -nocrypt -in {genpkey} -out {pkcs8}"));
        sandbox.openssl(&format!(
            "pkcs8 -topk8 -nocrypt -in {genpkey} -outform DER -out {file}"
        ));
        Some(Self {
            key_spec,
            file,
            other_forms: vec![genpkey, pkcs8],
        })
    }

    /// Returns whether it is a private key, rather than symmetric.
    pub(crate) fn is_private_key(&self) -> bool {
        self.key_spec.family().is_key_pair()
    }
}

fn raw(sandbox: &Sandbox, key_spec: KeySpec, len: usize) -> Material {
    let file = format!("{key_spec}.bin");
    sandbox.random(&file, len);
    Material {
        key_spec,
        file,
        other_forms: Vec::new(),
    }
}

const fn openssl_name(curve: Curve) -> &'static str {
    match curve {
        Curve::P256 => "P-256",
        Curve::P384 => "P-384",
        Curve::P521 => "P-521",
        Curve::K256 => "secp256k1",
        Curve::Sm2 => "SM2",
    }
}
