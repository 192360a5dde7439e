//! `inspect`: detects the kind of a file.
//!
//! byok checks for the following, in order. Each check is strict, and the first that succeeds is
//! the answer:
//!
//! 1. JSON, by its members: a report, a verdict, the `ImportKeyMaterial` request, the
//!    `GetParametersForImport` response and request, a key's description, the answer of
//!    `get-public-key`. Other JSON can only be key material. The response in other forms of the AWS
//!    CLI, and in the ZIP archive of the console. A report in Markdown or HTML, by its
//!    first lines.
//! 2. A public key or a certificate, all of the file.
//! 3. An import token: by the rehearsal mark, whole or damaged, or by the form of AWS's.
//! 4. A private key in any form that is read, good or not, also inside other text; or JSON with a key that
//!    another program wrapped.
//! 5. Bytes of a length that raw key material has.
//! 6. Bytes that look random, of a length that wrapped key material has.

use crate::{
    blob::Blob,
    compatibility::Rules,
    import_parameters::{ConsoleDownload, ImportParameters, ImportParametersError},
    import_request::ImportRequest,
    import_token::{ImportToken, InvalidImportToken, RootSecret, TokenFacts, TokenOrigin},
    json::{JsonError, Object},
    key_file::{self, Alias, Form, MaterialFormat, ReadError},
    key_id::KeyArn,
    key_material::{
        FoundWeakness, KeyMaterial, KeyMaterialError, MaterialError, ReadOptions, Reading,
        WeakMaterial, bare_len,
    },
    key_metadata::{KeyMetadata, KeyMetadataError},
    key_spec::{Family, KeySpec},
    parameters_request::ParametersRequest,
    public_key::KeyComparison,
    public_key_file::{self, NoPublicKey, PublicKeyFile},
    report::{BatchReport, RenderedForm, Report, ReportError, ReportTitle},
    secret::SecretBytes,
    verdict::{VerdictDocument, VerdictDocumentError},
    words::words,
    wrapping_key_spec::WrappingKeySpec,
    wrapping_public_key::{WrappingPublicKey, WrappingPublicKeyError},
    zip_archive::ZipArchive,
};

mod clue;
mod encrypted_length;

pub use clue::Clue;
pub use encrypted_length::{PossibleWrapping, possible_wrappings};

words! {
    /// The kinds of file that `inspect` distinguishes.
    pub enum Kind {
        /// The request of `GetParametersForImport`.
        ParametersRequest = "GetParametersForImportRequest",
        /// The response of `GetParametersForImport`.
        ImportParameters = "GetParametersForImportResponse",
        /// The request of `ImportKeyMaterial`.
        ImportRequest = "ImportKeyMaterialRequest",
        /// The description of a KMS key: the output of `describe-key` and `create-key`.
        KeyMetadata = "KeyMetadata",
        /// A report of byok.
        Report = "Report",
        /// The JSON answer of `verify` or `rehearse`.
        Verdict = "Verdict",
        /// A public key in JSON: the output of `get-public-key`.
        GetPublicKey = "GetPublicKeyResponse",
        /// A public key.
        PublicKey = "PublicKey",
        /// A certificate.
        Certificate = "Certificate",
        /// An import token.
        ImportToken = "ImportToken",
        /// Key material that AWS KMS would accept, after conversion if necessary.
        KeyMaterial = "KeyMaterial",
        /// A private key that AWS KMS would refuse.
        UnusableKeyMaterial = "UnusableKeyMaterial",
        /// A document with a key that another program wrapped.
        WrappedElsewhere = "WrappedElsewhere",
        /// Bytes of a length that key material has.
        RawBytes = "RawBytes",
        /// Bytes with a length of wrapped key material.
        EncryptedKeyMaterial = "EncryptedKeyMaterial",
        /// An unknown format.
        Unknown = "Unknown",
    }
}

