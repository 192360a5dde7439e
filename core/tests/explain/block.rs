//! Mistakes in the RSA block.

use byok_core::{
    explain::{Cause, Hash, LineEnd, MaterialCause},
    key_material::{KeyMaterialError, MaterialError},
    key_spec::KeySpec,
    wrapping_key_spec::WrappingKeySpec,
};
use rsa::traits::PublicKeyParts as _;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_256};

use crate::{
    INCORRECT_MATERIAL, INVALID_CIPHERTEXT, Import, KEY_WRAP, OAEP, OAEP_SHA_1, WRONG_SIZE,
    blobs::{KWP, kwp, oaep, pkcs1_v15, raw},
    common::random,
};

fn hashes(label: Hash, mgf1: Hash, asked: Hash) -> Vec<Cause> {
    vec![Cause::OaepHashes { label, mgf1, asked }]
}

#[test]
fn the_other_hash() {
    for spec in WrappingKeySpec::RSA {
        let sha256 = Import::under(spec, KeySpec::SymmetricDefault, OAEP);
        let sha1 = Import::under(spec, KeySpec::SymmetricDefault, OAEP_SHA_1);
        let (key, material) = (sha256.key(), sha256.material());
        let blob = oaep::<Sha1, Sha1>(key, b"", material);
        assert_eq!(
            sha256.explained(&blob, INVALID_CIPHERTEXT),
            hashes(Hash::Sha1, Hash::Sha1, Hash::Sha256),
            "{spec}"
        );
        let blob = oaep::<Sha256, Sha256>(key, b"", material);
        assert_eq!(
            sha1.explained(&blob, INVALID_CIPHERTEXT),
            hashes(Hash::Sha256, Hash::Sha256, Hash::Sha1),
            "{spec}"
        );
    }
}

#[test]
fn two_hashes_as_java_has_them_or_the_other_way_round() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let (key, material) = (import.key(), import.material());
    for (blob, label, mgf1) in [
        (
            oaep::<Sha256, Sha1>(key, b"", material),
            Hash::Sha256,
            Hash::Sha1,
        ),
        (
            oaep::<Sha1, Sha256>(key, b"", material),
            Hash::Sha1,
            Hash::Sha256,
        ),
        (
            oaep::<Sha512, Sha1>(key, b"", material),
            Hash::Sha512,
            Hash::Sha1,
        ),
    ] {
        assert_eq!(
            import.explained(&blob, INVALID_CIPHERTEXT),
            hashes(label, mgf1, Hash::Sha256)
        );
    }
    let import = Import::new(KeySpec::SymmetricDefault, OAEP_SHA_1);
    let blob = oaep::<Sha256, Sha1>(key, b"", material);
    let expected = hashes(Hash::Sha256, Hash::Sha1, Hash::Sha1);
    assert_eq!(import.explained(&blob, INVALID_CIPHERTEXT), expected);
}

#[test]
fn hashes_that_aws_kms_does_not_know() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let (key, material) = (import.key(), import.material());
    for (blob, hash) in [
        (oaep::<Sha224, Sha224>(key, b"", material), Hash::Sha224),
        (oaep::<Sha384, Sha384>(key, b"", material), Hash::Sha384),
        (oaep::<Sha512, Sha512>(key, b"", material), Hash::Sha512),
        (
            oaep::<Sha512_256, Sha512_256>(key, b"", material),
            Hash::Sha512_256,
        ),
    ] {
        assert_eq!(
            import.explained(&blob, INVALID_CIPHERTEXT),
            hashes(hash, hash, Hash::Sha256)
        );
    }
}

#[test]
fn a_label() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let blob = oaep::<Sha256, Sha256>(import.key(), b"my key", import.material());
    assert_eq!(
        import.explained(&blob, INVALID_CIPHERTEXT),
        [Cause::OaepLabel]
    );

    let blob = oaep::<Sha1, Sha1>(import.key(), b"my key", import.material());
    let expected = [
        hashes(Hash::Sha1, Hash::Sha1, Hash::Sha256),
        vec![Cause::OaepLabel],
    ]
    .concat();
    assert_eq!(import.explained(&blob, INVALID_CIPHERTEXT), expected);

    // Only the key itself is the label where it fills the block.
    let full = Import::new(KeySpec::EccNistP384, OAEP);
    let blob = oaep::<Sha256, Sha256>(full.key(), b"my key", full.material());
    assert!(
        256 - 2 * 32 - 2 - full.material().len() < 8,
        "no proof by zeros"
    );
    assert_eq!(
        full.explained(&blob, INVALID_CIPHERTEXT),
        [Cause::OaepLabel]
    );
    let blob = oaep::<Sha256, Sha256>(full.key(), b"my key", &random(1, full.material().len()));
    assert_eq!(full.explained(&blob, INVALID_CIPHERTEXT), []);
}

