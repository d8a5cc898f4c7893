/**
 * Programs give the same text here and in the language's own interpreter: generated ones, and such as are written by hand to reach
 * every corner. What the interpreters printed (for JavaScript: Node) is recorded in `differential/*.json`; with CRUCIBLE_RECORD=1 it
 * is recorded anew (needs `lua5.4`, and `cargo build --release` in bench/native-rune).
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createNodeHost, memoryKiln } from "../../host/src/index.ts";
import { printJavaScript, printLua, printRune } from "./differential/print.ts";
import { type Script, scriptsOf } from "./differential/scripts.ts";

interface Native {
  readonly language: string;
  /** Its name, and how it is had. */
  readonly interpreter: string;
  readonly extension: string;
  readonly scripts: readonly Script[];
  /** What a plugin's file needs besides the program. */
  tool(source: string): string;
  /** What the language's own interpreter prints; undefined where it is not installed, or does not end. */
  run(file: string, source: string): string | undefined;
}

const lua: Native = {
  language: "lua",
  interpreter: "lua5.4: apt-get install lua5.4",
  extension: ".lua",
  scripts: scriptsOf("lua", printLua),
  tool: (source) => `${source}\n--- Runs.\nfunction run(args) main() end\n`,
  run: (file, source) => {
    writeFileSync(file, `${source}\nmain()\n`);
    return printed("lua5.4", file);
  },
};

const rune: Native = {
  language: "rune",
  interpreter: "Rune: cargo build --release in bench/native-rune",
  extension: ".rn",
  scripts: scriptsOf("rune", printRune),
  tool: (source) => `${source}\n/// Runs.\npub fn run(args) { main() }\n`,
  run: (file, source) => {
    writeFileSync(file, source);
    return printed(NATIVE_RUNE, file);
  },
};

const js: Native = {
  language: "js",
  interpreter: "Node",
  extension: ".js",
  scripts: scriptsOf("js", printJavaScript),
  tool: (source) => `${source}\n/** Runs. */\nexport function run() { main(); }\n`,
  run: (file, source) => {
    writeFileSync(file, `${source}\nmain();\n`);
    return printed(process.execPath, file);
  },
};

/** Made by `cargo build --release` in bench/native-rune. */
const NATIVE_RUNE = new URL("../../bench/native-rune/target/release/print", import.meta.url).pathname;

function printed(program: string, file: string): string | undefined {
  const options = { cwd: dirname(file), encoding: "utf8", timeout: 10_000 } as const;
  const { error, status, stdout, stderr } = spawnSync(program, [basename(file)], options);
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr.slice(0, 500)}`);
  return comparable(stdout);
}

/** Addresses differ. */
const comparable = (text: string) => text.replace(/\b0x[0-9a-f]{5,}/gu, "ADDRESS");

const logged: string[] = [];
const host = createNodeHost({ kiln: memoryKiln({}), log: ({ message }) => logged.push(message) });
const folder = mkdtempSync(join(tmpdir(), "differential-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function ours({ extension, tool }: Native, source: string): Promise<string> {
  logged.length = 0;
  const plugin = await host.load({ path: `script${extension}`, content: tool(source) });
  await plugin.call("run");
  return comparable(logged.map((line) => `${line}\n`).join(""));
}

describe.each([lua, rune, js])("$language:", (native) => {
  const record = new URL(`differential/${native.language}.json`, import.meta.url);
  if (process.env.CRUCIBLE_RECORD !== undefined) {
    const printed = native.scripts.flatMap(({ name, source }) => {
      const text = native.run(join(folder, `script${native.extension}`), source);
      return text === undefined ? [] : [[name, text]];
    });
    writeFileSync(record, `${JSON.stringify(Object.fromEntries(printed), null, 2)}\n`);
  }
  const expected: Record<string, string> = existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : {};
  // A generated program for which the interpreter does not end (Rune 0.14.2 has such loops) is not recorded.
  const scripts = native.scripts.filter(({ name }) => expected[name] !== undefined || !name.startsWith("generated"));

  it("there are 200 programs at least, and each was recorded", () => {
    expect(Object.keys(expected)).toEqual(scripts.map(({ name }) => name));
    expect(scripts.length).toBeGreaterThanOrEqual(200);
  });

  it.each(scripts)("$name", async ({ name, source }) => {
    expect(await ours(native, source)).toBe(expected[name]);
  });

  const [first, ...others] = scripts.filter((_, index) => index % 20 === 0) as [Script, ...Script[]];
  const run = ({ source }: Script) => native.run(join(folder, `script${native.extension}`), source);
  const live = run(first);
  const skipped = live === undefined ? ` (skipped: there is no ${native.interpreter})` : "";
  it.skipIf(live === undefined)(`a sample of it is what the interpreter prints here${skipped}`, () => {
    expect(live).toBe(expected[first.name]);
    for (const script of others) expect([script.name, run(script)]).toEqual([script.name, expected[script.name]]);
  });
});
