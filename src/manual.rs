//! What `--help` and the manual pages say after the options.
//!
//! A line in capitals at the margin is the heading of a section; the manual pages are made from
//! the same text.

use crate::exit::Exit;

mod topics;

pub(crate) use topics::Topic;

/// `byok`, with every exit status and its sentence.
pub(crate) fn root() -> String {
    let status = |exit: Exit| format!("    {:<4} {}\n", exit.code(), exit.sentence());
    ROOT.replace("{EXIT}", &Exit::ALL.map(status).concat())
}

const ROOT: &str = "\
EXAMPLES
    Would AWS KMS take this key?
        byok rehearse server.key

    The import itself, with parameters from AWS KMS:
        byok wrap --params params.json --wrapping-algorithm RSAES_OAEP_SHA_256 \\
            --key-spec ECC_NIST_P256 --expect-wrapping-key SHA256 --out-dir import server.key

TOPICS
    byok help TOPIC explains one: assumptions, ceremony, exit-status, formats.

EXIT STATUS
{EXIT}    128 plus the number of a signal that ended it

FILES
    The store of rehearsed keys is a folder: --store, then BYOK_STORE, then
    $XDG_STATE_HOME/byok, then ~/.local/state/byok (on macOS
    ~/Library/Application Support/byok). In it, root holds 32 secret bytes, and
    keys/ACCOUNT/REGION/ID.json each key as describe-key prints it, with its history. The
    folder is made by key create, key add, params --key-spec and serve --store, for its owner
    alone. To all other commands a store that --store or BYOK_STORE names must exist; wrap
    only reads it, and only with --rehearsal. A store that other users can read or change is
    refused.
    Output files are new, readable by their owner alone, and whole or absent. A name that
    exists is not replaced without --force, and a symbolic link never; that is checked before
    any work is done. For --out-dir, nobody else may be able to replace files in the folder or
    in its parent: neither is a symbolic link, both belong to the user or to root, and not
    every user can write to them without a sticky bit.
    FILE is a path, - for standard input (once), or a path with file:// or fileb:// before it.
    generate, params, wrap and public-key end with status 4 before any work is done where the
    answer goes to standard output and nobody gets it: where it was closed before the program
    started (>&- in a shell), or is /dev/null open for reading and writing, which Python's
    subprocess.DEVNULL and Node's ignore give. >/dev/null in a shell is taken as meant. All other
    commands, and public-key --compare, do not look.

ENVIRONMENT
    BYOK_STORE                      the store
    BYOK_REHEARSAL                  1 stands for wrap --rehearsal
    AWS_REGION, AWS_DEFAULT_REGION  the Region of a bare key id, and of generate
    NO_COLOR, TERM                  whether stderr is coloured

KEY MATERIAL
    Symmetric and HMAC keys are the bytes of the file, every one of them, or what
    --material-format hex or base64 makes of it; nothing is guessed. An HMAC key may be
    longer than its hash, up to 128 bytes, with a warning; not if it looks like text or has the
    end of a line behind it, unless --material-format raw says that all of it is meant.
    Private keys say themselves what they are: PKCS#8 (version 1 and 2), PKCS#1 and SEC1, in
    DER, BER or PEM, with certificates beside them perhaps, of which the first must be the
    key's own; OpenSSH keys (RSA, ECDSA); JSON Web Keys (RSA, EC, oct). Encrypted PKCS#8
    (PBES2 with PBKDF2 of up to 10 million rounds or scrypt of up to 64 MiB, and AES-CBC) and
    encrypted OpenSSH keys are opened with --passphrase-file FILE, --passphrase-fd N, or at a
    prompt. A secp256k1 scalar, as Ethereum's tools hand it out, is read with --key-spec
    ECC_SECG_P256K1 --material-format raw or hex; its address is shown beside its fingerprint.
    Files are of 64 KiB at most.
    Every key becomes the same bytes, whatever form it came in: PKCS#8 version 1 in DER
    without attributes, rsaEncryption with NULL and two primes, or id-ecPublicKey with the
    named curve, and inside the scalar and the uncompressed public key. Every number of it is
    checked before; AWS KMS does not let go of what it has imported.
    Fingerprints: SHA-256 of the public key (SPKI, DER) for key pairs; for SYMMETRIC_DEFAULT
    the first three bytes of AES-CMAC over 16 zero bytes (cmac:), or of one zero block under
    AES, the older way (ecb:), in China of SM4-CMAC (sm4-cmac:); for HMAC keys the first three
    bytes of the key's HMAC, with the hash of its key spec, over the text \"byok key check
    value\" (hmac:), which is this program's own.

