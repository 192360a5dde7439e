//! OpenSSL's result for the same octets.

use std::{ffi::c_int, ptr, sync::LazyLock};

use openssl::{
    bn::BigNumContext,
    ec::{EcKey, EcPoint, PointConversionForm},
    hash::MessageDigest,
    md::Md,
    pkey::{HasPublic, Id, PKey, PKeyRef, Private},
    pkey_ctx::PkeyCtx,
    rsa::Padding,
};
use openssl_sys::{PKCS8_PRIV_KEY_INFO, V_ASN1_BIT_STRING, V_ASN1_EXTERNAL};

use crate::{SM2_KEY_PKCS8, WRAPPING_KEY_PKCS8};

/// Universal tag numbers without a name in OpenSSL; X.680, 8, table 1.
const EMBEDDED_PDV: c_int = 11;
const CHARACTER_STRING: c_int = 29;

unsafe extern "C" {
    fn i2d_PKCS8_PRIV_KEY_INFO(info: *const PKCS8_PRIV_KEY_INFO, out: *mut *mut u8) -> c_int;
    fn PKCS8_pkey_get0(
        oid: *mut *const openssl_sys::ASN1_OBJECT,
        key: *mut *const u8,
        key_len: *mut c_int,
        algorithm: *mut *const openssl_sys::X509_ALGOR,
        info: *const PKCS8_PRIV_KEY_INFO,
    ) -> c_int;
    fn PKCS8_pkey_get0_attrs(info: *const PKCS8_PRIV_KEY_INFO)
    -> *const openssl_sys::OPENSSL_STACK;
}

/// A PKCS#8 private key that OpenSSL read from BER.
pub struct PrivateKeyInfo {
    /// The number of input octets.
    pub ber_len: usize,
    /// OpenSSL's encoding.
    pub der: Vec<u8>,
    /// True for known deviations of OpenSSL from X.690: attributes, whose order only a schema
    /// tells, and which it accepts in primitive form if empty; and parameters of a type that it
    /// converts to a string.
    pub is_beside_the_point: bool,
}

/// Reads the PKCS#8 private key at the beginning of `ber`, and writes it again.
pub fn private_key_info(ber: &[u8]) -> Option<PrivateKeyInfo> {
    let len = ber.len().try_into().ok()?;
    let mut at = ber.as_ptr();
    // SAFETY: OpenSSL reads at most `len` octets, advances `at` within them, and writes as many
    // octets to `out` as it announced. Its result is freed once.
    unsafe {
        let info = openssl_sys::d2i_PKCS8_PRIV_KEY_INFO(ptr::null_mut(), &raw mut at, len);
        if info.is_null() {
            openssl::error::ErrorStack::get();
            return None;
        }
        let mut der =
            vec![0; usize::try_from(i2d_PKCS8_PRIV_KEY_INFO(info, ptr::null_mut())).ok()?];
        let mut out = der.as_mut_ptr();
        i2d_PKCS8_PRIV_KEY_INFO(info, &raw mut out);
        let is_beside_the_point = has_attributes(info) || has_odd_parameters(info);
        openssl_sys::PKCS8_PRIV_KEY_INFO_free(info);
        let ber_len = at.offset_from_unsigned(ber.as_ptr());
        Some(PrivateKeyInfo {
            ber_len,
            der,
            is_beside_the_point,
        })
    }
}

unsafe fn has_attributes(info: *const PKCS8_PRIV_KEY_INFO) -> bool {
    !unsafe { PKCS8_pkey_get0_attrs(info) }.is_null()
}

/// Returns whether OpenSSL joins the parameters as if they were segments: of a BIT STRING it keeps
/// the counts of unused bits, and EXTERNAL, EMBEDDED PDV and CHARACTER STRING become primitive.
unsafe fn has_odd_parameters(info: *const PKCS8_PRIV_KEY_INFO) -> bool {
    let (mut algorithm, mut kind) = (ptr::null(), 0);
    unsafe {
        PKCS8_pkey_get0(
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut algorithm,
            info,
        );
        openssl_sys::X509_ALGOR_get0(ptr::null_mut(), &raw mut kind, ptr::null_mut(), algorithm);
    }
    [
        V_ASN1_BIT_STRING,
        V_ASN1_EXTERNAL,
        EMBEDDED_PDV,
        CHARACTER_STRING,
    ]
    .contains(&kind)
}

