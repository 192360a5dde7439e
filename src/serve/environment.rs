//! What a program must find in its environment to talk to the rehearsal, and to nobody else.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;

use byok_core::region::Region;
use serde_json::{Map, Value, json};

/// An access key id and its secret that AWS does not know.
const ACCESS_KEY_ID: &str = "AKIDREHEARSALNOTAWS0";
const SECRET_ACCESS_KEY: &str = "rehearsal-this-is-not-a-secret-of-aws";

/// Variables that would bring credentials, an identity or an endpoint of AWS's own.
const REMOVED: &[&str] = &[
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_CREDENTIAL_SCOPE",
    "AWS_ACCOUNT_ID",
    // What older SDKs read.
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_CREDENTIAL_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
];

/// What the endpoints and the tokens of single services begin with.
const REMOVED_PREFIXES: [&str; 2] = ["AWS_ENDPOINT_URL_", "AWS_BEARER_TOKEN_"];

/// The environment of a rehearsal.
#[derive(Debug)]
pub(crate) struct Environment {
    port: u16,
    url: String,
    variables: Vec<(&'static str, String)>,
    removed: Vec<OsString>,
}

impl Environment {
    /// The environment for a rehearsal at `port`, in `region`; `names` are those of the variables that
    /// there are, and `no_proxy` the value of `NO_PROXY`.
    pub(crate) fn new(
        port: u16,
        region: &Region,
        names: impl Iterator<Item = OsString>,
        no_proxy: Option<&str>,
    ) -> Self {
        let url = format!("http://127.0.0.1:{port}");
        let others = no_proxy
            .filter(|hosts| !hosts.is_empty())
            .map(|hosts| format!("{hosts},"));
        let no_proxy = format!("{}127.0.0.1,localhost", others.unwrap_or_default());
        let variables = vec![
            ("AWS_ENDPOINT_URL", url.clone()),
            ("AWS_ENDPOINT_URL_KMS", url.clone()),
            ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false".to_owned()),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY.to_owned()),
            ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
            // The AWS CLI and boto3 still look for credentials where their forerunner kept them.
            ("BOTO_CONFIG", "/dev/null".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("AWS_REGION", region.to_string()),
            ("AWS_DEFAULT_REGION", region.to_string()),
            ("NO_PROXY", no_proxy.clone()),
            ("no_proxy", no_proxy),
            ("BYOK_REHEARSAL", "1".to_owned()),
        ];
        let is_of_a_service = |name: &OsString| {
            let text = name.to_string_lossy();
            REMOVED_PREFIXES
                .iter()
                .any(|prefix| text.starts_with(prefix))
                && variables.iter().all(|(own, _)| *own != text)
        };
        let removed = REMOVED
            .iter()
            .map(OsString::from)
            .chain(names.filter(is_of_a_service))
            .collect();
        Self {
            port,
            url,
            variables,
            removed,
        }
    }

    /// The port of the rehearsal.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What is set.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
    }

    /// What must not be set.
    pub(super) fn removed(&self) -> impl Iterator<Item = &OsStr> {
        self.removed.iter().map(OsString::as_os_str)
    }

    /// The lines that set all that in a shell.
    pub(crate) fn script(&self) -> String {
        let mut script = String::new();
        for (name, value) in self.variables() {
            let _ = writeln!(script, "export {name}={}", quoted(value));
        }
        // A name that is none for a shell cannot be unset there, and was not set there.
        let is_name = |name: &&str| {
            name.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        let removed: Vec<_> = self
            .removed()
            .filter_map(OsStr::to_str)
            .filter(is_name)
            .collect();
        let _ = writeln!(script, "unset {}", removed.join(" "));
        script
    }

    /// The same for a program.
    pub(crate) fn document(&self) -> Value {
        let variables: Map<_, _> = self
            .variables()
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        let removed: Vec<_> = self.removed().map(OsStr::to_string_lossy).collect();
        json!({ "SchemaVersion": 1, "Endpoint": self.url, "Environment": variables, "Unset": removed })
    }
}

/// A value as a shell reads it back.
fn quoted(value: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:,".contains(&byte);
    if value.bytes().all(is_plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_aws_is_left_and_nothing_goes_to_a_proxy() {
        let region = Region::parse("eu-west-1").expect("a Region");
        let own = ["HOME", "AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL"];
        let names = own
            .into_iter()
            .chain(["AWS_ENDPOINT_URL_S3", "AWS_BEARER_TOKEN_BEDROCK"]);
        let names = names.map(OsString::from);
        let environment = Environment::new(4599, &region, names, Some("it's.example"));
        let removed: Vec<_> = environment.removed().collect();
        for name in [
            "AWS_ENDPOINT_URL_S3",
            "AWS_BEARER_TOKEN_BEDROCK",
            "AWS_PROFILE",
        ] {
            assert!(removed.contains(&OsStr::new(name)), "{removed:?}");
        }
        assert!(
            own.iter().all(|name| !removed.contains(&OsStr::new(name))),
            "{removed:?}"
        );
        let set: Vec<_> = environment.variables().map(|(name, _)| name).collect();
        assert!(
            set.iter().all(|name| !removed.contains(&OsStr::new(name))),
            "{removed:?}"
        );
        let script = environment.script();
        assert!(
            script.starts_with("export AWS_ENDPOINT_URL=http://127.0.0.1:4599\n"),
            "{script}"
        );
        assert!(
            script.contains("\nexport NO_PROXY='it'\\''s.example,127.0.0.1,localhost'\n"),
            "{script}"
        );
        assert!(script.contains("\nunset AWS_PROFILE "), "{script}");
        assert_eq!(
            environment.document()["Environment"]["AWS_REGION"],
            "eu-west-1"
        );
    }
}
