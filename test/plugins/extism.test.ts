/**
 * Extism plug-ins, run unchanged: one in C without a library, one in C for WASI, a command for WASI, and one with Extism's own PDK for Rust.
 * Their sources are in test/fixtures/extism. What a hostile one tries is in test/security/extism-attacks.test.ts.
 */
import { readFileSync } from "node:fs";
import createPlugin from "@extism/extism";
import { describe, expect, it } from "vitest";
import { createNodeHost, frozenClock, type LogEntry } from "../../host/src/index.ts";
import type { NodeHostOptions } from "../../host/src/node.ts";
import { failure } from "../failure.ts";
import { extismFixture } from "../fixtures/extism/fixtures.ts";

const PLAIN = `name = "plain"
engine = "extism"
capabilities = []
config = { greeting = "Hello", empty = "" }

[[tools]]
name = "count_vowels"
input = "text"
[[tools]]
name = "echo"
[[tools]]
name = "configured"
input = "text"
output = "text"
[[tools]]
name = "count_calls"
[[tools]]
name = "forget_calls"
[[tools]]
name = "logs"
[[tools]]
name = "fails"
[[tools]]
name = "fails_in_silence"
[[tools]]
name = "traps"
[[tools]]
name = "asks_the_net"
`;

const load = (name: string, manifest?: string, options: NodeHostOptions = {}) =>
  createNodeHost(options).load(extismFixture(name, manifest));

describe("an Extism plug-in", () => {
  it("is known by its imports; its exported functions are its tools", async () => {
    const plugin = await load("plain");
    expect(plugin.engine).toMatchObject({ name: "extism", abi: "extism:host/env" });
    expect(plugin.name).toBe("plain");
    expect(plugin.tools.map(({ name }) => name)).toContain("count_vowels");
    expect(plugin.tools.map(({ name }) => name)).not.toContain("memory");
    expect((await load("wasi")).tools.map(({ name }) => name)).not.toContain("_initialize");
  });

  it("gets the arguments as JSON, or text, or bytes; gives JSON, or text, or bytes", async () => {
    const forms = (input: string, output: string) =>
      `engine = "extism"\n[[tools]]\nname = "echo"\n${input && `input = "${input}"\n`}${output && `output = "${output}"\n`}`;
    const cases: readonly (readonly [string, string, object, unknown])[] = [
      ["", "", { a: [1, "é", null] }, { a: [1, "é", null] }],
      ["", "text", { a: 1 }, '{"a":1}'],
      ["text", "", { input: 'plain \u{1f600} " text\n' }, 'plain \u{1f600} " text\n'],
      ["text", "", { input: ' [1, 2.5e3, {"a": "\\u00e9"}] ' }, [1, 2500, { a: "é" }]],
      ["text", "", { input: "[1, 2" }, "[1, 2"],
      ["text", "text", { input: "12" }, "12"],
      ["text", "", { input: "" }, null],
      ["text", "text", { input: "" }, ""],
      ["base64", "base64", { input: "AP/+" }, "AP/+"],
      ["base64", "base64", { input: "AP8=" }, "AP8="],
      ["base64", "base64", { input: "AA==" }, "AA=="],
      ["base64", "base64", { input: "" }, ""],
      ["base64", "json", { input: "eyJhIjoxfQ==" }, { a: 1 }],
    ];
    for (const [input, output, args, result] of cases) {
      const plugin = await load("plain", forms(input, output));
      expect((await plugin.call("echo", { ...args })).result, JSON.stringify(args)).toEqual(result);
    }
    const bytes = await load("plain", forms("base64", ""));
    expect(await failure(() => bytes.call("echo", { input: "/w==" }))).toMatchObject({
      code: "guest-error",
      message: expect.stringContaining("not text in UTF-8"),
    });
    for (const wrong of ["AP8", "A===", "A*==", "===="])
      expect(await failure(() => bytes.call("echo", { input: wrong })), wrong).toMatchObject({
        code: "invalid-arguments",
      });
    const json = await load("plain", forms("text", "json"));
    expect(await failure(() => json.call("echo", { input: "[1," }))).toMatchObject({
      message: expect.stringContaining("not JSON"),
    });
    const text = await load("plain", forms("text", ""));
    for (const wrong of [{}, { input: 1 }, { input: "a", more: 1 }])
      expect((await failure(() => text.call("echo", wrong as never))).usage).toBeUndefined();
  });

  it("has its configuration, and variables that live as long as an instance", async () => {
    const plugin = await load("plain", PLAIN);
    expect((await plugin.call("configured", { input: "greeting" })).result).toBe("Hello");
    for (const key of ["empty", "other", "greetin", "greetings"])
      expect((await plugin.call("configured", { input: key })).result, key).toBe("");
    for (let call = 0; call < 2; call++) expect((await plugin.call("count_calls")).result).toBe(1);
    const open = await plugin.open();
    for (const calls of [1, 2, 3]) expect((await open.call("count_calls")).result).toBe(calls);
    await open.call("forget_calls");
    expect((await open.call("count_calls")).result).toBe(1);
    open.close();
  });

  it("keeps many variables in order through many calls, and its memory does not grow with the calls", async () => {
    const plugin = await load("plain");
    const open = await plugin.open();
    for (let call = 0; call < 300; call++)
      await open.call("count_calls", { padding: "x".repeat((call * 7919) % 30_000) });
    const { result, memoryBytes } = await open.call("count_calls");
    expect(result).toBe(301);
    expect(memoryBytes).toBeLessThan(512 * 1024);
    open.close();
  });

  it("logs, fails in its own words, and is denied the network", async () => {
    const lines: LogEntry[] = [];
    const plugin = await load("plain", PLAIN, { log: (entry) => lines.push(entry) });
    await plugin.call("logs");
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ["info", "for your information"],
      ["error", "bad \ufffd bytes"],
    ]);
    expect(await failure(() => plugin.call("fails"))).toMatchObject({
      code: "guest-error",
      message: 'it went "wrong"',
    });
    expect(await failure(() => plugin.call("fails_in_silence"))).toMatchObject({
      code: "guest-error",
      message: "The plug-in's function returned -5",
    });
    expect(await failure(() => plugin.call("traps"))).toMatchObject({ code: "trap" });
    expect(await failure(() => plugin.call("asks_the_net"))).toMatchObject({
      code: "denied",
      message: expect.stringContaining("HTTP"),
    });
  });

  it("is the same from a bundle, with its configuration", async () => {
    const plugin = await load("plain", PLAIN);
    const content = await plugin.bundle();
    const unpacked = await createNodeHost().load({ path: "p.crub", content });
    expect(unpacked.manifest).toEqual(plugin.manifest);
    const [one, two] = [plugin, unpacked].map((each) => each.call("configured", { input: "greeting" }, { seed: 1 }));
    expect(await two).toMatchObject({ result: "Hello", fuel: (await one)!.fuel });
  });

  it("says what is wrong with its manifest", async () => {
    const tool = (text: string) => `engine = "extism"\n[[tools]]\n${text}`;
    const wrong: readonly (readonly [string, string])[] = [
      ['engine = "wasm"', "is an Extism plug-in, which runs as extism"],
      ['config = { a = "b" }', 'say engine = "extism"'],
      ['engine = "extism"\nconfig = { a = 1 }', '"config.a" must be text, got 1'],
      [tool('name = "gone"'), "exports no function of this name"],
      [tool('name = "memory"'), "cannot be a tool"],
      [tool('name = "echo"\ninput = "yaml"'), "must be one of json, text, base64"],
      [tool('name = "echo"\ninput = "text"\nparameters = { type = "object" }'), "must not be there"],
      ['engine = "extism"\ntools = []', '"tools" is empty'],
      ['[[tools]]\nname = "echo"\ninput = "text"', '"tools[0].input" is for Extism plug-ins'],
    ];
    for (const [manifest, words] of wrong)
      expect(await failure(() => load("plain", manifest)), manifest).toMatchObject({
        code: "invalid-manifest",
        message: expect.stringContaining(words),
      });
  });
});

