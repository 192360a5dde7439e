//! The options of other tools, and what byok has instead.

use Tip::{Any, In, With};

/// Options of other tools that mean the same, without their dashes, and the tips, of which the first one
/// that applies counts.
pub(super) struct Foreign {
    /// With spaces between them.
    words: &'static str,
    pub(super) tips: &'static [Tip],
}

impl Foreign {
    pub(super) fn words(&self) -> impl Iterator<Item = &'static str> {
        self.words.split(' ')
    }
}

/// What to use instead.
pub(super) enum Tip {
    /// For commands with this option.
    With(&'static str, &'static str),
    /// For the command of this name.
    In(&'static str, &'static str),
    /// For every command.
    Any(&'static str),
}

const WRAPPING_KEY_SPEC: &str =
    "the wrapping key has its spec in it: leave --wrapping-key-spec to params and rehearse";

const AWS_CLI: &str =
    "this option is for the AWS CLI: put it behind --, as in: byok serve -- aws kms list-keys";

pub(super) const FOREIGN: &[Foreign] = &[
    Foreign {
        words: "out out-file outfile output-path save to",
        tips: &[
            In(
                "wrap",
                "-o FILE writes the request to FILE, and --out-dir DIR a folder with a script that imports it",
            ),
            Any("-o, --output-file FILE takes the answer"),
        ],
    },
    Foreign {
        words: "outdir output-dir output-folder folder dir",
        tips: &[
            With("out-dir", "--out-dir DIR writes a folder"),
            With("store", "--store DIR is the folder of rehearsed keys"),
        ],
    },
    Foreign {
        words: "in i f input infile in-file input-file file filename from",
        tips: &[
            In("verify", "--import-request FILE is what wrap wrote"),
            In("inspect", "name the file as it is: byok inspect FILE"),
            In("key add", "name the file as it is: byok key add FILE"),
            With(
                "material",
                "name the file as it is, or with --material FILE",
            ),
            With("cli-input-json", "--cli-input-json FILE takes the request"),
        ],
    },
    Foreign {
        words: "k key key-file keyfile inkey private-key private-key-file key-material \
                key-material-file plaintext plaintext-key-material secret secret-key \
                material-file",
        tips: &[
            In(
                "verify",
                "--material FILE is the key material that must be inside, and --private-key FILE opens a blob",
            ),
            With(
                "material",
                "name the file of the key material as it is, or with --material FILE",
            ),
            With("key-id", "--key-id KEY names the KMS key"),
            In("inspect", "name the file as it is: byok inspect FILE"),
            With(
                "from-seed",
                "byok generate makes a new key; -o FILE takes it",
            ),
        ],
    },
    Foreign {
        words: "key-arn arn kms-key kms-key-id cmk cmk-id id key-id keyid",
        tips: &[
            With("key-id", "--key-id KEY names the KMS key"),
            In(
                "rehearse",
                "rehearse needs no KMS key: --key-spec and --region say what it would be",
            ),
            In(
                "key add",
                "the file says which KMS key it describes: leave the option out",
            ),
            In("key list", "byok key describe KEY shows one key"),
            In(
                "generate",
                "key material is made for no KMS key in particular: leave the option out",
            ),
        ],
    },
    Foreign {
        words: "p password passwd pass passphrase passin pin password-file pass-file \
                passwordfile passphrasefile passphrase-stdin password-stdin",
        tips: &[
            With(
                "passphrase-file",
                "a passphrase is never an argument: --passphrase-file FILE reads it from a file, --passphrase-fd N \
                 from a descriptor, and at a terminal byok asks for it",
            ),
            Any("this command reads no passphrase: leave the option out"),
        ],
    },
    Foreign {
        words: "alg algo algorithm wrap-algorithm wrap-alg wrapping-alg wrapping-algo wrapping \
                encryption-algorithm encryption-algorithm-spec padding pkeyopt oaep mechanism \
                wrapping-method",
        tips: &[
            With(
                "wrapping-algorithm",
                "--wrapping-algorithm names it, as in --wrapping-algorithm RSAES_OAEP_SHA_256",
            ),
            With(
                "key-spec",
                "--key-spec names the kind of key, as in --key-spec RSA_2048",
            ),
        ],
    },
    Foreign {
        words: "hash md digest mgf mgf1 mgf1-hash oaep-hash oaep-md",
        tips: &[With(
            "wrapping-algorithm",
            "the wrapping algorithm has its hash in it, as in --wrapping-algorithm RSAES_OAEP_SHA_256",
        )],
    },
    Foreign {
        words: "wrapping-key-spec wrapping-spec wrapping-key-type wrap-key-spec \
                wrapping-key-size wrapping-size",
        tips: &[
            With(
                "wrapping-key-spec",
                "--wrapping-key-spec names it, as in --wrapping-key-spec RSA_4096",
            ),
            In("wrap", WRAPPING_KEY_SPEC),
            In("verify", WRAPPING_KEY_SPEC),
        ],
    },
    Foreign {
        words: "wrapping-key wrapping-public-key pubin pubkey public-key-file public",
        tips: &[
            With(
                "public-key",
                "--params FILE has the wrapping key in it; --public-key FILE goes with --import-token FILE",
            ),
            With(
                "wrapping-key-spec",
                "--wrapping-key-spec names its kind, as in --wrapping-key-spec RSA_4096",
            ),
            With("compare", "name the file as it is: byok public-key FILE"),
        ],
    },
    Foreign {
        words: "customer-master-key-spec spec type key-type kind size bits length key-size \
                key-length curve number-of-bytes keyspec t b",
        tips: &[With(
            "key-spec",
            "--key-spec names the kind and the size of a key, as in --key-spec RSA_2048",
        )],
    },
    Foreign {
        words: "usage purpose",
        tips: &[With(
            "key-usage",
            "--key-usage says what the key serves, as in --key-usage SIGN_VERIFY",
        )],
    },
    Foreign {
        words: "origin",
        tips: &[In(
            "key create",
            "keys of a rehearsal have the origin EXTERNAL: leave --origin out",
        )],
    },
    Foreign {
        words: "policy tags bypass-policy-lockout-safety-check tag",
        tips: &[In(
            "key create",
            "byok serve keeps key policies and tags, and byok key does not: leave it out",
        )],
    },
    Foreign {
        words: "token import-token-file token-file",
        tips: &[
            With("import-token", "--import-token FILE names the import token"),
            With(
                "import-token-out",
                "--import-token-out FILE writes the import token",
            ),
        ],
    },
    Foreign {
        words: "param parameters import-parameters params-file parameters-file",
        tips: &[
            With(
                "params",
                "--params FILE is the answer of get-parameters-for-import",
            ),
            In(
                "rehearse",
                "rehearse makes import parameters of its own: leave the option out",
            ),
        ],
    },
    Foreign {
        words: "blob wrapped wrapped-key wrapped-key-material ciphertext ciphertext-blob \
                encrypted encrypted-key encrypted-material",
        tips: &[With(
            "encrypted-key-material",
            "--encrypted-key-material FILE names what was wrapped",
        )],
    },
    Foreign {
        words: "request import-key-material import-file cli-input-json cli-input-yaml",
        tips: &[
            With("import-request", "--import-request FILE is what wrap wrote"),
            With(
                "params",
                "--params FILE is the answer of get-parameters-for-import",
            ),
            With("cli-input-json", "--cli-input-json FILE takes the request"),
        ],
    },
    Foreign {
        words: "cli-binary-format cli-auto-prompt cli-connect-timeout cli-read-timeout color \
                debug no-cli-auto-prompt no-cli-pager no-paginate no-sign-request no-verify-ssl \
                ca-bundle endpoint-url profile verify-ssl generate-cli-skeleton",
        tips: &[
            In("serve", AWS_CLI),
            Any("byok never calls AWS: leave this option of the AWS CLI out"),
        ],
    },
    Foreign {
        words: "query jq",
        tips: &[
            In("serve", AWS_CLI),
            Any("byok gives its answer whole: --output json for a program that picks from it"),
        ],
    },
    Foreign {
        words: "json output-format o-format as-json text fmt",
        tips: &[Any(
            "--output text or --output json is the form of the answer",
        )],
    },
    Foreign {
        words: "format form inform outform encoding material-encoding hex base64 raw pem der",
        tips: &[
            With("format", "--format is the form of what is written"),
            With(
                "material-format",
                "--material-format raw, hex or base64 says how raw key material is written; private keys say it \
                 themselves",
            ),
            Any("--output text or --output json is the form of the answer"),
        ],
    },
    Foreign {
        words: "verbose v vv trace log-level",
        tips: &[Any(
            "byok says all that it has to say on standard error: leave the option out",
        )],
    },
    Foreign {
        words: "silent s no-warnings",
        tips: &[Any("-q, --quiet leaves warnings and errors")],
    },
    Foreign {
        words: "overwrite clobber replace y assume-yes no-prompt",
        tips: &[Any(
            "an output file that exists is kept: name another one with -o FILE",
        )],
    },
    Foreign {
        words: "dry-run dryrun n check simulate",
        tips: &[In(
            "wrap",
            "byok rehearse MATERIAL says whether AWS KMS would take it, and writes nothing",
        )],
    },
    Foreign {
        words: "rehearse test emulate",
        tips: &[With(
            "rehearsal",
            "--rehearsal is for the parameters of a rehearsal",
        )],
    },
    Foreign {
        words: "time now date clock when timestamp",
        tips: &[Any(
            "--at TIME is the time to use: RFC 3339 or epoch seconds",
        )],
    },
    Foreign {
        words: "expires expiry expire expiration expiration-date ttl valid-until expires-at \
                not-after",
        tips: &[
            With("valid-to", "--valid-to TIME says when the material expires"),
            In(
                "params",
                "import parameters are valid for 24 hours: leave the option out",
            ),
        ],
    },
    Foreign {
        words: "description desc comment label name alias alias-name",
        tips: &[
            With(
                "key-material-description",
                "--key-material-description TEXT describes the material",
            ),
            With("description", "--description TEXT describes the key"),
        ],
    },
    Foreign {
        words: "store-dir state-dir state home data-dir db",
        tips: &[
            With("store", "--store DIR is the folder of rehearsed keys"),
            Any("this command needs no store of rehearsed keys: leave the option out"),
        ],
    },
    Foreign {
        words: "region aws-region r target-region dest-region",
        tips: &[
            With(
                "replica-region",
                "--replica-region REGION is the Region of the replica",
            ),
            With("region", "--region REGION is the Region of a bare key id"),
            With(
                "key-id",
                "the Region is in the key ARN: leave the option out",
            ),
            Any("this command needs no Region: leave the option out"),
        ],
    },
    Foreign {
        words: "account account-id aws-account-id",
        tips: &[
            With(
                "account-id",
                "--account-id ACCOUNT is the account of a bare key id",
            ),
            Any("the account is in the key ARN: leave the option out"),
        ],
    },
    Foreign {
        words: "public-key-output pubout public-key-output-file wrapping-key-out pub",
        tips: &[
            With(
                "public-key-out",
                "--public-key-out FILE writes the wrapping public key",
            ),
            With(
                "key-spec",
                "byok public-key FILE prints the public key of a key",
            ),
        ],
    },
    Foreign {
        words: "expected-wrapping-key fingerprint wrapping-key-sha256 sha256 expect-fingerprint \
                verify-wrapping-key",
        tips: &[
            With(
                "expect-wrapping-key",
                "--expect-wrapping-key HEX is for the wrapping key, --expect-material FINGERPRINT for the key material",
            ),
            With(
                "expect-material",
                "--expect-material FINGERPRINT is for the key material",
            ),
        ],
    },
];
