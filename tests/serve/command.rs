//! The command that `serve` runs, and its environment.

use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use byok_core::secret::SecretBytes;
use byok_core::wrapping;
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_public_key::WrappingPublicKey;
use chacha20::ChaCha20Rng;
use rand_core::SeedableRng as _;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::call;
use crate::server::{Server, byok_serve};
use crate::smoke::skipped;

fn run(options: &str, script: &str) -> Output {
    let folder = TempDir::new().expect("a folder");
    let mut command = byok_serve(folder.path());
    command
        .args(options.split_whitespace())
        .args(["--", "sh", "-c", script]);
    command
        .env("AWS_PROFILE", "production")
        .env("AWS_SESSION_TOKEN", "secret");
    command
        .env("AWS_ENDPOINT_URL_S3", "https://s3.example")
        .env("AWS_ROLE_ARN", "arn:aws:iam::1:role/r");
    command
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", "/token")
        .env("MINE", "kept");
    command.env(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "http://169.254.170.23/v1/credentials",
    );
    command.output().expect("byok runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

#[test]
fn a_command_uses_the_store_of_the_rehearsal() {
    let output = run("--store store", "cd / && printf '%s\\n' \"$BYOK_STORE\"");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = stdout(&output);
    assert!(
        said.starts_with('/') && said.ends_with("/store\n"),
        "{said}"
    );
    let output = run("", "printf '%s\\n' \"${BYOK_STORE-none}\"");
    assert_eq!(stdout(&output), "none\n");
}

#[test]
fn a_command_finds_the_rehearsal_and_nothing_of_aws() {
    let output = run(
        "--region eu-central-1",
        "env | grep -E '^(AWS|BOTO|BYOK|MINE|NO_PROXY)' | sort",
    );
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = stdout(&output);
    let url = said
        .lines()
        .find_map(|line| line.strip_prefix("AWS_ENDPOINT_URL="))
        .expect("an endpoint");
    assert!(url.starts_with("http://127.0.0.1:"), "{said}");
    let config = said
        .lines()
        .find_map(|line| line.strip_prefix("AWS_CONFIG_FILE="))
        .expect("a file");
    assert!(!Path::new(config).exists(), "it is removed: {said}");
    assert!(!Path::new(config).parent().expect("a folder").exists());
    let expected = format!(
        "AWS_ACCESS_KEY_ID=AKIDREHEARSALNOTAWS0\nAWS_CONFIG_FILE={config}\n\
         AWS_CREDENTIAL_PROFILES_FILE=/dev/null\nAWS_DEFAULT_REGION=eu-central-1\n\
         AWS_EC2_METADATA_DISABLED=true\nAWS_ENDPOINT_URL={url}\nAWS_ENDPOINT_URL_KMS={url}\n\
         AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false\nAWS_REGION=eu-central-1\n\
         AWS_SECRET_ACCESS_KEY=rehearsal-this-is-not-a-secret-of-aws\nAWS_SHARED_CREDENTIALS_FILE=/dev/null\n\
         BOTO_CONFIG=/dev/null\nBYOK_REHEARSAL=1\nMINE=kept\nNO_PROXY=127.0.0.1,localhost\n"
    );
    assert_eq!(said, expected);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.starts_with("byok: warning: COMMAND ended, and no request arrived")
            && stderr.contains("--endpoint-url \"$AWS_ENDPOINT_URL\""),
        "{stderr}"
    );
}

#[test]
fn its_status_is_the_status_of_the_command() {
    for (script, status) in [("exit 0", 0), ("exit 7", 7), ("kill -KILL $$", 128 + 9)] {
        assert_eq!(run("", script).status.code(), Some(status), "{script}");
    }
    let folder = TempDir::new().expect("a folder");
    let output = byok_serve(folder.path())
        .args(["--", "./no-such-program"])
        .output()
        .expect("byok runs");
    assert_eq!(output.status.code(), Some(4));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.starts_with("byok: error: ./no-such-program: "),
        "{stderr}"
    );
}

/// The command gets SIGTERM, and time to end.
#[test]
fn a_termination_reaches_the_command() {
    let folder = TempDir::new().expect("a folder");
    let script =
        "trap 'echo ending > ended; exit 3' TERM; echo > begun; while :; do sleep 0.05; done";
    let mut child = byok_serve(folder.path())
        .args(["--", "sh", "-c", script])
        .spawn()
        .expect("byok starts");
    let deadline = Instant::now() + Duration::from_secs(60);
    while !folder.path().join("begun").exists() {
        assert!(Instant::now() < deadline, "the command does not begin");
        std::thread::sleep(Duration::from_millis(10));
    }
    let id = i32::try_from(child.id()).expect("a process id");
    kill_process(Pid::from_raw(id).expect("a process id"), Signal::TERM).expect("sent");
    assert_eq!(child.wait().expect("its status").code(), Some(128 + 15));
    assert!(folder.path().join("ended").exists());
}

