//! Mistakes in the wrapping.

use byok_core::hex;

use crate::interop_support::say;
use crate::workshop::{PRESCRIBED, PRIVATE, RSA, SHA_1, SYMMETRIC, Workshop};
use crate::{INVALID_CIPHERTEXT, Mistake, WRONG_SIZE, check};

/// A mistake in a blob of the right length for an AES key.
fn symmetric(blob: Vec<u8>, cause: &'static str, says: &'static str) -> Mistake {
    Mistake {
        import: SYMMETRIC,
        blob,
        answer: INVALID_CIPHERTEXT,
        cause,
        says,
    }
}

/// A mistake in a blob of the right length for a private key.
fn private(blob: Vec<u8>, cause: &'static str, says: &'static str) -> Mistake {
    Mistake {
        import: PRIVATE,
        blob,
        answer: INVALID_CIPHERTEXT,
        cause,
        says,
    }
}

#[test]
fn in_the_rsa_block() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let key = workshop.sandbox.read("key.bin");
    let rsa = |padding: &str, message: &[u8]| workshop.rsa(SYMMETRIC, padding, message);
    let zeros = vec![0; 256 - key.len()];
    check(
        &workshop,
        [
            symmetric(
                rsa(
                    "oaep -pkeyopt rsa_oaep_md:sha1 -pkeyopt rsa_mgf1_md:sha1",
                    &key,
                ),
                "OtherHash",
                "used with SHA-1; the algorithm requires SHA-256",
            ),
            Mistake {
                import: SHA_1,
                ..symmetric(
                    workshop.rsa(SHA_1, PRESCRIBED, &key),
                    "OtherHash",
                    "used with SHA-256; the algorithm requires SHA-1",
                )
            },
            symmetric(
                rsa(
                    "oaep -pkeyopt rsa_oaep_md:sha512 -pkeyopt rsa_mgf1_md:sha512",
                    &key,
                ),
                "OtherHash",
                "used with SHA-512;",
            ),
            symmetric(
                rsa(
                    "oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha1",
                    &key,
                ),
                "OtherMgf1Hash",
                "SHA-1 for MGF1, the default of Java",
            ),
            symmetric(
                rsa(
                    "oaep -pkeyopt rsa_oaep_md:sha1 -pkeyopt rsa_mgf1_md:sha256",
                    &key,
                ),
                "OtherMgf1Hash",
                "SHA-1 for the label and SHA-256 for MGF1",
            ),
            symmetric(
                rsa(
                    &format!("{PRESCRIBED} -pkeyopt rsa_oaep_label:6d79206b6579"),
                    &key,
                ),
                "OaepLabel",
                "with a label",
            ),
            symmetric(
                rsa("pkcs1", &key),
                "Pkcs1V15Padding",
                "PKCS #1 v1.5 padding",
            ),
            symmetric(
                rsa("none", &[&zeros[..], &key].concat()),
                "NoPadding",
                "has zeros instead of padding",
            ),
            symmetric(
                rsa(PRESCRIBED, &key).into_iter().rev().collect(),
                "LittleEndian",
                "the bytes of the RSA block are in reverse order",
            ),
        ],
    );
}

/// `openssl pkeyutl -encrypt` without options, around material of any length.
#[test]
fn in_the_padding_and_in_the_length_of_the_material() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    for (len, hint) in [
        (10, "22 bytes are missing"),
        (16, "16 bytes is the length of an AES-128 key"),
        (24, "24 bytes is the length of an AES-192 key"),
        (31, "1 byte is missing"),
        (33, "use the raw bytes of the key"),
        (64, "64 bytes are two keys of 256 bits"),
    ] {
        let blob = workshop.rsa(SYMMETRIC, "pkcs1", &workshop.aes_key(len));
        let verdict = workshop.verify(SYMMETRIC, &blob);
        assert_eq!(verdict.exception, INVALID_CIPHERTEXT);
        let [[padding, _], [length, said]] = &verdict.entries[..] else {
            panic!("{len}: {:?}", verdict.entries)
        };
        assert_eq!(
            (padding.as_str(), length.as_str()),
            ("Pkcs1V15Padding", "MaterialLength")
        );
        let expected =
            format!("AWS KMS does not accept the key material in the blob: {len} bytes; ");
        assert!(said.starts_with(&expected), "{said}");
        assert!(verdict.stderr.contains(hint), "{len}: {}", verdict.stderr);
    }
    // Where an AES key belongs in the block, too.
    let second = workshop.enc(
        "id-aes256-wrap-pad",
        &workshop.aes_key(32),
        "A65959A6",
        &workshop.sandbox.read("ec.pk8"),
    );
    let blob = [
        workshop.rsa(PRIVATE, "pkcs1", &workshop.aes_key(20)),
        second,
    ]
    .concat();
    let verdict = workshop.verify(PRIVATE, &blob);
    let causes: Vec<_> = verdict
        .entries
        .iter()
        .map(|[cause, _]| cause.as_str())
        .collect();
    assert_eq!(causes, ["Pkcs1V15Padding", "NoAesKey"]);
}

