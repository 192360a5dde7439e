//! Checks README.md: its commands work in their order, they print what it shows, and its exit statuses
//! are the program's. The tests that SECURITY.md names exist.
//!
//! `aws` is `tests/aws-cli/aws`. The commands of cargo are not run here: `.ci/run` runs them, word
//! for word. Without Python or OpenSSL the test prints `skipped` and passes, unless `CI` is set. The
//! commands for a release run on the folder that `BYOK_RELEASE` names, which `release/build` wrote;
//! `tests/getting` has the substitutes for `sudo` and `podman`, which use empty root folders.

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

/// The cargo commands, in order.
const CARGO_COMMANDS: [&str; 4] = [
    "cargo install --locked --path .\n",
    "RUSTFLAGS='-C target-feature=+crt-static' cargo build --release --target x86_64-unknown-linux-gnu\n",
    FIRST_COMMAND,
    "cargo test --workspace\n",
];

/// The command that a new reader runs first.
const FIRST_COMMAND: &str = "cargo run --release -- rehearse --key-spec ECC_NIST_P256\n";

/// The command whose block needs the real AWS CLI.
const SERVE: &str = "byok serve ";

/// The begin of the names of the files of a release.
const RELEASE: &str = concat!("byok-", env!("CARGO_PKG_VERSION"));

/// The separator between the outputs of two blocks.
const SEPARATOR: char = '\u{1e}';

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("README.md")
}

/// A fenced block of README.md.
struct Block {
    language: String,
    text: String,
}

/// Returns the fenced blocks of README.md, in order.
fn all_blocks() -> Vec<Block> {
    let readme = readme();
    let mut blocks = Vec::new();
    let mut rest = readme.as_str();
    while let Some((_, fenced)) = rest.split_once("\n```") {
        let (block, after) = fenced.split_once("\n```").expect("a fence that is closed");
        let (language, text) = block.split_once('\n').expect("a language");
        assert!(matches!(language, "sh" | "yaml" | "text"), "{language}");
        blocks.push(Block {
            language: language.to_owned(),
            text: format!("{text}\n"),
        });
        rest = after;
    }
    blocks
}

/// Returns the command blocks of README.md.
fn blocks() -> Vec<String> {
    blocks_of("sh")
}

/// Returns the blocks of README.md in `language`.
fn blocks_of(language: &str) -> Vec<String> {
    all_blocks()
        .into_iter()
        .filter(|block| block.language == language)
        .map(|block| block.text)
        .collect()
}

/// Returns each output that README.md shows, after the command block that prints it.
fn shown_outputs() -> Vec<(String, String)> {
    let blocks = all_blocks();
    let shown: Vec<_> = blocks
        .windows(2)
        .filter(|pair| pair[1].language == "text")
        .map(|pair| {
            assert_eq!(pair[0].language, "sh", "an output without a command");
            (pair[0].text.clone(), pair[1].text.clone())
        })
        .collect();
    assert_eq!(shown.len(), blocks_of("text").len());
    shown
}

/// Checks that `printed` contains the lines of `shown`, in order. An ellipsis stands for any text in a
/// line.
fn assert_shown(shown: &str, printed: &str) {
    let is_shown = |pattern: &str, line: &str| {
        let parts: Vec<_> = pattern.split('…').collect();
        let (first, rest) = parts.split_first().expect("one part at least");
        let Some(mut line) = line.strip_prefix(first) else {
            return false;
        };
        for part in rest {
            let Some(at) = line.find(part) else {
                return false;
            };
            line = &line[at + part.len()..];
        }
        line.is_empty() || pattern.ends_with('…')
    };
    let mut lines = printed.lines();
    for pattern in shown.lines() {
        assert!(
            lines.any(|line| is_shown(pattern, line)),
            "README shows `{pattern}`, and this was printed:\n{printed}"
        );
    }
}

