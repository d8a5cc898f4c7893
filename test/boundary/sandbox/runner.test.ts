/** The contract of a `Runner`, held against the one of the caller's thread; and starting at once, without promises. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  inlineRunner,
  type PreparedComponent,
  type RunnerStart,
  startInstanceSync,
} from "../../../host/src/sandbox/index.ts";
import { failure, LIMITS, prepare, ROOT, run, start } from "./support.ts";

const now = () => performance.now();
const OPTIONS: RunnerStart = { imports: new Map(), limits: LIMITS, owner: "counter" };
const count = { interface: ROOT, function: "count", args: [], ...LIMITS };

let counter: PreparedComponent;

beforeAll(async () => {
  counter = await prepare(
    `(module
      (memory (export "memory") 1)
      (global $n (mut i32) (i32.const 0))
      (func $start (global.set $n (i32.const 10)))
      (func (export "count") (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1)))
        (global.get $n))
      (func (export "trap") unreachable)
      (start $start))`,
    `package test:counter;
    world test { export count: func() -> u32; export trap: func(); }`,
  );
});

describe("the inline runner", () => {
  it("starts instances that are called with and without promises", async () => {
    const running = await inlineRunner(now).start(counter, OPTIONS);
    expect(await running.call(count)).toBe(11);
    expect(running.callSync?.(count)).toBe(12);
    expect(running.fuelUsed).toBeGreaterThan(0);
    expect(running.memoryBytes).toBe(65536);
  });

  it("starts copies from what it captured", async () => {
    const runner = inlineRunner(now);
    const first = await runner.start(counter, OPTIONS);
    await first.call(count);
    const copy = await runner.start(counter, { ...OPTIONS, image: await first.capture() });
    expect(await copy.call(count)).toBe(12);
    expect(await first.call(count)).toBe(12);
  });

  it("starts from an image whose pages are in shared memory", async () => {
    const runner = inlineRunner(now);
    const first = await runner.start(counter, OPTIONS);
    await first.call(count);
    const image = await first.capture();
    const cores = image.cores.map((core) => {
      const pages = new Uint8Array(new SharedArrayBuffer(core.pages.length));
      pages.set(core.pages);
      return { ...core, pages };
    });
    const copy = await runner.start(counter, { ...OPTIONS, image: { ...image, cores } });
    expect(await copy.call(count)).toBe(12);
  });

  it("keeps the figures of an instance that was dropped, and refuses its calls", async () => {
    const running = await inlineRunner(now).start(counter, OPTIONS);
    await running.call(count);
    const fuel = running.fuelUsed;
    running.drop();
    running.drop();
    expect(running.fuelUsed).toBe(fuel);
    expect(running.memoryBytes).toBe(65536);
    expect((await failure(() => running.call(count))).code).toBe("unavailable");
    expect((await failure(() => running.capture())).code).toBe("unavailable");
  });

  it("refuses to start or call what was cancelled before", async () => {
    const controller = new AbortController();
    const options = { ...OPTIONS, signal: controller.signal };
    const runner = inlineRunner(now);
    const running = await runner.start(counter, options);
    controller.abort();
    expect((await failure(() => running.call(count))).code).toBe("cancelled");
    expect((await failure(() => runner.start(counter, options))).code).toBe("cancelled");
  });

  it("starts nothing once it was closed", async () => {
    const runner = inlineRunner(now);
    await runner.close();
    expect((await failure(() => runner.start(counter, OPTIONS))).code).toBe("unavailable");
  });
});

describe("starting at once", () => {
  it("gives what starting with a promise gives, with the same fuel", async () => {
    const waited = await start(counter);
    const atOnce = startInstanceSync(counter, { imports: new Map(), limits: LIMITS, now });
    expect(atOnce.fuelUsed).toBe(waited.fuelUsed);
    expect(run(atOnce, "count")).toBe(run(waited, "count"));
    expect(atOnce.fuelUsed).toBe(waited.fuelUsed);
  });

  it("starts from an image, without its start function", async () => {
    const first = await start(counter);
    run(first, "count");
    const copy = startInstanceSync(counter, { imports: new Map(), limits: LIMITS, now, image: await first.capture() });
    expect(run(copy, "count")).toBe(12);
  });

  it("refuses what does not fit, with the same code", async () => {
    const limits = { ...LIMITS, memoryBytes: 1000 };
    const options = { imports: new Map(), limits, now };
    expect((await failure(() => startInstanceSync(counter, options))).code).toBe("memory-limit");
    expect((await failure(() => start(counter, options))).code).toBe("memory-limit");
  });
});
