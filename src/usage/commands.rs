//! Commands of other tools, and words in place of options.

/// Returns the hint for the command `word`, which byok does not have.
pub(super) fn tip(word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    Some(match lower.as_str() {
        "import" | "encrypt" | "import-key-material" | "prepare" => {
            "byok wrap writes the input of aws kms import-key-material"
        }
        "decrypt" | "unwrap" | "open" | "explain" | "diagnose" => {
            "byok verify opens wrapped material and gives the answer of AWS KMS; no command \
             prints unwrapped key material"
        }
        "check" | "validate" | "test" | "dry-run" | "simulate" => {
            "byok rehearse checks key material, and byok verify a request"
        }
        "keygen" | "genkey" | "gen" | "genpkey" | "rand" | "new" => {
            "to generate key material, run: byok generate --key-spec KEY_SPEC; to create a KMS key, \
             run: byok key create --key-spec KEY_SPEC"
        }
        "parameters" | "get-parameters-for-import" | "get-parameters" | "get-params" => {
            "byok params gives the output of get-parameters-for-import"
        }
        "create-key" | "create" => "to create a KMS key, run: byok key create --key-spec KEY_SPEC",
        "describe-key" | "describe" | "show" => "to describe a KMS key, run: byok key describe KEY",
        "list-keys" | "list" | "keys" | "ls" => {
            "to list the KMS keys of the rehearsal, run: byok key list"
        }
        "delete-imported-key-material" | "delete" => {
            "to delete key material, run: byok key delete-material KEY"
        }
        "rotate-key-on-demand" | "rotate" => {
            "to make the new material current, run: byok key rotate KEY"
        }
        "replicate-key" | "replicate" => {
            "to create a replica, run: byok key replicate KEY --replica-region REGION"
        }
        "get-public-key" | "pubkey" | "pub" => "to print a public key, run: byok public-key FILE",
        "render" | "print" | "pdf" | "html" => {
            "to render a JSON report again, run: byok report FILE.json -o FILE.html"
        }
        "identify" | "info" | "file" | "asn1parse" => {
            "to see what a file is, run: byok inspect FILE"
        }
        "server" | "start" | "emulate" | "local" => "to answer like AWS KMS, run: byok serve",
        "man" | "usage" | "topics" => "to list the commands and the topics, run: byok help",
        "completion" => "to print the completion script of a shell, run: byok completions SHELL",
        "aws" | "kms" => {
            "byok never calls AWS; to rehearse with the AWS CLI, run: byok serve -- aws kms ..."
        }
        "assumptions" => "to read the assumptions about AWS KMS, run: byok help assumptions",
        "formats" => "to read which file formats are supported, run: byok help formats",
        "exit-status" => "to read the exit statuses, run: byok help exit-status",
        "ceremony" => "to read the steps of an import, run: byok help ceremony",
        _ => return None,
    })
}

/// Returns the hint for a word where `command` accepts none.
pub(super) fn tip_for_word(command: &str) -> Option<&'static str> {
    Some(match command {
        "serve" => "put -- before the command, as in: byok serve -- ./import.sh",
        "params" => "put the KMS key after --key-id: byok params --key-id KEY",
        "verify" => {
            "put the folder of wrap --out-dir after --dir, or the request after --import-request"
        }
        "generate" => "put the key spec after --key-spec, and the file after -o",
        "wrap" | "rehearse" => {
            "name one file of key material, and every other file after its option"
        }
        "key create" => "put the key ID after --id, and the key spec after --key-spec",
        "key list" => "to show one key, run: byok key describe KEY",
        "store path" | "store destroy" => "put the folder after --store",
        _ => return None,
    })
}
