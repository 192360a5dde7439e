//! Every mistake that `byok verify` recognises, made with OpenSSL or Python's `cryptography` for
//! the parameters of a rehearsal, has its own sentence, and none with `--no-diagnosis`.
//!
//! Without OpenSSL the tests print `skipped` and pass, unless `CI` is set.

#[path = "../interop_support/mod.rs"]
mod interop_support;

mod blob;
mod ed25519;
mod material;
mod oracle;
mod parameters;
mod text;
mod workshop;
mod wrapping;

use workshop::{Import, Workshop};

/// The three answers of AWS without a reason.
const INVALID_CIPHERTEXT: &str = "InvalidCiphertextException";
const WRONG_SIZE: &str = "ValidationException: Invalid encrypted key size";
const INCORRECT_MATERIAL: &str = "IncorrectKeyMaterialException";

/// A blob with one mistake, and the expected words.
struct Mistake {
    import: Import,
    blob: Vec<u8>,
    answer: &'static str,
    cause: &'static str,
    /// A part of the sentence that no other sentence has.
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
        let is_said = verdict.stderr.contains(&hint) || verdict.answer.contains(sentence);
        assert!(is_said, "{cause}: {}{}", verdict.answer, verdict.stderr);
        count += 1;
    }
    assert!(count > 0, "no mistakes");
}
