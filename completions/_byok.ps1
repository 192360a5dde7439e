
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'byok' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'byok'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'byok' {
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('params', 'params', [CompletionResultType]::ParameterValue, 'Issue rehearsal import parameters, like get-parameters-for-import')
            [CompletionResult]::new('wrap', 'wrap', [CompletionResultType]::ParameterValue, 'Wrap key material for import parameters, and write the ImportKeyMaterial request')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Say how ImportKeyMaterial would answer a request, and why')
            [CompletionResult]::new('rehearse', 'rehearse', [CompletionResultType]::ParameterValue, 'Import a key in memory, and say whether AWS KMS would accept it')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Generate key material, in the form that AWS KMS accepts')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Say what a file is: a request, a key, a token, wrapped key material')
            [CompletionResult]::new('public-key', 'public-key', [CompletionResultType]::ParameterValue, 'Print the public key of key material, or the wrapping key of import parameters')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Render a JSON report again, as Markdown or as HTML')
            [CompletionResult]::new('key', 'key', [CompletionResultType]::ParameterValue, 'Create, describe and change the KMS keys of the rehearsal')
            [CompletionResult]::new('store', 'store', [CompletionResultType]::ParameterValue, 'Show or destroy the folder of rehearsed keys')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Answer like AWS KMS on this machine, for the AWS CLI, SDKs and scripts')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('version', 'version', [CompletionResultType]::ParameterValue, 'Print the version, the source commit and the SHA-256 of this program')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print the help of a command, or explain a topic')
            break
        }
        'byok;params' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The KMS key: a key ID or a key ARN')
            [CompletionResult]::new('--wrapping-algorithm', '--wrapping-algorithm', [CompletionResultType]::ParameterName, 'The wrapping algorithm')
            [CompletionResult]::new('--wrapping-key-spec', '--wrapping-key-spec', [CompletionResultType]::ParameterName, 'The wrapping key spec')
            [CompletionResult]::new('--cli-input-json', '--cli-input-json', [CompletionResultType]::ParameterName, 'The request as JSON; the options above override its members')
            [CompletionResult]::new('--key-spec', '--key-spec', [CompletionResultType]::ParameterName, 'Create the KMS key with this key spec if it is not in the store')
            [CompletionResult]::new('--timestamp-format', '--timestamp-format', [CompletionResultType]::ParameterName, 'The format of ParametersValidTo')
            [CompletionResult]::new('--public-key-out', '--public-key-out', [CompletionResultType]::ParameterName, 'Also write the wrapping public key: PEM if FILE ends in .pem, DER otherwise')
            [CompletionResult]::new('--import-token-out', '--import-token-out', [CompletionResultType]::ParameterName, 'Also write the import token')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a key ID without an ARN [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;wrap' {
            [CompletionResult]::new('--material', '--material', [CompletionResultType]::ParameterName, 'The same as MATERIAL')
            [CompletionResult]::new('--params', '--params', [CompletionResultType]::ParameterName, 'The output of get-parameters-for-import, or the console''s download: the ZIP file or its folder')
            [CompletionResult]::new('--public-key', '--public-key', [CompletionResultType]::ParameterName, 'The wrapping public key in a separate file: DER or PEM')
            [CompletionResult]::new('--import-token', '--import-token', [CompletionResultType]::ParameterName, 'The import token in a separate file')
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The key ARN: needed if nothing else names the KMS key, otherwise checked')
            [CompletionResult]::new('--parameters-request', '--parameters-request', [CompletionResultType]::ParameterName, 'The GetParametersForImport request in JSON: supplies the wrapping algorithm, and byok checks the rest')
            [CompletionResult]::new('--wrapping-algorithm', '--wrapping-algorithm', [CompletionResultType]::ParameterName, 'The wrapping algorithm of the GetParametersForImport request')
            [CompletionResult]::new('--key-spec', '--key-spec', [CompletionResultType]::ParameterName, 'The key spec of the KMS key')
            [CompletionResult]::new('--describe-key', '--describe-key', [CompletionResultType]::ParameterName, 'The output of describe-key or create-key: supplies the key spec, and byok checks ARN and state')
            [CompletionResult]::new('--encrypted-key-material', '--encrypted-key-material', [CompletionResultType]::ParameterName, 'Material that an HSM wrapped, instead of MATERIAL')
            [CompletionResult]::new('--out-dir', '--out-dir', [CompletionResultType]::ParameterName, 'Write a folder with the blobs, the request, and import.sh, which runs the AWS CLI')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What to write: the whole request, or only the wrapped key material')
            [CompletionResult]::new('--material-format', '--material-format', [CompletionResultType]::ParameterName, 'The encoding of raw key material [default: raw]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase of an encrypted key from the first line of FILE')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the passphrase of an encrypted key from the first line of file descriptor N')
            [CompletionResult]::new('--alias', '--alias', [CompletionResultType]::ParameterName, 'The alias of the key in a file that holds several')
            [CompletionResult]::new('--expect-wrapping-key', '--expect-wrapping-key', [CompletionResultType]::ParameterName, 'The SHA-256 of the wrapping public key: the output of sha256sum WrappingPublicKey.bin')
            [CompletionResult]::new('--expect-material', '--expect-material', [CompletionResultType]::ParameterName, 'The fingerprint of the key material: SHA-256 of its public key, cmac:…, ecb:… or hmac:…')
            [CompletionResult]::new('--rehearsed', '--rehearsed', [CompletionResultType]::ParameterName, 'A JSON report of a rehearsal of this import that passed')
            [CompletionResult]::new('--rehearsed-except', '--rehearsed-except', [CompletionResultType]::ParameterName, 'What can differ from that rehearsal')
            [CompletionResult]::new('--expiration-model', '--expiration-model', [CompletionResultType]::ParameterName, 'The expiration model [default: KEY_MATERIAL_EXPIRES with --valid-to, else KEY_MATERIAL_DOES_NOT_EXPIRE]')
            [CompletionResult]::new('--valid-to', '--valid-to', [CompletionResultType]::ParameterName, 'The time when the material expires: RFC 3339, a date, or epoch seconds')
            [CompletionResult]::new('--import-type', '--import-type', [CompletionResultType]::ParameterName, 'NEW_KEY_MATERIAL or EXISTING_KEY_MATERIAL')
            [CompletionResult]::new('--key-material-description', '--key-material-description', [CompletionResultType]::ParameterName, 'A description of the material')
            [CompletionResult]::new('--key-material-id', '--key-material-id', [CompletionResultType]::ParameterName, 'The identifier of material that the KMS key has or had')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write a report to a new file: HTML if FILE ends in .html, Markdown if in .md, JSON if in .json or without a suffix (can be repeated)')
            [CompletionResult]::new('--note', '--note', [CompletionResultType]::ParameterName, 'Add TEXT to the report (can be repeated)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('--rehearsal', '--rehearsal', [CompletionResultType]::ParameterName, 'Accept only parameters of a rehearsal [also: BYOK_REHEARSAL=1]')
            [CompletionResult]::new('--allow-weak', '--allow-weak', [CompletionResultType]::ParameterName, 'Accept weak key material, for test fixtures')
            [CompletionResult]::new('--trust-parameters', '--trust-parameters', [CompletionResultType]::ParameterName, 'Accept an unproven wrapping key, with a note and an entry in the report')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;verify' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'The folder that wrap --out-dir wrote; byok compares its files with each other')
            [CompletionResult]::new('--import-request', '--import-request', [CompletionResultType]::ParameterName, 'The ImportKeyMaterial request: the output of wrap')
            [CompletionResult]::new('--params', '--params', [CompletionResultType]::ParameterName, 'The output of get-parameters-for-import, or the console''s download: the ZIP file or its folder')
            [CompletionResult]::new('--public-key', '--public-key', [CompletionResultType]::ParameterName, 'The wrapping public key in a separate file: DER or PEM')
            [CompletionResult]::new('--import-token', '--import-token', [CompletionResultType]::ParameterName, 'The import token in a separate file')
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The key ARN: needed if nothing else names the KMS key, otherwise checked')
            [CompletionResult]::new('--encrypted-key-material', '--encrypted-key-material', [CompletionResultType]::ParameterName, 'The wrapped key material')
            [CompletionResult]::new('--private-key', '--private-key', [CompletionResultType]::ParameterName, 'Open with this wrapping private key (PKCS#8) instead of a token')
            [CompletionResult]::new('--wrapping-algorithm', '--wrapping-algorithm', [CompletionResultType]::ParameterName, 'With --private-key: the wrapping algorithm')
            [CompletionResult]::new('--key-spec', '--key-spec', [CompletionResultType]::ParameterName, 'With --private-key: the key spec of the KMS key')
            [CompletionResult]::new('--material', '--material', [CompletionResultType]::ParameterName, 'The expected material')
            [CompletionResult]::new('--material-format', '--material-format', [CompletionResultType]::ParameterName, 'The encoding of raw key material [default: raw]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase of an encrypted key from the first line of FILE')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the passphrase of an encrypted key from the first line of file descriptor N')
            [CompletionResult]::new('--alias', '--alias', [CompletionResultType]::ParameterName, 'The alias of the key in a file that holds several')
            [CompletionResult]::new('--expect-public-key', '--expect-public-key', [CompletionResultType]::ParameterName, 'The public key of the expected material: PEM, DER, certificate or the output of get-public-key')
            [CompletionResult]::new('--expect-material', '--expect-material', [CompletionResultType]::ParameterName, 'The fingerprint of the expected material')
            [CompletionResult]::new('--against', '--against', [CompletionResultType]::ParameterName, 'A JSON report of wrap: the files must be the ones that wrap wrote')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a key ID without an ARN [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write a report to a new file: HTML if FILE ends in .html, Markdown if in .md, JSON if in .json or without a suffix (can be repeated)')
            [CompletionResult]::new('--note', '--note', [CompletionResultType]::ParameterName, 'Add TEXT to the report (can be repeated)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('--import', '--import', [CompletionResultType]::ParameterName, 'Record the import in the store if every expectation is met: the key then has this material')
            [CompletionResult]::new('--structure', '--structure', [CompletionResultType]::ParameterName, 'Exit with 0 if every check that can be made offline passes')
            [CompletionResult]::new('--no-diagnosis', '--no-diagnosis', [CompletionResultType]::ParameterName, 'Print only the answer of AWS KMS; use it when you verify blobs from others')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;rehearse' {
            [CompletionResult]::new('--material', '--material', [CompletionResultType]::ParameterName, 'The same as MATERIAL')
            [CompletionResult]::new('--key-spec', '--key-spec', [CompletionResultType]::ParameterName, 'The key spec; a private key names its own')
            [CompletionResult]::new('--wrapping-algorithm', '--wrapping-algorithm', [CompletionResultType]::ParameterName, 'The wrapping algorithm [default: the best that AWS KMS accepts for this key]')
            [CompletionResult]::new('--wrapping-key-spec', '--wrapping-key-spec', [CompletionResultType]::ParameterName, 'The wrapping key spec [default: RSA_4096; in China (cn-), SM2 for RSA keys]')
            [CompletionResult]::new('--material-format', '--material-format', [CompletionResultType]::ParameterName, 'The encoding of raw key material [default: raw]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase of an encrypted key from the first line of FILE')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the passphrase of an encrypted key from the first line of file descriptor N')
            [CompletionResult]::new('--alias', '--alias', [CompletionResultType]::ParameterName, 'The alias of the key in a file that holds several')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a key ID without an ARN [default: 111122223333]')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write a report to a new file: HTML if FILE ends in .html, Markdown if in .md, JSON if in .json or without a suffix (can be repeated)')
            [CompletionResult]::new('--note', '--note', [CompletionResultType]::ParameterName, 'Add TEXT to the report (can be repeated)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('--allow-weak', '--allow-weak', [CompletionResultType]::ParameterName, 'Accept weak key material, for test fixtures')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;generate' {
            [CompletionResult]::new('--key-spec', '--key-spec', [CompletionResultType]::ParameterName, 'The key spec of the KMS key')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The file format [default: raw for symmetric and HMAC keys, der for key pairs]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region. In China (cn-), SYMMETRIC_DEFAULT keys have 16 bytes [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--from-seed', '--from-seed', [CompletionResultType]::ParameterName, 'Derive the key from this secret of 16 bytes to 64 KiB: the same file makes the same key')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('--test-only', '--test-only', [CompletionResultType]::ParameterName, 'Confirm that the key is for tests: the holder of the seed has the key')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;inspect' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;public-key' {
            [CompletionResult]::new('--material', '--material', [CompletionResultType]::ParameterName, 'The same as FILE, for key material')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The format of the public key [default: pem]')
            [CompletionResult]::new('--compare', '--compare', [CompletionResultType]::ParameterName, 'Compare with this public key: PEM, DER, certificate or the output of get-public-key')
            [CompletionResult]::new('--material-format', '--material-format', [CompletionResultType]::ParameterName, 'The encoding of raw key material [default: raw]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase of an encrypted key from the first line of FILE')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the passphrase of an encrypted key from the first line of file descriptor N')
            [CompletionResult]::new('--alias', '--alias', [CompletionResultType]::ParameterName, 'The alias of the key in a file that holds several')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;report' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The format of the report [default: that of the suffix of --output-file, or markdown]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;key' {
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create a KMS key without key material, like create-key --origin EXTERNAL')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add a real KMS key: the output of describe-key or create-key')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the keys')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Describe a key, like describe-key')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the history of a key: parameters, imports, deletions, rotations, and their times')
            [CompletionResult]::new('materials', 'materials', [CompletionResultType]::ParameterValue, 'List the key materials of a key, like list-key-rotations --include-key-material')
            [CompletionResult]::new('delete-material', 'delete-material', [CompletionResultType]::ParameterValue, 'Delete key material, like delete-imported-key-material')
            [CompletionResult]::new('rotate', 'rotate', [CompletionResultType]::ParameterValue, 'Make the pending material current, like rotate-key-on-demand')
            [CompletionResult]::new('replicate', 'replicate', [CompletionResultType]::ParameterValue, 'Create a replica of a multi-Region key, like replicate-key')
            [CompletionResult]::new('set-state', 'set-state', [CompletionResultType]::ParameterValue, 'Set the state of a key, like enable-key, disable-key and others')
            break
        }
        'byok;key;create' {
            [CompletionResult]::new('--key-spec', '--key-spec', [CompletionResultType]::ParameterName, 'The key spec')
            [CompletionResult]::new('--key-usage', '--key-usage', [CompletionResultType]::ParameterName, 'The key usage [default: the first that the key spec permits]')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'A description of the key')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'The key ID or key ARN, instead of a random key ID')
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The key ID or key ARN, instead of a random key ID')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a key ID without an ARN [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('--multi-region', '--multi-region', [CompletionResultType]::ParameterName, 'Create a multi-Region primary key')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;add' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;list' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;describe' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The same as KEY')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a key ID without an ARN [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;show' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The same as KEY')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a key ID without an ARN [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;materials' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The same as KEY')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a key ID without an ARN [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;delete-material' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The same as KEY')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a key ID without an ARN [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--key-material-id', '--key-material-id', [CompletionResultType]::ParameterName, 'The material of a symmetric key to delete [default: the current one]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;rotate' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The same as KEY')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a key ID without an ARN [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;replicate' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The same as KEY')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a key ID without an ARN [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--replica-region', '--replica-region', [CompletionResultType]::ParameterName, 'The Region of the replica')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;set-state' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The same as KEY')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a key ID without an ARN [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a key ID without an ARN [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;store' {
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the path of the folder')
            [CompletionResult]::new('destroy', 'destroy', [CompletionResultType]::ParameterValue, 'Destroy every rehearsed key and the root secret; no token of this store can be opened after that')
            break
        }
        'byok;store;path' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;store;destroy' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Confirm the destruction')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;serve' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port on the loopback interface; 0 selects a free one')
            [CompletionResult]::new('--ready-file', '--ready-file', [CompletionResultType]::ParameterName, 'Write the shell lines to a new file once requests are answered, and remove it on exit')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Use this folder of rehearsed keys; without it, keys stay in memory')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Give COMMAND a profile of this name, besides those that you have (can be repeated)')
            [CompletionResult]::new('--clock-offset', '--clock-offset', [CompletionResultType]::ParameterName, 'Set the clock forward or back by a time span, such as 90s, 5m, 25h or -1d')
            [CompletionResult]::new('--fail', '--fail', [CompletionResultType]::ParameterName, 'Fail an operation, always or the first COUNT times')
            [CompletionResult]::new('--consistency-delay', '--consistency-delay', [CompletionResultType]::ParameterName, 'Hide a new key for this time span')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region that COMMAND finds [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account that the keys belong to [default: 111122223333]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('--diagnose', '--diagnose', [CompletionResultType]::ParameterName, 'Log the reason of a refusal if AWS''s answer gives none')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;completions' {
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;version' {
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;help' {
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The format of the answer and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Use TIME as the current time: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing output files')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
