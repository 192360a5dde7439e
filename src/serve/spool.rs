//! The queue of lines for standard error. A slow reader never blocks a request.

use std::collections::VecDeque;
use std::fmt;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The maximum number of queued lines.
const MAX_LINES: usize = 1024;

/// A bounded queue, and a thread that writes its lines. When it is full, lines are dropped and
/// counted, and the count is written in their place.
pub(super) struct Spool(Arc<Shared>);

struct Shared {
    queue: Mutex<Queue>,
    /// The queue got a line, or was closed.
    filled: Condvar,
    /// Everything was written.
    emptied: Condvar,
}

#[derive(Default)]
struct Queue {
    lines: VecDeque<Line>,
    /// The number of lines dropped since the last queued one.
    dropped: u64,
    /// True while a line is being written.
    is_writing: bool,
}

/// An entry of the queue.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line.
    Text(String),
    /// This many lines were dropped.
    Dropped(u64),
}

impl Spool {
    /// Builds a queue whose lines `write` writes in order, on a thread of its own. Without a
    /// thread, lines are dropped.
    pub(super) fn new(write: impl FnMut(Line) + Send + 'static) -> Self {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            filled: Condvar::new(),
            emptied: Condvar::new(),
        });
        let its_own = Arc::clone(&shared);
        let thread = thread::Builder::new().name("access-log".to_owned());
        // Never joined: it may wait for a reader that never reads.
        let _ = thread.spawn(move || its_own.write_all(write));
        Self(shared)
    }

    /// Queues a line, or drops it.
    pub(super) fn push(&self, line: String) {
        let mut queue = self.0.lock();
        if queue.lines.len() >= MAX_LINES {
            queue.dropped += 1;
            return;
        }
        queue.note_gap();
        queue.lines.push_back(Line::Text(line));
        self.0.filled.notify_one();
    }

    /// Waits until everything is written, at most for `patience`.
    pub(super) fn drain(&self, patience: Duration) {
        let is_busy =
            |queue: &mut Queue| queue.is_writing || !queue.lines.is_empty() || queue.dropped > 0;
        let waited = self
            .0
            .emptied
            .wait_timeout_while(self.0.lock(), patience, is_busy);
        drop(waited);
    }
}

impl Shared {
    /// The queue is whole even after a panic, because no change stops half-way.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_all(&self, mut write: impl FnMut(Line)) {
        let mut queue = self.lock();
        loop {
            if queue.lines.is_empty() {
                queue.note_gap();
            }
            let Some(line) = queue.lines.pop_front() else {
                self.emptied.notify_all();
                queue = self
                    .filled
                    .wait(queue)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            queue.is_writing = true;
            drop(queue);
            write(line);
            queue = self.lock();
            queue.is_writing = false;
        }
    }
}

impl Queue {
    /// Inserts the number of dropped lines.
    fn note_gap(&mut self) {
        match mem::take(&mut self.dropped) {
            0 => {}
            count => self.lines.push_back(Line::Dropped(count)),
        }
    }
}

impl fmt::Debug for Spool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spool({} lines)", self.0.lock().lines.len())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Instant;

    use super::*;

    /// Returns a queue, the gate that ends its first write, and the written lines.
    fn held_back() -> (Spool, mpsc::Sender<()>, mpsc::Receiver<Line>) {
        let ((open, gate), (written, lines)) = (mpsc::channel::<()>(), mpsc::channel());
        let mut is_open = false;
        let spool = Spool::new(move |line| {
            is_open = is_open || gate.recv().is_ok();
            let _ = written.send(line);
        });
        (spool, open, lines)
    }

    #[test]
    fn lines_come_in_their_order_and_a_gap_is_counted_where_it_is() {
        let (spool, open, lines) = held_back();
        spool.push("first".to_owned());
        while !spool.0.lock().is_writing {
            thread::yield_now();
        }
        for number in 0..MAX_LINES + 7 {
            spool.push(number.to_string());
        }
        open.send(()).expect("it listens");
        let before = lines.iter().take(1 + 1);
        assert_eq!(before.last(), Some(Line::Text("0".to_owned())));
        spool.drain(Duration::from_secs(60));
        spool.push("last".to_owned());
        spool.drain(Duration::from_secs(60));
        let mut expected: Vec<_> = (1..MAX_LINES)
            .map(|number| Line::Text(number.to_string()))
            .collect();
        expected.extend([Line::Dropped(7), Line::Text("last".to_owned())]);
        assert_eq!(lines.try_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn who_does_not_read_is_not_waited_for() {
        let (spool, open, lines) = held_back();
        let began = Instant::now();
        for number in 0..10 * MAX_LINES {
            spool.push(number.to_string());
        }
        spool.drain(Duration::from_millis(50));
        assert!(began.elapsed() < Duration::from_secs(30));
        assert!(lines.try_recv().is_err(), "nothing could be written");
        drop(open);
    }
}
