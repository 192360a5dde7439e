//! Reads QR codes back with zbarimg.

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// The pixels of one module of a QR code.
const SCALE: usize = 6;

/// Returns the text of the QR code `code`, an SVG element without its end. Writes it to `picture` first.
/// Prints `skipped` and returns `None` if there is no zbarimg, unless `CI` is set.
pub(crate) fn read(code: &str, picture: &Path) -> Option<String> {
    fs::write(picture, bitmap(code)).expect("written");
    let output = Command::new("zbarimg")
        .args(["--quiet", "--raw", "--nodbus"])
        .arg(picture)
        .output();
    let Ok(output) = output else {
        let _ = writeln!(std::io::stderr(), "skipped: there is no zbarimg");
        assert!(
            env::var_os("CI").is_none(),
            "skipped where nothing may be skipped"
        );
        return None;
    };
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    Some(text.trim_end().to_owned())
}

/// Draws the rectangles of an SVG code, `Mx yhNv1h-Nz`, as a portable bitmap.
fn bitmap(code: &str) -> Vec<u8> {
    let side = code.split("viewBox=\"0 0 ").nth(1).expect("a size");
    let side: usize = side
        .split(' ')
        .next()
        .expect("a number")
        .parse()
        .expect("a number");
    let path = code.split("<path d=\"").nth(1).expect("the dark modules");
    let (path, _) = path.split_once('"').expect("a whole path");
    let mut is_dark = vec![vec![false; side]; side];
    for rectangle in path.split('M').skip(1) {
        let (x, rest) = rectangle.split_once(' ').expect("two numbers");
        let (y, rest) = rest.split_once('h').expect("a width");
        let (width, rest) = rest.split_once('v').expect("a height");
        assert_eq!(rest, format!("1h-{width}z"));
        let number = |text: &str| text.parse::<usize>().expect("a number");
        is_dark[number(y)][number(x)..][..number(width)].fill(true);
    }
    let mut text = format!("P1\n{0} {0}\n", side * SCALE);
    for row in is_dark {
        let line: String = row
            .iter()
            .flat_map(|is_dark| std::iter::repeat_n(if *is_dark { "1 " } else { "0 " }, SCALE))
            .collect();
        for _ in 0..SCALE {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text.into_bytes()
}
