//! Many rows: plans for the machine with AWS.

pub(crate) mod plan;
