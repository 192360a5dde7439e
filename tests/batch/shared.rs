//! Key material that two KMS keys would share.

use crate::sandbox::{Sandbox, WRAP, status};

const PARAMS: &str = "--rehearsal --wrapping-algorithm RSA_AES_KEY_WRAP_SHA_256";

/// A folder with one EC key in three forms, and parameters for three KMS keys.
fn one_key_three_forms() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.must("generate --key-spec ECC_SECG_P256K1 --format der -o key.der");
    let rows = "Id,KeyId\n1,1234abcd-12ab-34cd-56ef-123456789001\n2,mrk-1234abcd12ab34cd56ef1234567890ab\n\
                3,arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab\n";
    let rows = sandbox.csv(rows);
    let options = "--key-spec ECC_SECG_P256K1 --wrapping-algorithm RSA_AES_KEY_WRAP_SHA_256 \
                   --wrapping-key-spec RSA_2048 --out-dir params";
    sandbox.lines(&format!("params {rows} {options}"), 0);
    let der = std::fs::read(sandbox.path("key.der")).expect("the key");
    // RFC 5915: the scalar follows 02 01 01 04 20.
    let at = der
        .windows(5)
        .position(|window| window == b"\x02\x01\x01\x04\x20")
        .expect("a scalar");
    sandbox.file("key.raw", &der[at + 5..at + 37]);
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &der);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----\n");
    sandbox.file("key.pem", pem);
    sandbox
}

#[test]
fn one_key_in_any_form_is_found_before_there_is_an_answer() {
    let sandbox = one_key_three_forms();
    let manifest = sandbox.csv(
        "Id,Material,Params,KeySpec,MaterialFormat\n\
         der,key.der,params/1/parameters.json,ECC_SECG_P256K1,\n\
         pem,key.pem,params/2/parameters.json,ECC_SECG_P256K1,\n\
         again,key.pem,params/1/parameters.json,ECC_SECG_P256K1,\n\
         raw,key.raw,params/2/parameters.json,ECC_SECG_P256K1,raw\n",
    );
    let lines = sandbox.lines(&format!("wrap {PARAMS} {manifest} --out-dir out"), 1);
    assert_eq!(status(&lines), ["done", "refused", "done", "refused"]);
    assert_eq!(lines[1]["Error"]["__type"], "byok#SharedKeyMaterial");
    let message = "row der (row 1) gives this key material to another KMS key";
    assert_eq!(lines[3]["Error"]["message"], message);
    assert!(!sandbox.path("out/pem").exists());
    let lines = sandbox.lines(&format!("wrap {PARAMS} {manifest} --dry-run"), 1);
    assert_eq!(status(&lines), ["refused", "refused"]);
}

#[test]
fn a_group_and_the_replicas_of_a_key_share() {
    let sandbox = one_key_three_forms();
    let group = sandbox.csv(
        "Id,Material,Params,KeySpec,SharedMaterial\n\
         a,key.der,params/1/parameters.json,ECC_SECG_P256K1,both\n\
         b,key.der,params/2/parameters.json,ECC_SECG_P256K1,both\n\
         c,key.der,params/2/parameters.json,ECC_SECG_P256K1,other\n",
    );
    let lines = sandbox.lines(&format!("wrap {PARAMS} {group}"), 1);
    assert_eq!(status(&lines), ["done", "done", "refused"]);
    let replicas = sandbox.csv(
        "Id,Material,Params,KeySpec\n\
         primary,key.der,params/2/parameters.json,ECC_SECG_P256K1\n\
         replica,key.pem,params/3/parameters.json,ECC_SECG_P256K1\n",
    );
    sandbox.lines(&format!("wrap {PARAMS} {replicas}"), 0);
}

