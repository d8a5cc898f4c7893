import { describe, expect, it } from "vitest";
import { type CallUsage, type Diagnostic, PluginError } from "../errors.ts";
import {
  errorJson,
  exitCodeOf,
  printError,
  printLog,
  printResult,
  printUsage,
  progressPrinter,
  usageJson,
} from "./report.ts";
import type { Terminal } from "./terminal.ts";

const usage: CallUsage = { fuel: 12_345, loadFuel: 5, memoryBytes: 2_200_000, wallMs: 12.4, seed: 42n };

function capture(print: (terminal: Terminal) => void): { readonly out: string; readonly err: string } {
  const [out, err]: [string[], string[]] = [[], []];
  const stream = (lines: string[]) => ({ write: (text: string) => void lines.push(text), colours: false });
  print({
    stdout: stream(out),
    stderr: stream(err),
    readInput: async () => "",
    interrupted: new AbortController().signal,
  });
  return { out: out.join(""), err: err.join("") };
}

describe("exit codes", () => {
  it.each([
    [new PluginError("invalid-arguments", "x"), 2],
    [new PluginError("invalid-manifest", "x"), 2],
    [new PluginError("invalid-module", "x"), 2],
    [new PluginError("not-found", "x"), 2],
    [new PluginError("not-found", "x", { usage }), 1],
    [new PluginError("invalid-arguments", "x", { usage }), 1],
    [new PluginError("compile-error", "x"), 1],
    [new PluginError("fuel-exhausted", "x", { usage }), 1],
    [new Error("a bug"), 1],
  ])("%o gives %i", (error, code) => expect(exitCodeOf(error)).toBe(code));
});

describe("an error for people", () => {
  it("says what, where, why and what to do", () => {
    const error = new PluginError("guest-error", "index 7 is missing", {
      position: { file: "a.rune", line: 2, column: 3 },
      stackFrames: [{ name: "roll", position: { file: "a.rune", line: 2, column: 3 } }],
      hint: "Check the length first.",
      usage,
    });
    expect(capture((terminal) => printError(terminal, error, () => "2 |   v[7]\n  |   ^")).err).toBe(
      [
        "error[guest-error]: index 7 is missing",
        "  --> a.rune:2:3",
        "  2 |   v[7]",
        "    |   ^",
        "  in roll (a.rune:2:3)",
        "  why: the plugin's own code failed",
        "  do:  Check the length first.",
        "fuel 12,345 · memory 2.1 MiB · 12 ms · seed 42",
        "",
      ].join("\n"),
    );
  });

  it("shows each of several diagnostics once", () => {
    const position = { file: "a.rune", line: 1, column: 1 };
    const diagnostics: Diagnostic[] = [
      { severity: "error", message: "first", position, excerpt: "--> a.rune:1:1\n1 | x" },
      { severity: "warning", message: "second", excerpt: "" },
    ];
    expect(
      capture((terminal) => printError(terminal, new PluginError("compile-error", "first", { diagnostics }))).err,
    ).toBe(
      [
        "error[compile-error]: first",
        "  --> a.rune:1:1",
        "  1 | x",
        "warning: second",
        "  why: the plugin's source does not compile",
        "",
      ].join("\n"),
    );
  });

  it("cannot be forged or coloured by the plugin", () => {
    const error = new PluginError("guest-error", "x\nerror[denied]: \u001b[31mforged", { hint: "\u001b]0;x\u0007" });
    const { err } = capture((terminal) => printError(terminal, error));
    expect(err).toContain("x\n  error[denied]: \\x1b[31mforged");
    expect(err).not.toContain("\u001b");
  });

  it("of our own is said to be one", () => {
    const { err } = capture((terminal) => printError(terminal, new TypeError("x is not a function")));
    expect(err).toContain("error[internal]: x is not a function\n  This is a fault of cru.");
  });
});

describe("JSON", () => {
  it("has the figures of the call, the seed as text where a number would be rounded", () => {
    expect(usageJson(usage)).toEqual({ fuel: 12_345, loadFuel: 5, memoryBytes: 2_200_000, wallMs: 12.4, seed: 42 });
    expect(usageJson({ ...usage, seed: 2n ** 64n - 1n }).seed).toBe("18446744073709551615");
    expect(usageJson(undefined)).toEqual({ fuel: 0, loadFuel: 0, memoryBytes: 0, wallMs: 0, seed: null });
  });

  it("has what is known of an error and nothing else", () => {
    expect(errorJson(new PluginError("denied", "no", { plugin: "p" }))).toEqual({
      code: "denied",
      message: "no",
      plugin: "p",
    });
    expect(errorJson(new Error("bug"))).toEqual({ code: "internal", message: "bug" });
  });
});

describe("results and logs", () => {
  it("print text as it is, escaped, with one line feed at the end", () => {
    expect(capture((terminal) => printResult(terminal, "a\u001b[2J\nb\n")).out).toBe("a\\x1b[2J\nb\n");
    expect(capture((terminal) => printResult(terminal, null)).out).toBe("null\n");
  });

  it("keep the figures out of standard output", () => {
    expect(
      capture((terminal) => printUsage(terminal, { ...usage, wallMs: 0.25, memoryBytes: 100, seed: 2n ** 64n - 1n })),
    ).toEqual({
      out: "",
      err: "fuel 12,345 · memory 100 B · 0.3 ms · seed 18446744073709551615\n",
    });
  });

  it("prefix every line that a plugin logs", () => {
    const entry = { plugin: "p", level: "info", message: "a\nerror[denied]: \u001b[31mb" };
    expect(capture((terminal) => printLog(terminal, entry)).err).toBe("p info: a\np info: error[denied]: \\x1b[31mb\n");
  });
});

it("prints progress now and then, and the end, with what a plugin wrote made printable", () => {
  let at = 0;
  const { err } = capture((terminal) => {
    const print = progressPrinter(terminal, () => at);
    print({ plugin: "p", fraction: 0.254, message: "a\u001b[31m\nb" });
    at = 100;
    print({ plugin: "p", fraction: 0.5, message: "passed over" });
    at = 700;
    print({ plugin: "p", fraction: undefined, message: "later" });
    print({ plugin: "p", fraction: 1, message: "done" });
  });
  expect(err).toBe("p: 25 % a\\x1b[31m\\nb\np: … later\np: 100 % done\n");
});
