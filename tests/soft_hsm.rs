//! Material wrapped by an HSM: SoftHSM 2 generates keys and wraps them on the token with wrapping
//! keys of `params`; `verify` opens them, and `wrap` accepts them unchanged.
//!
//! `softhsm2-util` and a Python with `pkcs11` and `cryptography` are needed. If one is missing, the
//! test prints `skipped` and passes, unless `CI` is set.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use byok_core::compatibility::Rules;
use byok_core::key_spec::{Curve, Family, KeySpec};
use byok_core::wrapping_key_spec::WrappingKeySpec;
use interop_support::{Sandbox, assert_success, python_with, say, skip, test_file};
use serde_json::{Value, json};

mod interop_support;

const ARN: &str = "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// The script that drives SoftHSM.
struct Tools {
    module: &'static Path,
    python: PathBuf,
}

/// A folder with a token, and a wrapping key of `params` for the HSM.
struct Hsm {
    sandbox: Sandbox,
    key_spec: KeySpec,
    tools: &'static Tools,
}

impl Hsm {
    /// Creates a token. Returns `None` without SoftHSM or its script.
    fn new(key_spec: KeySpec) -> Option<Self> {
        let hsm = Self {
            sandbox: Sandbox::new(),
            key_spec,
            tools: tools()?,
        };
        let tokens = hsm.sandbox.path("tokens");
        std::fs::create_dir(&tokens).expect("a folder");
        let configuration = format!(
            "directories.tokendir = {}\nlog.level = ERROR\n",
            tokens.display()
        );
        hsm.sandbox.write("softhsm2.conf", configuration);
        let mut command = hsm.command("softhsm2-util");
        command.args([
            "--init-token",
            "--free",
            "--label",
            "byok",
            "--pin",
            "byok",
            "--so-pin",
            "byok",
        ]);
        assert_success(
            "softhsm2-util --init-token",
            command.output().expect("softhsm2-util starts"),
        );
        Some(hsm)
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = self.sandbox.command(program);
        command.env("SOFTHSM2_CONF", self.sandbox.path("softhsm2.conf"));
        command
    }

    /// The only algorithm for this key that SoftHSM supports too.
    fn algorithm(&self) -> &'static str {
        match self.key_spec.family() {
            Family::Symmetric => "RSAES_OAEP_SHA_1",
            _ => "RSA_AES_KEY_WRAP_SHA_1",
        }
    }

    /// Creates `params.json` and, from it, `wrapping-key.der`.
    fn make_parameters(&self, spec: WrappingKeySpec) {
        let (key_spec, algorithm) = (self.key_spec, self.algorithm());
        self.sandbox.byok_ok(&format!(
            "params --key-id {ARN} --key-spec {key_spec} --wrapping-algorithm {algorithm} \
             --wrapping-key-spec {spec} -o params.json"
        ));
        self.sandbox
            .byok_ok("public-key params.json --format der -o wrapping-key.der");
    }

    /// Generates and wraps a key on the token: `blob`, and the identity of the key in `public`.
    fn wrap(&self) {
        let mut command = self.command(&self.tools.python);
        command
            .arg(test_file("interop_support/soft_hsm.py"))
            .arg(self.tools.module);
        command.args([self.key_spec.as_str(), "wrapping-key.der", "blob", "public"]);
        assert_success("soft_hsm.py", command.output().expect("Python starts"));
    }

    /// Runs `verify`, which must end with `status`. Returns its report and its warnings.
    fn verify(&self, arguments: &str, status: i32) -> (Value, Vec<String>) {
        let output = self
            .sandbox
            .byok(&format!("verify --output json {arguments}"), &[]);
        assert_eq!(
            output.status.code(),
            Some(status),
            "{arguments}: {output:?}"
        );
        let said = String::from_utf8_lossy(&output.stderr);
        let warnings = said
            .lines()
            .filter_map(|line| line.strip_prefix("byok: warning: "));
        let report = serde_json::from_slice(&output.stdout).expect("JSON");
        (report, warnings.map(ToOwned::to_owned).collect())
    }

    /// Builds a request with the blob, which must be unchanged in it.
    fn take(&self, options: &str) {
        let (key_spec, algorithm) = (self.key_spec, self.algorithm());
        self.sandbox.byok_ok(&format!(
            "wrap --params params.json --wrapping-algorithm {algorithm} --key-spec {key_spec} \
             --encrypted-key-material blob -o request.json {options}"
        ));
        let request: Value =
            serde_json::from_slice(&self.sandbox.read("request.json")).expect("JSON");
        assert_eq!(
            request["EncryptedKeyMaterial"],
            BASE64.encode(self.sandbox.read("blob"))
        );
    }

    /// Returns the expected notes on the wrapped key, which has `len` bytes in AWS's form.
    fn remarks(&self, len: u64) -> Vec<String> {
        let (has_public_key, len) = match self.key_spec.family() {
            Family::Ec(curve) => (false, without_public_key(curve)),
            _ => (true, len),
        };
        let zeros = len.next_multiple_of(8) - len;
        let zeros = match zeros {
            0 => None,
            1 => Some("1 zero byte after the key".to_owned()),
            zeros => Some(format!("{zeros} zero bytes after the key")),
        };
        let public_key = (!has_public_key).then(|| "no public key in the private key".to_owned());
        let remarks = public_key.into_iter().chain(zeros);
        remarks
            .map(|remark| format!("{remark}: not verified that AWS KMS accepts this"))
            .collect()
    }
}

/// The length of PKCS#8 with neither parameters nor a public key inside.
fn without_public_key(curve: Curve) -> u64 {
    match curve {
        Curve::P256 | Curve::Sm2 => 67,
        Curve::P384 => 80,
        Curve::P521 => 98,
        Curve::K256 => 64,
    }
}

