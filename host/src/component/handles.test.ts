/** The handle table alone; what guests do with it is in test/boundary/component/resources.test.ts. */
import { describe, expect, it } from "vitest";
import { HandleRoom, HandleTable, Lent } from "./handles.ts";
import type { ResourceType } from "./value-types.ts";

const file: ResourceType = { interface: "a", name: "file", ofGuest: false };
const twin: ResourceType = { interface: "a", name: "file", ofGuest: false };

describe("a handle table", () => {
  it("begins with 1 and gives a free number again before a new one", () => {
    const table = new HandleTable(new HandleRoom(10));
    expect([1, 2, 3].map(() => table.add(file, {}))).toEqual([1, 2, 3]);
    table.remove(2, file);
    expect(table.add(file, {})).toBe(2);
    expect(table.add(file, {})).toBe(4);
  });

  it("is as new for a call that finds it empty, and gives the last number again within a call", () => {
    const room = new HandleRoom(10);
    const table = new HandleTable(room);
    for (let round = 0; round < 2; round++) {
      room.calls++;
      for (const number of [1, 2, 3]) expect(table.add(file, {})).toBe(number);
      for (const number of [2, 1, 3]) table.remove(number, file);
      for (const number of [3, 1, 2, 4]) expect(table.add(file, {})).toBe(number);
      for (const number of [4, 3, 2, 1]) table.remove(number, file);
    }
  });

  it("tells types apart by identity, not by name", () => {
    const table = new HandleTable(new HandleRoom(10));
    const number = table.add(file, {});
    expect(() => table.get(number, twin)).toThrow(/wrongly/);
    expect(() => table.get(number, file)).not.toThrow();
  });

  it("counts what is open and what is lent", () => {
    const room = new HandleRoom(10);
    const table = new HandleTable(room);
    const scope = { borrows: 0 };
    table.add(file, {});
    const lent = table.lend(file, {}, scope);
    expect([room.open, scope.borrows]).toEqual([2, 1]);
    expect(() => table.removeOwn(lent, file)).toThrow(/only borrowed/);
    table.remove(lent, file);
    expect([room.open, scope.borrows]).toEqual([1, 0]);
  });

  it("keeps what is lent to a call until the call ends", () => {
    const table = new HandleTable(new HandleRoom(10));
    const number = table.add(file, {});
    const lent = new Lent();
    lent.add(table.get(number, file), undefined);
    lent.add(table.get(number, file), undefined);
    expect(() => table.remove(number, file)).toThrow(/is lent to a call/);
    expect(() => table.removeOwn(number, file)).toThrow(/is lent to a call/);
    lent.end();
    table.remove(number, file);
  });

  it("shares its room with the tables of other instances", () => {
    const room = new HandleRoom(2);
    const [one, other] = [new HandleTable(room), new HandleTable(room)];
    expect([one.add(file, {}), other.add(file, {})]).toEqual([1, 1]);
    expect(() => one.add(file, {})).toThrow(/more than 2 handles/);
    other.remove(1, file);
    one.add(file, {});
  });

  it("refuses numbers as a guest passes them: negative ones are large", () => {
    const table = new HandleTable(new HandleRoom(10));
    for (const number of [0, 5, -1, -(2 ** 31)]) expect(() => table.get(number, file)).toThrow(/does not exist/);
  });

  it("holds as many as its limit, dropped ones not counted", () => {
    const table = new HandleTable(new HandleRoom(2));
    for (let round = 0; round < 5; round++) table.remove(table.add(file, {}), file);
    table.add(file, {});
    table.add(file, {});
    expect(() => table.add(file, {})).toThrow(/more than 2 handles/);
  });
});
