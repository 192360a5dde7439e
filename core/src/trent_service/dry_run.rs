//! Dry runs.

use super::failure::Failure;
use crate::exception::{Exception, Refusal};

/// Ends a dry run that passed every check.
///
/// # Source
///
/// The text is recorded.
pub(super) fn dry_run(is_dry_run: bool) -> Result<(), Failure> {
    if is_dry_run {
        let text = "The request would have succeeded, but the DryRun option is set.";
        return Err(Refusal::new(Exception::DryRun, text).into());
    }
    Ok(())
}
