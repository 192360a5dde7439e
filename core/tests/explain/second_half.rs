//! Mistakes after the RSA block, and in the AES key that it holds.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use byok_core::{
    explain::{AesKeyForm, BlockMode, Cause, KeyWrap, LineEnd, MaterialCause},
    hex,
    key_file::MaterialFormat,
    key_material::{KeyMaterialError, MaterialError},
    key_spec::KeySpec,
    wrapping_key_spec::WrappingKeySpec,
};
use rsa::traits::PublicKeyParts as _;
use sha2::Sha256;

use crate::{
    INCORRECT_MATERIAL, INVALID_CIPHERTEXT, Import, KEY_WRAP, WRONG_SIZE,
    blobs::{self, KW, KWP},
    common::{material_bytes, random},
};

const KEY_SPECS: [KeySpec; 3] = [KeySpec::EccNistP256, KeySpec::EccNistP521, KeySpec::Rsa2048];

/// Builds a second half from an AES key and the material.
type SecondHalf<'a> = &'a dyn Fn(&[u8], &[u8]) -> Vec<u8>;

fn import() -> Import {
    Import::new(KeySpec::EccNistP256, KEY_WRAP)
}

/// Builds the RSA block with an AES key, followed by `second_half` of that key and the material.
fn blob(import: &Import, aes_key: &[u8], second_half: impl Fn(&[u8], &[u8]) -> Vec<u8>) -> Vec<u8> {
    let block = blobs::oaep::<Sha256, Sha256>(import.key(), b"", aes_key);
    [block, second_half(aes_key, import.material())].concat()
}

fn kwp(key: &[u8], material: &[u8]) -> Vec<u8> {
    blobs::kwp(key, KWP, material)
}

#[test]
fn the_blobs_of_these_tests_are_good_before_they_are_spoilt() {
    let import = import();
    let good = blob(&import, &random(2, 32), kwp);
    let request = crate::common::request(&import.parameters, good);
    assert_eq!(
        crate::common::answer(&crate::common::verified(&request, &crate::common::store())),
        "accepted"
    );
}

#[test]
fn the_halves_swapped() {
    for key_spec in KEY_SPECS {
        let import = Import::new(key_spec, KEY_WRAP);
        let mut swapped = import.good();
        swapped.rotate_left(256);
        assert_eq!(
            import.explained(&swapped, INVALID_CIPHERTEXT),
            [Cause::HalvesSwapped],
            "{key_spec}"
        );
    }
}

#[test]
fn a_shorter_aes_key() {
    for len in [16, 24] {
        let import = import();
        let causes = import.explained(&blob(&import, &random(2, len), kwp), INVALID_CIPHERTEXT);
        assert_eq!(causes, [Cause::AesKeyLength(len)]);
    }
}

#[test]
fn the_aes_key_as_text_or_with_a_newline() {
    let (import, aes_key) = (import(), random(2, 32));
    let (hex, base64) = (
        AesKeyForm::Text(MaterialFormat::Hex),
        AesKeyForm::Text(MaterialFormat::Base64),
    );
    for (written, form) in [
        (hex::encode(&aes_key).into_bytes(), hex),
        (format!("{}\n", hex::encode(&aes_key)).into_bytes(), hex),
        (STANDARD.encode(&aes_key).into_bytes(), base64),
        (
            format!("{}\n", STANDARD.encode(&aes_key)).into_bytes(),
            base64,
        ),
        (
            [&aes_key[..], b"\n"].concat(),
            AesKeyForm::Line(LineEnd::Lf),
        ),
    ] {
        let block = blobs::oaep::<Sha256, Sha256>(import.key(), b"", &written);
        let blob = [block, kwp(&aes_key, import.material())].concat();
        assert_eq!(
            import.explained(&blob, INVALID_CIPHERTEXT),
            [Cause::AesKeyForm(form)]
        );
    }
}

#[test]
fn rfc_3394_for_rfc_5649() {
    for key_spec in KEY_SPECS {
        let import = Import::new(key_spec, KEY_WRAP);
        let blob = blob(&import, &random(2, 32), |key, material| {
            blobs::kw(key, KW, material)
        });
        assert_eq!(
            import.explained(&blob, INVALID_CIPHERTEXT),
            [Cause::Rfc3394],
            "{key_spec}"
        );
    }
}

#[test]
fn another_initial_value() {
    let import = import();
    for value in [[0; 4], [1, 2, 3, 4]] {
        let blob = blob(&import, &random(2, 32), |key, material| {
            blobs::kwp(key, value, material)
        });
        let expected = Cause::InitialValue {
            found: value.to_vec(),
            wrap: KeyWrap::Rfc5649,
        };
        assert_eq!(import.explained(&blob, INVALID_CIPHERTEXT), [expected]);
    }
    for value in [[0; 8], [1, 2, 3, 4, 5, 6, 7, 8]] {
        let blob = blob(&import, &random(2, 32), |key, material| {
            blobs::kw(key, value, material)
        });
        let expected = Cause::InitialValue {
            found: value.to_vec(),
            wrap: KeyWrap::Rfc3394,
        };
        assert_eq!(import.explained(&blob, INVALID_CIPHERTEXT), [expected]);
    }
}

