//! OpenPGP keys, which are only recognised.

/// Returns whether bytes begin with the packet of an OpenPGP secret or public key, in either header
/// format: tag 5 or 6, then the length, then the version. The packet must be complete, and must be
/// the last or be followed by a packet that belongs to a key. A few random files in a million pass.
///
/// # Source
///
/// RFC 9580, 4.2, 5.5, 10.1.
pub(super) fn is_key(bytes: &[u8]) -> bool {
    // In an old header, the two lowest bits give the number of length octets; in a new one, the
    // first length octet does.
    let (header_len, len) = match bytes {
        [0x94 | 0x98, len, ..] | [0xc5 | 0xc6, len @ 0..=191, ..] => (2, usize::from(*len)),
        [0x95 | 0x99, high, low, ..] => (3, usize::from(u16::from_be_bytes([*high, *low]))),
        [0xc5 | 0xc6, high @ 192..=223, low, ..] => (
            3,
            (usize::from(*high) - 192) * 256 + usize::from(*low) + 192,
        ),
        _ => return false,
    };
    let Some((body, rest)) = bytes
        .get(header_len..)
        .and_then(|bytes| bytes.split_at_checked(len))
    else {
        return false;
    };
    // A signature, a secret or public subkey, a user ID or a user attribute; in old headers and
    // new.
    let goes_on = match rest {
        [] => true,
        [header @ 0x80..=0xbf, ..] => matches!((header >> 2) & 0xf, 2 | 7 | 13 | 14),
        [header @ 0xc0..=0xff, ..] => matches!(header & 0x3f, 2 | 7 | 13 | 14 | 17),
        _ => false,
    };
    // The version, four bytes of the creation time, and an algorithm.
    goes_on && matches!(body, [3..=6, _, _, _, _, algorithm, ..] if *algorithm <= 28)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_of_open_pgp_are_told_by_what_is_around_them() {
        let body = [&[4, 0, 0, 0, 0, 22][..], &[7; 251]].concat();
        for header in [
            &[0x95, 1, 1][..],
            &[0x99, 1, 1],
            &[0xc5, 192, 65],
            &[0xc6, 192, 65],
        ] {
            let packet = [header, &body].concat();
            for (rest, expected) in [
                (&[][..], true),
                (&[0xb4, 1, b'x'], true),
                (&[0xcd, 1, b'x'], true),
                (&[0x31, 1, b'x'], false),
                (&[0xa0, 1, b'x'], false),
            ] {
                assert_eq!(
                    is_key(&[&packet, rest].concat()),
                    expected,
                    "{header:?} {rest:?}"
                );
            }
            assert!(!is_key(&packet[..packet.len() - 1]), "a part of one");
        }
        // RFC 9580, 4.2.1.2: 193 and 5 are 453 octets.
        let longer = [&[0xc5, 193, 5][..], &body[..6], &[7; 447]].concat();
        assert!(is_key(&longer) && !is_key(&longer[..452]));
        let short = [0x94, 7, 4, 0, 0, 0, 0, 1, 0];
        assert!(is_key(&short));
        assert!(!is_key(&[0xc5, 7, 9, 0, 0, 0, 0, 1, 0]), "of no version");
        assert!(!is_key(&[0xc5, 7, 4, 0, 0, 0, 0, 29, 0]), "of no algorithm");
    }
}
