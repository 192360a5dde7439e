//! The run of a batch: two passes that check, and one that works.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use byok_core::keyed_digest::{DigestKey, DigestOf, KeyedDigest};
use byok_core::manifest::Row;
use byok_core::report::{BatchManifest, OutputContent, ReportKind, ReportedRow, RowStatus};
use byok_core::secret::SecretBytes;
use byok_core::timestamp::Timestamp;

use super::answer_file::LineOutput;
use super::folder::{BatchFolder, Staging};
use super::line::Line;
use super::manifest_file::ManifestFile;
use super::materials::{Claim, Materials, SharedWith};
use super::operation::{BatchOperation, RowCommand};
use super::options::{DefaultOption, RowOptions};
use super::pipeline::in_order;
use super::record::{Digests, Earlier, Record};
use super::report::{self, BatchFacts, RowSpool};
use super::row::BatchRow;
use super::shard::{Shard, ShardArgument};
use super::stop::Stop;
use super::summary::Summary;
use crate::arguments::UsageError;
use crate::batch_row::RowError;
use crate::capture::{Capture, Captured, CapturedFile};
use crate::context::Context;
use crate::diagnosis;
use crate::entropy;
use crate::exit::Exit;
use crate::failure::{About as _, Failure};
use crate::hardening;
use crate::import_folder::{FolderKind, ROW_RECORD};
use crate::input::{self, Source};
use crate::journal::Journal;
use crate::output::{Access, Replace};
use crate::report::ReportArgs;
use crate::shell;
use crate::terminal::Progress;

/// The rows that are synced and answered together, and the longest time between two such moments.
const COMMIT_LEN: usize = 1024;
const COMMIT_INTERVAL: Duration = Duration::from_secs(1);

/// What the command line of a batch says.
#[derive(Debug)]
pub(crate) struct BatchSettings {
    pub(crate) operation: BatchOperation,
    pub(crate) manifest: OsString,
    pub(crate) defaults: Vec<DefaultOption>,
    pub(crate) out_dir: Option<PathBuf>,
    pub(crate) shard: Option<ShardArgument>,
    pub(crate) jobs: NonZeroUsize,
    pub(crate) dry_run: bool,
    pub(crate) report: ReportArgs,
}

/// A batch whose manifest was read once and is without a fault.
pub(crate) struct Batch<'a> {
    operation: BatchOperation,
    jobs: NonZeroUsize,
    manifest: ManifestFile,
    options: RowOptions,
    /// The number of rows in the manifest.
    count: u64,
    shard: Shard,
    /// The rows of this run, by their numbers.
    rows: Range<u64>,
    folder: Option<BatchFolder>,
    /// The key of the digests.
    key: Arc<DigestKey>,
    materials: Materials,
    /// The names of the rows that others share key material with.
    names: HashMap<u64, String>,
    report: ReportArgs,
    context: &'a Context,
    now: Timestamp,
}

/// The result of a row.
struct RowResult {
    id: String,
    text: String,
    status: RowStatus,
    exit: Exit,
    warnings: Vec<String>,
    /// True if the staging folder has the folder of the row.
    is_staged: bool,
    /// The row in the report, if one is requested.
    reported: Option<Box<ReportedRow>>,
}

impl BatchSettings {
    /// Runs the batch.
    ///
    /// # Errors
    ///
    /// Every failure before the first row, and of writing answers.
    pub(crate) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        if self.operation == BatchOperation::Generate && self.out_dir.is_none() {
            return Err(UsageError::new("byok batch generate prints no key")
                .hint("to write each key to a folder, use --out-dir DIR")
                .into());
        }
        if !self.dry_run {
            context.check_answer_is_kept()?;
        }
        report::check(&self.report, self.out_dir.as_deref(), context)?;
        let now = context.now()?;
        let shard = match self.shard {
            Some(argument) => argument.resolve(|name| std::env::var_os(name))?,
            None => Shard::WHOLE,
        };
        let manifest = ManifestFile::open(&self.manifest, context)?;
        for path in self.report.paths() {
            context.check_output(path)?;
        }
        let options = RowOptions::new(self.operation, self.defaults, manifest.folder());
        options.check_defaults()?;
        let options = options.with_outputs(LineOutput::files(context));
        let mut rng = entropy::system_rng()?;
        let key = DigestKey::generate(&mut rng);
        let count = check(&manifest, &options, &key, self.jobs)?;
        let folder = match &self.out_dir {
            Some(path) if self.dry_run && !path.exists() => None,
            Some(path) => Some(BatchFolder::open(path, context)?),
            None => None,
        };
        let rows = shard.of(count);
        let mut batch = Batch {
            operation: self.operation,
            jobs: self.jobs,
            manifest,
            options,
            materials: Materials::from_row(rows.start),
            count,
            shard,
            rows,
            key: folder
                .as_ref()
                .map_or_else(|| Arc::new(key), BatchFolder::key),
            folder,
            names: HashMap::new(),
            report: self.report,
            context,
            now,
        };
        if self.dry_run {
            batch.find_shared_material(None)?;
            return batch.tell_shared_material();
        }
        let staging = batch.folder.as_ref().map(BatchFolder::stage).transpose()?;
        batch.find_shared_material(staging.as_ref())?;
        batch.work(staging.as_ref())
    }
}

