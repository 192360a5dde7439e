//! What is run, and what may not be left of it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use serde_json::Value;
use tempfile::TempDir;

use crate::material::{Form, Material, fixture};
use crate::needles::Secret;
use crate::program::Stdin;
use crate::wrapping_key;

const KEY_ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
const ARN: &str = "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// One command line, and what it handles.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) line: String,
    pub(crate) stdin: Stdin,
    pub(crate) status: i32,
    folder: Rc<TempDir>,
    known: Vec<Secret>,
    /// What only shows in the files that the run wrote.
    written: fn(&Path) -> Vec<Secret>,
    /// What has to be gone before each run.
    removed: &'static [&'static str],
}

impl Case {
    fn new(folder: &Rc<TempDir>, line: String, status: i32, known: Vec<Secret>) -> Self {
        let (name, folder) = (line.clone(), Rc::clone(folder));
        Self {
            name,
            line,
            stdin: Stdin::Nothing,
            status,
            folder,
            known,
            written: |_| Vec::new(),
            removed: &[],
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Makes the folder as it was before the first run.
    pub(crate) fn prepare(&self) {
        for name in self.removed {
            let path = self.folder().join(name);
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }

    /// All that memory may not hold, once the program is parked.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        [self.known.clone(), (self.written)(self.folder())].concat()
    }
}

pub(crate) fn rehearse() -> Vec<Case> {
    of_each(all_and_typed(), |material| vec![(rehearse_line(material), 0)])
}

pub(crate) fn rehearse_refused() -> Vec<Case> {
    of_each(Material::damaged(), |material| vec![(rehearse_line(material), 1)])
}

fn rehearse_line(material: &Material) -> String {
    format!("rehearse --key-spec {} --wrapping-key-spec RSA_2048", material.key_spec)
}

pub(crate) fn wrap() -> Vec<Case> {
    let cases = of_each(all_and_typed(), |Material { key_spec, algorithm, .. }| {
        vec![(wrap_line(key_spec, algorithm, "-o request.json --report report.json"), 0)]
    });
    let inside =
        |folder: &Path| wrapping_key::inside(&json(folder, "request.json"), &wrapping_key::of_the_fixtures());
    let on_output = |case| Case { written: inside, removed: &["request.json", "report.json"], ..case };
    cases.into_iter().map(on_output).collect()
}

/// Refused for another key spec, for expired parameters, and for an output that exists.
pub(crate) fn wrap_refused() -> Vec<Case> {
    of_each(all_and_typed(), |Material { key_spec, algorithm, other_key_spec, .. }| {
        let expired = "wrap --params example-response.json";
        vec![
            (wrap_line(other_key_spec, algorithm, ""), 3),
            (format!("{expired} --key-spec {key_spec} --wrapping-algorithm {algorithm}"), 1),
            (wrap_line(key_spec, algorithm, "-o example-response.json"), 4),
        ]
    })
}

/// A command line that wraps for the wrapping key of the fixtures.
fn wrap_line(key_spec: &str, algorithm: &str, output: &str) -> String {
    format!(
        "wrap --public-key TEST-wrapping-2048-public.der --import-token ImportToken.bin --key-id {ARN} \
         --key-spec {key_spec} --wrapping-algorithm {algorithm} {output}"
    )
}

/// Opened with the key that is sealed in the import token, and with one in a file.
pub(crate) fn verify() -> Vec<Case> {
    Material::all()
        .iter()
        .flat_map(|material| {
            let mut cases = verify_token(material);
            cases.push(verify_private_key(material));
            cases
        })
        .collect()
}

fn verify_token(material: &Material) -> Vec<Case> {
    let Material { key_spec, algorithm, secrets, .. } = material;
    let (folder, file) = (folder(material), &material.forms[0].file);
    set_up(&folder, &format!("{} -o params.json", params_line(key_spec, algorithm, "RSA_2048")));
    let wrap = format!("wrap --rehearsal --params params.json --key-spec {key_spec}");
    set_up(&folder, &format!("{wrap} --wrapping-algorithm {algorithm} -o request.json {file}"));
    let request = json(folder.path(), "request.json");
    let root = wrapping_key::root_secret(folder.path());
    let key = wrapping_key::sealed_in(&request, &root);
    let inside = wrapping_key::inside(&request, &key);
    let known = [secrets.clone(), wrapping_key::secrets(&key), inside, vec![root]].concat();
    let damaged = wrapping_key::with_damaged_blob(request).to_string();
    fs::write(folder.path().join("damaged.json"), damaged).expect("written");
    let verify = |rest: &str, status| {
        Case::new(&folder, format!("verify --import-request {rest}"), status, known.clone())
    };
    let with_material = format!("request.json --material {file} --report report.md --force");
    vec![verify("request.json", 0), verify(&with_material, 0), verify("damaged.json", 1)]
}

fn verify_private_key(material: &Material) -> Case {
    let Material { key_spec, algorithm, secrets, .. } = material;
    let (folder, file) = (folder(material), &material.forms[0].file);
    set_up(&folder, &wrap_line(key_spec, algorithm, &format!("-o request.json {file}")));
    let request = json(folder.path(), "request.json");
    let key = wrapping_key::of_the_fixtures();
    fs::write(folder.path().join("blob"), wrapping_key::blob(&request)).expect("written");
    let inside = wrapping_key::inside(&request, &key);
    let line = format!(
        "verify --private-key TEST-wrapping-2048.pem --encrypted-key-material blob --key-spec {key_spec} \
         --wrapping-algorithm {algorithm}"
    );
    Case::new(&folder, line, 0, [secrets.clone(), wrapping_key::secrets(&key), inside].concat())
}

/// A store that is made on the way, and one that is there.
pub(crate) fn store() -> Vec<Case> {
    let folder = Rc::new(TempDir::new().expect("a folder"));
    let root = |folder: &Path| vec![wrapping_key::root_secret(folder)];
    let sealed = |folder: &Path| {
        let root = wrapping_key::root_secret(folder);
        let key = wrapping_key::sealed_in(&json(folder, "params.json"), &root);
        [wrapping_key::secrets(&key), vec![root]].concat()
    };
    let create = Case::new(&folder, format!("key create --key-spec RSA_2048 --id {KEY_ID}"), 0, Vec::new());
    let mut cases = vec![Case { written: root, removed: &["store"], ..create }];
    for spec in ["RSA_2048", "RSA_4096"] {
        let line = params_line("RSA_2048", "RSA_AES_KEY_WRAP_SHA_256", spec);
        let params = Case::new(&folder, format!("{line} -o params.json"), 0, Vec::new());
        cases.push(Case { written: sealed, removed: &["store", "params.json"], ..params });
        let again = Case::new(&folder, format!("{line} -o params.json"), 0, Vec::new());
        cases.push(Case { written: sealed, removed: &["params.json"], ..again });
        let refused = Case::new(&folder, format!("{line} -o store/root"), 4, Vec::new());
        cases.push(Case { written: root, ..refused });
    }
    cases
}

fn params_line(key_spec: &str, algorithm: &str, wrapping_key_spec: &str) -> String {
    format!(
        "params --key-id {KEY_ID} --key-spec {key_spec} --wrapping-algorithm {algorithm} \
         --wrapping-key-spec {wrapping_key_spec}"
    )
}

fn all_and_typed() -> Vec<Material> {
    Material::all().into_iter().chain([Material::typed()]).collect()
}

/// The command lines for each material, in each of its forms and from each place it comes from.
fn of_each(materials: Vec<Material>, lines: impl Fn(&Material) -> Vec<(String, i32)>) -> Vec<Case> {
    let mut cases = Vec::new();
    for material in materials {
        let folder = folder(&material);
        for (line, status) in lines(&material) {
            for form in &material.forms {
                for (source, stdin) in form.sources() {
                    let line = format!("{line} {source}");
                    let case = Case::new(&folder, line, status, material.secrets.clone());
                    cases.push(Case { name: format!("{} ({})", case.name, form.name), stdin, ..case });
                }
            }
        }
    }
    cases
}

/// A folder with the files that the command lines name.
fn folder(material: &Material) -> Rc<TempDir> {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("written");
    for Form { file, bytes, .. } in &material.forms {
        write(file, bytes);
    }
    for name in [
        "ImportToken.bin",
        "TEST-wrapping-2048-public.der",
        "TEST-wrapping-2048.pem",
        "example-response.json",
    ] {
        write(name, &fixture(name));
    }
    Rc::new(folder)
}

/// Runs the ordinary program, which must succeed.
fn set_up(folder: &TempDir, line: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_byok"));
    command.args(line.split_whitespace()).current_dir(folder).env_clear();
    let output = command.env("BYOK_STORE", folder.path().join("store")).output().expect("byok runs");
    assert!(output.status.success(), "{line}: {output:?}");
}

fn json(folder: &Path, name: &str) -> Value {
    let bytes = fs::read(folder.join(name)).expect("an output");
    serde_json::from_slice(&bytes).expect("JSON")
}
