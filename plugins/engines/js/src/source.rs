//! JavaScript source as far as its documentation goes: which functions a file exports that have a doc comment
//! (`/** … */` directly before them), what they are called and what they take. quickjs-ng's own parser does the rest.
//!
//! JSDoc's habits become the one form that `docs` reads: `@param {type} name` is `@param name {type}`, `args.name` is `name`,
//! and a line about the one parameter as a whole is left out.

use crucible_stdlib::docs::Export;

/// A documented function and where it is declared, from 1.
pub struct Documented {
    pub export: Export,
    pub line: u32,
    pub column: u32,
}

/// The documented functions that a source exports, in the order of the text.
pub fn documented(source: &str) -> Vec<Documented> {
    let tokens = tokens(source);
    let mut found: Vec<Documented> = Vec::new();
    let mut exported: Vec<&str> = Vec::new();
    let mut depth = 0usize;
    for (index, token) in tokens.iter().enumerate() {
        match token.text {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            "export" if depth == 0 => exported.extend(list_of_names(&tokens[index + 1..])),
            text if token.kind == Kind::Doc && depth == 0 => {
                let Some(function) = function(&tokens[index + 1..]) else { continue };
                if tokens[index + 1].text == "export" {
                    exported.push(function.name);
                }
                let docs = plain(text, function.parameter);
                let export = Export { name: function.name.to_owned(), parameters: function.parameters, docs };
                let (line, column) = position(source, tokens[index + 1].start);
                found.retain(|other| other.export.name != export.name);
                found.push(Documented { export, line, column });
            }
            _ => {}
        }
    }
    found.retain(|found| exported.contains(&found.export.name.as_str()));
    found
}

/// The names in `{ a, b }` behind `export`; one that is exported under another name is not among them.
fn list_of_names<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    if tokens.first().is_none_or(|token| token.text != "{") {
        return Vec::new();
    }
    let inside: Vec<&str> = tokens[1..].iter().map(|token| token.text).take_while(|text| *text != "}").collect();
    inside.split(|text| *text == ",").filter(|names| names.len() == 1).flatten().copied().collect()
}

struct Function<'a> {
    name: &'a str,
    parameters: u32,
    /// The name of the first parameter, where it is one.
    parameter: &'a str,
}

/// The function whose declaration begins here: `export async function name(`, `export const name = async (`, or `= name =>`.
fn function<'a>(tokens: &[Token<'a>]) -> Option<Function<'a>> {
    let mut rest = tokens;
    take(&mut rest, "export");
    if !["const", "let", "var"].iter().any(|word| take(&mut rest, word)) {
        take(&mut rest, "async");
        if !take(&mut rest, "function") {
            return None;
        }
        take(&mut rest, "*");
        let name = take_name(&mut rest)?;
        return with_parameters(name, rest);
    }
    let name = take_name(&mut rest)?;
    if !take(&mut rest, "=") {
        return None;
    }
    take(&mut rest, "async");
    if take(&mut rest, "function") {
        let open = rest.iter().position(|token| token.text == "(")?;
        return with_parameters(name, &rest[open..]);
    }
    if let [parameter, equals, angle, ..] = rest
        && (parameter.kind, equals.text, angle.text) == (Kind::Name, "=", ">")
    {
        return Some(Function { name, parameters: 1, parameter: parameter.text });
    }
    with_parameters(name, rest)
}

/// Passes over the next token where it is this one.
fn take(tokens: &mut &[Token<'_>], text: &str) -> bool {
    let is_there = tokens.first().is_some_and(|token| token.text == text);
    if is_there {
        *tokens = &tokens[1..];
    }
    is_there
}

fn take_name<'a>(tokens: &mut &[Token<'a>]) -> Option<&'a str> {
    let (first, rest) = tokens.split_first()?;
    *tokens = rest;
    (first.kind == Kind::Name).then_some(first.text)
}

