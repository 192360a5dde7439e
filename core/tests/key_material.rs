//! Key material: every form of a key becomes the same bytes, and every tampered key is refused for
//! what was done to it.

use byok_core::{
    compatibility::Rules,
    key_material::{
        Encoding, Foreign, KeyMaterial, KeyMaterialError, Reading, RsaFault, SourceFormat, Structure,
        WeakMaterial, Weakness,
    },
    key_spec::{Curve, KeySpec},
    secret::SecretBytes,
    wrapping,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};
use chacha20::ChaCha20Rng;
use crypto_bigint::{BoxedUint, ConcatenatingMul as _, NonZero, Resize as _};
use der::{
    Decode as _, Encode as _,
    asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef},
    pem::LineEnding,
};
use pkcs8::PrivateKeyInfoRef;
use rand_core::SeedableRng as _;
use rsa::pkcs1::{RsaPrivateKeyRef, UintRef};
use sec1::{EcParameters, EcPrivateKey};
use spki::AlgorithmIdentifierRef;

const RSA_ENCRYPTION: ObjectIdentifier = rsa::pkcs1::ALGORITHM_OID;

fn generated(key_spec: KeySpec) -> Vec<u8> {
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let material = KeyMaterial::generate(key_spec, Rules::Standard, &mut rng).expect("importable");
    material.bytes().expose().to_vec()
}

fn read_as(file: &[u8], key_spec: Option<KeySpec>, weak: WeakMaterial) -> Result<Reading, KeyMaterialError> {
    KeyMaterial::read(SecretBytes::copy_of(file), key_spec, Rules::Standard, weak)
}

fn read(file: &[u8]) -> Result<Reading, KeyMaterialError> {
    read_as(file, None, WeakMaterial::Refuse)
}

fn refusal(file: &[u8]) -> KeyMaterialError {
    read(file).map(|reading| reading.source_format).expect_err("must be refused")
}

fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    der::pem::encode_string(label, LineEnding::LF, der).expect("PEM").into_bytes()
}

fn pkcs8(algorithm: AlgorithmIdentifierRef<'_>, inner: &[u8]) -> Vec<u8> {
    let inner = OctetStringRef::new(inner).expect("short");
    PrivateKeyInfoRef::new(algorithm, inner).to_der().expect("DER")
}

fn inner(pkcs8: &[u8]) -> Vec<u8> {
    let info = PrivateKeyInfoRef::from_der(pkcs8).expect("PKCS#8");
    info.private_key.as_bytes().to_vec()
}

/// The integers of an RSA key, to be tampered with one by one.
#[derive(Clone)]
struct Integers {
    n: Vec<u8>,
    e: Vec<u8>,
    d: Vec<u8>,
    p: Vec<u8>,
    q: Vec<u8>,
    dp: Vec<u8>,
    dq: Vec<u8>,
    qinv: Vec<u8>,
}

impl Integers {
    fn of(pkcs8: &[u8]) -> Self {
        let inner = inner(pkcs8);
        let key = RsaPrivateKeyRef::from_der(&inner).expect("PKCS#1");
        let bytes = |integer: UintRef<'_>| integer.as_bytes().to_vec();
        Self {
            n: bytes(key.modulus),
            e: bytes(key.public_exponent),
            d: bytes(key.private_exponent),
            p: bytes(key.prime1),
            q: bytes(key.prime2),
            dp: bytes(key.exponent1),
            dq: bytes(key.exponent2),
            qinv: bytes(key.coefficient),
        }
    }

    fn pkcs1(&self) -> Vec<u8> {
        let uint = |bytes| UintRef::new(bytes).expect("an integer");
        RsaPrivateKeyRef {
            modulus: uint(&self.n),
            public_exponent: uint(&self.e),
            private_exponent: uint(&self.d),
            prime1: uint(&self.p),
            prime2: uint(&self.q),
            exponent1: uint(&self.dp),
            exponent2: uint(&self.dq),
            coefficient: uint(&self.qinv),
            other_prime_infos: None,
        }
        .to_der()
        .expect("DER")
    }

