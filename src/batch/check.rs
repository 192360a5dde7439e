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
use crate::context::Context;
use crate::failure::{About as _, Failure};

/// The most rows whose faults are printed. A fault of one column is often that of every row.
const MAX_FAULTS: usize = 10;

/// What pass 1 knows of a row.
struct Checked {
    place: (u64, u64),
    name: KeyedDigest,
    import: Option<KeyedDigest>,
}

/// Checks every row of the manifest, and returns their number.
///
/// # Errors
///
/// A fault. Before it, the others of the first [`MAX_FAULTS`] rows are printed, but not for errors in JSON,
/// which are one document.
pub(super) fn check(
    manifest: &ManifestFile,
    options: &RowOptions,
    key: &DigestKey,
    jobs: NonZeroUsize,
    context: &Context,
) -> Result<u64, Failure> {
    let (mut names, mut imports) = (HashMap::new(), HashMap::new());
    let (mut count, mut refused) = (0, 0);
    let mut faults = Vec::new();
    let columns = options.check_columns(manifest.rows()?.columns());
    columns.about(|| manifest.name().to_owned())?;
    let read = in_order(
        manifest.each_row()?,
        jobs,
        || options.definition(),
        |definition, row| check_row(definition, row, options, key),
        |checked| {
            count += 1;
            let checked = checked.and_then(|checked| unique(&checked, &mut names, &mut imports));
            if let Err(fault) = checked {
                refused += 1;
                if faults.len() < MAX_FAULTS {
                    faults.push(fault);
                }
            }
            Ok(())
        },
    );
    let tell = |fault: &RowError| {
        let message = format!("{}: {fault}", manifest.name());
        context.terminal.error(&message);
    };
    let told = faults.len();
    let fault = if context.errors_as_json() {
        faults.into_iter().next()
    } else if read.is_err() {
        faults.iter().for_each(tell);
        None
    } else {
        last_fault(faults, refused - told, tell)
    };
    match fault {
        Some(fault) => Err(fault).about(|| manifest.name().to_owned()),
        None => read.map(|()| count),
    }
}

/// Checks a row by itself.
fn check_row(
    definition: &mut clap::Command,
    row: Row,
    options: &RowOptions,
    key: &DigestKey,
) -> Result<Checked, RowError> {
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
}

/// Checks a row beside the rows before it, by their digests.
fn unique(
    checked: &Checked,
    names: &mut HashMap<KeyedDigest, u64>,
    imports: &mut HashMap<KeyedDigest, u64>,
) -> Result<(), RowError> {
    let Checked {
        place,
        name,
        import,
    } = *checked;
    if let Some(first) = names.insert(name, place.0) {
        let message = format!("row {first} has this name already");
        return Err(RowError::new(place, Some("Id"), message)
            .hint("upper and lower case are the same in the name of a row"));
    }
    if let Some(first) = import.and_then(|import| imports.insert(import, place.0)) {
        let message = format!("row {first} has the same KeyId and Material");
        return Err(RowError::new(place, None, message));
    }
    Ok(())
}

/// Passes every fault but the last to `tell`, and returns the last, with the hints of all. `others` is the
/// number of faults that are not among them.
fn last_fault(
    mut faults: Vec<RowError>,
    others: usize,
    tell: impl FnMut(&RowError),
) -> Option<RowError> {
    if others > 0 {
        let rows = if others == 1 {
            "row has a fault"
        } else {
            "rows have faults"
        };
        faults.push(RowError::of_manifest(format!("{others} more {rows}")));
    }
    let last = faults.pop()?;
    faults.iter().for_each(tell);
    let hints = faults.iter().chain([&last]).flat_map(|fault| &fault.hints);
    let mut each: Vec<String> = Vec::new();
    for hint in hints {
        if !each.contains(hint) {
            each.push(hint.clone());
        }
    }
    Some(last.with_hints(each))
}

/// Returns the digest of the name of a row, in which upper and lower case are the same.
fn name_digest(key: &DigestKey, id: &str) -> KeyedDigest {
    key.digest(DigestOf::Name, &[id.to_ascii_lowercase().as_bytes()])
}
