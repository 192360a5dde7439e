//! Fuzzes SM2 ciphertexts: raw octets, wrapped messages, and other encodings of them. OpenSSL opens
//! everything that byok opens, to the same message, and it is the one DER of its parts. What only
//! OpenSSL opens is not.
//!
//! The first octet of the input selects the meaning of the rest, the second the encoding.

#![no_main]

use byok_core::{
    ber, blob::Blob, compatibility::Rules, key_spec::KeySpec, secret::SecretBytes, wrapping,
    wrapping_algorithm::WrappingAlgorithm,
};
use byok_core_fuzz::{SM2_KEY, agreement, mutation::mutate, reference, rng};
use der::{
    Decode as _, Encode as _, Reader as _, Sequence, SliceReader, Tag, Tagged as _,
    asn1::{AnyRef, OctetStringRef, UintRef},
};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use openssl::bn::{BigNum, BigNumContext};

/// The prime of the curve. GB/T 32918.5, 2.
const PRIME: &str = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF";

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    match data.split_at_mut_checked(2) {
        Some((_, blob)) if size > 2 && seed % 8 != 0 => {
            2 + mutate(blob, size - 2, max_size - 2, seed, fuzzer_mutate)
        }
        _ => fuzzer_mutate(data, size, max_size),
    }
});

fuzz_target!(|data: &[u8]| {
    let Some((&[choice, way], rest)) = data.split_first_chunk() else {
        return;
    };
    let Some(blob) = blob(choice, way, rest) else {
        return;
    };
    compare(&blob);
    let key_spec = if choice & 4 == 0 {
        KeySpec::EccNistP256
    } else {
        KeySpec::Sm2
    };
    agreement::check(
        &Blob::new(blob),
        &SM2_KEY,
        WrappingAlgorithm::Sm2Pke,
        key_spec,
        Rules::China,
    );
});

/// The rest of the input, or its wrapping, or another encoding of that.
fn blob(choice: u8, way: u8, rest: &[u8]) -> Option<Vec<u8>> {
    if choice & 3 == 0 {
        return Some(rest.to_vec());
    }
    let (material, key) = (SecretBytes::copy_of(rest), SM2_KEY.public_key());
    let mut seed = rng(way.into());
    let wrapped = wrapping::wrap(&material, WrappingAlgorithm::Sm2Pke, key, &mut seed).ok()?;
    assert_eq!(
        opened(&wrapped).as_deref(),
        Some(rest),
        "what is wrapped opens"
    );
    if choice & 3 == 1 {
        Some(wrapped)
    } else {
        Parts::of(&wrapped)?.written(way)
    }
}

fn compare(blob: &[u8]) {
    let (ours, theirs) = (opened(blob), reference::open_sm2(blob));
    if ours.is_some() {
        assert_eq!(ours, theirs);
        assert_eq!(
            Parts::of(blob).expect("DER").canonical(),
            blob,
            "one DER opens"
        );
    } else if let Some(theirs) = theirs {
        let parts = Parts::of(blob).expect("OpenSSL has found the parts");
        // GB/T 32918.4, 7.1 B4, which OpenSSL omits: a key stream of zeros.
        if theirs == parts.c2 {
            return;
        }
        let canonical = parts.canonical();
        assert_ne!(canonical, blob, "OpenSSL opens DER");
        assert_eq!(opened(&canonical), Some(theirs));
    }
}

fn opened(blob: &[u8]) -> Option<Vec<u8>> {
    let opened = wrapping::unwrap(blob, WrappingAlgorithm::Sm2Pke, &SM2_KEY, &mut rng(2));
    opened.ok().map(|opened| opened.expose().to_vec())
}

struct Parts {
    x: Vec<u8>,
    y: Vec<u8>,
    c3: Vec<u8>,
    c2: Vec<u8>,
}

#[derive(Sequence)]
struct Encoded<'a> {
    x: UintRef<'a>,
    y: UintRef<'a>,
    c3: &'a OctetStringRef,
    c2: &'a OctetStringRef,
}

