//! Compiles Lua's own sources, which `scripts/engines.mjs` puts into `target/patched`, and the few C functions beside them.

#[path = "stdlib/c/clang.rs"]
mod clang;

use std::path::Path;

const LUA: &str = "target/patched/lua-src-547.1.0/lua-5.4.7";

/// `lua` includes Lua's own files.
const FILES: [&str; 3] = ["c/lua.c", "c/sjlj.c", "c/shim.c"];

fn main() {
    // At -O3 V8 allocates registers badly in an interpreter's loop of that size (docs/decisions/0005-engine-builds.md).
    let mut build = clang::build(Path::new(LUA), "lua");
    build
        .include("c")
        .flag("-mllvm")
        .flag("-wasm-enable-sjlj")
        .flag("-mexception-handling")
        .flag("-mnontrapping-fptoint")
        .flag("-msign-ext")
        // Computed jumps would become a table of numbers in memory and then the switch that Lua has without them.
        .define("LUA_USE_JUMPTABLE", "0")
        // Neither the order of keys nor how a table is sorted may depend on when and where Lua started.
        .define("luai_makeseed(L)", "0x43524342u")
        .define("l_randomizePivot()", "0u")
        .define("LUA_COMPAT_5_3", None)
        // Nested calls of C functions, of the parser and of handlers: what the host's stack budget has room for, even when each is
        // a `pcall`, so that Lua's own error ends such a recursion and a program can catch it.
        .define("LUAI_MAXCCALLS", "160")
        // For the type that a hook counts with; no signal is ever set.
        .define("_WASI_EMULATED_SIGNAL", None);
    for file in FILES {
        clang::add(&mut build, file);
    }
    clang::link(&build, "lua54");
}
