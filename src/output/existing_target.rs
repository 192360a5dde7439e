//! The existing target of an output file.

/// The files that an output file may replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replace {
    /// Nothing.
    Never,
    /// A regular file, atomically.
    RegularFile,
}

/// The existing file of that name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ExistingTarget {
    /// Nothing, or nothing that may be replaced.
    None,
    /// A regular file to replace.
    RegularFile,
}
