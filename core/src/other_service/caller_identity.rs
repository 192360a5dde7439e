//! The answer of STS `GetCallerIdentity`.

use crate::{key_id::AccountId, region::Region};

/// The name of the rehearsal's user.
const USER_NAME: &str = "byok-rehearsal";
/// The unique ID of that user, in AWS's form.
const USER_ID: &str = "AIDAREHEARSALNOTAWS00";

/// Writes the document for a caller of `account_id`.
///
/// # Source
///
/// AWS STS API Reference, `GetCallerIdentity`.
pub(super) fn document(account_id: &AccountId, region: &Region, request_id: &str) -> String {
    let partition = region.partition();
    format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <GetCallerIdentityResult>\
         <Arn>arn:{partition}:iam::{account_id}:user/{USER_NAME}</Arn>\
         <UserId>{USER_ID}</UserId><Account>{account_id}</Account>\
         </GetCallerIdentityResult>\
         <ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>\
         </GetCallerIdentityResponse>\n"
    )
}
