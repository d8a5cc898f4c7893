// What does metering cost? Six C kernels against the same module raw: with everything on (fuel, stack, NaNs), and without NaN canonicalization.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fastest, geomean, ms, row, skipped } from "./lib/measure.mjs";
import { meteredImports } from "./lib/metered.mjs";

export const title = "metered kernels against the same module raw";

const KERNELS = { fib: 30, sieve: 500_000, matmul: 140, sha256: 8_000, quicksort: 50_000, collatz: 30_000 };
const FIXTURE = new URL("fixtures/kernels.wasm", import.meta.url);

export async function* run() {
  const bytes = readFileSync(FIXTURE);
  const raw = (await WebAssembly.instantiate(bytes)).instance.exports;
  for (const canonicalizeNaN of [true, false]) {
    const { bytes: meteredBytes, more } = meteredImports(bytes, { canonicalizeNaN });
    const metered = (await WebAssembly.instantiate(meteredBytes, more)).instance.exports;
    const what = canonicalizeNaN ? "" : ", no NaNs";
    const ratios = [];
    for (const [kernel, size] of Object.entries(KERNELS)) {
      if (raw[kernel](size) !== metered[kernel](size)) throw new Error(`${kernel}: metered and raw answer differently`);
      const times = fastest({ ours: () => metered[kernel](size), peer: () => raw[kernel](size), rounds: 60 });
      const ratio = times.ours / times.peer;
      ratios.push(ratio);
      yield row({
        question: `${kernel}(${size})${what}`,
        ours: ms(times.ours),
        peer: `${ms(times.peer)} raw`,
        ratio,
        ...(canonicalizeNaN && { goal: 1.3 }),
      });
    }
    const question = `geomean of the six${what}`;
    yield row({ question, ours: "", peer: "", ratio: geomean(ratios), goal: canonicalizeNaN ? 1.08 : 1.05 });
  }
  yield wasmtime();
}

/** wasmtime's own fuel on the same kernels, where Python has the package. */
function wasmtime() {
  const question = "wasmtime's fuel, geomean of the six";
  const script = fileURLToPath(new URL("lib/wasmtime-fuel.py", import.meta.url));
  const python = process.env.PYTHON ?? "python3";
  try {
    const output = execFileSync(python, [script, fileURLToPath(FIXTURE), JSON.stringify(KERNELS)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { version, ratios } = JSON.parse(output);
    return row({ question, ours: `(wasmtime ${version})`, peer: "its own raw", ratio: geomean(ratios) });
  } catch {
    return skipped(question, `${python} has no package wasmtime`);
  }
}
