//! The hints for a file of key material that is invalid.
//!
//! A hint for a conversion uses a pipe, so that no plaintext file of a private key is written.

use std::ops::RangeInclusive;

use byok_core::key_file::{Alias, Form, LikelyEncoding, MaterialFormat, MemberPath, ReadError};
use byok_core::key_material::{KeyMaterialError, MaterialError, RsaFault, Weakness, bare_len};
use byok_core::key_spec::{Family, KeySpec};
use byok_core::mangling::Mangling;

use crate::foreign_words::SM2_IN_CHINA;
use crate::nearest::nearest;
use crate::shell;

use super::foreign_hints::{
    extracted, of_encryption, of_form, of_jwk, of_open_ssh_encryption, of_other_form,
    of_store_encryption,
};
use super::java_hints;
use super::material_origin::MaterialOrigin;

/// Returns the hints for a file, the best one first.
pub(crate) fn material_hints(cause: &KeyMaterialError, origin: &MaterialOrigin) -> Vec<String> {
    match cause {
        KeyMaterialError::Read(cause) => of_read_error(cause, origin),
        KeyMaterialError::Material(cause) => of_material_error(cause, origin),
    }
}

/// Returns the hints for a file that yields no key, the best first.
fn of_read_error(cause: &ReadError, origin: &MaterialOrigin) -> Vec<String> {
    let file = origin.file();
    let pipe = |command: String| origin.pipe(&command);
    let hint = match cause {
        ReadError::KeySpecNeeded { len, looks_like } => {
            return key_spec_needed(*len, *looks_like, origin);
        }
        ReadError::Unsupported(form) => return of_form(*form, origin).into_iter().collect(),
        ReadError::NotPkcs8(format) => of_other_form(*format).to_owned(),
        ReadError::PassphraseNeeded => {
            "use --passphrase-file FILE or --passphrase-fd N, or run byok at a terminal".to_owned()
        }
        ReadError::Encryption {
            form: Form::OpenSsh,
            error,
        } => of_open_ssh_encryption(error, origin),
        ReadError::Encryption {
            form: Form::JavaKeyStore(_),
            error,
        } => return java_hints::of_encryption(error, origin),
        ReadError::Encryption {
            form: Form::Pkcs12,
            error,
        } => return of_store_encryption(error, origin).into_iter().collect(),
        ReadError::Encryption { error, .. } => {
            return of_encryption(error, origin).into_iter().collect();
        }
        ReadError::Jwk(error) => return of_jwk(error, origin).into_iter().collect(),
        ReadError::RsaXml(_) => {
            "export the key again in .NET, with RSA.ToXmlString(true) or RSA.ExportPkcs8PrivateKey()"
                .to_owned()
        }
        ReadError::WrappedInJson { path, is_url_safe } => format!(
            "the key is wrapped already: to extract it, run: {}; then check it with byok verify",
            blob_from_json(path, *is_url_safe, file)
        ),
        ReadError::Mangled(mangling) => of_mangling(*mangling, origin, None),
        ReadError::NotWrittenAs { format, looks_like } => {
            not_written_as(*format, *looks_like, origin)
        }
        ReadError::BareScalar(format) => {
            format!("if it is the scalar of an Ethereum key, use --material-format {format}")
        }
        ReadError::BareSeed(format) => {
            format!("if it is the seed of an Ed25519 key, use --material-format {format}")
        }
        ReadError::AliasNeeded(names) => {
            return alias(None, names, origin).into_iter().collect();
        }
        ReadError::UnknownAlias { wanted, known } if known.is_empty() => no_aliases(wanted),
        ReadError::UnknownAlias { wanted, known } => {
            return alias(Some(wanted), known, origin).into_iter().collect();
        }
        ReadError::TrailingBytes { .. } => {
            format!(
                "if the key is right, remove them: {}",
                pipe(format!("openssl pkey -in {file}"))
            )
        }
        ReadError::Unreadable { looks_like } => unreadable(*looks_like, origin),
        ReadError::DamagedPem => {
            "use a complete PEM block: from -----BEGIN to the dashes after END, with only base64 \
             between these lines"
                .to_owned()
        }
        ReadError::TwoCurves { .. } => {
            "export the key again from the program that made it; OpenSSL reads no such key either"
                .to_owned()
        }
        ReadError::TwoFiles {
            first, first_len, ..
        } if first.is_private_key() => format!(
            "to use the first file, run: {}",
            pipe(format!("head -c {first_len} {file}"))
        ),
        ReadError::TwoFiles { first_len, .. } => format!(
            "to use the second file, run: {}",
            pipe(format!("tail -c +{} {file}", first_len + 1))
        ),
        ReadError::RsaPss => format!(
            "an RSA_* key of AWS KMS supports PSS signatures too; to write the same key as \
             rsaEncryption, run: {}",
            pipe(format!(
                "openssl rsa -in {file} -traditional | sed s/RSA-PSS/RSA/"
            ))
        ),
        ReadError::Empty => {
            "if it came through a pipe, the command before wrote nothing: check its passphrase"
                .to_owned()
        }
        ReadError::Algorithm(_) | ReadError::Curve(_) => {
            "AWS KMS imports RSA keys, EC keys on P-256, P-384, P-521 and secp256k1, and Ed25519 \
             keys; in the China Regions also SM2 keys"
                .to_owned()
        }
        ReadError::SecretKeyAlgorithm(_) => {
            "AWS KMS imports AES-256 and HMAC keys; in the China Regions also SM4 keys".to_owned()
        }
        ReadError::NoKey(_) => {
            "use the file with the private key; a trust store has only certificates".to_owned()
        }
        ReadError::DamagedStore { .. } => {
            "if a transfer damaged the file, copy it again in binary mode".to_owned()
        }
        ReadError::ExplicitCurve => {
            "use a key on a named curve: AWS KMS accepts no other keys".to_owned()
        }
        ReadError::TooLong
        | ReadError::TooManyEntries { .. }
        | ReadError::Version { .. }
        | ReadError::NoCurve
        | ReadError::SeveralKeys(_)
        | ReadError::Malformed => {
            return vec![];
        }
    };
    vec![hint]
}

