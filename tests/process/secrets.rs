//! No secret leaves the process unless wrapped.

use std::fs;
use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::sandbox::{
    EXAMPLE_ARN, EXAMPLE_WRAP, KEY_ID, MATERIAL, Sandbox, files, fixture, skipped,
};

#[test]
fn a_crash_leaves_no_core() {
    let sandbox = Sandbox::new();
    sandbox.example();
    let crash = |program: &str, args: &[&str]| {
        let script = "ulimit -c unlimited 2>/dev/null; exec \"$0\" \"$@\"";
        let mut command = Command::new("sh");
        command
            .args(["-c", script, program])
            .args(args)
            .current_dir(sandbox.path(""));
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        // In the middle of its work, it waits for its standard input.
        let name = Path::new(program).file_name().expect("a name").display();
        let (parked, stat) = (format!("({name}) S "), format!("/proc/{}/stat", child.id()));
        let deadline = Instant::now() + Duration::from_secs(60);
        while Instant::now() < deadline
            && !fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(&parked))
        {
            thread::sleep(Duration::from_millis(10));
        }
        let kill = Command::new("kill")
            .args(["-ABRT", &child.id().to_string()])
            .status()
            .expect("kill");
        assert!(kill.success());
        child.wait().expect("it ends")
    };
    let control = crash("cat", &[]);
    assert_eq!(control.signal(), Some(6));
    let wrap = EXAMPLE_WRAP.replace("key.bin", "-");
    let status = crash(
        env!("CARGO_BIN_EXE_byok"),
        &wrap.split_whitespace().collect::<Vec<_>>(),
    );
    assert_eq!(status.signal(), Some(6));
    assert!(!status.core_dumped(), "{status:?}");
    if !control.core_dumped() {
        skipped("dumping cores");
    }
    let mut left = sandbox.names();
    left.retain(|name| !(control.core_dumped() && name.starts_with("core")));
    assert_eq!(left, ["key.bin", "params.json"]);
}

#[test]
fn no_secret_is_ever_written() {
    for (material, key_spec, algorithm) in [
        (MATERIAL.to_vec(), "SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256"),
        (
            fixture("TEST-p256.pk8"),
            "ECC_NIST_P256",
            "RSAES_OAEP_SHA_256",
        ),
        (
            fixture("TEST-p256.pem"),
            "ECC_NIST_P256",
            "RSA_AES_KEY_WRAP_SHA_256",
        ),
        (
            fixture("TEST-rsa-2048.pk8"),
            "RSA_2048",
            "RSA_AES_KEY_WRAP_SHA_256",
        ),
    ] {
        let sandbox = Sandbox::new();
        let secret = secret_part(&material);
        let needles = Needles::of(&secret);
        let key = sandbox.file("key", &material);
        let wrap = format!(
            "wrap --rehearsal --params params.json --wrapping-algorithm {algorithm} --key-spec {key_spec} key"
        );
        sandbox.params(key_spec, algorithm);
        let mut said = Vec::new();
        for line in [
            format!("{wrap} -o request.json"),
            format!("{wrap} --out-dir out"),
            format!("{wrap} --format binary"),
            format!("{wrap} --output text"),
            format!("{wrap} --expect-material cmac:000000"),
            format!("{wrap} --at 2000-01-01T00:00:00Z"),
            "verify --import-request request.json".to_owned(),
            "verify --import-request request.json --output json --material key".to_owned(),
            "verify --import-request request.json --expect-material cmac:000000".to_owned(),
            "verify --import-request key".to_owned(),
            format!("rehearse --key-spec {key_spec} --wrapping-key-spec RSA_2048 key"),
            format!("rehearse --key-spec {key_spec} --wrapping-key-spec RSA_2048 --output json key"),
            "rehearse --key-spec HMAC_384 --wrapping-key-spec RSA_2048 key".to_owned(),
            "rehearse --key-spec ECC_NIST_P521 --wrapping-key-spec RSA_2048 key".to_owned(),
            "inspect key request.json".to_owned(),
            "inspect --output json key request.json params.json".to_owned(),
            "public-key key".to_owned(),
            "public-key --output json key".to_owned(),
            "public-key params.json --compare key".to_owned(),
            "generate --key-spec HMAC_256 --from-seed key --test-only --format hex".to_owned(),
            "params --cli-input-json key".to_owned(),
            "key add key".to_owned(),
            "key list".to_owned(),
            format!("key describe {KEY_ID}"),
            format!(
                "wrap --public-key key --import-token key --key-id {EXAMPLE_ARN} --key-spec {key_spec} \
                     --wrapping-algorithm {algorithm} key"
            ),
            "wrap --params key --key-spec SYMMETRIC_DEFAULT --wrapping-algorithm RSAES_OAEP_SHA_256 key"
                .to_owned(),
            "verify --private-key key --wrapping-algorithm RSAES_OAEP_SHA_256 --key-spec HMAC_256 \
             --encrypted-key-material key"
                .to_owned(),
        ] {
            let output = sandbox.run(&line);
            assert!(matches!(output.status.code(), Some(0..=7)), "{line}: {output:?}");
            assert_eq!(needles.found_in(&output.stdout), None, "{line}");
            assert_eq!(needles.found_in(&output.stderr), None, "{line}");
            said.extend([output.stdout, output.stderr].concat());
        }
        assert!(said.len() > 4096, "the runs said something");
        let written = files(&sandbox.path(""))
            .into_iter()
            .filter(|path| *path != key);
        let mut count = 0;
        for path in written {
            assert_eq!(
                needles.found_in(&fs::read(&path).expect("readable")),
                None,
                "{}",
                path.display()
            );
            count += 1;
        }
        assert!(count >= 7, "request, folder, parameters, store: {count}");
        assert!(
            needles
                .found_in(&fs::read(&key).expect("readable"))
                .is_some(),
            "the needles would be found"
        );
    }
}

