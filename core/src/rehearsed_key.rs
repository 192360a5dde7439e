//! A rehearsed KMS key at one moment, and the operations on its key material.
//!
//! A multi-Region key has several records with one key ID. The primary's record decides for all of
//! them which materials belong to the key, in which order, and which one is current. Each replica's
//! record contains whether the replica has a material, and until when. So every operation changes
//! one record, and no two records can contradict each other.
//!
//! # Source
//!
//! AWS KMS API Reference, `ImportKeyMaterial`, `DeleteImportedKeyMaterial`, `RotateKeyOnDemand`,
//! `ListKeyRotations`, `ReplicateKey`; Developer Guide, "Importing key material into multi-Region
//! keys".

mod deletion;
mod delete_material;
mod generated;
mod grants;
mod import;
mod key;
mod life;
mod material_entry;
mod material_list;
mod primary_region;
mod replicate;
mod rotate;
mod rotation_schedule;
mod set_state;
mod timeline;

pub use delete_material::DeleteMaterialError;
pub use deletion::PENDING_WINDOW_DAYS;
pub use generated::complete as complete_generated;
pub use grants::{CreateGrantError, NoSuchGrant};
pub use import::{Association, AssociationError, PendingRotation};
pub use key::RehearsedKey;
pub use material_entry::{ImportState, IncludeKeyMaterial, KeyMaterialState, MaterialEntry};
pub use primary_region::UpdatePrimaryRegionError;
pub use replicate::ReplicateError;
pub use rotate::RotateError;
pub use rotation_schedule::{DEFAULT_ROTATION_PERIOD_DAYS, RotationStatus};
pub use set_state::SetStateError;
pub use timeline::HistoryEntry;
