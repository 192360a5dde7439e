//! `inspect` and `rehearse` say the same of each form of file.

use byok_core::key_file::{Form, JavaStoreType, OtherStoreType};

use crate::sandbox::Sandbox;

/// Every form that a file can have by itself. [`samples`] does not compile without an arm for a new one.
const FORMS: &[Form] = &[
    Form::Raw,
    Form::Pkcs8,
    Form::EncryptedPkcs8,
    Form::Pkcs1,
    Form::Sec1,
    Form::OpenSsh,
    Form::Jwk,
    Form::OtherPrivateKey,
    Form::EncryptedPem,
    Form::Pkcs12,
    Form::JavaKeyStore(JavaStoreType::Jks),
    Form::JavaKeyStore(JavaStoreType::Jceks),
    Form::OtherKeyStore(OtherStoreType::Bks),
    Form::OtherKeyStore(OtherStoreType::Bcfks),
    Form::PublicKey,
    Form::Certificate,
    Form::CertificateRequest,
    Form::OpenPgp,
    Form::Age,
    Form::Putty,
    Form::EthereumKeystore,
    Form::Mnemonic,
    Form::Utf16,
    Form::Utf32,
    Form::Mangled,
    Form::AzureTransfer,
    Form::WrappedInJson,
    Form::RsaXml,
    Form::Pvk,
    Form::EncryptedPvk,
    Form::CapiBlob,
    Form::CngBlob,
    Form::OtherPem,
    Form::OtherJson,
];

/// Returns files of a form.
const fn samples(form: Form) -> &'static [&'static str] {
    match form {
        Form::Raw => &[
            "TEST-symmetric.bin",
            "not.json",
            "key-material/TEST-scalar.hex",
            "key-material/TEST-base64.bin",
            "key-material/TEST-byte-order-mark.hex",
            "key-material/TEST-cut-off.der",
            "key-material/TEST-129-bytes.bin",
        ],
        // The caller must ask for a scalar or a seed. No program here writes the other two.
        Form::Scalar
        | Form::Seed
        | Form::OtherKeyStore(OtherStoreType::Uber | OtherStoreType::Dks) => &[],
        Form::Pkcs8 => &[
            "TEST-p256.pk8",
            "TEST-p256.pem",
            "key-material/TEST-utf-16.pem",
            "key-material/TEST-one-key.env",
            "key-material/TEST-two-keys.env",
            "key-material/TEST-service-account.json",
            "key-material/TEST-secret.yaml",
            "key-material/TEST-certutil.txt",
            "key-material/TEST-cut-off.pem",
            "key-material/TEST-trailing.der",
            "key-material/TEST-key-and-certificate.der",
            "key-material/TEST-certificate-and-key.der",
            "key-material/TEST-p256-two-curves.pem",
            "key-material/TEST-p256-zero-dropped.der",
            "key-material/TEST-p256-short-scalar.pem",
            "key-material/TEST-dsa.pem",
        ],
        Form::EncryptedPkcs8 => &["TEST-p256-encrypted.pem"],
        Form::Pkcs1 => &["TEST-rsa-2048-pkcs1.pem"],
        Form::Sec1 => &["TEST-p256-sec1.der"],
        Form::OpenSsh => &["key-material/TEST-ed25519.openssh"],
        Form::Jwk => &[
            "key-material/TEST-byte-order-mark.jwk",
            "key-material/TEST-set.jwk",
            "key-material/TEST-sealed.jwe",
        ],
        Form::OtherPrivateKey => &["key-material/TEST-dsa.blob"],
        Form::EncryptedPem => &["key-material/TEST-proc-type.pem"],
        Form::Pkcs12 => &[
            "key-material/TEST-pkcs12.p12",
            "key-material/TEST-pkcs12-no-key.p12",
        ],
        Form::JavaKeyStore(JavaStoreType::Jks) => &["key-material/TEST-keystore.jks"],
        Form::JavaKeyStore(JavaStoreType::Jceks) => &["key-material/TEST-secrets.jceks"],
        Form::OtherKeyStore(OtherStoreType::Bks) => &["key-material/TEST-keystore.bks"],
        Form::OtherKeyStore(OtherStoreType::Bcfks) => &["key-material/TEST-keystore.bcfks"],
        Form::PublicKey => &["key-material/TEST-ed25519.pub", "TEST-p256-public.pem"],
        Form::Certificate => &["TEST-p256-certificate.pem"],
        Form::CertificateRequest => &["key-material/TEST-request.pem"],
        Form::OpenPgp => &["key-material/TEST-openpgp.gpg"],
        Form::Age => &["key-material/TEST-encrypted.age"],
        Form::Putty => &["key-material/TEST-putty.ppk"],
        Form::EthereumKeystore => &["key-material/TEST-ethereum.json"],
        Form::Mnemonic => &["key-material/TEST-mnemonic.txt"],
        Form::Utf16 => &[
            "key-material/TEST-utf-16-text.txt",
            "key-material/TEST-utf-16.hex",
        ],
        Form::Utf32 => &["key-material/TEST-utf-32.pem"],
        Form::Mangled => &[
            "key-material/TEST-powershell-5.der",
            "key-material/TEST-powershell-5.bin",
            "key-material/TEST-replaced.der",
            "key-material/TEST-replaced.bin",
            "key-material/TEST-latin-1.der",
        ],
        Form::AzureTransfer => &["azure-transfer-file.byok"],
        Form::WrappedInJson => &["key-material/TEST-cloudhsm.json"],
        Form::RsaXml => &["key-material/TEST-rsa.xml"],
        Form::Pvk => &["key-material/TEST-rsa.pvk"],
        Form::EncryptedPvk => &["key-material/TEST-rsa-encrypted.pvk"],
        Form::CapiBlob => &["key-material/TEST-capi.blob"],
        Form::CngBlob => &["key-material/TEST-cng.blob"],
        Form::OtherPem => &["key-material/TEST-dh-parameters.pem"],
        Form::OtherJson => &["key-material/TEST-other.jwk"],
    }
}