impl Parts {
    /// Reads the parts in BER, with anything after it and the integers without their sign.
    fn of(blob: &[u8]) -> Option<Self> {
        let element = ber::to_der(blob).ok();
        let der = element
            .as_ref()
            .map_or(blob, |element| element.der().expose());
        let mut reader = SliceReader::new(der).ok()?;
        let sequence = AnyRef::decode(&mut reader)
            .ok()
            .filter(|any| any.tag() == Tag::Sequence)?;
        let mut reader = SliceReader::new(sequence.value()).ok()?;
        let mut part = |tag| {
            let any = AnyRef::decode(&mut reader)
                .ok()
                .filter(|any| any.tag() == tag);
            any.map(|any| any.value().to_vec())
        };
        let (x, y) = (part(Tag::Integer)?, part(Tag::Integer)?);
        let (c3, c2) = (part(Tag::OctetString)?, part(Tag::OctetString)?);
        reader.is_finished().then_some(Self { x, y, c3, c2 })
    }

    /// Writes the one DER of these parts, with the coordinates below the prime.
    fn canonical(&self) -> Vec<u8> {
        let (x, y) = (reduced(&self.x), reduced(&self.y));
        self.encoded(
            &UintRef::new(&x).expect("an integer"),
            &UintRef::new(&y).expect("an integer"),
        )
    }

    fn encoded(&self, x: &UintRef<'_>, y: &UintRef<'_>) -> Vec<u8> {
        let c3 = OctetStringRef::new(&self.c3).expect("octets");
        let c2 = OctetStringRef::new(&self.c2).expect("octets");
        Encoded {
            x: *x,
            y: *y,
            c3,
            c2,
        }
        .to_der()
        .expect("encodes")
    }

    /// Encodes otherwise: a coordinate beyond the prime, leading zeros, the parts concatenated in
    /// either order, C2 before C3, or trailing octets.
    fn written(self, way: u8) -> Option<Vec<u8>> {
        let beyond = |coordinate: &[u8]| {
            let sum = &BigNum::from_slice(coordinate).ok()? + &prime();
            sum.to_vec_padded(if way & 8 == 0 { 33 } else { 40 }).ok()
        };
        let padded =
            |coordinate: &[u8]| [vec![0; usize::from(way >> 4)], coordinate.to_vec()].concat();
        let fixed = |coordinate: &[u8]| BigNum::from_slice(coordinate).ok()?.to_vec_padded(32).ok();
        let prefix = if way & 8 == 0 { &[4][..] } else { &[] };
        Some(match way & 7 {
            0 => tagged(&beyond(&self.x)?, &self.y, &self.c3, &self.c2),
            1 => tagged(&self.x, &beyond(&self.y)?, &self.c3, &self.c2),
            2 => tagged(&padded(&self.x), &padded(&self.y), &self.c3, &self.c2),
            3 => [
                prefix,
                &fixed(&self.x)?,
                &fixed(&self.y)?,
                &self.c3,
                &self.c2,
            ]
            .concat(),
            4 => [
                prefix,
                &fixed(&self.x)?,
                &fixed(&self.y)?,
                &self.c2,
                &self.c3,
            ]
            .concat(),
            5 => tagged(&self.x, &self.y, &self.c2, &self.c3),
            6 => tagged(&reduced(&self.x), &reduced(&self.y), &self.c3, &self.c2),
            _ => [self.canonical(), vec![0; usize::from(way >> 3)]].concat(),
        })
    }
}

/// Builds a sequence whose integers have these octets.
fn tagged(x: &[u8], y: &[u8], c3: &[u8], c2: &[u8]) -> Vec<u8> {
    let parts = [
        (Tag::Integer, x),
        (Tag::Integer, y),
        (Tag::OctetString, c3),
        (Tag::OctetString, c2),
    ];
    let parts = parts.map(|(tag, value)| {
        AnyRef::new(tag, value)
            .expect("short")
            .to_der()
            .expect("encodes")
    });
    AnyRef::new(Tag::Sequence, &parts.concat())
        .expect("short")
        .to_der()
        .expect("encodes")
}

/// Returns the number modulo the prime, in the fewest octets, but at least one.
fn reduced(octets: &[u8]) -> Vec<u8> {
    let (mut rest, mut context) = (
        BigNum::new().expect("0"),
        BigNumContext::new().expect("a context"),
    );
    rest.nnmod(
        &BigNum::from_slice(octets).expect("a number"),
        &prime(),
        &mut context,
    )
    .expect("a remainder");
    rest.to_vec_padded(rest.num_bytes().max(1))
        .expect("it fits")
}

fn prime() -> BigNum {
    BigNum::from_hex_str(PRIME).expect("hex")
}
