//! A blob that was made for other parameters than those it comes with.

use crate::workshop::{Import, PRESCRIBED, PRIVATE, SYMMETRIC, Workshop};
use crate::{INVALID_CIPHERTEXT, Mistake, WRONG_SIZE, check};

#[test]
fn of_the_same_key_or_another() {
    let Some(workshop) = Workshop::new() else { return };
    let sandbox = &workshop.sandbox;
    sandbox.byok_ok(
        "params --key-id 1234abcd-12ab-34cd-56ef-1234567890ab --wrapping-algorithm RSAES_OAEP_SHA_256 \
         --wrapping-key-spec RSA_2048 --at 2026-01-02T03:04:05Z -o newer.json --public-key-out newer.der",
    );
    let newer = Import { name: "newer", ..SYMMETRIC };
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
