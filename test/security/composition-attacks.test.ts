/**
 * Attacks by plugins that call others: on the stack under all of them, on work that nobody pays for, and on what goes on after
 * the caller was stopped. Each of these programs once got away with it.
 */
import {
  createNodeHost,
  frozenClock,
  memoryKiln,
  memoryState,
  type NodeHost,
  type NodeHostOptions,
} from "crucible-plugin-host";
import { afterEach, describe, expect, it } from "vitest";
import { failure } from "../failure.ts";
import { pluginComponent } from "../fixtures/components.mjs";

const hosts: NodeHost[] = [];
afterEach(() => Promise.all(hosts.splice(0).map((host) => host.close())));

function makeHost(options: NodeHostOptions): NodeHost {
  const host = createNodeHost({ kiln: memoryKiln({}), state: memoryState(), clock: frozenClock(5), ...options });
  hosts.push(host);
  return host;
}

/** The exports of a native plugin whose tool answers what stands at `$answer`; `body` runs before. */
const guest = (body: string) => `
  (memory (export "memory") 2)
  (global $bump (mut i32) (i32.const 8192))
  (global $answer (mut i32) (i32.const 200))
  (data (i32.const 200) "1") (data (i32.const 201) "0")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.set $bump (i32.and (i32.add (i32.add (global.get $bump) (local.get 3)) (i32.const 15)) (i32.const -16)))
    (i32.sub (global.get $bump) (i32.and (i32.add (local.get 3) (i32.const 15)) (i32.const -16))))
  (func (export "crucible:plugin/guest@0.1.0#tools") (result i32)
    (i32.store (i32.const 128) (i32.const 0)) (i32.store (i32.const 132) (i32.const 0)) (i32.const 128))
  (func (export "crucible:plugin/guest@0.1.0#call") (param i32 i32 i32 i32) (result i32)
    ${body}
    (i32.store8 (i32.const 128) (i32.const 0))
    (i32.store (i32.const 132) (global.get $answer)) (i32.store (i32.const 136) (i32.const 1))
    (i32.const 128))`;

const native = (name: string, content: Uint8Array, capabilities = "[]") => ({
  path: `${name}.wasm`,
  content,
  sidecar: {
    path: `${name}.toml`,
    text: `name = "${name}"\nexports = ["go"]\ncapabilities = ${capabilities}\ntools = [{ name = "go" }]\n`,
  },
});

describe.each(["inline", "worker"] as const)("with isolation %s,", (isolation) => {
  it("plugins that call each other have one stack, not one each", async () => {
    // Frames of 100 values, of which 250 fit: a chain of these would take eight times what a guest may have.
    const diver = (next: string) =>
      pluginComponent(`(module
        (import "crucible:plugin/plugins@0.1.0" "call" (func $call (param i32 i32 i32 i32 i32 i32 i32)))
        (data (i32.const 64) "${next}") (data (i32.const 80) "go") (data (i32.const 96) "{}")
        (func $dive (param i32) (local ${"i64 ".repeat(100)})
          (if (local.get 0) (then (call $dive (i32.sub (local.get 0) (i32.const 1))))
            (else (call $call (i32.const 64) (i32.const 2) (i32.const 80) (i32.const 2) (i32.const 96) (i32.const 2) (i32.const 256)))))
        ${guest("(call $dive (i32.const 250)) (if (i32.load8_u (i32.const 256)) (then (global.set $answer (i32.const 201))))")})`);
    const host = makeHost({ isolation, workers: 1, allow: ["plugins"] });
    const load = async (name: string, next: string) => host.load(native(name, await diver(next), '["plugins"]'));
    const first = await load("p0", "p1");
    await load("p1", "p2");
    await load("p2", "p0");
    const { result, fuel } = await first.call("go");
    // The second ended in stack-limit, before it called the third.
    expect(result).toBe(0);
    expect(fuel).toBeLessThan(4_000_000);
  });

  it("start functions that run with each instance are paid for by its call", async () => {
    // `table.set` makes an image impossible: every instance runs the 3·10⁷ rounds.
    const starter = await pluginComponent(
      `(module
        (table 1 funcref) (elem declare func $start)
        (func $start (local i32)
          (table.set (i32.const 0) (ref.func $start))
          (local.set 0 (i32.const 30000000))
          (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
        (start $start) ${guest("")})`,
      { reference_types: true },
    );
    const host = makeHost({ isolation, workers: 1, allow: ["plugins"] });
    const plugin = await host.load(native("starter", starter));
    expect((await plugin.call("go")).fuel).toBeGreaterThan(60_000_000);
    expect((await failure(plugin.call("go", {}, { fuel: 40_000_000 }))).code).toBe("fuel-exhausted");
    const content = `//---
// name: caller
// capabilities: [plugins]
//---
/// Calls three times.
pub fn go(args) { let n = 0; for i in 0..3 { n += crucible::plugins::call("starter", "go", #{})?; } n }
`;
    const caller = await host.load({ path: "caller.rune", content });
    const { result, fuel } = await caller.call("go");
    expect(result).toBe(3);
    expect(fuel).toBeGreaterThan(180_000_000);
    expect((await failure(caller.call("go", {}, { fuel: 150_000_000 }))).code).toBe("fuel-exhausted");
  });

  it("an answer that ends its caller, because it does not fit, is paid for all the same", async () => {
    const source = (name: string, body: string) => ({
      path: `${name}.rune`,
      content: `//---\n// name: ${name}\n// exports: [go]\n// capabilities: [plugins]\n//---\n/// Goes.\n${body}\n`,
    });
    const host = makeHost({ isolation, workers: 1, allow: ["plugins"] });
    // Numbers that are longer when the host writes them than when the plugin did.
    await host.load(source("long", "pub fn go(args) { let l = []; for i in 0..850000 { l.push(1e20); } l }"));
    await host.load(source("middle", 'pub fn go(args) { crucible::plugins::call("long", "go", #{}) }'));
    const tried = 'pub fn go(args) { crucible::plugins::call("middle", "go", #{}).is_err() }';
    const { result, fuel } = await (await host.load(source("outer", tried))).call("go");
    expect(result).toBe(true);
    expect(fuel).toBeGreaterThan(1_000_000_000);
  });

  it("arguments that are hard to check are paid for, and their check does not outlast the deadline", async () => {
    const form = '{ type: array, items: { $ref: "#/$defs/n" } }';
    const callee = `//---
// name: slow
// exports: [go]
// tools:
//   - name: go
//     parameters:
//       type: object
//       $defs:
//         n: { anyOf: [ ${form}, ${form}, ${form}, ${form} ] }
//       properties: { a: { $ref: "#/$defs/n" } }
//---
/// Is never reached.
pub fn go(args) { 1 }
`;
    const content = `//---
// name: caller
// capabilities: [plugins]
//---
/// Spreads.
/// @param n {integer} how often
pub fn go(args) {
  let inputs = [];
  for i in 0..args.n { inputs.push(#{ a: [[[[[[[[[[[[1]]]]]]]]]]]] }); }
  crucible::plugins::map("slow", "go", inputs)?.len()
}
`;
    const host = makeHost({ isolation, workers: 1, allow: ["plugins"] });
    await host.load({ path: "slow.rune", content: callee });
    const caller = await host.load({ path: "caller.rune", content });
    expect((await caller.call("go", { n: 1 })).fuel).toBeGreaterThan(1_000_000_000);
    // Before, each cost 2·10⁶ and took up to a second: these would take half an hour.
    expect((await failure(caller.call("go", { n: 2_000 }, { fuel: 3_000_000_000 }))).code).toBe("fuel-exhausted");
    expect((await failure(caller.call("go", { n: 2_000 }, { fuel: 1e15, timeoutMs: 500 }))).code).toBe("deadline");
  });
});

