/** What a hostile Extism plug-in tries: addresses, handles, memory, time, names of the shell's own parts. Each ends in a typed error. */
import { expect, it } from "vitest";
import wabtFactory from "wabt";
import { createNodeHost } from "../../host/src/index.ts";
import { failure } from "../failure.ts";
import { extismFixture } from "../fixtures/extism/fixtures.ts";

const plain = () => createNodeHost().load(extismFixture("plain"));
const LIMITS = { fuel: 200_000_000, timeoutMs: 60_000 };

async function module(wat: string): Promise<Uint8Array> {
  const wabt = await wabtFactory();
  const parsed = wabt.parseWat("plugin.wat", wat, { exceptions: true });
  try {
    return new Uint8Array(parsed.toBinary({}).buffer);
  } finally {
    parsed.destroy();
  }
}

const load = async (wat: string, manifest = 'engine = "extism"') =>
  createNodeHost().load({
    path: "plugin.wasm",
    content: await module(wat),
    sidecar: { path: "plugin.toml", text: manifest },
  });

it("reads nothing and writes nothing outside of its blocks, and handles are none that it makes up", async () => {
  expect((await (await plain()).call("probes")).result).toBe(0);
});

it("harms nobody but itself when it writes over all that it reaches", async () => {
  const open = await (await plain()).open();
  expect((await open.call("overwrites", {}, LIMITS)).result).toBe("alive");
  // What it wrote over were its own variables and blocks of that call; the next call has a heap of its own.
  expect((await open.call("echo", { a: 1 })).result).toEqual({ a: 1 });
});

it("cannot name a part of the shell that is not its interface, nor of the host", async () => {
  const names: readonly (readonly [string, string])[] = [
    ...[
      "begin",
      "finish",
      "cabi_realloc",
      "configure",
      "reserve",
      "exit",
      "deny_http",
      "scratch",
      "line_take",
      "tools",
    ].map((name) => ["extism:host/env", name] as const),
    ["extism:host/env", "input_set"],
    ["extism:host/env", "reset"],
    ["extism:host/env", "constructor"],
    ["extism:host/user", "read_file"],
    ["kernel", "reserve"],
    ["host", "ask_random"],
    ["exit", "raise"],
    ["crucible:plugin/log@0.1.0", "write"],
    ["wasi_snapshot_preview1", "path_open_anything"],
    ["wasi_unstable", "fd_write"],
    ["env", "abort"],
  ];
  for (const [from, name] of names) {
    const error = await failure(() =>
      load(`(module (import "${from}" "${name}" (func)) (memory (export "memory") 1) (func (export "f")))`),
    );
    expect(error, name).toMatchObject({
      code: "invalid-module",
      message: expect.stringContaining(`"${from}" "${name}"`),
    });
  }
});

it("hears of everything that it may not import at once, with what the types would be", async () => {
  const error = await failure(() =>
    load(`(module
      (import "extism:host/env" "alloc" (func (param i32) (result i32)))
      (import "extism:host/env" "memory" (memory 1))
      (import "wasi_snapshot_preview1" "fd_write" (func (param i32)))
      (func (export "f")))`),
  );
  expect(error.message).toContain('"alloc" as (i32 -> i32), which is (i64 -> i64)');
  expect(error.message).toContain('"memory", which this host does not give');
  expect(error.message).toContain('"fd_write" as (i32 -> ), which is (i32 i32 i32 i32 -> i32)');
  expect(error.message).toContain('exports no "memory"');
});

it("is stopped by fuel, by its memory limit and by the size of what it gives", async () => {
  const plugin = await plain();
  expect(await failure(() => plugin.call("spins", {}, LIMITS))).toMatchObject({ code: "fuel-exhausted" });
  const limits = { ...LIMITS, memoryBytes: 8 << 20 };
  expect(await failure(() => plugin.call("allocates", {}, limits))).toMatchObject({ code: "memory-limit" });
  expect(await failure(() => plugin.call("sixteen_mebibytes", {}, { ...LIMITS, fuel: 2e9 }))).toMatchObject({
    code: "transfer-limit",
  });
});

it("has variables of a mebibyte and no more, and keys that are handles", async () => {
  const plugin = await plain();
  expect(await failure(() => plugin.call("fills_variables"))).toMatchObject({ code: "transfer-limit" });
  expect(await failure(() => plugin.call("bad_key"))).toMatchObject({
    code: "guest-error",
    message: expect.stringContaining("no memory handle"),
  });
});

