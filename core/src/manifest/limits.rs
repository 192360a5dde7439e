//! The limits of a manifest.

/// The longest row, in bytes.
pub const MAX_ROW_LEN: usize = 64 << 10;
/// The largest number of rows.
pub const MAX_ROWS: u64 = 1_000_000;
/// The largest number of columns of CSV, and of members of a row.
pub const MAX_COLUMNS: usize = 64;
