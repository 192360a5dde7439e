//! The commands that run for each row.

use std::ffi::OsString;

use byok_core::key_id::KeyArn;
use byok_core::keyed_digest::{DigestKey, KeyedDigest};
use clap::{Arg, Args as _, Command, FromArgMatches as _};

use crate::command::generate::Generate;
use crate::command::params::Params;
use crate::command::rehearse::Rehearse;
use crate::command::verify::Verify;
use crate::command::wrap::Wrap;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// A command that runs for each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BatchOperation {
    Wrap,
    Rehearse,
    Verify,
    Generate,
    Params,
}

/// The command of one row, with its arguments.
pub(super) enum RowCommand {
    Wrap(Box<Wrap>),
    Rehearse(Box<Rehearse>),
    Verify(Box<Verify>),
    Generate(Generate),
    Params(Params),
}

/// The key material of a row, and the KMS key that gets it.
pub(super) struct RowMaterial {
    /// The digest of the key material.
    pub(super) digest: KeyedDigest,
    /// The KMS key; `None` if the row stands for one of its own.
    pub(super) kms_key: Option<KeyArn>,
}

impl BatchOperation {
    /// Every operation.
    pub(crate) const ALL: [Self; 5] = [
        Self::Wrap,
        Self::Rehearse,
        Self::Verify,
        Self::Generate,
        Self::Params,
    ];

    /// Returns the name of the command.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Wrap => "wrap",
            Self::Rehearse => "rehearse",
            Self::Verify => "verify",
            Self::Generate => "generate",
            Self::Params => "params",
        }
    }

    /// Returns whether each row gives key material to a KMS key, and changes nothing but its outputs.
    pub(super) const fn gives_key_material(self) -> bool {
        matches!(self, Self::Wrap | Self::Rehearse)
    }

    /// Returns the definition of the arguments of the command.
    pub(crate) fn definition(self) -> Command {
        let command = Command::new(self.name())
            .no_binary_name(true)
            .disable_help_flag(true)
            // A common option, with which some options of commands conflict.
            .arg(Arg::new("output_file").long("output-file"));
        match self {
            Self::Wrap => Wrap::augment_args(command),
            Self::Rehearse => Rehearse::augment_args(command),
            Self::Verify => Verify::augment_args(command),
            Self::Generate => Generate::augment_args(command),
            Self::Params => Params::augment_args(command),
        }
    }

    /// Parses the arguments `words` with `definition`, the definition of this operation.
    ///
    /// # Errors
    ///
    /// clap's error.
    pub(super) fn parse(
        self,
        definition: &mut Command,
        words: &[OsString],
    ) -> Result<RowCommand, clap::Error> {
        let mut matches = definition.try_get_matches_from_mut(words)?;
        let matches = &mut matches;
        Ok(match self {
            Self::Wrap => RowCommand::Wrap(Box::new(Wrap::from_arg_matches_mut(matches)?)),
            Self::Rehearse => {
                RowCommand::Rehearse(Box::new(Rehearse::from_arg_matches_mut(matches)?))
            }
            Self::Verify => RowCommand::Verify(Box::new(Verify::from_arg_matches_mut(matches)?)),
            Self::Generate => RowCommand::Generate(Generate::from_arg_matches_mut(matches)?),
            Self::Params => RowCommand::Params(Params::from_arg_matches_mut(matches)?),
        })
    }
}

impl RowCommand {
    /// Runs the command.
    pub(super) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        match self {
            Self::Wrap(command) => command.run(context),
            Self::Rehearse(command) => command.run(context),
            Self::Verify(command) => command.run(context),
            Self::Generate(command) => command.run(context),
            Self::Params(command) => command.run(context),
        }
    }

    /// Returns the digest of the key material that the row gives to a KMS key; `None` if it gives none, or
    /// if it cannot be read. The run of the row then tells why.
    pub(super) fn material(&self, key: &DigestKey, context: &mut Context) -> Option<RowMaterial> {
        match self {
            Self::Wrap(command) => {
                let (digest, kms_key) = command.material_digest(key, context)?;
                Some(RowMaterial {
                    digest,
                    kms_key: Some(kms_key),
                })
            }
            Self::Rehearse(command) => Some(RowMaterial {
                digest: command.material_digest(key, context)?,
                kms_key: None,
            }),
            Self::Verify(_) | Self::Generate(_) | Self::Params(_) => None,
        }
    }

    /// Returns the KMS key and the file of key material that the arguments name.
    pub(super) fn named_key_and_file(&self) -> Option<(&str, &std::ffi::OsStr)> {
        match self {
            Self::Wrap(command) => command.named_key_and_file(),
            Self::Rehearse(_) | Self::Verify(_) | Self::Generate(_) | Self::Params(_) => None,
        }
    }
}
