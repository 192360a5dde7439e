//! Durability: keys in a folder survive any end; material does not.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Client, call, request, try_call};
use crate::server::Server;

/// Creates, tags and describes keys until the server is gone. Returns the keys that it confirmed.
fn load(port: u16, stop: &AtomicBool) -> BTreeSet<String> {
    let mut made = BTreeSet::new();
    while !stop.load(Ordering::Relaxed) {
        let Ok(response) = try_call(port, "CreateKey", &json!({ "Origin": "EXTERNAL" })) else {
            break;
        };
        if response.status == 200 {
            let key_id = response.json()["KeyMetadata"]["KeyId"]
                .as_str()
                .expect("an id")
                .to_owned();
            let tags = json!([{ "TagKey": "a", "TagValue": key_id }]);
            let _ = try_call(
                port,
                "TagResource",
                &json!({ "KeyId": key_id, "Tags": tags }),
            );
            let _ = try_call(port, "ScheduleKeyDeletion", &json!({ "KeyId": key_id }));
            let _ = try_call(port, "CancelKeyDeletion", &json!({ "KeyId": key_id }));
            made.insert(key_id);
        }
    }
    made
}

fn keys(port: u16) -> BTreeSet<String> {
    let (mut keys, mut marker) = (BTreeSet::new(), None::<Value>);
    loop {
        let mut wants = json!({ "Limit": 1000 });
        if let Some(marker) = marker.take() {
            wants["Marker"] = marker;
        }
        let page = call(port, "ListKeys", &wants).json();
        let listed = page["Keys"].as_array().expect("a list").iter();
        keys.extend(listed.map(|key| key["KeyId"].as_str().expect("an id").to_owned()));
        match page.get("NextMarker") {
            Some(next) => marker = Some(next.clone()),
            None => return keys,
        }
    }
}

/// Killed 50 times while it writes: the store always opens, and every confirmed change is there.
#[test]
fn a_store_survives_every_death() {
    let mut folder = TempDir::new().expect("a folder");
    let mut made = BTreeSet::new();
    // More often where a machine is so busy that little is written in between.
    for round in 0..1000_u64 {
        if round >= 50 && made.len() > 50 {
            break;
        }
        let server = Server::start_in(folder, "--store keys");
        let port = server.port;
        let stop = Arc::new(AtomicBool::new(false));
        let loads: Vec<_> = (0..3)
            .map(|_| {
                let stop = Arc::clone(&stop);
                thread::spawn(move || load(port, &stop))
            })
            .collect();
        thread::sleep(Duration::from_millis(10 + 7 * (round % 13)));
        folder = server.kill();
        stop.store(true, Ordering::Relaxed);
        for thread in loads {
            made.extend(thread.join().expect("no panic"));
        }
    }
    let server = Server::start_in(folder, "--store keys");
    let listed = keys(server.port);
    let lost: Vec<_> = made.difference(&listed).collect();
    assert!(
        lost.is_empty() && made.len() > 50,
        "{} made, lost: {lost:?}",
        made.len()
    );
    for key_id in &listed {
        let described = call(server.port, "DescribeKey", &json!({ "KeyId": key_id }));
        assert_eq!(described.status, 200, "{described:?}");
        let tags = call(server.port, "ListResourceTags", &json!({ "KeyId": key_id })).json();
        let tags = tags["Tags"].as_array().expect("a list").clone();
        assert!(
            tags.is_empty() || tags == [json!({ "TagKey": "a", "TagValue": key_id })],
            "{tags:?}"
        );
    }
}

