//! Key material: every form of a key yields the same bytes, and every tampered key is refused for
//! its fault.

use byok_core::{
    blob::Blob,
    compatibility::Rules,
    key_file::{
        Alias, Encoding, EncryptionError, Form, FormatNote, JwkError, LikelyEncoding,
        MaterialFormat, ReadError, SourceFormat, TEST_KEY_LINE,
    },
    key_material::{
        KeyMaterial, KeyMaterialError, MaterialError, ReadOptions, Reading, WeakMaterial, Weakness,
    },
    key_spec::{Curve, KeySpec},
    secret::SecretBytes,
    wrapping,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};
use chacha20::ChaCha20Rng;
use der::{
    Decode as _, Encode as _,
    asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef},
    pem::LineEnding,
};
use pkcs8::PrivateKeyInfoRef;
use rand_core::{Rng as _, SeedableRng as _};
use sec1::{EcParameters, EcPrivateKey};
use spki::AlgorithmIdentifierRef;

macro_rules! test_file {
    ($name:literal) => {
        include_bytes!(concat!("data/TEST-", $name)).as_slice()
    };
}

const RSA_ENCRYPTION: ObjectIdentifier = rsa::pkcs1::ALGORITHM_OID;

fn generated(key_spec: KeySpec) -> Vec<u8> {
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let material = KeyMaterial::generate(key_spec, Rules::Standard, &mut rng).expect("importable");
    material.bytes().expose().to_vec()
}

fn read_as(
    file: &[u8],
    key_spec: Option<KeySpec>,
    weak: WeakMaterial,
) -> Result<Reading, KeyMaterialError> {
    let options = ReadOptions {
        key_spec,
        weak,
        ..ReadOptions::new(Rules::Standard)
    };
    KeyMaterial::read(&SecretBytes::copy_of(file), &options)
}

fn read(file: &[u8]) -> Result<Reading, KeyMaterialError> {
    read_as(file, None, WeakMaterial::Refuse)
}

/// Bytes without a pattern, which are not weak.
fn random(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    ChaCha20Rng::seed_from_u64(len as u64).fill_bytes(&mut bytes);
    bytes
}

fn refusal(file: &[u8]) -> KeyMaterialError {
    read(file)
        .map(|reading| reading.source_format)
        .expect_err("must be refused")
}

fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    der::pem::encode_string(label, LineEnding::LF, der)
        .expect("PEM")
        .into_bytes()
}

fn pkcs8(algorithm: AlgorithmIdentifierRef<'_>, inner: &[u8]) -> Vec<u8> {
    let inner = OctetStringRef::new(inner).expect("short");
    PrivateKeyInfoRef::new(algorithm, inner)
        .to_der()
        .expect("DER")
}

fn inner(pkcs8: &[u8]) -> Vec<u8> {
    let info = PrivateKeyInfoRef::from_der(pkcs8).expect("PKCS#8");
    info.private_key.as_bytes().to_vec()
}

fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes
}

#[test]
fn every_form_of_an_rsa_key_becomes_the_same_bytes() {
    let canonical = generated(KeySpec::Rsa2048);
    let pkcs1 = inner(&canonical);
    let forms = [
        (canonical.clone(), Form::Pkcs8, Encoding::Der),
        (pem("PRIVATE KEY", &canonical), Form::Pkcs8, Encoding::Pem),
        (pkcs1.clone(), Form::Pkcs1, Encoding::Der),
        (pem("RSA PRIVATE KEY", &pkcs1), Form::Pkcs1, Encoding::Pem),
        (
            [b"bag attributes\n".to_vec(), pem("RSA PRIVATE KEY", &pkcs1)].concat(),
            Form::Pkcs1,
            Encoding::Pem,
        ),
    ];
    for (file, structure, encoding) in forms {
        let reading = read(&file).expect("a good key");
        assert_eq!(
            reading.material.bytes().expose(),
            canonical,
            "{structure} {encoding:?}"
        );
        assert_eq!(
            reading.source_format,
            SourceFormat::plain(structure, encoding)
        );
        assert_eq!(reading.material.key_spec(), KeySpec::Rsa2048);
    }
}

#[test]
fn every_form_of_an_ec_key_becomes_the_same_bytes() {
    for (curve, oid, len) in [
        (Curve::P256, "1.2.840.10045.3.1.7", 138),
        (Curve::P384, "1.3.132.0.34", 185),
        (Curve::P521, "1.3.132.0.35", 241),
        (Curve::K256, "1.3.132.0.10", 135),
    ] {
        let canonical = generated(curve.key_spec());
        assert_eq!(canonical.len(), len, "{}", curve.name());
        let named = ObjectIdentifier::new_unwrap(oid);
        let sec1_der = inner(&canonical);
        let key = EcPrivateKey::from_der(&sec1_der).expect("SEC1");
        assert!(key.parameters.is_none() && key.public_key.is_some());
        let parameters = Some(EcParameters::NamedCurve(named));
        let algorithm = AlgorithmIdentifierRef {
            oid: sec1::ALGORITHM_OID,
            parameters: Some((&named).into()),
        };
        let with = |parameters, public_key| {
            EcPrivateKey {
                private_key: key.private_key,
                parameters,
                public_key,
            }
            .to_der()
            .expect("DER")
        };
        let sec1_file = with(parameters, key.public_key);
        let mut v2 = PrivateKeyInfoRef::from_der(&canonical).expect("PKCS#8");
        v2.public_key = key
            .public_key
            .map(|point| BitStringRef::from_bytes(point).expect("short"));
        let parameters_pem = pem("EC PARAMETERS", &named.to_der().expect("DER"));
        for file in [
            canonical.clone(),
            pem("PRIVATE KEY", &canonical),
            v2.to_der().expect("DER"),
            pkcs8(algorithm, &with(parameters, key.public_key)),
            // The form of some HSMs: the scalar alone.
            pkcs8(algorithm, &with(None, None)),
            sec1_file.clone(),
            with(parameters, None),
            pem("EC PRIVATE KEY", &sec1_file),
            [parameters_pem, pem("EC PRIVATE KEY", &sec1_file)].concat(),
        ] {
            let reading = read(&file).expect("a good key");
            assert_eq!(
                reading.material.bytes().expose(),
                canonical,
                "{}",
                curve.name()
            );
        }
    }
}

