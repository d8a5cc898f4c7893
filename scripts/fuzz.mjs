// `npm run fuzz`: throws seeded inputs at what stands between a hostile plugin and the host, until a time or a number of cases
// is over. Every target of test/fuzz/targets runs in a process of its own, with a capped heap, and is killed when a case hangs.
// A finding (an exception of the target, a crash, a hang) is written to the folder with its input and the command that repeats it.
//
//   npm run fuzz                             an hour over all targets, from a seed that is printed
//   npm run fuzz -- --minutes 5 --seed 1     shorter, and the same cases every time
//   npm run fuzz -- --target rewriter --seed 4711 --cases 1
//   npm run fuzz -- --resume                 goes on where the last run in the folder was stopped
//
// Exit code: 0 nothing found, 1 findings, 2 a wrong request.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { inputOf, runCases } from "./lib/fuzz-process.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const options = {
  minutes: { type: "string", default: "60" },
  cases: { type: "string" },
  seed: { type: "string" },
  target: { type: "string", multiple: true },
  targets: { type: "string", default: join(root, "test/fuzz/targets") },
  folder: { type: "string", default: join(root, ".fuzz") },
  "case-seconds": { type: "string", default: "60" },
  resume: { type: "boolean", default: false },
  summary: { type: "string" },
  help: { type: "boolean", short: "h" },
};
const USAGE = `usage: npm run fuzz -- [--minutes N] [--cases N] [--seed S] [--target NAME]… [--resume]
                       [--folder DIR] [--targets DIR] [--summary FILE] [--case-seconds N]
  --minutes       how long in all (default 60)
  --cases         how many cases of each target, instead of a time
  --seed          seed of the first case, 0 to 4294967295 (default: drawn and printed); a case's seed is the next number
  --target        only this target; may be given several times
  --resume        go on where the last run in the folder ended, with its seed
  --folder        where findings and the state of the run are kept (default .fuzz)
  --targets       the folder of targets (default test/fuzz/targets)
  --summary       a Markdown file to write at the end: what ran, from which seed, what was found
  --case-seconds  after this long a case counts as hanging (default 60)`;

const SEEDS = 2 ** 32;
/** A target's turn. Short, so that all targets get their share of a short run; a process starts in a second or two. */
const TURN_MS = 30_000;
const request = readRequest();
const statePath = join(request.folder, "state.json");
const state = request.resume ? readState() : freshState();
mkdirSync(request.folder, { recursive: true });

console.log(`seed ${state.seed}; targets: ${request.targets.map(({ name }) => name).join(", ")}`);
const started = Date.now();
const endsAt = started + request.minutes * 60_000;
let waiting = request.targets.filter(({ name }) => !isDone(name));
while (waiting.length > 0 && timeLeft() > 0) {
  for (const target of waiting) if (timeLeft() > 0) await turn(target, Math.min(timeLeft(), TURN_MS));
  waiting = waiting.filter(({ name }) => !isDone(name));
}
finish();

function timeLeft() {
  return request.cases === undefined ? endsAt - Date.now() : Number.POSITIVE_INFINITY;
}

function readRequest() {
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    refuse(error.message);
  }
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const number = (name, least, most) => {
    const value = Number(values[name]);
    if (!(value >= least && value <= most)) refuse(`--${name} must be a number from ${least} to ${most}`);
    return value;
  };
  const all = readdirSync(values.targets)
    .filter((file) => /\.(ts|mjs)$/.test(file))
    .sort()
    .map((file) => ({ name: file.replace(/\.\w+$/, ""), file: join(resolve(values.targets), file) }));
  const unknown = (values.target ?? []).filter((name) => !all.some((each) => each.name === name));
  if (unknown.length > 0)
    refuse(`there is no target ${unknown.join(", ")}; there are ${all.map((each) => each.name).join(", ")}`);
  return {
    minutes: number("minutes", 0, 1e6),
    cases: values.cases === undefined ? undefined : number("cases", 1, SEEDS),
    seed: values.seed === undefined ? Math.floor(Math.random() * SEEDS) : number("seed", 0, SEEDS - 1),
    targets: all.filter(({ name }) => values.target?.includes(name) ?? true),
    targetFolder: values.targets,
    folder: resolve(values.folder),
    caseMs: number("case-seconds", 0.1, 86_400) * 1000,
    resume: values.resume,
    summary: values.summary,
  };
}

function refuse(why) {
  console.error(`fuzz: ${why}\n${USAGE}`);
  process.exit(2);
}

function freshState() {
  rmSync(statePath, { force: true });
  return { seed: request.seed, minutes: 0, targets: {} };
}

