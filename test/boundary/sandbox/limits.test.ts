import { describe, expect, it } from "vitest";
import type { HostImports } from "../../../host/src/component/index.ts";
import { PluginError } from "../../../host/src/errors.ts";
import { rootImports } from "../component/support.ts";
import { HOSTILE, HOSTILE_WIT } from "./hostile.ts";
import { failure, LIMITS, prepare, run, start } from "./support.ts";

const hostile = await prepare(HOSTILE, HOSTILE_WIT);
const ticking = (tick: () => void = () => {}): { imports: HostImports } => ({
  imports: rootImports({ tick, ask: (n: number) => n }),
});

describe("a guest that does not end", () => {
  it.each(["spin", "spin-caught", "flood", "flood-caught"])(
    "%s is stopped by its fuel, which it used to the last unit",
    async (name) => {
      const instance = await start(hostile, ticking());
      const error = await failure(() => run(instance, name));
      expect(error.code).toBe("fuel-exhausted");
      expect(instance.fuelUsed).toBe(LIMITS.fuel);
    },
  );

  it.each(["spin", "spin-caught", "flood", "flood-caught"])("%s is stopped by its deadline", async (name) => {
    let now = 0;
    const instance = await start(hostile, { ...ticking(), now: () => now++ });
    const error = await failure(() => run(instance, name, [], { fuel: Number.MAX_SAFE_INTEGER, timeoutMs: 50 }));
    expect(error.code).toBe("deadline");
  });

  it("in its start function is stopped before there is an instance", async () => {
    const prepared = await prepare(
      `(module (func $s (loop $l (br $l))) (start $s) (func (export "f")))`,
      "package test:start; world test { export f: func(); }",
    );
    expect((await failure(() => start(prepared))).code).toBe("fuel-exhausted");
  });

  it("is stopped although a host function failed inside its catch_all", async () => {
    const boom = () => {
      throw new PluginError("denied", "no");
    };
    const instance = await start(hostile, ticking(boom));
    expect(await failure(() => run(instance, "flood-caught"))).toMatchObject({ code: "denied", message: "no" });
  });
});

describe("a guest that wants too much", () => {
  it("ends in stack-limit when it recurses for ever", async () => {
    const instance = await start(hostile, ticking());
    const error = await failure(() => run(instance, "recurse", [0], { fuel: Number.MAX_SAFE_INTEGER }));
    expect(error.code).toBe("stack-limit");
  });

  it("ends in stack-limit when it leaves the host no stack to refill on", async () => {
    let callsLeft = Number.POSITIVE_INFINITY;
    const now = () => {
      if (callsLeft-- > 0) return 0;
      throw new RangeError("Maximum call stack size exceeded");
    };
    const instance = await start(hostile, { ...ticking(), now });
    callsLeft = 1; // opening the account; the next one is in refill
    const error = await failure(() => run(instance, "spin-caught", [], { fuel: 1e12 }));
    expect(error.code).toBe("stack-limit");
  });

  it.each(["hoard", "hoard-entries"])("ends in memory-limit when it grows for ever: %s", async (name) => {
    const instance = await start(hostile, ticking());
    expect((await failure(() => run(instance, name, [], { fuel: 1e12 }))).code).toBe("memory-limit");
    expect(instance.memoryBytes).toBeLessThanOrEqual(LIMITS.memoryBytes);
  });

  it("is answered −1 by memory.grow above its limit and goes on", async () => {
    const instance = await start(hostile, ticking());
    expect(run(instance, "grow", [255])).toBe(1);
    expect(run(instance, "grow", [1])).toBe(-1);
    expect(run(instance, "grow", [0])).toBe(256);
    expect(run(instance, "count")).toBe(1);
  });

  it("ends in trap, not memory-limit, when it traps in a later call than the one that could not grow", async () => {
    const instance = await start(hostile, ticking());
    run(instance, "grow", [60_000]);
    expect((await failure(() => run(instance, "divide", [0]))).code).toBe("trap");
  });

  it.each([65_535, 1, 0, -1, Number.NaN])(
    "is not started when its initial memory is above the limit of %d bytes",
    async (memoryBytes) => {
      const limits = { ...LIMITS, memoryBytes };
      expect(await failure(() => start(hostile, { ...ticking(), limits }))).toMatchObject({
        code: "memory-limit",
        message: expect.stringMatching(/^The plugin needed more than its (-?\d+ B|NaN MiB) of memory$/),
      });
    },
  );

  it.each([65_536, 131_071])("has the one page that fits in %d bytes and no more", async (memoryBytes) => {
    const instance = await start(hostile, { ...ticking(), limits: { ...LIMITS, memoryBytes } });
    expect(run(instance, "grow", [1])).toBe(-1);
  });

  it.each([2 ** 33, Number.MAX_SAFE_INTEGER])(
    "has no more than a memory can have where it may have %d bytes",
    async (memoryBytes) => {
      const instance = await start(hostile, { ...ticking(), limits: { ...LIMITS, memoryBytes } });
      expect(run(instance, "grow", [65_536], { fuel: 1e12 })).toBe(-1);
      expect(run(instance, "count")).toBe(1);
    },
  );

  it.each([0, -5, Number.NaN])("does nothing with %d units of fuel", async (fuel) => {
    const instance = await start(hostile, ticking());
    expect((await failure(() => run(instance, "spin", [], { fuel }))).code).toBe("fuel-exhausted");
  });

  it("is late at once where its time is no number", async () => {
    const instance = await start(hostile, ticking());
    expect((await failure(() => run(instance, "flood", [], { timeoutMs: Number.NaN }))).code).toBe("deadline");
  });
});

