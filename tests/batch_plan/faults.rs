//! What the scripts do with refusals, lost answers and throttling.

use serde_json::json;

use crate::rehearsal::{GET_PARAMETERS, IMPORT_ALL, Rehearsal, all, assert_status, byok, new_row};

fn two_rows() -> [serde_json::Value; 2] {
    [new_row("a"), new_row("b")]
}

#[test]
fn another_account_stops_the_run_before_it_changes_anything() {
    let options = "--account-id 444455556666";
    let Some(rehearsal) = Rehearsal::start(&two_rows(), options) else {
        return;
    };
    for script in [GET_PARAMETERS, IMPORT_ALL] {
        std::fs::create_dir_all(rehearsal.path("wrapped")).expect("made");
        let output = rehearsal.run(script);
        assert_status(&output, 6);
        assert!(
            all(&output)
                .contains("of account 444455556666, and the plan is for account 111122223333"),
            "{}",
            all(&output)
        );
    }
    assert_eq!(rehearsal.calls(), ["get-caller-identity"; 2]);
}

#[test]
fn expired_credentials_stop_the_run_and_mark_no_row() {
    for operation in ["CreateKey", "GetParametersForImport", "ImportKeyMaterial"] {
        let fault = format!("--fail {operation}=ExpiredTokenException:1");
        let Some(rehearsal) = Rehearsal::start(&two_rows(), &fault) else {
            return;
        };
        let mut script = GET_PARAMETERS;
        if operation == "ImportKeyMaterial" {
            rehearsal.must(GET_PARAMETERS);
            rehearsal.wrap("");
            script = IMPORT_ALL;
        }
        let output = rehearsal.run(script);
        assert_status(&output, 4);
        assert!(all(&output).contains(&format!("{operation}: ExpiredTokenException: ")));
        let results = rehearsal.results(script);
        let is_pending =
            |[_, _, status, error]: &[String; 4]| status == "pending" && error.is_empty();
        assert!(results.iter().all(is_pending), "{results:?}");
        // Nothing has to be looked for: AWS did nothing.
        let calls = rehearsal.calls().len();
        rehearsal.must(script);
        rehearsal.assert_done(script, 2);
        let made = rehearsal.calls().split_off(calls);
        assert!(!made.contains(&"list-keys".to_owned()), "{made:?}");
        assert!(!made.contains(&"describe-key".to_owned()), "{made:?}");
    }
}

#[test]
fn throttling_is_waited_out() {
    let faults = "--fail CreateKey=ThrottlingException:1 \
                  --fail GetParametersForImport=ThrottlingException:1 \
                  --fail ImportKeyMaterial=ThrottlingException:2";
    let Some(rehearsal) = Rehearsal::start(&two_rows(), faults) else {
        return;
    };
    rehearsal.must(GET_PARAMETERS);
    rehearsal.wrap("");
    rehearsal.must(IMPORT_ALL);
    let keys = rehearsal.assert_done(IMPORT_ALL, 2);
    assert_eq!(rehearsal.done("CreateKey"), keys);
    assert_eq!(rehearsal.done("ImportKeyMaterial"), keys);
}

#[test]
fn a_lost_answer_is_looked_for_before_a_call_is_repeated() {
    let faults = "--fail CreateKey=KMSInternalException:1 \
                  --fail CreateAlias=DependencyTimeoutException:1 \
                  --fail GetParametersForImport=KMSInternalException:1 \
                  --fail ImportKeyMaterial=DependencyTimeoutException:1";
    let mut row = new_row("a");
    row["Alias"] = json!("alias/a");
    let Some(rehearsal) = Rehearsal::start(&[row, new_row("b")], faults) else {
        return;
    };
    rehearsal.must(GET_PARAMETERS);
    let made = rehearsal.calls().join(" ");
    assert!(
        made.starts_with(
            "get-caller-identity create-key list-keys list-keys create-key create-alias"
        ),
        "{made}"
    );
    rehearsal.wrap("");
    rehearsal.must(IMPORT_ALL);
    let made = rehearsal.calls().join(" ");
    assert!(
        made.contains("import-key-material describe-key describe-key import-key-material"),
        "{made}"
    );
    let keys = rehearsal.assert_done(IMPORT_ALL, 2);
    assert_eq!(rehearsal.done("ImportKeyMaterial"), keys);
}

