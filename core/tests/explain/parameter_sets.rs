//! Blobs that were made for other parameters of the store.

use byok_core::{
    blob::Blob,
    explain::{Cause, Explanation, Hash, OtherParameterSet, explain},
    import_parameters::ImportParameters,
    import_token::TokenContents,
    key_record::{KeyRecord, ParameterSet},
    key_spec::KeySpec,
    key_store::MemoryKeyStore,
    timestamp::Timestamp,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
    wrapping_private_key::WrappingPrivateKey,
};
use rsa::pkcs8::EncodePrivateKey as _;

use crate::{Import, KEY_WRAP, OAEP, OAEP_SHA_1, SPEC, common::*};

const KEY_SPEC: KeySpec = KeySpec::EccNistP256;

/// Other parameters than those of [`Import`], with another key.
fn other(key_spec: KeySpec, algorithm: WrappingAlgorithm, issued_at: Timestamp) -> TokenContents {
    let der = rsa_key(2048, 1).to_pkcs8_der().expect("encodes");
    let private_key = WrappingPrivateKey::from_pkcs8(&secret(der.as_bytes())).expect("a good key");
    TokenContents {
        issued_at,
        private_key,
        ..contents(key_spec, algorithm, SPEC)
    }
}

/// Returns a store that has recorded `sets`.
fn store_with(sets: &[(KeySpec, ParameterSet)]) -> MemoryKeyStore {
    let record = |key_spec: &KeySpec| {
        let mut record: KeyRecord = record(*key_spec);
        sets.iter()
            .filter(|(of, _)| of == key_spec)
            .for_each(|(_, set)| record.append(set.clone()));
        record
    };
    MemoryKeyStore::new(root_secret(), KeySpec::ALL.iter().map(record))
}

fn issued(contents: &TokenContents) -> (KeySpec, ParameterSet) {
    (
        contents.key_spec,
        ParameterSet::of(contents, &sealed(contents).import_token),
    )
}

fn explained(own: &ImportParameters, blob: Vec<u8>, store: &MemoryKeyStore) -> Explanation {
    let request = request(own, blob);
    assert_ne!(answer(&verified(&request, store)), "accepted");
    explain(
        &request,
        &crate::UNOPENED,
        opened(&request).as_ref(),
        store,
        &mut rng(51),
    )
    .expect("the store answers")
    .expect("the token opens")
}

fn cause(contents: &TokenContents) -> Cause {
    Cause::OtherParameterSet(Box::new(OtherParameterSet {
        key_arn: contents.key_arn.clone(),
        is_same_key: contents.key_spec == KEY_SPEC,
        issued_at: contents.issued_at,
        algorithm: contents.algorithm,
        wrapping_key_spec: contents.private_key.public_key().spec(),
    }))
}

#[test]
fn the_set_is_named_whatever_its_key_and_algorithm() {
    let own = Import::new(KEY_SPEC, OAEP);
    let earlier = now().plus_millis(-3_600_000);
    for (key_spec, algorithm) in [
        (KEY_SPEC, OAEP),
        (KEY_SPEC, OAEP_SHA_1),
        (KeySpec::EccSecgP256k1, OAEP),
        (KeySpec::SymmetricDefault, OAEP),
        (KeySpec::EccNistP384, KEY_WRAP),
    ] {
        let other = other(key_spec, algorithm, earlier);
        let store = store_with(&[issued(&other)]);
        let blob = encrypted(material_bytes(key_spec).0, algorithm, &sealed(&other));
        let explanation = explained(&own.parameters, blob, &store);
        assert_eq!(
            explanation.causes,
            [cause(&other)],
            "{key_spec} {algorithm}"
        );
        assert_eq!(
            (explanation.parameter_sets, explanation.parameter_sets_left),
            (1, 0)
        );
    }
}

/// As the other parameters prescribe it, not those of the request.
#[test]
fn a_mistake_within_the_other_set_is_told_after_it() {
    let own = Import::new(KEY_SPEC, OAEP);
    let other = other(KEY_SPEC, OAEP, now());
    let store = store_with(&[issued(&other)]);
    let blob = encrypted(material_bytes(KEY_SPEC).0, OAEP_SHA_1, &sealed(&other));
    let hashes = Cause::OaepHashes {
        label: Hash::Sha1,
        mgf1: Hash::Sha1,
        asked: Hash::Sha256,
    };
    assert_eq!(
        explained(&own.parameters, blob, &store).causes,
        [cause(&other), hashes]
    );
}

#[test]
fn a_set_of_another_size_is_found_by_the_length_that_it_makes() {
    let own = Import::under(WrappingKeySpec::Rsa4096, KEY_SPEC, OAEP);
    let other = other(KEY_SPEC, KEY_WRAP, now());
    let store = store_with(&[issued(&other)]);
    let blob = encrypted(material_bytes(KEY_SPEC).0, KEY_WRAP, &sealed(&other));
    assert_eq!(
        explained(&own.parameters, blob, &store).causes,
        [cause(&other)]
    );
}

#[test]
fn text_of_a_blob_for_another_set_is_both() {
    let own = Import::new(KEY_SPEC, OAEP);
    let other = other(KEY_SPEC, OAEP, now());
    let store = store_with(&[issued(&other)]);
    let blob = encrypted(material_bytes(KEY_SPEC).0, OAEP, &sealed(&other));
    let text = Blob::new(blob).to_base64().into_bytes();
    let names: Vec<_> = explained(&own.parameters, text, &store)
        .causes
        .iter()
        .map(Cause::name)
        .collect();
    assert_eq!(names, ["Base64Text", "OtherParameterSet"]);
}

/// Skips the request's own set, sets that cannot have produced the blob, and damaged tokens.
#[test]
fn what_is_tried_is_counted_and_bounded() {
    let own = Import::new(KEY_SPEC, OAEP);
    let own_set = issued(&contents(KEY_SPEC, OAEP, SPEC));
    let other_size = issued(&contents(KEY_SPEC, OAEP, WrappingKeySpec::Rsa4096));
    let mut damaged = issued(&other(KEY_SPEC, OAEP, now()));
    damaged.1.import_token = Blob::new(vec![0; 100]);
    let store = store_with(&[own_set, other_size, damaged.clone()]);
    let explanation = explained(&own.parameters, random(1, 256), &store);
    assert_eq!(
        explanation,
        Explanation {
            causes: vec![],
            parameter_sets: 1,
            parameter_sets_left: 0,
            under_sm2: false
        }
    );

    let many: Vec<_> = KeySpec::ALL
        .iter()
        .flat_map(|key_spec| (0..16).map(|_| (*key_spec, damaged.1.clone())))
        .collect();
    let explanation = explained(&own.parameters, random(1, 256), &store_with(&many));
    let expected = Explanation {
        causes: vec![],
        parameter_sets: 64,
        parameter_sets_left: many.len() - 64,
        under_sm2: false,
    };
    assert_eq!(explanation, expected);
}

/// A blob that opens with the request's own key is not tried elsewhere.
#[test]
fn other_sets_are_the_last_resort() {
    let own = Import::new(KEY_SPEC, OAEP);
    let store = store_with(&[issued(&other(KEY_SPEC, OAEP, now()))]);
    let blob = encrypted(material_bytes(KEY_SPEC).0, OAEP_SHA_1, &own.parameters);
    let explanation = explained(&own.parameters, blob, &store);
    assert_eq!(explanation.parameter_sets, 0);
    assert_eq!(
        explanation
            .causes
            .iter()
            .map(Cause::name)
            .collect::<Vec<_>>(),
        ["OtherHash"]
    );
}
