//! `byok batch`: rows in every form, faults with their places, shared key material, resumed and killed runs.

#![cfg(unix)]

mod answer;
mod folders;
mod kills;
mod manifests;
mod reports;
mod sandbox;
mod shared;

use sandbox::{Sandbox, WRAP};

#[test]
fn a_row_is_the_single_command() {
    let sandbox = Sandbox::with_keys(3);
    let json = sandbox.json_lines(&[
        r#"{"Id":"a","Material":"k1.bin","Params":"p1.json","KeySpec":"SYMMETRIC_DEFAULT"}"#,
        r#"{"Id":"b","Material":"nowhere","Params":"p2.json","KeySpec":"SYMMETRIC_DEFAULT"}"#,
        r#"{"Id":"c","Material":"k3.bin","Params":"p3.json","KeySpec":"HMAC_512"}"#,
    ]);
    let lines = sandbox.lines(&format!("{WRAP} {json}"), 4);
    assert_eq!(lines[0]["Id"], "a");
    assert_eq!(lines[0]["Status"], "done");
    assert_eq!(lines[0]["KeyMaterial"]["KeySpec"], "SYMMETRIC_DEFAULT");
    assert!(lines[0].get("Error").is_none(), "{}", lines[0]);
    let request = lines[0]["Request"].to_string();
    sandbox.file("request.json", &request);
    sandbox.must("verify --import-request request.json --material k1.bin");
    for (line, arguments) in [
        (
            &lines[1],
            "nowhere --params p2.json --key-spec SYMMETRIC_DEFAULT",
        ),
        (&lines[2], "k3.bin --params p3.json --key-spec HMAC_512"),
    ] {
        let single = format!(
            "wrap --output json --rehearsal --wrapping-algorithm RSAES_OAEP_SHA_256 {arguments}"
        );
        let error = sandbox.run(&single).stderr;
        let error: serde_json::Value = serde_json::from_slice(&error).expect("an error in JSON");
        assert_eq!(line["Error"], error);
        assert_eq!(line["Status"], "failed");
    }
}

#[test]
fn every_operation_answers_in_its_member() {
    let sandbox = Sandbox::new();
    let keys = sandbox.csv("Id,KeySpec\nx1,SYMMETRIC_DEFAULT\nx2,ECC_NIST_P256\nx3,RSA_2048\n");
    let lines = sandbox.lines(&format!("generate {keys} --format der --out-dir no"), 1);
    assert_eq!(lines[0]["Error"]["__type"], "byok#Usage");
    let lines = sandbox.lines(&format!("generate {keys} --out-dir keys"), 0);
    let specs: Vec<_> = lines
        .iter()
        .map(|line| line["KeyMaterial"]["KeySpec"].clone())
        .collect();
    assert_eq!(specs, ["SYMMETRIC_DEFAULT", "ECC_NIST_P256", "RSA_2048"]);
    let refused = sandbox.run(&format!("batch generate {keys}"));
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");

    let id = "1234abcd-12ab-34cd-56ef-12345678900";
    let parameters = sandbox.csv(&format!(
        "Id,KeyId,KeySpec,WrappingAlgorithm\nx1,{id}1,SYMMETRIC_DEFAULT,RSAES_OAEP_SHA_256\n\
         x2,{id}2,ECC_NIST_P256,\nx3,{id}3,RSA_2048,\n"
    ));
    let options = "--wrapping-algorithm RSA_AES_KEY_WRAP_SHA_256 --wrapping-key-spec RSA_2048";
    let lines = sandbox.lines(
        &format!("params {options} {parameters} --out-dir params"),
        0,
    );
    assert!(
        lines[1]["Parameters"]["ImportToken"].is_string(),
        "{}",
        lines[1]
    );
    assert!(lines[1]["ParametersValidTo"].is_string(), "{}", lines[1]);

    let wrap = sandbox.csv(
        "Id,Material,Params,KeySpec,WrappingAlgorithm\n\
         x1,keys/x1/PlaintextKeyMaterial.bin,params/x1/parameters.json,SYMMETRIC_DEFAULT,RSAES_OAEP_SHA_256\n\
         x2,keys/x2/PlaintextKeyMaterial.der,params/x2/parameters.json,ECC_NIST_P256,\n\
         x3,keys/x3/PlaintextKeyMaterial.der,params/x3/parameters.json,RSA_2048,\n",
    );
    let options = "--rehearsal --wrapping-algorithm RSA_AES_KEY_WRAP_SHA_256";
    sandbox.lines(&format!("wrap {options} {wrap} --out-dir imports"), 0);
    sandbox.must("verify --dir imports/x3");
    let request = "REHEARSAL-import-key-material.json";
    let verify = sandbox.csv(&format!(
        "Id,ImportRequest,ExpectMaterial\n\
         x1,imports/x1/{request},\nx2,imports/x2/{request},cmac:000000\n"
    ));
    let lines = sandbox.lines(&format!("verify {verify}"), 1);
    assert_eq!(lines[0]["Verdict"]["Verdict"], "accepted");
    assert_eq!(lines[1]["Status"], "failed");
    assert_eq!(lines[1]["Error"]["__type"], "byok#Expectation");

    let rehearse = sandbox.csv(
        "Id,Material,KeySpec\nx2,keys/x2/PlaintextKeyMaterial.der,\n\
         x1,keys/x1/PlaintextKeyMaterial.bin,HMAC_512\n",
    );
    let lines = sandbox.lines(
        &format!("rehearse --wrapping-key-spec RSA_2048 {rehearse}"),
        1,
    );
    assert_eq!(lines[0]["Verdict"]["Verdict"], "accepted");
    assert_eq!(lines[1]["Status"], "refused");
    assert_eq!(lines[1]["Error"]["__type"], "IncorrectKeyMaterialException");
}

