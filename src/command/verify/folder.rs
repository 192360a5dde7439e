//! `verify --dir`: checks the files of a folder that `wrap --out-dir` wrote.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use byok_core::blob::Blob;
use byok_core::import_request::{ImportRequest, MAX_ENCRYPTED_LEN};
use byok_core::import_token;
use byok_core::json;
use byok_core::key_id::KeyArn;
use byok_core::report::{FileDigest, Files, OutputContent};
use byok_core::verdict::RunCheck;
use rustix::fs::FileType;

use super::assertion::{Assertion, Unmade};
use crate::context::Context;
use crate::expectation::ExpectationError;
use crate::failure::Failure;
use crate::import_folder::{FolderKind, ROW_RECORD};
use crate::import_script::{ImportScript, ScriptMatch};
use crate::input::{self, FolderEntry, file_type_name, without_scheme};

/// The maximum length of a script in bytes. An ARN has at most 2048, and a description 256.
const MAX_SCRIPT_LEN: usize = 16 << 10;

/// The folder of an import.
pub(super) struct ImportFolder {
    path: PathBuf,
    kind: FolderKind,
    files: Vec<(OutputContent, FileState)>,
    others: Vec<FolderEntry>,
}

/// The state of a file.
enum FileState {
    Nothing,
    /// Not a regular file.
    Other(&'static str),
    Bytes(Vec<u8>),
}

impl FileState {
    fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Nothing | Self::Other(_) => None,
        }
    }
}

impl ImportFolder {
    /// Returns the name of the file that holds `content`.
    pub(super) fn file(&self, content: OutputContent) -> OsString {
        self.path.join(self.kind.file_name(content)).into()
    }

    /// Reads the folder of `argument`. The file `report` may be in it.
    ///
    /// # Errors
    ///
    /// Those of reading, and [`ExpectationError::MixedFolder`].
    pub(super) fn read(
        argument: &OsStr,
        report: Option<&OsString>,
        context: &mut Context,
    ) -> Result<Self, Failure> {
        let path = PathBuf::from(without_scheme(argument));
        let entries = input::list(argument)?;
        let has_file_of = |kind: &FolderKind| {
            let mut names = entries.iter().filter_map(|entry| entry.name.to_str());
            names.any(|name| kind.content_of(name).is_some())
        };
        let kinds: Vec<_> = FolderKind::ALL.into_iter().filter(has_file_of).collect();
        let kind = match kinds.as_slice() {
            [kind] => *kind,
            [] => FolderKind::Production,
            _ => return Err(ExpectationError::MixedFolder { path }.into()),
        };
        let mut files = Vec::new();
        for content in FolderKind::contents() {
            let name = kind.file_name(*content);
            let entry = entries.iter().find(|entry| entry.name == *name);
            let found = match entry.map(|entry| entry.file_type) {
                None => FileState::Nothing,
                Some(FileType::RegularFile) => {
                    let file = path.join(name);
                    FileState::Bytes(context.read_file(&file, limit(*content))?)
                }
                Some(other) => FileState::Other(file_type_name(other)),
            };
            files.push((*content, found));
        }
        let is_own = |name: &OsStr| name.to_str().is_some_and(|n| kind.content_of(n).is_some());
        let is_report = |name: &OsStr| {
            let report = report.map(|report| Path::new(without_scheme(report)).canonicalize());
            matches!((report, path.join(name).canonicalize()), (Some(Ok(a)), Ok(b)) if a == b)
        };
        let others = entries
            .into_iter()
            .filter(|entry| !is_own(&entry.name) && !is_report(&entry.name))
            .collect();
        Ok(Self {
            path,
            kind,
            files,
            others,
        })
    }

    /// Returns the request, and the digest of its file.
    ///
    /// # Errors
    ///
    /// [`ExpectationError::FolderFile`] if the file is missing or is not a request.
    pub(super) fn request(&self) -> Result<(ImportRequest, FileDigest), ExpectationError> {
        let bytes = self.bytes(OutputContent::ImportRequest)?;
        let request = ImportRequest::from_json(bytes).map_err(|error| {
            let found = format!("is not a request of byok wrap: {error}");
            self.file_error(OutputContent::ImportRequest, &found)
        })?;
        Ok((request, FileDigest::of(bytes)))
    }

