//! The names and Regions of the caller's AWS profiles. Nothing else of the caller's configuration is
//! kept.

use std::ffi::OsString;
use std::path::PathBuf;

use byok_core::region::Region;
use byok_core::secret::SecretBytes;

use crate::input::{self, Source};

/// The maximum length of a configuration file.
const MAX_FILE_LEN: usize = 1 << 20;

/// The maximum number of profiles.
const MAX_PROFILES: usize = 1000;

/// The maximum length of a profile name, in bytes.
const MAX_NAME_LEN: usize = 128;

/// A profile of the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Profile {
    /// The name.
    pub(super) name: String,
    /// The Region, if the profile has a valid one.
    pub(super) region: Option<Region>,
}

/// The two files in which the AWS CLI keeps profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ProfileFile {
    /// `[default]` and `[profile NAME]`.
    Config,
    /// `[NAME]`.
    Credentials,
}

impl ProfileFile {
    const ALL: [Self; 2] = [Self::Config, Self::Credentials];

    /// Returns the path: the value of its variable, or its default in the home folder.
    ///
    /// # Source
    ///
    /// AWS SDKs and Tools Reference Guide, "Location of the shared config and credentials files".
    fn path(self, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
        let (name, default) = match self {
            Self::Config => ("AWS_CONFIG_FILE", ".aws/config"),
            Self::Credentials => ("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"),
        };
        let home = variable("HOME").map(PathBuf::from);
        match variable(name).filter(|value| !value.is_empty()) {
            None => Some(home?.join(default)),
            Some(path) => match PathBuf::from(&path).strip_prefix("~") {
                Ok(rest) => Some(home?.join(rest)),
                Err(_) => Some(path.into()),
            },
        }
    }

    /// Returns the profile name in the header of a section.
    fn name(self, section: &str) -> Option<&str> {
        let name = match (self, section.split_once(char::is_whitespace)) {
            (Self::Config, Some(("profile", name))) => name.trim(),
            (Self::Config, _) => Some(section).filter(|section| *section == "default")?,
            (Self::Credentials, _) => section,
        };
        let name = name
            .strip_prefix('"')
            .and_then(|name| name.strip_suffix('"'))
            .unwrap_or(name);
        is_name(name).then_some(name)
    }
}

/// Returns whether `name` can stand in a configuration file without an escape.
pub(super) fn is_name(name: &str) -> bool {
    let is_plain = |c: char| !c.is_control() && !"[]\"'\\#;".contains(c);
    (1..=MAX_NAME_LEN).contains(&name.len()) && name.chars().all(is_plain) && name.trim() == name
}

/// Returns the profiles of the caller. A file that is missing or unreadable has none.
pub(super) fn of_caller(variable: impl Fn(&str) -> Option<OsString>) -> Vec<Profile> {
    let mut profiles = Vec::new();
    for file in ProfileFile::ALL {
        let Some(path) = file.path(&variable).filter(|path| path.is_file()) else {
            continue;
        };
        if let Ok(contents) = input::read_secret(&Source::file(path), MAX_FILE_LEN, "") {
            read(file, &contents, &mut profiles);
        }
    }
    profiles
}

/// Adds `name`, unless there is a profile of that name.
pub(super) fn add(profiles: &mut Vec<Profile>, name: &str) {
    if !profiles.iter().any(|profile| profile.name == name) && profiles.len() < MAX_PROFILES {
        profiles.push(Profile {
            name: name.to_owned(),
            region: None,
        });
    }
}

/// Adds the profiles in the contents of a file. Lines that are not UTF-8 are ignored.
fn read(file: ProfileFile, contents: &SecretBytes, profiles: &mut Vec<Profile>) {
    let mut current: Option<&str> = None;
    let lines = contents.expose().split(|byte| *byte == b'\n');
    for line in lines.filter_map(|line| core::str::from_utf8(line).ok()) {
        if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            current = file.name(section.0.trim());
            if let Some(name) = current {
                add(profiles, name);
            }
        } else if let Some((name, region)) = current.zip(region(line)) {
            let profile = profiles.iter_mut().find(|profile| profile.name == name);
            if let Some(profile) = profile {
                profile.region.get_or_insert(region);
            }
        }
    }
}

/// Returns the Region of the line `region = NAME`.
fn region(line: &str) -> Option<Region> {
    let (key, value) = line.split_once('=')?;
    if !key.trim_end().eq_ignore_ascii_case("region") {
        return None;
    }
    Region::parse(value.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profiles(file: ProfileFile, text: &[u8]) -> Vec<(String, Option<String>)> {
        let mut profiles = Vec::new();
        read(file, &SecretBytes::new(text.to_vec()), &mut profiles);
        profiles
            .into_iter()
            .map(|profile| {
                (
                    profile.name,
                    profile.region.map(|region| region.to_string()),
                )
            })
            .collect()
    }

    fn expected(list: &[(&str, Option<&str>)]) -> Vec<(String, Option<String>)> {
        list.iter()
            .map(|(name, region)| ((*name).to_owned(), region.map(str::to_owned)))
            .collect()
    }

    #[test]
    fn reads_names_and_regions_and_nothing_else() {
        let config = b"# region = eu-west-3\n[default]\nregion = us-east-1\r\n\n[profile prod]\n\
            role_arn = arn:aws:iam::1:role/x\nregion=eu-central-1\ns3 =\n  region = eu-west-2\n\
            [sso-session corp]\nregion = ap-south-1\n[services x]\n[profile \"two words\"]\n\
            region = not a region\n[profile]\n[profile a\"b]\n[other]\n\xff\n[profile last]";
        assert_eq!(
            profiles(ProfileFile::Config, config),
            expected(&[
                ("default", Some("us-east-1")),
                ("prod", Some("eu-central-1")),
                ("two words", None),
                ("last", None),
            ])
        );
        let credentials = b"[default]\naws_access_key_id = x\n[prod]\nregion = us-west-2\n[prod]\n";
        assert_eq!(
            profiles(ProfileFile::Credentials, credentials),
            expected(&[("default", None), ("prod", Some("us-west-2"))])
        );
    }

    #[test]
    fn refuses_names_that_need_an_escape() {
        for name in ["", " a", "a]", "a\nb", "\u{1b}", "a#b", &"a".repeat(129)] {
            assert!(!is_name(name), "{name:?}");
        }
        for name in ["prod", "two words", "a/b@c.d", "é"] {
            assert!(is_name(name), "{name:?}");
        }
    }

    #[test]
    fn finds_the_files_as_the_aws_cli_does() {
        let variables = |set: &'static [(&str, &str)]| {
            move |name: &str| {
                let found = set.iter().find(|(set, _)| *set == name);
                found.map(|(_, value)| OsString::from(value))
            }
        };
        let path = |set| ProfileFile::Config.path(variables(set));
        assert_eq!(path(&[("HOME", "/h")]), Some("/h/.aws/config".into()));
        assert_eq!(path(&[]), None);
        assert_eq!(
            path(&[("HOME", "/h"), ("AWS_CONFIG_FILE", "~/c")]),
            Some("/h/c".into())
        );
        assert_eq!(path(&[("AWS_CONFIG_FILE", "/c")]), Some("/c".into()));
    }
}
