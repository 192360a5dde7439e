//! The download of the AWS KMS console, as the ZIP archive that it is.

use super::{
    download_names::{DownloadFile, DownloadNames},
    error::ImportParametersError,
    parts,
};
use crate::{
    blob::Blob,
    import_token::{self, ImportToken},
    key_id::KeyId,
    wrapping_public_key::{self, WrappingPublicKey},
    zip_archive::{ZipArchive, ZipFile},
};

/// A wrapping public key and an import token. They do not say when they expire, and name at most the
/// ID of their KMS key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleDownload {
    /// The ID of the KMS key, if the names of the files have it.
    pub key_id: Option<KeyId>,
    /// The wrapping key.
    pub public_key: WrappingPublicKey,
    /// The import token, unchanged.
    pub import_token: ImportToken,
}

impl ConsoleDownload {
    /// Returns whether `bytes` are a ZIP archive with one of the two files.
    pub fn is_meant(bytes: &[u8]) -> bool {
        let names_a_file = |file: &ZipFile| DownloadFile::of_name(file.name()).is_some();
        ZipArchive::parse(bytes).is_ok_and(|archive| archive.files().iter().any(names_a_file))
    }

    /// Reads both files from a ZIP archive, in any folder of it. Decompresses nothing else.
    ///
    /// # Errors
    ///
    /// [`ImportParametersError::Download`] for the archive, or the error of either file.
    pub fn from_zip(bytes: &[u8]) -> Result<Self, ImportParametersError> {
        let archive = ZipArchive::parse(bytes)?;
        let files = archive.files();
        let names = DownloadNames::find(files.iter().map(ZipFile::name))?;
        let public_key = archive.read(&files[names.public_key], wrapping_public_key::MAX_LEN)?;
        let import_token = archive.read(&files[names.import_token], import_token::MAX_LEN)?;
        Ok(Self {
            key_id: names.key_id,
            public_key: parts::public_key(&public_key)?,
            import_token: parts::import_token(Blob::new(import_token))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        import_parameters::DownloadError,
        zip_archive::{
            ZipError,
            test_archive::{Entry, archive},
        },
    };

    const SPKI: &[u8] =
        include_bytes!("../../../tests/golden/fixtures/TEST-wrapping-2048-public.der");
    const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

    #[test]
    fn reads_the_two_files_of_any_folder_in_the_archive() {
        let (key_name, token_name) = (format!("a/wrappingKey_{ID}"), format!("a/importToken_{ID}"));
        let token = [7; 500];
        let zip = archive(&[
            Entry::deflated(&key_name, SPKI),
            Entry::stored("README.txt", b"The key is encrypted.").with_flags(1),
            Entry::stored(&token_name, &token),
        ]);
        let download = ConsoleDownload::from_zip(&zip).expect("a download");
        assert_eq!(download.public_key.spki().as_bytes(), SPKI);
        assert_eq!(download.import_token.blob().as_bytes(), token);
        assert_eq!(download.key_id, KeyId::parse(ID));
    }

    #[test]
    fn refuses_files_that_are_missing_too_long_or_something_else() {
        let of = |key: &[u8], token: &[u8]| {
            let zip = archive(&[
                Entry::deflated("WrappingPublicKey.bin", key),
                Entry::deflated("ImportToken.bin", token),
            ]);
            ConsoleDownload::from_zip(&zip).map(|_| ())
        };
        assert_eq!(of(SPKI, &[7; 500]), Ok(()));
        let too_long = |name: &str, limit| {
            let name = name.to_owned();
            Err(ZipError::TooLong { name, limit }.into())
        };
        assert_eq!(
            of(SPKI, &vec![7; 1 << 20]),
            too_long("ImportToken.bin", import_token::MAX_LEN)
        );
        assert_eq!(
            of(&vec![7; 1 << 20], &[7; 500]),
            too_long("WrappingPublicKey.bin", wrapping_public_key::MAX_LEN)
        );
        let error = of(SPKI, &[7; 4]);
        assert_eq!(error, Err(ImportParametersError::ImportTokenLength(4)));
        let error = of(&[7; 300], &[7; 500]);
        assert!(matches!(error, Err(ImportParametersError::PublicKey(_))));
        let empty = archive(&[Entry::stored("README.txt", b"")]);
        assert_eq!(
            ConsoleDownload::from_zip(&empty),
            Err(DownloadError::Missing(DownloadFile::PublicKey).into())
        );
    }
}
