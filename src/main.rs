//! `byok`: prepare and rehearse AWS KMS key-material imports, offline.

use std::{alloc::System, process::ExitCode};

use zeroizing_alloc::ZeroAlloc;

/// Wipes every block of heap as it is freed, those of the dependencies included.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    byok::run(std::env::args_os())
}
