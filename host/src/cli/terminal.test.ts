import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indentedJson, printable, printableJson, styled } from "./terminal.ts";

/** What a terminal acts on: anything below space but tab and line feed, DEL, C1; and marks that reorder or hide text. */
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

describe("text for a terminal", () => {
  it.each([
    ["\u001b[31mred", "\\x1b[31mred"],
    ["\u009b31m", "\\x9b31m"],
    ["title\u001b]0;x\u0007", "title\\x1b]0;x\\x07"],
    ["over\rwritten", "over\\x0dwritten"],
    ["back\b", "back\\x08"],
    ["abc\u202edef", "abc\\u{202e}def"],
    ["tag\u{e0041}", "tag\\u{e0041}"],
    ["\ud800", "\\u{d800}"],
    ["a\tb\nc é 日本 😀", "a\tb\nc é 日本 😀"],
  ])("%j becomes %j", (text, expected) => expect(printable(text)).toBe(expected));

  it("never holds what steers a terminal, whatever a plugin says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(printable(text)).not.toMatch(STEERING);
        expect(printableJson({ [text]: text })).not.toMatch(STEERING);
        expect(JSON.parse(printableJson({ [text]: text }))).toEqual({ [text]: text });
      }),
    );
  });
});

describe("JSON for people", () => {
  it("stays on a line when it is short", () => {
    expect(indentedJson({ total: 8, rolls: [1, 1, 6], none: [], empty: {} })).toBe(
      '{ "total": 8, "rolls": [1, 1, 6], "none": [], "empty": {} }',
    );
  });

  it("is indented when it is long", () => {
    const text = "x".repeat(130);
    expect(indentedJson({ a: [text, 1], b: { c: null } })).toBe(
      `{\n  "a": [\n    "${text}",\n    1\n  ],\n  "b": { "c": null }\n}`,
    );
  });

  it("is the value, whatever the value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(indentedJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("styles", () => {
  it("show only where the stream has colours", () => {
    const write = () => undefined;
    expect(styled({ write, colours: false }, "red", "x")).toBe("x");
    expect(styled({ write, colours: true }, "red", "x")).toBe("\u001b[31mx\u001b[0m");
  });
});
