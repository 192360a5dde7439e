//! Files of secrets that other users can read.

use std::os::unix::fs::chown;

use crate::sandbox::{
    EXAMPLE_WRAP, MATERIAL, Sandbox, WRAP, assert_status, fed, fixture, needs_root, set_mode,
    stderr,
};

/// A user and a group that are not those of the test.
const OTHER: u32 = 65534;

fn warning(name: &str, mode: &str, who: &str) -> String {
    format!(
        "byok: warning: {name} is a secret, and its mode {mode} lets {who} read it\n\
         byok: hint: to close it, run: chmod go= {name}\n"
    )
}

#[test]
fn an_import_warns_of_a_key_that_every_user_can_read() {
    let sandbox = Sandbox::new();
    sandbox.example();
    for (mode, text) in [(0o644, "0644"), (0o604, "0604"), (0o666, "0666")] {
        set_mode(&sandbox.path("key.bin"), mode);
        for line in [EXAMPLE_WRAP.to_owned(), format!("{EXAMPLE_WRAP} -q")] {
            let said = stderr(&sandbox.must(&line));
            let expected = warning("key.bin", text, "every user");
            assert_eq!(said.matches(&expected).count(), 1, "{line}: {said}");
        }
    }
    for mode in [0o600, 0o400, 0o700, 0o622] {
        set_mode(&sandbox.path("key.bin"), mode);
        let said = stderr(&sandbox.must(EXAMPLE_WRAP));
        assert!(!said.contains("is a secret"), "{mode:o}: {said}");
    }
    // What a pipe brings has no mode that counts.
    let piped = sandbox.byok(EXAMPLE_WRAP.replace("key.bin", "-").split_whitespace());
    let output = fed(piped, MATERIAL);
    assert_status(&output, 0);
    assert!(!stderr(&output).contains("is a secret"), "{output:?}");
}

#[test]
fn an_import_warns_of_a_passphrase_that_every_user_can_read() {
    let sandbox = Sandbox::new();
    sandbox.example();
    sandbox.file("key.pem", fixture("key-material/TEST-p256-encrypted.pem"));
    set_mode(&sandbox.path("key.pem"), 0o600);
    sandbox.file("passphrase", fixture("key-material/TEST-passphrase"));
    set_mode(&sandbox.path("passphrase"), 0o644);
    let line = EXAMPLE_WRAP
        .replace("key.bin", "key.pem --passphrase-file passphrase")
        .replace("SYMMETRIC_DEFAULT", "ECC_NIST_P256");
    let said = stderr(&sandbox.must(&line));
    assert!(
        said.contains(&warning("passphrase", "0644", "every user")),
        "{said}"
    );
    assert!(!said.contains("key.pem is a secret"), "{said}");
}

#[test]
fn outside_of_an_import_it_is_a_note() {
    let sandbox = Sandbox::new();
    sandbox.file("key.bin", MATERIAL);
    sandbox.file("key.pk8", fixture("TEST-p256.pk8"));
    sandbox.file("seed", [7; 32]);
    for name in ["key.bin", "key.pk8", "seed"] {
        set_mode(&sandbox.path(name), 0o644);
    }
    sandbox.params("SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256");
    sandbox.must(&format!("{WRAP} -o request.json"));
    for (line, name) in [
        (format!("{WRAP} -o -"), "key.bin"),
        (
            "rehearse key.pk8 --wrapping-key-spec RSA_2048".to_owned(),
            "key.pk8",
        ),
        (
            "verify --import-request request.json --material key.bin".to_owned(),
            "key.bin",
        ),
        ("public-key key.pk8".to_owned(), "key.pk8"),
        (
            "generate --key-spec HMAC_256 --from-seed seed --test-only".to_owned(),
            "seed",
        ),
    ] {
        let said = stderr(&sandbox.must(&line));
        let note = format!("byok: note: {name} is a secret, and its mode 0644 lets every user");
        assert_eq!(said.matches(&note).count(), 1, "{line}: {said}");
        let said = stderr(&sandbox.must(&format!("{line} -q")));
        assert!(!said.contains("is a secret"), "{line}: {said}");
    }
    // A public key is not a secret.
    sandbox.must("public-key key.pk8 -o public.pem");
    set_mode(&sandbox.path("public.pem"), 0o644);
    let said = stderr(&sandbox.must("public-key public.pem"));
    assert!(!said.contains("is a secret"), "{said}");
}

#[test]
fn a_file_that_is_not_the_user_s_own_and_a_group_s_are_told_apart() {
    if !needs_root("to give a file to another user") {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.example();
    let key = sandbox.path("key.bin");
    set_mode(&key, 0o640);
    let said = stderr(&sandbox.must(EXAMPLE_WRAP));
    assert!(!said.contains("is a secret"), "root's own group: {said}");
    chown(&key, None, Some(OTHER)).expect("root may");
    let said = stderr(&sandbox.must(EXAMPLE_WRAP));
    assert!(
        said.contains(&warning("key.bin", "0640", "a group")),
        "{said}"
    );

    set_mode(&key, 0o644);
    chown(&key, Some(OTHER), None).expect("root may");
    let said = stderr(&sandbox.must(EXAMPLE_WRAP));
    let note = "byok: note: key.bin is a secret, and its mode 0644 lets every user read it\n";
    assert!(said.contains(note) && !said.contains("chmod"), "{said}");
}
