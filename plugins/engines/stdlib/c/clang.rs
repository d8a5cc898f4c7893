//! How the build scripts of engines compile an interpreter that is written in C, and the few C functions beside it: by clang with a
//! wasm32 target and the headers and archive of wasi-libc, nothing of whose WASI is left in the result.

use std::env;
use std::path::{Path, PathBuf};

/// wasi-libc's system calls, all refused.
const WASI: &str = "stdlib/c/wasi.c";

/// The interpreter's own `sources` are where `scripts/engines.mjs` puts them, and known to debuggers as `name`.
pub fn build(sources: &Path, name: &str) -> cc::Build {
    assert!(sources.is_dir(), "{} is missing; build with `npm run engines -- {name}`", sources.display());
    let mut build = cc::Build::new();
    build
        .compiler(tool("CLANG", "clang-19"))
        .archiver(tool("LLVM_AR", "llvm-ar-19"))
        .no_default_flags(true)
        .cargo_metadata(true)
        .warnings(false)
        .include(sources)
        .flag("--target=wasm32-wasi")
        .flag("-O2")
        .flag("-fno-strict-aliasing")
        .flag(format!("-ffile-prefix-map=target=/{name}"))
        .flag("-mbulk-memory");
    add(&mut build, WASI);
    build
}

/// Adds a C file that is ours.
pub fn add(build: &mut cc::Build, file: &str) {
    build.file(file);
    println!("cargo:rerun-if-changed={file}");
}

/// Compiles what was added and links it and libc.
pub fn link(build: &cc::Build, name: &str) {
    build.compile(name);
    println!("cargo:rustc-link-search=native={}", libc_folder().display());
    println!("cargo:rustc-link-lib=static=c");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", file!());
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
