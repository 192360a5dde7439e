//! Abusive clients have no effect.

use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use chacha20::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};
use serde_json::json;

use crate::client::{AUTHORIZATION, Client, call, request};
use crate::server::Server;

/// The head of a valid request, without the headers about the end of its body.
fn head(port: u16, framing: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Amz-Target: TrentService.ListKeys\r\n\
         Content-Type: application/x-amz-json-1.1\r\nAuthorization: {AUTHORIZATION}\r\n{framing}\r\n"
    )
}

/// A request hidden in the body of another is never read.
#[test]
fn no_request_is_smuggled_in() {
    let server = Server::start("");
    let port = server.port;
    let hidden = String::from_utf8(request(port, "CreateKey", "{}")).expect("UTF-8");
    let chunk = format!("{:x}\r\n{hidden}\r\n0\r\n\r\n", hidden.len());
    let mut tries = 0;
    for (framing, body) in [
        (
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            format!("0\r\n\r\n{hidden}"),
        ),
        (
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            format!("0\r\n\r\n{hidden}"),
        ),
        (
            "Transfer-Encoding: chunked\r\n",
            format!("0\r\n\r\n{hidden}"),
        ),
        ("Transfer-Encoding: identity\r\n", hidden.clone()),
        ("Transfer-Encoding: chunked, identity\r\n", chunk.clone()),
        (
            "Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n",
            format!("{{}}{hidden}"),
        ),
        (
            "Transfer-Encoding : chunked\r\nContent-Length: 2\r\n",
            format!("{{}}{hidden}"),
        ),
        (
            " Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
            format!("{{}}{hidden}"),
        ),
        (
            "Content-Length: 2\r\nContent-Length: 3\r\n",
            format!("{{}}{hidden}"),
        ),
        ("Content-Length: 2, 3\r\n", format!("{{}}{hidden}")),
        ("Content-Length: +2\r\n", format!("{{}}{hidden}")),
        ("Content-Length: 0x2\r\n", format!("{{}}{hidden}")),
        ("Content-Length: -2\r\n", format!("{{}}{hidden}")),
        ("Content-Length:\r\n", format!("{{}}{hidden}")),
        ("Content-Length: 2\r\nX: a\0b\r\n", format!("{{}}{hidden}")),
        ("Expect: 200-ok\r\nTransfer-Encoding: chunked\r\n", chunk),
    ] {
        let mut client = Client::connect(port);
        client
            .send((head(port, framing) + &body).as_bytes())
            .expect("sent");
        match client.receive() {
            Ok(response) => assert_eq!(response.status, 400, "{framing}: {response:?}"),
            Err(error) => panic!("{framing}: {error}"),
        }
        assert!(client.is_closed(), "{framing}: the rest is looked at");
        tries += 1;
    }
    assert_eq!(tries, 16);
    assert_eq!(
        call(port, "ListKeys", &json!({})).json()["Keys"],
        json!([]),
        "a key was made"
    );
    assert!(
        server
            .journal(tries)
            .iter()
            .all(|line| line["Operation"] != "CreateKey")
    );
}

#[test]
fn requests_in_a_row_are_answered_in_a_row() {
    let server = Server::start("");
    let mut client = Client::connect(server.port);
    let batch: Vec<u8> = (0..200)
        .flat_map(|number| {
            let operation = if number % 2 == 0 {
                "ListKeys"
            } else {
                "Nothing"
            };
            request(server.port, operation, "{}")
        })
        .collect();
    client.send(&batch).expect("sent");
    for number in 0..200 {
        let response = client.receive().expect("an answer");
        let expected = if number % 2 == 0 {
            (200, "")
        } else {
            (400, "UnknownOperationException")
        };
        assert_eq!(
            (response.status, response.exception().as_str()),
            expected,
            "{number}"
        );
    }
}

/// `serve` frees the buffers of a connection whenever all its requests are answered. It keeps the received
/// part of the next request.
#[test]
fn requests_are_answered_wherever_they_are_cut() {
    let server = Server::start("");
    let mut client = Client::connect(server.port);
    let one = request(server.port, "ListKeys", "{}");
    for at in (1..one.len()).step_by(7) {
        // A whole request and the beginning of the next, then its rest.
        let first = [&one, &one[..at]].concat();
        client.send(&first).expect("sent");
        assert_eq!(client.receive().expect("an answer").status, 200, "{at}");
        sleep(Duration::from_millis(3));
        client.send(&one[at..]).expect("sent");
        assert_eq!(client.receive().expect("an answer").status, 200, "{at}");
    }
    // More in a row than are read at once.
    client.send(&one.repeat(100)).expect("sent");
    for number in 0..100 {
        assert_eq!(client.receive().expect("an answer").status, 200, "{number}");
    }
}

