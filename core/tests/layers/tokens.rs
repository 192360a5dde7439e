//! A source as tokens: its words and signs, without comments and strings. It includes the tokens in
//! macros.

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) line: usize,
    pub(crate) text: String,
}

impl Token {
    pub(crate) fn is_word(&self) -> bool {
        self.text
            .starts_with(|c: char| c.is_alphabetic() || c == '_')
    }

    /// Returns whether this can precede `::` in a path, which a keyword cannot.
    pub(crate) fn is_name(&self) -> bool {
        const KEYWORDS: &[&str] = &[
            "as", "const", "dyn", "else", "for", "if", "impl", "in", "let", "match", "mut", "pub",
            "return", "use",
        ];
        self.is_word() && !KEYWORDS.contains(&self.text.as_str())
    }
}

/// Returns the words, `::` and single signs of a source, without comments, strings, characters and
/// lifetimes.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let (mut tokens, mut at, mut line) = (vec![], 0, 1);
    while at < chars.len() {
        let end = token_end(&chars, at);
        let text: String = chars[at..end].iter().collect();
        let is_code = !text.starts_with(char::is_whitespace)
            && !text.starts_with("//")
            && !text.starts_with("/*")
            && !text.contains('"')
            && !text.starts_with('\'');
        let lines = text.matches('\n').count();
        if is_code {
            tokens.push(Token { line, text });
        }
        line += lines;
        at = end;
    }
    tokens
}

fn token_end(chars: &[char], at: usize) -> usize {
    let next = |offset: usize| chars.get(at + offset).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let while_true = |from: usize, keep: &dyn Fn(char) -> bool| {
        chars[from..]
            .iter()
            .position(|c| !keep(*c))
            .map_or(chars.len(), |count| from + count)
    };
    match (chars[at], next(1)) {
        ('/', '/') => while_true(at, &|c| c != '\n'),
        ('/', '*') => block_comment_end(chars, at),
        ('"', _) => text_end(chars, at),
        ('b' | 'c', '"') => text_end(chars, at + 1),
        ('b' | 'c', 'r') if matches!(next(2), '"' | '#') => raw_text_end(chars, at + 2),
        ('r', '"') => raw_text_end(chars, at + 1),
        ('r', '#') if matches!(next(2), '"' | '#') => raw_text_end(chars, at + 1),
        ('\'', '\\') => while_true(at + 3, &|c| c != '\'') + 1,
        ('\'', _) if next(2) == '\'' => at + 3,
        ('\'', _) => while_true(at + 1, &is_word),
        (':', ':') => at + 2,
        (c, _) if is_word(c) => while_true(at, &is_word),
        (c, _) if c.is_whitespace() => while_true(at, &|c| c.is_whitespace()),
        _ => at + 1,
    }
}

fn block_comment_end(chars: &[char], at: usize) -> usize {
    let (mut depth, mut at) = (0usize, at);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn text_end(chars: &[char], quote: usize) -> usize {
    let mut at = quote + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

fn raw_text_end(chars: &[char], hashes_at: usize) -> usize {
    let hashes = chars[hashes_at..].iter().take_while(|c| **c == '#').count();
    let mut at = hashes_at + hashes + 1;
    while at < chars.len() {
        if chars[at] == '"'
            && chars[at + 1..]
                .iter()
                .take(hashes)
                .filter(|c| **c == '#')
                .count()
                == hashes
        {
            return at + 1 + hashes;
        }
        at += 1;
    }
    at
}

pub(crate) fn texts(tokens: &[Token]) -> Vec<&str> {
    tokens.iter().map(|token| token.text.as_str()).collect()
}
