//! The import token: it opens unchanged, with its own root secret, for its own key, before it
//! expires, and in no other case. Nothing says why it does not open.

mod common;

use byok_core::{
    blob::Blob,
    import_request::ImportRequest,
    import_token::{
        ImportToken, InvalidImportToken, MAX_LEN, REHEARSAL_MARK, RootSecret, TokenContents,
        TokenFacts, TokenOrigin,
    },
    key_id::KeyArn,
    key_metadata::KeyState,
    key_spec::KeySpec,
    key_store::{KeyStore, MemoryKeyStore},
    params::params,
    timestamp::Timestamp,
    verify::{Check, Verdict, VerifyError},
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};
use chacha20poly1305::{
    ChaCha20Poly1305,
    aead::{AeadInOut as _, KeyInit as _},
};
use common::*;
use hkdf::Hkdf;
use sha2::Sha256;

const KEY: KeySpec = KeySpec::SymmetricDefault;
const ALGORITHM: WrappingAlgorithm = WrappingAlgorithm::RsaesOaepSha256;
const SPEC: WrappingKeySpec = WrappingKeySpec::Rsa2048;

/// The offsets of the salt, the commitment and the ciphertext in a token.
const SALT_AT: usize = REHEARSAL_MARK.len() + 1;
const COMMITMENT_AT: usize = SALT_AT + 32;
const CIPHERTEXT_AT: usize = COMMITMENT_AT + 32;

/// A request that AWS KMS would accept, and its token.
fn good() -> (ImportRequest, Vec<u8>) {
    let parameters = parameters(KEY, ALGORITHM, SPEC);
    let token = parameters.import_token.blob().as_bytes().to_vec();
    (
        request(
            &parameters,
            encrypted(material_bytes(KEY).0, ALGORITHM, &parameters),
        ),
        token,
    )
}

fn with_token(request: &ImportRequest, token: &[u8]) -> ImportRequest {
    ImportRequest {
        import_token: Some(Blob::new(token.to_vec())),
        ..request.clone()
    }
}

fn open(token: &[u8]) -> Result<TokenContents, InvalidImportToken> {
    open_under(token, &root_secret())
}

fn open_under(token: &[u8], root: &RootSecret) -> Result<TokenContents, InvalidImportToken> {
    ImportToken::new(Blob::new(token.to_vec()))
        .expect("1 to 6144 bytes")
        .open(root)
}

/// Asserts that `token` gets the common answer of every token that does not open.
fn assert_invalid(request: &ImportRequest, token: &[u8], store: &impl KeyStore, why: &str) {
    let verification = verified(&with_token(request, token), store);
    assert_eq!(
        answer(&verification),
        "InvalidImportTokenException",
        "{why}"
    );
    assert_eq!(
        verification.checks,
        checks_up_to(Check::ImportToken),
        "{why}"
    );
    assert_eq!(verification.token, None, "{why}");
    let error = refused(verification);
    assert!(matches!(error, VerifyError::InvalidImportToken), "{why}");
    assert_eq!(
        error.to_string(),
        VerifyError::InvalidImportToken.to_string(),
        "{why}"
    );
    assert_eq!(format!("{error:?}"), "InvalidImportToken", "{why}");
    assert_eq!(error.refusal().message, None, "{why}");
}

#[test]
fn what_was_sealed_opens() {
    let (request, token) = good();
    assert_eq!(answer(&verified(&request, &store())), "accepted");
    let opened = open(&token).expect("opens");
    let sealed = contents(KEY, ALGORITHM, SPEC);
    assert_eq!(
        (opened.key_arn, opened.key_spec, opened.algorithm),
        (sealed.key_arn, KEY, ALGORITHM)
    );
    assert_eq!(
        (opened.issued_at, opened.parameters_valid_to),
        (sealed.issued_at, sealed.parameters_valid_to)
    );
    assert_eq!(
        opened.private_key.public_key(),
        sealed.private_key.public_key()
    );
}

#[test]
fn a_flip_of_any_bit_gets_one_answer() {
    let (request, token) = good();
    let store = store();
    for bit in 0..8 * token.len() {
        let mut flipped = token.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(open(&flipped).err(), Some(InvalidImportToken), "bit {bit}");
        assert_invalid(&request, &flipped, &store, &format!("bit {bit}"));
    }
}

