//! Classifies unwrapped bytes that are not the expected material.

use super::{Cause, line_end::LineEnd, material_cause::MaterialCause, text};
use crate::{
    compatibility::Rules,
    import_token::TokenContents,
    key_file::{Encoding, Form, MaterialFormat, ReadError, SourceFormat, is_encoded},
    key_material::{
        KeyMaterial, KeyMaterialError, MaterialError, ReadOptions, WeakMaterial, Weakness,
    },
    key_spec::{Family, KeySpec},
    mangling::{self, Mangling},
    secret::SecretBytes,
};

/// The maximum number of text layers around the material.
const MAX_DEPTH: usize = 4;
/// Zero bytes after a private key are not a mistake: AES-KWP can leave up to this many.
const MAX_ZERO_TAIL: usize = 7;

/// The key spec of the expected material.
#[derive(Debug, Clone, Copy)]
pub(super) struct ExpectedMaterial {
    pub(super) key_spec: KeySpec,
    pub(super) rules: Rules,
}

/// The result for unwrapped bytes.
pub(super) struct Assessment {
    /// The causes; empty if the bytes are the expected material.
    pub(super) causes: Vec<Cause>,
    pub(super) evidence: Evidence,
}

/// How strongly the bytes support the way in which they were opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// Any bytes could look like this.
    None,
    /// They have the expected length, as one in 256 would.
    Length,
    /// They have a structure that random bytes do not have.
    Structure,
}

impl Assessment {
    fn new(cause: MaterialCause, evidence: Evidence) -> Self {
        Self {
            causes: vec![Cause::Material(cause)],
            evidence,
        }
    }

    /// Returns whether the bytes are the expected material.
    pub(super) fn is_good(&self) -> bool {
        self.causes.is_empty()
    }
}

impl ExpectedMaterial {
    /// The material that the parameters are for.
    pub(super) fn of(contents: &TokenContents) -> Self {
        Self {
            key_spec: contents.key_spec,
            rules: Rules::of(contents.key_arn.region()),
        }
    }

    /// Classifies `bytes`.
    pub(super) fn assess(self, bytes: &SecretBytes) -> Assessment {
        self.judge_within(bytes, MAX_DEPTH)
    }

    fn judge_within(self, bytes: &SecretBytes, depth: usize) -> Assessment {
        let error = match KeyMaterial::from_import(bytes, self.key_spec, self.rules) {
            // The service of a rehearsal refuses it; what AWS KMS does is not known.
            Ok(reading) if reading.material.is_unproven() => {
                let error = MaterialError::Weak(Weakness::LargePublicExponent).into();
                return Assessment::new(MaterialCause::Error(error), Evidence::Structure);
            }
            Ok(reading) => {
                let is_raw = reading.source_format.form == Form::Raw;
                let evidence = if is_raw {
                    self.length_evidence(bytes)
                } else {
                    Evidence::Structure
                };
                return Assessment {
                    causes: Vec::new(),
                    evidence,
                };
            }
            Err(error) => error,
        };
        if let Some(found) = self.as_file(bytes, &error) {
            return found;
        }
        for (cause, inner) in self.peeled(bytes).into_iter().filter(|_| depth > 0) {
            let mut found = self.judge_within(&inner, depth - 1);
            if found.is_good() || found.evidence == Evidence::Structure {
                found.causes.insert(0, Cause::Material(cause.clone()));
                if matches!(cause, MaterialCause::Text(_) | MaterialCause::Utf16) {
                    found.evidence = Evidence::Structure;
                }
                return found;
            }
        }
        if let Some(mangling) = self.converted(bytes) {
            return Assessment::new(MaterialCause::Mangled(mangling), Evidence::Structure);
        }
        if let Some(mangling) = mangling::lost(bytes.expose()) {
            return Assessment::new(MaterialCause::Mangled(mangling), Evidence::Structure);
        }
        let evidence = evidence_of(&error);
        Assessment::new(MaterialCause::Error(error), evidence)
    }