/// Returns the command that writes the wrapped key at `path` of a JSON document into a file.
pub(super) fn blob_from_json(path: &MemberPath, is_url_safe: bool, file: &str) -> String {
    let filter = if is_url_safe {
        format!(
            "{} | gsub(\"-\"; \"+\") | gsub(\"_\"; \"/\") | . + \"===\"[:(4 - length % 4) % 4]",
            path.as_str()
        )
    } else {
        path.as_str().to_owned()
    };
    format!(
        "jq -r {} {file} | base64 -d > EncryptedKeyMaterial.bin",
        shell::quoted(&filter)
    )
}

/// Returns the hints for a key that AWS KMS would not accept, the best first.
fn of_material_error(cause: &MaterialError, origin: &MaterialOrigin) -> Vec<String> {
    let file = origin.file();
    let pipe = |command: String| origin.pipe(&command);
    let hint = match cause {
        MaterialError::WrongLength {
            key_spec,
            len,
            expected,
            looks_like,
        } => wrong_length(*key_spec, *len, expected, *looks_like, origin),
        MaterialError::NotDecoded {
            key_spec,
            len,
            expected,
            looks_like,
        } => {
            return not_decoded(*key_spec, *len, expected, *looks_like, origin);
        }
        MaterialError::NoBareForm(_) => {
            "remove --material-format: it is for symmetric and HMAC keys, ECC_SECG_P256K1 scalars \
             and ECC_NIST_EDWARDS25519 seeds"
                .to_owned()
        }
        MaterialError::SymmetricKey => {
            "its octets are for a SYMMETRIC_DEFAULT or HMAC_* key: use --key-spec".to_owned()
        }
        MaterialError::OtherCertificate(Form::Pkcs12) => format!(
            "if the key is right, remove the certificates: {}",
            pipe(extracted("", origin))
        ),
        MaterialError::OtherCertificate(Form::JavaKeyStore(_)) => {
            "the first certificate of a key in a key store must belong to the key: use another copy \
             of the file"
                .to_owned()
        }
        MaterialError::OtherCertificate(_) => format!(
            "the first certificate must belong to the key; if the key is right, remove the \
             certificates: {}",
            pipe(format!("openssl pkey -in {file}"))
        ),
        MaterialError::ScalarLength { .. } => format!(
            "if leading zeros are missing or extra, correct them with OpenSSL: {}",
            pipe(format!("openssl pkey -in {file}"))
        ),
        MaterialError::Rsa(fault) => of_rsa(*fault, origin),
        MaterialError::SeedLength { .. }
        | MaterialError::PublicKey
        | MaterialError::PublicKeyForm => damaged(origin),
        MaterialError::Weak(weakness) => return of_weak(*weakness),
        MaterialError::OtherKeySpec {
            found: KeySpec::Sm2,
            wanted,
        } if *wanted != KeySpec::Sm2 => {
            return vec![
                "use --key-spec SM2, or another key file".to_owned(),
                SM2_IN_CHINA.to_owned(),
            ];
        }
        MaterialError::OtherKeySpec { found, .. } => {
            format!("use --key-spec {found}, or another key file")
        }
        MaterialError::NotImportable(KeySpec::Sm2) => SM2_IN_CHINA.to_owned(),
        MaterialError::CurveNotNamed(_) => {
            "wrap the key with byok wrap, which writes a named curve".to_owned()
        }
        MaterialError::ModulusBits(_) => {
            "to generate a key of the right size, run: byok generate --key-spec RSA_3072 -o FILE"
                .to_owned()
        }
        MaterialError::Scalar | MaterialError::NotImportable(_) => return vec![],
    };
    vec![hint]
}

