//! Sources to portable code.
//!
//! The entry file is the program's root; `mod name;` in it names another of the files given, beside it: `name.rn`, `name.rune`,
//! `name/mod.rn` or `name/mod.rune`. Nothing is read from anywhere else.

use std::collections::BTreeMap;

use crucible_stdlib::docs::{self, Export};
use rune::alloc::path::Path;
use rune::ast::Spanned;
use rune::compile::{self, CompileVisitor, Located, MetaError, MetaRef, SourceLoader, meta};
use rune::item::ComponentRef;
use rune::runtime::debug::DebugArgs;
use rune::{Diagnostics, Hash, Item, Options, SourceId, Sources, Unit};

use crate::code::{Code, SourceMap};
use crate::diagnostics::{self, Source};
use crate::positions::LineTable;
use crate::wit::exports::crucible::plugin::compiler::{Compiled, Diagnostic, Severity, SourceFile};
use crate::{context, nesting};

/// Compiles the entry file and the modules that it names. The error is every problem found, never empty.
pub fn compile(files: &[SourceFile], entry: &str) -> Result<Compiled, Vec<Diagnostic>> {
    let given: BTreeMap<&str, &str> = files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let Some(text) = given.get(entry) else {
        let given: Vec<&str> = given.keys().copied().collect();
        return Err(vec![plain(format!(
            "The entry file \"{entry}\" is not among the files given: {}",
            given.join(", ")
        ))]);
    };
    let nested = too_deep(files);
    if !nested.is_empty() {
        return Err(nested);
    }
    build(&given, entry, text)
}

fn build(given: &BTreeMap<&str, &str>, entry: &str, text: &str) -> Result<Compiled, Vec<Diagnostic>> {
    let mut sources = Sources::new();
    let mut loader = GivenFiles { given, read: vec![entry.to_owned()] };
    let mut reports = Diagnostics::new();
    let mut functions = PublicFunctions::default();
    let root = rune::Source::with_path(entry, text, entry).map_err(internal)?;
    sources.insert(root).map_err(internal)?;
    let options = Options::default();
    let built: Result<Unit, rune::BuildError> = context::with(|context, _| {
        rune::prepare(&mut sources)
            .with_context(context)
            .with_diagnostics(&mut reports)
            .with_options(&options)
            .with_source_loader(&mut loader)
            .with_visitor(&mut functions)?
            .build()
            .map_err(Into::into)
    });
    let read: Vec<Source<'_>> =
        loader.read.iter().filter_map(|path| Some(Source { path, text: given.get(path.as_str()).copied()? })).collect();
    let (errors, mut warnings) = diagnostics::collect(&reports, &read);
    let unit = match built {
        Ok(unit) if errors.is_empty() => unit,
        Err(error) if errors.is_empty() => return Err(internal(error)),
        _ => return Err(errors),
    };
    let exports = functions.exports(&unit);
    warnings.extend(exports.iter().flat_map(|(export, offset)| doc_warnings(export, *offset, &read[0])));
    let sources =
        read.iter().map(|source| SourceMap { path: source.path.to_owned(), lines: LineTable::new(source.text) });
    let code =
        Code { sources: sources.collect(), exports: exports.into_iter().map(|(export, _)| export).collect(), unit };
    Ok(Compiled { code: code.encode().map_err(internal)?, warnings })
}

fn plain(message: String) -> Diagnostic {
    diagnostics::at(Severity::Error, message, None, None)
}

fn internal(error: impl std::fmt::Display) -> Vec<Diagnostic> {
    vec![plain(format!("The compiler failed: {error}"))]
}

fn too_deep(files: &[SourceFile]) -> Vec<Diagnostic> {
    files
        .iter()
        .filter_map(|file| {
            let (offset, why) = nesting::too_deep(&file.text)?;
            let source = Source { path: &file.path, text: &file.text };
            Some(diagnostics::at(
                Severity::Error,
                format!("Cannot compile \"{}\": {why}", file.path),
                Some(&source),
                Some(offset..offset + 1),
            ))
        })
        .collect()
}

