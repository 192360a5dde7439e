//! Words from a file that a message repeats.

/// The longest word from a file that a message repeats, in bytes.
const MAX_LEN: usize = 100;

/// Returns a word of a message: the beginning of `bytes`, with `?` for all but printable ASCII.
pub(super) fn of(bytes: &[u8]) -> String {
    let plain = |byte: &u8| {
        if byte.is_ascii_graphic() {
            char::from(*byte)
        } else {
            '?'
        }
    };
    bytes.iter().take(MAX_LEN).map(plain).collect()
}
