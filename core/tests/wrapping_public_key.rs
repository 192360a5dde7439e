//! The accepted wrapping public keys, and what people give instead.

mod common;

use byok_core::{
    blob::Blob,
    import_parameters::{ImportParameters, ImportParametersError},
    key_spec::KeySpec,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
    wrapping_public_key::{WrappingPublicKey, WrappingPublicKeyError},
};
use common::*;
use der::{
    Decode as _, Encode as _,
    asn1::{AnyRef, BitStringRef, ObjectIdentifier},
    pem::LineEnding,
};
use rsa::{pkcs1, pkcs8::EncodePrivateKey as _, traits::PublicKeyParts as _};
use sha2::{Digest as _, Sha256};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSASSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const F4: &[u8] = &[1, 0, 1];

/// Reads either form. The reader for DER alone must not disagree on DER.
fn read(bytes: &[u8]) -> Result<WrappingPublicKey, WrappingPublicKeyError> {
    let reading = WrappingPublicKey::from_der_or_pem(bytes);
    if !bytes.trim_ascii_start().starts_with(b"-----BEGIN ") {
        assert_eq!(WrappingPublicKey::from_spki_der(bytes), reading);
    }
    reading
}

fn refusal(bytes: &[u8]) -> WrappingPublicKeyError {
    read(bytes).expect_err("must be refused")
}

/// Returns an SPKI with this modulus and exponent, correctly encoded.
fn spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    spki_with(RSA_ENCRYPTION, Some(AnyRef::NULL), modulus, exponent)
}

fn spki_with(
    oid: ObjectIdentifier,
    parameters: Option<AnyRef<'_>>,
    modulus: &[u8],
    exponent: &[u8],
) -> Vec<u8> {
    let inner = pkcs1::RsaPublicKeyRef {
        modulus: pkcs1::UintRef::new(modulus).expect("a number"),
        public_exponent: pkcs1::UintRef::new(exponent).expect("a number"),
    }
    .to_der()
    .expect("encodes");
    SubjectPublicKeyInfoRef {
        algorithm: AlgorithmIdentifierRef { oid, parameters },
        subject_public_key: BitStringRef::from_bytes(&inner).expect("whole bytes"),
    }
    .to_der()
    .expect("encodes")
}

fn good(spec: WrappingKeySpec) -> Vec<u8> {
    spki(&modulus(spec), F4)
}

fn pem(label: &str, der: &[u8]) -> String {
    der::pem::encode_string(label, LineEnding::LF, der).expect("a label")
}

/// Returns a definite length in DER.
fn length(len: usize) -> Vec<u8> {
    match u8::try_from(len) {
        Ok(len @ 0..0x80) => vec![len],
        Ok(len) => vec![0x81, len],
        Err(_) => [
            &[0x82][..],
            &u16::try_from(len).expect("short").to_be_bytes(),
        ]
        .concat(),
    }
}

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    [&[tag][..], &length(value.len()), &value].concat()
}

#[test]
fn der_and_pem_of_every_rsa_spec_are_taken() {
    for (spec, spki_len) in [
        (WrappingKeySpec::Rsa2048, 294),
        (WrappingKeySpec::Rsa3072, 422),
        (WrappingKeySpec::Rsa4096, 550),
    ] {
        let der = good(spec);
        assert_eq!(der.len(), spki_len);
        let key = read(&der).expect("a wrapping key");
        assert_eq!(key.spec(), spec);
        assert_eq!(key.spki().as_bytes(), der);
        assert_eq!(key.sha256(), <[u8; 32]>::from(Sha256::digest(&der)));
        assert_eq!(
            key.fingerprint(),
            byok_core::hex::encode(&Sha256::digest(&der))
        );
        assert_eq!(wrapping_key(spec).public_key(), &key);

        let text = pem("PUBLIC KEY", &der);
        assert_eq!(key.to_pem(), text);
        for text in [
            text.clone(),
            text.replace('\n', "\r\n"),
            text.trim_end().to_owned(),
            format!("\n  {text}\n\n"),
        ] {
            assert_eq!(read(text.as_bytes()).as_ref(), Ok(&key), "{text:?}");
        }
    }
}

