/**
 * What every kind of plugin must hold, whatever it is, and what every language: the same tools in each (`contract/`), in the real
 * engine and sandbox. What only one has is in a test of its own.
 */
import { afterAll, describe, expect, it } from "vitest";
import {
  createNodeHost,
  ERROR_CODES,
  frozenClock,
  memoryKiln,
  memoryState,
  type Plugin,
  PluginError,
} from "../../host/src/index.ts";
import { readBundle, writeBundle } from "../../host/src/plugins/bundle.ts";
import { witImports } from "../../host/src/wit.ts";
import { failure } from "../failure.ts";
import { HOST_CALLS } from "./contract/host-calls.ts";
import { type Kind, type Language, program } from "./contract/kind.ts";
import { KINDS } from "./contract/kinds.ts";
import { LANGUAGES, probes, toolOf } from "./contract/languages.ts";

const newHost = (options = {}) =>
  createNodeHost({
    kiln: memoryKiln({ "a.md": "# A\n", "folder/b.md": "b" }),
    state: memoryState(),
    clock: frozenClock(1_800_000_000_000),
    ui: { ask: async (question) => (question.kind === "confirm" ? "yes" : "a") },
    ...options,
  });

const host = newHost();
const workers = newHost({ isolation: "worker", workers: 1 });
afterAll(() => Promise.all([host.close(), workers.close()]));

/** How a grant is asked for in a manifest. */
const ASKED: Readonly<Record<string, string>> = {
  network: "network: { hosts: [example.org] }",
  state: "state: { scope: [plugin, kiln] }",
};

async function answers(plugin: Plugin) {
  const results: Record<string, unknown> = {};
  for (const call of HOST_CALLS) {
    const tool = toolOf(call);
    results[tool] = (await plugin.call(tool)).result;
  }
  return results;
}

/** The codes that a plugin may end its call with (`types.failure` in the WIT): the cases of a capability's error, and its own. */
const REPORTABLE = [
  "denied",
  "not-found",
  "invalid-arguments",
  "conflict",
  "rate-limited",
  "transfer-limit",
  "timeout",
  "unavailable",
  "guest-error",
];

/** What must be the same in every run. */
async function outcome(plugin: Plugin, tool: string, args: object) {
  const { result, fuel, loadFuel, memoryBytes } = await plugin.call(tool, { ...args }, { seed: 3 });
  return { result, fuel, loadFuel, memoryBytes };
}

/** The contract's plugin, and short ways to run its tools. */
function contractOf(loaded: Promise<Plugin>) {
  loaded.catch(() => undefined);
  const call = async (tool: string, args: object = {}, options = {}) =>
    (await (await loaded).call(tool, { ...args }, options)).result;
  return {
    loaded,
    call,
    failed: (tool: string, args: object = {}, options = {}) => failure(call(tool, args, options)),
  };
}