#[test]
fn pkcs1_v1_5() {
    for (key_spec, algorithm) in [
        (KeySpec::SymmetricDefault, OAEP),
        (KeySpec::EccNistP256, OAEP),
        (KeySpec::Hmac512, OAEP_SHA_1),
    ] {
        let import = Import::new(key_spec, algorithm);
        let blob = pkcs1_v15(import.key(), import.material());
        assert_eq!(
            import.explained(&blob, INVALID_CIPHERTEXT),
            [Cause::Pkcs1V15],
            "{key_spec}"
        );
    }
    let import = Import::new(KeySpec::EccNistP256, KEY_WRAP);
    let aes_key = random(2, 32);
    let wrapped = kwp(&aes_key, KWP, import.material());
    let blob = [pkcs1_v15(import.key(), &aes_key), wrapped].concat();
    assert_eq!(
        import.explained(&blob, INVALID_CIPHERTEXT),
        [Cause::Pkcs1V15]
    );
}

/// One in 2^17 random blocks has this padding too, so this cause is reported last.
#[test]
fn pkcs1_v1_5_of_material_of_another_length() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    for len in [1, 10, 16, 24, 31, 33, 64, 100, 200] {
        let blob = pkcs1_v15(import.key(), &random(3, len));
        let causes = import.explained(&blob, INVALID_CIPHERTEXT);
        let [
            Cause::Pkcs1V15,
            Cause::Material(MaterialCause::Error(KeyMaterialError::Material(
                MaterialError::WrongLength { len: found, .. },
            ))),
        ] = causes.as_slice()
        else {
            panic!("{len}: {causes:?}");
        };
        assert_eq!(*found, len);
    }
    let causes = import.explained(&pkcs1_v15(import.key(), b""), INVALID_CIPHERTEXT);
    let names: Vec<_> = causes.iter().map(Cause::name).collect();
    assert_eq!(names, ["Pkcs1V15Padding", "MaterialEmpty"]);

    let import = Import::new(KeySpec::EccNistP256, KEY_WRAP);
    for (message, rest, more) in [
        (32, 144, Cause::SecondHalfDoesNotOpen(144)),
        (32, 0, Cause::SecondHalfMissing(0)),
        (31, 144, Cause::NoAesKey(31)),
    ] {
        let blob = [
            pkcs1_v15(import.key(), &random(2, message)),
            random(3, rest),
        ]
        .concat();
        let said = if rest == 0 {
            WRONG_SIZE
        } else {
            INVALID_CIPHERTEXT
        };
        assert_eq!(import.explained(&blob, said), [Cause::Pkcs1V15, more]);
    }
}

/// In another place than the documented one, the padding alone proves nothing.
#[test]
fn pkcs1_v1_5_in_another_place_is_no_cause() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let block = pkcs1_v15(import.key(), &random(3, 16));
    for blob in [
        [b"abcd", &block[..]].concat(),
        block.iter().rev().copied().collect(),
    ] {
        let said = if blob.len() == 256 {
            INVALID_CIPHERTEXT
        } else {
            WRONG_SIZE
        };
        assert_eq!(import.explained(&blob, said), []);
    }
}

#[test]
fn no_padding() {
    for key_spec in [KeySpec::SymmetricDefault, KeySpec::EccNistP256] {
        let import = Import::new(key_spec, OAEP);
        let zeros = vec![0; 256 - import.material().len()];
        for encoded in [
            [&zeros, import.material()].concat(),
            [import.material(), &zeros].concat(),
        ] {
            let blob = raw(import.key(), &encoded);
            assert_eq!(
                import.explained(&blob, INVALID_CIPHERTEXT),
                [Cause::NoPadding],
                "{key_spec}"
            );
        }
    }
    // A key that itself begins with zeros.
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let encoded = [vec![0; 226], random(4, 30)].concat();
    let blob = raw(import.key(), &encoded);
    assert_eq!(
        import.explained(&blob, INVALID_CIPHERTEXT),
        [Cause::NoPadding]
    );
}