REPORTS
    wrap, verify and rehearse keep a record with --report FILE: for people, in Markdown, if
    FILE ends in .md, and else in JSON, which inspect, wrap --rehearsed and verify --against
    read. It says what was run, when and with which program; for which KMS key, how, and
    under which wrapping key, with fingerprints; every file that was read or written, with
    its SHA-256; every check as passed, failed or not checked; every override. It has blanks
    for CloudTrail event ids, the KeyMaterialId and signatures; with blanks filled in, JSON is
    still read.
    The first line, or member, is EMULATED, or PRODUCTION WRAP where the import token bears no
    mark of a rehearsal. Secrets are named and nothing more, and so is a file that may be one:
    wrapped key material that does not look wrapped, or a token that is not built like one.
    KeyUsage is unknown unless --describe-key or the store tells it. Moments are those of the
    local clock, which nobody verified, with --at too.
    The report is written before what it speaks of, and goes again if that cannot be written.
    verify and rehearse report a no as well as a yes; wrap reports what it wrapped. Reports
    are not signed. Their own SHA-256 is a note, for a log on paper.

SECURITY
    Secrets are read from files, pipes or a prompt, never from arguments or variables. They
    are wiped after use, the process leaves no core dump and cannot be traced by others of
    the same user, but memory can still be swapped out: turn swap off, or encrypt it.
    A rehearsal's parameters are opened by the store that issued them. Treat what was wrapped
    for a rehearsal as the key itself.
    The --rehearsal interlock guards against mistakes, not against attackers. Nothing that
    AWS KMS answers is signed: whoever replaces the wrapping key can decrypt the key material.
    wrap warns of a wrapping key that nothing proves; see byok wrap --help.

ASSUMPTIONS
    AWS's texts are word for word where they were recorded. These are inferred or those of an
    emulator: that ValidTo cannot be specified with KEY_MATERIAL_DOES_NOT_EXPIRE, that it
    must be in the future, \"is pending replica deletion.\", \"is unavailable.\", the texts for
    combinations other than SYMMETRIC_DEFAULT with RSA_AES_KEY_WRAP_*, and for several faults
    at once. Where no text is known, none is printed.
    RSAES_PKCS1_V1_5 and key specs that AWS KMS does not import (ML_DSA_*,
    ECC_NIST_EDWARDS25519) are answered with UnsupportedOperationException. ImportType,
    KeyMaterialDescription and KeyMaterialId on other than symmetric keys are answered with
    ValidationException. The one-time AES key of RSA_AES_KEY_WRAP_* has 256 bits; whether
    AWS KMS takes others is not known, and they are refused. A token can be used again after a
    success.
    Nothing of the China Regions was seen: their enum sets and combinations are those of the
    Developer Guide's edition for China; SYMMETRIC_DEFAULT is SM4, 16 bytes; SM2PKE is GM/T
    0003.4 with the DER of GM/T 0009, SEQUENCE { INTEGER x, INTEGER y, OCTET STRING C3, OCTET
    STRING C2 }, its integers as short as they can be, of up to 6144 bytes in all, and no other
    encoding is taken. Whatever does not open is answered with InvalidCiphertextException, and
    with \"Invalid encrypted key size.\" below 45 bytes, which no ciphertext has. The wrapping
    key is an SPKI with id-ecPublicKey, the curve 1.2.156.10197.1.301 and the point
    uncompressed. SM2 keys are PKCS#8 like other EC keys, their scalar in 1..n-2.
    Of the life of a key, AWS does not say all: an import into a disabled key is accepted, and
    leaves it disabled; a key that waits for its material can be replicated; new material that
    waits for a rotation is forgotten when it is deleted or expires, and can be imported anew
    meanwhile. A material that the key has not had, on a replica one that its primary has not,
    is answered with IncorrectKeyMaterialException; new material on a replica, a rotation of a
    replica, of other than symmetric keys, and a replica of other than a primary key with
    UnsupportedOperationException; a rotation that replicas are not ready for with
    KMSInvalidStateException; an unknown material to delete with NotFoundException; the 26th
    rotation with LimitExceededException. A KeyMaterialId of AWS cannot be computed: those of a
    rehearsal differ from AWS's and from store to store.
    verify takes these, and warns that nobody has seen AWS KMS take them: up to 7 zero bytes
    after a PKCS#8 key, as SoftHSM leaves them inside AES-KWP; an EC key without its public
    key; PKCS#8 version 2 or with attributes; HMAC keys that are longer than their hash. A
    curve that is written out is refused, as AWS documents.
    Nothing shows that AWS KMS takes an RSA public exponent of 34 to 256 bits, or can use such
    a key: wrap refuses it without --allow-weak, verify and rehearse leave it undecided, and
    serve refuses its import with IncorrectKeyMaterialException.";

