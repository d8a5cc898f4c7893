/** The commands on a plugin that brings its own WebAssembly. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { parrot, parrotManifest } from "../fixtures/components.mjs";
import { Workspace } from "./cru.ts";

let workspace: Workspace;
beforeAll(async () => {
  workspace = new Workspace();
  workspace.file("parrot.wasm", await parrot());
  workspace.file("parrot.toml", parrotManifest);
  workspace.file("other.wasm", await parrot());
});
afterAll(() => workspace.remove());

it("runs, compiles and shows a component; list passes over WebAssembly without a manifest", () => {
  const run = workspace.cru("plugins", "run", "parrot.wasm", "echo", "text=hello");
  expect(run, run.stderr).toMatchObject({ status: 0 });
  expect(JSON.parse(run.stdout)).toEqual({ text: "hello" });
  expect(workspace.cru("plugins", "compile", "parrot.wasm", "-o", "p.crub").stdout).toContain("crucible:plugin@0.1.0");
  expect(JSON.parse(workspace.cru("plugins", "run", "p.crub", "echo", "text=hello").stdout)).toEqual({ text: "hello" });
  expect(workspace.cru("plugins", "show", "parrot.wasm").stdout).toContain("parrot");
  const listed = JSON.parse(workspace.cru("plugins", "list", ".", "--json").stdout);
  expect(JSON.stringify(listed)).toContain("parrot.wasm");
  expect(JSON.stringify(listed)).not.toContain("other.wasm");
});
