//! Blobs and material whose bytes a program took for text.

use byok_core::{
    explain::{Cause, Mangling, explain_unopened},
    key_spec::KeySpec,
    wrapping_key_spec::WrappingKeySpec,
};

use crate::{
    INCORRECT_MATERIAL, INVALID_CIPHERTEXT, Import, KEY_WRAP, OAEP, WRONG_SIZE, common::*,
};

/// A carriage return before each newline.
fn crlf(bytes: &[u8]) -> Vec<u8> {
    let with = |byte: &u8| {
        if *byte == b'\n' {
            b"\r\n".to_vec()
        } else {
            vec![*byte]
        }
    };
    bytes.iter().flat_map(with).collect()
}

/// A newline instead of a carriage return and a newline.
fn without_returns(bytes: &[u8]) -> Vec<u8> {
    let mut kept: Vec<u8> = Vec::new();
    for byte in bytes {
        if *byte == b'\n' && kept.last() == Some(&b'\r') {
            kept.pop();
        }
        kept.push(*byte);
    }
    kept
}

fn latin_1(bytes: &[u8]) -> Vec<u8> {
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    text.into_bytes()
}

/// Good blobs, one of which `wanted` is true of.
fn good(import: &Import, wanted: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    use byok_core::wrapping::wrap;
    let material = secret(import.material());
    (0..100_000u64)
        .map(|seed| {
            wrap(
                &material,
                import.algorithm,
                &import.parameters.public_key,
                &mut rng(seed),
            )
            .expect("wrapped")
        })
        .find(|blob| wanted(blob))
        .expect("one of many")
}

fn count(bytes: &[u8], what: &[u8]) -> usize {
    bytes
        .windows(what.len())
        .filter(|window| *window == what)
        .count()
}

fn said(import: &Import, blob: &[u8]) -> String {
    answer(&verified(
        &request(&import.parameters, blob.to_vec()),
        &store(),
    ))
}

fn imports() -> [Import; 3] {
    [
        Import::new(KeySpec::SymmetricDefault, OAEP),
        Import::new(KeySpec::EccNistP256, KEY_WRAP),
        Import::under(WrappingKeySpec::Rsa3072, KeySpec::Rsa2048, KEY_WRAP),
    ]
}

#[test]
fn newlines_that_became_crlf() {
    for import in imports() {
        for newlines in [1, 2] {
            let good = good(&import, |blob| count(blob, b"\n") >= newlines);
            let blob = crlf(&good);
            assert!(blob.len() > good.len());
            assert_eq!(
                import.explained(&blob, &said(&import, &blob)),
                [Cause::Mangled(Mangling::NewlinesToCrLf)],
                "{}",
                import.key_spec
            );
        }
    }
}

#[test]
fn crlf_that_became_newlines() {
    for import in imports() {
        let good = good(&import, |blob| count(blob, b"\r\n") == 1);
        let blob = without_returns(&good);
        assert_eq!(blob.len() + 1, good.len());
        assert_eq!(
            import.explained(&blob, WRONG_SIZE),
            [Cause::Mangled(Mangling::CrLfToNewlines)],
            "{}",
            import.key_spec
        );
    }
}

#[test]
fn bytes_that_were_written_as_utf_8() {
    for import in imports() {
        let blob = latin_1(&import.good());
        assert_eq!(
            import.explained(&blob, &said(&import, &blob)),
            [Cause::Mangled(Mangling::Latin1ToUtf8)]
        );
        let lost = String::from_utf8_lossy(&import.good()).into_owned();
        let replaced = lost.matches('\u{fffd}').count();
        let expected = Cause::Mangled(Mangling::ReplacedBytes { count: replaced });
        let blob = lost.as_bytes();
        assert_eq!(import.explained(blob, &said(&import, blob)), [expected]);
    }
}

#[test]
fn reports_other_mistakes_too() {
    let import = Import::new(KeySpec::EccNistP256, KEY_WRAP);
    let blob = latin_1(&[&import.good()[..], b"\n"].concat());
    let names: Vec<_> = import
        .explained(&blob, &said(&import, &blob))
        .iter()
        .map(Cause::name)
        .collect();
    assert_eq!(names, ["Utf8Conversion", "TrailingNewline"]);
}

/// Where only AWS KMS could open it, the length tells.
#[test]
fn without_a_key_the_bytes_tell() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let unopened = |blob: Vec<u8>| {
        let request = request(&import.parameters, blob);
        let explanation = explain_unopened(&request, Some(&import.parameters));
        explanation.map_or_else(Vec::new, |explanation| explanation.causes)
    };
    let good = good(&import, |blob| count(blob, b"\n") == 2);
    assert_eq!(
        unopened(crlf(&good)),
        [Cause::Mangled(Mangling::NewlinesToCrLf)]
    );
    assert_eq!(
        unopened(latin_1(&good)),
        [Cause::Mangled(Mangling::Latin1ToUtf8)]
    );
    assert_eq!(unopened(good.clone()), []);
    let longer = [&good[..], b"\r\n"].concat();
    assert_eq!(unopened(longer), [], "not every newline has one");
}

#[test]
fn material_that_was_taken_for_text() {
    let names = |import: &Import, material: &[u8]| -> Vec<&'static str> {
        import
            .explained(&import.wrapped(material), INCORRECT_MATERIAL)
            .iter()
            .map(Cause::name)
            .collect()
    };
    let symmetric = Import::new(KeySpec::SymmetricDefault, OAEP);
    let key: Vec<u8> = [&random(7, 20)[..], b"\n", &random(8, 11)].concat();
    assert_eq!(count(&key, b"\n"), 1);
    assert_eq!(
        names(&symmetric, &crlf(&key)),
        ["MaterialNewlineConversion"]
    );
    assert_eq!(
        names(&symmetric, &latin_1(&key)),
        ["MaterialUtf8Conversion"]
    );
    let lost = String::from_utf8_lossy(&key).into_owned();
    assert_eq!(
        names(&symmetric, lost.as_bytes()),
        ["MaterialReplacementCharacters"]
    );
    let shorter = [&random(7, 30)[..], b"\n"].concat();
    assert_eq!(
        names(&symmetric, &shorter),
        ["MaterialLength"],
        "nothing shows that a carriage return was there"
    );

    let rsa = Import::new(KeySpec::Rsa2048, KEY_WRAP);
    let pkcs8 = rsa.material();
    assert!(count(pkcs8, b"\n") > 0);
    assert_eq!(names(&rsa, &crlf(pkcs8)), ["MaterialNewlineConversion"]);
    assert_eq!(names(&rsa, &latin_1(pkcs8)), ["MaterialUtf8Conversion"]);
    let lost = String::from_utf8_lossy(pkcs8).into_owned();
    assert_eq!(
        names(&rsa, lost.as_bytes()),
        ["MaterialReplacementCharacters"]
    );
}

/// A blob of the right length that has no newline at all is nobody's conversion.
#[test]
fn what_does_not_open_either_way_is_not_explained() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    for seed in 0..20 {
        let mut blob = random(seed, 256);
        blob[100..104].copy_from_slice(b"\r\nab");
        let blob: Vec<u8> = blob
            .iter()
            .enumerate()
            .map(|(at, byte)| {
                if *byte == b'\n' && at != 101 {
                    0
                } else {
                    *byte
                }
            })
            .collect();
        assert_eq!(import.explained(&blob, INVALID_CIPHERTEXT), [], "{seed}");
    }
}
