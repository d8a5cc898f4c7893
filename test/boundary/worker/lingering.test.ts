/** A worker with an open instance waits for the next call in shared memory. Whatever else it is told meanwhile it hears as well. */
import { describe, expect, it } from "vitest";
import { valueType } from "../../../host/src/component/value-types.ts";
import { LINGER_MS } from "../../../host/src/limits.ts";
import { BytesReader, BytesWriter } from "../../../host/src/sandbox/worker/bytes.ts";
import { readResult, readTask, writeResult, writeTask } from "../../../host/src/sandbox/worker/short-messages.ts";
import { echoGuest } from "../component/echo.ts";
import { rootImports } from "../component/support.ts";
import { HOSTILE, HOSTILE_WIT } from "../sandbox/hostile.ts";
import { prepare } from "../sandbox/support.ts";
import { random } from "../wasm/support.ts";
import { call, options, pool } from "./support.ts";

const hostile = await prepare(HOSTILE, HOSTILE_WIT);
const counter = await prepare(
  `(module (import "$root" "ask" (func $ask (param i32) (result i32))) (memory (export "memory") 1)
    (func (export "count") (result i32)
      (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))) (i32.load (i32.const 0)))
    (func (export "asked") (param i32) (result i32) (i32.add (call $ask (local.get 0)) (i32.const 1))))`,
  `package test:counter; world test {
    import ask: func(n: u32) -> u32; export count: func() -> u32; export asked: func(n: u32) -> u32;
  }`,
);
const ENDLESS = { fuel: Number.MAX_SAFE_INTEGER, timeoutMs: 60_000 };

const imports = (ask: (n: number) => unknown = (n) => n) => rootImports({ tick: () => {}, ask });
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("a worker that waits for the next call", () => {
  it("misses nothing, whatever comes in which order and when", async () => {
    const runner = pool();
    const pick = random(7);
    const open = await Promise.all(
      [0, 1, 2].map(() => runner.start(counter, options({ imports: imports(async (n) => n) }))),
    );
    const counts = [0, 0, 0];
    for (let step = 0; step < 800; step++) {
      const at = pick(3);
      const what = pick(16);
      if (what < 8) expect(await call(open[at]!, "count")).toBe(++counts[at]!);
      else if (what < 11) expect(await call(open[at]!, "asked", [step])).toBe(step + 1);
      else if (what < 13) await pause(pick(40) === 0 ? LINGER_MS - 2 + pick(4) : pick(2));
      else if (what < 14) {
        const all = [0, 1, 2].map((each) => call(open[each]!, "count"));
        expect(await Promise.all(all)).toEqual(counts.map((_, each) => ++counts[each]!));
      } else {
        const image = what === 15 ? await open[at]!.capture() : undefined;
        const other = await runner.start(counter, options({ imports: imports(), ...(image && { image }) }));
        expect(await call(other, "count")).toBe(image ? counts[at]! + 1 : 1);
        other.drop();
      }
    }
    expect(runner.workers).toBe(1);
  });

  it("stops a call that came that way, and goes on", async () => {
    const runner = pool();
    const stopped = await runner.start(hostile, options({ imports: imports() }));
    const other = await runner.start(hostile, options({ imports: imports() }));
    expect([await call(stopped, "count"), await call(other, "count")]).toEqual([1, 1]);
    const controller = new AbortController();
    const { signal } = controller;
    const work = stopped.call({ interface: "", function: "spin", args: [], ...ENDLESS, signal });
    controller.abort();
    await expect(work).rejects.toMatchObject({ code: "cancelled" });
    expect(await call(other, "count")).toBe(2);
    expect(runner.workers).toBe(1);
  });

  it("is not misled by an answer to a call that is over", async () => {
    const runner = pool();
    let answer: (value: number) => void = () => {};
    const host = imports((n) => (n === 1 ? new Promise((resolve) => (answer = resolve)) : n));
    const late = await runner.start(hostile, options({ imports: host }));
    const other = await runner.start(hostile, options({ imports: host }));
    expect(await call(other, "asked", [2])).toBe(3);
    const work = call(late, "asked", [1], { timeoutMs: 20 });
    // The answer is given just when the worker does not wait for it any more.
    const answering = pause(20).then(() => answer(666));
    expect([667, "deadline"]).toContain(await work.catch((error) => error.code));
    await answering;
    for (let n = 2; n < 50; n++) expect(await call(other, "asked", [n])).toBe(n + 1);
  });

  it("is ended like any other", async () => {
    const runner = pool();
    const running = await runner.start(hostile, options({ imports: imports() }));
    expect([await call(running, "count"), await call(running, "count")]).toEqual([1, 2]);
    await runner.close();
    expect(runner.workers).toBe(0);
    await expect(call(running, "count")).rejects.toMatchObject({ code: "trap" });
  });

  it("takes arguments and results of any size", async () => {
    const text = valueType({ kind: "string" });
    const wit =
      "package test:text; world test { import in-f0: func(x: string) -> string; export out-f0: func(x: string) -> string; }";
    const echo = await prepare(echoGuest([text]), wit);
    const running = await pool().start(echo, options({ imports: rootImports({ "in-f0": (x: unknown) => `${x}` }) }));
    for (const length of [0, 40, 32_700, 32_764, 32_765, 40_000, 3, 300_000, 7]) {
      const given = "ä".repeat(length >> 1) + "x".repeat(length & 1);
      expect(await call(running, "out-f0", [given])).toBe(given);
    }
  });
});

describe("a short message", () => {
  const local = [
    ["a:b/c@1.0.0", undefined],
    ["a:b/d@1.0.0", Uint8Array.of(1, 2)],
  ] as const;

  it.each([
    { args: Uint8Array.of(1, 2, 3), stackBytes: 5, local },
    { args: undefined, stackBytes: undefined, local: [] },
  ])("brings a task with %o", (some) => {
    const call = {
      interface: "ä:b/c@1.0.0",
      function: "f",
      fuel: 2 ** 53 - 1,
      timeoutMs: Number.POSITIVE_INFINITY,
      work: 3,
    };
    const task = { kind: "task", task: 2 ** 40, instance: 7, call: { ...call, ...some } } as const;
    const writer = new BytesWriter(1000);
    writeTask(writer, task);
    expect(readTask(new BytesReader(writer.finish()))).toEqual(task);
  });

  it.each([{ value: Uint8Array.of(9) }, {}])("brings a result with %o", (value) => {
    const result = { kind: "result", task: 3, fuel: 4, memoryBytes: 2 ** 33, local, ...value } as const;
    const writer = new BytesWriter(1000);
    writeResult(writer, result);
    expect(readResult(new BytesReader(writer.finish()))).toEqual(result);
  });
});
