/*
 * What the host says about a plug-in, once, before the plug-in starts: its tools and its configuration. The bytes are written by
 * host/src/plugins/extism/settings.ts: numbers are u32, little-endian, texts have their length before them.
 *
 *     tools: count, then for each: input form, output form, name
 *     configuration: count, then for each: key, value
 */
#include "kernel.h"

static const u8 *settings;

EXPORT("reserve") u32 settings_reserve(u32 bytes) { return heap_reserve(bytes); }
EXPORT("configure") void settings_configure(u32 at) { settings = (const u8 *)at; }

static u32 number(const u8 **at) {
  u32 value;
  __builtin_memcpy(&value, *at, 4);
  *at += 4;
  return value;
}

static struct text text(const u8 **at) {
  u32 length = number(at);
  struct text result = {*at, length};
  *at += length;
  return result;
}

u32 tool_count(void) {
  const u8 *at = settings;
  return number(&at);
}

static void next_tool(const u8 **at, struct tool *tool) {
  tool->input = (u8)number(at);
  tool->output = (u8)number(at);
  struct text name = text(at);
  tool->name = name.at;
  tool->name_length = name.length;
}

void tool_get(u32 index, struct tool *tool) {
  const u8 *at = settings + 4;
  for (u32 left = index + 1; left > 0; left--) next_tool(&at, tool);
}

const u8 *config_find(struct text key, u32 *length) {
  const u8 *at = settings;
  struct tool tool;
  for (u32 left = number(&at); left > 0; left--) next_tool(&at, &tool);
  for (u32 left = number(&at); left > 0; left--) {
    struct text name = text(&at), value = text(&at);
    if (name.length != key.length) continue;
    u32 index = 0;
    while (index < key.length && name.at[index] == key.at[index]) index++;
    if (index < key.length) continue;
    *length = value.length;
    return value.at;
  }
  return NULL;
}
