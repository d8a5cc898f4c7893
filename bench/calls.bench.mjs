// What does a call across the boundary cost? The same component linked by us (metered) and by jco 1.13.0 (no limits).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { componentEmbed, componentNew, transpile } from "@bytecodealliance/jco";
import { createNodeHost, prepareComponent, startInstance } from "crucible-plugin-host";
import { decodeComponent } from "crucible-plugin-host/component";
import wabt from "wabt";
import { parrot, parrotManifest } from "../test/fixtures/components.mjs";
import { fastest, milliseconds, ns, row, sideBySide, skipped } from "./lib/measure.mjs";
import { extism, extismVersion, newestJco } from "./lib/peers.mjs";

const jcoVersion = createRequire(import.meta.url)("../package.json").devDependencies["@bytecodealliance/jco"];

export const title = `calls across the boundary, beside jco ${jcoVersion}`;

const HOST = "bench:calls/host";
const GUEST = "bench:calls/guest";
const CALLS = 200_000;
const host = { add: (a, b) => (a + b) >>> 0, echo: (text) => text };

export async function* run() {
  const component = await buildComponent();
  const ours = await linkOurs(component);
  const theirs = await linkWithJco(component, transpile);

  const perCall = async (mine, yours) => {
    if (mine() !== yours()) throw new Error("ours and jco answer differently");
    const times = { ours: Number.POSITIVE_INFINITY, peer: Number.POSITIVE_INFINITY };
    for (let round = 0; round < 15; round++) {
      times.peer = Math.min(times.peer, await milliseconds(yours));
      times.ours = Math.min(times.ours, await milliseconds(mine));
    }
    return { ours: (times.ours * 1e6) / CALLS, peer: (times.peer * 1e6) / CALLS };
  };
  const report = (question, times, goal) =>
    row({
      question,
      ours: ns(times.ours),
      peer: `${ns(times.peer)} jco ${jcoVersion}`,
      ratio: times.ours / times.peer,
      value: times.ours,
      goal,
      unit: "ns",
    });

  yield report(
    "host→guest, two u32",
    await perCall(
      loop((i) => ours.add(i, 1)),
      loop((i) => theirs.add(i, 1)),
    ),
    10,
  );
  yield report(
    "guest→host, two u32",
    await perCall(
      () => ours.call("call-add", CALLS),
      () => theirs.callAdd(CALLS),
    ),
    10,
  );
  yield report(
    "guest→host, 16-byte string and back",
    await perCall(
      () => ours.call("call-echo", CALLS),
      () => theirs.callEcho(CALLS),
    ),
    400,
  );
  const text = "0123456789abcdef";
  yield report(
    "host→guest, 16-byte string and back",
    await perCall(
      loop(() => ours.echo(text).length),
      loop(() => theirs.echo(text).length),
    ),
  );
  yield* newest(component, ours);
  yield* openInstances();
  yield* assemblyScript();
}

/** The same questions to the newest jco, whose calls take microseconds, so there are fewer. */
async function* newest(component, ours) {
  const calls = 5_000;
  let jco;
  try {
    jco = await newestJco();
  } catch (error) {
    yield skipped("calls, beside the newest jco", error.message);
    return;
  }
  const theirs = await linkWithJco(component, jco.transpile);
  for (const [question, run] of [
    ["host→guest, two u32", ({ add }) => loop((i) => add(i, 1), calls)],
    [
      "guest→host, two u32",
      ({ callAdd }) =>
        () =>
          callAdd(calls),
    ],
    [
      "guest→host, 16-byte string and back",
      ({ callEcho }) =>
        () =>
          callEcho(calls),
    ],
  ]) {
    const mine = {
      add: ours.add,
      callAdd: (n) => ours.call("call-add", n),
      callEcho: (n) => ours.call("call-echo", n),
    };
    const times = await sideBySide({ ours: run(mine), peer: run(theirs), rounds: 9 });
    const each = (time) => ns((time * 1e6) / calls);
    const peer = `${each(times.peer)} jco ${jco.version}`;
    yield row({ question, ours: each(times.ours), peer, ratio: times.ours / times.peer });
  }
}

/** A tool of a native plugin that gives its JSON arguments back, called again and again: schema, limits, transaction, report and all. */
async function* openInstances() {
  const args = { text: "0123456789abcdef" };
  const { start } = await extism();
  const peerCalls = 2_000;
  let peer;
  const runPeer = async () => {
    for (let i = 0; i < peerCalls; i++) await peer.call("echo", args.text);
  };
  let peerBest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 9; round++) {
    peer = await start(); // One plugin of Extism 1.0.3 fails after 32,768 calls.
    peerBest = Math.min(peerBest, await milliseconds(runPeer));
    await peer.close();
  }
  const peerText = `${((peerBest * 1e3) / peerCalls).toFixed(2)} µs Extism ${extismVersion}, text`;
  for (const [isolation, goal, calls] of [
    ["inline", 3, 20_000],
    ["worker", 40, 2_000],
  ]) {
    const host = createNodeHost({ isolation });
    try {
      const sidecar = { path: "parrot.toml", text: parrotManifest };
      const plugin = await host.load({ path: "parrot.wasm", content: await parrot(), sidecar });
      const open = await plugin.open({ seed: 1 });
      const run =
        isolation === "inline"
          ? () => {
              for (let i = 0; i < calls; i++) open.callSync("echo", args);
            }
          : async () => {
              for (let i = 0; i < calls; i++) await open.call("echo", args);
            };
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 15; round++) best = Math.min(best, await milliseconds(run));
      const value = (best * 1e3) / calls;
      const question = `JSON call with 16 bytes, open instance, ${isolation}`;
      yield row({ question, ours: `${value.toFixed(2)} µs`, peer: peerText, value, goal, unit: "µs" });
    } finally {
      await host.close();
    }
  }
}

