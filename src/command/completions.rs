//! `byok completions`: the completion script of a shell.

use clap::Args;
use clap_complete::Shell;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::manual;
use crate::terminal::AnswerForm;

/// Print the completion script of a shell
#[derive(Debug, Args)]
#[command(
    after_long_help = manual::COMPLETIONS
)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum, ignore_case = true)]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut crate::command(), "byok", &mut script);
        context.answer(&script, AnswerForm::Text)?;
        Ok(Exit::Done)
    }
}
