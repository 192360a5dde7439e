//! The keys and certificates of a PKCS#12 file, and the order in which they are opened.

use super::{
    bag::{Bag, BagContents},
    key::Key,
    mac::Mac,
    pfx::Pfx,
    safe::{Safe, SealedSafe},
};
use crate::{
    blob::Blob,
    key_file::{
        alias::Alias,
        certificate,
        encryption::{EncryptionError, MAX_ROUNDS},
        error::ReadError,
        form::Form,
        format_note::FormatNote,
        keys_read::KeysRead,
        password::Password,
        selection::select,
    },
    secret::SecretBytes,
};

/// A PKCS#12 file, of which nothing is decrypted.
#[derive(Debug)]
pub(super) struct Store {
    /// What the MAC is on.
    contents: SecretBytes,
    mac: Option<Mac>,
    safes: Vec<Safe>,
}

/// The selected key.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) keys: KeysRead,
    /// True if the key was encrypted.
    pub(super) is_encrypted: bool,
}

/// A bag, and the safe that it was encrypted in.
struct Found<'a> {
    bag: &'a Bag,
    safe: Option<&'a SealedSafe>,
}

impl Store {
    /// Reads a file in DER.
    pub(super) fn of(der: &[u8]) -> Result<Self, ReadError> {
        let Pfx { contents, mac } = Pfx::of(der)?;
        let safes = Safe::read_all(contents.expose())?;
        Ok(Self {
            contents,
            mac,
            safes,
        })
    }

    /// Returns the names of the keys outside encrypted safes.
    pub(super) fn readable_names(&self) -> Vec<Option<Alias>> {
        self.readable()
            .map(|bag| bag.attributes.name.clone())
            .collect()
    }

    fn readable<'a>(&'a self) -> impl Iterator<Item = &'a Bag> {
        let bags = |safe: &'a Safe| match safe {
            Safe::Open(bags) => bags.as_slice(),
            Safe::Sealed(_) | Safe::Closed(_) => &[],
        };
        self.safes.iter().flat_map(bags).filter(|bag| bag.is_key())
    }

    fn sealed(&self) -> impl Iterator<Item = &SealedSafe> {
        self.safes.iter().filter_map(|safe| match safe {
            Safe::Sealed(safe) => Some(safe),
            Safe::Open(_) | Safe::Closed(_) => None,
        })
    }

    /// Finds the faults that no passphrase corrects.
    pub(super) fn check(&self, alias: Option<&str>) -> Result<(), ReadError> {
        let rounds = self.rounds_of_all();
        if rounds > MAX_ROUNDS {
            let max = MAX_ROUNDS;
            return Err(encryption(EncryptionError::Rounds { rounds, max }));
        }
        let readable: Vec<&Bag> = self.readable().collect();
        let names = self.readable_names();
        let has_sealed = self.sealed().next().is_some();
        let selected = match self.select(&names, alias) {
            // An encrypted safe can hold the key.
            Err(_) if has_sealed && (alias.is_some() || names.is_empty()) => return Ok(()),
            selected => selected?,
        };
        match readable.get(selected) {
            Some(bag) => Key::of(bag).map(|_| ()),
            None => Err(ReadError::NoKey(Form::Pkcs12)),
        }
    }

    /// Returns whether something of the file depends on its passphrase.
    pub(super) fn is_protected(&self) -> bool {
        self.mac.is_some() || self.sealed().next().is_some()
    }

    /// Returns the iterations of key derivation for the whole file, and the key that needs most.
    pub(super) fn rounds(&self) -> u64 {
        let of_key = |bag| Key::of(bag).map_or(0, |key| key.rounds());
        let of_keys = self.readable().map(of_key).max().unwrap_or(0);
        self.rounds_of_all() + of_keys
    }

    fn rounds_of_all(&self) -> u64 {
        let of_safes: u64 = self.sealed().map(|safe| safe.scheme.rounds()).sum();
        self.mac.as_ref().map_or(0, Mac::rounds) + of_safes
    }

    /// Checks the MAC, decrypts the safes, and opens the key that `alias` names.
    pub(super) fn open(
        &self,
        password: &Password,
        alias: Option<&str>,
    ) -> Result<Opened, ReadError> {
        let proven = match &self.mac {
            Some(mac) => {
                let proven = mac.prove(self.contents.expose(), password);
                Some(proven.ok_or_else(|| encryption(EncryptionError::Mac))?)
            }
            None => None,
        };
        let password = proven.as_ref().unwrap_or(password);
        self.open_unchecked(password, alias).map_err(|error| {
            let is_proven = proven.is_some();
            match error {
                ReadError::Encryption {
                    form,
                    error: EncryptionError::Passphrase,
                } if is_proven => ReadError::Encryption {
                    form,
                    error: EncryptionError::OtherPassphrase,
                },
                error => error,
            }
        })
    }

    fn open_unchecked(
        &self,
        password: &Password,
        alias: Option<&str>,
    ) -> Result<Opened, ReadError> {
        let opened = self.unsealed(password)?;
        let all: Vec<Found<'_>> = self.safes.iter().zip(&opened).flat_map(found).collect();
        let keys: Vec<&Found<'_>> = all.iter().filter(|found| found.bag.is_key()).collect();
        let names: Vec<_> = keys
            .iter()
            .map(|found| found.bag.attributes.name.clone())
            .collect();
        let selected = self.select(&names, alias)?;
        let Found { bag, safe } = keys.get(selected).ok_or(ReadError::NoKey(Form::Pkcs12))?;
        let key = Key::of(bag)?;
        let mut read = key.open(password)?;
        for (name, _) in &mut read.keys {
            name.clone_from(&bag.attributes.name);
        }
        let weak = safe.and_then(|safe| safe.scheme.weak_name());
        let weak = weak.map(FormatNote::WeakEncryption);
        let is_said = |note: &FormatNote| matches!(note, FormatNote::WeakEncryption(_));
        if !read.notes.iter().any(is_said) {
            read.notes.extend(weak);
        }
        let no_mac = self.mac.is_none().then_some(FormatNote::NoMac);
        read.notes.extend(no_mac);
        add_certificates(&mut read, bag, &all);
        Ok(Opened {
            keys: read,
            is_encrypted: safe.is_some() || matches!(key, Key::Shrouded(_)),
        })
    }

    /// Returns the bags of each encrypted safe, and nothing for the others.
    fn unsealed(&self, password: &Password) -> Result<Vec<Vec<Bag>>, ReadError> {
        let open = |safe: &Safe| match safe {
            Safe::Sealed(safe) => safe.open(password).map_err(encryption)?,
            Safe::Open(_) | Safe::Closed(_) => Ok(Vec::new()),
        };
        self.safes.iter().map(open).collect()
    }

    /// Selects a key. If there is none, the reason can be a safe that is not read.
    fn select(&self, names: &[Option<Alias>], alias: Option<&str>) -> Result<usize, ReadError> {
        if !names.is_empty() {
            return select(names, alias);
        }
        let closed = self.safes.iter().find_map(|safe| match safe {
            Safe::Closed(error) => Some(encryption(error.clone())),
            Safe::Open(_) | Safe::Sealed(_) => None,
        });
        Err(closed.unwrap_or_else(|| self.no_key()))
    }

    fn no_key(&self) -> ReadError {
        let secret = self.safes.iter().find_map(|safe| match safe {
            Safe::Open(bags) => bags.iter().find_map(|bag| match &bag.contents {
                BagContents::OtherSecret(name) => Some(name.clone()),
                BagContents::Key(_)
                | BagContents::ShroudedKey(_)
                | BagContents::Certificate(_)
                | BagContents::Other => None,
            }),
            Safe::Sealed(_) | Safe::Closed(_) => None,
        });
        secret.map_or(
            ReadError::NoKey(Form::Pkcs12),
            ReadError::SecretKeyAlgorithm,
        )
    }
}