/// `byok help`.
pub(crate) const HELP: &str = "\
EXAMPLES
    byok help wrap
    byok help key create
    byok help exit-status

TOPICS
    assumptions  what byok assumes of AWS KMS where AWS documents nothing
    ceremony     the steps of an import on two machines
    exit-status  what each exit status means
    formats      the forms of files that are read";

/// `byok params`.
pub(crate) const PARAMS: &str = "\
EXAMPLES
    Make a key on the way, and keep the parameters:
        byok params --key-id 1234abcd-12ab-34cd-56ef-1234567890ab --key-spec ECC_NIST_P256 \\
            --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_4096 -o params.json

    Answer the API's own JSON:
        byok params --cli-input-json request.json";

/// `byok wrap`.
pub(crate) const WRAP: &str = "\
EXAMPLES
    With parameters from AWS KMS, a folder for the machine that talks to AWS:
        byok wrap --params params.json --wrapping-algorithm RSA_AES_KEY_WRAP_SHA_256 \\
            --describe-key key.json --expect-wrapping-key SHA256 --out-dir import server.key

    With the console's download, unpacked, and the wrapping key compared over the phone:
        byok wrap --params Import_Parameters/ --key-id ARN --expect-wrapping-key 91c4... \\
            --wrapping-algorithm RSAES_OAEP_SHA_256 --key-spec SYMMETRIC_DEFAULT \\
            -o request.json key.bin

    What an HSM has wrapped:
        byok wrap --params params.json --wrapping-algorithm RSA_AES_KEY_WRAP_SHA_256 \\
            --key-spec RSA_4096 --expect-wrapping-key SHA256 \\
            --encrypted-key-material blob.bin --out-dir import

    For a rehearsal:
        byok wrap --rehearsal --params params.json --wrapping-algorithm RSAES_OAEP_SHA_256 \\
            --key-spec SYMMETRIC_DEFAULT -o request.json key.bin

    Only what was rehearsed, with a report:
        byok rehearse server.key --report rehearsal.json
        byok wrap --rehearsed rehearsal.json --params params.json \\
            --wrapping-algorithm RSAES_OAEP_SHA_256 --describe-key key.json \\
            --expect-wrapping-key SHA256 --report import/report.md --out-dir import server.key

PROOF OF THE WRAPPING KEY
    wrap warns if nothing proves that the wrapping key is the one that was issued. These prove it:
    --expect-wrapping-key with its SHA-256, taken on the machine that asked AWS KMS and carried
    another way than the parameters; in a rehearsal also a store that opens the import token (--store,
    BYOK_STORE or the default folder), and a report for --rehearsed that names the same wrapping
    key. Where there is no second way to carry the SHA-256, as in some pipelines,
    --trust-parameters turns the warning into a note, and the report says \"trusted, not proven\".
    Parameters whose token seals another wrapping key are refused.

IMPORT TOKENS
    A token that begins with the rehearsal mark is a rehearsal's, and wrap takes it only with
    --rehearsal. With 12 to 17 of the mark's 18 bytes in place, up to 3 bytes before or 8 after
    their place, or after a conversion to text, it is a damaged rehearsal token: wrap and verify
    end with status 6. Fewer than 18 bytes are no token (status 3). Any other token is taken for
    AWS KMS's; wrap warns if it does not have the one form that is known.

