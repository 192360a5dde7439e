//! RSA keys in the XML of .NET.

use base64ct::{Base64, Encoding as _};
use zeroize::Zeroizing;

use super::{
    error::ReadError,
    form::Form,
    keys_read::KeysRead,
    rsa_xml_error::RsaXmlError,
    source_format::{Encoding, SourceFormat},
    unchecked_key::{RsaNumbers, UncheckedKey},
};
use crate::{blob::Blob, secret::SecretBytes};

/// The element around the numbers.
const ROOT: &str = "RSAKeyValue";
/// The elements, in the order of .NET.
const NAMES: [&str; 8] = ["Modulus", "Exponent", "P", "Q", "DP", "DQ", "InverseQ", "D"];

/// Returns whether `text` is meant to be an RSA key in XML.
pub(super) fn looks_like(text: &str) -> bool {
    after_prolog(text)
        .and_then(|text| text.strip_prefix('<')?.strip_prefix(ROOT))
        .is_some_and(|rest| rest.starts_with(['>', '/']) || rest.starts_with(char::is_whitespace))
}

/// Reads an RSA private key in XML.
///
/// # Errors
///
/// [`ReadError::RsaXml`], or `Unsupported` for a public key.
///
/// # Source
///
/// .NET, `RSA.ToXmlString`: eight elements in base64, big-endian, without attributes.
pub(super) fn read(text: &str) -> Result<KeysRead, ReadError> {
    let numbers = Numbers::parse(text)?;
    let [n, e] = [0, 1].map(|at| numbers.public(at));
    let (n, e) = (n?, e?);
    let secret = |at| numbers.secret(at);
    if numbers.0.iter().skip(2).all(Option::is_none) {
        return Err(ReadError::Unsupported(Form::PublicKey));
    }
    let key = UncheckedKey::Rsa(RsaNumbers {
        n,
        e,
        p: secret(2)?,
        q: secret(3)?,
        crt_exponents: Some([secret(4)?, secret(5)?]),
        q_inv: secret(6)?,
        d: secret(7)?,
        is_multi_prime: false,
        public_key: None,
    });
    Ok(KeysRead::one(
        key,
        SourceFormat::plain(Form::RsaXml, Encoding::Xml),
    ))
}

/// The decoded numbers, in the order of [`NAMES`].
struct Numbers([Option<SecretBytes>; 8]);

impl Numbers {
    fn parse(text: &str) -> Result<Self, RsaXmlError> {
        let root = after_prolog(text).and_then(|text| text.strip_prefix('<')?.strip_prefix(ROOT));
        let (_, mut rest) = root
            .and_then(|text| text.split_once('>'))
            .ok_or(RsaXmlError::Damaged)?;
        let mut numbers = [const { None }; 8];
        loop {
            rest = rest.trim_ascii_start();
            if let Some(end) = rest.strip_prefix("</RSAKeyValue>") {
                return if end.trim_ascii().is_empty() {
                    Ok(Self(numbers))
                } else {
                    Err(RsaXmlError::Damaged)
                };
            }
            let (at, content, after) = element(rest).ok_or(RsaXmlError::Damaged)?;
            let number = number(content).ok_or(RsaXmlError::Element(NAMES[at]))?;
            if numbers[at].replace(number).is_some() {
                return Err(RsaXmlError::Element(NAMES[at]));
            }
            rest = after;
        }
    }

    fn secret(&self, at: usize) -> Result<SecretBytes, RsaXmlError> {
        let number = self.0[at].as_ref();
        let number = number.ok_or(RsaXmlError::Element(NAMES[at]))?;
        Ok(SecretBytes::copy_of(number.expose()))
    }

    fn public(&self, at: usize) -> Result<Blob, RsaXmlError> {
        Ok(Blob::new(self.secret(at)?.expose().to_vec()))
    }
}

/// Returns the text after a byte order mark and an XML declaration.
fn after_prolog(text: &str) -> Option<&str> {
    let text = text.trim_start_matches('\u{feff}').trim_ascii_start();
    match text.strip_prefix("<?xml") {
        Some(declaration) => Some(declaration.split_once("?>")?.1.trim_ascii_start()),
        None => Some(text),
    }
}

