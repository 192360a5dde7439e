//! The comparisons of a rehearsal with an import, and of files with a report.

mod common;

use byok_core::{
    blob::Blob,
    compatibility::Rules,
    fingerprint::Fingerprint,
    import_request::ImportRequest,
    key_material::KeyMaterial,
    key_metadata::ExpirationModel,
    key_spec::KeySpec,
    report::{
        Compared, Comparison, Contents, Difference, FileDigest, Files, MaterialMatch, NotCompared,
        NotRehearsed, OutputContent, OutputFile, Recorded, ReportKind, Reported, Subject,
    },
    timestamp::Timestamp,
    verdict::{CheckEntry, VerdictKind},
    verify::CheckResult,
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
};
use common::{
    arn, is_importable, material,
    report::{ALGORITHM, SPEC, import_request, rehearsed, report, wrapped},
    secret, wrapping_key,
};

const KEY: KeySpec = KeySpec::EccNistP256;

fn check(
    rehearsal: Contents,
    material_key: Option<KeySpec>,
    change: impl FnOnce(&mut Subject<'_>),
    rule: MaterialMatch,
) -> Result<(), NotRehearsed> {
    let material = material_key.map(material);
    let mut subject = Subject {
        material: material.as_ref(),
        key_spec: KEY,
        wrapping_algorithm: ALGORITHM,
        wrapping_key_spec: SPEC,
        expiration_model: ExpirationModel::KeyMaterialDoesNotExpire,
    };
    change(&mut subject);
    report(rehearsal).check_rehearsal_of(&subject, rule)
}

/// The members in which a rehearsal differs.
fn members(outcome: Result<(), NotRehearsed>) -> Vec<Compared> {
    let Err(NotRehearsed(differences)) = outcome else {
        return vec![];
    };
    let member = |difference| match difference {
        Difference::Member {
            member,
            rehearsed,
            now,
        } => {
            assert_ne!(rehearsed, now);
            member
        }
        other => panic!("{other:?}"),
    };
    differences.into_iter().map(member).collect()
}

#[test]
fn a_rehearsal_stands_for_the_import_of_the_same() {
    for key_spec in KeySpec::ALL
        .iter()
        .copied()
        .filter(|key_spec| is_importable(*key_spec))
    {
        let same = |subject: &mut Subject<'_>| subject.key_spec = key_spec;
        for rule in [MaterialMatch::Same, MaterialMatch::Any] {
            assert_eq!(
                check(rehearsed(key_spec), Some(key_spec), same, rule),
                Ok(()),
                "{key_spec}"
            );
        }
    }
}

#[test]
fn it_stands_for_nothing_that_differs_in_one_member() {
    for compared in Compared::ALL {
        let change = |subject: &mut Subject<'_>| match compared {
            Compared::Fingerprint => {}
            Compared::KeySpec => subject.key_spec = KeySpec::EccNistP384,
            Compared::WrappingAlgorithm => {
                subject.wrapping_algorithm = WrappingAlgorithm::RsaesOaepSha256;
            }
            Compared::WrappingKeySpec => subject.wrapping_key_spec = WrappingKeySpec::Rsa3072,
            Compared::ExpirationModel => {
                subject.expiration_model = ExpirationModel::KeyMaterialExpires;
            }
        };
        let material_key = if *compared == Compared::Fingerprint {
            KeySpec::EccNistP384
        } else {
            KEY
        };
        let outcome = check(
            rehearsed(KEY),
            Some(material_key),
            change,
            MaterialMatch::Same,
        );
        assert_eq!(members(outcome), [*compared]);
        let outcome = check(
            rehearsed(KEY),
            Some(material_key),
            change,
            MaterialMatch::Any,
        );
        let expected: &[Compared] = if *compared == Compared::Fingerprint {
            &[]
        } else {
            &[*compared]
        };
        assert_eq!(members(outcome), expected, "only the material is let pass");
    }
}

