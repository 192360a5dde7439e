//! placeholder
use rand_core::CryptoRng;
pub(super) fn generate(bits: u32, rng: &mut (impl CryptoRng + ?Sized)) -> rsa::PrivateKey {
    rsa::PrivateKey::new(rng, bits as usize).expect("placeholder")
}