#[test]
fn other_algorithms_and_parameters_are_named() {
    let good = generated(KeySpec::Rsa2048);
    let key = inner(&good);
    let pss = AlgorithmIdentifierRef {
        oid: ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10"),
        parameters: None,
    };
    assert_eq!(
        refusal(&pkcs8(pss, &key)),
        KeyMaterialError::Read(ReadError::RsaPss)
    );
    let without_null = AlgorithmIdentifierRef {
        oid: RSA_ENCRYPTION,
        parameters: None,
    };
    let converted = read(&pkcs8(without_null, &key)).expect("the same key");
    assert_eq!(converted.material.bytes().expose(), good);
    assert_eq!(converted.remarks, [FormatNote::NotCanonical]);
    let octets = AnyRef::new(der::Tag::OctetString, &[]).expect("empty");
    let with_octets = AlgorithmIdentifierRef {
        oid: RSA_ENCRYPTION,
        parameters: Some(octets),
    };
    assert_eq!(
        read_as(
            &pkcs8(with_octets, &key),
            Some(KeySpec::Rsa2048),
            WeakMaterial::Refuse
        )
        .err(),
        Some(KeyMaterialError::Read(ReadError::Unreadable {
            looks_like: Some(LikelyEncoding::Der)
        }))
    );
    for (oid, name) in [
        ("1.3.101.110", "X25519"),
        ("1.3.101.111", "X448"),
        ("1.3.101.113", "Ed448"),
    ] {
        let other = AlgorithmIdentifierRef {
            oid: ObjectIdentifier::new_unwrap(oid),
            parameters: None,
        };
        assert_eq!(
            refusal(&pkcs8(other, &[&[4, 32][..], &[7; 32]].concat())),
            KeyMaterialError::Read(ReadError::Algorithm(name.to_owned()))
        );
    }
    let null = AlgorithmIdentifierRef {
        oid: RSA_ENCRYPTION,
        parameters: Some(AnyRef::NULL),
    };
    assert_eq!(
        pkcs8(null, &key),
        good,
        "the canonical form is PKCS#8, version 1, with NULL"
    );
}

/// RFC 8410: version 1, `id-Ed25519` without parameters, and an OCTET STRING in an OCTET STRING.
#[test]
fn every_form_of_an_ed25519_key_becomes_the_same_bytes() {
    let canonical = test_file!("ed25519.der");
    let reading = read(canonical).expect("a good key");
    assert_eq!(reading.material.key_spec(), KeySpec::EccNistEdwards25519);
    assert_eq!(reading.material.bytes().expose(), canonical);
    assert_eq!(reading.remarks, []);
    let spki = reading.material.public_key().expect("a key pair");
    assert_eq!(spki.len(), 44);
    let spki = spki::SubjectPublicKeyInfoRef::from_der(spki.as_bytes()).expect("SPKI");
    assert_eq!(spki.algorithm.oid.to_string(), "1.3.101.112");
    let mut v2 = PrivateKeyInfoRef::from_der(canonical).expect("PKCS#8");
    v2.public_key = Some(spki.subject_public_key);
    let v2 = v2.to_der().expect("DER");
    let converted = read(&v2).expect("the same key");
    assert_eq!(converted.remarks, [FormatNote::NotCanonical]);
    for file in [
        pem("PRIVATE KEY", canonical),
        v2.clone(),
        pem("PRIVATE KEY", &v2),
        test_file!("ed25519.openssh").to_vec(),
        test_file!("ed25519.jwk").to_vec(),
    ] {
        let reading = read(&file).expect("a good key");
        assert_eq!(reading.material.bytes().expose(), canonical);
        assert_eq!(reading.material.public_key().map(Blob::len), Some(44));
    }
    let passphrase = SecretBytes::copy_of(b"TEST passphrase");
    let options = ReadOptions {
        passphrase: Some(&passphrase),
        ..ReadOptions::new(Rules::Standard)
    };
    let encrypted = SecretBytes::copy_of(test_file!("ed25519-aes256-ctr.openssh"));
    let reading = KeyMaterial::read(&encrypted, &options).expect("a good key");
    assert_eq!(reading.material.bytes().expose(), canonical);
}

#[test]
fn an_ed25519_key_is_whole_and_has_its_own_public_key() {
    let canonical = test_file!("ed25519.der");
    let algorithm = |parameters| AlgorithmIdentifierRef {
        oid: ObjectIdentifier::new_unwrap("1.3.101.112"),
        parameters,
    };
    let seed = &canonical[16..];
    assert_eq!(
        pkcs8(algorithm(None), &[&[4, 32], seed].concat()),
        canonical
    );
    for len in [0, 31, 33, 64] {
        let octets = [&[4, len][..], &vec![7; usize::from(len)]].concat();
        assert_eq!(
            refusal(&pkcs8(algorithm(None), &octets)),
            MaterialError::SeedLength { len: len.into() }.into()
        );
    }
    // Without the inner OCTET STRING, with parameters, with a byte behind the seed.
    for file in [
        pkcs8(algorithm(None), seed),
        pkcs8(algorithm(Some(AnyRef::NULL)), &[&[4, 32], seed].concat()),
        pkcs8(algorithm(None), &[&[4, 32], seed, &[1]].concat()),
    ] {
        assert!(matches!(refusal(&file), KeyMaterialError::Read(_)));
    }
    let reading = read(canonical).expect("a good key");
    let spki = reading
        .material
        .public_key()
        .expect("a key pair")
        .as_bytes();
    let mut other = spki[12..].to_vec();
    other[5] ^= 1;
    for (public_key, expected) in [
        (&other[..], MaterialError::PublicKey),
        (&other[1..], MaterialError::PublicKeyForm),
        (&[], MaterialError::PublicKeyForm),
    ] {
        let mut v2 = PrivateKeyInfoRef::from_der(canonical).expect("PKCS#8");
        v2.public_key = Some(BitStringRef::from_bytes(public_key).expect("short"));
        assert_eq!(refusal(&v2.to_der().expect("DER")), expected.into());
    }
}

/// All of RFC 8032's test keys, and seeds that nobody drew.
#[test]
fn weak_ed25519_seeds_are_refused() {
    let weak_seeds = [
        ([0; 32].to_vec(), Weakness::RepeatedByte),
        ([0xff; 32].to_vec(), Weakness::RepeatedByte),
        ((0..32).collect(), Weakness::Sequence),
        (
            b"0123456789abcdef0123456789abcdef".to_vec(),
            Weakness::PrintableText,
        ),
    ];
    let published = [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "0305334e381af78f141cb666f6199f57bc3495335a256a95bd2a55bf546663f6",
        "ab9c2853ce297ddab85c993b3ae14bcad39b2c682beabc27d6d4eb20711d6560",
    ];
    let published = published.map(|seed| {
        let seed = byok_core::hex::decode_lenient(seed).expect("hex");
        (seed, Weakness::Published("a key of RFC 8032"))
    });
    for (seed, weakness) in weak_seeds.into_iter().chain(published) {
        let file = [&test_file!("ed25519.der")[..16], &seed].concat();
        let expected = KeyMaterialError::from(MaterialError::Weak(weakness));
        assert_eq!(refusal(&file), expected);
        let allowed = read_as(&file, None, WeakMaterial::Allow).expect("allowed");
        assert_eq!(allowed.material.bytes().expose(), file);
    }
}

/// Object identifiers and orders: RFC 5480, 2.1.1.1; SEC 2 version 2, 2.4.1, 2.4.2, 2.5.1, 2.6.1.
const CURVES: [(Curve, &str, &str); 4] = [
    (
        Curve::P256,
        "1.2.840.10045.3.1.7",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    ),
    (
        Curve::P384,
        "1.3.132.0.34",
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    ),
    (
        Curve::P521,
        "1.3.132.0.35",
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709\
         a5d03bb5c9b8899c47aebb6fb71e91386409",
    ),
    (
        Curve::K256,
        "1.3.132.0.10",
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
    ),
];

