//! The random generator of the core, seeded by the operating system.

use std::io;

use chacha20::ChaCha20Rng;
use rand_core::SeedableRng as _;
use zeroize::Zeroizing;

/// Seeds a generator with 32 bytes from the operating system.
///
/// Every call asks the system again. Nothing is kept between calls, and nothing else is mixed in.
///
/// # Errors
///
/// [`EntropyError`] if the system supplies no random bytes. There is no fallback.
pub(crate) fn system_rng() -> Result<ChaCha20Rng, EntropyError> {
    seeded_by(fill)
}

/// Returns a random number, for names that nobody can guess.
///
/// # Errors
///
/// [`EntropyError`] if the system supplies no random bytes.
pub(crate) fn random_u64() -> Result<u64, EntropyError> {
    let mut bytes = [0; 8];
    fill(&mut bytes)?;
    Ok(u64::from_ne_bytes(bytes))
}

fn seeded_by(
    fill: impl FnOnce(&mut [u8]) -> Result<(), EntropyError>,
) -> Result<ChaCha20Rng, EntropyError> {
    let mut seed = Zeroizing::new([0; 32]);
    fill(seed.as_mut())?;
    // The argument is a copy on the stack, which `hardening::wipe_stack` wipes.
    Ok(ChaCha20Rng::from_seed(*seed))
}

/// Fills `bytes` with the system call, which needs no file and so works in an empty root folder.
///
/// # Source
///
/// getrandom(2): the call waits until the system's generator is seeded, and reads from the source of
/// /dev/urandom.
#[cfg(target_os = "linux")]
fn fill(bytes: &mut [u8]) -> Result<(), EntropyError> {
    use rustix::rand::{GetRandomFlags, getrandom};

    fill_in_pieces(bytes, |rest| getrandom(rest, GetRandomFlags::empty()))
}

/// Fills `bytes` with the system library.
#[cfg(not(target_os = "linux"))]
fn fill(bytes: &mut [u8]) -> Result<(), EntropyError> {
    getrandom::fill(bytes).map_err(|error| EntropyError(io::Error::other(error.to_string())))
}

/// Fills `bytes` with repeated calls, because a call can return fewer bytes than requested, and a
/// signal can interrupt it.
#[cfg(any(target_os = "linux", test))]
fn fill_in_pieces(
    bytes: &mut [u8],
    mut read: impl FnMut(&mut [u8]) -> rustix::io::Result<usize>,
) -> Result<(), EntropyError> {
    let mut filled = 0;
    while filled < bytes.len() {
        match read(&mut bytes[filled..]) {
            Ok(0) => return Err(EntropyError(io::ErrorKind::UnexpectedEof.into())),
            Ok(count) => filled += count,
            Err(rustix::io::Errno::INTR) => {}
            Err(errno) => return Err(EntropyError(errno.into())),
        }
    }
    Ok(())
}

/// The operating system supplies no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the operating system supplies no random bytes: {}", .0)]
pub(crate) struct EntropyError(io::Error);

#[cfg(test)]
mod tests {
    use rand_core::Rng as _;
    use rustix::io::Errno;

    use super::*;

    #[test]
    fn a_system_without_entropy_is_an_error_and_not_a_weak_generator() {
        let refused = |bytes: &mut [u8]| fill_in_pieces(bytes, |_| Err(Errno::NOSYS));
        let error = seeded_by(refused).expect_err("no generator");
        let message = error.to_string();
        assert!(
            message.starts_with("the operating system supplies no random bytes: "),
            "{message}"
        );
        let empty = |bytes: &mut [u8]| fill_in_pieces(bytes, |_| Ok(0));
        seeded_by(empty).expect_err("no generator");
    }

    #[test]
    fn short_and_interrupted_reads_are_continued() {
        let mut answers = [Err(Errno::INTR), Ok(1), Ok(5), Err(Errno::INTR), Ok(2)].into_iter();
        let mut next = 0;
        let mut bytes = [0; 8];
        let read = |rest: &mut [u8]| {
            let count = answers.next().expect("not asked after the end")?;
            for byte in &mut rest[..count] {
                next += 1;
                *byte = next;
            }
            Ok(count)
        };
        fill_in_pieces(&mut bytes, read).expect("filled");
        assert_eq!(bytes, [1, 2, 3, 4, 5, 6, 7, 8]);
        assert!(answers.next().is_none());
    }

    #[test]
    fn the_whole_seed_is_asked_for_and_used() {
        let first_output = |changed: usize| {
            let fill = |seed: &mut [u8]| {
                assert_eq!(seed.len(), 32);
                seed[changed] = 1;
                Ok(())
            };
            seeded_by(fill).expect("a generator").next_u64()
        };
        let outputs: std::collections::HashSet<_> = (0..32).map(first_output).collect();
        assert_eq!(outputs.len(), 32);
    }

    #[test]
    fn two_generators_differ() {
        let mut outputs = [[0; 16]; 2];
        for output in &mut outputs {
            system_rng().expect("a generator").fill_bytes(output);
        }
        assert_ne!(outputs[0], outputs[1]);
        assert_ne!(
            random_u64().expect("a number"),
            random_u64().expect("a number")
        );
    }
}
