//! TypeScript as a component of the world `crucible:plugin/engine` that compiles and runs nothing: its code is the JavaScript that
//! the JavaScript engine takes. It is an engine of its own so that the parser, which is large, is only there for plugins that need
//! it, and so that hostile source meets it where fuel, memory and stack are counted.

mod strip;

wit_bindgen::generate!({
    path: "../../../wit",
    world: "engine",
    generate_all,
});

use crucible::plugin::types::{ErrorCode, Failure};
use exports::crucible::plugin::compiler::{self, CompileOptions, Compiled, Diagnostic, SourceFile};
use exports::crucible::plugin::guest::{self, Tool};

/// Names the format of the code: JSON, a list of `{path, text}` in the order of the files given.
const ABI: &str = "typescript-erasable+javascript+json.1";

struct Engine;

impl compiler::Guest for Engine {
    fn abi() -> String {
        ABI.to_owned()
    }

    fn warm_up() {}

    fn compile(files: Vec<SourceFile>, _: CompileOptions) -> Result<Compiled, Vec<Diagnostic>> {
        strip::compile(&files)
    }

    fn load(_: Vec<u8>) -> Result<(), Failure> {
        Err(nothing_runs())
    }
}

impl guest::Guest for Engine {
    fn tools() -> Vec<Tool> {
        Vec::new()
    }

    fn call(_: String, _: String) -> Result<String, Failure> {
        Err(nothing_runs())
    }
}

fn nothing_runs() -> Failure {
    let message = "TypeScript is compiled to JavaScript, and runs in that engine".to_owned();
    Failure { code: ErrorCode::InvalidArguments, message, position: None, stack: Vec::new() }
}

export!(Engine);
