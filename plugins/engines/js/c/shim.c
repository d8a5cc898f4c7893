/*
 * What is C by nature: memory for quickjs-ng that traps when there is none, and values whose layout only its header knows.
 *
 * quickjs-ng reports a failed allocation as an exception that a program could catch and go on after. The host's memory cap is a
 * boundary, so a failed allocation traps at once; the host knows that it refused to grow the memory and says so.
 */
#include <quickjs.h>

static void *checked(void *pointer) {
  if (!pointer) __builtin_trap();
  return pointer;
}

static void *take(void *opaque, size_t size) { return checked(malloc(size)); }
static void *take_zeroed(void *opaque, size_t count, size_t size) { return checked(calloc(count, size)); }
static void give_back(void *opaque, void *pointer) { free(pointer); }

static void *resize(void *opaque, void *pointer, size_t size) {
  if (size == 0) {
    free(pointer);
    return 0;
  }
  return checked(realloc(pointer, size));
}

static size_t usable(const void *pointer) { return malloc_usable_size((void *)pointer); }

JSRuntime *crucible_new_runtime(void) {
  static const JSMallocFunctions functions = {take_zeroed, take, give_back, resize, usable};
  return JS_NewRuntime2(&functions, 0);
}

/* Of both kinds of numbers; anything else is no number. */
double crucible_number(JSValue value) {
  return JS_VALUE_GET_TAG(value) == JS_TAG_INT ? JS_VALUE_GET_INT(value) : JS_VALUE_GET_FLOAT64(value);
}

int crucible_tag(JSValue value) { return JS_VALUE_GET_NORM_TAG(value); }

void *crucible_pointer(JSValue value) { return JS_VALUE_GET_PTR(value); }

JSValue crucible_integer(JSContext *context, int64_t value) { return JS_NewInt64(context, value); }

JSValue crucible_float(JSContext *context, double value) { return JS_NewFloat64(context, value); }
