//! Import parameters from one document, from the console's download as a ZIP archive or a folder, or
//! from separate files.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use byok_core::blob::Blob;
use byok_core::import_parameters::{
    ConsoleDownload, DownloadError, DownloadNames, ImportParameters, ImportParametersError,
};
use byok_core::import_token::{self, TokenOrigin};
use byok_core::inspect::Kind;
use byok_core::json;
use byok_core::key_id::{KeyArn, KeyId};
use byok_core::wrapping_public_key;
use byok_core::zip_archive::is_zip;
use clap::Args;

use crate::arguments::UsageError;
use crate::context::Context;
use crate::expectation;
use crate::failure::{About, Failure};
use crate::input::{named, without_scheme};
use crate::mistaken::{refuse_other, refuse_text_token};
use crate::terminal::SafePath;

/// The source of the import parameters.
#[derive(Debug, Args)]
pub(crate) struct ParameterArgs {
    /// The output of get-parameters-for-import, or the console's download: the ZIP file or its folder
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
    /// The key ARN: needed if nothing else names the KMS key, otherwise checked
    #[arg(long, value_name = "ARN")]
    pub(crate) key_id: Option<String>,
}

impl ParameterArgs {
    /// Reads the parameters. Returns `None` if the arguments name none.
    ///
    /// A download and separate files do not name the ARN of their KMS key. It is that of `--key-id`, or
    /// the one that `described` returns.
    ///
    /// # Errors
    ///
    /// A file that is not what it should be, or parameters for another key than `--key-id`.
    pub(crate) fn read(
        &self,
        context: &mut Context,
        described: impl FnOnce(&mut Context) -> Result<Option<KeyArn>, Failure>,
    ) -> Result<Option<GivenParameters>, Failure> {
        let Some(params) = &self.params else {
            let (Some(public_key), Some(token)) = (&self.public_key, &self.import_token) else {
                return Ok(None);
            };
            let arn = self.key_arn(None, context, described)?;
            let parameters = read_parts(arn, public_key, token, context)?;
            return Ok(Some(GivenParameters::of_files(parameters)));
        };
        if let Some(folder) = folder(params) {
            let files = download(folder)?;
            let arn = self.key_arn(files.key_id.as_ref(), context, described)?;
            let (public_key, token) =
                (files.public_key.as_os_str(), files.import_token.as_os_str());
            let parameters = read_parts(arn, public_key, token, context)?;
            return Ok(Some(GivenParameters {
                parameters,
                names_key: files.key_id.is_some(),
            }));
        }
        let bytes = context.read(params, json::MAX_LEN)?;
        if is_zip(&bytes) {
            let download = ConsoleDownload::from_zip(&bytes).about(|| named(params))?;
            refuse_text_token(download.import_token.blob().as_bytes()).about(|| named(params))?;
            let arn = self.key_arn(download.key_id.as_ref(), context, described)?;
            return Ok(Some(GivenParameters {
                names_key: download.key_id.is_some(),
                parameters: ImportParameters::of_download(download, arn),
            }));
        }
        let parameters = ImportParameters::from_document(&bytes)
            .map_err(|error| Failure::or_mistaken(error, &bytes, Kind::ImportParameters))
            .about(|| named(params))?;
        refuse_text_token(parameters.import_token.blob().as_bytes()).about(|| named(params))?;
        if let Some(key_id) = &self.key_id {
            expectation::same_key(KEY_OF_PARAMETERS, key_id, &parameters.key_arn.to_string())?;
        }
        Ok(Some(GivenParameters {
            parameters,
            names_key: true,
        }))
    }

    /// Returns the KMS key of the parameters that [`Self::read`] reads; `None` if that is an error, or if
    /// the arguments name none. Takes less time, because it does not check the other members of a document in JSON.
    pub(crate) fn kms_key(
        &self,
        context: &mut Context,
        described: impl FnOnce(&mut Context) -> Result<Option<KeyArn>, Failure>,
    ) -> Option<KeyArn> {
        if let Some(params) = self
            .params
            .as_ref()
            .filter(|params| folder(params).is_none())
        {
            let bytes = context.read(params, json::MAX_LEN).ok()?;
            if let Some(arn) = ImportParameters::key_named_in_json(&bytes) {
                return Some(arn);
            }
        }
        Some(self.read(context, described).ok()??.parameters.key_arn)
    }

