//! The description of the KMS key, `--describe-key`.

use std::ffi::OsString;

use byok_core::inspect::Kind;
use byok_core::key_metadata::KeyMetadata;

use crate::context::Context;
use crate::failure::Failure;

/// The description of the KMS key, read once, when it is needed first.
pub(super) struct DescribedKey {
    file: Option<OsString>,
    key: Option<KeyMetadata>,
}

impl DescribedKey {
    /// Takes the file of the argument, if there is one.
    pub(super) const fn new(file: Option<OsString>) -> Self {
        Self { file, key: None }
    }

    /// Returns the description; `None` without the argument.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or is something else.
    pub(super) fn read(&mut self, context: &mut Context) -> Result<Option<&KeyMetadata>, Failure> {
        if let Some(file) = self.file.take() {
            let key = context.read_document(&file, Kind::KeyMetadata, KeyMetadata::from_json)?;
            self.key = Some(key);
        }
        Ok(self.key.as_ref())
    }
}
