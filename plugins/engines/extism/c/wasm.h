/* What every module here needs of the compiler: there is no C library. */
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define NULL ((void *)0)
#define EXPORT(name) __attribute__((export_name(name)))
#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))

/* One instruction each (bulk memory); ranges of `copy` may overlap. */
static inline void copy(void *to, const void *from, u32 length) { __builtin_memmove(to, from, length); }
static inline void fill(void *to, u8 byte, u32 length) { __builtin_memset(to, byte, length); }

static inline u64 memory_bytes_now(void) { return (u64)__builtin_wasm_memory_size(0) << 16; }
