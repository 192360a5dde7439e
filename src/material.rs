//! Key material from a file: reading it, and the notes on it.

use std::ffi::{OsStr, OsString};

use byok_core::compatibility::Rules;
use byok_core::inspect::Kind;
use byok_core::key_file::{self, Form, MaterialFormat, ReadError, SourceFormat};
use byok_core::key_material::{
    KeyMaterial, KeyMaterialError, ReadOptions, Reading, WeakMaterial, digest_of_file,
};
use byok_core::key_spec::KeySpec;
use byok_core::keyed_digest::{DigestKey, KeyedDigest};
use byok_core::secret::SecretBytes;
use byok_core::witness_seed::WitnessSeed;
use clap::{Args, ValueEnum};

use crate::arguments::UsageError;
use crate::context::{Context, PassphraseSource};
use crate::entropy;
use crate::failure::{About, Failure};
use crate::input::named;
use crate::mistaken::refuse_other;
use crate::shell;
use crate::terminal::Terminal;

mod readers;
mod format_notes;

pub(crate) use format_notes::{FormatNotes, weak};
pub(crate) use readers::notice_readers;

/// The options for reading a file of key material.
#[derive(Debug, Args)]
pub(crate) struct MaterialArgs {
    /// The encoding of raw key material [default: raw]
    #[arg(long, value_enum, ignore_case = true, value_name = "FORMAT")]
    material_format: Option<OctetsFormat>,
    /// Read the passphrase of an encrypted key from the first line of FILE
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_fd")]
    passphrase_file: Option<OsString>,
    /// Read the passphrase of an encrypted key from the first line of file descriptor N
    #[arg(long, value_name = "N")]
    passphrase_fd: Option<u32>,
    /// The alias of the key in a file that holds several
    #[arg(long, value_name = "NAME")]
    alias: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OctetsFormat {
    /// Raw bytes
    Raw,
    /// Hexadecimal digits
    Hex,
    /// Base64
    Base64,
}

/// Whether weak key material is accepted.
#[derive(Debug, Args)]
pub(crate) struct WeakArgs {
    /// Accept weak key material, for test fixtures
    #[arg(long)]
    allow_weak: bool,
}

impl WeakArgs {
    /// Returns the options for the core.
    pub(crate) const fn choice(&self) -> WeakMaterial {
        if self.allow_weak {
            WeakMaterial::Allow
        } else {
            WeakMaterial::Refuse
        }
    }

    /// Returns the override, for reports.
    pub(crate) fn as_override(&self) -> Option<String> {
        self.allow_weak.then(|| "--allow-weak".to_owned())
    }
}

impl MaterialArgs {
    /// Formats the options for another command line that reads the same file.
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
        let alias = self
            .alias
            .as_ref()
            .map(|alias| format!("--alias {}", shell::in_quotes(alias)));
        format
            .into_iter()
            .chain(passphrase)
            .chain(descriptor)
            .chain(alias)
            .collect()
    }

    /// Reads the key material of an argument.
    ///
    /// The inner error is about the material, and names no file.
    ///
    /// # Errors
    ///
    /// The outer error is about reading the file.
    pub(crate) fn read(
        &self,
        file: &OsStr,
        key_spec: Option<KeySpec>,
        rules: Rules,
        weak: WeakMaterial,
        context: &mut Context,
    ) -> Result<Result<Reading, KeyMaterialError>, Failure> {
        let bytes = context.read_secret(file, key_file::MAX_STORE_LEN)?;
        self.parse(&bytes, file, key_spec, rules, weak, context)
    }

    /// Returns the digest of the key in the file of an argument, which is the same in every form;
    /// `None` if the file cannot be read.
    pub(crate) fn digest(
        &self,
        file: &OsStr,
        key_spec: Option<KeySpec>,
        key: &DigestKey,
        context: &mut Context,
    ) -> Option<KeyedDigest> {
        let bytes = context.read_secret(file, key_file::MAX_STORE_LEN).ok()?;
        let passphrase = self.passphrase(context).ok()?;
        // The Regions differ in the lengths of octets alone.
        [Rules::Standard, Rules::China]
            .into_iter()
            .find_map(|rules| {
                let options = ReadOptions {
                    key_spec,
                    rules,
                    format: self.material_format.map(MaterialFormat::from),
                    passphrase: passphrase.as_ref(),
                    alias: self.alias.as_deref(),
                    weak: WeakMaterial::Allow,
                    witnesses: WitnessSeed::NONE,
                };
                digest_of_file(&bytes, &options, key)
            })
    }

    /// Reads key material from the bytes of `file`.
    ///
    /// # Errors
    ///
    /// A passphrase that cannot be read, and a document that is not key material.
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
        let witnesses = WitnessSeed::generate(&mut entropy::system_rng()?);
        let read = |passphrase: Option<&SecretBytes>, terminal: &Terminal| {
            let options = ReadOptions {
                key_spec,
                rules,
                format,
                passphrase,
                alias: self.alias.as_deref(),
                weak,
                witnesses,
            };
            // Passphrase derivation is slow on purpose.
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
            Err(
                error @ KeyMaterialError::Read(
                    ReadError::Unsupported(Form::OtherJson)
                    | ReadError::WrappedInJson { .. }
                    | ReadError::Unreadable { .. },
                ),
            ) => {
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

    /// Returns the source of the passphrase that the options name.
    fn passphrase_source(&self) -> Option<PassphraseSource> {
        let file = self.passphrase_file.as_ref();
        file.map(|file| PassphraseSource::File(named(file)))
            .or_else(|| self.passphrase_fd.map(PassphraseSource::Descriptor))
    }

    /// Returns the passphrase from the options, without its line break.
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
        // As editors on Windows begin a text.
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        if line.is_empty() {
            return Err(
                UsageError::new(format!("{} holds no passphrase", named(&source)))
                    .hint(
                        "write the passphrase on the first line of the file; for a PKCS#12 file with an \
                         empty passphrase, leave the option out",
                    )
                    .into(),
            );
        }
        Ok(Some(SecretBytes::copy_of(line)))
    }
}

impl From<OctetsFormat> for MaterialFormat {
    fn from(format: OctetsFormat) -> Self {
        match format {
            OctetsFormat::Raw => Self::Raw,
            OctetsFormat::Hex => Self::Hex,
            OctetsFormat::Base64 => Self::Base64,
        }
    }
}

/// Describes how key material was converted to AWS's form, if it was.
pub(crate) fn conversion(source_format: SourceFormat, material: &KeyMaterial) -> Option<String> {
    let refused = source_format.refused_by_aws();
    let form = converted(material);
    (!refused.is_empty())
        .then(|| format!("AWS KMS does not accept {}; {form}", refused.join(" or ")))
}

/// Describes what happened to key material in a form that AWS KMS refuses.
pub(crate) fn converted(material: &KeyMaterial) -> &'static str {
    if material.public_key().is_some() {
        "converted to PKCS#8 DER"
    } else {
        "decoded to raw bytes"
    }
}
