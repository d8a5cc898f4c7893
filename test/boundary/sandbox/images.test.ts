import { describe, expect, it } from "vitest";
import type { Image } from "../../../host/src/sandbox/index.ts";
import { failure, LIMITS, prepare, run, start } from "./support.ts";

const COUNTER = /* wat */ `(module
  (memory (export "memory") 2)
  (global $count (mut i32) (i32.const 0))
  (global $wide (mut i64) (i64.const -1))
  (data (i32.const 8) "fresh")
  (func $started (i32.store (i32.const 100) (i32.add (i32.load (i32.const 100)) (i32.const 1))))
  (start $started)
  (func (export "starts") (result i32) (i32.load (i32.const 100)))
  (func (export "count") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.set $wide (i64.extend_i32_u (global.get $count)))
    (global.get $count))
  (func (export "wide") (result i64) (global.get $wide))
  (func (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "pages") (result i32) (memory.size)))`;
const WIT = `package test:images; world test {
  export starts: func() -> u32; export count: func() -> u32; export wide: func() -> s64; export store: func(at: u32, value: u32);
  export load: func(at: u32) -> u32; export grow: func(pages: u32) -> s32; export pages: func() -> u32;
}`;
const counter = await prepare(COUNTER, WIT);

describe("an image", () => {
  it("starts copies at the moment of the capture: memory, grown pages, zeroed pages, globals", async () => {
    const original = await start(counter);
    run(original, "count");
    run(original, "grow", [3]);
    run(original, "store", [5 * 65536 - 4, 7]);
    run(original, "store", [8, 0]);
    const image = await original.capture();
    run(original, "count");
    run(original, "store", [5 * 65536 - 4, 9]);

    const copy = await start(counter, { image });
    expect(run(copy, "pages")).toBe(5);
    expect(run(copy, "load", [5 * 65536 - 4])).toBe(7);
    expect(run(copy, "load", [8])).toBe(0);
    expect(run(copy, "wide")).toBe(1n);
    expect(run(copy, "count")).toBe(2);
    expect(copy.memoryBytes).toBe(5 * 65536);
  });

  it("does not run the start function again", async () => {
    const original = await start(counter);
    expect(run(original, "starts")).toBe(1);
    expect(run(await start(counter, { image: await original.capture() }), "starts")).toBe(1);
  });

  it("keeps its copies apart from each other and from itself", async () => {
    const image = await (await start(counter)).capture();
    const one = await start(counter, { image });
    run(one, "store", [200, 1]);
    run(one, "count");
    const two = await start(counter, { image });
    expect(run(two, "load", [200])).toBe(0);
    expect(run(two, "count")).toBe(1);
  });

  it("holds only pages that differ from a fresh instance", async () => {
    const untouched = await (await start(counter)).capture();
    expect(pagesOf(untouched)).toBe(1); // what the start function wrote
    const original = await start(counter);
    run(original, "store", [70_000, 1]);
    expect(pagesOf(await original.capture())).toBe(2);
  });

  it("gives the same fuel as the instance that it was taken from", async () => {
    const original = await start(counter);
    run(original, "count");
    const image = await original.capture();
    run(original, "count");
    const copy = await start(counter, { image });
    run(copy, "count");
    expect(copy.fuelUsed).toBe(original.fuelUsed);
  });

  it("is refused where it does not fit: a smaller memory limit, another component", async () => {
    const original = await start(counter);
    run(original, "grow", [30]);
    const image = await original.capture();
    const limits = { ...LIMITS, memoryBytes: 20 * 65536 };
    expect((await failure(() => start(counter, { image, limits }))).code).toBe("memory-limit");
    const other = await prepare(COUNTER, WIT);
    expect((await failure(() => start(other, { image }))).code).toBe("invalid-arguments");
  });

  it("counts the memory of the image against what the copy may still grow", async () => {
    const original = await start(counter);
    run(original, "grow", [30]);
    const image = await original.capture();
    const copy = await start(counter, { image, limits: { ...LIMITS, memoryBytes: 33 * 65536 } });
    expect(run(copy, "grow", [1])).toBe(32);
    expect(run(copy, "grow", [1])).toBe(-1);
  });

  it("is refused for a component that changes its tables, which an image does not hold", async () => {
    const prepared = await prepare(
      `(module (table 4 funcref) (func (export "f") (table.set (i32.const 0) (ref.null func))))`,
      "package test:tables; world test { export f: func(); }",
    );
    expect(prepared.imageable).not.toBe(true);
    const instance = await start(prepared);
    const error = await failure(() => instance.capture());
    expect(error.code).toBe("unavailable");
    expect(error.message).toContain("table");
  });
});

function pagesOf(image: Image): number {
  return image.cores.reduce((sum, core) => sum + core.offsets.length, 0);
}
