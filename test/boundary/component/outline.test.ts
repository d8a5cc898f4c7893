/** An outline says of a component all that linking needs, without its code. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readCoreModule } from "../../../host/src/component/core-module.ts";
import { decodeComponent, outlineComponent } from "../../../host/src/component/index.ts";
import { buildComponent } from "./support.ts";

const engine = () => readFileSync(new URL("../../../plugins/engines/rune/rune.wasm", import.meta.url));
const small = () =>
  buildComponent(
    `(module
      (import "test:t/i" "f" (func $f (param i32)))
      (memory (export "memory") 1)
      (table 1 funcref)
      (elem (i32.const 0) $run)
      (data (i32.const 0) "kept by the module, not by its outline")
      (func $run (export "run") (local i64) (call $f (i32.const 1))))`,
    "package test:t; interface i { f: func(x: u32); } world test { import i; export run: func(); }",
  );

it.each([
  ["the Rune engine", engine, 0.02],
  ["a small component", small, 1],
])("the outline of %s is decoded to the same interfaces, graph and modules, and is small", async (_, bytes, share) => {
  const component = await bytes();
  const outline = outlineComponent(component);
  expect(outline.length).toBeLessThan(component.length * share);
  const whole = decodeComponent(component);
  const decoded = decodeComponent(outline);
  expect({ ...decoded, coreModules: [] }).toEqual({ ...whole, coreModules: [] });
  expect(decoded.coreModules.map(readCoreModule)).toEqual(whole.coreModules.map(readCoreModule));
  // The outline of an outline is the outline.
  expect(outlineComponent(outline)).toEqual(outline);
});
