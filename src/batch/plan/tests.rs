use byok_core::key_id::{AccountId, KeyArn};
use byok_core::region::Region;
use byok_core::timestamp::Timestamp;
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_key_spec::WrappingKeySpec;
use chacha20::ChaCha20Rng;
use rand_core::SeedableRng as _;
use serde_json::Value;

use super::row::{NewKey, PlanKey, PlanRow};
use super::{Plan, PlanError, PlanFiles, PlanId, scripts};

const ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn key() -> NewKey {
    NewKey {
        region: Region::parse("eu-central-1").expect("a Region"),
        key_spec: None,
        key_usage: None,
        description: None,
        multi_region: None,
        policy: None,
        tags: Vec::new(),
        alias: None,
    }
}

fn row(id: &str, key: PlanKey) -> PlanRow {
    PlanRow {
        place: (0, 0),
        id: id.to_owned(),
        key,
        wrapping_algorithm: WrappingAlgorithm::RsaesOaepSha256,
        wrapping_key_spec: WrappingKeySpec::Rsa2048,
    }
}

fn new(id: &str, key: NewKey) -> PlanRow {
    row(id, PlanKey::New(Box::new(key)))
}

fn planned(mut rows: Vec<PlanRow>) -> Result<PlanFiles, PlanError> {
    for (number, row) in (1..).zip(&mut rows) {
        row.place = (number, number);
    }
    let plan = Plan {
        id: PlanId::from_random(0x0123_4567_89ab_cdef),
        account_id: AccountId::parse("111122223333").expect("an account"),
        written_at: Timestamp::parse("2026-11-29T12:00:00Z").expect("a time"),
        rows,
    };
    scripts(&plan, &mut ChaCha20Rng::seed_from_u64(1))
}

#[track_caller]
fn assert_error(rows: Vec<PlanRow>, message: &str) {
    let error = planned(rows).expect_err("an error").to_string();
    assert_eq!(error, message);
}

#[test]
fn a_row_is_a_line_of_ascii_that_no_value_leaves() {
    let hostile = "$(touch x) `touch y` 'q' \"d\" %s%n \\ é €";
    let key = NewKey {
        description: Some(hostile.to_owned()),
        policy: Some("{\n\t\"Statement\": []\n}".to_owned()),
        tags: vec![("cost centre".to_owned(), "-n @ 1".to_owned())],
        alias: Some("alias/tenant-1".to_owned()),
        multi_region: Some(true),
        ..key()
    };
    let existing = PlanKey::Existing(KeyArn::parse(ARN).expect("an ARN"));
    let files = planned(vec![new("tenant-1", key), row("tenant-2", existing)]).expect("files");
    assert!(files.rows.is_ascii());
    let lines: Vec<&str> = files.rows.split_terminator('\n').collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    let cells: Vec<&str> = lines[1].split('\t').collect();
    let [
        id,
        region,
        key_id,
        algorithm,
        wrapping_key_spec,
        alias,
        create_key,
    ] = cells[..]
    else {
        panic!("{cells:?}");
    };
    assert_eq!(
        [id, region, key_id, algorithm, wrapping_key_spec, alias],
        [
            "tenant-1",
            "eu-central-1",
            "-",
            "RSAES_OAEP_SHA_256",
            "RSA_2048",
            "alias/tenant-1"
        ]
    );
    let request: Value = serde_json::from_str(create_key).expect("JSON");
    assert_eq!(request["Description"], hostile);
    assert_eq!(request["Origin"], "EXTERNAL");
    assert_eq!(request["MultiRegion"], true);
    assert_eq!(request["Tags"][0]["TagKey"], "byok:batch");
    assert_eq!(request["Tags"][0]["TagValue"], "0123456789abcdef/tenant-1");
    assert_eq!(request["Tags"][1]["TagValue"], "-n @ 1");
    assert_eq!(
        lines[2],
        format!("tenant-2\teu-central-1\t{ARN}\tRSAES_OAEP_SHA_256\tRSA_2048\t-\t-")
    );
}

