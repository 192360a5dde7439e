//! Random corruption is never explained as a mistake that nobody made.

use byok_core::{
    explain::{Cause, explain},
    key_spec::KeySpec,
};
use rand_core::Rng as _;

use crate::{INVALID_CIPHERTEXT, Import, KEY_WRAP, OAEP, OAEP_SHA_1, blobs::raw, common::*};

const ROUNDS: u64 = 1000;

/// The change of a valid blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Corruption {
    Bit,
    Byte,
    Run,
    Shuffled,
    Random,
    Cut,
    Longer,
}

const ALL: [Corruption; 7] = [
    Corruption::Bit,
    Corruption::Byte,
    Corruption::Run,
    Corruption::Shuffled,
    Corruption::Random,
    Corruption::Cut,
    Corruption::Longer,
];

impl Corruption {
    /// Applies it, and returns its position.
    fn apply(self, blob: &mut Vec<u8>, rng: &mut chacha20::ChaCha20Rng) -> usize {
        let mut below = |count: usize| rng.next_u32() as usize % count;
        let at = below(blob.len());
        match self {
            Self::Bit => blob[at] ^= 1 << below(8),
            Self::Byte => blob[at] ^= u8::try_from(1 + below(255)).expect("a byte"),
            Self::Run => blob[at..]
                .iter_mut()
                .take(8)
                .for_each(|byte| *byte = !*byte),
            Self::Shuffled => {
                let by = 1 + below(blob.len() - 1);
                blob.rotate_left(by);
                return 0;
            }
            Self::Random => {
                rng.fill_bytes(blob);
                return 0;
            }
            Self::Cut => blob.truncate(at),
            Self::Longer => {
                let mut more = vec![0; 1 + below(40)];
                rng.fill_bytes(&mut more);
                blob.extend(more);
                return blob.len();
            }
        }
        at
    }
}

/// Each has no explanation, or a true one.
#[test]
fn a_thousand_random_corruptions_have_no_wrong_explanation() {
    let imports = [
        Import::new(KeySpec::SymmetricDefault, OAEP),
        Import::new(KeySpec::EccNistP256, OAEP_SHA_1),
        Import::new(KeySpec::EccNistP256, KEY_WRAP),
    ];
    let store = store();
    let (mut unexplained, mut explained) = (0, 0);
    for round in 0..ROUNDS {
        let mut random = rng(1000 + round);
        let import = &imports[usize::try_from(round).expect("small") % imports.len()];
        let corruption = ALL[random.next_u32() as usize % ALL.len()];
        let mut blob = import.good();
        let whole = blob.len();
        let at = corruption.apply(&mut blob, &mut random);
        if blob.is_empty() {
            continue;
        }
        let request = request(&import.parameters, blob.clone());
        let said = answer(&verified(&request, &store));
        let explanation = explain(
            &request,
            &crate::UNOPENED,
            opened(&request).as_ref(),
            &store,
            &mut random,
        )
        .expect("the store answers");
        let causes = explanation.expect("the token opens").causes;
        let (len, after) = (blob.len(), blob.len().saturating_sub(whole));
        let second_half = len.saturating_sub(256);
        let is_so = match causes.as_slice() {
            [] => true,
            [
                Cause::Truncated {
                    len: found,
                    block: 256,
                },
            ] => *found == len && len < 256,
            [Cause::UnwrappedLength { len: 32, .. }] => len == 32,
            // The whole first half is unchanged.
            [Cause::SecondHalfDoesNotOpen(found)] => at >= 256 && *found == second_half,
            [Cause::SecondHalfMissing(found)] => {
                at >= 256 && *found == second_half && second_half < 16
            }
            [
                Cause::Extended {
                    before: 0,
                    after: found,
                },
            ] => corruption == Corruption::Longer && *found == after,
            [Cause::TrailingNewline(_)] => corruption == Corruption::Longer && after <= 2,
            [Cause::HalvesSwapped] => corruption == Corruption::Shuffled,
            _ => false,
        };
        assert!(is_so, "{round} {corruption:?} at {at}: {said}: {causes:?}");
        assert!(said != "accepted", "{round} {corruption:?}");
        unexplained += usize::from(causes.is_empty());
        explained += usize::from(!causes.is_empty());
        if corruption == Corruption::Random {
            assert_eq!(
                (said.as_str(), causes.as_slice()),
                (INVALID_CIPHERTEXT, &[][..]),
                "{round}"
            );
        }
    }
    assert!(
        unexplained > 300 && explained > 200,
        "{unexplained} {explained}"
    );
}

/// One in 2000 random blocks decodes as OAEP with a label. Here every block begins like those, and has
/// no explanation all the same.
#[test]
fn blocks_that_nearly_decode_have_no_explanation() {
    let imports = [
        Import::new(KeySpec::SymmetricDefault, OAEP),
        Import::new(KeySpec::EccNistP256, OAEP_SHA_1),
        Import::new(KeySpec::EccNistP256, KEY_WRAP),
    ];
    let store = store();
    for round in 0..200 {
        for (import, beginning) in imports
            .iter()
            .flat_map(|import| [(import, &[0][..]), (import, &[0, 1])])
        {
            let encoded = [beginning, &random(5000 + round, 256 - beginning.len())].concat();
            let second_half = if import.algorithm == KEY_WRAP {
                random(9000 + round, 152)
            } else {
                vec![]
            };
            let blob = [raw(import.key(), &encoded), second_half].concat();
            let request = request(&import.parameters, blob);
            let explanation = explain(
                &request,
                &crate::UNOPENED,
                opened(&request).as_ref(),
                &store,
                &mut rng(round),
            )
            .expect("the store answers");
            let causes = explanation.expect("the token opens").causes;
            assert_eq!(causes, [], "{round} {beginning:?} {}", import.algorithm);
        }
    }
}
