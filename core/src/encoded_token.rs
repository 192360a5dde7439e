//! An import token that is text instead of bytes.

use crate::{
    blob::Blob,
    import_token::{ImportToken, TokenOrigin},
    key_file::MaterialFormat,
    secret::SecretBytes,
};

/// The maximum number of text layers.
const MAX_DEPTH: usize = 3;

/// An import token that is text instead of bytes. No token is text: the tokens of AWS KMS begin with
/// 01 01, and those of a rehearsal with 05 83.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedToken {
    /// The encoding.
    pub format: MaterialFormat,
    /// The number of layers.
    pub times: usize,
    /// The token itself.
    pub token: ImportToken,
}

impl EncodedToken {
    /// Decodes the token that `blob` is base64 or hex of. Returns `None` if `blob` is a token itself, or
    /// not the text of a known token.
    pub fn find(blob: &Blob) -> Option<Self> {
        let formats = [MaterialFormat::Hex, MaterialFormat::Base64];
        let mut text = SecretBytes::copy_of(blob.as_bytes());
        for times in 1..=MAX_DEPTH {
            let decoded = |format: &MaterialFormat| Some((*format, format.decode(&text)?));
            let (format, bytes) = formats.iter().find_map(decoded)?;
            let token = ImportToken::new(Blob::new(bytes.expose().to_vec()));
            if let Some(token) = token.filter(is_known) {
                return Some(Self {
                    format,
                    times,
                    token,
                });
            }
            text = bytes;
        }
        None
    }
}

fn is_known(token: &ImportToken) -> bool {
    matches!(
        token.origin(),
        TokenOrigin::Rehearsal | TokenOrigin::Aws { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{hex, import_token::REHEARSAL_MARK};

    #[test]
    fn the_token_is_found_in_its_text() {
        let bytes = [&REHEARSAL_MARK[..], &[7; 200]].concat();
        let blob = Blob::new(bytes.clone());
        let base64 = blob.to_base64();
        let twice = Blob::new(base64.clone().into_bytes()).to_base64();
        for (text, format, times) in [
            (base64.clone(), MaterialFormat::Base64, 1),
            (format!(" {base64}\n"), MaterialFormat::Base64, 1),
            (twice, MaterialFormat::Base64, 2),
            (hex::encode(&bytes), MaterialFormat::Hex, 1),
        ] {
            let found = EncodedToken::find(&Blob::new(text.into_bytes())).expect("a token");
            assert_eq!((found.format, found.times), (format, times));
            assert_eq!(found.token.blob(), &blob);
        }
        for other in [
            blob.clone(),
            Blob::new(vec![]),
            Blob::new(b"AAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_vec()),
            Blob::new(Blob::new(vec![9; 300]).to_base64().into_bytes()),
        ] {
            assert_eq!(EncodedToken::find(&other), None, "{other:?}");
        }
    }
}
