//! Key files in every format that the tests can build.

use base64::{Engine as _, engine::general_purpose};
use byok_core::{
    hex,
    key_file::{self, Encoding, MaterialFormat, SourceFormat},
    key_spec::{Curve, KeySpec},
};
use proptest::{option, prelude::*, sample::select};

use super::{
    encryption::{self, PASSPHRASE, Scheme},
    keys::{Key, Numbers, RsaNumbers},
    structures::{self, Around, EcInside},
    writing::{Choices, PemStyle, choices, pem_style},
};

/// A format.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    Pkcs8 {
        around: Around,
        inside: EcInside,
        inner: Choices,
        encryption: Option<Scheme>,
        writing: Writing,
    },
    Alone {
        inside: EcInside,
        writing: Writing,
    },
    OpenSsh {
        is_encrypted: bool,
        style: PemStyle,
    },
    Jwk {
        is_last_first: bool,
        space: &'static str,
    },
    Bare(MaterialFormat),
}

/// The encoding of a structure.
#[derive(Debug, Clone)]
pub(crate) enum Writing {
    /// DER or BER, followed by this many zeros.
    Octets(Choices, usize),
    Pem(PemStyle),
}

/// The expected source format.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) bytes: Vec<u8>,
    pub(crate) source_format: SourceFormat,
    /// What the caller must say of a key without a structure.
    pub(crate) bare: Option<(KeySpec, MaterialFormat)>,
}

/// Returns any format.
pub(crate) fn form() -> impl Strategy<Value = Form> {
    let pkcs8 = (
        structures::around(),
        structures::ec_inside(),
        choices(),
        option::of(encryption::scheme()),
        writing(),
    );
    let format = [
        MaterialFormat::Raw,
        MaterialFormat::Hex,
        MaterialFormat::Base64,
    ];
    prop_oneof![
        6 => pkcs8.prop_map(|(around, inside, inner, encryption, writing)| {
            Form::Pkcs8 { around, inside, inner, encryption, writing }
        }),
        3 => (structures::ec_inside(), writing()).prop_map(|(inside, writing)| {
            Form::Alone { inside: inside.with_curve(), writing }
        }),
        2 => (any::<bool>(), pem_style()).prop_map(|(is_encrypted, style)| Form::OpenSsh { is_encrypted, style }),
        2 => (any::<bool>(), select(&["", " ", "\n\t"][..])).prop_map(|(is_last_first, space)| {
            Form::Jwk { is_last_first, space }
        }),
        1 => select(format.to_vec()).prop_map(Form::Bare),
    ]
}

fn writing() -> impl Strategy<Value = Writing> {
    prop_oneof![
        (choices(), 0..8usize).prop_map(|(choices, zeros)| Writing::Octets(choices, zeros)),
        pem_style().prop_map(Writing::Pem),
    ]
}

impl Writing {
    /// A structure in DER, in a file, and its encoding.
    fn file(&self, label: &str, der: &[u8]) -> (Vec<u8>, Encoding) {
        match self {
            Self::Pem(style) => (style.block(label, der), Encoding::Pem),
            Self::Octets(choices, zeros) => {
                let octets = choices.apply(der);
                let encoding = if octets == der {
                    Encoding::Der
                } else {
                    Encoding::Ber
                };
                ([octets, vec![0; *zeros]].concat(), encoding)
            }
        }
    }
}

