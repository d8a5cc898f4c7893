//! What is wrong with a source, with its place and the source around it.

use rune::ast::Spanned;
use rune::diagnostics::{Diagnostic as RuneDiagnostic, FatalDiagnosticKind};
use rune::{Diagnostics, SourceId};

use crate::positions::LineTable;
use crate::wit::crucible::plugin::types::Position;
use crate::wit::exports::crucible::plugin::compiler::{Diagnostic, Severity};

/// How much of a long line is shown on each side of the place.
const MAX_SHOWN: usize = 100;

/// Rune warns so at every `let (a, b) = …` and `for (key, value) in …`: a warning at each such line would hide the others.
const PATTERN_MIGHT_PANIC: &str = "Pattern might panic";

/// A source file as it was given, in the order in which Rune read them.
pub struct Source<'a> {
    pub path: &'a str,
    pub text: &'a str,
}

/// Everything that Rune reports, in its order: `(errors, warnings)`.
pub fn collect(diagnostics: &Diagnostics, sources: &[Source<'_>]) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    for diagnostic in diagnostics.diagnostics() {
        match diagnostic {
            RuneDiagnostic::Fatal(fatal) => {
                let span = match fatal.kind() {
                    FatalDiagnosticKind::CompileError(error) => Some(error.span()),
                    _ => None,
                };
                let source = source(sources, fatal.source_id());
                let message = explain(fatal.to_string());
                errors.push(at(Severity::Error, message, source, span.map(|span| span.range())));
            }
            RuneDiagnostic::Warning(warning) if warning.to_string() == PATTERN_MIGHT_PANIC => {}
            RuneDiagnostic::Warning(warning) => {
                let source = source(sources, warning.source_id());
                let range = Some(warning.span().range());
                warnings.push(at(Severity::Warning, warning.to_string(), source, range));
            }
            _ => {}
        }
    }
    (errors, warnings)
}

/// One diagnostic at a range of bytes, or without a place.
pub fn at(
    severity: Severity,
    message: String,
    source: Option<&Source<'_>>,
    range: Option<std::ops::Range<usize>>,
) -> Diagnostic {
    let (Some(source), Some(range)) = (source, range) else {
        return Diagnostic { severity, message, position: None, excerpt: String::new() };
    };
    let start = floor(source.text, range.start);
    let end = floor(source.text, range.end).max(start);
    let (line, column) = LineTable::new(source.text).line_and_column(start as u32);
    let position = Position { file: source.path.to_owned(), line, column };
    let excerpt = excerpt(source.text, start, end, &position);
    Diagnostic { severity, message, position: Some(position), excerpt }
}

fn source<'a, 'b>(sources: &'b [Source<'a>], id: SourceId) -> Option<&'b Source<'a>> {
    if id == SourceId::EMPTY { None } else { sources.get(id.into_index()) }
}

/// Adds what Rune's message does not say where people coming from Rust stumble.
fn explain(message: String) -> String {
    if message.starts_with("Adding a return type in functions is not supported") {
        return format!("{message}; leave `-> …` out");
    }
    message
}

/// The line with the place, its number and a marker under it.
fn excerpt(text: &str, start: usize, end: usize, position: &Position) -> String {
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
    let line = text[line_start..line_end].trim_end_matches('\r');
    let before: Vec<char> = text[line_start..start].chars().collect();
    let skipped = before.len().saturating_sub(MAX_SHOWN);
    let marked = text[start..end.min(line_end)].chars().count().clamp(1, MAX_SHOWN);
    let shown: String = line.chars().skip(skipped).take(2 * MAX_SHOWN).collect();
    let head = if skipped > 0 { "…" } else { "" };
    let tail = if line.chars().count() > skipped + 2 * MAX_SHOWN { "…" } else { "" };
    // A tab in front of the place stays a tab, so that the marker is under it however wide a terminal shows one.
    let padding: String =
        head.chars().chain(before[skipped..].iter().copied()).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let number = position.line.to_string();
    let margin = " ".repeat(number.len());
    format!(
        "{margin} --> {}:{}:{}\n{margin} |\n{number} | {head}{shown}{tail}\n{margin} | {padding}{}\n",
        position.file,
        position.line,
        position.column,
        "^".repeat(marked)
    )
}

/// The nearest boundary of a character at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::{Source, at};
    use crate::wit::exports::crucible::plugin::compiler::Severity;

    #[test]
    fn the_marker_is_under_the_place() {
        let source = Source { path: "a.rn", text: "fn a() {\n\tlet ä = x;\n}\n" };
        let found = at(Severity::Error, "m".to_owned(), Some(&source), Some(19..20));
        let position = found.position.unwrap();
        assert_eq!((position.line, position.column), (2, 10));
        assert_eq!(found.excerpt, "  --> a.rn:2:10\n  |\n2 | \tlet ä = x;\n  | \t        ^\n");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}!{}", "a".repeat(5000), "b".repeat(5000));
        let source = Source { path: "a.rn", text: &text };
        let found = at(Severity::Error, "m".to_owned(), Some(&source), Some(5000..5001));
        let lines: Vec<&str> = found.excerpt.lines().collect();
        assert!(lines[2].chars().count() < 220);
        let column = lines[3].chars().position(|c| c == '^').unwrap();
        assert_eq!(lines[2].chars().nth(column), Some('!'));
    }

    #[test]
    fn a_place_outside_the_text_is_its_end() {
        let source = Source { path: "a.rn", text: "ä" };
        let found = at(Severity::Error, "m".to_owned(), Some(&source), Some(1..900));
        assert_eq!(found.position.unwrap().column, 1);
        let source = Source { path: "a.rn", text: "" };
        assert!(at(Severity::Error, "m".to_owned(), Some(&source), Some(5..9)).position.is_some());
    }
}
