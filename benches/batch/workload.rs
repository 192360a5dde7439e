//! The files of a batch: key material, import parameters of production, and the manifest.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use byok_core::compatibility::Rules;
use byok_core::generate::generate;
use byok_core::key_spec::KeySpec;
use byok_core::wrapping_key_spec::WrappingKeySpec;
use byok_core::wrapping_private_key::WrappingPrivateKey;
use chacha20::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

use crate::Outcome;

/// The number of different RSA keys. New ones for each row would take hours; no program that is
/// measured remembers a key.
const RSA_KEYS: usize = 64;
/// The length of the tokens of AWS KMS that were seen, without their head of 41 bytes.
const TOKEN_BODY_LEN: u16 = 1716;

/// The Developer Guide's command for RSAES_OAEP_SHA_256.
const OPENSSL_OAEP: &str = "openssl pkeyutl -encrypt -in keys/{} -out openssl/{} \
    -inkey public/{} -keyform DER -pubin \
    -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256";

/// The Developer Guide's commands for RSA_AES_KEY_WRAP_SHA_256.
const OPENSSL_KEY_WRAP: &str = "openssl rand -out openssl/{}.aes 32
    openssl enc -id-aes256-wrap-pad -K \"$(od -An -v -tx1 openssl/{}.aes | tr -d \" \\n\")\" -iv A65959A6 \
        -in keys/{} -out openssl/{}.material
    openssl pkeyutl -encrypt -in openssl/{}.aes -out openssl/{}.key \
        -inkey public/{} -keyform DER -pubin \
        -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256
    cat openssl/{}.key openssl/{}.material > openssl/{}";

/// Rows of one kind, in a folder.
pub(crate) struct Case {
    pub(crate) folder: PathBuf,
    pub(crate) rows: usize,
    pub(crate) key_spec: &'static str,
    pub(crate) algorithm: &'static str,
    /// The commands for one row, whose number is `{}`.
    pub(crate) openssl: &'static str,
}

impl Case {
    pub(crate) fn symmetric(folder: PathBuf, rows: usize) -> Self {
        Self {
            folder,
            rows,
            key_spec: "SYMMETRIC_DEFAULT",
            algorithm: "RSAES_OAEP_SHA_256",
            openssl: OPENSSL_OAEP,
        }
    }

    pub(crate) fn rsa(folder: PathBuf, rows: usize) -> Self {
        Self {
            folder,
            rows,
            key_spec: "RSA_2048",
            algorithm: "RSA_AES_KEY_WRAP_SHA_256",
            openssl: OPENSSL_KEY_WRAP,
        }
    }

    fn is_rsa(&self) -> bool {
        self.key_spec == "RSA_2048"
    }
}

/// The keys of all cases.
pub(crate) struct Workload {
    wrapping_keys: Vec<Vec<u8>>,
    rsa_keys: Vec<Vec<u8>>,
}

impl Workload {
    /// Makes the keys.
    pub(crate) fn new() -> Outcome<Self> {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let wrapping_key = |_| {
            let key = WrappingPrivateKey::generate(WrappingKeySpec::Rsa2048, &mut rng);
            key.public_key().spki().as_bytes().to_vec()
        };
        let wrapping_keys = (0..RSA_KEYS).map(wrapping_key).collect();
        let rsa_keys = (0..RSA_KEYS).map(|_| {
            let key = generate(KeySpec::Rsa2048, Rules::Standard, &mut rng)?;
            Ok(key.bytes().expose().to_vec())
        });
        let rsa_keys = rsa_keys.collect::<Outcome<_>>()?;
        Ok(Self {
            wrapping_keys,
            rsa_keys,
        })
    }

    /// Writes the files of `case`. Each row has its own key, token and KMS key; RSA keys are repeated, and
    /// their rows are one group, which may share key material.
    pub(crate) fn write(&self, case: &Case) -> Outcome<()> {
        for name in ["keys", "params", "public", "openssl"] {
            fs::create_dir_all(case.folder.join(name))?;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let valid_to = now + 23 * 60 * 60;
        let mut rng = ChaCha20Rng::from_seed([2; 32]);
        let mut manifest = BufWriter::new(File::create(case.folder.join("manifest.jsonl"))?);
        for row in 1..=case.rows {
            let wrapping_key = &self.wrapping_keys[row % RSA_KEYS];
            let mut material = vec![0; 32];
            rng.fill_bytes(&mut material);
            let mut shared = "";
            if case.is_rsa() {
                material.clone_from(&self.rsa_keys[row % RSA_KEYS]);
                shared = r#","SharedMaterial":"benchmark""#;
            }
            let params = parameters(row, wrapping_key, valid_to, &mut rng);
            fs::write(case.folder.join(format!("keys/{row}")), material)?;
            fs::write(case.folder.join(format!("params/{row}")), params)?;
            fs::write(case.folder.join(format!("public/{row}")), wrapping_key)?;
            writeln!(
                manifest,
                r#"{{"Id":"tenant-{row}","Material":"keys/{row}","Params":"params/{row}"{shared}}}"#
            )?;
        }
        manifest.flush()?;
        allow_only_owner(case)
    }
}

/// Formats a GetParametersForImport response as the AWS CLI prints it.
fn parameters(row: usize, wrapping_key: &[u8], valid_to: u64, rng: &mut ChaCha20Rng) -> String {
    format!(
        "{{\n    \"KeyId\": \"arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-{row:012x}\",\n    \
         \"ImportToken\": \"{}\",\n    \"PublicKey\": \"{}\",\n    \
         \"ParametersValidTo\": {valid_to}.0\n}}\n",
        STANDARD.encode(token(rng)),
        STANDARD.encode(wrapping_key)
    )
}

/// Returns random bytes in the form of AWS KMS's tokens.
fn token(rng: &mut ChaCha20Rng) -> Vec<u8> {
    let id_encrypted_data = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 6];
    let content_len = TOKEN_BODY_LEN - 19;
    let (mut id, mut content) = ([0; 32], vec![0; content_len.into()]);
    rng.fill_bytes(&mut id);
    rng.fill_bytes(&mut content);
    [
        &[1, 1, 2, 0, 0x78][..],
        &id,
        &u32::from(TOKEN_BODY_LEN).to_be_bytes(),
        &[0x30, 0x82],
        &(TOKEN_BODY_LEN - 4).to_be_bytes(),
        &id_encrypted_data,
        &[0xa0, 0x82],
        &content_len.to_be_bytes(),
        &content,
    ]
    .concat()
}

/// Closes the folder of the keys to other users, so that byok has no reason to warn.
fn allow_only_owner(case: &Case) -> Outcome<()> {
    use std::os::unix::fs::PermissionsExt as _;

    let only_owner = fs::Permissions::from_mode(0o700);
    Ok(fs::set_permissions(case.folder.join("keys"), only_owner)?)
}
