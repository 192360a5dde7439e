//! `byok generate`: generates key material in the form that AWS KMS accepts.

use std::ffi::OsString;
use std::path::Path;

use byok_core::compatibility::Rules;
use byok_core::generate::{MAX_SEED_LEN, MaterialForm, Provenance, TestSeed, encode, generate};
use byok_core::json;
use byok_core::key_material::KeyMaterial;
use byok_core::key_spec::KeySpec;
use byok_core::verdict::MaterialFacts;
use clap::{Args, ValueEnum};
use serde_json::json;

use crate::arguments::{KEY_SPECS, UsageError, key_spec_in, region};
use crate::context::{Context, OutputFormat};
use crate::entropy;
use crate::exit::Exit;
use crate::failure::{About, Failure};
use crate::input::named;
use crate::manual;
use crate::material::notice_readers;
use crate::terminal::{AnswerForm, SafePath};

/// Generate key material, in the form that AWS KMS accepts
///
/// The answer is the key. It goes to --output-file or into a pipe, never to a terminal.
#[derive(Debug, Args)]
#[command(after_long_help = manual::GENERATE)]
pub(crate) struct Generate {
    /// The key spec of the KMS key
    #[arg(long, value_name = "KEY_SPEC", value_parser = KEY_SPECS)]
    key_spec: String,
    /// The file format [default: raw for symmetric and HMAC keys, der for key pairs]
    #[arg(long, value_enum, ignore_case = true, value_name = "FORMAT")]
    format: Option<GenerateFormat>,
    /// The Region. In China (cn-), SYMMETRIC_DEFAULT keys have 16 bytes [default: AWS_REGION,
    /// AWS_DEFAULT_REGION, us-east-1]
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Derive the key from this secret of 16 bytes to 64 KiB: the same file makes the same key
    #[arg(long, value_name = "FILE", requires = "test_only")]
    from_seed: Option<OsString>,
    /// Confirm that the key is for tests: the holder of the seed has the key
    #[arg(long, requires = "from_seed")]
    test_only: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum GenerateFormat {
    /// The raw bytes of a symmetric or HMAC key
    Raw,
    /// PKCS#8 of a key pair, as PEM
    Pem,
    /// PKCS#8 of a key pair, as DER
    Der,
    /// A symmetric or HMAC key as hex digits
    Hex,
}

impl Generate {
    pub(crate) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        let region = region(self.region.as_deref(), &context.terminal)?;
        let key_spec = key_spec_in(&self.key_spec, &region)?;
        let form = self.form(key_spec)?;
        let wants_json = context.output(OutputFormat::Text) == OutputFormat::Json;
        if wants_json && context.output_file().is_none() {
            return Err(UsageError::new(
                "the JSON document describes the key, but does not contain it",
            )
            .hint("to write the key to a file, use -o FILE")
            .into());
        }
        context.check_answer_is_kept()?;
        let (mut rng, provenance) = match &self.from_seed {
            None => (entropy::system_rng()?, Provenance::Random),
            Some(file) => {
                let seed = context.read_secret(file, MAX_SEED_LEN)?;
                notice_readers(file, context);
                let seed = TestSeed::new(seed).about(|| named(file))?;
                (seed.rng(key_spec), Provenance::TestSeed)
            }
        };
        let what = format!("generating key material for {key_spec}");
        let material = context
            .terminal
            .progress(&what, || generate(key_spec, Rules::of(&region), &mut rng))?;
        let file = encode(&material, form, provenance);
        #[cfg(feature = "memory-scan")]
        crate::memory_scan::leak(&file);
        context.answer(file.expose(), AnswerForm::Secret)?;
        if let Some(path) = context.output_file().filter(|_| wants_json) {
            describe(&material, provenance, path, context)?;
        }
        if let Some(capture) = context.capture() {
            capture.outputs().key_material = Some(MaterialFacts::of(&material));
        }
        remark(&material, form, provenance, context);
        Ok(Exit::Done)
    }

    /// Returns the name of the file for the key in the folder of a row.
    pub(crate) fn file_name(&self) -> &'static str {
        let key_spec = self.key_spec.parse().unwrap_or(KeySpec::SymmetricDefault);
        match self.form(key_spec) {
            Ok(MaterialForm::Pem) => "PlaintextKeyMaterial.pem",
            Ok(MaterialForm::Der) => "PlaintextKeyMaterial.der",
            Ok(MaterialForm::Hex) => "PlaintextKeyMaterial.hex",
            Ok(MaterialForm::Raw) | Err(_) => "PlaintextKeyMaterial.bin",
        }
    }

    fn form(&self, key_spec: KeySpec) -> Result<MaterialForm, UsageError> {
        let form = match self.format {
            None => return Ok(MaterialForm::of(key_spec)),
            Some(GenerateFormat::Raw) => MaterialForm::Raw,
            Some(GenerateFormat::Pem) => MaterialForm::Pem,
            Some(GenerateFormat::Der) => MaterialForm::Der,
            Some(GenerateFormat::Hex) => MaterialForm::Hex,
        };
        if form.is_for(key_spec) {
            return Ok(form);
        }
        let hint = match form {
            MaterialForm::Raw | MaterialForm::Hex => "for a key pair, use --format der or pem",
            MaterialForm::Der | MaterialForm::Pem => "for raw bytes, use --format raw or hex",
        };
        Err(UsageError::new(format!(
            "this format does not support {key_spec} key material"
        ))
        .hint(hint))
    }
}

/// Prints the facts on standard output after the key was written to `path`. Removes the key file if
/// that fails.
fn describe(
    material: &KeyMaterial,
    provenance: Provenance,
    path: &Path,
    context: &Context,
) -> Result<(), Failure> {
    let document = json::pretty(&json!({
        "SchemaVersion": 1,
        "KeyMaterial": MaterialFacts::of(material),
        "TestKey": provenance == Provenance::TestSeed,
        "File": path.to_string_lossy(),
    }));
    context
        .terminal
        .answer(document.as_bytes(), AnswerForm::Text)
        .map_err(|error| {
            let _ = std::fs::remove_file(path);
            error.into()
        })
}

fn remark(material: &KeyMaterial, form: MaterialForm, provenance: Provenance, context: &Context) {
    let (fingerprint, len) = (material.fingerprint(), material.bytes().len());
    let place = context
        .output_file()
        .map_or("standard output".to_owned(), |path| {
            SafePath(path).to_string()
        });
    context.terminal.note(&format!(
        "generated {} key material, {len} bytes; fingerprint {fingerprint}, {}; wrote the key to {place}",
        material.key_spec(),
        fingerprint.method(),
    ));
    // PEM has this note in its first line.
    if provenance == Provenance::TestSeed && form != MaterialForm::Pem {
        context
            .terminal
            .warning("a test key, derived from a seed: never use it in production");
    }
}
