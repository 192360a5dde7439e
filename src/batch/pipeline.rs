//! Work on many rows on several threads, with the results in the order of the rows.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The rows that a thread takes at once.
const CHUNK_LEN: usize = 16;
/// The stack of a thread in bytes, whatever RUST_MIN_STACK says: the work on a secret wipes part of it.
const STACK_LEN: usize = 2 << 20;

/// Calls `work` for each of `items` on `jobs` threads, and `take` with the results, in order, on this
/// thread. `start` makes the state of a thread. Only a few chunks are in memory at a time.
///
/// # Errors
///
/// The first error of `items` or of `take`. Results of items before an error of `items` are taken.
pub(super) fn in_order<I, T, S, E>(
    items: impl IntoIterator<Item = Result<I, E>>,
    jobs: NonZeroUsize,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, I) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E>
where
    I: Send,
    T: Send,
{
    let mut items = items.into_iter();
    let (to_workers, from_reader) = mpsc::sync_channel::<(u64, Vec<I>)>(jobs.get());
    let from_reader = Mutex::new(from_reader);
    thread::scope(|scope| {
        let (to_writer, from_workers) = mpsc::sync_channel::<(u64, Vec<T>)>(jobs.get() * 2);
        let (start, work, from_reader) = (&start, &work, &from_reader);
        for at in 0..jobs.get() {
            let to_writer = to_writer.clone();
            let work = move || work_on(from_reader, &to_writer, start(), work);
            let spawned = thread::Builder::new()
                .stack_size(STACK_LEN)
                .spawn_scoped(scope, work);
            // Where the system starts no more threads, fewer do the same.
            assert!(at > 0 || spawned.is_ok(), "the system starts no thread");
        }
        drop(to_writer);
        let mut flow = Flow {
            to_workers: Some(to_workers),
            from_workers,
            waiting: BTreeMap::new(),
            sent: 0,
            taken: 0,
        };
        let mut failed = None;
        while failed.is_none() {
            let chunk = items.by_ref().take(CHUNK_LEN).collect::<Vec<_>>();
            if chunk.is_empty() {
                break;
            }
            let mut good = Vec::with_capacity(chunk.len());
            for item in chunk {
                match item {
                    Ok(item) => good.push(item),
                    Err(error) => {
                        failed = Some(error);
                        break;
                    }
                }
            }
            flow.send(good);
            while flow.sent - flow.taken > 2 * jobs.get() as u64 {
                flow.take_one(&mut take)?;
            }
        }
        flow.to_workers = None;
        while flow.sent > flow.taken {
            flow.take_one(&mut take)?;
        }
        failed.map_or(Ok(()), Err)
    })
}

/// The chunks on their way.
struct Flow<I, T> {
    to_workers: Option<SyncSender<(u64, Vec<I>)>>,
    from_workers: Receiver<(u64, Vec<T>)>,
    /// The results that came before their turn.
    waiting: BTreeMap<u64, Vec<T>>,
    sent: u64,
    taken: u64,
}

impl<I, T> Flow<I, T> {
    fn send(&mut self, chunk: Vec<I>) {
        let sender = self.to_workers.as_ref().expect("the reader has not ended");
        sender
            .send((self.sent, chunk))
            .expect("threads end after the reader");
        self.sent += 1;
    }

    /// Takes the results of the next chunk.
    fn take_one<E>(&mut self, take: &mut impl FnMut(T) -> Result<(), E>) -> Result<(), E> {
        while !self.waiting.contains_key(&self.taken) {
            let (number, results) = self
                .from_workers
                .recv()
                .expect("each chunk has its results, or the program ended with a panic");
            self.waiting.insert(number, results);
        }
        let results = self.waiting.remove(&self.taken).unwrap_or_default();
        self.taken += 1;
        results.into_iter().try_for_each(take)
    }
}

/// Works on chunks until there are no more, or nobody wants the results.
fn work_on<I, T, S>(
    from_reader: &Mutex<Receiver<(u64, Vec<I>)>>,
    to_writer: &SyncSender<(u64, Vec<T>)>,
    mut state: S,
    work: &(impl Fn(&mut S, I) -> T + Sync),
) {
    loop {
        let receiver = from_reader.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok((number, items)) = receiver.recv() else {
            return;
        };
        drop(receiver);
        let results = items
            .into_iter()
            .map(|item| work(&mut state, item))
            .collect();
        if to_writer.send((number, results)).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    fn jobs(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).expect("more than none")
    }

    #[test]
    fn results_come_in_order_whichever_thread_is_the_slowest() {
        for threads in [1, 2, 5] {
            let mut taken = Vec::new();
            let items = (0..1000_u64).map(Ok::<_, ()>);
            let work = |(): &mut (), item: u64| {
                thread::sleep(Duration::from_micros(item * 7919 % 13 * 10));
                item * 2
            };
            let outcome = in_order(
                items,
                jobs(threads),
                || (),
                work,
                |result| {
                    taken.push(result);
                    Ok(())
                },
            );
            assert_eq!(outcome, Ok(()));
            assert_eq!(taken, (0..1000).map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn only_a_few_chunks_are_read_ahead() {
        let read = AtomicUsize::new(0);
        let items = (0..100_000_usize).map(|item| {
            read.store(item + 1, Ordering::SeqCst);
            Ok::<_, ()>(item)
        });
        let mut most = 0;
        let outcome = in_order(
            items,
            jobs(2),
            || (),
            |(), item| item,
            |item| {
                most = most.max(read.load(Ordering::SeqCst) - item);
                Ok(())
            },
        );
        assert_eq!(outcome, Ok(()));
        assert!(most <= 10 * CHUNK_LEN, "{most}");
    }

    #[test]
    fn what_was_read_before_a_fault_is_taken() {
        let mut taken = Vec::new();
        let items = (0..200).map(|item| if item < 137 { Ok(item) } else { Err("no more") });
        let outcome = in_order(
            items,
            jobs(2),
            || (),
            |(), item| item,
            |item| {
                taken.push(item);
                Ok(())
            },
        );
        assert_eq!(outcome, Err("no more"));
        assert_eq!(taken, (0..137).collect::<Vec<_>>());
    }

    #[test]
    fn a_result_that_cannot_be_taken_ends_the_work() {
        let worked = AtomicUsize::new(0);
        let work = |(): &mut (), item: usize| {
            worked.fetch_add(1, Ordering::SeqCst);
            item
        };
        let items = (0..100_000).map(Ok);
        let take = |item| if item < 50 { Ok(()) } else { Err("full") };
        assert_eq!(in_order(items, jobs(2), || (), work, take), Err("full"));
        assert!(worked.load(Ordering::SeqCst) < 1000);
    }
}