describe("an instance", () => {
  it("is dead after a failure, and says what it died of", async () => {
    const instance = await start(hostile, ticking());
    await failure(() => run(instance, "divide", [0]));
    const error = await failure(() => run(instance, "count"));
    expect(error.code).toBe("trap");
    expect(error.message).toContain("trap");
    expect(await failure(() => instance.capture())).toMatchObject({ code: "unavailable" });
  });

  it("leaves the next instance untouched by what it did", async () => {
    const first = await start(hostile, ticking());
    expect(run(first, "count")).toBe(1);
    expect(run(first, "count")).toBe(2);
    expect(run(await start(hostile, ticking()), "count")).toBe(1);
  });

  it("refuses to be called again from a host function", async () => {
    let error: unknown;
    const instance = await start(
      hostile,
      ticking(() => {
        try {
          run(instance, "count");
        } catch (thrown) {
          error = thrown;
          throw thrown;
        }
      }),
    );
    await failure(() => run(instance, "flood"));
    expect(error).toBeInstanceOf(PluginError);
  });

  it("gets no new fuel from a host function that calls it again and hides that it may not", async () => {
    let tries = 0;
    const instance = await start(
      hostile,
      ticking(() => {
        tries += 1;
        for (const again of [() => run(instance, "count"), () => void instance.capture().catch(() => {})]) {
          try {
            again();
          } catch {
            // As an embedder's careless code would.
          }
        }
      }),
    );
    const error = await failure(() => run(instance, "flood", [], { fuel: 100_000 }));
    expect(error.code).toBe("fuel-exhausted");
    expect(tries).toBeLessThan(1_000);
  });

  it("takes the fuel for what a host function did with the answer of that call", async () => {
    let work = 0;
    const takeWork = () => {
      const taken = work;
      work = 0;
      return taken;
    };
    let ticks = 0;
    const tick = () => {
      ticks += 1;
      work += 1_000_000;
    };
    const instance = await start(hostile, { ...ticking(tick), takeWork });
    expect((await failure(() => run(instance, "flood"))).code).toBe("fuel-exhausted");
    expect(ticks).toBeLessThanOrEqual(10);
  });

  it.each([
    ["undefined", undefined],
    ["null", null],
    ["a number", 7],
    ["an object without a prototype", Object.create(null)],
    ["an error whose message is no text", Object.assign(new Error(), { message: Symbol("no text") })],
    [
      "a proxy that throws when it is looked at",
      new Proxy(
        {},
        {
          get: () => {
            throw new Error("looked at");
          },
          getPrototypeOf: () => {
            throw new Error("looked at");
          },
        },
      ),
    ],
  ])("is dead after a host function threw %s, and a PluginError says so", async (_, thrown) => {
    const tick = () => {
      throw thrown;
    };
    const instance = await start(hostile, ticking(tick));
    expect((await failure(() => run(instance, "flood-caught"))).code).toBe("unavailable");
    expect((await failure(() => run(instance, "count"))).code).toBe("trap");
  });

  it("uses the same fuel for every slicing, and needs exactly that much", async () => {
    const uses = [];
    for (const fuelSlice of [1, 7, 777, 1 << 20]) {
      const instance = await start(hostile, { ...ticking(), fuelSlice });
      expect(run(instance, "work", [1000])).toBe(500_500);
      uses.push(instance.fuelUsed);
    }
    expect(new Set(uses).size).toBe(1);
    const [needed = 0] = uses;
    const enough = await start(hostile, ticking());
    expect(run(enough, "work", [1000], { fuel: needed })).toBe(500_500);
    const short = await start(hostile, ticking());
    expect((await failure(() => run(short, "work", [1000], { fuel: needed - 1 }))).code).toBe("fuel-exhausted");
    expect(short.fuelUsed).toBe(needed - 1);
  });

  it("uses the same fuel cold and hot", async () => {
    const instance = await start(hostile, ticking());
    run(instance, "work", [500_000], { fuel: 1e12 });
    const cold = instance.fuelUsed;
    for (let i = 0; i < 20; i++) run(instance, "work", [500_000], { fuel: 1e12 });
    expect(instance.fuelUsed).toBe(cold);
  });

  it("answers the same for every fuel limit: an error below what it needs, the result from there on", async () => {
    const probe = await start(hostile, ticking());
    run(probe, "work", [20]);
    for (let fuel = 1; fuel <= probe.fuelUsed + 5; fuel++) {
      const instance = await start(hostile, ticking());
      if (fuel < probe.fuelUsed) {
        expect((await failure(() => run(instance, "work", [20], { fuel }))).code).toBe("fuel-exhausted");
      } else {
        expect(run(instance, "work", [20], { fuel })).toBe(210);
      }
    }
  });
});
