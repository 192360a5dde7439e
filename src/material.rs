//! Key material from a file: how it is read, and what is said about it.

use std::ffi::{OsStr, OsString};

use byok_core::compatibility::Rules;
use byok_core::inspect::Kind;
use byok_core::key_file::{self, Form, MaterialFormat, ReadError, SourceFormat};
use byok_core::key_material::{KeyMaterial, KeyMaterialError, ReadOptions, Reading, WeakMaterial};
use byok_core::key_spec::KeySpec;
use byok_core::secret::SecretBytes;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::arguments::UsageError;
use crate::context::{Context, PassphraseSource};
use crate::failure::{About, Failure};
use crate::input::named;
use crate::mistaken::refuse_other;
use crate::shell;
use crate::terminal::Terminal;

mod readers;
mod remarks;

pub(crate) use readers::notice_readers;
pub(crate) use remarks::{Remarks, of_wrapped, weak};

/// How a file of key material is read.
#[derive(Debug, Args)]
pub(crate) struct MaterialArgs {
    /// How raw key material is written [default: as it is]
    #[arg(long, value_enum, ignore_case = true, value_name = "FORMAT")]
    material_format: Option<Format>,
    /// The passphrase of an encrypted key: the first line of FILE
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_fd")]
    passphrase_file: Option<OsString>,
    /// The passphrase of an encrypted key: the first line that descriptor N yields
    #[arg(long, value_name = "N")]
    passphrase_fd: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The bytes themselves
    Raw,
    /// Hexadecimal digits
    Hex,
    /// Base64
    Base64,
}

/// Whether weak key material is taken.
#[derive(Debug, Args)]
pub(crate) struct WeakArgs {
    /// Take key material that nobody should use, for test fixtures
    #[arg(long)]
    allow_weak: bool,
}

impl WeakArgs {
    /// What the core is told.
    pub(crate) const fn choice(&self) -> WeakMaterial {
        if self.allow_weak {
            WeakMaterial::Allow
        } else {
            WeakMaterial::Refuse
        }
    }

    /// The override, for reports.
    pub(crate) fn as_override(&self) -> Option<String> {
        self.allow_weak.then(|| "--allow-weak".to_owned())
    }
}

impl MaterialArgs {
    /// The options as they were given, for a command line that reads the same file.
    pub(crate) fn as_words(&self) -> Vec<String> {
        let format = self
            .material_format
            .and_then(|format| format.to_possible_value());
        let format = format.map(|format| format!("--material-format {}", format.get_name()));
        let passphrase = self.passphrase_file.as_ref().map(|file| {
            format!(
                "--passphrase-file {}",
                shell::quoted(&file.to_string_lossy())
            )
        });
        let descriptor = self
            .passphrase_fd
            .map(|descriptor| format!("--passphrase-fd {descriptor}"));
        format
            .into_iter()
            .chain(passphrase)
            .chain(descriptor)
            .collect()
    }

    /// Reads the key material that an argument names.
    ///
    /// The inner error is about the material, and names no file.
    ///
    /// # Errors
    ///
    /// Those of reading the file.
    pub(crate) fn read(
        &self,
        file: &OsStr,
        key_spec: Option<KeySpec>,
        rules: Rules,
        weak: WeakMaterial,
        context: &mut Context,
    ) -> Result<Result<Reading, KeyMaterialError>, Failure> {
        let bytes = context.read_secret(file, key_file::MAX_LEN)?;
        self.parse(&bytes, file, key_spec, rules, weak, context)
    }

