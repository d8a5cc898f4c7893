/** Resources of the host and of the guest: who owns them, who borrows them, and every wrong use of a handle. */
import { beforeAll, describe, expect, it } from "vitest";
import type { GuestResource, HostImports } from "../../../host/src/component/index.ts";
import { buildComponent, failing, type Linked, link, TestBoundary } from "./support.ts";

const HOST_WIT = `package test:res;
interface host {
  resource file { read: func() -> u32; }
  resource lock {}
  open: func(id: u32) -> file;
  close: func(file: file);
  take-lock: func() -> lock;
}
interface api {
  use host.{file};
  open: func(id: u32) -> u32;
  read: func(handle: u32) -> u32;
  drop: func(handle: u32);
  close: func(handle: u32);
  drop-lock: func(handle: u32);
  take-lock: func() -> u32;
  lend: func(file: borrow<file>, keep: bool) -> u32;
  give-lent: func(file: borrow<file>);
  pass: func(file: file) -> u32;
  hand-out: func(handle: u32) -> file;
}
world test { import host; export api; }`;

const HOST_WAT = `(module
  (import "test:res/host" "[method]file.read" (func $read (param i32) (result i32)))
  (import "test:res/host" "open" (func $open (param i32) (result i32)))
  (import "test:res/host" "close" (func $close (param i32)))
  (import "test:res/host" "take-lock" (func $take-lock (result i32)))
  (import "test:res/host" "[resource-drop]file" (func $drop (param i32)))
  (import "test:res/host" "[resource-drop]lock" (func $drop-lock (param i32)))
  (memory (export "memory") 1)
  (func (export "test:res/api#open") (param i32) (result i32) (call $open (local.get 0)))
  (func (export "test:res/api#read") (param i32) (result i32) (call $read (local.get 0)))
  (func (export "test:res/api#drop") (param i32) (call $drop (local.get 0)))
  (func (export "test:res/api#close") (param i32) (call $close (local.get 0)))
  (func (export "test:res/api#drop-lock") (param i32) (call $drop-lock (local.get 0)))
  (func (export "test:res/api#take-lock") (result i32) (call $take-lock))
  (func (export "test:res/api#lend") (param i32 i32) (result i32)
    (local $value i32)
    (local.set $value (call $read (local.get 0)))
    (if (i32.eqz (local.get 1)) (then (call $drop (local.get 0))))
    (local.get $value))
  (func (export "test:res/api#give-lent") (param i32) (call $close (local.get 0)))
  (func (export "test:res/api#pass") (param i32) (result i32) (local.get 0))
  (func (export "test:res/api#hand-out") (param i32) (result i32) (local.get 0)))`;

class File {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
}

interface Host extends Omit<Linked, "boundary"> {
  readonly events: string[];
}

