//! The KMS API without a socket: requests in, answers out.

#[path = "../common/mod.rs"]
mod common;

mod aliases;
mod china;
mod encryption;
mod generated_keys;
mod grants;
mod imports;
mod keys;
mod kms;
mod policies;
mod reads;
mod requests;
#[path = "../common/seed.rs"]
mod seed;
mod signatures;
mod injected_fault;
mod tags;