WHAT WAS REHEARSED
    --rehearsed takes the report, in JSON, of rehearse or of verify. Its verdict must be
    accepted with no check failed, and these must be the same there and here: Fingerprint,
    KeySpec, WrappingAlgorithm, WrappingKeySpec and ExpirationModel. Otherwise nothing is
    written, and the hints name all that differs. With --rehearsed-except material, the
    rehearsal may have been with other material: with a throwaway key, or where an HSM wrapped
    the material, which then cannot be seen. The report is trusted as it is.";

/// `byok verify`.
pub(crate) const VERIFY: &str = "\
EXAMPLES
    byok verify --import-request request.json
    byok verify --import-request request.json --material server.key
    byok verify --dir import --against report.json --structure
    byok verify --params params.json --encrypted-key-material blob.bin --expect-public-key hsm.pem
    byok verify --private-key sm2.pem --region cn-north-1 --wrapping-algorithm SM2PKE \\
        --key-spec RSA_2048 --encrypted-key-material blob.bin

ORDER OF CHECKS
    Parameters, key, state, token, expiry, length, decryption, material. The first that fails
    is the answer. AWS documents no order.

DIAGNOSIS
    AWS KMS gives no reason for InvalidCiphertextException, for IncorrectKeyMaterialException
    and for \"Invalid encrypted key size.\" Here the wrapping private key is at hand, so the blob
    is opened in every way in which people are known to make it, and what differs from the
    prescribed way is told: as hints, and with --output json as names and sentences in
    Diagnosis, outermost first. Nothing is guessed: each cause was seen, in the blob's bytes or
    behind a decryption. AWS's answer and the exit status stay as they are.
    byok checks for the following, in order: the import token as base64 or hex; a blob without
    bytes; a transfer file of Azure Key Vault; the blob as JSON, an import token, a public key,
    or key material that nothing wraps; as base64, hex, PEM or UTF-16, or as bytes that were
    converted from Latin-1 to UTF-8, three deep; bytes that a text decoder replaced; its RSA
    block with bytes before or after it, without its leading zero byte, with one too many, at
    the end, reversed, after a header of up to 64 bytes; in the block RSAES-OAEP with the SHA-1
    and SHA-2 hashes for label and MGF1 each, with a label, PKCS #1 v1.5, zeros for padding; in
    that an AES key of 128, 192 or 256 bits, written as hex or base64 or with a newline; under
    it AES-KWP, AES-KW, either in pieces or with another initial value, AES-GCM, AES-ECB,
    AES-CBC; and what all that holds, as text, with a byte order mark, a newline, zeros, with
    converted line ends, in another form, for another kind of key. Under an SM2 key: raw C1C3C2
    and C1C2C3, with 04 in front or without; DER with C2 before C3, with integers that DER
    writes otherwise, with bytes after it; and what that holds. If nothing opens, byok tries the
    blob with its line ends converted back, and up to 64 other parameter sets of the store. If
    no cause is found, byok says so. One random block in 131,072 looks like PKCS #1 v1.5 padding;
    that cause is named last.
    A token of AWS KMS can only be opened there: of its blob is told what the bytes show.
    Who sends in a blob of somebody else must not learn more than AWS KMS would tell: with
    --no-diagnosis all blobs of the right length that do not open get one answer, byte for byte,
    and nothing is said of what was wrapped.
    The names in Diagnosis: EncodedToken, EmptyBlob, AzureTransferFile, JsonDocument,
    ImportToken, PublicKey, UnwrappedKeyMaterial, Base64Text, Base64Twice, HexText, PemText,
    Utf16Text, Utf8Conversion, NewlineConversion, ReplacementCharacters, PowerShellText,
    TrailingNewline, Extended, Truncated,
    Sm2Ciphertext, Sm2Raw, Sm2RawC1C3C2, Sm2RawC1C2C3, Sm2Integers, Sm2PartsSwapped,
    LeadingZeroLost, LeadingZeroAdded, LittleEndian, OtherParameterSet, HalvesSwapped,
    RsaesOaepForRsaAesKeyWrap, RsaAesKeyWrapForRsaesOaep, OtherHash, OtherMgf1Hash, OaepLabel,
    Pkcs1V15Padding, NoPadding, AesKeyLength, AesKeyForm, NoAesKey, Rfc3394, InitialValue,
    KeyWrapInPieces, AesEcb, AesCbc, AesGcm, SecondHalfHeader, SecondHalfDoesNotOpen,
    SecondHalfMissing, Unexplained; and MaterialLength, MaterialPem and others that begin so, for what was wrapped.

