//! Files of secrets that other users can read.

use std::ffi::OsStr;

use rustix::fs::FileType;

use crate::context::{Context, Stakes};
use crate::input;
use crate::ownership::{self, Others};
use crate::shell;

/// Reports a secret file that other users can read: as a warning if an import into AWS KMS depends
/// on it and it belongs to the user, otherwise as a note.
pub(crate) fn notice_readers(argument: &OsStr, context: &Context) {
    let stat = input::path_of(argument).and_then(|path| rustix::fs::stat(path).ok());
    let is_file = |mode| FileType::from_raw_mode(mode) == FileType::RegularFile;
    let Some(stat) = stat.filter(|stat| is_file(stat.st_mode)) else {
        return;
    };
    let who = match ownership::readers(&stat) {
        Others::Nobody => return,
        Others::Group => "a group",
        Others::Everybody => "every user",
    };
    let (name, mode) = (input::named(argument), stat.st_mode & 0o777);
    let message = format!("{name} is a secret, and its mode {mode:04o} lets {who} read it");
    let hint = format!("to close it, run: chmod go= {}", shell::quoted_file(&name));
    let terminal = &context.terminal;
    match (ownership::is_ours(&stat), context.stakes()) {
        (true, Stakes::Production) => {
            terminal.warning(&message);
            terminal.hint(&hint);
        }
        (true, Stakes::Rehearsal) => {
            terminal.note(&message);
            terminal.note_hint(&hint);
        }
        (false, _) => terminal.note(&message),
    }
}
