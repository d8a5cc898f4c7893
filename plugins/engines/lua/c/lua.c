/*
 * All of Lua as one unit, so that the interpreter's loop can inline what it calls: its own sources, but for the main program and
 * the libraries that reach the system. Differs from them in one point: how an integer becomes text.
 */
#define LUA_CORE
#define LUA_LIB

#include "lprefix.h"

/* libc's headers before everything, for `luaconf.h` is changed below. */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "luaconf.h"

/* What the files share is seen by nobody else. */
#undef LUAI_FUNC
#undef LUAI_DDEC
#undef LUAI_DDEF
#define LUAI_FUNC static
#define LUAI_DDEC(definition) static definition
#define LUAI_DDEF static

/* As "%lld" of snprintf, which takes most of the time of `tostring(i)` and `i .. ""`. Answers the length. */
static int integer_to_text(char *text, long long value) {
  char digits[20];
  char *first = digits + sizeof digits;
  unsigned long long rest = value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value;
  for (; rest > UINT_MAX; rest /= 10) *--first = '0' + rest % 10;
  unsigned small = rest;
  do *--first = '0' + small % 10;
  while ((small /= 10) != 0);
  if (value < 0) *--first = '-';
  int length = digits + sizeof digits - first;
  memcpy(text, first, length);
  text[length] = 0;
  return length;
}

#undef lua_integer2str
#define lua_integer2str(text, size, value) integer_to_text(text, value)

#include "lzio.c"
#include "lctype.c"
#include "lopcodes.c"
#include "lmem.c"
#include "lundump.c"
#include "ldump.c"
#include "lstate.c"
#include "lgc.c"
#include "llex.c"
#include "lcode.c"
#include "lparser.c"
#include "ldebug.c"
#include "lfunc.c"
#include "lobject.c"
#include "ltm.c"
#include "lstring.c"
#include "ltable.c"

/* The frames of a call are paid from the stack budget: what leads to a C function or to the interpreter is one frame less. */
#undef l_sinline
#define l_sinline static inline __attribute__((always_inline))
#include "ldo.c"
#undef l_sinline
#define l_sinline static l_inline

#include "lvm.c"
#include "lapi.c"
#include "lauxlib.c"
#include "lbaselib.c"
#include "lcorolib.c"
#include "lmathlib.c"
#include "lstrlib.c"
#include "ltablib.c"
#include "lutf8lib.c"