impl Form {
    /// Returns the key in this format; `None` if it has none.
    pub(crate) fn of(&self, key: &Key) -> Option<File> {
        let file = |bytes, form, encoding, is_encrypted| {
            Some(File {
                bytes,
                source_format: SourceFormat {
                    form,
                    encoding,
                    is_encrypted,
                },
                bare: None,
            })
        };
        match self {
            Self::Pkcs8 {
                around,
                inside,
                inner,
                encryption: None,
                writing,
            } => {
                let der = structures::pkcs8(key, around, inside, inner);
                let was_der = der == structures::pkcs8(key, around, inside, &Choices::der());
                let (bytes, encoding) = writing.file("PRIVATE KEY", &der);
                let encoding = if encoding == Encoding::Der && !was_der {
                    Encoding::Ber
                } else {
                    encoding
                };
                file(bytes, key_file::Form::Pkcs8, encoding, false)
            }
            Self::Pkcs8 {
                around,
                inside,
                inner,
                encryption: Some(scheme),
                writing,
            } => {
                let sealed = scheme.seal(&structures::pkcs8(key, around, inside, inner));
                let (bytes, encoding) = writing.file("ENCRYPTED PRIVATE KEY", &sealed);
                file(bytes, key_file::Form::Pkcs8, encoding, true)
            }
            Self::Alone { inside, writing } => {
                let (label, structure) = match &key.numbers {
                    Numbers::Rsa(_) => ("RSA PRIVATE KEY", key_file::Form::Pkcs1),
                    Numbers::Ec { .. } => ("EC PRIVATE KEY", key_file::Form::Sec1),
                    Numbers::Ed25519 { .. } => return None,
                };
                let (bytes, encoding) = writing.file(label, &structures::alone(key, inside));
                file(bytes, structure, encoding, false)
            }
            Self::OpenSsh {
                is_encrypted,
                style,
            } => {
                let bytes = encryption::open_ssh(key, *is_encrypted)?;
                let bytes = style
                    .clone()
                    .with_right_label()
                    .block("OPENSSH PRIVATE KEY", &bytes);
                file(bytes, key_file::Form::OpenSsh, Encoding::Pem, *is_encrypted)
            }
            Self::Jwk {
                is_last_first,
                space,
            } => file(
                jwk(key, *is_last_first, space)?,
                key_file::Form::Jwk,
                Encoding::Json,
                false,
            ),
            Self::Bare(format) => bare(key, *format),
        }
    }
}

/// RFC 7518 and RFC 8812 have no name for SM2.
fn jwk(key: &Key, is_last_first: bool, space: &str) -> Option<Vec<u8>> {
    let base64url = |octets: &[u8]| general_purpose::URL_SAFE_NO_PAD.encode(octets);
    let (words, numbers) = match &key.numbers {
        Numbers::Rsa(RsaNumbers {
            n,
            e,
            d,
            p,
            q,
            dp,
            dq,
            q_inv,
        }) => {
            let numbers = [
                ("n", n),
                ("e", e),
                ("d", d),
                ("p", p),
                ("q", q),
                ("dp", dp),
                ("dq", dq),
                ("qi", q_inv),
            ];
            (vec![("kty", "RSA")], numbers.to_vec())
        }
        Numbers::Ec {
            curve: Curve::Sm2, ..
        } => return None,
        Numbers::Ec {
            curve,
            scalar,
            x,
            y,
        } => {
            let curve = if *curve == Curve::K256 {
                "secp256k1"
            } else {
                curve.name()
            };
            (
                vec![("kty", "EC"), ("crv", curve)],
                vec![("d", scalar), ("x", x), ("y", y)],
            )
        }
        Numbers::Ed25519 { seed, public_key } => (
            vec![("kty", "OKP"), ("crv", "Ed25519")],
            vec![("d", seed), ("x", public_key)],
        ),
    };
    let words = words
        .into_iter()
        .chain([("use", "sig"), ("kid", "TEST")])
        .map(|(name, word)| (name, word.to_owned()));
    let mut members: Vec<_> = words
        .chain(
            numbers
                .into_iter()
                .map(|(name, number)| (name, base64url(number))),
        )
        .collect();
    if is_last_first {
        members.reverse();
    }
    let members: Vec<_> = members
        .iter()
        .map(|(name, value)| format!("{space}\"{name}\":{space}\"{value}\""))
        .collect();
    Some(format!("{{{}{space}}}", members.join(",")).into_bytes())
}

fn bare(key: &Key, format: MaterialFormat) -> Option<File> {
    let (key_spec, form, octets) = match &key.numbers {
        Numbers::Ec {
            curve: Curve::K256,
            scalar,
            ..
        } => (KeySpec::EccSecgP256k1, key_file::Form::Scalar, scalar),
        Numbers::Ed25519 { seed, .. } => (KeySpec::EccNistEdwards25519, key_file::Form::Seed, seed),
        Numbers::Rsa(_) | Numbers::Ec { .. } => return None,
    };
    let (bytes, encoding) = match format {
        MaterialFormat::Raw => (octets.clone(), Encoding::Raw),
        MaterialFormat::Hex => (
            format!("0x{}\n", hex::encode(octets)).into_bytes(),
            Encoding::Hex,
        ),
        MaterialFormat::Base64 => (
            general_purpose::STANDARD.encode(octets).into_bytes(),
            Encoding::Base64,
        ),
    };
    Some(File {
        bytes,
        source_format: SourceFormat::plain(form, encoding),
        bare: Some((key_spec, format)),
    })
}

/// The passphrase of every encrypted file.
pub(crate) fn passphrase() -> byok_core::secret::SecretBytes {
    byok_core::secret::SecretBytes::copy_of(PASSPHRASE)
}
