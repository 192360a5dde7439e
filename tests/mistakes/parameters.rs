//! A blob that was made for other parameters.

use crate::workshop::{Import, PRESCRIBED, PRIVATE, SYMMETRIC, Workshop};
use crate::{INVALID_CIPHERTEXT, Mistake, WRONG_SIZE, check};

#[test]
fn of_the_same_key_or_another() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let sandbox = &workshop.sandbox;
    sandbox.byok_ok(
        "params --key-id 1234abcd-12ab-34cd-56ef-1234567890ab --wrapping-algorithm RSAES_OAEP_SHA_256 \
         --wrapping-key-spec RSA_2048 --at 2026-01-02T03:04:05Z -o newer.json --public-key-out newer.der",
    );
    let newer = Import {
        name: "newer",
        ..SYMMETRIC
    };
    let key = sandbox.read("key.bin");
    let cause = "OtherParameterSet";
    check(
        &workshop,
        [
            Mistake {
                import: SYMMETRIC,
                blob: workshop.rsa(newer, PRESCRIBED, &key),
                answer: INVALID_CIPHERTEXT,
                cause,
                says: "issued at 2026-01-02T03:04:05Z for the same KMS key",
            },
            Mistake {
                import: SYMMETRIC,
                blob: workshop.good(PRIVATE),
                answer: WRONG_SIZE,
                cause,
                says: "for arn:aws:kms:us-east-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321",
            },
        ],
    );
}

/// The answer needs only the record of its own key; the search for a cause reads the others.
#[test]
fn a_broken_record_of_another_key_costs_the_cause_and_no_more() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let sandbox = &workshop.sandbox;
    sandbox.random("noise", 256);
    let mut noise = sandbox.read("noise");
    noise[0] = 1;
    let whole = workshop.verify(SYMMETRIC, &noise);
    assert_eq!(whole.entries[0][0], "Unexplained");
    assert!(
        whole.entries[0][1].ends_with("; 4 other parameter sets of this store"),
        "{:?}",
        whole.entries
    );

    sandbox.write(
        &format!("store/keys/111122223333/us-east-1/{}.json", PRIVATE.id),
        "{",
    );
    let broken = workshop.verify(SYMMETRIC, &noise);
    assert_eq!(
        (broken.answer, broken.exception),
        (whole.answer, whole.exception)
    );
    assert_eq!(broken.entries, [[""; 2]; 0]);
    assert!(
        broken
            .stderr
            .starts_with("byok: warning: could not find the cause: "),
        "{}",
        broken.stderr
    );
    assert_eq!(broken.stderr.lines().count(), 1, "{}", broken.stderr);
}