#[test]
fn in_the_rsa_block_by_cryptography() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let key = workshop.sandbox.read("key.bin");
    let python =
        |mistake: &str, options: &[&str]| workshop.python(mistake, "symmetric.der", &key, options);
    let (Some(other_hash), Some(java), Some(reverse), Some(label), Some(pkcs1), Some(bare)) = (
        python("oaep", &["sha1", "sha1"]),
        python("oaep", &["sha256", "sha1"]),
        python("oaep", &["sha1", "sha256"]),
        python("oaep", &["sha256", "sha256", "my key"]),
        python("pkcs1v15", &[]),
        python("no-padding", &[]),
    ) else {
        return;
    };
    check(
        &workshop,
        [
            symmetric(other_hash, "OtherHash", "used with SHA-1;"),
            symmetric(java, "OtherMgf1Hash", "SHA-1 for MGF1, the default of Java"),
            symmetric(
                reverse,
                "OtherMgf1Hash",
                "SHA-1 for the label and SHA-256 for MGF1",
            ),
            symmetric(label, "OaepLabel", "with a label"),
            symmetric(pkcs1, "Pkcs1V15Padding", "PKCS #1 v1.5 padding"),
            symmetric(bare, "NoPadding", "has zeros instead of padding"),
        ],
    );
}

#[test]
fn in_the_choice_of_the_algorithm() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let (key, ec) = (
        workshop.sandbox.read("key.bin"),
        workshop.sandbox.read("ec.pk8"),
    );
    check(
        &workshop,
        [
            Mistake {
                answer: WRONG_SIZE,
                ..private(
                    workshop.rsa(PRIVATE, PRESCRIBED, &ec),
                    "RsaesOaepForRsaAesKeyWrap",
                    "RSA_AES_KEY_WRAP_SHA_256 requires it under an AES key",
                )
            },
            Mistake {
                answer: WRONG_SIZE,
                ..symmetric(
                    workshop.hybrid(SYMMETRIC, &key),
                    "RsaAesKeyWrapForRsaesOaep",
                    "RSAES_OAEP_SHA_256 requires it in the RSA block",
                )
            },
        ],
    );
}

#[test]
fn in_the_aes_key() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let ec = workshop.sandbox.read("ec.pk8");
    let with_key = |cipher: &str, key: &[u8], written: &[u8]| {
        let second = workshop.enc(cipher, key, "A65959A6", &ec);
        [workshop.rsa(PRIVATE, PRESCRIBED, written), second].concat()
    };
    let (aes128, aes192, aes256) = (
        workshop.aes_key(16),
        workshop.aes_key(24),
        workshop.aes_key(32),
    );
    let hex = hex::encode(&aes256);
    workshop.sandbox.write("aes-key", &aes256);
    let base64 = workshop.sandbox.openssl("base64 -in aes-key");
    let whole = "id-aes256-wrap-pad";
    check(
        &workshop,
        [
            private(
                with_key("id-aes128-wrap-pad", &aes128, &aes128),
                "AesKeyLength",
                "AES-128;",
            ),
            private(
                with_key("id-aes192-wrap-pad", &aes192, &aes192),
                "AesKeyLength",
                "AES-192;",
            ),
            private(
                with_key(whole, &aes256, hex.as_bytes()),
                "AesKeyForm",
                "as hexadecimal text",
            ),
            private(
                with_key(whole, &aes256, &base64),
                "AesKeyForm",
                "as base64 text",
            ),
            private(
                with_key(whole, &aes256, &[&aes256[..], b"\n"].concat()),
                "AesKeyForm",
                "the AES key followed by a newline",
            ),
        ],
    );
}

