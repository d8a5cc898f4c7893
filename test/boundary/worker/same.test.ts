/** A plugin computes the same wherever it runs: values, fuel, memory and errors on this thread and in a worker. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HostImports } from "../../../host/src/component/index.ts";
import { type ValueType, valueType } from "../../../host/src/component/value-types.ts";
import { PluginError } from "../../../host/src/errors.ts";
import type { RunnerStart } from "../../../host/src/sandbox/index.ts";
import { echoGuest } from "../component/echo.ts";
import { rootImports } from "../component/support.ts";
import { anyType, anyValue, WitPrinter } from "../component/types.ts";
import { HOSTILE, HOSTILE_WIT } from "../sandbox/hostile.ts";
import { LIMITS, prepare } from "../sandbox/support.ts";
import { both, call, inline, options, outcome, pool } from "./support.ts";

const hostile = await prepare(HOSTILE, HOSTILE_WIT);
const counter = await prepare(
  `(module
    (memory (export "memory") 3)
    (global $count (mut i32) (i32.const 0))
    (func (export "count") (result i32)
      (global.set $count (i32.add (global.get $count) (i32.const 1)))
      (i32.store (i32.const 150000) (global.get $count))
      (global.get $count))
    (func (export "stored") (result i32) (i32.load (i32.const 150000))))`,
  "package test:counter; world test { export count: func() -> u32; export stored: func() -> u32; }",
);
const thrower = (thrown: unknown) => () => {
  throw thrown;
};
const answering = (tick: () => unknown, ask: (n: number) => unknown = (n) => n * 2): HostImports =>
  rootImports({ tick, ask });

describe("on this thread and in a worker", () => {
  const programs: readonly (readonly [string, readonly unknown[], Partial<typeof LIMITS>])[] = [
    ["count", [], {}],
    ["work", [100_000], {}],
    ["work", [3_000_000], { fuel: 5_000_000 }],
    ["asked", [20], {}],
    ["asked", [20], { fuel: 100 }],
    ["once", [], {}],
    ["spin", [], {}],
    ["spin-caught", [], { fuel: 3_000_000 }],
    ["flood", [], { fuel: 30_000 }],
    ["flood-caught", [], { fuel: 30_000 }],
    ["hoard", [], { fuel: 1e12 }],
    ["hoard-entries", [], { fuel: 1e12 }],
    ["divide", [0], {}],
    ["missing", [], {}],
  ];
  it.each(programs)("%s(%j) with %j ends the same", async (name, args, limits) => {
    const start = () => ({ imports: answering(() => {}) });
    const calls = (running: Parameters<typeof call>[0]) => [
      () => call(running, name, args, limits),
      () => call(running, "count"),
    ];
    const [here, there] = await both(hostile, start, calls, pool());
    expect(there).toEqual(here);
  });

  it.each([["no number"], [], [1, 2]])("arguments of the wrong type end the instance: %j", async (...args) => {
    const [here, there] = await both(
      hostile,
      () => ({ imports: answering(() => {}) }),
      (running) => [() => call(running, "divide", args), () => call(running, "count")],
      pool(),
    );
    expect(there.map(({ error }) => error)).toEqual(here.map(({ error }) => error));
  });

  const thrown: readonly unknown[] = [
    new PluginError("denied", "no", { hint: "Ask for it." }),
    new Error("a fault of the host"),
    new RangeError("out of range"),
    "a string",
    undefined,
    Object.defineProperty({}, "message", { get: thrower(new Error("looked at")) }),
  ];
  it.each(thrown.map((one, at) => [at, one]))("what a host function throws stops the guest: %s", async (_, one) => {
    const [here, there] = await both(
      hostile,
      () => ({ imports: answering(thrower(one)) }),
      (running) => [() => call(running, "flood-caught"), () => call(running, "count")],
      pool(),
    );
    expect(there).toEqual(here);
    expect(here[0]?.error).toBeDefined();
  });

  it("the error that a host function throws is the caller's own object", async () => {
    const error = new PluginError("conflict", "mine", { cause: "kept" });
    const running = await pool().start(hostile, options({ imports: answering(thrower(error)) }));
    await expect(call(running, "once")).rejects.toBe(error);
  });

  it.each([1.5, -1, "1", null, 2n, undefined, {}])("a host function that answers %s is at fault", async (value) => {
    const imports = answering(
      () => {},
      () => value,
    );
    const [here, there] = await both(
      hostile,
      () => ({ imports }),
      (running) => [() => call(running, "asked", [1])],
      pool(),
    );
    expect(here[0]?.error?.code).toBe("unavailable");
    expect(there[0]?.error).toMatchObject({ code: "unavailable" });
    expect(there[0]?.fuel).toBe(here[0]?.fuel);
  });

  it("work of host functions is charged with the same charge", async () => {
    for (const work of [0, 12_345, 20_000_000]) {
      let owed = 0;
      const start = (): Partial<RunnerStart> => {
        owed = 7;
        return {
          imports: answering(() => {
            owed += work;
          }),
          takeWork: () => {
            const taken = owed;
            owed = 0;
            return taken;
          },
        };
      };
      const [here, there] = await both(
        hostile,
        start,
        (running) => [() => call(running, "once"), () => call(running, "asked", [1]), () => call(running, "count")],
        pool(),
      );
      expect(there).toEqual(here);
    }
  });

  it("an import that the host does not offer is refused at the start", async () => {
    const imports = rootImports({ tick: () => {} });
    const running = await pool().start(hostile, options({ imports }));
    const there = await outcome(running, () => call(running, "count"));
    await expect(
      both(
        hostile,
        () => ({ imports }),
        () => [],
        pool(),
      ),
    ).rejects.toMatchObject(there.error ?? {});
    expect(there).toMatchObject({ error: { code: "unavailable" }, fuel: 0, memoryBytes: 0 });
    await expect(call(running, "count")).rejects.toMatchObject({
      code: "trap",
      message: /ended before with unavailable/,
    });
  });

  it("images start copies, whichever thread took them", async () => {
    const worker = pool();
    const first = await worker.start(counter, options());
    await call(first, "count");
    const image = await first.capture();
    const [here, there] = await both(
      counter,
      () => ({ image }),
      (running) => [() => call(running, "count"), () => call(running, "stored")],
      worker,
    );
    expect(there).toEqual(here);
    expect([here[0]?.value, here[1]?.value]).toEqual([2, 2]);
    expect(await call(first, "count")).toBe(2);
    const local = await inline().start(counter, options({ image }));
    await call(local, "count");
    const again = await worker.start(counter, options({ image: await local.capture() }));
    expect(await call(again, "count")).toBe(3);
  });
});

describe("values of random types", async () => {
  const types: ValueType[] = fc
    .sample(anyType(3), { seed: 77, numRuns: 40 })
    .map((type) => (type.kind === "result" ? valueType({ kind: "tuple", types: [type] }) : type));
  const wit = new WitPrinter();
  const functions = types.map((type, at) => {
    const name = wit.print(type);
    return `import in-f${at}: func(x: ${name}) -> ${name}; export out-f${at}: func(x: ${name}) -> ${name};`;
  });
  const prepared = await prepare(
    echoGuest(types),
    `package test:echo;
    interface types { ${wit.declarations.join("\n")} }
    world test { use types.{${wit.declarations.map((_, at) => `t${at}`).join(", ")}}; ${functions.join("\n")} }`,
  );

  it("go to the worker, to a host function and back as on this thread, with the same fuel", async () => {
    const worker = pool();
    for (const [at, type] of types.entries()) {
      for (const value of fc.sample(anyValue(type), { seed: at, numRuns: 5 })) {
        const seen: unknown[] = [];
        const imports = rootImports({
          [`in-f${at}`]: (given: unknown) => {
            seen.push(given);
            return given;
          },
        });
        const rest = types.map((_, other) => [`in-f${other}`, () => {}] as const);
        const start = () => ({
          imports: rootImports({ ...Object.fromEntries(rest), ...Object.fromEntries(imports.get("")!.functions) }),
        });
        const [here, there] = await both(
          prepared,
          start,
          (running) => [() => call(running, `out-f${at}`, [value])],
          worker,
        );
        expect(there).toEqual(here);
        expect(seen[1]).toEqual(seen[0]);
      }
    }
  });
});

describe("large values", async () => {
  const prepared = await prepare(
    echoGuest([valueType({ kind: "string" }), valueType({ kind: "list", element: valueType({ kind: "u8" }) })]),
    `package test:large; world test {
      import in-f0: func(x: string) -> string; export out-f0: func(x: string) -> string;
      import in-f1: func(x: list<u8>) -> list<u8>; export out-f1: func(x: list<u8>) -> list<u8>; }`,
  );
  const echo = rootImports({ "in-f0": (x: unknown) => x, "in-f1": (x: unknown) => x });
  const limits = { ...LIMITS, memoryBytes: 200 << 20, fuel: 1e12 };

  it("cross in pieces up to the transfer limit, and not above it", async () => {
    const worker = pool();
    for (const length of [0, 262_144 - 13, 262_144, 3_000_001, 16 * 1024 * 1024 - 300, 16 * 1024 * 1024]) {
      const bytes = new Uint8Array(length).map((_, at) => at * 31);
      const [here, there] = await both(
        prepared,
        () => ({ imports: echo, limits }),
        (running) => [() => call(running, "out-f1", [bytes], limits)],
        worker,
      );
      expect(there[0]?.error).toEqual(here[0]?.error);
      expect(there[0]?.fuel).toBe(here[0]?.fuel);
      const bytesOf = (value: unknown) => Buffer.from((value ?? []) as Uint8Array);
      expect(Buffer.compare(bytesOf(there[0]?.value), bytesOf(here[0]?.value))).toBe(0);
    }
  });

  it("that a host function answers with are refused above the transfer limit, with the same words", async () => {
    const imports = rootImports({ "in-f0": () => "x".repeat(80_000_000), "in-f1": (x: unknown) => x });
    const [here, there] = await both(
      prepared,
      () => ({ imports, limits }),
      (running) => [() => call(running, "out-f0", ["x"], limits)],
      pool(),
    );
    expect(here[0]?.error?.code).toBe("transfer-limit");
    expect(there[0]).toEqual(here[0]);
  });

  it.each(["\ud800", "a\udc00b", "\ufeffx", "é".repeat(40), "\0", "😀\ud83d"])(
    "text arrives the same: %j",
    async (text) => {
      const [here, there] = await both(
        prepared,
        () => ({ imports: echo }),
        (running) => [() => call(running, "out-f0", [text])],
        pool(),
      );
      expect(there).toEqual(here);
    },
  );
});
