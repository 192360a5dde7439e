//! `GetParametersForImport`, `ImportKeyMaterial`, `DeleteImportedKeyMaterial`.

use rand_core::CryptoRng;
use serde_json::{Map, Value, json};

use super::{
    answer::Output, failure::Failure, members::Members, pattern, refused_import::RefusedImport,
    task::Task,
};
use crate::{
    import_request::ImportRequest,
    key_id::{KeyArn, KeyIdError},
    key_material::{MaterialError, Weakness},
    key_material_id::{self, KeyMaterialId},
    key_metadata::KeyMetadata,
    key_spec::KeySpec,
    key_state::check_state,
    key_store::KeyStore,
    parameters_request::ParametersRequest,
    params::params_for,
    rehearsed_key::DeleteMaterialError,
    verify::{Accepted, Recording, Verdict, VerifyError, verify_for},
};

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn get_parameters_for_import(
        &mut self,
        members: &Members,
        rng: &mut impl CryptoRng,
    ) -> Output {
        let request = ParametersRequest::from_object(members.document())?;
        let identifier = request.identifier();
        // A key ID that names no key is refused below, after the other members were checked.
        let _ = self.resolve_identifier(identifier.clone());
        let store = &self.service.store;
        let parameters = params_for(&request, identifier, &self.place, store, self.now, rng)?;
        Ok(Some(json!({
            "ImportToken": parameters.import_token.blob(),
            "KeyId": parameters.key_arn,
            "ParametersValidTo": parameters.parameters_valid_to,
            "PublicKey": parameters.public_key.spki(),
        })))
    }

    pub(super) fn import_key_material(
        &mut self,
        members: &Members,
        rng: &mut impl CryptoRng,
    ) -> Output {
        let request = ImportRequest::from_object(members.document())?;
        let arn = self.resolve_identifier(request.identifier());
        let verification = {
            let _turn = self.service.turn();
            let (store, now) = (&self.service.store, self.now);
            let verification =
                verify_for(&request, arn.clone(), Recording::Import, store, now, rng)?;
            match verification.verdict {
                Verdict::Accepted(accepted) => return Ok(Some(self.keep(accepted))),
                _ => verification,
            }
        };
        let error = match verification.verdict {
            Verdict::Refused(error) => error,
            Verdict::Undecided { .. } => self.foreign_token(arn, &request)?,
            Verdict::Accepted(_) | Verdict::UndecidedMaterial(_) => {
                VerifyError::IncorrectKeyMaterial(
                    MaterialError::Weak(Weakness::LargePublicExponent).into(),
                )
            }
        };
        self.refused_import = Some(Box::new(RefusedImport {
            request,
            token: verification.token_contents,
        }));
        Err(error.into())
    }

    /// Keeps the imported material, and answers.
    fn keep(&self, accepted: Accepted) -> Value {
        let mut answer = Map::new();
        if let Some(id) = accepted.key_material_id() {
            answer.insert("KeyMaterialId".to_owned(), json!(id));
        }
        if let (Some(arn), Some((id, _))) = (accepted.key_arn, accepted.association) {
            answer.insert("KeyId".to_owned(), json!(arn));
            self.service.vault.put(arn, id, accepted.material);
        }
        Value::Object(answer)
    }

    /// A token of AWS, or of unknown form, is not a token of this service. The checks before the
    /// token come first here too.
    fn foreign_token(
        &self,
        arn: Result<KeyArn, KeyIdError>,
        request: &ImportRequest,
    ) -> Result<VerifyError, Failure> {
        let metadata = self.find_at(&arn?)?.metadata();
        let checked = check_state(&metadata, self.operation)
            .map_err(VerifyError::KeyState)
            .and_then(|()| {
                request
                    .options
                    .check_key_spec(metadata.key_spec)
                    .map_err(VerifyError::Request)
            });
        Ok(checked.err().unwrap_or(VerifyError::InvalidImportToken))
    }

    pub(super) fn delete_imported_key_material(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let lengths = key_material_id::LEN..=key_material_id::LEN;
        let id = members.matching_text("KeyMaterialId", lengths, pattern::KEY_MATERIAL_ID);
        let key_id = members.finish(|| key_id)?;
        let id = id.as_deref().and_then(KeyMaterialId::parse);
        let now = self.now;
        let (deleted, is_symmetric) = self.change(&key_id, |key| {
            let deleted = key.delete_material(id.as_ref(), now)?;
            Ok::<_, DeleteMaterialError>((deleted, is_symmetric(&key.record().key_metadata)))
        })?;
        let mut answer = Map::new();
        answer.insert("KeyId".to_owned(), json!(self.key));
        if let Some(id) = deleted.filter(|_| is_symmetric) {
            answer.insert("KeyMaterialId".to_owned(), json!(id));
        }
        Ok(Some(Value::Object(answer)))
    }
}

fn is_symmetric(metadata: &KeyMetadata) -> bool {
    metadata.key_spec == KeySpec::SymmetricDefault
}
