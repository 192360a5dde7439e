
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
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('params', 'params', [CompletionResultType]::ParameterValue, 'Issue rehearsal import parameters, as get-parameters-for-import does')
            [CompletionResult]::new('wrap', 'wrap', [CompletionResultType]::ParameterValue, 'Wrap key material for import parameters, and write the ImportKeyMaterial request')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Say what ImportKeyMaterial would say, and why')
            [CompletionResult]::new('rehearse', 'rehearse', [CompletionResultType]::ParameterValue, 'Run a whole import in memory: would AWS KMS take this key, wrapped this way?')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Make new key material, in the form that AWS KMS takes')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Say what a file is: a request, a key, a token, something wrapped')
            [CompletionResult]::new('public-key', 'public-key', [CompletionResultType]::ParameterValue, 'Print the public key of key material, or the wrapping key of import parameters')
            [CompletionResult]::new('key', 'key', [CompletionResultType]::ParameterValue, 'Make, describe and change the KMS keys of the rehearsal')
            [CompletionResult]::new('store', 'store', [CompletionResultType]::ParameterValue, 'Show or destroy the folder of rehearsed keys')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Answer as AWS KMS does, on this machine: for the AWS CLI, SDKs and scripts')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print the help of a command, or explain a topic')
            break
        }
        'byok;params' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The KMS key: a key id or a key ARN')
            [CompletionResult]::new('--wrapping-algorithm', '--wrapping-algorithm', [CompletionResultType]::ParameterName, 'How the key material will be wrapped')
            [CompletionResult]::new('--wrapping-key-spec', '--wrapping-key-spec', [CompletionResultType]::ParameterName, 'The kind of wrapping key')
            [CompletionResult]::new('--cli-input-json', '--cli-input-json', [CompletionResultType]::ParameterName, 'The request as JSON; the options above override its members')
            [CompletionResult]::new('--key-spec', '--key-spec', [CompletionResultType]::ParameterName, 'Create the KMS key if the store does not have it')
            [CompletionResult]::new('--timestamp-format', '--timestamp-format', [CompletionResultType]::ParameterName, 'How ParametersValidTo is written')
            [CompletionResult]::new('--public-key-out', '--public-key-out', [CompletionResultType]::ParameterName, 'Write the wrapping public key too: PEM if FILE ends in .pem, DER otherwise')
            [CompletionResult]::new('--import-token-out', '--import-token-out', [CompletionResultType]::ParameterName, 'Write the import token too')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a bare key id [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a bare key id [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;wrap' {
            [CompletionResult]::new('--material', '--material', [CompletionResultType]::ParameterName, 'The same as MATERIAL')
            [CompletionResult]::new('--params', '--params', [CompletionResultType]::ParameterName, 'The answer of get-parameters-for-import, or the folder that the console downloads')
            [CompletionResult]::new('--public-key', '--public-key', [CompletionResultType]::ParameterName, 'The wrapping public key, where it is a file of its own: DER or PEM')
            [CompletionResult]::new('--import-token', '--import-token', [CompletionResultType]::ParameterName, 'The import token, where it is a file of its own')
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The key ARN: needed with separate files, and otherwise a thing to check')
            [CompletionResult]::new('--parameters-request', '--parameters-request', [CompletionResultType]::ParameterName, 'The request that the parameters answer: KeyId, WrappingAlgorithm and WrappingKeySpec')
            [CompletionResult]::new('--wrapping-algorithm', '--wrapping-algorithm', [CompletionResultType]::ParameterName, 'How to wrap: what the parameters were asked for with')
            [CompletionResult]::new('--key-spec', '--key-spec', [CompletionResultType]::ParameterName, 'The kind of the KMS key')
            [CompletionResult]::new('--describe-key', '--describe-key', [CompletionResultType]::ParameterName, 'The output of describe-key or create-key: gives the key spec, and is checked')
            [CompletionResult]::new('--encrypted-key-material', '--encrypted-key-material', [CompletionResultType]::ParameterName, 'Material that an HSM has wrapped already, instead of MATERIAL')
            [CompletionResult]::new('--out-dir', '--out-dir', [CompletionResultType]::ParameterName, 'Write a folder with the blobs, the request, and import.sh, which runs the AWS CLI')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What the answer is')
            [CompletionResult]::new('--material-format', '--material-format', [CompletionResultType]::ParameterName, 'How raw key material is written [default: as it is]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'The passphrase of an encrypted key: the first line of FILE')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'The passphrase of an encrypted key: the first line that descriptor N yields')
            [CompletionResult]::new('--expect-wrapping-key', '--expect-wrapping-key', [CompletionResultType]::ParameterName, 'SHA-256 of the wrapping public key: what sha256sum WrappingPublicKey.bin prints')
            [CompletionResult]::new('--expect-material', '--expect-material', [CompletionResultType]::ParameterName, 'The fingerprint of the key material: SHA-256 of its public key, cmac:…, ecb:… or hmac:…')
            [CompletionResult]::new('--rehearsed', '--rehearsed', [CompletionResultType]::ParameterName, 'The report, in JSON, of a rehearsal of this import that passed')
            [CompletionResult]::new('--rehearsed-except', '--rehearsed-except', [CompletionResultType]::ParameterName, 'What that rehearsal may have had otherwise')
            [CompletionResult]::new('--expiration-model', '--expiration-model', [CompletionResultType]::ParameterName, 'Whether the material expires [default: KEY_MATERIAL_DOES_NOT_EXPIRE without --valid-to]')
            [CompletionResult]::new('--valid-to', '--valid-to', [CompletionResultType]::ParameterName, 'When the material expires')
            [CompletionResult]::new('--import-type', '--import-type', [CompletionResultType]::ParameterName, 'NEW_KEY_MATERIAL or EXISTING_KEY_MATERIAL')
            [CompletionResult]::new('--key-material-description', '--key-material-description', [CompletionResultType]::ParameterName, 'Your words for the material')
            [CompletionResult]::new('--key-material-id', '--key-material-id', [CompletionResultType]::ParameterName, 'The id of material that the KMS key has had')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write a report to a new file: Markdown if FILE ends in .md, JSON otherwise')
            [CompletionResult]::new('--note', '--note', [CompletionResultType]::ParameterName, 'Put your words into the report; any number of times')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('--rehearsal', '--rehearsal', [CompletionResultType]::ParameterName, 'The parameters are a rehearsal''s [also: BYOK_REHEARSAL=1]')
            [CompletionResult]::new('--allow-weak', '--allow-weak', [CompletionResultType]::ParameterName, 'Take key material that nobody should use, for test fixtures')
            [CompletionResult]::new('--trust-parameters', '--trust-parameters', [CompletionResultType]::ParameterName, 'Accept a wrapping key that nothing proves, with a note and an entry in the report')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;verify' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'The folder that wrap --out-dir wrote: its files are checked against each other')
            [CompletionResult]::new('--import-request', '--import-request', [CompletionResultType]::ParameterName, 'The ImportKeyMaterial request: what wrap answers')
            [CompletionResult]::new('--params', '--params', [CompletionResultType]::ParameterName, 'The answer of get-parameters-for-import, or the folder that the console downloads')
            [CompletionResult]::new('--public-key', '--public-key', [CompletionResultType]::ParameterName, 'The wrapping public key, where it is a file of its own: DER or PEM')
            [CompletionResult]::new('--import-token', '--import-token', [CompletionResultType]::ParameterName, 'The import token, where it is a file of its own')
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The key ARN: needed with separate files, and otherwise a thing to check')
            [CompletionResult]::new('--encrypted-key-material', '--encrypted-key-material', [CompletionResultType]::ParameterName, 'The wrapped key material')
            [CompletionResult]::new('--private-key', '--private-key', [CompletionResultType]::ParameterName, 'Open with this wrapping private key (PKCS#8) instead of a token')
            [CompletionResult]::new('--wrapping-algorithm', '--wrapping-algorithm', [CompletionResultType]::ParameterName, 'With --private-key: how the material was wrapped')
            [CompletionResult]::new('--key-spec', '--key-spec', [CompletionResultType]::ParameterName, 'With --private-key: the kind of KMS key that the material is for')
            [CompletionResult]::new('--material', '--material', [CompletionResultType]::ParameterName, 'The material that must be inside')
            [CompletionResult]::new('--material-format', '--material-format', [CompletionResultType]::ParameterName, 'How raw key material is written [default: as it is]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'The passphrase of an encrypted key: the first line of FILE')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'The passphrase of an encrypted key: the first line that descriptor N yields')
            [CompletionResult]::new('--expect-public-key', '--expect-public-key', [CompletionResultType]::ParameterName, 'The public key of the material that must be inside: PEM, DER, certificate or get-public-key')
            [CompletionResult]::new('--expect-material', '--expect-material', [CompletionResultType]::ParameterName, 'The fingerprint of the material that must be inside')
            [CompletionResult]::new('--against', '--against', [CompletionResultType]::ParameterName, 'A report of wrap, in JSON: the files must be those that it wrote')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a bare key id [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a bare key id [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write a report to a new file: Markdown if FILE ends in .md, JSON otherwise')
            [CompletionResult]::new('--note', '--note', [CompletionResultType]::ParameterName, 'Put your words into the report; any number of times')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('--import', '--import', [CompletionResultType]::ParameterName, 'Record the import in the store, if all that must hold does: the key then has this material')
            [CompletionResult]::new('--structure', '--structure', [CompletionResultType]::ParameterName, 'Exit with 0 if every check that the files allow without AWS KMS passes')
            [CompletionResult]::new('--no-diagnosis', '--no-diagnosis', [CompletionResultType]::ParameterName, 'Answer no more than AWS KMS does: for blobs that others bring')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;rehearse' {
            [CompletionResult]::new('--material', '--material', [CompletionResultType]::ParameterName, 'The same as MATERIAL')
            [CompletionResult]::new('--key-spec', '--key-spec', [CompletionResultType]::ParameterName, 'The kind of KMS key; read from the material if that is a private key')
            [CompletionResult]::new('--wrapping-algorithm', '--wrapping-algorithm', [CompletionResultType]::ParameterName, 'How to wrap [default: the best that AWS KMS takes for this key]')
            [CompletionResult]::new('--wrapping-key-spec', '--wrapping-key-spec', [CompletionResultType]::ParameterName, 'The kind of wrapping key [default: RSA_4096; in China, cn-, SM2 for RSA keys]')
            [CompletionResult]::new('--material-format', '--material-format', [CompletionResultType]::ParameterName, 'How raw key material is written [default: as it is]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'The passphrase of an encrypted key: the first line of FILE')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'The passphrase of an encrypted key: the first line that descriptor N yields')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a bare key id [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a bare key id [default: 111122223333]')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Write a report to a new file: Markdown if FILE ends in .md, JSON otherwise')
            [CompletionResult]::new('--note', '--note', [CompletionResultType]::ParameterName, 'Put your words into the report; any number of times')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('--allow-weak', '--allow-weak', [CompletionResultType]::ParameterName, 'Take key material that nobody should use, for test fixtures')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;generate' {
            [CompletionResult]::new('--key-spec', '--key-spec', [CompletionResultType]::ParameterName, 'The kind of KMS key')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the key is written [default: raw for symmetric and HMAC keys, der for key pairs]')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region; in China, cn-, SYMMETRIC_DEFAULT keys have 16 bytes [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--from-seed', '--from-seed', [CompletionResultType]::ParameterName, 'Derive the key from this secret, 16 bytes to 64 KiB: the same file makes the same key')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('--test-only', '--test-only', [CompletionResultType]::ParameterName, 'The key is for tests alone: whoever has the seed has the key')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;inspect' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;public-key' {
            [CompletionResult]::new('--material', '--material', [CompletionResultType]::ParameterName, 'The same as FILE, for key material')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the public key is written [default: pem]')
            [CompletionResult]::new('--compare', '--compare', [CompletionResultType]::ParameterName, 'Say whether it is this public key: PEM, DER, certificate or get-public-key')
            [CompletionResult]::new('--material-format', '--material-format', [CompletionResultType]::ParameterName, 'How raw key material is written [default: as it is]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'The passphrase of an encrypted key: the first line of FILE')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'The passphrase of an encrypted key: the first line that descriptor N yields')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;key' {
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Make a KMS key without key material, as create-key --origin EXTERNAL does')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add a real KMS key: the output of describe-key or create-key')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the keys')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Describe a key, as describe-key does')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Tell the story of a key: what was asked for, imported, deleted, rotated, and when')
            [CompletionResult]::new('materials', 'materials', [CompletionResultType]::ParameterValue, 'List the key materials of a key, as list-key-rotations --include-key-material does')
            [CompletionResult]::new('delete-material', 'delete-material', [CompletionResultType]::ParameterValue, 'Delete key material, as delete-imported-key-material does')
            [CompletionResult]::new('rotate', 'rotate', [CompletionResultType]::ParameterValue, 'Make the material that waits for it the current one, as rotate-key-on-demand does')
            [CompletionResult]::new('replicate', 'replicate', [CompletionResultType]::ParameterValue, 'Make a replica of a multi-Region key, as replicate-key does')
            [CompletionResult]::new('set-state', 'set-state', [CompletionResultType]::ParameterValue, 'Set the state of a key by hand, as enable-key, disable-key and others do')
            break
        }
        'byok;key;create' {
            [CompletionResult]::new('--key-spec', '--key-spec', [CompletionResultType]::ParameterName, 'The kind of key')
            [CompletionResult]::new('--key-usage', '--key-usage', [CompletionResultType]::ParameterName, 'What the key serves [default: the first that its key spec allows]')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'Your words for it')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'The key id, or key ARN, to use instead of a random one')
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The key id, or key ARN, to use instead of a random one')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a bare key id [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a bare key id [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('--multi-region', '--multi-region', [CompletionResultType]::ParameterName, 'Make a multi-Region primary key')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;add' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;list' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;describe' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The same as KEY')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a bare key id [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a bare key id [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;show' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The same as KEY')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a bare key id [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a bare key id [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;materials' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The same as KEY')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a bare key id [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a bare key id [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;delete-material' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The same as KEY')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a bare key id [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a bare key id [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--key-material-id', '--key-material-id', [CompletionResultType]::ParameterName, 'Which material of a symmetric key [default: the current one]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;rotate' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The same as KEY')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a bare key id [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a bare key id [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;replicate' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The same as KEY')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a bare key id [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a bare key id [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--replica-region', '--replica-region', [CompletionResultType]::ParameterName, 'The Region of the replica')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;key;set-state' {
            [CompletionResult]::new('--key-id', '--key-id', [CompletionResultType]::ParameterName, 'The same as KEY')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region of a bare key id [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account of a bare key id [default: 111122223333]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;store' {
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the folder of rehearsed keys')
            [CompletionResult]::new('destroy', 'destroy', [CompletionResultType]::ParameterValue, 'Destroy every rehearsed key and the root secret; no token of this store opens after that')
            break
        }
        'byok;store;path' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;store;destroy' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of rehearsed keys [default: BYOK_STORE, then the platform''s state folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Yes, destroy it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'byok;serve' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port on the loopback interface; 0 takes a free one')
            [CompletionResult]::new('--ready-file', '--ready-file', [CompletionResultType]::ParameterName, 'Write the lines for the shell to a new file, once requests are answered; it goes in the end')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Share this folder of rehearsed keys; without it, keys are in memory')
            [CompletionResult]::new('--clock-offset', '--clock-offset', [CompletionResultType]::ParameterName, 'Set the clock forward or back, by 90s, 5m, 25h or -1d')
            [CompletionResult]::new('--fail', '--fail', [CompletionResultType]::ParameterName, 'Fail an operation, always or the first COUNT times')
            [CompletionResult]::new('--consistency-delay', '--consistency-delay', [CompletionResultType]::ParameterName, 'Keep a new key from being found for so long')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The Region that COMMAND finds [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]')
            [CompletionResult]::new('--account-id', '--account-id', [CompletionResultType]::ParameterName, 'The account that the keys belong to [default: 111122223333]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('--diagnose', '--diagnose', [CompletionResultType]::ParameterName, 'Give the reason in the log where AWS''s answer gives none')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;completions' {
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'byok;help' {
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of the answer, and of errors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write the answer to a new file instead of standard output')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Do as if it were TIME: RFC 3339 or epoch seconds')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but warnings and errors')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace output files that exist')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
