//! The access log never blocks requests, whoever reads it.

use std::io::{BufRead as _, BufReader};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::client::{Client, request};
use crate::server::Server;

/// More than the pipe and the queue hold: lines of more than 150 bytes.
const MANY: usize = 3000;

/// Sends requests repeatedly, and returns their IDs.
fn ask(port: u16, count: usize) -> Vec<Value> {
    let mut client = Client::connect(port);
    let mut ids = Vec::new();
    for _ in 0..count {
        client.send(&request(port, "ListKeys", "{}")).expect("sent");
        let response = client.receive().expect("an answer");
        assert_eq!(response.status, 200);
        ids.push(json!(response.header("x-amzn-requestid").expect("an id")));
    }
    ids
}

#[test]
fn a_reader_who_does_not_read_holds_up_nothing() {
    for line in ["", "-- sleep 60"] {
        let (mut server, unread) = Server::start_unread(line);
        ask(server.port, MANY);
        let began = Instant::now();
        server.signal(Signal::TERM);
        assert_eq!(server.wait().code(), Some(128 + 15), "{line}");
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{line}: {:?}",
            began.elapsed()
        );
        drop(unread);
    }
}

/// A late reader gets the first lines, then the number of dropped ones, then the later lines.
#[test]
fn what_is_dropped_is_counted() {
    let (mut server, pipe) = Server::start_unread("");
    let mut asked = ask(server.port, MANY);
    let mut lines = BufReader::new(pipe).lines();
    let mut next = || -> Option<Value> {
        let line = lines.next()?.expect("readable");
        Some(serde_json::from_str(&line).expect("a line of JSON"))
    };
    let (mut read, mut dropped) = (Vec::new(), 0);
    while read.len() + dropped < MANY {
        let line = next().expect("a line");
        match line["LinesDropped"].as_u64() {
            Some(count) => dropped += usize::try_from(count).expect("a small number"),
            None => read.push(line["RequestId"].clone()),
        }
    }
    assert!(
        dropped > 0 && read == asked[..read.len()],
        "{dropped} dropped, {} read",
        read.len()
    );
    asked = ask(server.port, 100);
    server.signal(Signal::TERM);
    assert_eq!(server.wait().code(), Some(128 + 15));
    // The queued lines were written before the end.
    let rest: Vec<Value> = std::iter::from_fn(next)
        .map(|line| line["RequestId"].clone())
        .collect();
    assert_eq!(rest, asked);
}
