//! The word that a mistyped word most likely stands for.

/// Returns the one candidate that differs from `word` by the fewest mistyped characters, if it is near
/// enough: one for a short word, at most three for a long one. Two candidates that are as near as each
/// other give none.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(MAX_LEN).collect();
    let tolerance = (word.len() / 4).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    let mut is_tie = false;
    for candidate in candidates {
        let distance = distance(&word, &candidate.chars().collect::<Vec<_>>());
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, known)) if distance == least => is_tie |= known != candidate,
            _ => (best, is_tie) = (Some((distance, candidate)), false),
        }
    }
    best.filter(|(distance, _)| *distance <= tolerance && !is_tie)
        .map(|(_, candidate)| candidate)
}

/// The longest word that is compared, in characters.
const MAX_LEN: usize = 64;

/// Returns how many characters were added, left out, replaced, or swapped with their neighbour (the
/// optimal string alignment distance).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        rows[i][0] = i;
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = least;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_word_that_was_mistyped() {
        let regions = ["us-east-1", "us-east-2", "eu-central-1", "eu-west-1"];
        for (typed, meant) in [
            ("us-esat-1", Some("us-east-1")),
            ("us-eats-2", Some("us-east-2")),
            ("eu-cetnral-1", Some("eu-central-1")),
            ("eu-wst-1", Some("eu-west-1")),
            // As near to us-east-1 as to us-east-2.
            ("us-east-3", None),
            ("mars-north-1", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, regions), meant, "{typed}");
        }
        assert_eq!(nearest(&"x".repeat(10_000), regions), None);
    }
}
