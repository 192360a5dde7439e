//! Stack wiping: big-number code leaves limbs of keys in dead stack frames, which no destructor
//! reaches.

use core::hint::black_box;
use std::{panic, thread};

/// The stack size of a thread that [`run_both_on_wiped_stacks`] starts.
const THREAD_BYTES: usize = 1024 * 1024;

/// The number of wiped bytes: far more than the threads use, because big numbers are on the heap.
const THREAD_WIPE_BYTES: usize = 256 * 1024;

/// Overwrites `BYTES` of the stack below the caller with zeros, after work on a secret on this
/// thread.
///
/// The caller's own frame, and frames inlined into it, stay unchanged. The caller must ensure that
/// the stack has that much room.
#[inline(never)]
pub fn wipe<const BYTES: usize>() {
    // `black_box` forces the zeros to be written though nobody reads them. A function that is never
    // inlined has its own frame for them.
    black_box(&mut [0_u8; BYTES]);
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
                    let result = in_a_frame_below(work, item);
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

/// Keeps the frames of `work` separate from the caller's, so that [`wipe`] reaches them.
#[inline(never)]
fn in_a_frame_below<T, R>(work: impl Fn(&T) -> R, item: &T) -> R {
    work(item)
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
