//! `byok`: prepare and rehearse AWS KMS key-material imports, offline.

use std::{alloc::System, process::ExitCode};

use zeroizing_alloc::ZeroAlloc;

/// Wipes every heap block when it is freed, also those of dependencies.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    byok::run(std::env::args_os())
}
