//! The progress of work on many rows.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// The delay before the bar appears.
const DELAY: Duration = Duration::from_millis(500);

/// A bar on standard error, if that is a terminal. It disappears on drop.
#[derive(Debug)]
pub(crate) struct Progress {
    hidden: Option<(String, Instant)>,
    bar: Option<ProgressBar>,
    count: u64,
    done: u64,
}

impl Progress {
    /// Builds the progress of `count` rows; without `what`, nothing is shown.
    pub(super) fn new(what: Option<&str>, count: u64) -> Self {
        Self {
            hidden: what.map(|what| (what.to_owned(), Instant::now())),
            bar: None,
            count,
            done: 0,
        }
    }

    /// Counts a row that is done.
    pub(crate) fn advance(&mut self) {
        self.done += 1;
        if let Some((what, since)) = self.hidden.take() {
            if since.elapsed() < DELAY {
                self.hidden = Some((what, since));
            } else {
                self.bar = Some(bar(what, self.count));
            }
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(what: String, count: u64) -> ProgressBar {
    let bar = ProgressBar::new(count).with_message(what);
    let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
