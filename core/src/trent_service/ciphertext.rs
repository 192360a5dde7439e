//! The ciphertext of `Encrypt` and `GenerateDataKey` for symmetric keys, in bytes:
//!
//! | 18 | 1 | 1 | n | 32 | 12 | m | 16 |
//! |---|---|---|---|---|---|---|---|
//! | rehearsal mark | 0x43 | n | key ARN | `KeyMaterialId` | nonce | ciphertext | tag |
//!
//! AES-256-GCM under the key material itself, so its holder can decrypt elsewhere. The additional
//! authenticated data are the bytes before the nonce, then the encryption context: for each pair,
//! sorted by the bytes of its key, the key and the value in UTF-8, each after its length as four
//! big-endian bytes.

use std::collections::BTreeMap;

use rand_core::CryptoRng;

use crate::{
    cryptography::{self, NONCE_LEN, TAG_LEN},
    hex,
    import_token::REHEARSAL_MARK,
    key_id::KeyArn,
    key_material::KeyMaterial,
    key_material_id::KeyMaterialId,
    secret::SecretBytes,
};

/// An import token has its version after the mark. This value is not a version.
const KIND: u8 = 0x43;
const MATERIAL_ID_LEN: usize = 32;

/// The encryption context.
pub(super) type Context = BTreeMap<String, String>;

/// A ciphertext that names its key.
#[derive(Debug)]
pub(super) struct Ciphertext<'a> {
    /// The key that encrypted it.
    pub(super) arn: KeyArn,
    /// The material at that time.
    pub(super) material_id: KeyMaterialId,
    header: &'a [u8],
    nonce: [u8; NONCE_LEN],
    sealed: &'a [u8],
}

/// Encrypts. Returns `None` if the material does not belong to a symmetric key.
pub(super) fn seal(
    arn: &KeyArn,
    (id, material): (&KeyMaterialId, &KeyMaterial),
    context: &Context,
    plaintext: &SecretBytes,
    rng: &mut impl CryptoRng,
) -> Option<Vec<u8>> {
    let arn = arn.to_string();
    let mut bytes = REHEARSAL_MARK.to_vec();
    bytes.extend([KIND, u8::try_from(arn.len()).ok()?]);
    bytes.extend(arn.as_bytes());
    bytes.extend(hex::decode_lenient(id.as_str())?);
    let mut nonce = [0; NONCE_LEN];
    rng.fill_bytes(&mut nonce);
    let sealed = cryptography::seal(
        material,
        nonce,
        &associated_data(&bytes, context),
        plaintext,
    )?;
    bytes.extend(nonce);
    bytes.extend(sealed);
    Some(bytes)
}

impl<'a> Ciphertext<'a> {
    /// Parses the output of [`seal`]. Returns `None` for anything else.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&REHEARSAL_MARK)?.strip_prefix(&[KIND])?;
        let (len, rest) = rest.split_first()?;
        let (arn, rest) = rest.split_at_checked(usize::from(*len))?;
        let (id, rest) = rest.split_first_chunk::<MATERIAL_ID_LEN>()?;
        let header = bytes.get(..bytes.len() - rest.len())?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>()?;
        if sealed.len() < TAG_LEN {
            return None;
        }
        Some(Self {
            arn: KeyArn::parse(core::str::from_utf8(arn).ok()?)?,
            material_id: KeyMaterialId::parse(&hex::encode(id))?,
            header,
            nonce: *nonce,
            sealed,
        })
    }

    /// Decrypts. Returns `None` if the material, the encryption context or any byte differs.
    pub(super) fn open(&self, material: &KeyMaterial, context: &Context) -> Option<SecretBytes> {
        cryptography::open(
            material,
            self.nonce,
            &associated_data(self.header, context),
            self.sealed,
        )
    }
}

fn associated_data(header: &[u8], context: &Context) -> Vec<u8> {
    let mut data = header.to_vec();
    for text in context.iter().flat_map(|(key, value)| [key, value]) {
        let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
        data.extend(len.to_be_bytes());
        data.extend(text.as_bytes());
    }
    data
}
