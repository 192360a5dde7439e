//! The reasons why a folder is not trusted with output files.

/// The reasons why a folder is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Distrust {
    /// It is a symbolic link, which can be made to lead elsewhere.
    Link,
    /// It belongs to the user of this number, who is neither the user that runs the program nor root.
    OtherOwner(u32),
    /// Every user can write to it, and no sticky bit protects the files of others.
    OpenToAll,
}
