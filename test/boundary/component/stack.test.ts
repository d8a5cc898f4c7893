/** A guest that fills the stack and calls the host at its very end, catching all that it can. */
import { expect, it } from "vitest";
import { buildComponent, link, rootImports } from "./support.ts";

const WIT = `package test:stack;
world test { import note: func(text: string); import mark: func(); export dive: func(); export ping: func() -> u32; }`;

// Each level dives deeper, catches what comes back, and calls the host twice: from the deepest frame up to the first.
const WAT = `(module
  (import "$root" "note" (func $note (param i32 i32)))
  (import "$root" "mark" (func $mark))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func $dive (export "dive")
    (try (do (call $mark)) (catch_all))
    (try (do (call $note (i32.const 0) (i32.const 40))) (catch_all))
    (try (do (call $dive)) (catch_all))
    (try (do (call $mark)) (catch_all))
    (try (do (call $note (i32.const 0) (i32.const 40))) (catch_all)))
  (func (export "ping") (result i32) (i32.const 7)))`;

it("a guest at the end of the stack never leaves a host function half done and lives on", async () => {
  const seen = { begun: 0, done: 0 };
  const host = () => {
    seen.begun++;
    [1, 2, 3].map((one) => one + 1).sort();
    seen.done++;
  };
  const { call, boundary } = await link(await buildComponent(WAT, WIT), rootImports({ note: host, mark: host }));
  expect(() => call("dive")).toThrow();
  expect(seen.begun).toBeGreaterThan(100);
  if (seen.begun !== seen.done) expect(boundary.reason).toBeDefined();
  expect(() => call("ping")).toThrow(/dead/);
});
