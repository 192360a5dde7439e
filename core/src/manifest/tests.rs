use super::*;

fn rows(manifest: &[u8]) -> Result<Vec<Row>, String> {
    let rows = Rows::new(manifest).map_err(|error| error.to_string())?;
    let rows: Result<_, _> = rows.collect();
    rows.map_err(|error: ManifestError| error.to_string())
}

fn fault(manifest: &[u8]) -> String {
    rows(manifest).expect_err("a fault")
}

fn row(number: u64, line: u64, cells: &[(&str, &str)]) -> Row {
    let cell = |(name, text): &(&str, &str)| ((*name).to_owned(), Cell::Text((*text).to_owned()));
    Row {
        number,
        line,
        cells: cells.iter().map(cell).collect(),
    }
}

#[test]
fn the_same_rows_are_read_from_every_form_of_csv() {
    let expected = vec![
        row(1, 2, &[("Id", "a"), ("Material", "x \"1\", y")]),
        row(2, 3, &[("Id", "b")]),
    ];
    for delimiter in [",", ";", "\t"] {
        for end in ["\n", "\r\n"] {
            for mark in ["", "\u{feff}"] {
                let text = format!(
                    "{mark}Id{delimiter}Material{end}a{delimiter}\"x \"\"1\"\", y\"{end}b{delimiter}{end}"
                );
                assert_eq!(rows(text.as_bytes()).as_ref(), Ok(&expected), "{text:?}");
                let text = text.trim_end_matches(end);
                assert_eq!(rows(text.as_bytes()).as_ref(), Ok(&expected), "{text:?}");
            }
        }
    }
}

/// Supplies bytes in pieces of a length.
struct InPieces<'a>(&'a [u8], usize);

impl Input for InPieces<'_> {
    fn fill_buf(&mut self) -> Result<&[u8], Box<dyn core::error::Error + Send + Sync>> {
        Ok(&self.0[..self.1.min(self.0.len())])
    }

    fn consume(&mut self, count: usize) {
        self.0 = &self.0[count..];
    }
}

#[test]
fn a_buffer_may_end_anywhere() {
    let csv = "Id,Material\na,\"x \"\"1\"\"\ny\"\n\nb,z\n";
    let whole = rows(csv.as_bytes()).expect("rows");
    assert_eq!(whole[0].cells[1].1, Cell::Text("x \"1\"\ny".to_owned()));
    assert_eq!((whole[0].line, whole[1].line), (2, 5));
    let json =
        "{\"Id\":\"a\",\"ValidTo\":17}\n\n{\"Id\":\"b\",\"AllowWeak\":true,\"Alias\":null}\n";
    let blank = format!("{}{csv}", "\n".repeat(30));
    for (text, capacity) in [csv, json, &blank]
        .into_iter()
        .flat_map(|text| (12..30).map(move |n| (text, n)))
    {
        let read: Result<Vec<_>, _> = Rows::new(InPieces(text.as_bytes(), capacity))
            .expect("a manifest")
            .collect();
        assert_eq!(
            read.expect("rows"),
            rows(text.as_bytes()).expect("rows"),
            "{capacity}"
        );
    }
}

#[test]
fn json_lines_have_strings_numbers_flags_and_lists_of_objects() {
    assert_eq!(
        fault(b"{\"Id\":\"a\",\n"),
        "row 1 (line 1): not JSON at line 1, column 10"
    );
    let text = br#"{"Id":"a","ValidTo":1798761600,"AllowWeak":true,"Alias":null,"Description":"","Tags":[{"TagKey":"k","TagValue":"v"}]}"#;
    let read = rows(text).expect("rows");
    let tag = vec![
        ("TagKey".to_owned(), "k".to_owned()),
        ("TagValue".to_owned(), "v".to_owned()),
    ];
    let expected = [
        ("Id", Cell::Text("a".to_owned())),
        ("ValidTo", Cell::Text("1798761600".to_owned())),
        ("AllowWeak", Cell::Flag(true)),
        ("Tags", Cell::List(vec![tag])),
    ];
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(name, cell)| (name.to_owned(), cell))
        .collect();
    assert_eq!(read[0].cells, expected);
    assert_eq!(read[0].cell("AllowWeak"), Some(&Cell::Flag(true)));
    assert_eq!(read[0].cell("Alias"), None);
}