/// Requests that have begun finish before the end. Others do not begin.
#[test]
fn a_termination_lets_requests_end() {
    let mut server = Server::start("");
    let created = call(server.port, "CreateKey", &json!({ "Origin": "EXTERNAL" })).json();
    let wants = json!({
        "KeyId": created["KeyMetadata"]["KeyId"], "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
        "WrappingKeySpec": "RSA_3072",
    });
    let mut idle = Client::connect(server.port);
    let mut client = Client::connect(server.port);
    client
        .send(&request(
            server.port,
            "GetParametersForImport",
            &wants.to_string(),
        ))
        .expect("sent");
    // What came later is answered: the request has begun.
    assert_eq!(call(server.port, "ListKeys", &json!({})).status, 200);
    thread::sleep(Duration::from_millis(50));
    let began = Instant::now();
    server.signal(Signal::TERM);
    assert!(idle.is_closed(), "who asks for nothing is not waited for");
    let response = client.receive();
    let status = server.wait();
    let took = began.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
    assert_eq!(status.code(), Some(128 + 15));
    // A key that takes longer is not waited for.
    if took < Duration::from_millis(4500) {
        assert_eq!(response.expect("an answer").status, 200);
    }
    assert!(!server.path("ready").exists(), "it is not ready any more");
    assert!(Client::try_connect(server.port).is_err());
}

#[test]
fn other_signals_end_it_too() {
    for (signal, number) in [(Signal::INT, 2), (Signal::HUP, 1)] {
        for line in ["", "-- sleep 60"] {
            let mut server = Server::start(line);
            server.signal(signal);
            assert_eq!(server.wait().code(), Some(128 + number), "{line}");
            assert!(!server.path("ready").exists(), "it is not ready any more");
        }
    }
}

/// `nohup` is for programs that outlive their terminal.
#[cfg(target_os = "linux")]
#[test]
fn an_ignored_hangup_stays_ignored() {
    let folder = TempDir::new().expect("a folder");
    let script = r#"trap '' HUP; exec "$0" serve --ready-file ready"#;
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", script, env!("CARGO_BIN_EXE_byok")])
        .current_dir(folder.path());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut server = Server::of(command, folder);
    server.signal(Signal::HUP);
    assert_eq!(call(server.port, "ListKeys", &json!({})).status, 200);
    server.signal(Signal::TERM);
    assert_eq!(server.wait().code(), Some(128 + 15));
}

#[test]
fn keys_are_shared_with_the_command_line_and_material_is_not_kept() {
    let server = Server::start("--store keys");
    let created = call(server.port, "CreateKey", &json!({ "Origin": "EXTERNAL" })).json();
    let arn = created["KeyMetadata"]["Arn"].as_str().expect("an ARN");
    let mut byok = std::process::Command::new(env!("CARGO_BIN_EXE_byok"));
    let described = byok
        .args(["key", "describe", "--store"])
        .arg(server.path("keys"))
        .arg(arn)
        .env_clear();
    let described = described.output().expect("byok runs");
    let described: Value = serde_json::from_slice(&described.stdout).expect("JSON");
    assert_eq!(described["KeyMetadata"], created["KeyMetadata"]);
}

/// The aliases of a store survive the end of serve, belong to one Region, and are destroyed with the store.
#[test]
fn aliases_are_kept_with_the_keys() {
    let server = Server::start("--store keys");
    let created = call(server.port, "CreateKey", &json!({ "Origin": "EXTERNAL" })).json();
    let key_id = &created["KeyMetadata"]["KeyId"];
    for name in ["alias/a", "alias/b"] {
        let request = json!({ "AliasName": name, "TargetKeyId": key_id });
        assert_eq!(call(server.port, "CreateAlias", &request).status, 200);
    }
    let request = json!({ "AliasName": "alias/b" });
    assert_eq!(call(server.port, "DeleteAlias", &request).status, 200);
    let before = call(server.port, "ListAliases", &json!({})).json();
    let server = Server::start_in(server.kill(), "--store keys");
    assert_eq!(call(server.port, "ListAliases", &json!({})).json(), before);
    assert_eq!(before["Aliases"].as_array().map(Vec::len), Some(1));
    let described = call(server.port, "DescribeKey", &json!({ "KeyId": "alias/a" })).json();
    assert_eq!(&described["KeyMetadata"]["KeyId"], key_id);
    let folder = server.kill();
    let mut byok = std::process::Command::new(env!("CARGO_BIN_EXE_byok"));
    let destroyed = byok
        .args(["store", "destroy", "--yes", "--store"])
        .arg(folder.path().join("keys"))
        .env_clear();
    let destroyed = destroyed.output().expect("byok runs");
    assert!(destroyed.status.success(), "{destroyed:?}");
    assert!(!folder.path().join("keys").exists());
}
