/** Every way in which two interfaces can differ, and the sentence that tells it. */
import { describe, expect, it } from "vitest";
import { compareInterface } from "./compare.ts";
import type { InterfaceType } from "./graph.ts";
import { type FunctionType, type ResourceType, type ValueShape, type ValueType, valueType } from "./value-types.ts";

const u8 = valueType({ kind: "u8" });
const text = valueType({ kind: "string" });
const list = (element: ValueType): ValueType => valueType({ kind: "list", element });
const record = (...fields: [string, ValueType][]): ValueType =>
  valueType({ kind: "record", fields: fields.map(([name, type]) => ({ name, type })) });
const func = (params: Record<string, ValueType>, result?: ValueType): FunctionType => ({
  params: Object.entries(params).map(([name, type]) => ({ name, type })),
  result,
});
const withFunction = (type: FunctionType | undefined): InterfaceType => ({
  name: "a:b/c@1.0.0",
  functions: new Map(type && [["read", type]]),
  resources: new Map(),
  types: new Map(),
});
const ofType = (shape: ValueShape): InterfaceType => withFunction(func({ x: valueType(shape) }));
const handle = (resource: ResourceType): ValueShape => ({ kind: "own", resource });
const resource = (name: string, inInterface = "a:b/c@1.0.0"): ResourceType => ({
  interface: inInterface,
  name,
  ofGuest: false,
});

describe("interfaces", () => {
  it("fit when the types are equal without being the same objects", () => {
    const make = () =>
      withFunction(func({ path: text, all: list(record(["a", u8])) }, valueType({ kind: "option", type: u8 })));
    expect(compareInterface(make(), make())).toBeUndefined();
    expect(compareInterface(ofType(handle(resource("file"))), ofType(handle(resource("file"))))).toBeUndefined();
  });

  it("fit when less is needed than is offered, and not the other way round", () => {
    expect(compareInterface(withFunction(undefined), withFunction(func({})))).toBeUndefined();
    expect(compareInterface(withFunction(func({})), withFunction(undefined))).toBe(
      'interface "a:b/c@1.0.0", function "read": there is no such function',
    );
  });

  it("fit only with the resources that are needed", () => {
    const needed = { ...withFunction(undefined), resources: new Map([["file", resource("file")]]) };
    expect(compareInterface(needed, withFunction(undefined))).toMatch(/there is no resource "file"/);
    expect(compareInterface(needed, needed)).toBeUndefined();
  });

  it.each<[InterfaceType, InterfaceType, RegExp]>([
    [withFunction(func({ a: u8 })), withFunction(func({})), /1 parameters are expected, there are 0/],
    [withFunction(func({ a: u8 })), withFunction(func({ b: u8 })), /parameter 1 is expected to be called "a", not "b"/],
    [withFunction(func({ a: u8 })), withFunction(func({ a: text })), /parameter "a": expected u8, got string/],
    [withFunction(func({}, u8)), withFunction(func({})), /result: expected u8, got _/],
    [withFunction(func({})), withFunction(func({}, text)), /result: expected _, got string/],
    [
      ofType({ kind: "list", element: u8 }),
      ofType({ kind: "list", element: text }),
      /the element: expected u8, got string/,
    ],
    [ofType({ kind: "list", element: u8 }), ofType({ kind: "option", type: u8 }), /expected list<u8>, got option<u8>/],
    [
      ofType({ kind: "option", type: u8 }),
      ofType({ kind: "option", type: text }),
      /the option: expected u8, got string/,
    ],
    [ofType(record(["a", u8])), ofType(record(["b", u8])), /expected record \{ a: u8 \}, got record \{ b: u8 \}/],
    [ofType(record(["a", u8])), ofType(record(["a", u8], ["b", u8])), /expected record/],
    [ofType(record(["a", u8])), ofType(record(["a", text])), /"a": expected u8, got string/],
    [ofType({ kind: "tuple", types: [u8, u8] }), ofType({ kind: "tuple", types: [u8] }), /expected tuple<u8, u8>/],
    [ofType({ kind: "tuple", types: [u8, u8] }), ofType({ kind: "tuple", types: [u8, text] }), /"1": expected u8/],
    [
      ofType({ kind: "enum", cases: ["a", "b"] }),
      ofType({ kind: "enum", cases: ["b", "a"] }),
      /expected enum \{ a, b \}/,
    ],
    [ofType({ kind: "flags", names: ["a"] }), ofType({ kind: "flags", names: ["b"] }), /expected flags/],
    [
      ofType({ kind: "variant", cases: [{ name: "a", type: u8 }] }),
      ofType({ kind: "variant", cases: [{ name: "a", type: undefined }] }),
      /"a": expected u8, got _/,
    ],
    [ofType({ kind: "result", ok: u8, err: text }), ofType({ kind: "result", ok: text, err: text }), /ok: expected u8/],
    [
      ofType({ kind: "result", ok: u8, err: text }),
      ofType({ kind: "result", ok: u8, err: undefined }),
      /err: expected string, got _/,
    ],
    [ofType(handle(resource("a"))), ofType(handle(resource("b"))), /expected own<a>, got own<b>/],
    [
      ofType(handle(resource("a"))),
      ofType(handle(resource("a", "other"))),
      /expected own<a>, got one of another resource/,
    ],
    [
      ofType(handle(resource("a"))),
      ofType({ kind: "borrow", resource: resource("a") }),
      /expected own<a>, got borrow<a>/,
    ],
  ])("tell how they differ (%#)", (needed, offered, message) => {
    const difference = compareInterface(needed, offered);
    expect(difference).toMatch(message);
    expect(difference).toMatch(/^interface "a:b\/c@1.0.0", function "read": /);
  });
});
