import { describe, expect, it } from "vitest";
import { STACK_BYTES } from "../limits.ts";
import { createLedger, LEDGER_FUEL } from "./ledger.ts";

describe("a ledger", () => {
  it("starts with nothing", () => {
    const ledger = createLedger();
    expect([ledger.fuel(), ledger.memoryRoom(), ledger.growFailed()]).toEqual([0, 0, false]);
  });

  it("keeps whole numbers up to 2^30, and goes below zero", () => {
    const ledger = createLedger();
    ledger.setFuel(LEDGER_FUEL);
    expect(ledger.fuel()).toBe(LEDGER_FUEL);
    ledger.setFuel(5);
    ledger.charge(7);
    expect(ledger.fuel()).toBe(-2);
    ledger.setFuel(-LEDGER_FUEL);
    expect(ledger.fuel()).toBe(-LEDGER_FUEL);
  });

  it("keeps the stack in use beside the fuel, and neither changes the other", () => {
    const ledger = createLedger();
    expect(ledger.stackRoom()).toBe(STACK_BYTES);
    ledger.setStackRoom(1000);
    for (const units of [0, -LEDGER_FUEL, LEDGER_FUEL, -1]) {
      ledger.setFuel(units);
      expect(ledger.stackRoom()).toBe(1000);
      expect(ledger.fuel()).toBe(units);
    }
    ledger.charge(LEDGER_FUEL);
    expect([ledger.fuel(), ledger.stackRoom()]).toEqual([-1 - LEDGER_FUEL, 1000]);
    for (const [wanted, room] of [
      [STACK_BYTES * 2, STACK_BYTES],
      [15, 8],
      [-1, 0],
      [Number.NaN, 0],
    ] as const) {
      ledger.setStackRoom(wanted);
      expect([ledger.fuel(), ledger.stackRoom()]).toEqual([-1 - LEDGER_FUEL, room]);
    }
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
    expect(ledger.stackFailed()).toBe(false);
    ledger.imports.note.value = 2;
    expect(ledger.growFailed()).toBe(false);
    expect(ledger.stackFailed()).toBe(true);
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