#[test]
fn a_script_has_no_value_of_the_manifest() {
    let key = NewKey {
        description: Some("a secret word".to_owned()),
        ..key()
    };
    let files = planned(vec![new("a.row", key)]).expect("files");
    for script in [&files.get_parameters, &files.import_all] {
        assert!(!script.contains("secret word") && !script.contains("a.row"));
        let mut words =
            script.split(|c: char| !(c.is_ascii_uppercase() || "@_0123456789".contains(c)));
        let is_left = |word: &str| word.len() > 2 && word.starts_with('@') && word.ends_with('@');
        assert_eq!(words.find(|word| is_left(word)), None, "{script}");
        assert!(script.contains("plan='0123456789abcdef'\n"));
        assert!(script.contains("account='111122223333'\n"));
        assert!(script.contains("row_count=1\n"));
        assert!(script.is_ascii());
    }
}

#[test]
fn the_message_names_the_row_and_the_reason() {
    let plain = |id: &str| new(id, key());
    for id in ["", "-a", ".a", "a/b", "a b", "ä", "a\n", &"a".repeat(129)] {
        assert_error(
            vec![plain("a"), plain(id)],
            "row 2: expected 1 to 128 letters, digits, periods, underscores and hyphens, of which \
             the first is a letter or a digit",
        );
    }
    assert!(planned(vec![plain(&"a".repeat(128))]).is_ok());
    assert_error(
        vec![plain("tenant"), plain("TENANT")],
        "row 2: row 1 has the same Id, ignoring case",
    );
    let with = |change: &dyn Fn(&mut NewKey)| {
        let mut key = key();
        change(&mut key);
        vec![new("a", key)]
    };
    assert_error(
        with(&|key| key.description = Some("two\nlines".to_owned())),
        "row 1: contains a control character",
    );
    assert_error(
        with(&|key| key.tags = vec![("a".to_owned(), "\u{202e}b".to_owned())]),
        "row 1: contains a control character",
    );
    assert_error(
        with(&|key| key.tags = vec![("byok:batch".to_owned(), "b".to_owned())]),
        "row 1: byok writes the tag byok:batch itself",
    );
    assert_error(
        with(&|key| key.key_spec = Some("RSA_2048".to_owned())),
        "row 1: AWS KMS would refuse CreateKey: ValidationException: You must specify a KeyUsage \
         value for all KMS keys except for symmetric encryption keys.",
    );
    assert_error(
        with(&|key| key.alias = Some("alias/aws/s3".to_owned())),
        "row 1: AWS KMS would refuse CreateAlias: NotAuthorizedException",
    );
    assert_error(
        with(&|key| {
            key.key_spec = Some("RSA_2048".to_owned());
            key.key_usage = Some("SIGN_VERIFY".to_owned());
        }),
        "row 1: ValidationException: Wrapping algorithm RSAES_OAEP_SHA_256 and wrapping key spec \
         RSA_2048 cannot be used to import a RSA_2048 key.",
    );
}

#[test]
fn two_rows_of_a_region_have_no_alias_in_common() {
    let with_alias = |id: &str, region: &str| {
        let key = NewKey {
            region: Region::parse(region).expect("a Region"),
            alias: Some("alias/a".to_owned()),
            ..key()
        };
        new(id, key)
    };
    assert_error(
        vec![
            with_alias("a", "eu-central-1"),
            with_alias("b", "eu-central-1"),
        ],
        "row 2: row 1 creates the same alias",
    );
    let rows = vec![
        with_alias("a", "eu-central-1"),
        with_alias("b", "us-east-1"),
    ];
    assert!(planned(rows).is_ok());
}

#[test]
fn a_key_of_another_account_is_refused() {
    let existing = |arn: &str| {
        let key = PlanKey::Existing(KeyArn::parse(arn).expect("an ARN"));
        vec![row("a", key)]
    };
    assert!(planned(existing(ARN)).is_ok());
    assert_error(
        existing(&ARN.replace("111122223333", "444455556666")),
        "row 1: the key is in account 444455556666, and the plan is for account 111122223333",
    );
}

#[test]
fn a_script_tells_its_plan() {
    let files = planned(vec![new("a", key())]).expect("files");
    let id = PlanId::of_script(&files.get_parameters);
    assert_eq!(id, Some(PlanId::from_random(0x0123_4567_89ab_cdef)));
    assert_eq!(PlanId::of_script("plan='0123456789abcdeg'\n"), None);
}
