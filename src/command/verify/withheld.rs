//! Removes from the report of `verify` the digests of blobs that may be unwrapped key material.

use std::ffi::OsString;

use byok_core::blob::Blob;
use byok_core::report::{FileDigest, Import, InputFile, OutputContent};

use super::Verify;
use super::folder::ImportFolder;
use crate::context::Context;
use crate::input::named;
use crate::mistaken;

impl Verify {
    /// Removes the digest of each blob that may be secret from `import`, and those of its files
    /// from the journal.
    pub(super) fn withhold(
        &self,
        import: &mut Import,
        folder: Option<&ImportFolder>,
        token: Option<&Blob>,
        wrapped: Option<&Blob>,
        context: &mut Context,
    ) {
        let file = |content| folder.map(|folder| folder.file(content));
        let request = file(OutputContent::ImportRequest).or_else(|| self.import_request.clone());
        if !wrapped.is_some_and(mistaken::is_wrapped) {
            import.encrypted_key_material = None;
            withhold(
                wrapped,
                &[
                    request.as_ref(),
                    self.encrypted_key_material.as_ref(),
                    file(OutputContent::EncryptedKeyMaterial).as_ref(),
                ],
                context,
            );
        }
        if !token.is_some_and(mistaken::is_token) {
            import.import_token = None;
            withhold(
                token,
                &[
                    request.as_ref(),
                    self.parameters.params(),
                    self.parameters.import_token.as_ref(),
                    file(OutputContent::ImportToken).as_ref(),
                ],
                context,
            );
        }
    }
}

fn withhold(blob: Option<&Blob>, files: &[Option<&OsString>], context: &mut Context) {
    let names: Vec<_> = files.iter().flatten().map(|file| named(file)).collect();
    let digest = blob.map(|blob| FileDigest::of(blob.as_bytes()));
    let is_blob = |input: &InputFile| digest.is_some() && input.digest() == digest;
    context
        .journal
        .withhold(|input| names.contains(&input.name) || is_blob(input));
}
