/** The pool: calls beside each other, waiting ones in turn, and the end of what does not end by itself. */
import { describe, expect, it } from "vitest";
import type { HostImports } from "../../../host/src/component/index.ts";
import { valueType } from "../../../host/src/component/value-types.ts";
import { PluginError } from "../../../host/src/errors.ts";
import { nodeThreads } from "../../../host/src/powers/node/threads.ts";
import type { Running } from "../../../host/src/sandbox/index.ts";
import { LAST_TASK } from "../../../host/src/sandbox/worker/task-numbers.ts";
import { echoGuest } from "../component/echo.ts";
import { rootImports } from "../component/support.ts";
import { HOSTILE, HOSTILE_WIT } from "../sandbox/hostile.ts";
import { LIMITS, prepare } from "../sandbox/support.ts";
import { call, inline, options, pool } from "./support.ts";

const hostile = await prepare(HOSTILE, HOSTILE_WIT);
const ENDLESS = { fuel: Number.MAX_SAFE_INTEGER, timeoutMs: 60_000 };
const STUCK = { entry: new URL("./stuck-worker.mjs", import.meta.url) };

interface Host {
  readonly tick?: () => unknown;
  readonly ask?: (n: number) => unknown;
}

function imports({ tick = () => {}, ask = (n) => n }: Host = {}): HostImports {
  return rootImports({ tick, ask });
}

/** A promise that is settled from outside. */
function later<Value = unknown>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** What the work fails with, or `none`. */
async function code(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (error) => (error as PluginError).code,
  );
}

describe("a host function that answers later", () => {
  it("is waited for in a worker", async () => {
    const running = await pool().start(
      hostile,
      options({ imports: imports({ ask: async (n) => (await Promise.resolve(n)) * 3 }) }),
    );
    expect(await call(running, "asked", [5])).toBe(16);
    expect(await call(running, "asked", [6])).toBe(19);
  });

  it("answers with its error", async () => {
    const error = new PluginError("timeout", "nobody answered", { hint: "Ask again." });
    const running = await pool().start(hostile, options({ imports: imports({ tick: () => Promise.reject(error) }) }));
    await expect(call(running, "flood-caught")).rejects.toBe(error);
  });

  it("ends the call in timeout when it never answers", async () => {
    const runner = pool({ answerMs: 20 });
    const never = imports({ tick: () => new Promise(() => {}) });
    const running = await runner.start(hostile, options({ imports: never }));
    await expect(call(running, "flood-caught")).rejects.toMatchObject({
      code: "timeout",
      message: 'The host function "" "tick" did not answer within 20 ms',
    });
    expect(runner.workers).toBe(1);
  });

  it("ends the call in deadline when that comes first", async () => {
    const runner = pool();
    const never = imports({ tick: () => new Promise(() => {}) });
    const running = await runner.start(hostile, options({ imports: never }));
    await expect(call(running, "flood-caught", [], { timeoutMs: 30 })).rejects.toMatchObject({ code: "deadline" });
    const next = await runner.start(hostile, options({ imports: imports() }));
    expect(await call(next, "count")).toBe(1);
    expect(runner.workers).toBe(1);
  });

  it("answers nobody when the call is over, not even the next one", async () => {
    const runner = pool();
    const first = later<number>();
    const second = later<number>();
    const answers = [first.promise, second.promise];
    const ask = () => answers.shift();
    const late = await runner.start(hostile, options({ imports: imports({ ask }) }));
    await expect(call(late, "asked", [1], { timeoutMs: 20 })).rejects.toMatchObject({ code: "deadline" });
    const next = await runner.start(hostile, options({ imports: imports({ ask }) }));
    const result = call(next, "asked", [1]);
    first.resolve(666);
    await first.promise;
    second.resolve(41);
    expect(await result).toBe(42);
  });

  it("is refused on this thread, which cannot wait", async () => {
    for (const [name, args] of [
      ["once", []],
      ["asked", [1]],
    ] as const) {
      const host = imports({ tick: async () => {}, ask: async () => Promise.reject(new Error("unheard")) });
      const running = await inline().start(hostile, options({ imports: host }));
      await expect(call(running, name, args)).rejects.toMatchObject({
        code: "unavailable",
        hint: 'Run plugins with isolation: "worker".',
      });
    }
  });
});