#[test]
fn ec_keys_are_refused_for_scalar_point_and_curve() {
    for (at, (curve, oid, order)) in CURVES.into_iter().enumerate() {
        let canonical = generated(curve.key_spec());
        let sec1_der = inner(&canonical);
        let good = EcPrivateKey::from_der(&sec1_der).expect("SEC1");
        let oid = ObjectIdentifier::new_unwrap(oid);
        let algorithm = AlgorithmIdentifierRef {
            oid: sec1::ALGORITHM_OID,
            parameters: Some((&oid).into()),
        };
        let key = |private_key: &[u8], parameters, public_key: Option<&[u8]>| {
            pkcs8(
                algorithm,
                &EcPrivateKey {
                    private_key,
                    parameters,
                    public_key,
                }
                .to_der()
                .expect("DER"),
            )
        };
        let order = byok_core::hex::decode_lenient(order).expect("hex");
        let changed_last = |by: i8| {
            let mut scalar = order.clone();
            let last = scalar.last_mut().expect("a scalar");
            *last = last.wrapping_add_signed(by);
            scalar
        };
        assert!(
            read_as(
                &key(&changed_last(-1), None, None),
                None,
                WeakMaterial::Allow
            )
            .is_ok(),
            "n − 1 is a key, if a weak one"
        );
        for scalar in [
            vec![0; order.len()],
            order.clone(),
            changed_last(1),
            vec![0xff; order.len()],
        ] {
            assert_eq!(
                refusal(&key(&scalar, None, None)),
                KeyMaterialError::Material(MaterialError::Scalar)
            );
        }
        let extra_zero = [&[0], good.private_key].concat();
        let corrected = read(&key(&extra_zero, None, None)).expect("a key with an extra zero");
        let note = FormatNote::ScalarLength {
            len: extra_zero.len(),
            curve,
        };
        assert_eq!(corrected.remarks, [FormatNote::NoPublicKey, note]);
        for (scalar, point) in [
            (&good.private_key[1..], None),
            (&good.private_key[1..], good.public_key),
            (&[&[1], good.private_key].concat(), None),
            (&[], None),
        ] {
            let length = KeyMaterialError::Material(MaterialError::ScalarLength {
                curve,
                len: scalar.len(),
            });
            // P-521 fills one bit of its first byte, which can be zero.
            let is_zero = point.is_some() && good.private_key[0] == 0;
            if !is_zero {
                assert_eq!(refusal(&key(scalar, None, point)), length);
            }
        }
        let mut rng = ChaCha20Rng::seed_from_u64(4);
        let other =
            KeyMaterial::generate(curve.key_spec(), Rules::Standard, &mut rng).expect("a key");
        let other = inner(other.bytes().expose());
        let other = EcPrivateKey::from_der(&other)
            .expect("SEC1")
            .public_key
            .expect("a point");
        let off_curve = flipped(good.public_key.expect("a point"));
        for (point, error) in [
            (other, KeyMaterialError::Material(MaterialError::PublicKey)),
            (
                &off_curve,
                KeyMaterialError::Material(MaterialError::PublicKey),
            ),
            (
                &[],
                KeyMaterialError::Material(MaterialError::PublicKeyForm),
            ),
        ] {
            assert_eq!(refusal(&key(good.private_key, None, Some(point))), error);
        }
        let (next, next_oid, _) = CURVES[(at + 1) % CURVES.len()];
        let another = EcParameters::NamedCurve(ObjectIdentifier::new_unwrap(next_oid));
        assert_eq!(
            refusal(&key(good.private_key, Some(another), None)),
            KeyMaterialError::Read(ReadError::TwoCurves {
                outer: curve,
                inner: next,
            })
        );
        let unnamed = EcPrivateKey {
            private_key: good.private_key,
            parameters: None,
            public_key: None,
        };
        assert_eq!(
            refusal(&unnamed.to_der().expect("DER")),
            KeyMaterialError::Read(ReadError::NoCurve)
        );
        let (found, wanted) = (curve.key_spec(), next.key_spec());
        assert_eq!(
            read_as(&canonical, Some(wanted), WeakMaterial::Refuse).err(),
            Some(KeyMaterialError::Material(MaterialError::OtherKeySpec {
                found,
                wanted
            }))
        );
    }
}

#[test]
fn other_curves_are_named() {
    let canonical = generated(KeySpec::EccNistP256);
    for (oid, name) in [
        ("1.3.132.0.33", "P-224"),
        ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"),
        ("1.3.132.0.1", "1.3.132.0.1"),
    ] {
        let oid = ObjectIdentifier::new_unwrap(oid);
        let algorithm = AlgorithmIdentifierRef {
            oid: sec1::ALGORITHM_OID,
            parameters: Some((&oid).into()),
        };
        let key = pkcs8(algorithm, &inner(&canonical));
        assert_eq!(
            refusal(&key),
            KeyMaterialError::Read(ReadError::Curve(name.to_owned()))
        );
    }
}

#[test]
fn the_first_certificate_of_a_file_must_belong_to_its_key() {
    let certificate = test_file!("p256.crt");
    let key = pem("PRIVATE KEY", test_file!("p256.der"));
    let alone = read(&key).expect("a key").material;
    for (file, count) in [
        ([&key, certificate].concat(), 1),
        ([certificate, &key].concat(), 1),
        ([certificate, &key, certificate, certificate].concat(), 3),
    ] {
        let reading = read(&file).expect("the key's own certificate");
        assert!(reading.material.is_same_key(&alone));
        assert_eq!(reading.remarks, [FormatNote::Certificates(count)]);
    }
    for other in [generated(KeySpec::EccNistP256), generated(KeySpec::Rsa2048)] {
        let file = [&pem("PRIVATE KEY", &other), certificate].concat();
        assert_eq!(
            refusal(&file),
            KeyMaterialError::Material(MaterialError::OtherCertificate(Form::Pkcs8))
        );
    }
    assert_eq!(
        refusal(certificate),
        ReadError::Unsupported(Form::Certificate).into()
    );
    let damaged = String::from_utf8_lossy(certificate).replacen("MII", "M", 1);
    assert_eq!(
        refusal(&[&key, damaged.as_bytes()].concat()),
        KeyMaterialError::Read(ReadError::DamagedPem)
    );
}

