/**
 * What happens to a guest while it waits for a host function, told so that a worker, which stands still, and a suspended guest on the
 * host's own thread can be compared. Runs in other Nodes than the tests' own too: no test runner is imported here.
 */
import { decodeComponent, type HostImports } from "../../../host/src/component/index.ts";
import { PluginError } from "../../../host/src/errors.ts";
import {
  type PreparedComponent,
  prepareComponent,
  type Runner,
  type RunnerStart,
  type Running,
} from "../../../host/src/sandbox/index.ts";
import { buildComponent } from "../component/support.ts";

export const LIMITS = { memoryBytes: 16 << 20, fuel: 10_000_000, timeoutMs: 60_000 };

const GUEST = `(module
  (import "$root" "tick" (func $tick))
  (import "$root" "ask" (func $ask (param i32) (result i32)))
  (import "$root" "wide" (func $wide (param i64 f64 f32) (result i64)))
  (import "$root" "say" (func $say (param i32 i32 i32)))
  (memory (export "memory") 1)
  (global $free (mut i32) (i32.const 1024))
  (global $games (mut i32) (i32.const 0))
  (global $count (mut i32) (i32.const 0))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (if (global.get $games) (then (try (do (call $tick)) (catch_all))))
    (local.set $at (global.get $free))
    (global.set $free (i32.add (global.get $free) (local.get 3)))
    (local.get $at))
  (func (export "count") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count))
  (func (export "once") (call $tick))
  (func (export "asked") (param i32) (result i32) (i32.add (call $ask (local.get 0)) (i32.const 1)))
  (func (export "sum") (param $n i32) (result i32)
    (local $sum i32)
    (loop $l
      (local.set $sum (i32.add (local.get $sum) (call $ask (local.get $n))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (local.get $sum))
  (func $deep (export "deep") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (call $deep (i32.sub (local.get 0) (i32.const 1))) (i32.const 1)))
      (else (call $ask (i32.const 7)))))
  (func (export "swallow") (loop $again (try (do (loop $l (call $tick) (br $l))) (catch_all)) (br $again)))
  (func (export "swallow-once") (result i32)
    (try (result i32) (do (call $ask (i32.const 1))) (catch_all (i32.const 666))))
  (func (export "spin-after") (call $tick) (loop $l (br $l)))
  (func (export "wide-asked") (result i64)
    (call $wide (i64.const -5) (f64.const 0.5) (f32.const 1.5)))
  (func (export "said") (result i32)
    (call $say (i32.const 65500) (i32.const 3) (i32.const 512))
    (i32.const 512))
  (func (export "said-with-games") (result i32)
    (global.set $games (i32.const 1))
    (call $say (i32.const 65500) (i32.const 3) (i32.const 512))
    (i32.const 512))
  (export "ask-again" (func $ask)))`;

const WIT = `package test:waits; world test {
  import tick: func(); import ask: func(n: u32) -> u32; import say: func(text: string) -> string;
  import wide: func(a: s64, b: f64, c: f32) -> s64;
  export count: func() -> u32; export once: func(); export asked: func(n: u32) -> u32; export sum: func(n: u32) -> u32;
  export deep: func(n: u32) -> u32; export swallow: func(); export swallow-once: func() -> u32; export spin-after: func();
  export wide-asked: func() -> s64; export said: func() -> string; export said-with-games: func() -> string;
  export ask-again: func(n: u32) -> u32;
}`;

export async function prepareGuest(wat: string = GUEST, wit: string = WIT): Promise<PreparedComponent> {
  const bytes = await buildComponent(wat, wit);
  return prepareComponent(bytes, decodeComponent(bytes));
}

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Functions of the host, all of which may answer later. */
export function laterImports(functions: Functions = {}): HostImports {
  const all = {
    tick: async () => {},
    ask: async (n: number) => n,
    wide: async () => 1n,
    say: async () => "",
    ...functions,
  };
  return new Map([["", { functions: new Map(Object.entries(all)), later: new Set(Object.keys(all)) }]]);
}

export const never = (): Promise<never> => new Promise(() => {});

/** What can be told of a call from outside, as text that JSON can hold. */
export interface Told {
  readonly name: string;
  readonly value?: string;
  readonly error?: string;
  /** Not told where it depends on when the call was ended. */
  readonly fuel?: number;
}

/** Makes a runner, whose calls wait for an answer of the host for so long. */
export type MakeRunner = (answerMs?: number) => Runner;

