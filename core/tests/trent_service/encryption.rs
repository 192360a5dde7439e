//! `Encrypt`, `Decrypt`, `GenerateDataKey`: opened elsewhere, and refused like AWS.

use aes_gcm::{
    Aes256Gcm,
    aead::{Aead as _, KeyInit as _, Payload},
};
use byok_core::{import_token::REHEARSAL_MARK, key_spec::KeySpec};
use rsa::{Oaep, pkcs8::DecodePrivateKey as _, pkcs8::DecodePublicKey as _};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::Sha256;

use crate::common::{material_bytes, rng};
use crate::kms::{Kms, base64, blob, text};

const RAW: KeySpec = KeySpec::SymmetricDefault;

/// Opens a ciphertext by its documented layout, with the material alone.
fn open_elsewhere(
    ciphertext: &[u8],
    arn: &str,
    material_id: &str,
    context: &[(&str, &str)],
) -> Vec<u8> {
    let header_len = REHEARSAL_MARK.len() + 2 + arn.len() + 32;
    let (header, rest) = ciphertext.split_at(header_len);
    let id: Vec<u8> = (0..32)
        .map(|i| u8::from_str_radix(&material_id[2 * i..2 * i + 2], 16).expect("hex"))
        .collect();
    let len = u8::try_from(arn.len()).expect("short");
    assert_eq!(
        header,
        [&REHEARSAL_MARK[..], &[0x43, len], arn.as_bytes(), &id].concat()
    );
    let mut data = header.to_vec();
    for text in context.iter().flat_map(|(key, value)| [key, value]) {
        data.extend(u32::try_from(text.len()).expect("short").to_be_bytes());
        data.extend(text.as_bytes());
    }
    let (nonce, sealed) = rest.split_at(12);
    let key = Aes256Gcm::new_from_slice(material_bytes(RAW).0).expect("32 bytes");
    let nonce = nonce.try_into().expect("12 bytes");
    key.decrypt(
        &nonce,
        Payload {
            msg: sealed,
            aad: &data,
        },
    )
    .expect("it opens")
}

#[test]
fn what_a_symmetric_key_encrypts_opens_elsewhere() {
    let kms = Kms::new();
    let arn = kms.imported(RAW, "ENCRYPT_DECRYPT");
    let material_id = text(
        &kms.must("DescribeKey", json!({ "KeyId": arn }))["KeyMetadata"]["CurrentKeyMaterialId"],
    );
    let context = json!({ "b": "2", "a": "1", "\u{e9}": "" });
    let request =
        json!({ "KeyId": arn, "Plaintext": base64(b"hello"), "EncryptionContext": context });
    let sealed = kms.must("Encrypt", request.clone());
    let ciphertext = blob(&sealed["CiphertextBlob"]);
    assert!(text(&sealed["CiphertextBlob"]).starts_with("BYOK/REHEARSAL/NOT/AWS//"));
    let sorted = [("a", "1"), ("b", "2"), ("\u{e9}", "")];
    assert_eq!(
        open_elsewhere(&ciphertext, &arn, &material_id, &sorted),
        b"hello"
    );
    assert_ne!(
        kms.must("Encrypt", request)["CiphertextBlob"],
        sealed["CiphertextBlob"],
        "nonces differ"
    );

    let data_key = kms.must(
        "GenerateDataKey",
        json!({ "KeyId": arn, "KeySpec": "AES_256" }),
    );
    let opened = open_elsewhere(&blob(&data_key["CiphertextBlob"]), &arn, &material_id, &[]);
    assert_eq!((opened.len(), opened), (32, blob(&data_key["Plaintext"])));
    assert_eq!(data_key["KeyMaterialId"], material_id);
    for (request, len) in [
        (json!({ "KeyId": arn, "KeySpec": "AES_128" }), 16),
        (json!({ "KeyId": arn, "NumberOfBytes": 1024 }), 1024),
    ] {
        assert_eq!(
            blob(&kms.must("GenerateDataKey", request)["Plaintext"]).len(),
            len
        );
    }
    let neither = "ValidationException: Please specify either number of bytes or key spec.";
    for request in [
        json!({ "KeyId": arn }),
        json!({ "KeyId": arn, "KeySpec": "AES_128", "NumberOfBytes": 16 }),
    ] {
        assert_eq!(kms.refused("GenerateDataKey", request), neither);
    }
}

