// How far is Rune in WebAssembly, metered, from the native interpreter? Needs cargo, for the peer.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { alone, geomean, ms, row, skipped } from "./lib/measure.mjs";
import { loadBoth, prepareRune } from "./lib/rune.mjs";
import { SCRIPTS } from "./metering-rune.bench.mjs";

export const title = "Rune in WebAssembly, metered, against the native crate";

const peer = fileURLToPath(new URL("native-rune/", import.meta.url));
const scripts = fileURLToPath(new URL("fixtures/scripts.rn", import.meta.url));
const ROUNDS = 9;

export async function* run() {
  console.log("  (building the native interpreter; a minute or two the first time)");
  const build = spawnSync("cargo", ["build", "--release", "--locked", "--quiet"], { cwd: peer, encoding: "utf8" });
  if (build.status !== 0) {
    yield skipped("Rune natively", build.error ? "there is no cargo" : build.stderr.trim().split("\n").at(-1));
    return;
  }
  const { metered } = await loadBoth(await prepareRune(), readFileSync(scripts, "utf8"));
  const ratios = [];
  for (const [name, n] of Object.entries(SCRIPTS)) {
    const native = runNative(name, n);
    const ours = await alone(() => metered(name, { n }), { rounds: ROUNDS });
    if (metered(name, { n }) !== native.result)
      throw new Error(`${name}: ours and the native interpreter answer differently`);
    const ratio = ours / native.ms;
    ratios.push(ratio);
    yield row({
      question: `${name.replace("run_", "")}(${n})`,
      ours: ms(ours),
      peer: `${ms(native.ms)} native rune 0.14.2`,
      ratio,
    });
  }
  yield row({ question: "geomean of the scripts", ours: "", peer: "", ratio: geomean(ratios) });
}

function runNative(name, n) {
  const { stdout, stderr, status } = spawnSync(
    "target/release/native-rune",
    [scripts, String(ROUNDS), `${name}=${n}`],
    {
      cwd: peer,
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`the native interpreter failed: ${stderr}`);
  const [, nanoseconds, result] = stdout.trim().split(" ");
  return { ms: Number(nanoseconds) / 1e6, result: Number(result) };
}
