import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, copyJson, type JsonValue, joinPath, parseGuestJson } from "./json.ts";

describe("copies of JSON", () => {
  it("keep what JSON.parse gives, for any value", () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: "grapheme" }), (text) => {
        fc.pre(!/[0-9]{16}/.test(text));
        const value = JSON.parse(text);
        expect(JSON.parse(JSON.stringify(copyJson(value)))).toEqual(value);
      }),
    );
  });

  it("have no prototype, so that __proto__ is a key", () => {
    const copy = copyJson(JSON.parse('{ "__proto__": { "polluted": true } }')) as Record<string, JsonValue>;
    expect(Object.keys(copy)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(copy)).toBeNull();
    expect((copy as { polluted?: unknown }).polluted).toBeUndefined();
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"polluted":true}}');
  });

  it.each([
    [{ a: 1n }, "bigint"],
    [{ a: () => 1 }, "function"],
    [{ a: Number.NaN }, "NaN"],
    [{ a: 2 ** 53 }, "integer beyond"],
    [{ a: "\ud800" }, "lone surrogate"],
    [{ "\udc00": 1 }, "lone surrogate"],
    [{ a: new Date(0) }, "object of a class"],
    [{ a: new Map() }, "object of a class"],
  ])("refuse %o", (value, reason) => {
    expect(() => copyJson(value)).toThrow(reason);
  });

  it("refuse what refers to itself, as too deep", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(() => copyJson(circle)).toThrow("more than 128 levels");
  });
});

describe("canonical JSON", () => {
  it("does not depend on the order of keys", () => {
    expect(canonicalJson({ b: [1, { d: null, c: "x" }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
  });
});

describe("JSON from a guest", () => {
  it("is parsed", () =>
    expect(parseGuestJson('{"a":[1,-2.5e3,"9007199254740993",null]}')).toEqual({
      a: [1, -2500, "9007199254740993", null],
    }));
  it.each([
    ["9007199254740993", "return it as a string"],
    ['{"n":[-9007199254740993]}', "return it as a string"],
    ["[".repeat(129), "nested more than 128"],
    ['{"a":"\\"}', "no JSON"],
    ["", "no JSON"],
    ["NaN", "no JSON"],
  ])("is refused when it is %j", (text, reason) => {
    expect(() => parseGuestJson(text)).toThrow(reason);
    expect(() => parseGuestJson(text)).toThrow(expect.objectContaining({ code: "guest-error" }));
  });

  it("may hold brackets and digits inside strings, however many", () => {
    const text = JSON.stringify("[{9007199254740993\\".repeat(500_000));
    expect(parseGuestJson(text)).toHaveLength(9_500_000);
  });
});

describe("paths for people", () => {
  it("quote what is no plain word", () => {
    expect([joinPath("", "a"), joinPath("a", "b-c"), joinPath("a", "b c")]).toEqual(["a", "a.b-c", 'a["b c"]']);
  });
});

it.each(["1e400", "[-1e999]", `{"a":${"9".repeat(400)}}`])(
  "a guest's number that is too large to be one is refused: %.20s",
  (text) => {
    expect(() => parseGuestJson(text)).toThrow(expect.objectContaining({ code: "guest-error" }));
  },
);