#[test]
fn every_fault_has_its_row_and_its_column() {
    let long = format!("{{\"Id\":\"{}\"}}\n", "x".repeat(MAX_ROW_LEN));
    let long_cell = format!("Id,B\na,{}\n", "x".repeat(MAX_ROW_LEN));
    let quotes = format!("Id,B\na,{}\n", "\"".repeat(3 * MAX_ROW_LEN));
    let columns = vec!["c"; MAX_COLUMNS + 1].join(",");
    let members: Vec<_> = (0..=MAX_COLUMNS).map(|at| format!("\"m{at}\":1")).collect();
    let members = format!("{{{}}}", members.join(","));
    let cases: &[(&[u8], &str)] = &[
        (b"", "contains no row"),
        (b"\xef\xbb\xbf\n \n", "contains no row"),
        (b"\xff\xfeI\0d\0", "UTF-16 text; expected UTF-8"),
        (b"I\0d\0", "UTF-16 text; expected UTF-8"),
        (
            b"[{\"Id\":\"a\"}]",
            "a JSON array; expected JSON Lines: one object on each line",
        ),
        (b"Id\n", "contains no row"),
        (b"Id,Id\n", "Id: this column exists twice"),
        (b"Id,,B\n", "column 2 has no name"),
        (
            b"Id,B\na\n",
            "row 1 (line 2): 1 cells; the header has 2 columns",
        ),
        (
            b"Id,B\na,b\nc,d,e\n",
            "row 2 (line 3): 3 cells; the header has 2 columns",
        ),
        (
            b"Id,B\na,\"b\n",
            "row 1 (line 2): a quotation mark is not closed, or is inside an unquoted cell",
        ),
        (
            b"Id,B\na,b\"c\n",
            "row 1 (line 2): a quotation mark is not closed, or is inside an unquoted cell",
        ),
        (
            b"Id,B\na,\"5 inch\nb,ok\nc,5\" pipe\n",
            "row 1 (line 2): a quotation mark is not closed, or is inside an unquoted cell",
        ),
        (
            b"Id,B\na,\"x\"y\n",
            "row 1 (line 2): a quotation mark is not closed, or is inside an unquoted cell",
        ),
        (
            b"Id,B\na,x\"y\"z\n",
            "row 1 (line 2): a quotation mark is not closed, or is inside an unquoted cell",
        ),
        (b"Id,B\na,\xff\n", "row 1 (line 2): not UTF-8 text"),
        (b"Id,B\na,b\0c\n", "row 1 (line 2): contains a NUL byte"),
        (
            b"Id,B\n\n1,1.11E+11\n",
            "row 1 (line 3): B: '1.11E+11' is a number that a spreadsheet rounded",
        ),
        (
            b"Id,B\n1,1,11E+11\n",
            "row 1 (line 2): 3 cells; the header has 2 columns",
        ),
        (
            b"Id;B\n1;1,11E+11\n",
            "row 1 (line 2): B: '1,11E+11' is a number that a spreadsheet rounded",
        ),
        (
            b"{\"Id\":\"a\"}\n{\"Id\":{}}\n",
            "row 2 (line 2): Id: neither a string, a number, true nor false",
        ),
        (
            b"{\"Id\":\"a\",\"Id\":\"b\"}",
            "row 1 (line 1): this column exists twice",
        ),
        (
            b"{\"Id\":\"a\\u0000\"}",
            "row 1 (line 1): Id: contains a NUL byte",
        ),
        (
            b"{\"Id\":\"a\"}\n17\n",
            "row 2 (line 2): JSON, but not an object",
        ),
        (long.as_bytes(), "row 1 (line 1): longer than 65536 bytes"),
        (
            long_cell.as_bytes(),
            "row 1 (line 2): longer than 65536 bytes",
        ),
        (quotes.as_bytes(), "row 1 (line 2): longer than 65536 bytes"),
        (columns.as_bytes(), "more than 64 columns"),
        (members.as_bytes(), "row 1 (line 1): more than 64 columns"),
    ];
    for (manifest, expected) in cases {
        let shown = String::from_utf8_lossy(&manifest[..manifest.len().min(40)]);
        assert_eq!(fault(manifest), *expected, "{shown:?}");
    }
}

#[test]
fn nothing_follows_a_fault() {
    let mut rows = Rows::new(&b"Id,B\na\nb,c\n"[..]).expect("a header");
    assert!(rows.next().is_some_and(|row| row.is_err()));
    assert!(rows.next().is_none());
}

#[test]
fn exponents_are_those_of_spreadsheets() {
    let is_rounded = |text: &str| rows(format!("Id;B\n1;{text}\n").as_bytes()).is_err();
    for text in ["1E+11", "1.11E+11", "1,23457E+17"] {
        assert!(is_rounded(text), "{text}");
    }
    for text in [
        "E+11",
        "1.1.1E+11",
        "1E11",
        "AE+11",
        "1E+",
        "1E+1a",
        "2026-11-29",
    ] {
        assert!(!is_rounded(text), "{text}");
    }
}
