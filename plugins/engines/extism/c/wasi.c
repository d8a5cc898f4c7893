/*
 * WASI preview 1 (wasi_snapshot_preview1.witx) for plug-ins that need it: stdout and stderr go to the log, the clocks and random numbers come from
 * the capabilities of those names, there are no arguments, no environment, no files and no sockets. It has no memory of its own and
 * works in the plug-in's, without a stack there: the build refuses it otherwise. Every address is held against that memory.
 */
#include "wasm.h"

IMPORT("host", "ask_clock") int ask_clock(u32 id);
IMPORT("host", "ask_random") int ask_random(void);
IMPORT("host", "answer") u64 answer(void);
IMPORT("host", "print") void print(u32 stream, u64 bytes, u32 count);
IMPORT("kernel", "exit") _Noreturn void kernel_exit(int code);

enum { SUCCESS = 0, BAD_DESCRIPTOR = 8, FAULT = 21, INVALID = 28, NOT_SUPPORTED = 58, NOT_A_PIPE = 70 };

/* The streams; there are no other descriptors. */
enum { STDIN, STDOUT, STDERR, STREAMS };

#define WASI(name) EXPORT(#name) int wasi_##name

static int outside(u32 at, u64 length) { return (u64)at + length > memory_bytes_now(); }

static void put32(u32 at, u32 value) { __builtin_memcpy((void *)at, &value, 4); }
static void put64(u32 at, u64 value) { __builtin_memcpy((void *)at, &value, 8); }
static u32 get32(u32 at) {
  u32 value;
  __builtin_memcpy(&value, (void *)at, 4);
  return value;
}

static int put_sizes(u32 count, u32 size) {
  if (outside(count, 4) || outside(size, 4)) return FAULT;
  put32(count, 0);
  put32(size, 0);
  return SUCCESS;
}

WASI(args_sizes_get)(u32 count, u32 size) { return put_sizes(count, size); }
WASI(args_get)(u32 list, u32 bytes) { return (void)list, (void)bytes, SUCCESS; }
WASI(environ_sizes_get)(u32 count, u32 size) { return put_sizes(count, size); }
WASI(environ_get)(u32 list, u32 bytes) { return (void)list, (void)bytes, SUCCESS; }

WASI(clock_res_get)(u32 id, u32 at) {
  if (id > 1) return id <= 3 ? NOT_SUPPORTED : INVALID;
  if (outside(at, 8)) return FAULT;
  put64(at, id == 0 ? 1000000 : 1);
  return SUCCESS;
}

WASI(clock_time_get)(u32 id, u64 precision, u32 at) {
  (void)precision;
  if (outside(at, 8)) return FAULT;
  int status = ask_clock(id);
  if (status == SUCCESS) put64(at, answer());
  return status;
}

WASI(random_get)(u32 at, u32 length) {
  if (outside(at, length)) return FAULT;
  for (u32 end = at + length; at != end;) {
    int status = ask_random();
    if (status != SUCCESS) return status;
    u64 bytes = answer();
    for (u32 left = 8; left > 0 && at != end; left--, bytes >>= 8) *(u8 *)at++ = (u8)bytes;
  }
  return SUCCESS;
}

/* Eight bytes at a time; the range was checked. */
static void print_range(u32 stream, u32 at, u32 length) {
  for (; length >= 8; at += 8, length -= 8) {
    u64 bytes;
    __builtin_memcpy(&bytes, (void *)at, 8);
    print(stream, bytes, 8);
  }
  for (; length > 0; at++, length--) print(stream, *(u8 *)at, 1);
}

WASI(fd_write)(u32 fd, u32 list, u32 count, u32 written) {
  if (fd != STDOUT && fd != STDERR) return BAD_DESCRIPTOR;
  if (outside(list, (u64)count * 8) || outside(written, 4)) return FAULT;
  u32 total = 0;
  for (; count > 0; list += 8, count--) {
    u32 at = get32(list), length = get32(list + 4);
    if (outside(at, length)) return FAULT;
    print_range(fd - STDOUT, at, length);
    total += length;
  }
  put32(written, total);
  return SUCCESS;
}

/* The end of the input. */
WASI(fd_read)(u32 fd, u32 list, u32 count, u32 read) {
  (void)list, (void)count;
  if (fd != STDIN) return BAD_DESCRIPTOR;
  if (outside(read, 4)) return FAULT;
  put32(read, 0);
  return SUCCESS;
}

WASI(fd_close)(u32 fd) { return fd < STREAMS ? SUCCESS : BAD_DESCRIPTOR; }

enum { CHARACTER_DEVICE = 2, RIGHT_READ = 1 << 1, RIGHT_WRITE = 1 << 6 };

WASI(fd_fdstat_get)(u32 fd, u32 at) {
  if (fd >= STREAMS) return BAD_DESCRIPTOR;
  if (outside(at, 24)) return FAULT;
  fill((void *)at, 0, 24);
  *(u8 *)at = CHARACTER_DEVICE;
  put64(at + 8, fd == STDIN ? RIGHT_READ : RIGHT_WRITE);
  return SUCCESS;
}

WASI(fd_filestat_get)(u32 fd, u32 at) {
  if (fd >= STREAMS) return BAD_DESCRIPTOR;
  if (outside(at, 64)) return FAULT;
  fill((void *)at, 0, 64);
  *(u8 *)(at + 16) = CHARACTER_DEVICE;
  return SUCCESS;
}