#[test]
fn in_the_second_half() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let openssl = |cipher: &str, initial: &str| {
        workshop.with_second_half(PRIVATE, |key, material| {
            workshop.enc(cipher, key, initial, material)
        })
    };
    // AES-KW accepts only whole semiblocks.
    let kw = |initial: &str| {
        workshop.with_second_half(PRIVATE, |key, material| {
            let mut material = material.to_vec();
            material.resize(material.len().next_multiple_of(8), 0);
            workshop.enc("id-aes256-wrap", key, initial, &material)
        })
    };
    let good = workshop.good(PRIVATE);
    let mut swapped = good.clone();
    swapped.rotate_left(256);
    let mut damaged = good.clone();
    damaged[300] ^= 1;
    let random = "000102030405060708090A0B0C0D0E0F";
    check(
        &workshop,
        [
            private(swapped, "HalvesSwapped", "the halves are swapped"),
            private(kw("A6A6A6A6A6A6A6A6"), "Rfc3394", "with AES-KW (RFC 3394);"),
            private(
                openssl("id-aes256-wrap-pad", "00000000"),
                "InitialValue",
                "the initial value 00000000;",
            ),
            private(
                kw("0000000000000000"),
                "InitialValue",
                "the initial value 0000000000000000;",
            ),
            private(openssl("aes-256-cbc", random), "AesCbc", "with AES-CBC;"),
            private(
                openssl("aes-256-cbc", "A65959A6"),
                "AesCbc",
                "with AES-CBC;",
            ),
            private(openssl("aes-256-ecb", ""), "AesEcb", "with AES-ECB;"),
            private(
                damaged,
                "SecondHalfDoesNotOpen",
                "the other 152 bytes do not open",
            ),
            private(
                good[..good.len() - 8].to_vec(),
                "SecondHalfDoesNotOpen",
                "the other 144 bytes do not open",
            ),
            Mistake {
                answer: WRONG_SIZE,
                ..private(
                    good[..good.len() - 3].to_vec(),
                    "SecondHalfDoesNotOpen",
                    "not a multiple of 8",
                )
            },
            Mistake {
                answer: WRONG_SIZE,
                ..private(
                    good[..256].to_vec(),
                    "SecondHalfMissing",
                    "the wrapped material is missing",
                )
            },
        ],
    );
}

#[test]
fn in_the_second_half_by_cryptography() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let python = |mistake: &str| {
        let key = workshop.aes_key(32);
        let second = workshop.python(
            mistake,
            "aes-key",
            &workshop.sandbox.read(PRIVATE.material),
            &[],
        );
        Some([workshop.rsa(PRIVATE, PRESCRIBED, &key), second?].concat())
    };
    let (Some(gcm), Some(kw)) = (python("gcm"), python("kw")) else {
        return;
    };
    let gcm = private(gcm, "AesGcm", "with AES-GCM;");
    check(
        &workshop,
        [
            Mistake {
                answer: WRONG_SIZE,
                ..gcm
            },
            private(kw, "Rfc3394", "with AES-KW (RFC 3394);"),
        ],
    );
}

/// `openssl enc` wraps input of more than 4096 bytes in pieces: here a key with its certificate.
#[test]
fn in_the_length_of_what_openssl_enc_wraps() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    let sandbox = &workshop.sandbox;
    sandbox.openssl(
        "req -x509 -newkey rsa:4096 -nodes -keyout rsa.pem -out certificate.pem -subj /CN=TEST -days 1",
    );
    sandbox.openssl("pkcs8 -topk8 -nocrypt -in rsa.pem -outform DER -out rsa.pk8");
    let chain = [sandbox.read("rsa.pem"), sandbox.read("certificate.pem")].concat();
    assert!(chain.len() > 4096);
    let verdict = workshop.verify(RSA, &workshop.hybrid(RSA, &chain));
    assert!(
        verdict
            .answer
            .starts_with("No: InvalidCiphertextException."),
        "{}",
        verdict.answer
    );
    let [[pieces, said], [form, _]] = &verdict.entries[..] else {
        panic!("{:?}", verdict.entries)
    };
    assert_eq!(
        (pieces.as_str(), form.as_str()),
        ("KeyWrapInPieces", "MaterialPem")
    );
    assert!(
        said.contains("to 2 pieces, the first of 4096 bytes"),
        "{said}"
    );

    // From a pipe, shorter input is split too, as it arrives.
    let piped = workshop.with_second_half(RSA, |key, material| {
        let (first, second) = material.split_at(1000);
        let piece = |part: &[u8]| workshop.enc("id-aes256-wrap-pad", key, "A65959A6", part);
        [piece(first), piece(second)].concat()
    });
    let says = "to 2 pieces, the first of 1000 bytes";
    let cause = "KeyWrapInPieces";
    check(
        &workshop,
        [Mistake {
            import: RSA,
            blob: piped,
            answer: INVALID_CIPHERTEXT,
            cause,
            says,
        }],
    );
    say("openssl enc wraps 4096 bytes at once, and the rest by itself");
}
