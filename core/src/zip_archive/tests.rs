use super::test_archive::{Entry, archive};
use super::*;

fn read(bytes: &[u8], limit: usize) -> Result<Vec<(String, Vec<u8>)>, ZipError> {
    let archive = ZipArchive::parse(bytes)?;
    let files = archive.files().iter();
    files
        .map(|file| Ok((file.name().to_owned(), archive.read(file, limit)?)))
        .collect()
}

#[test]
fn reads_stored_and_deflated_files_and_leaves_out_the_rest() {
    let bytes = archive(&[
        Entry::stored("folder/", b""),
        Entry::stored("folder/a.bin", b"aaaa"),
        Entry::deflated("folder\\b.bin", &[7; 500]),
        Entry::stored("__MACOSX/folder/._a.bin", b"attributes"),
    ]);
    let files = read(&bytes, 500).expect("an archive");
    assert_eq!(
        files,
        [
            ("a.bin".to_owned(), b"aaaa".to_vec()),
            ("b.bin".to_owned(), vec![7; 500])
        ]
    );
}

#[test]
fn keeps_its_limits() {
    let name = || "a".to_owned();
    let bomb = archive(&[Entry::deflated("a", &vec![0; 1 << 20])]);
    assert!(bomb.len() < 3000, "{}", bomb.len());
    let too_long = ZipError::TooLong {
        name: name(),
        limit: 500,
    };
    assert_eq!(read(&bomb, 500), Err(too_long));
    // The header says 10 bytes, and the data are a mebibyte.
    let lying = archive(&[Entry::deflated("a", &vec![0; 1 << 20]).saying(10)]);
    assert_eq!(
        read(&lying, 500),
        Err(ZipError::DamagedFile { name: name() })
    );
    let names: Vec<_> = (0..=MAX_ENTRIES).map(|at| format!("{at}")).collect();
    let entries: Vec<_> = names.iter().map(|name| Entry::stored(name, b"")).collect();
    assert_eq!(read(&archive(&entries), 500), Err(ZipError::TooManyEntries));
    assert_eq!(
        read(&archive(&entries[1..]), 500).map(|files| files.len()),
        Ok(MAX_ENTRIES)
    );
}

#[test]
fn refuses_what_programs_would_unpack_differently() {
    let name = || "a".to_owned();
    let twice = archive(&[Entry::stored("a", b"1"), Entry::stored("a", b"2")]);
    assert_eq!(read(&twice, 9), Err(ZipError::Duplicate { name: name() }));
    let encrypted = archive(&[Entry::stored("a", b"1").with_flags(1)]);
    assert_eq!(
        read(&encrypted, 9),
        Err(ZipError::Encrypted { name: name() })
    );
    let zip64 = archive(&[Entry::stored("a", b"1").with_extra(&[1, 0, 0, 0])]);
    assert_eq!(read(&zip64, 9), Err(ZipError::Zip64));
    let bzip2 = archive(&[Entry::stored("a", b"1").with_method(12)]);
    let compression = ZipError::Compression {
        name: name(),
        method: 12,
    };
    assert_eq!(read(&bzip2, 9), Err(compression));
    let mut renamed = archive(&[Entry::stored("a", b"1")]);
    renamed[30] = b'b';
    assert_eq!(
        read(&renamed, 9),
        Err(ZipError::DamagedFile { name: name() })
    );
}

#[test]
fn notices_every_damaged_byte_of_a_file() {
    let bytes = archive(&[
        Entry::deflated("a", b"to be, or not to be"),
        Entry::stored("b", b"2"),
    ]);
    let good = read(&bytes, 100).expect("an archive");
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        if let Ok(files) = read(&damaged, 100) {
            let contents = |files: &[(String, Vec<u8>)]| -> Vec<Vec<u8>> {
                files.iter().map(|(_, bytes)| bytes.clone()).collect()
            };
            assert_eq!(contents(&files), contents(&good), "byte {at}");
        }
        assert!(read(&bytes[..at], 100).is_err(), "cut off at {at}");
    }
    assert_eq!(
        read(&[bytes.as_slice(), b"more"].concat(), 100),
        Err(ZipError::Damaged)
    );
    assert_eq!(
        read(&[b"more", bytes.as_slice()].concat(), 100),
        Err(ZipError::Damaged)
    );
}
