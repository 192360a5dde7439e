//! Converts one BER element to DER, on the tree of its tags and lengths.
//!
//! AWS KMS accepts PKCS#8 in BER, and every parser here accepts only DER, so [`to_der`] converts
//! first. It knows the universal types and no schema. It therefore treats every set as a SET OF
//! (11.6), never as a SET (10.3). It leaves unchanged what only a schema can tell: strings and sets
//! under an implicit tag, components equal to their default (11.5), the text of times (11.7, 11.8),
//! and REAL (11.3). The parser judges those.
//!
//! Clauses are those of Rec. ITU-T X.690 (02/2021).

mod der;
mod error;
mod octets;
mod tree;
mod universal;

pub use error::{MAX_DEPTH, MAX_LEN, NotBer};

use crate::secret::SecretBytes;
use tree::Node;

/// One element in DER, and how it was encoded in the input.
#[derive(Debug)]
pub struct Element {
    der: SecretBytes,
    was_der: bool,
    ber_len: usize,
}

impl Element {
    /// The element in DER: at most [`MAX_LEN`] octets.
    pub fn der(&self) -> &SecretBytes {
        &self.der
    }

    /// Returns the element in DER, by value.
    pub(crate) fn into_der(self) -> SecretBytes {
        self.der
    }

    /// True if the input had the same octets.
    pub fn was_der(&self) -> bool {
        self.was_der
    }

    /// The number of input octets of the element. The caller decides about the octets after them.
    pub fn ber_len(&self) -> usize {
        self.ber_len
    }
}

