//! The comparison of files with a report of `wrap`.

use core::fmt::{self, Display};

use super::{Command, FileDigest, Import, OutputContent, Recorded, Report};
use crate::{
    blob::Blob, fingerprint::Fingerprint, import_request::ImportRequest, key_id::KeyArn,
    wrapping_public_key::WrappingPublicKey,
};

/// The files to compare with a report.
#[derive(Debug, Clone, Copy, Default)]
pub struct Files<'a> {
    /// The request file, if there is one.
    pub request_file: Option<FileDigest>,
    /// The request, if there is one.
    pub request: Option<&'a ImportRequest>,
    /// The key ID or key ARN of the blobs.
    pub key_id: Option<&'a str>,
    /// The import token.
    pub import_token: Option<&'a Blob>,
    /// The wrapped material.
    pub encrypted_key_material: Option<&'a Blob>,
    /// The wrapping key.
    pub wrapping_key: Option<&'a WrappingPublicKey>,
    /// The file of the wrapped material, if it was given.
    pub encrypted_key_material_file: Option<FileDigest>,
    /// The file of the import token, if it was given.
    pub import_token_file: Option<FileDigest>,
    /// The import script, if it was given.
    pub script: Option<FileDigest>,
}

/// The result of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// Equal.
    Same,
    /// Different.
    Differs {
        /// The value in the report.
        expected: String,
        /// The value found.
        found: String,
    },
    /// Not compared.
    NotMade(NotCompared),
}

/// The reasons why a value was not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCompared {
    /// The report is not a report of `wrap`.
    OtherCommand,
    /// The value is not in the report.
    NotInReport,
    /// The value was not given.
    NotGiven,
}

impl fmt::Display for NotCompared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherCommand => "the report is not a report of wrap",
            Self::NotInReport => "the report does not contain it",
            Self::NotGiven => "the file to compare was not given",
        })
    }
}

impl Report {
    /// Compares `files` with the output of `wrap` in this report: every value of [`Recorded`], in
    /// order.
    ///
    /// A report of another command contains no such files, so nothing else is compared. The last
    /// three are omitted if neither side has them.
    pub fn compare(&self, files: &Files<'_>) -> Vec<(Recorded, Comparison)> {
        let command = compare(Some(Command::Wrap), Some(self.0.command));
        let is_of_wrap = command == Comparison::Same;
        let others = Recorded::ALL.iter().filter(|recorded| match recorded {
            Recorded::Command => false,
            Recorded::EncryptedKeyMaterialFile | Recorded::ImportTokenFile | Recorded::Script => {
                let (written, found) = self.file(**recorded, files);
                is_of_wrap && (written.is_some() || found.is_some())
            }
            _ => true,
        });
        let compared = others.map(|recorded| {
            let made = if is_of_wrap {
                self.compare_one(*recorded, files)
            } else {
                Comparison::NotMade(NotCompared::OtherCommand)
            };
            (*recorded, made)
        });
        [(Recorded::Command, command)]
            .into_iter()
            .chain(compared)
            .collect()
    }

    fn compare_one(&self, recorded: Recorded, files: &Files<'_>) -> Comparison {
        let (import, digest) = (&self.0.import, |blob: &Blob| {
            FileDigest::of(blob.as_bytes())
        });
        match recorded {
            Recorded::Command => compare(Some(Command::Wrap), Some(self.0.command)),
            Recorded::RequestFile
            | Recorded::EncryptedKeyMaterialFile
            | Recorded::ImportTokenFile
            | Recorded::Script => {
                let (written, found) = self.file(recorded, files);
                compare_bytes(written, found)
            }
            Recorded::KeyId => self.compare_key_id(files.key_id),
            Recorded::ImportToken => {
                compare_bytes(import.import_token, files.import_token.map(digest))
            }
            Recorded::EncryptedKeyMaterial => compare_bytes(
                import.encrypted_key_material,
                files.encrypted_key_material.map(digest),
            ),
            Recorded::Options => compare(
                Some(options(import)),
                files.request.map(|request| options(&Import::from(request))),
            ),
            Recorded::WrappingKey => compare(
                self.0
                    .wrapping
                    .fingerprint
                    .known()
                    .map(Fingerprint::to_string),
                files.wrapping_key.map(WrappingPublicKey::fingerprint),
            ),
        }
    }

    /// Returns the digests of one file: in the report, and as found.
    fn file(
        &self,
        recorded: Recorded,
        files: &Files<'_>,
    ) -> (Option<FileDigest>, Option<FileDigest>) {
        let (content, found) = match recorded {
            Recorded::EncryptedKeyMaterialFile => (
                OutputContent::EncryptedKeyMaterial,
                files.encrypted_key_material_file,
            ),
            Recorded::ImportTokenFile => (OutputContent::ImportToken, files.import_token_file),
            Recorded::Script => (OutputContent::Script, files.script),
            _ => (OutputContent::ImportRequest, files.request_file),
        };
        let outputs = self.0.outputs.iter();
        let written = outputs
            .map(|file| (file.content, file.digest()))
            .find(|(written, _)| *written == content);
        (written.map(|(_, digest)| digest), found)
    }

    /// A key ID without an ARN is enough.
    fn compare_key_id(&self, key_id: Option<&str>) -> Comparison {
        let arn = self.0.kms_key.arn.known();
        let is_its_id = arn.is_some_and(|arn| key_id == Some(arn.key_id().as_str()));
        if is_its_id {
            Comparison::Same
        } else {
            compare(arn.map(KeyArn::to_string), key_id.map(str::to_owned))
        }
    }
}

fn compare<T: PartialEq + Display>(expected: Option<T>, found: Option<T>) -> Comparison {
    match (expected, found) {
        (Some(expected), Some(found)) if expected == found => Comparison::Same,
        (Some(expected), Some(found)) => Comparison::Differs {
            expected: expected.to_string(),
            found: found.to_string(),
        },
        (None, _) => Comparison::NotMade(NotCompared::NotInReport),
        (_, None) => Comparison::NotMade(NotCompared::NotGiven),
    }
}

/// Prints only the length of the value found, because it may be secret.
fn compare_bytes(expected: Option<FileDigest>, found: Option<FileDigest>) -> Comparison {
    match (expected, found) {
        (Some(expected), Some(found)) if expected != found => Comparison::Differs {
            expected: expected.to_string(),
            found: format!("{} other bytes", found.size),
        },
        (expected, found) => compare(expected, found),
    }
}

/// The other members of a request, on one line.
fn options(import: &Import) -> String {
    let named = |name, value: Option<String>| value.map(|value| format!("{name} {value}"));
    let said = [
        Some(import.expiration_model.to_string()),
        named("ValidTo", import.valid_to.map(|moment| moment.to_string())),
        named("ImportType", import.import_type.clone()),
        named(
            "KeyMaterialDescription",
            import.key_material_description.clone(),
        ),
        named("KeyMaterialId", import.key_material_id.clone()),
    ];
    said.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
