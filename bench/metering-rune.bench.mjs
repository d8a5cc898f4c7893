// What does metering cost an interpreter? Rune scripts in the metered engine against the same engine raw.
import { readFileSync } from "node:fs";
import { fastest, geomean, ms, row } from "./lib/measure.mjs";
import "./lib/metered.mjs";
import { loadBoth, prepareEngine } from "./lib/engines.mjs";

export const title = "the metered Rune engine against the same engine raw";

export const SCRIPTS = {
  run_fib: 20,
  run_loop: 60_000,
  run_strings: 8_000,
  run_sort: 10_000,
  run_objects: 8_000,
};

export async function* run() {
  const text = readFileSync(new URL("fixtures/scripts.rn", import.meta.url), "utf8");
  const both = await loadBoth("rune", await prepareEngine("rune"), { path: "bench.rn", text });
  const ratios = [];
  for (const [script, n] of Object.entries(SCRIPTS)) {
    if (both.metered(script, { n }) !== both.raw(script, { n }))
      throw new Error(`${script}: metered and raw answer differently`);
    const times = fastest({ ours: () => both.metered(script, { n }), peer: () => both.raw(script, { n }) });
    const ratio = times.ours / times.peer;
    ratios.push(ratio);
    yield row({
      question: `${script.replace("run_", "")}(${n})`,
      ours: ms(times.ours),
      peer: `${ms(times.peer)} raw`,
      ratio,
    });
  }
  yield row({ question: "geomean of the scripts", ours: "", peer: "", ratio: geomean(ratios), goal: 1.1 });
}
