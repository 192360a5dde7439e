//! The `byok` command line.
