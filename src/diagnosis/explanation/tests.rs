//! Checks that every cause has a sentence of its own.

use std::collections::BTreeSet;

use byok_core::explain::{
    AesKeyForm, BlockMode, Hash, JsonKind, KeyWrap, LineEnd, Mangling, OtherParameterSet, RawOrder,
    TextForm,
};
use byok_core::inspect::Kind;
use byok_core::key_file::{Encoding, Form, MaterialFormat, ReadError, SourceFormat};
use byok_core::key_id::KeyArn;
use byok_core::key_spec::KeySpec;
use byok_core::timestamp::Timestamp;
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_key_spec::WrappingKeySpec;

use super::*;

/// Returns one value of each kind, and of each variant with its own sentence.
fn causes() -> Vec<Cause> {
    let arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let set = |is_same_key| {
        Cause::OtherParameterSet(Box::new(OtherParameterSet {
            key_arn: KeyArn::parse(arn).expect("an ARN"),
            is_same_key,
            issued_at: Timestamp::parse("2026-01-01T00:00:00Z").expect("a time"),
            algorithm: WrappingAlgorithm::RsaesOaepSha256,
            wrapping_key_spec: WrappingKeySpec::Rsa2048,
        }))
    };
    let hashes = |label, mgf1, asked| Cause::OaepHashes { label, mgf1, asked };
    let text = |form, times| Cause::Text { form, times };
    let value = |wrap| Cause::InitialValue {
        found: vec![0; 4],
        wrap,
    };
    let asked = WrappingAlgorithm::RsaesOaepSha256;
    let key_spec = KeySpec::EccNistP256;
    let mut causes = vec![
        Cause::JsonDocument(JsonKind::Known(Kind::ImportRequest)),
        Cause::JsonDocument(JsonKind::Known(Kind::ImportParameters)),
        Cause::JsonDocument(JsonKind::Other),
        Cause::ImportToken { is_own: true },
        Cause::ImportToken { is_own: false },
        Cause::PublicKey {
            is_wrapping_key: true,
        },
        Cause::PublicKey {
            is_wrapping_key: false,
        },
        Cause::UnwrappedPrivateKey(key_spec),
        Cause::UnusableKeyFile(KeyMaterialError::Read(ReadError::PassphraseNeeded)),
        Cause::EncodedToken {
            format: MaterialFormat::Base64,
            times: 1,
        },
        Cause::EncodedToken {
            format: MaterialFormat::Hex,
            times: 2,
        },
        Cause::EmptyBlob,
        Cause::AzureTransferFile { opens: false },
        Cause::AzureTransferFile { opens: true },
        Cause::UnwrappedLength { len: 32, key_spec },
        Cause::Sm2Ciphertext,
        Cause::Sm2Raw {
            order: None,
            has_prefix: true,
        },
        Cause::Sm2Raw {
            order: Some(RawOrder::C1C3C2),
            has_prefix: true,
        },
        Cause::Sm2Raw {
            order: Some(RawOrder::C1C2C3),
            has_prefix: true,
        },
        Cause::Sm2Raw {
            order: Some(RawOrder::C1C2C3),
            has_prefix: false,
        },
        Cause::Sm2Integers,
        Cause::Sm2PartsSwapped,
        text(TextForm::Base64, 1),
        text(TextForm::Base64, 2),
        text(TextForm::Base64Url, 1),
        text(TextForm::Hex, 1),
        text(TextForm::Pem, 1),
        text(TextForm::Utf16, 1),
        Cause::TrailingNewline(LineEnd::Lf),
        Cause::TrailingNewline(LineEnd::CrLf),
        Cause::Extended {
            before: 0,
            after: 1,
        },
        Cause::Extended {
            before: 2,
            after: 0,
        },
        Cause::Extended {
            before: 4,
            after: 144,
        },
        Cause::LeadingZeroLost,
        Cause::LeadingZeroAdded,
        Cause::LittleEndian,
        Cause::Truncated {
            len: 255,
            block: 256,
        },
        set(true),
        set(false),
        Cause::HalvesSwapped,
        Cause::RsaesOaepForRsaAes(asked),
        Cause::RsaAesForRsaesOaep(asked),
        hashes(Hash::Sha1, Hash::Sha1, Hash::Sha256),
        hashes(Hash::Sha256, Hash::Sha256, Hash::Sha1),
        hashes(Hash::Sha256, Hash::Sha1, Hash::Sha256),
        hashes(Hash::Sha1, Hash::Sha256, Hash::Sha256),
        Cause::OaepLabel,
        Cause::Pkcs1V15,
        Cause::NoPadding,
        Cause::AesKeyLength(16),
        Cause::AesKeyForm(AesKeyForm::Text(MaterialFormat::Hex)),
        Cause::AesKeyForm(AesKeyForm::Text(MaterialFormat::Base64)),
        Cause::AesKeyForm(AesKeyForm::Line(LineEnd::Lf)),
        Cause::NoAesKey(31),
        Cause::Rfc3394,
        value(KeyWrap::Rfc5649),
        value(KeyWrap::Rfc3394),
        Cause::KeyWrapInPieces {
            count: 2,
            first_len: 4096,
        },
        Cause::BlockMode(BlockMode::Ecb),
        Cause::BlockMode(BlockMode::Cbc),
        Cause::BlockMode(BlockMode::Gcm),
        Cause::SecondHalfDoesNotOpen(144),
        Cause::SecondHalfDoesNotOpen(141),
        Cause::SecondHalfMissing(0),
        Cause::SecondHalfHeader(4),
    ];
    let manglings = [
        Mangling::NewlinesToCrLf,
        Mangling::CrLfToNewlines,
        Mangling::Latin1ToUtf8,
        Mangling::Windows1252ToUtf8,
        Mangling::ReplacedBytes { count: 3 },
        Mangling::PowerShellText,
    ];
    causes.extend(manglings.map(Cause::Mangled));
    let form = |structure, encoding| MaterialCause::Form(SourceFormat::plain(structure, encoding));
    let materials = [
        MaterialCause::Text(MaterialFormat::Hex),
        MaterialCause::Text(MaterialFormat::Base64),
        MaterialCause::ByteOrderMark,
        MaterialCause::Utf16,
        MaterialCause::Newline(LineEnd::Lf),
        MaterialCause::Zeros {
            before: 0,
            after: 8,
        },
        MaterialCause::Zeros {
            before: 1,
            after: 0,
        },
        form(Form::Pkcs8, Encoding::Pem),
        form(Form::Sec1, Encoding::Der),
        form(Form::Jwk, Encoding::Json),
        MaterialCause::Error(ReadError::Malformed.into()),
    ];
    causes.extend(materials.map(Cause::Material));
    causes.extend(manglings.map(|how| Cause::Material(MaterialCause::Mangled(how))));
    causes
}

