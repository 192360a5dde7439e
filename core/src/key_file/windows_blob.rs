//! Key files of the cryptographic APIs of Windows, which are only recognised.

use super::form::Form;

/// The first bytes of a PVK file.
///
/// # Source
///
/// OpenSSL, `crypto/pem/pvkfmt.c`: `MS_PVKMAGIC`.
const PVK: &[u8] = b"\x1e\xf1\xb5\xb0\0\0\0\0";
/// The length of the header of a PVK file, in bytes.
const PVK_HEADER: usize = 24;

/// Recognises a PVK file, a blob of CryptoAPI, or a blob of CNG.
pub(super) fn form(file: &[u8]) -> Option<Form> {
    if file.starts_with(PVK) {
        let is_encrypted = file.get(12..16)? != [0; 4];
        return Some(match (is_encrypted, file.get(PVK_HEADER..)) {
            (true, _) => Form::EncryptedPvk,
            (false, Some(blob)) if capi(blob) == Some(Form::OtherPrivateKey) => {
                Form::OtherPrivateKey
            }
            (false, _) => Form::Pvk,
        });
    }
    capi(file).or_else(|| cng(file))
}

/// Recognises `PRIVATEKEYBLOB` and `PUBLICKEYBLOB`: type, version 2, two zero bytes, the algorithm, a
/// magic number and the length of the key.
///
/// # Source
///
/// Microsoft, `PUBLICKEYSTRUC`, `RSAPUBKEY` and `DSSPUBKEY`.
fn capi(file: &[u8]) -> Option<Form> {
    let (head, after) = file.split_first_chunk::<12>()?;
    let bits = u32::from_le_bytes(*after.first_chunk()?);
    let bytes = usize::try_from(bits / 8).ok()?;
    match head {
        [7, 2, 0, 0, 0, 0xa4 | 0x24, 0, 0, b'R', b'S', b'A', b'2'] => {
            (after.len() >= 8 + bytes.checked_mul(9)? / 2).then_some(Form::CapiBlob)
        }
        [6, 2, 0, 0, 0, 0xa4 | 0x24, 0, 0, b'R', b'S', b'A', b'1'] => {
            (after.len() >= bytes.checked_add(8)?).then_some(Form::PublicKey)
        }
        [7, 2, 0, 0, 0, 0x22, 0, 0, b'D', b'S', b'S', b'2' | b'4'] => Some(Form::OtherPrivateKey),
        _ => None,
    }
}

/// Recognises `BCRYPT_RSAPRIVATE_BLOB`, `BCRYPT_RSAFULLPRIVATE_BLOB` and `BCRYPT_ECCPRIVATE_BLOB`: a magic
/// number, then lengths that are those of the file.
///
/// # Source
///
/// Microsoft, `BCRYPT_RSAKEY_BLOB` and `BCRYPT_ECCKEY_BLOB`.
fn cng(file: &[u8]) -> Option<Form> {
    let (magic, after) = file.split_first_chunk::<4>()?;
    let mut lengths = after
        .as_chunks::<4>()
        .0
        .iter()
        .map(|len| u32::from_le_bytes(*len));
    let mut next = || usize::try_from(lengths.next()?).ok();
    let expected = match magic {
        b"RSA2" | b"RSA3" => {
            let (_bits, exponent, modulus, p, q) = (next()?, next()?, next()?, next()?, next()?);
            let sum = [exponent, modulus, p, q]
                .into_iter()
                .try_fold(24, usize::checked_add)?;
            if magic == b"RSA2" {
                sum
            } else {
                // dP, dQ, qInv and d.
                [p, q, p, modulus]
                    .into_iter()
                    .try_fold(sum, usize::checked_add)?
            }
        }
        [b'E', b'C', b'S', b'2' | b'4' | b'6'] => next()?.checked_mul(3)?.checked_add(8)?,
        _ => return None,
    };
    (file.len() == expected).then_some(Form::CngBlob)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capi_of(kind: u8, algorithm: u8, magic: &[u8], bits: u32, len: usize) -> Vec<u8> {
        let head = [&[kind, 2, 0, 0, 0, algorithm, 0, 0][..], magic].concat();
        [head, bits.to_le_bytes().to_vec(), vec![1; len]].concat()
    }

    #[test]
    fn blobs_are_told_apart_by_their_headers_and_lengths() {
        let private = capi_of(7, 0xa4, b"RSA2", 2048, 4 + 1152);
        assert_eq!(private.len(), 1172, "as OpenSSL writes it");
        let pvk = |encrypted: u8, blob: &[u8]| {
            let head = [
                0x1e, 0xf1, 0xb5, 0xb0, 0, 0, 0, 0, 2, 0, 0, 0, encrypted, 0, 0, 0,
            ];
            [&head[..], &[0; 8], blob].concat()
        };
        let lengths = |magic: &[u8], lengths: &[u32], len: usize| {
            let lengths = lengths.iter().flat_map(|len| len.to_le_bytes());
            [magic.to_vec(), lengths.collect(), vec![1; len]].concat()
        };
        let dsa = capi_of(7, 0x22, b"DSS2", 1024, 300);
        for (file, expected) in [
            (private.clone(), Some(Form::CapiBlob)),
            (private[..1171].to_vec(), None),
            (
                capi_of(7, 0x24, b"RSA2", 2048, 4 + 1152),
                Some(Form::CapiBlob),
            ),
            (
                capi_of(6, 0xa4, b"RSA1", 2048, 4 + 256),
                Some(Form::PublicKey),
            ),
            (capi_of(6, 0xa4, b"RSA2", 2048, 4 + 1152), None),
            (dsa.clone(), Some(Form::OtherPrivateKey)),
            (pvk(0, &private), Some(Form::Pvk)),
            (pvk(0, &dsa), Some(Form::OtherPrivateKey)),
            (pvk(1, &private), Some(Form::EncryptedPvk)),
            (
                lengths(b"RSA3", &[2048, 3, 256, 128, 128], 3 + 256 * 2 + 128 * 5),
                Some(Form::CngBlob),
            ),
            (
                lengths(b"RSA2", &[2048, 3, 256, 128, 128], 3 + 256 * 2),
                Some(Form::CngBlob),
            ),
            (lengths(b"ECS2", &[32], 96), Some(Form::CngBlob)),
            (lengths(b"ECS2", &[32], 95), None),
            (lengths(b"ECK2", &[32], 96), None),
            (vec![], None),
            (b"RSA2".to_vec(), None),
        ] {
            assert_eq!(form(&file), expected, "{:?}", file.get(..12));
        }
    }
}