    /// A key of these factors, consistent in all but what they are.
    fn of_factors(p: &BoxedUint, q: &BoxedUint, e: u32) -> Self {
        let half = p.bits_precision();
        let one = BoxedUint::one_with_precision(half);
        let (p1, q1) = (p.wrapping_sub(&one), q.wrapping_sub(&one));
        let wide = |x: &BoxedUint| x.clone().resize_unchecked(2 * half);
        let nonzero = |x: BoxedUint| Option::<NonZero<BoxedUint>>::from(NonZero::new(x)).expect("not zero");
        let phi = nonzero(p1.concatenating_mul(&q1));
        let e_wide = BoxedUint::from(e).resize_unchecked(2 * half);
        let d: BoxedUint = Option::from(e_wide.invert_mod(&phi)).expect("coprime");
        let qinv: Option<BoxedUint> = q.rem(&nonzero(p.clone())).invert_mod(&nonzero(p.clone())).into();
        let bytes = |x: &BoxedUint| x.to_be_bytes().to_vec();
        Self {
            n: bytes(&p.concatenating_mul(q)),
            e: bytes(&BoxedUint::from(e)),
            dp: bytes(&d.rem(&nonzero(wide(&p1)))),
            dq: bytes(&d.rem(&nonzero(wide(&q1)))),
            d: bytes(&d),
            p: bytes(p),
            q: bytes(q),
            qinv: bytes(&qinv.unwrap_or(one)),
        }
    }
}

fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes
}

fn uint(bytes: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice(bytes, 1024).expect("1024 bits")
}

#[test]
fn every_form_of_an_rsa_key_becomes_the_same_bytes() {
    let canonical = generated(KeySpec::Rsa2048);
    let pkcs1 = inner(&canonical);
    let forms = [
        (canonical.clone(), Structure::Pkcs8, Encoding::Binary),
        (pem("PRIVATE KEY", &canonical), Structure::Pkcs8, Encoding::Pem),
        (pkcs1.clone(), Structure::Pkcs1, Encoding::Binary),
        (pem("RSA PRIVATE KEY", &pkcs1), Structure::Pkcs1, Encoding::Pem),
        (
            [b"bag attributes\n".to_vec(), pem("RSA PRIVATE KEY", &pkcs1)].concat(),
            Structure::Pkcs1,
            Encoding::Pem,
        ),
    ];
    for (file, structure, encoding) in forms {
        let reading = read(&file).expect("a good key");
        assert_eq!(reading.material.bytes().expose(), canonical, "{structure} {encoding:?}");
        assert_eq!(reading.source_format, SourceFormat { structure, encoding });
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
        let algorithm =
            AlgorithmIdentifierRef { oid: sec1::ALGORITHM_OID, parameters: Some((&named).into()) };
        let with = |parameters, public_key| {
            EcPrivateKey { private_key: key.private_key, parameters, public_key }.to_der().expect("DER")
        };
        let sec1_file = with(parameters, key.public_key);
        let mut v2 = PrivateKeyInfoRef::from_der(&canonical).expect("PKCS#8");
        v2.public_key = key.public_key.map(|point| BitStringRef::from_bytes(point).expect("short"));
        let parameters_pem = pem("EC PARAMETERS", &named.to_der().expect("DER"));
        for file in [
            canonical.clone(),
            pem("PRIVATE KEY", &canonical),
            v2.to_der().expect("DER"),
            pkcs8(algorithm, &with(parameters, key.public_key)),
            // As some HSMs write it: the scalar alone.
            pkcs8(algorithm, &with(None, None)),
            sec1_file.clone(),
            with(parameters, None),
            pem("EC PRIVATE KEY", &sec1_file),
            [parameters_pem, pem("EC PRIVATE KEY", &sec1_file)].concat(),
        ] {
            let reading = read(&file).expect("a good key");
            assert_eq!(reading.material.bytes().expose(), canonical, "{}", curve.name());
        }
    }
}