#[test]
fn an_encrypted_key_is_opened_by_its_passphrase_alone() {
    let read = |file: &[u8], passphrase: Option<&[u8]>| {
        let passphrase = passphrase.map(SecretBytes::copy_of);
        let passphrase = passphrase.as_ref();
        let options = ReadOptions {
            passphrase,
            ..ReadOptions::new(Rules::Standard)
        };
        KeyMaterial::read(&SecretBytes::copy_of(file), &options)
    };
    let wrong = EncryptionError::Passphrase;
    for (file, refused) in [
        (
            test_file!("p256-pbkdf2-one-round.der"),
            KeyMaterialError::Read(ReadError::Encryption {
                form: Form::EncryptedPkcs8,
                error: wrong.clone(),
            }),
        ),
        (
            test_file!("p256-aes256-ctr.openssh"),
            KeyMaterialError::Read(ReadError::Encryption {
                form: Form::OpenSsh,
                error: wrong,
            }),
        ),
    ] {
        let opened = read(file, Some(b"TEST passphrase")).expect("the right passphrase");
        assert_eq!(opened.material.key_spec(), KeySpec::EccNistP256);
        assert!(opened.source_format.is_encrypted);
        assert_eq!(read(file, Some(b"TEST passphrasf")).err(), Some(refused));
        assert_eq!(
            read(file, None).err(),
            Some(KeyMaterialError::Read(ReadError::PassphraseNeeded))
        );
    }
    let scheme = EncryptionError::Scheme("pbeWithMD5AndDES-CBC".to_owned());
    let outcome = read(test_file!("p256-pbes1-des.der"), None).err();
    assert_eq!(
        outcome,
        Some(KeyMaterialError::Read(ReadError::Encryption {
            form: Form::EncryptedPkcs8,
            error: scheme
        }))
    );
    let scheme = EncryptionError::Scheme("chacha20-poly1305@openssh.com".to_owned());
    let outcome = read(test_file!("p256-chacha20-poly1305.openssh"), None).err();
    assert_eq!(
        outcome,
        Some(KeyMaterialError::Read(ReadError::Encryption {
            form: Form::OpenSsh,
            error: scheme
        }))
    );
}

