//! The topics of `byok help`, and what is said about each.

/// What `byok help` explains besides commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    Assumptions,
    Ceremony,
    ExitStatus,
    Formats,
}

impl Topic {
    /// Every topic, by name.
    pub(crate) const ALL: [Self; 4] = [
        Self::Assumptions,
        Self::Ceremony,
        Self::ExitStatus,
        Self::Formats,
    ];

    /// Returns its name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Assumptions => "assumptions",
            Self::Ceremony => "ceremony",
            Self::ExitStatus => "exit-status",
            Self::Formats => "formats",
        }
    }

    /// Returns what is said about it; `root` is the manual of `byok` itself.
    pub(crate) fn text(self, root: &str) -> String {
        match self {
            Self::Assumptions => section(root, "ASSUMPTIONS"),
            Self::Ceremony => CEREMONY.to_owned(),
            Self::ExitStatus => section(root, "EXIT STATUS"),
            Self::Formats => format!("{}\n\n{FORMATS}", section(root, "KEY MATERIAL")),
        }
    }
}

/// Returns a section of a manual: the heading, and the indented lines below it.
fn section(manual: &str, heading: &str) -> String {
    let mut lines = manual.lines().skip_while(|line| *line != heading);
    let heading = lines.next().into_iter();
    let body = lines.take_while(|line| line.is_empty() || line.starts_with(' '));
    let text = heading.chain(body).collect::<Vec<_>>().join("\n");
    text.trim_end().to_owned()
}

const CEREMONY: &str = "\
CEREMONY
    An import needs two machines: one with the AWS CLI, and one with the key and no network.

    1. On the machine with AWS, make the KMS key and ask for import parameters. Key spec, key
    usage and multi-Region can never be changed. The parameters are valid for 24 hours.
        aws kms create-key --origin EXTERNAL --key-spec ECC_NIST_P256 \\
            --key-usage SIGN_VERIFY > key.json
        aws kms get-parameters-for-import --key-id KEY_ID \\
            --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_4096 > params.json
    Take the SHA-256 of the wrapping key there. Bring it to the other machine in another way
    than the files, on paper for example: nothing in the files is signed.
        sed -n 's/.*\"PublicKey\": \"\\(.*\\)\".*/\\1/p' params.json | base64 --decode | sha256sum

    2. On the machine with the key, rehearse the import, then wrap the key. DIGEST is what the
    first machine printed.
        byok rehearse server.key --report rehearsal.json
        byok wrap --params params.json --wrapping-algorithm RSAES_OAEP_SHA_256 \\
            --describe-key key.json --expect-wrapping-key DIGEST \\
            --rehearsed rehearsal.json --report import/report.md --out-dir import server.key

    3. On the machine with AWS again, run the script that byok wrote, and compare the public
    key of the KMS key with the fingerprint that byok printed.
        sh import/import.sh
        aws kms get-public-key --key-id KEY_ID --query PublicKey --output text |
            base64 --decode | sha256sum
    Keep the key: AWS KMS does not give it back.

    To practise all of it without AWS, make the parameters with byok params, and add
    --rehearsal to byok wrap. byok verify then says what ImportKeyMaterial would answer.";

const FORMATS: &str = "\
IMPORT PARAMETERS
    --params takes the JSON that get-parameters-for-import answered, as AWS CLI v1 and v2,
    boto3 and the HTTP response write it, or the folder that the console downloads, unpacked.
    --public-key (DER or PEM) with --import-token takes them as separate files; --key-id then
    names the KMS key.

OTHER FILES
    --describe-key takes the output of describe-key or create-key. --parameters-request and
    --cli-input-json take the request of get-parameters-for-import as JSON. Public keys are
    DER, PEM, a certificate, or the answer of get-public-key. byok inspect FILE says what a
    file is.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manual::root;

    #[test]
    fn every_topic_has_a_text() {
        for topic in Topic::ALL {
            let text = topic.text(&root());
            assert!(text.lines().count() > 5, "{topic:?}: {text}");
            assert!(
                text.lines().all(|line| line.chars().count() <= 98),
                "{topic:?}"
            );
        }
    }
}