#[test]
fn every_tampered_integer_of_an_rsa_key_is_refused_for_itself() {
    let good = Integers::of(&generated(KeySpec::Rsa2048));
    assert!(read(&good.pkcs1()).is_ok());
    let tampered = |change: fn(&mut Integers)| {
        let mut key = good.clone();
        change(&mut key);
        refusal(&key.pkcs1())
    };
    for (fault, error) in [
        (RsaFault::Modulus, tampered(|key| key.n = flipped(&key.n))),
        (RsaFault::PrivateExponent, tampered(|key| key.e = vec![1, 0, 3])),
        (RsaFault::PublicExponent, tampered(|key| key.e = vec![1, 0, 0])),
        (RsaFault::PublicExponent, tampered(|key| key.e = vec![1])),
        (RsaFault::PublicExponent, tampered(|key| key.e = [vec![1], vec![0; 31], vec![1]].concat())),
        (RsaFault::PrivateExponent, tampered(|key| key.d = flipped(&key.d))),
        (RsaFault::PrivateExponent, tampered(|key| key.d = vec![3])),
        (RsaFault::Modulus, tampered(|key| key.p = flipped(&key.p))),
        (RsaFault::UnbalancedPrimes, tampered(|key| key.p.push(1))),
        (RsaFault::CrtExponent, tampered(|key| key.dp = flipped(&key.dp))),
        (RsaFault::CrtExponent, tampered(|key| key.dq = flipped(&key.dq))),
        (RsaFault::CrtExponent, tampered(|key| core::mem::swap(&mut key.dp, &mut key.dq))),
        (RsaFault::CrtCoefficient, tampered(|key| key.qinv = flipped(&key.qinv))),
    ] {
        assert_eq!(error, KeyMaterialError::Rsa(fault));
    }
}

#[test]
fn consistent_keys_of_bad_primes_are_refused() {
    let good = Integers::of(&generated(KeySpec::Rsa2048));
    let (p, q) = (uint(&good.p), uint(&good.q));
    let next_prime = |from: &BoxedUint| {
        let mut candidate = from.wrapping_add(BoxedUint::from(2u32).resize_unchecked(1024));
        while !crypto_primes::is_prime(crypto_primes::Flavor::Any, &candidate) {
            candidate = candidate.wrapping_add(BoxedUint::from(2u32).resize_unchecked(1024));
        }
        candidate
    };
    let fault = |p: &BoxedUint, q: &BoxedUint| refusal(&Integers::of_factors(p, q, 65_537).pkcs1());
    assert!(read(&Integers::of_factors(&p, &q, 65_537).pkcs1()).is_ok(), "the builder builds good keys");
    assert_eq!(fault(&p, &p), KeyMaterialError::Rsa(RsaFault::EqualPrimes));
    assert_eq!(fault(&next_prime(&p), &p), KeyMaterialError::Rsa(RsaFault::ClosePrimes));
    let composite = q.wrapping_add(BoxedUint::from(2u32).resize_unchecked(1024));
    assert!(
        !crypto_primes::is_prime(crypto_primes::Flavor::Any, &composite),
        "twin primes would be a surprise"
    );
    assert_eq!(fault(&p, &composite), KeyMaterialError::Rsa(RsaFault::CompositePrime));
}

#[test]
fn primes_of_the_broken_generator_are_refused() {
    // p = k·M + (65537^a mod M), M the product of the primes up to 167.
    let is_prime = |n: u32| (2..n).take_while(|f| f * f <= n).all(|f| !n.is_multiple_of(f));
    let m =
        (2u32..=167).filter(|n| is_prime(*n)).fold(BoxedUint::one_with_precision(1024), |product, prime| {
            product.wrapping_mul(BoxedUint::from(prime).resize_unchecked(1024))
        });
    let modulus: NonZero<BoxedUint> = Option::from(NonZero::new(m.clone())).expect("not zero");
    let power = |a: u32| {
        let base = BoxedUint::from(65_537u32).resize_unchecked(1024);
        (1..a).fold(base.clone(), |power, _| power.mul_mod(&base, &modulus))
    };
    let weak_prime = |a: u32, top: u32| {
        let mut candidate: BoxedUint = BoxedUint::from(top).resize_unchecked(1024) << (1024 - 32);
        candidate = candidate.wrapping_sub(candidate.rem(&modulus)).wrapping_add(power(a));
        while !crypto_primes::is_prime(crypto_primes::Flavor::Any, &candidate) {
            candidate = candidate.wrapping_add(&m);
        }
        candidate
    };
    let (p, q) = (weak_prime(3, 0xe000_0001), weak_prime(5, 0xf000_0001));
    assert_eq!((p.bit_width(), q.bit_width()), (1024, 1024));
    let key = Integers::of_factors(&p, &q, 65_537);
    assert_eq!(refusal(&key.pkcs1()), KeyMaterialError::Rsa(RsaFault::Roca));
}