/// The longest token, with the key that is slowest to rebuild.
#[test]
fn a_flip_of_any_byte_of_the_longest_token_gets_one_answer() {
    let parameters = parameters(KEY, ALGORITHM, WrappingKeySpec::Rsa4096);
    let request = request(&parameters, vec![0; 512]);
    let token = parameters.import_token.blob().as_bytes();
    let store = store();
    for at in 0..token.len() {
        for flip in [0x01, 0xff] {
            let mut flipped = token.to_vec();
            flipped[at] ^= flip;
            assert_invalid(
                &request,
                &flipped,
                &store,
                &format!("byte {at} ^ {flip:#04x}"),
            );
        }
    }
}

#[test]
fn every_truncation_and_extension_gets_the_same_answer() {
    let (request, token) = good();
    let store = store();
    for len in 1..token.len() {
        assert_eq!(
            open(&token[..len]).err(),
            Some(InvalidImportToken),
            "{len} bytes"
        );
        assert_invalid(&request, &token[..len], &store, &format!("{len} bytes"));
    }
    for extra in [1, 2, 15, 16, 17, 64, token.len(), MAX_LEN - token.len()] {
        let extended = [&token[..], &vec![0; extra]].concat();
        assert_invalid(&request, &extended, &store, &format!("{extra} bytes more"));
    }
    let twice = [&token[..], &token[..]].concat();
    assert_invalid(&request, &twice, &store, "twice");
    assert_invalid(
        &request,
        &[&token[..], &token[token.len() - 16..]].concat(),
        &store,
        "two tags",
    );
}

#[test]
fn parts_of_two_good_tokens_make_no_token() {
    let (request, one) = good();
    let contents = contents(KEY, ALGORITHM, SPEC);
    let sealed_again = ImportToken::seal(&contents, &root_secret(), &mut rng(99));
    let two = sealed_again.blob().as_bytes();
    assert_eq!(
        answer(&verified(&with_token(&request, two), &store())),
        "accepted"
    );
    assert_eq!(one.len(), two.len());
    for cut in [
        SALT_AT + 1,
        COMMITMENT_AT,
        CIPHERTEXT_AT,
        CIPHERTEXT_AT + 64,
        one.len() - 16,
    ] {
        assert_invalid(
            &request,
            &[&one[..cut], &two[cut..]].concat(),
            &store(),
            &format!("cut at {cut}"),
        );
    }
    assert_ne!(
        one[SALT_AT..COMMITMENT_AT],
        two[SALT_AT..COMMITMENT_AT],
        "a salt of its own"
    );
    assert_ne!(one[CIPHERTEXT_AT..], two[CIPHERTEXT_AT..]);
}

#[test]
fn an_empty_token_and_one_too_long_never_become_tokens() {
    let (request, token) = good();
    for (token, bound) in [
        (vec![], "greater than or equal to 1"),
        (
            [&token[..], &vec![0; MAX_LEN + 1 - token.len()]].concat(),
            "less than or equal to 6144",
        ),
    ] {
        assert_eq!(ImportToken::new(Blob::new(token.clone())), None);
        assert_eq!(
            answer(&verified(&with_token(&request, &token), &NoStore)),
            format!(
                "ValidationException: 1 validation error detected: Value at 'importToken' failed to satisfy \
                 constraint: Member must have length {bound}"
            )
        );
    }
}

#[test]
fn another_root_secret_does_not_open_it() {
    let (request, token) = good();
    for byte in (1..255).filter(|byte| *byte != 7) {
        assert!(open_under(&token, &root_secret_of(byte)).is_err(), "{byte}");
    }
    let other = MemoryKeyStore::new(root_secret_of(8), [record(KEY)]);
    assert_invalid(&request, &token, &other, "another root secret");
}

/// What a power failure or an erased medium leaves of the file is not a secret.
#[test]
fn a_blank_root_secret_is_none() {
    let of = |bytes: &[u8]| RootSecret::new(secret(bytes));
    for byte in [0x00, 0xff] {
        assert!(of(&[byte; 32]).is_none());
        for at in 0..32 {
            let mut bytes = [byte; 32];
            bytes[at] ^= 1;
            assert!(of(&bytes).is_some(), "{at}");
        }
    }
    for len in [0, 31, 33] {
        assert!(of(&vec![7; len]).is_none(), "{len}");
    }
}

