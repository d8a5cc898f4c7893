// What does a call across the boundary cost? The same component linked by us (metered) and by jco 1.13.0 (no limits).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { componentEmbed, componentNew, transpile } from "@bytecodealliance/jco";
import { prepareComponent, startInstance } from "crucible-plugin-host";
import { decodeComponent } from "crucible-plugin-host/component";
import wabt from "wabt";
import { ns, row, sideBySide } from "./lib/measure.mjs";

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
    const times = await sideBySide({ ours: mine, peer: yours, rounds: 9, warmup: 3 });
    return { ours: (times.ours * 1e6) / CALLS, peer: (times.peer * 1e6) / CALLS };
  };
  const report = (question, times, later) =>
    row({
      question,
      ours: ns(times.ours),
      peer: `${ns(times.peer)} jco ${jcoVersion}`,
      ratio: times.ours / times.peer,
      later,
    });

  yield report(
    "host→guest, two u32",
    await perCall(
      loop((i) => ours.linked.get("add")(i, 1)),
      loop((i) => theirs.add(i, 1)),
    ),
    "≤ 10 ns",
  );
  yield report(
    "guest→host, two u32",
    await perCall(
      () => ours.call("call-add", CALLS),
      () => theirs.callAdd(CALLS),
    ),
    "≤ 10 ns",
  );
  yield report(
    "guest→host, 16-byte string and back",
    await perCall(
      () => ours.call("call-echo", CALLS),
      () => theirs.callEcho(CALLS),
    ),
    "≤ 400 ns",
  );
  const text = "0123456789abcdef";
  yield report(
    "host→guest, 16-byte string and back",
    await perCall(
      loop(() => ours.linked.get("echo")(text).length),
      loop(() => theirs.echo(text).length),
    ),
  );
}

function loop(call) {
  return () => {
    let sum = 0;
    for (let i = 0; i < CALLS; i++) sum = (sum + call(i)) >>> 0;
    return sum;
  };
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
    linked: new Map([
      ["add", instance.function(GUEST, "add", limits)],
      ["echo", instance.function(GUEST, "echo", limits)],
    ]),
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