#[test]
fn other_algorithms_and_parameters_are_named() {
    let good = generated(KeySpec::Rsa2048);
    let key = inner(&good);
    let pss = AlgorithmIdentifierRef {
        oid: ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10"),
        parameters: None,
    };
    assert_eq!(refusal(&pkcs8(pss, &key)), KeyMaterialError::RsaPss);
    let without_null = AlgorithmIdentifierRef { oid: RSA_ENCRYPTION, parameters: None };
    assert_eq!(
        read_as(&pkcs8(without_null, &key), Some(KeySpec::Rsa2048), WeakMaterial::Refuse).err(),
        Some(KeyMaterialError::Malformed)
    );
    let ed25519 =
        AlgorithmIdentifierRef { oid: ObjectIdentifier::new_unwrap("1.3.101.112"), parameters: None };
    assert_eq!(refusal(&pkcs8(ed25519, &[4, 32])), KeyMaterialError::Algorithm("1.3.101.112".to_owned()));
    let null = AlgorithmIdentifierRef { oid: RSA_ENCRYPTION, parameters: Some(AnyRef::NULL) };
    assert_eq!(pkcs8(null, &key), good, "the canonical form is PKCS#8, version 1, with NULL");
}

#[test]
fn ec_keys_are_refused_for_scalar_point_and_curve() {
    let canonical = generated(KeySpec::EccNistP256);
    let sec1_der = inner(&canonical);
    let good = EcPrivateKey::from_der(&sec1_der).expect("SEC1");
    let p256 = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
    let k256 = ObjectIdentifier::new_unwrap("1.3.132.0.10");
    let algorithm = AlgorithmIdentifierRef { oid: sec1::ALGORITHM_OID, parameters: Some((&p256).into()) };
    let key = |private_key: &[u8], parameters, public_key: Option<&[u8]>| {
        pkcs8(algorithm, &EcPrivateKey { private_key, parameters, public_key }.to_der().expect("DER"))
    };
    let order =
        byok_core::hex::decode_lenient("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let order = order.expect("hex");
    let mut beyond = order.clone();
    *beyond.last_mut().expect("32 bytes") += 1;
    for scalar in [vec![0; 32], order, beyond] {
        assert_eq!(refusal(&key(&scalar, None, None)), KeyMaterialError::Scalar);
    }
    assert_eq!(refusal(&key(&good.private_key[..31], None, None)), KeyMaterialError::ScalarLength);
    let other = inner(&{
        let mut rng = ChaCha20Rng::seed_from_u64(4);
        let other = KeyMaterial::generate(KeySpec::EccNistP256, Rules::Standard, &mut rng).expect("a key");
        other.bytes().expose().to_vec()
    });
    let other = EcPrivateKey::from_der(&other).expect("SEC1");
    assert_eq!(refusal(&key(good.private_key, None, other.public_key)), KeyMaterialError::PublicPoint);
    let off_curve = flipped(good.public_key.expect("a point"));
    assert_eq!(refusal(&key(good.private_key, None, Some(&off_curve))), KeyMaterialError::PublicPoint);
    let inner_k256 = Some(EcParameters::NamedCurve(k256));
    assert_eq!(refusal(&key(good.private_key, inner_k256, None)), KeyMaterialError::TwoCurves);
    let unnamed = EcPrivateKey { private_key: good.private_key, parameters: None, public_key: None };
    assert_eq!(refusal(&unnamed.to_der().expect("DER")), KeyMaterialError::Curve);
    assert_eq!(
        read_as(&canonical, Some(KeySpec::EccNistP384), WeakMaterial::Refuse).err(),
        Some(KeyMaterialError::OtherKeySpec { found: KeySpec::EccNistP256, wanted: KeySpec::EccNistP384 })
    );
}

#[test]
fn files_that_are_no_one_key_are_named() {
    let key = generated(KeySpec::EccNistP256);
    let block = pem("PRIVATE KEY", &key);
    assert_eq!(refusal(&[block.clone(), block.clone()].concat()), KeyMaterialError::SeveralKeys(2));
    assert_eq!(refusal(&[key.clone(), vec![10]].concat()), KeyMaterialError::TrailingBytes { count: 1 });
    assert_eq!(refusal(&[]), KeyMaterialError::Empty);
    assert_eq!(refusal(&vec![1; (64 << 10) + 1]), KeyMaterialError::TooLong);
    assert_eq!(refusal(&key[..key.len() - 1]), KeyMaterialError::KeySpecNeeded { len: key.len() - 1 });
    let nested = [[0x30, 0x80].repeat(20_000), vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff]].concat();
    assert!(matches!(refusal(&nested), KeyMaterialError::KeySpecNeeded { .. }));
    assert_eq!(
        refusal(&pem("OPENSSH PRIVATE KEY", b"openssh-key-v1")),
        KeyMaterialError::Foreign(Foreign::OpenSsh)
    );
}

