/** Memories that serve one instance after the other: what the one leaves behind, the next never sees. */
import { beforeAll, describe, expect, it } from "vitest";
import type { GuestResource } from "../../../host/src/component/index.ts";
import { type CoreImage, restoreCore } from "../../../host/src/sandbox/image.ts";
import { type Image, inlineRunner, type PreparedComponent } from "../../../host/src/sandbox/index.ts";
import { MemoryPool } from "../../../host/src/sandbox/memory-pool.ts";
import { failure, LIMITS, prepare, ROOT, run, start } from "./support.ts";

const PAGE = 65536;

let scribbler: PreparedComponent;
let image: Image;
beforeAll(async () => {
  scribbler = await prepare(
    `(module
      (memory (export "memory") 2)
      (data (i32.const 100) "data")
      (global $n (mut i32) (i32.const 0))
      ;; The sum of all bytes: of nothing, and of the data segment.
      (func $sum (export "sum") (result i32)
        (local $at i32) (local $sum i32)
        (loop $next
          (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $at))))
          (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (i32.shl (memory.size) (i32.const 16)))))
        (local.get $sum))
      (func (export "scribble") (memory.fill (i32.const 0) (i32.const 255) (i32.shl (memory.size) (i32.const 16))))
      (func (export "put") (i32.store8 (i32.const 70000) (i32.const 1)))
      (func (export "grow") (drop (memory.grow (i32.const 1))))
      (func (export "trap") unreachable))`,
    `package test:scribbler;
    world test { export sum: func() -> u32; export scribble: func(); export put: func(); export grow: func(); export trap: func(); }`,
  );
  const first = await start(scribbler);
  run(first, "put");
  image = await first.capture();
});

const DATA = [..."data"].reduce((sum, character) => sum + character.charCodeAt(0), 0);

describe("a pool of memories", () => {
  it("gives back what was given, cleared, for the same size and maximum only", () => {
    const pool = new MemoryPool();
    const memory = pool.take(1, 4);
    new Uint8Array(memory.buffer).fill(7);
    pool.give({ memory, initial: 1, maximum: 4 });
    expect(pool.bytes).toBe(PAGE);
    expect(pool.take(1, 5)).not.toBe(memory);
    expect(pool.take(2, 4)).not.toBe(memory);
    const again = pool.take(1, 4);
    expect(again).toBe(memory);
    expect(new Uint8Array(again.buffer).every((byte) => byte === 0)).toBe(true);
    expect(pool.take(1, 4)).not.toBe(memory);
    expect(pool.bytes).toBe(0);
  });

  it("leaves nothing of the last user in a page that the image does not write", () => {
    const pool = new MemoryPool();
    const memory = pool.take(1, 4);
    new Uint8Array(memory.buffer).fill(7);
    pool.give({ memory, initial: 1, maximum: 4 });
    const page = 4096;
    const base = new Uint8Array(2 * page).fill(2);
    const core: CoreImage = {
      memoryPages: 1,
      offsets: Uint32Array.of(page, 15 * page),
      pages: new Uint8Array(2 * page).fill(1),
      globals: [],
      shared: { pages: base, offsets: Uint32Array.of(0, 3 * page), indices: Uint32Array.of(1, 0) },
    };
    expect(pool.take(1, 4, core)).toBe(memory);
    restoreCore({ memory, globals: [] }, core);
    const bytes = new Uint8Array(memory.buffer);
    const inPages = Array.from({ length: 16 }, (_, index) => [
      ...new Set(bytes.subarray(index * page, (index + 1) * page)),
    ]);
    expect(inPages.flat()).toEqual([2, 1, 0, 2, ...Array(11).fill(0), 1]);
  });

  it("keeps no memory that has grown, and not more than it may", () => {
    const pool = new MemoryPool(3 * PAGE);
    const grown = pool.take(1, 4);
    grown.grow(1);
    pool.give({ memory: grown, initial: 1, maximum: 4 });
    expect(pool.bytes).toBe(0);
    for (let i = 0; i < 3; i++) pool.give({ memory: new WebAssembly.Memory({ initial: 2 }), initial: 2, maximum: 4 });
    expect(pool.bytes).toBe(2 * PAGE);
    pool.clear();
    expect(pool.bytes).toBe(0);
  });
});