    /// Returns the result of the file reader for `bytes`, which AWS KMS would refuse with `error`.
    fn as_file(self, bytes: &SecretBytes, error: &KeyMaterialError) -> Option<Assessment> {
        let own_words = |error: &KeyMaterialError| {
            Assessment::new(MaterialCause::Error(error.clone()), evidence_of(error))
        };
        if !is_vague(error) {
            return Some(own_words(error));
        }
        // The text around a key is a cause of its own.
        if is_encoded(bytes.expose()) {
            return None;
        }
        let options = ReadOptions {
            weak: WeakMaterial::Allow,
            ..ReadOptions::new(self.rules)
        };
        let for_this_key = ReadOptions {
            key_spec: Some(self.key_spec),
            ..options
        };
        match KeyMaterial::read(bytes, &for_this_key) {
            Ok(reading) => refused_form(reading.source_format)
                .map(|format| Assessment::new(MaterialCause::Form(format), Evidence::Structure)),
            Err(other @ KeyMaterialError::Material(MaterialError::OtherKeySpec { .. })) => {
                let form = KeyMaterial::read(bytes, &options)
                    .ok()
                    .and_then(|r| refused_form(r.source_format));
                let mut found = own_words(&other);
                let form = form.map(|format| Cause::Material(MaterialCause::Form(format)));
                found.causes.splice(0..0, form);
                Some(found)
            }
            Err(KeyMaterialError::Read(ReadError::Unsupported(Form::Utf16))) => None,
            Err(other) => (!is_vague(&other)).then(|| own_words(&other)),
        }
    }

    /// Returns what can be removed from `bytes`, and the rest.
    fn peeled(self, bytes: &SecretBytes) -> Vec<(MaterialCause, SecretBytes)> {
        let exposed = bytes.expose();
        let decoded = |format: MaterialFormat| {
            format
                .decode(bytes)
                .map(|inner| (MaterialCause::Text(format), inner))
        };
        let rest = |cause, rest: &[u8]| (cause, SecretBytes::copy_of(rest));
        let mut found = Vec::new();
        let without_mark = exposed.strip_prefix(b"\xef\xbb\xbf");
        found.extend(without_mark.map(|inner| rest(MaterialCause::ByteOrderMark, inner)));
        found.extend(text::from_utf16(exposed).map(|inner| (MaterialCause::Utf16, inner)));
        found.extend(decoded(MaterialFormat::Hex));
        found.extend(decoded(MaterialFormat::Base64));
        found.extend(
            LineEnd::strip(exposed)
                .map(|(inner, line_end)| rest(MaterialCause::Newline(line_end), inner)),
        );
        let mangled = |mangling, inner| (MaterialCause::Mangled(mangling), inner);
        found.extend(mangling::from_utf8(exposed).map(|(how, inner)| mangled(how, inner)));
        found.extend(
            self.without_zeros(exposed)
                .into_iter()
                .map(|(cause, inner)| rest(cause, inner)),
        );
        found
    }

    /// Returns how the line breaks of `bytes` were converted, if `bytes` are the material without the
    /// conversion.
    fn converted(self, bytes: &SecretBytes) -> Option<Mangling> {
        let is_good = |bytes: &SecretBytes| {
            KeyMaterial::from_import(bytes, self.key_spec, self.rules).is_ok()
        };
        let added = mangling::without_added_returns(bytes.expose());
        if added.is_some_and(|bytes| is_good(&bytes)) {
            return Some(Mangling::NewlinesToCrLf);
        }
        // One raw key in eight has a newline, so a missing byte proves nothing.
        let missing = usize::from(self.raw_len().is_none());
        let lost = mangling::with_lost_returns(bytes.expose(), missing);
        lost.iter().any(is_good).then_some(Mangling::CrLfToNewlines)
    }

    /// Returns the zeros that can be removed at either end. A raw key can end with zeros of its
    /// own, so it is cut to its length and not to its last non-zero byte.
    fn without_zeros(self, bytes: &[u8]) -> Vec<(MaterialCause, &[u8])> {
        let is_zero = |byte: &&u8| **byte == 0;
        let before = bytes.iter().take_while(is_zero).count();
        let after = bytes.iter().rev().take_while(is_zero).count();
        let (before, after) = match self.raw_len() {
            None => (before, if after > MAX_ZERO_TAIL { after } else { 0 }),
            Some(len) => {
                let surplus = bytes.len().saturating_sub(len);
                (
                    if surplus <= before { surplus } else { 0 },
                    if surplus <= after { surplus } else { 0 },
                )
            }
        };
        let without_after = bytes.get(..bytes.len() - after).filter(|_| after > 0);
        let without_before = bytes.get(before..).filter(|_| before > 0);
        let after = without_after.map(|inner| (MaterialCause::Zeros { before: 0, after }, inner));
        let before = without_before.map(|inner| (MaterialCause::Zeros { before, after: 0 }, inner));
        after.into_iter().chain(before).collect()
    }

    fn length_evidence(self, bytes: &SecretBytes) -> Evidence {
        if self.raw_len() == Some(bytes.len()) {
            Evidence::Length
        } else {
            Evidence::None
        }
    }