/// Returns a program that the commands need and this machine lacks.
fn missing() -> Option<&'static str> {
    let openssl = Command::new("openssl").arg("version").output();
    let version = openssl
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    let major = version
        .strip_prefix("OpenSSL ")
        .and_then(|number| number.split('.').next()?.parse::<u32>().ok());
    if major.is_none_or(|major| major < 3) {
        return Some("OpenSSL of version 3 or later");
    }
    Command::new("python3")
        .arg("--version")
        .output()
        .err()
        .map(|_| "Python")
}

#[test]
fn the_commands_work_in_order() {
    if let Some(program) = missing() {
        let _ = writeln!(std::io::stderr(), "readme: skipped: there is no {program}");
        assert!(
            env::var_os("CI").is_none(),
            "skipped where nothing may be skipped"
        );
        return;
    }
    let (cargo, mut shell): (Vec<_>, Vec<_>) = blocks()
        .into_iter()
        .partition(|block| block.contains("cargo "));
    assert_eq!(cargo, CARGO_COMMANDS);
    shell.retain(|block| !block.contains(SERVE) && !block.contains(RELEASE));
    assert!(shell.len() >= 7, "{shell:#?}");

    let output = run(&shell);
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let answers: Vec<_> = stdout.split_terminator(SEPARATOR).collect();
    let notes: Vec<_> = stderr.split_terminator(SEPARATOR).collect();
    assert!(
        output.status.success(),
        "{}: {}\n{stdout}\n{stderr}",
        output.status,
        shell
            .get(answers.len())
            .map_or("the last block", String::as_str),
    );
    assert_eq!((answers.len(), notes.len()), (shell.len(), shell.len()));
    for (at, command) in shell.iter().enumerate() {
        for (_, shown) in shown_outputs().iter().filter(|(of, _)| of == command) {
            assert_shown(shown, &format!("{}{}", answers[at], notes[at]));
        }
    }

    let verdicts = stdout.matches("\nYes: by its documented rules").count();
    assert_eq!(verdicts, 4, "{stdout}");
    let fingerprint = answers[1]
        .lines()
        .find_map(|line| line.strip_prefix("  fingerprint  "));
    let fingerprint = fingerprint
        .and_then(|line| line.split(' ').next())
        .expect("a fingerprint");
    assert!(
        answers[3].ends_with(&format!("{fingerprint}  -\n")),
        "{fingerprint}: {}",
        answers[3]
    );
    // The server's key, and that of the GitHub App.
    assert_eq!(stdout.matches("\nsame public key\n").count(), 2, "{stdout}");
    assert_eq!(
        stderr.matches("byok: note: wrapped ECC_NIST_P256").count(),
        2,
        "{stderr}"
    );
    assert_eq!(stderr.matches("byok: error").count(), 0, "{stderr}");
    assert_eq!(stderr.matches("byok: warning").count(), 0, "{stderr}");
    let diagnosis = "byok: hint: RSAES-OAEP was used with SHA-256 for the label and SHA-1 for MGF1, the default of Java";
    assert_eq!(stderr.matches(diagnosis).count(), 1, "{stderr}");
}

/// Returns a folder with the files of a release under the names that they have in a release, or `None` if
/// there is none.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn release() -> Option<tempfile::TempDir> {
    let Some(from) = env::var_os("BYOK_RELEASE") else {
        let _ = writeln!(
            std::io::stderr(),
            "readme: skipped: BYOK_RELEASE names no folder of release/build"
        );
        assert!(
            env::var_os("CI").is_none(),
            "skipped where nothing may be skipped"
        );
        return None;
    };
    let sums = fs::read_to_string(Path::new(&from).join("SHA256SUMS")).expect("SHA256SUMS");
    let info = sums.lines().find_map(|line| {
        let (_, name) = line.split_once("  ")?;
        name.strip_suffix(".buildinfo")
    });
    // `byok-0.1.0-test`, or `byok-0.1.0-untagged.COMMIT`.
    let name = info.expect("a file that says how the release was built");
    assert!(name.starts_with(RELEASE), "{name}");
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    for line in sums.lines() {
        let (_, file) = line.split_once("  ").expect("a sum and a name");
        let to = folder.path().join(file.replace(name, RELEASE));
        fs::copy(Path::new(&from).join(file), to).expect("copied");
    }
    fs::write(
        folder.path().join("SHA256SUMS"),
        sums.replace(name, RELEASE),
    )
    .expect("written");
    Some(folder)
}