/// Adds the certificates of the file, and the public key of the only one that has the ID of the
/// key in `bag`. Java can give one ID to two keys.
fn add_certificates(keys: &mut KeysRead, bag: &Bag, all: &[Found<'_>]) {
    let id = &bag.attributes.local_key_id;
    let has_same_id = |found: &&Found<'_>| id.is_some() && found.bag.attributes.local_key_id == *id;
    let certificate = |found: &'_ Found<'_>| match &found.bag.contents {
        BagContents::Certificate(der) => Some(der.clone()),
        BagContents::Key(_)
        | BagContents::ShroudedKey(_)
        | BagContents::OtherSecret(_)
        | BagContents::Other => None,
    };
    let same: Vec<Blob> = all
        .iter()
        .filter(has_same_id)
        .filter_map(certificate)
        .collect();
    let is_alone = all
        .iter()
        .filter(has_same_id)
        .filter(|found| found.bag.is_key())
        .count()
        == 1;
    if let ([certificate], true) = (same.as_slice(), is_alone) {
        keys.certified = certificate::key_of(certificate.as_bytes()).ok();
    }
    let count = all.iter().filter_map(certificate).count();
    let note = (count > 0).then_some(FormatNote::Certificates(count));
    keys.notes.extend(note);
}

fn found<'a>((safe, unsealed): (&'a Safe, &'a Vec<Bag>)) -> Vec<Found<'a>> {
    let (bags, safe) = match safe {
        Safe::Open(bags) => (bags, None),
        Safe::Sealed(safe) => (unsealed, Some(safe)),
        Safe::Closed(_) => return Vec::new(),
    };
    bags.iter().map(|bag| Found { bag, safe }).collect()
}

fn encryption(error: EncryptionError) -> ReadError {
    ReadError::encryption(Form::Pkcs12, error)
}
