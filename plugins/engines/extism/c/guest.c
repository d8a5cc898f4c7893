/*
 * The interface `guest` of our WIT package for an Extism plug-in: which tools it has, what its input is for arguments in JSON, what
 * its output is as JSON, what its failure is. Layouts are those of the Canonical ABI for wit/guest.wit and wit/types.wit.
 */
#include "kernel.h"

IMPORT("exit", "raise") _Noreturn void raise(void);

static u8 has_failed, failure_code;
static struct text failure_message;
static int exit_code; /* Of the `proc_exit` that ended the call. */
static u8 has_exited;
static u8 is_over = 1; /* The next call begins with an empty heap. */
static struct tool current;

static void begin_heap(void) {
  if (!is_over) return;
  is_over = 0;
  heap_begin();
  input_at = input_size = output_at = output_size = error_at = 0;
  has_failed = has_exited = 0;
}

/* For the Canonical ABI: what the host writes into this memory. Between calls the first of it begins the next one. */
EXPORT("cabi_realloc") void *cabi_realloc(void *old, u32 old_size, u32 alignment, u32 size) {
  (void)alignment; /* Blocks are aligned to 16. */
  begin_heap();
  void *block = block_new(size);
  if (block == NULL) __builtin_trap();
  if (old != NULL) copy(block, old, old_size < size ? old_size : size);
  return block;
}

void set_failure(u8 code, const u8 *message, u32 length) {
  if (has_failed) return; /* What came first is the cause. */
  has_failed = 1;
  failure_code = code;
  failure_message = (struct text){message, length};
}

static u32 length_of(const char *text) {
  u32 length = 0;
  while (text[length] != 0) length++;
  return length;
}

_Noreturn void fail(u8 code, const char *message) {
  set_failure(code, (const u8 *)message, length_of(message));
  raise();
}

EXPORT("deny_http") _Noreturn void deny_http(void) {
  fail(CODE_DENIED, "The plug-in sends an HTTP request; this host gives Extism plug-ins no network");
}

EXPORT("exit") _Noreturn void exit_with(int code) {
  has_exited = 1;
  exit_code = code;
  raise();
}

static int is_named(const struct tool *tool, const u8 *name, u32 length) {
  if (tool->name_length != length) return 0;
  for (u32 index = 0; index < length; index++)
    if (tool->name[index] != name[index]) return 0;
  return 1;
}

static const char INPUT[] = "{\"input\":";

/* The text of `{"input":"…"}`, which the host has held against the schema. */
static int input_text(const u8 *args, u32 length, struct text *out) {
  u32 start = sizeof INPUT - 1;
  if (length < start + 3) return 0;
  for (u32 index = 0; index < start; index++)
    if (args[index] != (u8)INPUT[index]) return 0;
  return args[length - 1] == '}' && json_unquote(args + start, length - start - 1, out);
}

static int refuse_arguments(const char *message) {
  set_failure(CODE_INVALID_ARGUMENTS, (const u8 *)message, length_of(message));
  return -1;
}

/* Begins a call. The number of its tool, or -1 for a call that failed already. */
EXPORT("begin") int begin(const u8 *name, u32 name_length, const u8 *args, u32 length) {
  begin_heap();
  u32 count = tool_count(), index = 0;
  for (; index < count; index++) {
    tool_get(index, &current);
    if (is_named(&current, name, name_length)) break;
  }
  if (index == count) return refuse_arguments("The plug-in exports no such function");
  struct text input = {args, length};
  if (current.input != AS_JSON && !input_text(args, length, &input)) return refuse_arguments("\"input\" must be text");
  if (current.input == AS_BASE64 && !base64_decode(input.at, input.length, &input))
    return refuse_arguments("\"input\" must be base64, with padding");
  input_at = (u32)input.at;
  input_size = input.length;
  return (int)index;
}

/* What `call` answers: result<json, failure>. */
static struct {
  u8 is_error;
  u32 ok_or_code;
  u32 ok_length_or_message;
  u32 message_length;
  u32 has_position;
  u32 position[4];
  u32 stack;
  u32 stack_length;
} answer;

static void answer_json(struct text json) {
  answer.is_error = 0;
  answer.ok_or_code = (u32)json.at;
  answer.ok_length_or_message = json.length;
}

static void put_decimal(u8 **to, u32 value) {
  u8 digits[10];
  u32 count = 0;
  do digits[count++] = '0' + value % 10;
  while ((value /= 10) > 0);
  while (count > 0) *(*to)++ = digits[--count];
}

static void fail_with_number(const char *words, int number) {
  u32 length = length_of(words);
  u8 *start = block_new(length + 11), *to = start;
  if (start == NULL) __builtin_trap();
  copy(to, words, length);
  to += length;
  if (number < 0) *to++ = '-';
  put_decimal(&to, number < 0 ? 0u - (u32)number : (u32)number);
  set_failure(CODE_GUEST_ERROR, start, (u32)(to - start));
}

