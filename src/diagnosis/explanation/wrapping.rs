//! Sentences about the wrapping of the blob.

use byok_core::explain::{AesKeyForm, BlockMode, Cause, Hash, KeyWrap, OtherParameterSet};
use byok_core::hex;
use byok_core::key_file::MaterialFormat;

/// The sentence for a cause without a more specific one.
pub(super) const OTHER: &str = "it was wrapped in an undocumented way";

/// Returns the sentence for causes in the way in which the blob opens.
pub(super) fn sentence(cause: &Cause) -> String {
    let text = match cause {
        Cause::OtherParameterSet(set) => return other_parameters(set),
        Cause::OaepHashes { label, mgf1, asked } => return hashes(*label, *mgf1, *asked),
        Cause::RsaesOaepForRsaAes(asked) => {
            return format!(
                "the material is in the RSA block (RSAES_OAEP_*); {asked} requires it under an \
                 AES key, and only that key in the RSA block"
            );
        }
        Cause::RsaAesForRsaesOaep(asked) => {
            return format!(
                "the material was wrapped with an AES key (RSA_AES_KEY_WRAP_*); {asked} requires \
                 it in the RSA block"
            );
        }
        Cause::AesKeyLength(len) => {
            return format!(
                "the AES key is AES-{}; AWS documents AES-256 only: generate the key with openssl \
                 rand -out aes.key 32",
                8 * len
            );
        }
        Cause::NoAesKey(len) => {
            return format!("the RSA block contains {len} bytes; expected an AES key of 32 bytes");
        }
        Cause::InitialValue { found, wrap } => return initial_value(found, *wrap),
        Cause::KeyWrapInPieces { count, first_len } => {
            return format!(
                "AES key wrap was applied to {count} pieces, the first of {first_len} bytes, \
                 instead of the whole material: openssl enc does so with more than 4096 bytes and \
                 with input from a pipe; wrap at most 4096 bytes from a file, or use another tool"
            );
        }
        Cause::BlockMode(mode) => return block_mode(*mode),
        Cause::SecondHalfDoesNotOpen(len) => return second_half(*len),
        Cause::SecondHalfHeader(len) => {
            return format!(
                "{len} bytes between the RSA block and the wrapped material hold its length: \
                 remove them"
            );
        }
        Cause::SecondHalfMissing(len) => {
            return format!(
                "the RSA block contains an AES key, and the wrapped material is missing: expected \
                 at least 16 more bytes, found {len}"
            );
        }
        Cause::HalvesSwapped => {
            "the halves are swapped: write the wrapped AES key first, then the wrapped material"
        }
        Cause::OaepLabel => {
            "RSAES-OAEP was used with a label (PKCS #11: source data); AWS KMS requires an empty \
             label: remove it"
        }
        Cause::Pkcs1V15 => {
            "the RSA block has PKCS #1 v1.5 padding, which AWS KMS no longer accepts; use \
             RSAES-OAEP: with OpenSSL, -pkeyopt rsa_padding_mode:oaep"
        }
        Cause::NoPadding => {
            "the RSA block has zeros instead of padding; use RSAES-OAEP: with OpenSSL, -pkeyopt \
             rsa_padding_mode:oaep"
        }
        Cause::AesKeyForm(form) => aes_key_form(*form),
        Cause::Rfc3394 => {
            "the material was wrapped with AES-KW (RFC 3394); AWS KMS requires AES-KWP (RFC \
             5649): with OpenSSL, -id-aes256-wrap-pad -iv A65959A6"
        }
        Cause::Material(_)
        | Cause::EncodedToken { .. }
        | Cause::EmptyBlob
        | Cause::Mangled(_)
        | Cause::AzureTransferFile { .. }
        | Cause::InJson { .. }
        | Cause::JsonDocument(_)
        | Cause::ImportToken { .. }
        | Cause::PublicKey { .. }
        | Cause::UnwrappedPrivateKey(_)
        | Cause::UnusableKeyFile(_)
        | Cause::UnwrappedLength { .. }
        | Cause::Text { .. }
        | Cause::TrailingNewline(_)
        | Cause::Extended { .. }
        | Cause::LeadingZeroLost
        | Cause::LeadingZeroAdded
        | Cause::LittleEndian
        | Cause::Truncated { .. }
        | Cause::Sm2Ciphertext
        | Cause::Sm2Raw { .. }
        | Cause::Sm2Integers
        | Cause::Sm2PartsSwapped => OTHER,
    };
    text.to_owned()
}

