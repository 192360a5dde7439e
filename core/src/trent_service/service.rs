//! The state of the service.

use core::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{
    injected_fault::Troubles, last_use::LastUses, vault::Vault, visible_keys::VisibleKeys,
};
use crate::key_id::AccountId;

/// The maximum number of keys in all Regions together.
pub const MAX_KEYS: usize = 10_000;

/// A rehearsal of AWS KMS for one account.
pub struct TrentService<S> {
    pub(super) store: VisibleKeys<S>,
    pub(super) account_id: AccountId,
    pub(super) vault: Vault,
    /// Held while the vault is aligned with the store, and while an import is written to both, so
    /// that neither sees half of the other.
    pub(super) turn: Mutex<()>,
    pub(super) troubles: Troubles,
    pub(super) last_uses: LastUses,
}

impl<S> TrentService<S> {
    pub(super) fn turn(&self) -> MutexGuard<'_, ()> {
        // The guarded data is whole even after a panic.
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> fmt::Debug for TrentService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrentService")
            .field("account_id", &self.account_id)
            .field("vault", &self.vault)
            .field("troubles", &self.troubles)
            .finish_non_exhaustive()
    }
}