/// Any bytes have some initial value. Without material behind it, that proves nothing.
#[test]
fn another_initial_value_of_nothing_in_particular_is_no_cause() {
    let import = import();
    let blob = blob(&import, &random(2, 32), |key, _| {
        blobs::kwp(key, [1, 2, 3, 4], &random(7, 138))
    });
    assert_eq!(
        import.explained(&blob, INVALID_CIPHERTEXT),
        [Cause::SecondHalfDoesNotOpen(152)]
    );
}

/// `openssl enc -id-aes256-wrap-pad` with input of more than 4096 bytes, or from a pipe.
#[test]
fn pieces_instead_of_the_whole() {
    let import = Import::new(KeySpec::Rsa2048, KEY_WRAP);
    for len in [1000, 8] {
        let blob = blob(&import, &random(2, 32), |key, material| {
            blobs::kwp_in_pieces(key, len, material)
        });
        let count = import.material().len().div_ceil(len);
        let expected = Cause::KeyWrapInPieces {
            count,
            first_len: len,
        };
        assert_eq!(
            import.explained(&blob, INVALID_CIPHERTEXT),
            [expected],
            "{len}"
        );
    }
    let chain = [crate::material::pem(import.material()), vec![b'#'; 3000]].concat();
    assert!(chain.len() > 4096);
    let blob = blob(&import, &random(2, 32), |key, _| {
        blobs::kwp_in_pieces(key, 4096, &chain)
    });
    let causes = import.explained(&blob, INVALID_CIPHERTEXT);
    assert_eq!(
        causes[0],
        Cause::KeyWrapInPieces {
            count: 2,
            first_len: 4096
        }
    );
    assert_eq!(
        causes.iter().map(Cause::name).collect::<Vec<_>>(),
        ["KeyWrapInPieces", "MaterialPem"]
    );
}

/// A short message under an AES key is no private key, whatever its length.
#[test]
fn a_short_message_under_an_aes_key() {
    for key_spec in KEY_SPECS {
        let import = Import::new(key_spec, KEY_WRAP);
        for len in 0..40 {
            let blob = blob(&import, &random(2, 32), |key, _| {
                blobs::cbc(key, [0; 16], &random(5, len))
            });
            let causes = import.explained(&blob, INVALID_CIPHERTEXT);
            let rest = blob.len() - 256;
            assert_eq!(
                causes,
                [Cause::SecondHalfDoesNotOpen(rest)],
                "{key_spec} {len}"
            );
        }
    }
}

#[test]
fn other_modes_of_aes() {
    let nonce = [9; 12];
    let initial: [u8; 16] = random(8, 16).try_into().expect("16 bytes");
    for key_spec in KEY_SPECS
        .into_iter()
        .chain([KeySpec::EccNistP384, KeySpec::EccSecgP256k1])
    {
        let import = Import::new(key_spec, KEY_WRAP);
        let expect = |mode: BlockMode, second_half: SecondHalf<'_>| {
            let blob = blob(&import, &random(2, 32), second_half);
            let is_whole = (blob.len() - 256).is_multiple_of(8);
            let answer = if is_whole {
                INVALID_CIPHERTEXT
            } else {
                WRONG_SIZE
            };
            assert_eq!(
                import.explained(&blob, answer),
                [Cause::BlockMode(mode)],
                "{key_spec} {mode:?}"
            );
        };
        expect(BlockMode::Ecb, &blobs::ecb);
        expect(BlockMode::Gcm, &|key, material| {
            blobs::gcm(key, nonce, material)
        });
        for initial in [[0; 16], (0xa659_59a6_u128 << 96).to_be_bytes(), initial] {
            expect(BlockMode::Cbc, &|key, material| {
                blobs::cbc(key, initial, material)
            });
        }
        expect(BlockMode::Cbc, &|key, material| {
            [&initial[..], &blobs::cbc(key, initial, material)].concat()
        });
    }
}

#[test]
fn a_second_half_that_is_damaged_cut_or_missing() {
    let import = import();
    let good = import.good();
    for at in [256, 300, good.len() - 1] {
        let mut damaged = good.clone();
        damaged[at] ^= 1;
        let causes = import.explained(&damaged, INVALID_CIPHERTEXT);
        assert_eq!(
            causes,
            [Cause::SecondHalfDoesNotOpen(good.len() - 256)],
            "{at}"
        );
    }
    for (cut, answer) in [(8, INVALID_CIPHERTEXT), (3, WRONG_SIZE)] {
        let causes = import.explained(&good[..good.len() - cut], answer);
        assert_eq!(
            causes,
            [Cause::SecondHalfDoesNotOpen(good.len() - 256 - cut)]
        );
    }
    for len in [0, 8, 15] {
        let causes = import.explained(&good[..256 + len], WRONG_SIZE);
        assert_eq!(causes, [Cause::SecondHalfMissing(len)]);
    }
}

