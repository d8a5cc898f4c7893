//! Sources to portable code. Every file is parsed and everything that is imported must be there; nothing is run.

use crucible_stdlib::docs;
use crucible_stdlib::wit::crucible::plugin::types::Position;
use crucible_stdlib::wit::exports::crucible::plugin::compiler::{Compiled, Diagnostic, Severity, SourceFile};

use crate::code::{ABI, Code, File};
use crate::js::Js;
use crate::{failure, modules, source, state};

/// The error is every problem found, never empty.
pub fn compile(files: &[SourceFile], entry: &str) -> Result<Compiled, Vec<Diagnostic>> {
    state::open();
    let Some(main) = files.iter().find(|file| file.path == entry) else {
        let mut given: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        given.sort_unstable();
        let message = format!("The entry file \"{entry}\" is not among the files given: {}", given.join(", "));
        return Err(vec![Diagnostic { severity: Severity::Error, message, position: None, excerpt: String::new() }]);
    };
    let mut own: Vec<File> =
        files.iter().map(|file| File { path: file.path.clone(), text: file.text.clone() }).collect();
    own.sort_by(|one, two| one.path.cmp(&two.path));
    modules::set_files(own.clone());
    let mut errors = Vec::new();
    for file in &own {
        if let Err(thrown) = modules::parse(file) {
            errors.push(error(&thrown, files, &file.path));
        }
    }
    if errors.is_empty()
        && let Some(file) = own.iter().find(|file| file.path == entry)
        && let Err(thrown) = modules::parse(file).and_then(|module| module.resolve())
    {
        errors.push(error(&thrown, files, entry));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let documented = source::documented(&main.text);
    let warnings = documented.iter().flat_map(|found| {
        let mut problems = docs::parse(&found.export.docs).problems;
        if found.export.parameters > 1 {
            let (name, count) = (&found.export.name, found.export.parameters);
            problems.push(format!("`{name}` takes {count} parameters and is no tool: a tool takes one object"));
        }
        problems.into_iter().map(|problem| {
            let position = Position { file: entry.to_owned(), line: found.line, column: found.column };
            diagnostic(Severity::Warning, problem, Some(position), files)
        })
    });
    let warnings = warnings.collect();
    let exports = documented.into_iter().map(|found| found.export).collect();
    Ok(Compiled { code: Code::new(ABI, entry, own, exports).encode(), warnings })
}

/// What parsing a file, or looking for what it imports, threw. Without a place of its own it is about the file.
fn error(thrown: &Js, files: &[SourceFile], file: &str) -> Diagnostic {
    let (message, position) = failure::problem(thrown);
    let position = position.unwrap_or(Position { file: file.to_owned(), line: 1, column: 1 });
    diagnostic(Severity::Error, message, Some(position), files)
}

/// A problem, with the line on which it is.
fn diagnostic(severity: Severity, message: String, position: Option<Position>, files: &[SourceFile]) -> Diagnostic {
    let excerpt = position.as_ref().and_then(|position| {
        let file = files.iter().find(|file| file.path == position.file)?;
        let text = file.text.lines().nth(position.line.saturating_sub(1) as usize)?;
        Some(excerpt(position, text))
    });
    Diagnostic { severity, message, position, excerpt: excerpt.unwrap_or_default() }
}

fn excerpt(Position { file, line, column }: &Position, text: &str) -> String {
    let margin = line.to_string();
    let spaces = " ".repeat(margin.len());
    // Tabs stay tabs, so that the mark stands below its place.
    let before = text.chars().take(column.saturating_sub(1).min(EXCERPT) as usize);
    let lead: String = before.map(|character| if character == '\t' { '\t' } else { ' ' }).collect();
    let shown: String = text.chars().take(EXCERPT as usize).collect();
    format!("{spaces}--> {file}:{line}:{column}\n{spaces} |\n{margin} | {shown}\n{spaces} | {lead}^")
}

/// Characters of a line that are shown.
const EXCERPT: u32 = 160;