#[test]
fn an_import_that_nobody_can_decide_is_unknown_and_not_repeated() {
    let fault = "--fail ImportKeyMaterial=KMSInternalException:1 --fail DescribeKey=AccessDeniedException:2";
    let Some(rehearsal) = Rehearsal::start(&[new_row("a")], fault) else {
        return;
    };
    rehearsal.must(GET_PARAMETERS);
    rehearsal.wrap("");
    for _ in 0..2 {
        assert_status(&rehearsal.run(IMPORT_ALL), 1);
        let [[_, _, status, error]] = &rehearsal.results(IMPORT_ALL)[..] else {
            panic!("one row");
        };
        assert_eq!(status, "unknown");
        assert!(
            error.starts_with("\"DescribeKey: AccessDeniedException: "),
            "{error}"
        );
    }
    let imports = || {
        rehearsal
            .calls()
            .iter()
            .filter(|call| *call == "import-key-material")
            .count()
    };
    assert_eq!(imports(), 1);
    rehearsal.must(IMPORT_ALL);
    assert_eq!(imports(), 2);
}

#[test]
fn two_keys_with_the_tag_of_a_row_stop_the_run() {
    let Some(rehearsal) = Rehearsal::start(&two_rows(), "") else {
        return;
    };
    rehearsal.must(GET_PARAMETERS);
    let state = rehearsal.path("plan/REHEARSAL-state/a");
    let forget = || {
        for name in ["key-id", "params.json"] {
            std::fs::remove_file(state.join(name)).expect("removed");
        }
    };
    forget();
    rehearsal.must(GET_PARAMETERS);
    assert_eq!(rehearsal.done("CreateKey").len(), 2);
    // Somebody else uses the tag.
    let request = rehearsal.read("plan/REHEARSAL-state/a/create-key.json");
    std::fs::write(rehearsal.path("plan/request.json"), request).expect("written");
    let create = "aws kms create-key --region eu-central-1 --endpoint-url $AWS_ENDPOINT_URL \
                  --cli-input-json file://plan/request.json";
    let mut create = rehearsal.script(&["sh", "-c", create], "request.json");
    assert_status(&create.output().expect("a shell"), 0);
    forget();
    let output = rehearsal.run(GET_PARAMETERS);
    assert_status(&output, 1);
    assert!(
        all(&output).contains("2 keys have the tag byok:batch = "),
        "{}",
        all(&output)
    );
    assert_eq!(rehearsal.done("CreateKey").len(), 3);
}

/// The plan was written again between CreateKey and the record of the key.
#[test]
fn a_lost_key_with_other_settings_is_not_taken() {
    let Some(rehearsal) = Rehearsal::start(&[new_row("a")], "") else {
        return;
    };
    rehearsal.must(GET_PARAMETERS);
    for name in ["key-id", "params.json"] {
        let path = format!("plan/REHEARSAL-state/a/{name}");
        std::fs::remove_file(rehearsal.path(&path)).expect("removed");
    }
    let row = "{\"Id\":\"a\",\"Description\":\"other\"}\n";
    std::fs::write(rehearsal.path("rows.jsonl"), row).expect("written");
    byok(&rehearsal.path(""), PLAN_AGAIN);
    assert_status(&rehearsal.run(GET_PARAMETERS), 1);
    let results = rehearsal.results(GET_PARAMETERS);
    let message = "the key exists, and was created with the settings of ";
    assert!(results[0][3].contains(message), "{results:?}");
    assert_eq!(rehearsal.done("CreateKey").len(), 1);
    assert_eq!(rehearsal.done("GetParametersForImport").len(), 1);
}

