/*
 * Variables and configuration of a plug-in (`var_get`, `var_set`, `config_get`). Variables stay from call to call of one instance. They
 * are blocks among the others until the next call begins; then they are moved to the bottom of the memory, where no plug-in reaches.
 */
#include "kernel.h"

/* As Extism counts: each has its key, its value and 48 bytes, and all together no more than a mebibyte. */
enum { OVERHEAD = 48, LIMIT = 1 << 20 };

struct variable {
  struct variable *next;
  u32 key_length;
  u32 value_length;
  u32 unused;
  u8 bytes[];
};

static struct variable *first; /* In the order of their addresses. */

static u32 size_of(const struct variable *variable) {
  return sizeof *variable + variable->key_length + variable->value_length;
}

/*
 * The variable that a link leads to; NULL at the end, and where what is there cannot be one: until the next call a plug-in can write over it.
 * Each lies above the one before, so that following links ends.
 */
static struct variable *at_link(struct variable *const *link, u32 end) {
  struct variable *variable = *link;
  u64 at = (u32)variable;
  if (variable == NULL || (link != &first && (u32)link >= at) || at + sizeof *variable > end) return NULL;
  return at + sizeof *variable + (u64)variable->key_length + variable->value_length > end ? NULL : variable;
}

/* Moves the variables to the beginning of the heap, which is empty; its blocks ended at `end`. */
void variables_compact(u32 end) {
  struct variable **link = &first;
  struct variable *from = at_link(&first, end);
  while (from != NULL) {
    struct variable *next = at_link(&from->next, end);
    u32 size = size_of(from);
    /* Downwards, over what was moved before or was free. */
    struct variable *to = (struct variable *)heap_reserve(size);
    copy(to, from, size);
    *link = to;
    link = &to->next;
    from = next;
  }
  *link = NULL;
}

static int same(const u8 *a, const u8 *b, u32 length) {
  for (u32 index = 0; index < length; index++)
    if (a[index] != b[index]) return 0;
  return 1;
}

static struct text key_at(u64 handle) {
  if (!is_handle(handle)) fail(CODE_GUEST_ERROR, "The plug-in gave a key that is no memory handle");
  return (struct text){(const u8 *)(u32)handle, block_length(handle)};
}

static struct variable **find(struct text key) {
  for (struct variable **link = &first; at_link(link, heap_end()) != NULL; link = &(*link)->next)
    if ((*link)->key_length == key.length && same((*link)->bytes, key.at, key.length)) return link;
  return NULL;
}

static u64 new_handle(const u8 *at, u32 length) {
  void *block = block_new(length);
  if (block == NULL) __builtin_trap(); /* Memory: the host knows that it could not grow. */
  copy(block, at, length);
  return (u32)block;
}

EXPORT("var_get") u64 var_get(u64 key) {
  struct variable **link = find(key_at(key));
  return link == NULL ? 0 : new_handle((*link)->bytes + (*link)->key_length, (*link)->value_length);
}

EXPORT("var_set") void var_set(u64 key_handle, u64 value) {
  struct text key = key_at(key_handle);
  struct variable **old = find(key);
  if (value != 0) {
    if (!is_handle(value)) fail(CODE_GUEST_ERROR, "The plug-in gave a variable a value that is no memory handle");
    u32 length = block_length(value);
    u64 size = (u64)OVERHEAD + key.length + length;
    for (struct variable **link = &first; at_link(link, heap_end()) != NULL; link = &(*link)->next)
      size += OVERHEAD + (*link)->key_length + (*link)->value_length;
    if (size > LIMIT) fail(CODE_TRANSFER_LIMIT, "The variables of the plug-in are larger than 1 MiB together");
    struct variable *variable = block_new(sizeof *variable + key.length + length);
    if (variable == NULL) __builtin_trap();
    variable->key_length = key.length;
    variable->value_length = length;
    copy(variable->bytes, key.at, key.length);
    copy(variable->bytes + key.length, (const u8 *)(u32)value, length);
    struct variable **link = &first;
    while (at_link(link, heap_end()) != NULL && *link < variable) link = &(*link)->next;
    variable->next = at_link(link, heap_end());
    *link = variable;
    if (old == link) old = &variable->next;
  }
  if (old == NULL) return;
  struct variable *gone = *old;
  *old = gone->next;
  block_release((u32)gone);
}

const u8 *config_find(struct text key, u32 *length);

EXPORT("config_get") u64 config_get(u64 key) {
  u32 length;
  const u8 *value = config_find(key_at(key), &length);
  return value == NULL ? 0 : new_handle(value, length);
}
