//! Key material of each kind, and its secrets.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rsa::pkcs1::RsaPrivateKeyRef;
use rsa::pkcs8::PrivateKeyInfoRef;
use rsa::pkcs8::der::Decode as _;
use sec1::EcPrivateKey;
use sha2::{Digest as _, Sha512};

use crate::encrypted;
use crate::forms::{self, Form, der_of};
use crate::needles::Secret;
use crate::random::random_bytes;

/// A key, and the files that hold it.
pub(crate) struct Material {
    pub(crate) key_spec: &'static str,
    /// The wrapping algorithm of these tests.
    pub(crate) algorithm: &'static str,
    /// A key spec that it never fits.
    pub(crate) other_key_spec: &'static str,
    pub(crate) forms: Vec<Form>,
    pub(crate) secrets: Vec<Secret>,
}

impl Material {
    /// Returns every kind of key material, in every supported format. A new format is one more
    /// [`Form`] here.
    pub(crate) fn all() -> Vec<Self> {
        vec![
            Self::raw("SYMMETRIC_DEFAULT", "HMAC_512", 32),
            Self::raw("HMAC_512", "SYMMETRIC_DEFAULT", 64),
            Self::octets(encrypted::PASSPHRASE),
            Self::rsa_2048(),
            Self::rsa(
                "RSA_4096",
                "RSA_2048",
                &der_of(&fixture("TEST-wrapping-4096.pem")),
            ),
            Self::p256(),
            Self::ec(
                "ECC_NIST_P384",
                "ECC_NIST_P256",
                &core_file("TEST-p384.der"),
            ),
            Self::ec(
                "ECC_NIST_P521",
                "ECC_NIST_P384",
                &core_file("TEST-p521.der"),
            ),
            Self::secp256k1(),
            Self::ed25519(),
        ]
    }

    /// Text, as a person types it at the prompt.
    pub(crate) fn typed() -> Self {
        let bytes: Vec<u8> = random_bytes(64)
            .iter()
            .map(|byte| b'a' + byte % 26)
            .collect();
        let secrets = vec![Secret::new("typed key", bytes.clone())];
        let (key_spec, algorithm, other_key_spec) =
            ("HMAC_512", "RSAES_OAEP_SHA_256", "SYMMETRIC_DEFAULT");
        Self {
            key_spec,
            algorithm,
            other_key_spec,
            forms: vec![Form::typed(bytes)],
            secrets,
        }
    }

    /// Encrypted keys, and wrong passphrases.
    pub(crate) fn wrongly_encrypted() -> Vec<Self> {
        let wrong = "another TEST passphrase";
        let of = |key_spec, forms| {
            let (algorithm, other_key_spec) = ("RSA_AES_KEY_WRAP_SHA_256", "HMAC_512");
            Self {
                key_spec,
                algorithm,
                other_key_spec,
                forms,
                secrets: Vec::new(),
            }
        };
        vec![
            of("ECC_NIST_P256", encrypted::p256(wrong)),
            of("RSA_2048", encrypted::rsa_2048(wrong)),
            Self {
                secrets: Vec::new(),
                ..Self::octets(wrong)
            },
        ]
    }