#[test]
fn bodies_have_a_limit() {
    let server = Server::start("");
    let port = server.port;
    let send = |framing: &str, body: &[u8]| {
        let mut client = Client::connect(port);
        client.send(head(port, framing).as_bytes()).expect("sent");
        // The server may have answered and closed before all of it was sent.
        let _ = client.send(body);
        client.receive().expect("an answer")
    };
    let longest = format!("{{\"KeyId\":\"{}\"}}", "a".repeat((1 << 20) - 12));
    assert_eq!(longest.len(), 1 << 20);
    let response = send(
        &format!("Content-Length: {}\r\n", longest.len()),
        longest.as_bytes(),
    );
    assert_eq!(response.status, 200, "ListKeys has no KeyId, and takes any");
    for (len, status) in [
        ("1048577", 413),
        ("1073741824", 413),
        ("18446744073709551615", 431),
    ] {
        let response = send(&format!("Content-Length: {len}\r\n"), b"{");
        assert_eq!(response.status, status, "{len}: {response:?}");
    }
    let long_head = format!("X: {}\r\n", "a".repeat(32 * 1024));
    let mut client = Client::connect(port);
    let _ = client.send(head(port, &long_head).as_bytes());
    assert!(
        client
            .receive()
            .is_ok_and(|response| response.status == 431)
            || client.is_closed()
    );
    assert_eq!(call(port, "ListKeys", &json!({})).status, 200);
}

/// 10 seconds for a head, 30 for a body. Meanwhile others are served.
#[test]
fn slow_clients_are_given_up() {
    let server = Server::start("");
    let port = server.port;
    let slow_head = thread::spawn(move || {
        let mut client = Client::connect(port);
        let began = Instant::now();
        for byte in head(port, "Content-Length: 2\r\n").bytes() {
            if client.send(&[byte]).is_err() {
                break;
            }
            sleep(Duration::from_millis(500));
        }
        assert!(client.receive().is_err(), "nothing is answered");
        began.elapsed()
    });
    let silent = thread::spawn(move || {
        let mut client = Client::connect(port);
        let began = Instant::now();
        assert!(client.is_closed());
        began.elapsed()
    });
    let slow_body = thread::spawn(move || {
        let mut client = Client::connect(port);
        let began = Instant::now();
        client
            .send((head(port, "Content-Length: 100\r\n") + "{").as_bytes())
            .expect("sent");
        let response = client.receive().expect("an answer");
        assert_eq!(response.status, 408, "{response:?}");
        began.elapsed()
    });
    for _ in 0..20 {
        assert_eq!(call(port, "ListKeys", &json!({})).status, 200);
        sleep(Duration::from_millis(100));
    }
    let within = |took: Duration, seconds: u64| {
        let limit = Duration::from_secs(seconds);
        assert!(
            limit <= took + Duration::from_millis(500) && took < limit + Duration::from_secs(20),
            "{took:?}"
        );
    };
    within(silent.join().expect("no panic"), 10);
    // The last byte may have been sent just before the end was noticed.
    within(slow_head.join().expect("no panic"), 10);
    within(slow_body.join().expect("no panic"), 30);
}

#[test]
fn there_are_64_connections_and_no_more() {
    let server = Server::start("");
    let mut open: Vec<Client> = (0..64).map(|_| Client::connect(server.port)).collect();
    for client in &mut open {
        client
            .send(&request(server.port, "ListKeys", "{}"))
            .expect("sent");
        assert_eq!(client.receive().expect("an answer").status, 200);
    }
    for _ in 0..10 {
        assert!(Client::connect(server.port).is_closed());
    }
    drop(open);
    let deadline = Instant::now() + Duration::from_secs(60);
    let is_served = || {
        let mut client = Client::connect(server.port);
        let _ = client.send(&request(server.port, "ListKeys", "{}"));
        client
            .receive()
            .is_ok_and(|response| response.status == 200)
    };
    while !is_served() {
        assert!(Instant::now() < deadline, "nobody is let in any more");
        sleep(Duration::from_millis(20));
    }
}

/// 1,000 keys of 64 KiB, and then no more.
#[test]
fn keys_do_not_fill_the_memory() {
    let server = Server::start("--quiet");
    let tag = |number| json!({ "TagKey": format!("{number:0100}"), "TagValue": "v".repeat(256) });
    let body = json!({
        "Origin": "EXTERNAL",
        "Description": "d".repeat(8192),
        "Policy": json!({ "Statement": ["s".repeat(32_000)] }).to_string(),
        "Tags": (0..50).map(tag).collect::<Vec<_>>(),
    });
    let (body, port) = (body.to_string(), server.port);
    let before = server.resident_kib();
    let mut client = Client::connect(port);
    let mut made = 0;
    let refused = loop {
        client
            .send(&request(port, "CreateKey", &body))
            .expect("sent");
        let response = client.receive().expect("an answer");
        if response.status != 200 {
            break response.exception();
        }
        made += 1;
        assert!(made < 1500, "there is no limit");
    };
    assert_eq!(refused, "LimitExceededException");
    assert!(made > 900, "{made}");
    let grown = server.resident_kib() - before;
    assert!(grown < 128 << 10, "{grown} KiB");
    assert_eq!(call(port, "ListKeys", &json!({})).status, 200);
}

