import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseSeed, readArguments, type ToolSchema } from "./arguments.ts";
import type { Terminal } from "./terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "cru-arguments-"));
afterAll(() => rmSync(folder, { recursive: true }));

const tool: ToolSchema = {
  name: "t",
  parameters: {
    properties: {
      name: { type: "string" },
      count: { type: "integer" },
      on: { type: "boolean" },
      tags: { type: "array" },
      either: { type: ["string", "integer"] },
      keep: { enum: [1, 2] },
      free: {},
    },
  },
};

function terminal(input = ""): Terminal {
  const stream = { write: () => undefined, colours: false };
  return { stdout: stream, stderr: stream, readInput: async () => input, interrupted: new AbortController().signal };
}

async function read(pairs: readonly string[], json?: string, input?: string): Promise<unknown> {
  return { ...(await readArguments(pairs, json, tool, terminal(input))) };
}

describe("key=value", () => {
  it.each([
    ["name=42", { name: "42" }],
    ["name=true", { name: "true" }],
    ["name=", { name: "" }],
    ["name=a=b", { name: "a=b" }],
    ["count=42", { count: 42 }],
    ["count=-1.5", { count: -1.5 }],
    ["count=many", { count: "many" }],
    ['count="5"', { count: '"5"' }],
    ["on=true", { on: true }],
    ["on=yes", { on: "yes" }],
    ['tags=["a", 1]', { tags: ["a", 1] }],
    ["tags=a", { tags: "a" }],
    ["either=42", { either: "42" }],
    ["keep=2", { keep: 2 }],
    ["free=42", { free: "42" }],
    ["unknown=42", { unknown: "42" }],
    ["free:=42", { free: 42 }],
    ['name:={"a":null}', { name: { a: null } }],
  ])("%s is what the schema asks for, else text", async (pair, expected) => {
    expect(await read([pair])).toEqual(expected);
  });

  it("named __proto__ is a key", async () => {
    const args = await readArguments(["__proto__=x"], undefined, tool, terminal());
    expect(JSON.stringify(args)).toBe('{"__proto__":"x"}');
  });

  it.each([
    ["name", "Cannot read the argument"],
    ["=x", "Cannot read the argument"],
    [":=1", "Cannot read the argument"],
    ["name:={", 'Cannot read the argument "name" as JSON'],
  ])("%s is refused", async (pair, message) => {
    await expect(read([pair])).rejects.toThrow(message);
  });

  it("given twice is refused", async () => {
    await expect(read(["name=a", "name=b"])).rejects.toThrow('The argument "name" is given twice');
  });
});

describe("--args", () => {
  it("is a JSON object, and key=value wins over it", async () => {
    expect(await read(["name=b"], '{"name": "a", "count": 1}')).toEqual({ name: "b", count: 1 });
  });

  it("reads a file and standard input", async () => {
    const file = join(folder, "args.json");
    writeFileSync(file, '{"name": "file"}');
    expect(await read([], `@${file}`)).toEqual({ name: "file" });
    expect(await read([], "-", '{"name": "input"}')).toEqual({ name: "input" });
  });

  it("with a key __proto__ changes no prototype", async () => {
    const args = await readArguments([], '{"__proto__": {"polluted": 1}}', tool, terminal());
    expect((args as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.keys(args)).toEqual(["__proto__"]);
  });

  it.each([
    ["[1]", '"--args" must be a JSON object'],
    ["null", '"--args" must be a JSON object'],
    ["{", 'Cannot read "--args" as JSON'],
    ["@/nowhere/args.json", 'Cannot read the arguments from "/nowhere/args.json"'],
  ])("%s is refused", async (json, message) => {
    await expect(read([], json)).rejects.toThrow(message);
  });
});

describe("--seed", () => {
  it.each([
    ["42", 42n],
    ["0", 0n],
    ["18446744073709551615", 2n ** 64n - 1n],
    ["0xff", 255n],
    ["1_000", 1000n],
  ])("%s is read", (text, seed) => expect(parseSeed(text)).toBe(seed));
  it.each(["-1", "18446744073709551616", "1.5", "", "abc", "0x", "1e3", "9".repeat(1000)])("%j is refused", (text) => {
    expect(() => parseSeed(text)).toThrow('"--seed" must be a whole number from 0 to 2^64 - 1');
  });
});
