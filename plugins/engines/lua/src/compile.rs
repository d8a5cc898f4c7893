//! Sources to portable code. Every file is parsed by Lua; what `require` will find is decided here.

use crucible_stdlib::docs;
use crucible_stdlib::wit::crucible::plugin::types::Position;
use crucible_stdlib::wit::exports::crucible::plugin::compiler::{Compiled, Diagnostic, Severity, SourceFile};

use crate::code::{ABI, Code, File};
use crate::source;
use crate::state;

/// The error is every problem found, never empty.
pub fn compile(files: &[SourceFile], entry: &str) -> Result<Compiled, Vec<Diagnostic>> {
    let Some(main) = files.iter().find(|file| file.path == entry) else {
        let mut given: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        given.sort_unstable();
        let message = format!("The entry file \"{entry}\" is not among the files given: {}", given.join(", "));
        return Err(vec![Diagnostic { severity: Severity::Error, message, position: None, excerpt: String::new() }]);
    };
    let mut chunks = Vec::new();
    let mut errors = Vec::new();
    for file in files {
        match parse(file) {
            Ok(chunk) => chunks.push(File { path: file.path.clone(), chunk }),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    chunks.sort_by(|one, two| one.path.cmp(&two.path));
    let documented = source::documented(&main.text);
    let warnings = documented.iter().flat_map(|found| {
        let mut problems = docs::parse(&found.export.docs).problems;
        if found.export.parameters > 1 {
            let (name, count) = (&found.export.name, found.export.parameters);
            problems.push(format!("`{name}` takes {count} parameters and is no tool: a tool takes one table"));
        }
        problems.into_iter().map(|problem| diagnostic(Severity::Warning, problem, main, found.line))
    });
    let warnings = warnings.collect();
    let exports = documented.into_iter().map(|found| found.export).collect();
    Ok(Compiled { code: Code::new(ABI, entry, chunks, exports).encode(), warnings })
}

/// The precompiled chunk of a file.
fn parse(file: &SourceFile) -> Result<Vec<u8>, Diagnostic> {
    let stack = state::stack();
    let height = stack.height();
    let parsed = if stack.load(file.text.as_bytes(), &format!("@{}", file.path), "t") {
        Ok(stack.dump())
    } else {
        Err(stack.lossy_text(-1).unwrap_or_default())
    };
    stack.set_height(height);
    parsed.map_err(|message| {
        let (line, problem) = split(&message);
        diagnostic(Severity::Error, problem.to_owned(), file, line)
    })
}

/// Lua's message is `place:line: problem`; the place, which may be shortened, has no such colon and number before it.
fn split(message: &str) -> (u32, &str) {
    for (at, _) in message.match_indices(':') {
        if let Some((line, problem)) = message[at + 1..].split_once(": ")
            && let Ok(line) = line.parse()
        {
            return (line, problem);
        }
    }
    (1, message)
}

/// A problem on a line; the column is where the line's text begins.
fn diagnostic(severity: Severity, message: String, file: &SourceFile, line: u32) -> Diagnostic {
    let text = file.text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
    let indent = text.chars().take_while(|character| character.is_whitespace()).count();
    let column = if text.trim().is_empty() { 1 } else { indent as u32 + 1 };
    let margin = line.to_string();
    let spaces = " ".repeat(margin.len());
    let lead: String = text.chars().take(indent).collect();
    let shown: String = text.chars().take(EXCERPT).collect();
    let excerpt = format!(
        "{spaces}--> {}:{line}:{column}\n{spaces} |\n{margin} | {shown}\n{spaces} | {lead}{}",
        file.path,
        "^".repeat(shown.trim().chars().count().max(1))
    );
    Diagnostic { severity, message, position: Some(Position { file: file.path.clone(), line, column }), excerpt }
}

/// Characters of a line that are shown.
const EXCERPT: usize = 160;
