//! The notes on key material.

use byok_core::key_file::{FormatNote, KeyPlace, TextLayer};
use byok_core::key_material::{FoundWeakness, KeyMaterial, Reading};
use byok_core::key_spec::KeySpec;

use crate::terminal::Terminal;

/// The notes on key material from a file.
#[derive(Debug, Default)]
pub(crate) struct FormatNotes {
    /// What the reader ignored or corrected, and key specs without a recorded import.
    notes: Vec<String>,
    /// Weaknesses, and properties that are not verified with AWS KMS.
    warnings: Vec<String>,
}

impl FormatNotes {
    /// Returns the notes on a file.
    pub(crate) fn of(reading: &Reading) -> Self {
        let mut remarks = Self::of_key_spec(reading.material.key_spec());
        for remark in &reading.remarks {
            let group = match remark {
                FormatNote::LongHmacKey { .. }
                | FormatNote::NoMac
                | FormatNote::TestKey
                | FormatNote::OtherAlgorithm(_)
                | FormatNote::StoreDigest => &mut remarks.warnings,
                FormatNote::Carried(_)
                | FormatNote::Certificates(_)
                | FormatNote::ScalarLength { .. }
                | FormatNote::ZeroTail(_)
                | FormatNote::NoPublicKey
                | FormatNote::ExplicitCurve(_)
                | FormatNote::NotCanonical
                | FormatNote::WrongLabel
                | FormatNote::EmptyPassphrase
                | FormatNote::WeakEncryption(_) => &mut remarks.notes,
            };
            group.push(put_right(remark));
        }
        remarks
            .warnings
            .extend(reading.material.weakness().map(weak));
        remarks
    }

    /// Returns the notes on wrapped material: weaknesses, and properties that are not verified with
    /// AWS KMS.
    pub(crate) fn of_wrapped(material: &KeyMaterial, remarks: &[FormatNote]) -> Self {
        let weakness = material.weakness().map(weak);
        Self {
            warnings: remarks.iter().map(unproven).chain(weakness).collect(),
            ..Self::of_key_spec(material.key_spec())
        }
    }

    /// Returns the note on all key material of a key spec, if there is one.
    pub(crate) fn of_key_spec(key_spec: KeySpec) -> Self {
        Self::note(
            (!key_spec.has_recorded_import()).then(|| {
                format!("import of {key_spec} keys: documented by AWS, no import recorded")
            }),
        )
    }

    /// Builds notes from one note, if there is one.
    pub(crate) fn note(note: Option<String>) -> Self {
        Self {
            notes: note.into_iter().collect(),
            warnings: Vec::new(),
        }
    }

    /// Returns all of them, for reports.
    pub(crate) fn texts(&self) -> Vec<String> {
        [self.notes.as_slice(), &self.warnings].concat()
    }

    /// Prints them.
    pub(crate) fn tell(&self, terminal: &Terminal) {
        self.notes.iter().for_each(|note| terminal.note(note));
        self.warnings
            .iter()
            .for_each(|warning| terminal.warning(warning));
    }
}

/// Describes a weakness, and how certain it is.
pub(crate) fn weak(found: FoundWeakness) -> String {
    let weakness = found.weakness;
    match found.rarity.bits() {
        Some(bits) if !found.is_refused() => format!(
            "possibly weak key material: {weakness}; one random key in 2^{bits} looks the same"
        ),
        _ => format!("weak key material: {weakness}"),
    }
}