    /// Reads key material from the bytes of `file`, which were read already.
    ///
    /// # Errors
    ///
    /// Those of reading a passphrase, and a document that is not meant as key material.
    pub(crate) fn parse(
        &self,
        bytes: &SecretBytes,
        file: &OsStr,
        key_spec: Option<KeySpec>,
        rules: Rules,
        weak: WeakMaterial,
        context: &mut Context,
    ) -> Result<Result<Reading, KeyMaterialError>, Failure> {
        let format = self.material_format.map(MaterialFormat::from);
        let read = |passphrase: Option<&SecretBytes>, terminal: &Terminal| {
            let options = ReadOptions {
                key_spec,
                rules,
                format,
                passphrase,
                weak,
            };
            // A passphrase is made slow to try.
            terminal.progress("opening the encrypted key", || {
                KeyMaterial::read(bytes, &options)
            })
        };
        let passphrase = self.passphrase(context)?;
        context.note_material(file, self.passphrase_source());
        let outcome = match read(passphrase.as_ref(), &context.terminal) {
            Err(KeyMaterialError::Read(ReadError::PassphraseNeeded)) => {
                Ok(match context.ask_passphrase(&named(file))? {
                    Some(passphrase) => {
                        context.note_material(file, Some(PassphraseSource::Prompt));
                        read(Some(&passphrase), &context.terminal)
                    }
                    None => Err(ReadError::PassphraseNeeded.into()),
                })
            }
            Err(error @ KeyMaterialError::Read(ReadError::Unsupported(Form::OtherJson))) => {
                refuse_other(bytes.expose(), Kind::KeyMaterial).about(|| named(file))?;
                Ok(Err(error))
            }
            outcome => Ok(outcome),
        };
        if let Ok(Ok(_)) = &outcome {
            notice_readers(file, context);
        }
        outcome
    }

    /// Where the options say that the passphrase is.
    fn passphrase_source(&self) -> Option<PassphraseSource> {
        let file = self.passphrase_file.as_ref();
        file.map(|file| PassphraseSource::File(named(file)))
            .or_else(|| self.passphrase_fd.map(PassphraseSource::Descriptor))
    }

    /// The passphrase that the options name, without the end of its line.
    fn passphrase(&self, context: &mut Context) -> Result<Option<SecretBytes>, Failure> {
        let source = match (&self.passphrase_file, self.passphrase_fd) {
            (Some(file), _) => file.clone(),
            (None, Some(0)) => "-".into(),
            (None, Some(fd)) => format!("/dev/fd/{fd}").into(),
            (None, None) => return Ok(None),
        };
        let text = context.read_passphrase(&source)?;
        if let Some(file) = &self.passphrase_file {
            notice_readers(file, context);
        }
        let line = text
            .expose()
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return Err(
                UsageError::new(format!("{} holds no passphrase", named(&source)))
                    .hint("the first line is meant")
                    .into(),
            );
        }
        Ok(Some(SecretBytes::copy_of(line)))
    }
}

impl From<Format> for MaterialFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Raw => Self::Raw,
            Format::Hex => Self::Hex,
            Format::Base64 => Self::Base64,
        }
    }
}

/// The public facts of key material.
pub(crate) fn facts(
    material: &KeyMaterial,
    source_format: Option<SourceFormat>,
    remarks: &[String],
) -> Value {
    let fingerprint = material.fingerprint();
    let mut facts = json!({
        "KeySpec": material.key_spec(),
        "Length": material.bytes().len(),
        "Fingerprint": fingerprint.to_string(),
        "FingerprintMethod": fingerprint.method(),
    });
    if let Some(address) = material.ethereum_address() {
        facts["EthereumAddress"] = address.into();
    }
    if let Some(source_format) = source_format {
        facts["SourceFormat"] = source_format.to_string().into();
        facts["Remarks"] = remarks.into();
    }
    facts
}

/// What was done to bring key material into the one form that AWS KMS takes, if anything.
pub(crate) fn conversion(source_format: SourceFormat, material: &KeyMaterial) -> Option<String> {
    let refused = source_format.refused_by_aws();
    let form = converted(material);
    (!refused.is_empty()).then(|| format!("AWS KMS does not take {}; {form}", refused.join(" or ")))
}

/// What became of key material in a form that AWS KMS refuses.
pub(crate) fn converted(material: &KeyMaterial) -> &'static str {
    if material.public_key().is_some() {
        "converted to PKCS#8 DER"
    } else {
        "decoded to raw bytes"
    }
}
