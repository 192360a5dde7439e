//! Every mistake that `byok verify` knows, made with OpenSSL or with Python's `cryptography` for the
//! parameters of a rehearsal, is told by its own sentence; and not at all where nothing may be told.
//!
//! Without OpenSSL the tests say `skipped` and pass, unless `CI` is set.

#[path = "../interop_support/mod.rs"]
mod interop_support;

mod blob;
mod material;
mod oracle;
mod parameters;
mod workshop;
mod wrapping;

use workshop::{Import, Workshop};

/// AWS's three answers that need explaining.
const INVALID_CIPHERTEXT: &str = "InvalidCiphertextException";
const WRONG_SIZE: &str = "ValidationException: Invalid encrypted key size";
const INCORRECT_MATERIAL: &str = "IncorrectKeyMaterialException";

/// A blob with one mistake, and what is to be said about it.
struct Mistake {
    import: Import,
    blob: Vec<u8>,
    answer: &'static str,
    cause: &'static str,
    /// A piece of the sentence that no other sentence has.
    says: &'static str,
}

/// Verifies each: AWS's answer first, then the one cause, in JSON and as a hint.
fn check(workshop: &Workshop, mistakes: impl IntoIterator<Item = Mistake>) {
    let mut count = 0;
    for Mistake {
        import,
        blob,
        answer,
        cause,
        says,
    } in mistakes
    {
        let verdict = workshop.verify(import, &blob);
        assert!(
            verdict.answer.starts_with(&format!("No: {answer}.")),
            "{cause}: {}",
            verdict.answer
        );
        assert_eq!(
            verdict.exception,
            answer.split(':').next().unwrap_or_default(),
            "{cause}"
        );
        let causes: Vec<_> = verdict
            .entries
            .iter()
            .map(|[cause, _]| cause.as_str())
            .collect();
        assert_eq!(causes, [cause], "{:?}", verdict.entries);
        let sentence = &verdict.entries[0][1];
        assert!(sentence.contains(says), "{cause}: {sentence}");
        let hint = format!("byok: hint: {sentence}\n");
        let is_said = verdict.stderr.contains(&hint)
            || sentence
                .strip_prefix('w')
                .is_some_and(|rest| verdict.answer.contains(rest));
        assert!(is_said, "{cause}: {}{}", verdict.answer, verdict.stderr);
        count += 1;
    }
    assert!(count > 0, "no mistakes");
}