it("fails also where it catches what the shell throws to end it", async () => {
  const plugin = await load(`(module
    (import "extism:host/env" "http_request" (func $send (param i64 i64) (result i64)))
    (func (export "f") (result i32)
      (try (do (drop (call $send (i64.const 0) (i64.const 0)))) (catch_all))
      (i32.const 0)))`);
  expect(await failure(() => plugin.call("f"))).toMatchObject({ code: "denied" });
});

it("ends where it throws something of its own", async () => {
  const plugin = await load(
    '(module (tag $mine) (func (export "f") (throw $mine)) (func (export "g") (result i32) (i32.const 0)))',
  );
  expect(await failure(() => plugin.call("f"))).toMatchObject({ code: "trap" });
  expect((await plugin.call("g")).result).toBeNull();
});

it("that leaves its own memory traps, and is not said to have filled a stack", async () => {
  const plugin = await load(
    `(module (memory (export "memory") 1) (func (export "f") (result i32) (i32.load (i32.const -4))))`,
  );
  expect(await failure(() => plugin.call("f"))).toMatchObject({ code: "trap" });
  const open = await plugin.open();
  expect(await failure(() => open.call("f"))).toMatchObject({ code: "trap" });
});

it("may import a function twice", async () => {
  const twice = `(import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))`;
  const plugin = await load(
    `(module ${twice} ${twice} (memory (export "memory") 1) (func (export "f") (drop (call 1))))`,
  );
  expect((await plugin.call("f")).result).toBeNull();
});

it("calls nothing of WASI before there is its memory", async () => {
  const start = `(module
    (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
    (memory (export "memory") 1)
    (func $start (drop (call $yield)))
    (func (export "f"))
    (start $start))`;
  expect(await failure(() => load(start))).toMatchObject({ code: "trap" });
});

it("gets no randomness that would be the same in every call from what runs before the first one", async () => {
  const plugin = await load(`(module
    (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
    (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
    (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
    (import "extism:host/env" "output_set" (func $output (param i64 i64)))
    (memory (export "memory") 1)
    (func (export "_initialize") (if (call $random (i32.const 0) (i32.const 1)) (then unreachable)))
    (func (export "f") (local $at i64)
      (local.set $at (call $alloc (i64.const 1)))
      (call $store (local.get $at) (i32.or (i32.const 48) (i32.and (i32.const 7) (i32.load8_u (i32.const 0)))))
      (call $output (local.get $at) (i64.const 1))))`);
  const drawn = await Promise.all(
    [1, 2, 3, 4, 5, 6, 7, 8].map(async (seed) => (await plugin.call("f", {}, { seed })).result),
  );
  expect(new Set(drawn).size).toBeGreaterThan(1);
  const open = await plugin.open({ seed: 1 });
  const [first, second] = [await open.call("f"), await open.call("f")];
  expect(second.result).toBe(first.result);
});

it("is no plug-in where it has no function for a tool, too many, or none that its manifest names", async () => {
  expect(await failure(() => load("(module)"))).toMatchObject({ code: "invalid-module" });
  expect(await failure(() => load('(module (func (export "f") (param i32)))'))).toMatchObject({
    code: "invalid-module",
  });
  const many = Array.from({ length: 201 }, (_, index) => `(func (export "f${index}"))`).join("");
  expect(await failure(() => load(`(module ${many})`))).toMatchObject({ code: "invalid-module" });
  const one = await load(`(module ${many})`, 'engine = "extism"\n[[tools]]\nname = "f200"');
  expect((await one.call("f200")).result).toBeNull();
  const broken = (await module("(module)")).slice();
  for (const bytes of [broken.slice(0, 8), Uint8Array.of(...broken, 1, 0xff), Uint8Array.of(...broken, 10, 1, 1)])
    expect(
      await failure(() =>
        createNodeHost().load({
          path: "p.wasm",
          content: bytes,
          sidecar: { path: "p.toml", text: 'engine = "extism"' },
        }),
      ),
    ).toMatchObject({ code: "invalid-module" });
});

it("fills no message with what it imports, however much that is", async () => {
  const imports = Array.from({ length: 5000 }, (_, index) => `(import "nobody" "${"x".repeat(300)}${index}" (func))`);
  const error = await failure(() => load(`(module ${imports.join(" ")})`));
  expect(error).toMatchObject({ code: "invalid-module", message: expect.stringMatching(/; and 4990 more$/) });
  expect(error.message.length).toBeLessThan(5000);
});