fn tools() -> Option<&'static Tools> {
    static TOOLS: OnceLock<Option<Tools>> = OnceLock::new();
    let found = TOOLS.get_or_init(|| {
        let module = module()?;
        let python = python_with("pkcs11").filter(|_| python_with("cryptography").is_some())?;
        Some(Tools { module, python })
    });
    found.as_ref()
}

/// SoftHSM's library, which `softhsm2-util` does not name.
fn module() -> Option<&'static Path> {
    const PLACES: [&str; 5] = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so",
        "/opt/homebrew/lib/softhsm/libsofthsm2.so",
        "/opt/local/lib/softhsm/libsofthsm2.so",
    ];
    let has_util = Command::new("softhsm2-util")
        .arg("--version")
        .output()
        .is_ok_and(|output| {
            say(&format!(
                "SoftHSM {}",
                String::from_utf8_lossy(&output.stdout).trim()
            ));
            output.status.success()
        });
    let module = PLACES
        .iter()
        .map(Path::new)
        .find(|place| has_util && place.exists());
    if module.is_none() {
        skip("there is no SoftHSM 2");
    }
    module
}

#[test]
fn key_pairs_that_are_wrapped_on_the_token_are_opened() {
    // SoftHSM 2.6 wraps no Ed25519 key.
    let is_pair = |spec: &KeySpec| spec.family().is_key_pair() && spec.family() != Family::Ed25519;
    let key_specs = Rules::Standard.key_specs().into_iter().filter(is_pair);
    let mut opened = 0;
    for (key_spec, spec) in key_specs.zip(Rules::Standard.wrapping_key_specs().into_iter().cycle())
    {
        let Some(hsm) = Hsm::new(key_spec) else {
            return;
        };
        hsm.make_parameters(spec);
        hsm.wrap();

        let verify = "--params params.json --encrypted-key-material blob";
        let (report, warnings) = hsm.verify(&format!("{verify} --expect-public-key public"), 0);
        assert_eq!(report["Verdict"], "accepted", "{report}");
        let checks = report["Checks"].as_array().expect("a list");
        assert!(
            checks.iter().all(|check| check["Result"] == "passed"),
            "{report}"
        );
        assert!(
            checks.contains(&json!({ "Name": "PublicKey", "Result": "passed" })),
            "{report}"
        );
        let material = &report["KeyMaterial"];
        assert_eq!(material["KeySpec"], key_spec.as_str());
        assert_eq!(material["SourceFormat"], "PKCS#8 DER");
        assert_eq!(
            warnings,
            hsm.remarks(material["Length"].as_u64().expect("a length")),
            "{key_spec}"
        );
        assert_eq!(material["Remarks"], json!(warnings));

        let (report, _) = hsm.verify(&format!("{verify} --expect-public-key wrapping-key.der"), 6);
        assert_eq!(result_of(&report, "PublicKey"), "failed", "{report}");

        hsm.take("--rehearsal");
        hsm.verify(
            "--import-request request.json --expect-public-key public",
            0,
        );
        opened += 1;
    }
    assert_eq!(opened, 7);
    say(&format!(
        "verify opened {opened} of {opened} key pairs that SoftHSM wrapped"
    ));
}

#[test]
fn a_symmetric_key_that_is_wrapped_on_the_token_has_its_check_value() {
    let Some(hsm) = Hsm::new(KeySpec::SymmetricDefault) else {
        return;
    };
    hsm.make_parameters(WrappingKeySpec::Rsa2048);
    hsm.wrap();
    let check_value = String::from_utf8(hsm.sandbox.read("public")).expect("hex digits");
    let expect = format!("--expect-material ecb:{check_value}");
    let verify = "--params params.json --encrypted-key-material blob";
    let (report, warnings) = hsm.verify(&format!("{verify} {expect}"), 0);
    assert_eq!((&report["Verdict"], warnings), (&json!("accepted"), vec![]));
    hsm.take("--rehearsal");
    hsm.verify(&format!("--import-request request.json {expect}"), 0);
}

/// With a token of AWS KMS, which only AWS KMS opens.
#[test]
fn what_is_wrapped_for_aws_kms_is_taken_and_not_decided() {
    let Some(hsm) = Hsm::new(KeySpec::EccNistP256) else {
        return;
    };
    hsm.make_parameters(WrappingKeySpec::Rsa3072);
    let documented = std::fs::read(test_file("aws-cli/get-parameters-for-import.json"));
    let documented: Value =
        serde_json::from_slice(&documented.expect("the documented response")).expect("JSON");
    let mut parameters: Value =
        serde_json::from_slice(&hsm.sandbox.read("params.json")).expect("JSON");
    parameters["ImportToken"] = documented["ImportToken"].clone();
    hsm.sandbox.write("params.json", parameters.to_string());
    hsm.wrap();

    hsm.take("");
    for request in [
        "--import-request request.json",
        "--encrypted-key-material blob",
    ] {
        let verify = format!("{request} --params params.json --expect-public-key public");
        let (report, _) = hsm.verify(&verify, 5);
        assert_eq!(report["Verdict"], "undecided");
        for (name, result) in [
            ("EncryptedKeyMaterialSize", "passed"),
            ("PublicKey", "not checked"),
        ] {
            assert_eq!(result_of(&report, name), result, "{report}");
        }
        hsm.verify(&format!("{verify} --structure"), 0);
    }
}

/// Returns the result of the check `name`.
fn result_of<'a>(report: &'a Value, name: &str) -> &'a str {
    let checks = report["Checks"].as_array().expect("a list");
    let check = checks.iter().find(|check| check["Name"] == name);
    check.expect("a check")["Result"]
        .as_str()
        .expect("a string")
}