static int only_streams(u32 fd, int status) { return fd < STREAMS ? status : BAD_DESCRIPTOR; }

WASI(fd_fdstat_set_flags)(u32 fd, u32 flags) { return (void)flags, only_streams(fd, SUCCESS); }
WASI(fd_fdstat_set_rights)(u32 fd, u64 base, u64 inheriting) { return (void)base, (void)inheriting, only_streams(fd, NOT_SUPPORTED); }
WASI(fd_seek)(u32 fd, u64 offset, u32 whence, u32 at) { return (void)offset, (void)whence, (void)at, only_streams(fd, NOT_A_PIPE); }
WASI(fd_tell)(u32 fd, u32 at) { return (void)at, only_streams(fd, NOT_A_PIPE); }
WASI(fd_datasync)(u32 fd) { return only_streams(fd, SUCCESS); }
WASI(fd_sync)(u32 fd) { return only_streams(fd, SUCCESS); }

/* There are no files: no descriptor is one. */
WASI(fd_advise)(u32 a, u64 b, u64 c, u32 d) { return (void)a, (void)b, (void)c, (void)d, BAD_DESCRIPTOR; }
WASI(fd_allocate)(u32 a, u64 b, u64 c) { return (void)a, (void)b, (void)c, BAD_DESCRIPTOR; }
WASI(fd_filestat_set_size)(u32 a, u64 b) { return (void)a, (void)b, BAD_DESCRIPTOR; }
WASI(fd_filestat_set_times)(u32 a, u64 b, u64 c, u32 d) { return (void)a, (void)b, (void)c, (void)d, BAD_DESCRIPTOR; }
WASI(fd_pread)(u32 a, u32 b, u32 c, u64 d, u32 e) { return (void)a, (void)b, (void)c, (void)d, (void)e, BAD_DESCRIPTOR; }
WASI(fd_pwrite)(u32 a, u32 b, u32 c, u64 d, u32 e) { return (void)a, (void)b, (void)c, (void)d, (void)e, BAD_DESCRIPTOR; }
WASI(fd_prestat_get)(u32 a, u32 b) { return (void)a, (void)b, BAD_DESCRIPTOR; }
WASI(fd_prestat_dir_name)(u32 a, u32 b, u32 c) { return (void)a, (void)b, (void)c, BAD_DESCRIPTOR; }
WASI(fd_readdir)(u32 a, u32 b, u32 c, u64 d, u32 e) { return (void)a, (void)b, (void)c, (void)d, (void)e, BAD_DESCRIPTOR; }
WASI(fd_renumber)(u32 a, u32 b) { return (void)a, (void)b, BAD_DESCRIPTOR; }
WASI(path_create_directory)(u32 a, u32 b, u32 c) { return (void)a, (void)b, (void)c, BAD_DESCRIPTOR; }
WASI(path_filestat_get)(u32 a, u32 b, u32 c, u32 d, u32 e) { return (void)a, (void)b, (void)c, (void)d, (void)e, BAD_DESCRIPTOR; }
WASI(path_filestat_set_times)(u32 a, u32 b, u32 c, u32 d, u64 e, u64 f, u32 g) {
  return (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, BAD_DESCRIPTOR;
}
WASI(path_link)(u32 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g) {
  return (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, BAD_DESCRIPTOR;
}
WASI(path_open)(u32 a, u32 b, u32 c, u32 d, u32 e, u64 f, u64 g, u32 h, u32 i) {
  return (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h, (void)i, BAD_DESCRIPTOR;
}
WASI(path_readlink)(u32 a, u32 b, u32 c, u32 d, u32 e, u32 f) { return (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, BAD_DESCRIPTOR; }
WASI(path_remove_directory)(u32 a, u32 b, u32 c) { return (void)a, (void)b, (void)c, BAD_DESCRIPTOR; }
WASI(path_rename)(u32 a, u32 b, u32 c, u32 d, u32 e, u32 f) { return (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, BAD_DESCRIPTOR; }
WASI(path_symlink)(u32 a, u32 b, u32 c, u32 d, u32 e) { return (void)a, (void)b, (void)c, (void)d, (void)e, BAD_DESCRIPTOR; }
WASI(path_unlink_file)(u32 a, u32 b, u32 c) { return (void)a, (void)b, (void)c, BAD_DESCRIPTOR; }
WASI(sock_accept)(u32 a, u32 b, u32 c) { return (void)a, (void)b, (void)c, BAD_DESCRIPTOR; }
WASI(sock_recv)(u32 a, u32 b, u32 c, u32 d, u32 e, u32 f) { return (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, BAD_DESCRIPTOR; }
WASI(sock_send)(u32 a, u32 b, u32 c, u32 d, u32 e) { return (void)a, (void)b, (void)c, (void)d, (void)e, BAD_DESCRIPTOR; }
WASI(sock_shutdown)(u32 a, u32 b) { return (void)a, (void)b, BAD_DESCRIPTOR; }

/* To wait for a clock would hold the thread; a signal has nobody to go to. */
WASI(poll_oneoff)(u32 a, u32 b, u32 c, u32 d) { return (void)a, (void)b, (void)c, (void)d, NOT_SUPPORTED; }
WASI(proc_raise)(u32 signal) { return (void)signal, NOT_SUPPORTED; }
WASI(sched_yield)(void) { return SUCCESS; }

EXPORT("proc_exit") _Noreturn void wasi_proc_exit(int code) { kernel_exit(code); }
