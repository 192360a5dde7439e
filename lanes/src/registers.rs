//! The vector registers that only AVX-512 code uses.

/// Overwrites all AVX-512 registers with zeros, if the arithmetic of this processor uses them.
///
/// Limbs of numbers stay in registers 16 to 31 for as long as no other code with AVX-512 runs: neither
/// older vector instructions nor `vzeroupper` reach them.
pub fn wipe_vector_registers() {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = fearless_simd::Level::new().as_avx512() {
        avx512::wipe(simd);
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use core::{arch::x86_64::_mm512_add_epi64, hint::black_box};

    use fearless_simd::{SimdBase as _, u64x8};

    const REGISTERS: usize = 32;

    fearless_simd::kernel!(
        /// Each sum needs the one before, so that no two vectors share a register, and all are in use
        /// until the end of each round.
        pub(super) fn wipe(simd: Avx512) {
            let zeros = black_box([[0_u64; 8]; REGISTERS]);
            let mut vectors = zeros.map(|zeros| u64x8::load_array_ref(simd, &zeros).into());
            for _ in 0..black_box(2) {
                let mut last = vectors[REGISTERS - 1];
                for vector in &mut vectors {
                    *vector = _mm512_add_epi64(*vector, last);
                    last = *vector;
                }
            }
            black_box(vectors);
        }
    );
}