A FOLDER
    --dir takes the folder that wrap --out-dir wrote. The wrapped key material and the import
    token must equal those of the request. byok writes import.sh again, with the times in its
    header, and compares; a script that another version of byok wrote is not checked (status
    5). A file that differs, is missing or is no regular file is an expectation that does not
    hold (status 6), and so is another entry that is executable or named *.sh. Any other entry
    is a note. Verify the folder on the machine that imports: whoever can write to the folder
    can change it after the check.

AGAINST A REPORT
    --against takes the report, in JSON, of the wrap in question, and compares what is at
    hand: the file of the request, byte by byte, and its options; KeyId, ImportToken and
    EncryptedKeyMaterial; the wrapping key, where --params brings it. With --dir, every file
    that the report lists is compared by its SHA-256, import.sh included, whatever version
    wrote it. What differs is an expectation that does not hold (status 6).

WITHOUT AWS KMS
    Only AWS KMS can open its own import tokens, so the verdict stays undecided (status 5).
    With --structure the status is 0 if every check passed that the files allow. A request
    alone allows two: that the import token has a form that AWS's tokens have, and that some
    algorithm under some wrapping key makes the length of the blob. A length that none makes
    is refused (status 1), a token of unknown form stays undecided (status 5), because AWS may
    change the form, and a damaged rehearsal token is status 6. Each check is passed, failed, or
    not checked, with the reason:
        byok verify --dir import --against report.json --structure";

/// `byok rehearse`.
pub(crate) const REHEARSE: &str = "\
EXAMPLES
    byok rehearse server.key
    byok rehearse --key-spec SYMMETRIC_DEFAULT key.bin
    openssl pkey -in encrypted.pem | byok rehearse -
    byok rehearse --key-spec RSA_2048
    byok rehearse --region cn-north-1 server.key";

/// `byok generate`.
pub(crate) const GENERATE: &str = "\
EXAMPLES
    An AES-256 key, and an EC key pair as PKCS#8:
        byok generate --key-spec SYMMETRIC_DEFAULT -o key.bin
        byok generate --key-spec ECC_NIST_P256 -o key.der

    A key pair for tests, the same one each time:
        byok generate --key-spec RSA_2048 --from-seed seed --test-only --format pem -o TEST-rsa.pem

TEST KEYS
    The same seed and key spec make the same key. HKDF-SHA-256 (RFC 5869) over the whole file,
    without salt and with the information \"byok test key v1 KEY_SPEC\", yields 32 bytes;
    ChaCha20 (RFC 8439) under them, with counter and nonce zero, is the only source of
    randomness. Raw keys are the beginning of its key stream. The scalar of an EC key is taken
    from it little-endian, as long as the order of the curve, until one is above zero and below
    the order. How the primes of RSA keys are drawn is this program's own.
    PEM begins with the line \"TEST KEY: derived from a seed, never use it in production\",
    which readers of PEM pass over; other formats have no room for it, and get a warning.";

/// `byok inspect`.
pub(crate) const INSPECT: &str = "\
EXAMPLES
    byok inspect params.json key.json server.key
    byok inspect Import_Parameters/
    byok inspect --output json blob.bin

ORDER OF TRIALS
    JSON by its members; a public key or a certificate; an import token; a private key, good or
    not; bytes of a length that raw keys have; bytes that look random, of a length that wrapped
    keys have. The first that fits is the answer. Bytes do not say what kind of key they are:
    every kind that their length fits is named.
    A token of a rehearsal is opened for its public facts if the store can; no store is made.
    Every file is described before a status other than 0 is returned: 3 if one is nothing that
    is known, 4 if one could not be read. A document with a fault and a key that AWS KMS would
    not take are known: the fault is said, and the status is 0.";

/// `byok public-key`.
pub(crate) const PUBLIC_KEY: &str = "\
EXAMPLES
    byok public-key server.key
    byok public-key --format der -o wrapping-key.der params.json
    aws kms get-public-key --key-id ID | byok public-key server.key --compare -