/// The contents of a file.
#[derive(Debug)]
pub enum Inspection {
    /// The request of `GetParametersForImport`.
    ParametersRequest(ParametersRequest),
    /// The response of `GetParametersForImport`.
    ImportParameters(Box<ImportParameters>),
    /// The console's download of import parameters, as a ZIP archive.
    ConsoleDownload(Box<ConsoleDownload>),
    /// The request of `ImportKeyMaterial`.
    ImportRequest(Box<ImportRequest>),
    /// The description of a KMS key.
    KeyMetadata(Box<KeyMetadata>),
    /// A report of byok.
    Report(Box<Report>),
    /// A report of `byok batch`.
    BatchReport(Box<BatchReport>),
    /// A report of byok in a form for people.
    RenderedReport(RenderedForm, ReportTitle),
    /// The JSON answer of `verify` or `rehearse`.
    Verdict(Box<VerdictDocument>),
    /// The JSON answer of `public-key --compare`.
    KeyComparison(KeyComparison),
    /// A document of this kind with a fault.
    Faulty(Kind, DocumentFault),
    /// A public key, alone or inside another format.
    PublicKey {
        /// The key, and the format around it.
        file: PublicKeyFile,
        /// The KMS key of the public key, if the document names it.
        key_arn: Option<KeyArn>,
        /// The wrapping key spec that it can have, or the reason why it has none.
        wrapping_key: Result<WrappingKeySpec, WrappingPublicKeyError>,
    },
    /// An import token.
    ImportToken(ImportToken),
    /// Key material that AWS KMS would accept.
    KeyMaterial(Box<Reading>),
    /// A private key that AWS KMS would refuse, and the reason.
    UnusableKeyMaterial {
        /// The form of the file.
        form: Form,
        /// The reason.
        error: KeyMaterialError,
    },
    /// A document with a key that another program wrapped.
    WrappedElsewhere {
        /// The form of the file.
        form: Form,
        /// What is said of it as key material.
        error: KeyMaterialError,
    },
    /// Bytes of a length that raw key material has.
    RawBytes {
        /// The number of bytes.
        len: usize,
        /// The key specs with that material length.
        key_specs: Vec<KeySpec>,
        /// The rules under which they have it.
        rules: Rules,
        /// The likely encoding.
        clue: Option<Clue>,
        /// The weakness of the bytes as a key, if there is one.
        weakness: Option<FoundWeakness>,
    },
    /// Bytes with a length of wrapped key material.
    EncryptedKeyMaterial {
        /// The number of bytes.
        len: usize,
        /// The possible ways of wrapping.
        ways: Vec<PossibleWrapping>,
    },
    /// An unknown format.
    Unknown {
        /// The length of the file in bytes.
        len: usize,
        /// The likely format.
        clue: Option<Clue>,
    },
}

/// The fault of a document whose kind is clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentFault {
    /// A member.
    Json(JsonError),
    /// The import parameters.
    ImportParameters(ImportParametersError),
    /// The description of the key.
    KeyMetadata(KeyMetadataError),
    /// The public key.
    PublicKey(NoPublicKey),
    /// The report.
    Report(ReportError),
    /// The verdict.
    Verdict(VerdictDocumentError),
}