/// Splits off the first element. Returns the position of its name, its content, and the text after it.
fn element(text: &str) -> Option<(usize, &str, &str)> {
    let (name, rest) = text.strip_prefix('<')?.split_once('>')?;
    let at = NAMES.iter().position(|known| *known == name)?;
    let (content, rest) = rest.split_once("</")?;
    let after = rest.strip_prefix(name)?.strip_prefix('>')?;
    Some((at, content, after))
}

/// Decodes a number. .NET writes the leading zeros of a fixed length.
fn number(base64: &str) -> Option<SecretBytes> {
    let mut text = Zeroizing::new(Vec::with_capacity(base64.len()));
    text.extend(base64.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let mut bytes = Zeroizing::new(vec![0; text.len()]);
    let bytes = Base64::decode(&*text, &mut bytes).ok()?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let digits = bytes.get(zeros..)?;
    (!digits.is_empty()).then(|| SecretBytes::copy_of(digits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_file::test_files::{numbers_of, same_key, test_file};

    fn xml() -> String {
        let UncheckedKey::Rsa(key) = numbers_of(test_file!("rsa-2048.der")) else {
            panic!("RSA")
        };
        let [dp, dq] = key.crt_exponents.as_ref().expect("CRT");
        let values = [
            key.n.as_bytes(),
            key.e.as_bytes(),
            key.p.expose(),
            key.q.expose(),
            dp.expose(),
            dq.expose(),
            key.q_inv.expose(),
            key.d.expose(),
        ];
        let elements = NAMES.iter().zip(values).map(|(name, value)| {
            format!(
                "<{name}>{}</{name}>",
                Base64::encode_string(&[&[0], value].concat())
            )
        });
        format!(
            "<RSAKeyValue>{}</RSAKeyValue>",
            elements.collect::<String>()
        )
    }

    fn error(text: &str) -> ReadError {
        read(text).expect_err("no key that is read")
    }

    #[test]
    fn a_key_is_read_with_and_without_what_surrounds_it() {
        let xml = xml();
        for text in [
            xml.clone(),
            format!("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n{xml}\r\n"),
            xml.replace("><", ">\n  <"),
            xml.replacen('>', " xmlns=\"http://www.w3.org/2000/09/xmldsig#\">", 1),
        ] {
            assert!(looks_like(&text));
            let mut keys = read(&text).expect("a key");
            let key = keys.take_one().expect("one key");
            assert!(same_key(&key, &numbers_of(test_file!("rsa-2048.der"))));
            assert_eq!(keys.form.to_string(), "RSA XML");
        }
    }

    #[test]
    fn missing_and_damaged_elements_are_named() {
        let xml = xml();
        for (at, name) in NAMES.iter().enumerate() {
            let (open, close) = (format!("<{name}>"), format!("</{name}>"));
            let (before, rest) = xml.split_once(&open).expect("the element");
            let (value, after) = rest.split_once(&close).expect("its end");
            let without = format!("{before}{after}");
            assert_eq!(error(&without), RsaXmlError::Element(NAMES[at]).into());
            for value in ["", "!", "AA==", &value[1..]] {
                let other = format!("{before}{open}{value}{close}{after}");
                assert_eq!(
                    error(&other),
                    RsaXmlError::Element(NAMES[at]).into(),
                    "{value}"
                );
            }
            let twice = format!("{before}{open}AQAB{close}{open}{rest}");
            assert_eq!(error(&twice), RsaXmlError::Element(NAMES[at]).into());
        }
        let public = format!("{}</RSAKeyValue>", xml.split_once("<P>").expect("P").0);
        assert_eq!(error(&public), ReadError::Unsupported(Form::PublicKey));
        for text in [
            xml.replace("</RSAKeyValue>", ""),
            format!("{xml}<"),
            xml.replace("<P>", "<P x='1'>"),
            xml.replace("<RSAKeyValue>", "<RSAKeyValue><Other>AA==</Other>"),
            "<RSAKeyValue/>".to_owned(),
        ] {
            assert_eq!(error(&text), RsaXmlError::Damaged.into(), "{text}");
        }
        for text in ["", "<RSAKeyValues>", "<DSAKeyValue>", "RSAKeyValue"] {
            assert!(!looks_like(text), "{text}");
        }
    }
}
