//! Text around a key, as programs put it there.

use byok_core::hex;
use openssl::base64;

/// The number of different layers.
pub const COUNT: u8 = 8;

/// Returns `contents` inside one layer of text.
pub fn carried(layer: u8, contents: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(contents);
    let encoded = base64::encode_block(contents).replace('\n', "");
    let carried = match layer % COUNT {
        0 => serde_json::json!({ "data": { "private_key": text }, "other": ["AAAA"] }).to_string(),
        1 => encoded,
        2 => {
            let lines = encoded.as_bytes().chunks(76).map(String::from_utf8_lossy);
            lines.map(|line| format!("  {line}\r\n")).collect()
        }
        3 => {
            let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
            return units.flat_map(u16::to_le_bytes).collect();
        }
        4 => format!("ID=1\nexport KEY=\"{}\"\nB=2\n", text.replace('\n', "\\n")),
        5 => format!("data:\n  tls.crt: AAAA\n  tls.key: {encoded}\nkind: Secret\n"),
        6 => hex::encode(contents),
        _ => text
            .replace('%', "%25")
            .replace('+', "%2B")
            .replace(' ', "%20")
            .replace('\n', "%0A"),
    };
    carried.into_bytes()
}