/// Returns the secret parts of a key file: all of raw bytes, and the private part of the DER of a
/// private key.
pub(crate) fn secret_part(material: &[u8]) -> Vec<u8> {
    let der = match std::str::from_utf8(material) {
        Ok(pem) if pem.starts_with("-----BEGIN") => {
            let body: String = pem
                .lines()
                .filter(|line| !line.starts_with("-----"))
                .collect();
            BASE64.decode(body).expect("base64")
        }
        _ => material.to_vec(),
    };
    match der.len() {
        32 => der,
        // RFC 5915 inside PKCS#8: the scalar of P-256 begins at byte 36.
        138 => der[36..68].to_vec(),
        // RFC 8017, A.1.2, inside PKCS#8: after version, modulus and exponent come d, p, q and so
        // on.
        _ => der[300..].to_vec(),
    }
}

/// Returns pieces of a secret, in every form that could leak.
pub(crate) struct Needles(Vec<Vec<u8>>);

impl Needles {
    pub(crate) fn of(secret: &[u8]) -> Self {
        let mut needles = Vec::new();
        for piece in secret.windows(12) {
            let hex = piece
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<Vec<_>>()
                .concat();
            let list: Vec<_> = piece.iter().map(u8::to_string).collect();
            needles.extend([
                piece.to_vec(),
                hex.to_uppercase().into_bytes(),
                hex.into_bytes(),
            ]);
            // One of three neighbours begins at a base64 digit, whatever precedes them.
            needles.push(BASE64.encode(piece).into_bytes());
            // As `Debug` prints bytes, and as big numbers are in memory.
            needles.push(list.join(", ").into_bytes());
            needles.push(piece.iter().rev().copied().collect());
        }
        Self(needles)
    }

    /// Returns the position of the first needle in `hay`.
    pub(crate) fn found_in(&self, hay: &[u8]) -> Option<usize> {
        let needles: std::collections::HashMap<usize, std::collections::HashSet<&[u8]>> = self
            .0
            .iter()
            .fold(std::collections::HashMap::new(), |mut by_len, needle| {
                by_len.entry(needle.len()).or_default().insert(needle);
                by_len
            });
        needles
            .iter()
            .find_map(|(len, set)| hay.windows(*len).position(|window| set.contains(window)))
    }
}

#[test]
fn no_two_needles_are_missed() {
    let needles = Needles::of(MATERIAL);
    for shift in 0..3 {
        let text = BASE64.encode([&b"abc"[..shift], MATERIAL].concat());
        assert!(needles.found_in(text.as_bytes()).is_some(), "{shift}");
    }
    assert!(
        needles
            .found_in(format!("{MATERIAL:?}").as_bytes())
            .is_some()
    );
    assert!(
        needles
            .found_in(format!("{MATERIAL:02X?}").replace(", ", "").as_bytes())
            .is_some()
    );
    assert_eq!(needles.found_in(&[0; 4096]), None);
}

#[test]
fn options_take_no_key_material() {
    // Only files, standard input and a prompt supply secrets: everybody can read /proc/PID/cmdline.
    let mut text = String::new();
    for verb in [
        "params",
        "wrap",
        "verify",
        "rehearse",
        "generate",
        "inspect",
        "public-key",
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_byok"));
        let mut child = command
            .args([verb, "--help"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("byok runs");
        child
            .stdout
            .take()
            .expect("a pipe")
            .read_to_string(&mut text)
            .expect("UTF-8");
        assert!(child.wait().expect("it ends").success());
    }
    for option in [
        "--material",
        "--private-key",
        "--encrypted-key-material",
        "--from-seed",
        "--passphrase-file",
    ] {
        assert!(text.contains(&format!("{option} <FILE>")), "{option}");
    }
    assert!(text.contains("--passphrase-fd <N>"), "{text}");
    assert!(
        !text.contains("--passphrase <") && !text.contains("--key-material <"),
        "{text}"
    );
}
