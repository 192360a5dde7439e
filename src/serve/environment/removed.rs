//! The variables of the caller that are not passed to the command: by name or by value, they
//! contain credentials, an identity or an endpoint of AWS.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

/// Variables that are always removed, because a shell that applies the environment may have other
/// variables than this process.
pub(super) const ALWAYS: &[&str] = &[
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_CREDENTIAL_SCOPE",
    "AWS_ACCOUNT_ID",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_LOGIN_CACHE_DIRECTORY",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    // Read by older SDKs, the SDK for Ruby, boto and Ansible.
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_CREDENTIAL_FILE",
    "AWS_DELEGATION_TOKEN",
    "AMAZON_ACCESS_KEY_ID",
    "AMAZON_SECRET_ACCESS_KEY",
    "AMAZON_SESSION_TOKEN",
    "EC2_ACCESS_KEY",
    "EC2_SECRET_KEY",
    "EC2_SECURITY_TOKEN",
    "BOTO_PATH",
    // Files and options that an interpreter reads before its program. They can set credentials and
    // profiles.
    "BASH_ENV",
    "BUN_OPTIONS",
    "DOTNET_STARTUP_HOOKS",
    "IBM_JAVA_OPTIONS",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "LUA_INIT",
    "NODE_OPTIONS",
    "OPENJ9_JAVA_OPTIONS",
    "PERL5OPT",
    "PYTHONSTARTUP",
    "RUBYOPT",
    "_JAVA_OPTIONS",
];

/// The prefixes of the variables of AWS's programs.
const OWNERS: [&str; 3] = ["AWS_", "AMAZON_", "EC2_"];

/// Words between underscores in the names of such variables that mean credentials, an identity or
/// an endpoint. Variables of later SDKs have such names too.
const WORDS: [&str; 17] = [
    "ACCESS",
    "BEARER",
    "CONTAINER",
    "CREDENTIAL",
    "CREDENTIALS",
    "ENDPOINT",
    "ENDPOINTS",
    "IDENTITY",
    "LOGIN",
    "MFA",
    "PASSWORD",
    "PROFILE",
    "ROLE",
    "SECRET",
    "SESSION",
    "SSO",
    "TOKEN",
];

/// System properties of the SDKs for Java, which come before the environment.
const PROPERTIES: [&[u8]; 3] = [b"-Daws.", b"-Dcom.amazonaws.", b"-Dsoftware.amazon.awssdk."];

/// The prefixes of access key IDs: of a user, and of a session.
const ACCESS_KEY_IDS: [&[u8]; 2] = [b"AKIA", b"ASIA"];
/// The length of such an ID.
const ACCESS_KEY_ID_LEN: usize = 20;

/// Returns whether the variable `name` with `value` must not reach the command.
pub(super) fn is_removed(name: &OsStr, value: &OsStr) -> bool {
    let name = name.to_string_lossy();
    ALWAYS.contains(&&*name) || tells_of_aws(&name) || holds_credentials(value.as_bytes())
}

fn tells_of_aws(name: &str) -> bool {
    let of_aws = OWNERS.iter().find_map(|owner| name.strip_prefix(owner));
    of_aws.is_some_and(|rest| rest.split('_').any(|word| WORDS.contains(&word)))
}

fn holds_credentials(value: &[u8]) -> bool {
    let has_property = |property: &&[u8]| {
        value
            .windows(property.len())
            .any(|window| window == *property)
    };
    PROPERTIES.iter().any(has_property) || holds_access_key_id(value)
}

/// Returns whether a word of `value` is the id of an access key.
fn holds_access_key_id(value: &[u8]) -> bool {
    let words = value.split(|byte| !byte.is_ascii_alphanumeric());
    words
        .filter(|word| word.len() == ACCESS_KEY_ID_LEN)
        .any(|word| {
            ACCESS_KEY_IDS.iter().any(|start| word.starts_with(start))
                && word
                    .iter()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn removed(name: &str, value: &str) -> bool {
        is_removed(OsStr::new(name), OsStr::new(value))
    }

    #[test]
    fn names_tell_of_credentials() {
        for name in [
            "AWS_PROFILE",
            "AWS_ENDPOINT_URL_S3",
            "AWS_BEARER_TOKEN_BEDROCK",
            "AWS_SSO_SESSION",
            "AWS_LATER_CREDENTIALS_URI",
            "AMAZON_SESSION_TOKEN",
            "EC2_SECRET_KEY",
            "JAVA_TOOL_OPTIONS",
            "BASH_ENV",
        ] {
            assert!(removed(name, "x"), "{name}");
        }
        for name in [
            "HOME",
            "PATH",
            "AWS_KMS_KEY_ID",
            "AWS_PAGER",
            "AWS_MAX_ATTEMPTS",
            "AWS_LESSON",
            "AWS_BATCH_JOB_ARRAY_INDEX",
            "AWS_CA_BUNDLE",
            "MY_ROLE",
            "GITHUB_TOKEN",
            "ENV",
            "PYTHONPATH",
        ] {
            assert!(!removed(name, "x"), "{name}");
        }
    }

    #[test]
    fn values_hold_credentials() {
        for value in [
            "AKIAIOSFODNN7EXAMPLE",
            "() {  AWS_ACCESS_KEY_ID=ASIAIOSFODNN7EXAMPLE command aws \"$@\"\n}",
            "-Xmx1g -Daws.secretAccessKey=x",
            "-Dcom.amazonaws.sdk.x=y",
        ] {
            assert!(removed("OTHER", value), "{value}");
        }
        for value in [
            "",
            "-Xmx1g",
            "AKIA",
            "AKIAIOSFODNN7EXAMPLE0",
            "XAKIAIOSFODNN7EXAMPLE",
            "AKIAiosfodnn7example",
            "AKIDREHEARSALNOTAWS0",
            "-Dapp.aws.name=x",
        ] {
            assert!(!removed("OTHER", value), "{value}");
        }
    }
}