#[test]
fn version_and_mark_are_looked_at() {
    let (request, token) = good();
    for version in (0..=255).filter(|version| *version != 1) {
        let mut other = token.clone();
        other[REHEARSAL_MARK.len()] = version;
        assert_invalid(&request, &other, &store(), &format!("version {version}"));
    }
    let mut damaged = token.clone();
    damaged[0] ^= 1;
    assert_invalid(&request, &damaged, &store(), "a damaged mark");
    let unmarked = &token[REHEARSAL_MARK.len()..];
    let verification = verified(&with_token(&request, unmarked), &NoStore);
    assert_eq!(answer(&verification), "undecided", "no mark");
}

/// Two keys of every importable key spec, and each other's tokens.
#[test]
fn the_token_of_one_key_is_none_for_another() {
    let one = |key_spec, number| (key_spec, numbered_arn(number));
    let specs = KeySpec::ALL
        .iter()
        .copied()
        .filter(|spec| is_importable(*spec));
    let keys: Vec<(KeySpec, KeyArn)> = specs
        .enumerate()
        .flat_map(|(at, spec)| [one(spec, 100 + 2 * at), one(spec, 101 + 2 * at)])
        .collect();
    let records = keys
        .iter()
        .map(|(spec, arn)| byok_core::key_record::KeyRecord::new(metadata(arn.clone(), *spec)));
    let store = MemoryKeyStore::new(root_secret(), records);
    let mut contents = contents(KEY, WrappingAlgorithm::RsaAesKeyWrapSha256, SPEC);
    for (key_spec, issued_for) in &keys {
        (contents.key_spec, contents.key_arn) = (*key_spec, issued_for.clone());
        let parameters = sealed(&contents);
        let wrapped = encrypted(material_bytes(*key_spec).0, contents.algorithm, &parameters);
        for (_, asked) in &keys {
            let mut request = request(&parameters, wrapped.clone());
            request.key_id = Some(asked.to_string());
            if issued_for == asked {
                assert_eq!(answer(&verified(&request, &store)), "accepted", "{asked}");
            } else {
                let token = parameters.import_token.blob().as_bytes();
                assert_invalid(
                    &request,
                    token,
                    &store,
                    &format!("{issued_for} for {asked}"),
                );
            }
        }
    }
}

/// The same ID in another Region, account or partition is another key.
#[test]
fn the_token_of_a_namesake_is_none() {
    let own = arn(KEY).to_string();
    for other in [
        own.replace("111122223333", "444455556666"),
        own.replace("us-east-2", "us-west-2"),
        own.replace("arn:aws:", "arn:aws-new:"),
        own.replace("1234abcd-", "1234ABCD-"),
    ] {
        assert_ne!(other, own);
        let mut contents = contents(KEY, ALGORITHM, SPEC);
        contents.key_arn = KeyArn::parse(&other).expect("an ARN");
        let (request, _) = good();
        let token = sealed(&contents).import_token;
        assert_invalid(&request, token.blob().as_bytes(), &store(), &other);
    }
}

#[test]
fn a_key_that_became_another_kind_has_no_use_for_its_token() {
    let (request, token) = good();
    for key_spec in KeySpec::ALL.iter().filter(|spec| **spec != KEY) {
        let mut changed = record(KEY);
        changed.key_metadata.key_spec = *key_spec;
        let store = MemoryKeyStore::new(root_secret(), [changed]);
        assert_invalid(&request, &token, &store, key_spec.as_str());
    }
}

/// The token decides about the algorithm and the wrapping key, however the material was wrapped.
#[test]
fn the_token_decides_how_the_material_is_unwrapped() {
    let store = store();
    for sealed_with in WrappingAlgorithm::RSA {
        for spec in [WrappingKeySpec::Rsa2048, WrappingKeySpec::Rsa3072] {
            let parameters = parameters(KeySpec::EccNistP256, sealed_with, spec);
            for wrapped_with in WrappingAlgorithm::RSA {
                let wrapped = encrypted(
                    material_bytes(KeySpec::EccNistP256).0,
                    wrapped_with,
                    &parameters,
                );
                let expected = match () {
                    () if sealed_with == wrapped_with => "accepted",
                    () if sealed_with.is_hybrid() != wrapped_with.is_hybrid() => {
                        "ValidationException: Invalid encrypted key size."
                    }
                    () => "InvalidCiphertextException",
                };
                let verification = verified(&request(&parameters, wrapped), &store);
                assert_eq!(
                    answer(&verification),
                    expected,
                    "{sealed_with} {spec} {wrapped_with}"
                );
                let facts = TokenFacts {
                    key_arn: arn(KeySpec::EccNistP256),
                    key_spec: KeySpec::EccNistP256,
                    algorithm: sealed_with,
                    wrapping_key_spec: spec,
                    wrapping_key_sha256: parameters.public_key.sha256(),
                    issued_at: now(),
                    parameters_valid_to: now().plus_millis(86_400_000),
                };
                assert_eq!(verification.token, Some(facts));
            }
        }
    }
}