/// The end of what `rehearse` says of a file that it does not take, before the fault.
const FAULT: [&str; 2] = ["does not accept this key material: ", ": "];

#[test]
fn inspect_says_what_rehearse_says() {
    let sandbox = Sandbox::new();
    for form in FORMS {
        for name in samples(*form) {
            let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/fixtures");
            let bytes = std::fs::read(format!("{fixtures}/{name}")).expect("a fixture");
            assert_eq!(Form::of(&bytes), *form, "{name}");
            sandbox.file("sample", bytes);
            let said = |line: &str| {
                let output = sandbox.run(line);
                [output.stdout, output.stderr]
                    .map(|stream| String::from_utf8_lossy(&stream).into_owned())
                    .concat()
            };
            let rehearsed = said("rehearse --wrapping-key-spec RSA_2048 sample");
            let inspected = said("inspect sample");
            compare(name, "sample", &rehearsed, &inspected);
        }
    }
}

fn compare(name: &str, path: &str, rehearsed: &str, inspected: &str) {
    if let Some((_, format)) = rehearsed.split_once(&format!("Key material   {path}: ")) {
        let (_, format) = format
            .lines()
            .next()
            .and_then(|line| line.split_once(", "))
            .expect("a format");
        assert!(
            inspected.contains(&format!("key material, {format}")),
            "{name}: {inspected}"
        );
    } else {
        let fault = fault(path, rehearsed);
        let is_told = inspected.contains(&fault)
            // Of these, inspect knows more than that they are not key material.
            || ["public key", "certificate"].iter().any(|kind| {
                fault.ends_with(kind) && inspected.contains(&format!("{path}: {kind}"))
            });
        let says_nothing = [
            "not a private key in a supported format",
            "that do not name their key spec",
        ]
        .iter()
        .any(|vague| fault.contains(vague));
        assert!(is_told || says_nothing, "{name}: {fault}: {inspected}");
    }
    for hint in hints(rehearsed) {
        let raw = hint.replace("--wrapping-key-spec RSA_2048 ", "");
        let known = raw.replace("byok rehearse ", "byok inspect ");
        // What is not about the file, and what inspect lists in another way.
        let is_other = [
            "--passphrase-file",
            "byok help formats",
            "--alias",
            "use --key-spec",
            "chmod",
            "AWS KMS would",
            "use the file with the private key",
        ]
        .iter()
        .any(|part| hint.contains(part));
        let is_told = inspected.contains(&known) || inspected.contains(&raw);
        assert!(is_told || is_other, "{name}: {hint}: {inspected}");
        assert!(!hint.contains("byok inspect"), "{name}: {hint}");
    }
    assert!(
        !inspected.contains("run byok rehearse"),
        "{name}: {inspected}"
    );
}

/// Returns the fault that `rehearse` names.
fn fault(path: &str, rehearsed: &str) -> String {
    let line = rehearsed
        .lines()
        .find(|line| line.starts_with("No: ") || line.starts_with("byok: error: "))
        .unwrap_or_else(|| panic!("a fault: {rehearsed}"));
    let line = line.replace(path, "FILE");
    let (_, fault) = line
        .split_once(FAULT[0])
        .or_else(|| line.split_once(&format!("FILE{}", FAULT[1])))
        .unwrap_or_else(|| panic!("a fault: {line}"));
    fault.trim_end_matches('.').to_owned()
}

fn hints(output: &str) -> impl Iterator<Item = &str> {
    output
        .lines()
        .filter_map(|line| line.strip_prefix("byok: hint: "))
}
