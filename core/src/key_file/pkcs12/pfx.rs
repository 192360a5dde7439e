//! The outer structure of a PKCS#12 file: its contents, and the MAC on them.

use der::{
    Decode as _, Sequence,
    asn1::{AnyRef, ObjectIdentifier, OctetStringRef},
};
use spki::AlgorithmIdentifierRef;

use super::{damage::damaged, mac::Mac};
use crate::{
    blob::Blob,
    key_file::{error::ReadError, form::Form, scheme_name::unsupported},
    secret::SecretBytes,
};

/// RFC 7292, 4.
#[derive(Sequence)]
struct PfxRef<'a> {
    version: u8,
    auth_safe: ContentInfo<'a>,
    mac_data: Option<MacDataRef<'a>>,
}

/// RFC 2315, 7.
#[derive(Sequence)]
pub(super) struct ContentInfo<'a> {
    pub(super) content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) content: Option<AnyRef<'a>>,
}

/// RFC 7292, 4.
#[derive(Sequence)]
struct MacDataRef<'a> {
    mac: DigestInfoRef<'a>,
    salt: &'a OctetStringRef,
    iterations: Option<u64>,
}

/// RFC 8017, 9.2.
#[derive(Sequence)]
struct DigestInfoRef<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    digest: &'a OctetStringRef,
}

/// The contents of a PKCS#12 file, and the MAC on them.
#[derive(Debug)]
pub(super) struct Pfx {
    /// `AuthenticatedSafe`, in BER.
    pub(super) contents: SecretBytes,
    pub(super) mac: Option<Mac>,
}

impl Pfx {
    /// Reads a file in DER.
    pub(super) fn of(der: &[u8]) -> Result<Self, ReadError> {
        let pfx = PfxRef::from_der(der).map_err(|_| damaged("its outer structure"))?;
        if pfx.auth_safe.content_type != DATA {
            let error = unsupported(pfx.auth_safe.content_type);
            return Err(ReadError::encryption(Form::Pkcs12, error));
        }
        let mac = pfx.mac_data.map(|data| {
            let digest = Blob::new(data.mac.digest.as_bytes().to_vec());
            // 1 is the default.
            let rounds = data.iterations.unwrap_or(1);
            Mac::of(&data.mac.algorithm, digest, data.salt.as_bytes(), rounds)
        });
        Ok(Self {
            contents: octets_of(&pfx.auth_safe)?,
            mac: mac
                .transpose()
                .map_err(|error| ReadError::encryption(Form::Pkcs12, error))?,
        })
    }
}

/// Returns the octets of a `ContentInfo` with the type `data`.
pub(super) fn octets_of(info: &ContentInfo<'_>) -> Result<SecretBytes, ReadError> {
    let octets = info
        .content
        .and_then(|content| content.decode_as::<&OctetStringRef>().ok());
    let octets = octets.ok_or_else(|| damaged("its contents"))?;
    Ok(SecretBytes::copy_of(octets.as_bytes()))
}

pub(super) const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
