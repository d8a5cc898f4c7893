//! Rune outside of WebAssembly: what the two programs here share.

use std::error::Error;
use std::sync::Arc;

use rune::termcolor::{ColorChoice, StandardStream};
use rune::{Context, Diagnostics, Source, Sources, Unit, Vm};

/// Compiles a Rune file. What the compiler says of it goes to standard error.
pub fn compile(file: &str) -> Result<impl Fn() -> Vm, Box<dyn Error>> {
    let context = Context::with_default_modules()?;
    let runtime = Arc::new(context.runtime()?);
    let mut sources = Sources::new();
    sources.insert(Source::from_path(file)?)?;
    let mut diagnostics = Diagnostics::new();
    let built = rune::prepare(&mut sources).with_context(&context).with_diagnostics(&mut diagnostics).build();
    if diagnostics.has_error() {
        diagnostics.emit(&mut StandardStream::stderr(ColorChoice::Never), &sources)?;
    }
    let unit: Arc<Unit> = Arc::new(built?);
    Ok(move || Vm::new(runtime.clone(), unit.clone()))
}
