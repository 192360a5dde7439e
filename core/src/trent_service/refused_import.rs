//! A refused import, for its explanation.

use crate::{import_request::ImportRequest, import_token::TokenContents};

/// What was known of an import when it was refused: the request, and its token if it was opened.
#[derive(Debug)]
pub struct RefusedImport {
    pub(super) request: ImportRequest,
    pub(super) token: Option<Box<TokenContents>>,
}
