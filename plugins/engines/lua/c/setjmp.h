/* The C standard's setjmp on WebAssembly exceptions: clang lowers the two calls to the functions of sjlj.c. */
#ifndef CRUCIBLE_SETJMP_H
#define CRUCIBLE_SETJMP_H

typedef struct {
  void *invocation; /* which activation of the function called setjmp */
  unsigned label;   /* which of its calls it was */
  struct {
    void *buffer;
    int value;
  } thrown; /* what longjmp throws */
} jmp_buf[1];

int setjmp(jmp_buf) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf, int);

#endif