#[test]
fn bytes_after_the_second_half() {
    let import = import();
    let good = import.good();
    for (after, answer, expected) in [
        (&b"\n"[..], WRONG_SIZE, Cause::TrailingNewline(LineEnd::Lf)),
        (b"\r\n", WRONG_SIZE, Cause::TrailingNewline(LineEnd::CrLf)),
        (
            b"abc",
            WRONG_SIZE,
            Cause::Extended {
                before: 0,
                after: 3,
            },
        ),
        (
            &[0; 16],
            INVALID_CIPHERTEXT,
            Cause::Extended {
                before: 0,
                after: 16,
            },
        ),
    ] {
        assert_eq!(
            import.explained(&[&good[..], after].concat(), answer),
            [expected]
        );
    }
}

#[test]
fn what_is_no_aes_key() {
    let import = import();
    let blob = blob(&import, &random(2, 31), |_, _| random(7, 144));
    assert_eq!(
        import.explained(&blob, INVALID_CIPHERTEXT),
        [Cause::NoAesKey(31)]
    );
}

#[test]
fn a_sound_wrapping_is_not_blamed() {
    let import = import();
    let other = material_bytes(KeySpec::EccNistP384).0;
    let causes = import.explained(&import.wrapped(other), INCORRECT_MATERIAL);
    let (found, wanted) = (KeySpec::EccNistP384, KeySpec::EccNistP256);
    let error = KeyMaterialError::Material(MaterialError::OtherKeySpec { found, wanted });
    assert_eq!(causes, [Cause::Material(MaterialCause::Error(error))]);
}

/// The longest blob of the API, with a second half that never opens.
#[test]
fn the_search_is_bounded() {
    let import = Import::under(WrappingKeySpec::Rsa4096, KeySpec::Rsa2048, KEY_WRAP);
    assert_eq!(import.key().size(), 512);
    let blob = blob(&import, &random(2, 32), |_, _| random(7, 6144 - 512));
    assert_eq!(
        import.explained(&blob, INVALID_CIPHERTEXT),
        [Cause::SecondHalfDoesNotOpen(6144 - 512)]
    );
}

/// An HSM's header: a magic number, a version, the length.
#[test]
fn a_header_before_the_block() {
    for key_spec in KEY_SPECS {
        let import = Import::new(key_spec, KEY_WRAP);
        let good = import.good();
        for before in [1, 2, 3, 4, 5, 8, 12, 16, 20, 32, 63, 64] {
            let blob = [&random(3, before), &good[..]].concat();
            let request = crate::common::request(&import.parameters, blob.clone());
            let verification = crate::common::verified(&request, &crate::common::store());
            let said = crate::common::answer(&verification);
            assert_eq!(
                import.explained(&blob, &said),
                [Cause::Extended { before, after: 0 }],
                "{key_spec} {before}"
            );
        }
        let far = [&random(3, 65), &good[..]].concat();
        assert_eq!(import.explained(&far, WRONG_SIZE), [], "too far");
    }
}

#[test]
fn the_length_before_each_half() {
    let import = import();
    let good = import.good();
    let (block, rest) = good.split_at(256);
    for (block_len, rest_len) in [
        (&256u32.to_be_bytes()[..], &152u32.to_be_bytes()[..]),
        (&256u32.to_le_bytes(), &152u32.to_le_bytes()),
        (&256u64.to_be_bytes(), &152u64.to_be_bytes()),
    ] {
        let blob = [block_len, block, rest_len, rest].concat();
        let request = crate::common::request(&import.parameters, blob.clone());
        let verification = crate::common::verified(&request, &crate::common::store());
        let said = crate::common::answer(&verification);
        let before = block_len.len();
        assert_eq!(
            import.explained(&blob, &said),
            [
                Cause::Extended { before, after: 0 },
                Cause::SecondHalfHeader(rest_len.len())
            ]
        );
    }
    let between = [block, &152u16.to_be_bytes(), rest].concat();
    assert_eq!(
        import.explained(&between, WRONG_SIZE),
        [Cause::SecondHalfHeader(2)]
    );
}

#[test]
fn a_header_before_a_block_with_another_mistake() {
    let import = import();
    let block = blobs::oaep::<sha1::Sha1, sha1::Sha1>(import.key(), b"", &random(2, 32));
    let rest = kwp(&random(2, 32), import.material());
    let blob = [b"HSM\x01", &block[..], &rest[..]].concat();
    let names: Vec<_> = import
        .explained(&blob, WRONG_SIZE)
        .iter()
        .map(Cause::name)
        .collect();
    assert_eq!(names, ["Extended", "OtherHash"]);
}
