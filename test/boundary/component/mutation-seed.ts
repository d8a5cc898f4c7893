/** A component with resources on both sides, nested components and post-return functions: something to mutate. */
import { buildComponent } from "./support.ts";

const WIT = `package test:seed;
interface host {
  resource file { read: func(max: u32) -> result<list<u8>, string>; }
  open: func(path: string) -> option<file>;
}
interface api {
  use host.{file};
  resource counter { constructor(start: u32); next: func() -> u32; }
  enum level { low, high }
  record entry { name: string, level: level, tags: list<string> }
  variant choice { none, entry(entry), number(f64) }
  describe: func(e: entry, c: choice) -> choice;
  lend: func(f: borrow<file>) -> u64;
}
world test { import host; export api; }`;

const WAT = `(module
  (import "test:seed/host" "[method]file.read" (func (param i32 i32 i32)))
  (import "test:seed/host" "open" (func (param i32 i32 i32)))
  (import "test:seed/host" "[resource-drop]file" (func (param i32)))
  (import "[export]test:seed/api" "[resource-new]counter" (func (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "test:seed/api#[constructor]counter") (param i32) (result i32) (call 3 (local.get 0)))
  (func (export "test:seed/api#[method]counter.next") (param i32) (result i32) (local.get 0))
  (func (export "test:seed/api#[dtor]counter") (param i32))
  (func (export "test:seed/api#describe") (param i32 i32 i32 i32 i32 i32 i64 i32 i32 i32 i32) (result i32) (i32.const 64))
  (func (export "cabi_post_test:seed/api#describe") (param i32))
  (func (export "test:seed/api#lend") (param i32) (result i64) (i64.const 7)))`;

export function buildResourceComponent(): Promise<Uint8Array> {
  return buildComponent(WAT, WIT);
}