#[test]
fn weak_material_is_refused_unless_it_is_allowed() {
    let symmetric = |bytes: &[u8], weak| read_as(bytes, Some(KeySpec::SymmetricDefault), weak);
    for (bytes, weakness) in [
        ([0; 32], Weakness::RepeatedByte),
        ([0xa5; 32], Weakness::RepeatedByte),
        (*b"0123456789abcdef0123456789abcdef", Weakness::PrintableText),
    ] {
        assert_eq!(symmetric(&bytes, WeakMaterial::Refuse).err(), Some(KeyMaterialError::Weak(weakness)));
        let allowed = symmetric(&bytes, WeakMaterial::Allow).expect("allowed");
        assert_eq!(allowed.material.weakness(), Some(weakness));
    }
    let mut rng = ChaCha20Rng::seed_from_u64(9);
    for _ in 0..1000 {
        let key = KeyMaterial::generate(KeySpec::Hmac224, Rules::Standard, &mut rng).expect("a key");
        assert_eq!(key.weakness(), None);
    }
    let good = Integers::of(&generated(KeySpec::Rsa2048));
    let small = Integers::of_factors(&uint(&good.p), &uint(&good.q), 17).pkcs1();
    assert_eq!(refusal(&small), KeyMaterialError::Weak(Weakness::SmallPublicExponent));
    assert!(read_as(&small, None, WeakMaterial::Allow).is_ok());
}

#[test]
fn an_import_takes_the_canonical_structure_only() {
    let import = |bytes: &[u8], key_spec| {
        KeyMaterial::from_import(SecretBytes::copy_of(bytes), key_spec, Rules::Standard).map(|m| m.key_spec())
    };
    let (rsa_key, ec_key) = (generated(KeySpec::Rsa2048), generated(KeySpec::EccNistP256));
    assert_eq!(import(&rsa_key, KeySpec::Rsa2048), Ok(KeySpec::Rsa2048));
    let foreign = |foreign| Err(KeyMaterialError::Foreign(foreign));
    assert_eq!(import(&inner(&rsa_key), KeySpec::Rsa2048), foreign(Foreign::NotPkcs8(Structure::Pkcs1)));
    assert_eq!(import(&inner(&ec_key), KeySpec::EccNistP256), foreign(Foreign::NotPkcs8(Structure::Sec1)));
    assert_eq!(import(&pem("PRIVATE KEY", &ec_key), KeySpec::EccNistP256), foreign(Foreign::Pem));
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
            KeyMaterial::generate(*spec, Rules::Standard, &mut rng).ok().map(|m| (*spec, m.bytes().len()))
        }
    });
    // The longest DER of the two sizes that take long to make: the integers' lengths bound it.
    let lens: Vec<_> = lens.chain([(KeySpec::Rsa3072, 1800), (KeySpec::Rsa4096, 2380)]).collect();
    assert_eq!(lens.len(), 12);
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
