//! The phrases for each kind of file.

use byok_core::inspect::{Inspection, Kind};
use byok_core::timestamp::Timestamp;

use super::description::Description;
use super::inspected::Inspected;
use crate::mistaken::{name, title};

mod documents;
mod keys;

/// Describes a file. The name comes first.
pub(super) fn describe(file: &Inspected, now: Timestamp) -> (String, Description) {
    let new = |title: &str| Description::new(file.inspection.kind(), title);
    let description = match &file.inspection {
        Inspection::ParametersRequest(request) => {
            documents::parameters_request(new(title(Kind::ParametersRequest)), request)
        }
        Inspection::ImportParameters(parameters) => {
            documents::import_parameters(new(title(Kind::ImportParameters)), parameters, now)
        }
        Inspection::ConsoleDownload(download) => documents::console_download(
            new("console download of import parameters, a ZIP archive"),
            download,
            file.sealed.as_ref(),
            now,
        ),
        Inspection::ImportRequest(request) => {
            documents::import_request(new(title(Kind::ImportRequest)), request)
        }
        Inspection::KeyMetadata(metadata) => {
            documents::key_metadata(new(title(Kind::KeyMetadata)), metadata)
        }
        Inspection::Report(found) => documents::report(new(title(Kind::Report)), found),
        Inspection::BatchReport(found) => {
            documents::batch_report(new("report of byok batch"), found)
        }
        Inspection::RenderedReport(form, heading) => {
            let description =
                new(&format!("{}, in {form}", title(Kind::Report))).line("title", heading.as_str());
            match heading.kind() {
                Some(kind) => description.member("ReportKind", kind.as_str()),
                None => description,
            }
        }
        Inspection::Verdict(found) => documents::verdict(new(title(Kind::Verdict)), found),
        Inspection::KeyComparison(found) => {
            documents::key_comparison(new(title(Kind::Verdict)), *found)
        }
        Inspection::Faulty(kind, fault) => documents::faulty(new(title(*kind)), fault),
        Inspection::PublicKey {
            file: found,
            key_arn,
            wrapping_key,
        } => {
            let mut description = new(title(file.inspection.kind()));
            if let Some(arn) = key_arn {
                description = description.word("KMS key", "KeyId", arn);
            }
            keys::of_public_key(description, &found.public_key, wrapping_key)
        }
        Inspection::ImportToken(token) => documents::import_token(
            new(title(Kind::ImportToken)),
            token,
            file.sealed.as_ref(),
            now,
        ),
        Inspection::KeyMaterial(reading) => keys::key_material(
            new(&format!("key material, {}", reading.source_format)),
            reading,
        ),
        Inspection::UnusableKeyMaterial { error, .. } => {
            keys::unusable(new(name(&file.inspection)), error, &file.origin)
        }
        Inspection::WrappedElsewhere { error, .. } => {
            keys::with_fault(new(name(&file.inspection)), error, &file.origin)
        }
        Inspection::RawBytes {
            len,
            key_specs,
            rules,
            clue,
            weakness,
        } => keys::raw_bytes(
            new(&format!("{len} bytes, the length of raw key material")),
            *len,
            key_specs,
            *rules,
            clue.as_ref(),
            *weakness,
        ),
        Inspection::EncryptedKeyMaterial { len, ways } => keys::encrypted(
            new(&format!("{len} bytes, as wrapped key material has")),
            *len,
            ways,
        ),
        Inspection::Unknown { len, clue } => keys::with_clue(
            new(&format!("not recognised, {len} bytes")).member("Length", *len),
            clue.as_ref(),
        ),
    };
    let description = match &file.fault {
        Some(error) => keys::with_fault(description, error, &file.origin),
        None => description,
    };
    (
        file.name.clone(),
        keys::with_aliases(description, &file.aliases),
    )
}
