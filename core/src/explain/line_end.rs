//! The end of a line, where none belongs.

/// A line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// LF.
    Lf,
    /// CR LF.
    CrLf,
}

impl LineEnd {
    const ALL: [Self; 2] = [Self::CrLf, Self::Lf];

    const fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
        }
    }

    /// Returns `bytes` without each possible line break at the end.
    pub(super) fn strip(bytes: &[u8]) -> impl Iterator<Item = (&[u8], Self)> {
        let without = |line_end: Self| Some((bytes.strip_suffix(line_end.as_bytes())?, line_end));
        Self::ALL.into_iter().filter_map(without)
    }

    /// Returns the line break that `bytes` are, if they are one.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|line_end| line_end.as_bytes() == bytes)
    }
}