#[test]
fn every_cause_has_a_sentence_of_its_own() {
    let causes = causes();
    let sentences: BTreeSet<String> = causes.iter().map(sentence).collect();
    assert_eq!(sentences.len(), causes.len(), "{sentences:#?}");
    for sentence in sentences {
        assert!(
            !sentence.ends_with('.') && !sentence.contains("  "),
            "{sentence}"
        );
        assert!(!sentence.contains(wrapping::OTHER), "{sentence}");
    }
}

#[test]
fn a_name_is_a_word_that_says_what_is_wrong() {
    for cause in causes() {
        let name = cause.name();
        let is_word = |c: char| c.is_ascii_alphanumeric();
        assert!(
            name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(is_word),
            "{name}"
        );
        let is_of_material = matches!(cause, Cause::Material(_));
        assert_eq!(name.starts_with("Material"), is_of_material, "{name}");
    }
}

#[test]
fn what_was_tried_is_told_in_one_sentence() {
    let explanation = Explanation {
        causes: vec![],
        parameter_sets: 64,
        parameter_sets_left: 3,
        under_sm2: false,
    };
    let diagnosed = Diagnosed::new(&VerifyError::InvalidCiphertext, Some(&explanation));
    assert_eq!(diagnosed.entries.len(), 1);
    assert_eq!(diagnosed.entries[0].cause, "Unexplained");
    assert_eq!(diagnosed.hints, [diagnosed.entries[0].sentence.clone()]);
    assert!(
        diagnosed.hints[0].ends_with("; 64 other parameter sets of this store; not tried: 3 more")
    );
}

#[test]
fn what_the_answer_says_is_no_hint_again() {
    let found = KeyMaterialError::from(ReadError::NoCurve);
    let explanation = Explanation {
        causes: vec![Cause::Material(MaterialCause::Error(found.clone()))],
        ..Explanation::default()
    };
    let error = VerifyError::IncorrectKeyMaterial(found);
    let diagnosed = Diagnosed::new(&error, Some(&explanation));
    assert_eq!(diagnosed.entries.len(), 1);
    let elsewhere = Diagnosed::new(&VerifyError::InvalidCiphertext, Some(&explanation));
    assert_eq!(
        elsewhere.hints[0],
        "AWS KMS does not accept the key material in the blob: an EC private key that does not name \
         its curve"
    );
    assert_eq!(
        diagnosed.hints,
        elsewhere.hints[1..],
        "all but the sentence"
    );
}
