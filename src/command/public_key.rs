//! `byok public-key`: prints the public key in a file, or of key material.

use std::ffi::{OsStr, OsString};

use byok_core::compatibility::Rules;
use byok_core::inspect::Kind;
use byok_core::json;
use byok_core::key_file::{Form, ReadError};
use byok_core::key_material::{KeyMaterialError, WeakMaterial};
use byok_core::public_key::{KeyComparison, PublicKeyError, Published, of_material, public_key};
use byok_core::public_key_file::{self, PublicKeyForm};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::arguments::UsageError;
use crate::context::{Context, OutputFormat};
use crate::exit::Exit;
use crate::failure::{About, Failure};
use crate::input::named;
use crate::manual;
use crate::material::{FormatNotes, MaterialArgs};
use crate::parameter_files::{download, folder};
use crate::terminal::AnswerForm;

/// Print the public key of key material, or the wrapping key of import parameters
///
/// For key material, it is the public key that get-public-key returns after the import.
#[derive(Debug, Args)]
#[command(
    after_long_help = manual::PUBLIC_KEY,
    group = clap::ArgGroup::new("input").required(true),
)]
pub(crate) struct PublicKey {
    /// A private key; import parameters in a file, or in the ZIP file or folder of the console's
    /// download; a public key or a certificate
    #[arg(value_name = "FILE|DIR", group = "input")]
    file: Option<OsString>,
    /// The same as FILE, for key material
    #[arg(long, value_name = "FILE", group = "input")]
    material: Option<OsString>,
    /// The format of the public key [default: pem]
    #[arg(long, value_enum, ignore_case = true, value_name = "FORMAT")]
    format: Option<PublicKeyFormat>,
    /// Compare with this public key: PEM, DER, certificate or the output of get-public-key
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    compare: Option<OsString>,
    #[command(flatten)]
    reading: MaterialArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PublicKeyFormat {
    /// PEM
    Pem,
    /// SubjectPublicKeyInfo in DER, as get-public-key returns it
    Der,
}

/// A public key, and the description of its source.
struct FoundKey {
    public_key: public_key_file::PublicKey,
    origin: String,
    remarks: FormatNotes,
}

impl PublicKey {
    pub(crate) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        let wants_json = context.output(OutputFormat::Text) == OutputFormat::Json;
        if wants_json && self.format.is_some() {
            return Err(UsageError::new("--format cannot be combined with JSON output").into());
        }
        // With --compare the exit status is the answer.
        if self.compare.is_none() {
            context.check_answer_is_kept()?;
        }
        let found = self.find(context)?;
        let exit = match &self.compare {
            Some(other) => compare(&found.public_key, self.file(), other, wants_json, context)?,
            None => {
                self.print(&found, wants_json, context)?;
                Exit::Done
            }
        };
        found.remarks.tell(&context.terminal);
        Ok(exit)
    }

    /// Returns the file, from either argument.
    fn file(&self) -> &OsStr {
        let file = self.file.as_ref().or(self.material.as_ref());
        file.map_or(OsStr::new("-"), OsString::as_os_str)
    }

    fn find(&self, context: &mut Context) -> Result<FoundKey, Failure> {
        let file = match folder(self.file()) {
            Some(folder) => download(folder)?.public_key.into_os_string(),
            None => self.file().to_owned(),
        };
        let bytes = context.read_secret(&file, json::MAX_LEN)?;
        let published = public_key(bytes.expose())
            .map_err(|error| Failure::or_mistaken(error, bytes.expose(), Kind::PublicKey))
            .about(|| named(&file))?;
        if let Some(published) = published {
            return Ok(FoundKey::published(&published));
        }
        let len = bytes.len();
        let reading = self.reading.parse(
            &bytes,
            &file,
            None,
            Rules::China,
            WeakMaterial::Allow,
            context,
        )?;
        if reading.as_ref().is_err_and(is_no_key) {
            return Err(PublicKeyError::Nothing { len }).about(|| named(&file));
        }
        let reading = reading.about(|| named(&file))?;
        Ok(FoundKey {
            public_key: of_material(&reading.material).about(|| named(&file))?,
            origin: format!("public key of {} key material", reading.material.key_spec()),
            remarks: FormatNotes::of(&reading),
        })
    }