/// Rewrites the element at the beginning of `ber`.
///
/// Leaves the contents of an OCTET STRING unchanged. Allocates nothing for a length that the input
/// only claims, and wipes intermediate values.
///
/// # Errors
///
/// [`NotBer`] if the octets break a rule of BER or exceed a limit of this reader.
///
/// # Source
///
/// X.690: 8 for the input; 10 and 11 for the output.
pub fn to_der(ber: &[u8]) -> Result<Element, NotBer> {
    let check_len = |len| {
        if len > MAX_LEN {
            Err(NotBer("too long"))
        } else {
            Ok(())
        }
    };
    check_len(ber.len())?;
    let mut rest = ber;
    let mut der = der::of(&Node::read(&mut rest, 1)?)?;
    check_len(der.len())?;
    let ber_len = ber.len() - rest.len();
    let was_der = ber.get(..ber_len) == Some(der.as_slice());
    Ok(Element {
        der: SecretBytes::new(core::mem::take(&mut *der)),
        was_der,
        ber_len,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex::{self, decode_lenient};

    fn octets(hex: &str) -> Vec<u8> {
        decode_lenient(hex).expect("hex")
    }

    fn der_of(ber: &str) -> String {
        let ber = octets(ber);
        let element = to_der(&ber).expect("BER");
        assert_eq!(element.ber_len(), ber.len());
        assert_eq!(element.was_der(), element.der().expose() == ber);
        hex::encode(element.der().expose())
    }

    #[track_caller]
    fn becomes(ber: &str, der: &str) {
        assert_eq!(der_of(ber), hex::encode(&octets(der)), "{ber}");
        assert_eq!(der_of(der), hex::encode(&octets(der)), "{der} stays");
    }

    #[track_caller]
    fn refused(ber: &str, why: NotBer) {
        assert_eq!(
            to_der(&octets(ber)).map(|element| element.ber_len()),
            Err(why),
            "{ber}"
        );
    }

    #[test]
    fn lengths_become_definite_and_minimal() {
        // 8.1.3.5, 10.1
        becomes("04 81 01 aa", "04 01 aa");
        becomes("04 84 00 00 00 01 aa", "04 01 aa");
        becomes(&format!("04 fe {} 01 aa", "00".repeat(125)), "04 01 aa");
        becomes(
            &format!("04 81 7f {}", "aa".repeat(127)),
            &format!("04 7f {}", "aa".repeat(127)),
        );
        becomes(
            &format!("04 83 00 00 80 {}", "aa".repeat(128)),
            &format!("04 81 80 {}", "aa".repeat(128)),
        );
        becomes(
            &format!("04 83 00 01 00 {}", "aa".repeat(256)),
            &format!("04 82 01 00 {}", "aa".repeat(256)),
        );
        // 8.1.3.6
        becomes("30 80 00 00", "30 00");
        becomes(
            "30 80 a0 80 05 81 00 00 00 02 01 07 00 00",
            "30 07 a0 02 05 00 02 01 07",
        );
        refused("04 ff aa", NotBer("8.1.3.5"));
        refused("04 80 aa 00 00", NotBer("8.1.3.2"));
        refused("80 80 aa 00 00", NotBer("8.1.3.2"));
    }

    #[test]
    fn ends_are_where_lengths_say() {
        for ber in [
            "",
            "30",
            "1f",
            "1f 81",
            "04 82 01",
            "04 02 aa",
            "30 80 04",
            "30 80 00",
            "30 02 04 01 aa",
        ] {
            refused(ber, NotBer("truncated"));
        }
        refused("04 88 80 00 00 00 00 00 00 00", NotBer("truncated"));
        refused("04 89 01 00 00 00 00 00 00 00 00", NotBer("truncated"));
        // 8.1.5
        refused("30 80", NotBer("no end of contents"));
        refused("30 80 05 00", NotBer("no end of contents"));
        refused("30 02 00 00", NotBer("8.1.5"));
        refused("00 00", NotBer("8.1.5"));
        refused("30 80 00 01 00 00 00", NotBer("8.1.5"));
        refused("30 80 00 81 00 00 00", NotBer("8.1.5"));
        let element = to_der(&octets("05 00 ff ff")).expect("BER");
        assert_eq!(
            (element.ber_len(), element.was_der(), element.der().len()),
            (2, true, 2)
        );
        let element = to_der(&octets("30 80 00 00 00 00")).expect("BER");
        assert_eq!((element.ber_len(), element.was_der()), (4, false));
    }

    #[test]
    fn tags_keep_their_class_and_number() {
        // 8.1.2.2, 8.1.2.4
        becomes("9f 1f 81 01 aa", "9f 1f 01 aa");
        becomes("bf 8f ff ff ff 7f 80 00 00", "bf 8f ff ff ff 7f 00");
        becomes("7f 81 00 80 00 00", "7f 81 00 00");
        refused("9f 1e 00", NotBer("8.1.2"));
        refused("9f 00 00", NotBer("8.1.2"));
        refused("9f 80 1f 00", NotBer("8.1.2"));
        refused("9f 90 80 80 80 00 00", NotBer("tag too large"));
        refused(
            &format!("9f {} 00 00", "ff".repeat(1000)),
            NotBer("tag too large"),
        );
        // X.680, 8, table 1
        refused("0f 00", NotBer("X.680, 8"));
        refused("1f 25 00", NotBer("X.680, 8"));
        becomes("1f 24 81 01 61", "1f 24 01 61");
    }

    #[test]
    fn types_have_their_forms() {
        // BOOLEAN, INTEGER, NULL, OBJECT IDENTIFIER, REAL, ENUMERATED, UTF8String, RELATIVE-OID.
        for ber in ["21", "22", "25", "26", "29", "2a", "2d"] {
            refused(&format!("{ber} 80 00 00"), NotBer("8.1.2.5"));
            refused(&format!("{ber} 00"), NotBer("8.1.2.5"));
        }
        // EXTERNAL, EMBEDDED PDV, SEQUENCE, SET, CHARACTER STRING.
        for ber in ["08", "0b", "10", "11", "1d"] {
            refused(&format!("{ber} 00"), NotBer("8.1.2.5"));
        }
    }

    #[test]
    fn simple_types_have_one_encoding() {
        // 8.2, 11.1
        becomes("01 01 01", "01 01 ff");
        becomes("01 01 00", "01 01 00");
        refused("01 00", NotBer("8.2.1"));
        refused("01 02 00 00", NotBer("8.2.1"));
        // 8.3.1, 8.3.2, 8.4
        for (ber, why) in [
            ("00", NotBer("8.3.1")),
            ("02 00 00", NotBer("8.3.2")),
            ("02 00 7f", NotBer("8.3.2")),
            ("02 ff 80", NotBer("8.3.2")),
            ("03 ff ff 00", NotBer("8.3.2")),
        ] {
            refused(&format!("02 {ber}"), why);
            refused(&format!("0a {ber}"), why);
        }
        for integer in [
            "02 01 00",
            "02 02 00 80",
            "02 02 ff 7f",
            "02 01 ff",
            "0a 01 03",
        ] {
            becomes(integer, integer);
        }
        // 8.8.2
        refused("05 01 00", NotBer("8.8.2"));
        // 8.19.2, 8.20.2
        becomes("06 81 03 2a 86 48", "06 03 2a 86 48");
        becomes("0d 81 02 81 00", "0d 02 81 00");
        for oid in [
            "06 00",
            "06 02 2a 86",
            "06 03 2a 80 01",
            "06 02 80 01",
            "0d 01 80",
        ] {
            refused(oid, NotBer("8.19.2, 8.20.2"));
        }
    }

    #[test]
    fn strings_become_primitive() {
        // 8.7.3, 10.2: no segments, one of no octets, several, one within another.
        becomes("24 00", "04 00");
        becomes("24 80 00 00", "04 00");
        becomes("24 06 04 01 aa 04 01 bb", "04 02 aa bb");
        becomes(
            "24 80 04 00 24 80 04 01 aa 24 03 04 01 bb 00 00 04 01 cc 00 00",
            "04 03 aa bb cc",
        );
        // The example of 8.23.5: "Jones", a VisibleString.
        becomes("3a 09 04 03 4a 6f 6e 04 02 65 73", "1a 05 4a 6f 6e 65 73");
        for ber in [
            "24 03 03 01 00",
            "24 03 80 01 aa",
            "3a 03 1a 01 61",
            "24 05 24 03 0c 01 61",
            "23 03 04 01 00",
        ] {
            refused(ber, NotBer("8.6.4, 8.7.3"));
        }
        // The contents of an OCTET STRING stay unchanged, and so do those of an implicit tag.
        becomes("04 04 30 80 00 00", "04 04 30 80 00 00");
        becomes(
            "a1 80 03 02 00 aa 03 02 00 bb 00 00",
            "a1 08 03 02 00 aa 03 02 00 bb",
        );
    }

    #[test]
    fn unused_bits_are_zero_and_last() {
        // 8.6.2, 11.2.1
        becomes("03 02 04 ff", "03 02 04 f0");
        becomes("03 81 01 00", "03 01 00");
        // 8.6.4
        becomes("23 80 00 00", "03 01 00");
        becomes("23 00", "03 01 00");
        becomes(
            "23 80 03 02 00 aa 23 04 03 02 01 ff 00 00",
            "03 03 01 aa fe",
        );
        refused("03 00", NotBer("8.6.2"));
        refused("23 02 03 00", NotBer("8.6.2"));
        refused("03 02 08 ff", NotBer("8.6.2.2"));
        refused("03 01 01", NotBer("8.6.2.2"));
        refused("23 80 03 02 01 aa 03 02 00 aa 00 00", NotBer("8.6.4"));
        refused("23 80 23 04 03 02 01 aa 03 01 00 00 00", NotBer("8.6.4"));
    }

    #[test]
    fn sets_are_in_order() {
        // 11.6
        becomes(
            "31 80 02 01 02 02 01 01 02 01 01 00 00",
            "31 09 02 01 01 02 01 01 02 01 02",
        );
        becomes(
            "31 0b 30 03 02 01 05 30 81 03 01 01 01",
            "31 0a 30 03 01 01 ff 30 03 02 01 05",
        );
        becomes("31 07 02 02 01 00 01 01 ff", "31 07 01 01 ff 02 02 01 00");
        becomes("30 06 02 01 02 02 01 01", "30 06 02 01 02 02 01 01");
    }

    #[test]
    fn depth_and_length_are_limited() {
        let nested = |depth: usize| [[0x30, 0x80].repeat(depth), [0, 0].repeat(depth)].concat();
        assert_eq!(
            to_der(&nested(MAX_DEPTH)).map(|element| element.ber_len()),
            Ok(4 * MAX_DEPTH)
        );
        assert_eq!(
            to_der(&nested(MAX_DEPTH + 1)).map(|element| element.ber_len()),
            Err(NotBer("too deep"))
        );
        assert_eq!(
            to_der(&nested(MAX_LEN / 4)).map(|element| element.ber_len()),
            Err(NotBer("too deep"))
        );
        let definite = |depth: u8| -> Vec<u8> {
            (0..depth)
                .rev()
                .flat_map(|inner| [0xa0, 2 * inner])
                .collect()
        };
        assert_eq!(
            to_der(&definite(16)).map(|element| element.was_der()),
            Ok(true)
        );
        assert_eq!(
            to_der(&definite(17)).map(|element| element.was_der()),
            Err(NotBer("too deep"))
        );
        let null = |len| [vec![5, 0], vec![0; len - 2]].concat();
        assert_eq!(
            to_der(&null(MAX_LEN)).map(|element| element.ber_len()),
            Ok(2)
        );
        let too_long = Err(NotBer("too long"));
        assert_eq!(
            to_der(&null(MAX_LEN + 1)).map(|element| element.ber_len()),
            too_long
        );
    }

    #[test]
    fn der_is_never_too_long_to_be_read_again() {
        // An empty BIT STRING without segments is the only value that is longer in DER.
        let ber = [&[0x30, 0x83, 0, 0xff, 0xf8][..], &[0x23, 0].repeat(0x7ffc)].concat();
        assert_eq!(
            to_der(&ber).map(|element| element.ber_len()),
            Err(NotBer("too long"))
        );
    }
}
