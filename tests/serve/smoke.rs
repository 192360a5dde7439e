//! The AWS CLI imports a key with the documented commands, and uses it.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::server::byok_serve;

/// The documented procedure, unchanged except for names.
const SCRIPT: &str = r#"
set -eu
aws() { "$PYTHON" -m awscli "$@"; }
key=$(aws kms create-key --origin EXTERNAL --query KeyMetadata.KeyId --output text)
aws kms get-parameters-for-import --key-id "$key" --wrapping-algorithm RSAES_OAEP_SHA_256 \
    --wrapping-key-spec RSA_2048 --query '[PublicKey,ImportToken]' --output text > parameters
cut -f1 parameters | openssl enc -d -base64 -A -out public.der
cut -f2 parameters | openssl enc -d -base64 -A -out token.bin
openssl rand -out key.bin 32
openssl pkeyutl -encrypt -in key.bin -out wrapped.bin -inkey public.der -keyform DER -pubin \
    -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256
aws kms import-key-material --key-id "$key" --encrypted-key-material fileb://wrapped.bin \
    --import-token fileb://token.bin --expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE > imported.json
printf 'hello' > plain
aws kms encrypt --key-id "$key" --plaintext fileb://plain --encryption-context purpose=test \
    --query CiphertextBlob --output text | openssl enc -d -base64 -A -out sealed.bin
aws kms decrypt --ciphertext-blob fileb://sealed.bin --encryption-context purpose=test \
    --query Plaintext --output text | openssl enc -d -base64 -A -out opened
cmp plain opened
aws kms get-key-policy --key-id "$key" --policy-name default --output text > policy
aws kms list-resource-tags --key-id "$key" > tags.json
aws kms schedule-key-deletion --key-id "$key" --pending-window-in-days 7 > deletion.json
if aws s3 ls 2> s3; then exit 9; fi
if aws kms encrypt --key-id "$key" --plaintext fileb://plain 2> refused; then exit 9; fi
grep -q 'An error occurred (KMSInvalidStateException) when calling the Encrypt operation: .* is pending deletion.' refused
"#;

/// Opens the ciphertext with the key material alone, by the layout in the manual.
const OPEN: &str = r#"
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
blob, context = open("sealed.bin", "rb").read(), {"purpose": "test"}
header = 18 + 1 + 1 + blob[19] + 32
aad = blob[:header]
for key, value in sorted((k.encode(), v.encode()) for k, v in context.items()):
    aad += len(key).to_bytes(4, "big") + key + len(value).to_bytes(4, "big") + value
nonce, sealed = blob[header:header + 12], blob[header + 12:]
assert AESGCM(open("key.bin", "rb").read()).decrypt(nonce, sealed, aad) == b"hello"
"#;

#[test]
fn the_documented_procedure_goes_through() {
    let Some(python) = python() else { return };
    let folder = TempDir::new().expect("a folder");
    let mut command = byok_serve(folder.path());
    command
        .args(["--", "sh", "-c", SCRIPT])
        .env("PYTHON", &python)
        .env("HOME", folder.path());
    let output = command.output().expect("byok runs");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let open = Command::new(&python)
        .args(["-c", OPEN])
        .current_dir(folder.path())
        .output()
        .expect("Python");
    assert!(
        open.status.success(),
        "{}",
        String::from_utf8_lossy(&open.stderr)
    );
    assert!(is_refusal(&folder.path().join("s3")));
}

/// Checks that a stray call to another service came here and no further.
fn is_refusal(said: &Path) -> bool {
    std::fs::read_to_string(said)
        .expect("a file")
        .contains("ListBuckets operation")
}

/// Returns a Python with what the test needs. Reports its absence, and fails if `CI` is set.
fn python() -> Option<String> {
    let python = std::env::var("BYOK_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = |program: &str, args: &[&str]| {
        Command::new(program)
            .args(args)
            .output()
            .is_ok_and(|output| output.status.success())
    };
    if has(&python, &["-c", "import cryptography, awscli"]) && has("openssl", &["version"]) {
        return Some(python);
    }
    skipped("the AWS CLI, Python's cryptography or OpenSSL");
    None
}

#[expect(clippy::print_stderr, reason = "a test has nowhere else to say it")]
pub(crate) fn skipped(what: &str) {
    assert!(std::env::var_os("CI").is_none(), "missing: {what}");
    eprintln!("skipped: {what} is missing");
}
