//! The rehearsal mark, complete or damaged.

/// The bytes that every rehearsal token begins with. Their base64 reads `BYOK/REHEARSAL/NOT/AWS//`.
pub const REHEARSAL_MARK: [u8; 18] = [
    0x05, 0x83, 0x8a, 0xfd, 0x11, 0x07, 0x10, 0x04, 0x52, 0x00, 0xbf, 0xcd, 0x39, 0x3f, 0xc0, 0x59,
    0x2f, 0xff,
];

/// The number of mark bytes that make a damaged mark. Less than one in 2^60 tokens of random bytes
/// has that many, conversions included.
const MIN_MATCHES: usize = 12;
/// The maximum number of bytes that can be missing at the start of a mark.
const MAX_CUT: usize = 3;
/// The maximum number of bytes before a mark, such as a byte order mark.
const MAX_SHIFT: usize = 8;
/// The number of units of a token that are searched: the longest prefix and the mark.
const WINDOW: usize = MAX_SHIFT + REHEARSAL_MARK.len();

/// One byte of a token, as far as it is known after a conversion to text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// The byte itself.
    Byte(u8),
    /// A byte of 0x80 or above whose value was lost.
    NonAscii,
}

impl Unit {
    /// Returns the byte that `character` was before a decoder of an 8-bit code read it.
    ///
    /// Such codes agree on ASCII. ISO 8859-1 keeps the other values as well; Windows-1252 and code
    /// page 437 do not, and UTF-8 decoders write U+FFFD for bytes that they cannot decode.
    fn of(character: char) -> Self {
        u8::try_from(u32::from(character)).map_or(Self::NonAscii, Self::Byte)
    }

    const fn matches(self, byte: u8) -> bool {
        match self {
            Self::Byte(found) => found == byte,
            Self::NonAscii => !byte.is_ascii(),
        }
    }
}

/// Returns whether `token` begins with the whole mark.
pub(super) fn is_whole(token: &[u8]) -> bool {
    token.starts_with(&REHEARSAL_MARK)
}

/// Returns whether `token` contains most of the mark near its beginning: at least 12 of its 18
/// bytes in place, at an offset of −3 to +8.
///
/// Undoes conversions to text first: UTF-8 and UTF-16 written by a program that read the token as
/// text, with or without a byte order mark, and zero bytes that a shell removed.
pub(super) fn is_damaged(token: &[u8]) -> bool {
    let without_zero: Vec<u8> = REHEARSAL_MARK
        .into_iter()
        .filter(|byte| *byte != 0)
        .collect();
    let readings = [
        token.iter().copied().map(Unit::Byte).take(WINDOW).collect(),
        from_utf8(token),
        from_utf16(token, u16::from_le_bytes),
        from_utf16(token, u16::from_be_bytes),
    ];
    readings
        .iter()
        .any(|units| is_near(units, &REHEARSAL_MARK) || is_near(units, &without_zero))
}

/// Returns whether `units` contains enough bytes of `mark` at one of the offsets.
fn is_near(units: &[Unit], mark: &[u8]) -> bool {
    let matches = |units: &[Unit], mark: &[u8]| {
        let pairs = units.iter().zip(mark);
        pairs.filter(|(unit, byte)| unit.matches(**byte)).count()
    };
    let cut = (1..=MAX_CUT).filter_map(|count| Some((units, mark.get(count..)?)));
    let shifted = (0..=MAX_SHIFT).filter_map(|count| Some((units.get(count..)?, mark)));
    cut.chain(shifted)
        .any(|(units, mark)| matches(units, mark) >= MIN_MATCHES)
}

/// Undoes a conversion to UTF-8. Keeps bytes that are not UTF-8.
fn from_utf8(token: &[u8]) -> Vec<Unit> {
    token
        .utf8_chunks()
        .flat_map(|chunk| {
            let characters = chunk.valid().chars().map(Unit::of);
            characters.chain(chunk.invalid().iter().copied().map(Unit::Byte))
        })
        .take(WINDOW)
        .collect()
}

/// Undoes a conversion to UTF-16, as PowerShell's `>` makes it.
fn from_utf16(token: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<Unit> {
    let units = token.as_chunks().0.iter().copied().map(unit);
    char::decode_utf16(units)
        .map(|character| Unit::of(character.unwrap_or(char::REPLACEMENT_CHARACTER)))
        .take(WINDOW)
        .collect()
}