    /// Adds the digests of the other files to `files`.
    pub(super) fn add_to<'a>(&self, files: Files<'a>) -> Files<'a> {
        let digest = |content| {
            self.found(content)
                .and_then(FileState::bytes)
                .map(FileDigest::of)
        };
        Files {
            encrypted_key_material_file: digest(OutputContent::EncryptedKeyMaterial),
            import_token_file: digest(OutputContent::ImportToken),
            script: digest(OutputContent::Script),
            ..files
        }
    }

    /// Checks that the files belong to `request`, and that no other entry can be run. If a report has
    /// the digest of the script, the script is not compared again.
    pub(super) fn assertions(
        &self,
        request: &ImportRequest,
        has_script_digest: bool,
        context: &Context,
    ) -> Vec<Assertion> {
        let blob = |content, blob: Option<&Blob>| self.same_blob(content, blob);
        let (wrapped, token) = (
            request.encrypted_key_material.as_ref(),
            request.import_token.as_ref(),
        );
        let mut assertions = vec![
            Assertion::made(
                RunCheck::FolderEncryptedKeyMaterial.as_str(),
                blob(OutputContent::EncryptedKeyMaterial, wrapped),
            ),
            Assertion::made(
                RunCheck::FolderImportToken.as_str(),
                blob(OutputContent::ImportToken, token),
            ),
        ];
        if !has_script_digest {
            assertions.push(self.script(request));
        }
        assertions.push(Assertion::made(
            RunCheck::FolderEntries.as_str(),
            self.only_files(context),
        ));
        assertions
    }

    fn same_blob(
        &self,
        content: OutputContent,
        blob: Option<&Blob>,
    ) -> Result<(), ExpectationError> {
        let bytes = self.bytes(content)?;
        if blob.map(Blob::as_bytes) == Some(bytes) {
            return Ok(());
        }
        let name = self.kind.file_name(OutputContent::ImportRequest);
        let found = format!("differs from the {content} in {name}");
        Err(self.file_error(content, &found))
    }

    fn script(&self, request: &ImportRequest) -> Assertion {
        let name = RunCheck::FolderScript.as_str();
        let failed =
            |found: &str| Assertion::made(name, Err(self.file_error(OutputContent::Script, found)));
        let script = match self.bytes(OutputContent::Script) {
            Ok(script) => script,
            Err(error) => return Assertion::made(name, Err(error)),
        };
        let Some(arn) = request.key_id.as_deref().and_then(KeyArn::parse) else {
            return failed("cannot belong to the request, whose KeyId is not a key ARN");
        };
        match ImportScript::compare(self.kind, &arn, &request.options, script) {
            ScriptMatch::Same => Assertion::made(name, Ok(())),
            ScriptMatch::NoHeader => failed("was not written by byok wrap"),
            ScriptMatch::Differs { line } => failed(&format!(
                "differs in line {line} from the script that byok wrap writes for this request"
            )),
            ScriptMatch::OtherVersion(version) => {
                let reason = format!(
                    "byok {version} wrote it; this is byok {}",
                    env!("CARGO_PKG_VERSION")
                );
                Assertion::unmade(name, Unmade::Undecided(reason))
            }
        }
    }

    /// Checks that no other entry can be run. Prints a note about each other entry.
    fn only_files(&self, context: &Context) -> Result<(), ExpectationError> {
        let is_script = |entry: &FolderEntry| {
            let name = entry.name.as_encoded_bytes().to_ascii_lowercase();
            name.ends_with(b".sh")
        };
        let mut outcome = Ok(());
        for entry in &self.others {
            let path = self.path.join(&entry.name);
            let found = if entry.is_executable {
                "is executable, and byok wrap does not write it"
            } else if is_script(entry) {
                "is named like a script, and byok wrap does not write it"
            } else if entry.name == ROW_RECORD {
                continue;
            } else {
                let path = crate::terminal::SafePath(&path);
                let note = format!("{path} is not a file of the import");
                context.terminal.note(&note);
                continue;
            };
            let error = ExpectationError::FolderFile {
                path,
                found: found.to_owned(),
            };
            outcome = outcome.and(Err(error));
        }
        outcome
    }

    fn found(&self, content: OutputContent) -> Option<&FileState> {
        let mut files = self.files.iter();
        files
            .find(|(other, _)| *other == content)
            .map(|(_, found)| found)
    }

    fn bytes(&self, content: OutputContent) -> Result<&[u8], ExpectationError> {
        match self.found(content) {
            Some(FileState::Bytes(bytes)) => Ok(bytes),
            Some(FileState::Other(what)) => {
                let found = format!("is {what}, not a regular file");
                Err(self.file_error(content, &found))
            }
            Some(FileState::Nothing) | None => Err(self.file_error(content, "does not exist")),
        }
    }

    fn file_error(&self, content: OutputContent, found: &str) -> ExpectationError {
        ExpectationError::FolderFile {
            path: self.path.join(self.kind.file_name(content)),
            found: found.to_owned(),
        }
    }
}

/// Returns the maximum length of a file in bytes.
const fn limit(content: OutputContent) -> usize {
    match content {
        OutputContent::EncryptedKeyMaterial => 2 * MAX_ENCRYPTED_LEN,
        OutputContent::ImportToken => 2 * import_token::MAX_LEN,
        OutputContent::Script => MAX_SCRIPT_LEN,
        OutputContent::ImportRequest | OutputContent::Answer => json::MAX_LEN,
    }
}
