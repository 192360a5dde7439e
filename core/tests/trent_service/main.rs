//! The KMS API without a socket: requests in, answers out.

#[path = "../common/mod.rs"]
mod common;

mod aliases;
mod china;
mod data_keys;
mod dry_runs;
mod encryption;
mod generated_keys;
mod grants;
mod imports;
mod key_agreement;
mod keys;
mod kms;
mod last_use;
mod policies;
mod primary_region;
mod re_encryption;
mod reads;
mod requests;
#[path = "../common/seed.rs"]
mod seed;
mod signatures;
mod injected_fault;
mod tags;