describe("resources of the host", () => {
  let component: Uint8Array;
  beforeAll(async () => {
    component = await buildComponent(HOST_WAT, HOST_WIT);
  });

  async function start(boundary = new TestBoundary()): Promise<Host> {
    const events: string[] = [];
    const imports: HostImports = new Map([
      [
        "test:res/host",
        {
          functions: new Map<string, (...args: never[]) => unknown>([
            ["[method]file.read", (self: File) => self.id * 10],
            ["open", (id: number) => new File(id)],
            ["close", (file: File) => void events.push(`closed ${file.id}`)],
            ["take-lock", () => ({})],
          ]),
          drops: new Map([["file", (file: object) => void events.push(`dropped ${(file as File).id}`)]]),
        },
      ],
    ]);
    const { instance } = await link(component, imports, boundary);
    const call = (name: string, ...args: unknown[]) => instance.exports.get("test:res/api")!.get(name)!(...args);
    return { call, fail: failing(call, boundary), events, instance };
  }

  it("come back to the host as its own objects", async () => {
    const { call } = await start();
    const [a, b] = [call("open", 4), call("open", 5)];
    expect([call("read", a), call("read", b)]).toEqual([40, 50]);
  });

  it("tell the host when the guest drops them, and not when it gives them away", async () => {
    const { call, events, instance } = await start();
    const [a, b] = [call("open", 1), call("open", 2)];
    expect(instance.openHandles()).toBe(2);
    call("drop", a);
    call("close", b);
    expect(events).toEqual(["dropped 1", "closed 2"]);
    expect(instance.openHandles()).toBe(0);
  });

  it("get the same handles again once all are dropped, so that an image makes no difference", async () => {
    const { call } = await start();
    const first = [call("open", 1), call("open", 2), call("open", 3)];
    call("drop", first[0]);
    call("drop", first[2]);
    call("drop", first[1]);
    expect([call("open", 1), call("open", 2), call("open", 3)]).toEqual(first);
  });

  it.each<[string, (host: Host) => Error, RegExp]>([
    ["a handle that was never given", ({ fail }) => fail("read", 7), /handle 7 wrongly: it does not exist/],
    ["handle 0", ({ fail }) => fail("read", 0), /handle 0 wrongly/],
    ["a huge handle", ({ fail }) => fail("read", 0xffff_ffff), /handle 4294967295 wrongly/],
    [
      "a stale handle",
      ({ call, fail }) => {
        call("drop", call("open", 1));
        return fail("read", 1);
      },
      /was dropped before/,
    ],
    [
      "a handle twice",
      ({ call, fail }) => {
        call("close", call("open", 1));
        return fail("drop", 1);
      },
      /was dropped before/,
    ],
    ["a lock as a file", ({ call, fail }) => fail("read", call("take-lock")), /handle of "lock", not of "file"/],
    ["a file as a lock", ({ call, fail }) => fail("drop-lock", call("open", 1)), /handle of "file", not of "lock"/],
    ["a lent file as its own", ({ fail }) => fail("give-lent", new File(1)), /only borrowed it/],
    ["a handle it does not have as a result", ({ fail }) => fail("hand-out", 3), /does not exist/],
  ])("stop a guest that uses %s", async (_what, attempt, message) => {
    expect(attempt(await start()).message).toMatch(message);
  });

  it("can be lent to the guest for a call", async () => {
    const { call, events, instance } = await start();
    expect(call("lend", new File(6), false)).toBe(60);
    expect(events).toEqual([]);
    expect(instance.openHandles()).toBe(0);
  });

  it("stop a guest that keeps what was lent to it", async () => {
    expect((await start()).fail("lend", new File(6), true).message).toMatch(/without dropping what it had borrowed/);
  });

  it("can be given to the guest and be given back", async () => {
    const { call } = await start();
    const file = new File(8);
    expect(call("hand-out", call("pass", file))).toBe(file);
  });

  it("must be objects", async () => {
    const { call } = await start();
    expect(() => call("pass", 5)).toThrow(/expected own<file>/);
    expect(() => call("pass", null)).toThrow(/expected own<file>/);
  });

  it("are limited in number", async () => {
    const boundary = new TestBoundary();
    boundary.handles = 3;
    const { call, fail } = await start(boundary);
    for (let id = 0; id < 3; id++) call("open", id);
    expect(fail("open", 4)).toMatchObject({ code: "memory-limit" });
  });
});

const GUEST_WIT = `package test:res;
interface api {
  resource counter {
    constructor(start: u32);
    next: func() -> u32;
    merge: static func(a: counter, b: borrow<counter>) -> counter;
  }
  destroyed: func() -> u32;
  hold: func(c: counter);
  drop-held: func();
}
world test { export api; }`;

