//! EC private keys whose scalar lacks leading zeros, or has more of them than its curve.

use zeroize::Zeroizing;

use crate::{
    key_file::{FormatNote, UncheckedKey},
    secret::SecretBytes,
};

/// The maximum number of missing zeros. One random scalar in 2^32 has as many.
const MAX_MISSING: usize = 4;

/// Returns the key with a scalar of the full length of its curve, and the note on it. Returns `None` if
/// the length is right, or if nothing can prove the correction: that only zeros are extra, or the public
/// key in the file.
///
/// # Source
///
/// RFC 5915, 3: the scalar has the full length of its curve.
pub(super) fn corrected(key: &UncheckedKey) -> Option<(UncheckedKey, FormatNote)> {
    let UncheckedKey::Ec {
        curve,
        scalar,
        points,
    } = key
    else {
        return None;
    };
    let (len, full_len) = (scalar.len(), curve.scalar_len());
    let mut full = Zeroizing::new(vec![0; full_len]);
    if len > full_len {
        let (zeros, rest) = scalar.expose().split_at(len - full_len);
        if zeros.iter().fold(0, |all, byte| all | byte) != 0 {
            return None;
        }
        full.copy_from_slice(rest);
    } else if (1..=MAX_MISSING).contains(&(full_len - len)) && !points.is_empty() {
        full[full_len - len..].copy_from_slice(scalar.expose());
    } else {
        return None;
    }
    let key = UncheckedKey::Ec {
        curve: *curve,
        scalar: SecretBytes::copy_of(&full),
        points: points.clone(),
    };
    Some((key, FormatNote::ScalarLength { len, curve: *curve }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{blob::Blob, key_spec::Curve};

    #[test]
    fn only_a_correction_that_can_be_proven_is_made() {
        let key = |scalar: &[u8], points: usize| UncheckedKey::Ec {
            curve: Curve::P256,
            scalar: SecretBytes::copy_of(scalar),
            points: vec![Blob::new(vec![4]); points],
        };
        let full = [7; 32];
        let with_zeros = [&[0; 3], &full[..]].concat();
        for (scalar, points, expected) in [
            (&full[..], 1, None),
            (&with_zeros, 0, Some(full.to_vec())),
            (&with_zeros, 1, Some(full.to_vec())),
            (&[&[1], &full[..]].concat(), 1, None),
            (&[&[1, 1], &full[..]].concat(), 1, None),
            (&full[..31], 1, Some([&[0], &full[..31]].concat())),
            (&full[..30], 1, Some([&[0, 0], &full[..30]].concat())),
            (&full[..28], 1, Some([&[0; 4], &full[..28]].concat())),
            (&full[..27], 1, None),
            (&full[..31], 0, None),
            (&[], 1, None),
        ] {
            let found = corrected(&key(scalar, points)).map(|(key, note)| {
                let len = scalar.len();
                let curve = Curve::P256;
                assert_eq!(note, FormatNote::ScalarLength { len, curve });
                match key {
                    UncheckedKey::Ec { scalar, .. } => scalar.expose().to_vec(),
                    other => panic!("{other:?}"),
                }
            });
            assert_eq!(found, expected, "{} bytes", scalar.len());
        }
    }
}
