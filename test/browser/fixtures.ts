/** The programs and notes of the tests: examples as they are in the repository, and small ones that fail in every way. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parrot, parrotManifest } from "../fixtures/components.mjs";
import { extismFixture } from "../fixtures/extism/fixtures.ts";
import { HOSTILE_RUNE } from "../fixtures/hostile-rune.ts";
import type { Program } from "./programs.ts";

const plugins = fileURLToPath(new URL("../../plugins", import.meta.url));
const example = (path: string) => readFileSync(`${plugins}/examples/${path}`, "utf8");

/** The sample kiln. */
export const NOTES: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(`${plugins}/sample-kiln`, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".md"))
    .map((path) => [path, readFileSync(`${plugins}/sample-kiln/${path}`, "utf8")]),
);

const dice = { file: "dice-roller.rune", source: example("dice-roller/dice-roller.rune") };
const stats = { file: "note-stats.rune", source: example("note-stats/note-stats.rune") };
const runaway = { file: "runaway.rune", source: example("hostile/runaway.rune") };
const overwrite = { file: "overwrite.rune", source: example("hostile/overwrite.rune") };

const small = (source: string) => ({ file: "small.rune", source });

const MIXTURE = small(`
//---
// capabilities: [kiln.read, kiln.write, state]
//---
struct Point { x, y }

/// A bit of everything that could differ between machines.
pub fn mix() {
    let table = #{};
    let sum = 0.0;
    for i in 0..200 {
        let n = crucible::random::range(1, 1000);
        table.insert(\`key-\${n}\`, i);
        sum += Point { x: n, y: n as f64 / 7.0 }.y;
    }
    let keys = table.keys().collect::<Vec>();
    crucible::state::set("last", sum)?;
    crucible::kiln::write_note("mix/out.md", \`\${sum}\`)?;
    Ok(#{ keys: keys, sum: sum, nan: (0.0 / 0.0).is_nan(), note: crucible::read_note("mix/out.md")?, last: crucible::state::get("last")? })
}
`);

const FAILING = small(HOSTILE_RUNE);

/** What the mixture is in JavaScript. */
const MANIFEST_OF_MIXTURE = `//---
// capabilities: [kiln.read, kiln.write, state]
//---
`;
const JAVASCRIPT = {
  file: "small.js",
  source: `${MANIFEST_OF_MIXTURE}
import { random, readNote, state, writeNote } from "crucible";
import { PriorityQueue } from "crucible:collections";

class Point {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }
}

/** A bit of everything that could differ between machines. */
export async function mix() {
  const table = new Map();
  const queue = new PriorityQueue();
  let sum = 0;
  for (let i = 0; i < 200; i++) {
    const n = random.range(1, 1000);
    table.set(\`key-\${n}\`, i);
    queue.push(n, n % 7);
    sum += new Point(n, n / 7).y + Math.sin(n) + Math.random();
  }
  const keys = await Promise.all([...table.keys()].map(async (key) => key.toUpperCase()));
  state.set("last", sum);
  writeNote("mix/js.md", String(sum));
  const words = readNote("mix/js.md").match(/\\p{Number}+/gu);
  return { keys, words, first: queue.pop(), last: state.get("last"), exact: 2n ** 100n % 1_000_003n === 0n };
}

/** Fails at a place. */
export function fail(args) {
  return args.missing.field;
}
`,
};

