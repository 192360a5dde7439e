//! The key formats, and the sources from which the program reads a key.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use byok_core::hex;

use crate::material::inner;
use crate::needles::Secret;
use crate::program::Stdin;

/// One key format.
pub(crate) struct Form {
    pub(crate) name: &'static str,
    /// The name of the file.
    pub(crate) file: String,
    pub(crate) bytes: Vec<u8>,
    /// The other secrets in the file.
    pub(crate) secrets: Vec<Secret>,
    options: &'static str,
    origin: Origin,
    /// True if the key is inside other text.
    is_inside_text: bool,
}

/// The source of the input.
#[derive(Clone, PartialEq, Eq)]
enum Origin {
    FileOrPipe,
    Keyboard,
    /// The passphrase, right or wrong, of an encrypted file.
    WithPassphrase(String),
}

/// The file with the passphrase.
pub(crate) const PASSPHRASE_FILE: &str = "passphrase";

impl Form {
    /// A format that byok detects.
    pub(crate) fn new(name: &'static str, file: &str, bytes: Vec<u8>) -> Self {
        let (secrets, file) = (Vec::new(), file.to_owned());
        Self {
            name,
            file,
            bytes,
            secrets,
            options: "",
            origin: Origin::FileOrPipe,
            is_inside_text: false,
        }
    }

    /// A format that needs `options`.
    fn told(name: &'static str, file: &str, options: &'static str, bytes: Vec<u8>) -> Self {
        Self {
            options,
            ..Self::new(name, file, bytes)
        }
    }

    pub(crate) fn typed(bytes: Vec<u8>) -> Self {
        // Nobody can type a key that is not weak.
        let origin = Origin::Keyboard;
        Self {
            origin,
            ..Self::told("typed", "typed", "--allow-weak", bytes)
        }
    }

    /// A file that `passphrase` opens or does not open; `derived` are the keys from it.
    pub(crate) fn encrypted(
        name: &'static str,
        file: &str,
        bytes: Vec<u8>,
        passphrase: &str,
        derived: Vec<Secret>,
    ) -> Self {
        let secrets = [derived, vec![Secret::new("passphrase", passphrase)]].concat();
        let origin = Origin::WithPassphrase(passphrase.to_owned());
        Self {
            secrets,
            origin,
            ..Self::new(name, file, bytes)
        }
    }

    /// Returns the intended passphrase.
    pub(crate) fn passphrase(&self) -> Option<&str> {
        if let Origin::WithPassphrase(passphrase) = &self.origin {
            Some(passphrase)
        } else {
            None
        }
    }

    /// Returns the arguments that name its file for `wrap` in `folder`, and its passphrase if it has one.
    pub(crate) fn arguments_of_wrap(&self, folder: &Path) -> String {
        match self.passphrase() {
            Some(passphrase) => {
                std::fs::write(folder.join("passphrase"), passphrase).expect("written");
                format!("--passphrase-file passphrase {}", self.file)
            }
            None => self.file.clone(),
        }
    }

    /// Returns whether it needs no option.
    pub(crate) fn is_plain(&self) -> bool {
        self.options.is_empty() && self.origin == Origin::FileOrPipe
    }

    /// Returns whether the key is inside other text, which [`Self::damaged`] may leave readable.
    pub(crate) fn is_inside_text(&self) -> bool {
        self.is_inside_text
    }

    /// Returns whether it is text that encodes a key.
    pub(crate) fn is_text_of_bytes(&self) -> bool {
        self.options.ends_with("hex") || self.options.ends_with("base64")
    }

    /// Returns the arguments and the standard input for each source.
    pub(crate) fn sources(&self) -> Vec<(String, Stdin)> {
        let Self {
            file,
            options,
            bytes,
            ..
        } = self;
        match &self.origin {
            Origin::FileOrPipe => vec![
                (format!("{options} {file}"), Stdin::Nothing),
                (format!("{options} -"), Stdin::Pipe(bytes.clone())),
            ],
            Origin::Keyboard => vec![(format!("{options} -"), Stdin::Terminal(bytes.clone()))],
            Origin::WithPassphrase(passphrase) => {
                let line = format!("{passphrase}\n").into_bytes();
                vec![
                    (
                        format!("--passphrase-file {PASSPHRASE_FILE} {file}"),
                        Stdin::Nothing,
                    ),
                    (
                        format!("--passphrase-fd 3 {file}"),
                        Stdin::Descriptor3(line.clone()),
                    ),
                    (format!("--passphrase-fd 0 {file}"), Stdin::Pipe(line)),
                    (
                        file.clone(),
                        Stdin::Terminal(passphrase.clone().into_bytes()),
                    ),
                ]
            }
        }
    }

