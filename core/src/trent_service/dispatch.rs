//! The operations by name.

use rand_core::CryptoRng;

use super::{
    answer::Output,
    data_keys::{self, Plaintext},
    grants::MAX_GRANT_TOKEN_LEN,
    injected_fault,
    members::Members,
    task::Task,
};
use crate::{key_store::KeyStore, operation::Operation};

impl<S: KeyStore> Task<'_, S> {
    /// Runs the operation of this task.
    pub(super) fn run(&mut self, body: &[u8], rng: &mut impl CryptoRng) -> Output {
        if let Some(exception) = self.service.troubles.next(self.operation) {
            return Err(injected_fault::failure(
                exception,
                self.operation,
                &self.service.account_id,
            ));
        }
        let mut members = Members::parse(body)?;
        if self.operation.takes_grant_tokens() {
            self.grant_tokens = members.texts("GrantTokens", 1..=MAX_GRANT_TOKEN_LEN, 0..=10);
        }
        match self.operation {
            Operation::CancelKeyDeletion => self.cancel_key_deletion(members),
            Operation::CreateAlias => self.create_alias(members),
            Operation::CreateGrant => self.create_grant(members, rng),
            Operation::CreateKey => self.create_key(members, rng),
            Operation::Decrypt => self.decrypt(members, rng),
            Operation::DeleteAlias => self.delete_alias(members),
            Operation::DeleteImportedKeyMaterial => self.delete_imported_key_material(members),
            Operation::DeriveSharedSecret => self.derive_shared_secret(members),
            Operation::DescribeKey => self.describe_key(members),
            Operation::DisableKey => self.disable_key(members),
            Operation::DisableKeyRotation => self.disable_key_rotation(members),
            Operation::EnableKey => self.enable_key(members),
            Operation::EnableKeyRotation => self.enable_key_rotation(members),
            Operation::Encrypt => self.encrypt(members, rng),
            Operation::GenerateDataKey => self.generate_data_key(members, Plaintext::Included, rng),
            Operation::GenerateDataKeyPair => {
                self.generate_data_key_pair(members, Plaintext::Included, rng)
            }
            Operation::GenerateDataKeyPairWithoutPlaintext => {
                self.generate_data_key_pair(members, Plaintext::LeftOut, rng)
            }
            Operation::GenerateDataKeyWithoutPlaintext => {
                self.generate_data_key(members, Plaintext::LeftOut, rng)
            }
            Operation::GenerateMac => self.generate_mac(members),
            Operation::GenerateRandom => data_keys::generate_random(members, rng),
            Operation::GetKeyLastUsage => self.get_key_last_usage(members),
            Operation::GetKeyPolicy => self.get_key_policy(members),
            Operation::GetKeyRotationStatus => self.get_key_rotation_status(members),
            Operation::GetParametersForImport => self.get_parameters_for_import(&members, rng),
            Operation::GetPublicKey => self.get_public_key(members),
            Operation::ImportKeyMaterial => self.import_key_material(&members, rng),
            Operation::ListAliases => self.list_aliases(members),
            Operation::ListGrants => self.list_grants(members),
            Operation::ListKeyPolicies => self.list_key_policies(members),
            Operation::ListKeyRotations => self.list_key_rotations(members),
            Operation::ListKeys => self.list_keys(members),
            Operation::ListResourceTags => self.list_resource_tags(members),
            Operation::ListRetirableGrants => self.list_retirable_grants(members),
            Operation::PutKeyPolicy => self.put_key_policy(members),
            Operation::ReEncrypt => self.re_encrypt(members, rng),
            Operation::ReplicateKey => self.replicate_key(members),
            Operation::RetireGrant => self.retire_grant(members),
            Operation::RevokeGrant => self.revoke_grant(members),
            Operation::RotateKeyOnDemand => self.rotate_key_on_demand(members),
            Operation::ScheduleKeyDeletion => self.schedule_key_deletion(members),
            Operation::Sign => self.sign(members, rng),
            Operation::TagResource => self.tag_resource(members),
            Operation::UntagResource => self.untag_resource(members),
            Operation::UpdateAlias => self.update_alias(members),
            Operation::UpdateKeyDescription => self.update_key_description(members),
            Operation::UpdatePrimaryRegion => self.update_primary_region(members),
            Operation::Verify => self.verify(members),
            Operation::VerifyMac => self.verify_mac(members),
        }
    }
}
