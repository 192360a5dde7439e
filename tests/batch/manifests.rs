//! Faults of a manifest: found before any row is begun, with the row and the column.

use std::fs::File;
use std::io::Write as _;

use crate::sandbox::{Sandbox, WRAP, names};

/// Runs a batch of `manifest`, which has a fault, and returns the message without its beginning.
#[track_caller]
fn fault(sandbox: &Sandbox, manifest: &str) -> String {
    let before = names(sandbox.path("").as_path());
    let message = sandbox.refused(
        &format!("{WRAP} {manifest} --out-dir out -o lines.jsonl"),
        3,
    );
    assert_eq!(
        names(sandbox.path("").as_path()),
        before,
        "nothing is written"
    );
    let beginning = format!("byok: error: {manifest}: ");
    let message = message.strip_prefix(&beginning).map(str::to_owned);
    message.expect("the name of the manifest")
}

#[test]
fn a_fault_names_the_row_and_the_column() {
    let sandbox = Sandbox::new();
    let row = |members: &str| format!("{{\"Id\":\"a\"}}\n{{\"Id\":\"b\",{members}}}\n");
    let wide: Vec<_> = (0..10_000).map(|column| format!("c{column}")).collect();
    let cases = [
        (
            "Id,Materiel\na,b\n".to_owned(),
            "header: Materiel: no such member\nbyok: hint: did you mean Material?",
        ),
        (
            "Id,Material\n../a,b\n".to_owned(),
            "row 1 (line 2): Id: expected 1 to 128 letters",
        ),
        (
            "Id,Material\n.a,b\n".to_owned(),
            "row 1 (line 2): Id: expected 1 to 128 letters",
        ),
        (
            "Material\nb\n".to_owned(),
            "row 1 (line 2): the member Id is missing",
        ),
        (
            "Id,Material\na,b\n\nB,c\nA,d\n".to_owned(),
            "row 3 (line 5): Id: row 1 has this name already",
        ),
        (
            "Id,Material,AllowWeak\na,b,yes\n".to_owned(),
            "row 1 (line 2): AllowWeak: 'yes' is neither true nor false",
        ),
        (
            "Id,Material\na,\n".to_owned(),
            "row 1 (line 2): Material: this member is missing",
        ),
        (
            "Id,Material,ValidTo\na,b,soon\n".to_owned(),
            "row 1 (line 2): ValidTo: invalid value 'soon'",
        ),
        (
            "Id,Material,ValidTo\na,b,1.11E+11\n".to_owned(),
            "row 1 (line 2): ValidTo: '1.11E+11' is a number that a spreadsheet rounded\nbyok: hint: in the spreadsheet",
        ),
        (
            "Id,Material\na,-\n".to_owned(),
            "row 1 (line 2): Material: '-' is not the name of a file",
        ),
        (
            "Id,Material\na,/dev/stdin\n".to_owned(),
            "row 1 (line 2): Material: '/dev/stdin' is not the name of a file",
        ),
        (
            "Id,Material,KeyId\na,k,x\nb,k,y\nc,k,x\n".to_owned(),
            "row 3 (line 4): row 1 has the same KeyId and Material",
        ),
        (
            row("\"Material\":true"),
            "row 2 (line 2): Material: true; expected a text",
        ),
        (
            row("\"Material\":[]"),
            "row 2 (line 2): Material: a list; expected one value",
        ),
        (
            row("\"Material\":{}"),
            "row 2 (line 2): Material: neither a string, a number, true nor false",
        ),
        (
            row("\"Id\":\"c\""),
            "row 2 (line 2): this column exists twice",
        ),
        (
            row("\"Material\":\"x\\u0000y\""),
            "row 2 (line 2): Material: contains a NUL byte",
        ),
        (
            row("\"PassphraseFd\":\"3\""),
            "row 2 (line 2): PassphraseFd: no such member",
        ),
        (
            row("\"Report\":\"r.html\""),
            "row 2 (line 2): Report: no such member",
        ),
        (
            row("\"OutDir\":\"x\""),
            "row 2 (line 2): OutDir: no such member",
        ),
        (
            row("\"Store\":\"x\""),
            "row 2 (line 2): Store: no such member",
        ),
        (
            "[{\"Id\":\"a\"}]".to_owned(),
            "a JSON array; expected JSON Lines",
        ),
        (
            "Id,Material\na,\u{0}\n".to_owned(),
            "row 1 (line 2): contains a NUL byte",
        ),
        ("Id,Id\na,b\n".to_owned(), "Id: this column exists twice"),
        (String::new(), "contains no row"),
        ("Id,Material\n".to_owned(), "contains no row"),
        (
            format!("Id,Material\na,{}\n", "x".repeat(1 << 20)),
            "row 1 (line 2): longer than 65536 bytes",
        ),
        (format!("{}\n", wide.join(",")), "more than 64 columns"),
    ];
    for (text, expected) in cases {
        let manifest =
            sandbox.csv(&text.replace("{\"Id\":\"a\"}\n", "{\"Id\":\"a\",\"Material\":\"k\"}\n"));
        let message = fault(&sandbox, &manifest);
        let shown: String = text.chars().take(60).collect();
        assert!(message.starts_with(expected), "{shown:?}: {message}");
    }
}

