/* What clang's lowering of setjmp and longjmp (-wasm-enable-sjlj) calls. The tag of the exception, number 1, it defines itself. */
#include <stdint.h>

#include "setjmp.h"

#define LONGJMP_TAG 1

void __wasm_setjmp(void *buffer, uint32_t label, void *invocation) {
  __typeof__(((jmp_buf *)0)[0][0]) *jump = buffer;
  jump->invocation = invocation;
  jump->label = label;
}

uint32_t __wasm_setjmp_test(void *buffer, void *invocation) {
  __typeof__(((jmp_buf *)0)[0][0]) *jump = buffer;
  return jump->invocation == invocation ? jump->label : 0;
}

void __wasm_longjmp(void *buffer, int value) {
  __typeof__(((jmp_buf *)0)[0][0]) *jump = buffer;
  jump->thrown.buffer = buffer;
  jump->thrown.value = value ? value : 1;
  __builtin_wasm_throw(LONGJMP_TAG, &jump->thrown);
}
