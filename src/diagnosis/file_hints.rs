//! What to do where others can read or replace files, and where a store is not what it should be.

use std::path::Path;

use byok_core::key_store::{StoreError, StoreErrorKind};

use crate::output::{Distrust, OutputError};
use crate::shell;
use crate::store::{Fault, StoreFault};
use crate::terminal::AnswerError;

/// What to do about a store.
pub(super) fn store_hint(cause: &StoreError) -> String {
    if let Some(fault) = cause.source.downcast_ref::<StoreFault>() {
        return fault_hint(fault);
    }
    let hint = match cause.kind {
        StoreErrorKind::Locked => "try again when the other process has ended",
        StoreErrorKind::Broken => {
            "restore the folder from a copy, or begin anew with: byok store destroy --yes"
        }
        StoreErrorKind::Unsafe
        | StoreErrorKind::Io
        | StoreErrorKind::Exists
        | StoreErrorKind::Full
        | StoreErrorKind::NotFound
        | StoreErrorKind::NotAStore => {
            "--store DIR, or the variable BYOK_STORE, names another folder"
        }
    };
    hint.to_owned()
}

fn fault_hint(fault: &StoreFault) -> String {
    let path = shell::quoted_path(&fault.path);
    match &fault.what {
        Fault::Link => format!(
            "put the folder or the file itself in the place of the link, or name the folder with --store; \
             to see where the link leads, run: realpath {path}"
        ),
        Fault::OtherOwner => {
            "its owner can read the root secret, which opens every token: name a folder of your own with --store DIR \
             or the variable BYOK_STORE"
                .to_owned()
        }
        Fault::OpenToOthers => format!(
            "whoever reads the root secret opens every token: run chmod -R go= {path}, and then byok store \
             destroy --yes if others may have read it"
        ),
        Fault::Missing => format!(
            "name the folder of a store with --store DIR or the variable BYOK_STORE; to make a store there, run: \
             byok key create --store {path} --key-spec SYMMETRIC_DEFAULT (or another --key-spec)"
        ),
        Fault::NotAFolder(_) | Fault::Empty | Fault::Foreign(_) => {
            "name the folder of a store with --store DIR or the variable BYOK_STORE".to_owned()
        }
        Fault::NotALock(_) => format!("to have a lock made, remove what is there: rm -r {path}"),
    }
}

/// What to do about an output file that was not written.
pub(super) fn output_hints(cause: &OutputError) -> Vec<String> {
    match cause {
        OutputError::AlreadyExists { .. } => vec!["--force replaces a regular file".to_owned()],
        OutputError::Untrusted { path, why } => vec![untrusted_folder_hint(path, *why)],
        OutputError::NotReplaceable { .. }
        | OutputError::SameFile { .. }
        | OutputError::NamedTwice { .. }
        | OutputError::NoFileName { .. }
        | OutputError::Unsynced { .. }
        | OutputError::Io { .. } => vec![],
    }
}

/// What to do about an answer that is not on standard output.
pub(super) fn answer_hints(cause: &AnswerError) -> Vec<String> {
    match cause {
        AnswerError::BinaryToTerminal | AnswerError::SecretToTerminal => {
            vec!["-o FILE, or a pipe".to_owned()]
        }
        AnswerError::Discarded => vec!["to write the answer to a file, use -o FILE".to_owned()],
        AnswerError::ClosedPipe | AnswerError::Io(_) => vec![],
    }
}

/// What to do about a folder that is not trusted with what --out-dir writes.
fn untrusted_folder_hint(path: &Path, why: Distrust) -> String {
    let path = shell::quoted_path(path);
    match why {
        Distrust::Link => {
            format!("name the folder that the link leads to, which this prints: realpath {path}")
        }
        Distrust::OtherOwner(_) => {
            "its owner can replace what is written there: name a folder of your own, in one of your own"
                .to_owned()
        }
        Distrust::OpenToAll => format!("to close the folder to other users, run: chmod go-w {path}"),
    }
}