#[test]
fn a_token_ends_with_its_24_hours() {
    let (request, _) = good();
    let valid_to = now().plus_millis(24 * 60 * 60 * 1000);
    for (millis, expected) in [
        (-86_400_000, "accepted"),
        (-1000, "accepted"),
        (-1, "accepted"),
        (0, "ExpiredImportTokenException"),
        (1, "ExpiredImportTokenException"),
        (1000, "ExpiredImportTokenException"),
        (86_400_000, "ExpiredImportTokenException"),
    ] {
        let verification = verified_at(&request, &store(), valid_to.plus_millis(millis));
        assert_eq!(answer(&verification), expected, "{millis}");
    }
    let late = valid_to.plus_millis(1);
    let verification = verified_at(&request, &store(), late);
    assert_eq!(verification.checks, checks_up_to(Check::ParametersValidTo));
    match refused(verification) {
        VerifyError::ExpiredImportToken {
            valid_to: ended,
            now,
        } => {
            assert_eq!((ended, now), (valid_to, late));
        }
        other => panic!("{other:?}"),
    }
    // A rehearsal can be in the past.
    assert_eq!(
        answer(&verified_at(
            &request,
            &store(),
            now().plus_millis(-86_400_000)
        )),
        "accepted"
    );
    assert_eq!(
        answer(&verified_at(
            &request,
            &store(),
            Timestamp::from_millis(0).expect("1970")
        )),
        "accepted"
    );
}

#[test]
fn the_end_is_looked_at_only_once_the_token_is_proven_good() {
    let (request, token) = good();
    let late = now().plus_millis(2 * 86_400_000);
    assert_eq!(
        answer(&verified_at(&request, &store(), late)),
        "ExpiredImportTokenException"
    );
    for bit in (0..8 * token.len()).step_by(13) {
        let mut flipped = token.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let verification = verified_at(&with_token(&request, &flipped), &store(), late);
        assert_eq!(
            answer(&verification),
            "InvalidImportTokenException",
            "bit {bit}"
        );
    }
    let other_root = MemoryKeyStore::new(root_secret_of(8), [record(KEY)]);
    assert_eq!(
        answer(&verified_at(&request, &other_root, late)),
        "InvalidImportTokenException"
    );
    let mut for_another = request.clone();
    for_another.key_id = Some(arn(KeySpec::Hmac256).to_string());
    assert_eq!(
        answer(&verified_at(&for_another, &store(), late)),
        "InvalidImportTokenException"
    );
}

/// The longest ARN in a request: 2048 characters.
fn longest_arn() -> KeyArn {
    let tail = ":kms:abcdefghijklmnopqrstuvwxyz-abc-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
    let text = format!(
        "arn:{:a<width$}{tail}",
        "aws-",
        width = 2048 - "arn:".len() - tail.len()
    );
    assert_eq!(text.len(), 2048);
    KeyArn::parse(&text).expect("an ARN")
}

#[test]
fn the_longest_token_fits_the_apis_limit() {
    let mut longest = 0;
    for spec in WrappingKeySpec::RSA {
        let mut contents = contents(KEY, ALGORITHM, spec);
        contents.key_arn = longest_arn();
        for key_spec in KeySpec::ALL {
            for algorithm in WrappingAlgorithm::ALL {
                (contents.key_spec, contents.algorithm) = (*key_spec, *algorithm);
                let token = ImportToken::seal(&contents, &root_secret(), &mut rng(1));
                assert!(
                    token.blob().len() <= 6144,
                    "{key_spec} {algorithm} {spec}: {}",
                    token.blob().len()
                );
                longest = longest.max(token.blob().len());
            }
        }
        let token = ImportToken::seal(&contents, &root_secret(), &mut rng(1));
        let opened = token.open(&root_secret()).expect("opens");
        assert_eq!(opened.key_arn, longest_arn());
    }
    assert!(
        longest > 2048 + 512,
        "the ARN and the primes of RSA_4096 are in it"
    );
}

