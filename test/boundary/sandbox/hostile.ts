/** A guest that takes all that it can get, on the thread of the test and in workers. */

export const HOSTILE = /* wat */ `(module
  (import "$root" "tick" (func $tick))
  (import "$root" "ask" (func $ask (param i32) (result i32)))
  (memory (export "memory") 1)
  (table 1 funcref)
  (global $count (mut i32) (i32.const 0))
  (func (export "count") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count))
  (func (export "spin") (loop $l (br $l)))
  (func (export "spin-caught")
    (loop $again (try (do (loop $l (br $l))) (catch_all)) (br $again)))
  (func (export "flood") (loop $l (call $tick) (br $l)))
  (func (export "flood-caught")
    (loop $again (try (do (loop $l (call $tick) (br $l))) (catch_all)) (br $again)))
  (func (export "once") (call $tick))
  (func (export "once-then-spin") (call $tick) (loop $l (br $l)))
  (func (export "asked") (param i32) (result i32) (i32.add (call $ask (local.get 0)) (i32.const 1)))
  (func $recurse (export "recurse") (param i32) (result i32)
    (i32.add (call $recurse (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
  (func (export "hoard")
    (loop $l (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable)) (br $l)))
  (func (export "hoard-entries")
    (loop $l
      (if (i32.eq (table.grow (ref.null func) (i32.const 1000)) (i32.const -1)) (then unreachable))
      (br $l)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "work") (param i32) (result i32)
    (local $sum i32)
    (loop $l
      (local.set $sum (i32.add (local.get $sum) (local.get 0)))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get $sum))
  (func (export "divide") (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0))))`;

export const HOSTILE_WIT = `package test:hostile; world test {
  import tick: func(); import ask: func(n: u32) -> u32;
  export count: func() -> u32; export spin: func(); export spin-caught: func(); export flood: func(); export flood-caught: func();
  export once: func(); export once-then-spin: func(); export asked: func(n: u32) -> u32;
  export recurse: func(n: u32) -> u32; export hoard: func(); export hoard-entries: func(); export grow: func(pages: u32) -> s32;
  export work: func(n: u32) -> u32; export divide: func(n: u32) -> u32;
}`;
