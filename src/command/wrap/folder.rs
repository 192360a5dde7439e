//! `wrap --out-dir`: the files for the machine with AWS.

use std::path::Path;

use byok_core::blob::Blob;
use byok_core::import_parameters::ImportParameters;
use byok_core::import_request::ImportRequest;
use byok_core::report::OutputContent;
use byok_core::timestamp::Timestamp;

use crate::context::Context;
use crate::failure::Failure;
use crate::import_folder::FolderKind;
use crate::import_script::ImportScript;
use crate::output::{self, Access, OutputError, OutputFile, Reservations};
use crate::shell;
use crate::terminal::SafePath;

/// One file of the folder.
pub(super) struct FolderFile {
    pub(super) name: String,
    pub(super) content: OutputContent,
    pub(super) bytes: Vec<u8>,
    access: Access,
}

impl FolderFile {
    /// Returns the file to write.
    pub(super) fn as_output(&self) -> OutputFile<'_> {
        OutputFile {
            name: &self.name,
            bytes: &self.bytes,
            access: self.access,
        }
    }
}

/// Builds the files of the folder: the blobs, the request, and the script that sends them.
pub(super) fn files(
    request: &ImportRequest,
    parameters: &ImportParameters,
    now: Timestamp,
) -> Vec<FolderFile> {
    let bytes = |blob: Option<&Blob>| blob.map(Blob::as_bytes).unwrap_or_default().to_vec();
    let kind = FolderKind::of(&parameters.import_token);
    let file = |content: &OutputContent| FolderFile {
        name: kind.file_name(*content),
        content: *content,
        bytes: match content {
            OutputContent::EncryptedKeyMaterial => bytes(request.encrypted_key_material.as_ref()),
            OutputContent::ImportToken => bytes(Some(parameters.import_token.blob())),
            OutputContent::Script => ImportScript {
                kind,
                key_arn: &parameters.key_arn,
                options: &request.options,
                parameters_valid_to: parameters.parameters_valid_to,
                written_at: now,
            }
            .to_string()
            .into_bytes(),
            OutputContent::ImportRequest | OutputContent::Answer => request.to_json().into_bytes(),
        },
        access: match content {
            OutputContent::Script => Access::PrivateExecutable,
            OutputContent::ImportRequest
            | OutputContent::EncryptedKeyMaterial
            | OutputContent::ImportToken
            | OutputContent::Answer => Access::Private,
        },
    };
    FolderKind::contents().iter().map(file).collect()
}

/// Returns the next step for the folder at `path`. `store` is the folder of rehearsed keys, if it is
/// known.
pub(super) fn next(
    path: &Path,
    parameters: &ImportParameters,
    named: Option<&Path>,
    store: Option<&Path>,
) -> String {
    let shown = |kind: FolderKind, content| shell::quoted_path(&path.join(kind.file_name(content)));
    match FolderKind::of(&parameters.import_token) {
        kind @ FolderKind::Rehearsal => {
            let folder = shell::quoted_path(path);
            let option = named.map_or_else(String::new, |store| {
                format!(" --store {}", shell::quoted_path(store))
            });
            let verify = format!("next, run: byok verify{option} --dir {folder}");
            if !cfg!(feature = "serve") {
                return verify;
            }
            let store = store.map_or_else(|| "DIR".to_owned(), shell::quoted_path);
            format!(
                "{verify}; then, with the AWS CLI: byok serve --store {store} -- sh {}",
                shown(kind, OutputContent::Script)
            )
        }
        kind @ FolderKind::Production => format!(
            "next, on the machine with the AWS CLI, run: sh {}",
            shown(kind, OutputContent::Script)
        ),
    }
}

/// Checks that the files, and the reports inside the folder, can be written to the folder at `path`.
pub(super) fn check(
    path: &Path,
    kind: FolderKind,
    reports: &[&str],
    context: &Context,
) -> Result<(), Failure> {
    let contents = FolderKind::contents().iter();
    let names: Vec<String> = contents.map(|content| kind.file_name(*content)).collect();
    let reports = reports.iter().copied();
    let names: Vec<&str> = names.iter().map(String::as_str).chain(reports).collect();
    Ok(output::check_folder(path, &names, context.replace())?)
}

/// Writes the folder.
pub(super) fn write(
    path: &Path,
    files: &[OutputFile<'_>],
    context: &Context,
) -> Result<(), Failure> {
    for (at, file) in files.iter().enumerate() {
        let file_path = path.join(file.name);
        if files[..at].iter().any(|other| other.name == file.name) {
            return Err(OutputError::NamedTwice { path: file_path }.into());
        }
        context.check_output(&file_path)?;
    }
    let reservations = output::write_folder(path, files, context.replace())?;
    tell(&reservations, path, context);
    Ok(())
}

/// Warns if others can replace the files in the folder at `path`.
fn tell(reservations: &Reservations, path: &Path, context: &Context) {
    for folder in &reservations.open_to_a_group {
        context.terminal.warning(&format!(
            "a group can replace files in the folder {}",
            SafePath(folder)
        ));
        let folder = shell::quoted_path(folder);
        let hint = format!("to close the folder to the group, run: chmod g-w {folder}");
        context.terminal.hint(&hint);
    }
    if reservations.is_without_modes {
        context.terminal.note(&format!(
            "the medium of {} has no file permissions: anybody who holds it can read and replace \
             its files",
            SafePath(path)
        ));
    }
}
