//! The notes on key material.

use byok_core::key_file::Remark;
use byok_core::key_material::{FoundWeakness, KeyMaterial, Reading};

use crate::terminal::Terminal;

/// The notes on key material from a file.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    /// What the reader ignored or corrected.
    notes: Vec<String>,
    /// Weaknesses, and properties without a recorded import.
    warnings: Vec<String>,
}

impl Remarks {
    /// Returns the notes on a file.
    pub(crate) fn of(reading: &Reading) -> Self {
        let mut remarks = Self::default();
        for remark in &reading.remarks {
            let group = match remark {
                Remark::LongHmacKey { .. } | Remark::TestKey => &mut remarks.warnings,
                Remark::Certificates(_)
                | Remark::ZeroTail(_)
                | Remark::NoPublicKey
                | Remark::ExplicitCurve(_)
                | Remark::NotCanonical
                | Remark::WrongLabel => &mut remarks.notes,
            };
            group.push(put_right(remark));
        }
        remarks
            .warnings
            .extend(reading.material.weakness().map(weak));
        remarks
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

/// What the user must know about material that was wrapped: what nobody has asked AWS KMS about, and why
/// it is weak.
pub(crate) fn of_wrapped(material: &KeyMaterial, remarks: &[Remark]) -> Vec<String> {
    let weakness = material.weakness().map(weak);
    remarks.iter().map(unproven).chain(weakness).collect()
}

/// What a weakness is called, with how sure it is that it is one.
pub(crate) fn weak(found: FoundWeakness) -> String {
    let weakness = found.weakness;
    match found.rarity.bits() {
        Some(bits) if !found.is_refused() => format!(
            "possibly weak key material: {weakness}; one random key in 2^{bits} looks the same"
        ),
        _ => format!("weak key material: {weakness}"),
    }
}

fn put_right(remark: &Remark) -> String {
    match remark {
        Remark::Certificates(1) => "1 certificate ignored".to_owned(),
        Remark::Certificates(count) => format!("{count} certificates ignored"),
        Remark::ZeroTail(count) => format!("{} after the key left out", zero_bytes(*count)),
        Remark::NoPublicKey => "the key came without its public key; put in".to_owned(),
        Remark::ExplicitCurve(curve) => {
            format!(
                "the curve was written out; it is {}, and named so now",
                curve.name()
            )
        }
        Remark::NotCanonical => {
            "written anew as the shortest PKCS#8: version 1, without attributes".to_owned()
        }
        Remark::TestKey => "a test key, derived from a seed: never use it in production".to_owned(),
        Remark::WrongLabel => "the label of its PEM is not that of its form; ignored".to_owned(),
        Remark::LongHmacKey { .. } => unproven(remark),
    }
}

/// Describes wrapped properties without a recorded import, which are accepted here.
fn unproven(remark: &Remark) -> String {
    match remark {
        Remark::ZeroTail(count) => {
            format!("{} after the key; {NOT_VERIFIED}", zero_bytes(*count))
        }
        Remark::NoPublicKey => format!("the key is without its public key; {NOT_VERIFIED}"),
        Remark::NotCanonical => {
            format!(
                "PKCS#8 of another version, with attributes, or not in its shortest form; {NOT_VERIFIED}"
            )
        }
        Remark::LongHmacKey { len, exact } => format!(
            "{len} bytes: AWS KMS documents {exact} to 128 for this key spec, but elsewhere that it is exactly \
             {exact}, and only {exact} is verified"
        ),
        Remark::Certificates(_)
        | Remark::ExplicitCurve(_)
        | Remark::WrongLabel
        | Remark::TestKey => put_right(remark),
    }
}

const NOT_VERIFIED: &str = "that AWS KMS takes this is not verified";

fn zero_bytes(count: usize) -> String {
    if count == 1 {
        "1 zero byte".to_owned()
    } else {
        format!("{count} zero bytes")
    }
}