#[test]
fn a_new_key_that_aws_does_not_show_yet_is_waited_for() {
    let Some(mut rehearsal) = Rehearsal::start(&[new_row("a")], "--consistency-delay 3s") else {
        return;
    };
    rehearsal.consistency_seconds = 30;
    rehearsal.must(GET_PARAMETERS);
    rehearsal.assert_done(GET_PARAMETERS, 1);
}

#[test]
fn a_refused_row_does_not_stop_the_others() {
    let fault = "--fail GetParametersForImport=AccessDeniedException:1";
    let Some(rehearsal) = Rehearsal::start(&two_rows(), fault) else {
        return;
    };
    assert_status(&rehearsal.run(GET_PARAMETERS), 1);
    let results = rehearsal.results(GET_PARAMETERS);
    assert_eq!([&results[0][2], &results[1][2]], ["failed", "done"]);
    assert!(results[0][3].starts_with("\"GetParametersForImport: AccessDeniedException: User: "));
    rehearsal.wrap("");
    assert_status(&rehearsal.run(IMPORT_ALL), 1);
    let results = rehearsal.results(IMPORT_ALL);
    assert_eq!([&results[0][2], &results[1][2]], ["pending", "done"]);
}

#[test]
fn expired_parameters_are_asked_for_again_and_not_sent() {
    let Some(rehearsal) = Rehearsal::start(&[new_row("a")], "") else {
        return;
    };
    rehearsal.must(GET_PARAMETERS);
    rehearsal.wrap("");
    let asked = rehearsal.path("plan/REHEARSAL-state/a/params-asked");
    let hours_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(86_400);
    let since = hours_ago
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970");
    let line = std::fs::read_to_string(&asked).expect("a line");
    let (_, words) = line.split_once(' ').expect("the time, and two words");
    std::fs::write(&asked, format!("{} {words}", since.as_secs())).expect("written");
    let output = rehearsal.run(IMPORT_ALL);
    assert_status(&output, 1);
    assert!(all(&output).contains("warning: the import parameters of 1 rows expire before"));
    assert!(rehearsal.results(IMPORT_ALL)[0][3].contains("the import parameters expired"));
    assert!(
        !rehearsal
            .calls()
            .contains(&"import-key-material".to_owned())
    );
    rehearsal.must(GET_PARAMETERS);
    assert_eq!(rehearsal.done("GetParametersForImport").len(), 2);
    assert_eq!(rehearsal.done("CreateKey").len(), 1);
}

#[test]
fn production_and_rehearsal_are_never_mixed() {
    let Some(rehearsal) = Rehearsal::start(&[new_row("a")], "") else {
        return;
    };
    for script in [GET_PARAMETERS, IMPORT_ALL] {
        std::fs::create_dir_all(rehearsal.path("wrapped")).expect("made");
        let mut production = rehearsal.script(&["sh"], script);
        production.env_remove("BYOK_REHEARSAL");
        let output = production.output().expect("a shell");
        assert_status(&output, 6);
        assert!(
            all(&output).contains("BYOK_REHEARSAL is not set"),
            "{}",
            all(&output)
        );
        let mut elsewhere = rehearsal.script(&["sh"], script);
        elsewhere
            .env_remove("AWS_ENDPOINT_URL_KMS")
            .env("AWS_ENDPOINT_URL", "https://kms.eu-central-1.amazonaws.com");
        assert_status(&elsewhere.output().expect("a shell"), 6);
    }
    assert!(rehearsal.calls().is_empty());
}

#[test]
fn changed_rows_are_refused() {
    let Some(rehearsal) = Rehearsal::start(&[new_row("a")], "") else {
        return;
    };
    let rows = rehearsal.read("plan/rows.tsv");
    std::fs::write(
        rehearsal.path("plan/rows.tsv"),
        rows.replace("eu-central-1", "eu-central-2"),
    )
    .expect("written");
    assert_status(&rehearsal.run(GET_PARAMETERS), 6);
    assert!(rehearsal.calls().is_empty());
}

