//! The AWS SDK for Rust, as a client of `byok serve`: a line of JSON in, a line of JSON out.
//!
//! A line names an `Operation` and its `Members` as the KMS API spells them, with blobs in base64.
//! The answer has the `Output` in the same form, or the `Error`.

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, BufRead as _, Write as _};

use aws_sdk_kms::Client;
use aws_sdk_kms::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_kms::error::DisplayErrorContext;
use aws_sdk_kms::primitives::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

type Answer = Result<Value, Box<dyn Error>>;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let client = client()?;
    for line in io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        let answer = match runtime.block_on(call(&client, &request)) {
            Ok(output) => json!({ "Output": output }),
            Err(error) => json!({ "Error": DisplayErrorContext(&*error).to_string() }),
        };
        writeln!(io::stdout(), "{answer}")?;
    }
    Ok(())
}

/// Builds a client with the settings of the environment, as the crate `aws-config` would read them.
fn client() -> Result<Client, Box<dyn Error>> {
    let [endpoint, region, id, secret] = [
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    ]
    .map(std::env::var);
    let config = aws_sdk_kms::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(endpoint?)
        .region(Region::new(region?))
        .credentials_provider(Credentials::new(id?, secret?, None, None, "environment"))
        .build();
    Ok(Client::from_conf(config))
}

async fn call(client: &Client, request: &Value) -> Answer {
    let members = Members(&request["Members"]);
    match request["Operation"].as_str().unwrap_or_default() {
        "CreateKey" => create_key(client, members).await,
        "GetParametersForImport" => get_parameters_for_import(client, members).await,
        "ImportKeyMaterial" => import_key_material(client, members).await,
        "DescribeKey" => describe_key(client, members).await,
        "GetPublicKey" => get_public_key(client, members).await,
        "Encrypt" => encrypt(client, members).await,
        "Decrypt" => decrypt(client, members).await,
        "GenerateMac" => generate_mac(client, members).await,
        "Sign" => sign(client, members).await,
        other => Err(format!("no operation {other}").into()),
    }
}

/// The members of a request.
#[derive(Clone, Copy)]
struct Members<'a>(&'a Value);

impl Members<'_> {
    fn text(self, name: &str) -> Option<String> {
        self.0[name].as_str().map(str::to_owned)
    }

    /// Parses a word of one of the SDK's enums.
    fn word<T: for<'a> From<&'a str>>(self, name: &str) -> Option<T> {
        self.0[name].as_str().map(T::from)
    }

    fn blob(self, name: &str) -> Result<Option<Blob>, base64::DecodeError> {
        self.0[name]
            .as_str()
            .map(|text| BASE64.decode(text).map(Blob::new))
            .transpose()
    }

    fn map(self, name: &str) -> Option<HashMap<String, String>> {
        let pair =
            |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
        self.0[name].as_object()?.iter().map(pair).collect()
    }
}

fn base64(blob: Option<&Blob>) -> Option<String> {
    blob.map(|blob| BASE64.encode(blob))
}

async fn create_key(client: &Client, members: Members<'_>) -> Answer {
    let output = client
        .create_key()
        .set_origin(members.word("Origin"))
        .set_key_spec(members.word("KeySpec"))
        .set_key_usage(members.word("KeyUsage"))
        .send()
        .await?;
    Ok(json!({ "KeyMetadata": output.key_metadata().map(|key| json!({ "KeyId": key.key_id() })) }))
}

async fn get_parameters_for_import(client: &Client, members: Members<'_>) -> Answer {
    let output = client
        .get_parameters_for_import()
        .set_key_id(members.text("KeyId"))
        .set_wrapping_algorithm(members.word("WrappingAlgorithm"))
        .set_wrapping_key_spec(members.word("WrappingKeySpec"))
        .send()
        .await?;
    Ok(json!({
        "KeyId": output.key_id(),
        "ImportToken": base64(output.import_token()),
        "PublicKey": base64(output.public_key()),
        "ParametersValidTo": output.parameters_valid_to().map(|moment| moment.as_secs_f64()),
    }))
}

async fn import_key_material(client: &Client, members: Members<'_>) -> Answer {
    let output = client
        .import_key_material()
        .set_key_id(members.text("KeyId"))
        .set_import_token(members.blob("ImportToken")?)
        .set_encrypted_key_material(members.blob("EncryptedKeyMaterial")?)
        .set_expiration_model(members.word("ExpirationModel"))
        .send()
        .await?;
    Ok(json!({ "KeyId": output.key_id(), "KeyMaterialId": output.key_material_id() }))
}

async fn describe_key(client: &Client, members: Members<'_>) -> Answer {
    let output = client
        .describe_key()
        .set_key_id(members.text("KeyId"))
        .send()
        .await?;
    let metadata = output.key_metadata().ok_or("no KeyMetadata")?;
    Ok(json!({ "KeyMetadata": {
        "KeyId": metadata.key_id(),
        "KeyState": metadata.key_state().map(|state| state.as_str()),
        "KeySpec": metadata.key_spec().map(|spec| spec.as_str()),
    } }))
}

async fn get_public_key(client: &Client, members: Members<'_>) -> Answer {
    let output = client
        .get_public_key()
        .set_key_id(members.text("KeyId"))
        .send()
        .await?;
    Ok(json!({ "PublicKey": base64(output.public_key()) }))
}

async fn encrypt(client: &Client, members: Members<'_>) -> Answer {
    let output = client
        .encrypt()
        .set_key_id(members.text("KeyId"))
        .set_plaintext(members.blob("Plaintext")?)
        .set_encryption_context(members.map("EncryptionContext"))
        .send()
        .await?;
    Ok(json!({ "CiphertextBlob": base64(output.ciphertext_blob()) }))
}

async fn decrypt(client: &Client, members: Members<'_>) -> Answer {
    let output = client
        .decrypt()
        .set_ciphertext_blob(members.blob("CiphertextBlob")?)
        .set_encryption_context(members.map("EncryptionContext"))
        .send()
        .await?;
    Ok(json!({ "Plaintext": base64(output.plaintext()) }))
}

async fn generate_mac(client: &Client, members: Members<'_>) -> Answer {
    let output = client
        .generate_mac()
        .set_key_id(members.text("KeyId"))
        .set_message(members.blob("Message")?)
        .set_mac_algorithm(members.word("MacAlgorithm"))
        .send()
        .await?;
    Ok(json!({ "Mac": base64(output.mac()) }))
}

async fn sign(client: &Client, members: Members<'_>) -> Answer {
    let output = client
        .sign()
        .set_key_id(members.text("KeyId"))
        .set_message(members.blob("Message")?)
        .set_signing_algorithm(members.word("SigningAlgorithm"))
        .send()
        .await?;
    Ok(json!({ "Signature": base64(output.signature()) }))
}