VERDICT
    With --compare the answer is one line and nothing else: \"same public key\" and status 0, or
    what differs and status 1. A public key is the same whatever form its point is in.";

/// `byok serve`.
#[cfg(feature = "serve")]
pub(crate) const SERVE: &str = "\
EXAMPLES
    Rehearse an import script as it is, and get its status:
        byok serve -- ./import.sh

    See whether it tries again, and what it does with an expired token:
        byok serve --fail ImportKeyMaterial=DependencyTimeoutException:2 -- ./import.sh
        byok serve --fail ImportKeyMaterial=ExpiredImportTokenException -- ./import.sh

    Start it beside other things, and end it:
        rm -f ready
        byok serve --ready-file ready & until [ -e ready ]; do sleep 0.1; done
        . ./ready
        aws kms list-keys
        kill $!

OPERATIONS
    CancelKeyDeletion, CreateKey (Origin EXTERNAL; AWS_KMS, for what AWS KMS refuses of such
    keys), Decrypt, DeleteImportedKeyMaterial, DescribeKey, DisableKey, EnableKey, Encrypt,
    GenerateDataKey, GenerateMac, GetKeyPolicy, GetKeyRotationStatus, GetParametersForImport,
    GetPublicKey, ImportKeyMaterial, ListKeyRotations, ListKeys, ListResourceTags, ReplicateKey,
    RotateKeyOnDemand, ScheduleKeyDeletion, Sign, TagResource, Verify, VerifyMac. Others are
    answered with UnknownOperationException.
    Every Region is served: the one that a request is signed for is the one that is asked.
    Signatures of requests are not checked, only that they have the form of Signature Version 4:
    there is no secret to check them with. Permissions, grants and quotas are not rehearsed; a
    key policy is kept and not looked at.
    Imported key material is held in memory, never written, and wiped when it is deleted or
    expires, or serve ends. Keys are in memory, too, or with --store in a folder that byok key
    knows; after a new start such a key answers KMSInternalException until its material is
    imported again, but for GetPublicKey, Verify and encryption under a public key.
    There may be 10,000 keys in all Regions together, and those in memory may be 64 MiB long, as JSON:
    tens of thousands of bytes each with 1,000 keys, 3 KiB each with 10,000. CreateKey and
    ReplicateKey are answered with LimitExceededException then, and at 68 MiB whatever would make a
    key longer. Imported key material comes on top, with 3 KiB at most for each.

WHAT COMMAND FINDS
    AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_KMS, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, credentials that
    AWS does not know, empty AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE,
    AWS_CREDENTIAL_PROFILES_FILE and BOTO_CONFIG, AWS_EC2_METADATA_DISABLED, AWS_REGION and
    AWS_DEFAULT_REGION, this machine in NO_PROXY and no_proxy, and BYOK_REHEARSAL.
    serve removes these variables, by name: AWS_PROFILE, AWS_SESSION_TOKEN, roles, web identities,
    container credentials, credentials that older SDKs read (also AMAZON_* and EC2_*), and any AWS_*
    with one of the words ACCESS, BEARER, CONTAINER, CREDENTIAL, ENDPOINT, IDENTITY, LOGIN, MFA,
    PASSWORD, PROFILE, ROLE, SECRET, SESSION, SSO or TOKEN in its name; and what an interpreter
    reads before its program: BASH_ENV, BUN_OPTIONS, DOTNET_STARTUP_HOOKS, IBM_JAVA_OPTIONS,
    JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS, LUA_INIT, NODE_OPTIONS, OPENJ9_JAVA_OPTIONS, PERL5OPT,
    PYTHONSTARTUP, RUBYOPT, _JAVA_OPTIONS. By value: any variable that holds the id of an access
    key (AKIA or ASIA and 16 characters), or sets a property of the AWS SDKs for Java (-Daws.,
    -Dcom.amazonaws., -Dsoftware.amazon.awssdk.). To give COMMAND one of them all the same, set it
    there: byok serve -- env NODE_OPTIONS=--max-old-space-size=4096 node import.js
    What slips past the endpoint fails for want of credentials. What is started in an environment of
    its own (by sudo, env -i, in a container), and a shell that reads a startup file which sets
    credentials (zsh always, others when interactive), is outside of this.
    Without COMMAND the same is printed as lines for a shell, with --output json as a document, and
    serve runs until SIGTERM, SIGINT or SIGHUP (on Linux not where nohup has SIGHUP ignored):
    requests that have begun have 5 seconds to end.
    COMMAND inherits the three standard streams, umask 077 and the limit of no core files. Where
    standard input is no terminal, it gets a process group of its own; on a terminal it stays in the
    group of serve, so that it can ask for a passphrase.
    When serve ends before COMMAND, by a signal or by SIGKILL, COMMAND and what it started are sent
    SIGTERM, and after 5 seconds SIGKILL. A second process of byok, rehearsal-supervisor in the list of
    processes, runs COMMAND and does this: it reads from a socket whose other end only serve holds. On
    Linux with /proc it ends every descendant of COMMAND but those with a session of their own
    (setsid); elsewhere the process group of COMMAND, and on a terminal COMMAND alone. If somebody
    kills the supervisor, serve ends the group and returns 137. What COMMAND leaves behind when it ends
    by itself goes on.
    --ready-file holds those lines once requests are answered, and goes in the end. It is locked
    meanwhile: one that a killed serve left behind is not, and is removed when the next begins. Any
    other file of that name is an error without --force.
    Exit status: that of COMMAND, 128 plus the number of the signal that ended it, or 128 plus the
    number of the signal that ended serve.

