//! The environment of a program that must connect only to the rehearsal.

mod no_proxy;
mod removed;

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::path::Path;

use byok_core::region::Region;
use serde_json::{Map, Value, json};

use crate::shell;

/// An access key ID that AWS does not know.
pub(crate) const ACCESS_KEY_ID: &str = "AKIDREHEARSALNOTAWS0";
/// The secret of [`ACCESS_KEY_ID`].
pub(crate) const SECRET_ACCESS_KEY: &str = "rehearsal-this-is-not-a-secret-of-aws";

/// The environment of a rehearsal.
#[derive(Debug)]
pub(crate) struct Environment {
    port: u16,
    url: String,
    variables: Vec<(&'static str, String)>,
    removed: Vec<OsString>,
}

impl Environment {
    /// Returns the environment for a rehearsal at `port`, in `region`, with this configuration file,
    /// for a caller who has `inherited`. Where the rehearsal has a store on disk, `byok` uses it too.
    pub(crate) fn new(
        port: u16,
        region: &Region,
        config_file: &Path,
        store: Option<&Path>,
        inherited: impl Iterator<Item = (OsString, OsString)>,
    ) -> Self {
        let inherited: Vec<_> = inherited.collect();
        let url = format!("http://127.0.0.1:{port}");
        let [upper, lower] = no_proxy::both(no_proxy::NAMES.map(|spelling| {
            let found = inherited.iter().find(|(name, _)| name == spelling);
            found.map(|(_, value)| value.to_string_lossy().into_owned())
        }));
        let mut variables = vec![
            ("AWS_ENDPOINT_URL", url.clone()),
            ("AWS_ENDPOINT_URL_KMS", url.clone()),
            ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false".to_owned()),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY.to_owned()),
            ("AWS_CONFIG_FILE", config_file.display().to_string()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
            // The SDK for Java 1.x reads this instead.
            ("AWS_CREDENTIAL_PROFILES_FILE", "/dev/null".to_owned()),
            // The AWS CLI and boto3 also look for credentials in the file of boto2.
            ("BOTO_CONFIG", "/dev/null".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("AWS_REGION", region.to_string()),
            ("AWS_DEFAULT_REGION", region.to_string()),
            (no_proxy::NAMES[0], upper),
            (no_proxy::NAMES[1], lower),
            ("BYOK_REHEARSAL", "1".to_owned()),
        ];
        variables.extend(store.map(|store| ("BYOK_STORE", store.display().to_string())));
        let is_own = |name: &OsStr| variables.iter().any(|(own, _)| name == *own);
        let found = inherited
            .into_iter()
            .filter(|(name, value)| !is_own(name) && removed::is_removed(name, value))
            .map(|(name, _)| name)
            .filter(|name| !removed::ALWAYS.iter().any(|always| name == always));
        let removed = removed::ALWAYS
            .iter()
            .map(OsString::from)
            .chain(found)
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

    /// Returns the variables to set.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
    }

    /// Returns the names of the variables to unset.
    pub(super) fn removed(&self) -> impl Iterator<Item = &OsStr> {
        self.removed.iter().map(OsString::as_os_str)
    }

    /// Formats the environment as shell lines.
    pub(crate) fn script(&self) -> String {
        let mut script = String::new();
        for (name, value) in self.variables() {
            let _ = writeln!(script, "export {name}={}", shell::quoted(value));
        }
        // A name that is not valid in a shell cannot be unset there, and was not set there.
        let is_name = |name: &&str| {
            !name.starts_with(|c: char| c.is_ascii_digit())
                && name
                    .bytes()
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

    /// Formats the environment as JSON.
    pub(crate) fn document(&self) -> Value {
        let variables: Map<_, _> = self
            .variables()
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        let removed: Vec<_> = self.removed().map(OsStr::to_string_lossy).collect();
        json!({ "SchemaVersion": 1, "Endpoint": self.url, "Environment": variables, "Unset": removed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_aws_is_left_and_nothing_goes_to_a_proxy() {
        let region = Region::parse("eu-west-1").expect("a Region");
        let own = ["HOME", "AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL"];
        let others = [
            ("AWS_ENDPOINT_URL_S3", "https://s3.example"),
            ("AWS_BEARER_TOKEN_BEDROCK", "x"),
            ("JAVA_OPTS", "-Daws.sessionToken=x"),
            ("NO_PROXY", "it's.example"),
        ];
        let inherited = own.into_iter().map(|name| (name, "x")).chain(others);
        let inherited = inherited.map(|(name, value)| (name.into(), value.into()));
        let environment = Environment::new(4599, &region, Path::new("/dev/null"), None, inherited);
        let removed: Vec<_> = environment.removed().collect();
        for name in [
            "AWS_ENDPOINT_URL_S3",
            "AWS_BEARER_TOKEN_BEDROCK",
            "AWS_PROFILE",
            "JAVA_OPTS",
            "JAVA_TOOL_OPTIONS",
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
