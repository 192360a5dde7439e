//! Files that are not key material, and contain a secret all the same.

use crate::forms::{der_of, pem};
use crate::material::{fixture, secrets_of_pkcs8};
use crate::random::random_bytes;

/// A file without a supported key.
pub(crate) struct Foreign {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    /// The secret in it.
    pub(crate) secret: Vec<u8>,
    /// The status of `rehearse` and `inspect`.
    pub(crate) statuses: [i32; 2],
}

impl Foreign {
    pub(crate) fn all() -> Vec<Self> {
        let p256 = der_of(&fixture("TEST-p256.pem"));
        let scalar = secrets_of_pkcs8(&p256).swap_remove(0).bytes;
        let key = pem("PRIVATE KEY", &p256);
        let hex = byok_core::hex::encode(&random_bytes(32));
        let utf16 = format!("\u{feff}{hex}\r\n")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<_>>();
        let mnemonic =
            b"legal winner thank year wave sausage worth useful legal winner thank yellow".to_vec();
        let [identity, putty, open_pgp] = ["age-identity.txt", "putty.ppk", "openpgp.gpg"]
            .map(|name| fixture(&format!("key-material/TEST-{name}")));
        let identity_line = identity
            .split(|byte| *byte == b'\n')
            .find(|line| line.starts_with(b"AGE-SECRET"));
        let identity_line = identity_line.expect("an identity").to_vec();
        // RFC 9580, 5.5.3: the first packet, of 88 bytes, ends with the scalar and a checksum of 2
        // bytes.
        let open_pgp_scalar = open_pgp[2..][..88 - 2][88 - 2 - 32..].to_vec();
        let of = |name, bytes, secret, statuses| Self {
            name,
            bytes,
            secret,
            statuses,
        };
        vec![
            of("mnemonic", mnemonic.clone(), mnemonic, [1, 0]),
            of("identity", identity, identity_line, [1, 0]),
            of("putty", putty, scalar.clone(), [1, 0]),
            of("openpgp", open_pgp, open_pgp_scalar, [1, 0]),
            of("two-keys", [key.clone(), key].concat(), scalar, [2, 0]),
            of("utf-16", utf16.clone(), utf16, [1, 3]),
            of(
                "byte-order-mark",
                format!("\u{feff}{hex}").into_bytes(),
                hex.into_bytes(),
                [1, 3],
            ),
        ]
    }
}