#[test]
fn shards_and_later_runs_with_one_folder_find_it_too() {
    let sandbox = Sandbox::with_keys(2);
    let both = sandbox.csv(
        "Id,Material,Params,KeySpec\n\
         a,k1.bin,p1.json,SYMMETRIC_DEFAULT\nb,k1.bin,p2.json,SYMMETRIC_DEFAULT\n",
    );
    let shard = |index: u32| format!("{WRAP} {both} --shard {index}/2");
    assert_eq!(
        status(&sandbox.lines(&shard(1), 0)),
        ["done"],
        "without a folder, a shard is alone"
    );
    sandbox.lines(&format!("{} --out-dir out", shard(0)), 0);
    let lines = sandbox.lines(&format!("{} --out-dir out", shard(1)), 1);
    let message = "row a of this folder gives this key material to another KMS key";
    assert_eq!(lines[0]["Error"]["message"], message);
    // A row that changes its key gives its old key free.
    let changed = sandbox.csv("Id,Material,Params,KeySpec\na,k2.bin,p1.json,SYMMETRIC_DEFAULT\n");
    sandbox.lines(&format!("{WRAP} {changed} --out-dir out --force"), 0);
    sandbox.lines(&format!("{} --out-dir out", shard(1)), 0);
}

#[test]
fn rehearsed_rows_stand_for_one_key_each() {
    let sandbox = Sandbox::with_keys(1);
    let manifest = sandbox.csv("Id,Material\na,k1.bin\nb,k1.bin\n");
    let options = "--key-spec SYMMETRIC_DEFAULT --wrapping-key-spec RSA_2048";
    let lines = sandbox.lines(&format!("rehearse {options} {manifest}"), 1);
    assert_eq!(status(&lines), ["done", "refused"]);
}

/// What a folder holds counts, whatever later runs meant to do.
#[test]
fn only_a_replaced_folder_gives_its_key_material_free() {
    let row = |id: &str, material: &str, params: &str| {
        format!("Id,Material,Params,KeySpec\n{id},{material},{params},SYMMETRIC_DEFAULT\n")
    };
    let then = [
        row("a", "k2.bin", "p1.json"),
        row("a", "nowhere.bin", "p1.json"),
        row("A", "k1.bin", "p2.json"),
    ];
    for then in then {
        let sandbox = Sandbox::with_keys(3);
        let run = |manifest: &str, options: &str, status: i32| {
            let manifest = sandbox.csv(manifest);
            sandbox.lines(
                &format!("{WRAP} {manifest} --out-dir out {options}"),
                status,
            )
        };
        run(&row("a", "k1.bin", "p1.json"), "", 0);
        let _ = sandbox.run(&format!(
            "batch {WRAP} {} --out-dir out",
            sandbox.csv(&then)
        ));
        let lines = run(&row("b", "k1.bin", "p2.json"), "", 1);
        let message = "row a of this folder gives this key material to another KMS key";
        assert_eq!(lines[0]["Error"]["message"], message, "after {then}");
        // A verdict about a row of the same name changes nothing.
        let verify = sandbox.csv("Id,ImportRequest\na,out/a/REHEARSAL-import-key-material.json\n");
        sandbox.lines(&format!("verify {verify} --out-dir out"), 1);
        assert_eq!(
            status(&run(&row("b", "k1.bin", "p2.json"), "", 1)),
            ["refused"]
        );
        run(&row("a", "k3.bin", "p1.json"), "--force", 0);
        run(&row("b", "k1.bin", "p2.json"), "", 0);
    }
}

#[test]
fn secret_octets_are_shared_whatever_they_are_for() {
    let sandbox = one_key_three_forms();
    let params = "params --key-id 1234abcd-12ab-34cd-56ef-123456789009 --key-spec SYMMETRIC_DEFAULT \
                  --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_2048 -o aes.json";
    sandbox.must(params);
    let manifest = sandbox.csv(
        "Id,Material,Params,KeySpec,WrappingAlgorithm\n\
         aes,key.raw,aes.json,SYMMETRIC_DEFAULT,RSAES_OAEP_SHA_256\n\
         ec,key.pem,params/1/parameters.json,ECC_SECG_P256K1,\n",
    );
    let lines = sandbox.lines(&format!("wrap {PARAMS} {manifest}"), 1);
    assert_eq!(status(&lines), ["done", "refused"]);
}
