//! Encrypted files with another passphrase, and damaged ones: each is refused, with the reason.

use crate::interop_support::Sandbox;

/// An encrypted file.
pub(crate) struct Encrypted<'a> {
    pub(crate) file: &'a str,
    pub(crate) key_spec: &'a str,
    /// The options with which `byok` reads it.
    pub(crate) options: &'a str,
    pub(crate) is_pkcs12: bool,
}

/// The file of another passphrase.
const OTHER: &str = "other-passphrase";

/// Writes the other passphrase.
pub(crate) fn prepare(sandbox: &Sandbox) {
    sandbox.write(OTHER, "another passphrase\n");
}

impl Encrypted<'_> {
    /// Checks that the file is refused with another passphrase, and if one byte is changed.
    pub(crate) fn check(&self, sandbox: &Sandbox) {
        self.refuse_other_passphrase(sandbox);
        self.refuse_damage(sandbox);
    }

    fn refuse_other_passphrase(&self, sandbox: &Sandbox) {
        let mut words: Vec<_> = self.options.split(' ').collect();
        let option = words.iter().position(|word| *word == "--passphrase-file");
        words[option.expect("the option") + 1] = OTHER;
        let options = words.join(" ");
        let said = self.refused(sandbox, &options, self.file);
        assert!(
            said.contains("the passphrase is wrong"),
            "{}: {said}",
            self.file
        );
    }

    /// The MAC of PKCS#12 notices every change. Others can only notice that the key is none.
    fn refuse_damage(&self, sandbox: &Sandbox) {
        let mut bytes = sandbox.read(self.file);
        let is_text = bytes.is_ascii();
        let half = bytes.len() / 2;
        let mut middle = bytes.iter_mut().skip(half);
        let changed = middle
            .find(|byte| !is_text || byte.is_ascii_alphanumeric())
            .expect("a byte");
        *changed = match *changed {
            b'A' if is_text => b'B',
            _ if is_text => b'A',
            byte => byte ^ 1,
        };
        let file = format!("{}.damaged", self.file);
        sandbox.write(&file, &bytes);
        let said = self.refused(sandbox, self.options, &file);
        assert!(!self.is_pkcs12 || said.contains("damage"), "{file}: {said}");
    }

    fn refused(&self, sandbox: &Sandbox, options: &str, file: &str) -> String {
        let line = format!("rehearse --key-spec {} {options} {file}", self.key_spec);
        let output = sandbox.byok(&line, &[]);
        assert!(!output.status.success(), "{line}: {output:?}");
        [output.stdout, output.stderr]
            .map(|stream| String::from_utf8_lossy(&stream).into_owned())
            .concat()
    }
}
