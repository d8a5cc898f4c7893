//! Compiles quickjs-ng's own sources, which `scripts/engines.mjs` puts into `target/sources`, and the C functions beside them.

#[path = "stdlib/c/clang.rs"]
mod clang;

use std::path::Path;

const QUICKJS: &str = "target/sources/rquickjs-sys-0.14.0/quickjs";

/// All of quickjs-ng but its programs and the library that reaches the system.
const FILES: [&str; 4] = ["quickjs", "libregexp", "libunicode", "dtoa"];

fn main() {
    let quickjs = Path::new(QUICKJS);
    let mut build = clang::build(quickjs, "js");
    build.flag("-includec/platform.h").define("_GNU_SOURCE", None).define("NDEBUG", None);
    println!("cargo:rerun-if-changed=c/platform.h");
    for file in FILES {
        build.file(quickjs.join(format!("{file}.c")));
    }
    clang::add(&mut build, "c/shim.c");
    clang::link(&build, "quickjs");
}