describe("a plug-in for WASI", () => {
  it("prints to the log, line by line", async () => {
    const lines: LogEntry[] = [];
    const plugin = await load("wasi", undefined, { log: (entry) => lines.push(entry) });
    await plugin.call("prints");
    const of = (level: string) => lines.filter((line) => line.level === level).map(({ message }) => message);
    expect(of("warn")).toEqual(["a warning"]);
    const [first, ...rest] = of("info");
    expect(first).toBe("constructed 1 times");
    expect(rest.join("")).toBe(`and no line break at the end${"x".repeat(10_000)}`);
    expect(Math.max(...rest.map(({ length }) => length))).toBe(4096);
  });

  it("has the time with the capability clock, and random bytes from the seed", async () => {
    const clock = frozenClock(1_700_000_000_000);
    const plugin = await load("wasi", 'engine = "extism"\ncapabilities = ["clock"]', { clock });
    expect((await plugin.call("time_of_day")).result).toBe(1_700_000_000);
    const without = await load("wasi", 'engine = "extism"\ncapabilities = []', { clock });
    expect(await failure(() => without.call("time_of_day"))).toMatchObject({ message: expect.stringContaining("76") });
    const draw = async (seed: number) => (await plugin.call("random_bytes", {}, { seed })).result;
    expect(await draw(1)).toMatch(/^[0-9a-f]{24}$/);
    expect(await draw(1)).toBe(await draw(1));
    expect(await draw(1)).not.toBe(await draw(2));
  });

  it("sees no files, no environment and no input, cannot sleep, and ends with its code", async () => {
    const plugin = await load("wasi");
    const { result } = await plugin.call("looks_around");
    expect(result).toMatchObject({ home: false, file: false, stdin: 0 });
    expect(await failure(() => plugin.call("sleeps"))).toMatchObject({
      code: "guest-error",
      message: expect.stringContaining("58"),
    });
    expect(await failure(() => plugin.call("exits"))).toMatchObject({
      code: "guest-error",
      message: "The plug-in ended itself with exit code 7",
    });
    expect((await plugin.call("exits_well")).result).toBe("done");
    expect((await plugin.call("wild_pointers")).result).toBe(0);
  });

  it("can be a command", async () => {
    const lines: LogEntry[] = [];
    const manifest = 'engine = "extism"\n[[tools]]\nname = "_start"';
    const plugin = await load("command", manifest, { log: (entry) => lines.push(entry) });
    expect((await plugin.call("_start")).result).toEqual({ from: "main" });
    expect(lines.map(({ message }) => message)).toEqual(["main runs"]);
    expect(await failure(() => plugin.call("_start", { text: "x".repeat(100) }))).toMatchObject({
      message: "The plug-in ended itself with exit code 3",
    });
    expect(await failure(() => load("command"))).toMatchObject({ code: "invalid-module" });
  });
});