#[test]
fn what_was_not_rehearsed_stands_for_nothing() {
    let unknown = |mut contents: Contents, compared| {
        match compared {
            Compared::WrappingAlgorithm => {
                (
                    contents.wrapping.wrapping_algorithm,
                    contents.wrapping.mechanism,
                ) = (Reported::Unknown, None);
            }
            Compared::WrappingKeySpec => contents.wrapping.wrapping_key_spec = Reported::Unknown,
            Compared::ExpirationModel => contents.import.expiration_model = Reported::Unknown,
            Compared::Fingerprint | Compared::KeySpec => panic!("known of all that was accepted"),
        }
        contents
    };
    for compared in [
        Compared::WrappingAlgorithm,
        Compared::WrappingKeySpec,
        Compared::ExpirationModel,
    ] {
        let outcome = check(
            unknown(rehearsed(KEY), compared),
            Some(KEY),
            |_| {},
            MaterialMatch::Same,
        );
        assert_eq!(members(outcome), [compared]);
    }
}

#[test]
fn material_that_was_wrapped_elsewhere_is_not_the_same() {
    let outcome = check(rehearsed(KEY), None, |_| {}, MaterialMatch::Same);
    assert_eq!(members(outcome), [Compared::Fingerprint]);
    assert_eq!(
        check(rehearsed(KEY), None, |_| {}, MaterialMatch::Any),
        Ok(())
    );
}

#[test]
fn a_symmetric_key_goes_by_the_older_check_value_too() {
    // The key of FIPS 197, C.3; its check values are OpenSSL's.
    let key_spec = KeySpec::SymmetricDefault;
    let bytes = secret(&std::array::from_fn::<u8, 32, _>(|at| {
        u8::try_from(at).expect("below 32")
    }));
    let material = KeyMaterial::from_import(&bytes, key_spec, Rules::Standard)
        .expect("32 bytes")
        .material;
    let subject = Subject {
        material: Some(&material),
        key_spec,
        wrapping_algorithm: ALGORITHM,
        wrapping_key_spec: SPEC,
        expiration_model: ExpirationModel::KeyMaterialDoesNotExpire,
    };
    for (fingerprint, stands) in [
        ("cmac:377822", true),
        ("ecb:F29000", true),
        ("cmac:000000", false),
        ("ecb:000000", false),
    ] {
        let fingerprint: Fingerprint = fingerprint.parse().expect("a fingerprint");
        let mut rehearsal = rehearsed(key_spec);
        let facts = rehearsal.key_material.as_mut().expect("some");
        (facts.fingerprint, facts.fingerprint_method) =
            (fingerprint, fingerprint.method().to_owned());
        let outcome = report(rehearsal).check_rehearsal_of(&subject, MaterialMatch::Same);
        assert_eq!(outcome.is_ok(), stands, "{fingerprint}");
    }
}

#[test]
fn only_a_rehearsal_that_passed_counts() {
    let mut failed = rehearsed(KEY);
    failed
        .checks
        .push(CheckEntry::new("Material", CheckResult::Failed));
    let mut undecided = rehearsed(KEY);
    undecided.command = byok_core::report::Command::Verify;
    undecided.verdict = VerdictKind::Undecided;
    let mut wrapped_only = wrapped(KEY);
    wrapped_only.kind = ReportKind::Emulated;
    wrapped_only.to_fill_in = wrapped_only.kind.blanks();
    for (contents, differences) in [
        (failed, vec![Difference::FailedCheck("Material".to_owned())]),
        (undecided, vec![Difference::Verdict(VerdictKind::Undecided)]),
        (
            wrapped_only,
            vec![Difference::Verdict(VerdictKind::Wrapped)],
        ),
        (
            wrapped(KEY),
            vec![
                Difference::NotARehearsal,
                Difference::Verdict(VerdictKind::Wrapped),
            ],
        ),
    ] {
        for rule in [MaterialMatch::Same, MaterialMatch::Any] {
            let outcome = check(contents.clone(), Some(KEY), |_| {}, rule);
            assert_eq!(outcome, Err(NotRehearsed(differences.clone())));
        }
    }
}