// A counter's representation is the address of its number; \`destroyed\` counts destructor runs.
const GUEST_WAT = `(module
  (import "[export]test:res/api" "[resource-new]counter" (func $new (param i32) (result i32)))
  (import "[export]test:res/api" "[resource-rep]counter" (func $rep (param i32) (result i32)))
  (import "[export]test:res/api" "[resource-drop]counter" (func $drop (param i32)))
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 64))
  (global $destroyed (mut i32) (i32.const 0))
  (global $held (mut i32) (i32.const 0))
  (func (export "test:res/api#[constructor]counter") (param i32) (result i32)
    (global.set $next (i32.add (global.get $next) (i32.const 4)))
    (i32.store (global.get $next) (local.get 0))
    (call $new (global.get $next)))
  (func (export "test:res/api#[method]counter.next") (param i32) (result i32)
    (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 1)))
    (i32.load (local.get 0)))
  (func (export "test:res/api#[static]counter.merge") (param i32 i32) (result i32)
    (local $a i32)
    (local.set $a (call $rep (local.get 0)))
    (i32.store (local.get $a) (i32.add (i32.load (local.get $a)) (i32.load (local.get 1))))
    (local.get 0))
  (func (export "test:res/api#[dtor]counter") (param i32)
    (if (i32.eq (i32.load (local.get 0)) (i32.const 13)) (then (unreachable)))
    (global.set $destroyed (i32.add (global.get $destroyed) (i32.const 1))))
  (func (export "test:res/api#hold") (param i32) (global.set $held (local.get 0)))
  (func (export "test:res/api#drop-held") (call $drop (global.get $held)))
  (func (export "test:res/api#destroyed") (result i32) (global.get $destroyed)))`;

describe("resources of the guest", () => {
  let component: Uint8Array;
  beforeAll(async () => {
    component = await buildComponent(GUEST_WAT, GUEST_WIT);
  });

  async function start() {
    const boundary = new TestBoundary();
    const { instance } = await link(component, new Map(), boundary);
    const call = (name: string, ...args: unknown[]) => instance.exports.get("test:res/api")!.get(name)!(...args);
    const counter = (from: number) => call("[constructor]counter", from) as GuestResource;
    return { call, counter, instance };
  }

  it("are made, used and destroyed by the host", async () => {
    const { call, counter } = await start();
    const one = counter(4);
    expect(call("[method]counter.next", one)).toBe(5);
    expect(call("[method]counter.next", one)).toBe(6);
    one.drop();
    expect(call("destroyed")).toBe(1);
  });

  it("can be given back to the guest, which may give them out again", async () => {
    const { call, counter } = await start();
    const [a, b] = [counter(1), counter(10)];
    const merged = call("[static]counter.merge", a, b) as GuestResource;
    expect(call("[method]counter.next", merged)).toBe(12);
    expect(call("[method]counter.next", b)).toBe(11);
    expect(() => call("[method]counter.next", a)).toThrow(/dropped, or given back/);
    expect(() => a.drop()).toThrow(/dropped, or given back/);
  });

  it("are destroyed when the guest drops what it was given", async () => {
    const { call, counter, instance } = await start();
    call("hold", counter(1));
    expect(instance.openHandles()).toBe(1);
    call("drop-held");
    expect([call("destroyed"), instance.openHandles()]).toEqual([1, 0]);
  });

  it("cannot be used after they were dropped", async () => {
    const { call, counter } = await start();
    const one = counter(1);
    one.drop();
    expect(() => one.drop()).toThrow(TypeError);
    expect(() => call("[method]counter.next", one)).toThrow(TypeError);
  });

  it("cannot be passed to another instance", async () => {
    const [first, second] = [await start(), await start()];
    expect(() => second.call("[method]counter.next", first.counter(1))).toThrow(/expected borrow<counter>/);
    expect(() => second.call("hold", first.counter(1))).toThrow(/expected own<counter>/);
    expect(() => second.call("hold", {})).toThrow(/expected own<counter>/);
  });

  it("leave the instance dead when their destructor traps", async () => {
    const { call, counter } = await start();
    expect(() => counter(13).drop()).toThrow(WebAssembly.RuntimeError);
    expect(() => call("destroyed")).toThrow(/dead/);
  });
});
