//! The key material that `serve` holds: one copy from the import to the end, and nothing else.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{folder, json as document, set_up};
use crate::material::Material;
use crate::needles::{Needles, Secret};
use crate::random::random_bytes;
use crate::served::Served;
use crate::wrapping_key;

/// The lifecycle of one material at a server; each step is named when something is found.
pub(crate) struct Story {
    served: Served,
    material: Material,
    folder: std::rc::Rc<TempDir>,
    arn: Value,
    /// The secrets that must never be found.
    never: Vec<Secret>,
    hits: Vec<String>,
}

impl Story {
    pub(crate) fn of(material: Material) -> Self {
        let folder = folder(&material);
        let served = Served::start(folder.path());
        let usage = match material.key_spec {
            "SYMMETRIC_DEFAULT" => "ENCRYPT_DECRYPT",
            spec if spec.starts_with("HMAC") => "GENERATE_VERIFY_MAC",
            _ => "SIGN_VERIFY",
        };
        let wants =
            json!({ "Origin": "EXTERNAL", "KeySpec": material.key_spec, "KeyUsage": usage });
        let arn = served.must("CreateKey", &wants)["KeyMetadata"]["Arn"].clone();
        let mut never = vec![wrapping_key::root_secret(folder.path())];
        never.extend(material.computed());
        Self {
            served,
            material,
            folder,
            arn,
            never,
            hits: Vec::new(),
        }
    }

    /// Runs from the parameters to the end of the material, and returns what was found where
    /// nothing may be.
    pub(crate) fn run(mut self) -> Vec<String> {
        let request = self.request();
        self.refuse(&request);
        self.import(&request);
        self.use_it();
        self.refuse(&request);
        self.expect_one_copy("a refused import");
        self.served
            .must("DeleteImportedKeyMaterial", &json!({ "KeyId": self.arn }));
        self.expect_nothing("its deletion");
        self.import(&request);
        self.lose_the_key();
        self.search_the_log();
        self.hits
    }

    /// Another end: the material expires.
    pub(crate) fn run_until_it_expires(mut self) -> Vec<String> {
        let mut request = self.request();
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("after 1970")
            .as_secs();
        request["ExpirationModel"] = json!("KEY_MATERIAL_EXPIRES");
        request["ValidTo"] = json!(now + 4);
        self.import(&request);
        let hits = self.served.search_in_time(&self.all());
        self.found("its expiry", hits);
        self.hits
    }

    /// Returns parameters, and a request that imports the material with them.
    fn request(&mut self) -> Value {
        let Material {
            key_spec,
            algorithm,
            forms,
            ..
        } = &self.material;
        let wants = json!({ "KeyId": self.arn, "WrappingAlgorithm": algorithm, "WrappingKeySpec": "RSA_2048" });
        let parameters = self.served.must("GetParametersForImport", &wants);
        fs::write(
            self.folder.path().join("params.json"),
            parameters.to_string(),
        )
        .expect("written");
        let plain = forms.iter().find(|form| form.is_plain());
        let file = plain
            .unwrap_or(&forms[0])
            .arguments_of_wrap(self.folder.path());
        let wrap =
            "wrap --rehearsal --params params.json --force -o request.json --wrapping-algorithm";
        set_up(
            &self.folder,
            &format!("{wrap} {algorithm} --key-spec {key_spec} {file}"),
        );
        let mut request = document(self.folder.path(), "request.json");
        request["ExpirationModel"] = json!("KEY_MATERIAL_DOES_NOT_EXPIRE");
        let key = wrapping_key::sealed_in(&request, &self.never[0]);
        self.never.extend(wrapping_key::secrets(&key));
        self.never.extend(wrapping_key::inside(&request, &key));
        let hits = self.served.search(&self.all());
        self.found("GetParametersForImport", hits);
        request
    }

    /// Imports that fail, at each check that handles a secret.
    fn refuse(&mut self, request: &Value) {
        let damaged_blob = wrapping_key::with_damaged_blob(request.clone());
        let mut token = wrapping_key::token(request);
        *token.last_mut().expect("a token") ^= 1;
        let (mut damaged_token, mut past_valid_to) = (request.clone(), request.clone());
        damaged_token["ImportToken"] = BASE64.encode(token).into();
        past_valid_to["ValidTo"] = json!(1);
        for (request, what) in [
            (damaged_blob, "a damaged blob"),
            (damaged_token, "a damaged token"),
            (past_valid_to, "a ValidTo that is over"),
        ] {
            self.served.refused("ImportKeyMaterial", &request);
            let hits = self.served.search(&self.never);
            self.found(what, hits);
        }
    }

