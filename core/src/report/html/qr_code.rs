//! QR codes of digests, as inline SVG.

use core::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

use crate::report::digest::Sha256Digest;

/// The white border around a code, in modules.
///
/// # Source
///
/// ISO/IEC 18004:2015, 6.3.8.
const QUIET_ZONE: usize = 4;

/// Returns the QR code of the 64 hex digits of `digest` as an SVG element. Each row of dark modules is a
/// rectangle one module high.
pub(super) fn svg(digest: &Sha256Digest) -> String {
    let code = QrCode::with_error_correction_level(digest.to_string(), EcLevel::M)
        .expect("64 characters fit into a QR code");
    let width = code.width();
    let side = width + 2 * QUIET_ZONE;
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let is_dark = |at: &usize| modules[*at] == Color::Dark;
            let run = (column..width).take_while(is_dark).count();
            if run > 0 {
                let (x, y) = (column + QUIET_ZONE, row + QUIET_ZONE);
                let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
            }
            column += run.max(1);
        }
    }
    format!(
        "<svg viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" role=\"img\" \
         aria-label=\"QR code of {digest}\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
         <path d=\"{path}\"/></svg>"
    )
}