describe.each(KINDS)("a plugin in $name:", (kind: Kind) => {
  const file = Promise.resolve(kind.file());
  const { loaded, call, failed } = contractOf(file.then((file) => host.load(file)));

  describe("values", () => {
    it.each([
      ["null", null],
      ["booleans", [true, false]],
      ["integers up to ±2^53", [0, -1, 9007199254740991, -9007199254740991]],
      ["numbers", [0.1, -1.5e300, 5e-324]],
      ["text of every plane", "a\u0000é𝄞\u{10ffff}"],
      ["empty lists and objects", [[], {}, [[]], [{}], { a: [], b: {} }]],
      ["lists with holes", [1, null, 3]],
      ["names of every kind", { "": 1, __proto__x: 2, constructor: 3, "é𝄞": 4, "a b": 5 }],
      ["a list of 10,000", Array.from({ length: 10_000 }, (_, index) => index)],
    ])("%s come back as they went", async (_, value) => {
      expect(await call("echo", { value })).toEqual(value);
    });

    it("what a program writes as characters is what the host gets", async () => {
      const text = "a\u0000é𝄞\u{10ffff}";
      expect(await call("text", { text })).toEqual({ own: text, same: true });
    });

    it("lists may be nested as deep as JSON may be, and no deeper", async () => {
      expect(JSON.stringify(await call("deep", { depth: 100 }))).toBe("[".repeat(100) + "]".repeat(100));
      expect((await failed("deep", { depth: 200 })).code).toBe("guest-error");
      expect((await failed("deep", { depth: 5_000 })).code).toMatch(/^(guest-error|stack-limit)$/);
    });

    it("a result above the transfer limit is refused", async () => {
      expect((await call("large", { bytes: 1 << 20 })) as string).toHaveLength(1 << 20);
      const memoryBytes = 400 << 20;
      expect(await failed("large", { bytes: 32 << 20 }, { memoryBytes })).toMatchObject({ code: "transfer-limit" });
    });
  });

  describe("errors", () => {
    it("of its own end the call, and with a code keep it", async () => {
      expect(await failed("fail")).toMatchObject({ code: kind.crash });
      expect(await failed("conflict")).toMatchObject({ code: kind.conflict, message: "twice" });
    });

    it("of a tool that is not there name it", async () => {
      expect(await failed("missing")).toMatchObject({ code: "not-found", message: expect.stringContaining("missing") });
    });
  });

  describe("limits", () => {
    it.each([
      ["a loop", "spin", "fuel-exhausted", { fuel: 20_000_000 }],
      ["a loop that catches its errors", "stubborn", "fuel-exhausted", { fuel: 20_000_000 }],
      ["a loop without a limit of fuel", "spin", "deadline", { timeoutMs: 100 }],
      ["a loop that catches, without a limit of fuel", "stubborn", "deadline", { timeoutMs: 100, fuel: 1e12 }],
      ["memory", "hoard", "memory-limit", { memoryBytes: 64 << 20 }],
      ["recursion", "recurse", kind.recursion, { memoryBytes: 64 << 20 }],
    ])("%s ends in its code, and the next call works", async (_, tool, code, options) => {
      expect(await failed(tool, {}, options)).toMatchObject({ code });
      expect(await call("echo", { value: 1 })).toBe(1);
    });

    it("more fuel or memory never makes a run fail that less let pass", async () => {
      const { fuel, memoryBytes } = await (await loaded).call("waste", { rounds: 2_000 });
      const exact = { fuel, memoryBytes };
      expect(await call("waste", { rounds: 2_000 }, exact)).toHaveLength(2);
      expect(await failed("waste", { rounds: 2_000 }, { ...exact, fuel: fuel - 1 })).toMatchObject({
        code: "fuel-exhausted",
      });
      expect(await failed("waste", { rounds: 2_000 }, { ...exact, memoryBytes: memoryBytes - 65_536 })).toMatchObject({
        code: "memory-limit",
      });
    });
  });

  describe("the same everywhere:", () => {
    it("in this host and another, again, hot, in a worker, and from a bundle", async () => {
      const args = { rounds: 300 };
      const plugin = await loaded;
      const first = await outcome(plugin, "mix", args);
      const bundle = { path: "contract.crub", content: await plugin.bundle() };
      const again = await file;
      for (const other of [
        plugin,
        await newHost().load(again),
        await host.load(bundle),
        await newHost().load(bundle),
      ]) {
        expect(await outcome(other, "mix", args)).toEqual(first);
      }
      expect(await outcome(await workers.load(again), "mix", args)).toEqual(first);
      for (let round = 0; round < 20; round++) expect(await outcome(plugin, "mix", args)).toEqual(first);
    });

    it("and another with another seed", async () => {
      const plugin = await loaded;
      const one = await plugin.call("mix", { rounds: 10 }, { seed: 1 });
      expect((await plugin.call("mix", { rounds: 10 }, { seed: 2 })).result).not.toEqual(one.result);
    });

    it("garbage that is collected does not show", async () => {
      const all = await call("waste", { rounds: 30_000 });
      expect(all).toHaveLength(30);
      expect(await call("waste", { rounds: 30_000 }, { memoryBytes: 64 << 20 })).toEqual(all);
    });
  });
});