/// The example of the API Reference, `GetParametersForImport`, is an RSA_2048 key.
#[test]
fn other_public_exponents_are_taken_where_they_are_odd_and_above_2_to_16() {
    let n = modulus(WrappingKeySpec::Rsa2048);
    for exponent in [
        &[1, 0, 1][..],
        &[1, 0, 3],
        &[0xff, 0xff, 0xff, 0xff],
        &[1, 0, 0, 0, 1],
        &[1, 0xff, 0xff, 0xff, 0xff],
    ] {
        assert!(read(&spki(&n, exponent)).is_ok(), "{exponent:?}");
    }
}

#[test]
fn a_public_exponent_that_is_small_even_or_huge_is_refused() {
    let n = modulus(WrappingKeySpec::Rsa2048);
    for exponent in [
        &[0][..],
        &[1],
        &[2],
        &[3],
        &[17],
        &[0xff, 0xff],
        &[1, 0, 0],
        &[1, 0, 2],
        &[0xff, 0xff, 0xff, 0xfe],
        &[2, 0, 0, 0, 1],
        &[1, 0, 0, 0, 0, 1],
        &[0x7f; 32],
        &n[..],
    ] {
        assert_eq!(
            refusal(&spki(&n, exponent)),
            WrappingPublicKeyError::Exponent,
            "{exponent:?}"
        );
    }
}

#[test]
fn a_modulus_of_another_size_is_refused() {
    let n = modulus(WrappingKeySpec::Rsa4096);
    for bits in [512u32, 1024, 1536, 2040, 2056, 3064, 4088] {
        let len = usize::try_from(bits / 8).expect("small");
        let mut short = n[..len].to_vec();
        short[0] |= 0x80;
        *short.last_mut().expect("not empty") |= 1;
        assert_eq!(
            refusal(&spki(&short, F4)),
            WrappingPublicKeyError::ModulusBits(bits)
        );
    }
    // One bit less than the bytes have, and two.
    for (first, bits) in [(0x40, 2047), (0x20, 2046)] {
        let mut n = modulus(WrappingKeySpec::Rsa2048);
        n[0] = first | n[0] & (first - 1);
        assert_eq!(
            refusal(&spki(&n, F4)),
            WrappingPublicKeyError::ModulusBits(bits)
        );
    }
    let longer = [&[1][..], &modulus(WrappingKeySpec::Rsa2048)].concat();
    assert_eq!(
        refusal(&spki(&longer, F4)),
        WrappingPublicKeyError::ModulusBits(2049)
    );
    let much_longer = [&n[..], &n[..]].concat();
    assert_eq!(
        refusal(&spki(&much_longer, F4)),
        WrappingPublicKeyError::ModulusBits(8192)
    );
    assert_eq!(
        refusal(&spki(&[0], F4)),
        WrappingPublicKeyError::ModulusBits(0)
    );
    assert_eq!(
        refusal(&spki(&[1], F4)),
        WrappingPublicKeyError::ModulusBits(1)
    );
}

/// Returns the next multiple of `factor` below `n`.
fn multiple_of(n: &[u8], factor: u32) -> Vec<u8> {
    let remainder = n.iter().fold(0, |remainder, byte| {
        (remainder << 8 | u64::from(*byte)) % u64::from(factor)
    });
    let (mut multiple, mut borrow) = (n.to_vec(), remainder);
    for byte in multiple.iter_mut().rev() {
        let (value, wrapped) = byte.overflowing_sub(u8::try_from(borrow & 0xff).expect("one byte"));
        *byte = value;
        borrow = (borrow >> 8) + u64::from(wrapped);
    }
    multiple
}

