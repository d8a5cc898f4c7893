/* What goes in and out of one call: input, output, error message. As heap.c, after Extism's kernel. */
#include "kernel.h"

u64 input_at, input_size, output_at, output_size, error_at;

EXPORT("input_offset") u64 input_offset(void) { return input_at; }
EXPORT("input_length") u64 input_length(void) { return input_size; }

EXPORT("input_load_u8") u32 input_load_u8(u64 offset) {
  return offset < input_size ? *(u8 *)(u32)(input_at + offset) : 0;
}

EXPORT("input_load_u64") u64 input_load_u64(u64 offset) {
  if (input_size < 8 || offset > input_size - 8) return 0;
  u64 value;
  __builtin_memcpy(&value, (void *)(u32)(input_at + offset), 8);
  return value;
}

EXPORT("output_offset") u64 output_offset(void) { return output_at; }
EXPORT("output_length") u64 output_length(void) { return output_size; }

EXPORT("error_set") void error_set(u64 handle) {
  if (handle == 0 || is_handle(handle)) error_at = handle;
}
EXPORT("error_get") u64 error_get(void) { return error_at; }