it("a plugin at the deepest place that there is cannot spread its own work one deeper", async () => {
  const host = makeHost({ allow: ["plugins"] });
  const load = (index: number, body: string) => {
    const head = `//---\n// name: q${index}\n// exports: [go]\n// capabilities: [plugins]\n//---\nuse crucible::plugins;`;
    return host.load({ path: `q${index}.rune`, content: `${head}\n/// Goes.\npub fn go(args) { ${body} }\n` });
  };
  await load(7, 'match plugins::map("", "go", [#{}]) { Ok(_) => "ran", Err(error) => error.message }');
  for (let index = 6; index > 0; index--) await load(index, `plugins::call("q${index + 1}", "go", #{})`);
  const { result } = await (await load(0, 'plugins::call("q1", "go", #{})')).call("go");
  expect(result).toContain("at most 8 deep");
});

it("what a plugin has spread ends with its call, on other threads too", async () => {
  const content = `//---
// name: caller
// capabilities: [plugins, ui]
// limits: { fuel: 900_000_000_000_000, timeout: 1h }
//---
use crucible::{plugins, ui};
/// Spreads what never ends.
pub fn go(args) { plugins::map("", "spin", [#{}, #{}, #{}, #{}])?.len() }
/// Never ends.
pub fn spin(args) { println!("spinning"); loop { } }
/// Asks.
pub fn meet(args) { ui::confirm("Both there?") }
`;
  // Two that meet need a thread each at the same time: both threads must be free again.
  const waiting: ((answer: string) => void)[] = [];
  const ask = () =>
    new Promise<string>((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 2) for (const answer of waiting) answer("yes");
    });
  const cancel = new AbortController();
  let spinning = 0;
  const log = () => {
    spinning += 1;
    if (spinning === 2) cancel.abort();
  };
  const limits = { memoryBytes: 64 * 2 ** 20, fuel: 1e15, timeoutMs: 1e9 };
  const options = { allow: ["plugins", "ui"], ceiling: limits, ui: { ask }, log };
  const host = makeHost({ isolation: "worker", workers: 2, ...options });
  const plugin = await host.load({ path: "caller.rune", content });
  const ended = await failure(plugin.call("go", {}, { ...limits, signal: cancel.signal }));
  expect(ended.code).toBe("cancelled");
  const met = await Promise.all([plugin.call("meet", {}, limits), plugin.call("meet", {}, limits)]);
  expect(met.map(({ result }) => result)).toEqual([true, true]);
});
