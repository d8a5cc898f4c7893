//! `print FILE`: compiles a Rune file and calls its `main`, which prints.

use std::error::Error;
use std::sync::Arc;

use rune::termcolor::{ColorChoice, StandardStream};
use rune::{Context, Diagnostics, Source, Sources, Vm};

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("missing FILE")?;
    let context = Context::with_default_modules()?;
    let runtime = Arc::new(context.runtime()?);
    let mut sources = Sources::new();
    sources.insert(Source::from_path(&file)?)?;
    let mut diagnostics = Diagnostics::new();
    let built = rune::prepare(&mut sources).with_context(&context).with_diagnostics(&mut diagnostics).build();
    if diagnostics.has_error() {
        diagnostics.emit(&mut StandardStream::stderr(ColorChoice::Never), &sources)?;
    }
    Vm::new(runtime, Arc::new(built?)).call(["main"], ()).map_err(|error| error.to_string())?;
    Ok(())
}