describe("a signal", () => {
  it("that has fired before cancels the start, on this thread too", async () => {
    const signal = AbortSignal.abort();
    for (const runner of [inline(), pool()])
      expect(await code(runner.start(hostile, options({ imports: imports(), signal })))).toBe("cancelled");
  });

  it.each(["spin", "spin-caught", "flood", "flood-caught"])("stops %s, and the worker goes on", async (name) => {
    const runner = pool();
    const controller = new AbortController();
    const running = await runner.start(hostile, options({ imports: imports(), signal: controller.signal }));
    const work = call(running, name, [], ENDLESS);
    controller.abort(new Error("enough"));
    await expect(work).rejects.toMatchObject({ code: "cancelled", message: "The caller cancelled the call" });
    const next = await runner.start(hostile, options({ imports: imports() }));
    expect(await call(next, "count")).toBe(1);
    expect(runner.workers).toBe(1);
  });

  it("stops a guest that runs", async () => {
    const runner = pool();
    const controller = new AbortController();
    const tick = () => setImmediate(() => controller.abort());
    const running = await runner.start(hostile, options({ imports: imports({ tick }), signal: controller.signal }));
    expect(await code(call(running, "once-then-spin", [], ENDLESS))).toBe("cancelled");
    expect(runner.workers).toBe(1);
  });

  it("stops a guest that runs, whatever number its task has", async () => {
    const runner = pool({ lastTask: LAST_TASK - 3 });
    const neighbour = await runner.start(hostile, options({ imports: imports() }));
    await call(neighbour, "count");
    for (let times = 0; times < 4; times++) {
      const controller = new AbortController();
      const tick = () => setImmediate(() => controller.abort());
      const running = await runner.start(hostile, options({ imports: imports({ tick }), signal: controller.signal }));
      expect(await code(call(running, "once-then-spin", [], ENDLESS))).toBe("cancelled");
    }
    // It would be gone with a worker that had to be ended.
    expect(await call(neighbour, "count")).toBe(2);
  });

  it("stops a guest that waits for the host", async () => {
    const runner = pool();
    const controller = new AbortController();
    const tick = () => {
      setImmediate(() => controller.abort());
      return new Promise(() => {});
    };
    const running = await runner.start(hostile, options({ imports: imports({ tick }), signal: controller.signal }));
    expect(await code(call(running, "flood-caught", [], ENDLESS))).toBe("cancelled");
    expect(runner.workers).toBe(1);
  });

  it("cancels a call whose answer is on its way", async () => {
    const controller = new AbortController();
    const threads = nodeThreads();
    const start: typeof threads.start = ({ message, ...events }) =>
      threads.start({
        ...events,
        message: (one) => {
          if ((one as { readonly kind: string }).kind === "result") controller.abort();
          message(one);
        },
      });
    const runner = pool({ threads: { ...threads, start } });
    const running = await runner.start(hostile, options({ imports: imports(), signal: controller.signal }));
    expect(await code(call(running, "count"))).toBe("cancelled");
  });

  it("takes a call out of the queue", async () => {
    const runner = pool();
    const gate = later();
    const controller = new AbortController();
    const busy = await runner.start(hostile, options({ imports: imports({ tick: () => gate.promise }) }));
    const waiting = await runner.start(hostile, options({ imports: imports(), signal: controller.signal }));
    const first = call(busy, "once");
    const second = call(waiting, "count");
    expect(runner.waiting).toBe(1);
    controller.abort();
    expect(await code(second)).toBe("cancelled");
    expect(runner.waiting).toBe(0);
    gate.resolve(undefined);
    await first;
  });

  it("ends a worker that does not stop; another takes its place", async () => {
    const runner = pool({ graceMs: 20 }, STUCK);
    const controller = new AbortController();
    const stuck = await runner.start(hostile, options({ imports: imports(), signal: controller.signal }));
    const neighbour = await runner.start(hostile, options({ imports: imports() }));
    await call(neighbour, "count");
    const work = call(stuck, "spin", [], ENDLESS);
    const waiting = call(neighbour, "count");
    controller.abort();
    expect(await code(work)).toBe("cancelled");
    expect(await code(waiting)).toBe("cancelled");
    await expect(call(neighbour, "count")).rejects.toThrow(/ended before with cancelled/);
    const next = await runner.start(hostile, options({ imports: imports() }));
    expect(await call(next, "count")).toBe(1);
  });
});

