//! Compiles Lua's own sources, which `scripts/engines.mjs` puts into `target/sources`, and the few C functions beside them.
//! The compiler is clang with a wasm32 target and the headers and archive of wasi-libc; nothing of WASI is left in the result.

use std::env;
use std::path::{Path, PathBuf};

const LUA: &str = "target/sources/lua-src-547.1.0/lua-5.4.7";

/// `lua` includes Lua's own files.
const FILES: [&str; 4] = ["lua", "sjlj", "wasi", "shim"];

fn main() {
    let lua = Path::new(LUA);
    assert!(lua.is_dir(), "{LUA} is missing; build with `npm run engines -- lua`");
    let mut build = cc::Build::new();
    build
        .compiler(tool("CLANG", "clang-19"))
        .archiver(tool("LLVM_AR", "llvm-ar-19"))
        .no_default_flags(true)
        .cargo_metadata(true)
        .warnings(false)
        .include("c")
        .include(lua)
        .flag("--target=wasm32-wasi")
        // Not -O3: V8 allocates registers badly in an interpreter's loop of that size (docs/decisions/0005-engine-builds.md).
        .flag("-O2")
        .flag("-fno-strict-aliasing")
        .flag("-ffile-prefix-map=target=/lua")
        .flag("-mllvm")
        .flag("-wasm-enable-sjlj")
        .flag("-mexception-handling")
        .flag("-mbulk-memory")
        .flag("-mnontrapping-fptoint")
        .flag("-msign-ext")
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
        build.file(format!("c/{file}.c"));
        println!("cargo:rerun-if-changed=c/{file}.c");
    }
    build.compile("lua54");
    println!("cargo:rustc-link-search=native={}", libc_folder().display());
    println!("cargo:rustc-link-lib=static=c");
    println!("cargo:rerun-if-changed=build.rs");
}

fn tool(variable: &str, default: &str) -> String {
    println!("cargo:rerun-if-env-changed={variable}");
    env::var(variable).unwrap_or_else(|_| default.to_owned())
}

/// Where wasi-libc is: `WASI_SYSROOT`, else where Debian puts it.
fn libc_folder() -> PathBuf {
    println!("cargo:rerun-if-env-changed=WASI_SYSROOT");
    let root = env::var("WASI_SYSROOT").map_or_else(|_| PathBuf::from("/usr"), PathBuf::from);
    root.join("lib/wasm32-wasi")
}