function readState() {
  try {
    return JSON.parse(readFileSync(statePath, "utf8"));
  } catch {
    return refuse(`there is no run to resume in ${request.folder}`);
  }
}

/** What is known of a target: cases that ran, and what they found. */
function tally(name) {
  state.targets[name] ??= { cases: 0, findings: [] };
  return state.targets[name];
}

/** Whether a target has had its cases, or is so broken that more would say nothing. */
function isDone(name) {
  const { cases, findings } = tally(name);
  return cases >= (request.cases ?? SEEDS) || findings.length >= 100;
}

async function turn(target, forMs) {
  const known = tally(target.name);
  const before = known.cases;
  const outcome = await runCases({
    file: target.file,
    first: (state.seed + known.cases) % SEEDS,
    cases: request.cases === undefined ? SEEDS : request.cases - known.cases,
    forMs,
    caseMs: request.caseMs,
    progress: (cases) => process.stdout.isTTY && process.stdout.write(`\r${line(target.name, before + cases)}`),
  });
  known.cases += outcome.cases;
  for (const finding of outcome.findings) await record(target, known, finding);
  console.log(`${process.stdout.isTTY ? "\r" : ""}${line(target.name, known.cases)}`);
  const minutes = (Date.now() - started) / 60_000;
  writeFileSync(statePath, `${JSON.stringify({ ...state, minutes: state.minutes + minutes }, null, 2)}\n`);
}

function line(name, cases) {
  const elapsed = new Date(Date.now() - started).toISOString().slice(11, 19);
  const { findings } = tally(name);
  return `${elapsed} ${name.padEnd(16)} ${String(cases).padStart(8)} cases, ${findings.length} findings`;
}

/** Writes what was found, its input where the target can tell it, and how to see it again. */
async function record(target, known, { seed, kind, message }) {
  const folder = join(request.folder, `${target.name}-${seed}`);
  mkdirSync(folder, { recursive: true });
  const isOurs = request.targetFolder === options.targets.default;
  const where = isOurs ? "" : ` --targets ${request.targetFolder}`;
  const command = `npm run fuzz --${where} --target ${target.name} --seed ${seed} --cases 1`;
  writeFileSync(join(folder, "finding.txt"), `${kind}: ${message}\n\nSee it again with: ${command}\n`);
  const input = await inputOf(target.file, seed);
  if (input !== undefined) writeFileSync(join(folder, "input"), input);
  known.findings.push({ seed, kind, message: message.split("\n")[0] });
  console.log(`\nFOUND in ${target.name}: ${kind}: ${message}\n  see it again with: ${command}\n  input: ${folder}\n`);
}

function finish() {
  const rows = request.targets.map(({ name }) => ({ name, ...tally(name) }));
  const cases = rows.reduce((sum, row) => sum + row.cases, 0);
  const findings = rows.reduce((sum, row) => sum + row.findings.length, 0);
  console.log(`\n${"target".padEnd(16)}    cases  findings`);
  for (const row of rows)
    console.log(`${row.name.padEnd(16)} ${String(row.cases).padStart(8)}  ${row.findings.length}`);
  const minutes = state.minutes + (Date.now() - started) / 60_000;
  console.log(`seed ${state.seed}, ${cases} cases in ${minutes.toFixed(1)} minutes, ${findings} findings`);
  if (request.summary !== undefined) writeFileSync(request.summary, summary(rows, cases, minutes));
  process.exit(findings > 0 ? 1 : 0);
}

function summary(rows, cases, minutes) {
  const git = spawnSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" });
  const commit = process.env.FUZZ_COMMIT ?? (git.status === 0 ? git.stdout.trim() : "unknown");
  const table = rows.map(({ name, cases: ran, findings }) => {
    const last = ran === 0 ? "" : `${state.seed} … ${(state.seed + ran - 1) % SEEDS}`;
    return `| ${name} | ${ran.toLocaleString("en-US")} | ${last} | ${findings.length} |`;
  });
  const found = rows.flatMap(({ name, findings }) =>
    findings.map((each) => `- ${name}, seed ${each.seed}: ${each.kind}: ${each.message}`),
  );
  return `# The last long run of \`npm run fuzz\`

${new Date().toISOString().slice(0, 10)}, commit ${commit}, node ${process.version} (V8 ${process.versions.v8}), ${process.platform} ${process.arch}.
${cases.toLocaleString("en-US")} cases in ${minutes.toFixed(0)} minutes from seed ${state.seed}. Every case can be run again: \`npm run fuzz -- --target NAME --seed SEED --cases 1\`.

| target | cases | seeds | findings |
| --- | --- | --- | --- |
${table.join("\n")}

${found.length === 0 ? "Nothing was found." : found.join("\n")}
`;
}