    /// Returns the first of them.
    pub(crate) fn source(&self) -> (String, Stdin) {
        self.sources().swap_remove(0)
    }

    /// Damages a detected format: removes the middle line of PEM or the end of JSON, and changes
    /// the last byte of everything else: of qInv, of a public point, of an end-of-contents.
    pub(crate) fn damaged(mut self) -> Self {
        match str::from_utf8(&self.bytes) {
            Ok(text) if text.starts_with('{') => self.bytes.truncate(text.trim_end().len() - 1),
            Ok(pem) => {
                let lines = pem.lines().count();
                let kept = pem
                    .split_inclusive('\n')
                    .enumerate()
                    .filter(|(at, _)| *at != lines / 2);
                self.bytes = kept.map(|(_, line)| line).collect::<String>().into_bytes();
            }
            Err(_) => *self.bytes.last_mut().expect("bytes") ^= 1,
        }
        self
    }
}

/// Returns the formats of a symmetric or HMAC key.
pub(crate) fn of_bytes(key: &[u8]) -> Vec<Form> {
    let base64url = BASE64.encode(key).replace('+', "-").replace('/', "_");
    let jwk = format!(
        r#"{{"kty":"oct","k":"{}"}}"#,
        base64url.trim_end_matches('=')
    );
    vec![
        Form::new("raw", "key.bin", key.to_vec()),
        Form::told("hex", "key.hex", "--material-format hex", hex_line(key)),
        Form::told(
            "base64",
            "key.b64",
            "--material-format base64",
            base64_line(key),
        ),
        Form::new("JWK", "key.jwk", jwk.into_bytes()),
    ]
}

/// Returns the formats of a raw secp256k1 scalar.
pub(crate) fn of_scalar(scalar: &[u8]) -> Vec<Form> {
    let prefixed = [b"0x", hex_line(scalar).as_slice()].concat();
    vec![
        Form::told(
            "scalar",
            "scalar.bin",
            "--material-format raw",
            scalar.to_vec(),
        ),
        Form::told(
            "scalar in hex",
            "scalar.hex",
            "--material-format hex",
            prefixed,
        ),
    ]
}

/// Returns the formats of a raw Ed25519 seed.
pub(crate) fn of_seed(seed: &[u8]) -> Vec<Form> {
    let (raw, hex) = ("--material-format raw", "--material-format hex");
    vec![
        Form::told("seed", "seed.bin", raw, seed.to_vec()),
        Form::told("seed in hex", "seed.hex", hex, hex_line(seed)),
    ]
}

/// Returns the formats of a private key in PKCS#8.
pub(crate) fn of_pkcs8(der: &[u8]) -> Vec<Form> {
    vec![
        Form::new("PKCS#8 in PEM", "key.pem", pem("PRIVATE KEY", der)),
        Form::new("PKCS#8 in DER", "key.pk8", der.to_vec()),
        Form::new("PKCS#8 in BER", "key.ber", with_indefinite_lengths(der)),
    ]
}

