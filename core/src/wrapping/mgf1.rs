//! MGF1, the mask generation function of RSAES-OAEP: RFC 8017, B.2.1.

use sha2::Digest;
use zeroize::Zeroizing;

/// XORs MGF1 of `seed` over `target`.
pub(crate) fn xor<D: Digest>(target: &mut [u8], seed: &[u8]) {
    for (counter, chunk) in (0u32..).zip(target.chunks_mut(<D as Digest>::output_size())) {
        let mask = Zeroizing::new(
            D::new()
                .chain_update(seed)
                .chain_update(counter.to_be_bytes())
                .finalize()
                .to_vec(),
        );
        chunk
            .iter_mut()
            .zip(mask.iter())
            .for_each(|(byte, mask)| *byte ^= mask);
    }
}