export async function runScenarios(makeRunner: MakeRunner): Promise<Told[]> {
  const prepared = await prepareGuest();
  const told: Told[] = [];
  const runner = makeRunner();
  const start = (functions?: Functions, more: Partial<RunnerStart> = {}, where = runner): Promise<Running> =>
    where.start(prepared, { imports: laterImports(functions), limits: LIMITS, owner: "test", ...more });
  const call = (running: Running, name: string, args: readonly unknown[] = [], more = {}): Promise<unknown> =>
    running.call({ interface: "", function: name, args, fuel: LIMITS.fuel, timeoutMs: LIMITS.timeoutMs, ...more });
  const tell = async (name: string, running: Running, work: Promise<unknown>, withFuel = true): Promise<void> => {
    const fuel = (): Partial<Told> => (withFuel ? { fuel: running.fuelUsed } : {});
    try {
      const value = await work;
      told.push({ name, value: typeof value === "bigint" ? `${value}n` : JSON.stringify(value), ...fuel() });
    } catch (error) {
      if (!(error instanceof PluginError)) throw error;
      told.push({ name, error: `${error.code}: ${error.message}`, ...fuel() });
    }
  };
  const one = async (
    name: string,
    functions: Functions | undefined,
    run: readonly [string, (readonly unknown[])?, object?],
    more: Partial<RunnerStart> = {},
  ): Promise<void> => {
    const running = await start(functions, more);
    await tell(name, running, call(running, ...run));
    await tell(`${name}, then`, running, call(running, "count"));
    running.drop();
  };

  const soon = (n: number) => new Promise((resolve) => setTimeout(resolve, 1, n * 3));
  const denied = new PluginError("denied", "no", { hint: "Ask for it." });
  await one("an answer later", { ask: soon }, ["asked", [5]]);
  await one("an answer at once", { ask: (n: number) => n * 3 }, ["asked", [5]]);
  await one("many answers, some at once", { ask: (n: number) => (n % 3 ? soon(n) : n) }, ["sum", [40]]);
  await one("an answer in the depth", { ask: soon }, ["deep", [400]]);
  await one("a stack that is full before the question", { ask: soon }, ["deep", [400_000]]);
  await one("numbers of all types", { wide: async (a: bigint, b: number, c: number) => a * BigInt(b * c * 100) }, [
    "wide-asked",
  ]);
  await one("text", { say: async (text: string) => `${text.length} characters: ä€😀` }, ["said"]);
  await one("text, and a realloc that calls out", { say: async () => "never stored" }, ["said-with-games"]);
  await one("a function that is handed on", { ask: soon }, ["ask-again", [4]]);
  await one("no answer", undefined, ["once"]);
  await one("fuel that ends between answers", { tick: async () => {} }, ["swallow", [], { fuel: 20_000 }]);
  await one("fuel that ends after the answer", { tick: async () => {} }, ["spin-after", [], { fuel: 2_000_000 }]);
  await one("fuel that the answer takes", { say: async () => "x".repeat(3000) }, ["said", [], { fuel: 4_000 }]);
  await one("a failure", { tick: () => Promise.reject(denied) }, ["swallow"]);
  await one("a failure, and a handler", { ask: async () => Promise.reject(new Error("own fault")) }, ["swallow-once"]);
  await one("an answer of the wrong type", { ask: async () => "five" }, ["swallow-once"]);
  await one("a wide answer of the wrong type", { wide: async () => 5 }, ["wide-asked"]);
  await one("an answer that is no text", { say: async () => ({}) }, ["said"]);
  await one("an answer that is too long", { say: async () => "x".repeat(20_000_000) }, ["said", [], { fuel: 1e12 }], {
    limits: { ...LIMITS, memoryBytes: 100 << 20 },
  });
  await one("a wait past the deadline", { tick: never }, ["swallow", [], { timeoutMs: 20 }]);

  const patient = makeRunner(20);
  const unanswered = await start({ tick: never }, {}, patient);
  await tell("a wait without end", unanswered, call(unanswered, "swallow"));
  await tell("a wait without end, then", unanswered, call(unanswered, "count"));

  for (const [name, how] of [
    ["of the call", "call"],
    ["of the instance", "start"],
  ] as const) {
    const abort = new AbortController();
    const asked = announced();
    const signal = { signal: abort.signal };
    const running = await start({ tick: asked.ask }, how === "start" ? signal : {});
    const work = call(running, "swallow", [], how === "call" ? signal : {});
    const ended = tell(`the signal ${name} while it waits`, running, work);
    await asked.made;
    abort.abort();
    await ended;
    await tell(`the signal ${name} while it waits, then`, running, call(running, "count"));
  }

  const asked = announced();
  const dropped = await start({ tick: asked.ask });
  const ended = tell("an instance that is dropped while it waits", dropped, call(dropped, "swallow"), false);
  await asked.made;
  dropped.drop();
  await ended;

  const late = announced<number>();
  const given = await start({ ask: late.ask });
  await tell("an answer that comes too late", given, call(given, "asked", [1], { timeoutMs: 20 }));
  const next = await start({ ask: soon });
  const pending = call(next, "asked", [1]);
  late.answer(666);
  await tell("the call after it", next, pending);

  const [first, second] = [announced<number>(), announced<number>()];
  const [a, b] = [await start({ ask: first.ask }), await start({ ask: second.ask }, {}, patient)];
  const works = [call(a, "asked", [1]), call(b, "asked", [2])] as const;
  await first.made;
  await second.made;
  second.answer(20);
  await tell("the second of two that wait", b, works[1]);
  first.answer(10);
  await tell("the first of two that wait", a, works[0]);
  await Promise.all([runner, patient].map((each) => each.close()));

  const closing = makeRunner();
  const last = announced();
  const open = await start({ tick: last.ask }, {}, closing);
  const closed = tell("a runner that is closed while a guest waits", open, call(open, "swallow"), false);
  await last.made;
  await closing.close();
  await closed;
  return told;
}

/** A function that answers when it is told to, and says when it was called. */
export function announced<Value = undefined>() {
  let answer: (value: Value) => void = () => {};
  let call: () => void = () => {};
  const made = new Promise<void>((resolve) => {
    call = resolve;
  });
  const ask = (): Promise<Value> => {
    call();
    return new Promise((resolve) => {
      answer = resolve;
    });
  };
  return { ask, made, answer: (value: Value) => answer(value) };
}