impl core::fmt::Display for DocumentFault {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Json(error) => error.fmt(f),
            Self::ImportParameters(error) => error.fmt(f),
            Self::KeyMetadata(error) => error.fmt(f),
            Self::PublicKey(_) => f.write_str("member PublicKey is not a public key"),
            Self::Report(error) => error.fmt(f),
            Self::Verdict(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for DocumentFault {}

impl From<JsonError> for DocumentFault {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

impl Inspection {
    /// Returns the kind of file.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::ParametersRequest(_) => Kind::ParametersRequest,
            Self::ImportParameters(_) | Self::ConsoleDownload(_) => Kind::ImportParameters,
            Self::ImportRequest(_) => Kind::ImportRequest,
            Self::KeyMetadata(_) => Kind::KeyMetadata,
            Self::Report(_) | Self::BatchReport(_) | Self::RenderedReport(..) => Kind::Report,
            Self::Verdict(_) | Self::KeyComparison(_) => Kind::Verdict,
            Self::Faulty(kind, _) => *kind,
            Self::PublicKey { file, .. } => match file.form {
                public_key_file::PublicKeyForm::Spki => Kind::PublicKey,
                public_key_file::PublicKeyForm::Certificate => Kind::Certificate,
                public_key_file::PublicKeyForm::Json => Kind::GetPublicKey,
            },
            Self::ImportToken(_) => Kind::ImportToken,
            Self::KeyMaterial(_) => Kind::KeyMaterial,
            Self::UnusableKeyMaterial { .. } => Kind::UnusableKeyMaterial,
            Self::WrappedElsewhere { .. } => Kind::WrappedElsewhere,
            Self::RawBytes { .. } => Kind::RawBytes,
            Self::EncryptedKeyMaterial { .. } => Kind::EncryptedKeyMaterial,
            Self::Unknown { .. } => Kind::Unknown,
        }
    }
}

/// Detects the kind of a file. Returns only public facts of a secret.
pub fn inspect(file: &SecretBytes) -> Inspection {
    let bytes = file.expose();
    let unknown = |clue| Inspection::Unknown {
        len: bytes.len(),
        clue,
    };
    match other_parameters(bytes) {
        // A text with the name of a member in it can still be a key.
        Some(faulty @ Inspection::Faulty(..)) => return readable_key(file).unwrap_or(faulty),
        Some(found) => return found,
        None => {}
    }
    if ZipArchive::parse(bytes).is_ok() {
        return unknown(clue::find(bytes));
    }
    match Object::read(bytes) {
        Ok(object) => {
            return document(&object, bytes)
                .or_else(|| key_material(file))
                .or_else(|| octets(file))
                .unwrap_or_else(|| unknown(Some(Clue::OtherJson)));
        }
        Err(error) if clue::is_meant_as_json(bytes) => {
            return readable_key(file).unwrap_or_else(|| unknown(Some(Clue::Json(error))));
        }
        Err(_) => {}
    }
    if let Some((form, title)) = Report::rendered(bytes) {
        return Inspection::RenderedReport(form, title);
    }
    let found = public_key(bytes).or_else(|| match key_material(file) {
        Some(unusable @ Inspection::UnusableKeyMaterial { .. }) => {
            import_token(bytes).or(Some(unusable))
        }
        found => found.or_else(|| import_token(bytes)),
    });
    let found = found
        .or_else(|| raw_bytes(file, bytes.len(), clue::find(bytes)))
        .or_else(|| encrypted_key_material(bytes));
    found.unwrap_or_else(|| unknown(clue::find(bytes)))
}

/// Returns a key that every command reads, whatever is around it.
fn readable_key(file: &SecretBytes) -> Option<Inspection> {
    key_material(file).filter(|found| !matches!(found, Inspection::UnusableKeyMaterial { .. }))
}

/// Returns the names of the keys in a file, as far as they are readable without a passphrase.
pub fn aliases(file: &SecretBytes) -> Vec<Alias> {
    key_file::aliases(file.expose())
}

/// Opens a token of a rehearsal, for its public facts.
///
/// # Errors
///
/// [`InvalidImportToken`] if `root` did not seal it, or it is damaged.
pub fn open(token: &ImportToken, root: &RootSecret) -> Result<TokenFacts, InvalidImportToken> {
    token.open(root).map(|contents| contents.facts())
}

/// The `GetParametersForImport` response in another form than JSON, good or not.
fn other_parameters(bytes: &[u8]) -> Option<Inspection> {
    let found = if ImportParameters::is_other_document(bytes) {
        ImportParameters::from_document(bytes)
            .map(|found| Inspection::ImportParameters(Box::new(found)))
    } else if ConsoleDownload::is_meant(bytes) {
        ConsoleDownload::from_zip(bytes).map(|found| Inspection::ConsoleDownload(Box::new(found)))
    } else {
        return None;
    };
    Some(found.unwrap_or_else(|fault| {
        Inspection::Faulty(
            Kind::ImportParameters,
            DocumentFault::ImportParameters(fault),
        )
    }))
}

/// Returns the document with these members. The order matters: an import request has an import
/// token too, and the members of a `get-public-key` answer are also in import parameters.
fn document(document: &Object, bytes: &[u8]) -> Option<Inspection> {
    let has = |name| document.member(name).is_some();
    let (kind, found) = if has("BatchCommand") && has("Rows") {
        let report = BatchReport::from_json(bytes).map_err(DocumentFault::Report);
        (
            Kind::Report,
            report.map(|found| Inspection::BatchReport(Box::new(found))),
        )
    } else if has("SchemaVersion") && has("Kind") {
        let report = Report::from_json(bytes).map_err(DocumentFault::Report);
        (
            Kind::Report,
            report.map(|found| Inspection::Report(Box::new(found))),
        )
    } else if has("SchemaVersion") && has("Verdict") {
        (Kind::Verdict, verdict(document, bytes))
    } else if has("EncryptedKeyMaterial") {
        (Kind::ImportRequest, import_request(bytes))
    } else if has("ImportToken") || has("ParametersValidTo") {
        let parameters =
            ImportParameters::from_json(bytes).map_err(DocumentFault::ImportParameters);
        (
            Kind::ImportParameters,
            parameters.map(|found| Inspection::ImportParameters(Box::new(found))),
        )
    } else if has("WrappingAlgorithm") || has("WrappingKeySpec") {
        let request = ParametersRequest::from_json(bytes).map_err(DocumentFault::Json);
        (
            Kind::ParametersRequest,
            request.map(Inspection::ParametersRequest),
        )
    } else if has("KeyMetadata") || (has("Arn") && has("KeyState")) {
        let metadata = KeyMetadata::from_json(bytes).map_err(DocumentFault::KeyMetadata);
        (
            Kind::KeyMetadata,
            metadata.map(|found| Inspection::KeyMetadata(Box::new(found))),
        )
    } else if has("PublicKey") {
        let key_arn = document
            .text("KeyId")
            .ok()
            .flatten()
            .and_then(KeyArn::parse);
        let file = public_key_file::read(bytes).map_err(DocumentFault::PublicKey);
        (
            Kind::GetPublicKey,
            file.map(|file| of_public_key(file, key_arn)),
        )
    } else {
        return None;
    };
    Some(found.unwrap_or_else(|fault| Inspection::Faulty(kind, fault)))
}

fn verdict(document: &Object, bytes: &[u8]) -> Result<Inspection, DocumentFault> {
    if document.member("PublicKeys").is_some() {
        let word = document.text("Verdict")?.unwrap_or_default();
        let comparison = word.parse().map_err(|_| JsonError::WrongType {
            member: "Verdict",
            expected: "same or different",
        })?;
        return Ok(Inspection::KeyComparison(comparison));
    }
    let verdict = VerdictDocument::from_json(bytes).map_err(DocumentFault::Verdict)?;
    Ok(Inspection::Verdict(Box::new(verdict)))
}

fn import_request(bytes: &[u8]) -> Result<Inspection, DocumentFault> {
    let request = ImportRequest::from_json(bytes)?;
    request.key_id.as_ref().ok_or(JsonError::Missing("KeyId"))?;
    request
        .import_token
        .as_ref()
        .ok_or(JsonError::Missing("ImportToken"))?;
    Ok(Inspection::ImportRequest(Box::new(request)))
}

fn public_key(bytes: &[u8]) -> Option<Inspection> {
    public_key_file::read(bytes)
        .ok()
        .map(|file| of_public_key(file, None))
}

fn of_public_key(file: PublicKeyFile, key_arn: Option<KeyArn>) -> Inspection {
    let wrapping_key = WrappingPublicKey::from_spki_der(file.public_key.spki().as_bytes());
    Inspection::PublicKey {
        file,
        key_arn,
        wrapping_key: wrapping_key.map(|key| key.spec()),
    }
}

/// A token of a rehearsal, damaged or not, or one in AWS's known form.
fn import_token(bytes: &[u8]) -> Option<Inspection> {
    let token = ImportToken::new(Blob::new(bytes.to_vec()))?;
    match token.origin() {
        TokenOrigin::Rehearsal | TokenOrigin::DamagedRehearsal | TokenOrigin::Aws { .. } => {
            Some(Inspection::ImportToken(token))
        }
        TokenOrigin::Unknown | TokenOrigin::TooShort => None,
    }
}

/// Returns why a file that is none of the known kinds is not key material, if its bytes show it. This
/// is what `rehearse` says of it.
pub fn fault_as_key_material(file: &SecretBytes) -> Option<KeyMaterialError> {
    match KeyMaterial::read(file, &ReadOptions::new(Rules::China)).err()? {
        KeyMaterialError::Read(
            ReadError::Empty
            | ReadError::TooLong
            | ReadError::Unreadable { looks_like: None }
            | ReadError::KeySpecNeeded {
                looks_like: None, ..
            },
        ) => None,
        error => Some(error),
    }
}

/// Key material that names its own kind, weak or not.
fn key_material(file: &SecretBytes) -> Option<Inspection> {
    let form = Form::of(file.expose());
    if matches!(form, Form::AzureTransfer | Form::WrappedInJson) {
        let error = KeyMaterial::read(file, &ReadOptions::new(Rules::China)).err()?;
        return Some(Inspection::WrappedElsewhere { form, error });
    }
    if !is_key(form) {
        return None;
    }
    let read = |rules| {
        let options = ReadOptions {
            weak: WeakMaterial::Allow,
            ..ReadOptions::new(rules)
        };
        KeyMaterial::read(file, &options)
    };
    // A private key that some Region imports is imported in China too. A secret key of AES is not.
    let found = match read(Rules::China) {
        Err(KeyMaterialError::Material(MaterialError::WrongLength { .. })) => read(Rules::Standard),
        found => found,
    };
    match found {
        Ok(reading) => Some(Inspection::KeyMaterial(Box::new(reading))),
        Err(KeyMaterialError::Read(ReadError::KeySpecNeeded { .. })) if form.is_key_store() => {
            octets(file)
        }
        Err(KeyMaterialError::Read(
            ReadError::TooLong | ReadError::KeySpecNeeded { .. } | ReadError::Unreadable { .. },
        )) => None,
        Err(error) => Some(Inspection::UnusableKeyMaterial { form, error }),
    }
}

/// Returns whether files of a form hold keys that name their key spec, or lead to such keys.
const fn is_key(form: Form) -> bool {
    match form {
        Form::Pkcs8
        | Form::EncryptedPkcs8
        | Form::Pkcs1
        | Form::Sec1
        | Form::OpenSsh
        | Form::Jwk
        | Form::OtherPrivateKey
        | Form::EncryptedPem
        | Form::Pkcs12
        | Form::JavaKeyStore(_)
        | Form::OtherKeyStore(_)
        | Form::CertificateRequest
        | Form::OpenPgp
        | Form::Age
        | Form::Putty
        | Form::EthereumKeystore
        | Form::Mnemonic
        | Form::RsaXml
        | Form::Pvk
        | Form::EncryptedPvk
        | Form::CapiBlob
        | Form::CngBlob => true,
        Form::Raw
        | Form::Scalar
        | Form::Seed
        | Form::PublicKey
        | Form::Certificate
        | Form::Utf16
        | Form::Utf32
        | Form::Mangled
        | Form::AzureTransfer
        | Form::WrappedInJson
        | Form::OtherPem
        | Form::OtherJson => false,
    }
}

/// A symmetric key in a JSON Web Key or a key store, which names its kind no more than raw bytes do.
fn octets(file: &SecretBytes) -> Option<Inspection> {
    match KeyMaterial::read(file, &ReadOptions::new(Rules::Standard)) {
        Err(KeyMaterialError::Read(ReadError::KeySpecNeeded { len, .. })) => {
            key_of_bytes(file, len, Some(Clue::Octets), |spec, rules| {
                symmetric_len(spec, rules) == Some(len)
            })
        }
        _ => None,
    }
}

/// Raw key material, bare scalars of secp256k1 and seeds of Ed25519 among it.
fn raw_bytes(file: &SecretBytes, len: usize, clue: Option<Clue>) -> Option<Inspection> {
    key_of_bytes(file, len, clue, |spec, rules| {
        symmetric_len(spec, rules).or(bare_len(spec)) == Some(len)
    })
}

/// Returns the length of the material of a symmetric or HMAC key in bytes; `None` for key pairs.
fn symmetric_len(spec: KeySpec, rules: Rules) -> Option<usize> {
    match spec.family() {
        Family::Symmetric => Some(rules.symmetric_len()),
        Family::Hmac { len } => Some(len),
        _ => None,
    }
}

fn key_of_bytes(
    file: &SecretBytes,
    len: usize,
    clue: Option<Clue>,
    fits: impl Fn(KeySpec, Rules) -> bool,
) -> Option<Inspection> {
    let fitting = |rules: Rules| {
        let fits = |spec: &KeySpec| fits(*spec, rules);
        (
            rules,
            rules
                .key_specs()
                .into_iter()
                .filter(fits)
                .collect::<Vec<_>>(),
        )
    };
    let (rules, key_specs) = [Rules::Standard, Rules::China]
        .map(fitting)
        .into_iter()
        .find(|(_, fitting)| !fitting.is_empty())?;
    let weakness = key_specs.iter().find_map(|key_spec| {
        let is_bare = bare_len(*key_spec).is_some();
        let options = ReadOptions {
            key_spec: Some(*key_spec),
            format: is_bare.then_some(MaterialFormat::Raw),
            weak: WeakMaterial::Allow,
            ..ReadOptions::new(rules)
        };
        KeyMaterial::read(file, &options).ok()?.material.weakness()
    });
    Some(Inspection::RawBytes {
        len,
        key_specs,
        rules,
        clue,
        weakness,
    })
}

fn encrypted_key_material(bytes: &[u8]) -> Option<Inspection> {
    let ways = possible_wrappings(bytes);
    let has_structure = ways
        .iter()
        .any(|way| way.wrapping_key_spec == WrappingKeySpec::Sm2);
    let is_possible = has_structure || !ways.is_empty() && clue::looks_random(bytes);
    is_possible.then_some(Inspection::EncryptedKeyMaterial {
        len: bytes.len(),
        ways,
    })
}