#[test]
fn a_modulus_that_is_even_or_has_a_small_factor_is_refused() {
    for spec in WrappingKeySpec::RSA {
        let n = modulus(spec);
        let mut even = n.clone();
        *even.last_mut().expect("not empty") &= 0xfe;
        assert_eq!(
            refusal(&spki(&even, F4)),
            WrappingPublicKeyError::ModulusNotRsa,
            "{spec} even"
        );
        let mut power_of_2 = vec![0; n.len()];
        power_of_2[0] = 0x80;
        assert_eq!(
            refusal(&spki(&power_of_2, F4)),
            WrappingPublicKeyError::ModulusNotRsa
        );
        for factor in [3, 5, 7, 11, 101, 251, 257, 1009, 7919] {
            let mut multiple = multiple_of(&n, factor);
            if multiple.last().is_some_and(|byte| byte & 1 == 0) {
                // Another multiple, and odd.
                multiple = multiple_of(&n, 2 * factor);
                let (last, carries) = multiple.last().map_or((0, false), |byte| {
                    byte.overflowing_add(u8::try_from(factor & 0xff).expect("one byte"))
                });
                if carries || factor > 255 {
                    continue;
                }
                *multiple.last_mut().expect("not empty") = last;
            }
            assert_eq!(
                refusal(&spki(&multiple, F4)),
                WrappingPublicKeyError::ModulusNotRsa,
                "{spec} {factor}"
            );
        }
    }
}

/// A private key is named before any other fault.
#[test]
fn a_private_key_is_refused_as_what_it_is() {
    let rsa = wrapping_rsa_key(WrappingKeySpec::Rsa2048);
    let pkcs8 = rsa.to_pkcs8_der().expect("encodes").as_bytes().to_vec();
    let pkcs1 = pkcs8::PrivateKeyInfoRef::from_der(&pkcs8)
        .expect("PKCS#8")
        .private_key
        .as_bytes()
        .to_vec();
    let ec = material_bytes(KeySpec::EccNistP256).0;
    let sec1 = pkcs8::PrivateKeyInfoRef::from_der(ec)
        .expect("PKCS#8")
        .private_key
        .as_bytes()
        .to_vec();
    for (name, der) in [
        ("PKCS#8", &pkcs8[..]),
        ("PKCS#1", &pkcs1),
        ("EC PKCS#8", ec),
        ("SEC1", &sec1),
    ] {
        assert_eq!(refusal(der), WrappingPublicKeyError::PrivateKey, "{name}");
    }
    for (label, der) in [
        ("PRIVATE KEY", &pkcs8[..]),
        ("RSA PRIVATE KEY", &pkcs1),
        ("EC PRIVATE KEY", &sec1),
        ("ENCRYPTED PRIVATE KEY", &pkcs8),
        ("OPENSSH PRIVATE KEY", b"openssh-key-v1\0"),
        // A wrong label.
        ("PUBLIC KEY", &pkcs8),
        ("PUBLIC KEY", &pkcs1),
    ] {
        let text = pem(label, der);
        assert_eq!(
            refusal(text.as_bytes()),
            WrappingPublicKeyError::PrivateKey,
            "{label}"
        );
        assert_eq!(
            refusal(format!("\n{text}").as_bytes()),
            WrappingPublicKeyError::PrivateKey,
            "{label}"
        );
        let said = refusal(text.as_bytes()).to_string();
        assert_eq!(
            said,
            "expected the wrapping public key, found a private key"
        );
    }
    // After a public key, and before one.
    let public = pem("PUBLIC KEY", &good(WrappingKeySpec::Rsa2048));
    let private = pem("PRIVATE KEY", &pkcs8);
    for text in [format!("{public}{private}"), format!("{private}{public}")] {
        assert_eq!(refusal(text.as_bytes()), WrappingPublicKeyError::PrivateKey);
    }
}

#[test]
fn bytes_behind_the_key_are_refused_and_counted() {
    let der = good(WrappingKeySpec::Rsa2048);
    for extra in [&b"\n"[..], b"\0", b"\r\n", &[0; 100]] {
        assert_eq!(
            refusal(&[&der[..], extra].concat()),
            WrappingPublicKeyError::TrailingBytes { count: extra.len() }
        );
    }
    let twice = [&der[..], &der[..]].concat();
    assert_eq!(
        refusal(&twice),
        WrappingPublicKeyError::TrailingBytes { count: der.len() }
    );
    let in_pem = pem("PUBLIC KEY", &[&der[..], &[0]].concat());
    assert_eq!(
        refusal(in_pem.as_bytes()),
        WrappingPublicKeyError::TrailingBytes { count: 1 }
    );
    let two = pem("PUBLIC KEY", &der).repeat(2);
    assert_eq!(refusal(two.as_bytes()), WrappingPublicKeyError::NotSpki);
    for len in 0..der.len() {
        assert_eq!(
            refusal(&der[..len]),
            WrappingPublicKeyError::NotSpki,
            "{len}"
        );
    }
}