static void judge(int status) {
  if (has_exited && exit_code != 0) fail_with_number("The plug-in ended itself with exit code ", exit_code);
  if (error_at != 0) set_failure(CODE_GUEST_ERROR, (const u8 *)(u32)error_at, block_length(error_at));
  if (!has_exited && status != 0) fail_with_number("The plug-in's function returned ", status);
}

static void answer_output(void) {
  const u8 *at = (const u8 *)(u32)output_at;
  u32 length = (u32)output_size;
  if (current.output == AS_BASE64) return answer_json(base64_json(at, length));
  if (length == 0 && current.output == AS_IT_IS) return answer_json((struct text){(const u8 *)"null", 4});
  if (utf8_bad(at, length) != length) {
    const char *message = "The plug-in's output is not text in UTF-8; say output = \"base64\" for this tool in its manifest";
    set_failure(CODE_GUEST_ERROR, (const u8 *)message, length_of(message));
    return;
  }
  int json = current.output != AS_TEXT && is_json(at, length);
  if (json) return answer_json((struct text){at, length});
  if (current.output != AS_JSON) return answer_json(json_string(at, length));
  const char *message = "The plug-in's output is not JSON";
  set_failure(CODE_GUEST_ERROR, (const u8 *)message, length_of(message));
}

/* Ends a call; `status` is what the function returned. The address of a result<json, failure>. */
EXPORT("finish") void *finish(int status) {
  is_over = 1;
  if (!has_failed) judge(status);
  if (!has_failed) answer_output();
  if (has_failed) {
    struct text message = utf8_clean(failure_message.at, failure_message.length);
    answer.is_error = 1;
    answer.ok_or_code = failure_code;
    answer.ok_length_or_message = (u32)message.at;
    answer.message_length = message.length;
    answer.has_position = answer.stack = answer.stack_length = 0;
  }
  return &answer;
}

struct wit_tool {
  struct text name, description, parameters;
  u32 has_returns;
  struct text returns;
};

static struct text constant(const char *text) { return (struct text){(const u8 *)text, length_of(text)}; }

static struct text schema_of(u8 input) {
  if (input == AS_JSON) return constant("{\"type\":\"object\"}");
  return constant(
    input == AS_TEXT
      ? "{\"type\":\"object\",\"required\":[\"input\"],\"properties\":{\"input\":{\"type\":\"string\"}},\"additionalProperties\":false}"
      : "{\"type\":\"object\",\"required\":[\"input\"],\"properties\":{\"input\":{\"type\":\"string\",\"description\":\"base64\"}},\"additionalProperties\":false}"
  );
}

EXPORT("tools") void *tools(void) {
  static struct {
    struct wit_tool *list;
    u32 length;
  } result;
  begin_heap();
  is_over = 1;
  result.length = tool_count();
  result.list = block_new(result.length * sizeof(struct wit_tool));
  if (result.list == NULL) __builtin_trap();
  for (u32 index = 0; index < result.length; index++) {
    struct tool tool;
    tool_get(index, &tool);
    result.list[index] = (struct wit_tool){
      .name = {tool.name, tool.name_length}, .description = {NULL, 0}, .parameters = schema_of(tool.input), .has_returns = 0};
  }
  return &result;
}

/* What host.c needs of this memory. */

static struct text message;
static u8 is_message_copied;

/* A text to be logged, in UTF-8: its address and length. */
static struct text *message_of(const u8 *at, u32 length) {
  message = utf8_clean(at, length);
  is_message_copied = message.at != at;
  return &message;
}

EXPORT("message") struct text *log_message(u64 handle) {
  if (!is_handle(handle)) fail(CODE_GUEST_ERROR, "The plug-in logs a message that is no memory handle");
  return message_of((const u8 *)(u32)handle, block_length(handle));
}

EXPORT("message_done") void message_done(void) {
  if (is_message_copied) block_release((u32)message.at);
}

/* For what the host's functions answer. */
EXPORT("scratch") void *scratch(void) {
  static u64 bytes[4];
  return bytes;
}

enum { LINE = 4096 };

/* What was written to stdout and stderr since the last line break. */
static struct {
  u32 length;
  u8 bytes[LINE];
} lines[2];

/* Adds a byte; whether the line is to be logged before anything else. */
EXPORT("line_add") int line_add(u32 stream, u8 byte) {
  if (byte == '\n') return 1;
  lines[stream].bytes[lines[stream].length++] = byte;
  return lines[stream].length == LINE;
}

/* The line, which is empty afterwards. NULL where nothing is in it and `only_text` is asked for. */
EXPORT("line_take") struct text *line_take(u32 stream, int only_text) {
  u32 length = lines[stream].length;
  if (length == 0 && only_text) return NULL;
  lines[stream].length = 0;
  return message_of(lines[stream].bytes, length);
}
