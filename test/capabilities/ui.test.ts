import { createNodeHost, PluginError, type Progress, type UiPower } from "crucible-plugin-host";
import { expect, test } from "vitest";
import { type Answer, bench, ok, refusal } from "./bench.ts";

const ui = (answer: string | undefined, asked: unknown[] = []): UiPower => ({
  ask: async (question, plugin) => {
    asked.push([question, plugin]);
    return answer;
  },
});
const ask = async (call: ReturnType<typeof bench>["call"], question: unknown): Promise<Answer> =>
  call("ui", "ask", question);
const confirm = { tag: "confirm", val: "Go on?" };

test("a question reaches the person with its plugin, and the answer the plugin", async () => {
  const asked: unknown[] = [];
  const { call } = bench({ ui: {} }, { canWait: true, powers: { ui: ui("yes", asked) } });
  expect(await ask(call, confirm)).toEqual(ok("yes"));
  expect(asked).toEqual([[{ kind: "confirm", text: "Go on?" }, "dice"]]);
  const choices = { tag: "choose", val: { question: "Which?", choices: ["a", "b"] } };
  expect(await ask(bench({ ui: {} }, { canWait: true, powers: { ui: ui("b") } }).call, choices)).toEqual(ok("b"));
  expect(await ask(bench({ ui: {} }, { canWait: true, powers: { ui: ui(undefined) } }).call, confirm)).toEqual(
    ok(undefined),
  );
});

test("nobody is asked without the grant, without a person, or where the thread cannot wait", async () => {
  const asked: unknown[] = [];
  const powers = { ui: ui("yes", asked) };
  expect(refusal(await ask(bench({}, { canWait: true, powers }).call, confirm))[0]).toBe("denied");
  expect(refusal(await ask(bench({}, { powers }).call, confirm))[0]).toBe("denied");
  expect(refusal(await ask(bench({ ui: {} }, { powers }).call, confirm))[0]).toBe("unavailable");
  expect(refusal(await ask(bench({ ui: {} }, { canWait: true }).call, confirm))[0]).toBe("unavailable");
  expect(asked).toEqual([]);
});

test("malformed questions are refused, and answers that are none", async () => {
  const { call } = bench({ ui: {} }, { canWait: true, powers: { ui: ui("maybe") } });
  for (const [question, tag] of [
    [{ tag: "text", val: "" }, "invalid-arguments"],
    [{ tag: "text", val: "x".repeat(4_097) }, "transfer-limit"],
    [{ tag: "choose", val: { question: "?", choices: ["one"] } }, "invalid-arguments"],
    [{ tag: "choose", val: { question: "?", choices: ["a", "a"] } }, "invalid-arguments"],
    [{ tag: "choose", val: { question: "?", choices: Array.from({ length: 101 }, String) } }, "invalid-arguments"],
    [confirm, "unavailable"],
  ] as const) {
    expect(refusal(await ask(call, question))[0]).toBe(tag);
  }
});

test("a call can ask a bounded number of questions; what the person's side says comes as it is", async () => {
  const { call } = bench({ ui: {} }, { canWait: true, powers: { ui: ui("yes") } });
  for (let n = 0; n < 100; n++) expect((await ask(call, confirm)).tag).toBe("ok");
  expect(refusal(await ask(call, confirm))[0]).toBe("rate-limited");
  const late: UiPower = { ask: () => Promise.reject(new PluginError("timeout", "nobody answered")) };
  expect(refusal(await ask(bench({ ui: {} }, { canWait: true, powers: { ui: late } }).call, confirm))).toEqual([
    "timeout",
    "nobody answered",
  ]);
});

test("progress is passed on at once, a bounded number of times, and answered always", () => {
  const told: Progress[] = [];
  const { call } = bench({ ui: {} }, { onProgress: (progress) => told.push(progress) });
  expect(call("ui", "progress", 0.25, "a quarter")).toEqual(ok(undefined));
  expect(call("ui", "progress", undefined, "")).toEqual(ok(undefined));
  expect(told).toEqual([
    { plugin: "dice", fraction: 0.25, message: "a quarter" },
    { plugin: "dice", fraction: undefined, message: "" },
  ]);
  for (const fraction of [-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(refusal(call("ui", "progress", fraction, "x"))[0]).toBe("invalid-arguments");
  expect(refusal(call("ui", "progress", 1, "x".repeat(4_097)))[0]).toBe("transfer-limit");
  for (let n = 0; n < 11_000; n++) expect(call("ui", "progress", 1, "").tag).toBe("ok");
  expect(told).toHaveLength(10_000);
  expect(refusal(bench({}).call("ui", "progress", 1, "x"))[0]).toBe("denied");
});

test("through wasm, a plugin tells its progress and is told that nobody can be asked", async () => {
  const told: Progress[] = [];
  const host = createNodeHost({ ui: ui("yes") });
  const plugin = await host.load({
    path: "teller.rune",
    content: `//---
// name: teller
// capabilities: [ui]
//---
use crucible::ui;
/// Tells.
pub fn tell(args) {
    ui::progress(0.5, "half")?;
    ui::progress(None, "unknown")?;
    match ui::confirm("Go on?") { Ok(answer) => answer, Err(error) => error.code }
}
`,
  });
  const { result } = await plugin.call("tell", {}, { onProgress: (progress) => told.push(progress) });
  expect(result).toBe("unavailable");
  expect(told.map(({ fraction, message }) => [fraction, message])).toEqual([
    [0.5, "half"],
    [undefined, "unknown"],
  ]);
});

test("through wasm in a worker, a question waits for its answer", async () => {
  const host = createNodeHost({ ui: ui("yes"), isolation: "worker" });
  const plugin = await host.load({
    path: "asker.rune",
    content:
      "//---\n// name: asker\n// capabilities: [ui]\n//---\n/// Asks.\npub fn go(args) { crucible::ui::confirm(`Go on?`) }\n",
  });
  expect((await plugin.call("go")).result).toBe(true);
  await host.close();
});
