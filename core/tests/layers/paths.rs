//! The paths that code names.

use super::tokens::Token;

/// A path in code: its components, and its beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedPath {
    pub(crate) line: usize,
    pub(crate) components: Vec<String>,
}

/// Returns every path in `tokens`, groups expanded, and the module that names it.
pub(crate) fn paths_with_modules(
    tokens: &[Token],
    module: &[String],
) -> Vec<(NamedPath, Vec<String>)> {
    let mut paths = vec![];
    let mut inline: Vec<(usize, String)> = vec![];
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let text = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                inline.retain(|(opened_at, _)| *opened_at < depth + 1);
            }
            "mod" if text(at + 2) == "{" => inline.push((depth + 1, text(at + 1).to_owned())),
            _ => {}
        }
        let continues = at > 1 && text(at - 1) == "::" && tokens[at - 2].is_name();
        if token.is_name() && text(at + 1) == "::" && !continues {
            let mut found = vec![];
            at = expand(tokens, at, &[], &mut found);
            let from: Vec<String> = module
                .iter()
                .cloned()
                .chain(inline.iter().map(|(_, name)| name.clone()))
                .collect();
            paths.extend(found.into_iter().map(|path| (path, from.clone())));
        } else {
            at += 1;
        }
    }
    paths
}

/// Follows the path or use tree at `at`, and returns its end.
fn expand(tokens: &[Token], mut at: usize, prefix: &[String], found: &mut Vec<NamedPath>) -> usize {
    let mut components = prefix.to_vec();
    let mut line = tokens.get(at).map_or(0, |token| token.line);
    loop {
        match tokens.get(at) {
            Some(token) if token.text == "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token.text != "}") {
                    at = match tokens[at].text.as_str() {
                        "," => at + 1,
                        "as" => at + 2,
                        _ => expand(tokens, at, &components, found),
                    };
                }
                return at + 1;
            }
            Some(token) if token.is_word() || token.text == "*" => {
                line = line.max(token.line);
                components.push(token.text.clone());
                at += 1;
            }
            Some(token) if token.text == "::" => {
                at += 1;
                continue;
            }
            _ => {
                at += 1;
                break;
            }
        }
        if tokens.get(at).is_none_or(|token| token.text != "::") {
            break;
        }
        at += 1;
    }
    if components.len() > prefix.len() {
        found.push(NamedPath { line, components });
    }
    at
}

/// Returns the components below the crate of a path named in module `from`; `None` if it leads
/// elsewhere.
pub(crate) fn absolute(components: &[String], from: &[String]) -> Option<Vec<String>> {
    let mut place = from.to_vec();
    let mut rest = components.iter().map(String::as_str).peekable();
    match rest.peek().copied()? {
        "crate" => {
            place.clear();
            rest.next();
        }
        "self" | "super" => {
            while let Some(step) = rest.next_if(|step| matches!(*step, "self" | "super")) {
                if step == "super" {
                    place.pop();
                }
            }
        }
        _ => return None,
    }
    place.extend(rest.map(str::to_owned));
    Some(place)
}