describe("a worker", () => {
  it("that is stuck beyond the deadline is ended, and another takes its place", async () => {
    const runner = pool({ graceMs: 20 }, STUCK);
    const stuck = await runner.start(hostile, options({ imports: imports() }));
    await expect(call(stuck, "spin", [], { timeoutMs: 30 })).rejects.toMatchObject({
      code: "deadline",
      message: "The call ran longer than 30 ms",
    });
    expect(runner.workers).toBe(0);
    const next = await runner.start(hostile, options({ imports: imports() }));
    expect(await call(next, "count")).toBe(1);
  });

  it("whose heap is full ends its call in memory-limit, and the pool goes on", async () => {
    const lists = await prepare(
      echoGuest([
        valueType({ kind: "list", element: valueType({ kind: "list", element: valueType({ kind: "u32" }) }) }),
      ]),
      `package test:heap; world test { import in-f0: func(x: list<list<u32>>) -> list<list<u32>>; export out-f0: func(x: list<list<u32>>) -> list<list<u32>>; }`,
    );
    const runner = pool({}, { heapBytes: 8 << 20 });
    const limits = { ...LIMITS, memoryBytes: 100 << 20, fuel: 1e12 };
    const host = rootImports({ "in-f0": (x: unknown) => x });
    const hog = await runner.start(lists, options({ imports: host, limits }));
    const many = Array.from({ length: 220_000 }, () => []);
    await expect(call(hog, "out-f0", [many], limits)).rejects.toMatchObject({ code: "memory-limit" });
    const next = await runner.start(lists, options({ imports: host }));
    expect(await call(next, "out-f0", [[[1]]])).toEqual([[1]]);
  });

  it("that cannot be started ends the call in unavailable", async () => {
    const runner = pool({}, { entry: new URL("./missing.mjs", import.meta.url) });
    const running = await runner.start(hostile, options({ imports: imports() }));
    expect(await code(call(running, "count"))).toBe("unavailable");
    expect(runner.workers).toBe(0);
  });

  it.each([0, -1, 1.5, Number.NaN])("is not one of %d", (workers) => {
    expect(() => pool({ workers })).toThrow(PluginError);
  });
});

describe("instances", () => {
  it("keep their state between calls, and others run in their worker meanwhile", async () => {
    const runner = pool();
    const [a, b] = [
      await runner.start(hostile, options({ imports: imports() })),
      await runner.start(hostile, options({ imports: imports() })),
    ];
    const counts = [await call(a, "count"), await call(b, "count"), await call(a, "count"), await call(b, "count")];
    expect(counts).toEqual([1, 1, 2, 2]);
    expect(runner.workers).toBe(1);
  });

  it("cannot be entered twice, nor used once they are dropped", async () => {
    const runner = pool();
    const gate = later();
    const running = await runner.start(hostile, options({ imports: imports({ tick: () => gate.promise }) }));
    const first = call(running, "once");
    await expect(call(running, "count")).rejects.toMatchObject({ code: "trap", message: /cannot be re-entered/ });
    gate.resolve(undefined);
    await first;
    running.drop();
    running.drop();
    expect(await code(call(running, "count"))).toBe("unavailable");
  });

  it("that are dropped in the middle of a call end it", async () => {
    const runner = pool();
    const running = await runner.start(hostile, options({ imports: imports() }));
    const work = call(running, "spin", [], ENDLESS);
    running.drop();
    expect(await code(work)).toBe("cancelled");
    expect(runner.workers).toBe(1);
  });
});

