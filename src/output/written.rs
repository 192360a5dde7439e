//! A written output file.

/// A written output file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a medium that keeps no permissions deserves a warning"]
pub(crate) struct Written {
    /// True if the medium keeps others out, which FAT does not.
    pub(crate) permissions_kept: bool,
}