/// Returns the hints for wrapped material, the best one first. The material must be wrapped again.
/// No option of `verify` can correct it.
pub(crate) fn wrapped_hints(cause: &KeyMaterialError) -> Vec<String> {
    let hint = match cause {
        KeyMaterialError::Material(MaterialError::WrongLength {
            looks_like: Some(LikelyEncoding::Hex(_)),
            ..
        }) => {
            "the key material in the blob looks like hex digits; wrap the key with byok wrap \
             and --material-format hex, which decodes them"
        }
        KeyMaterialError::Material(MaterialError::WrongLength {
            looks_like: Some(LikelyEncoding::Base64(_)),
            ..
        }) => {
            "the key material in the blob looks like base64; wrap the key with byok wrap and \
             --material-format base64, which decodes it"
        }
        KeyMaterialError::Material(MaterialError::WrongLength {
            key_spec,
            len,
            expected,
            ..
        }) => {
            return vec![wrapped_length(
                *key_spec,
                *len,
                *expected.start(),
                *expected.end(),
            )];
        }
        KeyMaterialError::Read(ReadError::TrailingBytes { .. } | ReadError::TwoFiles { .. }) => {
            "wrap the private key only"
        }
        KeyMaterialError::Read(ReadError::Malformed) => {
            "wrap an unencrypted PKCS#8 private key in DER or BER"
        }
        KeyMaterialError::Material(MaterialError::OtherKeySpec { found, .. }) => {
            return vec![format!("this is key material for {found}")];
        }
        KeyMaterialError::Read(_) | KeyMaterialError::Material(_) => {
            return material_hints(cause, &MaterialOrigin::unknown());
        }
    };
    vec![hint.to_owned()]
}

/// Returns the hint that selects one of the keys of a file: the one most like `wanted`, or the first.
fn alias(wanted: Option<&str>, names: &[Alias], origin: &MaterialOrigin) -> Option<String> {
    let first = names.first()?.0.as_str();
    let meant = wanted.and_then(|wanted| nearest(wanted, names.iter().map(|name| name.0.as_str())));
    let here = if meant.is_some() {
        ""
    } else {
        ", here the first"
    };
    Some(format!(
        "to select a key{here}, run: {}",
        origin.with_alias(meant.unwrap_or(first))
    ))
}