THE CLOCK AND TROUBLE
    --at and --clock-offset set the clock, which runs on from there. --fail takes any exception that
    AWS KMS answers with. With --consistency-delay a new key is NotFoundException for that long, as
    AWS KMS allows itself. With --diagnose the log says why an import was refused, and gives a reason
    for every other refusal that AWS words with no text; the answer never does.

THE LOG
    One line of JSON for each request on standard error: SchemaVersion, Time, RequestId, Operation,
    KeyId, Status, Exception, DurationMillis, and Diagnosis. Never a body. --quiet leaves it out.
    Requests do not wait for whoever reads it: 1,024 lines wait at most, others are dropped, and a
    line with Time and LinesDropped stands in their place. In the end, lines have a second.

WHO IS LET IN
    The loopback interface is listened on, and no other: 127.0.0.1, and ::1 of the same port where
    there is IPv6, as localhost may mean either. A --port that another program has of one of them is
    an error; 0 takes a port that is free for both. Host must be 127.0.0.1, localhost or [::1]
    with the port; requests with an Origin, or that a browser says come from a page, are refused, as
    are other methods, paths and content types. Content-Length is needed; Transfer-Encoding is
    refused. 64 connections, 16 KiB and 10 seconds for a head, 1 MiB and 30 seconds for a body. Of what
    follows a refusal, 8 MiB in 2 seconds are read and looked at by nobody, so that the refusal arrives.
    Wrapping keys are made on as many threads as there are processors; 16 requests wait, and others
    are answered with ThrottlingException at once.

THE CIPHERTEXT
    Encrypt and GenerateDataKey answer, for symmetric keys: 18 bytes whose base64 is
    BYOK/REHEARSAL/NOT/AWS//, the byte 0x43, the length of the key ARN in one byte, the ARN, the 32
    bytes of the KeyMaterialId, a nonce of 12 bytes, and ciphertext and tag (16 bytes) of AES-256-GCM,
    in China of SM4-GCM, under the key material itself. The additional authenticated data are all bytes before the nonce
    and then the encryption context: for each pair, in the order of the bytes of its key, key and
    value in UTF-8, each after its length in four bytes, big-endian. AWS's ciphertexts are built in
    another way. For RSA keys the ciphertext is one RSA block, as AWS's is.

WHAT IS ASSUMED
    The text for one key too many is that of AWS KMS in 2016.
    Members of a request that the API does not have are skipped, at any depth: AWS documents nothing,
    and readers that are made from its service model do so. A blob is base64 and nothing else. A text
    that does not match the pattern of the service model is answered with that pattern, as other
    constraints are.
    The texts for a KeyUsage that is missing or does not go with its KeySpec, for an operation or an
    algorithm that does not go with a key, for a plaintext that is too long for an RSA key, and for both KeySpec and
    CustomerMasterKeySpec are those of emulators. That GetKeyRotationStatus answers false for imported
    keys, and UnsupportedOperationException for other than symmetric ones; that ListKeyRotations and
    GetPublicKey refuse other kinds of keys with UnsupportedOperationException; that ECDSA signatures
    on secp256k1 have either s; that SM2DSA takes the identifier 1234567812345678 and writes DER; that
    SM2PKE encrypts up to 1024 bytes. ML-DSA, Ed25519, custom key stores and Recipient are not carried out; keys of Origin AWS_KMS encrypt and sign nothing.";