#[test]
fn a_shell_takes_over_what_it_prints() {
    let server = Server::start("--region eu-west-3");
    let printed = server.printed();
    let ready = std::fs::read_to_string(server.path("ready")).expect("a file");
    assert_eq!(printed, ready);
    let mut shell = std::process::Command::new("sh");
    shell.args([
        "-c",
        ". ./ready && echo $AWS_ENDPOINT_URL_KMS $AWS_REGION ${AWS_PROFILE-unset}",
    ]);
    let output = shell
        .current_dir(server.path("."))
        .env("AWS_PROFILE", "production")
        .output()
        .expect("a shell");
    assert_eq!(
        stdout(&output),
        format!("http://127.0.0.1:{} eu-west-3 unset\n", server.port)
    );

    let server = Server::start("--output json");
    let printed: Value = serde_json::from_str(&server.printed()).expect("JSON");
    assert_eq!(printed["SchemaVersion"], 1);
    assert_eq!(
        printed["Endpoint"],
        format!("http://127.0.0.1:{}", server.port)
    );
    assert_eq!(printed["Environment"]["BYOK_REHEARSAL"], "1");
}

#[test]
fn the_journal_says_who_asked_for_what_and_no_more() {
    let server = Server::start("--diagnose");
    let created = call(
        server.port,
        "CreateKey",
        &json!({ "Origin": "EXTERNAL", "Description": "hush" }),
    );
    let id = created
        .header("x-amzn-requestid")
        .expect("an id")
        .to_owned();
    let arn = created.json()["KeyMetadata"]["Arn"].clone();
    call(
        server.port,
        "Encrypt",
        &json!({ "KeyId": arn, "Plaintext": "aHVzaA==" }),
    );
    let wrapped = json!({
        "KeyId": arn, "ImportToken": "BYOK/REHEARSAL/NOT/AWS//AQ==", "EncryptedKeyMaterial": "aHVzaA==",
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    });
    let refused = call(server.port, "ImportKeyMaterial", &wrapped);
    assert_eq!(refused.body, br#"{"__type":"InvalidImportTokenException"}"#);
    let journal = server.journal(3);
    assert_eq!(journal.len(), 3);
    assert_eq!(
        (&journal[0]["RequestId"], &journal[0]["Operation"]),
        (&json!(id), &json!("CreateKey"))
    );
    assert_eq!(
        (&journal[0]["KeyId"], &journal[0]["Status"]),
        (&arn, &json!(200))
    );
    assert_eq!(journal[1]["Exception"], "KMSInvalidStateException");
    assert_eq!(journal[1].get("Diagnosis"), None);
    let diagnosis = journal[2]["Diagnosis"][0].as_str().expect("a sentence");
    assert!(diagnosis.starts_with("The token is damaged"), "{diagnosis}");
    let said = server.said();
    assert!(!said.contains("hush") && !said.contains("aHVzaA"), "{said}");
    assert!(!Server::start("").said().contains("Diagnosis"));
}

/// Every refusal that AWS words with no text has its reason in the log.
#[test]
fn the_journal_gives_a_reason_where_the_answer_has_no_text() {
    let server = Server::start("--diagnose --at 2026-06-17T12:00:00Z");
    let created = call(server.port, "CreateKey", &json!({ "Origin": "EXTERNAL" })).json();
    let arn = &created["KeyMetadata"]["Arn"];
    let import = |more: &Value| {
        let mut request = json!({
            "KeyId": arn, "ImportToken": "BYOK/REHEARSAL/NOT/AWS//AQ==", "EncryptedKeyMaterial": "AAE=",
        });
        for (name, value) in more.as_object().expect("members") {
            request[name] = value.clone();
        }
        request
    };
    // 2028-06-17T12:00:00Z.
    let too_far =
        import(&json!({ "ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": 1_844_856_000 }));
    let named = import(&json!({
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE", "ImportType": "NEW_KEY_MATERIAL",
        "KeyMaterialId": "0".repeat(64),
    }));
    let alias = import(&json!({
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE", "KeyId": "arn:aws:kms:us-east-1:1:key/x",
    }));
    let refusals = [
        ("ImportKeyMaterial", too_far, "365 days ahead"),
        ("ImportKeyMaterial", named, "has no ID yet"),
        (
            "ImportKeyMaterial",
            alias,
            "arn:aws:kms:REGION:ACCOUNT:key/ID",
        ),
        (
            "GetPublicKey",
            json!({ "KeyId": arn }),
            "have no public key",
        ),
    ];
    for (operation, request, _) in &refusals {
        let refused = call(server.port, operation, request);
        assert_eq!(refused.json().get("message"), None, "{operation}");
    }
    let journal = server.journal(1 + refusals.len());
    for (line, (operation, _, reason)) in journal[1..].iter().zip(&refusals) {
        let diagnosis = line["Diagnosis"][0].as_str().unwrap_or_default();
        assert!(diagnosis.contains(reason), "{operation}: {line}");
    }
}

/// The reason that `byok verify` would give goes to the operator only.
#[test]
fn the_journal_explains_what_does_not_open() {
    let server = Server::start("--diagnose");
    let created = call(server.port, "CreateKey", &json!({ "Origin": "EXTERNAL" })).json();
    let arn = &created["KeyMetadata"]["Arn"];
    let wants = json!({ "KeyId": arn, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048" });
    let parameters = call(server.port, "GetParametersForImport", &wants).json();
    let public_key = BASE64
        .decode(parameters["PublicKey"].as_str().expect("a text"))
        .expect("base64");
    let public_key = WrappingPublicKey::from_spki_der(&public_key).expect("a key");
    let material = SecretBytes::new(vec![7; 32]);
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let wrapped = wrapping::wrap(
        &material,
        WrappingAlgorithm::RsaesOaepSha1,
        &public_key,
        &mut rng,
    );
    let import = json!({
        "KeyId": arn, "ImportToken": parameters["ImportToken"],
        "EncryptedKeyMaterial": BASE64.encode(wrapped.expect("it fits")),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    });
    let refused = call(server.port, "ImportKeyMaterial", &import);
    assert_eq!(refused.body, br#"{"__type":"InvalidCiphertextException"}"#);
    let diagnosis = server.journal(3)[2]["Diagnosis"].to_string();
    assert!(diagnosis.contains("SHA-1"), "{diagnosis}");
}

#[test]
fn the_clock_can_be_set_and_trouble_be_made() {
    let server =
        Server::start("--at 2027-01-01T00:00:00Z --fail ListKeys=DependencyTimeoutException:2");
    let status = || call(server.port, "ListKeys", &json!({})).status;
    assert_eq!([status(), status(), status()], [500, 500, 200]);
    let created = call(server.port, "CreateKey", &json!({ "Origin": "EXTERNAL" })).json();
    let seconds = created["KeyMetadata"]["CreationDate"]
        .as_f64()
        .expect("a time");
    assert!(
        (1_798_761_600.0..1_798_761_660.0).contains(&seconds),
        "{seconds}"
    );

    let ahead = Server::start("--clock-offset 25h --consistency-delay 1d");
    let created = call(ahead.port, "CreateKey", &json!({ "Origin": "EXTERNAL" })).json();
    let now = std::time::UNIX_EPOCH
        .elapsed()
        .expect("after 1970")
        .as_secs_f64();
    let seconds = created["KeyMetadata"]["CreationDate"]
        .as_f64()
        .expect("a time")
        - now;
    assert!((89_900.0..90_100.0).contains(&seconds), "{seconds}");
    let hidden = call(
        ahead.port,
        "DescribeKey",
        &json!({ "KeyId": created["KeyMetadata"]["KeyId"] }),
    );
    assert_eq!(hidden.exception(), "NotFoundException");
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let server = Server::start("");
    let folder = TempDir::new().expect("a folder");
    let output = byok_serve(folder.path())
        .args(["--port", &server.port.to_string()])
        .output()
        .expect("byok runs");
    assert_eq!(output.status.code(), Some(4));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains(&format!("port {} of 127.0.0.1: ", server.port)),
        "{stderr}"
    );
}

/// `localhost` can mean ::1, and no other program may answer there.
#[test]
fn a_port_that_another_has_of_the_other_address_is_an_error() {
    let Ok(other) = std::net::TcpListener::bind("[::1]:0") else {
        return skipped("IPv6");
    };
    let port = other.local_addr().expect("an address").port();
    let folder = TempDir::new().expect("a folder");
    let mut command = byok_serve(folder.path());
    let output = command
        .args(["--port", &port.to_string(), "--", "true"])
        .output()
        .expect("byok runs");
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains(&format!("port {port} of ::1")), "{stderr}");
}

/// A store that others can read is refused at the start.
#[test]
fn an_unsafe_store_is_refused_at_the_start() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().expect("a folder");
    let store = folder.path().join("keys");
    std::fs::create_dir(&store).expect("a folder");
    std::fs::set_permissions(&store, std::fs::Permissions::from_mode(0o755)).expect("changed");
    let output = byok_serve(folder.path())
        .args(["--store", "keys"])
        .output()
        .expect("byok runs");
    assert_eq!(output.status.code(), Some(7), "{output:?}");
}