fn no_aliases(wanted: &str) -> String {
    if wanted.starts_with("alias/") {
        "remove --alias: it selects a key in a key store; to name a KMS key, use --key-id KEY"
            .to_owned()
    } else {
        "remove --alias: it selects one of the keys in a file".to_owned()
    }
}

/// Returns the hint for a key whose parts do not belong together.
fn damaged(origin: &MaterialOrigin) -> String {
    format!(
        "the file is damaged, or its parts do not belong together; for a second check, run: \
         openssl pkey -in {} -check -noout",
        origin.file()
    )
}
/// Returns the hint for raw key material of the wrong length that was wrapped.
fn wrapped_length(key_spec: KeySpec, len: usize, shortest: usize, longest: usize) -> String {
    let new_key = format!(
        "to generate a key of the right length, run: byok generate --key-spec {key_spec} -o \
         key.bin"
    );
    let is_symmetric = matches!(key_spec.family(), Family::Symmetric);
    match len {
        16 | 24 if is_symmetric && shortest == 32 => format!(
            "{len} bytes is the length of an AES-{} key; {key_spec} takes AES-256 keys of 32 \
             bytes; {new_key}",
            8 * len
        ),
        32 if is_symmetric && shortest == 16 => format!(
            "32 bytes is the length of an AES-256 key; in the China Regions, {key_spec} takes SM4 \
             keys of 16 bytes; {new_key}"
        ),
        64 if is_symmetric => format!(
            "64 bytes are two keys of 256 bits (as for AES-XTS or AES with an HMAC), or hexadecimal digits: wrap one \
             key of {shortest} bytes; {new_key}"
        ),
        _ if len > longest && !is_symmetric => format!(
            "to shorten the key as AWS advises, hash it and wrap the hash: openssl dgst -{} \
             -binary FILE > key.bin",
            hmac_hash(key_spec)
        ),
        _ if len + 1 == shortest => format!("1 byte is missing; {new_key}"),
        _ if len < shortest => format!("{} bytes are missing; {new_key}", shortest - len),
        _ => BYTES_ALONE.to_owned(),
    }
}

fn of_rsa(fault: RsaFault, origin: &MaterialOrigin) -> String {
    let text = match fault {
        RsaFault::MultiPrime => {
            "AWS KMS accepts two primes only: generate a new key with byok generate"
        }
        RsaFault::EqualPrimes
        | RsaFault::ClosePrimes
        | RsaFault::CommonDivisor
        | RsaFault::PrimeRatio
        | RsaFault::SmallPrivateExponent
        | RsaFault::Roca => {
            "the private key can be computed from the public key: generate a new key with byok \
             generate, and replace this one wherever it is used"
        }
        RsaFault::UnbalancedPrimes => "this key is unsafe: generate a new one with byok generate",
        RsaFault::Modulus
        | RsaFault::CompositePrime
        | RsaFault::PublicExponent
        | RsaFault::PrivateExponent
        | RsaFault::CrtExponent
        | RsaFault::CrtCoefficient => return damaged(origin),
    };
    text.to_owned()
}

fn key_spec_needed(
    len: usize,
    looks_like: Option<LikelyEncoding>,
    origin: &MaterialOrigin,
) -> Vec<String> {
    let (text, len) = match looks_like {
        Some(LikelyEncoding::Hex(bytes)) => (written_as(MaterialFormat::Hex, bytes), bytes),
        Some(LikelyEncoding::Base64(bytes)) => (written_as(MaterialFormat::Base64, bytes), bytes),
        Some(LikelyEncoding::ByteOrderMark(Some(format)) | LikelyEncoding::Utf16(Some(format))) => {
            (
                format!("the file looks like {format}: if it is, use --material-format {format}"),
                len,
            )
        }
        Some(LikelyEncoding::ByteOrderMark(None)) => (unmarked(None, origin), len),
        Some(LikelyEncoding::Der) => (STRUCTURE.to_owned(), len),
        _ => (String::new(), len),
    };
    let what = match len {
        32 => {
            "32 bytes can be SYMMETRIC_DEFAULT, HMAC_256, an ECC_SECG_P256K1 scalar or an \
             ECC_NIST_EDWARDS25519 seed: use --key-spec"
        }
        _ => "to name the key spec, use --key-spec KEY_SPEC",
    };
    Some(text)
        .filter(|text| !text.is_empty())
        .into_iter()
        .chain([what.to_owned()])
        .collect()
}

