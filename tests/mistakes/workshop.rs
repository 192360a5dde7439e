//! A folder with rehearsal parameters, material from OpenSSL, and tools that make mistakes with
//! them.

use byok_core::hex;
use serde_json::Value;

use crate::interop_support::{Sandbox, assert_success, has_openssl, python_with, test_file};

/// The parameters of a rehearsal, and material for their KMS key.
#[derive(Clone, Copy)]
pub(crate) struct Import {
    /// The prefix of the file names.
    pub(crate) name: &'static str,
    pub(crate) id: &'static str,
    pub(crate) key_spec: &'static str,
    pub(crate) algorithm: &'static str,
    /// The material file, in AWS's form.
    pub(crate) material: &'static str,
}

/// An AES key in the RSA block.
pub(crate) const SYMMETRIC: Import = Import {
    name: "symmetric",
    id: "1234abcd-12ab-34cd-56ef-1234567890ab",
    key_spec: "SYMMETRIC_DEFAULT",
    algorithm: "RSAES_OAEP_SHA_256",
    material: "key.bin",
};

/// The same with SHA-1.
pub(crate) const SHA_1: Import = Import {
    name: "sha-1",
    algorithm: "RSAES_OAEP_SHA_1",
    ..SYMMETRIC
};

/// A private key under an AES key.
pub(crate) const PRIVATE: Import = Import {
    name: "private",
    id: "0987dcba-09fe-87dc-65ba-ab0987654321",
    key_spec: "ECC_NIST_P256",
    algorithm: "RSA_AES_KEY_WRAP_SHA_256",
    material: "ec.pk8",
};

/// A longer one.
pub(crate) const RSA: Import = Import {
    name: "rsa",
    id: "5678abcd-12ab-34cd-56ef-1234567890ab",
    key_spec: "RSA_4096",
    material: "rsa.pk8",
    ..PRIVATE
};

/// A seed under an AES key.
pub(crate) const ED25519: Import = Import {
    name: "ed25519",
    id: "9012abcd-12ab-34cd-56ef-1234567890ab",
    key_spec: "ECC_NIST_EDWARDS25519",
    material: "ed25519.pk8",
    ..PRIVATE
};

/// The OpenSSL options for the documented padding.
pub(crate) const PRESCRIBED: &str = "oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256";

/// The folder.
pub(crate) struct Workshop {
    pub(crate) sandbox: Sandbox,
}

impl Workshop {
    /// Issues the parameters and generates the material. Returns `None` without OpenSSL.
    pub(crate) fn new() -> Option<Self> {
        if !has_openssl() {
            return None;
        }
        let workshop = Self {
            sandbox: Sandbox::new(),
        };
        let sandbox = &workshop.sandbox;
        // No zero and no line break at either end, because the tests add those.
        let mut key = workshop.aes_key(32);
        key[0] |= 0x80;
        key[31] |= 0x80;
        sandbox.write("key.bin", key);
        sandbox.openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem");
        sandbox.openssl("pkcs8 -topk8 -nocrypt -in ec.pem -outform DER -out ec.pk8");
        sandbox.openssl("genpkey -algorithm ED25519 -out ed25519.pem");
        sandbox.openssl("pkey -in ed25519.pem -outform DER -out ed25519.pk8");
        for Import {
            name,
            id,
            key_spec,
            algorithm,
            ..
        } in [SYMMETRIC, SHA_1, PRIVATE, RSA, ED25519]
        {
            sandbox.byok_ok(&format!(
                "params --key-id {id} --key-spec {key_spec} --wrapping-algorithm {algorithm} \
                 --wrapping-key-spec RSA_2048 -o {name}.json --public-key-out {name}.der --import-token-out \
                 {name}.token"
            ));
        }
        Some(workshop)
    }

    /// Reads a file that a tool wrote, and removes it.
    fn take(&self, name: &str) -> Vec<u8> {
        let bytes = self.sandbox.read(name);
        std::fs::remove_file(self.sandbox.path(name)).expect("removed");
        bytes
    }

