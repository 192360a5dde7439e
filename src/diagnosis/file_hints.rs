//! The hints for files that others can read or replace, and for a faulty store.

use std::path::Path;

use byok_core::key_store::{StoreError, StoreErrorKind};

use crate::output::{Distrust, OutputError};
use crate::shell;
use crate::store::{Fault, StoreFault};
use crate::terminal::AnswerError;

/// Returns the hint for a fault of a store.
pub(super) fn store_hint(cause: &StoreError) -> String {
    if let Some(fault) = cause.source.downcast_ref::<StoreFault>() {
        return fault_hint(fault);
    }
    let hint = match cause.kind {
        StoreErrorKind::Locked => "wait until the other process has ended, then try again",
        StoreErrorKind::Broken => {
            "restore the folder from a copy, or start again with: byok store destroy --store DIR --yes"
        }
        StoreErrorKind::Unsafe
        | StoreErrorKind::Io
        | StoreErrorKind::Exists
        | StoreErrorKind::Full
        | StoreErrorKind::NotFound
        | StoreErrorKind::NotAStore => {
            "to use another folder, use --store DIR or the variable BYOK_STORE"
        }
    };
    hint.to_owned()
}

fn fault_hint(fault: &StoreFault) -> String {
    let path = shell::quoted_path(&fault.path);
    match &fault.what {
        Fault::Link => format!(
            "replace the link with the folder or the file itself, or name the folder with \
             --store; to see the target of the link, run: realpath {path}"
        ),
        Fault::OtherOwner => {
            "its owner can read the root secret, which opens every token: use a folder of your \
             own with --store DIR or the variable BYOK_STORE"
                .to_owned()
        }
        Fault::OpenToOthers => format!(
            "anybody who reads the root secret can open every token: run chmod -R go= {path}, and \
             if others may have read it, run byok store destroy --store DIR --yes"
        ),
        Fault::Missing => format!(
            "name the folder of a store with --store DIR or the variable BYOK_STORE; to create a \
             store there with a SYMMETRIC_DEFAULT key, run: byok key create --store {path} \
             --key-spec SYMMETRIC_DEFAULT"
        ),
        Fault::NotAFolder(_) | Fault::Empty | Fault::Foreign(_) => {
            "name the folder of a store with --store DIR or the variable BYOK_STORE".to_owned()
        }
        Fault::NotALock(_) => format!("to let byok create the lock, remove it: rm -r {path}"),
    }
}

/// Returns the hints for an output file that was not written.
pub(super) fn output_hints(cause: &OutputError) -> Vec<String> {
    match cause {
        OutputError::AlreadyExists { .. } => vec!["to replace the file, use --force".to_owned()],
        OutputError::Untrusted { path, why } => vec![untrusted_folder_hint(path, *why)],
        OutputError::NotReplaceable { .. }
        | OutputError::SameFile { .. }
        | OutputError::NamedTwice { .. }
        | OutputError::NoFileName { .. }
        | OutputError::Unsynced { .. }
        | OutputError::Io { .. } => vec![],
    }
}

/// Returns the hints for an answer that is not on standard output.
pub(super) fn answer_hints(cause: &AnswerError) -> Vec<String> {
    match cause {
        AnswerError::BinaryToTerminal | AnswerError::SecretToTerminal => {
            vec!["use -o FILE, or a pipe".to_owned()]
        }
        AnswerError::Discarded => vec!["to write the answer to a file, use -o FILE".to_owned()],
        AnswerError::ClosedPipe | AnswerError::Io(_) => vec![],
    }
}

/// Returns the hint for a folder that is not trusted with the files of --out-dir.
fn untrusted_folder_hint(path: &Path, why: Distrust) -> String {
    let path = shell::quoted_path(path);
    match why {
        Distrust::Link => {
            format!("name the target of the link; to print it, run: realpath {path}")
        }
        Distrust::OtherOwner(_) => {
            "its owner can replace the files in it: use a folder of your own, inside a folder of \
             your own"
                .to_owned()
        }
        Distrust::OpenToAll => {
            format!("to close the folder to other users, run: chmod go-w {path}")
        }
    }
}
