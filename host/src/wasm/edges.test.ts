import { describe, expect, it } from "vitest";
import { wayIn, wayOut } from "./edges.ts";
import { createLedger } from "./ledger.ts";

const BINARY = { params: ["i32", "i32"], results: ["i32"] } as const;

describe("the way in", () => {
  it("opens the ledger for every call, and gives arguments and result through", () => {
    const ledger = createLedger();
    const seen: unknown[] = [];
    const core = (a: number, b: number) => {
      seen.push([ledger.fuel(), ledger.growFailed()]);
      ledger.charge(7);
      ledger.imports.note.value = 1;
      return a - b;
    };
    const enter = wayIn(ledger, BINARY, { fuel: 100, core, overdrawn: () => seen.push("overdrawn") }) as typeof core;
    expect([enter(5, 3), enter(3, 5)]).toEqual([2, -2]);
    expect(ledger.fuel()).toBe(93);
    expect(seen).toEqual([
      [100, false],
      [100, false],
    ]);
  });

  it("asks for what is lacking, once, where more was used than given", () => {
    const ledger = createLedger();
    const lacking: number[] = [];
    const type = { params: ["i32"], results: [] } as const;
    const core = (units: number) => ledger.charge(units);
    const enter = wayIn(ledger, type, { fuel: 10, core, overdrawn: () => lacking.push(ledger.fuel()) }) as typeof core;
    for (const units of [9, 10, 11, 12]) enter(units);
    expect(lacking).toEqual([-1, -2]);
  });
});

describe("the way out", () => {
  const begin = (fuel: number, handed = 0) => {
    const ledger = createLedger();
    ledger.setFuel(fuel);
    const seen: string[] = [];
    const host = (a: number, b: number) => {
      seen.push(`host ${ledger.fuel()}`);
      return a - b;
    };
    const refill = () => {
      seen.push(`refill ${ledger.fuel()}`);
      ledger.charge(-handed);
    };
    return { seen, leave: wayOut(ledger, BINARY, { price: 10, host, refill }) as typeof host };
  };

  it("takes its price before the host is called", () => {
    const { seen, leave } = begin(50);
    for (let i = 0; i < 4; i++) expect(leave(i, 1)).toBe(i - 1);
    expect(seen).toEqual(["host 40", "host 30", "host 20", "host 10"]);
  });

  it("goes on with what is handed out", () => {
    const { seen, leave } = begin(9, 4);
    expect(leave(1, 1)).toBe(0);
    expect(seen).toEqual(["refill -1", "host 3"]);
  });

  it("traps where nothing is, and the host is not called", () => {
    const { seen, leave } = begin(9);
    expect(() => leave(1, 1)).toThrow(WebAssembly.RuntimeError);
    expect(seen).toEqual(["refill -1"]);
    const exact = begin(10);
    exact.leave(1, 1);
    expect(exact.seen).toEqual(["host 0"]);
  });
});
