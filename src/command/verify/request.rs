//! Reads the request of `verify` from a folder, a file, or parts.

use byok_core::blob::Blob;
use byok_core::compatibility::Rules;
use byok_core::import_parameters::ImportParameters;
use byok_core::import_request::{ImportOptions, ImportRequest, MAX_ENCRYPTED_LEN};
use byok_core::inspect::Kind;
use byok_core::json;
use byok_core::key_id::{KeyArn, KeyIdentifier, Place};
use byok_core::key_metadata::ExpirationModel;
use byok_core::report::{FileDigest, Files};
use byok_core::wrapping_public_key::WrappingPublicKey;

use super::Verify;
use super::folder::ImportFolder;
use crate::arguments::UsageError;
use crate::context::Context;
use crate::expectation::{self, ExpectationError};
use crate::failure::{About, Failure};
use crate::input::named;
use crate::mistaken::refuse_other;
use crate::parameter_files::{check_token_length, read_token};

/// The request to verify.
pub(super) struct Request {
    pub(super) members: ImportRequest,
    /// The digest of the request file, if there is one.
    file: Option<FileDigest>,
    /// The folder of the request, if it is verified too.
    pub(super) folder: Option<ImportFolder>,
}

impl Request {
    /// Returns whether the request has the token of `parameters`.
    pub(super) fn has_token_of(&self, parameters: &ImportParameters) -> bool {
        self.members.import_token.as_ref() == Some(parameters.import_token.blob())
    }

    /// Returns the rules of the Region of the KMS key.
    pub(super) fn rules(&self, place: &Place) -> Rules {
        let identifier = self.members.key_id.as_deref().map(KeyIdentifier::parse);
        match identifier {
            Some(Ok(KeyIdentifier::Arn(arn))) => Rules::of(arn.region()),
            _ => Rules::of(&place.region),
        }
    }

    /// Returns the files to compare with a report.
    pub(super) fn files<'a>(&'a self, wrapping_key: Option<&'a WrappingPublicKey>) -> Files<'a> {
        let members = &self.members;
        let files = Files {
            request_file: self.file,
            request: self.file.map(|_| members),
            key_id: members.key_id.as_deref(),
            import_token: members.import_token.as_ref(),
            encrypted_key_material: members.encrypted_key_material.as_ref(),
            wrapping_key,
            ..Files::default()
        };
        let digest = |blob: &Option<Blob>| blob.as_ref().map(|b| FileDigest::of(b.as_bytes()));
        match (&self.folder, self.file) {
            (Some(folder), _) => folder.add_to(files),
            (None, Some(_)) => files,
            // The parts are files.
            (None, None) => Files {
                encrypted_key_material_file: digest(&members.encrypted_key_material),
                import_token_file: digest(&members.import_token),
                ..files
            },
        }
    }
}

impl Verify {
    /// Reads the request, and its import parameters if they are given.
    pub(super) fn read_request(
        &self,
        context: &mut Context,
    ) -> Result<(Request, Option<ImportParameters>), Failure> {
        if let Some(dir) = &self.dir {
            let folder = ImportFolder::read(dir, self.against.as_ref(), context)?;
            let (members, file) = folder.request()?;
            check_length(&members).about(|| named(dir))?;
            self.expect_key_id(&members)?;
            let request = Request {
                members,
                file: Some(file),
                folder: Some(folder),
            };
            let parameters = self.parameters_of(Some(&request.members), context)?;
            return Ok((request, parameters));
        }
        if let Some(file) = &self.import_request {
            let bytes = context.read(file, json::MAX_LEN)?;
            let members = ImportRequest::from_json(&bytes)
                .map_err(|error| Failure::or_mistaken(error, &bytes, Kind::ImportRequest))
                .about(|| named(file))?;
            if members.encrypted_key_material.is_none() {
                refuse_other(&bytes, Kind::ImportRequest).about(|| named(file))?;
            }
            check_length(&members).about(|| named(file))?;
            self.expect_key_id(&members)?;
            let request = Request {
                members,
                file: Some(FileDigest::of(&bytes)),
                folder: None,
            };
            let parameters = self.parameters_of(Some(&request.members), context)?;
            return Ok((request, parameters));
        }
        let Some(file) = &self.encrypted_key_material else {
            return Err(UsageError::new("nothing to verify")
                .hint(
                    "use --dir DIR; or --import-request FILE; or --params FILE \
                     --encrypted-key-material FILE; or --key-id KEY --import-token FILE \
                     --encrypted-key-material FILE",
                )
                .into());
        };
        let parameters = self.parameters_of(None, context)?;
        let (key_id, token) = match &parameters {
            Some(parameters) => (
                parameters.key_arn.to_string(),
                parameters.import_token.blob().clone(),
            ),
            None => self.key_and_token(context)?,
        };
        let members = ImportRequest {
            key_id: Some(key_id),
            import_token: Some(token),
            encrypted_key_material: Some(Blob::new(context.read(file, 2 * MAX_ENCRYPTED_LEN)?)),
            options: ImportOptions {
                expiration_model: Some(ExpirationModel::KeyMaterialDoesNotExpire.to_string()),
                ..ImportOptions::default()
            },
        };
        Ok((
            Request {
                members,
                file: None,
                folder: None,
            },
            parameters,
        ))
    }

    /// Reads the import parameters, if they are given. `request` names their KMS key if nothing else does.
    fn parameters_of(
        &self,
        request: Option<&ImportRequest>,
        context: &mut Context,
    ) -> Result<Option<ImportParameters>, Failure> {
        let key_id = request.and_then(|request| request.key_id.as_deref());
        let arn = key_id.and_then(KeyArn::parse);
        let given = self.parameters.read(context, |_| Ok(arn))?;
        Ok(given.map(|given| given.parameters))
    }

    /// Checks that the request is for the KMS key of `--key-id`.
    fn expect_key_id(&self, members: &ImportRequest) -> Result<(), ExpectationError> {
        let Some(key_id) = &self.parameters.key_id else {
            return Ok(());
        };
        let found = members.key_id.as_deref().unwrap_or_default();
        expectation::same_key("KMS key of the request", key_id, found)
    }

    fn key_and_token(&self, context: &mut Context) -> Result<(String, Blob), Failure> {
        let (Some(key_id), Some(token)) = (&self.parameters.key_id, &self.parameters.import_token)
        else {
            return Err(
                UsageError::new("wrapped key material cannot be verified alone")
                    .hint(
                        "use --params FILE, or --key-id KEY --import-token FILE, or --private-key \
                         FILE",
                    )
                    .into(),
            );
        };
        Ok((key_id.clone(), read_token(token, context)?))
    }
}

/// Checks that the import token is long enough. AWS has a text for an empty one.
fn check_length(members: &ImportRequest) -> Result<(), Failure> {
    match &members.import_token {
        Some(token) if !token.is_empty() => Ok(check_token_length(token.as_bytes())?),
        _ => Ok(()),
    }
}