/// The ways to install a release: each block, in a copy of the folder, as a user whose home is empty.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn each_way_to_get_a_release_works() {
    let blocks: Vec<_> = blocks()
        .into_iter()
        .filter(|block| block.contains(RELEASE))
        .collect();
    assert_eq!(blocks.len(), 4, "{blocks:#?}");
    let Some(folder) = release() else {
        return;
    };
    let home = tempfile::TempDir::new().expect("a temporary folder");
    let mut path = vec![root().join("tests/getting")];
    path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let path = env::join_paths(path).expect("a search path");
    for block in &blocks {
        // Where the file of this block is, the others are too: --ignore-missing has to check one at least.
        let output = Command::new("sh")
            .args(["-euc", block])
            .current_dir(folder.path())
            .env("PATH", &path)
            .env("HOME", home.path())
            .env("BYOK_ROOTS", home.path())
            .output()
            .expect("sh starts");
        let stdout = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{block}{stdout}{stderr}");
        assert!(stdout.contains(".deb: OK\n"), "{block}{stdout}");
        if block.contains(" rehearse ") {
            assert!(stdout.contains("\nYes: "), "{block}{stdout}{stderr}");
        }
    }
    for program in ["dpkg/usr/bin/byok", "rpm/usr/bin/byok", ".local/bin/byok"] {
        let output = Command::new(home.path().join(program))
            .arg("version")
            .output()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        let stdout = String::from_utf8_lossy(&output.stdout);
        let version = format!("byok {}\n", env!("CARGO_PKG_VERSION"));
        assert!(stdout.starts_with(&version), "{program}: {stdout}");
    }
    for page in ["dpkg/usr/share", "rpm/usr/share", ".local/share"] {
        let pages = fs::read_dir(home.path().join(page).join("man/man1")).expect(page);
        assert!(pages.count() > 20, "{page}");
    }
}

/// Returns the first block of README.md with `text`.
#[cfg(feature = "serve")]
fn block_with(text: &str) -> String {
    let mut blocks = blocks().into_iter();
    let block = blocks.find(|block| block.contains(text));
    block.unwrap_or_else(|| panic!("README.md has no block with {text}"))
}