/// Pass 1: reads the whole manifest, and no secret. Returns the number of rows.
fn check(
    manifest: &ManifestFile,
    options: &RowOptions,
    key: &DigestKey,
    jobs: NonZeroUsize,
) -> Result<u64, Failure> {
    struct Checked {
        place: (u64, u64),
        name: KeyedDigest,
        import: Option<KeyedDigest>,
    }
    let check = |definition: &mut clap::Command, row: Row| -> Result<Checked, RowError> {
        let row = options.read(row)?;
        let command = options.parse(definition, &row)?;
        if matches!(command, RowCommand::Rehearse(_)) && !row.options.contains_key("Material") {
            let place = (row.number, row.line);
            return Err(
                RowError::new(place, Some("Material"), "this member is missing")
                    .hint("a throwaway key says nothing of this row; for one, run: byok rehearse"),
            );
        }
        let import = command.named_key_and_file().map(|(kms_key, file)| {
            let parts = [kms_key.as_bytes(), file.as_encoded_bytes()];
            key.digest(DigestOf::KmsKey, &parts)
        });
        Ok(Checked {
            place: (row.number, row.line),
            name: name_digest(key, &row.id),
            import,
        })
    };
    let (mut names, mut imports) = (HashMap::new(), HashMap::new());
    let mut count = 0;
    let columns = options.check_columns(manifest.rows()?.columns());
    columns.about(|| manifest.name().to_owned())?;
    in_order(
        manifest_rows(manifest)?,
        jobs,
        || options.definition(),
        check,
        |checked| {
            let Checked {
                place,
                name,
                import,
            } = checked.about(|| manifest.name().to_owned())?;
            count = place.0;
            let again = |error: RowError| Err(error).about(|| manifest.name().to_owned());
            if let Some(first) = names.insert(name, place.0) {
                let message = format!("row {first} has this name already");
                let error = RowError::new(place, Some("Id"), message);
                return again(error.hint("upper and lower case are the same in the name of a row"));
            }
            if let Some(first) = import.and_then(|import| imports.insert(import, place.0)) {
                let message = format!("row {first} has the same KeyId and Material");
                return again(RowError::new(place, None, message));
            }
            Ok(())
        },
    )?;
    Ok(count)
}

/// Returns the digest of the name of a row, in which upper and lower case are the same.
fn name_digest(key: &DigestKey, id: &str) -> KeyedDigest {
    key.digest(DigestOf::Name, &[id.to_ascii_lowercase().as_bytes()])
}

fn manifest_rows(
    manifest: &ManifestFile,
) -> Result<impl Iterator<Item = Result<Row, Failure>>, Failure> {
    let fault = |error| manifest.fault(error);
    Ok(manifest.rows()?.map(move |row| row.map_err(fault)))
}

