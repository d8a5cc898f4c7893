//! How deep a source is nested, found without recursion, before a recursive parser sees it.
//!
//! Counts open brackets (in template literals too) and chains of prefix operators, which the parser descends into one call per
//! level. It reads only as much of the syntax as it needs to tell brackets from text; what it misjudges the parser judges.

/// Deeper than programs are, shallower than the parser's stack.
pub const MAX_NESTING: usize = 128;

/// The place and the reason where a text is nested too deep: a byte offset and a sentence.
pub fn too_deep(text: &str) -> Option<(usize, String)> {
    let bytes = text.as_bytes();
    let mut open: Vec<Open> = Vec::new();
    let mut prefixes = 0;
    let mut at = 0;
    while at < bytes.len() {
        if let Some(Open::Template) = open.last() {
            match bytes[at] {
                b'\\' => at += 2,
                b'`' => {
                    open.pop();
                    at += 1;
                }
                b'$' if bytes.get(at + 1) == Some(&b'{') => {
                    open.push(Open::Bracket);
                    at += 2;
                }
                _ => at += 1,
            }
        } else {
            let start = at;
            at = token(bytes, at, &mut open);
            prefixes = match bytes[start] {
                b'!' | b'-' | b'&' | b'*' | b'+' | b'|' | b'~' => prefixes + 1,
                byte if byte.is_ascii_whitespace() => prefixes,
                _ => 0,
            };
        }
        if open.len() > MAX_NESTING {
            return Some((at - 1, format!("the source is nested more than {MAX_NESTING} levels deep here")));
        }
        if prefixes > MAX_NESTING {
            return Some((at - 1, format!("there are more than {MAX_NESTING} operators in a row here")));
        }
    }
    None
}

enum Open {
    Bracket,
    Template,
}

/// Passes over one token that begins at `at` and gives the offset behind it.
fn token(bytes: &[u8], at: usize, open: &mut Vec<Open>) -> usize {
    match bytes[at] {
        b'(' | b'[' | b'{' => open.push(Open::Bracket),
        b')' | b']' | b'}' => {
            open.pop();
        }
        b'`' => open.push(Open::Template),
        b'"' => return quoted(bytes, at + 1, b'"'),
        b'\'' => return character(bytes, at),
        b'/' if bytes.get(at + 1) == Some(&b'/') => return line_comment(bytes, at),
        b'/' if bytes.get(at + 1) == Some(&b'*') => return block_comment(bytes, at),
        _ => {}
    }
    at + 1
}

fn quoted(bytes: &[u8], mut at: usize, end: u8) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == end => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// `'x'` and `'\n'` are characters, `'x` is a label.
fn character(bytes: &[u8], at: usize) -> usize {
    if bytes.get(at + 1) == Some(&b'\\') {
        return quoted(bytes, at + 1, b'\'');
    }
    let width = match bytes.get(at + 1) {
        Some(0xf0..) => 4,
        Some(0xe0..) => 3,
        Some(0xc0..) => 2,
        _ => 1,
    };
    if bytes.get(at + 1 + width) == Some(&b'\'') { at + 2 + width } else { at + 1 }
}

fn line_comment(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length)
}

fn block_comment(bytes: &[u8], at: usize) -> usize {
    let body = at + 2;
    bytes[body.min(bytes.len())..]
        .windows(2)
        .position(|pair| pair == b"*/")
        .map_or(bytes.len(), |length| body + length + 2)
}

#[cfg(test)]
mod tests {
    use super::{MAX_NESTING, too_deep};

    #[test]
    fn brackets_and_prefixes_are_counted() {
        for opening in ["(", "[", "{", "`${", "!", "-", "#{a: ", "|x| (", "if true { ", "a("] {
            assert!(too_deep(&opening.repeat(100_000)).is_some(), "{opening}");
            assert!(too_deep(&opening.repeat(MAX_NESTING / 2)).is_none(), "{opening}");
        }
        assert!(too_deep(&"- ".repeat(1000)).is_some());
    }

    #[test]
    fn text_and_comments_do_not_count() {
        let many = "(".repeat(1000);
        for text in [
            format!("\"{many}\""),
            format!("\"\\\"{many}\""),
            format!("// {many}\n"),
            format!("/* {many} */"),
            format!("`{many}`"),
            format!("`\\`{many}`"),
            "'('; ".repeat(1000),
            "'\\''; '\\u{28}'; ".repeat(1000),
            "'𝄞'; 'ä'; ".repeat(1000),
        ] {
            assert_eq!(too_deep(&text), None, "{text}");
        }
    }

    #[test]
    fn a_label_does_not_hide_what_follows() {
        let text = format!("'a: loop {}", "(".repeat(200));
        assert!(too_deep(&text).is_some());
    }

    #[test]
    fn unclosed_text_ends_with_the_source() {
        for text in ["\"", "'", "`", "/*", "//", "\"\\", "`\\", "'\\", "`${"] {
            assert_eq!(too_deep(text), None);
        }
    }
}