/// Returns the commands after which `aws` is the real AWS CLI, or `None` if there is none.
#[cfg(feature = "serve")]
fn real_aws_cli() -> Option<String> {
    let python = env::var("BYOK_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_cli = Command::new(&python).args(["-c", "import awscli"]).output();
    if missing().is_none() && has_cli.is_ok_and(|output| output.status.success()) {
        return Some(format!(
            "mkdir bin\nprintf '#!/bin/sh\\nexec {python} -m awscli \"$@\"\\n' > bin/aws\nchmod +x bin/aws\n\
             PATH=\"$PWD/bin:$PATH\"\n"
        ));
    }
    let _ = writeln!(
        std::io::stderr(),
        "readme: skipped: there is no AWS CLI, or no OpenSSL"
    );
    assert!(
        env::var_os("CI").is_none(),
        "skipped where nothing may be skipped"
    );
    None
}

/// The block with a script under `byok serve`, and the workflow commands after it, with the real AWS
/// CLI.
#[cfg(feature = "serve")]
#[test]
fn a_script_is_rehearsed_as_it_is() {
    let Some(program) = real_aws_cli() else {
        return;
    };
    let workflow: Vec<String> = blocks_of("yaml")
        .iter()
        .flat_map(|block| block.lines())
        .filter_map(|line| line.trim_start().strip_prefix("run: "))
        .map(str::to_owned)
        .collect();
    let block = block_with("byok serve -- ");
    assert_eq!(workflow.len(), 2);
    assert!(
        block.ends_with(&format!("\n{}\n", workflow[0])),
        "the workflow runs another command"
    );
    let second = format!("{}\n", workflow[1]);
    let output = run(&[program, block, second]);
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    assert!(output.status.success(), "{stdout}{stderr}");
    assert_eq!(
        stdout.matches("\nBYOK/REHEARSAL/NOT/AWS//").count(),
        2,
        "{stdout}"
    );
    assert_eq!(
        (imports("200", &stderr), imports("500", &stderr)),
        (2, 2),
        "{stderr}"
    );
}

/// The ceremony in rehearsal: the blocks of "The rehearsal" up to its step 3, with the real AWS CLI.
#[cfg(feature = "serve")]
#[test]
fn the_whole_ceremony_is_rehearsed() {
    let Some(program) = real_aws_cli() else {
        return;
    };
    let key = "openssl ecparam -name prime256v1 -genkey -out server.key\n";
    assert!(block_with("openssl ecparam").contains(key));
    let import = block_with("REHEARSAL-import.sh");
    assert!(
        import.starts_with(SERVE) && import.lines().count() == 1,
        "{import}"
    );
    let output = run(&[
        program,
        format!("umask 077\n{key}"),
        block_with("--out-dir rehearsal"),
        import.clone(),
        "byok key show 1234abcd-12ab-34cd-56ef-1234567890ab\n".to_owned(),
        // The same material once more, and the script without `byok serve`, which refuses.
        import,
        "cp rehearsal/REHEARSAL-import.sh copy.sh\nsh copy.sh || echo refused\n".to_owned(),
    ]);
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}{stderr}");
    let answers: Vec<_> = stdout.split_terminator(SEPARATOR).collect();
    assert!(
        answers[4].contains("ECC_NIST_P256 for SIGN_VERIFY, Enabled"),
        "{}",
        answers[4]
    );
    assert_eq!(imports("200", &stderr), 2, "{stderr}");
    assert_eq!(answers[6], "refused\n");
}

/// The rotation of an imported key, with the real AWS CLI.
#[cfg(feature = "serve")]
#[test]
fn the_rotation_of_an_imported_key_is_rehearsed() {
    let Some(program) = real_aws_cli() else {
        return;
    };
    let block = block_with("rotate.sh");
    let output = run(&[program, block.clone()]);
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}{stderr}");
    let shown = shown_outputs();
    let shown = shown.iter().find(|(command, _)| *command == block);
    let (_, shown) = shown.expect("README shows what the rotation prints");
    assert_shown(shown, &stdout);
    assert!(stdout.contains("NON_CURRENT\t"), "{stdout}");
    assert_eq!(imports("200", &stderr), 2, "{stderr}");
    assert_eq!(stderr.matches("byok: warning").count(), 0, "{stderr}");
}

/// The story of 500 tenants, with 20 of them and the real AWS CLI.
#[cfg(feature = "serve")]
#[test]
fn the_keys_of_many_tenants_are_imported() {
    let Some(program) = real_aws_cli() else {
        return;
    };
    let block = block_with("byok batch plan");
    assert!(block.contains("seq -f tenant-%03g 500)"), "{block}");
    let twenty = block.replace("seq -f tenant-%03g 500)", "seq -f tenant-%03g 20)");
    let count = "byok key list --output json | grep -c KeyArn\n\
                 grep -c ',done,$' plan/REHEARSAL-import-all.csv\n";
    let count = format!("export BYOK_STORE=\"$PWD/tenant-store\"\n{count}");
    let output = run(&[program, twenty, count]);
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}{stderr}");
    let answers: Vec<_> = stdout.split_terminator(SEPARATOR).collect();
    let shown = shown_outputs();
    let shown = shown.iter().find(|(command, _)| *command == block);
    assert_shown(&shown.expect("README shows the last row").1, answers[1]);
    assert_eq!(answers[2], "20\n20\n", "{stderr}");
    assert_eq!(stderr.matches("byok: error").count(), 0, "{stderr}");
}