fn put_right(remark: &FormatNote) -> String {
    match remark {
        FormatNote::Carried(place) => undone(place),
        FormatNote::Certificates(1) => "ignored 1 certificate".to_owned(),
        FormatNote::Certificates(count) => format!("ignored {count} certificates"),
        FormatNote::ZeroTail(count) => format!("removed {} after the key", zero_bytes(*count)),
        FormatNote::ScalarLength { len, curve } => format!(
            "wrote the scalar of {len} bytes with leading zeros for {} bytes, its full length on {}",
            curve.scalar_len(),
            curve.name()
        ),
        FormatNote::NoPublicKey => "added the missing public key".to_owned(),
        FormatNote::ExplicitCurve(curve) => {
            format!(
                "replaced explicit curve parameters with the name {}",
                curve.name()
            )
        }
        FormatNote::NotCanonical => {
            "rewrote the key as minimal PKCS#8: version 1, without attributes".to_owned()
        }
        FormatNote::WeakEncryption(scheme) => {
            format!("weak encryption ({scheme}): protect the file like an unencrypted key")
        }
        FormatNote::NoMac => {
            "no MAC in the PKCS#12 file: a change of the file may not be noticed".to_owned()
        }
        FormatNote::EmptyPassphrase => {
            "the passphrase is empty: protect the file like an unencrypted key".to_owned()
        }
        FormatNote::TestKey => {
            "a test key, derived from a seed: never use it in production".to_owned()
        }
        FormatNote::WrongLabel => {
            "the PEM label does not match the key format; ignoring the label".to_owned()
        }
        FormatNote::OtherAlgorithm(key_spec) => {
            format!("the algorithm in the file is that of a {key_spec} key: check --alias and --key-spec")
        }
        FormatNote::StoreDigest => {
            "the passphrase opens the key but does not match the digest of the key store: the store \
             has another passphrase, or somebody changed the file"
                .to_owned()
        }
        FormatNote::LongHmacKey { .. } => unproven(remark),
    }
}

/// Describes what was undone to reach the key, outermost first.
fn undone(place: &KeyPlace) -> String {
    let layer = |layer: &TextLayer| match layer {
        TextLayer::Utf16 => "decoded UTF-16".to_owned(),
        TextLayer::Escapes => "replaced escapes such as \\n".to_owned(),
        TextLayer::PercentEncoding => "decoded the encoding of URLs (%0A)".to_owned(),
        TextLayer::LinePrefix => "removed the quotation sign before each line".to_owned(),
        TextLayer::Literals => "joined string literals".to_owned(),
        TextLayer::Base64 => "decoded base64".to_owned(),
        TextLayer::Hex => "decoded hex digits".to_owned(),
        TextLayer::Armour => "removed the PEM armour, as certutil -encode writes it".to_owned(),
        TextLayer::Member(path) if path.is_short() => format!("took {}", path.as_str()),
        TextLayer::Member(_) => "took a member".to_owned(),
        TextLayer::Lines(lines) => format!("took {lines}"),
    };
    let layers: Vec<_> = place.0.iter().map(layer).collect();
    format!("to reach the key, byok {}", layers.join(", then "))
}

/// Describes properties of wrapped material that byok accepts and that are not verified with AWS
/// KMS.
fn unproven(remark: &FormatNote) -> String {
    match remark {
        FormatNote::ZeroTail(count) => {
            format!("{} after the key: {NOT_VERIFIED}", zero_bytes(*count))
        }
        FormatNote::NoPublicKey => format!("no public key in the private key: {NOT_VERIFIED}"),
        FormatNote::NotCanonical => {
            format!("PKCS#8 version 2, with attributes, or not minimal: {NOT_VERIFIED}")
        }
        FormatNote::LongHmacKey { len, exact } => format!(
            "{len} bytes: AWS documents {exact} to 128 bytes in one place and exactly {exact} in \
             another; only an import of {exact} bytes is known to work"
        ),
        FormatNote::Carried(_)
        | FormatNote::Certificates(_)
        | FormatNote::ScalarLength { .. }
        | FormatNote::ExplicitCurve(_)
        | FormatNote::WrongLabel
        | FormatNote::WeakEncryption(_)
        | FormatNote::OtherAlgorithm(_)
        | FormatNote::StoreDigest
        | FormatNote::NoMac
        | FormatNote::EmptyPassphrase
        | FormatNote::TestKey => put_right(remark),
    }
}

const NOT_VERIFIED: &str = "not verified that AWS KMS accepts this";

fn zero_bytes(count: usize) -> String {
    if count == 1 {
        "1 zero byte".to_owned()
    } else {
        format!("{count} zero bytes")
    }
}
