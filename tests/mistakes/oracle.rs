//! `--no-diagnosis`: whoever brings blobs of others learns no more than AWS KMS would say.

use std::collections::BTreeSet;
use std::process::Output;

use crate::workshop::{Import, PRESCRIBED, PRIVATE, SYMMETRIC, Workshop};

/// Blobs of one length that do not open, each for its own reason.
fn faults_of_one_block(workshop: &Workshop) -> Vec<Vec<u8>> {
    let key = workshop.sandbox.read("key.bin");
    let good = workshop.good(SYMMETRIC);
    let zeros = vec![0; 256 - key.len()];
    let mut blobs: Vec<_> = [
        (
            "oaep -pkeyopt rsa_oaep_md:sha1 -pkeyopt rsa_mgf1_md:sha1",
            &key[..],
        ),
        (
            "oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha1",
            &key,
        ),
        (
            "oaep -pkeyopt rsa_oaep_md:sha1 -pkeyopt rsa_mgf1_md:sha256",
            &key,
        ),
        (
            "oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_oaep_label:00",
            &key,
        ),
        ("pkcs1", &key),
        ("pkcs1", b""),
        ("none", &[&zeros[..], &key].concat()),
        (
            "none",
            &[&[0, 1], &[0xff; 221][..], &[0], &key[..]].concat(),
        ),
    ]
    .into_iter()
    .map(|(padding, message)| workshop.rsa(SYMMETRIC, padding, message))
    .collect();
    blobs.push(workshop.rsa(PRIVATE, PRESCRIBED, &key));
    blobs.push(good.iter().rev().copied().collect());
    for edge in [
        vec![0; 256],
        vec![0xff; 256],
        [&[0; 255][..], &[1]].concat(),
    ] {
        blobs.push(edge);
    }
    for at in [0, 1, 31, 32, 127, 255] {
        let mut damaged = good.clone();
        damaged[at] ^= 1;
        blobs.push(damaged);
    }
    blobs
}

/// The same with a second half.
fn faults_of_two_halves(workshop: &Workshop) -> Vec<Vec<u8>> {
    let good = workshop.good(PRIVATE);
    let ec = workshop.sandbox.read("ec.pk8");
    let second = |key: &[u8], initial: &str| workshop.enc("id-aes256-wrap-pad", key, initial, &ec);
    let key = workshop.aes_key(32);
    let short = workshop.aes_key(16);
    let mut swapped = good.clone();
    swapped.rotate_left(256);
    let mut padded = ec.clone();
    padded.resize(144, 0);
    let mut blobs = vec![
        swapped,
        [
            workshop.rsa(PRIVATE, PRESCRIBED, &key),
            second(&key, "00000000"),
        ]
        .concat(),
        [
            workshop.rsa(PRIVATE, PRESCRIBED, &short),
            workshop.enc("id-aes128-wrap-pad", &short, "A65959A6", &ec),
        ]
        .concat(),
        [
            workshop.rsa(PRIVATE, PRESCRIBED, &key),
            workshop.enc("id-aes256-wrap", &key, "A6A6A6A6A6A6A6A6", &padded),
        ]
        .concat(),
        [
            workshop.rsa(PRIVATE, PRESCRIBED, &workshop.aes_key(32)),
            second(&key, "A65959A6"),
        ]
        .concat(),
        [
            workshop.rsa(PRIVATE, "pkcs1", &key),
            second(&key, "A65959A6"),
        ]
        .concat(),
        [
            workshop.rsa(PRIVATE, PRESCRIBED, b"no key"),
            second(&key, "A65959A6"),
        ]
        .concat(),
    ];
    for at in [0, 255, 256, 264, good.len() - 1] {
        let mut damaged = good.clone();
        damaged[at] ^= 1;
        blobs.push(damaged);
    }
    blobs
}

/// Returns everything that a run prints, as text and as JSON.
fn told(
    workshop: &Workshop,
    import: Import,
    blob: &[u8],
    options: &str,
) -> [(Option<i32>, Vec<u8>, Vec<u8>); 2] {
    workshop.sandbox.write("blob", blob);
    let line = format!(
        "verify --params {}.json --encrypted-key-material blob {options}",
        import.name
    );
    ["", "--output json"].map(|form| {
        let Output {
            status,
            stdout,
            stderr,
        } = workshop.sandbox.byok(&format!("{line} {form}"), &[]);
        (status.code(), stdout, stderr)
    })
}

#[test]
fn what_does_not_open_is_told_in_the_same_bytes_whatever_is_wrong() {
    let Some(workshop) = Workshop::new() else {
        return;
    };
    for (import, blobs) in [
        (SYMMETRIC, faults_of_one_block(&workshop)),
        (PRIVATE, faults_of_two_halves(&workshop)),
    ] {
        assert!(
            blobs.len() >= 12 && blobs.iter().all(|blob| blob.len() == blobs[0].len()),
            "{}",
            import.name
        );
        let told_of_all = |options| -> BTreeSet<_> {
            blobs
                .iter()
                .map(|blob| told(&workshop, import, blob, options))
                .collect()
        };
        let answers: Vec<_> = told_of_all("--no-diagnosis").into_iter().collect();
        let [[(status, text, stderr), (json_status, _, json_stderr)]] = &answers[..] else {
            panic!("{}: {} answers", import.name, answers.len())
        };
        assert_eq!((status, json_status), (&Some(1), &Some(1)));
        assert!(
            text.ends_with(b"\nNo: InvalidCiphertextException.\n"),
            "{}",
            String::from_utf8_lossy(text)
        );
        assert_eq!(
            (stderr.as_slice(), json_stderr.as_slice()),
            (&b""[..], &b""[..])
        );
        assert!(
            told_of_all("").len() > 5,
            "{}: they are told apart where they may be",
            import.name
        );
    }
}
