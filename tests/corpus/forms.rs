//! Every form of every key yields the same bytes, and its name is printed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use byok_core::compatibility::Rules;
use byok_core::key_spec::{Curve, Family, KeySpec};
use byok_core::wrapping_key_spec::WrappingKeySpec;
use serde_json::Value;

use crate::interop_support::peer::{make_wrapping_key, run_python};
use crate::interop_support::random;
use crate::interop_support::{
    Sandbox, assert_success, has_openssl, python_with, say, skip, test_file,
};
use crate::refusals::{self, Encrypted};

const WRAPPING_KEY: WrappingKeySpec = WrappingKeySpec::Rsa2048;
const ARN: &str = "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
/// A file with a key, as `forms.py` describes it.
struct Form {
    key_spec: KeySpec,
    file: String,
    source_format: String,
    /// The options that `byok` needs to read it.
    options: String,
    /// A part of each note.
    remarks: Vec<String>,
}

impl Form {
    fn parse(line: &str) -> Self {
        let mut columns = line.split('\t').map(str::to_owned);
        let mut column = || columns.next().unwrap_or_else(|| panic!("{line}"));
        let key_spec = column();
        Self {
            key_spec: *KeySpec::ALL
                .iter()
                .find(|spec| spec.as_str() == key_spec)
                .expect("a key spec"),
            file: column(),
            source_format: column(),
            options: column(),
            remarks: columns.collect(),
        }
    }

    fn is_private_key(&self) -> bool {
        self.key_spec.family().is_key_pair()
    }

    fn algorithm(&self) -> &'static str {
        if self.is_private_key() {
            "RSA_AES_KEY_WRAP_SHA_256"
        } else {
            "RSAES_OAEP_SHA_256"
        }
    }

    /// Returns the file with the bytes that AWS KMS accepts.
    fn canonical(&self, sandbox: &Sandbox) -> String {
        let own = format!("{}.canonical", self.file);
        if sandbox.path(&own).exists() {
            own
        } else {
            format!("{}.canonical", self.key_spec)
        }
    }

    fn wrap(&self, sandbox: &Sandbox) {
        let Self {
            key_spec,
            file,
            options,
            ..
        } = self;
        sandbox.byok_ok(&format!(
            "wrap --public-key {WRAPPING_KEY}-public.der --import-token token --key-id {ARN} --key-spec {key_spec} \
             --wrapping-algorithm {} --format binary -o {file}.blob {options} {file}",
            self.algorithm()
        ));
    }

    /// The expected description of the file.
    fn facts(&self, sandbox: &Sandbox) -> Value {
        let Self {
            key_spec,
            file,
            options,
            ..
        } = self;
        let answer = sandbox.byok_ok(&format!(
            "rehearse --output json --wrapping-key-spec {WRAPPING_KEY} --key-spec {key_spec} {options} {file}"
        ));
        let mut report: Value = serde_json::from_slice(&answer).expect("JSON");
        assert_eq!(report["Verdict"], "accepted", "{file}");
        report["KeyMaterial"].take()
    }

    fn check_facts(&self, facts: &Value) {
        let Self {
            key_spec,
            file,
            source_format,
            ..
        } = self;
        assert_eq!(facts["SourceFormat"], source_format.as_str(), "{file}");
        assert_eq!(facts["KeySpec"], key_spec.as_str(), "{file}");
        let remarks = facts["Remarks"].as_array().expect("remarks");
        let on_key_spec =
            (!key_spec.has_recorded_import()).then(|| "no import recorded".to_owned());
        let expected: Vec<_> = on_key_spec.iter().chain(&self.remarks).collect();
        assert_eq!(remarks.len(), expected.len(), "{file}: {remarks:?}");
        for (remark, part) in remarks.iter().zip(expected) {
            assert!(
                remark
                    .as_str()
                    .is_some_and(|remark| remark.contains(part.as_str())),
                "{file}: {remark}, not {part}"
            );
        }
    }
}