fn doc_warnings(export: &Export, offset: usize, entry: &Source<'_>) -> Vec<Diagnostic> {
    let mut problems = docs::parse(&export.docs).problems;
    if !export.docs.trim().is_empty() && export.parameters > 1 {
        problems.push(format!(
            "`{}` takes {} parameters and is no tool: a tool takes one object",
            export.name, export.parameters
        ));
    }
    let warning = |problem| diagnostics::at(Severity::Warning, problem, Some(entry), Some(offset..offset + 1));
    problems.into_iter().map(warning).collect()
}

/// Modules come from the files given and from nowhere else.
struct GivenFiles<'a> {
    given: &'a BTreeMap<&'a str, &'a str>,
    /// The paths in the order in which they were read, which is the order of their source ids.
    read: Vec<String>,
}

impl SourceLoader for GivenFiles<'_> {
    fn load(&mut self, root: &Path, item: &Item, span: &dyn Spanned) -> compile::Result<rune::Source> {
        let root = root.to_str().unwrap_or_default();
        let mut base = root.rfind('/').map_or(String::new(), |slash| root[..=slash].to_owned());
        let mut names = Vec::new();
        for component in item {
            match component {
                ComponentRef::Str(name) => names.push(name.to_owned()),
                _ => return Err(compile::Error::msg(span, "A module must have a plain name")),
            }
        }
        base.push_str(&names.join("/"));
        let candidates = [".rn", ".rune", "/mod.rn", "/mod.rune"].map(|ending| format!("{base}{ending}"));
        for path in candidates {
            if let Some(text) = self.given.get(path.as_str()) {
                let source = rune::Source::with_path(&path, text, root)?;
                self.read.push(path);
                return Ok(source);
            }
        }
        let message = format!("There is no file for the module `{}`: expected `{base}.rn`", names.join("::"));
        Err(compile::Error::msg(span, message))
    }
}

/// Collects the public functions of the entry file and their doc comments while Rune compiles.
#[derive(Default)]
struct PublicFunctions {
    /// By item hash: name and offset.
    functions: BTreeMap<Hash, (String, usize)>,
    docs: BTreeMap<Hash, String>,
}

impl CompileVisitor for PublicFunctions {
    fn register_meta(&mut self, meta: MetaRef<'_>) -> Result<(), MetaError> {
        let meta::Kind::Function { associated: None, .. } = meta.kind else { return Ok(()) };
        let (true, Some(source), Some(name)) = (meta.public, meta.source, plain_name(meta.item)) else {
            return Ok(());
        };
        if source.location.source_id == ENTRY {
            self.functions.insert(meta.hash, (name, source.location.span.range().start));
        }
        Ok(())
    }

    fn visit_doc_comment(
        &mut self,
        location: &dyn Located,
        item: &Item,
        hash: Hash,
        text: &str,
    ) -> Result<(), MetaError> {
        if location.location().source_id == ENTRY && plain_name(item).is_some() {
            let docs = self.docs.entry(hash).or_default();
            docs.push_str(text.strip_prefix(' ').unwrap_or(text));
            docs.push('\n');
        }
        Ok(())
    }
}

/// The entry file is the first source.
const ENTRY: SourceId = SourceId::new(0);

impl PublicFunctions {
    /// The functions in the order of the text, each with its offset.
    fn exports(self, unit: &Unit) -> Vec<(Export, usize)> {
        let mut exports: Vec<(Export, usize)> = self
            .functions
            .into_iter()
            .filter_map(|(hash, (name, offset))| {
                let parameters = parameters(unit, hash)?;
                let docs = self.docs.get(&hash).cloned().unwrap_or_default();
                Some((Export { name, parameters, docs }, offset))
            })
            .collect();
        exports.sort_by(|(one, at), (two, other)| (at, &one.name).cmp(&(other, &two.name)));
        exports
    }
}

/// The name of an item at the top of the entry file.
fn plain_name(item: &Item) -> Option<String> {
    let mut components = item.iter();
    match (components.next(), components.next()) {
        (Some(ComponentRef::Str(name)), None) => Some(name.to_owned()),
        _ => None,
    }
}

fn parameters(unit: &Unit, hash: Hash) -> Option<u32> {
    let count = match &unit.debug_info()?.functions.get(&hash)?.args {
        DebugArgs::EmptyArgs => 0,
        DebugArgs::TupleArgs(count) => *count,
        DebugArgs::Named(names) => names.len(),
    };
    u32::try_from(count).ok()
}
