/* An Extism plug-in: counts the vowels of its input. Built as for any Extism host; see README.md. */
#include <stdint.h>

#define IMPORT(name) __attribute__((import_module("extism:host/env"), import_name(name)))

IMPORT("alloc") uint64_t extism_alloc(uint64_t length);
IMPORT("store_u8") void extism_store_u8(uint64_t at, uint32_t byte);
IMPORT("input_length") uint64_t extism_input_length(void);
IMPORT("input_load_u8") uint32_t extism_input_load_u8(uint64_t offset);
IMPORT("output_set") void extism_output_set(uint64_t at, uint64_t length);

static int is_vowel(uint32_t byte) {
  for (const char *each = "aeiouAEIOU"; *each != 0; each++)
    if (byte == (uint8_t)*each) return 1;
  return 0;
}

static const char before[] = "{\"count\":";

__attribute__((export_name("count_vowels"))) int32_t count_vowels(void) {
  uint64_t count = 0;
  for (uint64_t index = 0; index < extism_input_length(); index++) count += is_vowel(extism_input_load_u8(index));
  char digits[20];
  int first = 20;
  do digits[--first] = (char)('0' + count % 10);
  while ((count /= 10) > 0);
  uint64_t output = extism_alloc(sizeof before + 20), at = output;
  for (const char *each = before; *each != 0; each++) extism_store_u8(at++, (uint8_t)*each);
  while (first < 20) extism_store_u8(at++, (uint8_t)digits[first++]);
  extism_store_u8(at++, '}');
  extism_output_set(output, at - output);
  return 0;
}
