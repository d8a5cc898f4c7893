//! Lua source as far as its documentation goes: which functions have a doc comment (lines that begin with `---`), what they are
//! called and how many parameters they declare. Lua's own parser does the rest.

use crucible_stdlib::docs::Export;

/// A documented function and the line on which it is declared, from 1.
pub struct Documented {
    pub export: Export,
    pub line: u32,
}

/// The documented functions of a source, in the order of the text; of a name that is declared twice the last one counts.
pub fn documented(source: &str) -> Vec<Documented> {
    let tokens = tokens(source);
    let mut found: Vec<Documented> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.text != "function" {
            continue;
        }
        let Some((name, first, open)) = declaration(&tokens, index) else { continue };
        let Some(docs) = docs_before(&tokens, first) else { continue };
        let export = Export { name: name.to_owned(), parameters: parameters(&tokens[open..]), docs };
        found.retain(|other| other.export.name != export.name);
        found.push(Documented { export, line: tokens[first].line });
    }
    found
}

/// The name that the `function` at `index` gets, the token where its statement begins, and that of its `(`.
fn declaration<'a>(tokens: &[Token<'a>], index: usize) -> Option<(&'a str, usize, usize)> {
    let mut at = index + 1;
    if tokens.get(at)?.text == "(" {
        // `path = function (`, also in a table's constructor.
        if tokens.get(index.checked_sub(1)?)?.text != "=" {
            return None;
        }
        let last = index.checked_sub(2)?;
        let mut first = last;
        while first >= 2 && tokens[first - 1].text == "." && tokens[first - 2].is_name() {
            first -= 2;
        }
        if first >= 1 && tokens[first - 1].text == "local" {
            first -= 1;
        }
        return tokens[last].is_name().then_some((tokens[last].text, first, at));
    }
    let mut name = tokens.get(at).filter(|token| token.is_name())?.text;
    while matches!(tokens.get(at + 1)?.text, "." | ":") {
        at += 2;
        name = tokens.get(at)?.text;
    }
    let first = if index > 0 && tokens[index - 1].text == "local" { index - 1 } else { index };
    (tokens.get(at + 1)?.text == "(").then_some((name, first, at + 1))
}

/// The doc comment that ends on the line above the token.
fn docs_before(tokens: &[Token<'_>], first: usize) -> Option<String> {
    let mut lines = Vec::new();
    let mut line = tokens[first].line;
    for token in tokens[..first].iter().rev() {
        if token.kind != Kind::Doc || token.line + 1 != line {
            break;
        }
        line = token.line;
        lines.push(token.text);
    }
    lines.reverse();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// How many names are between the parentheses that begin here.
fn parameters(tokens: &[Token<'_>]) -> u32 {
    let inside = tokens[1..].iter().take_while(|token| token.text != ")");
    inside.filter(|token| token.is_name() || token.text == "...").count() as u32
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Name,
    /// The text of a line comment that begins with three dashes, without them.
    Doc,
    Other,
}

struct Token<'a> {
    kind: Kind,
    text: &'a str,
    line: u32,
}

impl Token<'_> {
    fn is_name(&self) -> bool {
        self.kind == Kind::Name && self.text != "function" && self.text != "local"
    }
}

/// The tokens that matter here: names and keywords, doc comments, punctuation. Strings and other comments are left out.
fn tokens(source: &str) -> Vec<Token<'_>> {
    let bytes = source.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut line = 1;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'\n' => {
                line += 1;
                at += 1;
            }
            b'-' if bytes[at..].starts_with(b"--") => {
                if let Some(end) = long_bracket(bytes, at + 2) {
                    line += count_lines(&bytes[at..end]);
                    at = end;
                    continue;
                }
                at = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length);
                // Four dashes and more are a ruler, or the end of a manifest.
                if let Some(text) = source[start..at].strip_prefix("---").filter(|text| !text.starts_with('-')) {
                    tokens.push(Token { kind: Kind::Doc, text: text.trim_end(), line });
                }
            }
            b'[' if long_bracket(bytes, at).is_some() => {
                let end = long_bracket(bytes, at).unwrap_or(bytes.len());
                line += count_lines(&bytes[at..end]);
                at = end;
            }
            quote @ (b'"' | b'\'') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote && bytes[at] != b'\n' {
                    // An escaped line break belongs to the string.
                    if bytes[at] == b'\\' {
                        at += 1;
                        line += u32::from(bytes.get(at) == Some(&b'\n'));
                    }
                    at += 1;
                }
                at = (at + 1).min(bytes.len());
            }
            byte if byte == b'_' || byte.is_ascii_alphanumeric() => {
                while at < bytes.len() && (bytes[at] == b'_' || bytes[at].is_ascii_alphanumeric()) {
                    at += 1;
                }
                tokens.push(Token { kind: Kind::Name, text: &source[start..at], line });
            }
            b'.' if bytes[at..].starts_with(b"...") => {
                at += 3;
                tokens.push(Token { kind: Kind::Other, text: "...", line });
            }
            byte if byte.is_ascii_punctuation() => {
                at += 1;
                tokens.push(Token { kind: Kind::Other, text: &source[start..at], line });
            }
            _ => at += 1,
        }
    }
    tokens
}

/// The end of the long bracket (`[[`, `[==[`) that begins here, if one does.
fn long_bracket(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b'[') {
        return None;
    }
    let level = bytes[at + 1..].iter().take_while(|byte| **byte == b'=').count();
    if bytes.get(at + 1 + level) != Some(&b'[') {
        return None;
    }
    let close: Vec<u8> = [b"]".as_slice(), &b"=".repeat(level), b"]"].concat();
    let body = at + 2 + level;
    let end = bytes[body..].windows(close.len()).position(|window| window == close);
    Some(end.map_or(bytes.len(), |length| body + length + close.len()))
}

fn count_lines(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u32
}

#[cfg(test)]
mod tests {
    use super::documented;

    fn names(source: &str) -> Vec<(String, u32, u32, String)> {
        documented(source)
            .into_iter()
            .map(|found| (found.export.name, found.export.parameters, found.line, found.export.docs))
            .collect()
    }

    #[test]
    fn every_way_to_declare_a_function_is_seen() {
        let source = "--- One\nfunction one(args) end\nlocal M = {}\n--- Two\n--- more\nfunction M.two() end\n--- Three\nM.three = function(a, b, ...) end\nreturn {\n  --- Four\n  four = function(args) end,\n}\n--- Five\nlocal function five(x) end";
        let found = names(source);
        let short: Vec<(&str, u32, u32)> =
            found.iter().map(|(name, parameters, line, _)| (name.as_str(), *parameters, *line)).collect();
        assert_eq!(short, [("one", 1, 2), ("two", 0, 6), ("three", 3, 8), ("four", 1, 11), ("five", 1, 14)]);
        assert_eq!(found[1].3, " Two\n more");
    }

    #[test]
    fn what_stands_in_strings_and_comments_is_not_seen() {
        let source = "local a = [==[\n--- x\nfunction a() end ]]\n]==]\n--[[\n--- y\nfunction b() end\n]]\nlocal c = \"--- z\\\"\"\nfunction d() end\n--- far away\n\nfunction e() end\n-- two dashes\nfunction f() end\n-----\nfunction g() end";
        assert!(names(source).is_empty());
    }

    #[test]
    fn any_text_is_read_without_a_panic() {
        for text in
            ["function", "= function(", "--- x\nfunction a", "--[[", "[==", "'\\", "--- é\nfunction é(", "\"", "."]
        {
            documented(text);
        }
    }
}