/// A key has one encoding in DER; with two, a fingerprint would be worthless.
#[test]
fn another_encoding_of_the_same_key_is_refused() {
    let n = modulus(WrappingKeySpec::Rsa2048);
    let integer = |bytes: &[u8]| tlv(0x02, &[bytes]);
    let (modulus, exponent) = (integer(&[&[0][..], &n].concat()), integer(F4));
    let algorithm = tlv(
        0x30,
        &[&tlv(0x06, &[RSA_ENCRYPTION.as_bytes()]), &[0x05, 0x00]],
    );
    let outer = |algorithm: &[u8], key: &[u8]| tlv(0x30, &[algorithm, &tlv(0x03, &[&[0], key])]);
    let key = tlv(0x30, &[&modulus, &exponent]);
    assert_eq!(
        outer(&algorithm, &key),
        good(WrappingKeySpec::Rsa2048),
        "by hand, to be spoiled"
    );

    let good = outer(&algorithm, &key);
    let long_form = |der: &[u8]| {
        let [tag, 0x82, high, low, rest @ ..] = der else {
            panic!("a long value")
        };
        [&[*tag, 0x83, 0, *high, *low][..], rest].concat()
    };
    let indefinite = |der: &[u8]| [&[der[0], 0x80][..], &der[4..], &[0, 0]].concat();
    for (name, der) in [
        ("a length in too many bytes", long_form(&good)),
        ("an indefinite length", indefinite(&good)),
        (
            "an inner length in too many bytes",
            outer(&algorithm, &long_form(&key)),
        ),
        (
            "an inner indefinite length",
            outer(&algorithm, &indefinite(&key)),
        ),
        (
            "a modulus with two zeros in front",
            outer(
                &algorithm,
                &tlv(0x30, &[&integer(&[&[0, 0][..], &n].concat()), &exponent]),
            ),
        ),
        (
            "a modulus without its zero: negative",
            outer(&algorithm, &tlv(0x30, &[&integer(&n), &exponent])),
        ),
        (
            "an exponent with a zero in front",
            outer(&algorithm, &tlv(0x30, &[&modulus, &integer(&[0, 1, 0, 1])])),
        ),
        (
            "an empty exponent",
            outer(&algorithm, &tlv(0x30, &[&modulus, &integer(&[])])),
        ),
        ("an exponent in a long-form length", {
            outer(
                &algorithm,
                &tlv(0x30, &[&modulus, &[0x02, 0x81, 3, 1, 0, 1]]),
            )
        }),
        (
            "unused bits",
            tlv(0x30, &[&algorithm, &tlv(0x03, &[&[1], &key])]),
        ),
        (
            "a third number",
            outer(&algorithm, &tlv(0x30, &[&modulus, &exponent, &exponent])),
        ),
        (
            "bytes behind the inner key",
            outer(&algorithm, &[&key[..], &[0]].concat()),
        ),
        ("NULL in a long-form length", {
            outer(
                &tlv(
                    0x30,
                    &[
                        &tlv(0x06, &[RSA_ENCRYPTION.as_bytes()]),
                        &[0x05, 0x81, 0x00],
                    ],
                ),
                &key,
            )
        }),
        ("NULL that holds something", {
            outer(
                &tlv(
                    0x30,
                    &[
                        &tlv(0x06, &[RSA_ENCRYPTION.as_bytes()]),
                        &[0x05, 0x01, 0x00],
                    ],
                ),
                &key,
            )
        }),
        (
            "no NULL",
            outer(
                &tlv(0x30, &[&tlv(0x06, &[RSA_ENCRYPTION.as_bytes()])]),
                &key,
            ),
        ),
        ("a set", [&[0x31][..], &good[1..]].concat()),
        ("only PKCS#1", key.clone()),
    ] {
        assert_eq!(refusal(&der), WrappingPublicKeyError::NotSpki, "{name}");
    }
    // An encrypted PKCS#8 private key has this structure.
    let octet_string = tlv(0x30, &[&algorithm, &tlv(0x04, &[&[0], &key])]);
    assert_eq!(refusal(&octet_string), WrappingPublicKeyError::PrivateKey);
}

