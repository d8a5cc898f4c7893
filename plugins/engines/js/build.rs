//! Compiles quickjs-ng's own sources, which `scripts/engines.mjs` puts into `target/sources`, and the few C functions beside them.
//! The compiler is clang with a wasm32 target and the headers and archive of wasi-libc; nothing of WASI is left in the result.

use std::env;
use std::path::{Path, PathBuf};

const QUICKJS: &str = "target/sources/rquickjs-sys-0.14.0/quickjs";

/// All of quickjs-ng but its programs and the library that reaches the system.
const FILES: [&str; 4] = ["quickjs", "libregexp", "libunicode", "dtoa"];

const OURS: [&str; 2] = ["wasi", "shim"];

fn main() {
    let quickjs = Path::new(QUICKJS);
    assert!(quickjs.is_dir(), "{QUICKJS} is missing; build with `npm run engines -- js`");
    let mut build = cc::Build::new();
    build
        .compiler(tool("CLANG", "clang-19"))
        .archiver(tool("LLVM_AR", "llvm-ar-19"))
        .no_default_flags(true)
        .cargo_metadata(true)
        .warnings(false)
        .include(quickjs)
        .flag("--target=wasm32-wasi")
        .flag("-O2")
        .flag("-fno-strict-aliasing")
        .flag("-ffile-prefix-map=target=/js")
        .flag("-mbulk-memory")
        .flag("-includec/platform.h")
        .define("_GNU_SOURCE", None)
        .define("NDEBUG", None);
    println!("cargo:rerun-if-changed=c/platform.h");
    for file in FILES {
        build.file(quickjs.join(format!("{file}.c")));
    }
    for file in OURS {
        build.file(format!("c/{file}.c"));
        println!("cargo:rerun-if-changed=c/{file}.c");
    }
    build.compile("quickjs");
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