#[test]
fn its_base64_says_what_it_is() {
    for spec in WrappingKeySpec::RSA {
        let base64 = parameters(KEY, ALGORITHM, spec)
            .import_token
            .blob()
            .to_base64();
        assert!(base64.starts_with("BYOK/REHEARSAL/NOT/AWS//"), "{base64}");
    }
}

#[test]
fn a_token_of_aws_is_left_undecided() {
    let (request, _) = good();
    let token = aws_token(1716);
    assert_eq!(token.len(), 1757);
    let verification = verified(&with_token(&request, &token), &NoStore);
    assert!(matches!(
        verification.verdict,
        Verdict::Undecided {
            origin: TokenOrigin::Aws { body_len: 1716 }
        }
    ));
    assert_eq!(verification.token, None);
    let passed: Vec<Check> = verification
        .checks
        .iter()
        .filter(|(_, result)| *result != byok_core::verify::CheckResult::NotChecked)
        .map(|(check, _)| *check)
        .collect();
    assert_eq!(passed, [Check::Parameters]);

    let mut wrong_len = token.clone();
    wrong_len.pop();
    let mut wrong_header = token.clone();
    wrong_header[4] ^= 1;
    for other in [
        wrong_len,
        wrong_header,
        [&token[..], &[0]].concat(),
        random(3, 1757),
    ] {
        let verification = verified(&with_token(&request, &other), &NoStore);
        assert!(matches!(
            verification.verdict,
            Verdict::Undecided {
                origin: TokenOrigin::Unknown
            }
        ));
    }
}

/// The parameters of the request are still checked, because that is possible here.
#[test]
fn a_request_with_a_token_of_aws_can_still_be_wrong() {
    let (request, _) = good();
    let mut request = with_token(&request, &aws_token(1716));
    request.options.expiration_model = None;
    assert_eq!(
        answer(&verified(&request, &NoStore)),
        "ValidationException: A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES"
    );
}

/// Key, nonce and commitment of the token with this salt, after RFC 5869.
fn derived(salt: &[u8]) -> [u8; 76] {
    let mut okm = [0; 76];
    Hkdf::<Sha256>::new(Some(salt), root_secret().expose())
        .expand(b"byok import token v1", &mut okm)
        .expect("short");
    okm
}

/// Builds a token with a valid tag, for any commitment and body.
fn forged(commitment: impl Fn(&[u8]) -> Vec<u8>, body: &[u8]) -> Vec<u8> {
    forged_with_version(1, commitment, body)
}

fn forged_with_version(version: u8, commitment: impl Fn(&[u8]) -> Vec<u8>, body: &[u8]) -> Vec<u8> {
    let salt = random(5, 32);
    let okm = derived(&salt);
    let header = [
        &REHEARSAL_MARK[..],
        &[version],
        &salt,
        &commitment(&okm[44..]),
    ]
    .concat();
    let mut body = body.to_vec();
    let nonce: [u8; 12] = okm[32..44].try_into().expect("12 bytes");
    let tag = ChaCha20Poly1305::new_from_slice(&okm[..32])
        .expect("32 bytes")
        .encrypt_inout_detached(&nonce.into(), &header, body.as_mut_slice().into())
        .expect("short");
    [&header[..], &body, &tag].concat()
}

/// Returns the plaintext body of a valid token.
fn body() -> Vec<u8> {
    let (_, token) = good();
    let okm = derived(&token[SALT_AT..COMMITMENT_AT]);
    let (header, sealed) = token.split_at(CIPHERTEXT_AT);
    let (ciphertext, tag) = sealed.split_at(sealed.len() - 16);
    let mut body = ciphertext.to_vec();
    let nonce: [u8; 12] = okm[32..44].try_into().expect("12 bytes");
    let tag: [u8; 16] = tag.try_into().expect("16 bytes");
    ChaCha20Poly1305::new_from_slice(&okm[..32])
        .expect("32 bytes")
        .decrypt_inout_detached(
            &nonce.into(),
            header,
            body.as_mut_slice().into(),
            &tag.into(),
        )
        .expect("the documented layout and derivation");
    body
}

