//! A run that keeps no output of a row, and prints the lines of the rows that would not be done.

use byok_core::report::RowStatus;

use super::answer_file::LineOutput;
use super::pipeline::in_order;
use super::state::{Batch, RowResult};
use super::stop::Stop;
use super::summary::Summary;
use crate::exit::Exit;
use crate::failure::Failure;

impl Batch<'_> {
    /// Runs the command for each row as [`Batch::work`] does, and keeps none of its outputs.
    pub(super) fn dry_run(&self) -> Result<Exit, Failure> {
        let terminal = &self.context.terminal;
        if !self.operation.gives_key_material() {
            terminal.note("dry run: the manifest has no fault, and no row was tried");
            return Ok(Exit::Done);
        }
        let stop = Stop::on_signals();
        let mut output = LineOutput::open(self.context)?;
        let mut summary = Summary::default();
        let mut progress = self.progress("checking rows");
        in_order(
            self.rows()?.take_while(|_| stop.signal().is_none()),
            self.jobs,
            || self.options.definition(),
            |definition, row| self.row_result(definition, &row, None),
            |result| {
                progress.advance();
                let RowResult {
                    id,
                    text,
                    status,
                    exit,
                    warnings,
                    ..
                } = result;
                summary.add(&id, status, exit, &warnings);
                match status {
                    RowStatus::Done | RowStatus::Skipped => Ok(()),
                    _ => output.write(&text, self.context),
                }
            },
        )?;
        drop(progress);
        summary.print(terminal);
        if let Some(exit) = stop.signal() {
            return Ok(exit);
        }
        output.finish(self.context)?;
        terminal.note("dry run: every row was tried, and no output was kept");
        Ok(summary.exit())
    }
}