#[test]
fn a_jwk_is_told_by_its_type() {
    let octets = test_file!("oct.jwk");
    let read_for = |key_spec| read_as(octets, key_spec, WeakMaterial::Refuse);
    for key_spec in [KeySpec::SymmetricDefault, KeySpec::Hmac256] {
        let reading = read_for(Some(key_spec)).expect("32 bytes");
        assert_eq!(
            reading.source_format,
            SourceFormat::plain(Form::Jwk, Encoding::Json)
        );
        assert_eq!(reading.material.bytes().len(), 32);
    }
    let needed = KeyMaterialError::Read(ReadError::KeySpecNeeded {
        len: 32,
        looks_like: None,
    });
    assert_eq!(read_for(None).err(), Some(needed));
    assert_eq!(
        read_for(Some(KeySpec::Rsa2048)).err(),
        Some(MaterialError::SymmetricKey.into())
    );
    assert!(matches!(
        read_for(Some(KeySpec::Hmac512)),
        Err(KeyMaterialError::Material(MaterialError::WrongLength {
            len: 32,
            ..
        }))
    ));
    assert_eq!(
        refusal(test_file!("p256-public.jwk")),
        ReadError::Unsupported(Form::PublicKey).into()
    );
    assert_eq!(
        refusal(test_file!("jwe.txt")),
        KeyMaterialError::Read(ReadError::Jwk(JwkError::Encrypted))
    );
    let set = [br#"{"keys":["#, test_file!("p256.jwk"), b"]}"].concat();
    assert_eq!(
        refusal(&set),
        KeyMaterialError::Read(ReadError::Jwk(JwkError::KeySet(1)))
    );
}

#[test]
fn key_specs_that_are_not_imported_have_no_material() {
    for key_spec in KeySpec::ALL {
        let outcome = read_as(&[7, 8, 9], Some(*key_spec), WeakMaterial::Refuse).map(|_| ());
        let has_none = !Rules::Standard.imports(*key_spec);
        let refused = Err(KeyMaterialError::Material(MaterialError::NotImportable(
            *key_spec,
        )));
        assert_eq!(outcome == refused, has_none, "{key_spec}: {outcome:?}");
    }
}

#[test]
fn files_that_are_no_one_key_are_named() {
    let key = generated(KeySpec::EccNistP256);
    let block = pem("PRIVATE KEY", &key);
    assert_eq!(
        refusal(&[block.clone(), block.clone()].concat()),
        KeyMaterialError::Read(ReadError::AliasNeeded(
            ["#1", "#2"].map(|name| Alias(name.to_owned())).to_vec()
        ))
    );
    assert_eq!(
        refusal(&[key.clone(), vec![10]].concat()),
        KeyMaterialError::Read(ReadError::TrailingBytes { count: 1 })
    );
    assert_eq!(refusal(&[]), KeyMaterialError::Read(ReadError::Empty));
    assert_eq!(
        refusal(&vec![1; (64 << 10) + 1]),
        KeyMaterialError::Read(ReadError::TooLong)
    );
    let unreadable = |looks_like| KeyMaterialError::Read(ReadError::Unreadable { looks_like });
    assert_eq!(
        refusal(&key[..key.len() - 1]),
        unreadable(Some(LikelyEncoding::Der))
    );
    assert_eq!(
        refusal(&block[..block.len() - 2]),
        KeyMaterialError::Read(ReadError::DamagedPem)
    );
    assert_eq!(
        refusal(&pem("PRIVATE KEY", &key[1..])),
        KeyMaterialError::Read(ReadError::DamagedPem)
    );
    assert_eq!(
        refusal(&[1; 129]),
        unreadable(None),
        "longer than any raw key"
    );
    assert_eq!(
        refusal(&[1; 128]),
        KeyMaterialError::Read(ReadError::KeySpecNeeded {
            len: 128,
            looks_like: None
        })
    );
    let cut_off = pem("PRIVATE KEY", &key[..key.len() - 1]);
    let base64 = cut_off
        .split(|byte| *byte == b'-')
        .find(|part| part.len() > 20)
        .expect("base64")
        .trim_ascii();
    assert_eq!(
        refusal(base64),
        unreadable(Some(LikelyEncoding::Base64(key.len() - 1)))
    );
    let nested = [
        [0x30, 0x80].repeat(20_000),
        vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
    ]
    .concat();
    assert_eq!(refusal(&nested), unreadable(Some(LikelyEncoding::Der)));
}

#[test]
fn weak_material_is_refused_unless_it_is_allowed() {
    let symmetric = |bytes: &[u8], weak| read_as(bytes, Some(KeySpec::SymmetricDefault), weak);
    for (bytes, weakness) in [
        ([0; 32], Weakness::RepeatedByte),
        ([0xa5; 32], Weakness::RepeatedByte),
        (
            *b"0123456789abcdef0123456789abcdef",
            Weakness::PrintableText,
        ),
    ] {
        assert_eq!(
            symmetric(&bytes, WeakMaterial::Refuse).err(),
            Some(KeyMaterialError::Material(MaterialError::Weak(weakness)))
        );
        let allowed = symmetric(&bytes, WeakMaterial::Allow).expect("allowed");
        let found = allowed.material.weakness().map(|found| found.weakness);
        assert_eq!(found, Some(weakness));
    }
}

/// Every place where text can stand in a file of PEM.
#[test]
fn a_test_key_says_so_anywhere_around_its_blocks() {
    let key = String::from_utf8(pem("PRIVATE KEY", test_file!("p256.der"))).expect("text");
    let certificate = include_str!("data/TEST-p256.crt");
    let line = TEST_KEY_LINE;
    for file in [
        format!("{line}\n{key}"),
        format!("\n\n{line}\n{key}"),
        format!("\u{feff}{line}\n{key}"),
        format!(" \t{line} \n{key}"),
        format!("subject=/CN=TEST\n{line}\n{key}"),
        format!("{certificate}{line}\n{key}"),
        format!("{line}\n{certificate}{key}"),
        format!("{key}{line}\n{certificate}"),
        format!("{key}{certificate}{line}"),
    ] {
        for file in [file.clone(), file.replace('\n', "\r\n")] {
            let reading = read(file.as_bytes()).expect("a key");
            assert!(reading.remarks.contains(&FormatNote::TestKey), "{file:?}");
        }
    }
    let reading = read(format!("{key}{certificate}").as_bytes()).expect("a key");
    assert!(!reading.remarks.contains(&FormatNote::TestKey));
}

#[test]
fn an_import_takes_the_canonical_structure_only() {
    let import = |bytes: &[u8], key_spec| {
        KeyMaterial::from_import(&SecretBytes::copy_of(bytes), key_spec, Rules::Standard)
            .map(|reading| reading.material.key_spec())
    };
    let (rsa_key, ec_key) = (generated(KeySpec::Rsa2048), generated(KeySpec::EccNistP256));
    assert_eq!(import(&rsa_key, KeySpec::Rsa2048), Ok(KeySpec::Rsa2048));
    let not_pkcs8 = |form, encoding| {
        let format = SourceFormat::plain(form, encoding);
        Err(KeyMaterialError::Read(ReadError::NotPkcs8(format)))
    };
    assert_eq!(
        import(&inner(&rsa_key), KeySpec::Rsa2048),
        not_pkcs8(Form::Pkcs1, Encoding::Der)
    );
    assert_eq!(
        import(&inner(&ec_key), KeySpec::EccNistP256),
        not_pkcs8(Form::Sec1, Encoding::Der)
    );
    assert_eq!(
        import(&pem("PRIVATE KEY", &ec_key), KeySpec::EccNistP256),
        not_pkcs8(Form::Pkcs8, Encoding::Pem)
    );
    assert_eq!(
        import(&[0; 32], KeySpec::SymmetricDefault),
        Ok(KeySpec::SymmetricDefault),
        "AWS KMS takes it"
    );
}

#[test]
fn material_of_every_key_spec_fits_every_way_that_is_allowed() {
    let lens = KeySpec::ALL.iter().filter_map(|spec| match spec {
        KeySpec::Rsa3072 | KeySpec::Rsa4096 => None,
        spec => {
            let mut rng = ChaCha20Rng::seed_from_u64(3);
            KeyMaterial::generate(*spec, Rules::Standard, &mut rng)
                .ok()
                .map(|m| (*spec, m.bytes().len()))
        }
    });
    // The longest DER of the two sizes that take long to generate: the lengths of the integers
    // bound it.
    let lens: Vec<_> = lens
        .chain([(KeySpec::Rsa3072, 1800), (KeySpec::Rsa4096, 2380)])
        .collect();
    assert_eq!(lens.len(), 13);
    for (key_spec, len) in lens {
        for algorithm in WrappingAlgorithm::RSA {
            for spec in WrappingKeySpec::RSA {
                if Rules::Standard.check(key_spec, algorithm, spec).is_ok() {
                    assert!(
                        wrapping::wrapped_len(len, algorithm, spec).is_some(),
                        "{key_spec} {algorithm} {spec}"
                    );
                }
            }
        }
    }
}

/// Returns the canonical key with explicit curve parameters, outside or inside.
fn explicit_forms(curve: &str, canonical: &[u8]) -> [Vec<u8>; 2] {
    let domain = byok_core::hex::decode_lenient(curve).expect("hex");
    let domain = AnyRef::from_der(&domain).expect("DER");
    let algorithm = AlgorithmIdentifierRef {
        oid: sec1::ALGORITHM_OID,
        parameters: Some(domain),
    };
    let sec1_der = inner(canonical);
    let outside = pkcs8(algorithm, &sec1_der);
    // SEC1 with [0] before the public key: the sequence's contents are the version (3 octets), the
    // scalar (34), and [1].
    let (version_and_scalar, public_key) = sec1_der[2..].split_at(37);
    let tagged = der_of(0xa0, &domain.to_der().expect("DER"));
    let inside = der_of(0x30, &[version_and_scalar, &tagged, public_key].concat());
    [outside, inside]
}

fn der_of(tag: u8, contents: &[u8]) -> Vec<u8> {
    let len = u16::try_from(contents.len()).expect("short");
    let [high, low] = len.to_be_bytes();
    [&[tag, 0x82, high, low][..], contents].concat()
}

/// `openssl ecparam -name prime256v1 -param_enc explicit -no_seed -outform DER`, OpenSSL 3.0.
const P256_WRITTEN_OUT: &str = "3081e0020101302c06072a8648ce3d0101022100ffffffff00000001000000000000000000000000ff\
    ffffffffffffffffffffff30440420ffffffff00000001000000000000000000000000fffffffffffffffffffffffc04205ac635d8\
    aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b0441046b17d1f2e12c4247f8bce6e563a440f277037d812deb\
    33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5022100ffffffff00000000\
    ffffffffffffffffbce6faada7179e84f3b9cac2fc632551020101";

#[test]
fn a_curve_that_is_written_out_is_named_if_every_number_is_its_own() {
    let canonical = generated(KeySpec::EccNistP256);
    let named = [FormatNote::ExplicitCurve(Curve::P256)];
    // A long length is BER and does not change the key.
    for file in explicit_forms(P256_WRITTEN_OUT, &canonical) {
        let reading = read(&file).expect("the same curve");
        assert_eq!(reading.material.bytes().expose(), canonical);
        assert_eq!(reading.remarks, named);
        let import = KeyMaterial::from_import(
            &SecretBytes::copy_of(&file),
            KeySpec::EccNistP256,
            Rules::Standard,
        );
        assert!(
            matches!(
                import,
                Err(
                    KeyMaterialError::Material(MaterialError::CurveNotNamed(Curve::P256))
                        | KeyMaterialError::Read(ReadError::NotPkcs8(SourceFormat {
                            form: Form::Sec1,
                            ..
                        }))
                )
            ),
            "AWS KMS takes the name only: {import:?}"
        );
    }
    // Each number in turn: field, a, b, base point, order, cofactor.
    for (from, to) in [
        ("1a7f9b8ee7eb4a", "1a7f9b8ee7eb4b"),
        ("d2604b0441", "d2604c0441"),
        ("fffffffc0420", "fffffffd0420"),
        ("632551020101", "632553020101"),
        ("632551020101", "632551020102"),
        ("01022100ffffffff00000001", "01022100ffffffff00000003"),
        ("06072a8648ce3d0101", "06072a8648ce3d0102"),
    ] {
        let other = P256_WRITTEN_OUT.replacen(from, to, 1);
        assert_ne!(other, P256_WRITTEN_OUT, "{from}");
        for file in explicit_forms(&other, &canonical) {
            assert_eq!(
                refusal(&file),
                KeyMaterialError::Read(ReadError::ExplicitCurve),
                "{to}"
            );
        }
    }
}

#[test]
fn a_public_point_in_any_form_is_compared() {
    let canonical = generated(KeySpec::EccNistP384);
    let sec1_der = inner(&canonical);
    let key = EcPrivateKey::from_der(&sec1_der).expect("SEC1");
    let point = key.public_key.expect("a point").to_vec();
    let (x, parity) = (&point[1..49], point[96] & 1);
    let oid = ObjectIdentifier::new_unwrap("1.3.132.0.34");
    let algorithm = AlgorithmIdentifierRef {
        oid: sec1::ALGORITHM_OID,
        parameters: Some((&oid).into()),
    };
    let with = |public_key: &[u8]| {
        let key = EcPrivateKey {
            public_key: Some(public_key),
            ..key.clone()
        };
        pkcs8(algorithm, &key.to_der().expect("DER"))
    };
    let hybrid = [&[6 + parity], &point[1..]].concat();
    let compressed = [&[2 + parity], x].concat();
    for form in [&compressed, &hybrid] {
        let reading = read(&with(form)).expect("the same point");
        assert_eq!(reading.material.bytes().expose(), canonical);
        assert_eq!(reading.remarks, [FormatNote::NotCanonical]);
    }
    for other in [
        [&[3 - parity], x].concat(),
        [&[7 - parity], &point[1..]].concat(),
        [&[4], &flipped(&point)[1..]].concat(),
    ] {
        assert_eq!(
            refusal(&with(&other)),
            KeyMaterialError::Material(MaterialError::PublicKey),
            "{:?}",
            other.first()
        );
    }
    for no_point in [
        [&[5], x].concat(),
        [&[0], x].concat(),
        [&[1], &point[1..]].concat(),
        point[..96].to_vec(),
        vec![0],
        vec![],
    ] {
        assert_eq!(
            refusal(&with(&no_point)),
            KeyMaterialError::Material(MaterialError::PublicKeyForm),
            "{:?}",
            no_point.first()
        );
    }
}

#[test]
fn what_hsms_leave_is_cleaned_and_told() {
    let canonical = generated(KeySpec::EccNistP256);
    let sec1_der = inner(&canonical);
    let key = EcPrivateKey::from_der(&sec1_der).expect("SEC1");
    let bare = EcPrivateKey {
        private_key: key.private_key,
        parameters: None,
        public_key: None,
    };
    let p256 = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
    let algorithm = AlgorithmIdentifierRef {
        oid: sec1::ALGORITHM_OID,
        parameters: Some((&p256).into()),
    };
    let short = pkcs8(algorithm, &bare.to_der().expect("DER"));
    assert_eq!(short.len(), 67);
    let import = |bytes: &[u8]| {
        KeyMaterial::from_import(
            &SecretBytes::copy_of(bytes),
            KeySpec::EccNistP256,
            Rules::Standard,
        )
    };
    for zeros in 0..=7 {
        let file = [short.clone(), vec![0; zeros]].concat();
        let tail = (zeros > 0).then_some(FormatNote::ZeroTail(zeros));
        let expected: Vec<_> = [FormatNote::NoPublicKey].into_iter().chain(tail).collect();
        for reading in [read(&file), import(&file)] {
            let reading = reading.expect("the same key");
            assert_eq!(reading.remarks, expected);
            assert_eq!(reading.material.bytes().expose(), canonical);
        }
    }
    for tail in [&[0; 8][..], &[0, 1], &[10]] {
        let count = tail.len();
        let file = [&short, tail].concat();
        assert_eq!(
            refusal(&file),
            KeyMaterialError::Read(ReadError::TrailingBytes { count })
        );
        assert_eq!(
            import(&file).err(),
            Some(KeyMaterialError::Read(ReadError::TrailingBytes { count }))
        );
    }
}

/// Returns DER with every constructed element in indefinite length. Primitive octets stay.
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

#[test]
fn ber_becomes_the_same_bytes_outside_and_inside() {
    for key_spec in [KeySpec::EccNistP521, KeySpec::Rsa2048] {
        let canonical = generated(key_spec);
        let inside = with_indefinite_lengths(&inner(&canonical));
        let info = PrivateKeyInfoRef::from_der(&canonical).expect("PKCS#8");
        let only_inside = pkcs8(info.algorithm, &inside);
        for ber in [
            with_indefinite_lengths(&canonical),
            only_inside.clone(),
            with_indefinite_lengths(&only_inside),
        ] {
            let reading = read(&ber).expect("BER");
            assert_eq!(reading.material.bytes().expose(), canonical, "{key_spec}");
            assert_eq!(
                reading.source_format,
                SourceFormat::plain(Form::Pkcs8, Encoding::Ber)
            );
            let import =
                KeyMaterial::from_import(&SecretBytes::copy_of(&ber), key_spec, Rules::Standard);
            assert_eq!(
                import.expect("AWS KMS takes BER").material.bytes().expose(),
                canonical
            );
        }
        if key_spec == KeySpec::Rsa2048 {
            let alone = read(&inside).expect("BER");
            assert_eq!(
                alone.source_format,
                SourceFormat::plain(Form::Pkcs1, Encoding::Ber)
            );
            assert_eq!(alone.material.bytes().expose(), canonical);
        }
    }
}

#[test]
fn raw_key_material_is_taken_as_it_is_or_as_is_said() {
    let key = random(32);
    let digits = byok_core::hex::encode(&key);
    let formatted = |file: &[u8], key_spec, format| {
        let options = ReadOptions {
            key_spec: Some(key_spec),
            format,
            ..ReadOptions::new(Rules::Standard)
        };
        KeyMaterial::read(&SecretBytes::copy_of(file), &options)
    };
    for (file, format, encoding) in [
        (key.clone(), None, Encoding::Raw),
        (key.clone(), Some(MaterialFormat::Raw), Encoding::Raw),
        (
            format!("0x{digits}\n").into_bytes(),
            Some(MaterialFormat::Hex),
            Encoding::Hex,
        ),
        (
            format!("{}\n", Blob::new(key.clone()).to_base64()).into_bytes(),
            Some(MaterialFormat::Base64),
            Encoding::Base64,
        ),
    ] {
        for key_spec in [KeySpec::SymmetricDefault, KeySpec::Hmac256] {
            let reading = formatted(&file, key_spec, format).expect("32 bytes");
            assert_eq!(reading.material.bytes().expose(), key);
            assert_eq!(
                reading.source_format,
                SourceFormat::plain(Form::Raw, encoding)
            );
            assert_eq!(reading.remarks, []);
        }
    }
    // 64 hex digits are an HMAC_512 key, unless an option says otherwise.
    let text = formatted(digits.as_bytes(), KeySpec::Hmac512, None).map(|_| ());
    assert_eq!(
        text,
        Err(KeyMaterialError::Material(MaterialError::Weak(
            Weakness::PrintableText
        )))
    );
    let wrong = |len, looks_like| {
        KeyMaterialError::Material(MaterialError::WrongLength {
            key_spec: KeySpec::SymmetricDefault,
            len,
            expected: 32..=32,
            looks_like,
        })
    };
    let refused = |file: &[u8], format| {
        formatted(file, KeySpec::SymmetricDefault, format)
            .map(|_| ())
            .err()
    };
    assert_eq!(
        refused(digits.as_bytes(), None),
        Some(wrong(64, Some(LikelyEncoding::Hex(32))))
    );
    assert_eq!(refused(&key[1..], None), Some(wrong(31, None)));
    assert_eq!(
        refused(b"00ff", Some(MaterialFormat::Hex)),
        Some(wrong(2, None))
    );
    let with_newline = format!("{digits}0a");
    assert_eq!(
        refused(with_newline.as_bytes(), Some(MaterialFormat::Hex)),
        Some(wrong(33, None))
    );
    let not_hex = |looks_like| {
        Some(KeyMaterialError::Read(ReadError::NotWrittenAs {
            format: MaterialFormat::Hex,
            looks_like,
        }))
    };
    assert_eq!(refused(&key, Some(MaterialFormat::Hex)), not_hex(None));
    let marked = [b"\xef\xbb\xbf", digits.as_bytes()].concat();
    let hex_behind_a_mark = Some(LikelyEncoding::ByteOrderMark(Some(MaterialFormat::Hex)));
    assert_eq!(refused(&marked, Some(MaterialFormat::Hex)), None);
    assert_eq!(
        refused(&marked, Some(MaterialFormat::Base64)),
        Some(wrong(48, None))
    );
    assert_eq!(refused(&marked, None), Some(wrong(67, hex_behind_a_mark)));
    let utf16: Vec<u8> = format!("\u{feff}{digits}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let hex_in_utf16 = Some(LikelyEncoding::Utf16(Some(MaterialFormat::Hex)));
    assert_eq!(refused(&utf16, None), Some(wrong(130, hex_in_utf16)));
    assert_eq!(refused(&utf16, Some(MaterialFormat::Hex)), None);
    let not_hex_in_utf16 = [utf16.as_slice(), b"!\0"].concat();
    assert_eq!(
        refused(&not_hex_in_utf16, Some(MaterialFormat::Hex)),
        not_hex(Some(LikelyEncoding::Utf16(None)))
    );
    let other = KeyMaterialError::Material(MaterialError::OtherKeySpec {
        found: KeySpec::EccNistP256,
        wanted: KeySpec::SymmetricDefault,
    });
    assert_eq!(
        refused(&pem("PRIVATE KEY", &generated(KeySpec::EccNistP256)), None),
        Some(other)
    );
}

#[test]
fn an_hmac_key_may_be_longer_than_its_hash() {
    for (key_spec, exact) in [
        (KeySpec::Hmac224, 28),
        (KeySpec::Hmac256, 32),
        (KeySpec::Hmac384, 48),
        (KeySpec::Hmac512, 64),
    ] {
        let outcome = |len: u8| {
            let bytes = random(usize::from(len));
            let read = read_as(&bytes, Some(key_spec), WeakMaterial::Refuse);
            let import =
                KeyMaterial::from_import(&SecretBytes::copy_of(&bytes), key_spec, Rules::Standard);
            let [read, import] =
                [read, import].map(|outcome| outcome.map(|reading| reading.remarks));
            assert_eq!(read, import, "{key_spec} {len}");
            read
        };
        let shortest = usize::from(exact);
        assert_eq!(outcome(exact), Ok(vec![]));
        for len in [exact + 1, 128] {
            let remark = FormatNote::LongHmacKey {
                len: len.into(),
                exact: shortest,
            };
            assert_eq!(outcome(len), Ok(vec![remark]));
        }
        for len in [exact - 1, 129] {
            let expected = shortest..=128;
            let error = KeyMaterialError::Material(MaterialError::WrongLength {
                key_spec,
                len: len.into(),
                expected,
                looks_like: None,
            });
            assert_eq!(outcome(len), Err(error));
        }
    }
}

#[test]
fn a_scalar_is_a_key_only_where_it_is_called_one() {
    let canonical = generated(KeySpec::EccSecgP256k1);
    let sec1_der = inner(&canonical);
    let scalar = EcPrivateKey::from_der(&sec1_der)
        .expect("SEC1")
        .private_key
        .to_vec();
    let digits = byok_core::hex::encode(&scalar);
    let read = |file: &[u8], key_spec, format| {
        let options = ReadOptions {
            key_spec: Some(key_spec),
            format,
            ..ReadOptions::new(Rules::Standard)
        };
        KeyMaterial::read(&SecretBytes::copy_of(file), &options)
    };
    for (file, format, encoding) in [
        (scalar.clone(), MaterialFormat::Raw, Encoding::Raw),
        (
            format!("0x{digits}\n").into_bytes(),
            MaterialFormat::Hex,
            Encoding::Hex,
        ),
        (
            digits.to_uppercase().into_bytes(),
            MaterialFormat::Hex,
            Encoding::Hex,
        ),
    ] {
        let reading = read(&file, KeySpec::EccSecgP256k1, Some(format)).expect("a scalar");
        assert_eq!(reading.material.bytes().expose(), canonical);
        assert_eq!(
            reading.source_format,
            SourceFormat::plain(Form::Scalar, encoding)
        );
        assert!(
            reading
                .material
                .ethereum_address()
                .is_some_and(|address| address.len() == 42)
        );
    }
    let k256 = |file: &[u8], format| read(file, KeySpec::EccSecgP256k1, format).map(|_| ()).err();
    let bare = |format| Some(KeyMaterialError::Read(ReadError::BareScalar(format)));
    let wrong = |len, looks_like| {
        let (key_spec, expected) = (KeySpec::EccSecgP256k1, 32..=32);
        Some(KeyMaterialError::Material(MaterialError::WrongLength {
            key_spec,
            len,
            expected,
            looks_like,
        }))
    };
    assert_eq!(k256(&scalar, None), bare(MaterialFormat::Raw));
    assert_eq!(k256(digits.as_bytes(), None), bare(MaterialFormat::Hex));
    assert_eq!(
        k256(&scalar[1..], Some(MaterialFormat::Raw)),
        wrong(31, None)
    );
    let as_raw = k256(digits.as_bytes(), Some(MaterialFormat::Raw));
    assert_eq!(as_raw, wrong(64, Some(LikelyEncoding::Hex(32))));
    assert_eq!(
        k256(&[0; 32], Some(MaterialFormat::Raw)),
        Some(KeyMaterialError::Material(MaterialError::Scalar))
    );
    assert_eq!(
        k256(&[0xff; 32], Some(MaterialFormat::Raw)),
        Some(KeyMaterialError::Material(MaterialError::Scalar))
    );
    for key_spec in [KeySpec::EccNistP256, KeySpec::Rsa2048] {
        let refused = read(&scalar, key_spec, Some(MaterialFormat::Raw))
            .map(|_| ())
            .err();
        assert_eq!(
            refused,
            Some(KeyMaterialError::Material(MaterialError::NoBareForm(
                key_spec
            )))
        );
    }
    let words = b"legal winner thank year wave sausage worth useful legal winner thank yellow";
    assert_eq!(
        k256(words, None),
        Some(ReadError::Unsupported(Form::Mnemonic).into())
    );
    let store = br#"{"version":3,"crypto":{"kdf":"scrypt","kdfparams":{}},"id":""}"#;
    assert_eq!(
        k256(store, None),
        Some(ReadError::Unsupported(Form::EthereumKeystore).into())
    );
}

#[test]
fn a_seed_is_a_key_only_where_it_is_called_one() {
    let canonical = test_file!("ed25519.der");
    let seed = &canonical[16..];
    let digits = byok_core::hex::encode(seed);
    let read = |file: &[u8], key_spec, format| {
        let options = ReadOptions {
            key_spec,
            format,
            ..ReadOptions::new(Rules::Standard)
        };
        KeyMaterial::read(&SecretBytes::copy_of(file), &options)
    };
    let ed25519 = Some(KeySpec::EccNistEdwards25519);
    for (file, format, encoding) in [
        (seed, MaterialFormat::Raw, Encoding::Raw),
        (digits.as_bytes(), MaterialFormat::Hex, Encoding::Hex),
    ] {
        let reading = read(file, ed25519, Some(format)).expect("a seed");
        assert_eq!(reading.material.bytes().expose(), canonical);
        assert_eq!(
            reading.source_format,
            SourceFormat::plain(Form::Seed, encoding)
        );
        assert_eq!(reading.material.ethereum_address(), None);
    }
    let error = |file: &[u8], key_spec, format| {
        let error = read(file, key_spec, format).map(|_| ()).err();
        error.expect("no key")
    };
    let bare = |format| KeyMaterialError::Read(ReadError::BareSeed(format));
    assert_eq!(error(seed, ed25519, None), bare(MaterialFormat::Raw));
    assert_eq!(
        error(digits.as_bytes(), ed25519, None),
        bare(MaterialFormat::Hex)
    );
    // Seed and public key, as libsodium has them.
    assert_eq!(
        error(&[seed, seed].concat(), ed25519, Some(MaterialFormat::Raw)),
        KeyMaterialError::Material(MaterialError::WrongLength {
            key_spec: KeySpec::EccNistEdwards25519,
            len: 64,
            expected: 32..=32,
            looks_like: None,
        })
    );
    assert!(matches!(
        error(seed, None, Some(MaterialFormat::Raw)),
        KeyMaterialError::Read(ReadError::KeySpecNeeded { len: 32, .. })
    ));
}

#[test]
fn the_public_key_of_a_file_must_belong_to_its_private_key() {
    let (canonical, other) = (generated(KeySpec::Rsa2048), generated(KeySpec::EccNistP256));
    let reading = read(&canonical).expect("good");
    let spki = spki::SubjectPublicKeyInfoRef::from_der(
        reading.material.public_key().expect("RSA").as_bytes(),
    );
    let public_key = spki.expect("SPKI").subject_public_key;
    let mut v2 = PrivateKeyInfoRef::from_der(&canonical).expect("PKCS#8");
    v2.public_key = Some(public_key);
    let again = read(&v2.to_der().expect("DER")).expect("its own");
    assert_eq!(
        (again.material.bytes().expose(), &*again.remarks),
        (&*canonical, &[FormatNote::NotCanonical][..])
    );
    let wrong = flipped(public_key.raw_bytes());
    v2.public_key = Some(BitStringRef::from_bytes(&wrong).expect("short"));
    assert_eq!(
        refusal(&v2.to_der().expect("DER")),
        KeyMaterialError::Material(MaterialError::PublicKey)
    );
    let sec1_der = inner(&other);
    let mut v2 = PrivateKeyInfoRef::from_der(&other).expect("PKCS#8");
    let point = flipped(
        EcPrivateKey::from_der(&sec1_der)
            .expect("SEC1")
            .public_key
            .expect("a point"),
    );
    v2.public_key = Some(BitStringRef::from_bytes(&point).expect("short"));
    assert_eq!(
        refusal(&v2.to_der().expect("DER")),
        KeyMaterialError::Material(MaterialError::PublicKey)
    );
}

/// A longer HMAC key is valid, but not text of a key, or a key with a line break.
#[test]
fn a_long_hmac_key_is_no_text_and_no_line() {
    let key = random(32);
    let hex = byok_core::hex::encode(&key).into_bytes();
    let base64 = Blob::new(key.clone()).to_base64().into_bytes();
    let options = ReadOptions {
        key_spec: Some(KeySpec::Hmac256),
        ..ReadOptions::new(Rules::Standard)
    };
    let read = |file: &[u8], options: &ReadOptions<'_>| {
        KeyMaterial::read(&SecretBytes::copy_of(file), options)
    };
    for (file, looks_like) in [
        (
            [key.as_slice(), b"\n"].concat(),
            LikelyEncoding::TrailingNewline,
        ),
        (
            [key.as_slice(), b"\r\n"].concat(),
            LikelyEncoding::TrailingCrLf,
        ),
        (hex.clone(), LikelyEncoding::Hex(32)),
        ([&*hex, b"\n"].concat(), LikelyEncoding::Hex(32)),
        (base64, LikelyEncoding::Base64(32)),
    ] {
        let error = read(&file, &options).expect_err("refused");
        let expected = KeyMaterialError::Material(MaterialError::NotDecoded {
            key_spec: KeySpec::Hmac256,
            len: file.len(),
            expected: 32..=128,
            looks_like,
        });
        assert_eq!(error, expected);
        let raw = ReadOptions {
            format: Some(MaterialFormat::Raw),
            weak: WeakMaterial::Allow,
            ..options
        };
        assert!(read(&file, &raw).is_ok(), "{looks_like:?}");
    }
    let long = random(40);
    let read = read(&long, &options).expect("a long key");
    assert_eq!(read.material.bytes().len(), 40);
}

/// The algorithm in the key store tells the key spec. `RAW` and DESede are none of AWS KMS.
#[test]
fn a_secret_key_of_a_key_store_names_its_key_spec() {
    let passphrase = SecretBytes::copy_of(b"TEST passphrase");
    let read = |file: &[u8], alias, key_spec| {
        let options = ReadOptions {
            key_spec,
            passphrase: Some(&passphrase),
            alias: Some(alias),
            ..ReadOptions::new(Rules::Standard)
        };
        KeyMaterial::read(&SecretBytes::copy_of(file), &options)
    };
    let (jceks, pkcs12) = (test_file!("secrets.jceks"), test_file!("java-keys.p12"));
    for (file, alias, named, other) in [
        (jceks, "aes", KeySpec::SymmetricDefault, KeySpec::Hmac256),
        (jceks, "mac", KeySpec::Hmac256, KeySpec::SymmetricDefault),
        (pkcs12, "aes", KeySpec::SymmetricDefault, KeySpec::Hmac256),
        (pkcs12, "hmacsha384", KeySpec::Hmac384, KeySpec::Hmac224),
    ] {
        let is_other = |reading: &Reading| {
            let note = FormatNote::OtherAlgorithm(named);
            reading.remarks.contains(&note)
        };
        for key_spec in [None, Some(named), Some(other)] {
            let reading = read(file, alias, key_spec).expect(alias);
            assert_eq!(reading.material.key_spec(), key_spec.unwrap_or(named));
            assert_eq!(is_other(&reading), key_spec == Some(other), "{alias}");
        }
    }
    let needed = ReadError::KeySpecNeeded {
        len: 32,
        looks_like: None,
    };
    let error = read(jceks, "raw", None).expect_err("no key spec");
    assert_eq!(error, KeyMaterialError::Read(needed));
    let reading = read(jceks, "raw", Some(KeySpec::Hmac256)).expect("a key");
    assert_eq!(reading.remarks.len(), 1, "{:?}", reading.remarks);
}
