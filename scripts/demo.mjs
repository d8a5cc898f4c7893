// `npm run demo`: what this product does, on the sample kiln, through the command that a user would type.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const kiln = "plugins/sample-kiln";
const roller = "plugins/examples/dice-roller/dice-roller.rune";
const scratch = mkdtempSync(join(tmpdir(), "crucible-demo-"));
const bundle = join(scratch, "dice-roller.crub");

try {
  heading("A Rune plugin, compiled from source inside WebAssembly, rolls dice. Same seed, same roll, same fuel.");
  const fromSource = run(0, "run", roller, "roll", "dice=4d6kh3+2", "--seed", "42");

  heading("Compiled to a bundle it runs without its source: same result, same fuel.");
  run(0, "compile", roller, "-o", bundle);
  const fromBundle = run(0, "run", bundle, "roll", "dice=4d6kh3+2", "--seed", "42", "--json");
  const { fuel } = JSON.parse(fromBundle.stdout);
  expect(fromSource.output.includes(fuel.toLocaleString("en-US")), "source and bundle took different fuel");

  heading("A plugin reads every note of the sample kiln.");
  run(0, "run", "plugins/examples/note-stats/note-stats.rune", "stats", "--kiln", kiln);

  heading("A runaway plugin is stopped by its fuel, at the same instruction on every machine.");
  run(1, "run", "plugins/examples/hostile/runaway.rune", "spin", "--fuel", "50_000_000");

  heading("A write that nobody granted is refused; the kiln stays as it was.");
  const note = join(root, kiln, "README.md");
  const before = readFileSync(note, "utf8");
  run(1, "run", "plugins/examples/hostile/overwrite.rune", "overwrite", "path=README.md", "--kiln", kiln);
  expect(readFileSync(note, "utf8") === before, "the note was changed");

  console.log("\nThat was the demo. `npx cru --help` shows every command; README.md shows how to embed the host.");
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function heading(text) {
  console.log(`\n── ${text}`);
}

/** Runs `cru plugins …` as a user would, shows the command and what it printed, and insists on the exit code. */
function run(exitCode, ...args) {
  const shown = args.map((arg) => (arg === bundle ? "dice-roller.crub" : arg)).join(" ");
  console.log(`$ npx cru plugins ${shown}`);
  const result = spawnSync(process.execPath, ["host/dist/cli/main.js", "plugins", ...args], {
    cwd: root,
    encoding: "utf8",
  });
  const output = `${result.stdout}${result.stderr}`.replaceAll(bundle, "dice-roller.crub");
  process.stdout.write(output.replace(/^(?=.)/gm, "  "));
  expect(result.status === exitCode, `it ended with exit code ${result.status}, not ${exitCode}`);
  return { stdout: result.stdout, output };
}

function expect(condition, problem) {
  if (condition) return;
  console.error(`demo: ${problem}`);
  process.exitCode = 1;
  throw new Error(problem);
}
