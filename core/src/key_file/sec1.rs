//! EC private keys in the form of RFC 5915.

use der::{
    Decode as _, Sequence,
    asn1::{AnyRef, BitStringRef, OctetStringRef},
};

use super::{
    ec_parameters::{self, NamedCurve},
    element::TailedElement,
    error::ReadError,
    form::Form,
    format_note::FormatNote,
    keys_read::KeysRead,
    source_format::SourceFormat,
    unchecked_key::UncheckedKey,
    version,
};
use crate::{blob::Blob, secret::SecretBytes};

/// `ECPrivateKey`, with unparsed parameters. A crate that reads only named curves could not report
/// the fault of other parameters.
///
/// # Source
///
/// RFC 5915, 3.
#[derive(Sequence)]
struct EcPrivateKey<'a> {
    version: u8,
    private_key: &'a OctetStringRef,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    parameters: Option<AnyRef<'a>>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    public_key: Option<BitStringRef<'a>>,
}

/// Reads a file that is an `ECPrivateKey`.
pub(super) fn read(element: &TailedElement) -> Result<KeysRead, ReadError> {
    let (key, mut notes) = key(element.der(), None, None)?;
    notes.extend(element.zeros());
    Ok(KeysRead {
        notes,
        ..KeysRead::one(key, SourceFormat::plain(Form::Sec1, element.encoding))
    })
}

/// Reads an EC private key on the curve that `outer` or its own parameters name. `public_key` is
/// the public key of PKCS#8 version 2.
pub(super) fn key(
    der: &[u8],
    outer: Option<AnyRef<'_>>,
    public_key: Option<BitStringRef<'_>>,
) -> Result<(UncheckedKey, Vec<FormatNote>), ReadError> {
    let key = EcPrivateKey::from_der(der).map_err(|_| version::fault(der))?;
    if key.version != 1 {
        return Err(ReadError::Version {
            form: Form::Sec1,
            version: key.version,
        });
    }
    let NamedCurve { curve, is_explicit } = one_curve(outer, key.parameters)?;
    let points: Vec<Blob> = [key.public_key, public_key]
        .into_iter()
        .flatten()
        .map(whole_octets)
        .collect();
    let explicit = is_explicit.then_some(FormatNote::ExplicitCurve(curve));
    let no_point = points.is_empty().then_some(FormatNote::NoPublicKey);
    let notes = explicit.into_iter().chain(no_point).collect();
    let scalar = SecretBytes::copy_of(key.private_key.as_bytes());
    Ok((
        UncheckedKey::Ec {
            curve,
            scalar,
            points,
        },
        notes,
    ))
}

/// Returns the octets of a public key. A bit string with unused bits becomes an empty public key, which
/// equals that of no key.
pub(super) fn whole_octets(bits: BitStringRef<'_>) -> Blob {
    Blob::new(bits.as_bytes().unwrap_or_default().to_vec())
}

fn one_curve(
    outer: Option<AnyRef<'_>>,
    inner: Option<AnyRef<'_>>,
) -> Result<NamedCurve, ReadError> {
    match (
        outer.map(ec_parameters::named).transpose()?,
        inner.map(ec_parameters::named).transpose()?,
    ) {
        (Some(outer), Some(inner)) if outer.curve != inner.curve => Err(ReadError::TwoCurves {
            outer: outer.curve,
            inner: inner.curve,
        }),
        (Some(outer), Some(inner)) => Ok(NamedCurve {
            is_explicit: outer.is_explicit || inner.is_explicit,
            ..outer
        }),
        (Some(curve), None) | (None, Some(curve)) => Ok(curve),
        (None, None) => Err(ReadError::NoCurve),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{hex, key_spec::Curve};

    /// `openssl ecparam -name secp256k1 -param_enc explicit -outform DER`, OpenSSL 3.0.
    const EXPLICIT: &str = "3081e0020101302c06072a8648ce3d0101022100ffffffffffffffffffffffffffffff\
        fffffffffffffffffffffffffefffffc2f304404200000000000000000000000000000000000000000000000\
        0000000000000000000420000000000000000000000000000000000000000000000000000000000000000704\
        410479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4\
        fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8022100fffffffffffffffffffffffffffffffebaaedc\
        e6af48a03bbfd25e8cd0364141020101";
    const NAMED: &str = "06052b8104000a";
    const P256: &str = "06082a8648ce3d030107";

    #[test]
    fn both_names_of_a_curve_are_the_same_curve() {
        let [explicit, named, p256] =
            [EXPLICIT, NAMED, P256].map(|hex| hex::decode_lenient(hex).expect("hex"));
        let [explicit, named, p256] =
            [&explicit, &named, &p256].map(|der| Some(AnyRef::from_der(der).expect("DER")));
        let k256 = |is_explicit| NamedCurve {
            curve: Curve::K256,
            is_explicit,
        };
        for (outer, inner, is_explicit) in [
            (named, None, false),
            (None, named, false),
            (named, named, false),
            (explicit, None, true),
            (None, explicit, true),
            (explicit, named, true),
            (named, explicit, true),
            (explicit, explicit, true),
        ] {
            assert_eq!(one_curve(outer, inner), Ok(k256(is_explicit)));
        }
        for (outer, inner) in [(p256, named), (p256, explicit)] {
            let two = ReadError::TwoCurves {
                outer: Curve::P256,
                inner: Curve::K256,
            };
            assert_eq!(one_curve(outer, inner), Err(two));
        }
        assert_eq!(one_curve(None, None), Err(ReadError::NoCurve));
    }
}
