//! The forms of files, supported or only recognised.

use core::fmt;

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The octets of a key, or an unknown form.
    Raw,
    /// The scalar of a secp256k1 key, as Ethereum tools export it. It is never recognised: the caller
    /// must ask for it.
    Scalar,
    /// The seed of an Ed25519 key. It is never recognised: the caller must ask for it.
    Seed,
    /// PKCS#8: RFC 5208 and RFC 5958.
    Pkcs8,
    /// Encrypted PKCS#8: RFC 5958, 3.
    EncryptedPkcs8,
    /// An RSA private key: RFC 8017, A.1.2.
    Pkcs1,
    /// An EC private key: RFC 5915.
    Sec1,
    /// An OpenSSH private key.
    OpenSsh,
    /// A JSON Web Key: RFC 7517.
    Jwk,
    /// A private key with an unsupported PEM label, such as DSA or RSA-PSS.
    OtherPrivateKey,
    /// An encrypted private key in OpenSSL's older form.
    EncryptedPem,
    /// A PKCS#12 file (`.p12`, `.pfx`).
    Pkcs12,
    /// A Java key store of the JDK.
    JavaKeyStore(JavaStoreType),
    /// A Java key store of another provider.
    OtherKeyStore(OtherStoreType),
    /// A public key.
    PublicKey,
    /// A certificate.
    Certificate,
    /// A certificate signing request.
    CertificateRequest,
    /// An OpenPGP key or message.
    OpenPgp,
    /// An age identity, or a file that age encrypted.
    Age,
    /// A PuTTY private key.
    Putty,
    /// An Ethereum key store, version 3.
    EthereumKeystore,
    /// A BIP-39 mnemonic.
    Mnemonic,
    /// Text in UTF-16 whose contents are unknown.
    Utf16,
    /// Text in UTF-32.
    Utf32,
    /// Bytes that a program treated as text, and changed.
    Mangled,
    /// A transfer file of Azure Key Vault: a key that is wrapped for Azure.
    AzureTransfer,
    /// JSON with a wrapped key, as the command line of an HSM prints it.
    WrappedInJson,
    /// An RSA key in the XML of .NET.
    RsaXml,
    /// A PVK file of Windows.
    Pvk,
    /// An encrypted PVK file of Windows.
    EncryptedPvk,
    /// A private key blob of the CryptoAPI of Windows.
    CapiBlob,
    /// A private key blob of CNG, the newer API of Windows.
    CngBlob,
    /// PEM with another label.
    OtherPem,
    /// JSON that is not a JWK.
    OtherJson,
}

/// The types of Java key stores that byok reads. The names are those of `keytool -storetype`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JavaStoreType {
    /// The oldest type, for private keys only.
    Jks,
    /// The type that also has secret keys.
    Jceks,
}

/// The types of Java key stores that byok recognises and does not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherStoreType {
    /// Bouncy Castle's first type.
    Bks,
    /// Bouncy Castle's type whose contents are encrypted together.
    Uber,
    /// Bouncy Castle's type of its FIPS edition, in DER.
    Bcfks,
    /// A text that names several key stores.
    Dks,
}

impl JavaStoreType {
    /// Returns the name for `keytool -storetype`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jks => "JKS",
            Self::Jceks => "JCEKS",
        }
    }
}

impl OtherStoreType {
    /// Returns the name for `keytool -storetype`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bks => "BKS",
            Self::Uber => "UBER",
            Self::Bcfks => "BCFKS",
            Self::Dks => "DKS",
        }
    }
}

impl Form {
    /// Returns whether files of this form hold keys under names, and byok reads them.
    pub const fn is_key_store(self) -> bool {
        matches!(self, Self::Pkcs12 | Self::JavaKeyStore(_))
    }

    /// Returns whether a file of this form holds a private key.
    pub const fn is_private_key(self) -> bool {
        match self {
            Self::Pkcs8
            | Self::EncryptedPkcs8
            | Self::Pkcs1
            | Self::Sec1
            | Self::OpenSsh
            | Self::OtherPrivateKey
            | Self::EncryptedPem
            | Self::Putty
            | Self::RsaXml
            | Self::Pvk
            | Self::EncryptedPvk
            | Self::CapiBlob
            | Self::CngBlob => true,
            Self::Raw
            | Self::Scalar
            | Self::Seed
            | Self::Jwk
            | Self::Pkcs12
            | Self::JavaKeyStore(_)
            | Self::OtherKeyStore(_)
            | Self::PublicKey
            | Self::Certificate
            | Self::CertificateRequest
            | Self::OpenPgp
            | Self::Age
            | Self::EthereumKeystore
            | Self::Mnemonic
            | Self::Utf16
            | Self::Utf32
            | Self::Mangled
            | Self::AzureTransfer
            | Self::WrappedInJson
            | Self::OtherPem
            | Self::OtherJson => false,
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Raw => "raw",
            Self::Scalar => "scalar",
            Self::Seed => "seed",
            Self::Pkcs8 => "PKCS#8",
            Self::EncryptedPkcs8 => "encrypted PKCS#8",
            Self::Pkcs1 => "PKCS#1",
            Self::Sec1 => "SEC1",
            Self::OpenSsh => "OpenSSH",
            Self::Jwk => "JWK",
            Self::OtherPrivateKey => "another private key",
            Self::EncryptedPem => "encrypted PEM",
            Self::Pkcs12 => "PKCS#12",
            Self::JavaKeyStore(store_type) => store_type.as_str(),
            Self::OtherKeyStore(store_type) => store_type.as_str(),
            Self::PublicKey => "public key",
            Self::Certificate => "certificate",
            Self::CertificateRequest => "certificate signing request",
            Self::OpenPgp => "OpenPGP",
            Self::Age => "age",
            Self::Putty => "PuTTY",
            Self::EthereumKeystore => "Ethereum key store",
            Self::Mnemonic => "BIP-39 mnemonic",
            Self::Utf16 => "UTF-16",
            Self::Utf32 => "UTF-32",
            Self::Mangled => "bytes changed as text",
            Self::AzureTransfer => "Azure transfer file",
            Self::WrappedInJson => "wrapped key in JSON",
            Self::RsaXml => "RSA XML",
            Self::Pvk | Self::EncryptedPvk => "PVK",
            Self::CapiBlob => "CryptoAPI blob",
            Self::CngBlob => "CNG blob",
            Self::OtherPem => "PEM",
            Self::OtherJson => "JSON",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Java Security Standard Algorithm Names 17, "KeyStore"; Bouncy Castle's user guide.
    #[test]
    fn key_stores_have_the_names_of_keytool() {
        for (form, name) in [
            (Form::JavaKeyStore(JavaStoreType::Jks), "JKS"),
            (Form::JavaKeyStore(JavaStoreType::Jceks), "JCEKS"),
            (Form::OtherKeyStore(OtherStoreType::Bks), "BKS"),
            (Form::OtherKeyStore(OtherStoreType::Uber), "UBER"),
            (Form::OtherKeyStore(OtherStoreType::Bcfks), "BCFKS"),
            (Form::OtherKeyStore(OtherStoreType::Dks), "DKS"),
        ] {
            assert_eq!(form.to_string(), name);
        }
    }
}