#[test]
fn noise_is_no_harm() {
    let mut server = Server::start("");
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    for round in 0..1000 {
        let mut noise = vec![0; 1 + (rng.next_u32() as usize % 300)];
        rng.fill_bytes(&mut noise);
        let bytes = match round % 3 {
            0 => noise,
            // A valid request with noise in it.
            1 => {
                let mut bytes = request(server.port, "ListKeys", "{}");
                for byte in noise.iter().take(3) {
                    let at = rng.next_u32() as usize % bytes.len();
                    bytes[at] = *byte;
                }
                bytes
            }
            _ => [
                &head(server.port, "Content-Length: 64\r\n").into_bytes()[..],
                &noise,
            ]
            .concat(),
        };
        if let Ok(mut client) = Client::try_connect(server.port) {
            let _ = client.send(&bytes);
        }
    }
    assert!(server.is_alive());
    let deadline = Instant::now() + Duration::from_secs(120);
    let is_served = || {
        let mut client = Client::connect(server.port);
        let _ = client.send(&request(server.port, "ListKeys", "{}"));
        client
            .receive()
            .is_ok_and(|response| response.status == 200)
    };
    while !is_served() {
        assert!(Instant::now() < deadline, "it answers no more");
        sleep(Duration::from_millis(50));
    }
}

/// A client that closes the connection gets no extra key generation, and is logged.
#[test]
fn a_flood_of_clients_that_hang_up_is_held_back() {
    let server = Server::start("");
    let port = server.port;
    let created = call(port, "CreateKey", &json!({ "Origin": "EXTERNAL" })).json();
    let key_id = created["KeyMetadata"]["KeyId"].clone();
    let wants = json!({
        "KeyId": key_id, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_4096",
    });
    let wants = request(port, "GetParametersForImport", &wants.to_string());
    for _ in 0..40 {
        let mut client = Client::connect(port);
        client.send(&wants).expect("sent");
        sleep(Duration::from_millis(10));
    }
    let began = Instant::now();
    assert_eq!(
        call(port, "DescribeKey", &json!({ "KeyId": key_id })).status,
        200
    );
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    let journal = server.journal(1 + 40 + 1);
    let asked = journal
        .iter()
        .filter(|line| line["Operation"] == "GetParametersForImport");
    let (refused, made): (Vec<_>, Vec<_>) =
        asked.partition(|line| line["Exception"] == "ThrottlingException");
    assert_eq!(refused.len() + made.len(), 40);
    assert!(
        refused.len() >= 10 && made.iter().all(|line| line["Status"] == 200),
        "{journal:?}"
    );
}

/// A few keys are generated at a time, and 16 requests wait. Others are refused, and cheap calls
/// served, at once.
#[test]
fn a_flood_of_wrapping_keys_is_held_back() {
    let server = Server::start("");
    let port = server.port;
    let created = call(port, "CreateKey", &json!({ "Origin": "EXTERNAL" })).json();
    let key_id = created["KeyMetadata"]["KeyId"].clone();
    let wants = json!({
        "KeyId": key_id, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_4096",
    });
    let flood: Vec<_> = (0..40)
        .map(|_| {
            let wants = wants.clone();
            thread::spawn(move || {
                let began = Instant::now();
                let response = call(port, "GetParametersForImport", &wants);
                (response.exception(), began.elapsed())
            })
        })
        .collect();
    sleep(Duration::from_millis(300));
    let slowest = (0..20)
        .map(|_| {
            let began = Instant::now();
            assert_eq!(
                call(port, "DescribeKey", &json!({ "KeyId": key_id })).status,
                200
            );
            sleep(Duration::from_millis(20));
            began.elapsed()
        })
        .max();
    // One who waited for the keys would wait for minutes.
    assert!(slowest < Some(Duration::from_secs(10)), "{slowest:?}");
    let outcomes: Vec<_> = flood
        .into_iter()
        .map(|thread| thread.join().expect("no panic"))
        .collect();
    let refused: Vec<_> = outcomes
        .iter()
        .filter(|(exception, _)| exception == "ThrottlingException")
        .collect();
    let made = outcomes
        .iter()
        .filter(|(exception, _)| exception.is_empty())
        .count();
    assert_eq!(refused.len() + made, 40, "{outcomes:?}");
    assert!(refused.len() >= 10 && made >= 16, "{outcomes:?}");
    // Refused requests do not wait for a key: the flood takes much longer.
    let longest = outcomes
        .iter()
        .map(|(_, took)| *took)
        .max()
        .expect("outcomes");
    let slowest_refusal = refused
        .iter()
        .map(|(_, took)| *took)
        .max()
        .expect("refusals");
    assert!(
        slowest_refusal < longest / 4,
        "{slowest_refusal:?} of {longest:?}"
    );
}