    /// Returns the document, archive or folder of the arguments.
    pub(crate) const fn params(&self) -> Option<&OsString> {
        self.params.as_ref()
    }

    /// Returns the ARN of the KMS key of files that have at most its ID in their names.
    fn key_arn(
        &self,
        in_names: Option<&KeyId>,
        context: &mut Context,
        described: impl FnOnce(&mut Context) -> Result<Option<KeyArn>, Failure>,
    ) -> Result<KeyArn, Failure> {
        let arn = match &self.key_id {
            Some(key_id) => KeyArn::parse(key_id).ok_or_else(|| {
                UsageError::new(format!("'{key_id}' is not the ARN of a KMS key")).hint(
                    "use arn:PARTITION:kms:REGION:ACCOUNT:key/ID, with the partition of that Region",
                )
            })?,
            None => described(context)?.ok_or_else(|| {
                UsageError::new("--key-id ARN is missing: these files do not name their KMS key")
                    .hint("use --key-id ARN; byok wrap takes the ARN from --describe-key FILE, too")
            })?,
        };
        if let Some(id) = in_names {
            expectation::same_key(KEY_OF_PARAMETERS, &arn.to_string(), id.as_str())?;
        }
        Ok(arn)
    }
}

/// The name of the KMS key of the parameters, for errors.
pub(crate) const KEY_OF_PARAMETERS: &str = "KMS key of the parameters";

/// Import parameters that an argument names.
pub(crate) struct GivenParameters {
    /// The parameters.
    pub(crate) parameters: ImportParameters,
    /// True if they name their KMS key, so that `--key-id` was compared with it.
    pub(crate) names_key: bool,
}

impl GivenParameters {
    /// Separate files have any names.
    const fn of_files(parameters: ImportParameters) -> Self {
        Self {
            parameters,
            names_key: false,
        }
    }
}

fn read_parts(
    arn: KeyArn,
    public_key: &OsStr,
    token_file: &OsStr,
    context: &mut Context,
) -> Result<ImportParameters, Failure> {
    let key_bytes = context.read(public_key, wrapping_public_key::MAX_LEN * 2)?;
    refuse_other(&key_bytes, Kind::PublicKey).about(|| named(public_key))?;
    let token = read_token(token_file, context)?;
    ImportParameters::from_parts(arn, token, &key_bytes, None)
        .about(|| format!("{} and {}", named(public_key), named(token_file)))
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

/// The two files of the console's download in a folder.
pub(crate) struct DownloadFolder {
    /// The wrapping public key.
    pub(crate) public_key: PathBuf,
    /// The import token.
    pub(crate) import_token: PathBuf,
    /// The ID of their KMS key, if their names have it.
    pub(crate) key_id: Option<KeyId>,
}

/// Finds the files of the console's download in `folder`.
///
/// # Errors
///
/// A folder that cannot be listed, or in which a file is missing or could be meant twice.
pub(crate) fn download(folder: &Path) -> Result<DownloadFolder, Failure> {
    let listing = fs::read_dir(folder).with_context(|| SafePath(folder).to_string());
    let listing = listing.map_err(Failure::Io)?;
    let mut files: Vec<PathBuf> = listing
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let name = |path: &PathBuf| -> String {
        let name = path.file_name().and_then(OsStr::to_str);
        name.unwrap_or_default().to_owned()
    };
    let names: Vec<_> = files.iter().map(name).collect();
    let found = DownloadNames::find(names.iter().map(String::as_str))
        .map_err(|error| UsageError::new(of_folder(folder, &error)))?;
    Ok(DownloadFolder {
        public_key: files.swap_remove(found.public_key),
        import_token: folder.join(&names[found.import_token]),
        key_id: found.key_id,
    })
}

/// Formats why `folder` is not the console's download.
fn of_folder(folder: &Path, error: &DownloadError) -> String {
    let folder = SafePath(folder);
    match error {
        DownloadError::Missing(file) => format!("{folder} contains no {file}"),
        DownloadError::Several(file) => {
            let older = file.older_prefix();
            format!("{folder} contains several files {file} or {older}*; expected one")
        }
        DownloadError::TwoKeys { .. } | DownloadError::Zip(_) => format!("{folder}: {error}"),
    }
}
