/** Plugins in AssemblyScript in the host: the template as its author builds it, JSON there and back, failures, traps, memory. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPlugin } from "../../guest-sdk/assemblyscript/build.mjs";
import { createNodeHost, memoryKiln, type Plugin } from "../../host/src/index.ts";
import { failure } from "../failure.ts";

const SDK = fileURLToPath(new URL("../../guest-sdk/assemblyscript", import.meta.url));
const logged: string[] = [];
const host = createNodeHost({
  kiln: memoryKiln({ "a.md": "# Čaj 🦊\n\ntext\n## Two\n" }),
  log: ({ level, message }) => logged.push(`${level}: ${message}`),
});
afterAll(() => host.close());

describe("the template", () => {
  const scratch = mkdtempSync(join(tmpdir(), "crucible-template-"));
  afterAll(() => rmSync(scratch, { recursive: true }));

  it("is copied, built by one command, and runs", async () => {
    cpSync(join(SDK, "template"), scratch, { recursive: true });
    const { scripts } = JSON.parse(readFileSync(join(scratch, "package.json"), "utf8")) as {
      scripts: { build: string };
    };
    const [command, ...args] = scripts.build.split(" ");
    expect(command).toBe("crucible-as");
    const built = spawnSync(process.execPath, [join(SDK, "build.mjs"), ...args], { cwd: scratch, encoding: "utf8" });
    expect(built.stderr).toBe("");
    const plugin = await host.loadFile(join(scratch, "greeter.wasm"));
    expect([plugin.name, plugin.manifest.version]).toEqual(["greeter", "0.1.0"]);
    expect(plugin.tools.map(({ name, parameters }) => [name, parameters])).toEqual([
      ["greet", schema({ name: { type: "string", description: "who" } })],
      ["headings", schema({ path: { type: "string", description: "which note" } })],
    ]);
    expect((await plugin.call("greet", { name: "Žofie" })).result).toBe("Hello, Žofie!");
    expect((await plugin.call("headings", { path: "a.md" })).result).toEqual(["# Čaj 🦊", "## Two"]);
    expect(await failure(() => plugin.call("headings", { path: "b.md" }))).toMatchObject({ code: "not-found" });
    expect(await failure(() => plugin.call("greet", { name: "" }))).toMatchObject({ code: "guest-error" });
    expect(await failure(() => plugin.call("greet", {}))).toMatchObject({ code: "invalid-arguments" });
  });

  it("imports what its code uses and nothing else", async () => {
    const plugin = await host.loadFile(join(scratch, "greeter.wasm"));
    expect([...plugin.engine.imports!].sort()).toEqual(
      ["kiln", "log", "types"].map((name) => `crucible:plugin/${name}@0.1.0`),
    );
  });

  it("that does not compile is not built, and the compiler says where", () => {
    writeFileSync(join(scratch, "assembly/wrong.ts"), 'import { tool } from "crucible-assemblyscript";\ntool(1);\n');
    const args = [join(SDK, "build.mjs"), "assembly/wrong.ts", "-o", "wrong.wasm"];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: scratch, encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toContain("assembly/wrong.ts(2,");
  });
});

it("the example of the README is a plugin", async () => {
  const folder = mkdtempSync(join(tmpdir(), "crucible-readme-"));
  try {
    const [, source = ""] = /^```ts\n(.*?)^```/ms.exec(readFileSync(join(SDK, "README.md"), "utf8"))!;
    writeFileSync(join(folder, "index.ts"), source);
    const content = await buildPlugin("index.ts", { folder, options: ["--optimizeLevel", "0", "--shrinkLevel", "0"] });
    const plugin = await host.load({ path: "length.wasm", content });
    expect((await plugin.call("length", { path: "a.md" })).result).toBe("# Čaj 🦊\n\ntext\n## Two\n".length);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("tools", () => {
  let plugin: Plugin;
  beforeAll(async () => {
    const folder = fileURLToPath(new URL("assembly", import.meta.url));
    plugin = await host.load({ path: "probe.wasm", content: await buildPlugin("tools.ts", { folder }) });
  });

  it("give every JSON value back as it came", async () => {
    const open = await plugin.open({ seed: 1 });
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const sent = JSON.parse(JSON.stringify(value, small).toWellFormed()) as unknown;
        expect(open.callSync("echo", { value: sent }).result).toEqual(sent);
        expect(open.callSync("same", { value: sent }).result).toEqual({ value: sent });
      }),
      { seed: 11, numRuns: 400 },
    );
    for (const value of [0, 5e-324, 0.1, 2 ** 53 - 1, -123456789012345, 1e-7, "\u2028", '"\\/\b\f\n\r\t\u0001é']) {
      expect(open.callSync("echo", { value }).result).toBe(value);
    }
    open.close();
  });

  it("read JSON by the standard, and tell where it is none", async () => {
    const parse = async (text: string) => (await plugin.call("parse", { text })).result;
    expect(await parse(' { "a" : [ 1 , -2.50 , true , null ] , "a" : "\\u00e9\\ud83e\\udd8a\\ud800x" } ')).toBe(
      '{"a":"é🦊\ufffdx"}',
    );
    const wrong: readonly (readonly [string, string])[] = [
      ["", "A value is expected at character 1"],
      ["tru", "A value is expected at character 4"],
      ["01", "A value is expected at character 3"],
      ["-", "A value is expected at character 2"],
      ["1.", "A digit is expected at character 3"],
      ["1e+", "A digit is expected at character 4"],
      ["[1,]", "A value is expected at character 4"],
      ["[1 2]", '"," or "]" is expected at character 4'],
      ['{"a" 1}', '":" is expected at character 6'],
      ["{a:1}", "A key in quotes is expected at character 2"],
      ['{"a":1', '"," or "}" is expected at character 7'],
      ['"a', "The end of the string is expected at character 3"],
      ['"\n"', "The end of the string is expected at character 2"],
      ['"\\x"', "There is no such escape at character 3"],
      ['"\\u12g4"', "Four hexadecimal digits are expected at character 6"],
      ['"\\', "There is no such escape at character 3"],
      ["1 1", "Nothing more is expected at character 3"],
      ["[".repeat(129), "The value is too deep at character 130"],
    ];
    for (const [text, says] of wrong) expect(await parse(text), text).toBe(`${says} of the JSON`);
    expect(await parse(`${"[".repeat(128)}${"]".repeat(128)}`)).toHaveLength(256);
  });

  it("agree with the language of the host on what is JSON", async () => {
    const open = await plugin.open({ seed: 1 });
    const text = fc.array(fc.constantFrom(...'{}[]:,"\\u0aeE+-.19 tfn', "true", "null", "false", '"a"', "\\u00e9"), {
      maxLength: 9,
    });
    fc.assert(
      fc.property(text, (parts) => {
        const source = parts.join("");
        let canonical: string | undefined;
        try {
          canonical = JSON.stringify(JSON.parse(source) as unknown);
        } catch {}
        const said = open.callSync("parse", { text: source }).result as string;
        if (canonical === undefined) expect(said, source).toMatch(/ at character \d+ of the JSON$/);
        else expect(JSON.parse(said), source).toEqual(JSON.parse(canonical));
      }),
      { seed: 5, numRuns: 3000 },
    );
    open.close();
  });

  it("look at arguments of any kind without a trap", async () => {
    const { result } = await plugin.call("look", { a: "x", b: 3, c: 2.75, d: false, e: [1, 2] });
    expect(result).toEqual({
      a: [4, "x", -1, 0.5, true, 0],
      b: [2, "?", 3, 3, true, 0],
      c: [3, "?", 2, 2.75, true, 0],
      d: [1, "?", -1, 0.5, false, 0],
      e: [5, "?", -1, 0.5, true, 2],
      none: true,
    });
  });

  it("write half a character as U+FFFD; text of their own that is no UTF-16 is refused", async () => {
    expect((await plugin.call("half")).result).toBe("\ufffdx");
    expect((await failure(() => plugin.call("broken", {}))).message).toContain("not valid UTF-16");
  });

  it("fail with a code and a place of their own, and cannot pretend to be the host", async () => {
    expect(await failure(() => plugin.call("fails"))).toMatchObject({ code: "conflict", message: "it is too late" });
    expect(await failure(() => plugin.call("pretends"))).toMatchObject({
      code: "guest-error",
      message: "fuel-exhausted: no fuel, really",
    });
    const error = await failure(() => plugin.call("places"));
    expect(error).toMatchObject({ code: "guest-error", position: { file: "a.txt", line: 3, column: 4 } });
    expect(error.stack).toBeDefined();
    expect(await failure(() => plugin.call("reads", { path: "../a.md" }))).toMatchObject({ code: "invalid-arguments" });
  });

  it("end in a trap where a value is taken that is not there, and the log says why", async () => {
    logged.length = 0;
    expect(await failure(() => plugin.call("careless"))).toMatchObject({ code: "trap" });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/^error: there is no note "missing.md".* \(.*result\.ts:\d+:\d+\)$/);
  });

  it("trap where they leave their memory, and are not said to have filled a stack", async () => {
    expect(await failure(() => plugin.call("outside"))).toMatchObject({
      code: "trap",
      message: expect.stringContaining("memory access out of bounds"),
    });
  });

  it("draw the language's own random numbers from the seed of the call", async () => {
    const draw = async (seed: number) => (await plugin.call("random", {}, { seed })).result;
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
  });

  it("let go of what they no longer need", async () => {
    const limits = { seed: 1, fuel: 1e13, memoryBytes: 4 << 20, timeoutMs: 60_000 };
    const open = await plugin.open(limits);
    const text = "x".repeat(10_000);
    for (let round = 0; round < 300; round++) {
      open.callSync("echo", { value: [text, text] }, limits);
      open.callSync("wasteful", {}, limits);
    }
    open.close();
  });

  it("cannot give the host more levels than it takes", async () => {
    expect((await plugin.call("deep", { depth: 100 })).result).toBeDefined();
    expect(await failure(() => plugin.call("deep", { depth: 129 }))).toBeDefined();
    expect((await failure(() => plugin.call("deep", { depth: 1_000_000 }))).code).toMatch(/trap|guest-error|limit/);
  });
});

/** The host refuses integers beyond ±2⁵³. */
function small(_key: string, value: unknown): unknown {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? 0.25 : value;
}

function schema(properties: Readonly<Record<string, unknown>>) {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}
