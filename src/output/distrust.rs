//! The reasons why a folder is not trusted with output files.

/// The reasons why a folder is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Distrust {
    /// It is a symbolic link, whose target can be changed.
    Link,
    /// It belongs to the user with this ID, who is neither the user of the program nor root.
    OtherOwner(u32),
    /// Every user can write to it, and no sticky bit protects the files of others.
    OpenToAll,
}