describe("the queue", () => {
  it("refuses one call more than its limit as busy", async () => {
    const runner = pool({ queuedCalls: 2 });
    const gate = later();
    const start = () => runner.start(hostile, options({ imports: imports({ tick: () => gate.promise }) }));
    const running = await Promise.all([start(), start(), start(), start()]);
    const calls = running.slice(0, 3).map((one) => call(one, "once"));
    await expect(call(running[3]!, "once")).rejects.toMatchObject({ code: "busy", message: /^2 calls are waiting/ });
    gate.resolve(undefined);
    await Promise.all(calls);
    expect(await code(call(running[3]!, "once"))).toBe("none");
  });

  it("gives every owner its turn, however many calls another has waiting", async () => {
    const runner = pool();
    const order: string[] = [];
    const gate = later();
    const of = async (owner: string, tick: () => unknown): Promise<Running> =>
      runner.start(hostile, options({ owner, imports: imports({ tick }) }));
    const first = call(await of("greedy", () => gate.promise), "once");
    const calls: Promise<unknown>[] = [];
    for (const owner of ["greedy", "greedy", "greedy", "modest", "modest", "late"]) {
      calls.push(call(await of(owner, () => void order.push(owner)), "once"));
    }
    gate.resolve(undefined);
    await Promise.all([first, ...calls]);
    expect(order).toEqual(["greedy", "modest", "late", "greedy", "modest", "greedy"]);
  });

  it("is empty while there are workers for all: two guests can wait for each other", async () => {
    const runner = pool({ workers: 2 });
    const [a, b] = [later(), later()];
    const meet = (own: typeof a, other: typeof a) => {
      own.resolve(0);
      return other.promise;
    };
    const one = await runner.start(hostile, options({ imports: imports({ tick: () => meet(a, b) }) }));
    const two = await runner.start(hostile, options({ imports: imports({ tick: () => meet(b, a) }) }));
    await Promise.all([call(one, "once"), call(two, "once")]);
    expect(runner.workers).toBe(2);
  });
});

describe("an instance that another one's host function starts", () => {
  it("runs on its caller's thread, while that waits", async () => {
    const runner = pool();
    const inner: unknown[] = [];
    let outer: Running | undefined;
    const ask = async (n: number): Promise<number> => {
      const callee = await runner.start(
        hostile,
        options({ imports: imports({ ask: (m) => m + 1 }), owner: "callee", ...(outer && { caller: outer }) }),
      );
      inner.push(await call(callee, "asked", [n]), await call(callee, "count"));
      callee.drop();
      return n * 10;
    };
    outer = await runner.start(hostile, options({ imports: imports({ ask }) }));
    expect(await call(outer, "asked", [4])).toBe(41);
    expect(inner).toEqual([6, 1]);
    expect(runner.workers).toBe(1);
  });

  it("ends with its caller when that is cancelled", async () => {
    const runner = pool();
    const controller = new AbortController();
    let outer: Running | undefined;
    let callee: Promise<string> | undefined;
    const tick = async (): Promise<void> => {
      const running = await runner.start(
        hostile,
        options({ imports: imports({ tick: () => controller.abort() }), ...(outer && { caller: outer }) }),
      );
      callee = code(call(running, "flood-caught", [], ENDLESS));
      await callee;
    };
    outer = await runner.start(hostile, options({ imports: imports({ tick }), signal: controller.signal }));
    expect(await code(call(outer, "once", [], ENDLESS))).toBe("cancelled");
    expect(await callee).toBe("cancelled");
    expect(runner.workers).toBe(1);
  });

  it("ends with its caller also where the numbers of tasks begin again between the two", async () => {
    const runner = pool({ lastTask: LAST_TASK - 2 });
    const neighbour = await runner.start(hostile, options({ imports: imports() }));
    await call(neighbour, "count");
    const controller = new AbortController();
    const { signal } = controller;
    let outer: Running | undefined;
    let callee: Promise<string> | undefined;
    const tick = async (): Promise<void> => {
      const inside = imports({ tick: () => controller.abort() });
      const running = await runner.start(
        hostile,
        options({ imports: inside, signal, ...(outer && { caller: outer }) }),
      );
      callee = code(call(running, "flood-caught", [], ENDLESS));
      await callee;
    };
    outer = await runner.start(hostile, options({ imports: imports({ tick }), signal }));
    expect(await code(call(outer, "once-then-spin", [], ENDLESS))).toBe("cancelled");
    expect(await callee).toBe("cancelled");
    expect(await call(neighbour, "count")).toBe(2);
  });

  it("is refused when its caller does not wait for it", async () => {
    const runner = pool();
    const caller = await runner.start(hostile, options({ imports: imports() }));
    const callee = await runner.start(hostile, options({ imports: imports(), caller }));
    await expect(call(callee, "count")).rejects.toMatchObject({
      code: "unavailable",
      message: /in no call that waits/,
    });
  });

  it.each([1, 2, 3])("is one of many that are spread over %d workers, callers helping", async (workers) => {
    const runner = pool({ workers });
    const spread = async (of: () => Running | undefined, n: number): Promise<number> => {
      const caller = of();
      const results = await Promise.all(
        Array.from({ length: n }, async (_, at) => {
          const child = await runner.start(
            hostile,
            options({ imports: imports(), owner: "child", spread: true, ...(caller && { caller }) }),
          );
          const result = await call(child, "work", [at + 1]);
          child.drop();
          return result as number;
        }),
      );
      return results.reduce((sum, one) => sum + one, 0);
    };
    // As many callers as there are workers and one more: none is left that does not wait.
    const sums = Array.from({ length: workers + 1 }, async () => {
      let running: Running | undefined;
      const ask = (n: number) => spread(() => running, n);
      running = await runner.start(hostile, options({ imports: imports({ ask }) }));
      return call(running, "asked", [10]);
    });
    expect(await Promise.all(sums)).toEqual(sums.map(() => 221));
    expect(runner.workers).toBeLessThanOrEqual(workers);
  });
});