#[test]
fn every_form_of_every_key_is_handed_over_as_the_same_bytes() {
    let modules = ["cryptography", "bcrypt", "jwcrypto"].map(python_with);
    let [Some(python), Some(_), Some(_)] = modules else {
        return;
    };
    // Asked one by one, so that each missing one is named.
    let programs = [
        "ssh-keygen",
        "keytool",
        "pk12util",
        "jq",
        "node",
        "iconv",
        "xxd",
    ]
    .map(has_program);
    if !has_openssl() || programs.contains(&false) {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write("token", [0; 100]);
    sandbox.write("passphrase", "TEST passphrase\n");
    make_wrapping_key(&sandbox, WRAPPING_KEY);
    let forms = make(&sandbox, &python);
    in_parallel(&forms, |form| form.wrap(&sandbox));
    open(&sandbox, &python, &forms);
    for form in &forms {
        let handed_over = sandbox.read(&format!("{}.opened", form.file));
        let canonical = sandbox.read(&form.canonical(&sandbox));
        assert!(handed_over == canonical, "{}", form.file);
    }
    check_with_openssl(&sandbox);
    check_names(&sandbox, &forms);
    check_refusals(&sandbox, &forms);
    check_that_all_are_there(&forms);
    say(&format!(
        "{} files of {} keys are handed over as they should be",
        forms.len(),
        key_specs().len()
    ));
}

/// Returns whether a program is installed that prints its usage for an unknown option.
fn has_program(name: &str) -> bool {
    let has = Command::new(name).arg("-?").output().is_ok();
    if !has {
        skip(&format!("there is no {name}"));
    }
    has
}

/// Returns every key spec that the standard partitions import.
fn key_specs() -> Vec<KeySpec> {
    KeySpec::ALL
        .iter()
        .copied()
        .filter(|spec| Rules::Standard.imports(*spec))
        .collect()
}

/// Makes the keys and their forms. What was left out is said once.
fn make(sandbox: &Sandbox, python: &Path) -> Vec<Form> {
    let key_specs: Vec<_> = key_specs().into_iter().enumerate().collect();
    let made = Mutex::new(BTreeMap::new());
    in_parallel(&key_specs, |(at, key_spec)| {
        let of_one_key = make_one(sandbox, python, *key_spec);
        made.lock().expect("no panic").insert(*at, of_one_key);
    });
    let made = made.into_inner().expect("no panic").into_values();
    let (forms, left_out): (Vec<_>, Vec<_>) = made.unzip();
    let left_out: BTreeSet<String> = left_out.into_iter().flatten().collect();
    for line in &left_out {
        say(line);
    }
    forms.into_iter().flatten().collect()
}

/// Makes a key and its forms. Returns what was left out, too.
fn make_one(sandbox: &Sandbox, python: &Path, key_spec: KeySpec) -> (Vec<Form>, Vec<String>) {
    let mut command = sandbox.command(python);
    command
        .env(random::VARIABLE, random::seed().to_string())
        .arg("-B")
        .arg(test_file("corpus/forms.py"))
        .arg(sandbox.path(""))
        .arg(key_spec.as_str());
    let output = command.output().expect("Python starts");
    let left_out = String::from_utf8_lossy(&output.stderr).into_owned();
    let manifest = assert_success("forms.py", output);
    let manifest = String::from_utf8(manifest).expect("text");
    let forms = manifest.lines().map(Form::parse).collect();
    (forms, left_out.lines().map(str::to_owned).collect())
}

/// Opens every blob with the wrapping key, which `byok` never had.
fn open(sandbox: &Sandbox, python: &Path, forms: &[Form]) {
    let mut files: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for form in forms {
        let pair = ["blob", "opened"].map(|suffix| format!("{}.{suffix}", form.file));
        files.entry(form.algorithm()).or_default().extend(pair);
    }
    for (algorithm, files) in files {
        let files: Vec<_> = files.iter().map(String::as_str).collect();
        run_python(
            python,
            sandbox,
            ["open", algorithm, &format!("{WRAPPING_KEY}.der")],
            &files,
        );
    }
}

/// OpenSSL reads the result, and finds the key valid.
fn check_with_openssl(sandbox: &Sandbox) {
    for key_spec in key_specs() {
        if key_spec.family().is_key_pair() {
            sandbox.openssl(&format!(
                "pkey -inform DER -in {key_spec}.pkcs8.der.opened -check -noout"
            ));
        }
    }
}

/// Each form is named, and every correction is reported.
fn check_names(sandbox: &Sandbox, forms: &[Form]) {
    // An unencrypted private key names its own format: one process handles all of them.
    let (plain, others): (Vec<_>, Vec<_>) = forms
        .iter()
        .partition(|form| form.is_private_key() && form.options.is_empty());
    let names: Vec<_> = plain.iter().map(|form| form.file.as_str()).collect();
    let answer = sandbox.byok("inspect --output json", &names);
    let answer: Value = serde_json::from_slice(&assert_success("inspect", answer)).expect("JSON");
    let files = answer["Files"].as_array().expect("an array");
    assert_eq!(files.len(), plain.len());
    for (form, facts) in plain.iter().zip(files) {
        form.check_facts(facts);
    }
    in_parallel(&others, |form| form.check_facts(&form.facts(sandbox)));
}

/// PKCS#12 and older encrypted PEM need their own passphrase, and must be whole.
fn check_refusals(sandbox: &Sandbox, forms: &[Form]) {
    let encrypted: Vec<_> = forms
        .iter()
        .filter(|form| form.options.contains("--passphrase-file"))
        .filter(|form| form.source_format.contains("PKCS#12") || form.file.contains(".older."))
        // Without a MAC, some changes pass unnoticed.
        .filter(|form| !form.file.contains("no-mac"))
        .map(|form| Encrypted {
            file: &form.file,
            key_spec: form.key_spec.as_str(),
            options: &form.options,
            is_pkcs12: form.source_format.contains("PKCS#12"),
        })
        .collect();
    refusals::prepare(sandbox);
    in_parallel(&encrypted, |form| form.check(sandbox));
    say(&format!(
        "{} encrypted files are refused with another passphrase, and with damage",
        encrypted.len()
    ));
}

/// Every form of a key of this kind is present.
fn check_that_all_are_there(forms: &[Form]) {
    for key_spec in key_specs() {
        let there: BTreeSet<_> = forms
            .iter()
            .filter(|form| form.key_spec == key_spec)
            .map(|form| form.source_format.as_str())
            .collect();
        assert_eq!(there, source_formats(key_spec), "{key_spec}");
    }
}

/// Returns the names of all forms of a key. JWK, OpenSSH and the raw forms imply their encoding.
fn source_formats(key_spec: KeySpec) -> BTreeSet<&'static str> {
    const PKCS8: [&str; 7] = [
        "PKCS#8 DER",
        "PKCS#8 BER",
        "PKCS#8 PEM",
        "encrypted PKCS#8 DER",
        "encrypted PKCS#8 BER",
        "encrypted PKCS#8 PEM",
        "JWK",
    ];
    const PKCS12: [&str; 4] = [
        "PKCS#12 DER",
        "encrypted PKCS#12 DER",
        "encrypted PKCS#12 BER",
        "encrypted PKCS#12 PEM",
    ];
    let others: &[&str] = match key_spec.family() {
        Family::Rsa { .. } => &[
            "PKCS#1 DER",
            "PKCS#1 BER",
            "PKCS#1 PEM",
            "encrypted PKCS#1 PEM",
            "OpenSSH",
            "encrypted OpenSSH",
        ],
        Family::Ec(Curve::K256) => &[
            "SEC1 DER",
            "SEC1 BER",
            "SEC1 PEM",
            "encrypted SEC1 PEM",
            "raw scalar",
            "hex scalar",
            "base64 scalar",
        ],
        Family::Ec(_) => &[
            "SEC1 DER",
            "SEC1 BER",
            "SEC1 PEM",
            "encrypted SEC1 PEM",
            "OpenSSH",
            "encrypted OpenSSH",
        ],
        Family::Ed25519 => &[
            "OpenSSH",
            "encrypted OpenSSH",
            "raw seed",
            "hex seed",
            "base64 seed",
        ],
        _ => {
            let names = [
                "raw",
                "hex",
                "base64",
                "JWK",
                "encrypted JCEKS",
                "encrypted PKCS#12 DER",
            ];
            return names.into();
        }
    };
    let is_of_java = key_spec.family() != Family::Ec(Curve::K256);
    let of_java = is_of_java.then_some(["encrypted JKS", "encrypted JCEKS"]);
    let all = PKCS8.iter().chain(&PKCS12).chain(others).copied();
    all.chain(of_java.into_iter().flatten()).collect()
}

/// Runs a function for each of `items`, on all processors.
fn in_parallel<T: Sync>(items: &[T], each: impl Fn(&T) + Sync) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let each = &each;
            scope.spawn(move || items.iter().skip(thread).step_by(threads).for_each(each));
        }
    });
}