#[test]
fn lines_come_in_the_order_of_the_rows_whatever_the_threads() {
    let sandbox = Sandbox::with_keys(1);
    let names: Vec<String> = (0..200)
        .map(|row| format!("row-{}", row * 7919 % 200))
        .collect();
    let manifest = sandbox.rows(&names);
    for jobs in ["", "--jobs 1", "--jobs 7"] {
        let lines = sandbox.lines(&format!("{WRAP} --params p1.json {manifest} {jobs}"), 0);
        let ids: Vec<_> = lines
            .iter()
            .map(|line| line["Id"].as_str().expect("a name"))
            .collect();
        assert_eq!(ids, names, "{jobs}");
    }
}

#[test]
fn the_lines_of_all_shards_are_those_of_the_whole() {
    let sandbox = Sandbox::with_keys(1);
    let names: Vec<String> = (0..23).map(|row| format!("row-{row}")).collect();
    let manifest = sandbox.rows(&names);
    let mut ids = Vec::new();
    for index in 0..5 {
        let line = format!("batch {WRAP} --params p1.json {manifest} --shard env/5");
        let mut command = sandbox.byok(&line);
        let output = command.env("JOB_COMPLETION_INDEX", index.to_string());
        let output = output.output().expect("byok runs");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        for line in sandbox::json_lines(&output.stdout) {
            ids.push(line["Id"].as_str().expect("a name").to_owned());
        }
    }
    assert_eq!(ids, names);
    let outside = sandbox.run(&format!(
        "batch {WRAP} --params p1.json {manifest} --shard 5/5"
    ));
    assert_eq!(outside.status.code(), Some(2), "{outside:?}");
}

#[test]
fn a_row_has_precedence_over_a_default() {
    let sandbox = Sandbox::with_keys(2);
    let manifest = sandbox.csv(
        "Id,Material,Params,KeyMaterialDescription,TrustParameters\n\
         a,k1.bin,p1.json,its-own,FALSE\nb,k2.bin,p2.json,,\n",
    );
    let line = format!(
        "{WRAP} --key-material-description of-all --trust-parameters --key-spec SYMMETRIC_DEFAULT \
         {manifest}"
    );
    let lines = sandbox.lines(&line, 0);
    let descriptions = lines
        .iter()
        .map(|line| &line["Request"]["KeyMaterialDescription"]);
    assert_eq!(descriptions.collect::<Vec<_>>(), ["its-own", "of-all"]);
}

#[test]
fn each_kind_of_warning_is_printed_once() {
    let sandbox = Sandbox::with_keys(1);
    let manifest = sandbox.rows(&["a", "b", "c"].map(str::to_owned));
    for name in ["row-key-0", "row-key-1"] {
        sandbox::set_mode(&sandbox.path(name), 0o644);
    }
    let production = "wrap --wrapping-algorithm RSAES_OAEP_SHA_256 --key-spec SYMMETRIC_DEFAULT \
                      --params example.json --at 2016-12-01T00:00:00Z";
    sandbox.file("example.json", sandbox::fixture("example-response.json"));
    let output = sandbox.run(&format!("batch {production} {manifest}"));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    let warnings: Vec<_> = stderr
        .lines()
        .filter(|line| line.contains("warning"))
        .collect();
    let expected = [
        (
            "row-key-0 is a secret, and its mode 0644",
            "(row a, and of another row)",
        ),
        ("byok used the time of --at", "(row a, and of 2 other rows)"),
        (
            "the wrapping key is not proven",
            "(row a, and of 2 other rows)",
        ),
    ];
    assert_eq!(warnings.len(), expected.len(), "{stderr}");
    for (start, end) in expected {
        let is_it = |line: &&str| line.contains(start) && line.ends_with(end);
        assert_eq!(
            warnings.iter().copied().filter(is_it).count(),
            1,
            "{start}: {stderr}"
        );
    }
    assert!(stderr.ends_with("byok: note: 3 rows: 3 done\n"), "{stderr}");
}
