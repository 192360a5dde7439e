//! What `Encrypt` and `GenerateDataKey` answer for symmetric keys, in bytes:
//!
//! | 18 | 1 | 1 | n | 32 | 12 | m | 16 |
//! |---|---|---|---|---|---|---|---|
//! | rehearsal mark | 0x43 | n | key ARN | `KeyMaterialId` | nonce | ciphertext | tag |
//!
//! AES-256-GCM under the key material itself, so that whoever has it can open it elsewhere. The
//! additional authenticated data are the bytes before the nonce, and then the encryption context: for
//! each pair, in the order of the bytes of its key, key and value in UTF-8, each after its length in
//! bytes as four, big-endian.

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

/// What follows the mark of an import token is its version; this is none.
const KIND: u8 = 0x43;
const MATERIAL_ID_LEN: usize = 32;

/// The encryption context.
pub(super) type Context = BTreeMap<String, String>;

/// A ciphertext that says whose it is.
#[derive(Debug)]
pub(super) struct Ciphertext<'a> {
    /// The key that encrypted it.
    pub(super) arn: KeyArn,
    /// Its material at that time.
    pub(super) material_id: KeyMaterialId,
    header: &'a [u8],
    nonce: [u8; NONCE_LEN],
    sealed: &'a [u8],
}

/// Encrypts; `None` if the material is not that of a symmetric key.
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
    bytes.extend(decode_id(id)?);
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
    /// Reads what [`seal`] writes; `None` for anything else.
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

    /// Decrypts; `None` if material, encryption context or a byte is another.
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

fn decode_id(id: &KeyMaterialId) -> Option<Vec<u8>> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let pairs = id.as_str().as_bytes().chunks_exact(2);
    pairs
        .map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.last()?)?))
        .collect()
}
