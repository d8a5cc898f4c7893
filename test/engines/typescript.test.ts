/** TypeScript plugins: types are blanked in the sandbox, places stay what they were, and hostile source ends in a typed error. */
import { describe, expect, it } from "vitest";
import { createNodeHost, memoryKiln } from "../../host/src/index.ts";
import { failure } from "../failure.ts";

const host = createNodeHost({ kiln: memoryKiln({ "a.md": "# A\n" }) });
const load = (source: string) => host.load({ path: "test.ts", content: source });

const TYPED = `//---
// name: typed
//---
import { readNote } from "crucible:kiln";
import type { Absent } from "./absent.ts";

interface Args { readonly path: string; count?: number }
type Pair<T> = readonly [T, T];

/**
 * Reads.
 * @param path {string} where
 * @param [count] {integer} how often
 */
export async function read({ path, count = 1 }: Args): Promise<Pair<string>> {
  const text = readNote(path)! as string satisfies string;
  class Box<T> { constructor(readonly_: T) { this.value = readonly_; } declare x: Absent; value: T | undefined; }
  return [new Box<string>(text).value!, String(count) as string] as const;
}

/** Fails. */
export const fail = (args: Record<string, unknown>): never => { const x: { y?: { z: number } } = {}; return x.y!.z as never; };
`;

describe("a plugin in TypeScript", () => {
  it("runs, with its tools and their schemas", async () => {
    const plugin = await load(TYPED);
    expect(plugin.tools.map(({ name }) => name)).toEqual(["read", "fail"]);
    expect((await plugin.call("read", { path: "a.md", count: 3 })).result).toEqual(["# A\n", "3"]);
  });

  it("has the places of its source in errors", async () => {
    const line = TYPED.split("\n").findIndex((text) => text.includes("x.y!.z")) + 1;
    const column = (TYPED.split("\n")[line - 1] ?? "").indexOf("x.y!") + 1;
    expect(await failure((await load(TYPED)).call("fail"))).toMatchObject({
      code: "guest-error",
      position: { file: "test.ts", line, column },
    });
  });

  it("gives the same from its bundle, which holds JavaScript only", async () => {
    const plugin = await load(TYPED);
    const bundle = await plugin.bundle();
    expect(Buffer.from(bundle).includes("interface Args")).toBe(false);
    const again = await createNodeHost({ kiln: memoryKiln({ "a.md": "# A\n" }) }).load({
      path: "b.crub",
      content: bundle,
    });
    const call = async (one: typeof plugin) => {
      const { result, fuel, loadFuel } = await one.call("read", { path: "a.md" }, { seed: 1 });
      return { result, fuel, loadFuel };
    };
    expect(await call(again)).toEqual(await call(plugin));
  });

  it("imports its other files, typed or not, by their own names or that of the script", async () => {
    const files = [
      { path: "plugin.toml", content: 'name = "several"' },
      {
        path: "main.ts",
        content:
          'import { a } from "./lib/a.js";\nimport { b } from "./b.js";\n/** R. */ export const run = (): string => a<number>(1) + b;',
      },
      {
        path: "lib/a.ts",
        content: 'import { b } from "../b.js"; export function a<T>(x: T): string { return `${x}${b}`; }',
      },
      { path: "b.js", content: "export const b = 'b';" },
    ];
    expect((await (await host.load({ path: "several", files })).call("run")).result).toBe("1bb");
  });

  it.each([
    ["enum Color { Red }", 1, 1, "enum"],
    ["\n  namespace A { export const x = 1 }", 2, 3, "namespace"],
    ["const x = <string>y;", 1, 11, "angle-bracket"],
    ["class A { constructor(private x: number) {} }", 1, 31, "parameter propert"],
    ["const x: = 1;", 1, 10, "Expression expected|type|Unexpected"],
  ])("%s is an error of the source with its place", async (source, line, column, message) => {
    expect(await failure(load(source))).toMatchObject({
      code: "compile-error",
      message: expect.stringMatching(new RegExp(message, "i")),
      position: { file: "test.ts", line, column },
    });
  });

  it("code that is more than types is told from code that is wrong: what to write instead", async () => {
    const hint = expect.stringContaining("write an enum as an object");
    expect(await failure(load("enum Color { Red }"))).toMatchObject({ hint });
    expect((await failure(load("const x: = 1;"))).hint).toBeUndefined();
  });

  it.each([
    ["brackets", "[".repeat(100_000)],
    ["types", `let x: ${"Array<".repeat(100_000)}`],
    ["functions", "()=>".repeat(100_000)],
    ["templates", "`${".repeat(100_000)],
    ["casts", `let x = ${"<a>".repeat(100_000)}1`],
    ["arrows that are none", `let x = ${"(a,".repeat(2_000)}1`],
    ["unions", `type A = ${"1|".repeat(500_000)}1`],
  ])(
    "hostile source ends in a typed error, or is done: %s",
    async (_, source) => {
      const ended = await load(`/** R. */ export const run = () => 1;\n${source}`).then(
        () => "done",
        ({ code }) => code,
      );
      expect(ended).toMatch(/^(done|compile-error|stack-limit|fuel-exhausted|memory-limit|deadline)$/);
    },
    120_000,
  );
});

it("the engine imports nothing, and runs nothing", async () => {
  const engine = await host.engine("typescript");
  expect(engine.imports.filter((name) => !name.startsWith("crucible:plugin/types@"))).toEqual([]);
  const { abi } = engine;
  const plugin = await load("/** R. */ export const run = () => 1;");
  const { readBundle, writeBundle } = await import("../../host/src/plugins/bundle.ts");
  const bundle = await readBundle(await plugin.bundle());
  const forged = await writeBundle({ ...bundle, engine: "typescript", abi });
  expect(await failure(host.load({ path: "a.crub", content: forged }))).toMatchObject({ code: "invalid-module" });
});
