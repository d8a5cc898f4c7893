// `npm run check`: everything that is quick to verify and that a commit must not break. Prints what failed and why; exits 1 then.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { checkLayers } from "./check-layers.mjs";
import { checkEngineLocks } from "./engines.mjs";
import { checkExamples } from "./examples.mjs";
import { checkExtismShell } from "./extism-shell.mjs";
import { checkReference } from "./stdlib.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
let failed = false;

run("format and lint", "node_modules/@biomejs/biome/bin/biome", ["check", "--error-on-warnings", "."]);
run("types", "node_modules/typescript/bin/tsc", ["-p", "tsconfig.json"]);
run("WIT and its generated types agree", "scripts/wit.mjs", ["--check"]);
run("guest-sdk is what the WIT and the standard library give", "scripts/guest-sdk.mjs", ["--check"]);
report("dependency rule", checkLayers());
report("engine artifacts and their locks agree", await checkEngineLocks());
report("the shell of Extism plug-ins and its sources agree", checkExtismShell());
report("docs/stdlib.json and docs/stdlib.md are those of the standard library", checkReference());
report("examples and their locks agree", checkExamples());
process.exit(failed ? 1 : 0);

/** Runs one of our Node programs and shows its output only when it fails. */
function run(what, program, args) {
  const result = spawnSync(process.execPath, [program, ...args], { cwd: root, encoding: "utf8" });
  report(what, result.status === 0 ? [] : [`${result.stdout}${result.stderr}`.trim()]);
}

function report(what, problems) {
  console.log(`${problems.length === 0 ? "ok    " : "FAILED"} ${what}`);
  for (const problem of problems) console.log(problem);
  failed ||= problems.length > 0;
}