/// Writes the plan of `rows.jsonl` again.
const PLAN_AGAIN: &str = "batch plan rows.jsonl --force --out-dir plan --region eu-central-1 \
     --account-id 111122223333 --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_2048";

#[test]
fn a_plan_that_is_written_again_keeps_its_keys() {
    let Some(rehearsal) = Rehearsal::start(&[new_row("a")], "") else {
        return;
    };
    rehearsal.must(GET_PARAMETERS);
    std::fs::write(
        rehearsal.path("rows.jsonl"),
        "{\"Id\":\"a\"}\n{\"Id\":\"b\"}\n",
    )
    .expect("written");
    byok(&rehearsal.path(""), PLAN_AGAIN);
    rehearsal.must(GET_PARAMETERS);
    let keys = rehearsal.assert_done(GET_PARAMETERS, 2);
    assert_eq!(rehearsal.done("CreateKey"), keys);
}

#[test]
fn a_plan_with_other_rows_fails_those_whose_key_is_another() {
    let row = "{\"Id\":\"a\"}\n";
    let Some(rehearsal) = Rehearsal::start(&[new_row("a")], "") else {
        return;
    };
    let plan_again = |rows: &str, line: &str| {
        std::fs::write(rehearsal.path("rows.jsonl"), rows).expect("written");
        byok(&rehearsal.path(""), line);
    };
    rehearsal.must(GET_PARAMETERS);
    std::fs::create_dir(rehearsal.path("wrapped")).expect("made");
    let key_arn = rehearsal.done("CreateKey").remove(0);
    let other_key = key_arn.split_at(key_arn.len() - 1).0.to_owned()
        + if key_arn.ends_with('0') { "1" } else { "0" };
    for (rows, line, expected) in [
        (
            "{\"Id\":\"a\",\"MultiRegion\":true}\n",
            PLAN_AGAIN.to_owned(),
            "the key exists, and was created with the settings of ",
        ),
        (
            row,
            PLAN_AGAIN.replace("eu-central-1", "eu-west-1"),
            "the row is for eu-west-1, and the key exists in another Region: ",
        ),
        (
            &format!("{{\"Id\":\"a\",\"KeyId\":\"{other_key}\"}}\n"),
            PLAN_AGAIN.to_owned(),
            "has another key",
        ),
    ] {
        plan_again(rows, &line);
        assert_status(&rehearsal.run(GET_PARAMETERS), 1);
        let results = rehearsal.results(GET_PARAMETERS);
        assert!(results[0][3].contains(expected), "{results:?}");
        assert_status(&rehearsal.run(IMPORT_ALL), 1);
        let results = rehearsal.results(IMPORT_ALL);
        assert!(results[0][3].contains(expected), "{results:?}");
    }
    assert_eq!(rehearsal.done("GetParametersForImport").len(), 1);
    // The same row again, with an alias and another wrapping key spec.
    rehearsal.wrap("");
    let line = PLAN_AGAIN.replace("RSA_2048", "RSA_3072");
    plan_again("{\"Id\":\"a\",\"Alias\":\"alias/a\"}\n", &line);
    assert_status(&rehearsal.run(IMPORT_ALL), 1);
    let results = rehearsal.results(IMPORT_ALL);
    assert!(
        results[0][3].contains("for another wrapping algorithm or wrapping key spec"),
        "{results:?}"
    );
    std::fs::remove_dir_all(rehearsal.path("wrapped/a")).expect("removed");
    rehearsal.must(GET_PARAMETERS);
    assert_eq!(rehearsal.done("CreateKey"), [key_arn]);
    assert_eq!(rehearsal.done("CreateAlias").len(), 1);
    assert_eq!(rehearsal.done("GetParametersForImport").len(), 2);
    rehearsal.wrap("");
    rehearsal.must(IMPORT_ALL);
    rehearsal.assert_done(IMPORT_ALL, 1);
}
