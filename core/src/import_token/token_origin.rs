//! Whose import token some bytes are.

use super::aws_form;
use super::rehearsal_mark::{self, REHEARSAL_MARK};

/// The length in bytes below which bytes are no import token. AWS documents 1, and no token shorter
/// than the rehearsal mark was ever seen.
pub const MIN_LEN: usize = REHEARSAL_MARK.len();

/// Whose import token some bytes are, as far as they show it unopened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenOrigin {
    /// A rehearsal's: the bytes begin with the whole rehearsal mark.
    Rehearsal,
    /// A rehearsal's that was damaged: at least 12 of the mark's 18 bytes are in place, or were
    /// before the token was converted to text.
    DamagedRehearsal,
    /// AWS KMS's, in the one form that is known.
    Aws {
        /// The length of the CMS structure inside, in bytes.
        body_len: usize,
    },
    /// Unknown: neither a rehearsal's nor in AWS's known form, which AWS can change.
    Unknown,
    /// Nobody's: fewer than [`MIN_LEN`] bytes are no token.
    TooShort,
}

impl TokenOrigin {
    /// Returns whose import token `token` is.
    pub fn of(token: &[u8]) -> Self {
        if token.len() < MIN_LEN {
            return Self::TooShort;
        }
        if rehearsal_mark::is_whole(token) {
            return Self::Rehearsal;
        }
        if rehearsal_mark::is_damaged(token) {
            return Self::DamagedRehearsal;
        }
        match aws_form::body_len(token) {
            Some(body_len) => Self::Aws { body_len },
            None => Self::Unknown,
        }
    }

    /// Returns whether a rehearsal issued the token, damaged since or not.
    pub const fn is_rehearsal(self) -> bool {
        matches!(self, Self::Rehearsal | Self::DamagedRehearsal)
    }
}