#[test]
fn keys_of_other_algorithms_are_refused_by_name() {
    let ec = material_bytes(KeySpec::EccNistP256).1.expect("a key pair");
    assert_eq!(
        refusal(ec),
        WrappingPublicKeyError::Algorithm("EC on P-256".to_owned())
    );
    assert_eq!(
        refusal(pem("PUBLIC KEY", ec).as_bytes()),
        WrappingPublicKeyError::Algorithm("EC on P-256".to_owned())
    );
    let n = modulus(WrappingKeySpec::Rsa2048);
    let pss = spki_with(RSASSA_PSS, None, &n, F4);
    assert_eq!(
        refusal(&pss),
        WrappingPublicKeyError::Algorithm("algorithm 1.2.840.113549.1.1.10".to_owned())
    );
    let without_null = spki_with(RSA_ENCRYPTION, None, &n, F4);
    assert_eq!(refusal(&without_null), WrappingPublicKeyError::NotSpki);
}

#[test]
fn texts_are_told_apart() {
    let der = good(WrappingKeySpec::Rsa2048);
    let base64 = Blob::new(der.clone()).to_base64();
    for text in [
        base64.clone(),
        format!("{base64}\n"),
        format!("  {base64}\r\n"),
    ] {
        assert_eq!(
            refusal(text.as_bytes()),
            WrappingPublicKeyError::Base64Text,
            "{text:?}"
        );
    }
    for bytes in [
        &b""[..],
        b"\n",
        b"hello",
        b"{\"PublicKey\": \"AAE=\"}",
        b"-----BEGIN PUBLIC KEY-----",
        b"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
        b"-----BEGIN \xff-----",
        pem("CERTIFICATE", &der).as_bytes(),
        pem("RSA PUBLIC KEY", &der).as_bytes(),
        pem("PUBLIC KEY", &der)
            .replace("END PUBLIC", "END OTHER")
            .as_bytes(),
        pem("PUBLIC KEY", &der).replace('M', "!").as_bytes(),
        &[0; 294],
    ] {
        assert_eq!(
            refusal(bytes),
            WrappingPublicKeyError::NotSpki,
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn the_parameters_refuse_what_the_key_refuses() {
    let good = parameters(
        KeySpec::Hmac256,
        WrappingAlgorithm::RsaesOaepSha256,
        WrappingKeySpec::Rsa2048,
    );
    let with_key = |key: &[u8]| {
        let token = good.import_token.blob().clone();
        ImportParameters::from_parts(good.key_arn.clone(), token, key, good.parameters_valid_to)
    };
    assert_eq!(
        with_key(good.public_key.spki().as_bytes()).as_ref(),
        Ok(&good)
    );
    assert_eq!(
        with_key(good.public_key.to_pem().as_bytes()).as_ref(),
        Ok(&good)
    );
    let private = wrapping_rsa_key(WrappingKeySpec::Rsa2048)
        .to_pkcs8_der()
        .expect("encodes");
    assert_eq!(
        with_key(private.as_bytes()),
        Err(ImportParametersError::PublicKey(
            WrappingPublicKeyError::PrivateKey
        ))
    );
    assert_eq!(
        with_key(&[0x30; 4097]),
        Err(ImportParametersError::PublicKeyLength(4097))
    );
    assert_eq!(
        with_key(b""),
        Err(ImportParametersError::PublicKey(
            WrappingPublicKeyError::NotSpki
        ))
    );
}

#[test]
fn the_fixture_is_what_it_seems() {
    let key = wrapping_rsa_key(WrappingKeySpec::Rsa2048);
    assert_eq!(key.n_bytes().as_ref(), modulus(WrappingKeySpec::Rsa2048));
    assert_eq!(key.e_bytes().as_ref(), F4);
    let nine = multiple_of(&[0x12, 0x34, 0x57], 9);
    let value = nine
        .iter()
        .fold(0u32, |value, byte| value << 8 | u32::from(*byte));
    assert_eq!((value % 9, 0x0012_3457 - value < 9), (0, true));
}
