//! Pass 2: key material that two KMS keys would share.

use std::collections::HashSet;

use byok_core::keyed_digest::DigestKey;

use super::folder::Staging;
use super::materials::{Claim, Materials};
use super::pipeline::in_order;
use super::row::BatchRow;
use super::state::Batch;
use crate::capture::Capture;
use crate::failure::Failure;
use crate::hardening;
use crate::journal::Journal;

impl Batch<'_> {
    /// Finds the rows that would share key material, before there is any output.
    pub(super) fn find_shared_material(
        &mut self,
        staging: Option<&Staging>,
    ) -> Result<(), Failure> {
        if !self.operation.gives_key_material() {
            return Ok(());
        }
        let key: &DigestKey = &self.key;
        let claim = |definition: &mut clap::Command, row: BatchRow| {
            let command = self.options.parse(definition, &row);
            let claim = hardening::with_wiped_thread_stack(|| {
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
}
