// What does a worker cost, and what does it give? A call on an open instance and a host function, beside the bare round trip of a
// message; CPU-bound plugins on two workers beside one; what ten thousand calls and a thousand plugins leave in memory.
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import { createNodeHost, prepareComponent } from "crucible-plugin-host";
import { decodeComponent } from "crucible-plugin-host/component";
import wabt from "wabt";
import { nodeThreads } from "../host/dist/powers/node/threads.js";
import { WorkerRunner } from "../host/dist/sandbox/index.js";
import { milliseconds, ms, row } from "./lib/measure.mjs";

export const title = "worker mode";

const FILE = new URL("../plugins/examples/dice-roller/dice-roller.rune", import.meta.url);
const SPIN = `//---
// name: spin
// version: 1.0.0
//---
/// Counts.
/// @param n {integer} how far
pub fn count(args) { let sum = 0; for i in 0..args.n { sum += i % 7; } sum }
`;
const LIMITS = { memoryBytes: 1 << 24, fuel: 1e12, timeoutMs: 60_000 };
const ROUNDS = 9;
const CYCLES = 10_000;
const PLUGINS = 1_000;

export async function* run() {
  yield* openCalls();
  yield* throughput();
  yield* cycles();
  yield* manyPlugins();
}

async function* openCalls() {
  const times = { bare: [], echo: [], ask: [] };
  const bare = bareEcho();
  const runner = new WorkerRunner({ threads: nodeThreads(), workers: 1 });
  const host = { functions: new Map(Object.entries({ add: (a, b) => (a + b) >>> 0, echo: (text) => text })) };
  const running = await runner.start(await prepareFixture(), {
    imports: new Map([["bench:calls/host", host]]),
    limits: LIMITS,
    owner: "bench",
  });
  const call = (name, args) => running.call({ interface: "bench:calls/guest", function: name, args, ...LIMITS });
  const text = "0123456789abcdef";
  const calls = 500;
  const perCall = async (work) => ((await milliseconds(work)) * 1000) / calls;
  const many = (work) => async () => {
    for (let i = 0; i < calls; i++) await work();
  };
  for (let round = 0; round < 2 * ROUNDS; round++) {
    times.bare.push(await perCall(many(() => bare.trip())));
    times.echo.push(await perCall(many(() => call("echo", [text]))));
    times.ask.push(await perCall(() => call("call-echo", [calls])));
  }
  const [trip, echo, ask] = [times.bare, times.echo, times.ask].map((each) => Math.min(...each));
  yield row({
    question: "a call with 16 bytes on an open instance",
    ours: `${echo.toFixed(1)} µs`,
    peer: `${trip.toFixed(1)} µs a bare message`,
    ratio: echo / trip,
    value: echo,
    goal: 40,
    unit: "µs (minimum)",
  });
  yield row({
    question: "a host function with 16 bytes, asked by a worker",
    ours: `${ask.toFixed(1)} µs`,
    peer: `${trip.toFixed(1)} µs a bare message`,
    ratio: ask / trip,
  });
  await runner.close();
  await bare.end();
}

/** A thread that sends every message back. */
function bareEcho() {
  const code = `require("worker_threads").parentPort.on("message", function (m) { this.postMessage(m); })`;
  const worker = new Worker(code, { eval: true });
  return {
    trip: () =>
      new Promise((resolve) => {
        worker.once("message", resolve);
        worker.postMessage({ kind: "task", task: 1, call: { args: new Uint8Array(40) } });
      }),
    end: () => worker.terminate(),
  };
}

/** The guest of `calls.bench.mjs`. */
async function prepareFixture() {
  const fixture = (name) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");
  const core = (await wabt()).parseWat("calls.wat", fixture("calls.wat")).toBinary({}).buffer;
  const bytes = await componentNew(await componentEmbed({ binary: core, witSource: fixture("calls.wit") }), []);
  return prepareComponent(bytes, decodeComponent(bytes));
}