/// Reads a private key, with OpenSSL's checks.
pub fn checked_private_key(pkcs8: &[u8]) -> Option<PKey<Private>> {
    let key = PKey::private_key_from_pkcs8(pkcs8).ok()?;
    let is_good = match key.id() {
        Id::RSA => key.rsa().ok()?.check_key().ok()?,
        Id::EC => key.ec_key().ok()?.check_key().is_ok(),
        // Every 32 bytes are a seed.
        Id::ED25519 => true,
        _ => false,
    };
    is_good.then_some(key)
}

/// Returns the public key as SPKI, with an uncompressed point.
pub fn spki(key: &PKeyRef<impl HasPublic>) -> Option<Vec<u8>> {
    if key.id() != Id::EC {
        return key.public_key_to_der().ok();
    }
    let key = key.ec_key().ok()?;
    let mut context = BigNumContext::new().ok()?;
    let form = PointConversionForm::UNCOMPRESSED;
    let point = key
        .public_key()
        .to_bytes(key.group(), form, &mut context)
        .ok()?;
    let point = EcPoint::from_bytes(key.group(), &point, &mut context).ok()?;
    PKey::from_ec_key(EcKey::from_public_key(key.group(), &point).ok()?)
        .ok()?
        .public_key_to_der()
        .ok()
}

/// Wraps an encoded message as in RFC 8017, 7.1.1, before step 2e: Y, the seed and DB, none of them
/// masked, taken from `encoded`. Returns `None` if it is not a number below the modulus.
pub fn wrap_encoded(encoded: &[u8], hash: MessageDigest) -> Option<Vec<u8>> {
    let mut block = encoded.to_vec();
    block.resize(WRAPPING_KEY.size(), 0);
    let (seed, db) = block[1..].split_at_mut(hash.size());
    mask(db, seed, hash);
    mask(seed, db, hash);
    encrypt_block(&block)
}

/// Encrypts a raw block, cut or zero-padded to its length. Returns `None` if it is not a number
/// below the modulus.
pub fn encrypt_block(block: &[u8]) -> Option<Vec<u8>> {
    let key = WRAPPING_KEY.rsa().expect("an RSA key");
    let mut block = block.to_vec();
    block.resize(WRAPPING_KEY.size(), 0);
    let mut wrapped = vec![0; block.len()];
    key.public_encrypt(&block, &mut wrapped, Padding::NONE)
        .ok()?;
    Some(wrapped)
}

/// XORs MGF1 of `seed` over `target`; RFC 8017, B.2.1.
fn mask(target: &mut [u8], seed: &[u8], hash: MessageDigest) {
    for (counter, chunk) in (0u32..).zip(target.chunks_mut(hash.size())) {
        let mask =
            openssl::hash::hash(hash, &[seed, &counter.to_be_bytes()].concat()).expect("a digest");
        chunk
            .iter_mut()
            .zip(&*mask)
            .for_each(|(octet, mask)| *octet ^= mask);
    }
}

/// Opens a RSAES-OAEP ciphertext of the fixed key.
pub fn unwrap(wrapped: &[u8], hash: MessageDigest) -> Option<Vec<u8>> {
    let mut context = PkeyCtx::new(&*WRAPPING_KEY).expect("a context");
    context.decrypt_init().expect("an RSA key");
    context
        .set_rsa_padding(Padding::PKCS1_OAEP)
        .expect("an RSA key");
    context
        .set_rsa_oaep_md(Md::from_nid(hash.type_()).expect("a digest"))
        .expect("a digest");
    context
        .set_rsa_mgf1_md(Md::from_nid(hash.type_()).expect("a digest"))
        .expect("a digest");
    let mut opened = Vec::new();
    context.decrypt_to_vec(wrapped, &mut opened).ok()?;
    Some(opened)
}

static WRAPPING_KEY: LazyLock<PKey<Private>> =
    LazyLock::new(|| PKey::private_key_from_pkcs8(&WRAPPING_KEY_PKCS8).expect("a good key"));

/// Opens a ciphertext of the fixed SM2 key, as leniently as OpenSSL does.
pub fn open_sm2(ciphertext: &[u8]) -> Option<Vec<u8>> {
    let mut context = PkeyCtx::new(&*SM2_KEY).expect("a context");
    context.decrypt_init().expect("an SM2 key");
    let mut opened = Vec::new();
    context.decrypt_to_vec(ciphertext, &mut opened).ok()?;
    Some(opened)
}

static SM2_KEY: LazyLock<PKey<Private>> =
    LazyLock::new(|| PKey::private_key_from_pkcs8(&SM2_KEY_PKCS8).expect("a good key"));