/// `byok key`.
pub(crate) const KEY: &str = "\
EXAMPLES
    byok key create --key-spec SYMMETRIC_DEFAULT
    aws kms describe-key --key-id ID | byok key add -
    byok key show ID

THE LIFE OF KEY MATERIAL
    The store keeps of each key what describe-key says, and an id of each material: an HMAC
    under a key derived from the root secret, never the material. byok verify --import records
    an import; at the moment of its --valid-to the material is gone, and the key waits for the
    same again. With --at, a year passes in a second. A key that byok key add brought with
    material takes any, since nobody here knows that material, and keeps to it from then on.
    Four stories for a shell, to be run one after the other. All of them import like this:
        now=2027-01-01T09:00:00Z
        import() { # KEY MATERIAL [OPTION OF WRAP]...
            key=$1 material=$2 && shift 2
            byok params --at $now --key-id $key --wrapping-algorithm RSAES_OAEP_SHA_256 \\
                --wrapping-key-spec RSA_2048 --force -o params.json
            byok wrap --at $now --rehearsal --params params.json --key-spec SYMMETRIC_DEFAULT \\
                --wrapping-algorithm RSAES_OAEP_SHA_256 --force -o request.json \"$@\" $material
            byok verify --at $now --import --import-request request.json
        }

    The first import. The key is Enabled afterwards:
        byok generate --key-spec SYMMETRIC_DEFAULT -o first.bin
        key=1234abcd-12ab-34cd-56ef-1234567890ab
        byok key create --at $now --key-spec SYMMETRIC_DEFAULT --id $key
        import $key first.bin
        byok key describe --at $now $key

    Expiry, and the same material again. Another would be refused:
        import $key first.bin --expiration-model KEY_MATERIAL_EXPIRES --valid-to 2027-07-01
        byok key describe --at 2027-07-01 $key
        now=2027-07-02T09:00:00Z
        import $key first.bin
        byok key show --at $now $key

    Rotation on demand. Both materials stay with the key for good:
        byok generate --key-spec SYMMETRIC_DEFAULT -o second.bin
        import $key second.bin --import-type NEW_KEY_MATERIAL
        byok key rotate --at $now $key
        byok key materials --at $now $key

    A multi-Region key. Each replica has parameters and an expiry of its own, and the same
    materials; a rotation waits until all have the new one:
        id=mrk-1234abcd12ab34cd56ef1234567890ab
        byok key create --at $now --key-spec SYMMETRIC_DEFAULT --multi-region --id $id
        byok key replicate --at $now $id --replica-region eu-west-1
        primary=arn:aws:kms:us-east-1:111122223333:key/$id
        replica=arn:aws:kms:eu-west-1:111122223333:key/$id
        import $primary first.bin
        import $replica first.bin
        import $primary second.bin --import-type NEW_KEY_MATERIAL
        import $replica second.bin --import-type EXISTING_KEY_MATERIAL
        byok key rotate --at $now $primary
        byok key materials --at $now $replica";

#[cfg(test)]
mod tests {
    #[cfg(feature = "serve")]
    #[test]
    fn the_manual_says_how_many_keys_there_may_be() {
        use byok_core::{key_store::MAX_MEMORY_LEN, trent_service::MAX_KEYS};
        assert_eq!((MAX_KEYS, MAX_MEMORY_LEN), (10_000, 64 << 20));
        assert!(super::SERVE.contains("There may be 10,000 keys"));
        assert!(super::SERVE.contains("may be 64 MiB long"));
    }

    #[test]
    fn the_manual_lists_every_exit_status() {
        let manual = super::root();
        assert!(manual.contains("\nEXIT STATUS\n    0    Done"), "{manual}");
        assert!(
            manual.contains("\n    70   A bug in byok\n    128 plus"),
            "{manual}"
        );
    }
}
