//! The checks of a run that are none of `ImportKeyMaterial`.

use crate::words::words;

words! {
    /// A check that byok makes in addition to those of `ImportKeyMaterial`.
    pub enum RunCheck {
        /// AWS KMS permits the combination of key spec, wrapping algorithm and wrapping key spec.
        Combination = "Combination",
        /// The import token is of a rehearsal exactly if the run is one, and its mark is whole.
        RehearsalMark = "RehearsalMark",
        /// The import parameters are for the KMS key of `--key-id`.
        ExpectedKeyId = "ExpectedKeyId",
        /// The wrapping key is that of `--expect-wrapping-key`.
        ExpectedWrappingKey = "ExpectedWrappingKey",
        /// The wrapping public key belongs to the import token.
        TokenAndPublicKey = "TokenAndPublicKey",
        /// The wrapping key is that of the rehearsal's report.
        RehearsedWrappingKey = "RehearsedWrappingKey",
        /// The request for the import parameters agrees with them.
        ParametersRequest = "ParametersRequest",
        /// The key material has the expected fingerprint.
        Fingerprint = "Fingerprint",
        /// A rehearsal covers this import.
        Rehearsed = "Rehearsed",
        /// The rehearsal had the same key material.
        RehearsedMaterial = "RehearsedMaterial",
        /// The request has the import token of the import parameters.
        SameImportToken = "SameImportToken",
        /// The key material has the expected public key.
        PublicKey = "PublicKey",
        /// The key material is that of the given file.
        Material = "Material",
        /// The import token has a form of AWS's tokens.
        ImportTokenForm = "ImportTokenForm",
        /// The file of the wrapped key material in the folder is that of the request.
        FolderEncryptedKeyMaterial = "FolderEncryptedKeyMaterial",
        /// The file of the import token in the folder is that of the request.
        FolderImportToken = "FolderImportToken",
        /// The script in the folder is the one for the request.
        FolderScript = "FolderScript",
        /// No other entry of the folder can be run.
        FolderEntries = "FolderEntries",
    }
}