/** The same with types, and where they are of every kind; lines and columns stay what they are. */
const TYPESCRIPT = {
  file: "small.ts",
  source: `${MANIFEST_OF_MIXTURE}
import { random, readNote, state, writeNote } from "crucible";
import { PriorityQueue } from "crucible:collections";
import type { Graph } from "crucible:algorithms";

interface Place { readonly x: number; readonly y: number }
type Keys<K extends string = string> = Map<K, number>;
declare const nowhere: Graph;

class Point implements Place {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}

/** A bit of everything that could differ between machines. */
export async function mix(): Promise<Record<string, unknown>> {
  const table: Keys = new Map<string, number>();
  const queue = new PriorityQueue();
  let sum: number = 0;
  for (let i = 0; i < 200; i++) {
    const n = random.range(1, 1000) as number;
    table.set(\`key-\${n}\`, i);
    queue.push(n, n % 7);
    sum += (new Point(n, n / 7) satisfies Place).y + Math.sin(n) + Math.random();
  }
  const keys = await Promise.all([...table.keys()].map(async (key: string): Promise<string> => key.toUpperCase()));
  state.set("last", sum);
  writeNote("mix/ts.md", String(sum));
  const words = readNote("mix/ts.md").match(/\\p{Number}+/gu)!;
  return { keys, words, first: queue.pop(), last: state.get("last"), exact: 2n ** 100n % 1_000_003n === 0n };
}

/** Fails at a place. */
export function fail(args: { missing?: { field: string } }): string {
  return args.missing!.field;
}
`,
};

const contract = (file: string) => ({
  file,
  source: readFileSync(new URL(`../engines/contract/${file}`, import.meta.url), "utf8"),
});
const CONTRACT_JS = contract("contract.js");
const CONTRACT_LUA = contract("contract.lua");
const checker = { file: "consistency-checker.js", source: example("consistency-checker/consistency-checker.js") };
const MIX_GRANTS = ["kiln.write=mix/**", "state"];

const parrotPlugin = {
  file: "parrot.wasm",
  source: Buffer.from(await parrot()).toString("base64"),
  manifest: parrotManifest,
};

const extism = (name: string, tool: string, more = "") => ({
  file: `${name}.wasm`,
  source: Buffer.from(extismFixture(name).content as Uint8Array).toString("base64"),
  manifest: `engine = "extism"\ncapabilities = []\n[[tools]]\nname = "${tool}"\n${more}`,
  tool,
});

/** Counts the calls of its instance. */
export const COUNT: Program = { name: "parrot count", ...parrotPlugin, tool: "count" };

export const ROLL: Program = { name: "dice", ...dice, tool: "roll", args: { dice: "4d6kh3+2" } };

const CALLER = {
  ...small(`
//---
// name: caller
// capabilities: [plugins]
//---
/// Calls another plugin, and says how that failed.
/// @param plugin {string} which
/// @param tool {string} what
/// @param with {object} arguments
pub fn pass(args) {
    match crucible::plugins::call(args.plugin, args.tool, args.with) {
        Ok(value) => value,
        Err(error) => error.code,
    }
}
`),
  tool: "pass",
  allow: ["plugins"],
};

/** Calls a plugin in Rune, which takes an instance of the engine inside of a call. */
export const CALL_RUNE: Program = {
  name: "call dice",
  ...CALLER,
  callees: [ROLL],
  args: { plugin: "dice-roller", tool: "roll", with: { dice: "2d6" } },
};

/** Asks the person. */
export const ASK = {
  path: "ask.rune",
  content: `
//---
// capabilities: [ui]
//---
/// Greets.
pub fn greet() {
    crucible::ui::progress(0.5, "asking")?;
    match crucible::ui::text("Who?") {
        Ok(name) => name.unwrap_or("nobody"),
        Err(error) => error.code,
    }
}`,
};

