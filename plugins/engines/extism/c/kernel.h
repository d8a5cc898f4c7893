/* The kernel's parts, as they see each other. What plug-ins can reach is in shell.wat. */
#pragma once
#include "wasm.h"

/* heap.c */
struct block;
void heap_begin(void);
u32 heap_reserve(u32 bytes);
u32 heap_end(void);
void *block_new(u32 length);
u32 block_length(u64 handle); /* 0: no handle */
int is_handle(u64 handle);
void block_release(u64 handle);

/* exchange.c: what goes in and out of a call */
extern u64 input_at, input_size, output_at, output_size, error_at;

/* variables.c */
void variables_compact(u32 end);

/* settings.c */
struct tool {
  const u8 *name;
  u32 name_length;
  u8 input;
  u8 output;
};
enum { AS_JSON, AS_TEXT, AS_BASE64, AS_IT_IS };
u32 tool_count(void);
void tool_get(u32 index, struct tool *tool);

/* text.c */
struct text {
  const u8 *at;
  u32 length;
};
u32 utf8_bad(const u8 *at, u32 length); /* where the first byte is that is no UTF-8; `length` where all is */
struct text utf8_clean(const u8 *at, u32 length);
int is_json(const u8 *at, u32 length);
struct text json_string(const u8 *at, u32 length);
int json_unquote(const u8 *at, u32 length, struct text *out);
struct text base64_json(const u8 *at, u32 length);
int base64_decode(const u8 *at, u32 length, struct text *out);

/* guest.c; the numbers are those of `error-code` in wit/types.wit */
enum { CODE_TRANSFER_LIMIT = 5, CODE_DENIED = 6, CODE_INVALID_ARGUMENTS = 10, CODE_GUEST_ERROR = 12 };
_Noreturn void fail(u8 code, const char *message);
void set_failure(u8 code, const u8 *message, u32 length);