describe("where a thread that waits cannot be reached, as in a page", () => {
  const deaf = (workers: number) => pool({ workers, threads: { ...nodeThreads(), receivesWhileWaiting: false } });
  const asking = async (
    runner: ReturnType<typeof deaf>,
    of: (caller: Running) => Promise<number>,
  ): Promise<unknown> => {
    let running: Running | undefined;
    const ask = () => of(running as Running);
    running = await runner.start(hostile, options({ imports: imports({ ask }) }));
    return call(running, "asked", [1]);
  };

  it("an instance that is started from inside of a call runs in one more worker, which is not kept", async () => {
    const runner = deaf(1);
    const result = asking(runner, async (caller) => {
      const callee = await runner.start(hostile, options({ imports: imports(), owner: "callee", caller }));
      const counts = [await call(callee, "count"), await call(callee, "count")];
      expect(runner.workers).toBe(2);
      callee.drop();
      return counts.reduce<number>((sum, one) => sum + (one as number), 0);
    });
    expect(await result).toBe(4);
    const last = await runner.start(hostile, options({ imports: imports() }));
    expect(await call(last, "count")).toBe(1);
    expect(runner.workers).toBe(1);
  });

  it("many that are spread still end, with as many callers as there are workers", async () => {
    const runner = deaf(2);
    const sums = Array.from({ length: 3 }, () =>
      asking(runner, async (caller) => {
        const children = Array.from({ length: 6 }, async (_, at) => {
          const child = await runner.start(
            hostile,
            options({ imports: imports(), owner: "child", caller, spread: true }),
          );
          const result = await call(child, "work", [at + 1]);
          child.drop();
          return result as number;
        });
        return (await Promise.all(children)).reduce((sum, one) => sum + one, 0);
      }),
    );
    expect(await Promise.all(sums)).toEqual([57, 57, 57]);
  });
});

describe("the memory that a worker shares with the host", () => {
  it("is in nothing that a guest is linked to", async () => {
    const entry = new URL("./spying-worker.mjs", import.meta.url);
    const running = await pool({}, { entry }).start(hostile, options({ imports: imports({ ask: (n) => n }) }));
    expect(await call(running, "asked", [1])).toBe(2);
  });
});

describe("closing", () => {
  it("cancels what runs and what waits, and leaves no thread", async () => {
    const runner = pool();
    const started = later();
    const tick = () => {
      started.resolve(0);
      return new Promise(() => {});
    };
    const [running, waiting] = [
      await runner.start(hostile, options({ imports: imports({ tick }) })),
      await runner.start(hostile, options({ imports: imports() })),
    ];
    const work = [code(call(running, "flood-caught", [], ENDLESS)), code(call(waiting, "count"))];
    await started.promise;
    await runner.close();
    expect(await Promise.all(work)).toEqual(["cancelled", "cancelled"]);
    expect(runner.workers).toBe(0);
    expect(await code(runner.start(hostile, options({ imports: imports() })))).toBe("unavailable");
    expect(await code(call(running, "count"))).toBe("trap");
  });
});
