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
                "URL-safe base64 text",
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
            "8 bytes follow it",
        )
    };
    check(
        &workshop,
        [
            of_size(
                SYMMETRIC,
                with(&good, b"\n"),
                "TrailingNewline",
                "a newline follows the blob",
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
                "a newline follows the blob",
            ),
            of_size(
                SYMMETRIC,
                with(&good, b"abcde"),
                "Extended",
                "5 bytes follow it",
            ),
            of_size(
                SYMMETRIC,
                with(b"abc", &good),
                "Extended",
                "3 bytes precede it",
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
                "lacks its leading zero byte",
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

/// What an HSM's tool puts before what it wraps.
#[test]
fn in_a_header_before_a_wrapped_private_key() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let good = workshop.good(PRIVATE);
    let length = u32::try_from(good.len()).expect("short").to_be_bytes();
    let header = |before: &[u8], answer, says| Mistake {
        answer,
        ..of_size(PRIVATE, [before, &good].concat(), "Extended", says)
    };
    let (block, rest) = good.split_at(256);
    let rest_length = u16::try_from(rest.len()).expect("short").to_be_bytes();
    check(
        &workshop,
        [
            header(
                &length,
                WRONG_SIZE,
                "4 bytes precede it; to remove the extra bytes, run: tail -c +5",
            ),
            header(
                b"HSM\x01\0\0\0\x01",
                INVALID_CIPHERTEXT,
                "8 bytes precede it",
            ),
            header(b"version 1\n", WRONG_SIZE, "10 bytes precede it"),
            of_size(
                PRIVATE,
                [block, &rest_length, rest].concat(),
                "SecondHalfHeader",
                "2 bytes between the RSA block and the wrapped material",
            ),
        ],
    );
}

#[test]
fn in_a_file_that_is_empty_or_of_another_cloud() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let empty = Mistake {
        answer: "ValidationException: 1 validation error detected: Value at 'encryptedKeyMaterial' failed to \
                 satisfy constraint: Member must have length greater than or equal to 1",
        ..of_size(SYMMETRIC, vec![], "EmptyBlob", "the blob is empty")
    };
    let transfer_file = |ciphertext: &[u8]| {
        workshop.sandbox.write("ciphertext", ciphertext);
        let base64 = workshop.sandbox.openssl("base64 -A -in ciphertext");
        let url = String::from_utf8(base64)
            .expect("ASCII")
            .replace('+', "-")
            .replace('/', "_");
        format!(
            r#"{{"schema_version":"1.0.0","header":{{"kid":"https://vault.example/keys/kek/0123","alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP"}},"ciphertext":"{}","generator":"TEST"}}"#,
            url.trim_end_matches('=').trim_end()
        )
        .into_bytes()
    };
    let of_azure = transfer_file(&workshop.aes_key(32).repeat(12));
    let of_aws = transfer_file(&workshop.good(PRIVATE));
    check(
        &workshop,
        [
            empty,
            of_size(
                PRIVATE,
                of_azure,
                "AzureTransferFile",
                "wrapped with an Azure key",
            ),
            of_size(
                PRIVATE,
                of_aws,
                "AzureTransferFile",
                "AWS KMS accepts only the ciphertext in it",
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
    sandbox.openssl("pkcs8 -topk8 -in ec.pem -passout pass:secret -out ec-enc.pem");
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
                "an ImportKeyMaterial request in JSON",
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
                "the blob is the wrapping public key",
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
                PRIVATE,
                "ec-enc.pem",
                "UnwrappedKeyMaterial",
                "the blob is a key file, not wrapped key material: the private key is encrypted",
            ),
            file(
                SYMMETRIC,
                "key.bin",
                "UnwrappedKeyMaterial",
                "the length of unwrapped SYMMETRIC_DEFAULT key material",
            ),
        ],
    );
}
