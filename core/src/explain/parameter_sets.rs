//! The other import parameters of a store, for one of which a blob may have been made.

use crate::{
    blob::Blob,
    import_token::{ImportToken, TokenContents},
    key_id::KeyArn,
    key_record::{KeyRecord, ParameterSet},
    key_store::{KeyStore, StoreError},
    wrapping,
    wrapping_key_spec::WrappingKeySpec,
};

/// The maximum number of trials. Each costs a private-key operation of at most 25 ms.
pub(super) const MAX_TRIED: usize = 64;

/// Parameters that were issued earlier, still sealed.
pub(super) struct Issued {
    pub(super) key_arn: KeyArn,
    set: ParameterSet,
}

/// Returns the parameters of `store`, except `own_token`'s, that can have produced `len` bytes:
/// with a wrapping key of the same size `spec`, or one that yields this length. Those of the same
/// KMS key come first, then the newest.
pub(super) fn candidates(
    store: &impl KeyStore,
    key_arn: &KeyArn,
    own_token: &Blob,
    spec: WrappingKeySpec,
    len: usize,
) -> Result<Vec<Issued>, StoreError> {
    let is_possible = |set: &ParameterSet| {
        let yields =
            wrapping::is_possible_length(len, set.wrapping_algorithm, set.wrapping_key_spec);
        set.import_token != *own_token && (set.wrapping_key_spec == spec || yields)
    };
    let issued = |record: KeyRecord| {
        let key_arn = record.key_metadata.arn;
        let sets = record
            .rehearsal
            .parameter_sets
            .into_iter()
            .filter(is_possible);
        sets.map(move |set| Issued {
            key_arn: key_arn.clone(),
            set,
        })
        .collect::<Vec<_>>()
    };
    let mut all: Vec<Issued> = store.key_records()?.into_iter().flat_map(issued).collect();
    all.sort_by_key(|issued| {
        (
            issued.key_arn != *key_arn,
            core::cmp::Reverse(issued.set.issued_at),
        )
    });
    Ok(all)
}

impl Issued {
    /// Opens the token. Returns `None` if it is damaged.
    pub(super) fn open(
        &self,
        root_secret: &crate::import_token::RootSecret,
    ) -> Option<TokenContents> {
        ImportToken::new(self.set.import_token.clone())?
            .open(root_secret)
            .ok()
    }
}