const BYTES_ALONE: &str =
    "use the raw bytes of the key: no structure, no text, no line break at the end";
const CREATE_AGAIN: &str = "the original bytes cannot be restored: create the file again, with an option that names it, such as \
     openssl -out FILE, or in cmd; in PowerShell 7, write bytes with Set-Content -AsByteStream";
const NO_KEY_IN_UTF_16: &str =
    "byok reads UTF-16, as PowerShell 5 writes it with >, but the text is neither hex nor base64";
const BYTE_ORDER_MARK: &str =
    "the file begins with the UTF-8 byte order mark that Windows writes; remove it";

/// Returns the hints to avoid weak key material, and to wrap it nevertheless.
fn of_weak(weakness: Weakness) -> Vec<String> {
    let instead = match weakness {
        Weakness::PrintableText | Weakness::MostlyPrintable { .. } => {
            "if it is hex or base64 of the key, add --material-format hex or --material-format base64".to_owned()
        }
        Weakness::Utf16Text => {
            "if it is hex or base64 of the key in UTF-16, as PowerShell 5 writes it with >, add \
             --material-format hex or --material-format base64"
                .to_owned()
        }
        Weakness::ReplacementCharacters { .. } | Weakness::Utf8 => {
            "read the key again as bytes, not as text: Buffer.toString() of Node.js and a pipe of \
             PowerShell 7 replace bytes that are not text, and the key cannot be restored from \
             this file"
                .to_owned()
        }
        Weakness::SmallPublicExponent
        | Weakness::LargePublicExponent
        | Weakness::RepeatedPrimeBits => {
            "to generate a new key, run: byok generate --key-spec RSA_3072 -o FILE".to_owned()
        }
        Weakness::ScalarNearZero
        | Weakness::Published(_)
        | Weakness::RepeatedByte
        | Weakness::ByteRun { .. }
        | Weakness::ZeroBytes { .. }
        | Weakness::RepeatedPattern { .. }
        | Weakness::RelatedHalves
        | Weakness::Sequence
        | Weakness::FewByteValues { .. }
        | Weakness::FewSteps { .. }
        | Weakness::FrequentByte { .. }
        | Weakness::Utf8Text
        | Weakness::TestKey => "to generate a random key, run: byok generate --key-spec KEY_SPEC -o FILE".to_owned(),
    };
    let anyway = if weakness == Weakness::LargePublicExponent {
        "AWS does not document whether AWS KMS imports this key; to try it, add --allow-weak"
    } else {
        "AWS KMS would import this key material; if it is a test fixture, add --allow-weak"
    };
    vec![instead, anyway.to_owned()]
}

const STRUCTURE: &str =
    "the file begins like DER or BER: it is a damaged private key, or an unsupported format";

fn unreadable(looks_like: Option<LikelyEncoding>, origin: &MaterialOrigin) -> String {
    let file = origin.file();
    let decoded = |format: MaterialFormat, bytes: usize, command: &str| {
        let command = origin.pipe(&format!("{command} {file}"));
        format!("the file looks like {format} of {bytes} bytes: if it is, decode it: {command}")
    };
    match looks_like {
        Some(LikelyEncoding::Hex(bytes)) => decoded(MaterialFormat::Hex, bytes, "xxd -r -p"),
        Some(LikelyEncoding::Base64(bytes)) => decoded(MaterialFormat::Base64, bytes, "base64 -d"),
        Some(LikelyEncoding::ByteOrderMark(_)) => unmarked(None, origin),
        Some(LikelyEncoding::Mangled(mangling)) => of_mangling(mangling, origin, None),
        Some(LikelyEncoding::Der) => STRUCTURE.to_owned(),
        _ => "byok reads PKCS#8, PKCS#1, SEC1, OpenSSH keys, JWK and others; for the list, run: byok help formats"
            .to_owned(),
    }
}

