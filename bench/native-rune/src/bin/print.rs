//! `print FILE`: compiles a Rune file and calls its `main`, which prints.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("missing FILE")?;
    let start = native_rune::compile(&file)?;
    start().call(["main"], ()).map_err(|error| error.to_string())?;
    Ok(())
}
