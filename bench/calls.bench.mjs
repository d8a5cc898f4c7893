// What does a call across the boundary cost? The same component linked by us (metered) and by jco 1.13.0 (no limits).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { componentEmbed, componentNew, transpile } from "@bytecodealliance/jco";
import { createNodeHost, prepareComponent, startInstance } from "crucible-plugin-host";
import { decodeComponent } from "crucible-plugin-host/component";
import wabt from "wabt";
import { parrot, parrotManifest } from "../test/fixtures/components.mjs";
import { milliseconds, ns, row } from "./lib/measure.mjs";

const jcoVersion = createRequire(import.meta.url)("../package.json").devDependencies["@bytecodealliance/jco"];

export const title = `calls across the boundary, beside jco ${jcoVersion}`;

const HOST = "bench:calls/host";
const GUEST = "bench:calls/guest";
const CALLS = 200_000;
const host = { add: (a, b) => (a + b) >>> 0, echo: (text) => text };

export async function* run() {
  const component = await buildComponent();
  const ours = await linkOurs(component);
  const theirs = await linkWithJco(component);

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
  yield* openInstances();
}

/** A tool of a native plugin that gives its JSON arguments back, called again and again: schema, limits, transaction, report and all. */
async function* openInstances() {
  const args = { text: "0123456789abcdef" };
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
      yield row({ question, ours: `${value.toFixed(2)} µs`, peer: "", value, goal, unit: "µs" });
    } finally {
      await host.close();
    }
  }
}

/** Each loop is code of its own, as its author would write it: a loop that both share would be compiled for calls of either. */
function loop(call) {
  const code = `let sum = 0; for (let i = 0; i < ${CALLS}; i++) sum = (sum + call(i)) >>> 0; return sum;`;
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

async function linkWithJco(bytes) {
  const folder = mkdtempSync(join(tmpdir(), "crucible-bench-"));
  try {
    const { files } = await transpile(bytes, {
      name: "calls",
      instantiation: "async",
      optimize: false,
      noTypescript: true,
    });
    for (const [name, content] of Object.entries(files)) {
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
