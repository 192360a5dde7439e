//! `wrap --out-dir`: what goes to the machine that talks to AWS.

use std::path::Path;

use byok_core::blob::Blob;
use byok_core::import_parameters::ImportParameters;
use byok_core::import_request::ImportRequest;
use byok_core::timestamp::Timestamp;

use crate::context::Context;
use crate::output::{self, Access, OutputFile};
use crate::terminal::SafePath;

const ENCRYPTED: &str = "EncryptedKeyMaterial.bin";
const TOKEN: &str = "ImportToken.bin";
const REQUEST: &str = "import-key-material.json";
const SCRIPT: &str = "import.sh";
/// What the names of a rehearsal's files begin with.
const REHEARSAL: &str = "REHEARSAL-";

/// Writes the folder: the blobs, the request and, for AWS, the script that sends them.
pub(super) fn write(
    path: &Path,
    request: &ImportRequest,
    parameters: &ImportParameters,
    now: Timestamp,
    rehearsal: bool,
    context: &Context,
) -> anyhow::Result<()> {
    let prefix = if rehearsal { REHEARSAL } else { "" };
    let name = |name| format!("{prefix}{name}");
    let names = [name(ENCRYPTED), name(TOKEN), name(REQUEST)];
    let json = request.to_json();
    let contents = [
        request.encrypted_key_material.as_ref().map(Blob::as_bytes).unwrap_or_default(),
        parameters.import_token.blob().as_bytes(),
        json.as_bytes(),
    ];
    let mut files: Vec<OutputFile<'_>> = names
        .iter()
        .zip(contents)
        .map(|(name, bytes)| OutputFile { name, bytes, access: Access::Private })
        .collect();
    let script = script(request, parameters, now);
    if !rehearsal {
        files.push(OutputFile { name: SCRIPT, bytes: script.as_bytes(), access: Access::PrivateExecutable });
    }
    for file in &files {
        context.check_output(&path.join(file.name))?;
    }
    let written = output::write_folder(path, &files, context.replace())?;
    context.warn_of_permissions(path, written);
    let shown = SafePath(path);
    let next = if rehearsal {
        format!("next: byok verify --import-request {shown}/{prefix}{REQUEST}")
    } else {
        format!("next, where the AWS CLI is: {shown}/{SCRIPT}")
    };
    context.terminal.note(&format!("wrote {} files to {shown}", files.len()));
    context.terminal.note_hint(&next);
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
    option("valid-to", request.options.valid_to.map(|moment| moment.to_string()));
    option("import-type", request.options.import_type.clone());
    option("key-material-description", request.options.key_material_description.clone());
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
