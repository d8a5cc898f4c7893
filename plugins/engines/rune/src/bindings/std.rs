//! What Rune's own modules lack and plugins about text need every day. The names and meanings are those of Rust's standard
//! library.

use std::num::{ParseFloatError, ParseIntError};

use rune::runtime::{Formatter, Protocol, Value, Vec as RuneVec, VmResult};
use rune::{Any, ContextError, Module};

use super::error::show;
use crate::convert;

/// Methods for strings, vectors and floats, and errors that show themselves.
pub fn modules() -> Result<[Module; 4], ContextError> {
    Ok([errors()?, strings()?, vectors()?, floats()?])
}

/// `{}` and `{:?}` for the errors of `parse`.
fn errors() -> Result<Module, ContextError> {
    let mut module = Module::new();
    module.associated_function(&Protocol::DISPLAY_FMT, show::<ParseIntError>)?;
    module.associated_function(&Protocol::DEBUG_FMT, show::<ParseIntError>)?;
    module.associated_function(&Protocol::DISPLAY_FMT, show::<ParseFloatError>)?;
    module.associated_function(&Protocol::DEBUG_FMT, show::<ParseFloatError>)?;
    Ok(module)
}

/// `lines`, `split_whitespace`, `find`, `rfind`, `repeat`, `trim_start`, `strip_prefix`, `strip_suffix`.
fn strings() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("crucible")?;
    module.ty::<Pieces>()?;
    module.associated_function(&Protocol::NEXT, |pieces: &mut Pieces| pieces.items.next())?;
    module.associated_function(&Protocol::SIZE_HINT, |pieces: &Pieces| {
        let left = pieces.items.len();
        (left, Some(left))
    })?;
    module.implement_trait::<Pieces>(rune::item!(::std::iter::Iterator))?;
    module.associated_function("lines", |text: &str| Pieces::of(text.lines()))?;
    module.associated_function("split_whitespace", |text: &str| Pieces::of(text.split_whitespace()))?;
    module.associated_function("find", |text: &str, needle: &str| text.find(needle))?;
    module.associated_function("rfind", |text: &str, needle: &str| text.rfind(needle))?;
    module.associated_function("repeat", |text: &str, count: usize| text.repeat(count))?;
    module.associated_function("trim_start", |text: &str| text.trim_start().to_owned())?;
    module
        .associated_function("strip_prefix", |text: &str, prefix: &str| text.strip_prefix(prefix).map(str::to_owned))?;
    module
        .associated_function("strip_suffix", |text: &str, suffix: &str| text.strip_suffix(suffix).map(str::to_owned))?;
    Ok(module)
}

/// An iterator over parts of a text.
#[derive(Any)]
#[rune(item = ::crucible)]
struct Pieces {
    items: std::vec::IntoIter<String>,
}

impl Pieces {
    fn of<'a>(items: impl Iterator<Item = &'a str>) -> Self {
        let items: Vec<String> = items.map(str::to_owned).collect();
        Self { items: items.into_iter() }
    }
}

/// `join`, `contains`, `first`, `last`, `reverse`, `swap`, `truncate`.
fn vectors() -> Result<Module, ContextError> {
    let mut module = Module::new();
    module.associated_function("join", join)?;
    module.associated_function("contains", contains)?;
    module.associated_function("first", |items: &RuneVec| convert::option(items.first().cloned()))?;
    module.associated_function("last", |items: &RuneVec| convert::option(items.last().cloned()))?;
    module.associated_function("reverse", |items: &mut RuneVec| items.reverse())?;
    module.associated_function("swap", swap)?;
    module.associated_function("truncate", truncate)?;
    Ok(module)
}

/// The items as `{}` shows them, with a separator between them.
fn join(items: &RuneVec, separator: &str) -> VmResult<String> {
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        match item.borrow_string_ref() {
            Ok(text) => out.push_str(&text),
            Err(_) => {
                let mut text = rune::alloc::String::new();
                match Formatter::format_with(&mut text, |formatter| item.display_fmt(formatter)) {
                    VmResult::Ok(()) => out.push_str(&text),
                    VmResult::Err(error) => return VmResult::Err(error),
                }
            }
        }
    }
    VmResult::Ok(out)
}

fn contains(items: &RuneVec, wanted: Value) -> VmResult<bool> {
    for item in items.iter() {
        match Value::partial_eq(item, &wanted) {
            VmResult::Ok(false) => {}
            found => return found,
        }
    }
    VmResult::Ok(false)
}

fn swap(items: &mut RuneVec, one: usize, two: usize) -> VmResult<()> {
    let length = items.len();
    if one >= length || two >= length {
        return VmResult::panic(format!("cannot swap {one} and {two} in a vector of {length}"));
    }
    items.swap(one, two);
    VmResult::Ok(())
}

fn truncate(items: &mut RuneVec, length: usize) {
    while items.len() > length {
        items.pop();
    }
}

/// `to_string`, `exp`, `ln`, `log10`, `sin`, `cos`, `tan`, `trunc`. Computed in software: the same bits everywhere.
fn floats() -> Result<Module, ContextError> {
    let mut module = Module::new();
    module.associated_function("to_string", |number: f64| number.to_string())?;
    module.associated_function("exp", f64::exp)?;
    module.associated_function("ln", f64::ln)?;
    module.associated_function("log10", f64::log10)?;
    module.associated_function("sin", f64::sin)?;
    module.associated_function("cos", f64::cos)?;
    module.associated_function("tan", f64::tan)?;
    module.associated_function("trunc", f64::trunc)?;
    Ok(module)
}