const TOKEN_FILE: &[u8] = b"token";
const SCRIPT: &[u8] = b"script";

/// What `wrap --out-dir` reports: a file for each part, and the script.
fn wrapped_to_a_folder() -> Contents {
    let mut contents = wrapped(KEY);
    let blob = import_request(KEY).encrypted_key_material.expect("a blob");
    for (content, bytes) in [
        (OutputContent::EncryptedKeyMaterial, blob.as_bytes()),
        (OutputContent::ImportToken, TOKEN_FILE),
        (OutputContent::Script, SCRIPT),
    ] {
        let file = OutputFile::new(format!("import/{content}"), content, bytes);
        contents.outputs.push(file);
    }
    contents
}

/// Everything that can be compared of the request in [`wrapped`].
fn compare(
    contents: Contents,
    request: &ImportRequest,
    file: &str,
    wrapping_key_spec: WrappingKeySpec,
) -> Vec<(Recorded, Comparison)> {
    let key = wrapping_key(wrapping_key_spec);
    let files = Files {
        request_file: Some(FileDigest::of(file.as_bytes())),
        request: Some(request),
        key_id: request.key_id.as_deref(),
        import_token: request.import_token.as_ref(),
        encrypted_key_material: request.encrypted_key_material.as_ref(),
        wrapping_key: Some(key.public_key()),
        encrypted_key_material_file: request
            .encrypted_key_material
            .as_ref()
            .map(|blob| FileDigest::of(blob.as_bytes())),
        import_token_file: Some(FileDigest::of(TOKEN_FILE)),
        script: Some(FileDigest::of(SCRIPT)),
    };
    report(contents).compare(&files)
}

fn differing(compared: &[(Recorded, Comparison)]) -> Vec<Recorded> {
    let differs = |(_, comparison): &&(Recorded, Comparison)| {
        matches!(comparison, Comparison::Differs { .. })
    };
    compared
        .iter()
        .filter(differs)
        .map(|(recorded, _)| *recorded)
        .collect()
}

#[test]
fn the_files_that_were_written_are_known_again() {
    let request = import_request(KEY);
    let compared = compare(wrapped_to_a_folder(), &request, &request.to_json(), SPEC);
    let all: Vec<_> = Recorded::ALL
        .iter()
        .map(|recorded| (*recorded, Comparison::Same))
        .collect();
    assert_eq!(compared, all);

    let bare = ImportRequest {
        key_id: Some(arn(KEY).key_id().to_string()),
        ..request.clone()
    };
    let compared = compare(wrapped_to_a_folder(), &bare, &request.to_json(), SPEC);
    assert_eq!(compared, all, "a bare key id is enough");
}

#[test]
fn a_change_of_any_one_is_found() {
    let whole = import_request(KEY);
    let file = whole.to_json();
    for recorded in Recorded::ALL {
        let (mut request, mut file, mut spec) = (whole.clone(), file.clone(), SPEC);
        let mut contents = wrapped_to_a_folder();
        let changed_file = |contents: &mut Contents, content| {
            let mut files = contents.outputs.iter_mut();
            let file = files.find(|file| file.content == content).expect("a file");
            *file = OutputFile::new("other", content, b"other");
        };
        let changed = |blob: &mut Option<Blob>| {
            let mut bytes = blob.take().expect("some").as_bytes().to_vec();
            bytes[0] ^= 1;
            *blob = Some(Blob::new(bytes));
        };
        match recorded {
            Recorded::Command => contents = rehearsed(KEY),
            Recorded::RequestFile => file.push(' '),
            Recorded::KeyId => request.key_id = Some(arn(KeySpec::Rsa2048).to_string()),
            Recorded::ImportToken => changed(&mut request.import_token),
            Recorded::EncryptedKeyMaterial => changed(&mut request.encrypted_key_material),
            Recorded::Options => request.options.key_material_id = Some("x".to_owned()),
            Recorded::WrappingKey => spec = WrappingKeySpec::Rsa3072,
            Recorded::EncryptedKeyMaterialFile => {
                changed_file(&mut contents, OutputContent::EncryptedKeyMaterial);
            }
            Recorded::ImportTokenFile => changed_file(&mut contents, OutputContent::ImportToken),
            Recorded::Script => changed_file(&mut contents, OutputContent::Script),
        }
        let found = differing(&compare(contents, &request, &file, spec));
        let of_the_blob = [
            Recorded::EncryptedKeyMaterial,
            Recorded::EncryptedKeyMaterialFile,
        ];
        if *recorded == Recorded::EncryptedKeyMaterial {
            assert_eq!(found, of_the_blob, "here the file is the request's blob");
        } else {
            assert_eq!(found, [*recorded]);
        }
    }
}