/// Counts the imports in the log of `byok serve` with this status.
#[cfg(feature = "serve")]
fn imports(status: &str, log: &str) -> usize {
    let is_import = |line: &&str| line.contains(r#""Operation":"ImportKeyMaterial""#);
    let status = format!(r#""Status":{status},"#);
    log.lines()
        .filter(is_import)
        .filter(|line| line.contains(&status))
        .count()
}

#[test]
fn the_command_of_the_first_minute_works() {
    let arguments = FIRST_COMMAND
        .strip_prefix("cargo run --release -- ")
        .expect("a run");
    let output = Command::new(env!("CARGO_BIN_EXE_byok"))
        .args(arguments.split_whitespace())
        .output();
    let output = output.expect("byok starts");
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8_lossy(&output.stdout);
    let shown = shown_outputs();
    let (_, shown) = shown
        .iter()
        .find(|(command, _)| command == FIRST_COMMAND)
        .expect("README shows what the first command prints");
    assert!(shown.contains("\nYes: "), "{shown}");
    assert_shown(shown, &printed);
}

#[test]
#[should_panic(expected = "README shows `no such line`")]
fn an_output_that_is_not_printed_is_noticed() {
    assert_shown("first\nno such line\n", "first\nsecond\n");
}

#[test]
fn an_ellipsis_stands_for_any_text() {
    assert_shown("a … c\n… e\n", "a b c\nd\nd e\n");
}

#[test]
fn the_exit_statuses_are_those_of_the_help() {
    let output = Command::new(env!("CARGO_BIN_EXE_byok"))
        .arg("--help")
        .output()
        .expect("byok starts");
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, table) = help.split_once("\nEXIT STATUS\n").expect("a section");
    let of_help: Vec<_> = table
        .lines()
        .map_while(|line| line.strip_prefix("    "))
        .filter_map(|line| line.split_whitespace().next()?.parse::<u8>().ok())
        .filter(|code| *code < 128)
        .collect();
    let readme = readme();
    let (_, table) = readme.split_once("\n|---|---|\n").expect("a table");
    let of_readme: Vec<_> = table
        .lines()
        .map_while(|line| line.strip_prefix("| "))
        .filter_map(|line| line.split(' ').next()?.parse::<u8>().ok())
        .collect();
    assert_eq!(of_readme, of_help);
}

#[test]
fn every_test_that_security_md_names_exists() {
    let promises = fs::read_to_string(root().join("SECURITY.md")).expect("SECURITY.md");
    let names = |text: &str| -> Vec<String> {
        text.split('`')
            .skip(1)
            .step_by(2)
            .filter(|name| {
                ["tests/", "core/", "lanes/", "src/"]
                    .iter()
                    .any(|folder| name.starts_with(folder))
            })
            .map(str::to_owned)
            .collect()
    };
    for name in names(&promises) {
        let (file, function) = name.split_once("::").unwrap_or((&name, ""));
        let path = root().join(file);
        assert!(path.exists(), "{name}: no such file");
        if !function.is_empty() {
            let source = fs::read_to_string(path).expect("a source file");
            // Other attributes can be between #[test] and the function.
            let is_test = source
                .split("#[test]\n")
                .skip(1)
                .filter_map(|after| {
                    let mut lines = after.lines().map(str::trim_start);
                    lines.find(|line| !line.starts_with("#["))
                })
                .any(|line| line.starts_with(&format!("fn {function}()")));
            assert!(is_test, "{name}: no such test");
        }
    }
    let rows: Vec<_> = promises
        .lines()
        .skip_while(|line| !line.starts_with("| who | attack "))
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .collect();
    assert!(rows.len() > 10, "{} rows", rows.len());
    for row in rows {
        let tests = row
            .trim_end_matches(" |")
            .rsplit(" | ")
            .next()
            .expect("a cell");
        assert!(!names(tests).is_empty(), "no test is named: {row}");
    }
}

/// The table in SECURITY.md names each crate in its version. A direct dependency of the core is in it, unless
/// it is known to be no cryptography.
#[test]
fn the_cryptography_crates_are_those_of_the_lock_file() {
    let security = fs::read_to_string(root().join("SECURITY.md")).expect("SECURITY.md");
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("Cargo.lock");
    let (_, section) = security
        .split_once("\n| crate | kept by | used for |\n|---|---|---|\n")
        .expect("a table");
    let mut crates = 0;
    for row in section.lines().map_while(|line| line.strip_prefix("| ")) {
        let (names, _) = row.split_once(" | ").expect("three columns");
        for name in names.split(", ") {
            let (name, version) = name.split_once(' ').expect("a name and a version");
            let package = format!("name = \"{name}\"\nversion = \"{version}\"\n");
            assert!(lock.contains(&package), "{name} {version}");
            crates += 1;
        }
    }
    assert!(crates > 25, "{crates} crates");
    // A new dependency of the core has a row, or it computes on no secret.
    let core = fs::read_to_string(root().join("core/Cargo.toml")).expect("core/Cargo.toml");
    let (_, core) = core.split_once("\n[dependencies]\n").expect("dependencies");
    let not_cryptography = [
        "base16ct",
        "base64",
        "base64ct",
        "const-oid",
        "csv-core",
        "der",
        "jiff",
        "miniz_oxide",
        "pkcs8",
        "qrcode",
        "rawzip",
        "sec1",
        "serde",
        "serde_json",
        "spki",
        "thiserror",
        "x509-cert",
    ];
    let dependencies = core
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| Some(line.split_once(" = ")?.0));
    for name in
        dependencies.filter(|name| !name.starts_with('#') && !not_cryptography.contains(name))
    {
        let is_there =
            section.contains(&format!("| {name} ")) || section.contains(&format!(", {name} "));
        assert!(is_there, "SECURITY.md has no row for {name}");
    }
}