    /// Material that is wrapped by mistake and opened for an explanation: the bytes of an HMAC key,
    /// which are a key of the second spec in another format.
    pub(crate) fn wrongly_wrapped() -> [(Self, &'static str); 2] {
        let of = |name, bytes, secrets| {
            let (key_spec, other_key_spec) = ("HMAC_256", "SYMMETRIC_DEFAULT");
            let forms = vec![Form::new(name, "key", bytes)];
            Self {
                key_spec,
                algorithm: "RSAES_OAEP_SHA_256",
                other_key_spec,
                forms,
                secrets,
            }
        };
        let key = random_bytes(32);
        let digits = byok_core::hex::encode(&key).into_bytes();
        let der = core_file("TEST-p256.der");
        let sec1 = forms::sec1_of_p256(&der);
        [
            (
                of("hex", digits, vec![Secret::new("key", key)]),
                "SYMMETRIC_DEFAULT",
            ),
            (of("SEC1", sec1, secrets_of_pkcs8(&der)), "ECC_NIST_P256"),
        ]
    }

    /// Returns whether it is a structured private key.
    pub(crate) fn is_key_pair(&self) -> bool {
        !matches!(self.key_spec, "SYMMETRIC_DEFAULT" | "HMAC_512")
    }

    fn raw(key_spec: &'static str, other_key_spec: &'static str, len: usize) -> Self {
        let bytes = random_bytes(len);
        let secrets = vec![Secret::new("key", bytes.clone())];
        let forms = forms::of_bytes(&bytes);
        Self {
            key_spec,
            algorithm: "RSAES_OAEP_SHA_256",
            other_key_spec,
            forms,
            secrets,
        }
    }

    /// A symmetric key in a key store, and in a JSON Web Key.
    fn octets(passphrase: &str) -> Self {
        let jwk = core_file("TEST-oct.jwk");
        let members: serde_json::Value = serde_json::from_slice(&jwk).expect("JSON");
        let key = members["k"].as_str().expect("octets");
        let base64 = format!("{}=", key.replace('-', "+").replace('_', "/"));
        let key = BASE64.decode(base64).expect("base64");
        Self {
            key_spec: "SYMMETRIC_DEFAULT",
            algorithm: "RSAES_OAEP_SHA_256",
            other_key_spec: "HMAC_512",
            forms: encrypted::octets(passphrase),
            secrets: vec![Secret::new("key", key)],
        }
    }

    fn rsa_2048() -> Self {
        let mut material = Self::rsa("RSA_2048", "RSA_4096", &core_file("TEST-rsa-2048.der"));
        material.forms.extend([
            Form::new("JWK", "key.jwk", core_file("TEST-rsa-2048.jwk")),
            Form::new("OpenSSH", "key.openssh", core_file("TEST-rsa-2048.openssh")),
        ]);
        material
            .forms
            .extend(encrypted::rsa_2048(encrypted::PASSPHRASE));
        material
    }

    fn p256() -> Self {
        let der = core_file("TEST-p256.der");
        let certificate = core_file("TEST-p256.crt");
        let mut material = Self::ec("ECC_NIST_P256", "ECC_SECG_P256K1", &der);
        material.forms.extend([
            Form::new("SEC1 with its curve", "key.sec1", forms::sec1_of_p256(&der)),
            Form::new("JWK", "key.jwk", core_file("TEST-p256.jwk")),
            Form::new("OpenSSH", "key.openssh", core_file("TEST-p256.openssh")),
            Form::new(
                "among certificates",
                "chain.pem",
                forms::among(&certificate, "PRIVATE KEY", &der),
            ),
            Form::new(
                "as HSMs leave it",
                "hsm.der",
                forms::hsm_export_of_p256(&der),
            ),
        ]);
        material.forms.extend(forms::inside_text(&der));
        material
            .forms
            .extend(encrypted::p256(encrypted::PASSPHRASE));
        material
    }

    fn secp256k1() -> Self {
        let mut material = Self::ec(
            "ECC_SECG_P256K1",
            "HMAC_512",
            &core_file("TEST-secp256k1.der"),
        );
        material
            .forms
            .push(Form::new("JWK", "key.jwk", core_file("TEST-secp256k1.jwk")));
        let scalar = material.secrets[0].bytes.clone();
        material.forms.extend(forms::of_scalar(&scalar));
        material
    }

    fn ed25519() -> Self {
        let der = core_file("TEST-ed25519.der");
        let secrets = secrets_of_pkcs8(&der);
        let mut forms = forms::of_pkcs8(&der);
        forms.extend([
            Form::new("JWK", "key.jwk", core_file("TEST-ed25519.jwk")),
            Form::new("OpenSSH", "key.openssh", core_file("TEST-ed25519.openssh")),
        ]);
        forms.extend(encrypted::ed25519(encrypted::PASSPHRASE));
        forms.extend(forms::of_seed(&secrets[0].bytes));
        Self {
            key_spec: "ECC_NIST_EDWARDS25519",
            algorithm: "RSA_AES_KEY_WRAP_SHA_256",
            other_key_spec: "HMAC_512",
            forms,
            secrets,
        }
    }

    /// Returns the secrets that are computed from the key and never kept: the expanded seed of an
    /// Ed25519 key (RFC 8032, 5.1.5), in which the scalar and the prefix of nonces are.
    pub(crate) fn computed(&self) -> Vec<Secret> {
        if self.key_spec != "ECC_NIST_EDWARDS25519" {
            return Vec::new();
        }
        let expanded = Sha512::digest(&self.secrets[0].bytes);
        vec![Secret::new("key's expanded seed", expanded.as_slice())]
    }

    fn rsa(key_spec: &'static str, other_key_spec: &'static str, der: &[u8]) -> Self {
        let pkcs1 = inner(der);
        let secrets = rsa_secrets("key", &pkcs1);
        let mut forms = forms::of_pkcs8(der);
        forms.extend([
            Form::new(
                "PKCS#1 in PEM",
                "pkcs1.pem",
                forms::pem("RSA PRIVATE KEY", &pkcs1),
            ),
            Form::new("PKCS#1 in DER", "pkcs1.der", pkcs1),
        ]);
        Self {
            key_spec,
            algorithm: "RSA_AES_KEY_WRAP_SHA_256",
            other_key_spec,
            forms,
            secrets,
        }
    }

    fn ec(key_spec: &'static str, other_key_spec: &'static str, der: &[u8]) -> Self {
        let sec1 = inner(der);
        let key = EcPrivateKey::from_der(&sec1).expect("SEC 1");
        let secrets = vec![Secret::new("key's scalar", key.private_key)];
        let forms = forms::of_pkcs8(der);
        Self {
            key_spec,
            algorithm: "RSA_AES_KEY_WRAP_SHA_256",
            other_key_spec,
            forms,
            secrets,
        }
    }
}

/// Returns all secrets of an RSA private key in PKCS#1.
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
    integers
        .map(|(name, integer)| Secret::new(&format!("{whose}'s {name}"), integer.as_bytes()))
        .to_vec()
}

/// Returns all secrets of a private key in PKCS#8.
pub(crate) fn secrets_of_pkcs8(der: &[u8]) -> Vec<Secret> {
    let inner = inner(der);
    match EcPrivateKey::from_der(&inner) {
        Ok(key) => vec![Secret::new("key's scalar", key.private_key)],
        // RFC 8410, 7: an OCTET STRING.
        Err(_) => match inner.strip_prefix(&[4, 32]) {
            Some(seed) => vec![Secret::new("key's seed", seed)],
            None => rsa_secrets("key", &inner),
        },
    }
}

/// Returns the private key in PKCS#8.
pub(crate) fn inner(der: &[u8]) -> Vec<u8> {
    let info = PrivateKeyInfoRef::from_der(der).expect("PKCS#8");
    info.private_key.as_bytes().to_vec()
}

/// A file that the golden cases use too.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    read(&format!("tests/golden/fixtures/{name}"))
}

/// A file that the core's tests use too.
pub(crate) fn core_file(name: &str) -> Vec<u8> {
    read(&format!("core/tests/data/{name}"))
}

fn read(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