#[test]
fn a_ciphertext_opens_with_its_own_key_context_and_bytes_only() {
    let kms = Kms::new();
    let arn = kms.imported(RAW, "ENCRYPT_DECRYPT");
    let other = kms.imported(RAW, "ENCRYPT_DECRYPT");
    let context = json!({ "purpose": "test" });
    let longest = base64(&[7; 4096]);
    let request = json!({ "KeyId": arn, "Plaintext": longest, "EncryptionContext": context });
    let sealed = blob(&kms.must("Encrypt", request)["CiphertextBlob"]);
    assert!(sealed.len() <= 6144, "{}", sealed.len());
    let decrypt = |bytes: &[u8], context: &Value, key_id: Option<&str>| {
        let mut request = json!({ "CiphertextBlob": base64(bytes), "EncryptionContext": context });
        if let Some(key_id) = key_id {
            request["KeyId"] = json!(key_id);
        }
        kms.call("Decrypt", request)
    };
    for key_id in [None, Some(arn.as_str()), arn.rsplit('/').next()] {
        let opened = decrypt(&sealed, &context, key_id).expect("its own key");
        assert_eq!(
            (&opened["KeyId"], &opened["Plaintext"]),
            (&json!(arn), &json!(longest))
        );
        assert_eq!(opened["EncryptionAlgorithm"], "SYMMETRIC_DEFAULT");
    }
    assert_eq!(
        decrypt(&sealed, &context, Some(&other)),
        Err(
            "IncorrectKeyException: The key ID in the request does not identify a CMK that can perform this \
             operation."
                .to_owned()
        )
    );
    let invalid = Err("InvalidCiphertextException".to_owned());
    for context in [
        json!({}),
        json!({ "purpose": "tes" }),
        json!({ "purpose": "test", "a": "" }),
    ] {
        assert_eq!(decrypt(&sealed, &context, None), invalid);
    }
    // A changed ARN may name a key that does not exist. Everything else gets one answer.
    let arn_at = REHEARSAL_MARK.len() + 2..REHEARSAL_MARK.len() + 2 + arn.len();
    for at in (0..sealed.len())
        .step_by(13)
        .chain([18, 19, sealed.len() - 1])
        .filter(|at| !arn_at.contains(at))
    {
        let mut damaged = sealed.clone();
        damaged[at] ^= 1;
        assert_eq!(decrypt(&damaged, &context, None), invalid, "{at}");
    }
    for len in [
        1,
        18,
        19,
        20,
        arn_at.end + 31,
        arn_at.end + 32 + 27,
        sealed.len() - 1,
    ] {
        assert_eq!(decrypt(&sealed[..len], &context, None), invalid, "{len}");
    }
}

#[test]
fn rsa_keys_encrypt_with_oaep() {
    let kms = Kms::new();
    let arn = kms.imported(KeySpec::Rsa2048, "ENCRYPT_DECRYPT");
    let (private, public) = material_bytes(KeySpec::Rsa2048);
    let public = rsa::PublicKey::from_public_key_der(public.expect("a key pair")).expect("a key");
    let private = rsa::PrivateKey::from_pkcs8_der(private).expect("a key");
    for (algorithm, max) in [("RSAES_OAEP_SHA_1", 214), ("RSAES_OAEP_SHA_256", 190)] {
        let plaintext = vec![3; max];
        let request = json!({ "KeyId": arn, "Plaintext": base64(&plaintext), "EncryptionAlgorithm": algorithm });
        let sealed = blob(&kms.must("Encrypt", request)["CiphertextBlob"]);
        let (opened, theirs) = if max == 214 {
            let theirs = public.encrypt(&mut rng(2), Oaep::<Sha1>::new(), &plaintext);
            (private.decrypt(Oaep::<Sha1>::new(), &sealed), theirs)
        } else {
            let theirs = public.encrypt(&mut rng(2), Oaep::<Sha256>::new(), &plaintext);
            (private.decrypt(Oaep::<Sha256>::new(), &sealed), theirs)
        };
        assert_eq!(opened, Ok(plaintext.clone()));
        let mut theirs = theirs.expect("it fits");
        let request = |bytes: &[u8]| json!({ "KeyId": arn, "CiphertextBlob": base64(bytes), "EncryptionAlgorithm": algorithm });
        let decrypted = kms.must("Decrypt", request(&theirs));
        assert_eq!(
            (
                blob(&decrypted["Plaintext"]),
                decrypted.get("KeyMaterialId")
            ),
            (plaintext, None)
        );
        theirs[100] ^= 1;
        assert_eq!(
            kms.refused("Decrypt", request(&theirs)),
            "InvalidCiphertextException"
        );
        let request = json!({ "KeyId": arn, "Plaintext": base64(&vec![3; max + 1]), "EncryptionAlgorithm": algorithm });
        assert_eq!(
            kms.refused("Encrypt", request),
            format!(
                "ValidationException: Algorithm {algorithm} and key spec RSA_2048 cannot encrypt data larger than \
                 {max} bytes."
            )
        );
    }
    assert_eq!(
        kms.refused("Encrypt", json!({ "KeyId": arn, "Plaintext": "AAAA" })),
        "InvalidKeyUsageException: Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048."
    );
    let request = json!({ "KeyId": arn, "Plaintext": "AAAA", "EncryptionAlgorithm": "RSAES_OAEP_SHA_1", "EncryptionContext": { "a": "b" } });
    assert_eq!(
        kms.refused("Encrypt", request),
        "ValidationException: EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs."
    );
}