/// The function whose parameters begin with the `(` here.
fn with_parameters<'a>(name: &'a str, tokens: &[Token<'a>]) -> Option<Function<'a>> {
    if tokens.first()?.text != "(" {
        return None;
    }
    let mut depth = 0;
    let mut parameters = 0;
    let mut is_open = true;
    for token in &tokens[1..] {
        match token.text {
            ")" if depth == 0 => break,
            "," if depth == 0 => is_open = true,
            text => {
                if is_open {
                    parameters += 1;
                    is_open = false;
                }
                match text {
                    "(" | "[" | "{" => depth += 1,
                    ")" | "]" | "}" => depth -= 1,
                    _ => {}
                }
            }
        }
    }
    let parameter = tokens.get(1).filter(|token| token.kind == Kind::Name).map_or("", |token| token.text);
    Some(Function { name, parameters, parameter })
}

/// The text of a doc comment without its stars, its tags in the form that `docs` reads.
fn plain(comment: &str, parameter: &str) -> String {
    let inside = comment.strip_prefix("/**").and_then(|text| text.strip_suffix("*/")).unwrap_or_default();
    let lines = inside.lines().map(|line| {
        let line = line.trim();
        line.strip_prefix('*').map_or(line, str::trim)
    });
    lines.filter_map(|line| tag(line, parameter)).collect::<Vec<_>>().join("\n")
}

fn tag(line: &str, parameter: &str) -> Option<String> {
    if let Some(rest) = after(line, "@returns").or_else(|| after(line, "@return")) {
        let rest = match braces(rest) {
            Some((kind, text)) => {
                let kind = kind.strip_prefix("Promise<").and_then(|kind| kind.strip_suffix('>')).unwrap_or(kind);
                format!("{{{kind}}} {text}")
            }
            None => rest.to_owned(),
        };
        return Some(format!("@returns {rest}"));
    }
    let Some(rest) = after(line, "@param") else { return Some(line.to_owned()) };
    let (kind, rest) = match braces(rest) {
        Some((kind, rest)) => (Some(kind), rest),
        None => (None, rest),
    };
    let (name, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let text = text.trim_start();
    // JSDoc writes a dash before the text.
    let text = text.strip_prefix("- ").unwrap_or(text);
    if kind.is_some() && name == parameter && !parameter.is_empty() {
        return None;
    }
    let optional = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let bare = optional.unwrap_or(name);
    let bare = bare.strip_prefix(parameter).and_then(|name| name.strip_prefix('.')).unwrap_or(bare);
    let bare =
        if optional.is_some() { format!("[{}]", bare.split('=').next().unwrap_or(bare)) } else { bare.to_owned() };
    Some(match kind {
        Some(kind) => format!("@param {bare} {{{kind}}} {text}"),
        None => format!("@param {bare} {text}"),
    })
}

fn after<'a>(line: &'a str, tag: &str) -> Option<&'a str> {
    line.strip_prefix(tag).filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)).map(str::trim)
}

/// `{type} rest`.
fn braces(text: &str) -> Option<(&str, &str)> {
    let (kind, rest) = text.strip_prefix('{')?.split_once('}')?;
    Some((kind.trim(), rest.trim()))
}

fn position(source: &str, at: usize) -> (u32, u32) {
    let before = &source[..at];
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    (line as u32, before[start..].chars().count() as u32 + 1)
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Name,
    /// A comment that begins with two stars.
    Doc,
    /// A string, template, number or regular expression.
    Literal,
    Other,
}

struct Token<'a> {
    kind: Kind,
    text: &'a str,
    /// Offset in the source.
    start: usize,
}

/// The tokens that matter here. Templates are taken with everything inside; comments that document nothing are left out.
fn tokens(source: &str) -> Vec<Token<'_>> {
    let bytes = source.as_bytes();
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let rest = &bytes[at..];
        let kind = match bytes[at] {
            b'/' if rest.starts_with(b"//") => {
                at = find(bytes, at, b"\n");
                continue;
            }
            b'/' if rest.starts_with(b"/*") => {
                at = find(bytes, at + 2, b"*/").saturating_add(2).min(bytes.len());
                if !rest.starts_with(b"/**") || rest.starts_with(b"/**/") {
                    continue;
                }
                Kind::Doc
            }
            b'/' if begins_expression(tokens.last()) => {
                at = regex_end(bytes, at);
                Kind::Literal
            }
            quote @ (b'"' | b'\'') => {
                at = quoted_end(bytes, at, quote);
                Kind::Literal
            }
            b'`' => {
                at = template_end(bytes, at);
                Kind::Literal
            }
            byte if is_word(byte) => {
                at += rest.iter().take_while(|byte| is_word(**byte)).count();
                if byte.is_ascii_digit() { Kind::Literal } else { Kind::Name }
            }
            byte => {
                at += 1;
                if !byte.is_ascii_punctuation() {
                    continue;
                }
                Kind::Other
            }
        };
        tokens.push(Token { kind, text: source.get(start..at).unwrap_or_default(), start });
    }
    tokens
}

fn is_word(byte: u8) -> bool {
    byte == b'_' || byte == b'$' || byte == b'#' || byte >= 0x80 || byte.is_ascii_alphanumeric()
}

/// Where the needle is next; the end of the text where it is not.
fn find(bytes: &[u8], from: usize, needle: &[u8]) -> usize {
    let from = from.min(bytes.len());
    bytes[from..].windows(needle.len()).position(|window| window == needle).map_or(bytes.len(), |at| from + at)
}