describe.each(LANGUAGES)("the language $name:", (language: Language) => {
  const file = program(language, [], language.tools);
  const { loaded, call, failed } = contractOf(host.load(file));

  describe("errors", () => {
    it("of the source have file, line, column and an excerpt", async () => {
      const { source, line, column } = language.broken;
      const manifestLines = 3;
      expect(await failure(host.load(program(language, [], source)))).toMatchObject({
        code: "compile-error",
        position: { file: language.path, line: manifestLines + line, column },
        diagnostics: [{ excerpt: expect.stringContaining("x = = 1") }],
      });
    });

    it("of a run have file and line, and who called", async () => {
      const lines = String(file.content).split("\n");
      const error = await failed("fail");
      expect(error).toMatchObject({
        code: "guest-error",
        position: { file: language.path, line: lines.findIndex((line) => line.includes("HERE")) + 1 },
      });
      expect(error.stackFrames?.length).toBeGreaterThanOrEqual(2);
    });

    it("keep a code that plugins may report; any other stands in the message of a guest-error", async () => {
      for (const code of Object.keys(ERROR_CODES)) {
        const [ends, message] = REPORTABLE.includes(code) ? [code, "twice"] : ["guest-error", `${code}: twice`];
        expect(await failed("coded", { code })).toMatchObject({ code: ends, message });
      }
    });
  });

  describe("capabilities", () => {
    const grants = [...new Set(HOST_CALLS.flatMap(({ grant }) => grant ?? []))];
    const source = language.tools + probes(language, HOST_CALLS);
    const asking = program(
      language,
      [`capabilities: [${grants.map((grant) => ASKED[grant] ?? grant).join(", ")}]`],
      source,
    );

    it("answer where they are granted", async () => {
      const own = newHost({ isolation: "worker", workers: 1 });
      const plugin = await own.load(asking, { allow: ["kiln.write", "network=example.org", "plugins"] });
      expect(await answers(plugin)).toEqual(
        Object.fromEntries(HOST_CALLS.map((probe) => [toolOf(probe), probe.code ?? "ok"])),
      );
    });

    it("answer denied where they are not", async () => {
      const plugin = await host.load(program(language, ["capabilities: [log]"], source));
      expect(await answers(plugin)).toEqual(
        Object.fromEntries(HOST_CALLS.map((probe) => [toolOf(probe), probe.grant ? "denied" : "ok"])),
      );
    });
  });

  describe("the engine", () => {
    it("imports our interfaces and nothing else", async () => {
      const { imports } = await host.engine(language.name);
      expect(
        [...imports].filter((name) => !witImports().has(name) && !name.startsWith("crucible:plugin/types@")),
      ).toEqual([]);
    });

    it("refuses code of another ABI, and code that is damaged", async () => {
      const bundle = await readBundle(await (await loaded).bundle());
      const loading = async (changes: object) =>
        failure(host.load({ path: "a.crub", content: await writeBundle({ ...bundle, ...changes }) }));
      expect(await loading({ abi: `${bundle.abi}+next` })).toMatchObject({
        code: "invalid-module",
        message: expect.stringContaining(`${bundle.abi}+next`),
      });
      for (const length of [0, 1, 100, bundle.code.length - 1]) {
        expect((await loading({ code: bundle.code.subarray(0, length) })).code).toBe("invalid-module");
      }
    });

    it("runs damaged code, where it cannot tell, inside its limits", async () => {
      const bundle = await readBundle(await (await loaded).bundle());
      for (let at = 60; at < bundle.code.length; at += Math.ceil(bundle.code.length / 25)) {
        const code = bundle.code.slice();
        code[at] = (code[at] ?? 0) ^ 0x11;
        const run = async () => {
          const plugin = await host.load({ path: "a.crub", content: await writeBundle({ ...bundle, code }) });
          return plugin.call("mix", { rounds: 10 }, { seed: 1, fuel: 50_000_000, memoryBytes: 64 << 20 });
        };
        const ended = await run().catch((error: unknown) => error);
        expect(ended).toSatisfy(
          (end) => end instanceof PluginError || typeof (end as { fuel: unknown }).fuel === "number",
        );
      }
      expect(await call("echo", { value: 1 })).toBe(1);
    });
  });
});