impl Batch<'_> {
    /// Returns the rows of this run.
    fn rows(&self) -> Result<impl Iterator<Item = Result<BatchRow, Failure>>, Failure> {
        let numbers = self.rows.clone();
        let before = usize::try_from(numbers.start - 1).unwrap_or(usize::MAX);
        let count = usize::try_from(numbers.end - numbers.start).unwrap_or(usize::MAX);
        let rows = manifest_rows(&self.manifest)?.skip(before).take(count);
        Ok(rows.map(|row| {
            let row = self.options.read(row?);
            let mut row = row.about(|| self.manifest.name().to_owned())?;
            if let (BatchOperation::Wrap, Some(folder)) = (self.operation, &self.folder) {
                let mut word = OsString::from("--out-dir=");
                word.push(folder.of_row(&row.id));
                row.words.push(word);
            }
            Ok(row)
        }))
    }

    fn progress(&self, what: &str) -> Progress {
        let count = self.rows.end - self.rows.start;
        self.context.terminal.progress_of(what, count)
    }

    /// Pass 2: finds the rows that would share key material, before there is any output.
    fn find_shared_material(&mut self, staging: Option<&Staging>) -> Result<(), Failure> {
        if !matches!(
            self.operation,
            BatchOperation::Wrap | BatchOperation::Rehearse
        ) {
            return Ok(());
        }
        let key: &DigestKey = &self.key;
        let claim = |definition: &mut clap::Command, row: BatchRow| {
            let command = self.options.parse(definition, &row);
            let claim = hardening::with_wiped_stack(|| {
                let journal = Journal::without_inputs();
                let mut context = self.context.of_row(Capture::default(), None, journal);
                let material = command.ok()?.material(key, &mut context)?;
                let kms_key = material.kms_key.as_ref();
                Some(Claim::new(key, &row, material.digest, kms_key))
            });
            (row.number, claim)
        };
        let mut materials = Materials::from_row(self.rows.start);
        let mut progress = self.progress("comparing key material");
        in_order(
            self.rows()?,
            self.jobs,
            || self.options.definition(),
            claim,
            |(number, claim)| {
                materials.add(number, claim);
                progress.advance();
                Ok(())
            },
        )?;
        drop(progress);
        match (&self.folder, staging) {
            (Some(folder), Some(staging)) => {
                let rows = self.rows()?;
                let rows = rows.map(|row| row.map(|row| (row.number, row.id)));
                folder.claim(staging, &mut materials, rows)?;
            }
            (Some(folder), None) => folder.find_conflicts(&mut materials)?,
            (None, _) => {}
        }
        materials.finish();
        let wanted: HashSet<u64> = materials.named_rows().collect();
        if !wanted.is_empty() {
            let names = self.rows()?.filter_map(|row| match row {
                Ok(row) => wanted
                    .contains(&row.number)
                    .then_some(Ok((row.number, row.id))),
                Err(failure) => Some(Err(failure)),
            });
            self.names = names.collect::<Result<_, Failure>>()?;
        }
        self.materials = materials;
        Ok(())
    }

    /// Prints the rows that would be refused, and runs no command.
    fn tell_shared_material(&self) -> Result<Exit, Failure> {
        let mut summary = Summary::default();
        let mut lines = LineOutput::open(self.context)?;
        for row in self.rows()? {
            let row = row?;
            if let Some(line) = self.refused(&row) {
                lines.write(&line.to_text(), self.context)?;
                summary.add(&row.id, line.status, Exit::Refused, &[]);
            }
        }
        lines.finish(self.context)?;
        let refused = summary.rows();
        let others = self.rows.end - self.rows.start - refused;
        self.context.terminal.note(&format!(
            "dry run: the manifest is consistent; {refused} refused, {others} to do"
        ));
        Ok(summary.exit())
    }

    /// Returns the line of a row whose key material another KMS key has.
    fn refused<'a>(&self, row: &'a BatchRow) -> Option<Line<'a>> {
        let whose = match self.materials.shared_with(row.number)? {
            SharedWith::Row(number) => {
                let name = self.names.get(number).map_or("", String::as_str);
                format!("row {name} (row {number})")
            }
            SharedWith::Folder(id) => format!("row {id} of this folder"),
        };
        let message = format!("{whose} gives this key material to another KMS key");
        let hints = [
            "give each KMS key its own key material".to_owned(),
            "if the KMS keys must share it, give both rows the same SharedMaterial, such as a \
             name for the group"
                .to_owned(),
        ];
        let line = Line::new(&row.id, RowStatus::Refused);
        Some(line.with_error("byok#SharedKeyMaterial", &message, &hints))
    }

    /// Pass 3: runs the command for each row, and answers in order.
    fn work(&self, staging: Option<&Staging>) -> Result<Exit, Failure> {
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

    /// Returns the result of a row that wrote no files.
    fn result(&self, line: &Line<'_>, exit: Exit) -> RowResult {
        let text = line.to_text();
        let reported = self.report.is_requested();
        RowResult {
            id: line.id.to_owned(),
            status: line.status,
            exit,
            warnings: Vec::new(),
            is_staged: false,
            reported: reported.then(|| Box::new(line.reported(&text))),
            text,
        }
    }

    /// Does a row. Wipes its secrets before it returns.
    fn row_result(
        &self,
        definition: &mut clap::Command,
        row: &BatchRow,
        staging: Option<&Staging>,
    ) -> RowResult {
        if let Some(line) = self.refused(row) {
            return self.result(&line, Exit::Refused);
        }
        if let Some(line) = self.earlier(row) {
            let exit = if line.status == RowStatus::Skipped {
                Exit::Done
            } else {
                Exit::Input
            };
            return self.result(&line, exit);
        }
        match self.options.parse(definition, row) {
            Ok(command) => hardening::with_wiped_stack(|| self.run_row(command, row, staging)),
            // Pass 1 has parsed it, but the manifest may have changed.
            Err(error) => {
                let line = Line::new(&row.id, RowStatus::Failed);
                let line =
                    line.with_error("byok#InvalidManifest", &error.to_string(), &error.hints);
                self.result(&line, Exit::Input)
            }
        }
    }

    /// Returns the line of a row that an earlier run has done, or begun differently; `None` if it is to
    /// be done now.
    fn earlier<'a>(&self, row: &'a BatchRow) -> Option<Line<'a>> {
        let folder = self.folder.as_ref()?.of_row(&row.id);
        std::fs::symlink_metadata(&folder).ok()?;
        // A generated key has no other copy.
        let replaces = self.context.replace() == Replace::RegularFile
            && self.operation != BatchOperation::Generate;
        let failed = |name: &str, message: String, hint: &str| {
            if replaces {
                return None;
            }
            let line = Line::new(&row.id, RowStatus::Failed);
            Some(line.with_error(name, &message, &[hint.to_owned()]))
        };
        let digests = self.digests(row)?;
        let shown = crate::terminal::SafePath(&folder);
        match Record::compare(&folder, row, self.operation.name(), &digests, self.now) {
            Earlier::Differs(what) => failed(
                "byok#ChangedRow",
                format!("{shown} was made otherwise: {what}"),
                if self.operation == BatchOperation::Generate {
                    "a generated key is never replaced: to make another, remove the folder"
                } else {
                    "to replace such folders, use --force"
                },
            ),
            Earlier::Expired(end) => failed(
                "byok#ExpiredParameters",
                format!("{shown} is whole, but its import parameters expired at {end}"),
                "ask for new parameters, and use --force",
            ),
            // A verdict depends on the time, the store and the Region too.
            Earlier::Done(_) if self.is_verdict() => None,
            // The run tells why the key material cannot be read.
            Earlier::Done(record) if record.has_material() && digests.material.is_none() => None,
            Earlier::Done(record) => {
                let mut line = Line::new(&row.id, RowStatus::Skipped);
                if let Some(name) = self.answer_name(&folder) {
                    let answer = input::read(&Source::file(folder.join(name)), 1 << 21);
                    line.put_answer(self.operation, &answer.unwrap_or_default());
                }
                line.key_material = record.key_material.or(line.key_material);
                line.parameters_valid_to = record.parameters_valid_to;
                Some(line)
            }
        }
    }

    /// Returns whether the rows are verdicts, which are made again each time.
    fn is_verdict(&self) -> bool {
        matches!(
            self.operation,
            BatchOperation::Rehearse | BatchOperation::Verify
        )
    }

    fn digests(&self, row: &BatchRow) -> Option<Digests<'_>> {
        let claim = self.materials.claim(row.number);
        Some(Digests {
            key: self.folder.as_ref().map(|_| &*self.key)?,
            material: claim.map(|claim| claim.material),
            are_outputs_secret: self.operation == BatchOperation::Generate,
        })
    }

    /// Returns the name of the file of a row's folder with the answer for its line.
    fn answer_name(&self, folder: &std::path::Path) -> Option<String> {
        match self.operation {
            BatchOperation::Wrap => FolderKind::ALL
                .into_iter()
                .map(|kind| kind.file_name(OutputContent::ImportRequest))
                .find(|name| folder.join(name).exists()),
            BatchOperation::Rehearse | BatchOperation::Verify => Some(VERDICT.to_owned()),
            BatchOperation::Params => Some(PARAMETERS.to_owned()),
            BatchOperation::Generate => None,
        }
    }

    /// Runs the command of a row.
    fn run_row(&self, command: RowCommand, row: &BatchRow, staging: Option<&Staging>) -> RowResult {
        let capture = Capture::default();
        let claim = self.materials.claim(row.number);
        if self.operation == BatchOperation::Wrap {
            capture.outputs().digest_key = Some(Arc::clone(&self.key));
        }
        let output_file = match &command {
            RowCommand::Generate(generate) => Some(generate.file_name().into()),
            _ => None,
        };
        // Only the record of a row names its inputs.
        let journal = match staging {
            Some(_) => Journal::begin(&[]),
            None => Journal::without_inputs(),
        };
        let mut context = self.context.of_row(capture.clone(), output_file, journal);
        let exit = match command.run(&mut context) {
            Ok(exit) => exit,
            Err(failure) => diagnosis::print(&failure, &context),
        };
        let inputs = context.journal.inputs().to_vec();
        drop(context);
        let mut captured = std::mem::take(&mut *capture.outputs());
        // Pass 2 compared the material that the file held then.
        if captured.material_digest.is_some()
            && captured.material_digest != claim.map(|claim| claim.material)
        {
            let line = Line::new(&row.id, RowStatus::Failed);
            let message = "the key material was changed during the run";
            return self.result(
                &line.with_error("byok#ChangedMaterial", message, &[]),
                Exit::Input,
            );
        }
        let mut staged = false;
        let mut line = None;
        let exit = match staging.filter(|_| exit == Exit::Done) {
            None => exit,
            Some(staging) => {
                self.add_answer_file(&mut captured);
                let done = self.line(row, exit, &captured);
                self.add_record(row, &inputs, &mut captured);
                match staging.write(&row.id, &captured.files) {
                    Ok(()) => {
                        staged = true;
                        line = Some(done);
                        exit
                    }
                    Err(failure) => {
                        let capture = Capture::default();
                        let journal = Journal::without_inputs();
                        let context = self.context.of_row(capture.clone(), None, journal);
                        let exit = diagnosis::print(&failure, &context);
                        captured = std::mem::take(&mut *capture.outputs());
                        exit
                    }
                }
            }
        };
        let line = line.unwrap_or_else(|| self.line(row, exit, &captured));
        RowResult {
            warnings: captured.warnings,
            is_staged: staged,
            ..self.result(&line, exit)
        }
    }

    fn line<'a>(&self, row: &'a BatchRow, exit: Exit, captured: &Captured) -> Line<'a> {
        let request = |file: &&CapturedFile| {
            let kinds = FolderKind::ALL.into_iter();
            let mut names = kinds.map(|kind| kind.file_name(OutputContent::ImportRequest));
            names.any(|name| name == file.name)
        };
        let answer = match captured.files.iter().find(request) {
            Some(file) => file.bytes.expose(),
            None => &captured.answer,
        };
        Line::of(&row.id, self.operation, exit, captured, answer)
    }

    /// Adds the answer of a command that writes no files of its own.
    fn add_answer_file(&self, captured: &mut Captured) {
        let name = match self.operation {
            BatchOperation::Rehearse | BatchOperation::Verify => VERDICT,
            BatchOperation::Params => PARAMETERS,
            BatchOperation::Wrap | BatchOperation::Generate => return,
        };
        captured.files.push(CapturedFile {
            name: name.to_owned(),
            access: Access::Private,
            bytes: SecretBytes::copy_of(&captured.answer),
        });
    }

    /// Adds the record of the row, after its other files.
    fn add_record(
        &self,
        row: &BatchRow,
        inputs: &[byok_core::report::InputFile],
        captured: &mut Captured,
    ) {
        let Some(digests) = self.digests(row) else {
            return;
        };
        let operation = self.operation.name();
        let mut record = Record::new(row, operation, inputs, &captured.files, &digests);
        record.key_material.clone_from(&captured.key_material);
        record.parameters_valid_to = captured.parameters_valid_to.map(|end| end.to_string());
        captured.files.push(CapturedFile {
            name: ROW_RECORD.to_owned(),
            access: Access::Private,
            bytes: SecretBytes::copy_of(record.to_json().as_bytes()),
        });
    }
}

/// The files with the answers of commands that write none of their own.
const VERDICT: &str = "verdict.json";
const PARAMETERS: &str = "parameters.json";

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
