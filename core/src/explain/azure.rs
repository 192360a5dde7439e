//! Transfer files of Azure Key Vault, which the tool of an HSM writes for an import there.

use zeroize::Zeroizing;

use crate::{json::Object, key_file::MaterialFormat, secret::SecretBytes};

/// Returns the ciphertext in a transfer file; `None` if `file` is not one. The ciphertext is empty
/// if it cannot be decoded.
///
/// # Source
///
/// Azure Key Vault, "Bring your own key specification": `schema_version`, `header`, `ciphertext` in
/// base64url.
pub(super) fn ciphertext(file: &SecretBytes) -> Option<SecretBytes> {
    let document = Object::parse(file.expose()).ok()?;
    document.text("schema_version").ok()??;
    document.object("header").ok()??;
    let text = document.text("ciphertext").ok()??;
    let standard = Zeroizing::new(text.replace('-', "+").replace('_', "/").into_bytes());
    let bytes = MaterialFormat::Base64.decode(&SecretBytes::copy_of(&standard));
    Some(bytes.unwrap_or_else(|| SecretBytes::new(Vec::new())))
}