async function* throughput() {
  const hosts = [1, 2].map((workers) => createNodeHost({ isolation: "worker", workers }));
  const plugins = await Promise.all(hosts.map((host) => host.load({ content: SPIN, path: "spin.rune" })));
  const bare = [1, 2].map(bareThreads);
  const batch = (plugin) => () =>
    Promise.all(Array.from({ length: 8 }, (_, seed) => plugin.call("count", { n: 20_000 }, { seed })));
  const times = { ours: [[], []], bare: [[], []] };
  for (let round = 0; round < 6 * ROUNDS; round++) {
    for (const at of [0, 1]) {
      times.bare[at].push(await milliseconds(bare[at].batch));
      times.ours[at].push(await milliseconds(batch(plugins[at])));
    }
  }
  const gain = ([one, two]) => Math.min(...one) / Math.min(...two);
  const [ours, peer] = [gain(times.ours), gain(times.bare)];
  yield row({
    question: "8 CPU-bound calls: two workers beside one",
    ours: `${ours.toFixed(2)} × as fast`,
    peer: `${peer.toFixed(2)} × for two bare threads`,
    ratio: ours / peer,
    // 1.8 where the machine gives two threads twice what it gives one.
    goal: 0.9,
    atLeast: true,
    unit: "of bare threads (minima)",
  });
  for (const host of hosts) await host.close();
  for (const threads of bare) await threads.end();
}

/** Threads that count in JavaScript and share nothing: what the machine can give at this time. */
function bareThreads(count) {
  const code = `require("worker_threads").parentPort.on("message", function () {
    let sum = 0;
    for (let i = 0; i < 1e7; i++) sum = (sum + i * 7) | 0;
    this.postMessage(sum);
  })`;
  const threads = Array.from({ length: count }, () => new Worker(code, { eval: true }));
  const one = (thread) =>
    new Promise((resolve) => {
      thread.once("message", resolve);
      thread.postMessage(0);
    });
  return {
    batch: () =>
      Promise.all(
        threads.map(async (thread) => {
          for (let i = 0; i < 8 / count; i++) await one(thread);
        }),
      ),
    end: () => Promise.all(threads.map((thread) => thread.terminate())),
  };
}

async function* cycles() {
  const host = createNodeHost({ isolation: "worker", workers: 1 });
  const plugin = await host.loadFile(FILE);
  const cycle = async (count) => {
    for (let i = 0; i < count; i++) await plugin.call("roll", { dice: "3d6" }, { seed: 1 });
  };
  await cycle(1_000);
  const before = heap();
  const spent = await milliseconds(() => cycle(CYCLES));
  const after = heap();
  yield row({
    question: `heap after ${CYCLES} start–call–drop cycles`,
    ours: mebibytes(after),
    peer: `${mebibytes(before)} before; ${ms(spent / CYCLES)} a cycle`,
    ratio: after / before,
    goal: 1.05,
  });
  await host.close();
}

async function* manyPlugins() {
  const host = createNodeHost({ isolation: "worker", workers: 2 });
  const source = readFileSync(FILE, "utf8");
  const before = resident();
  const plugins = [];
  for (let i = 0; i < PLUGINS; i++) {
    // Other bytes each time, so that nothing is shared but the engine.
    const content = `${source}\n/// Number ${i}.\npub fn number_${i}(args) { ${i} }\n`;
    plugins.push(await host.load({ content, path: "dice-roller.rune" }));
  }
  await plugins.at(-1).call("roll", { dice: "3d6" }, { seed: 1 });
  const after = resident();
  yield row({
    question: `${PLUGINS} plugins, loaded and ready to start`,
    ours: mebibytes(after),
    peer: `${mebibytes(before)} before`,
    value: after / 2 ** 30,
    goal: 1.5,
    unit: "GiB resident",
  });
  await host.close();
}

/** JavaScript heap and what hangs on it, after a collection. */
function heap() {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function resident() {
  collect();
  return process.memoryUsage().rss;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
