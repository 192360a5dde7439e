# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_byok_global_optspecs
    string join \n q/quiet output= o/output-file= force at= h/help V/version
end

function __fish_byok_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_byok_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_byok_using_subcommand
    set -l cmd (__fish_byok_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c byok -n "__fish_byok_needs_command" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_needs_command" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_needs_command" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_needs_command" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_needs_command" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_needs_command" -s V -l version -d 'Print version'
complete -c byok -n "__fish_byok_needs_command" -f -a "params" -d 'Issue rehearsal import parameters, like get-parameters-for-import'
complete -c byok -n "__fish_byok_needs_command" -f -a "wrap" -d 'Wrap key material for import parameters, and write the ImportKeyMaterial request'
complete -c byok -n "__fish_byok_needs_command" -f -a "verify" -d 'Say how ImportKeyMaterial would answer a request, and why'
complete -c byok -n "__fish_byok_needs_command" -f -a "rehearse" -d 'Import a key in memory, and say whether AWS KMS would accept it'
complete -c byok -n "__fish_byok_needs_command" -f -a "generate" -d 'Generate key material, in the form that AWS KMS accepts'
complete -c byok -n "__fish_byok_needs_command" -f -a "inspect" -d 'Say what a file is: a request, a key, a token, wrapped key material'
complete -c byok -n "__fish_byok_needs_command" -f -a "public-key" -d 'Print the public key of key material, or the wrapping key of import parameters'
complete -c byok -n "__fish_byok_needs_command" -f -a "report" -d 'Render a JSON report again, as Markdown or as HTML'
complete -c byok -n "__fish_byok_needs_command" -f -a "batch" -d 'Run a command for each row of a manifest'
complete -c byok -n "__fish_byok_needs_command" -f -a "key" -d 'Create, describe and change the KMS keys of the rehearsal'
complete -c byok -n "__fish_byok_needs_command" -f -a "store" -d 'Show or destroy the folder of rehearsed keys'
complete -c byok -n "__fish_byok_needs_command" -f -a "serve" -d 'Answer like AWS KMS on this machine, for the AWS CLI, SDKs and scripts'
complete -c byok -n "__fish_byok_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c byok -n "__fish_byok_needs_command" -f -a "version" -d 'Print the version, the source commit and the SHA-256 of this program'
complete -c byok -n "__fish_byok_needs_command" -f -a "help" -d 'Print the help of a command, or explain a topic'
complete -c byok -n "__fish_byok_using_subcommand params" -l key-id -d 'The KMS key: a key ID or a key ARN' -r
complete -c byok -n "__fish_byok_using_subcommand params" -l wrapping-algorithm -d 'The wrapping algorithm' -r -f -a "RSAES_PKCS1_V1_5\t''
RSAES_OAEP_SHA_1\t''
RSAES_OAEP_SHA_256\t''
RSA_AES_KEY_WRAP_SHA_1\t''
RSA_AES_KEY_WRAP_SHA_256\t''
SM2PKE\t''"
complete -c byok -n "__fish_byok_using_subcommand params" -l wrapping-key-spec -d 'The wrapping key spec' -r -f -a "RSA_2048\t''
RSA_3072\t''
RSA_4096\t''
SM2\t''"
complete -c byok -n "__fish_byok_using_subcommand params" -l cli-input-json -d 'The request as JSON; the options above override its members' -r
complete -c byok -n "__fish_byok_using_subcommand params" -l key-spec -d 'Create the KMS key with this key spec if it is not in the store' -r -f -a "SYMMETRIC_DEFAULT\t''
RSA_2048\t''
RSA_3072\t''
RSA_4096\t''
ECC_NIST_P256\t''
ECC_NIST_P384\t''
ECC_NIST_P521\t''
ECC_SECG_P256K1\t''
ECC_NIST_EDWARDS25519\t''
HMAC_224\t''
HMAC_256\t''
HMAC_384\t''
HMAC_512\t''
SM2\t''
ML_DSA_44\t''
ML_DSA_65\t''
ML_DSA_87\t''
ML_KEM_512\t''
ML_KEM_768\t''
ML_KEM_1024\t''"
complete -c byok -n "__fish_byok_using_subcommand params" -l timestamp-format -d 'The format of ParametersValidTo' -r -f -a "wire\t'Epoch seconds, as on the wire and in AWS CLI v1'
iso8601\t'ISO 8601, as in AWS CLI v2'"
complete -c byok -n "__fish_byok_using_subcommand params" -l public-key-out -d 'Also write the wrapping public key: PEM if FILE ends in .pem, DER otherwise' -r -F
complete -c byok -n "__fish_byok_using_subcommand params" -l import-token-out -d 'Also write the import token' -r -F
complete -c byok -n "__fish_byok_using_subcommand params" -l region -d 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand params" -l account-id -d 'The account of a key ID without an ARN [default: 111122223333]' -r
complete -c byok -n "__fish_byok_using_subcommand params" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand params" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand params" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand params" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand params" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand params" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand params" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand wrap" -l material -d 'The same as MATERIAL' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l params -d 'The output of get-parameters-for-import, or the console\'s download: the ZIP file or its folder' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l public-key -d 'The wrapping public key in a separate file: DER or PEM' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l import-token -d 'The import token in a separate file' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l key-id -d 'The key ARN: needed if nothing else names the KMS key, otherwise checked' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l parameters-request -d 'The GetParametersForImport request in JSON: supplies the wrapping algorithm, and byok checks the rest' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l wrapping-algorithm -d 'The wrapping algorithm of the GetParametersForImport request' -r -f -a "RSAES_PKCS1_V1_5\t''
RSAES_OAEP_SHA_1\t''
RSAES_OAEP_SHA_256\t''
RSA_AES_KEY_WRAP_SHA_1\t''
RSA_AES_KEY_WRAP_SHA_256\t''
SM2PKE\t''"
complete -c byok -n "__fish_byok_using_subcommand wrap" -l key-spec -d 'The key spec of the KMS key' -r -f -a "SYMMETRIC_DEFAULT\t''
RSA_2048\t''
RSA_3072\t''
RSA_4096\t''
ECC_NIST_P256\t''
ECC_NIST_P384\t''
ECC_NIST_P521\t''
ECC_SECG_P256K1\t''
ECC_NIST_EDWARDS25519\t''
HMAC_224\t''
HMAC_256\t''
HMAC_384\t''
HMAC_512\t''
SM2\t''
ML_DSA_44\t''
ML_DSA_65\t''
ML_DSA_87\t''
ML_KEM_512\t''
ML_KEM_768\t''
ML_KEM_1024\t''"
complete -c byok -n "__fish_byok_using_subcommand wrap" -l describe-key -d 'The output of describe-key or create-key: supplies the key spec, and byok checks ARN and state' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l encrypted-key-material -d 'Material that an HSM wrapped, instead of MATERIAL' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l out-dir -d 'Write a folder with the blobs, the request, and import.sh, which runs the AWS CLI' -r -F
complete -c byok -n "__fish_byok_using_subcommand wrap" -l format -d 'What to write: the whole request, or only the wrapped key material' -r -f -a "json\t'The ImportKeyMaterial request'
binary\t'Only the wrapped key material'"
complete -c byok -n "__fish_byok_using_subcommand wrap" -l material-format -d 'The encoding of raw key material [default: raw]' -r -f -a "raw\t'Raw bytes'
hex\t'Hexadecimal digits'
base64\t'Base64'"
complete -c byok -n "__fish_byok_using_subcommand wrap" -l passphrase-file -d 'Read the passphrase of an encrypted key from the first line of FILE' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l passphrase-fd -d 'Read the passphrase of an encrypted key from the first line of file descriptor N' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l alias -d 'The alias of the key in a file that holds several' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l expect-wrapping-key -d 'The SHA-256 of the wrapping public key: the output of sha256sum WrappingPublicKey.bin' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l expect-material -d 'The fingerprint of the key material: SHA-256 of its public key, cmac:…, ecb:… or hmac:…' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l rehearsed -d 'A JSON report of a rehearsal of this import that passed' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l rehearsed-except -d 'What can differ from that rehearsal' -r -f -a "material\t'The key material: the rehearsal used a throwaway key'"
complete -c byok -n "__fish_byok_using_subcommand wrap" -l expiration-model -d 'The expiration model [default: KEY_MATERIAL_EXPIRES with --valid-to, else KEY_MATERIAL_DOES_NOT_EXPIRE]' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l valid-to -d 'The time when the material expires: RFC 3339, a date, or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l import-type -d 'NEW_KEY_MATERIAL or EXISTING_KEY_MATERIAL' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l key-material-description -d 'A description of the material' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l key-material-id -d 'The identifier of material that the KMS key has or had' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand wrap" -l report -d 'Write a report to a new file: HTML if FILE ends in .html, Markdown if in .md, JSON if in .json or without a suffix (can be repeated)' -r -F
complete -c byok -n "__fish_byok_using_subcommand wrap" -l note -d 'Add TEXT to the report (can be repeated)' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand wrap" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand wrap" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand wrap" -l rehearsal -d 'Accept only parameters of a rehearsal [also: BYOK_REHEARSAL=1]'
complete -c byok -n "__fish_byok_using_subcommand wrap" -l allow-weak -d 'Accept weak key material, for test fixtures'
complete -c byok -n "__fish_byok_using_subcommand wrap" -l trust-parameters -d 'Accept an unproven wrapping key, with a note and an entry in the report'
complete -c byok -n "__fish_byok_using_subcommand wrap" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand wrap" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand wrap" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand verify" -l dir -d 'The folder that wrap --out-dir wrote; byok compares its files with each other' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l import-request -d 'The ImportKeyMaterial request: the output of wrap' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l params -d 'The output of get-parameters-for-import, or the console\'s download: the ZIP file or its folder' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l public-key -d 'The wrapping public key in a separate file: DER or PEM' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l import-token -d 'The import token in a separate file' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l key-id -d 'The key ARN: needed if nothing else names the KMS key, otherwise checked' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l encrypted-key-material -d 'The wrapped key material' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l private-key -d 'Open with this wrapping private key (PKCS#8) instead of a token' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l wrapping-algorithm -d 'With --private-key: the wrapping algorithm' -r -f -a "RSAES_PKCS1_V1_5\t''
RSAES_OAEP_SHA_1\t''
RSAES_OAEP_SHA_256\t''
RSA_AES_KEY_WRAP_SHA_1\t''
RSA_AES_KEY_WRAP_SHA_256\t''
SM2PKE\t''"
complete -c byok -n "__fish_byok_using_subcommand verify" -l key-spec -d 'With --private-key: the key spec of the KMS key' -r -f -a "SYMMETRIC_DEFAULT\t''
RSA_2048\t''
RSA_3072\t''
RSA_4096\t''
ECC_NIST_P256\t''
ECC_NIST_P384\t''
ECC_NIST_P521\t''
ECC_SECG_P256K1\t''
ECC_NIST_EDWARDS25519\t''
HMAC_224\t''
HMAC_256\t''
HMAC_384\t''
HMAC_512\t''
SM2\t''
ML_DSA_44\t''
ML_DSA_65\t''
ML_DSA_87\t''
ML_KEM_512\t''
ML_KEM_768\t''
ML_KEM_1024\t''"
complete -c byok -n "__fish_byok_using_subcommand verify" -l material -d 'The expected material' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l material-format -d 'The encoding of raw key material [default: raw]' -r -f -a "raw\t'Raw bytes'
hex\t'Hexadecimal digits'
base64\t'Base64'"
complete -c byok -n "__fish_byok_using_subcommand verify" -l passphrase-file -d 'Read the passphrase of an encrypted key from the first line of FILE' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l passphrase-fd -d 'Read the passphrase of an encrypted key from the first line of file descriptor N' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l alias -d 'The alias of the key in a file that holds several' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l expect-public-key -d 'The public key of the expected material: PEM, DER, certificate or the output of get-public-key' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l expect-material -d 'The fingerprint of the expected material' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l against -d 'A JSON report of wrap: the files must be the ones that wrap wrote' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l region -d 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l account-id -d 'The account of a key ID without an ARN [default: 111122223333]' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand verify" -l report -d 'Write a report to a new file: HTML if FILE ends in .html, Markdown if in .md, JSON if in .json or without a suffix (can be repeated)' -r -F
complete -c byok -n "__fish_byok_using_subcommand verify" -l note -d 'Add TEXT to the report (can be repeated)' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand verify" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand verify" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand verify" -l import -d 'Record the import in the store if every expectation is met: the key then has this material'
complete -c byok -n "__fish_byok_using_subcommand verify" -l structure -d 'Exit with 0 if every check that can be made offline passes'
complete -c byok -n "__fish_byok_using_subcommand verify" -l no-diagnosis -d 'Print only the answer of AWS KMS; use it when you verify blobs from others'
complete -c byok -n "__fish_byok_using_subcommand verify" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand verify" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l material -d 'The same as MATERIAL' -r
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l key-spec -d 'The key spec; a private key names its own' -r -f -a "SYMMETRIC_DEFAULT\t''
RSA_2048\t''
RSA_3072\t''
RSA_4096\t''
ECC_NIST_P256\t''
ECC_NIST_P384\t''
ECC_NIST_P521\t''
ECC_SECG_P256K1\t''
ECC_NIST_EDWARDS25519\t''
HMAC_224\t''
HMAC_256\t''
HMAC_384\t''
HMAC_512\t''
SM2\t''
ML_DSA_44\t''
ML_DSA_65\t''
ML_DSA_87\t''
ML_KEM_512\t''
ML_KEM_768\t''
ML_KEM_1024\t''"
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l wrapping-algorithm -d 'The wrapping algorithm [default: the best that AWS KMS accepts for this key]' -r -f -a "RSAES_PKCS1_V1_5\t''
RSAES_OAEP_SHA_1\t''
RSAES_OAEP_SHA_256\t''
RSA_AES_KEY_WRAP_SHA_1\t''
RSA_AES_KEY_WRAP_SHA_256\t''
SM2PKE\t''"
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l wrapping-key-spec -d 'The wrapping key spec [default: RSA_4096; in China (cn-), SM2 for RSA keys]' -r -f -a "RSA_2048\t''
RSA_3072\t''
RSA_4096\t''
SM2\t''"
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l material-format -d 'The encoding of raw key material [default: raw]' -r -f -a "raw\t'Raw bytes'
hex\t'Hexadecimal digits'
base64\t'Base64'"
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l passphrase-file -d 'Read the passphrase of an encrypted key from the first line of FILE' -r
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l passphrase-fd -d 'Read the passphrase of an encrypted key from the first line of file descriptor N' -r
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l alias -d 'The alias of the key in a file that holds several' -r
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l region -d 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l account-id -d 'The account of a key ID without an ARN [default: 111122223333]' -r
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l report -d 'Write a report to a new file: HTML if FILE ends in .html, Markdown if in .md, JSON if in .json or without a suffix (can be repeated)' -r -F
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l note -d 'Add TEXT to the report (can be repeated)' -r
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand rehearse" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l allow-weak -d 'Accept weak key material, for test fixtures'
complete -c byok -n "__fish_byok_using_subcommand rehearse" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand rehearse" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand rehearse" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand generate" -l key-spec -d 'The key spec of the KMS key' -r -f -a "SYMMETRIC_DEFAULT\t''
RSA_2048\t''
RSA_3072\t''
RSA_4096\t''
ECC_NIST_P256\t''
ECC_NIST_P384\t''
ECC_NIST_P521\t''
ECC_SECG_P256K1\t''
ECC_NIST_EDWARDS25519\t''
HMAC_224\t''
HMAC_256\t''
HMAC_384\t''
HMAC_512\t''
SM2\t''
ML_DSA_44\t''
ML_DSA_65\t''
ML_DSA_87\t''
ML_KEM_512\t''
ML_KEM_768\t''
ML_KEM_1024\t''"
complete -c byok -n "__fish_byok_using_subcommand generate" -l format -d 'The file format [default: raw for symmetric and HMAC keys, der for key pairs]' -r -f -a "raw\t'The raw bytes of a symmetric or HMAC key'
pem\t'PKCS#8 of a key pair, as PEM'
der\t'PKCS#8 of a key pair, as DER'
hex\t'A symmetric or HMAC key as hex digits'"
complete -c byok -n "__fish_byok_using_subcommand generate" -l region -d 'The Region. In China (cn-), SYMMETRIC_DEFAULT keys have 16 bytes [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand generate" -l from-seed -d 'Derive the key from this secret of 16 bytes to 64 KiB: the same file makes the same key' -r
complete -c byok -n "__fish_byok_using_subcommand generate" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand generate" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand generate" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand generate" -l test-only -d 'Confirm that the key is for tests: the holder of the seed has the key'
complete -c byok -n "__fish_byok_using_subcommand generate" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand generate" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand generate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand inspect" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand inspect" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand inspect" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand inspect" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand inspect" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand inspect" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand public-key" -l material -d 'The same as FILE, for key material' -r
complete -c byok -n "__fish_byok_using_subcommand public-key" -l format -d 'The format of the public key [default: pem]' -r -f -a "pem\t'PEM'
der\t'SubjectPublicKeyInfo in DER, as get-public-key returns it'"
complete -c byok -n "__fish_byok_using_subcommand public-key" -l compare -d 'Compare with this public key: PEM, DER, certificate or the output of get-public-key' -r
complete -c byok -n "__fish_byok_using_subcommand public-key" -l material-format -d 'The encoding of raw key material [default: raw]' -r -f -a "raw\t'Raw bytes'
hex\t'Hexadecimal digits'
base64\t'Base64'"
complete -c byok -n "__fish_byok_using_subcommand public-key" -l passphrase-file -d 'Read the passphrase of an encrypted key from the first line of FILE' -r
complete -c byok -n "__fish_byok_using_subcommand public-key" -l passphrase-fd -d 'Read the passphrase of an encrypted key from the first line of file descriptor N' -r
complete -c byok -n "__fish_byok_using_subcommand public-key" -l alias -d 'The alias of the key in a file that holds several' -r
complete -c byok -n "__fish_byok_using_subcommand public-key" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand public-key" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand public-key" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand public-key" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand public-key" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand public-key" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand report" -l format -d 'The format of the report [default: that of the suffix of --output-file, or markdown]' -r -f -a "markdown\t'For people'
html\t'For people, to print on A4 paper'
json\t'As --report writes it'"
complete -c byok -n "__fish_byok_using_subcommand report" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand report" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand report" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand report" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand report" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand batch; and not __fish_seen_subcommand_from wrap rehearse verify generate params plan" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and not __fish_seen_subcommand_from wrap rehearse verify generate params plan" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and not __fish_seen_subcommand_from wrap rehearse verify generate params plan" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and not __fish_seen_subcommand_from wrap rehearse verify generate params plan" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand batch; and not __fish_seen_subcommand_from wrap rehearse verify generate params plan" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand batch; and not __fish_seen_subcommand_from wrap rehearse verify generate params plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand batch; and not __fish_seen_subcommand_from wrap rehearse verify generate params plan" -f -a "wrap" -d 'Wrap the key material of each row, and write the ImportKeyMaterial requests'
complete -c byok -n "__fish_byok_using_subcommand batch; and not __fish_seen_subcommand_from wrap rehearse verify generate params plan" -f -a "rehearse" -d 'Import the key of each row in memory, and say whether AWS KMS would accept it'
complete -c byok -n "__fish_byok_using_subcommand batch; and not __fish_seen_subcommand_from wrap rehearse verify generate params plan" -f -a "verify" -d 'Say how ImportKeyMaterial would answer the request of each row'
complete -c byok -n "__fish_byok_using_subcommand batch; and not __fish_seen_subcommand_from wrap rehearse verify generate params plan" -f -a "generate" -d 'Generate key material for each row, in a folder for each'
complete -c byok -n "__fish_byok_using_subcommand batch; and not __fish_seen_subcommand_from wrap rehearse verify generate params plan" -f -a "params" -d 'Issue rehearsal import parameters for each row'
complete -c byok -n "__fish_byok_using_subcommand batch; and not __fish_seen_subcommand_from wrap rehearse verify generate params plan" -f -a "plan" -d 'Write scripts that create the KMS keys, ask AWS KMS for their parameters, and import'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l out-dir -d 'Write a folder for each row into DIR; a later run skips the rows that are done' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l shard -d 'Do only shard I of N, from 0: contiguous rows. With env/N, I is the number of the array job' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l jobs -d 'The number of threads [default: the number of processors]' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l report -d 'Write a report to a new file: HTML if FILE ends in .html, Markdown if in .md, JSON if in .json or without a suffix (can be repeated)' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l note -d 'Add TEXT to the report (can be repeated)' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l params -d 'The output of get-parameters-for-import, or the console\'s download: the ZIP file or its folder' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l public-key -d 'The wrapping public key in a separate file: DER or PEM' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l import-token -d 'The import token in a separate file' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l key-id -d 'The key ARN: needed if nothing else names the KMS key, otherwise checked' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l parameters-request -d 'The GetParametersForImport request in JSON: supplies the wrapping algorithm, and byok checks the rest' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l wrapping-algorithm -d 'The wrapping algorithm of the GetParametersForImport request' -r -f -a "RSAES_PKCS1_V1_5\t''
RSAES_OAEP_SHA_1\t''
RSAES_OAEP_SHA_256\t''
RSA_AES_KEY_WRAP_SHA_1\t''
RSA_AES_KEY_WRAP_SHA_256\t''
SM2PKE\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l key-spec -d 'The key spec of the KMS key' -r -f -a "SYMMETRIC_DEFAULT\t''
RSA_2048\t''
RSA_3072\t''
RSA_4096\t''
ECC_NIST_P256\t''
ECC_NIST_P384\t''
ECC_NIST_P521\t''
ECC_SECG_P256K1\t''
ECC_NIST_EDWARDS25519\t''
HMAC_224\t''
HMAC_256\t''
HMAC_384\t''
HMAC_512\t''
SM2\t''
ML_DSA_44\t''
ML_DSA_65\t''
ML_DSA_87\t''
ML_KEM_512\t''
ML_KEM_768\t''
ML_KEM_1024\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l describe-key -d 'The output of describe-key or create-key: supplies the key spec, and byok checks ARN and state' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l material-format -d 'The encoding of raw key material [default: raw]' -r -f -a "raw\t'Raw bytes'
hex\t'Hexadecimal digits'
base64\t'Base64'"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l passphrase-file -d 'Read the passphrase of an encrypted key from the first line of FILE' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l alias -d 'The alias of the key in a file that holds several' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l expect-wrapping-key -d 'The SHA-256 of the wrapping public key: the output of sha256sum WrappingPublicKey.bin' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l expect-material -d 'The fingerprint of the key material: SHA-256 of its public key, cmac:…, ecb:… or hmac:…' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l rehearsed -d 'A JSON report of a rehearsal of this import that passed' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l rehearsed-except -d 'What can differ from that rehearsal' -r -f -a "material\t'The key material: the rehearsal used a throwaway key'"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l expiration-model -d 'The expiration model [default: KEY_MATERIAL_EXPIRES with --valid-to, else KEY_MATERIAL_DOES_NOT_EXPIRE]' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l valid-to -d 'The time when the material expires: RFC 3339, a date, or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l import-type -d 'NEW_KEY_MATERIAL or EXISTING_KEY_MATERIAL' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l key-material-description -d 'A description of the material' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l key-material-id -d 'The identifier of material that the KMS key has or had' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l dry-run -d 'Check the manifest. For wrap and rehearse also try each row, print the lines of those that fail, and keep no output'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l rehearsal -d 'Accept only parameters of a rehearsal [also: BYOK_REHEARSAL=1]'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l allow-weak -d 'Accept weak key material, for test fixtures'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l trust-parameters -d 'Accept an unproven wrapping key, with a note and an entry in the report'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from wrap" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l out-dir -d 'Write a folder for each row into DIR; a later run skips the rows that are done' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l shard -d 'Do only shard I of N, from 0: contiguous rows. With env/N, I is the number of the array job' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l jobs -d 'The number of threads [default: the number of processors]' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l report -d 'Write a report to a new file: HTML if FILE ends in .html, Markdown if in .md, JSON if in .json or without a suffix (can be repeated)' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l note -d 'Add TEXT to the report (can be repeated)' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l key-spec -d 'The key spec; a private key names its own' -r -f -a "SYMMETRIC_DEFAULT\t''
RSA_2048\t''
RSA_3072\t''
RSA_4096\t''
ECC_NIST_P256\t''
ECC_NIST_P384\t''
ECC_NIST_P521\t''
ECC_SECG_P256K1\t''
ECC_NIST_EDWARDS25519\t''
HMAC_224\t''
HMAC_256\t''
HMAC_384\t''
HMAC_512\t''
SM2\t''
ML_DSA_44\t''
ML_DSA_65\t''
ML_DSA_87\t''
ML_KEM_512\t''
ML_KEM_768\t''
ML_KEM_1024\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l wrapping-algorithm -d 'The wrapping algorithm [default: the best that AWS KMS accepts for this key]' -r -f -a "RSAES_PKCS1_V1_5\t''
RSAES_OAEP_SHA_1\t''
RSAES_OAEP_SHA_256\t''
RSA_AES_KEY_WRAP_SHA_1\t''
RSA_AES_KEY_WRAP_SHA_256\t''
SM2PKE\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l wrapping-key-spec -d 'The wrapping key spec [default: RSA_4096; in China (cn-), SM2 for RSA keys]' -r -f -a "RSA_2048\t''
RSA_3072\t''
RSA_4096\t''
SM2\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l material-format -d 'The encoding of raw key material [default: raw]' -r -f -a "raw\t'Raw bytes'
hex\t'Hexadecimal digits'
base64\t'Base64'"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l passphrase-file -d 'Read the passphrase of an encrypted key from the first line of FILE' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l alias -d 'The alias of the key in a file that holds several' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l region -d 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l account-id -d 'The account of a key ID without an ARN [default: 111122223333]' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l dry-run -d 'Check the manifest. For wrap and rehearse also try each row, print the lines of those that fail, and keep no output'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l allow-weak -d 'Accept weak key material, for test fixtures'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from rehearse" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l out-dir -d 'Write a folder for each row into DIR; a later run skips the rows that are done' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l shard -d 'Do only shard I of N, from 0: contiguous rows. With env/N, I is the number of the array job' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l jobs -d 'The number of threads [default: the number of processors]' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l report -d 'Write a report to a new file: HTML if FILE ends in .html, Markdown if in .md, JSON if in .json or without a suffix (can be repeated)' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l note -d 'Add TEXT to the report (can be repeated)' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l params -d 'The output of get-parameters-for-import, or the console\'s download: the ZIP file or its folder' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l public-key -d 'The wrapping public key in a separate file: DER or PEM' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l import-token -d 'The import token in a separate file' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l key-id -d 'The key ARN: needed if nothing else names the KMS key, otherwise checked' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l private-key -d 'Open with this wrapping private key (PKCS#8) instead of a token' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l wrapping-algorithm -d 'With --private-key: the wrapping algorithm' -r -f -a "RSAES_PKCS1_V1_5\t''
RSAES_OAEP_SHA_1\t''
RSAES_OAEP_SHA_256\t''
RSA_AES_KEY_WRAP_SHA_1\t''
RSA_AES_KEY_WRAP_SHA_256\t''
SM2PKE\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l key-spec -d 'With --private-key: the key spec of the KMS key' -r -f -a "SYMMETRIC_DEFAULT\t''
RSA_2048\t''
RSA_3072\t''
RSA_4096\t''
ECC_NIST_P256\t''
ECC_NIST_P384\t''
ECC_NIST_P521\t''
ECC_SECG_P256K1\t''
ECC_NIST_EDWARDS25519\t''
HMAC_224\t''
HMAC_256\t''
HMAC_384\t''
HMAC_512\t''
SM2\t''
ML_DSA_44\t''
ML_DSA_65\t''
ML_DSA_87\t''
ML_KEM_512\t''
ML_KEM_768\t''
ML_KEM_1024\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l material-format -d 'The encoding of raw key material [default: raw]' -r -f -a "raw\t'Raw bytes'
hex\t'Hexadecimal digits'
base64\t'Base64'"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l passphrase-file -d 'Read the passphrase of an encrypted key from the first line of FILE' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l alias -d 'The alias of the key in a file that holds several' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l expect-public-key -d 'The public key of the expected material: PEM, DER, certificate or the output of get-public-key' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l expect-material -d 'The fingerprint of the expected material' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l against -d 'A JSON report of wrap: the files must be the ones that wrap wrote' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l region -d 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l account-id -d 'The account of a key ID without an ARN [default: 111122223333]' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l dry-run -d 'Check the manifest. For wrap and rehearse also try each row, print the lines of those that fail, and keep no output'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l import -d 'Record the import in the store if every expectation is met: the key then has this material'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l structure -d 'Exit with 0 if every check that can be made offline passes'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l no-diagnosis -d 'Print only the answer of AWS KMS; use it when you verify blobs from others'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -l out-dir -d 'Write a folder for each row into DIR; a later run skips the rows that are done' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -l shard -d 'Do only shard I of N, from 0: contiguous rows. With env/N, I is the number of the array job' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -l jobs -d 'The number of threads [default: the number of processors]' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -l report -d 'Write a report to a new file: HTML if FILE ends in .html, Markdown if in .md, JSON if in .json or without a suffix (can be repeated)' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -l note -d 'Add TEXT to the report (can be repeated)' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -l key-spec -d 'The key spec of the KMS key' -r -f -a "SYMMETRIC_DEFAULT\t''
RSA_2048\t''
RSA_3072\t''
RSA_4096\t''
ECC_NIST_P256\t''
ECC_NIST_P384\t''
ECC_NIST_P521\t''
ECC_SECG_P256K1\t''
ECC_NIST_EDWARDS25519\t''
HMAC_224\t''
HMAC_256\t''
HMAC_384\t''
HMAC_512\t''
SM2\t''
ML_DSA_44\t''
ML_DSA_65\t''
ML_DSA_87\t''
ML_KEM_512\t''
ML_KEM_768\t''
ML_KEM_1024\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -l format -d 'The file format [default: raw for symmetric and HMAC keys, der for key pairs]' -r -f -a "raw\t'The raw bytes of a symmetric or HMAC key'
pem\t'PKCS#8 of a key pair, as PEM'
der\t'PKCS#8 of a key pair, as DER'
hex\t'A symmetric or HMAC key as hex digits'"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -l region -d 'The Region. In China (cn-), SYMMETRIC_DEFAULT keys have 16 bytes [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -l dry-run -d 'Check the manifest. For wrap and rehearse also try each row, print the lines of those that fail, and keep no output'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -l test-only -d 'Confirm that the key is for tests: the holder of the seed has the key'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from generate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l out-dir -d 'Write a folder for each row into DIR; a later run skips the rows that are done' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l shard -d 'Do only shard I of N, from 0: contiguous rows. With env/N, I is the number of the array job' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l jobs -d 'The number of threads [default: the number of processors]' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l report -d 'Write a report to a new file: HTML if FILE ends in .html, Markdown if in .md, JSON if in .json or without a suffix (can be repeated)' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l note -d 'Add TEXT to the report (can be repeated)' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l key-id -d 'The KMS key: a key ID or a key ARN' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l wrapping-algorithm -d 'The wrapping algorithm' -r -f -a "RSAES_PKCS1_V1_5\t''
RSAES_OAEP_SHA_1\t''
RSAES_OAEP_SHA_256\t''
RSA_AES_KEY_WRAP_SHA_1\t''
RSA_AES_KEY_WRAP_SHA_256\t''
SM2PKE\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l wrapping-key-spec -d 'The wrapping key spec' -r -f -a "RSA_2048\t''
RSA_3072\t''
RSA_4096\t''
SM2\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l cli-input-json -d 'The request as JSON; the options above override its members' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l key-spec -d 'Create the KMS key with this key spec if it is not in the store' -r -f -a "SYMMETRIC_DEFAULT\t''
RSA_2048\t''
RSA_3072\t''
RSA_4096\t''
ECC_NIST_P256\t''
ECC_NIST_P384\t''
ECC_NIST_P521\t''
ECC_SECG_P256K1\t''
ECC_NIST_EDWARDS25519\t''
HMAC_224\t''
HMAC_256\t''
HMAC_384\t''
HMAC_512\t''
SM2\t''
ML_DSA_44\t''
ML_DSA_65\t''
ML_DSA_87\t''
ML_KEM_512\t''
ML_KEM_768\t''
ML_KEM_1024\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l region -d 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l account-id -d 'The account of a key ID without an ARN [default: 111122223333]' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l dry-run -d 'Check the manifest. For wrap and rehearse also try each row, print the lines of those that fail, and keep no output'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from params" -s h -l help -d 'Print help'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from plan" -l out-dir -d 'Write the scripts into DIR' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from plan" -l region -d 'The Region of keys without an ARN' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from plan" -l account-id -d 'The account of every key' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from plan" -l key-spec -d 'The key spec of new keys [default: SYMMETRIC_DEFAULT]' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from plan" -l key-usage -d 'The key usage of new keys' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from plan" -l wrapping-algorithm -d 'The wrapping algorithm of GetParametersForImport' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from plan" -l wrapping-key-spec -d 'The wrapping key spec of GetParametersForImport' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from plan" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from plan" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from plan" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from plan" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from plan" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand batch; and __fish_seen_subcommand_from plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -f -a "create" -d 'Create a KMS key without key material, like create-key --origin EXTERNAL'
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -f -a "add" -d 'Add a real KMS key: the output of describe-key or create-key'
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -f -a "list" -d 'List the keys'
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -f -a "describe" -d 'Describe a key, like describe-key'
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -f -a "show" -d 'Show the history of a key: parameters, imports, deletions, rotations, and their times'
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -f -a "materials" -d 'List the key materials of a key, like list-key-rotations --include-key-material'
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -f -a "delete-material" -d 'Delete key material, like delete-imported-key-material'
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -f -a "rotate" -d 'Make the pending material current, like rotate-key-on-demand'
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -f -a "replicate" -d 'Create a replica of a multi-Region key, like replicate-key'
complete -c byok -n "__fish_byok_using_subcommand key; and not __fish_seen_subcommand_from create add list describe show materials delete-material rotate replicate set-state" -f -a "set-state" -d 'Set the state of a key, like enable-key, disable-key and others'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from create" -l key-spec -d 'The key spec' -r -f -a "SYMMETRIC_DEFAULT\t''
RSA_2048\t''
RSA_3072\t''
RSA_4096\t''
ECC_NIST_P256\t''
ECC_NIST_P384\t''
ECC_NIST_P521\t''
ECC_SECG_P256K1\t''
ECC_NIST_EDWARDS25519\t''
HMAC_224\t''
HMAC_256\t''
HMAC_384\t''
HMAC_512\t''
SM2\t''
ML_DSA_44\t''
ML_DSA_65\t''
ML_DSA_87\t''
ML_KEM_512\t''
ML_KEM_768\t''
ML_KEM_1024\t''"
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from create" -l key-usage -d 'The key usage [default: the first that the key spec permits]' -r -f -a "SIGN_VERIFY\t''
ENCRYPT_DECRYPT\t''
GENERATE_VERIFY_MAC\t''
KEY_AGREEMENT\t''
ENCAPSULATE_DECAPSULATE\t''"
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from create" -l description -d 'A description of the key' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from create" -l id -l key-id -d 'The key ID or key ARN, instead of a random key ID' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from create" -l region -d 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from create" -l account-id -d 'The account of a key ID without an ARN [default: 111122223333]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from create" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from create" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from create" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from create" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from create" -l multi-region -d 'Create a multi-Region primary key'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from create" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from add" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from add" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from add" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from add" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from add" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from list" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from list" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from list" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from list" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from list" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from describe" -l key-id -d 'The same as KEY' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from describe" -l region -d 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from describe" -l account-id -d 'The account of a key ID without an ARN [default: 111122223333]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from describe" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from describe" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from describe" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from describe" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from describe" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from describe" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from show" -l key-id -d 'The same as KEY' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from show" -l region -d 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from show" -l account-id -d 'The account of a key ID without an ARN [default: 111122223333]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from show" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from show" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from show" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from show" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from show" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from materials" -l key-id -d 'The same as KEY' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from materials" -l region -d 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from materials" -l account-id -d 'The account of a key ID without an ARN [default: 111122223333]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from materials" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from materials" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from materials" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from materials" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from materials" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from materials" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from materials" -s h -l help -d 'Print help'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from delete-material" -l key-id -d 'The same as KEY' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from delete-material" -l region -d 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from delete-material" -l account-id -d 'The account of a key ID without an ARN [default: 111122223333]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from delete-material" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from delete-material" -l key-material-id -d 'The material of a symmetric key to delete [default: the current one]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from delete-material" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from delete-material" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from delete-material" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from delete-material" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from delete-material" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from delete-material" -s h -l help -d 'Print help'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from rotate" -l key-id -d 'The same as KEY' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from rotate" -l region -d 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from rotate" -l account-id -d 'The account of a key ID without an ARN [default: 111122223333]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from rotate" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from rotate" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from rotate" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from rotate" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from rotate" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from rotate" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from rotate" -s h -l help -d 'Print help'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from replicate" -l key-id -d 'The same as KEY' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from replicate" -l region -d 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from replicate" -l account-id -d 'The account of a key ID without an ARN [default: 111122223333]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from replicate" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from replicate" -l replica-region -d 'The Region of the replica' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from replicate" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from replicate" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from replicate" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from replicate" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from replicate" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from replicate" -s h -l help -d 'Print help'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from set-state" -l key-id -d 'The same as KEY' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from set-state" -l region -d 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from set-state" -l account-id -d 'The account of a key ID without an ARN [default: 111122223333]' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from set-state" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from set-state" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from set-state" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from set-state" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from set-state" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from set-state" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand key; and __fish_seen_subcommand_from set-state" -s h -l help -d 'Print help'
complete -c byok -n "__fish_byok_using_subcommand store; and not __fish_seen_subcommand_from path destroy" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand store; and not __fish_seen_subcommand_from path destroy" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand store; and not __fish_seen_subcommand_from path destroy" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand store; and not __fish_seen_subcommand_from path destroy" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand store; and not __fish_seen_subcommand_from path destroy" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand store; and not __fish_seen_subcommand_from path destroy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand store; and not __fish_seen_subcommand_from path destroy" -f -a "path" -d 'Print the path of the folder'
complete -c byok -n "__fish_byok_using_subcommand store; and not __fish_seen_subcommand_from path destroy" -f -a "destroy" -d 'Destroy every rehearsed key and the root secret; no token of this store can be opened after that'
complete -c byok -n "__fish_byok_using_subcommand store; and __fish_seen_subcommand_from path" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand store; and __fish_seen_subcommand_from path" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand store; and __fish_seen_subcommand_from path" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand store; and __fish_seen_subcommand_from path" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand store; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand store; and __fish_seen_subcommand_from path" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand store; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help'
complete -c byok -n "__fish_byok_using_subcommand store; and __fish_seen_subcommand_from destroy" -l store -d 'The folder of rehearsed keys [default: BYOK_STORE, then the platform\'s state folder]' -r -F
complete -c byok -n "__fish_byok_using_subcommand store; and __fish_seen_subcommand_from destroy" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand store; and __fish_seen_subcommand_from destroy" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand store; and __fish_seen_subcommand_from destroy" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand store; and __fish_seen_subcommand_from destroy" -l yes -d 'Confirm the destruction'
complete -c byok -n "__fish_byok_using_subcommand store; and __fish_seen_subcommand_from destroy" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand store; and __fish_seen_subcommand_from destroy" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand store; and __fish_seen_subcommand_from destroy" -s h -l help -d 'Print help'
complete -c byok -n "__fish_byok_using_subcommand serve" -l port -d 'The port on the loopback interface; 0 selects a free one' -r
complete -c byok -n "__fish_byok_using_subcommand serve" -l ready-file -d 'Write the shell lines to a new file once requests are answered, and remove it on exit' -r -F
complete -c byok -n "__fish_byok_using_subcommand serve" -l store -d 'Use this folder of rehearsed keys; without it, keys stay in memory' -r -F
complete -c byok -n "__fish_byok_using_subcommand serve" -l profile -d 'Give COMMAND a profile of this name, besides those that you have (can be repeated)' -r
complete -c byok -n "__fish_byok_using_subcommand serve" -l clock-offset -d 'Set the clock forward or back by a time span, such as 90s, 5m, 25h or -1d' -r
complete -c byok -n "__fish_byok_using_subcommand serve" -l fail -d 'Fail an operation, always or the first COUNT times' -r
complete -c byok -n "__fish_byok_using_subcommand serve" -l consistency-delay -d 'Hide a new key for this time span' -r
complete -c byok -n "__fish_byok_using_subcommand serve" -l region -d 'The Region that COMMAND finds [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]' -r
complete -c byok -n "__fish_byok_using_subcommand serve" -l account-id -d 'The account that the keys belong to [default: 111122223333]' -r
complete -c byok -n "__fish_byok_using_subcommand serve" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand serve" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand serve" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand serve" -l diagnose -d 'Log the reason of a refusal if AWS\'s answer gives none'
complete -c byok -n "__fish_byok_using_subcommand serve" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand serve" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand completions" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand completions" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand completions" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand completions" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand completions" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand version" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand version" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand version" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand version" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand version" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c byok -n "__fish_byok_using_subcommand help" -l output -d 'The format of the answer and of errors' -r -f -a "text\t''
json\t''"
complete -c byok -n "__fish_byok_using_subcommand help" -s o -l output-file -d 'Write the answer to a new file instead of standard output' -r -F
complete -c byok -n "__fish_byok_using_subcommand help" -l at -d 'Use TIME as the current time: RFC 3339 or epoch seconds' -r
complete -c byok -n "__fish_byok_using_subcommand help" -s q -l quiet -d 'Print only warnings and errors'
complete -c byok -n "__fish_byok_using_subcommand help" -l force -d 'Replace existing output files'
complete -c byok -n "__fish_byok_using_subcommand help" -s h -l help -d 'Print help (see more with \'--help\')'
