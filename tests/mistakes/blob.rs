//! Mistakes with a finished blob.

use byok_core::hex;

use crate::workshop::{Import, PRIVATE, SYMMETRIC, Workshop};
use crate::{INVALID_CIPHERTEXT, Mistake, WRONG_SIZE, check};

fn of_size(import: Import, blob: Vec<u8>, cause: &'static str, says: &'static str) -> Mistake {
    Mistake {
        import,
        blob,
        answer: WRONG_SIZE,
        cause,
        says,
    }
}

#[test]
fn in_its_encoding() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let good = workshop.good(SYMMETRIC);
    let sandbox = &workshop.sandbox;
    sandbox.write("good", &good);
    let once = sandbox.openssl("base64 -in good");
    sandbox.write("once", &once);
    let twice = sandbox.openssl("base64 -in once");
    let hex = hex::encode(&good);
    let pem = [&b"-----BEGIN CMS-----\n"[..], &once, b"-----END CMS-----\n"].concat();
    let url = String::from_utf8(once.clone())
        .expect("ASCII")
        .replace('+', "-")
        .replace('/', "_");
    check(
        &workshop,
        [
            of_size(
                SYMMETRIC,
                once,
                "Base64Text",
                "is base64 text instead of bytes",
            ),
            of_size(
                SYMMETRIC,
                twice,
                "Base64Twice",
                "base64 of base64, encoded 2 times",
            ),
            of_size(
                SYMMETRIC,
                url.into_bytes(),
                "Base64Text",
                "in the alphabet of URLs",
            ),
            of_size(
                SYMMETRIC,
                hex.into_bytes(),
                "HexText",
                "is hexadecimal text",
            ),
            of_size(SYMMETRIC, pem, "PemText", "is PEM text"),
        ],
    );
}

#[test]
fn in_its_length() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let (good, longer) = (workshop.good(SYMMETRIC), workshop.good(PRIVATE));
    let with = |blob: &[u8], more: &[u8]| [blob, more].concat();
    // A block that begins with a zero byte, which a number does not have.
    let with_zero = (0..4000)
        .map(|_| workshop.good(SYMMETRIC))
        .find(|blob| blob[0] == 0);
    let without_zero = with_zero.expect("one in 256")[1..].to_vec();
    let unpadded = Mistake {
        answer: INVALID_CIPHERTEXT,
        ..of_size(
            PRIVATE,
            with(&longer, &[0; 8]),
            "Extended",
            "8 bytes follow after it",
        )
    };
    check(
        &workshop,
        [
            of_size(
                SYMMETRIC,
                with(&good, b"\n"),
                "TrailingNewline",
                "a newline stands after what opens",
            ),
            of_size(
                SYMMETRIC,
                with(&good, b"\r\n"),
                "TrailingNewline",
                "a carriage return and a newline",
            ),
            of_size(
                PRIVATE,
                with(&longer, b"\n"),
                "TrailingNewline",
                "a newline stands after what opens",
            ),
            of_size(
                SYMMETRIC,
                with(&good, b"abcde"),
                "Extended",
                "5 bytes follow after it",
            ),
            of_size(
                SYMMETRIC,
                with(b"abc", &good),
                "Extended",
                "3 bytes stand before it",
            ),
            unpadded,
            of_size(
                SYMMETRIC,
                good[..250].to_vec(),
                "Truncated",
                "has 250 bytes, 6 fewer than",
            ),
            of_size(
                SYMMETRIC,
                without_zero,
                "LeadingZeroLost",
                "lost the zero byte",
            ),
            of_size(
                SYMMETRIC,
                with(&[0], &good),
                "LeadingZeroAdded",
                "Java's BigInteger",
            ),
        ],
    );
}

#[test]
fn in_the_choice_of_the_file() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let sandbox = &workshop.sandbox;
    sandbox.openssl("pkey -in ec.pem -pubout -out ec-public.pem");
    sandbox.byok_ok(
        "wrap --rehearsal --params symmetric.json --wrapping-algorithm RSAES_OAEP_SHA_256 --key-spec \
         SYMMETRIC_DEFAULT -o request.json key.bin",
    );
    let file = |import, name: &str, cause, says| of_size(import, sandbox.read(name), cause, says);
    check(
        &workshop,
        [
            file(
                SYMMETRIC,
                "request.json",
                "JsonDocument",
                "the request of ImportKeyMaterial",
            ),
            file(
                SYMMETRIC,
                "symmetric.json",
                "JsonDocument",
                "(GetParametersForImportResponse)",
            ),
            file(
                SYMMETRIC,
                "symmetric.token",
                "ImportToken",
                "the import token of these parameters",
            ),
            file(
                SYMMETRIC,
                "private.token",
                "ImportToken",
                "is an import token",
            ),
            file(
                SYMMETRIC,
                "symmetric.der",
                "PublicKey",
                "the wrapping public key itself",
            ),
            file(
                PRIVATE,
                "ec-public.pem",
                "PublicKey",
                "a public key or a certificate",
            ),
            file(
                PRIVATE,
                "ec.pk8",
                "UnwrappedKeyMaterial",
                "a private key (ECC_NIST_P256)",
            ),
            file(
                PRIVATE,
                "ec.pem",
                "UnwrappedKeyMaterial",
                "a private key (ECC_NIST_P256)",
            ),
            file(
                SYMMETRIC,
                "key.bin",
                "UnwrappedKeyMaterial",
                "as SYMMETRIC_DEFAULT key material itself",
            ),
        ],
    );
}
