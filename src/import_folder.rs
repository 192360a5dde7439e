//! The files of the folder that `wrap --out-dir` writes, and their names.

use byok_core::import_token::ImportToken;
use byok_core::report::OutputContent;

/// The purpose of a folder. The names of its files show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FolderKind {
    /// An import into AWS KMS.
    Production,
    /// An import in a rehearsal.
    Rehearsal,
}

impl FolderKind {
    /// Both kinds.
    pub(crate) const ALL: [Self; 2] = [Self::Production, Self::Rehearsal];

    /// Returns the kind of folder for a request with `token`.
    pub(crate) fn of(token: &ImportToken) -> Self {
        if token.origin().is_rehearsal() {
            Self::Rehearsal
        } else {
            Self::Production
        }
    }

    /// Returns the files of a folder, in the order in which they are written.
    pub(crate) const fn contents() -> &'static [OutputContent] {
        &[
            OutputContent::EncryptedKeyMaterial,
            OutputContent::ImportToken,
            OutputContent::ImportRequest,
            OutputContent::Script,
        ]
    }

    /// Returns the name of the file that holds `content`.
    pub(crate) fn file_name(self, content: OutputContent) -> String {
        let prefix = match self {
            Self::Production => "",
            Self::Rehearsal => "REHEARSAL-",
        };
        format!("{prefix}{}", base_name(content))
    }

    /// Returns the content of the file `name`, or `None` if this folder has no such file.
    pub(crate) fn content_of(self, name: &str) -> Option<OutputContent> {
        let mut contents = Self::contents().iter().copied();
        contents.find(|content| self.file_name(*content) == name)
    }
}

/// The record of a row, which `batch wrap` adds to the folder of an import.
pub(crate) const ROW_RECORD: &str = "batch-row.json";

/// Returns the name of a file in production.
const fn base_name(content: OutputContent) -> &'static str {
    match content {
        OutputContent::EncryptedKeyMaterial => "EncryptedKeyMaterial.bin",
        OutputContent::ImportToken => "ImportToken.bin",
        OutputContent::ImportRequest => "import-key-material.json",
        OutputContent::Script => "import.sh",
        OutputContent::Answer => "answer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_kind_and_content() {
        for kind in FolderKind::ALL {
            for content in FolderKind::contents() {
                let name = kind.file_name(*content);
                assert_eq!(kind.content_of(&name), Some(*content));
                let others = FolderKind::ALL.into_iter().filter(|other| *other != kind);
                assert!(
                    others
                        .into_iter()
                        .all(|other| other.content_of(&name).is_none()),
                    "{name}"
                );
            }
        }
    }
}