fn other_parameters(set: &OtherParameterSet) -> String {
    let OtherParameterSet {
        key_arn,
        is_same_key,
        issued_at,
        algorithm,
        wrapping_key_spec,
    } = set;
    let whose = if *is_same_key {
        "the same KMS key".to_owned()
    } else {
        key_arn.to_string()
    };
    format!(
        "the blob was wrapped for other parameters of this store, issued at {issued_at} for {whose}, \
         {algorithm} under {wrapping_key_spec}: use the token of those parameters, or wrap again"
    )
}

fn hashes(label: Hash, mgf1: Hash, asked: Hash) -> String {
    let (options, java_hash) = match asked {
        Hash::Sha1 => ("sha1", "SHA1"),
        _ => ("sha256", "SHA256"),
    };
    if label == mgf1 {
        return format!(
            "RSAES-OAEP was used with {label}; the algorithm requires {asked}: with OpenSSL, \
             -pkeyopt rsa_oaep_md:{options} -pkeyopt rsa_mgf1_md:{options}"
        );
    }
    let (default, in_java) = if (label, mgf1) == (Hash::Sha256, Hash::Sha1) {
        let in_java = format!(
            "; in Java, use new OAEPParameterSpec(\"{asked}\", \"MGF1\", \
             MGF1ParameterSpec.{java_hash}, PSource.PSpecified.DEFAULT)"
        );
        (
            ", the default of Java's OAEPWithSHA-256AndMGF1Padding",
            in_java,
        )
    } else {
        ("", String::new())
    };
    format!(
        "RSAES-OAEP was used with {label} for the label and {mgf1} for MGF1{default}; the \
         algorithm requires {asked} for both: with OpenSSL, -pkeyopt rsa_oaep_md:{options} \
         -pkeyopt rsa_mgf1_md:{options}{in_java}"
    )
}

const fn aes_key_form(form: AesKeyForm) -> &'static str {
    match form {
        AesKeyForm::Text(MaterialFormat::Hex) => {
            "the RSA block contains the AES key as hexadecimal text; encrypt its raw bytes, and \
             use hexadecimal only for openssl enc -K"
        }
        AesKeyForm::Text(_) => {
            "the RSA block contains the AES key as base64 text: decode it before encryption"
        }
        AesKeyForm::Line(_) => {
            "the RSA block contains the AES key followed by a newline: remove the newline before \
             encryption"
        }
    }
}

fn initial_value(found: &[u8], wrap: KeyWrap) -> String {
    let found = hex::encode(found).to_uppercase();
    match wrap {
        KeyWrap::Rfc5649 => format!(
            "AES-KWP was used with the initial value {found}; RFC 5649 requires A65959A6: with \
             OpenSSL, -iv A65959A6"
        ),
        KeyWrap::Rfc3394 => format!(
            "the material was wrapped with AES-KW (RFC 3394) and the initial value {found}; AWS \
             KMS requires AES-KWP (RFC 5649): with OpenSSL, -id-aes256-wrap-pad -iv A65959A6"
        ),
    }
}

fn block_mode(mode: BlockMode) -> String {
    format!(
        "the material was encrypted with {}; AWS KMS requires AES-KWP (RFC 5649): with OpenSSL, \
         -id-aes256-wrap-pad -iv A65959A6",
        mode.as_str()
    )
}

fn second_half(len: usize) -> String {
    let parity = if len.is_multiple_of(8) {
        ""
    } else {
        ", whose number is not a multiple of 8,"
    };
    format!(
        "the RSA block contains an AES key, and the other {len} bytes{parity} do not open with it: \
         they are damaged, truncated, or from another wrap"
    )
}
