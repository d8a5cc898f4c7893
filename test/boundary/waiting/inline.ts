/**
 * Runs in a Node that can suspend guests, which the Node of the tests cannot (`newer-node.ts`): prints what became of guests that
 * waited on the host's own thread, as JSON. An unhandled rejection ends it, and with it the test.
 */
import { PluginError } from "../../../host/src/errors.ts";
import { inlineRunner, type RunnerStart, type Running } from "../../../host/src/sandbox/index.ts";
import { runAtOnce, runPlugins } from "./plugins.ts";
import { announced, LIMITS, laterImports, prepareGuest, runScenarios } from "./scenarios.ts";

const runner = inlineRunner(() => performance.now());
const prepared = await prepareGuest();
const told: Record<string, unknown> = {};

const tell = async (name: string, work: () => unknown): Promise<void> => {
  try {
    told[name] = await work();
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    told[name] = { code: error.code, message: error.message };
  }
};
const start = (imports = laterImports(), guest = prepared, more: Partial<RunnerStart> = {}): Promise<Running> =>
  runner.start(guest, { imports, limits: LIMITS, owner: "test", ...more });
const bounds = { fuel: LIMITS.fuel, timeoutMs: LIMITS.timeoutMs };
const call = (running: Running, name: string, args: readonly unknown[] = [], of = ""): Promise<unknown> =>
  running.call({ interface: of, function: name, args, ...bounds });

{
  const asked = announced<number>();
  const running = await start(laterImports({ ask: asked.ask }));
  const pending = call(running, "asked", [1]);
  await asked.made;
  await tell("a second call while the first waits", () => call(running, "count"));
  await tell("a second call at once", () =>
    running.callSync?.({ interface: "", function: "count", args: [], ...bounds }),
  );
  await tell("a snapshot while a call waits", () => running.capture());
  asked.answer(41);
  await tell("the first call", () => pending);
  await tell("a call after it", () => call(running, "count"));
}

{
  const running = await start(laterImports({ ask: async () => 1 }));
  await tell("a call at once", () =>
    running.callSync?.({ interface: "", function: "swallow-once", args: [], ...bounds }),
  );
  const quick = await start(laterImports({ ask: () => 1 }));
  await tell("a call at once, answered at once", () =>
    quick.callSync?.({ interface: "", function: "swallow-once", args: [], ...bounds }),
  );
}

{
  const functions = laterImports().get("")!.functions;
  const running = await start(new Map([["", { functions }]]));
  told["waits without a declaration"] = running.canWait;
  await tell("a function that is not declared", () => call(running, "swallow"));
}

{
  const starting = await prepareGuest(
    `(module (import "$root" "tick" (func $tick))
      (func $begin (try (do (call $tick)) (catch_all)))
      (start $begin)
      (func (export "once")))`,
    "package test:starting; world test { import tick: func(); export once: func(); }",
  );
  await tell("a start function that asks", () => start(laterImports({ tick: async () => {} }), starting));
}

{
  const owner = await prepareGuest(
    `(module
      (import "$root" "tick" (func $tick))
      (import "[export]test:owner/api" "[resource-new]thing" (func $new (param i32) (result i32)))
      (import "[export]test:owner/api" "[resource-drop]thing" (func $drop (param i32)))
      (func (export "test:owner/api#[dtor]thing") (param i32) (try (do (call $tick)) (catch_all)))
      (func (export "test:owner/api#run") (result i32) (call $drop (call $new (i32.const 1))) (i32.const 666)))`,
    `package test:owner;
    interface api { resource thing; run: func() -> u32; }
    world test { import tick: func(); export api; }`,
  );
  const running = await start(laterImports({ tick: async () => {} }), owner);
  await tell("a destructor that asks", () => call(running, "run", [], "test:owner/api"));
}

{
  // What becomes of an answer after the end is nobody's business, a failure neither.
  const abort = new AbortController();
  let fail: (error: Error) => void = () => {};
  const tick = (): Promise<never> => {
    queueMicrotask(() => abort.abort());
    return new Promise((_, reject) => {
      fail = reject;
    });
  };
  const running = await start(laterImports({ tick }), prepared, { signal: abort.signal });
  await tell("a cancelled wait", () => call(running, "swallow"));
  fail(new Error("too late"));
  await new Promise((resolve) => setImmediate(resolve));
}

const scenarios = await runScenarios((answerMs) =>
  inlineRunner(() => performance.now(), answerMs === undefined ? {} : { answerMs }),
);
const plugins = await runPlugins("inline");
process.stdout.write(JSON.stringify({ canWait: runner.canWait, told, scenarios, plugins, atOnce: await runAtOnce() }));
