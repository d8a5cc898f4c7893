//! Types are replaced by blanks (`swc_ts_fast_strip`, as Node.js does it), so that every line and column stays where it was. What is
//! more than types (`enum`, `namespace`, parameter properties) is an error with its place, for it would need other code.

use std::sync::{Arc, Mutex};

use serde::Serialize;
use swc_common::errors::{DiagnosticBuilder, Emitter, Handler};
use swc_common::sync::Lrc;
use swc_common::{GLOBALS, Globals, SourceMap};
use swc_ts_fast_strip::{Mode, Options, operate};

use crate::crucible::plugin::types::Position;
use crate::exports::crucible::plugin::compiler::{Compiled, Diagnostic, Severity, SourceFile};

#[derive(Serialize)]
struct Stripped<'a> {
    path: &'a str,
    text: String,
}

/// The JavaScript of every file. The error is every problem found, never empty.
pub fn compile(files: &[SourceFile]) -> Result<Compiled, Vec<Diagnostic>> {
    let mut scripts = Vec::new();
    let mut errors = Vec::new();
    for file in files {
        match strip(file) {
            Ok(text) => scripts.push(Stripped { path: &file.path, text }),
            Err(problems) => errors.extend(problems),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Compiled { code: serde_json::to_vec(&scripts).unwrap_or_default(), warnings: Vec::new() })
}

fn strip(file: &SourceFile) -> Result<String, Vec<Diagnostic>> {
    let map: Lrc<SourceMap> = Lrc::default();
    let found = Arc::new(Mutex::new(Vec::new()));
    let collector = Collector { map: map.clone(), found: found.clone() };
    let handler = Handler::with_emitter(true, false, Box::new(collector));
    let options = Options { module: Some(true), mode: Mode::StripOnly, ..Options::default() };
    let stripped = GLOBALS.set(&Globals::new(), || operate(&map, &handler, file.text.clone(), options));
    stripped.map(|output| output.code).map_err(|error| {
        let mut problems = found.lock().map(|mut found| std::mem::take(&mut *found)).unwrap_or_default();
        if problems.is_empty() {
            problems.push((error.message, None));
        }
        problems.into_iter().map(|(message, place)| diagnostic(file, message, place)).collect()
    })
}

/// A message, and line and column from 1.
type Problem = (String, Option<(u32, u32)>);

/// Keeps what the parser reports, with its place.
struct Collector {
    map: Lrc<SourceMap>,
    found: Arc<Mutex<Vec<Problem>>>,
}

impl Emitter for Collector {
    fn emit(&mut self, diagnostic: &mut DiagnosticBuilder<'_>) {
        let place = diagnostic.span.primary_span().filter(|span| !span.is_dummy()).map(|span| {
            let place = self.map.lookup_char_pos(span.lo());
            (place.line as u32, place.col.0 as u32 + 1)
        });
        if let Ok(mut found) = self.found.lock() {
            found.push((diagnostic.message(), place));
        }
    }
}

fn diagnostic(file: &SourceFile, message: String, place: Option<(u32, u32)>) -> Diagnostic {
    let position = place.map(|(line, column)| Position { file: file.path.clone(), line, column });
    let excerpt = place.and_then(|(line, column)| {
        let text = file.text.lines().nth(line.saturating_sub(1) as usize)?;
        Some(excerpt(&file.path, line, column, text))
    });
    Diagnostic { severity: Severity::Error, message, position, excerpt: excerpt.unwrap_or_default() }
}

fn excerpt(file: &str, line: u32, column: u32, text: &str) -> String {
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
