//! Import parameters from one JSON document, from the folder of the console's download, or from
//! separate files.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use byok_core::blob::Blob;
use byok_core::import_parameters::{ImportParameters, ImportParametersError};
use byok_core::import_token::{self, TokenOrigin};
use byok_core::inspect::Kind;
use byok_core::key_id::KeyArn;
use byok_core::wrapping_public_key;
use clap::Args;

use crate::arguments::UsageError;
use crate::context::Context;
use crate::expectation;
use crate::failure::{About, Failure};
use crate::input::{named, without_scheme};
use crate::mistaken::{refuse_other, refuse_text_token};
use crate::terminal::SafePath;

/// The console's file name of the public key.
pub(crate) const PUBLIC_KEY_FILE: &str = "WrappingPublicKey.bin";
/// The console's file name of the import token.
pub(crate) const IMPORT_TOKEN_FILE: &str = "ImportToken.bin";

/// The source of the import parameters.
#[derive(Debug, Args)]
pub(crate) struct ParameterArgs {
    /// The output of get-parameters-for-import, or the folder from the console's download
    #[arg(long, value_name = "FILE|DIR")]
    params: Option<OsString>,
    /// The wrapping public key in a separate file: DER or PEM
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "params",
        requires = "import_token"
    )]
    public_key: Option<OsString>,
    /// The import token in a separate file
    #[arg(long, value_name = "FILE", conflicts_with = "params")]
    pub(crate) import_token: Option<OsString>,
    /// The key ARN: required with separate files, otherwise checked
    #[arg(long, value_name = "ARN")]
    pub(crate) key_id: Option<String>,
}

impl ParameterArgs {
    /// Reads the parameters. Returns `None` if the arguments name none.
    ///
    /// # Errors
    ///
    /// A file that is not what it should be, or parameters for another key than `--key-id`.
    pub(crate) fn read(&self, context: &mut Context) -> Result<Option<ImportParameters>, Failure> {
        let Some(params) = &self.params else {
            let (Some(public_key), Some(token)) = (&self.public_key, &self.import_token) else {
                return Ok(None);
            };
            return self.read_parts(public_key, token, context).map(Some);
        };
        if let Some(folder) = folder(params) {
            let [public_key, token] = download(folder)?;
            return self
                .read_parts(public_key.as_os_str(), token.as_os_str(), context)
                .map(Some);
        }
        let parameters =
            context.read_document(params, Kind::ImportParameters, ImportParameters::from_json)?;
        refuse_text_token(parameters.import_token.blob().as_bytes()).about(|| named(params))?;
        if let Some(key_id) = &self.key_id {
            expectation::same_key(
                "KMS key of the parameters",
                key_id,
                &parameters.key_arn.to_string(),
            )?;
        }
        Ok(Some(parameters))
    }

    /// Returns the document or folder of the arguments.
    pub(crate) const fn params(&self) -> Option<&OsString> {
        self.params.as_ref()
    }

    /// Returns whether `--key-id` is checked. Separate files do not name their key.
    pub(crate) fn checks_key_id(&self) -> bool {
        self.key_id.is_some()
            && self
                .params
                .as_deref()
                .is_some_and(|params| folder(params).is_none())
    }

    fn read_parts(
        &self,
        public_key: &OsStr,
        token_file: &OsStr,
        context: &mut Context,
    ) -> Result<ImportParameters, Failure> {
        let key_id = self.key_id.as_deref().ok_or_else(|| {
            UsageError::new("--key-id ARN is missing: separate files do not name their KMS key")
        })?;
        let arn = KeyArn::parse(key_id).ok_or_else(|| {
            UsageError::new(format!("'{key_id}' is not the ARN of a KMS key")).hint(
                "use arn:PARTITION:kms:REGION:ACCOUNT:key/ID, with the partition of that Region",
            )
        })?;
        let key_bytes = context.read(public_key, wrapping_public_key::MAX_LEN * 2)?;
        refuse_other(&key_bytes, Kind::PublicKey).about(|| named(public_key))?;
        let token = read_token(token_file, context)?;
        ImportParameters::from_parts(arn, token, &key_bytes, None)
            .about(|| format!("{} and {}", named(public_key), named(token_file)))
    }
}

/// Reads the import token that an argument names.
///
/// # Errors
///
/// A file that cannot be read, or is something else for sure, or text, or too short.
pub(crate) fn read_token(file: &OsStr, context: &mut Context) -> Result<Blob, Failure> {
    let bytes = context.read(file, import_token::MAX_LEN * 2)?;
    refuse_other(&bytes, Kind::ImportToken).about(|| named(file))?;
    refuse_text_token(&bytes).about(|| named(file))?;
    check_token_length(&bytes).about(|| named(file))?;
    Ok(Blob::new(bytes))
}

/// Checks that `token` is long enough to be an import token.
///
/// # Errors
///
/// [`ImportParametersError::ImportTokenLength`].
pub(crate) fn check_token_length(token: &[u8]) -> Result<(), ImportParametersError> {
    match TokenOrigin::of(token) {
        TokenOrigin::TooShort => Err(ImportParametersError::ImportTokenLength(token.len())),
        TokenOrigin::Rehearsal
        | TokenOrigin::DamagedRehearsal
        | TokenOrigin::Aws { .. }
        | TokenOrigin::Unknown => Ok(()),
    }
}

/// Returns the folder of an argument, if it names one.
pub(crate) fn folder(argument: &OsStr) -> Option<&Path> {
    let path = Path::new(without_scheme(argument));
    (argument != "-" && path.is_dir()).then_some(path)
}

/// Returns the wrapping public key and the import token in the folder from the console's download.
pub(crate) fn download(folder: &Path) -> Result<[PathBuf; 2], Failure> {
    Ok([
        find(folder, PUBLIC_KEY_FILE, "wrappingKey_")?,
        find(folder, IMPORT_TOKEN_FILE, "importToken_")?,
    ])
}

/// Returns the file of the console's download: by its name, or by the prefix of older downloads.
fn find(folder: &Path, name: &str, older_prefix: &str) -> Result<PathBuf, Failure> {
    let path = folder.join(name);
    if path.is_file() {
        return Ok(path);
    }
    let listing = fs::read_dir(folder).with_context(|| SafePath(folder).to_string());
    let listing = listing.map_err(Failure::Io)?;
    let mut older = listing.flatten().map(|entry| entry.path()).filter(|path| {
        path.file_name()
            .and_then(OsStr::to_str)
            .is_some_and(|name| name.starts_with(older_prefix))
    });
    match (older.next(), older.next()) {
        (Some(path), None) => Ok(path),
        (Some(_), Some(_)) => Err(UsageError::new(format!(
            "{} contains several files {older_prefix}*; expected one",
            SafePath(folder)
        ))
        .into()),
        (None, _) => {
            Err(UsageError::new(format!("{} contains no {name}", SafePath(folder))).into())
        }
    }
}
