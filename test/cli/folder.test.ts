/** The commands on a plugin that is a folder. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Workspace } from "./cru.ts";

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace();
  for (const folder of ["greeter/lib", "empty"]) mkdirSync(join(workspace.folder, folder), { recursive: true });
  workspace.file("greeter/plugin.toml", 'name = "greeter"\n');
  workspace.file(
    "greeter/main.lua",
    `local words = require("lib.words")\n--- Greets.\nfunction greet(args) return words.hello(args) end\n`,
  );
  workspace.file(
    "greeter/lib/words.lua",
    "return {\n  hello = function(args)\n    return 'Hello, ' .. args.name\n  end\n}\n",
  );
});
afterAll(() => workspace.remove());

it("is run, shown, listed as one plugin, and compiled", () => {
  const run = workspace.cru("plugins", "run", "greeter", "greet", "name=Ann");
  expect(run, run.stderr).toMatchObject({ status: 0, stdout: "Hello, Ann\n" });
  expect(workspace.cru("plugins", "show", "greeter/").stdout).toContain("greet");
  const { value } = workspace.json("plugins", "list", ".");
  expect(value).toMatchObject({ plugins: [{ file: "greeter", name: "greeter", tools: ["greet"] }] });
  expect(workspace.cru("plugins", "compile", "greeter", "-o", "g.crub").status).toBe(0);
  expect(workspace.cru("plugins", "run", "g.crub", "greet", "name=Bo").stdout).toBe("Hello, Bo\n");
});

it("shows the line of the file in which it failed", () => {
  const { status, stderr } = workspace.cru("plugins", "run", "greeter", "greet");
  expect(status).toBe(1);
  expect(stderr).toContain("--> lib/words.lua:3");
  expect(stderr).toContain("return 'Hello, ' .. args.name");
});

it("is no plugin without a manifest", () => {
  const { status, stderr } = workspace.cru("plugins", "run", "empty", "greet");
  expect(status).toBe(2);
  expect(stderr).toContain("it has no plugin.toml");
});