#[test]
fn the_material_itself_where_an_aes_key_belongs() {
    let import = Import::new(KeySpec::EccNistP256, KEY_WRAP);
    let blob = oaep::<Sha256, Sha256>(import.key(), b"", import.material());
    assert_eq!(
        import.explained(&blob, WRONG_SIZE),
        [Cause::RsaesOaepForRsaAes(KEY_WRAP)]
    );

    let blob = oaep::<Sha1, Sha1>(import.key(), b"", import.material());
    let expected = Cause::OaepHashes {
        label: Hash::Sha1,
        mgf1: Hash::Sha1,
        asked: Hash::Sha256,
    };
    assert_eq!(
        import.explained(&blob, WRONG_SIZE),
        [Cause::RsaesOaepForRsaAes(KEY_WRAP), expected]
    );
}

#[test]
fn an_aes_key_where_the_material_itself_belongs() {
    for key_spec in [KeySpec::SymmetricDefault, KeySpec::EccNistP256] {
        let import = Import::new(key_spec, OAEP);
        let aes_key = random(2, 32);
        let block = oaep::<Sha256, Sha256>(import.key(), b"", &aes_key);
        let blob = [block, kwp(&aes_key, KWP, import.material())].concat();
        assert_eq!(
            import.explained(&blob, WRONG_SIZE),
            [Cause::RsaAesForRsaesOaep(OAEP)],
            "{key_spec}"
        );
    }
}

/// Some programs write a block whose number begins with a zero byte without that byte.
#[test]
fn a_leading_zero_that_got_lost_or_came() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let with_zero = (0..4000u32)
        .map(|seed| {
            let material = random(u64::from(seed) + 100, 32);
            oaep::<Sha256, Sha256>(import.key(), b"", &material)
        })
        .find(|blob| blob[0] == 0)
        .expect("one in 256 begins with a zero");
    assert_eq!(
        import.explained(&with_zero[1..], WRONG_SIZE),
        [Cause::LeadingZeroLost]
    );
    let blob = [&[0][..], &import.good()].concat();
    assert_eq!(
        import.explained(&blob, WRONG_SIZE),
        [Cause::LeadingZeroAdded]
    );
}

#[test]
fn a_block_from_its_last_byte_to_its_first() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let blob: Vec<u8> = import.good().into_iter().rev().collect();
    assert_eq!(
        import.explained(&blob, INVALID_CIPHERTEXT),
        [Cause::LittleEndian]
    );
}

#[test]
fn bytes_around_the_block() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let good = import.good();
    for (blob, expected) in [
        (
            [&good[..], b"\n"].concat(),
            Cause::TrailingNewline(LineEnd::Lf),
        ),
        (
            [&good[..], b"\r\n"].concat(),
            Cause::TrailingNewline(LineEnd::CrLf),
        ),
        (
            [&good[..], b"\0"].concat(),
            Cause::Extended {
                before: 0,
                after: 1,
            },
        ),
        (
            [&good[..], &random(5, 300)].concat(),
            Cause::Extended {
                before: 0,
                after: 300,
            },
        ),
        (
            [b"abcd", &good[..]].concat(),
            Cause::Extended {
                before: 4,
                after: 0,
            },
        ),
    ] {
        assert_eq!(import.explained(&blob, WRONG_SIZE), [expected]);
    }
}

#[test]
fn a_block_that_was_cut() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let good = import.good();
    assert_eq!(import.key().size(), 256);
    for len in [255, 250, 128, 33, 31, 1] {
        let expected = Cause::Truncated { len, block: 256 };
        assert_eq!(import.explained(&good[..len], WRONG_SIZE), [expected]);
    }
}

#[test]
fn mistakes_that_come_together_are_told_from_outside_in() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    let block = oaep::<Sha256, Sha1>(import.key(), b"label", &[import.material(), b"\n"].concat());
    let causes = import.explained(&[&block[..], b"\n"].concat(), WRONG_SIZE);
    let names: Vec<_> = causes.iter().map(Cause::name).collect();
    assert_eq!(
        names,
        [
            "TrailingNewline",
            "OtherMgf1Hash",
            "OaepLabel",
            "MaterialTrailingNewline"
        ]
    );
}

/// If the blob opens correctly, every cause is in the material.
#[test]
fn a_sound_block_is_not_blamed() {
    let import = Import::new(KeySpec::SymmetricDefault, OAEP);
    for len in [0, 1, 16, 31, 33] {
        let blob = oaep::<Sha256, Sha256>(import.key(), b"", &random(6, len));
        let causes = import.explained(&blob, INCORRECT_MATERIAL);
        assert!(
            matches!(causes.as_slice(), [Cause::Material(_)]),
            "{len}: {causes:?}"
        );
    }
}
