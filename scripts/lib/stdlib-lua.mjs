// guest-sdk/types/crucible.lua: the standard library for lua-language-server.
import { CODES, surface } from "./stdlib-surface.mjs";

const SHORT_FORMS = ["read_note", "write_note", "create_note", "delete_note", "list_notes"];
const WORDS = { nothing: "nil", count: "integer", bytes: "string" };

export function printLua(tables) {
  const modules = surface(tables);
  const home = new Map(
    modules.flatMap(({ name, classes }) => classes.map((one) => [one.name, `crucible.${name}.${one.name}`])),
  );
  const type = (of) => luaType(of, home);
  return `${[HEAD, ...modules.map((module) => printModule(module, type)), tail(modules, type)].join("\n\n")}\n`;
}

const HEAD = `---@meta crucible
-- Made by \`npm run stdlib\` from docs/stdlib.json; do not edit. For lua-language-server: add this folder to "workspace.library".

---What a plugin can call.
---@class crucible
crucible = {}

---null inside of lists
crucible.null = nil

---Marks a table as a list, so that an empty one becomes \`[]\`.
---@generic T
---@param items? T[]
---@return T[]
function crucible.list(items) end

---An error with a code, for \`error\`: ${CODES}.
---@param code string
---@param message string
---@return { code: string, message: string }
function crucible.error(code, message) end`;

function printModule({ name, text, functions, classes }, type) {
  const path = `crucible.${name}`;
  const head = [`---${text}`, `---@class ${path}`, ...(name === "search" ? [overload(functions, type)] : [])];
  const parts = [
    [...head, `${path} = {}`].join("\n"),
    ...functions.map((row) => printFunction(row, `${path}.${row.name}`, type)),
    ...classes.map((one) => printClass(one, `${path}.${one.name}`, type)),
  ];
  return parts.join("\n\n");
}

/** `crucible.search` is called itself, too: as its `query`. */
function overload(functions, type) {
  const { parameters, returns } = functions.find(({ name }) => name === "query");
  return `---@overload ${type({ function: { parameters, returns } }).slice(1, -1)}`;
}

/** What cannot be made by `new` is no value of the module, only a type. */
function printClass({ name, text, construct, fields = [], methods }, path, type) {
  const head = [
    `---${text}`,
    `---@class ${path}`,
    ...fields.map((field) => `---@field ${field.name} ${type(field.type)}`),
  ];
  const table = construct ? path : name;
  return [
    [...head, `${construct ? "" : "local "}${table} = {}`].join("\n"),
    ...(construct ? [printFunction({ ...construct, returns: { object: name } }, `${path}.new`, type)] : []),
    ...methods.map((row) => printFunction(row, `${table}:${row.name}`, type)),
  ].join("\n\n");
}

function printFunction({ text, parameters, returns }, path, type) {
  return [
    `---${text}`,
    ...parameters.map((one) => `---@param ${one.name}${one.optional ? "?" : ""} ${type(one.type)}`),
    ...(returns === "nothing" ? [] : [`---@return ${type(returns)}`]),
    `function ${path}(${parameters.map((one) => one.name).join(", ")}) end`,
  ].join("\n");
}

/** The short forms, which are the same functions. */
function tail(modules, type) {
  const kiln = modules.find(({ name }) => name === "kiln").functions;
  return SHORT_FORMS.map((name) => {
    const row = kiln.find((one) => one.name === name);
    return printFunction(row, `crucible.${name}`, type);
  }).join("\n\n");
}

function luaType(of, home) {
  if (typeof of === "string") return WORDS[of] ?? of;
  const inner = (part) => luaType(part, home);
  const [[kind, parts]] = Object.entries(of);
  switch (kind) {
    case "words":
      return `(${parts.map((word) => JSON.stringify(word)).join("|")})`;
    case "list":
      return `${inner(parts)}[]`;
    case "map":
      return `table<string, ${inner(parts)}>`;
    case "record":
      return `{ ${parts.map((one) => `${one.name}${one.optional ? "?" : ""}: ${inner(one.type)}`).join(", ")} }`;
    case "function": {
      const takes = parts.parameters.map((one) => `${one.name}${one.optional ? "?" : ""}: ${inner(one.type)}`);
      return `(fun(${takes.join(", ")})${parts.returns === "nothing" ? "" : `: ${inner(parts.returns)}`})`;
    }
    case "object":
      return home.get(parts);
    case "maybe":
      return `(${inner(parts)}|nil)`;
    case "either":
      return `(${[...new Set(parts.map(inner))].join("|")})`;
    default:
      throw new Error(`docs/stdlib.json has a type that nobody knows: "${kind}"`);
  }
}