    /// Returns the length of raw material in bytes; `None` for private keys.
    pub(super) fn raw_len(self) -> Option<usize> {
        match self.key_spec.family() {
            Family::Symmetric => Some(self.rules.symmetric_len()),
            Family::Hmac { len } => Some(len),
            _ => None,
        }
    }
}

/// Returns the form, if AWS KMS does not accept it.
fn refused_form(format: SourceFormat) -> Option<SourceFormat> {
    (!format.refused_by_aws().is_empty()).then_some(format)
}

/// Returns whether there may be more causes than `error`.
const fn is_vague(error: &KeyMaterialError) -> bool {
    match error {
        KeyMaterialError::Read(error) => match error {
            ReadError::TooLong
            | ReadError::TrailingBytes { .. }
            | ReadError::TwoFiles { .. }
            | ReadError::Malformed
            | ReadError::Mangled(_)
            | ReadError::Unreadable { .. }
            | ReadError::KeySpecNeeded { .. } => true,
            ReadError::Unsupported(form) => matches!(form, Form::Utf16 | Form::OtherJson),
            ReadError::NotPkcs8(format) => {
                matches!(format.encoding, Encoding::Pem | Encoding::Json)
            }
            ReadError::Empty
            | ReadError::PassphraseNeeded
            | ReadError::Encryption { .. }
            | ReadError::DamagedPem
            | ReadError::Version { .. }
            | ReadError::Jwk(_)
            | ReadError::RsaXml(_)
            | ReadError::WrappedInJson { .. }
            | ReadError::NotWrittenAs { .. }
            | ReadError::NoCurve
            | ReadError::TwoCurves { .. }
            | ReadError::Algorithm(_)
            | ReadError::RsaPss
            | ReadError::Curve(_)
            | ReadError::ExplicitCurve
            | ReadError::BareScalar(_)
            | ReadError::BareSeed(_)
            | ReadError::SeveralKeys(_)
            | ReadError::AliasNeeded(_)
            | ReadError::UnknownAlias { .. }
            | ReadError::DamagedStore { .. }
            | ReadError::NoKey(_)
            | ReadError::TooManyEntries { .. }
            | ReadError::SecretKeyAlgorithm(_) => false,
        },
        KeyMaterialError::Material(error) => matches!(
            error,
            MaterialError::WrongLength { .. } | MaterialError::NotDecoded { .. }
        ),
    }
}

/// Returns what an error shows about the bytes: whether they have a known structure.
const fn evidence_of(error: &KeyMaterialError) -> Evidence {
    let is_recognised = match error {
        KeyMaterialError::Read(error) => match error {
            ReadError::Empty
            | ReadError::TooLong
            | ReadError::Malformed
            | ReadError::Mangled(_)
            | ReadError::Unreadable { .. }
            | ReadError::KeySpecNeeded { .. }
            | ReadError::BareScalar(_)
            | ReadError::BareSeed(_) => false,
            ReadError::Unsupported(form) => !matches!(
                form,
                Form::JavaKeyStore(_) | Form::OpenPgp | Form::Utf16 | Form::OtherJson
            ),
            ReadError::PassphraseNeeded
            | ReadError::Encryption { .. }
            | ReadError::DamagedPem
            | ReadError::Version { .. }
            | ReadError::TrailingBytes { .. }
            | ReadError::TwoFiles { .. }
            | ReadError::Jwk(_)
            | ReadError::RsaXml(_)
            | ReadError::WrappedInJson { .. }
            | ReadError::NotWrittenAs { .. }
            | ReadError::NoCurve
            | ReadError::TwoCurves { .. }
            | ReadError::NotPkcs8(_)
            | ReadError::Algorithm(_)
            | ReadError::RsaPss
            | ReadError::Curve(_)
            | ReadError::ExplicitCurve
            | ReadError::SeveralKeys(_)
            | ReadError::AliasNeeded(_)
            | ReadError::UnknownAlias { .. }
            | ReadError::DamagedStore { .. }
            | ReadError::NoKey(_)
            | ReadError::TooManyEntries { .. }
            | ReadError::SecretKeyAlgorithm(_) => true,
        },
        KeyMaterialError::Material(error) => !matches!(
            error,
            MaterialError::WrongLength { .. }
                | MaterialError::NotDecoded { .. }
                | MaterialError::NotImportable(_)
        ),
    };
    if is_recognised {
        Evidence::Structure
    } else {
        Evidence::None
    }
}
