//! The stack, wiped: big-number code leaves limbs of keys in dead frames, where no destructor
//! reaches them.

use core::hint::black_box;
use std::{panic, thread};

/// The stack of a thread that [`both`] starts.
const THREAD_BYTES: usize = 1024 * 1024;

/// How much of it is wiped: far more than is used there, since big numbers live on the heap.
const THREAD_WIPE_BYTES: usize = 256 * 1024;

/// Overwrites `BYTES` of the stack below the caller with zeros: for after work on a secret, on its
/// thread.
///
/// The caller's own frame stays as it is, and with it the frames that were inlined into it. The
/// caller sees to it that the stack has that much room.
#[inline(never)]
pub fn wipe<const BYTES: usize>() {
    // `black_box` has the zeros written though nobody reads them, and a function that is never
    // inlined has a frame of its own for them.
    black_box(&mut [0_u8; BYTES]);
}

/// Does `work` for both items at once, each on a thread that wipes its stack before it ends: the
/// system keeps the stacks of ended threads for the next ones.
///
/// Where the system has no thread to give, the work is done here, on a stack that is the caller's
/// to wipe.
pub(crate) fn both<T: Sync, R: Send>(items: [&T; 2], work: impl Fn(&T) -> R + Sync) -> [R; 2] {
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

/// Keeps the frames of `work` apart from the caller's, so that [`wipe`] reaches them.
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
            // Neither passes before the other is there.
            barrier.wait();
            2 * number
        };
        assert_eq!(both([&3, &4], doubled), [6, 8]);
    }

    #[test]
    #[should_panic(expected = "the work's own words")]
    fn a_panic_is_passed_on() {
        both([&0, &1], |number: &u32| {
            assert_eq!(*number, 0, "the work's own words");
        });
    }
}
