//! Whose import token some bytes are: a rehearsal's, a damaged rehearsal's, AWS KMS's, unknown, or
//! nobody's.

mod common;

use byok_core::{
    import_token::{MIN_LEN, REHEARSAL_MARK, TokenOrigin},
    key_spec::KeySpec,
    report::ReportKind,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};
use common::{aws_token, parameters, random};

/// The token of a rehearsal.
fn rehearsal_token() -> Vec<u8> {
    let parameters = parameters(
        KeySpec::SymmetricDefault,
        WrappingAlgorithm::RsaesOaepSha256,
        WrappingKeySpec::Rsa2048,
    );
    parameters.import_token.blob().as_bytes().to_vec()
}

/// `head`, and behind it what never matches the mark.
fn token(head: &[u8]) -> Vec<u8> {
    [head, &[0xee; 300]].concat()
}

fn assert_damaged(token: &[u8], name: &str) {
    assert_eq!(
        TokenOrigin::of(token),
        TokenOrigin::DamagedRehearsal,
        "{name}"
    );
}

#[test]
fn a_whole_mark_is_a_rehearsals() {
    let token = rehearsal_token();
    assert_eq!(TokenOrigin::of(&token), TokenOrigin::Rehearsal);
    assert_eq!(TokenOrigin::of(&token[..18]), TokenOrigin::Rehearsal);
}

#[test]
fn awss_known_form_is_awss() {
    for body_len in [280, 1716, 2900, 6000] {
        let token = aws_token(body_len);
        let body_len = body_len.into();
        assert_eq!(TokenOrigin::of(&token), TokenOrigin::Aws { body_len });
    }
}

#[test]
fn another_form_is_unknown() {
    let aws = aws_token(1716);
    let changed = |at: usize| {
        let mut token = aws.clone();
        token[at] ^= 1;
        token
    };
    let cases = [
        ("another header", changed(4)),
        ("another length", changed(40)),
        ("another content type", changed(50)),
        ("no CMS", [&aws[..41], &random(3, 1716)].concat()),
        ("cut", aws[..aws.len() - 1].to_vec()),
        ("a byte behind", [&aws[..], &[0]].concat()),
        (
            "a header alone",
            [&[1, 1, 2, 0, 0x78][..], &[0; 300]].concat(),
        ),
        ("random", random(4, 1757)),
        ("as short as a mark", vec![0xee; MIN_LEN]),
        ("text", b"BYOK/REHEARSAL/NOT/AWS//AQ".repeat(9)),
    ];
    for (name, token) in cases {
        assert_eq!(TokenOrigin::of(&token), TokenOrigin::Unknown, "{name}");
    }
}

#[test]
fn fewer_than_18_bytes_are_no_token() {
    for len in 0..18 {
        for bytes in [&REHEARSAL_MARK[..len], &[0xee; 18][..len]] {
            assert_eq!(TokenOrigin::of(bytes), TokenOrigin::TooShort, "{len}");
        }
    }
}

/// The base64 of a token with another letter in it: `/REHEARSEL/`.
#[test]
fn a_changed_character_is_damage() {
    let base64 = byok_core::blob::Blob::new(rehearsal_token()).to_base64();
    let changed = base64.replacen("REHEARSAL", "REHEARSEL", 1);
    let changed = byok_core::blob::Blob::from_base64(&changed).expect("base64");
    assert_damaged(changed.as_bytes(), "REHEARSEL");
}

#[test]
fn twelve_bytes_in_place_are_damage_and_eleven_are_not() {
    // Each choice of neighbours: the bytes from `first` on, in a circle.
    for first in 0..18 {
        let wrong = |count: usize| {
            let mut mark = REHEARSAL_MARK;
            for at in first..first + count {
                mark[at % 18] ^= 0x21;
            }
            token(&mark)
        };
        for count in 1..=6 {
            assert_damaged(&wrong(count), &format!("{count} from {first}"));
        }
        let origin = TokenOrigin::of(&wrong(7));
        assert_eq!(origin, TokenOrigin::Unknown, "7 from {first}");
    }
}

