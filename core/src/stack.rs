//! Wipes what code leaves behind and no destructor reaches: limbs of keys in dead stack frames, and
//! pieces of secrets in vector registers.

use core::hint::black_box;
use std::{panic, thread};

/// The stack size of a thread that [`run_both_on_wiped_stacks`] starts, in bytes.
const THREAD_BYTES: usize = 1024 * 1024;

/// The number of wiped bytes of a thread's stack: far more than work on a key uses, because big numbers are
/// on the heap.
pub const THREAD_WIPE_BYTES: usize = 256 * 1024;

/// The number of vector registers: xmm0 to xmm15, or v0 to v31.
const VECTOR_REGISTERS: usize = if cfg!(target_arch = "x86_64") { 16 } else { 32 };

/// Overwrites the vector registers and `BYTES` of the stack below the caller with zeros, after work
/// on a secret on this thread.
///
/// The caller's own frame, and frames inlined into it, stay unchanged: do the work in
/// [`in_own_frame`]. The caller must ensure that the stack has that much room.
#[inline(never)]
pub fn wipe<const BYTES: usize>() {
    // First the registers, because this can save some of them to the stack.
    byok_lanes::wipe_vector_registers();
    wipe_vector_registers();
    // `black_box` forces the zeros to be written though nobody reads them. A function that is never
    // inlined has its own frame for them.
    black_box(&mut [0_u8; BYTES]);
}

/// Overwrites the vector registers with zeros, but for those that only AVX-512 has.
///
/// A copy or a cipher leaves its last pieces there, and few functions use all of them afterwards. A
/// signal or the lazy binding of a function in a shared library saves all registers to the stack.
///
/// Each sum needs the one before, so that no two numbers share a register, and all are in use until
/// the end of each round. To load a number clears the rest of its register; the upper halves, if
/// code used them, were cleared by its `vzeroupper`.
#[inline(never)]
fn wipe_vector_registers() {
    let mut numbers = black_box([0.0_f64; VECTOR_REGISTERS]);
    for _ in 0..black_box(2) {
        let mut last = numbers[VECTOR_REGISTERS - 1];
        for number in &mut numbers {
            *number += last;
            last = *number;
        }
    }
    black_box(numbers);
}

/// Runs `work` in frames below the caller's, so that [`wipe`] reaches them.
///
/// It also restores the caller's registers when it returns: a piece of a secret in one of them would
/// be saved by later functions.
#[inline(never)]
pub fn in_own_frame<R>(work: impl FnOnce() -> R) -> R {
    work()
}

/// Runs `work` for both items at once, each on a thread that wipes its stack before it ends. The
/// system reuses the stacks of ended threads.
///
/// If the system cannot start a thread, the work runs here, on a stack that the caller must wipe.
pub(crate) fn run_both_on_wiped_stacks<T: Sync, R: Send>(
    items: [&T; 2],
    work: impl Fn(&T) -> R + Sync,
) -> [R; 2] {
    let work = &work;
    thread::scope(|scope| {
        items
            .map(|item| {
                let work_and_wipe = move || {
                    let result = in_own_frame(|| work(item));
                    wipe::<THREAD_WIPE_BYTES>();
                    result
                };
                let thread = thread::Builder::new().stack_size(THREAD_BYTES);
                (item, thread.spawn_scoped(scope, work_and_wipe))
            })
            .map(|(item, working)| match working {
                Ok(thread) => thread
                    .join()
                    .unwrap_or_else(|panic| panic::resume_unwind(panic)),
                Err(_) => work(item),
            })
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn both_are_done_at_once_and_come_back_in_order() {
        let barrier = Barrier::new(2);
        let doubled = |number: &u32| {
            // Each waits for the other.
            barrier.wait();
            2 * number
        };
        assert_eq!(run_both_on_wiped_stacks([&3, &4], doubled), [6, 8]);
    }

    #[test]
    #[should_panic(expected = "the work's own words")]
    fn a_panic_is_passed_on() {
        run_both_on_wiped_stacks([&0, &1], |number: &u32| {
            assert_eq!(*number, 0, "the work's own words");
        });
    }
}