#[test]
fn of_what_differs_no_digest_is_shown() {
    // It may be unwrapped key material.
    let mut request = import_request(KEY);
    let blob = Blob::new(vec![
        7;
        request
            .encrypted_key_material
            .as_ref()
            .expect("a blob")
            .len()
    ]);
    request.encrypted_key_material = Some(blob);
    let file = request.to_json();
    for (recorded, comparison) in compare(wrapped_to_a_folder(), &request, &file, SPEC) {
        let found = match (recorded, comparison) {
            (
                Recorded::RequestFile
                | Recorded::EncryptedKeyMaterial
                | Recorded::EncryptedKeyMaterialFile,
                Comparison::Differs { found, .. },
            ) => found,
            (_, comparison) => {
                assert_eq!(comparison, Comparison::Same, "{recorded}");
                continue;
            }
        };
        assert!(
            found.ends_with(" other bytes") && found.len() < 20,
            "{found}"
        );
    }
}

#[test]
fn every_option_of_the_request_counts() {
    let whole = import_request(KEY);
    let changes: &[fn(&mut ImportRequest)] = &[
        |request| request.options.expiration_model = Some("KEY_MATERIAL_EXPIRES".to_owned()),
        |request| request.options.valid_to = Timestamp::from_millis(1).ok(),
        |request| request.options.import_type = Some("NEW_KEY_MATERIAL".to_owned()),
        |request| request.options.key_material_description = Some("words".to_owned()),
        |request| request.options.key_material_id = Some("ab".repeat(32)),
    ];
    for change in changes {
        let mut request = whole.clone();
        change(&mut request);
        let compared = compare(wrapped(KEY), &request, &whole.to_json(), SPEC);
        assert_eq!(differing(&compared), [Recorded::Options]);
    }
}

#[test]
fn a_report_of_another_command_speaks_of_no_files() {
    let request = import_request(KEY);
    for (recorded, comparison) in compare(rehearsed(KEY), &request, &request.to_json(), SPEC) {
        let unmade = comparison == Comparison::NotMade(NotCompared::OtherCommand);
        assert_eq!(unmade, recorded != Recorded::Command, "{recorded}");
    }
}

#[test]
fn what_is_missing_is_not_compared() {
    let compared = report(wrapped(KEY)).compare(&Files::default());
    let made: Vec<_> = compared
        .iter()
        .filter(|(_, comparison)| *comparison != Comparison::NotMade(NotCompared::NotGiven))
        .collect();
    assert_eq!(made, [&(Recorded::Command, Comparison::Same)]);

    let mut binary = wrapped(KEY);
    let blob = import_request(KEY).encrypted_key_material.expect("a blob");
    binary.outputs = vec![OutputFile::new(
        "blob",
        OutputContent::EncryptedKeyMaterial,
        blob.as_bytes(),
    )];
    let request = import_request(KEY);
    let compared = compare(binary, &request, &request.to_json(), SPEC);
    assert!(
        compared.contains(&(
            Recorded::RequestFile,
            Comparison::NotMade(NotCompared::NotInReport)
        )),
        "none was written"
    );
    assert!(compared.contains(&(Recorded::EncryptedKeyMaterial, Comparison::Same)));
}