#[test]
fn a_mark_counts_from_3_bytes_before_to_8_behind_the_beginning() {
    for count in 1..=8 {
        assert_damaged(
            &token(&[&vec![0xee; count], &REHEARSAL_MARK[..]].concat()),
            "shifted",
        );
    }
    for count in 1..=3 {
        assert_damaged(&token(&REHEARSAL_MARK[count..]), "cut");
    }
    let far = [
        token(&[&[0xee; 9], &REHEARSAL_MARK[..]].concat()),
        token(&REHEARSAL_MARK[4..]),
    ];
    for token in far {
        assert_eq!(TokenOrigin::of(&token), TokenOrigin::Unknown);
    }
}

/// What programs that take the token for text make of it.
#[test]
fn a_conversion_to_text_is_damage() {
    let token = rehearsal_token();
    let lossy = String::from_utf8_lossy(&token).into_owned();
    let latin_1: String = token.iter().copied().map(char::from).collect();
    // As code page 437 and Windows-1252 do: a character that is none of the byte's number.
    let other_code: String = latin_1
        .chars()
        .map(|c| if c.is_ascii() { c } else { '\u{2302}' })
        .collect();
    let utf_16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    };
    let mut texts = vec![("without zero bytes".to_owned(), without_zeros(&token))];
    for (name, text) in [
        ("lossy", lossy),
        ("latin 1", latin_1),
        ("other", other_code),
    ] {
        let of = |what: &str| format!("{name} {what}");
        texts.push((of("UTF-8"), text.clone().into_bytes()));
        texts.push((
            of("UTF-8 with a mark"),
            format!("\u{feff}{text}").into_bytes(),
        ));
        texts.push((of("UTF-8 without zeros"), without_zeros(text.as_bytes())));
        texts.push((of("UTF-16LE"), utf_16(&text, u16::to_le_bytes)));
        let marked = format!("\u{feff}{text}");
        texts.push((
            of("UTF-16LE with a mark"),
            utf_16(&marked, u16::to_le_bytes),
        ));
        texts.push((
            of("UTF-16BE with a mark"),
            utf_16(&marked, u16::to_be_bytes),
        ));
    }
    texts.push((
        "a byte order mark".to_owned(),
        [b"\xef\xbb\xbf", &token[..]].concat(),
    ));
    for (name, text) in texts {
        assert_damaged(&text, &name);
    }
}

fn without_zeros(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| *byte != 0).collect()
}

/// The same conversions of a token of AWS's do not make it a rehearsal's, nor do random bytes.
#[test]
fn nothing_else_is_a_damaged_rehearsals() {
    for seed in 0..2000 {
        let token = random(seed, 200);
        assert_eq!(TokenOrigin::of(&token), TokenOrigin::Unknown, "{seed}");
    }
    let aws = aws_token(1716);
    let latin_1: String = aws.iter().copied().map(char::from).collect();
    let utf_16: Vec<u8> = latin_1.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for text in [
        String::from_utf8_lossy(&aws).into_owned().into_bytes(),
        latin_1.into_bytes(),
        utf_16,
    ] {
        assert_eq!(TokenOrigin::of(&text), TokenOrigin::Unknown);
    }
}

#[test]
fn a_report_says_whose_token_it_was() {
    let kinds = [
        (TokenOrigin::Rehearsal, ReportKind::Emulated),
        (TokenOrigin::DamagedRehearsal, ReportKind::Emulated),
        (
            TokenOrigin::Aws { body_len: 1716 },
            ReportKind::ProductionWrap,
        ),
        (TokenOrigin::Unknown, ReportKind::ProductionWrap),
        (TokenOrigin::TooShort, ReportKind::Emulated),
    ];
    for (origin, kind) in kinds {
        assert_eq!(ReportKind::from(origin), kind, "{origin:?}");
    }
}