/** What the PDK of today imports and the SDK does not know yet. */
const functions = { "extism:host/env": { get_log_level: () => 2 } };

describe("with Extism's PDK for Rust", () => {
  const RUST = `engine = "extism"
[[tools]]
name = "count_vowels"
[[tools]]
name = "greet"
input = "text"
[[tools]]
name = "reverse"
input = "base64"
output = "base64"
[[tools]]
name = "fail"
[config]
vowels = "aeiou"
`;

  it("a plug-in has JSON, variables, configuration, log and errors", async () => {
    const lines: LogEntry[] = [];
    const plugin = await load("rust", RUST, { log: (entry) => lines.push(entry) });
    const open = await plugin.open();
    expect((await open.call("count_vowels", { text: "Hello World" })).result).toEqual({
      count: 3,
      total: 3,
      vowels: "aeiou",
    });
    expect((await open.call("count_vowels", { text: "aA" })).result).toEqual({ count: 1, total: 4, vowels: "aeiou" });
    expect(lines.map(({ message }) => message)).toEqual(["3 vowels", "1 vowels"]);
    expect((await open.call("greet", { input: "Zdeňka" })).result).toBe("Hello, Zdeňka!");
    expect((await open.call("reverse", { input: "AQID" })).result).toBe("AwIB");
    expect(await failure(() => open.call("fail", { text: "not today" }))).toMatchObject({
      code: "guest-error",
      message: "not today",
    });
  });

  it("gives what Extism's own SDK gives for the same bytes", async () => {
    const texts = ["", "a", "Hello World", "\u{1f600} é ň", "x".repeat(10_000) + "e", '"quotes" \\ and\nlines'];
    for (const [name, tool] of [
      ["plain", "count_vowels"],
      ["plain", "echo"],
      ["rust", "greet"],
    ] as const) {
      const wasm = readFileSync(new URL(`../fixtures/extism/${name}.wasm`, import.meta.url));
      const peer = await createPlugin({ wasm: [{ data: wasm }] }, { useWasi: false, functions });
      const plugin = await load(
        name,
        `engine = "extism"\n[[tools]]\nname = "${tool}"\ninput = "text"\noutput = "text"`,
      );
      for (const input of texts) {
        const expected = (await peer.call(tool, input))?.text() ?? "";
        expect((await plugin.call(tool, { input })).result, `${tool} of ${input.slice(0, 20)}`).toBe(expected);
      }
      await peer.close();
    }
    const peer = await createPlugin(
      { wasm: [{ data: readFileSync(new URL("../fixtures/extism/rust.wasm", import.meta.url)) }] },
      { config: { vowels: "aeiou" }, functions },
    );
    const open = await (await load("rust", RUST)).open();
    for (const text of texts) {
      const expected = (await peer.call("count_vowels", JSON.stringify({ text })))?.json();
      expect((await open.call("count_vowels", { text })).result).toEqual(expected);
    }
    await peer.close();
  });
});

it("runs in a worker, and again from a recording, with the same result and the same fuel", async () => {
  const clock = frozenClock(1_700_000_000_000);
  const manifest = 'engine = "extism"\ncapabilities = ["clock"]';
  const inline = await load("wasi", manifest, { clock });
  const host = createNodeHost({ clock, isolation: "worker", workers: 1 });
  const worker = await host.load(extismFixture("wasi", manifest));
  for (const tool of ["random_bytes", "time_of_day", "looks_around"]) {
    const here = await inline.call(tool, {}, { seed: 5, record: true });
    expect(await worker.call(tool, {}, { seed: 5 })).toMatchObject({ result: here.result, fuel: here.fuel });
    const later = await load("wasi", manifest, { clock: frozenClock(1) });
    expect(await later.replay(here.recording!)).toMatchObject({ result: here.result, fuel: here.fuel });
  }
  await host.close();
});
