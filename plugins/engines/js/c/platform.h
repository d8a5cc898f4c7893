/*
 * What quickjs-ng takes this platform for. Told that it is WASI it would know no limit of the stack; told that it is Emscripten,
 * which is WebAssembly as well, it keeps the limit, has no threads and no Atomics, and dispatches instructions by a switch, which
 * is faster here than computed jumps. The headers come first, for wasi-libc's own refuse everything but WASI.
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <malloc.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#undef __wasi__
#define EMSCRIPTEN 1