/// Returns a P-256 key in PKCS#8 inside text. The text around the scalar is a secret too.
pub(crate) fn inside_text(der: &[u8]) -> Vec<Form> {
    // The scalar is at 36..68: base64 from character 48 on, after the first line of 28 characters.
    const SCALAR: core::ops::Range<usize> = 28 + 48..28 + 48 + 40;
    let pem = String::from_utf8(pem("PRIVATE KEY", der)).expect("ASCII");
    let text = pem.as_bytes()[SCALAR].to_vec();
    let json = serde_json::json!({ "type": "service_account", "private_key": pem });
    let base64 = BASE64.encode(&pem);
    let of_text = base64[SCALAR.start.div_ceil(3) * 4..SCALAR.end / 3 * 4].to_owned();
    let wide = |text: &[u8]| {
        let units = text.iter().map(|byte| u16::from(*byte));
        units.flat_map(u16::to_le_bytes).collect::<Vec<_>>()
    };
    let form = |name, file, bytes: Vec<u8>, secret: Vec<u8>| Form {
        secrets: vec![
            Secret::new("text of the scalar", text.clone()),
            Secret::new("encoded text of the scalar", secret),
        ],
        is_inside_text: true,
        ..Form::new(name, file, bytes)
    };
    vec![
        form(
            "PEM in JSON",
            "key.json",
            json.to_string().into_bytes(),
            text.clone(),
        ),
        form(
            "base64 of PEM in YAML",
            "key.yaml",
            format!("data:\n  tls.key: {base64}\n").into_bytes(),
            of_text.into_bytes(),
        ),
        form(
            "PEM in UTF-16",
            "utf-16.pem",
            [b"\xff\xfe", wide(pem.as_bytes()).as_slice()].concat(),
            wide(&text),
        ),
    ]
}

/// Returns SEC1 alone, which must name its curve: RFC 5915, 3.
pub(crate) fn sec1_of_p256(der: &[u8]) -> Vec<u8> {
    const P256: &[u8] = b"\xa0\x0a\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
    let sec1 = inner(der);
    // The version, the scalar, and the public key, after a header of 2 bytes.
    let (version_and_scalar, public_key) = sec1[2..].split_at(3 + 34);
    let len = u8::try_from(sec1.len() - 2 + P256.len()).expect("short");
    [&[0x30, len], version_and_scalar, P256, public_key].concat()
}

/// Returns PKCS#8 without the public key inside, and zeros up to a block of AES-KWP.
pub(crate) fn hsm_export_of_p256(der: &[u8]) -> Vec<u8> {
    let sec1 = inner(der);
    let scalar = [&[0x30, 0x25], &sec1[2..2 + 3 + 34]].concat();
    // The version and the algorithm, after a header of 3 bytes.
    let head = &der[3..3 + 3 + 21];
    let key = [&[0x30, 65], head, &[0x04, 0x27], &scalar, &[0; 5]].concat();
    assert_eq!(key.len(), 72);
    key
}

/// Returns the key between two copies of a certificate.
pub(crate) fn among(certificate: &[u8], label: &str, der: &[u8]) -> Vec<u8> {
    [certificate, &pem(label, der), certificate].concat()
}

pub(crate) fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    let base64 = BASE64.encode(der);
    let lines = base64
        .as_bytes()
        .chunks(64)
        .map(|line| [line, b"\n"].concat());
    let body = String::from_utf8(lines.collect::<Vec<_>>().concat()).expect("ASCII");
    format!("-----BEGIN {label}-----\n{body}-----END {label}-----\n").into_bytes()
}

/// Returns the contents of a PEM block.
pub(crate) fn der_of(pem: &[u8]) -> Vec<u8> {
    let text = str::from_utf8(pem).expect("PEM");
    let body: String = text
        .lines()
        .filter(|line| !line.starts_with("-----") && !line.contains(':'))
        .collect();
    BASE64.decode(body).expect("base64")
}

fn hex_line(bytes: &[u8]) -> Vec<u8> {
    format!("{}\n", hex::encode(bytes)).into_bytes()
}

fn base64_line(bytes: &[u8]) -> Vec<u8> {
    format!("{}\n", BASE64.encode(bytes)).into_bytes()
}

/// Returns BER: every constructed element with an indefinite length.
fn with_indefinite_lengths(der: &[u8]) -> Vec<u8> {
    let mut ber = Vec::new();
    let mut rest = der;
    while let [tag, first, after @ ..] = rest {
        let (len, contents) = match first {
            0x81 => (usize::from(after[0]), &after[1..]),
            0x82 => (
                usize::from(after[0]) << 8 | usize::from(after[1]),
                &after[2..],
            ),
            len => (usize::from(*len), after),
        };
        if tag & 0x20 == 0 {
            ber.extend(&rest[..rest.len() - contents.len() + len]);
        } else {
            ber.extend([*tag, 0x80]);
            ber.extend(with_indefinite_lengths(&contents[..len]));
            ber.extend([0, 0]);
        }
        rest = &contents[len..];
    }
    ber
}
