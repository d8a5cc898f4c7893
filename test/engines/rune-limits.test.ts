/** Rune plugins that try to take more than they are given. Each ends in its error in bounded time, and the next call works. */
import { afterAll, describe, expect, it } from "vitest";
import { createNodeHost, memoryKiln, PluginError } from "../../host/src/index.ts";
import { failure } from "../failure.ts";
import { HOSTILE_RUNE } from "../fixtures/hostile-rune.ts";

const host = createNodeHost({ kiln: memoryKiln({ "README.md": "# A" }) });
afterAll(() => host.close());

const load = (content: string, path = "hostile.rune") => host.load({ path, content });

describe("a hostile Rune plugin", () => {
  it.each([
    ["spin", "fuel-exhausted"],
    ["spin_in_closures", "fuel-exhausted"],
    ["flood_log", "fuel-exhausted"],
    ["flood", "fuel-exhausted"],
    ["recurse", "memory-limit"],
    ["hoard", "memory-limit"],
    ["long_string", "memory-limit"],
    ["long_answer", "transfer-limit"],
    ["deep_answer", "guest-error"],
    ["bottomless", "stack-limit"],
    ["wide_answer", "transfer-limit"],
  ])("%s ends in %s, and the next call works", async (tool, code) => {
    const plugin = await load(HOSTILE_RUNE);
    const args = tool === "recurse" ? { n: 1 } : {};
    const limits = {
      memoryBytes: (code === "transfer-limit" ? 500 : 64) << 20,
      fuel: code === "fuel-exhausted" ? 50_000_000 : 50_000_000_000,
    };
    const error = await failure(plugin.call(tool, args, limits));
    expect(error.code, error.message).toBe(code);
    expect(error.plugin).toBe("hostile");
    expect(error.usage?.memoryBytes).toBeLessThanOrEqual(limits.memoryBytes);
    expect((await plugin.call("fine")).result).toBe(42);
  });

  it("is stopped by its deadline where its fuel would last", async () => {
    const plugin = await load(HOSTILE_RUNE);
    const error = await failure(plugin.call("spin", {}, { timeoutMs: 50, fuel: Number.MAX_SAFE_INTEGER }));
    expect(error.code).toBe("deadline");
  });

  it("uses exactly its limit when its fuel is exhausted, every time", async () => {
    const plugin = await load(HOSTILE_RUNE);
    for (const fuel of [10_000, 1_000_000, 3_333_333]) {
      expect((await failure(plugin.call("spin", {}, { fuel }))).usage?.fuel).toBe(fuel);
    }
  });

  it("is told in what it lacks when its memory is below what the engine itself needs", async () => {
    const plugin = await load(HOSTILE_RUNE);
    const error = await failure(plugin.call("fine", {}, { memoryBytes: 1 << 20 }));
    expect(error.code).toBe("memory-limit");
  });
});

describe("hostile source", () => {
  const repeat = (n: number, open: string, middle: string, close: string) => open.repeat(n) + middle + close.repeat(n);

  it.each([
    ["parentheses", `pub fn f() { ${repeat(100_000, "(", "1", ")")} }`],
    ["vectors", `pub fn f() { ${repeat(100_000, "[", "", "]")} }`],
    ["blocks", `pub fn f() ${repeat(100_000, "{", "", "}")}`],
    ["negations", `pub fn f() { ${"-".repeat(100_000)}1 }`],
    ["nots", `pub fn f() { ${"!".repeat(100_000)}true }`],
    ["sums", `pub fn f() { 1${" + 1".repeat(100_000)} }`],
    ["assignments", `pub fn f() { let a = 0; ${"a = ".repeat(50_000)}1 }`],
    ["else ifs", `pub fn f() { if true {} ${"else if true {} ".repeat(30_000)} }`],
    ["closures", `pub fn f() { ${"|| ".repeat(50_000)}1 }`],
    ["calls", `pub fn f() { f${"()".repeat(100_000)} }`],
    ["fields", `pub fn f(a) { a${".b".repeat(100_000)} }`],
    ["references", `pub fn f() { ${"&".repeat(100_000)}1 }`],
    ["patterns", `pub fn f(a) { let ${repeat(50_000, "[", "x", "]")} = a; }`],
    ["macros", `pub fn f() { ${repeat(20_000, "format!(", '"x"', ")")} }`],
    ["templates", `pub fn f() { ${"`${".repeat(5_000)}1${"}`".repeat(5_000)} }`],
    ["types", `mod a { ${repeat(20_000, "mod a { ", "", "}")} }`],
  ])("nested %s end in a typed error, and the next plugin compiles", async (_, source) => {
    const error = await load(source).then(
      () => undefined,
      (thrown) => thrown,
    );
    if (error !== undefined) {
      expect(error).toBeInstanceOf(PluginError);
      expect(["compile-error", "stack-limit", "memory-limit", "fuel-exhausted"]).toContain(error.code);
    }
    expect((await (await load(HOSTILE_RUNE)).call("fine")).result).toBe(42);
  });

  it("of more than the size limit is refused before it is compiled", async () => {
    const error = await failure(load(`// ${"x".repeat(5 << 20)}\npub fn f() {}`));
    expect(error.code).toBe("invalid-arguments");
  });

  it("gives every error of the compiler with line, column and excerpt", async () => {
    const error = await failure(load("/// Broken.\npub fn f() {\n    nothing + nowhere\n}\n"));
    expect(error.code).toBe("compile-error");
    expect(error.position).toMatchObject({ line: 3, column: 5 });
    expect(error.diagnostics.filter(({ severity }) => severity === "error").length).toBeGreaterThanOrEqual(1);
    expect(error.diagnostics[0]?.excerpt).toContain("nothing + nowhere");
  });
});
