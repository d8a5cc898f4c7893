/** The host knows its own interfaces as the WIT files declare them. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compareInterface } from "./component/index.ts";
import { witExports, witImports } from "./wit.ts";

const folder = fileURLToPath(new URL("../../wit/", import.meta.url));
const wit = readdirSync(folder)
  .map((name) => readFileSync(folder + name, "utf8"))
  .join("\n");

const INTERFACES = [...wit.matchAll(/^interface ([a-z-]+) \{$([\s\S]*?)^\}$/gm)].map(([, name, body]) => ({
  name: `crucible:plugin/${name}@0.1.0`,
  functions: [...body!.matchAll(/^ {2}([a-z0-9-]+): func/gm)].map(([, one]) => one!),
  methods: [...body!.matchAll(/^ {4}([a-z0-9-]+): func/gm)].map(([, one]) => one!),
}));

describe("the host's own interfaces", () => {
  it("are those of wit/, split into imports and exports", () => {
    const exported = ["guest", "compiler"].map((name) => `crucible:plugin/${name}@0.1.0`);
    expect([...witExports().keys()].sort()).toEqual([...exported].sort());
    expect([...witImports().keys()].sort()).toEqual(
      INTERFACES.map(({ name }) => name)
        .filter((name) => !exported.includes(name))
        .sort(),
    );
  });

  it.each(INTERFACES)("have every function of $name", ({ name, functions, methods }) => {
    const one = witImports().get(name) ?? witExports().get(name);
    const names = [...one!.functions.keys()];
    expect(names.filter((key) => !key.startsWith("[")).sort()).toEqual([...functions].sort());
    expect(
      names
        .filter((key) => key.startsWith("[method]"))
        .map((key) => key.split(".")[1])
        .sort(),
    ).toEqual([...methods].sort());
  });

  it("fit themselves", () => {
    for (const one of witImports().values()) expect(compareInterface(one, one)).toBeUndefined();
  });

  it("say what crosses: a note is asked for by its path", () => {
    const read = witImports().get("crucible:plugin/kiln@0.1.0")?.functions.get("read-note");
    expect(read?.params.map(({ name, type }) => [name, type.kind])).toEqual([["path", "string"]]);
    expect(read?.result?.kind).toBe("result");
  });
});
