//! The configuration file of COMMAND: the profiles, each with the endpoint and the credentials of the
//! rehearsal.

use std::fmt::Write as _;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::profiles::Profile;
use crate::entropy;
use crate::serve::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};

/// A file in a folder of its own, which exists while requests are answered. It contains no secret.
pub(super) struct ConfigFile {
    folder: PathBuf,
}

impl ConfigFile {
    /// Writes the file for these profiles into the folder for temporary files.
    ///
    /// # Errors
    ///
    /// [`io::Error`] if it cannot be written there.
    pub(super) fn write(profiles: &[Profile], port: u16) -> io::Result<Self> {
        let number = entropy::random_u64().map_err(io::Error::other)?;
        let folder = std::env::temp_dir().join(format!("byok-serve-{number:016x}"));
        DirBuilder::new().mode(0o700).create(&folder)?;
        let this = Self { folder };
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(this.path())?;
        file.write_all(document(profiles, port).as_bytes())?;
        Ok(this)
    }

    /// Returns the path.
    pub(super) fn path(&self) -> PathBuf {
        path_in(&self.folder)
    }
}

impl Drop for ConfigFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.path());
        let _ = fs::remove_dir(&self.folder);
    }
}

fn path_in(folder: &Path) -> PathBuf {
    folder.join("config")
}

/// Writes the contents. `default` is always there, so that a program without the variables of the
/// rehearsal finds the endpoint too.
fn document(profiles: &[Profile], port: u16) -> String {
    let mut document =
        "# The profiles of a rehearsal of AWS KMS. AWS does not know the credentials.\n".to_owned();
    let default = Profile {
        name: "default".to_owned(),
        region: None,
    };
    let has_default = profiles.iter().any(|profile| profile.name == default.name);
    let default = Some(&default).filter(|_| !has_default);
    for Profile { name, region } in default.into_iter().chain(profiles) {
        let _ = match name.as_str() {
            "default" => writeln!(document, "[default]"),
            name if name.contains(char::is_whitespace) => {
                writeln!(document, "[profile \"{name}\"]")
            }
            name => writeln!(document, "[profile {name}]"),
        };
        if let Some(region) = region {
            let _ = writeln!(document, "region = {region}");
        }
        let _ = writeln!(
            document,
            "endpoint_url = http://127.0.0.1:{port}\naws_access_key_id = {ACCESS_KEY_ID}\n\
             aws_secret_access_key = {SECRET_ACCESS_KEY}"
        );
    }
    document
}
