//! `byok batch plan`: scripts for the machine with AWS.

use std::ffi::OsString;
use std::path::{self, PathBuf};

use byok_core::key_id::AccountId;
use clap::Args;

use crate::arguments::{UsageError, parse_region};
use crate::batch::ManifestFile;
use crate::batch::plan::{self, MAX_POLICY_LEN, Plan, PlanDefaults, PlanError, PlanId, PlanReader};
use crate::batch_row::RowError;
use crate::context::Context;
use crate::entropy;
use crate::exit::Exit;
use crate::failure::{About as _, Failure};
use crate::input::{self, Source, without_scheme};
use crate::manual;
use crate::output::{self, Access, OutputFile, Replace};
use crate::shell;
use crate::terminal::SafePath;

/// The longest script that is read again.
const MAX_SCRIPT_LEN: usize = 1 << 20;

/// Write scripts that create the KMS keys, ask AWS KMS for their parameters, and import
///
/// Reads no key material and sends nothing. Options are defaults for every row.
#[derive(Debug, Args)]
#[command(after_long_help = manual::BATCH_PLAN)]
pub(super) struct BatchPlan {
    /// The manifest: JSON Lines, or CSV with a header; - for standard input
    #[arg(value_name = "MANIFEST")]
    manifest: OsString,
    /// Write the scripts into DIR
    #[arg(long, value_name = "DIR", required = true)]
    out_dir: PathBuf,
    /// The Region of keys without an ARN
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// The account of every key
    #[arg(long, value_name = "ACCOUNT")]
    account_id: Option<String>,
    /// The key spec of new keys [default: SYMMETRIC_DEFAULT]
    #[arg(long, value_name = "SPEC")]
    key_spec: Option<String>,
    /// The key usage of new keys
    #[arg(long, value_name = "USAGE")]
    key_usage: Option<String>,
    /// The wrapping algorithm of GetParametersForImport
    #[arg(long, value_name = "ALGORITHM")]
    wrapping_algorithm: Option<String>,
    /// The wrapping key spec of GetParametersForImport
    #[arg(long, value_name = "SPEC")]
    wrapping_key_spec: Option<String>,
}

impl BatchPlan {
    pub(super) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        let out_dir = PathBuf::from(without_scheme(self.out_dir.as_os_str()));
        let manifest = ManifestFile::open(&self.manifest, context)?;
        let folder = path::absolute(manifest.folder()).or_else(|_| std::env::current_dir());
        let folder = folder.map_err(|cause| Failure::io_of("the folder of the manifest", cause))?;
        let read = |path: &path::Path| {
            input::read(&Source::file(path), MAX_POLICY_LEN).map_err(|error| error.to_string())
        };
        let mut reader = PlanReader::new(self.defaults()?, folder, read);
        for row in manifest.rows()? {
            let row = row.map_err(|error| manifest.fault(error))?;
            reader.add(&row).about(|| manifest.name().to_owned())?;
        }
        let account_id = reader.account_id.clone().ok_or_else(|| {
            UsageError::new("the account is missing, and no row names it")
                .hint("to name the account of the keys, use --account-id")
        })?;
        let id = match earlier_plan(&out_dir, context.replace()) {
            Some(id) => id,
            None => PlanId::from_random(entropy::random_u64()?),
        };
        let plan = Plan {
            id,
            account_id,
            written_at: context.now()?,
            rows: reader.rows,
        };
        let files = plan::scripts(&plan, &mut entropy::system_rng()?).map_err(row_error);
        let files = files.about(|| manifest.name().to_owned())?;
        let wrap_rows = &reader.wrap_rows;
        let files = [
            file(plan::ROWS, &files.rows, Access::Private),
            file("wrap.jsonl", &wrap_rows.production, Access::Private),
            file(
                "REHEARSAL-wrap.jsonl",
                &wrap_rows.rehearsal,
                Access::Private,
            ),
            file(
                plan::IMPORT_ALL,
                &files.import_all,
                Access::PrivateExecutable,
            ),
            file(
                plan::GET_PARAMETERS,
                &files.get_parameters,
                Access::PrivateExecutable,
            ),
        ];
        let reservations = output::write_folder(&out_dir, &files, context.replace())?;
        for folder in &reservations.open_to_a_group {
            let folder = SafePath(folder);
            let message = format!("a group can replace files in the folder {folder}");
            context.terminal.warning(&message);
        }
        context.terminal.note(&format!(
            "wrote a plan of {} rows to {}",
            plan.rows.len(),
            SafePath(&out_dir)
        ));
        context.terminal.hint(&format!(
            "next, on the machine with the AWS CLI, run: sh {}",
            shell::quoted_path(&out_dir.join(plan::GET_PARAMETERS))
        ));
        Ok(Exit::Done)
    }

    fn defaults(&self) -> Result<PlanDefaults, UsageError> {
        let region = self.region.as_deref().map(parse_region).transpose()?;
        let account_id = match &self.account_id {
            Some(text) => Some(AccountId::parse(text).ok_or_else(|| {
                UsageError::new(format!("'{text}' is not an account ID of 12 digits"))
            })?),
            None => None,
        };
        let members = [
            ("KeySpec", &self.key_spec),
            ("KeyUsage", &self.key_usage),
            ("WrappingAlgorithm", &self.wrapping_algorithm),
            ("WrappingKeySpec", &self.wrapping_key_spec),
        ];
        let members = members
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.clone()?)))
            .collect();
        Ok(PlanDefaults {
            region,
            account_id,
            members,
        })
    }
}

/// Returns the name of the plan that this run replaces, which its keys carry already.
fn earlier_plan(folder: &path::Path, replace: Replace) -> Option<PlanId> {
    if replace == Replace::Never {
        return None;
    }
    let path = folder.join(plan::GET_PARAMETERS);
    let script = input::read(&Source::file(path), MAX_SCRIPT_LEN).ok()?;
    PlanId::of_script(&String::from_utf8_lossy(&script))
}

const fn file<'a>(name: &'a str, content: &'a str, access: Access) -> OutputFile<'a> {
    OutputFile {
        name,
        bytes: content.as_bytes(),
        access,
    }
}

fn row_error(PlanError { place, fault }: PlanError) -> RowError {
    RowError::new(place, fault.member(), fault.to_string())
}
