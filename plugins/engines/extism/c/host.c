/*
 * Between plug-ins and the capabilities of our host: log, clock, random. It has no memory of its own and works in the kernel's, without a
 * stack there: the build refuses it otherwise.
 */
#include "wasm.h"

struct text {
  const u8 *at;
  u32 length;
};

IMPORT("crucible:plugin/log@0.1.0", "write") void log_write(u32 level, const u8 *at, u32 length);
IMPORT("crucible:plugin/clock@0.1.0", "now-ms") void clock_now_ms(void *result);
IMPORT("crucible:plugin/clock@0.1.0", "monotonic-ns") void clock_monotonic_ns(void *result);
IMPORT("crucible:plugin/random@0.1.0", "next-u64") void random_next_u64(void *result);

IMPORT("kernel", "message") const struct text *message(u64 handle);
IMPORT("kernel", "message_done") void message_done(void);
IMPORT("kernel", "deny_http") _Noreturn void deny_http(void);
IMPORT("kernel", "scratch") u8 *scratch(void);
IMPORT("kernel", "free") void release(u64 handle);
IMPORT("kernel", "line_add") int line_add(u32 stream, u8 byte);
IMPORT("kernel", "line_take") const struct text *line_take(u32 stream, int only_text);
IMPORT("kernel", "finish") void *kernel_finish(int status);

/* wit/log.wit */
enum { DEBUG, INFO, WARN, ERROR };

static void log(u32 level, u64 handle) {
  const struct text *text = message(handle);
  log_write(level, text->at, text->length);
  message_done();
}

EXPORT("log_trace") void log_trace(u64 handle) { log(DEBUG, handle); }
EXPORT("log_debug") void log_debug(u64 handle) { log(DEBUG, handle); }
EXPORT("log_info") void log_info(u64 handle) { log(INFO, handle); }
EXPORT("log_warn") void log_warn(u64 handle) { log(WARN, handle); }
EXPORT("log_error") void log_error(u64 handle) { log(ERROR, handle); }

/* Extism counts trace, debug, …: a plug-in need not make messages that are finer than ours. */
EXPORT("get_log_level") int get_log_level(void) { return 1; }

EXPORT("http_request") u64 http_request(u64 request, u64 body) {
  (void)request, (void)body;
  deny_http();
}
EXPORT("http_status_code") int http_status_code(void) { return 0; }
EXPORT("http_headers") u64 http_headers(void) { return 0; }

/* For wasi.c: errors are those of preview 1. */

enum { SUCCESS = 0, INVALID = 28, NO_SUCH_FUNCTION = 52, NOT_SUPPORTED = 58, NOT_CAPABLE = 76 };

/* result<u64, error>: what a function of the host answered. */
static int status_of(const u8 *result) {
  if (result[0] == 0) return SUCCESS;
  release(*(const u32 *)(result + 12)); /* The sentence. */
  return result[8] == 0 ? NOT_CAPABLE : NO_SUCH_FUNCTION;
}

/* Nanoseconds of a clock, for `answer`. */
EXPORT("ask_clock") int ask_clock(u32 id) {
  u8 *result = scratch();
  if (id == 0) clock_now_ms(result);
  else if (id == 1) clock_monotonic_ns(result);
  else return id <= 3 ? NOT_SUPPORTED : INVALID;
  int status = status_of(result);
  if (status == SUCCESS && id == 0) *(u64 *)(result + 8) *= 1000000;
  return status;
}

EXPORT("ask_random") int ask_random(void) {
  u8 *result = scratch();
  random_next_u64(result);
  return status_of(result);
}

EXPORT("answer") u64 answer(void) { return *(const u64 *)(scratch() + 8); }

static void write_line(u32 stream, int only_text) {
  const struct text *line = line_take(stream, only_text);
  if (line == NULL) return;
  log_write(stream == 0 ? INFO : WARN, line->at, line->length);
  message_done();
}

/* Up to eight bytes for stdout (0) or stderr (1). */
EXPORT("print") void print(u32 stream, u64 bytes, u32 count) {
  for (; count > 0; count--, bytes >>= 8)
    if (line_add(stream, (u8)bytes)) write_line(stream, 0);
}

/* The end of a call: what was printed without a line break at the end is logged too. */
EXPORT("finish") void *finish(int status) {
  write_line(0, 1);
  write_line(1, 1);
  return kernel_finish(status);
}
