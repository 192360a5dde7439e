//! The documented import, with every client, for every key spec, wrapped by OpenSSL and by `byok
//! wrap`; and the use of the imported key, compared with the same material outside.

use std::fmt;
use std::thread;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use byok_core::key_spec::KeySpec;
use byok_core::wrapping_algorithm::WrappingAlgorithm;
use byok_core::wrapping_key_spec::WrappingKeySpec;
use serde_json::{Value, json};

use crate::client::{Client, Environment, Kind};
use crate::interop_support::material::Material;
use crate::interop_support::peer::Peer;
use crate::interop_support::{Sandbox, has_openssl, python_with, say, test_file};
use crate::line_program::LineProgram;
use crate::server::Server;

/// The wrapping and the use of a key spec.
struct Way {
    key_spec: KeySpec,
    key_usage: &'static str,
    wrapping: (WrappingAlgorithm, WrappingKeySpec),
    /// The algorithm of GenerateMac or Sign.
    algorithm: &'static str,
}

const fn way(
    key_spec: KeySpec,
    (key_usage, algorithm): (&'static str, &'static str),
    wrapping: (WrappingAlgorithm, WrappingKeySpec),
) -> Way {
    Way {
        key_spec,
        key_usage,
        wrapping,
        algorithm,
    }
}

/// Wrapping keys are as short as possible, except one: longer ones take seconds to generate.
const WAYS: [Way; 8] = {
    use WrappingAlgorithm as By;
    use WrappingKeySpec::{Rsa2048, Rsa3072, Rsa4096};
    [
        way(
            KeySpec::SymmetricDefault,
            ("ENCRYPT_DECRYPT", ""),
            (By::RsaesOaepSha256, Rsa2048),
        ),
        way(
            KeySpec::Hmac384,
            ("GENERATE_VERIFY_MAC", "HMAC_SHA_384"),
            (By::RsaesOaepSha1, Rsa2048),
        ),
        way(
            KeySpec::EccNistP256,
            ("SIGN_VERIFY", "ECDSA_SHA_256"),
            (By::RsaesOaepSha256, Rsa2048),
        ),
        way(
            KeySpec::EccNistP521,
            ("SIGN_VERIFY", "ECDSA_SHA_512"),
            (By::RsaesOaepSha256, Rsa3072),
        ),
        way(
            KeySpec::EccSecgP256k1,
            ("SIGN_VERIFY", "ECDSA_SHA_256"),
            (By::RsaAesKeyWrapSha1, Rsa2048),
        ),
        way(
            KeySpec::EccNistEdwards25519,
            ("SIGN_VERIFY", "ED25519_SHA_512"),
            (By::RsaesOaepSha256, Rsa2048),
        ),
        way(
            KeySpec::Rsa2048,
            ("SIGN_VERIFY", "RSASSA_PSS_SHA_256"),
            (By::RsaAesKeyWrapSha256, Rsa2048),
        ),
        way(
            KeySpec::Rsa4096,
            ("SIGN_VERIFY", "RSASSA_PKCS1_V1_5_SHA_512"),
            (By::RsaAesKeyWrapSha256, Rsa4096),
        ),
    ]
};

/// The wrapping program.
#[derive(Debug, Clone, Copy)]
enum Wrapper {
    /// The `openssl` commands of the Developer Guide.
    OpenSsl,
    /// `byok wrap`.
    Byok,
}

/// Returns the wrapping programs for the imports of a client. Each call of the AWS CLI of Debian takes a
/// second, so it is tried with one program.
const fn wrappers(kind: Kind) -> &'static [Wrapper] {
    match kind {
        Kind::DebianAwsCli => &[Wrapper::OpenSsl],
        Kind::AwsCli | Kind::Boto3 | Kind::Go | Kind::JavaScript | Kind::Rust => {
            &[Wrapper::OpenSsl, Wrapper::Byok]
        }
    }
}

