//! The options of other tools, and the equivalents in byok.

use Tip::{Any, In, With};

/// Options of other tools with the same meaning, without their dashes, and the tips. The first tip
/// that applies is used.
pub(super) struct ForeignOption {
    /// The options, separated by spaces.
    words: &'static str,
    pub(super) tips: &'static [Tip],
}

impl ForeignOption {
    pub(super) fn words(&self) -> impl Iterator<Item = &'static str> {
        self.words.split(' ')
    }
}

/// A tip: the equivalent in byok.
pub(super) enum Tip {
    /// For commands with this option.
    With(&'static str, &'static str),
    /// For the command of this name.
    In(&'static str, &'static str),
    /// For every command.
    Any(&'static str),
}

const WRAPPING_KEY_SPEC: &str = "remove --wrapping-key-spec: the wrapping key determines it";

const AWS_CLI: &str =
    "this option is for the AWS CLI: put it after --, as in: byok serve -- aws kms list-keys";

pub(super) const FOREIGN: &[ForeignOption] = &[
    ForeignOption {
        words: "out out-file outfile output-path save to",
        tips: &[
            In(
                "wrap",
                "to write the request to a file, use -o FILE; to write a folder with an import \
                 script, use --out-dir DIR",
            ),
            Any("to write the answer to a file, use -o FILE"),
        ],
    },
    ForeignOption {
        words: "outdir output-dir output-folder folder dir",
        tips: &[
            With("out-dir", "to write a folder, use --out-dir DIR"),
            With(
                "store",
                "to name the folder of rehearsed keys, use --store DIR",
            ),
        ],
    },
    ForeignOption {
        words: "in i f input infile in-file input-file file filename from",
        tips: &[
            In(
                "verify",
                "to name the request that wrap wrote, use --import-request FILE",
            ),
            In(
                "inspect",
                "name the file without an option: byok inspect FILE",
            ),
            In(
                "key add",
                "name the file without an option: byok key add FILE",
            ),
            With(
                "material",
                "name the file without an option, or use --material FILE",
            ),
            With(
                "cli-input-json",
                "to name the request, use --cli-input-json FILE",
            ),
        ],
    },
    ForeignOption {
        words: "k key key-file keyfile inkey private-key private-key-file key-material \
                key-material-file plaintext plaintext-key-material secret secret-key \
                material-file keystore key-store srckeystore jks p12 pfx",
        tips: &[
            With(
                "shard",
                "each row names its key material, in the member Material of the manifest",
            ),
            In(
                "verify",
                "for the expected key material, use --material FILE; to open a blob, use \
                 --private-key FILE",
            ),
            With(
                "material",
                "name the file of the key material without an option, or use --material FILE",
            ),
            With("key-id", "to name the KMS key, use --key-id KEY"),
            In(
                "inspect",
                "name the file without an option: byok inspect FILE",
            ),
            With(
                "from-seed",
                "byok generate makes a new key; to name its file, use -o FILE",
            ),
        ],
    },
    ForeignOption {
        words: "key-arn arn kms-key kms-key-id cmk cmk-id id key-id keyid",
        tips: &[
            With("key-id", "to name the KMS key, use --key-id KEY"),
            In(
                "rehearse",
                "rehearse needs no KMS key; use --key-spec and --region",
            ),
            In("key add", "the file names its KMS key: remove the option"),
            In("key list", "to show one key, run: byok key describe KEY"),
            In(
                "generate",
                "key material is not bound to a KMS key: remove the option",
            ),
        ],
    },
    ForeignOption {
        words: "p password passwd pass passphrase passin pin password-file pass-file \
                passwordfile passphrasefile passphrase-stdin password-stdin storepass keypass \
                srcstorepass srckeypass store-password key-password",
        tips: &[
            With(
                "passphrase-fd",
                "a passphrase is never an argument: use --passphrase-file FILE or --passphrase-fd \
                 N, or run byok at a terminal",
            ),
            With(
                "passphrase-file",
                "a passphrase is never an argument: use --passphrase-file FILE",
            ),
            Any("this command reads no passphrase: remove the option"),
        ],
    },
    ForeignOption {
        words: "srcalias key-alias keyalias friendly-name friendlyname",
        tips: &[With(
            "alias",
            "to select a key in a key store, use --alias NAME",
        )],
    },
    ForeignOption {
        words: "storetype store-type srcstoretype keystore-type",
        tips: &[With(
            "material",
            "byok recognises the type of a key store: remove the option",
        )],
    },
    ForeignOption {
        words: "alg algo algorithm wrap-algorithm wrap-alg wrapping-alg wrapping-algo wrapping \
                encryption-algorithm encryption-algorithm-spec padding pkeyopt oaep mechanism \
                wrapping-method",
        tips: &[
            With(
                "wrapping-algorithm",
                "use --wrapping-algorithm, as in --wrapping-algorithm RSAES_OAEP_SHA_256",
            ),
            With(
                "key-spec",
                "to name the key spec, use --key-spec, as in --key-spec RSA_2048",
            ),
        ],
    },
    ForeignOption {
        words: "hash md digest mgf mgf1 mgf1-hash oaep-hash oaep-md",
        tips: &[With(
            "wrapping-algorithm",
            "the name of the wrapping algorithm contains the hash, as in --wrapping-algorithm \
             RSAES_OAEP_SHA_256",
        )],
    },
    ForeignOption {
        words: "wrapping-key-spec wrapping-spec wrapping-key-type wrap-key-spec \
                wrapping-key-size wrapping-size",
        tips: &[
            With(
                "wrapping-key-spec",
                "use --wrapping-key-spec, as in --wrapping-key-spec RSA_4096",
            ),
            In("wrap", WRAPPING_KEY_SPEC),
            In("verify", WRAPPING_KEY_SPEC),
        ],
    },
    ForeignOption {
        words: "wrapping-key wrapping-public-key pubin pubkey public-key-file public",
        tips: &[
            With(
                "public-key",
                "--params FILE contains the wrapping key; for separate files, use --public-key \
                 FILE and --import-token FILE",
            ),
            With(
                "wrapping-key-spec",
                "to name the wrapping key spec, use --wrapping-key-spec, as in \
                 --wrapping-key-spec RSA_4096",
            ),
            With(
                "compare",
                "name the file without an option: byok public-key FILE",
            ),
        ],
    },
    ForeignOption {
        words: "customer-master-key-spec spec type key-type kind size bits length key-size \
                key-length curve number-of-bytes keyspec t b",
        tips: &[With(
            "key-spec",
            "to name the type and size of a key, use --key-spec, as in --key-spec RSA_2048",
        )],
    },
    ForeignOption {
        words: "usage purpose",
        tips: &[With(
            "key-usage",
            "to name the key usage, use --key-usage, as in --key-usage SIGN_VERIFY",
        )],
    },
    ForeignOption {
        words: "origin",
        tips: &[In(
            "key create",
            "keys of a rehearsal have the origin EXTERNAL: remove --origin",
        )],
    },
    ForeignOption {
        words: "policy tags bypass-policy-lockout-safety-check tag",
        tips: &[In(
            "key create",
            "only byok serve keeps key policies and tags: remove the option",
        )],
    },
    ForeignOption {
        words: "token import-token-file token-file",
        tips: &[
            With(
                "import-token",
                "to name the import token, use --import-token FILE",
            ),
            With(
                "import-token-out",
                "to write the import token, use --import-token-out FILE",
            ),
        ],
    },
    ForeignOption {
        words: "param parameters import-parameters params-file parameters-file",
        tips: &[
            With(
                "params",
                "to name the output of get-parameters-for-import, use --params FILE",
            ),
            In(
                "rehearse",
                "rehearse creates its own import parameters: remove the option",
            ),
        ],
    },
    ForeignOption {
        words: "blob wrapped wrapped-key wrapped-key-material ciphertext ciphertext-blob \
                encrypted encrypted-key encrypted-material",
        tips: &[With(
            "encrypted-key-material",
            "to name the wrapped material, use --encrypted-key-material FILE",
        )],
    },
    ForeignOption {
        words: "request import-key-material import-file cli-input-json cli-input-yaml",
        tips: &[
            With(
                "import-request",
                "to name the request that wrap wrote, use --import-request FILE",
            ),
            With(
                "params",
                "to name the output of get-parameters-for-import, use --params FILE",
            ),
            With(
                "cli-input-json",
                "to name the request, use --cli-input-json FILE",
            ),
        ],
    },
    ForeignOption {
        words: "cli-binary-format cli-auto-prompt cli-connect-timeout cli-read-timeout color \
                debug no-cli-auto-prompt no-cli-pager no-paginate no-sign-request no-verify-ssl \
                ca-bundle endpoint-url profile verify-ssl generate-cli-skeleton",
        tips: &[
            In("serve", AWS_CLI),
            Any("byok never calls AWS: remove this option of the AWS CLI"),
        ],
    },
    ForeignOption {
        words: "query jq",
        tips: &[
            In("serve", AWS_CLI),
            Any(
                "byok prints its complete answer: for a program that selects from it, use \
                 --output json",
            ),
        ],
    },
    ForeignOption {
        words: "json output-format o-format as-json text fmt",
        tips: &[Any(
            "for the output format, use --output text or --output json",
        )],
    },
    ForeignOption {
        words: "format form inform outform encoding material-encoding hex base64 raw pem der",
        tips: &[
            With("format", "for the format of the written file, use --format"),
            With(
                "material-format",
                "for the encoding of raw key material, use --material-format raw, hex or base64; \
                 byok recognises the encoding of private keys",
            ),
            Any("for the output format, use --output text or --output json"),
        ],
    },
    ForeignOption {
        words: "verbose v vv trace log-level",
        tips: &[Any(
            "byok prints all its notes on standard error: remove the option",
        )],
    },
    ForeignOption {
        words: "silent s no-warnings",
        tips: &[Any("to print only warnings and errors, use -q or --quiet")],
    },
    ForeignOption {
        words: "overwrite clobber replace y assume-yes no-prompt",
        tips: &[Any(
            "byok keeps an output file that exists: name another file with -o FILE",
        )],
    },
    ForeignOption {
        words: "dry-run dryrun n check simulate",
        tips: &[In(
            "wrap",
            "to check whether AWS KMS would accept the material, without writing a file, run: \
             byok rehearse MATERIAL",
        )],
    },
    ForeignOption {
        words: "rehearse test emulate",
        tips: &[With(
            "rehearsal",
            "for the parameters of a rehearsal, use --rehearsal",
        )],
    },
    ForeignOption {
        words: "time now date clock when timestamp",
        tips: &[Any(
            "to set the time, use --at TIME with RFC 3339 or epoch seconds",
        )],
    },
    ForeignOption {
        words: "expires expiry expire expiration expiration-date ttl valid-until expires-at \
                not-after",
        tips: &[
            With(
                "valid-to",
                "to let the material expire, use --valid-to TIME",
            ),
            In(
                "params",
                "import parameters are valid for 24 hours: remove the option",
            ),
        ],
    },
    ForeignOption {
        words: "description desc comment label name alias alias-name",
        tips: &[
            With(
                "key-material-description",
                "to describe the material, use --key-material-description TEXT",
            ),
            With("description", "to describe the key, use --description TEXT"),
        ],
    },
    ForeignOption {
        words: "store-dir state-dir state home data-dir db",
        tips: &[
            With(
                "store",
                "to name the folder of rehearsed keys, use --store DIR",
            ),
            Any("this command needs no store of rehearsed keys: remove the option"),
        ],
    },
    ForeignOption {
        words: "region aws-region r target-region dest-region",
        tips: &[
            With(
                "replica-region",
                "to name the Region of the replica, use --replica-region REGION",
            ),
            With(
                "region",
                "to name the Region of a key ID, use --region REGION",
            ),
            With(
                "key-id",
                "the key ARN contains the Region: remove the option",
            ),
            Any("this command needs no Region: remove the option"),
        ],
    },
    ForeignOption {
        words: "account account-id aws-account-id",
        tips: &[
            With(
                "account-id",
                "to name the account of a key ID, use --account-id ACCOUNT",
            ),
            Any("the key ARN contains the account: remove the option"),
        ],
    },
    ForeignOption {
        words: "public-key-output pubout public-key-output-file wrapping-key-out pub",
        tips: &[
            With(
                "public-key-out",
                "to write the wrapping public key, use --public-key-out FILE",
            ),
            With(
                "key-spec",
                "to print the public key of a key, run: byok public-key FILE",
            ),
        ],
    },
    ForeignOption {
        words: "expected-wrapping-key fingerprint wrapping-key-sha256 sha256 expect-fingerprint \
                verify-wrapping-key",
        tips: &[
            With(
                "expect-wrapping-key",
                "for the wrapping key, use --expect-wrapping-key HEX; for the key material, use \
                 --expect-material FINGERPRINT",
            ),
            With(
                "expect-material",
                "for the key material, use --expect-material FINGERPRINT",
            ),
        ],
    },
];
