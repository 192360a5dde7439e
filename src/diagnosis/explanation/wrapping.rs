//! Sentences about the wrapping of the blob.

use byok_core::explain::{AesKeyForm, BlockMode, Cause, Hash, KeyWrap, OtherParameterSet};
use byok_core::hex;
use byok_core::key_file::MaterialFormat;

/// Returns the sentence for a cause without a more specific one.
pub(super) const OTHER: &str = "it was wrapped in another way";

/// Returns the sentence for causes in the way in which the blob opens.
pub(super) fn sentence(cause: &Cause) -> String {
    let text = match cause {
        Cause::OtherParameterSet(set) => return other_parameters(set),
        Cause::OaepHashes { label, mgf1, asked } => return hashes(*label, *mgf1, *asked),
        Cause::RsaesOaepForRsaAes(asked) => {
            return format!(
                "the material stands in the RSA block itself (RSAES_OAEP_*); {asked} has it under an AES key, and \
                 only that key in the RSA block"
            );
        }
        Cause::RsaAesForRsaesOaep(asked) => {
            return format!(
                "the material was wrapped under an AES key (RSA_AES_KEY_WRAP_*); {asked} has it in the RSA block \
                 itself"
            );
        }
        Cause::AesKeyLength(len) => {
            return format!(
                "the AES key is AES-{}; AWS's Developer Guide has AES-256, and that AWS KMS takes another is not \
                 verified: take openssl rand 32",
                8 * len
            );
        }
        Cause::NoAesKey(len) => {
            return format!("the RSA block opens to {len} bytes, which are no AES key of 32");
        }
        Cause::InitialValue { found, wrap } => return initial_value(found, *wrap),
        Cause::KeyWrapInPieces { count, first_len } => {
            return format!(
                "AES key wrap was done on {count} pieces, the first of {first_len} bytes, not on the whole: openssl \
                 enc does so with more than 4096 bytes and with what comes through a pipe, and opens it again \
                 without a word; wrap shorter material, or with another tool"
            );
        }
        Cause::BlockMode(mode) => return block_mode(*mode),
        Cause::SecondHalfDoesNotOpen(len) => return second_half(*len),
        Cause::SecondHalfHeader(len) => {
            return format!(
                "{len} bytes between the RSA block and the wrapped material say how long that is: leave them out"
            );
        }
        Cause::SecondHalfMissing(len) => {
            return format!(
                "the RSA block opens to an AES key, and the wrapped material is missing: of at least 16 more bytes \
                 there are {len}"
            );
        }
        Cause::HalvesSwapped => {
            "the halves are swapped: the wrapped AES key comes first, and then the wrapped material"
        }
        Cause::OaepLabel => {
            "RSAES-OAEP was done with a label (PKCS #11: source data); AWS KMS has none: leave it empty"
        }
        Cause::Pkcs1V15 => {
            "the RSA block has PKCS #1 v1.5 padding, which AWS KMS no longer takes; it has RSAES-OAEP: with OpenSSL, \
             -pkeyopt rsa_padding_mode:oaep"
        }
        Cause::NoPadding => {
            "the RSA block has no padding but zeros; AWS KMS has RSAES-OAEP: with OpenSSL, -pkeyopt \
             rsa_padding_mode:oaep"
        }
        Cause::AesKeyForm(form) => aes_key_form(*form),
        Cause::Rfc3394 => {
            "the material was wrapped with AES-KW (RFC 3394); AWS KMS has AES-KWP (RFC 5649): with OpenSSL, \
             -id-aes256-wrap-pad -iv A65959A6"
        }
        Cause::Material(_)
        | Cause::EncodedToken { .. }
        | Cause::EmptyBlob
        | Cause::Mangled(_)
        | Cause::AzureTransferFile { .. }
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
        "it was wrapped for other parameters of this store, issued at {issued_at} for {whose}, {algorithm} under \
         {wrapping_key_spec}: take the token that came with them, or wrap anew"
    )
}

fn hashes(label: Hash, mgf1: Hash, asked: Hash) -> String {
    let options = match asked {
        Hash::Sha1 => "sha1",
        _ => "sha256",
    };
    if label == mgf1 {
        return format!(
            "RSAES-OAEP was done with {label}; prescribed is {asked}: with OpenSSL, -pkeyopt \
             rsa_oaep_md:{options} -pkeyopt rsa_mgf1_md:{options}"
        );
    }
    let java = if (label, mgf1) == (Hash::Sha256, Hash::Sha1) {
        ", as Java does for OAEPWithSHA-256AndMGF1Padding unless an OAEPParameterSpec says otherwise"
    } else {
        ""
    };
    format!(
        "RSAES-OAEP was done with {label} for the label and {mgf1} for MGF1{java}; prescribed is {asked} for both"
    )
}

const fn aes_key_form(form: AesKeyForm) -> &'static str {
    match form {
        AesKeyForm::Text(MaterialFormat::Hex) => {
            "the RSA block holds the AES key as hexadecimal text, where its bytes belong: it is decoded for openssl \
             enc -K only"
        }
        AesKeyForm::Text(_) => {
            "the RSA block holds the AES key as base64 text, where its bytes belong: decode it before it is encrypted"
        }
        AesKeyForm::Line(_) => {
            "the RSA block holds the AES key with a newline after it: cut it off before it is encrypted"
        }
    }
}

fn initial_value(found: &[u8], wrap: KeyWrap) -> String {
    let found = hex::encode(found).to_uppercase();
    match wrap {
        KeyWrap::Rfc5649 => format!(
            "AES-KWP was done with the initial value {found}; RFC 5649 has A65959A6: with OpenSSL, -iv A65959A6"
        ),
        KeyWrap::Rfc3394 => format!(
            "the material was wrapped with AES-KW (RFC 3394) and the initial value {found}; AWS KMS has AES-KWP (RFC \
             5649): with OpenSSL, -id-aes256-wrap-pad -iv A65959A6"
        ),
    }
}

fn block_mode(mode: BlockMode) -> String {
    format!(
        "the material was encrypted with {}; AWS KMS has AES-KWP (RFC 5649): with OpenSSL, -id-aes256-wrap-pad -iv \
         A65959A6",
        mode.as_str()
    )
}

fn second_half(len: usize) -> String {
    let parity = if len.is_multiple_of(8) {
        ""
    } else {
        ", which is no multiple of 8"
    };
    format!(
        "the RSA block opens to an AES key, and the other {len} bytes do not open under it{parity}: they are damaged, \
         cut, or of another wrapping"
    )
}
