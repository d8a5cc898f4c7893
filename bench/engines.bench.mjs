// Is a language in our sandbox as fast as it is elsewhere without one? The same programs in our engines, metered, and in the
// interpreters that people embed today, unmetered; what starting a plugin takes, and how large the engines are.
import { createNodeHost } from "crucible-plugin-host";
import { assemblyScript } from "./calls.bench.mjs";
import { loadBoth, lockedArtifact, prepareEngine } from "./lib/engines.mjs";
import { LANGUAGES } from "./lib/languages.mjs";
import { fastest, geomean, median, ms, row } from "./lib/measure.mjs";
import { run as runeNative } from "./rune-native.bench.mjs";

export const title = "the engines: speed beside unmetered peers, start, size";

/** A case may miss the goal of its geomean by this much. */
const LEEWAY = 1.25;

/** Kilobytes (1,000 bytes) in brotli. */
const SIZES = { lua: 500, js: 800, rune: 1100 };

const PLUGINS = [
  { path: "greet.lua", content: '--- Greets.\nfunction greet(args) return "Hello " .. args.name end' },
  { path: "greet.js", content: "/** Greets. */\nexport function greet(args) { return `Hello $" + "{args.name}`; }" },
  { path: "greet.rune", content: "/// Greets.\npub fn greet(args) { `Hello $" + "{args.name}` }" },
];

export async function* run() {
  for (const language of LANGUAGES) yield* programs(language);
  yield* runeNative();
  yield* starts();
  for (const [engine, goal] of Object.entries(SIZES)) {
    const { bytes, brotliBytes } = lockedArtifact(engine);
    const value = brotliBytes / 1000;
    const ours = `${value.toFixed(0)} KB (${(bytes / 1000).toFixed(0)} plain)`;
    yield row({ question: `${engine}.wasm in brotli`, ours, peer: "", value, goal, unit: "KB" });
  }
  yield* assemblyScript();
}

/** CPU time, in turn; `raw` is our own engine without metering: the rest of the difference is how it is built. */
async function* programs({ engine, title, peer, programs, file, goal, rounds, startPeer }) {
  const { metered, raw } = await loadBoth(engine, await prepareEngine(engine), file);
  const theirs = await startPeer();
  const ratios = [];
  for (const name of programs) {
    if (metered(name) !== theirs(name)) throw new Error(`${title} ${name}: ours and ${peer} answer differently`);
    const times = fastest({ ours: () => metered(name), peer: () => theirs(name), raw: () => raw(name), rounds });
    ratios.push(times.ours / times.peer);
    yield row({
      question: `${title} ${name}`,
      ours: `${ms(times.ours)} (${ms(times.raw)} raw)`,
      peer: `${ms(times.peer)} ${peer}`,
      ratio: ratios.at(-1),
      goal: Number((goal * LEEWAY).toFixed(4)),
    });
  }
  yield row({ question: `${title}, geomean`, ours: "", peer: "", ratio: geomean(ratios), goal });
}

/** An instance started from the plugin's image, as an embedder sees it. CPU time of this process. */
async function* starts() {
  for (const { path, content } of PLUGINS) {
    const host = createNodeHost();
    try {
      const plugin = await host.load({ path, content });
      const opened = await cpuTimes(async () => (await plugin.open({ seed: 1 })).close());
      const called = await cpuTimes(() => plugin.call("greet", { name: "Ada" }, { seed: 1 }));
      for (const [what, times] of [
        ["plugin.open()", opened],
        ["plugin.call(): start, call, drop", called],
      ]) {
        const value = median(times);
        const ours = `${ms(value)} (${ms(Math.min(...times))} at best)`;
        yield row({ question: `${path}: ${what}`, ours, peer: "", value, goal: 1, unit: "ms" });
      }
    } finally {
      await host.close();
    }
  }
}

async function cpuTimes(run, rounds = 201) {
  const times = [];
  for (let i = 0; i < rounds; i++) {
    const start = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
  }
  return times;
}
