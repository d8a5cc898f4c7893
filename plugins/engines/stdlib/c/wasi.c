/* wasi-libc's system calls, all refused: with them in place an engine imports nothing of WASI. */
#include <stdint.h>

/* "There is no such descriptor": with another error wasi-libc ends the program before it begins. */
#define EBADF 8
#define REFUSED(name, ...) \
  int32_t __imported_wasi_snapshot_preview1_##name(__VA_ARGS__) { return EBADF; }

REFUSED(fd_close, int32_t fd)
REFUSED(fd_fdstat_get, int32_t fd, int32_t stat)
REFUSED(fd_fdstat_set_flags, int32_t fd, int32_t flags)
REFUSED(fd_prestat_dir_name, int32_t fd, int32_t path, int32_t length)
REFUSED(fd_prestat_get, int32_t fd, int32_t stat)
REFUSED(fd_read, int32_t fd, int32_t vectors, int32_t count, int32_t read)
REFUSED(fd_renumber, int32_t from, int32_t to)
REFUSED(fd_seek, int32_t fd, int64_t offset, int32_t whence, int32_t position)
REFUSED(fd_write, int32_t fd, int32_t vectors, int32_t count, int32_t written)
REFUSED(path_open, int32_t fd, int32_t look, int32_t path, int32_t length, int32_t open, int64_t rights,
        int64_t inherited, int32_t flags, int32_t opened)
REFUSED(random_get, int32_t buffer, int32_t length)

_Noreturn void __imported_wasi_snapshot_preview1_proc_exit(int32_t code) { __builtin_trap(); }

/* The clock stands still: quickjs-ng seeds its hashes with it, and no result may depend on when it started. Plugins have `crucible:clock`. */
int32_t __imported_wasi_snapshot_preview1_clock_time_get(int32_t clock, int64_t precision, int32_t time) {
  *(int64_t *)time = 0;
  return 0;
}
