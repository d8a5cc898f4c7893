/** guest-sdk/types against the engines themselves: what editors are told is there is what plugins find, and nothing else. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { createNodeHost } from "../../host/src/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const types = (name: string) => readFileSync(join(root, "guest-sdk/types", name), "utf8");

const host = createNodeHost();
afterAll(() => host.close());

async function ask(path: string, content: string): Promise<unknown> {
  return (await (await host.load({ path, content })).call("all")).result;
}

/** Functions and classes by module, methods by class; all names sorted. */
type Surface = Readonly<Record<string, readonly string[]>>;

function sorted(surface: Record<string, string[]>): Surface {
  return Object.fromEntries(Object.entries(surface).map(([name, found]) => [name, found.sort()]));
}

describe("crucible.d.ts", () => {
  const declared: Record<string, string[]> = {};
  for (const [, name = "", body = ""] of types("crucible.d.ts").matchAll(
    /declare module "crucible:(\w+)" \{\n(.*?)^\}/gms,
  )) {
    const functions = [...body.matchAll(/^ {2}export (?:function|class) (\w+)|as (\w+) \};/gm)];
    declared[name] = functions.map(([, own, renamed]) => (own ?? renamed)!);
    for (const [, title = "", inner = ""] of body.matchAll(/^ {2}export class (\w+) \{\n(.*?)^ {2}\}/gms)) {
      declared[title] = [...inner.matchAll(/^ {4}(\w+)\(/gm)].map(([, method]) => method!);
    }
  }

  it("has what the JavaScript engine gives", async () => {
    const modules = Object.keys(declared).filter((name) => /^[a-z]/.test(name));
    const found = await ask(
      "all.js",
      `${modules.map((name) => `import * as ${name} from "crucible:${name}";`).join("\n")}
       import * as crucible from "crucible";
       /** Everything. */
       export function all() {
         const surface = {};
         for (const [name, module] of Object.entries({ ${modules.join(", ")} })) {
           surface[name] = Object.keys(module).filter((key) => key !== "default");
           for (const key of surface[name]) if (/^[A-Z]/.test(key)) surface[key] = Object.getOwnPropertyNames(module[key].prototype);
         }
         return { surface, crucible: Object.keys(crucible) };
       }`,
    );
    const { surface, crucible } = found as { surface: Record<string, string[]>; crucible: string[] };
    expect(sorted(surface)).toEqual(sorted(declared));
    const short = ["PluginError", "createNote", "deleteNote", "listNotes", "readNote", "writeNote"];
    expect(crucible.filter((name) => name !== "default").sort()).toEqual([...modules, ...short].sort());
  });

  it("makes the compiler accept what is right and refuse what is wrong", () => {
    const folder = mkdtempSync(join(tmpdir(), "crucible-types-"));
    try {
      const check = (code: string) => {
        const file = join(folder, "plugin.ts");
        writeFileSync(file, `${code}\nexport {};\n`);
        const declarations = join(root, "guest-sdk/types/crucible.d.ts");
        const options = ["--noEmit", "--strict", "--target", "es2023", "--types", "", "--ignoreConfig"];
        const args = [join(root, "node_modules/typescript/bin/tsc"), ...options, declarations, file];
        return spawnSync(process.execPath, args, { encoding: "utf8" }).stdout;
      };
      const right = `
        import * as kiln from "crucible:kiln";
        import { search, state, session, PluginError, readNote } from "crucible";
        import { Graph } from "crucible:algorithms";
        import { Queue } from "crucible:collections";
        const size: number = kiln.statNote("a.md").sizeBytes + kiln.listNotes().length + readNote("a.md").length;
        state.delete("k");
        search("fox", { mode: "hybrid" });
        const agent: string | undefined = session.open("s.md").phases()[0]?.agent;
        new Graph({ directed: false }).addEdge("a", "b", 2);
        new Queue([1]).push(size);
        throw new PluginError("conflict", agent ?? "");`;
      expect(check(right)).toBe("");
      const wrong = ["kiln.readNote(1)", 'kiln.read_note("a")', 'kiln.statNote("a").size_bytes', 'kiln.writeNote("a")'];
      const said = check(`import * as kiln from "crucible:kiln";\n${wrong.join(";\n")};`);
      expect([...said.matchAll(/plugin\.ts\((\d+),/g)].map(([, line]) => line)).toEqual(["2", "3", "4", "5"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("crucible.lua", () => {
  const text = types("crucible.lua");
  const declared: Record<string, string[]> = { crucible: [] };
  for (const [, path = ""] of text.matchAll(/^function ([\w.:]+)\(/gm)) {
    const [, owner = "", name = ""] = /^(.*)[.:](\w+)$/.exec(path)!;
    declared[owner] = [...(declared[owner] ?? []), name];
  }

  it("is Lua", async () => {
    await expect(host.load({ path: "crucible.lua", content: text })).resolves.toBeDefined();
  });

  it("has what the Lua engine gives", async () => {
    const found = (await ask(
      "all.lua",
      `--- Everything.
      function all()
        local surface = { crucible = {} }
        for name, module in pairs(crucible) do
          if type(module) == "function" then table.insert(surface.crucible, name) end
          if type(module) == "table" then
            local path = "crucible." .. name
            surface[path] = surface[path] or {}
            for key, value in pairs(module) do
              if type(value) == "function" then table.insert(surface[path], key) end
              if type(value) == "table" then
                surface[path .. "." .. key] = {}
                for method in pairs(value) do table.insert(surface[path .. "." .. key], method) end
              end
            end
          end
        end
        return surface
      end`,
    )) as Record<string, string[]>;
    const functions = (surface: Record<string, readonly string[]>, kind: RegExp) =>
      sorted(
        Object.fromEntries(
          Object.entries(surface)
            .filter(([name, all]) => kind.test(name) && all.length > 0)
            .map(([name, all]) => [name, [...all]]),
        ),
      );
    expect(functions(declared, /^crucible(\.[a-z]\w*)?$/)).toEqual(functions(found, /^crucible(\.[a-z]\w*)?$/));
  });
});
