//! Transfer files of Azure Key Vault, which the tool of an HSM writes for an import there.

use super::text::from_base64_url;
use crate::{json::Object, secret::SecretBytes};

/// Returns the ciphertext in a transfer file; `None` if `file` is not one. The ciphertext is empty
/// if it cannot be decoded.
///
/// # Source
///
/// Azure Key Vault, "Bring your own key specification": `schema_version`, `header`, `ciphertext` in
/// base64url.
pub(super) fn ciphertext(file: &SecretBytes) -> Option<SecretBytes> {
    let document = Object::read(file.expose()).ok()?;
    document.text("schema_version").ok()??;
    document.object("header").ok()??;
    let text = document.text("ciphertext").ok()??;
    let bytes = from_base64_url(&SecretBytes::copy_of(text.as_bytes()));
    Some(bytes.unwrap_or_else(|| SecretBytes::new(Vec::new())))
}
