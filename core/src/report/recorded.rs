//! The comparisons with an earlier report.

use crate::words::words;

words! {
    /// The comparisons, by the names of these checks in reports.
    pub enum Recorded {
        /// The report comes from `wrap`.
        Command = "AgainstCommand",
        /// The request file, byte by byte.
        RequestFile = "AgainstRequestFile",
        /// The KMS key.
        KeyId = "AgainstKeyId",
        /// The import token.
        ImportToken = "AgainstImportToken",
        /// The wrapped material.
        EncryptedKeyMaterial = "AgainstEncryptedKeyMaterial",
        /// The other members of the request.
        Options = "AgainstOptions",
        /// The wrapping key.
        WrappingKey = "AgainstWrappingKey",
        /// The file of the wrapped material, byte by byte.
        EncryptedKeyMaterialFile = "AgainstEncryptedKeyMaterialFile",
        /// The file of the import token, byte by byte.
        ImportTokenFile = "AgainstImportTokenFile",
        /// The script, byte by byte.
        Script = "AgainstScript",
    }
}
