/** The command that looks into plugins. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { parrot, parrotManifest } from "../fixtures/components.mjs";
import { extismFixture } from "../fixtures/extism/fixtures.ts";
import { Workspace } from "./cru.ts";

let workspace: Workspace;
beforeAll(async () => {
  workspace = new Workspace();
  workspace.file("parrot.wasm", await parrot());
  workspace.file("parrot.toml", parrotManifest);
  workspace.file("plain.wasm", extismFixture("plain").content as Uint8Array);
  workspace.file("module.wasm", Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  workspace.file("broken.lua", "--- x\nfunction f(args) return + end");
  workspace.file(
    "noise.wasm",
    Uint8Array.from({ length: 200 }, (_, index) => (index * 73) % 256),
  );
});
afterAll(() => workspace.remove());

it("shows what is in a component, an Extism plug-in and a bundle", () => {
  const component = workspace.cru("plugins", "inspect", "parrot.wasm");
  expect(component, component.stderr).toMatchObject({ status: 0 });
  for (const words of [
    "a WebAssembly component",
    "Exports",
    "call: func(name: string, args: string)",
    "memory",
    "echo",
    "Nothing speaks against it",
  ])
    expect(component.stdout).toContain(words);
  const extism = workspace.cru("plugins", "inspect", "plain.wasm");
  expect(extism.stdout).toContain("an Extism plug-in");
  expect(extism.stdout).toContain("input_load_u8: (i64) -> (i32)");
  workspace.cru("plugins", "compile", "parrot.wasm", "-o", "p.crub");
  expect(workspace.cru("plugins", "inspect", "p.crub").stdout).toContain("code for wasm, crucible:plugin@0.1.0");
});

it("says why something would be refused, with exit code 1, also as JSON", () => {
  const module = workspace.json("plugins", "inspect", "module.wasm");
  expect(module).toMatchObject({ status: 1, value: { kind: "core module", problems: [{ code: "invalid-module" }] } });
  const source = workspace.json("plugins", "inspect", "broken.lua");
  expect(source).toMatchObject({
    status: 1,
    value: { kind: "source", problems: [{ code: "compile-error", position: { file: "broken.lua", line: 2 } }] },
  });
  expect(workspace.cru("plugins", "inspect", "broken.lua").stdout).toMatch(
    /compile-error: .*\n {6}--> broken\.lua:2:1\n/,
  );
  const noise = workspace.cru("plugins", "inspect", "noise.wasm");
  expect(noise).toMatchObject({ status: 1, stderr: "" });
  expect(noise.stdout).toContain("no plugin");
  expect(noise.stdout).toContain("It would be refused");
});

it("is asked for a file that is there", () => {
  expect(workspace.cru("plugins", "inspect", "gone.wasm").status).toBe(2);
  expect(workspace.json("plugins", "inspect", "parrot.wasm").value).toMatchObject({
    kind: "component",
    tools: expect.arrayContaining([expect.objectContaining({ name: "echo" })]),
    problems: [],
  });
});
