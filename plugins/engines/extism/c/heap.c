/*
 * The memory that Extism plug-ins share with their host, in blocks: `alloc`, `free`, `length`, and loads and stores that look at
 * bounds. A handle is the address of a block's bytes. The semantics are those of Extism's kernel (extism/extism, kernel/src/lib.rs):
 * 0 is no handle, what is out of bounds loads as 0 and is not stored.
 *
 * Free blocks wait in a list for each size class, four to a power of two. All blocks end when the next call begins; `variables.c` moves
 * what stays to the bottom, out of reach.
 */
#include "kernel.h"

enum { ALIGN = 16, ACTIVE = 0x45787469, CLASSES = 120 };

struct block {
  u32 capacity;
  u32 length;
  u32 state;
  struct block *next;
};

extern u8 __heap_base[];

static u32 bottom; /* Blocks that plug-ins reach begin here. */
static u32 top;    /* The first byte that belongs to no block. */
static struct block *released[CLASSES];

static u32 align(u32 value) { return (value + ALIGN - 1) & ~(u32)(ALIGN - 1); }

static void ensure(void) {
  if (top == 0) bottom = top = align((u32)__heap_base);
}

u32 heap_end(void) { return top; }

/* Whether the memory reaches as far as `end`, perhaps after it has grown. */
static int reach(u64 end) {
  u64 now = memory_bytes_now();
  if (end <= now) return 1;
  u64 pages = (end - now + 0xffff) >> 16;
  return pages < 65536 && __builtin_wasm_memory_grow(0, (u32)pages) != (u32)-1;
}

/* Bytes at the bottom for good. To be called while no block is there. */
u32 heap_reserve(u32 bytes) {
  ensure();
  u32 at = bottom;
  if (!reach((u64)at + bytes + ALIGN)) __builtin_trap();
  bottom = top = align(at + bytes);
  return at;
}

static u32 base; /* `bottom` before variables were put there. */

/* All blocks are gone, but for what variables.c keeps. */
void heap_begin(void) {
  ensure();
  if (base == 0) base = bottom;
  fill(released, 0, sizeof released);
  u32 end = top;
  bottom = top = base;
  variables_compact(end);
  bottom = top;
}

static u32 class_of(u32 length, u32 *rounded) {
  u32 size = align(length);
  if (size <= 64) {
    *rounded = size;
    return size / ALIGN;
  }
  u32 log = 31 - __builtin_clz(size - 1);
  u32 step = 1u << (log - 2);
  *rounded = (size + step - 1) & ~(step - 1);
  return 5 + (log - 6) * 4 + (((*rounded - 1) >> (log - 2)) & 3);
}

/* NULL where the memory may not grow. */
void *block_new(u32 length) {
  ensure();
  if (length > 0x70000000) return NULL;
  u32 capacity;
  u32 class = class_of(length == 0 ? 1 : length, &capacity);
  struct block *block = released[class];
  if (block != NULL) {
    released[class] = block->next;
  } else {
    u64 end = (u64)top + sizeof(struct block) + capacity;
    if (!reach(end)) return NULL;
    block = (struct block *)top;
    top = (u32)end;
    block->capacity = capacity;
  }
  block->length = length;
  block->state = ACTIVE;
  block->next = NULL;
  return block + 1;
}

static struct block *block_at(u64 handle) {
  if (handle < (u64)bottom + sizeof(struct block) || handle >= top || handle % ALIGN != 0) return NULL;
  struct block *block = (struct block *)(u32)handle - 1;
  /* A plug-in may have written over the head: what it says stays inside of its own blocks. */
  if (block->state != ACTIVE || handle + block->length > top) return NULL;
  return block;
}

int is_handle(u64 handle) { return block_at(handle) != NULL; }

u32 block_length(u64 handle) {
  struct block *block = block_at(handle);
  return block == NULL ? 0 : block->length;
}

void block_release(u64 handle) {
  struct block *block = block_at(handle);
  if (block == NULL) return;
  u32 rounded;
  u32 class = class_of(block->capacity, &rounded);
  block->state = 0;
  if (rounded != block->capacity || class >= CLASSES) return; /* Written over. */
  block->next = released[class];
  released[class] = block;
}

EXPORT("alloc") u64 heap_alloc(u64 length) {
  if (length == 0 || length > 0x70000000) return 0;
  return (u32)block_new((u32)length);
}

EXPORT("free") void heap_free(u64 handle) {
  if (handle != 0 && handle == input_at) input_size = 0;
  block_release(handle);
}

EXPORT("length") u64 heap_length(u64 handle) { return block_length(handle); }

/* Extism's own checks less here; ours costs no more than a few instructions. */
EXPORT("length_unsafe") u64 heap_length_unsafe(u64 handle) { return block_length(handle); }

static int inside(u64 at, u64 length) { return at >= bottom && at <= top && length <= top - at; }

EXPORT("load_u8") u32 heap_load_u8(u64 at) { return inside(at, 1) ? *(u8 *)(u32)at : 0; }

EXPORT("load_u64") u64 heap_load_u64(u64 at) {
  if (!inside(at, 8)) return 0;
  u64 value;
  __builtin_memcpy(&value, (void *)(u32)at, 8);
  return value;
}

EXPORT("store_u8") void heap_store_u8(u64 at, u32 value) {
  if (inside(at, 1)) *(u8 *)(u32)at = (u8)value;
}

EXPORT("store_u64") void heap_store_u64(u64 at, u64 value) {
  if (inside(at, 8)) __builtin_memcpy((void *)(u32)at, &value, 8);
}

EXPORT("memory_bytes") u64 heap_memory_bytes(void) { return memory_bytes_now(); }

EXPORT("output_set") void heap_output_set(u64 at, u64 length) {
  if (!inside(at, length)) return;
  output_at = at;
  output_size = length;
}