/** Each with the code that it must end in, or undefined where it succeeds. */
export const PROGRAMS: readonly (readonly [Program, string | undefined])[] = [
  [ROLL, undefined],
  [{ name: "odds", ...dice, tool: "odds", args: { dice: "8d10", target: 40 } }, undefined],
  [{ name: "note-stats", ...stats, tool: "stats" }, undefined],
  [{ name: "tasks", ...stats, tool: "tasks" }, undefined],
  [{ name: "mixture", ...MIXTURE, tool: "mix", allow: MIX_GRANTS }, undefined],
  [{ name: "runaway", ...runaway, tool: "spin", limits: { fuel: 20_000_001 } }, "fuel-exhausted"],
  [{ name: "denied", ...overwrite, tool: "overwrite", args: { path: "README.md" } }, "denied"],
  [{ name: "hoard", ...FAILING, tool: "hoard", limits: { memoryBytes: 32 << 20 } }, "memory-limit"],
  [{ name: "bottomless", ...FAILING, tool: "bottomless" }, "stack-limit"],
  [{ name: "equal depths", ...FAILING, tool: "equal_depths" }, "stack-limit"],
  [{ name: "long answer", ...FAILING, tool: "long_answer", limits: { memoryBytes: 500 << 20 } }, "transfer-limit"],
  [{ name: "deep answer", ...FAILING, tool: "deep_answer" }, "guest-error"],
  [{ name: "panic", ...FAILING, tool: "give_up" }, "guest-error"],
  [{ name: "host calls", ...FAILING, tool: "flood", limits: { fuel: 30_000_000 } }, "fuel-exhausted"],
  [{ name: "too many host calls", ...FAILING, tool: "insist" }, "rate-limited"],
  [{ name: "javascript", ...JAVASCRIPT, tool: "mix", allow: MIX_GRANTS }, undefined],
  [{ name: "javascript place", ...JAVASCRIPT, tool: "fail" }, "guest-error"],
  [{ name: "javascript story", ...checker, tool: "check" }, undefined],
  [{ name: "javascript spin", ...CONTRACT_JS, tool: "spin", limits: { fuel: 20_000_001 } }, "fuel-exhausted"],
  [{ name: "javascript recursion", ...CONTRACT_JS, tool: "recurse" }, "guest-error"],
  [{ name: "javascript hoard", ...CONTRACT_JS, tool: "hoard", limits: { memoryBytes: 32 << 20 } }, "memory-limit"],
  [{ name: "typescript", ...TYPESCRIPT, tool: "mix", allow: MIX_GRANTS }, undefined],
  [{ name: "typescript place", ...TYPESCRIPT, tool: "fail" }, "guest-error"],
  [{ name: "typescript enum", file: "small.ts", source: "enum Colour { Red }\n", tool: "f" }, "compile-error"],
  [{ name: "lua echo", ...CONTRACT_LUA, tool: "echo", args: { value: ["ä€😀", 0.1, { a: [] }] } }, undefined],
  [{ name: "lua place", ...CONTRACT_LUA, tool: "fail" }, "guest-error"],
  [{ name: "lua recursion", ...CONTRACT_LUA, tool: "recurse" }, "guest-error"],
  [{ name: "lua hoard", ...CONTRACT_LUA, tool: "hoard", limits: { memoryBytes: 32 << 20 } }, "memory-limit"],
  [{ name: "parrot echo", ...parrotPlugin, tool: "echo", args: { text: "ä€😀" } }, undefined],
  [{ name: "parrot trap", ...parrotPlugin, tool: "trap" }, "trap"],
  [{ name: "parrot fail", ...parrotPlugin, tool: "fail" }, "guest-error"],
  [{ name: "parrot spin", ...parrotPlugin, tool: "spin", limits: { fuel: 1_234_567 } }, "fuel-exhausted"],
  [{ name: "parrot hoard", ...parrotPlugin, tool: "hoard", limits: { memoryBytes: 1 << 20 } }, "memory-limit"],
  [
    { name: "extism text", ...extism("plain", "count_vowels", 'input = "text"'), args: { input: "ä€😀 aeiou" } },
    undefined,
  ],
  [{ name: "extism variables", ...extism("plain", "fills_variables") }, "transfer-limit"],
  [{ name: "extism fail", ...extism("plain", "fails") }, "guest-error"],
  [{ name: "extism hoard", ...extism("plain", "allocates"), limits: { memoryBytes: 4 << 20 } }, "memory-limit"],
  [{ name: "extism random", ...extism("wasi", "random_bytes") }, undefined],
  [{ name: "extism without a clock", ...extism("wasi", "time_of_day") }, "guest-error"],
  [
    {
      name: "call parrot",
      ...CALLER,
      callees: [COUNT],
      args: { plugin: "parrot", tool: "echo", with: { text: "over and out" } },
    },
    undefined,
  ],
  [{ name: "wrong arguments", ...dice, tool: "roll", args: { dice: 7 } }, "invalid-arguments"],
  [{ name: "syntax", ...small("/// Broken.\npub fn f() {\n    nothing + nowhere\n}\n"), tool: "f" }, "compile-error"],
];
