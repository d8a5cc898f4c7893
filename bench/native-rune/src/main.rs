//! `native-rune FILE ROUNDS NAME=N…`: compiles a Rune file once, calls each function `NAME(#{ n: N })` and prints the fastest
//! time of a call, `NAME NANOSECONDS RESULT`, one line each.

use std::error::Error;
use std::time::Instant;

use rune::runtime::Object;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let file = args.next().ok_or("missing FILE")?;
    let rounds: usize = args.next().ok_or("missing ROUNDS")?.parse()?;
    let start = native_rune::compile(&file)?;

    for arg in args {
        let (name, n) = arg.split_once('=').ok_or("expected NAME=N")?;
        let n: i64 = n.parse()?;
        let mut vm = start();
        let mut times = Vec::new();
        let mut result = 0;
        for _ in 0..rounds {
            let mut object = Object::new();
            object.insert("n".try_into()?, n.into())?;
            let started = Instant::now();
            let value = vm.call([name], (object,))?;
            times.push(started.elapsed().as_nanos());
            result = rune::from_value::<i64>(value)?;
        }
        let fastest = times.iter().min().ok_or("ROUNDS must be positive")?;
        println!("{name} {fastest} {result}");
    }
    Ok(())
}