    fn print(&self, found: &FoundKey, wants_json: bool, context: &Context) -> Result<(), Failure> {
        let key = &found.public_key;
        match self.format {
            _ if wants_json => {
                let mut document = json!({ "SchemaVersion": 1, "PublicKey": key.spki() });
                merge(&mut document, facts(key));
                context.answer(json::pretty(&document).as_bytes(), AnswerForm::Text)?;
            }
            Some(PublicKeyFormat::Der) => {
                context.answer(key.spki().as_bytes(), AnswerForm::Binary)?;
            }
            None | Some(PublicKeyFormat::Pem) => {
                context.answer(key.to_pem().as_bytes(), AnswerForm::Text)?;
            }
        }
        let fingerprint = key.fingerprint();
        let (origin, algorithm) = (&found.origin, key.algorithm());
        context.terminal.note(&format!(
            "{origin}: {algorithm}, {fingerprint}, {}",
            fingerprint.method()
        ));
        Ok(())
    }
}

impl FoundKey {
    fn published(published: &Published) -> Self {
        let public_key = published.public_key().clone();
        let (origin, note) = match published {
            Published::WrappingKey(_, parameters) => {
                let warning = "these parameters come from a rehearsal: AWS KMS will not accept material \
                     that is wrapped with this key";
                let is_rehearsal = parameters.import_token.origin().is_rehearsal();
                let origin = format!("wrapping key of the parameters for {}", parameters.key_arn);
                (origin, is_rehearsal.then(|| warning.to_owned()))
            }
            Published::Itself(_, PublicKeyForm::Certificate) => {
                ("public key of a certificate".to_owned(), None)
            }
            Published::Itself(_, PublicKeyForm::Spki | PublicKeyForm::Json) => {
                ("public key".to_owned(), None)
            }
        };
        Self {
            public_key,
            origin,
            remarks: FormatNotes::note(note),
        }
    }
}

/// Returns whether a file is not a private key at all, rather than an invalid one.
fn is_no_key(error: &KeyMaterialError) -> bool {
    matches!(
        error,
        KeyMaterialError::Read(
            ReadError::KeySpecNeeded { .. }
                | ReadError::Unreadable { .. }
                | ReadError::Empty
                | ReadError::TooLong
                | ReadError::Unsupported(Form::PublicKey | Form::Certificate | Form::OtherPem)
        )
    )
}

/// Compares with the public key in the file `other`, and prints the verdict.
fn compare(
    key: &public_key_file::PublicKey,
    file: &OsStr,
    other: &OsStr,
    wants_json: bool,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let other_key = context
        .read_document(other, Kind::PublicKey, public_key_file::read)?
        .public_key;
    let comparison = if *key == other_key {
        KeyComparison::Same
    } else {
        KeyComparison::Different
    };
    let is_same = comparison == KeyComparison::Same;
    let answer = if wants_json {
        let keys = [(file, key), (other, &other_key)].map(|(file, key)| {
            let mut described = json!({ "Name": file.to_string_lossy() });
            merge(&mut described, facts(key));
            described
        });
        json::pretty(&json!({ "SchemaVersion": 1, "Verdict": comparison, "PublicKeys": keys }))
    } else if is_same {
        "same public key\n".to_owned()
    } else {
        let [a, b] = [key, &other_key]
            .map(|key| format!("{}, SHA-256 {}", key.algorithm(), key.fingerprint()));
        format!("different public keys: {a}; and {b}\n")
    };
    context.answer(answer.as_bytes(), AnswerForm::Text)?;
    Ok(if is_same { Exit::Done } else { Exit::Refused })
}

/// Returns the facts of a public key, for programs.
pub(super) fn facts(key: &public_key_file::PublicKey) -> Value {
    let fingerprint = key.fingerprint();
    let mut facts = json!({ "Algorithm": key.algorithm().to_string() });
    if let Some(key_spec) = key.key_spec() {
        facts["KeySpec"] = json!(key_spec);
    }
    facts["Fingerprint"] = fingerprint.to_string().into();
    facts["FingerprintMethod"] = fingerprint.method().into();
    facts
}

/// Adds the members of one object to another.
pub(super) fn merge(document: &mut Value, members: Value) {
    if let (Some(document), Value::Object(members)) = (document.as_object_mut(), members) {
        document.extend(members);
    }
}