fn written_as(format: MaterialFormat, bytes: usize) -> String {
    format!(
        "the file looks like {format} of {bytes} bytes: if it is, use --material-format {format}"
    )
}

fn wrong_length(
    key_spec: KeySpec,
    len: usize,
    expected: &RangeInclusive<usize>,
    looks_like: Option<LikelyEncoding>,
    origin: &MaterialOrigin,
) -> String {
    let (shortest, longest, file) = (*expected.start(), *expected.end(), origin.file());
    let is_bare = bare_len(key_spec).is_some();
    let pipe = |command: &str| {
        origin.raw_pipe(
            command,
            Some(key_spec),
            is_bare.then_some(MaterialFormat::Raw),
        )
    };
    let text = |format: MaterialFormat, bytes: usize| {
        if (shortest..=longest).contains(&bytes) {
            written_as(format, bytes)
        } else {
            format!(
                "the file looks like {format} of {bytes} bytes, which is another wrong length: \
                 {key_spec} key material is {}",
                lengths(shortest, longest)
            )
        }
    };
    match looks_like {
        Some(LikelyEncoding::Hex(bytes)) => text(MaterialFormat::Hex, bytes),
        Some(LikelyEncoding::Base64(bytes)) => text(MaterialFormat::Base64, bytes),
        Some(LikelyEncoding::TrailingNewline) => {
            let cut = pipe(&format!("head -c {} {file}", len - 1));
            format!(
                "the last byte is a newline; if it does not belong to the key, remove it: {cut}"
            )
        }
        Some(LikelyEncoding::TrailingCrLf) => {
            let cut = pipe(&format!("head -c {} {file}", len - 2));
            format!(
                "the last two bytes are CR and LF; if they do not belong to the key, remove them: \
                 {cut}"
            )
        }
        Some(LikelyEncoding::ByteOrderMark(Some(format)) | LikelyEncoding::Utf16(Some(format))) => {
            format!("the file looks like {format}: if it is, use --material-format {format}")
        }
        Some(LikelyEncoding::ByteOrderMark(None)) => unmarked(Some(key_spec), origin),
        Some(LikelyEncoding::Utf16(None)) => NO_KEY_IN_UTF_16.to_owned(),
        Some(LikelyEncoding::Mangled(mangling)) => of_mangling(mangling, origin, Some(key_spec)),
        Some(LikelyEncoding::Der) => STRUCTURE.to_owned(),
        Some(LikelyEncoding::BitsForBytes) => format!(
            "{len} bits are {shortest} bytes; to generate a key of that length, run: byok \
             generate --key-spec {key_spec}"
        ),
        _ if len > longest && matches!(key_spec.family(), Family::Hmac { .. }) => format!(
            "to shorten the key as AWS advises, hash it first: {}",
            pipe(&format!(
                "openssl dgst -{} -binary {file}",
                hmac_hash(key_spec)
            ))
        ),
        _ if (len, key_spec, shortest) == (32, KeySpec::SymmetricDefault, 16) => {
            "32 bytes are an AES-256 key; in the China Regions, SYMMETRIC_DEFAULT is SM4 with 16 \
             bytes; the Region comes from the key's ARN, --region or AWS_REGION"
                .to_owned()
        }
        _ if (len, key_spec) == (64, KeySpec::EccNistEdwards25519) => {
            "64 bytes can be the seed and the public key, as libsodium writes them; if they are, \
             use the first 32 bytes alone"
                .to_owned()
        }
        _ if matches!(len, 16 | 24) && key_spec == KeySpec::SymmetricDefault => format!(
            "this is the length of an AES-{} key; {key_spec} takes AES-256 keys of 32 bytes; to \
             generate one, run: byok generate --key-spec {key_spec} -o FILE",
            8 * len
        ),
        _ => BYTES_ALONE.to_owned(),
    }
}