describe("an instance in a memory that another had", () => {
  it("finds what it finds in a new one, from its start and from an image, with the same fuel", async () => {
    for (const from of [undefined, image]) {
      const options = from ? { image: from } : {};
      const alone = await start(scribbler, options);
      const sum = run(alone, "sum");
      expect(sum).toBe(DATA + (from ? 1 : 0));
      const memories = new MemoryPool();
      for (let round = 0; round < 3; round++) {
        const instance = await start(scribbler, { ...options, memories });
        expect(run(instance, "sum")).toBe(sum);
        expect(instance.fuelUsed).toBe(alone.fuelUsed);
        run(instance, "scribble");
        instance.end();
        expect(memories.bytes).toBe(2 * PAGE);
        expect(instance.memoryBytes).toBe(2 * PAGE);
      }
    }
  });

  it("is the only one that can reach it: the other has ended", async () => {
    const memories = new MemoryPool();
    const first = await start(scribbler, { memories });
    first.end();
    const second = await start(scribbler, { memories });
    expect((await failure(() => run(first, "scribble"))).code).toBe("trap");
    expect(run(second, "sum")).toBe(DATA);
  });

  it("has none of an instance that failed, grew, or is inside of a call", async () => {
    const memories = new MemoryPool();
    const failed = await start(scribbler, { memories });
    await failure(() => run(failed, "trap"));
    failed.end();
    const grown = await start(scribbler, { memories });
    run(grown, "grow");
    grown.end();
    expect(memories.bytes).toBe(0);
    const caller = await prepare(
      `(module (import "$root" "back" (func $back)) (memory (export "memory") 1) (func (export "call") (call $back)))`,
      "package test:caller; world test { import back: func(); export call: func(); }",
    );
    const back = () => running.end();
    const running = await start(caller, {
      memories,
      imports: new Map([[ROOT, { functions: new Map([["back", back]]) }]]),
    });
    run(running, "call");
    expect(memories.bytes).toBe(0);
    run(running, "call");
    running.end();
    expect(memories.bytes).toBe(PAGE);
  });

  it("is not reached by a resource that the host still holds of the other", async () => {
    const owner = await prepare(
      `(module
        (import "[export]test:owner/api" "[resource-new]thing" (func $new (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "test:owner/api#make") (result i32) (call $new (i32.const 64)))
        (func (export "test:owner/api#peek") (result i32) (i32.load (i32.const 64)))
        (func (export "test:owner/api#[dtor]thing") (param i32) (i32.store (local.get 0) (i32.const 666))))`,
      `package test:owner;
      interface api { resource thing {} make: func() -> thing; peek: func() -> u32; }
      world test { export api; }`,
    );
    const call = (name: string) => ({ interface: "test:owner/api", function: name, args: [], ...LIMITS });
    const memories = new MemoryPool();
    const first = await start(owner, { memories });
    const thing = first.call(call("make")) as GuestResource;
    first.end();
    const second = await start(owner, { memories });
    expect(memories.bytes).toBe(0);
    await expect(async () => thing.drop()).rejects.toThrow("dead");
    expect(second.call(call("peek"))).toBe(0);
  });

  it("comes from the inline runner, which drops what it started", async () => {
    const runner = inlineRunner(() => performance.now());
    const options = { imports: new Map(), limits: LIMITS, owner: "scribbler", image };
    const call = (name: string) => ({ interface: ROOT, function: name, args: [], ...LIMITS });
    for (let round = 0; round < 3; round++) {
      const running = await runner.start(scribbler, options);
      expect(await running.call(call("sum"))).toBe(DATA + 1);
      await running.call(call("scribble"));
      running.drop();
      expect(running.memoryBytes).toBe(2 * PAGE);
    }
  });
});
