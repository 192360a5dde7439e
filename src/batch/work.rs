//! Pass 3: the work on all rows, and their answers in order.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use byok_core::keyed_digest::KeyedDigest;
use byok_core::report::{BatchManifest, ReportKind, RowStatus};

use super::answer_file::LineOutput;
use super::folder::Staging;
use super::line::Line;
use super::materials::Claim;
use super::operation::BatchOperation;
use super::pipeline::in_order;
use super::report::{BatchFacts, RowSpool};
use super::state::{Batch, RowResult};
use super::stop::Stop;
use super::summary::Summary;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Replace;
use crate::shell;
use crate::terminal::Progress;

/// The rows that are synced and answered together, and the longest time between two such moments.
const COMMIT_LEN: usize = 1024;
const COMMIT_INTERVAL: Duration = Duration::from_secs(1);

/// The results that are not answered yet.
struct Answers<'a> {
    waiting: Vec<RowResult>,
    since: Instant,
    summary: Summary,
    /// The digests of the names of the rows whose folders are there.
    done: HashSet<KeyedDigest>,
    staging: Option<&'a Staging>,
    batch: &'a Batch<'a>,
    /// The rows of the report, if one is requested.
    spool: Option<RowSpool>,
    progress: Progress,
}

impl Batch<'_> {
    /// Runs the command for each row, and answers in order.
    pub(super) fn work(&self, staging: Option<&Staging>) -> Result<Exit, Failure> {
        let stop = Stop::on_signals();
        let mut output = LineOutput::open(self.context)?;
        if self.report.is_requested() {
            self.report.warn_without_json(self.context);
        }
        let mut answers = Answers {
            waiting: Vec::new(),
            since: Instant::now(),
            summary: Summary::default(),
            done: HashSet::new(),
            staging,
            batch: self,
            spool: RowSpool::open(&self.report)?,
            progress: self.progress(self.operation.name()),
        };
        let outcome = in_order(
            self.rows()?.take_while(|_| stop.signal().is_none()),
            self.jobs,
            || self.options.definition(),
            |definition, row| match stop.signal() {
                Some(_) => None,
                None => Some(self.row_result(definition, &row, staging)),
            },
            |result| result.map_or(Ok(()), |result| answers.add(result, &mut output)),
        );
        let outcome = outcome
            .and_then(|()| answers.commit(&mut output))
            .and_then(|()| self.manifest.check_is_unchanged());
        if let (Some(folder), Some(staging)) = (&self.folder, staging) {
            folder.settle(staging, &answers.done)?;
        }
        let (summary, spool) = (answers.summary, answers.spool);
        drop(answers.progress);
        if let Err(failure) = outcome {
            if summary.is_empty() {
                output.discard();
            }
            return Err(failure);
        }
        if let Some(exit) = stop.signal() {
            summary.print(&self.context.terminal);
            return Ok(exit);
        }
        let reports = match spool {
            Some(spool) => {
                Some(spool.write(&self.report, self.facts()?, &summary, self.context)?)
            }
            None => None,
        };
        output.finish(self.context)?;
        summary.print(&self.context.terminal);
        if let Some(reports) = reports {
            reports.keep(self.context);
        }
        let exit = summary.exit();
        if let Some(path) = self.context.output_file().filter(|_| exit != Exit::Done) {
            self.context.terminal.note_hint(&format!(
                "to list the errors, run: jq -r 'select(.Error) | [.Id, .Error.message] | @tsv' {}",
                shell::quoted_path(path)
            ));
        }
        Ok(exit)
    }

    /// Returns the facts for the report.
    fn facts(&self) -> Result<BatchFacts, Failure> {
        let is_rehearsal = self.options.has_default("Rehearsal");
        Ok(BatchFacts {
            operation: self.operation,
            kind: if is_rehearsal {
                ReportKind::Emulated
            } else {
                ReportKind::ProductionWrap
            },
            manifest: BatchManifest {
                name: self.manifest.name().to_owned(),
                sha256: self.manifest.digest()?,
                rows: self.count,
            },
            shard: self.shard.reported(self.rows.start),
        })
    }
}

impl Answers<'_> {
    /// Adds the next result.
    fn add(&mut self, result: RowResult, output: &mut LineOutput) -> Result<(), Failure> {
        self.waiting.push(result);
        self.progress.advance();
        if self.waiting.len() < COMMIT_LEN && self.since.elapsed() < COMMIT_INTERVAL {
            return Ok(());
        }
        self.commit(output)
    }

    /// Gives the folders of the rows their names, and writes the lines.
    fn commit(&mut self, output: &mut LineOutput) -> Result<(), Failure> {
        if let Some(staging) = self.staging
            && self.waiting.iter().any(|result| result.is_staged)
        {
            staging.sync()?;
            for result in self.waiting.iter_mut().filter(|result| result.is_staged) {
                let replace = if self.batch.operation == BatchOperation::Generate {
                    Replace::Never
                } else if self.batch.is_verdict() {
                    Replace::RegularFile
                } else {
                    self.batch.context.replace()
                };
                if let Err(error) = staging.place(&result.id, replace) {
                    let id = std::mem::take(&mut result.id);
                    let line = Line::new(&id, RowStatus::Failed);
                    let message = Failure::from(error).message();
                    let line = line.with_error("byok#Output", &message, &[]);
                    *result = RowResult {
                        warnings: std::mem::take(&mut result.warnings),
                        ..self.batch.result(&line, Exit::Io)
                    };
                }
            }
            staging.sync_names()?;
        }
        let are_done = [RowStatus::Done, RowStatus::Skipped];
        let done = self.waiting.iter();
        let done = done.filter(|result| are_done.contains(&result.status));
        let names = done.map(|result| Claim::name_of(&self.batch.key, &result.id));
        self.done.extend(names);
        let lines: String = self
            .waiting
            .iter()
            .map(|result| result.text.as_str())
            .collect();
        if !lines.is_empty() {
            output.write(&lines, self.batch.context)?;
        }
        for result in self.waiting.drain(..) {
            let RowResult {
                id,
                status,
                exit,
                warnings,
                reported,
                ..
            } = result;
            self.summary.add(&id, status, exit, &warnings);
            if let (Some(spool), Some(row)) = (&mut self.spool, reported) {
                spool.add(&row)?;
            }
        }
        self.since = Instant::now();
        Ok(())
    }
}
