/** The handle table alone; what guests do with it is in test/boundary/component/resources.test.ts. */
import { describe, expect, it } from "vitest";
import { HandleTable } from "./handles.ts";
import type { ResourceType } from "./value-types.ts";

const file: ResourceType = { interface: "a", name: "file", ofGuest: false };
const twin: ResourceType = { interface: "a", name: "file", ofGuest: false };

describe("a handle table", () => {
  it("begins with 1 and gives a free number again before a new one", () => {
    const table = new HandleTable(10);
    expect([1, 2, 3].map(() => table.add(file, {}, true))).toEqual([1, 2, 3]);
    table.remove(2, file);
    expect(table.add(file, {}, true)).toBe(2);
    expect(table.add(file, {}, true)).toBe(4);
  });

  it("is as new when all handles are dropped, in whatever order", () => {
    const table = new HandleTable(10);
    for (const number of [1, 2, 3]) expect(table.add(file, {}, true)).toBe(number);
    for (const number of [2, 1, 3]) table.remove(number, file);
    for (const number of [1, 2, 3]) expect(table.add(file, {}, true)).toBe(number);
  });

  it("tells types apart by identity, not by name", () => {
    const table = new HandleTable(10);
    const number = table.add(file, {}, true);
    expect(() => table.get(number, twin)).toThrow(/wrongly/);
    expect(() => table.get(number, file)).not.toThrow();
  });

  it("counts what is open and what is lent", () => {
    const table = new HandleTable(10);
    table.add(file, {}, true);
    const lent = table.add(file, {}, false);
    expect([table.open, table.borrows]).toEqual([2, 1]);
    expect(() => table.removeOwn(lent, file)).toThrow(/only borrowed/);
    table.remove(lent, file);
    expect([table.open, table.borrows]).toEqual([1, 0]);
  });

  it("refuses numbers as a guest passes them: negative ones are large", () => {
    const table = new HandleTable(10);
    for (const number of [0, 5, -1, -(2 ** 31)]) expect(() => table.get(number, file)).toThrow(/does not exist/);
  });

  it("holds as many as its limit, dropped ones not counted", () => {
    const table = new HandleTable(2);
    for (let round = 0; round < 5; round++) table.remove(table.add(file, {}, true), file);
    table.add(file, {}, true);
    table.add(file, {}, true);
    expect(() => table.add(file, {}, true)).toThrow(/more than 2 handles/);
  });
});