/// One client's cells with one wrapping program, and their context.
struct Row<'a> {
    kind: Kind,
    wrapper: Wrapper,
    client: Client,
    outside: LineProgram,
    sandbox: Sandbox,
    /// The key material file for each of [`WAYS`].
    materials: &'a [String],
}

/// A cell of the matrix.
struct Cell<'a> {
    kind: Kind,
    way: &'a Way,
    wrapper: Wrapper,
    /// The file of the key material.
    material: &'a str,
}

impl fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, key_spec, (algorithm, key)) =
            (self.kind.name(), self.way.key_spec, self.way.wrapping);
        write!(
            f,
            "{kind}, {key_spec}, {:?}: {algorithm} under {key}",
            self.wrapper
        )
    }
}

#[test]
fn every_client_imports_every_kind_of_key_and_uses_it() {
    let Some(python) = python_with("cryptography").filter(|_| has_openssl()) else {
        return;
    };
    let server = Server::start("--output json");
    let environment = Environment::of(&server);
    let folder = Sandbox::new();
    let materials = WAYS.map(|way| {
        let material = Material::of(&folder, way.key_spec).expect("a kind that is imported");
        folder.path(material.file).display().to_string()
    });
    let rows: Vec<_> = Kind::ALL
        .into_iter()
        .flat_map(|kind| wrappers(kind).iter().map(move |wrapper| (kind, *wrapper)))
        .filter_map(|(kind, wrapper)| {
            let client = kind.start(&environment)?;
            let sandbox = Sandbox::new();
            let outside = LineProgram::start(
                sandbox
                    .command(&python)
                    .arg(test_file("clients/outside.py")),
            );
            Some(Row {
                kind,
                wrapper,
                client,
                outside,
                sandbox,
                materials: &materials,
            })
        })
        .collect();
    let expected = rows.len() * WAYS.len();
    let done: usize = thread::scope(|scope| {
        let threads: Vec<_> = rows
            .into_iter()
            .map(|row| scope.spawn(|| row.go_through()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("every cell passes"))
            .sum()
    });
    let all: usize = Kind::ALL
        .iter()
        .map(|kind| wrappers(*kind).len() * WAYS.len())
        .sum();
    assert_eq!(all, 88);
    say(&format!("{done} of {all} imports with clients"));
    assert_eq!(done, expected, "a cell is missing");
    // CreateKey, GetParametersForImport, ImportKeyMaterial, and at least one more.
    let refused: Vec<_> = server
        .journal(4 * done)
        .into_iter()
        .filter(|line| line["Status"] != 200)
        .collect();
    assert!(refused.is_empty(), "a client had to try again: {refused:?}");
}

impl Row<'_> {
    /// Runs all cells, and counts them.
    fn go_through(mut self) -> usize {
        let cells = WAYS.iter().zip(self.materials);
        let pass = |(way, material): (_, &String)| {
            let (cell, began) = (
                Cell {
                    kind: self.kind,
                    way,
                    wrapper: self.wrapper,
                    material,
                },
                Instant::now(),
            );
            self.import_and_use(&cell);
            say(&format!(
                "{cell}: yes, {:.1} s",
                began.elapsed().as_secs_f32()
            ));
        };
        cells.map(pass).count()
    }

    fn import_and_use(&mut self, cell: &Cell<'_>) {
        let Way {
            key_spec,
            key_usage,
            wrapping: (algorithm, wrapping_key_spec),
            ..
        } = *cell.way;
        let wants = json!({ "Origin": "EXTERNAL", "KeySpec": key_spec, "KeyUsage": key_usage });
        let created = self.client.call("CreateKey", &wants);
        let key_id = &created["KeyMetadata"]["KeyId"];
        let wants = json!({
            "KeyId": key_id, "WrappingAlgorithm": algorithm, "WrappingKeySpec": wrapping_key_spec,
        });
        let parameters = self.client.call("GetParametersForImport", &wants);
        let import = match cell.wrapper {
            Wrapper::OpenSsl => self.wrap_with_openssl(cell, &parameters),
            Wrapper::Byok => self.wrap_with_byok(cell, &parameters),
        };
        self.client.call("ImportKeyMaterial", &import);
        let described = self.client.call("DescribeKey", &json!({ "KeyId": key_id }));
        assert_eq!(described["KeyMetadata"]["KeyState"], "Enabled", "{cell}");
        self.use_key(cell, key_id);
    }

    fn wrap_with_openssl(&self, cell: &Cell<'_>, parameters: &Value) -> Value {
        self.sandbox
            .write("WrappingPublicKey.bin", blob(&parameters["PublicKey"]));
        let files = [
            "WrappingPublicKey.bin",
            cell.material,
            "EncryptedKeyMaterial.bin",
        ];
        Peer::OpenSsl.wrap(&self.sandbox, cell.way.wrapping.0, files);
        json!({
            "KeyId": parameters["KeyId"],
            "ImportToken": parameters["ImportToken"],
            "EncryptedKeyMaterial": BASE64.encode(self.sandbox.read("EncryptedKeyMaterial.bin")),
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        })
    }

    /// Takes the parameters as the client has them, and returns the complete request.
    fn wrap_with_byok(&self, cell: &Cell<'_>, parameters: &Value) -> Value {
        self.sandbox.write("params.json", parameters.to_string());
        let Way {
            key_spec,
            wrapping: (algorithm, _),
            ..
        } = *cell.way;
        let request = self.sandbox.byok_ok(&format!(
            "wrap --rehearsal --params params.json --wrapping-algorithm {algorithm} --key-spec {key_spec} {}",
            cell.material
        ));
        serde_json::from_slice(&request).expect("JSON")
    }

    /// Uses the key, and compares with the same operation outside.
    fn use_key(&mut self, cell: &Cell<'_>, key_id: &Value) {
        let Way {
            key_spec,
            algorithm,
            ..
        } = *cell.way;
        let message = json!(BASE64.encode(format!("a message of {cell}")));
        let context = json!({ "purpose": cell.kind.name(), "füllung": "\u{1f511}" });
        let (operation, result, members) = match key_spec {
            KeySpec::SymmetricDefault => (
                "Encrypt",
                "CiphertextBlob",
                json!({ "KeyId": key_id, "Plaintext": message, "EncryptionContext": context }),
            ),
            KeySpec::Hmac384 => (
                "GenerateMac",
                "Mac",
                json!({ "KeyId": key_id, "Message": message, "MacAlgorithm": algorithm }),
            ),
            _ => (
                "Sign",
                "Signature",
                json!({ "KeyId": key_id, "Message": message, "SigningAlgorithm": algorithm }),
            ),
        };
        let output = self.client.call(operation, &members);
        let outside = self.outside.ask(&json!({
            "KeySpec": key_spec, "Material": cell.material, "Message": message,
            "Result": output[result], "EncryptionContext": context,
        }));
        let outside = outside.expect("an answer");
        assert_eq!(
            (&outside["Agrees"], &outside["Distinguishes"]),
            (&json!(true), &json!(true)),
            "{cell}: {operation}"
        );
        match operation {
            "Encrypt" => {
                let sealed = json!({ "CiphertextBlob": output["CiphertextBlob"], "EncryptionContext": context });
                assert_eq!(
                    self.client.call("Decrypt", &sealed)["Plaintext"],
                    message,
                    "{cell}"
                );
            }
            "Sign" => {
                let public = self
                    .client
                    .call("GetPublicKey", &json!({ "KeyId": key_id }));
                assert_eq!(public["PublicKey"], outside["PublicKey"], "{cell}");
            }
            _ => {}
        }
    }
}

fn blob(text: &Value) -> Vec<u8> {
    BASE64
        .decode(text.as_str().expect("a text"))
        .expect("base64")
}