/// Returns the hints for a file that may be the raw key, but is more likely an encoding of it, or
/// the key followed by a line break.
fn not_decoded(
    key_spec: KeySpec,
    len: usize,
    expected: &RangeInclusive<usize>,
    looks_like: LikelyEncoding,
    origin: &MaterialOrigin,
) -> Vec<String> {
    let mut hints = vec![wrong_length(
        key_spec,
        len,
        expected,
        Some(looks_like),
        origin,
    )];
    if matches!(
        looks_like,
        LikelyEncoding::TrailingNewline | LikelyEncoding::TrailingCrLf
    ) {
        hints.push(format!(
            "if all {len} bytes are the key, use --material-format raw"
        ));
    }
    hints
}

/// `32 bytes`, `28 to 128 bytes`.
fn lengths(shortest: usize, longest: usize) -> String {
    if shortest == longest {
        format!("{shortest} bytes")
    } else {
        format!("{shortest} to {longest} bytes")
    }
}

fn not_written_as(
    format: MaterialFormat,
    looks_like: Option<LikelyEncoding>,
    origin: &MaterialOrigin,
) -> String {
    match (looks_like, format) {
        (
            Some(LikelyEncoding::ByteOrderMark(Some(other)) | LikelyEncoding::Utf16(Some(other))),
            _,
        ) => {
            format!("the file looks like {other}: if it is, use --material-format {other}")
        }
        (_, MaterialFormat::Hex) => {
            "use an even number of hex digits; white space is ignored, and 0x is allowed once, at the \
             beginning"
                .to_owned()
        }
        (_, _) => format!(
            "use base64 with + and /; to convert URL-safe base64, run: {}",
            origin.raw_pipe(
                &format!("tr -- -_ +/ < {}", origin.file()),
                None,
                Some(format)
            )
        ),
    }
}

fn unmarked(key_spec: Option<KeySpec>, origin: &MaterialOrigin) -> String {
    let command = format!("tail -c +4 {}", origin.file());
    let pipe = match key_spec {
        Some(_) => origin.raw_pipe(&command, key_spec, None),
        None => origin.pipe(&command),
    };
    format!("{BYTE_ORDER_MARK}: {pipe}")
}

/// Returns the hint for bytes that a program changed as text.
fn of_mangling(mangling: Mangling, origin: &MaterialOrigin, key_spec: Option<KeySpec>) -> String {
    let charset = match mangling {
        Mangling::Latin1ToUtf8 => "ISO-8859-1",
        Mangling::Windows1252ToUtf8 => "WINDOWS-1252",
        Mangling::NewlinesToCrLf | Mangling::CrLfToNewlines | Mangling::PowerShellText => {
            return CREATE_AGAIN.to_owned();
        }
        Mangling::ReplacedBytes { .. } => {
            return "the original bytes cannot be restored: take the bytes again, not through \
                    Buffer.toString() of Node.js, a Reader of Java or a pipe of PowerShell 7, which \
                    writes bytes with Set-Content -AsByteStream"
                .to_owned();
        }
    };
    let command = format!("iconv -f UTF-8 -t {charset} {}", origin.file());
    let pipe = match key_spec {
        Some(_) => origin.raw_pipe(&command, key_spec, None),
        None => origin.pipe(&command),
    };
    format!("create the file again, or revert the change: {pipe}")
}

fn hmac_hash(key_spec: KeySpec) -> &'static str {
    match key_spec {
        KeySpec::Hmac224 => "sha224",
        KeySpec::Hmac384 => "sha384",
        KeySpec::Hmac512 => "sha512",
        _ => "sha256",
    }
}
