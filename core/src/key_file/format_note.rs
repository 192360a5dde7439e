//! Notes on the format of a key file.

use super::text_layer::KeyPlace;
use crate::key_spec::{Curve, KeySpec};

/// Notes on a file of key material.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatNote {
    /// Layers of text around the key file were undone.
    Carried(KeyPlace),
    /// The file also contains certificates. The first one belongs to the key.
    Certificates(usize),
    /// Zero bytes follow the key, as SoftHSM leaves them.
    ZeroTail(usize),
    /// An EC private key whose scalar lacks leading zeros, or has more of them.
    ScalarLength {
        /// The length found, in bytes.
        len: usize,
        /// The curve.
        curve: Curve,
    },
    /// An EC private key without its public key.
    NoPublicKey,
    /// Explicit curve parameters; they are those of this curve.
    ExplicitCurve(Curve),
    /// PKCS#8 that differs from the canonical form: another version, attributes, a second curve
    /// name, a compressed point.
    NotCanonical,
    /// The PEM label does not match the key format; the label is ignored.
    WrongLabel,
    /// The encryption of the file is weak; the name of its scheme.
    WeakEncryption(&'static str),
    /// The file names the algorithm of a secret key, which is that of this key spec and not of the
    /// expected one.
    OtherAlgorithm(KeySpec),
    /// The passphrase of the key does not match the digest of the key store.
    StoreDigest,
    /// A PKCS#12 file without a MAC.
    NoMac,
    /// The passphrase of the file is empty.
    EmptyPassphrase,
    /// The file says that the key was derived from a seed.
    TestKey,
    /// An HMAC key that is longer than its hash; both in bytes.
    LongHmacKey {
        /// The length found.
        len: usize,
        /// The length with a recorded import.
        exact: usize,
    },
}

impl FormatNote {
    /// Returns the curve of explicit parameters.
    pub(crate) const fn as_explicit_curve(&self) -> Option<Curve> {
        if let Self::ExplicitCurve(curve) = self {
            Some(*curve)
        } else {
            None
        }
    }
}
