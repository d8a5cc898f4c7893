/** The kinds of plugins that are source: one row for each language. What the tools of `contract.*` do is said in `kind.ts`. */
import { readFileSync } from "node:fs";
import type { HostCall, Language, Literal } from "./kind.ts";

const tools = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8");
const json = (value: Literal) => JSON.stringify(value);

const rune: Language = {
  name: "rune",
  path: "contract.rune",
  comment: "//",
  tools: tools("contract.rune"),
  probe: (tool, { module, name, args }) => {
    const call = `crucible::${module}::${name}(${args.map(runeLiteral).join(", ")})`;
    const body = RUNE_PLAIN.has(module) ? `${call}; "ok"` : `match ${call} { Ok(_) => "ok", Err(error) => error.code }`;
    return `/// Probes.\npub fn ${tool}(args) { ${body} }\n`;
  },
  broken: { source: "pub fn broken(args) {\n    let x = = 1;\n}\n", line: 2, column: 13 },
  recursion: "memory-limit",
};

/** Modules whose functions return a value and no `Result`: they are always granted. */
const RUNE_PLAIN: ReadonlySet<string> = new Set(["random", "log"]);

function runeLiteral(value: Literal): string {
  if (value === null) return "None";
  if (Array.isArray(value)) return `[${value.map(runeLiteral).join(", ")}]`;
  return typeof value === "object" ? `#${json(value)}` : json(value);
}

const lua: Language = {
  name: "lua",
  path: "contract.lua",
  comment: "--",
  tools: tools("contract.lua"),
  probe: (tool, { module, name, args }) =>
    `--- Probes.\nfunction ${tool}(args)
  local ok, result = pcall(${[`crucible.${module}.${name}`, ...args.map(luaLiteral)].join(", ")})
  return ok and "ok" or result.code
end\n`,
  broken: { source: "function broken(args)\n  local x = = 1\nend\n", line: 2, column: 3 },
  recursion: "guest-error",
};

function luaLiteral(value: Literal): string {
  if (value === null) return "nil";
  if (Array.isArray(value)) return `{${value.map(luaLiteral).join(", ")}}`;
  if (typeof value !== "object") return json(value);
  return `{${Object.entries(value)
    .map(([name, field]) => `${name} = ${luaLiteral(field)}`)
    .join(", ")}}`;
}

const js: Language = {
  name: "js",
  path: "contract.js",
  comment: "//",
  tools: tools("contract.js"),
  probe: (tool, { module, name, args }) =>
    `/** Probes. */
export function ${tool}() {
  try {
    crucible.${module}.${camel(name)}(${args.map((value) => camelFields(value)).join(", ")});
    return "ok";
  } catch (error) {
    return error.code;
  }
}\n`,
  broken: { source: "export function broken(args) {\n  let x = = 1;\n}\n", line: 2, column: 11 },
  recursion: "guest-error",
};

const camel = (name: string) => name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const camelFields = (value: Literal) => json(value).replaceAll(/"(\w+)":/g, (_, name: string) => `"${camel(name)}":`);

export const LANGUAGES: readonly Language[] = [rune, lua, js];

/** The source of the tools, and of one that probes each of the calls. */
export const probes = (language: Language, calls: readonly HostCall[]) =>
  calls.map((call) => language.probe(toolOf(call), call)).join("\n");

export const toolOf = ({ module, name }: HostCall) => `${module}_${name}`;
