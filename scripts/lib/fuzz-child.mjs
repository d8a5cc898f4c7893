// One process of `npm run fuzz`: runs cases of one target and notes where it is and what it found, or prints the input of one case.
//
//   node fuzz-child.mjs run FILE FIRST-SEED CASES MILLISECONDS
//   node fuzz-child.mjs input FILE SEED
import { openSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const SEEDS = 2 ** 32;
/** So many are enough to know that a target is broken. */
const FINDINGS = 20;
const [mode, file, ...numbers] = process.argv.slice(2);
const [first, cases, forMs] = numbers.map(Number);
const root = fileURLToPath(new URL("../..", import.meta.url));
const { module: target } = await runnerImport(file, { root, configFile: false, logLevel: "error" });

if (mode === "input") {
  const input = await target.input?.(first);
  if (input !== undefined) process.stdout.write(input);
} else {
  await run();
}

async function run() {
  const place = openSync(process.env.FUZZ_PLACE, "w");
  const found = openSync(process.env.FUZZ_FINDINGS, "w");
  const note = (ran) => writeSync(place, String(ran), 0);
  const endsAt = Date.now() + forMs;
  let findings = 0;
  let ran = 0;
  for (; ran < cases && findings < FINDINGS; ran++) {
    if (ran > 0 && Date.now() >= endsAt) break;
    note(ran);
    const seed = (first + ran) % SEEDS;
    try {
      await target.run(seed);
    } catch (error) {
      findings++;
      const message = error instanceof Error ? (error.stack ?? String(error)) : String(error);
      writeSync(found, `${JSON.stringify({ seed, message })}\n`);
    }
  }
  note(ran);
}
