//! The digest at the end of a Java key store, over the passphrase of the store and its contents.

use sha1::{Digest as _, Sha1};
use subtle::ConstantTimeEq as _;

use super::java_passphrase::JavaPassphrase;

/// The length of the digest in bytes.
pub(super) const DIGEST_LEN: usize = 20;

/// What the digest covers between the passphrase and the contents.
const WORDS: &[u8] = b"Mighty Aphrodite";

/// Returns whether `digest` is that of `contents` with this passphrase.
///
/// # Source
///
/// OpenJDK 17, `sun.security.provider.JavaKeyStore.getPreKeyedHash`, and the same method of
/// `com.sun.crypto.provider.JceKeyStore`.
pub(super) fn is_right(
    contents: &[u8],
    digest: &[u8; DIGEST_LEN],
    passphrase: &JavaPassphrase<'_>,
) -> bool {
    let computed = Sha1::new()
        .chain_update(passphrase.utf16())
        .chain_update(WORDS)
        .chain_update(contents)
        .finalize();
    computed.as_slice().ct_eq(digest).into()
}
