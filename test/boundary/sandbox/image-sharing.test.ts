/** Images that keep only what is not in another one start the same instances, here and in workers, and are kept whole. */
import { describe, expect, it } from "vitest";
import { freezeImage, type Image, sharePages, thawImage } from "../../../host/src/sandbox/index.ts";
import { call, inline, options, pool } from "../worker/support.ts";
import { prepare } from "./support.ts";

const PAGES = 32;
const prepared = await prepare(
  `(module
    (memory (export "memory") 2)
    (global $n (mut i32) (i32.const 0))
    (func (export "fill") (param $page i32) (param $value i32)
      (global.set $n (i32.add (global.get $n) (i32.const 1)))
      (memory.fill (i32.mul (local.get $page) (i32.const 4096)) (local.get $value) (i32.const 4096)))
    (func (export "look") (param $page i32) (result i32) (i32.load8_u (i32.mul (local.get $page) (i32.const 4096))))
    (func (export "count") (result i32) (global.get $n)))`,
  `package test:pages; world test {
    export fill: func(page: u32, value: u32); export look: func(page: u32) -> u32; export count: func() -> u32; }`,
);

async function image(from: Image | undefined, fills: readonly (readonly [page: number, value: number])[]) {
  const running = await inline().start(prepared, options({ ...(from && { image: from }) }));
  for (const [page, value] of fills) await call(running, "fill", [page, value]);
  return running.capture();
}

const base = await image(undefined, [
  [0, 1],
  [1, 2],
  [2, 3],
  [9, 4],
  [31, 5],
]);
const next = await image(base, [
  [1, 7],
  [5, 8],
  [9, 0],
]);

describe("an image that shares pages with another", () => {
  const sharing = sharePages(next, base);

  it("keeps only the pages that are not the same there", () => {
    expect([...sharing.cores[0]!.offsets]).toEqual([1, 5].map((page) => page * 4096));
    expect([...sharing.cores[0]!.shared!.offsets]).toEqual([0, 2, 31].map((page) => page * 4096));
    expect(sharing.cores[0]!.shared!.pages).toBe(base.cores[0]!.pages);
  });

  it.each(["inline", "worker"])("starts the same instance: %s", async (where) => {
    const runner = where === "inline" ? inline() : pool();
    for (const one of [next, sharing]) {
      const running = await runner.start(prepared, options({ image: one }));
      const seen: unknown[] = [];
      for (let page = 0; page < PAGES; page++) seen.push(await call(running, "look", [page]));
      const expected = Array.from({ length: PAGES }, () => 0);
      Object.assign(expected, { 0: 1, 1: 7, 2: 3, 5: 8, 31: 5 });
      expect(seen).toEqual(expected);
      expect(await call(running, "count")).toBe(8);
    }
  });

  it("is written whole, the same bytes as without sharing", () => {
    expect(freezeImage(sharing)).toEqual(freezeImage(next));
    expect(freezeImage(thawImage(freezeImage(sharing), prepared))).toEqual(freezeImage(next));
  });

  it("can share again, and shares nothing with itself", () => {
    expect(freezeImage(sharePages(sharing, base))).toEqual(freezeImage(next));
    expect(sharePages(base, base)).toBe(base);
  });
});
