//! The reader's verdict on each file of `cryptography-vectors`, compared with `verdicts.txt`.
//!
//! `BLESS=1` writes the table again.

use std::fmt::Write as _;
use std::fs;

use byok_core::compatibility::Rules;
use byok_core::key_material::{KeyMaterial, KeyMaterialError, ReadOptions, Reading};
use byok_core::key_spec::Family;
use byok_core::secret::SecretBytes;

use crate::interop_support::{Sandbox, assert_success, has_openssl, say, skip, test_file};
use crate::vectors::{Vector, Vectors};

const TABLE: &str = "corpus/verdicts.txt";

#[test]
fn every_file_gets_its_verdict() {
    let Some(vectors) = Vectors::find() else {
        return;
    };
    let path = test_file(TABLE);
    let mut found = format!("# cryptography-vectors {}\n", vectors.version);
    for vector in &vectors.files {
        let _ = writeln!(found, "{}\t{}", vector.name, verdict(&read(vector)));
    }
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, found).expect("the table can be written");
        return;
    }
    let table = fs::read_to_string(path).expect("the table");
    if table.lines().next() != found.lines().next() {
        return skip(&format!(
            "{} were made of another version than {}",
            TABLE, vectors.version
        ));
    }
    let differences: Vec<_> = found
        .lines()
        .zip(table.lines())
        .filter(|(found, expected)| found != expected)
        .collect();
    assert_eq!(
        differences,
        [],
        "found, and in the table; BLESS=1 writes it again"
    );
    assert_eq!(found, table);
    say(&format!(
        "{} files of cryptography-vectors have their verdicts",
        vectors.files.len()
    ));
}

fn read(vector: &Vector) -> Result<Reading, KeyMaterialError> {
    let file = SecretBytes::new(fs::read(&vector.path).expect("the file"));
    let passphrase = vector
        .passphrase()
        .map(|text| SecretBytes::copy_of(text.as_bytes()));
    let options = ReadOptions {
        passphrase: passphrase.as_ref(),
        ..ReadOptions::new(Rules::Standard)
    };
    KeyMaterial::read(&file, &options)
}

fn verdict(outcome: &Result<Reading, KeyMaterialError>) -> String {
    let Reading {
        material,
        source_format,
        remarks,
    } = match outcome {
        Ok(reading) => reading,
        Err(error) => return format!("refused: {error}"),
    };
    let remarks: Vec<_> = remarks
        .iter()
        .map(|remark| format!("; {remark:?}"))
        .collect();
    format!(
        "taken: {source_format}, {}{}",
        material.key_spec(),
        remarks.concat()
    )
}

/// An accepted key is the key that OpenSSL reads.
#[test]
fn openssl_agrees_on_what_is_taken() {
    let Some(vectors) = Vectors::find() else {
        return;
    };
    if !has_openssl() {
        return;
    }
    let sandbox = Sandbox::new();
    let mut taken = 0;
    for vector in &vectors.files {
        let Ok(Reading { material, .. }) = read(vector) else {
            continue;
        };
        let mut command = sandbox.command("openssl");
        command
            .args(["pkey", "-pubout", "-outform", "DER", "-in"])
            .arg(&vector.path);
        // For certificates under RC2.
        if vector.name.starts_with("pkcs12/") {
            command.args(["-provider", "legacy", "-provider", "default"]);
        }
        command.args([
            "-passin",
            &format!("pass:{}", vector.passphrase().unwrap_or_default()),
        ]);
        if matches!(material.key_spec().family(), Family::Ec(_)) {
            command.args(["-ec_param_enc", "named_curve"]);
        }
        let public_key = assert_success(&vector.name, command.output().expect("openssl starts"));
        assert_eq!(
            material.public_key().expect("a key pair").as_bytes(),
            public_key,
            "{}",
            vector.name
        );
        taken += 1;
    }
    say(&format!(
        "OpenSSL agrees on {taken} keys of cryptography-vectors"
    ));
}
