//! A refusal arrives whatever the client was sending, and each is logged.

use std::io::{self, Write as _};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{AUTHORIZATION, Client, call};
use crate::server::Server;

fn head(port: u16, host: &str, len: usize) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: {host}:{port}\r\nX-Amz-Target: TrentService.ListKeys\r\n\
         Content-Type: application/x-amz-json-1.1\r\nAuthorization: {AUTHORIZATION}\r\n\
         Content-Length: {len}\r\n\r\n"
    )
}

/// The server answers while the body is still arriving, and the answer survives the unread bytes.
#[test]
fn a_client_that_sends_it_all_first_gets_its_answer() {
    let server = Server::start("");
    for (host, status) in [("127.0.0.1", 413), ("example.com", 403)] {
        for _ in 0..5 {
            let mut client = Client::connect(server.port);
            let body = vec![b'a'; 2 << 20];
            client
                .send(head(server.port, host, body.len()).as_bytes())
                .expect("sent");
            // In pieces, as from a file: the first arrive long before the last.
            for piece in body.chunks(64 << 10) {
                client.send(piece).expect("it is taken");
                sleep(Duration::from_millis(1));
            }
            assert_eq!(client.receive().expect("an answer").status, status);
            assert!(client.is_closed());
        }
    }
}

/// Reading after a refusal is limited, in bytes and in time.
#[test]
fn nobody_is_listened_to_for_ever() {
    let server = Server::start("");
    let refuse = || -> io::Result<TcpStream> {
        let mut tcp = TcpStream::connect(("127.0.0.1", server.port))?;
        tcp.set_write_timeout(Some(Duration::from_secs(20)))?;
        tcp.write_all(head(server.port, "127.0.0.1", 1 << 30).as_bytes())?;
        Ok(tcp)
    };
    let mut fast = refuse().expect("sent");
    let chunk = vec![0; 1 << 20];
    let sent = (0..1024)
        .take_while(|_| fast.write_all(&chunk).is_ok())
        .count();
    // 8 MiB, and the buffers of the system at both ends.
    assert!(sent < 64, "{sent} MiB");
    let mut slow = refuse().expect("sent");
    let began = Instant::now();
    while slow.write_all(b"a").is_ok() {
        assert!(began.elapsed() < Duration::from_secs(20), "it listens on");
        sleep(Duration::from_millis(50));
    }
}

/// Also for bytes that are not a request.
#[test]
fn every_refusal_is_in_the_log() {
    let server = Server::start("");
    let (long, port) = ("a".repeat(32 << 10), server.port);
    let refusals = [
        ("no request\r\n\r\n".to_owned(), 400, "byok#BadRequest"),
        (
            format!("POST / HTTP/1.1\r\nX: {long}\r\n\r\n"),
            431,
            "byok#RequestHeaderFieldsTooLarge",
        ),
        (
            format!("POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX: \0\r\n\r\n"),
            400,
            "byok#BadRequest",
        ),
        (head(port, "example.com", 0), 403, "byok#Forbidden"),
    ];
    for (bytes, status, _) in &refusals {
        let mut client = Client::connect(port);
        client.send(bytes.as_bytes()).expect("sent");
        assert_eq!(client.receive().expect("an answer").status, *status);
        assert!(client.is_closed());
    }
    assert_eq!(call(port, "ListKeys", &json!({})).status, 200);
    let journal = server.journal(refusals.len() + 1);
    for (line, (bytes, status, name)) in journal.iter().zip(&refusals) {
        assert_eq!(
            (&line["Status"], &line["Exception"]),
            (&json!(status), &json!(name)),
            "{bytes}"
        );
        assert_eq!(
            (&line["RequestId"], &line["Operation"]),
            (&Value::Null, &Value::Null),
            "{bytes}"
        );
    }
}

/// What a script called and serve does not rehearse is in the log.
#[test]
fn the_log_names_an_operation_that_is_not_rehearsed() {
    let server = Server::start("");
    let response = call(server.port, "ConnectCustomKeyStore", &json!({}));
    let message = &response.json()["message"];
    assert_eq!(
        message,
        "byok serve does not rehearse ConnectCustomKeyStore"
    );
    let line = server.journal(1).remove(0);
    assert_eq!(line["Operation"], "ConnectCustomKeyStore");
    assert_eq!(line["Exception"], "UnknownOperationException");
}
