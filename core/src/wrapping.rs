//! Wrapping and unwrapping: one function for each direction, for every algorithm.

mod failure;
pub(crate) mod mgf1;
mod rsa_aes_key_wrap;
pub(crate) mod rsa_block;
pub(crate) mod rsaes_oaep;
pub(crate) mod sm2pke;

use rand_core::CryptoRng;

pub use failure::{MAX_MATERIAL_LEN, UnwrapFailure, WrapFailure};

use crate::{
    secret::SecretBytes, wrapping_algorithm::WrappingAlgorithm, wrapping_key_spec::WrappingKeySpec,
    wrapping_private_key::WrappingPrivateKey, wrapping_public_key::WrappingPublicKey,
};

/// Wraps `material` as `algorithm` prescribes.
///
/// `rng` supplies the OAEP seed and, for `RSA_AES_KEY_WRAP_*`, the one-time 32-byte AES key, or the
/// one-time scalar of `SM2PKE`, so two calls never return the same bytes.
///
/// Returns AWS's `EncryptedKeyMaterial`: one RSA block of modulus size (256, 384 or 512 bytes),
/// followed for `RSA_AES_KEY_WRAP_*` by the material padded to 8 bytes and 8 bytes longer; or the
/// `SM2Cipher` of GM/T 0009 in DER, about 110 bytes longer than the material.
///
/// # Errors
///
/// [`WrapFailure`] if the material does not fit, or the algorithm does not fit the key.
///
/// # Source
///
/// AWS KMS Developer Guide, "Encrypt the key material"; RFC 8017, 7.1.1; RFC 5649, 4.1; GB/T
/// 32918.4, 6.1; GM/T 0009, 7.2.
pub fn wrap(
    material: &SecretBytes,
    algorithm: WrappingAlgorithm,
    public_key: &WrappingPublicKey,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Vec<u8>, WrapFailure> {
    if material.is_empty() {
        return Err(WrapFailure::Empty);
    }
    if algorithm == WrappingAlgorithm::Sm2Pke {
        return sm2pke::encrypt(
            material,
            public_key.as_sm2().ok_or(WrapFailure::WrongKey)?,
            rng,
        );
    }
    let hash = algorithm.oaep_hash().ok_or(WrapFailure::WrongKey)?;
    let key = public_key.as_rsa().ok_or(WrapFailure::WrongKey)?;
    if algorithm.is_hybrid() {
        rsa_aes_key_wrap::wrap(material, hash, key, rng)
    } else {
        rsaes_oaep::encrypt(material, hash, key, rng)
    }
}

/// Unwraps the output of [`wrap`] strictly: checks every byte, and gives no reason for a failure.
///
/// `rng` blinds the private-key operation.
///
/// # Errors
///
/// [`UnwrapFailure::Length`] by the length alone; [`UnwrapFailure::Undecryptable`] for all else.
///
/// # Source
///
/// RFC 8017, 7.1.2; NIST SP 800-56B Rev. 2, 7.2.2.4; RFC 5649, 4.2; NIST SP 800-38F, 6.3; GB/T
/// 32918.4, 7.1.
pub fn unwrap(
    wrapped: &[u8],
    algorithm: WrappingAlgorithm,
    private_key: &WrappingPrivateKey,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<SecretBytes, UnwrapFailure> {
    if !is_possible_length(wrapped.len(), algorithm, private_key.public_key().spec()) {
        return Err(UnwrapFailure::Length);
    }
    open(wrapped, algorithm, private_key, rng).ok_or(UnwrapFailure::Undecryptable)
}

fn open(
    wrapped: &[u8],
    algorithm: WrappingAlgorithm,
    private_key: &WrappingPrivateKey,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Option<SecretBytes> {
    if algorithm == WrappingAlgorithm::Sm2Pke {
        return sm2pke::decrypt(wrapped, private_key.as_sm2()?);
    }
    let (hash, key) = (algorithm.oaep_hash()?, private_key.as_rsa()?);
    if algorithm.is_hybrid() {
        rsa_aes_key_wrap::unwrap(wrapped, hash, key, rng)
    } else {
        rsaes_oaep::decrypt(wrapped, hash, key, rng)
    }
}

/// Returns whether `len` bytes can be the result of `algorithm` with a key of `spec`.
pub fn is_possible_length(len: usize, algorithm: WrappingAlgorithm, spec: WrappingKeySpec) -> bool {
    let Some(block) = spec.modulus_len() else {
        return algorithm == WrappingAlgorithm::Sm2Pke && sm2pke::is_possible_length(len);
    };
    if algorithm == WrappingAlgorithm::Sm2Pke {
        return false;
    }
    if algorithm.is_hybrid() {
        rsa_aes_key_wrap::is_possible_length(len, block)
    } else {
        len == block
    }
}

/// The layout of bytes that should be an SM2 ciphertext.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sm2Form {
    /// The DER that AWS KMS accepts.
    Der,
    /// The point C1, C3 and C2 concatenated, or C1, C2 and C3: only the key can tell.
    Raw,
    /// An unknown layout.
    Unknown,
}

/// Returns the layout of bytes that should be an SM2 ciphertext, without decrypting them.
pub fn sm2_form(bytes: &[u8]) -> Sm2Form {
    let is_raw = |has_prefix| {
        sm2pke::Sm2Cipher::from_raw(bytes, sm2pke::RawOrder::C1C3C2, has_prefix).is_some()
    };
    if sm2pke::Sm2Cipher::from_der(bytes).is_some() {
        Sm2Form::Der
    } else if is_raw(true) || is_raw(false) {
        Sm2Form::Raw
    } else {
        Sm2Form::Unknown
    }
}

/// Returns the maximum wrapped length of `material_len` bytes with `algorithm` and a key of `spec`;
/// `None` if they do not fit or the two cannot be combined. Only `SM2PKE` can yield fewer bytes.
pub fn wrapped_len(
    material_len: usize,
    algorithm: WrappingAlgorithm,
    spec: WrappingKeySpec,
) -> Option<usize> {
    if (algorithm, spec) == (WrappingAlgorithm::Sm2Pke, WrappingKeySpec::Sm2) {
        return (material_len <= MAX_MATERIAL_LEN).then(|| sm2pke::max_len(material_len));
    }
    let block = spec.modulus_len()?;
    let capacity = algorithm.oaep_hash()?.capacity(block);
    if algorithm.is_hybrid() {
        return Some(block + rsa_aes_key_wrap::kwp_len(material_len));
    }
    (material_len <= capacity).then_some(block)
}