/**
 * A plugin in AssemblyScript, whose strings are UTF-16, gives 1 KB of text back: its component alone, and as a JSON call on an open
 * instance. Beside the same in handwritten WebAssembly with UTF-8, where nothing is computed either.
 */
export async function* assemblyScript() {
  const { buildPlugin } = await import("../guest-sdk/assemblyscript/build.mjs");
  const folder = fileURLToPath(new URL("fixtures/assembly", import.meta.url));
  const [mine, byHand] = [await buildPlugin("echo.ts", { folder }), await parrot()];
  const text = "0123456789abcdef".repeat(64);
  const calls = 3_000;
  const repeat = (call) => () => {
    for (let i = 0; i < calls; i++) call();
  };
  const component = async (bytes) => {
    const call = await linkGuest(bytes);
    return repeat(() => call("echo", text));
  };
  const open = async (content) => {
    const plugin = await createNodeHost().load({ path: "echo.wasm", content });
    const instance = await plugin.open({ seed: 1, fuel: 1e15 });
    return repeat(() => instance.callSync("echo", { text }));
  };
  for (const [question, link, goal] of [
    ["AssemblyScript, 1 KB of text and back", component, 3],
    ["JSON call with 1 KB, AssemblyScript, open", open],
  ]) {
    const { ours, peer } = fastest({ ours: await link(mine), peer: await link(byHand), rounds: 150 });
    const value = (ours * 1e3) / calls;
    const each = (time) => `${((time * 1e3) / calls).toFixed(2)} µs`;
    yield row({ question, ours: each(ours), peer: `${each(peer)} by hand, UTF-8`, value, goal, unit: "µs" });
  }
}

/** The function `call` of a plugin's component, without schema, transaction and JSON. */
async function linkGuest(bytes) {
  const prepared = await prepareComponent(bytes, decodeComponent(bytes));
  const limits = { memoryBytes: 16 << 20, fuel: Number.MAX_SAFE_INTEGER, timeoutMs: 600_000 };
  const log = { functions: new Map([["write", () => undefined]]) };
  const instance = await startInstance(prepared, {
    imports: new Map([["crucible:plugin/log@0.1.0", log]]),
    limits,
    now: () => performance.now(),
  });
  return instance.function("crucible:plugin/guest@0.1.0", "call", limits);
}

/** Each loop is code of its own, as its author would write it: a loop that both share would be compiled for calls of either. */
function loop(call, calls = CALLS) {
  const code = `let sum = 0; for (let i = 0; i < ${calls}; i++) sum = (sum + call(i)) >>> 0; return sum;`;
  const run = new Function("call", code);
  return () => run(call);
}

async function buildComponent() {
  const wat = await wabt();
  const fixture = (name) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");
  const core = wat.parseWat("calls.wat", fixture("calls.wat")).toBinary({}).buffer;
  const embedded = await componentEmbed({ binary: core, witSource: fixture("calls.wit") });
  return componentNew(embedded, []);
}

async function linkOurs(bytes) {
  // The component speaks its own WIT, so its own types are what it is held against.
  const prepared = await prepareComponent(bytes, decodeComponent(bytes));
  const limits = { memoryBytes: 16 << 20, fuel: Number.MAX_SAFE_INTEGER, timeoutMs: 600_000 };
  const instance = await startInstance(prepared, {
    imports: new Map([[HOST, { functions: new Map(Object.entries(host)) }]]),
    limits,
    now: () => performance.now(),
  });
  const call = (name, ...args) => instance.call({ interface: GUEST, function: name, args, ...limits });
  call("add", 1, 1);
  return {
    call,
    add: instance.function(GUEST, "add", limits),
    echo: instance.function(GUEST, "echo", limits),
  };
}

async function linkWithJco(bytes, transpile) {
  const folder = mkdtempSync(join(tmpdir(), "crucible-bench-"));
  try {
    const { files } = await transpile(bytes, {
      name: "calls",
      instantiation: "async",
      optimize: false,
      noTypescript: true,
    });
    for (const [name, content] of Array.isArray(files) ? files : Object.entries(files)) {
      if (!name.includes("/")) writeFileSync(join(folder, name.replace(/\.js$/, ".mjs")), content);
    }
    const { instantiate } = await import(pathToFileURL(join(folder, "calls.mjs")));
    const exports = await instantiate((path) => WebAssembly.compile(readFileSync(join(folder, path))), {
      [HOST]: host,
    });
    return exports[GUEST] ?? exports.guest;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
