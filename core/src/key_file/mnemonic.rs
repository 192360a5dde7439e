//! BIP-39 mnemonics, which are only recognised.

/// Returns whether text is a BIP-39 mnemonic: 12, 15, 18, 21 or 24 lower-case words.
pub(super) fn is_mnemonic(text: &str) -> bool {
    let text = text.trim();
    let is_word =
        |word: &str| (3..=8).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase());
    [12, 15, 18, 21, 24].contains(&text.split_whitespace().count())
        && text.split_whitespace().all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_mnemonic_are_told_from_others() {
        let words = "legal winner thank year wave sausage worth useful legal winner thank yellow";
        assert!(is_mnemonic(words) && is_mnemonic(&format!("{words}\n")));
        for text in [
            "",
            "legal winner",
            &words.to_uppercase(),
            &words.replace(' ', "-"),
            &format!("{words} x"),
        ] {
            assert!(!is_mnemonic(text), "{text}");
        }
    }
}
