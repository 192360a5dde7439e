//! Pass 1: the whole manifest, without a secret.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use byok_core::keyed_digest::{DigestKey, DigestOf, KeyedDigest};
use byok_core::manifest::Row;

use super::manifest_file::ManifestFile;
use super::operation::RowCommand;
use super::options::RowOptions;
use super::pipeline::in_order;
use crate::batch_row::RowError;
use crate::failure::{About as _, Failure};

/// Checks every row of the manifest, and returns their number.
///
/// # Errors
///
/// The first fault.
pub(super) fn check(
    manifest: &ManifestFile,
    options: &RowOptions,
    key: &DigestKey,
    jobs: NonZeroUsize,
) -> Result<u64, Failure> {
    struct Checked {
        place: (u64, u64),
        name: KeyedDigest,
        import: Option<KeyedDigest>,
    }
    let check = |definition: &mut clap::Command, row: Row| -> Result<Checked, RowError> {
        let row = options.read(row)?;
        let command = options.parse(definition, &row)?;
        if matches!(command, RowCommand::Rehearse(_)) && !row.options.contains_key("Material") {
            let place = (row.number, row.line);
            return Err(
                RowError::new(place, Some("Material"), "this member is missing")
                    .hint("a throwaway key says nothing of this row; for one, run: byok rehearse"),
            );
        }
        let import = command.named_key_and_file().map(|(kms_key, file)| {
            let parts = [kms_key.as_bytes(), file.as_encoded_bytes()];
            key.digest(DigestOf::KmsKey, &parts)
        });
        Ok(Checked {
            place: (row.number, row.line),
            name: name_digest(key, &row.id),
            import,
        })
    };
    let (mut names, mut imports) = (HashMap::new(), HashMap::new());
    let mut count = 0;
    let columns = options.check_columns(manifest.rows()?.columns());
    columns.about(|| manifest.name().to_owned())?;
    in_order(
        manifest.each_row()?,
        jobs,
        || options.definition(),
        check,
        |checked| {
            let Checked {
                place,
                name,
                import,
            } = checked.about(|| manifest.name().to_owned())?;
            count = place.0;
            let again = |error: RowError| Err(error).about(|| manifest.name().to_owned());
            if let Some(first) = names.insert(name, place.0) {
                let message = format!("row {first} has this name already");
                let error = RowError::new(place, Some("Id"), message);
                return again(error.hint("upper and lower case are the same in the name of a row"));
            }
            if let Some(first) = import.and_then(|import| imports.insert(import, place.0)) {
                let message = format!("row {first} has the same KeyId and Material");
                return again(RowError::new(place, None, message));
            }
            Ok(())
        },
    )?;
    Ok(count)
}

/// Returns the digest of the name of a row, in which upper and lower case are the same.
fn name_digest(key: &DigestKey, id: &str) -> KeyedDigest {
    key.digest(DigestOf::Name, &[id.to_ascii_lowercase().as_bytes()])
}