#[test]
fn utf_16_and_a_file_of_a_gibibyte_are_refused_at_once() {
    let sandbox = Sandbox::new();
    let utf_16: Vec<u8> = "Id,Material\na,b\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    sandbox.file("utf-16.csv", [&[0xff, 0xfe], utf_16.as_slice()].concat());
    let message = fault(&sandbox, "utf-16.csv");
    assert!(
        message.starts_with("UTF-16 text; expected UTF-8"),
        "{message}"
    );
    let mut large = File::create(sandbox.path("large.csv")).expect("a file");
    large.write_all(b"Id,Material\na,").expect("written");
    large.set_len(1 << 30).expect("a sparse file");
    let message = fault(&sandbox, "large.csv");
    assert!(
        message.starts_with("row 1 (line 2): contains a NUL byte"),
        "{message}"
    );
}

#[test]
fn members_of_other_operations_and_of_a_plan_are_passed_over() {
    let sandbox = Sandbox::with_keys(1);
    let manifest = sandbox.csv(
        "Id,Material,Params,KeySpec,WrappingKeySpec,Tags,Alias,Description,MultiRegion\n\
         a,k1.bin,p1.json,SYMMETRIC_DEFAULT,RSA_4096,a=b,alias/tenant,text,true\n",
    );
    assert_eq!(sandbox.lines(&format!("{WRAP} {manifest}"), 0).len(), 1);
}

#[test]
fn the_same_rows_come_from_a_pipe_and_from_a_folder_elsewhere() {
    let sandbox = Sandbox::with_keys(1);
    let text = "Id;Material;Params;KeySpec\r\na;k1.bin;p1.json;SYMMETRIC_DEFAULT\r\n";
    let manifest = sandbox.csv(&format!("\u{feff}{text}"));
    assert_eq!(sandbox.lines(&format!("{WRAP} {manifest}"), 0).len(), 1);
    let mut command = sandbox.byok(&format!("batch {WRAP} -"));
    command.stdin(File::open(sandbox.path(&manifest)).expect("the manifest"));
    let output = command.output().expect("byok runs");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let mut command = sandbox.byok("batch");
    let elsewhere = sandbox.path(&manifest);
    let output = command
        .args(WRAP.split(' '))
        .arg(elsewhere)
        .current_dir("/")
        .output();
    let output = output.expect("byok runs");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn the_first_faults_of_many_rows_are_told_at_once_with_each_hint_once() {
    let sandbox = Sandbox::new();
    let rows: Vec<_> = (2..=13).map(|row| format!("r{row},k,soon{row}")).collect();
    let rows = rows.join("\n");
    let manifest = format!("Id,Material,ValidTo\nfine,k,\n{rows}");
    sandbox.file("many.csv", manifest);
    let told = fault(&sandbox, "many.csv");
    let lines: Vec<&str> = told.lines().collect();
    for (at, line) in lines[..10].iter().enumerate() {
        let row = at + 2;
        let fault = format!(
            "row {row} (line {}): ValidTo: invalid value 'soon{row}'",
            row + 1
        );
        assert!(line.contains(&fault), "{told}");
    }
    assert_eq!(lines[10], "byok: error: many.csv: 2 more rows have faults");
    let hints = lines[11..]
        .iter()
        .filter(|line| line.starts_with("byok: hint: "));
    let hints: std::collections::HashSet<_> = hints.collect();
    assert_eq!(hints.len(), lines.len() - 11, "{told}");

    let answer = sandbox.refused(&format!("{WRAP} many.csv --output json -o lines.jsonl"), 3);
    assert_eq!(answer.lines().count(), 1, "one document: {answer}");
    assert!(answer.contains("row 2 (line 3)"), "{answer}");
}

#[test]
fn faults_of_rows_are_told_before_what_ends_the_reading() {
    let sandbox = Sandbox::new();
    let manifest = sandbox.csv("Id,Material,ValidTo\na,k,soon\nb,k\n");
    let told = fault(&sandbox, &manifest);
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[0].starts_with("row 1 (line 2): ValidTo: "), "{told}");
    let last = lines.last().expect("a line");
    assert!(
        last.starts_with(&format!("byok: error: {manifest}: row 2 (line 3)")),
        "{told}"
    );
}