/// Whether a slash after this token begins a regular expression. Behind a `)` it may be either; it is taken for a division,
/// and a mistake ends with the line.
fn begins_expression(last: Option<&Token<'_>>) -> bool {
    const WORDS: [&str; 8] = ["return", "typeof", "case", "in", "of", "delete", "void", "await"];
    last.is_none_or(|token| match token.kind {
        Kind::Name => WORDS.contains(&token.text),
        Kind::Literal => false,
        Kind::Doc => true,
        Kind::Other => !matches!(token.text, ")" | "]"),
    })
}

fn quoted_end(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    at += 1;
    while at < bytes.len() && bytes[at] != quote && bytes[at] != b'\n' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

fn regex_end(bytes: &[u8], mut at: usize) -> usize {
    let mut is_class = false;
    at += 1;
    while at < bytes.len() && bytes[at] != b'\n' {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => is_class = true,
            b']' => is_class = false,
            b'/' if !is_class => return at + 1,
            _ => {}
        }
        at += 1;
    }
    at.min(bytes.len())
}

/// The end of a template, in whose `${…}` there may be strings and templates again.
fn template_end(bytes: &[u8], mut at: usize) -> usize {
    // For each open template the braces that are open in its expression; none while its text is read.
    let mut open: Vec<Option<usize>> = vec![None];
    at += 1;
    while at < bytes.len() {
        let Some(place) = open.last_mut() else { break };
        match (*place, bytes[at]) {
            (None, b'\\') => at += 1,
            (None, b'`') => {
                open.pop();
            }
            (None, b'$') if bytes.get(at + 1) == Some(&b'{') => {
                *place = Some(0);
                at += 1;
            }
            (Some(0), b'}') => *place = None,
            (Some(depth), b'}') => *place = Some(depth - 1),
            (Some(depth), b'{') => *place = Some(depth + 1),
            (Some(_), b'`') => open.push(None),
            (Some(_), quote @ (b'"' | b'\'')) => at = quoted_end(bytes, at, quote) - 1,
            _ => {}
        }
        at += 1;
    }
    at.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::documented;

    fn found(source: &str) -> Vec<(String, u32, String)> {
        documented(source)
            .into_iter()
            .map(|found| (found.export.name, found.export.parameters, found.export.docs.trim().to_owned()))
            .collect()
    }

    fn names(source: &str) -> Vec<String> {
        found(source).into_iter().map(|(name, ..)| name).collect()
    }

    #[test]
    fn every_way_to_declare_a_function_is_seen() {
        let source = "/** One */ export function one(args) {}\n/** Two */\nexport async function two({ a, b }) {}\n/** Three */\nexport const three = (a, b = [1, 2]) => a;\n/** Four */ export const four = async args => args;\n/** Five */ const five = function () {};\nexport { five };\n/** Six */ export function* six() {}\n/** No */ function no() {}";
        let found: Vec<(String, u32)> = found(source).into_iter().map(|(name, count, _)| (name, count)).collect();
        let expected = [("one", 1), ("two", 1), ("three", 2), ("four", 1), ("five", 0), ("six", 0)];
        assert_eq!(found, expected.map(|(name, count)| (name.to_owned(), count)));
    }

    #[test]
    fn what_stands_inside_of_something_else_is_not_seen() {
        for source in [
            "const a = '/** x */'; function b() {}",
            "const a = `${`/** x */`} \\` /** y */`; function b() {}",
            "const a = /[/]\\/\\*\\* x *\\//; function b() {}",
            "// /** x */\nfunction b() {}",
            "/* x */ function b() {}",
            "class A { /** x */ function b() {} }",
            "/** x */ const b = 5;",
            "/** x */ let y; function b() {}",
            "/** x */ function b() {} export { b as c };",
        ] {
            assert!(names(source).is_empty(), "{source}");
        }
        assert_eq!(names("const a = b / 2; /** x */ export function c() {} const d = 1 / 2"), ["c"]);
        assert_eq!(names("if (a) { return /\"/ } /** x */ export function c() {}"), ["c"]);
    }

    #[test]
    fn jsdocs_own_order_is_read_too() {
        let source = "/**\n * Rolls.\n * @param {object} args\n * @param {string} args.dice - what\n * @param {number} [args.times=1] how often\n * @param plain {integer} text\n * @returns {Promise<string>} a text\n */\nexport function roll(args) {}";
        assert_eq!(
            found(source)[0].2,
            "Rolls.\n@param dice {string} what\n@param [times] {number} how often\n@param plain {integer} text\n@returns {string} a text"
        );
    }

    #[test]
    fn any_text_is_read_without_a_panic() {
        for text in [
            "/**",
            "/** x */",
            "`${",
            "`${'",
            "'\\",
            "/[",
            "/** é */ function é(",
            "/** x */ export const",
            "\u{2028}/** x */a",
        ] {
            documented(text);
        }
    }
}