#[test]
fn the_links_lead_somewhere() {
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CHANGELOG.md",
        "RELEASE.md",
    ] {
        let text = fs::read_to_string(root().join(name)).expect(name);
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let file = target.split('#').next().unwrap_or_default();
            assert!(
                target.starts_with("https://") || root().join(file).exists(),
                "{name}: {target}"
            );
        }
    }
}

/// Runs `blocks` in one shell, in a folder of their own, with a separator after the output of each.
fn run(blocks: &[String]) -> Output {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let programs = folder.path().join("programs");
    let work = folder.path().join("work");
    fs::create_dir_all(&programs).expect("a folder");
    fs::create_dir_all(&work).expect("a folder");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_byok"), programs.join("byok")).expect("a link");

    let script: String = blocks
        .iter()
        .flat_map(|block| [block.as_str(), "printf '\\036'\nprintf '\\036' >&2\n"])
        .collect();
    let mut path = vec![programs, root().join("tests/aws-cli")];
    path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    Command::new("sh")
        .args(["-euc", &script])
        .current_dir(&work)
        .env("PATH", env::join_paths(path).expect("a search path"))
        .env("XDG_STATE_HOME", folder.path().join("state"))
        .env("AWS_STUB_STATE", folder.path().join("aws"))
        .env_remove("BYOK_STORE")
        .env_remove("BYOK_REHEARSAL")
        .env_remove("AWS_REGION")
        .env_remove("AWS_DEFAULT_REGION")
        .output()
        .expect("sh starts")
}