/// Poly1305 alone would let a token open with two keys.
#[test]
fn a_right_tag_under_a_wrong_commitment_does_not_open() {
    let body = body();
    let honest = forged(<[u8]>::to_vec, &body);
    assert!(open(&honest).is_ok(), "only the commitment differs below");
    let (request, _) = good();
    assert_eq!(
        answer(&verified(&with_token(&request, &honest), &store())),
        "accepted"
    );
    for bit in 0..256 {
        let altered = forged(
            |commitment| {
                let mut altered = commitment.to_vec();
                altered[bit / 8] ^= 1 << (bit % 8);
                altered
            },
            &body,
        );
        assert_invalid(
            &request,
            &altered,
            &store(),
            &format!("commitment bit {bit}"),
        );
    }
    assert_invalid(
        &request,
        &forged(|_| vec![0; 32], &body),
        &store(),
        "commitment of zeros",
    );
}

/// An unknown version is refused, even with a valid tag.
#[test]
fn a_right_tag_under_another_version_does_not_open() {
    let (request, _) = good();
    let body = body();
    for version in [0, 2, 255] {
        let token = forged_with_version(version, <[u8]>::to_vec, &body);
        assert_invalid(&request, &token, &store(), &format!("version {version}"));
    }
}

/// Only the holder of the root secret can make these. They must neither open nor panic.
#[test]
fn a_body_that_is_no_body_does_not_open() {
    let (request, _) = good();
    let body = body();
    let words_len = usize::from(u16::from_be_bytes([body[0], body[1]]));
    let times_at = 2 + words_len;
    let assert_refused = |body: &[u8], why: &str| {
        let token = forged(<[u8]>::to_vec, body);
        assert!(open(&token).is_err(), "{why}");
        assert_invalid(&request, &token, &store(), why);
    };
    for len in 0..body.len() {
        assert_refused(&body[..len], &format!("{len} bytes"));
    }
    assert_refused(&[&body[..], &[0]].concat(), "a byte more");
    let changed = |at: usize, bytes: &[u8]| {
        let mut changed = body.clone();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        changed
    };
    assert_refused(&changed(0, &[0xff, 0xff]), "words beyond the end");
    assert_refused(&changed(0, &[0, 0]), "no words");
    assert_refused(&changed(2, &[0xff]), "words that are no UTF-8");
    assert_refused(&changed(2, b"x"), "a key spec that is none");
    assert_refused(&changed(times_at - 1, b"x"), "an ARN that is none");
    assert_refused(&changed(times_at, &[0xff; 8]), "a time before 1970");
    assert_refused(&changed(times_at + 8, &[0x7f; 8]), "a time after 9999");
    assert_refused(&changed(times_at + 16, &[0; 32]), "another public key");
    assert_refused(&changed(times_at + 48, &[0; 128]), "a prime that is zero");
    assert_refused(
        &changed(times_at + 48, &body[times_at + 48 + 128..]),
        "one prime twice",
    );
    assert_refused(&changed(times_at + 48 + 255, &[0]), "an even prime");
}

/// Parameters are found only by their own key.
#[test]
fn another_replica_needs_parameters_of_its_own() {
    let id = "mrk-1234abcd12ab34cd56ef1234567890ab";
    let replica = |region: &str| {
        KeyArn::parse(&format!("arn:aws:kms:{region}:111122223333:key/{id}")).expect("an ARN")
    };
    let records = ["us-east-2", "us-west-2"].map(|region| {
        let mut record = byok_core::key_record::KeyRecord::new(metadata(replica(region), KEY));
        record.key_metadata.key_state = KeyState::PendingImport;
        record
    });
    let store = MemoryKeyStore::new(root_secret(), records);
    let mut place = place();
    place.region_is_explicit = false;
    let asked = parameters_request(&replica("us-east-2"), ALGORITHM, SPEC);
    let issued = params(&asked, &place, &store, now(), &mut rng(1)).expect("issued");
    let mut request = request(
        &issued,
        encrypted(material_bytes(KEY).0, ALGORITHM, &issued),
    );
    let say = |request: &ImportRequest| {
        answer(
            &byok_core::verify::verify(
                request,
                byok_core::verify::Recording::Nothing,
                &place,
                &store,
                now(),
                &mut rng(2),
            )
            .expect("answers"),
        )
    };
    assert_eq!(say(&request), "accepted");
    request.key_id = Some(replica("us-west-2").to_string());
    assert_eq!(say(&request), "InvalidImportTokenException");
}
