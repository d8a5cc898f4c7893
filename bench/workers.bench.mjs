// What does a worker cost, and what does it give? A call on an open instance and a host function, beside the bare round trip of a
// message; CPU-bound plugins on two workers beside one; what ten thousand calls and a thousand plugins leave in memory.
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { createNodeHost } from "crucible-plugin-host";
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
/// Echoes.
pub fn echo(args) { args }
/// Draws from the host: asks the clock.
pub fn draw(args) { crucible::random::range(1, 6) }
`;
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
  const bare = await bareRoundTrip();
  const times = { worker: [], inline: [] };
  for (const isolation of ["inline", "worker"]) {
    const host = createNodeHost({ isolation, workers: 1 });
    const instance = await (await host.load({ content: SPIN, path: "spin.rune" })).open({ seed: 1 });
    for (let round = 0; round < ROUNDS; round++) {
      const calls = 500;
      const spent = await milliseconds(async () => {
        for (let i = 0; i < calls; i++) await instance.call("echo", { a: 1 });
      });
      times[isolation].push((spent * 1000) / calls);
    }
    instance.close();
    await host.close();
  }
  const worker = Math.min(...times.worker);
  const inline = Math.min(...times.inline);
  yield row({
    question: "plugin.open(), a call in a worker",
    ours: `${worker.toFixed(1)} µs`,
    peer: `${inline.toFixed(1)} µs inline, ${bare.toFixed(1)} µs a bare message`,
  });
  yield row({
    question: "of which crossing to the worker and back",
    ours: `${(worker - inline).toFixed(1)} µs`,
    peer: `${bare.toFixed(1)} µs a bare message`,
    ratio: (worker - inline) / bare,
    value: worker - inline,
    goal: 40,
    unit: "µs (minimum)",
  });
}

/** A message of the size of a call to a bare worker thread and back, in µs, minimum of several rounds. */
async function bareRoundTrip() {
  const worker = new Worker(
    'require("worker_threads").parentPort.on("message", function (m) { this.postMessage(m); })',
    {
      eval: true,
    },
  );
  const trip = () =>
    new Promise((resolve) => {
      worker.once("message", resolve);
      worker.postMessage({ kind: "task", task: 1, call: { args: new Uint8Array(40) } });
    });
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const spent = await milliseconds(async () => {
      for (let i = 0; i < 500; i++) await trip();
    });
    times.push((spent * 1000) / 500);
  }
  await worker.terminate();
  return Math.min(...times);
}

async function* throughput() {
  const hosts = [1, 2].map((workers) => createNodeHost({ isolation: "worker", workers }));
  const plugins = await Promise.all(hosts.map((host) => host.load({ content: SPIN, path: "spin.rune" })));
  const batch = (plugin) => () =>
    Promise.all(Array.from({ length: 8 }, (_, seed) => plugin.call("count", { n: 150_000 }, { seed })));
  const times = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, plugin] of plugins.entries()) times[at].push(await milliseconds(batch(plugin)));
  }
  const [one, two] = times.map((each) => Math.min(...each));
  yield row({
    question: "8 CPU-bound calls on two workers",
    ours: ms(two),
    peer: `${ms(one)} on one`,
    ratio: one / two,
    goal: 1.8,
    atLeast: true,
    unit: "× as fast (minima)",
  });
  for (const host of hosts) await host.close();
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

/** JavaScript heap and what hangs on it, after a collection where `--expose-gc` allows one. */
function heap() {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function resident() {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
