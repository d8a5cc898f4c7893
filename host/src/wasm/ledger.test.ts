import { describe, expect, it } from "vitest";
import { createLedger } from "./ledger.ts";

describe("a ledger", () => {
  it("starts with nothing", () => {
    const ledger = createLedger();
    expect([ledger.fuel(), ledger.memoryRoom(), ledger.growFailed()]).toEqual([0, 0, false]);
  });

  it("keeps whole numbers up to 2^53, and goes below zero", () => {
    const ledger = createLedger();
    ledger.setFuel(Number.MAX_SAFE_INTEGER);
    expect(ledger.fuel()).toBe(Number.MAX_SAFE_INTEGER);
    ledger.setFuel(5);
    ledger.charge(7);
    expect(ledger.fuel()).toBe(-2);
    expect(ledger.imports.fuel.value).toBe(-2n);
  });

  it("shows room and failure to the host and to the modules that import it", () => {
    const ledger = createLedger();
    ledger.setMemoryRoom(3);
    ledger.setTableRoom(4);
    ledger.imports.note.value = 1;
    expect(ledger.imports["memory-room"].value).toBe(3);
    expect(ledger.imports["table-room"].value).toBe(4);
    expect(ledger.growFailed()).toBe(true);
    ledger.clearNote();
    expect(ledger.growFailed()).toBe(false);
    expect(ledger.refillFailed()).toBe(false);
    ledger.imports.note.value = 2;
    expect(ledger.growFailed()).toBe(false);
    expect(ledger.refillFailed()).toBe(true);
  });

  it("is not shared with another", () => {
    const one = createLedger();
    const other = createLedger();
    one.setFuel(9);
    expect(other.fuel()).toBe(0);
  });

  it("traps with a real trap", () => {
    expect(() => createLedger().trap()).toThrow(WebAssembly.RuntimeError);
  });
});
