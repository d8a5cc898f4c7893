// How far is Rune in WebAssembly, metered, from the native interpreter? Needs cargo, for the peer.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadBoth, prepareEngine } from "./lib/engines.mjs";
import { fastest, geomean, ms, row, skipped } from "./lib/measure.mjs";
import { SCRIPTS } from "./metering-rune.bench.mjs";

export const title = "Rune in WebAssembly, metered, against the native crate";

const peer = fileURLToPath(new URL("native-rune/", import.meta.url));
const scripts = fileURLToPath(new URL("fixtures/scripts.rn", import.meta.url));

/** Ours ÷ native, in geomean. */
const GOAL = 1.9;

/** Each turn the native interpreter runs a script so often, then ours: until V8 has optimized what is hot, beside what runs. */
const ROUNDS = 9;
const TURNS = 15;

export async function* run() {
  console.log("  (building the native interpreter; a minute or two the first time)");
  const build = spawnSync("cargo", ["build", "--release", "--locked", "--quiet"], { cwd: peer, encoding: "utf8" });
  if (build.status !== 0) {
    yield skipped("Rune natively", build.error ? "there is no cargo" : build.stderr.trim().split("\n").at(-1));
    return;
  }
  const text = readFileSync(scripts, "utf8");
  const { metered } = await loadBoth("rune", await prepareEngine("rune"), { path: "bench.rn", text });
  const ratios = [];
  for (const [name, n] of Object.entries(SCRIPTS)) {
    const { result } = runNative(name, n);
    if (metered(name, { n }) !== result) throw new Error(`${name}: ours and the native interpreter answer differently`);
    const times = { ours: Number.POSITIVE_INFINITY, native: Number.POSITIVE_INFINITY };
    for (let turn = 0; turn < TURNS; turn++) {
      times.native = Math.min(times.native, runNative(name, n).ms);
      times.ours = Math.min(times.ours, fastest({ ours: () => metered(name, { n }), rounds: ROUNDS }).ours);
    }
    ratios.push(times.ours / times.native);
    yield row({
      question: `Rune ${name.replace("run_", "")}(${n})`,
      ours: ms(times.ours),
      peer: `${ms(times.native)} native rune 0.14.2`,
      ratio: ratios.at(-1),
      goal: 1.25 * GOAL,
    });
  }
  yield row({ question: "Rune, geomean", ours: "", peer: "", ratio: geomean(ratios), goal: GOAL });
}

function runNative(name, n) {
  const args = [scripts, String(ROUNDS), `${name}=${n}`];
  const { stdout, stderr, status } = spawnSync("target/release/native-rune", args, { cwd: peer, encoding: "utf8" });
  if (status !== 0) throw new Error(`the native interpreter failed: ${stderr}`);
  const [, nanoseconds, result] = stdout.trim().split(" ");
  return { ms: Number(nanoseconds) / 1e6, result: Number(result) };
}