    fn import(&mut self, request: &Value) {
        self.served.must("ImportKeyMaterial", request);
        self.expect_one_copy("its import");
    }

    /// Uses the key; its plaintexts are as secret as the key.
    fn use_it(&mut self) {
        let text = random_bytes(64);
        let mut passing = vec![Secret::new("plaintext", text.clone())];
        let text = BASE64.encode(text);
        let with = |key: &str, value: Value| {
            let mut body = json!({ "KeyId": self.arn });
            body[key] = value;
            body
        };
        let spec = self.material.key_spec;
        if spec == "SYMMETRIC_DEFAULT" {
            let sealed =
                self.served.must("Encrypt", &with("Plaintext", json!(text)))["CiphertextBlob"]
                    .clone();
            assert_eq!(
                self.served.must("Decrypt", &with("CiphertextBlob", sealed))["Plaintext"],
                text
            );
            let made = self
                .served
                .must("GenerateDataKey", &with("NumberOfBytes", json!(64)));
            let made = BASE64
                .decode(made["Plaintext"].as_str().expect("a text"))
                .expect("base64");
            passing.push(Secret::new("data key", made));
        } else if let Some(bits) = spec.strip_prefix("HMAC_") {
            let mut body = with("Message", json!(text));
            body["MacAlgorithm"] = json!(format!("HMAC_SHA_{bits}"));
            self.served.must("GenerateMac", &body);
        } else {
            let described = self
                .served
                .must("DescribeKey", &json!({ "KeyId": self.arn }));
            let mut body = with("Message", json!(text));
            body["SigningAlgorithm"] = described["KeyMetadata"]["SigningAlgorithms"][0].clone();
            self.served.must("Sign", &body);
        }
        let hits = self.served.search(&passing);
        self.found("its use", hits);
        assert!(self.served.is_open(), "the connection was searched, too");
        self.expect_one_copy("its use");
    }

    /// The deletion date of the key comes: another process says so in the store.
    fn lose_the_key(&mut self) {
        let arn = self.arn.as_str().expect("an ARN").to_owned();
        set_up(
            &self.folder,
            &format!("key set-state --at 2020-01-01T00:00:00Z {arn} PendingDeletion"),
        );
        let hits = self.served.search_in_time(&self.all());
        self.found("its key's deletion", hits);
        assert_eq!(
            self.served.refused("DescribeKey", &json!({ "KeyId": arn })),
            "NotFoundException"
        );
    }

    fn all(&self) -> Vec<Secret> {
        [self.never.clone(), self.material.secrets.clone()].concat()
    }

    fn expect_nothing(&mut self, step: &str) {
        let hits = self.served.search(&self.all());
        self.found(step, hits);
    }

    /// The copy of the vault: unchanged, each piece once.
    fn expect_one_copy(&mut self, step: &str) {
        let hits = self.served.search(&self.never);
        self.found(step, hits);
        let faults = not_one_copy(&self.served, &self.material.secrets);
        self.found(step, faults);
    }

    fn search_the_log(&mut self) {
        let log = fs::read(self.folder.path().join("log")).expect("a log");
        assert!(!log.is_empty(), "there is a log");
        let found = Needles::of(&self.all())
            .found_in(&log)
            .into_iter()
            .map(|(_, what)| what);
        let found = found.collect();
        self.found("all, in the log", found);
    }

    fn found(&mut self, step: &str, hits: Vec<String>) {
        let spec = self.material.key_spec;
        self.hits.extend(
            hits.into_iter()
                .map(|hit| format!("{spec}, after {step}: {hit}")),
        );
    }
}

/// The copy of the vault: unchanged, each piece once. Returns what is missing or too much.
pub(super) fn not_one_copy(served: &Served, secrets: &[Secret]) -> Vec<String> {
    let hits = served.search(secrets);
    let (copy, mut faults): (Vec<_>, Vec<_>) = hits
        .into_iter()
        .partition(|hit| hit.contains(", as it is: "));
    let pieces: usize = secrets.iter().map(|secret| secret.bytes.len() / 8).sum();
    if copy.len() != pieces {
        faults.push(format!("{} of {pieces} pieces", copy.len()));
        faults.extend(copy);
    }
    faults
}