    /// Returns the RSA block that OpenSSL makes of `message`.
    pub(crate) fn rsa(&self, import: Import, padding: &str, message: &[u8]) -> Vec<u8> {
        self.sandbox.write("message", message);
        self.sandbox.openssl(&format!(
            "pkeyutl -encrypt -pubin -inkey {}.der -keyform DER -in message -out block -pkeyopt \
             rsa_padding_mode:{padding}",
            import.name
        ));
        self.take("block")
    }

    /// Returns the same from `cryptography`, if it is installed.
    pub(crate) fn python(
        &self,
        mistake: &str,
        key: &str,
        message: &[u8],
        options: &[&str],
    ) -> Option<Vec<u8>> {
        self.sandbox.write("message", message);
        let mut command = self.sandbox.command(python_with("cryptography")?);
        command
            .arg(test_file("mistakes/peer.py"))
            .args([mistake, key, "message", "result"])
            .args(options);
        assert_success(mistake, command.output().expect("Python starts"));
        Some(self.take("result"))
    }

    /// Returns the output of `openssl enc` for `material`.
    pub(crate) fn enc(&self, cipher: &str, key: &[u8], initial: &str, material: &[u8]) -> Vec<u8> {
        self.sandbox.write("material", material);
        let key = hex::encode(key);
        let initial = if initial.is_empty() {
            String::new()
        } else {
            format!("-iv {initial}")
        };
        self.sandbox.openssl(&format!(
            "enc -{cipher} -K {key} {initial} -in material -out wrapped"
        ));
        self.take("wrapped")
    }

    /// Wraps with `RSA_AES_KEY_WRAP_SHA_256` by the Developer Guide's commands.
    pub(crate) fn hybrid(&self, import: Import, material: &[u8]) -> Vec<u8> {
        let key = self.aes_key(32);
        let second = self.enc("id-aes256-wrap-pad", &key, "A65959A6", material);
        [self.rsa(import, PRESCRIBED, &key), second].concat()
    }

    /// Builds a block with a valid AES key, and another second half.
    pub(crate) fn with_second_half(
        &self,
        import: Import,
        make: impl Fn(&[u8], &[u8]) -> Vec<u8>,
    ) -> Vec<u8> {
        let key = self.aes_key(32);
        [
            self.rsa(import, PRESCRIBED, &key),
            make(&key, &self.sandbox.read(import.material)),
        ]
        .concat()
    }

    pub(crate) fn aes_key(&self, len: usize) -> Vec<u8> {
        self.sandbox.random("aes-key", len);
        self.sandbox.read("aes-key")
    }

    /// Returns a valid blob for `import`.
    pub(crate) fn good(&self, import: Import) -> Vec<u8> {
        let material = self.sandbox.read(import.material);
        match import.algorithm {
            "RSAES_OAEP_SHA_256" => self.rsa(import, PRESCRIBED, &material),
            _ => self.hybrid(import, &material),
        }
    }

    /// Returns the output of `byok verify` for `blob`.
    pub(crate) fn verify(&self, import: Import, blob: &[u8]) -> Verdict {
        self.sandbox.write("blob", blob);
        let line = format!(
            "verify --params {}.json --encrypted-key-material blob",
            import.name
        );
        let text = self.sandbox.byok(&line, &[]);
        let json = self.sandbox.byok(&format!("{line} --output json"), &[]);
        assert_eq!(
            (text.status.code(), json.status.code()),
            (Some(1), Some(1)),
            "{text:?} {json:?}"
        );
        let report: Value = serde_json::from_slice(&json.stdout).expect("JSON");
        let entries = report["Diagnosis"].as_array().expect("a list").iter();
        let entry = |entry: &Value| {
            ["Cause", "Sentence"].map(|name| entry[name].as_str().expect("a text").to_owned())
        };
        let stdout = String::from_utf8(text.stdout).expect("UTF-8");
        Verdict {
            answer: stdout.lines().last().expect("a verdict").to_owned(),
            exception: report["Exception"]["__type"]
                .as_str()
                .expect("an exception")
                .to_owned(),
            entries: entries.map(entry).collect(),
            stderr: String::from_utf8(text.stderr).expect("UTF-8"),
        }
    }
}

/// A verdict of no.
pub(crate) struct Verdict {
    /// The last line for people.
    pub(crate) answer: String,
    pub(crate) exception: String,
    /// Cause and sentence.
    pub(crate) entries: Vec<[String; 2]>,
    pub(crate) stderr: String,
}
