//! What each verdict, result and check of a report means, in a sentence.

use super::{
    batch_contents::{BatchCommand, RowStatus},
    contents::ReportKind,
    recorded::Recorded,
};
use crate::{
    verdict::{RunCheck, VerdictKind},
    verify::{Check, CheckResult},
};

/// Returns what a verdict means.
pub(super) const fn verdict(verdict: VerdictKind) -> &'static str {
    match verdict {
        VerdictKind::Accepted => "By its documented rules, AWS KMS would import this key material.",
        VerdictKind::Refused => "AWS KMS would refuse this, or an expectation is not met.",
        VerdictKind::Undecided => "Only AWS KMS can tell whether it accepts this.",
        VerdictKind::Wrapped => {
            "The key material is wrapped. AWS KMS has not received it, and has not decided."
        }
    }
}

/// Returns what the status of a row of a batch means.
pub(super) const fn row(
    status: RowStatus,
    command: BatchCommand,
    kind: Option<ReportKind>,
) -> &'static str {
    match (status, command) {
        (RowStatus::Done, BatchCommand::Wrap) => match kind {
            Some(ReportKind::Emulated) => "The key material is wrapped, for a rehearsal.",
            Some(ReportKind::ProductionWrap) | None => verdict(VerdictKind::Wrapped),
        },
        (RowStatus::Done, BatchCommand::Rehearse) => verdict(VerdictKind::Accepted),
        (RowStatus::Done, BatchCommand::Verify) => {
            "By its documented rules, AWS KMS would accept the request, or it passed every check \
             that was asked for."
        }
        (RowStatus::Done, BatchCommand::Generate) => "byok generated the key material.",
        (RowStatus::Done, BatchCommand::Params) => "byok issued import parameters for a rehearsal.",
        (RowStatus::Skipped, _) => {
            "An earlier run has done this row, and its files are as that run left them."
        }
        (RowStatus::Refused, _) => {
            "AWS KMS would refuse this, or another KMS key has the same key material."
        }
        (RowStatus::Failed, _) => "byok did not do this row. Error names the reason.",
        (RowStatus::Undecided, _) => verdict(VerdictKind::Undecided),
    }
}

/// Returns what the result of a check means.
pub(super) const fn result(result: CheckResult) -> &'static str {
    match result {
        CheckResult::Passed => "byok made the check, and it passed.",
        CheckResult::Failed => "byok made the check, and it failed.",
        CheckResult::NotChecked => {
            "byok did not make this check, and does not know whether it would pass."
        }
    }
}

/// Returns what the check `name` is about; `None` for a name that this version does not know.
pub(super) fn check(name: &str) -> Option<&'static str> {
    name.parse()
        .map(of_import)
        .or_else(|_| name.parse().map(of_run))
        .or_else(|_| name.parse().map(of_comparison))
        .ok()
}

const fn of_import(check: Check) -> &'static str {
    match check {
        Check::Parameters => {
            "The members of the request, and the expiry of the key material, are valid."
        }
        Check::KeyId => "The KMS key exists.",
        Check::KeyState => "The origin and the state of the KMS key permit an import.",
        Check::ImportToken => "The import token is authentic and belongs to this KMS key.",
        Check::ParametersValidTo => "The import parameters have not expired.",
        Check::EncryptedKeyMaterialSize => {
            "The wrapped key material has a length that its wrapping algorithm produces."
        }
        Check::Decryption => "The wrapped key material can be decrypted.",
        Check::KeyMaterial => "The key material is valid for the key spec of the KMS key.",
        Check::KeyMaterialId => {
            "The KMS key accepts this key material: its first, the same again, or a new one."
        }
    }
}

const fn of_run(check: RunCheck) -> &'static str {
    match check {
        RunCheck::Combination => {
            "AWS KMS permits this wrapping algorithm and wrapping key spec for this key spec."
        }
        RunCheck::RehearsalMark => {
            "The import token is of a rehearsal exactly if this run is one, and its mark is whole."
        }
        RunCheck::ExpectedKeyId => "The import parameters are for the KMS key that was expected.",
        RunCheck::ExpectedWrappingKey => "The wrapping key has the SHA-256 that was expected.",
        RunCheck::TokenAndPublicKey => "The wrapping public key belongs to the import token.",
        RunCheck::RehearsedWrappingKey => {
            "The wrapping key is the one in the report of the rehearsal."
        }
        RunCheck::ParametersRequest => {
            "The import parameters are those that the GetParametersForImport request asked for."
        }
        RunCheck::Fingerprint => "The key material has the fingerprint that was expected.",
        RunCheck::Rehearsed => "The report of a rehearsal covers this import.",
        RunCheck::RehearsedMaterial => "The rehearsal had the same key material.",
        RunCheck::SameImportToken => "The request has the import token of the import parameters.",
        RunCheck::PublicKey => "The key material has the public key that was expected.",
        RunCheck::Material => "The wrapped key material contains the key of the given file.",
        RunCheck::ImportTokenForm => "The import token has a known form of the tokens of AWS KMS.",
        RunCheck::FolderEncryptedKeyMaterial => {
            "The file of the wrapped key material in the folder is that of the request."
        }
        RunCheck::FolderImportToken => {
            "The file of the import token in the folder is that of the request."
        }
        RunCheck::FolderScript => {
            "The script in the folder is the one that byok writes for the request."
        }
        RunCheck::FolderEntries => "Nothing else in the folder can be run.",
    }
}

/// The comparisons with an earlier report of `wrap`.
const fn of_comparison(recorded: Recorded) -> &'static str {
    match recorded {
        Recorded::Command => "The earlier report is a report of wrap.",
        Recorded::RequestFile => "The request file is, byte for byte, that of the earlier report.",
        Recorded::KeyId => "The request is for the KMS key of the earlier report.",
        Recorded::ImportToken => "The import token is that of the earlier report.",
        Recorded::EncryptedKeyMaterial => "The wrapped key material is that of the earlier report.",
        Recorded::Options => "The options of the import are those of the earlier report.",
        Recorded::WrappingKey => "The wrapping key is that of the earlier report.",
        Recorded::EncryptedKeyMaterialFile => {
            "The file of the wrapped key material is, byte for byte, that of the earlier report."
        }
        Recorded::ImportTokenFile => {
            "The file of the import token is, byte for byte, that of the earlier report."
        }
        Recorded::Script => "The script is, byte for byte, that of the earlier report.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_check_has_its_own_meaning() {
        let names: Vec<&str> = Check::ALL
            .iter()
            .map(|check| check.as_str())
            .chain(RunCheck::ALL.iter().map(|check| check.as_str()))
            .chain(Recorded::ALL.iter().map(|check| check.as_str()))
            .collect();
        let mut meanings: Vec<_> = names.iter().map(|name| check(name).expect(name)).collect();
        meanings.sort_unstable();
        meanings.dedup();
        assert_eq!(meanings.len(), names.len());
        assert_eq!(check("Another"), None);
    }
}
