//! `wrap --out-dir`: what goes to the machine that talks to AWS.

use std::path::Path;

use byok_core::blob::Blob;
use byok_core::import_parameters::ImportParameters;
use byok_core::import_request::ImportRequest;
use byok_core::report::OutputContent;
use byok_core::timestamp::Timestamp;

use crate::context::Context;
use crate::output::{self, Access, OutputError, OutputFile};
use crate::terminal::SafePath;

const ENCRYPTED: &str = "EncryptedKeyMaterial.bin";
const TOKEN: &str = "ImportToken.bin";
const REQUEST: &str = "import-key-material.json";
const SCRIPT: &str = "import.sh";
/// What the names of a rehearsal's files begin with.
const REHEARSAL: &str = "REHEARSAL-";

/// One file of the folder.
pub(super) struct FolderFile {
    pub(super) name: String,
    pub(super) content: OutputContent,
    pub(super) bytes: Vec<u8>,
    access: Access,
}

impl FolderFile {
    fn new(name: impl Into<String>, content: OutputContent, bytes: &[u8], access: Access) -> Self {
        Self {
            name: name.into(),
            content,
            bytes: bytes.to_vec(),
            access,
        }
    }

    /// The same, to be written.
    pub(super) fn as_output(&self) -> OutputFile<'_> {
        OutputFile {
            name: &self.name,
            bytes: &self.bytes,
            access: self.access,
        }
    }
}

/// The files of the folder: the blobs, the request and, for AWS, the script that sends them.
pub(super) fn files(
    request: &ImportRequest,
    parameters: &ImportParameters,
    now: Timestamp,
) -> Vec<FolderFile> {
    let prefix = prefix(parameters);
    let file = |name: &str, content, bytes: &[u8]| {
        FolderFile::new(format!("{prefix}{name}"), content, bytes, Access::Private)
    };
    let blob = request
        .encrypted_key_material
        .as_ref()
        .map(Blob::as_bytes)
        .unwrap_or_default();
    let token = parameters.import_token.blob().as_bytes();
    let mut files = vec![
        file(ENCRYPTED, OutputContent::EncryptedKeyMaterial, blob),
        file(TOKEN, OutputContent::ImportToken, token),
        file(
            REQUEST,
            OutputContent::ImportRequest,
            request.to_json().as_bytes(),
        ),
    ];
    if !parameters.import_token.origin().is_rehearsal() {
        let script = script(request, parameters, now);
        let access = Access::PrivateExecutable;
        files.push(FolderFile::new(
            SCRIPT,
            OutputContent::Script,
            script.as_bytes(),
            access,
        ));
    }
    files
}

/// What the names of the files begin with.
fn prefix(parameters: &ImportParameters) -> &'static str {
    if parameters.import_token.origin().is_rehearsal() {
        REHEARSAL
    } else {
        ""
    }
}

/// What to do with the folder at `path`.
pub(super) fn next(path: &Path, parameters: &ImportParameters) -> String {
    let shown = SafePath(path);
    if parameters.import_token.origin().is_rehearsal() {
        format!(
            "next: byok verify --import-request {shown}/{}{REQUEST}",
            prefix(parameters)
        )
    } else {
        format!("next, where the AWS CLI is: {shown}/{SCRIPT}")
    }
}

/// Makes sure that the folder can be written, before any work is done for it: none of the names that
/// its files can have is taken, unless it may be replaced.
pub(super) fn check_names(
    path: &Path,
    is_rehearsal: bool,
    context: &Context,
) -> anyhow::Result<()> {
    if path.symlink_metadata().is_err() {
        return context.check_is_free(path);
    }
    let prefix = if is_rehearsal { REHEARSAL } else { "" };
    [ENCRYPTED, TOKEN, REQUEST, SCRIPT]
        .iter()
        .try_for_each(|name| context.check_is_free(&path.join(format!("{prefix}{name}"))))
}

/// Writes the folder.
pub(super) fn write(
    path: &Path,
    files: &[OutputFile<'_>],
    context: &Context,
) -> anyhow::Result<()> {
    for (at, file) in files.iter().enumerate() {
        let file_path = path.join(file.name);
        if files[..at].iter().any(|other| other.name == file.name) {
            return Err(OutputError::NamedTwice { path: file_path }.into());
        }
        context.check_output(&file_path)?;
    }
    let written = output::write_folder(path, files, context.replace())?;
    context.warn_of_permissions(path, written);
    Ok(())
}

/// A POSIX shell script that sends the import with either AWS CLI. Every value in it is of a
/// narrow alphabet (ARN, enum words, ISO 8601, and AWS's own pattern for the description), so
/// single quotes hold it.
fn script(request: &ImportRequest, parameters: &ImportParameters, now: Timestamp) -> String {
    let arn = &parameters.key_arn;
    let mut options = Vec::new();
    let mut option = |name: &str, value: Option<String>| {
        options.extend(value.map(|value| format!(" \\\n    --{name} '{value}'")));
    };
    option("expiration-model", request.options.expiration_model.clone());
    option(
        "valid-to",
        request.options.valid_to.map(|moment| moment.to_string()),
    );
    option("import-type", request.options.import_type.clone());
    option(
        "key-material-description",
        request.options.key_material_description.clone(),
    );
    option("key-material-id", request.options.key_material_id.clone());
    let expiry = parameters.parameters_valid_to.map_or_else(String::new, |end| {
        format!(
            "# The import parameters end at {end}.\n\
             if [ \"$(date -u +%s)\" -ge {} ]; then\n\
             \x20   echo 'import.sh: the import parameters ended at {end}; ask AWS KMS for new ones' >&2\n\
             \x20   exit 1\n\
             fi\n\n",
            end.as_millis() / 1000
        )
    });
    format!(
        "#!/bin/sh\n\
         # Imports key material into {arn}.\n\
         # Written by byok {version} at {now}. Works with AWS CLI v1 and v2; options such as\n\
         # --profile can be added when it is called.\n\
         set -eu\n\
         CDPATH= cd -- \"$(dirname -- \"$0\")\"\n\n\
         {expiry}\
         exec aws kms import-key-material --region '{region}' \\\n    \
         --key-id '{arn}' \\\n    \
         --import-token fileb://{TOKEN} \\\n    \
         --encrypted-key-material fileb://{ENCRYPTED}{options} \"$@\"\n",
        version = env!("CARGO_PKG_VERSION"),
        region = arn.region(),
        options = options.concat(),
    )
}
