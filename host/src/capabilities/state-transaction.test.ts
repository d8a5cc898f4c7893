/** Several plugins in one transaction; what one plugin does in one is in test/capabilities/state.test.ts. */
import { beforeEach, describe, expect, test } from "vitest";
import { memoryState } from "../powers/memory/state.ts";
import type { StateStorage } from "../powers/types.ts";
import { beginStateTransaction, type StateTransaction } from "./state-transaction.ts";

let storage: StateStorage;
let transaction: StateTransaction;
const view = (plugin: string, quotaBytes = 100) => transaction.view({ plugin, quotaBytes });

beforeEach(() => {
  storage = memoryState();
  transaction = beginStateTransaction(storage, 0);
});

function commit(): void {
  transaction.prepare()?.commit();
  transaction = beginStateTransaction(storage, 0);
}

describe("two plugins in one transaction", () => {
  test("have values of their own and share those of the kiln", () => {
    view("a").set("plugin", "k", "1", undefined);
    view("b").set("plugin", "k", "2", undefined);
    view("a").set("kiln", "k", "3", undefined);
    expect(view("b").get("kiln", "k")).toBe("3");
    commit();
    expect([view("a").get("plugin", "k"), view("b").get("plugin", "k")]).toEqual(["1", "2"]);
    expect(view("a").keys("plugin", "")).toEqual(["k"]);
    expect(view("c").keys("plugin", "")).toEqual([]);
    expect(view("c").keys("kiln", "")).toEqual(["k"]);
  });

  test("each pay for what they own, and no longer for what another took over", () => {
    const [a, b] = [view("a", 10), view("b", 10)];
    a.set("kiln", "k", '"123456"', undefined);
    expect(() => a.set("kiln", "l", "1234", undefined)).toThrow("is full");
    b.set("kiln", "k", "1", undefined);
    a.set("kiln", "l", "1234", undefined);
    expect(() => b.set("kiln", "m", "123456789", undefined)).toThrow("is full");
    commit();
    expect(storage.usedBytes({ scope: "kiln", plugin: "a" }, 0)).toBe(5);
    expect(storage.usedBytes({ scope: "kiln", plugin: "b" }, 0)).toBe(2);
    // Owned in the storage, taken over here.
    view("b", 10).set("kiln", "l", "123", undefined);
    view("a", 10).set("kiln", "n", "123456789", undefined);
    expect(() => view("b", 10).set("kiln", "o", "1234", undefined)).toThrow("is full");
  });
});

describe("a savepoint", () => {
  test("gives back values, owners and room", () => {
    const [a, b] = [view("a", 10), view("b", 10)];
    a.set("kiln", "k", "1234", undefined);
    const savepoint = transaction.savepoint();
    b.set("kiln", "k", "99", undefined);
    a.delete("kiln", "k");
    a.set("kiln", "l", "12345678", undefined);
    savepoint.rollback();
    expect([a.get("kiln", "k"), a.get("kiln", "l")]).toEqual(["1234", undefined]);
    expect(() => a.set("kiln", "l", "123456", undefined)).toThrow("is full");
    a.set("kiln", "l", "1234", undefined);
    commit();
    expect(storage.get({ scope: "kiln", plugin: "a" }, "k", 0)).toMatchObject({ value: "1234", owner: "a" });
  });

  test("that is released inside of another is undone with it", () => {
    const outer = transaction.savepoint();
    const inner = transaction.savepoint();
    view("a").set("kiln", "k", "1", undefined);
    inner.release();
    expect(view("a").get("kiln", "k")).toBe("1");
    outer.rollback();
    expect(view("a").get("kiln", "k")).toBe(undefined);
    expect(transaction.prepare()).toBe(undefined);
  });
});

test("what one plugin read makes the whole transaction conflict when another writes it", () => {
  view("a").set("kiln", "k", "1", undefined);
  commit();
  expect(view("a").get("kiln", "k")).toBe("1");
  const other = beginStateTransaction(storage, 0);
  other.view({ plugin: "c", quotaBytes: 100 }).set("kiln", "k", "5", undefined);
  other.prepare()?.commit();
  view("b").set("kiln", "k", "2", undefined);
  expect(() => transaction.prepare()).toThrow(expect.objectContaining({ code: "conflict" }));
});
