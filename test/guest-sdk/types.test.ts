/** guest-sdk/types and docs/stdlib.md against the engines themselves: what authors are told is there is what plugins find, and nothing else. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLibraryHost } from "./library.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

const host = openLibraryHost();
afterAll(() => host.close());

/**
 * By module its functions, and the classes that can be made; by class its methods and fields, and `new` where it can be made; under
 * `crucible` the modules and what belongs to none. Names as the tables write them, sorted.
 */
type Surface = Readonly<Record<string, readonly string[]>>;

function sorted(surface: Surface): Surface {
  const names = (found: readonly string[]) =>
    found.map((name) => (name === "constructor" ? "new" : snake(name))).sort();
  return Object.fromEntries(Object.entries(surface).map(([name, found]) => [name, names(found)]));
}

/** `readNote` as the tables write it; `PriorityQueue` stays what it is. */
function snake(name: string): string {
  return /^[A-Z]/.test(name) ? name : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What plugins in JavaScript find. */
let js: Surface;
beforeAll(async () => {
  const plugin = await host.load({
    path: "all.js",
    content: `
      import * as everything from "crucible";
      const { default: crucible, ...named } = everything;
      /** Everything. */
      export async function all() {
        const answered = {
          Session: crucible.session.open("a.md"),
          Program: crucible.datalog.parse(""),
          Response: crucible.network.get("https://example.com/"),
        };
        const surface = { crucible: Object.keys(named) };
        for (const name of surface.crucible.filter((name) => name === "search" || typeof named[name] !== "function")) {
          const { default: _, ...module } = await import("crucible:" + name);
          surface[name] = Object.keys(module);
          for (const key of surface[name]) if (/^[A-Z]/.test(key)) surface[key] = Object.getOwnPropertyNames(module[key].prototype);
        }
        for (const [name, object] of Object.entries(answered)) {
          const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(object));
          surface[name] = [...Object.keys(object), ...methods.filter((key) => key !== "constructor" && key !== "toJSON")];
        }
        return surface;
      }`,
  });
  js = sorted((await plugin.call("all")).result as Surface);
});

describe("docs/stdlib.md", () => {
  it("has what plugins find", () => {
    const told: Record<string, string[]> = {};
    for (const section of read("docs/stdlib.md").split(/^## /m).slice(1)) {
      const [module = ""] = /^\w+/.exec(section)!;
      const [functions = "", ...classes] = section.split(/^### \w+\./m);
      const rows = (text: string) => [...text.matchAll(/^\| `(\w+)\(/gm)].map(([, name]) => name!);
      told[module] = rows(functions);
      for (const text of classes) {
        const [name = ""] = /^\w+/.exec(text)!;
        const fields = [...(/^Fields: .*$/m.exec(text)?.[0].matchAll(/`(\w+):/g) ?? [])].map(([, field]) => field!);
        told[name] = [...fields, ...rows(text).map((row) => (row === name ? "new" : row))];
        if (rows(text).includes(name)) told[module].push(name);
      }
    }
    expect({ ...sorted(told), crucible: js.crucible }).toEqual(js);
  });
});

describe("crucible.d.ts", () => {
  it("has what the JavaScript engine gives", () => {
    const declared: Record<string, string[]> = { crucible: [] };
    for (const [, module = "", body = ""] of read("guest-sdk/types/crucible.d.ts").matchAll(
      /^declare module "(?:crucible:)?(\w+)" \{\n(.*?)^\}/gms,
    )) {
      const names = [...body.matchAll(/^ {2}export (?:function|class|const|\* as) (\w+)|as (\w+) \};/gm)];
      const short = /^ {2}export \{ ([\w, ]+) \} from/m.exec(body)?.[1]?.split(", ") ?? [];
      declared[module] = [...names.map(([, own, renamed]) => (own ?? renamed)!), ...short];
      if (module === "crucible") continue;
      for (const [, title = "", inner = ""] of body.matchAll(
        /^ {2}export (?:class|interface) (\w+) \{\n(.*?)^ {2}\}/gms,
      ))
        declared[title] = [...inner.matchAll(/^ {4}(?:readonly )?(\w+)[(:]/gm)].map(([, member]) => member!);
    }
    expect(sorted(declared)).toEqual(js);
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
  const text = read("guest-sdk/types/crucible.lua");

  it("is Lua", async () => {
    await expect(host.load({ path: "crucible.lua", content: text })).resolves.toBeDefined();
  });

  it("has what the Lua engine gives", async () => {
    const declared: Record<string, string[]> = { crucible: [] };
    for (const [, module, title, tags = "", local] of text.matchAll(
      /^---@class crucible(?:\.(\w+)(?:\.(\w+))?)?\n((?:---@.*\n)*)(local )?/gm,
    )) {
      if (module === undefined) continue;
      declared[title ?? module] = [...tags.matchAll(/^---@field (\w+)/gm)].map(([, name]) => name!);
      if (tags.includes("---@overload")) declared[module]!.push("__call");
      if (title !== undefined && local === undefined) declared[module]!.push(title);
    }
    declared.crucible!.push(...[...text.matchAll(/^crucible\.(\w+) = /gm)].map(([, name]) => name!));
    for (const [, path = "", name = ""] of text.matchAll(/^function ([\w.]+)[.:](\w+)\(/gm))
      declared[path.split(".").at(-1)!]!.push(name);

    // The methods of an object cannot be listed: any name that any language has is tried.
    const names = [...new Set([...Object.values(js), ...Object.values(declared)].flat())];
    const plugin = await host.load({
      path: "all.lua",
      content: `
        local MADE = {
          Regex = function(class) return class.new("a") end,
          StateMachine = function(class) return class.new({ initial = "a", states = { "a" }, transitions = {} }) end,
        }
        --- Everything.
        --- @param names {string[]} what may be the name of a method
        function all(args)
          local surface = { crucible = {} }
          local function members(title, object)
            surface[title] = surface[title] or {}
            for _, name in ipairs(args.names) do
              if object[name] ~= nil then table.insert(surface[title], name) end
            end
          end
          for name, module in pairs(crucible) do
            table.insert(surface.crucible, name)
            if type(module) == "table" then
              surface[name] = {}
              if getmetatable(module) then table.insert(surface[name], "__call") end
              for key, value in pairs(module) do
                table.insert(surface[name], key)
                if type(value) == "table" then
                  surface[key] = {}
                  for found in pairs(value) do table.insert(surface[key], found) end
                  members(key, MADE[key] and MADE[key](value) or value.new())
                end
              end
            end
          end
          members("Session", crucible.session.open("a.md"))
          members("Program", crucible.datalog.parse(""))
          members("Response", crucible.network.get("https://example.com/"))
          return surface
        end`,
    });
    expect(sorted(declared)).toEqual(sorted((await plugin.call("all", { names })).result as Surface));
  });
});

describe("rune.md", () => {
  /** What makes an object of a class, where that is more than `new` without arguments. */
  const MADE: Readonly<Record<string, string>> = {
    Regex: 'crucible::regex::Regex::new("a")',
    StateMachine: 'crucible::machine::StateMachine::new(#{ initial: "a", states: ["a"], transitions: [] })',
    Session: 'crucible::session::open("a.md")',
    Program: 'crucible::datalog::parse("")?',
    Response: 'crucible::network::get("https://example.com/")?',
  };
  const parts = read("guest-sdk/types/rune.md")
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const [module = ""] = /^[\w:]+/.exec(section)!;
      return section.split(/^### /m).map((part) => {
        const [title = ""] = /^\w+/.exec(part)!;
        return { part, made: MADE[title] ?? `${module}::${title}::new()` };
      });
    });

  it("has what the Rune engine gives, with as many arguments", async () => {
    const told = parts.flatMap(({ part, made }) =>
      [...part.matchAll(/^- `(\.)?([\w:]+)\((.*?)\)(?: -> .*?)?` — /gm)].map(([, dot, path, parameters = ""]) => {
        const names = topLevel(parameters);
        const [least, most] = [names.filter((name) => !name.endsWith("?")).length, names.length];
        return { path: dot === undefined ? `${path}` : `${made}.${path}`, least, most };
      }),
    );
    const calls = told.flatMap(({ path, least, most }) =>
      [least - 1, least, most, most + 1]
        .filter((count) => count >= 0)
        .map((count) => ({
          text: `${path}(${Array.from({ length: count }, () => "()").join(", ")})`,
          isTaken: count >= least && count <= most,
        })),
    );
    const plugin = await host.load({
      path: "all.rn",
      content: `/// Makes one of the calls.\npub fn all(args) {\n  match args.call {\n${calls.map(({ text }, at) => `    ${at} => { ${text}; }`).join("\n")}\n    _ => {}\n  }\n  Ok(())\n}`,
    });
    const wrong: string[] = [];
    for (const [call, { text, isTaken }] of calls.entries()) {
      const said = await plugin.call("all", { call }).then(
        () => "",
        ({ message }: Error) => message,
      );
      if (/no method|Missing/i.test(said) || /^Wrong number of arguments/.test(said) === isTaken)
        wrong.push(`${text}: ${said}`);
    }
    expect(wrong).toEqual([]);
    expect(calls.length).toBeGreaterThan(300);
  });

  it("has the fields that objects have", async () => {
    const fields = parts.flatMap(({ part, made }) =>
      [...part.matchAll(/^- `(\.\w+): /gm)].map(([, field]) => `${made}${field}`),
    );
    const content = `/// Reads them.\npub fn all() {\n  Ok([${fields.join(", ")}].len())\n}`;
    expect((await (await host.load({ path: "all.rn", content })).call("all")).result).toBe(4);
  });
});

/** The names of parameters, with `?` where they may be left out. */
function topLevel(parameters: string): string[] {
  let flat = parameters.replace(/\|\w+\??: [^|]*\|/g, "");
  for (let before = ""; before !== flat; ) {
    before = flat;
    flat = flat.replace(/#\{[^{}]*\}|<[^<>]*>/g, "");
  }
  return [...flat.matchAll(/(?:^|, )(\w+\??): /g)].map(([, name]) => name!);
}
