import { describe, expect, test } from "vitest";
import type { LogEntry } from "../../host/src/powers/types.ts";
import { bench } from "./bench.ts";

describe("log", () => {
  test("passes messages on as they are and keeps them in the report", () => {
    const entries: LogEntry[] = [];
    const { call, capabilities } = bench({}, { powers: { log: (entry) => entries.push(entry) } });
    call("log", "write", "warn", "a\u001b[31m\n");
    expect(entries).toEqual([{ level: "warn", message: "a\u001b[31m\n", plugin: "dice" }]);
    expect(capabilities.report.log).toEqual(entries);
  });

  test("drops what is above the limit and says how much at the end", () => {
    const { call, capabilities } = bench({}, { limits: { logBytes: 100 } });
    call("log", "write", "info", "é".repeat(30));
    call("log", "write", "info", "too long for what is left");
    call("log", "write", "info", "and this");
    capabilities.commit();
    expect(capabilities.report.dropped).toEqual({ messages: 2, bytes: 33 });
    expect(capabilities.report.log.at(-1)).toEqual({
      level: "warn",
      message: "2 messages (33 bytes) above the log limit of 100 bytes were dropped",
      plugin: "dice",
    });
  });

  test("tells once of what was dropped, in the phase in which it was", () => {
    const entries: LogEntry[] = [];
    const { call, capabilities } = bench(
      {},
      { begin: false, limits: { logBytes: 40 }, powers: { log: (entry) => entries.push(entry) } },
    );
    call("log", "write", "info", "dropped while loading");
    capabilities.beginCall({ seed: 0n });
    call("log", "write", "info", "dropped in the call");
    capabilities.commit();
    capabilities.beginCall({ seed: 0n });
    capabilities.rollback();
    expect(entries.map((entry) => entry.message)).toEqual([
      "1 messages (21 bytes) above the log limit of 40 bytes were dropped",
      "1 messages (19 bytes) above the log limit of 40 bytes were dropped",
    ]);
  });

  test("a flood of empty messages is bounded", () => {
    const { call, capabilities } = bench({});
    for (let index = 0; index < 100_000; index++) call("log", "write", "info", "");
    expect(capabilities.report.log.length).toBeLessThan(40_000);
  });
});
