//! Values of a manifest never reach a shell or the AWS CLI as anything but values.

use serde_json::{Value, json};

use crate::rehearsal::{
    GET_PARAMETERS, IMPORT_ALL, Rehearsal, all, assert_status, new_row, try_byok,
};

#[test]
fn hostile_values_are_values() {
    let hostile = "$(touch pwned) `touch pwned` 'q' \"d\" ; %s%n \\n \\ -n é € & | > pwned";
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Sid": "'$(touch pwned)'\n", "Effect": "Allow", "Action": "kms:*", "Resource": "*",
        "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
    }] });
    let row = |id: &str, description: &str| {
        json!({
            "Id": id, "Description": description, "Policy": policy.to_string(),
            "Tags": [{ "TagKey": "-n", "TagValue": "= + - @ : /" }],
            "MultiRegion": true, "Alias": format!("alias/-{id}"),
        })
    };
    let rows = [
        row("a", hostile),
        row("-b".trim_start_matches('-'), "-leading --region us-east-1"),
        row("file", "file:///etc/passwd"),
    ];
    let Some(rehearsal) = Rehearsal::start(&rows, "") else {
        return;
    };
    rehearsal.must(GET_PARAMETERS);
    rehearsal.wrap("");
    rehearsal.must(IMPORT_ALL);
    rehearsal.assert_done(IMPORT_ALL, 3);
    for (id, expected) in [
        ("a", hostile),
        ("b", "-leading --region us-east-1"),
        ("file", "file:///etc/passwd"),
    ] {
        let described = rehearsal.read(&format!("plan/REHEARSAL-state/{id}/describe-key.json"));
        let described: Value = serde_json::from_str(&described).expect("JSON");
        assert_eq!(described["KeyMetadata"]["Description"], expected);
        assert_eq!(described["KeyMetadata"]["MultiRegion"], true);
    }
    for folder in ["", "plan", "wrapped", "plan/REHEARSAL-state/a"] {
        assert!(!rehearsal.path(folder).join("pwned").exists(), "{folder}");
    }
}

#[test]
fn a_folder_of_any_name_is_taken() {
    let Some(rehearsal) = Rehearsal::start(&[new_row("a")], "") else {
        return;
    };
    rehearsal.must(GET_PARAMETERS);
    rehearsal.wrap("");
    let name = "-$HOME %s 'w'";
    std::fs::rename(rehearsal.path("wrapped"), rehearsal.path(name)).expect("renamed");
    let mut script = rehearsal.script(&["sh"], "./import-all.sh");
    assert_status(&script.arg(name).output().expect("a shell"), 0);
    rehearsal.assert_done(IMPORT_ALL, 1);
}

#[test]
fn a_row_that_aws_would_refuse_is_no_plan() {
    let refused = |row: Value, message: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("rows.jsonl"), format!("{row}\n")).expect("written");
        let output = try_byok(
            folder.path(),
            "batch plan rows.jsonl --out-dir plan --region eu-central-1 --account-id 111122223333 \
             --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_2048",
        );
        assert_status(&output, 3);
        let expected = format!("byok: error: rows.jsonl: row 1 (line 1): {message}\n");
        assert!(
            all(&output).contains(&expected),
            "{expected}{}",
            all(&output)
        );
        assert!(!folder.path().join("plan").exists());
    };
    let arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    refused(json!({ "KeySpec": "HMAC_256" }), "the member Id is missing");
    refused(
        json!({ "Id": "a", "Description": "two\nlines" }),
        "Description: contains a control character",
    );
    refused(
        json!({ "Id": "a", "KeySpec": "HMAC_256" }),
        "AWS KMS would refuse CreateKey: ValidationException: You must specify a KeyUsage value for \
         all KMS keys except for symmetric encryption keys.",
    );
    refused(
        json!({ "Id": "a", "KeyId": arn, "Alias": "alias/a" }),
        "Alias: only a new key gets one, and the row names a KeyId",
    );
    refused(
        json!({ "Id": "a", "Descripton": "a" }),
        "Descripton: no such member",
    );
    refused(
        json!({ "Id": "a", "AccountId": "444455556666" }),
        "account 444455556666, and the plan is for account 111122223333",
    );
    refused(
        json!({ "Id": "a", "KeyId": arn, "Region": "us-east-1" }),
        "KeyId: NotFoundException: Invalid arn eu-central-1",
    );
}
