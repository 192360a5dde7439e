//! Commands that people bring from other tools, and words where an option belongs.

/// Returns what to run instead of the command `word`, which byok does not have.
pub(super) fn tip(word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    Some(match lower.as_str() {
        "import" | "encrypt" | "import-key-material" | "prepare" => {
            "byok wrap writes what aws kms import-key-material takes"
        }
        "decrypt" | "unwrap" | "open" | "explain" | "diagnose" => {
            "byok verify opens what was wrapped, and says what AWS KMS would; no command outputs key material that it \
             unwrapped"
        }
        "check" | "validate" | "test" | "dry-run" | "simulate" => {
            "byok rehearse checks key material, and byok verify a request"
        }
        "keygen" | "genkey" | "gen" | "genpkey" | "rand" | "new" => {
            "byok generate makes key material, and byok key create a KMS key"
        }
        "parameters" | "get-parameters-for-import" | "get-parameters" | "get-params" => {
            "byok params answers as get-parameters-for-import does"
        }
        "create-key" | "create" => "byok key create makes a KMS key",
        "describe-key" | "describe" | "show" => "byok key describe describes a KMS key",
        "list-keys" | "list" | "keys" | "ls" => "byok key list lists the KMS keys of the rehearsal",
        "delete-imported-key-material" | "delete" => {
            "byok key delete-material deletes key material"
        }
        "rotate-key-on-demand" | "rotate" => "byok key rotate makes the new material current",
        "replicate-key" | "replicate" => "byok key replicate makes a replica",
        "get-public-key" | "pubkey" | "pub" => "byok public-key prints a public key",
        "identify" | "info" | "file" | "asn1parse" => "byok inspect says what a file is",
        "server" | "start" | "emulate" | "local" => "byok serve answers as AWS KMS does",
        "version" => "byok --version prints the version",
        "man" | "usage" | "topics" => "byok help lists the commands and the topics",
        "completion" => "byok completions prints the completion script of a shell",
        "aws" | "kms" => "byok never calls AWS; in a rehearsal: byok serve -- aws kms ...",
        "assumptions" => "byok help assumptions prints what is assumed of AWS KMS",
        "formats" => "byok help formats prints the forms of files that are read",
        "exit-status" => "byok help exit-status prints the exit statuses",
        "ceremony" => "byok help ceremony prints the steps of an import",
        _ => return None,
    })
}

/// Returns what to do about a word that stands where `command` takes no word.
pub(super) fn tip_for_word(command: &str) -> Option<&'static str> {
    Some(match command {
        "serve" => "what serve is to run stands behind --, as in: byok serve -- ./import.sh",
        "params" => "the KMS key goes behind --key-id: byok params --key-id KEY",
        "verify" => "the request goes behind --import-request: byok verify --import-request FILE",
        "generate" => "the kind of key goes behind --key-spec, and the file behind -o",
        "wrap" | "rehearse" => {
            "one file of key material is taken: every other file goes behind its option"
        }
        "key create" => "the key id goes behind --id, and the key spec behind --key-spec",
        "key list" => "byok key describe KEY shows one key",
        "store path" | "store destroy" => "the folder goes behind --store",
        _ => return None,
    })
}
